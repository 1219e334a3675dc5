import LakeJSON
import LakeModel

/// Reads a definition and collects what is wrong with it. Reading goes on behind a fault with the best guess, so that
/// one reading finds all of them; the result counts only where `findings` is empty.
struct DefinitionReader {
    private(set) var findings: [DefinitionFinding] = []
    private(set) var warnings: [DefinitionFinding] = []

    mutating func report(_ problem: DefinitionFinding.Problem, at path: String) {
        let finding = DefinitionFinding(path: path, problem: problem)
        // A default is read once per resource that takes it; its fault is one fault.
        if !findings.contains(finding) { findings.append(finding) }
    }

    mutating func warn(_ problem: DefinitionFinding.Problem, at path: String) {
        let warning = DefinitionFinding(path: path, problem: problem)
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// nil only where there is nothing to read; otherwise see `findings`.
    mutating func document(_ bytes: PageBytes, defaultName: String) -> Source? {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, dialect: .definition)
        } catch {
            let (line, column) = error.position(in: bytes)
            report(.syntax(error.reason, line: line, column: column), at: "")
            return nil
        }
        guard let root = fields(Node(path: "", value: value), .document) else { return nil }
        let name = sourceName(root) ?? defaultName
        let (client, paginator) = self.client(root)
        let resources = self.resources(root, client: client, clientPaginator: paginator)
        let hashKey = self.hashKey(root, resources)
        let canonical = Source.canonicalText(client: client, resources: resources, hashKey: hashKey)
        return Source(name: name, client: client, resources: resources, fingerprint: LakeModel.fingerprint(of: canonical), hashKey: hashKey)
    }

    /// Where something is hashed; without a word about it, the secret `hash_key`.
    private mutating func hashKey(_ root: Fields, _ resources: [Resource]) -> SecretReference? {
        let given = root.present("hash_key").flatMap { secret($0, "hash_key") }
        return resources.contains { $0.fieldRules.hashes } ? given ?? .named("hash_key") : nil
    }

    private mutating func sourceName(_ root: Fields) -> String? {
        guard let name = string(root, "name") else { return nil }
        let plain = name.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
        if !plain || name.first?.isLetter != true || name.utf8.count > sourceNameLimit {
            let rule = "a name of letters, digits, '_' and '-' that begins with a letter, at most \(sourceNameLimit) long"
            report(.badValue(expected: rule, found: name), at: "name")
        }
        return name
    }
}

// MARK: - Values with a type

extension DefinitionReader {
    /// The members of an object; reports those that its vocabulary does not know.
    mutating func fields(_ node: Node, _ vocabulary: Vocabulary) -> Fields? {
        guard let fields = members(node) else { return nil }
        for (key, node) in fields.nodes where !vocabulary.known.contains(key) {
            if let instead = vocabulary.later[key] {
                report(.notSupported(instead: instead), at: node.path)
            } else if let place = vocabulary.elsewhere[key] {
                report(.misplaced(place: place), at: node.path)
            } else {
                report(.unknownKey(nearest: nearestName(to: key, in: vocabulary.known), known: vocabulary.known), at: node.path)
            }
        }
        return fields
    }

    /// The members of an object with keys of the user's own.
    mutating func members(_ node: Node) -> Fields? {
        guard let object = node.value.object else {
            report(.wrongType(expected: "an object", found: node.value.kindInWords), at: node.path)
            return nil
        }
        return Fields(path: node.path, nodes: object.map {
            ($0.key, Node(path: Node.path(node.path, key: $0.key), value: $0.value))
        })
    }

    /// A text that is not empty; nil where it is absent, `null` or wrong.
    mutating func string(_ fields: Fields, _ key: String) -> String? {
        guard let node = fields.present(key) else { return nil }
        return string(node)
    }

    mutating func string(_ node: Node, expected: String = "a text") -> String? {
        guard let text = node.value.string else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard !text.isEmpty else {
            report(.badValue(expected: "\(expected) that is not empty", found: nil), at: node.path)
            return nil
        }
        return text
    }

    mutating func bool(_ fields: Fields, _ key: String) -> Bool? {
        guard let node = fields.present(key) else { return nil }
        if let value = node.value.bool { return value }
        report(.wrongType(expected: "true or false", found: node.value.kindInWords), at: node.path)
        return nil
    }

    /// A whole number of at least `minimum`.
    mutating func integer(_ fields: Fields, _ key: String, atLeast minimum: Int) -> Int? {
        guard let node = fields.present(key) else { return nil }
        let expected = "a whole number of at least \(minimum)"
        guard let digits = node.value.number else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard let number = Int(digits), number >= minimum else {
            report(.badValue(expected: expected, found: digits), at: node.path)
            return nil
        }
        // Places and lengths are added and multiplied; up to here that never overflows.
        if number <= largestInteger { return number }
        report(.badValue(expected: "a whole number of at most \(largestInteger)", found: digits), at: node.path)
        return nil
    }

    /// A name out of the cases of a type.
    mutating func choice<Choice: CaseIterable & RawRepresentable>(_ fields: Fields, _ key: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let node = fields.present(key), let text = string(node, expected: "a name") else { return nil }
        return choice(text, of: Vocabulary(type), at: node.path).flatMap(Choice.init)
    }

    /// The elements of a list, each with its place.
    mutating func list(_ node: Node, expected: String) -> [Node]? {
        guard let elements = node.value.array else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        return elements.enumerated().map { Node(path: "\(node.path)[\($0)]", value: $1) }
    }

    mutating func selector(_ fields: Fields, _ key: String) -> Selector? {
        guard let node = fields.present(key), let text = string(node, expected: "a selector") else { return nil }
        return selector(text, at: node.path)
    }

    /// A selector that matches one value.
    mutating func selector(_ text: String, at path: String) -> Selector? {
        do {
            let selector = try Selector(parsing: text)
            guard selector.matchesMany else { return selector }
            report(.badSelector(SelectorFault(text: text, reason: .manyValues(expected: "one value"))), at: path)
        } catch {
            report(.badSelector(error), at: path)
        }
        return nil
    }

    /// A name out of a list.
    mutating func choice(_ text: String, of vocabulary: Vocabulary, at path: String) -> String? {
        if vocabulary.known.contains(text) { return text }
        if let instead = vocabulary.later[text] {
            report(.notSupported(instead: instead ?? vocabulary.known.joined(separator: ", ")), at: path)
        } else {
            let nearest = nearestName(to: text, in: vocabulary.known)
            report(.unknownName(text, nearest: nearest, known: vocabulary.known), at: path)
        }
        return nil
    }
}

func isWordByte(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122) || byte == UInt8(ascii: "_")
}

private let largestInteger = 1 << 53
