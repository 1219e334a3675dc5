import LakeModel

/// A JSON document as a tree: for the small documents (definitions, manifest, load records), never for pages.
/// Numbers keep their lexeme, objects their order.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as it stands in the source.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// A key and its value; objects are lists of them in source order.
package struct JSONMember: Hashable, Sendable {
    package var key: String
    package var value: JSONValue
    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}
