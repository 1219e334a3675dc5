/// The header fields of a response in the order they came, looked up without regard to case.
package struct HTTPHeaders: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// The value of the first field of that name.
    package subscript(name: String) -> String? { fields.first { HTTPHeaders.isSame($0.name, name) }?.value }

    /// The values of all fields of that name, in order.
    package func all(_ name: String) -> [String] { fields.filter { HTTPHeaders.isSame($0.name, name) }.map(\.value) }

    package mutating func append(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Puts a folded line behind the last value (RFC 9112, section 5.2).
    mutating func extendLast(_ text: String) {
        guard let last = fields.popLast() else { return }
        fields.append(Field(last.name, last.value + " " + text))
    }

    /// Field names are ASCII (RFC 9110, section 5.1).
    static func isSame(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 0x20 : byte }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral pairs: (String, String)...) { fields = pairs.map { Field($0.0, $0.1) } }
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names only: a value may be a secret.
    package var description: String { "[" + fields.map(\.name).joined(separator: ", ") + "]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { name + ": …" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
