import LakeJSON
import LakeModel

// MARK: - Which records

extension DefinitionReader {
    mutating func primaryKey(_ fields: Fields) -> [Selector] {
        guard let node = fields.present("primary_key") else { return [] }
        if let text = node.value.string { return selector(text, at: node.path).map { [$0] } ?? [] }
        return (list(node, expected: "a key or a list of keys") ?? []).compactMap { element in
            string(element, expected: "a key").flatMap { selector($0, at: element.path) }
        }
    }

    /// With the columns that are marked as keys: those, where the resource names no others.
    mutating func primaryKey(_ fields: Fields, _ columns: DeclaredColumns) -> [Selector] {
        let key = primaryKey(fields)
        guard let node = fields.present("primary_key") else { return columns.key.map { Selector(keys: $0.field.field) } }
        for (field, path) in columns.key where !key.contains(where: { FieldReference($0)?.isSame(as: field) ?? false }) {
            report(.conflict(with: "the primary_key at \(node.path), which does not hold it"), at: path)
        }
        return key
    }

    mutating func dataSelector(_ endpoint: Fields) -> Selector? {
        guard let node = endpoint.present("data_selector"), let text = string(node, expected: "a selector") else { return nil }
        do {
            var selector = try Selector(parsing: text)
            // `results[*]` and `results` select the same records.
            if selector.steps.last == .all { selector.steps.removeLast() }
            guard selector.matchesMany else { return selector }
            report(.badSelector(SelectorFault(text: text, reason: .manyValues(expected: "one list of records"))), at: node.path)
        } catch {
            report(.badSelector(error), at: node.path)
        }
        return nil
    }

    mutating func filters(_ fields: Fields) -> [RecordFilter] {
        guard let node = fields.present("filter") else { return [] }
        return (list(node, expected: "a list of conditions") ?? []).compactMap { filter($0) }
    }

    private mutating func filter(_ node: Node) -> RecordFilter? {
        guard let fields = fields(node, .filter) else { return nil }
        let operations = Vocabulary(RecordFilter.Operation.self).known.joined(separator: ", ")
        for (key, expected) in [("path", "a field of the records"), ("op", "one of \(operations)")]
        where fields.present(key) == nil {
            report(.missingKey(key, expected: expected), at: node.path)
        }
        let path = selector(fields, "path"), operation = choice(fields, "op", RecordFilter.Operation.self)
        guard let value = fields["value"] else {
            report(.missingKey("value", expected: operation.map(\.expectedValue) ?? "what the field is compared with"), at: node.path)
            return nil
        }
        guard let path, let operation else { return nil }
        guard operation.takes(value.value) else {
            report(.wrongType(expected: "\(operation.expectedValue) for '\(operation.rawValue)'", found: value.value.kindInWords), at: value.path)
            return nil
        }
        return RecordFilter(path: path, operation: operation, value: value.value)
    }
}

extension RecordFilter.Operation {
    fileprivate func takes(_ value: JSONValue) -> Bool {
        switch self {
        case .eq, .ne: value.array == nil && value.object == nil
        case .lt, .le, .gt, .ge: value.string != nil || value.number != nil
        case .isIn: value.array?.allSatisfy { $0.array == nil && $0.object == nil } ?? false
        case .exists: value.bool != nil
        }
    }

    fileprivate var expectedValue: String {
        switch self {
        case .eq, .ne: "a text, a number, true, false or null"
        case .lt, .le, .gt, .ge: "a text or a number"
        case .isIn: "a list of texts, numbers, true, false or null"
        case .exists: "true or false"
        }
    }
}

// MARK: - What to do with an answer

extension DefinitionReader {
    mutating func responseActions(_ endpoint: Fields) -> [ResponseAction] {
        guard let node = endpoint.present("response_actions") else { return [] }
        return (list(node, expected: "a list of actions") ?? []).compactMap { responseAction($0) }
    }

    private static var actionNames: String { Vocabulary(ResponseAction.Action.self).known.joined(separator: ", ") }

    private mutating func responseAction(_ node: Node) -> ResponseAction? {
        // In dlt, a function may stand here.
        guard node.value.object != nil else {
            report(.notSupported(instead: "{\"status_code\": 404, \"action\": \"ignore\"}, with one of \(Self.actionNames)"), at: node.path)
            return nil
        }
        guard let fields = fields(node, .responseAction) else { return nil }
        let status = statusCode(fields), content = string(fields, "content")
        if fields.present("status_code") == nil, fields.present("content") == nil {
            report(.missingKey("status_code", expected: "a status, or a part of the body as 'content', or both"), at: node.path)
        }
        guard let action = fields.present("action") else {
            report(.missingKey("action", expected: "one of \(Self.actionNames)"), at: node.path)
            return nil
        }
        guard action.value.string != nil else {
            report(.notSupported(instead: "one of \(Self.actionNames)"), at: action.path)
            return nil
        }
        return choice(fields, "action", ResponseAction.Action.self).map { ResponseAction(statusCode: status, content: content, action: $0) }
    }

    private mutating func statusCode(_ fields: Fields) -> Int? {
        guard let node = fields.present("status_code") else { return nil }
        let expected = "a status from 100 to 599"
        guard let digits = node.value.number else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        if let status = Int(digits), (100...599).contains(status) { return status }
        report(.badValue(expected: expected, found: digits), at: node.path)
        return nil
    }
}

// MARK: - How rows meet earlier ones

extension DefinitionReader {
    /// As `restlake` has it, not dlt: append would double a full scan every night.
    mutating func writeDisposition(_ fields: Fields, hasKey: Bool, _ incremental: DeclaredIncremental?) -> WriteDisposition {
        let fallback: WriteDisposition = hasKey ? .merge : incremental != nil ? .append : .replace
        let chosen = fields.present("write_disposition").flatMap { node in
            // A key that is given, if wrong, is told elsewhere.
            writeDisposition(node, hasKey: hasKey || fields.present("primary_key") != nil)
        }
        let disposition = chosen ?? fallback
        if let incremental, incremental.value.lag != nil, disposition == .append {
            warn(.lagNeedsMerge(disposition), at: Node.path(incremental.path, key: "lag"))
        }
        return disposition
    }

    private mutating func writeDisposition(_ node: Node, hasKey: Bool) -> WriteDisposition? {
        var named = node
        if node.value.object != nil {
            guard let fields = fields(node, .writeDisposition) else { return nil }
            guard let disposition = fields.present("disposition") else {
                report(.missingKey("disposition", expected: "one of \(Vocabulary.writeDispositions.known.joined(separator: ", "))"), at: node.path)
                return nil
            }
            checkStrategy(fields, disposition)
            named = disposition
        }
        let chosen = string(named).flatMap { choice($0, of: .writeDispositions, at: named.path) }.flatMap(WriteDisposition.init)
        if chosen == .merge, !hasKey { report(.needs("primary_key"), at: node.path) }
        return chosen
    }

    /// dlt's strategies of a merge are a warehouse's affair; the two that mean "the newest version of a key" are what the
    /// lake's `merge` means.
    private mutating func checkStrategy(_ fields: Fields, _ disposition: Node) {
        guard let node = fields.present("strategy"), let text = string(node) else { return }
        if disposition.value.string == "merge" {
            _ = choice(text, of: .mergeStrategies, at: node.path)
        } else {
            report(.badValue(expected: "a strategy only with the disposition 'merge'", found: nil), at: node.path)
        }
    }
}
