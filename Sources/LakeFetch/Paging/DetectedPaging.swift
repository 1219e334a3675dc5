import LakeJSON
import LakeSource

/// What `auto` found out in a load, kept in the state so that the next load can tell a change. It never takes the place
/// of finding out anew; only what a page lacks may be known from it. In the words of a definition:
///
///     {"paginator": {"type": "cursor", "cursor_path": "data.next_cursor", "cursor_param": "next_cursor"}, "data_selector": "data.results"}
package struct DetectedPaging: Hashable, Sendable {
    /// nil: declared, or the first page was all and told no way to a second one.
    package var paginator: Paginator?
    /// nil: declared.
    package var selector: Selector?

    package init(paginator: Paginator?, selector: Selector?) {
        self.paginator = paginator
        self.selector = selector
    }

    /// nil where there is nothing that can be compared.
    package init?(json: JSONValue) {
        paginator = json["paginator"].flatMap { Paginator(remembered: $0) }
        selector = json["data_selector"].flatMap { Self.selector($0) }
        if paginator == nil, selector == nil { return nil }
    }

    package var json: JSONValue {
        .object(["paginator": paginator.flatMap(\.remembered), "data_selector": selector.map { .string($0.description) }])
    }

    /// A finding where what was found now differs from what was remembered; what is missing on either side says nothing,
    /// and a single page that became several may only have grown.
    package func change(since remembered: DetectedPaging) -> DetectionChange? {
        let isSamePaging = paginator.flatMap { now in remembered.paginator.map { $0 == .singlePage || now.asksLike($0) } } ?? true
        let isSamePlace = selector.flatMap { now in remembered.selector.map { now.steps == $0.steps } } ?? true
        return isSamePaging && isSamePlace ? nil : DetectionChange(before: remembered, now: self)
    }

    fileprivate static func selector(_ value: JSONValue) -> Selector? {
        guard let text = value.string else { return nil }
        return try? Selector(parsing: text)
    }
}

/// The paging of an API is not what it was in the load before.
package struct DetectionChange: Hashable, Sendable {
    package var before: DetectedPaging
    package var now: DetectedPaging
}

extension Paginator {
    /// Whether both ask in the same way. Where counting starts and how long pages are may differ from load to load.
    fileprivate func asksLike(_ other: Paginator) -> Bool {
        switch (self, other) {
        case (.cursor(let a), .cursor(let b)): a.source.description == b.source.description && a.place.isLike(b.place)
        case (.pageNumber(let a), .pageNumber(let b)): a.place.isLike(b.place)
        case (.offset(let a), .offset(let b)): a.offsetPlace.isLike(b.offsetPlace)
        case (.jsonLink(let a), .jsonLink(let b)): a.steps == b.steps
        case (.headerLink(let a), .headerLink(let b)): a == b
        case (.singlePage, .singlePage), (.auto, .auto): true
        default: false
        }
    }

    /// nil for `auto`, which is nothing found.
    fileprivate var remembered: JSONValue? {
        switch self {
        case .auto: return nil
        case .singlePage: return .object(["type": "single_page"])
        case .cursor(let p):
            guard case .body(let path) = p.source else { return nil }
            return object("cursor", ["cursor_path": .string(path.description)], place: p.place, "cursor_param", "cursor_body_path")
        case .pageNumber(let p):
            return object("page_number", ["base_page": .int(p.basePage)], place: p.place, "page_param", "page_body_path")
        case .offset(let p):
            var json = object("offset", ["limit": .int(p.limit)], place: p.offsetPlace, "offset_param", "offset_body_path")
            json[p.limitPlace.isInBody ? "limit_body_path" : "limit_param"] = .string(p.limitPlace.text)
            return json
        case .jsonLink(let path): return .object(["type": "json_link", "next_url_path": .string(path.description)])
        case .headerLink(let relation): return .object(["type": "header_link", "links_next_key": .string(relation)])
        }
    }

    private func object(
        _ type: String, _ options: KeyValuePairs<String, JSONValue>, place: ParameterPlace, _ inQuery: String, _ inBody: String
    ) -> JSONValue {
        let members = [("type", JSONValue.string(type))] + options.map { ($0.key, $0.value) }
        return .object(pairs: members + [(place.isInBody ? inBody : inQuery, .string(place.text))])
    }

    /// nil for what was not written by `remembered`.
    fileprivate init?(remembered json: JSONValue) {
        switch json["type"]?.string {
        case "single_page": self = .singlePage
        case "cursor":
            guard let path = json["cursor_path"].flatMap({ DetectedPaging.selector($0) }),
                let place = ParameterPlace(json, "cursor_param", "cursor_body_path")
            else { return nil }
            self = .cursor(CursorPaginator(source: .body(path), place: place))
        case "page_number":
            guard let place = ParameterPlace(json, "page_param", "page_body_path") else { return nil }
            self = .pageNumber(PageNumberPaginator(basePage: json["base_page"]?.int ?? 0, place: place))
        case "offset":
            guard let limit = json["limit"]?.int, let place = ParameterPlace(json, "offset_param", "offset_body_path"),
                let limitPlace = ParameterPlace(json, "limit_param", "limit_body_path")
            else { return nil }
            self = .offset(OffsetPaginator(limit: limit, limitPlace: limitPlace, offsetPlace: place, overlaps: false))
        case "json_link":
            guard let path = json["next_url_path"].flatMap({ DetectedPaging.selector($0) }) else { return nil }
            self = .jsonLink(nextURLPath: path)
        case "header_link":
            guard let relation = json["links_next_key"]?.string else { return nil }
            self = .headerLink(relation: relation)
        default: return nil
        }
    }
}

extension ParameterPlace {
    fileprivate init?(_ json: JSONValue, _ inQuery: String, _ inBody: String) {
        if let path = json[inBody].flatMap({ DetectedPaging.selector($0) }) {
            self = .body(path)
        } else if let name = json[inQuery]?.string {
            self = .query(name)
        } else {
            return nil
        }
    }

    fileprivate var isInBody: Bool {
        if case .body = self { true } else { false }
    }

    fileprivate var text: String {
        switch self {
        case .query(let name): name
        case .body(let path): path.description
        }
    }

    fileprivate func isLike(_ other: ParameterPlace) -> Bool { isInBody == other.isInBody && text == other.text }
}
