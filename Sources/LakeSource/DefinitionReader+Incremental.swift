import LakeJSON

extension DefinitionReader {
    /// `incremental` of an endpoint or a resource.
    mutating func incremental(_ node: Node, key: [Selector]) -> DeclaredIncremental? {
        guard let fields = fields(node, .incremental), var value = incremental(fields, key: key) else { return nil }
        value.startParam = string(fields, "start_param")
        value.endParam = string(fields, "end_param")
        if let start = value.startParam, start == value.endParam, let end = fields.present("end_param") {
            report(.badValue(expected: "another parameter than 'start_param'", found: start), at: end.path)
        }
        return DeclaredIncremental(path: node.path, value: value)
    }

    /// dlt's `{"type": "incremental", "cursor_path": "updated_at", …}` as the value of a parameter.
    mutating func incrementalParam(_ name: String, _ node: Node, key: [Selector]) -> DeclaredIncremental? {
        guard let fields = fields(node, .incrementalParam), var value = incremental(fields, key: key) else { return nil }
        value.startParam = name
        return DeclaredIncremental(path: node.path, value: value)
    }

    /// A resource has one cursor.
    mutating func declare(_ declared: DeclaredIncremental, _ findings: inout RequestFindings) {
        if let first = findings.incremental {
            report(.conflict(with: "the 'incremental' at \(first.path)"), at: declared.path)
        } else {
            findings.incremental = declared
        }
    }

    private mutating func incremental(_ fields: Fields, key: [Selector]) -> Incremental? {
        if fields.present("cursor_path") == nil {
            report(.missingKey("cursor_path", expected: "where the value stands in a record, such as updated_at"), at: fields.path)
        }
        checkKey(fields, key)
        checkScheduler(fields)
        let value = Incremental(
            cursorPath: selector(fields, "cursor_path") ?? .root, initialValue: cursorValue(fields, "initial_value"),
            endValue: cursorValue(fields, "end_value"),
            lastValueFunction: choice(fields, "last_value_func", Incremental.LastValueFunction.self) ?? .max,
            lag: lag(fields), rowOrder: choice(fields, "row_order", Incremental.RowOrder.self),
            format: choice(fields, "convert", Incremental.CursorFormat.self),
            onMissing: choice(fields, "on_cursor_value_missing", Incremental.MissingCursorAction.self) ?? .raise,
            startIsClosed: isClosed(fields, "range_start") ?? true, endIsClosed: isClosed(fields, "range_end") ?? false)
        if let start = value.initialValue, let end = value.endValue, (start.string == nil) != (end.string == nil) {
            report(.wrongType(expected: "\(start.kindInWords), "
                + "as 'initial_value' is", found: end.kindInWords), at: Node.path(fields.path, key: "end_value"))
        }
        return fields.present("cursor_path") == nil ? nil : value
    }

    private mutating func cursorValue(_ fields: Fields, _ key: String) -> JSONValue? {
        guard let node = fields.present(key) else { return nil }
        switch node.value {
        case .number: return node.value
        case .string: return string(node).map { .string($0) }
        default:
            report(.wrongType(expected: "a text or a number", found: node.value.kindInWords), at: node.path)
            return nil
        }
    }

    private mutating func lag(_ fields: Fields) -> Double? {
        guard let node = fields.present("lag") else { return nil }
        let expected = "a number of at least 0: seconds of a timestamp, days of a date, units of a number"
        guard let digits = node.value.number, let lag = node.value.double else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        if lag >= 0, lag.isFinite { return lag == 0 ? nil : lag }
        report(.badValue(expected: expected, found: digits), at: node.path)
        return nil
    }

    private mutating func isClosed(_ fields: Fields, _ key: String) -> Bool? {
        guard let node = fields.present(key), let text = string(node) else { return nil }
        return choice(text, of: .rangeEnds, at: node.path).map { $0 == "closed" }
    }

    /// Records are told apart by the key of their resource; dlt could use another one here.
    private mutating func checkKey(_ fields: Fields, _ key: [Selector]) {
        guard let node = fields.present("primary_key") else { return }
        if primaryKey(fields).map(\.steps) != key.map(\.steps) {
            report(.badValue(expected: "the primary_key of the resource, or none", found: nil), at: node.path)
        }
    }

    private mutating func checkScheduler(_ fields: Fields) {
        guard let node = fields.present("allow_external_schedulers"), bool(fields, "allow_external_schedulers") == true else { return }
        report(.notSupported(instead: "--from and --to"), at: node.path)
    }
}
