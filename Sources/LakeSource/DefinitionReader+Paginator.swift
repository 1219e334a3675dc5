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
        case "page_number": return fields(options, .pageNumber).map { pageNumber($0) }
        case "offset": return fields(options, .offset).flatMap { offset($0) }
        case "json_link":
            return fields(options, .jsonLink).map { .jsonLink(nextURLPath: selector($0, "next_url_path") ?? Selector(keys: ["next"])) }
        case "header_link":
            return fields(options, .headerLink).map { .headerLink(relation: string($0, "links_next_key") ?? "next") }
        default: return nil
        }
    }

    private mutating func cursor(_ fields: Fields) -> Paginator {
        .cursor(CursorPaginator(
            cursorPath: selector(fields, "cursor_path") ?? Selector(keys: ["cursors", "next"]),
            cursorParam: string(fields, "cursor_param") ?? "cursor",
            stopAfterEmptyPage: bool(fields, "stop_after_empty_page") ?? false))
    }

    private mutating func pageNumber(_ fields: Fields) -> Paginator {
        requireStopAfterEmptyPage(fields)
        let base = integer(fields, "base_page", atLeast: 0) ?? 0
        return .pageNumber(PageNumberPaginator(
            basePage: base, firstPage: integer(fields, "page", atLeast: base),
            place: .query(string(fields, "page_param") ?? "page"), totalPath: selector(fields, "total_path"),
            maximumPage: integer(fields, "maximum_page", atLeast: base)))
    }

    private mutating func offset(_ fields: Fields) -> Paginator? {
        requireStopAfterEmptyPage(fields)
        if fields.present("limit") == nil {
            report(.missingKey("limit", expected: "the number of records to ask for per page"), at: fields.path)
        }
        let paginator = OffsetPaginator(
            limit: integer(fields, "limit", atLeast: 1) ?? 1, offset: integer(fields, "offset", atLeast: 0) ?? 0,
            limitPlace: .query(string(fields, "limit_param") ?? "limit"), offsetPlace: .query(string(fields, "offset_param") ?? "offset"),
            totalPath: selector(fields, "total_path"), maximumOffset: integer(fields, "maximum_offset", atLeast: 1))
        return .offset(paginator)
    }

    /// An empty page always ends a numbered walk here: without that, nothing would where no total is stated.
    private mutating func requireStopAfterEmptyPage(_ fields: Fields) {
        guard let node = fields.present("stop_after_empty_page"), bool(fields, "stop_after_empty_page") == false else { return }
        report(.notSupported(instead: "leave it out; an empty page ends this paginator"), at: node.path)
    }
}
