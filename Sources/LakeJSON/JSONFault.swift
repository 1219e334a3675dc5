import LakeModel

/// What is wrong with a JSON document, and at which byte. Facts only; the sentence for people is made elsewhere.
package struct JSONFault: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Nothing but white space.
        case emptyInput
        /// The document is in another encoding: RFC 8259, section 8.1 allows UTF-8 only.
        case unsupportedEncoding(Encoding)
        /// Something else stood where this was due; `found` is nil at the end of the page.
        case expected(Expected, found: UInt8?)
        /// The page ended inside a string whose opening quote stands at `start`.
        case unterminatedString(start: Int)
        /// A byte below 0x20 inside a string.
        case controlCharacter(UInt8)
        /// The byte behind a backslash is none of `"\/bfnrtu`.
        case badEscape(UInt8)
        /// A digit behind a leading zero.
        case leadingZero
        /// The sequence that starts with this byte is not UTF-8 (RFC 3629).
        case invalidUTF8(UInt8)
        /// An array or object more than `limit` deep.
        case tooDeep(limit: Int)
        /// Something other than white space behind the document.
        case trailingContent(UInt8)
        /// Definition dialect: the key stands a second time in its object.
        case duplicateKey(String)
        /// Definition dialect: the page ended inside the comment that begins at `start`.
        case unterminatedComment(start: Int)
    }

    package enum Expected: Hashable, Sendable {
        case value, valueOrArrayEnd, key, keyOrObjectEnd, colon, commaOrArrayEnd, commaOrObjectEnd
        case digit, hexDigit
        /// The rest of `true`, `false` or `null`.
        case literal(String)
    }

    package enum Encoding: String, Hashable, Sendable {
        case utf16LittleEndian = "UTF-16LE", utf16BigEndian = "UTF-16BE"
        case utf32LittleEndian = "UTF-32LE", utf32BigEndian = "UTF-32BE"
    }

    package let reason: Reason
    /// The byte that is wrong, from 0. At an unexpected end: the size of the page.
    package let byteOffset: Int

    package init(_ reason: Reason, at byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }

    /// Everything up to the end of the page was right and more was due: a truncated body, which may be fetched again.
    package var endsEarly: Bool {
        switch reason {
        case .emptyInput, .unterminatedString, .unterminatedComment: true
        case .expected(_, let found): found == nil
        default: false
        }
    }

    /// Where the fault is, both from 1; the column counts bytes. Lines end with LF. A byte order mark has no column.
    package func position(in page: PageBytes) -> (line: Int, column: Int) {
        page.withBytes { bytes in
            var line = 1
            var lineStart = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
            for at in 0..<min(byteOffset, bytes.count) where bytes[at] == UInt8(ascii: "\n") {
                line += 1
                lineStart = at + 1
            }
            return (line, max(0, byteOffset - lineStart) + 1)
        }
    }
}

/// U+FEFF in UTF-8.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

extension JSONFault: CustomStringConvertible {
    package var description: String { "\(reason) at byte \(byteOffset)" }
}

extension JSONFault.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyInput: "empty document"
        case .unsupportedEncoding(let encoding): "\(encoding.rawValue) instead of UTF-8"
        case .expected(let expected, let found): "expected \(expected), found \(found.map(shown) ?? "the end")"
        case .unterminatedString(let start): "the string from byte \(start) does not end"
        case .controlCharacter(let byte): "control character \(shown(byte)) in a string"
        case .badEscape(let byte): "unknown escape \(shown(byte))"
        case .leadingZero: "number with a leading zero"
        case .invalidUTF8(let byte): "invalid UTF-8 \(shown(byte))"
        case .tooDeep(let limit): "nested more than \(limit) deep"
        case .trailingContent(let byte): "expected the end, found \(shown(byte))"
        case .duplicateKey(let key): "duplicate key '\(key)'"
        case .unterminatedComment(let start): "the comment from byte \(start) does not end"
        }
    }
}

extension JSONFault.Expected: CustomStringConvertible {
    package var description: String {
        switch self {
        case .value: "a value"
        case .valueOrArrayEnd: "a value or ']'"
        case .key: "a key"
        case .keyOrObjectEnd: "a key or '}'"
        case .colon: "':'"
        case .commaOrArrayEnd: "',' or ']'"
        case .commaOrObjectEnd: "',' or '}'"
        case .digit: "a digit"
        case .hexDigit: "a hexadecimal digit"
        case .literal(let word): "'\(word)'"
        }
    }
}

/// A byte for people: `'x'`, or `0x0A` where it has no glyph of its own.
private func shown(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.utf8.count == 1 ? "0" : "") + digits
}
