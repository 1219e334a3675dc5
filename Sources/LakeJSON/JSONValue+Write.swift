extension JSONValue {
    /// The document as text; see `utf8(pretty:)`.
    package func text(pretty: Bool) -> String { String(decoding: utf8(pretty: pretty), as: UTF8.self) }

    /// The document as bytes. Compact: one line without a newline. Pretty: two spaces a level, a newline at the end;
    /// a container that holds scalars only stays on its line while that has at most 100 columns:
    ///
    ///     {
    ///       "columns": [
    ///         {"name": "id", "type": "bigint"}
    ///       ]
    ///     }
    package func utf8(pretty: Bool) -> [UInt8] {
        var writer = JSONWriter()
        if pretty {
            writer.writePretty(self, indent: 0, used: 0)
            writer.bytes.append(UInt8(ascii: "\n"))
        } else {
            writer.write(self)
        }
        return writer.bytes
    }
}

/// Appends `text` as a JSON string with its quotes. Escapes what RFC 8259, section 7 requires, nothing else.
package func appendJSONString(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case 0..<0x20: bytes += ((byte < 0x10 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8
        default: bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}

private struct JSONWriter {
    var bytes: [UInt8] = []
    private static let lineWidth = 100

    mutating func write(_ value: JSONValue, comma: String = ",", colon: String = ":") {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let bool): bytes += (bool ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .string(let text): appendJSONString(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes += comma.utf8 }
                write(element, comma: comma, colon: colon)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes += comma.utf8 }
                appendJSONString(member.key, to: &bytes)
                bytes += colon.utf8
                write(member.value, comma: comma, colon: colon)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// - Parameter used: columns of the line that are taken already, the indent included.
    mutating func writePretty(_ value: JSONValue, indent: Int, used: Int) {
        if writeOnLine(value, indent: indent, used: used) { return }
        switch value {
        case .array(let elements):
            writeLines(elements, "[", "]", indent) { writer, element in
                writer.writePretty(element, indent: indent + 2, used: indent + 2)
            }
        case .object(let members):
            writeLines(members, "{", "}", indent) { writer, member in
                let start = writer.bytes.count
                appendJSONString(member.key, to: &writer.bytes)
                writer.bytes += ": ".utf8
                writer.writePretty(member.value, indent: indent + 2, used: indent + 2 + writer.bytes.count - start)
            }
        default: write(value)
        }
    }

    /// Writes a scalar, or a container of scalars that fits; false where the value needs lines of its own. The
    /// outermost object always has them.
    private mutating func writeOnLine(_ value: JSONValue, indent: Int, used: Int) -> Bool {
        let children: [JSONValue]
        switch value {
        case .array(let elements): children = elements
        case .object(let members): children = members.map(\.value)
        default: children = []
        }
        guard children.isEmpty || (children.allSatisfy(isFlat) && (indent > 0 || value.object == nil)) else { return false }
        let start = bytes.count
        write(value, comma: ", ", colon: ": ")
        if children.isEmpty || used + bytes.count - start < Self.lineWidth { return true }
        bytes.removeSubrange(start...)
        return false
    }

    private func isFlat(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: true
        }
    }

    private mutating func writeLines<Item>(
        _ items: [Item], _ opening: Character, _ closing: Character, _ indent: Int, _ writeItem: (inout JSONWriter, Item) -> Void
    ) {
        bytes += String(opening).utf8
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            writeNewline(indent + 2)
            writeItem(&self, item)
        }
        writeNewline(indent)
        bytes += String(closing).utf8
    }

    private mutating func writeNewline(_ indent: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: indent)
    }
}
