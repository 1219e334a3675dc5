import LakeJSON

/// A value of the definition, and where it stands.
struct Node {
    let path: String
    let value: JSONValue

    /// `client.headers['X-Team']`
    static func path(_ parent: String, key: String) -> String {
        let part = Selector(keys: [key]).description
        return parent.isEmpty || part.hasPrefix("[") ? parent + part : parent + "." + part
    }
}

/// The members of an object. After a merge each keeps the path where it really stands.
struct Fields {
    /// Of the object itself: where a missing key is told.
    let path: String
    private(set) var nodes: [(key: String, node: Node)]

    init(path: String, nodes: [(key: String, node: Node)]) {
        self.path = path
        self.nodes = nodes
    }

    /// nil where the key is absent. `null` is there: it overrides a default.
    subscript(key: String) -> Node? { nodes.first { $0.key == key }?.node }

    /// nil where the key is absent or `null`.
    func present(_ key: String) -> Node? {
        guard let node = self[key], !node.value.isNull else { return nil }
        return node
    }

    /// These members, and those of `defaults` that are not here. Keys of defaults come first, in their order.
    func over(_ defaults: Fields?) -> Fields {
        guard let defaults else { return self }
        let inherited = defaults.nodes.map { (key: $0.key, node: self[$0.key] ?? $0.node) }
        return Fields(path: path, nodes: inherited + nodes.filter { defaults[$0.key] == nil })
    }

    mutating func set(_ key: String, to node: Node) {
        nodes.removeAll { $0.key == key }
        nodes.append((key, node))
    }
}

extension JSONValue {
    /// What it is, for people.
    var kindInWords: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
