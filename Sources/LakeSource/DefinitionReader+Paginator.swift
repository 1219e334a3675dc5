import LakeJSON

extension DefinitionReader {
    /// A paginator: its name, or an object with its name as `type` and its options.
    mutating func paginator(_ node: Node) -> Paginator? {
        if let name = node.value.string { return paginator(name, at: node.path, Node(path: node.path, value: .object([]))) }
        guard let members = members(node) else { return nil }
        guard let type = members.present("type") else {
            let names = Vocabulary.paginatorTypes.known.joined(separator: ", ")
            report(.missingKey("type", expected: "one of \(names)"), at: node.path)
            return nil
        }
        return string(type).flatMap { paginator($0, at: type.path, node) }
    }

    private mutating func paginator(_ name: String, at path: String, _ options: Node) -> Paginator? {
        // dlt's old name of json_link.
        let name = name == "json_response" ? "json_link" : name
        switch choice(name, of: .paginatorTypes, at: path) {
        case "auto": return fields(options, .noOptions).map { _ in .auto }
        case "single_page": return fields(options, .noOptions).map { _ in .singlePage }
        case "cursor": return fields(options, .cursor).map { cursor($0) }
        case "header_cursor": return fields(options, .headerCursor).map { headerCursor($0) }
        case "page_number": return fields(options, .pageNumber).map { pageNumber($0) }
        case "offset": return fields(options, .offset).map { offset($0) }
        case "json_link":
            return fields(options, .jsonLink).map { .jsonLink(nextURLPath: selector($0, "next_url_path") ?? Selector(keys: ["next"])) }
        case "header_link":
            return fields(options, .headerLink).map { .headerLink(relation: string($0, "links_next_key") ?? "next") }
        default: return nil
        }
    }

    private mutating func cursor(_ fields: Fields) -> Paginator {
        .cursor(CursorPaginator(
            source: .body(selector(fields, "cursor_path") ?? Selector(keys: ["cursors", "next"])), place: place(fields, "cursor"),
            stopAfterEmptyPage: bool(fields, "stop_after_empty_page") ?? false, hasMorePath: selector(fields, "has_more_path")))
    }

    private mutating func headerCursor(_ fields: Fields) -> Paginator {
        let key = string(fields, "cursor_key") ?? "next"
        if !isHeaderName(key) {
            report(.badValue(expected: "a header name of letters, digits and '-'", found: nil), at: Node.path(fields.path, key: "cursor_key"))
        }
        return .cursor(CursorPaginator(source: .header(key), place: .query(string(fields, "cursor_param") ?? "cursor")))
    }

    private mutating func pageNumber(_ fields: Fields) -> Paginator {
        let base = integer(fields, "base_page", atLeast: 0) ?? 0
        let range = rangeEnd(fields, maximumKey: "maximum_page", atLeast: base)
        return .pageNumber(PageNumberPaginator(
            basePage: base, firstPage: integer(fields, "page", atLeast: base), place: place(fields, "page"), totalPath: range.totalPath,
            maximumPage: range.maximum, stopAfterEmptyPage: range.stopAfterEmptyPage, hasMorePath: range.hasMorePath))
    }

    private mutating func offset(_ fields: Fields) -> Paginator {
        if fields.present("limit") == nil {
            report(.missingKey("limit", expected: "the number of records to ask for per page"), at: fields.path)
        }
        let range = rangeEnd(fields, maximumKey: "maximum_offset", atLeast: 1)
        return .offset(OffsetPaginator(
            limit: integer(fields, "limit", atLeast: 1) ?? 1, offset: integer(fields, "offset", atLeast: 0) ?? 0,
            limitPlace: place(fields, "limit"), offsetPlace: place(fields, "offset"), totalPath: range.totalPath,
            maximumOffset: range.maximum, stopAfterEmptyPage: range.stopAfterEmptyPage, hasMorePath: range.hasMorePath,
            overlaps: bool(fields, "overlap") ?? true))
    }
}

// MARK: - What paginators share

/// What may end a walk by number or offset.
private struct RangeEnd {
    var totalPath: Selector?
    var maximum: Int?
    var stopAfterEmptyPage: Bool
    var hasMorePath: Selector?
}

extension DefinitionReader {
    /// dlt looks for `total` unless told otherwise. Here a total is looked for everywhere, and its absence is no fault; only
    /// a walk that an empty page does not end keeps to dlt's default.
    private mutating func rangeEnd(_ fields: Fields, maximumKey: String, atLeast minimum: Int) -> RangeEnd {
        var end = RangeEnd(
            totalPath: selector(fields, "total_path"), maximum: integer(fields, maximumKey, atLeast: minimum),
            stopAfterEmptyPage: bool(fields, "stop_after_empty_page") ?? true, hasMorePath: selector(fields, "has_more_path"))
        let others = [maximumKey, "has_more_path"]
        guard !end.stopAfterEmptyPage, others.allSatisfy({ fields.present($0) == nil }), fields.present("total_path") == nil else { return end }
        if fields["total_path"] == nil {
            end.totalPath = Selector(keys: ["total"])
        } else {
            let path = Node.path(fields.path, key: "stop_after_empty_page")
            report(.neverEnds(unless: ["total_path", "has_more_path", maximumKey, "stop_after_empty_page: true"]), at: path)
        }
        return end
    }

    /// `page_param` or `page_body_path`; one of them only.
    private mutating func place(_ fields: Fields, _ name: String) -> ParameterPlace {
        let param = string(fields, name + "_param")
        guard let node = fields.present(name + "_body_path") else { return .query(param ?? name) }
        if fields.present(name + "_param") != nil { report(.conflict(with: "'\(name)_param'"), at: node.path) }
        return bodyPath(node).map { .body($0) } ?? .query(name)
    }

    /// Keys only: what lacks on the way has to be made.
    private mutating func bodyPath(_ node: Node) -> Selector? {
        guard let text = string(node, expected: "a selector"), let path = selector(text, at: node.path) else { return nil }
        let areKeys = path.steps.allSatisfy { if case .key = $0 { true } else { false } }
        if areKeys, !path.steps.isEmpty { return path }
        report(.badValue(expected: "keys into the JSON body, such as variables.page", found: text), at: node.path)
        return nil
    }
}

extension Paginator {
    /// Whether it writes into the JSON body of the request.
    var usesBody: Bool {
        switch self {
        case .cursor(let cursor): cursor.place.isBody
        case .pageNumber(let number): number.place.isBody
        case .offset(let offset): offset.limitPlace.isBody || offset.offsetPlace.isBody
        case .auto, .singlePage, .jsonLink, .headerLink: false
        }
    }
}

extension ParameterPlace {
    fileprivate var isBody: Bool { if case .body = self { true } else { false } }
}
