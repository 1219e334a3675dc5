import LakeJSON

extension Source {
    /// A canonical text of what the definition means, for the fingerprint: comments, order of keys, shorthands and
    /// defaults make no difference. The name and every value that may be a secret stay out.
    static func canonicalText(client: Client, resources: [Resource]) -> String {
        JSONValue.object([
            "base_url": .string(client.baseURL),
            "headers": pairs(client.headers),
            "auth": client.auth.map(\.canonical),
            "rate_limit": client.requestsPerMinute.map { .int($0) },
            "resources": .array(resources.map(\.canonical)),
        ]).text(pretty: false)
    }
}

private func pairs(_ fields: [RequestField]) -> JSONValue {
    .array(fields.map { [.string($0.name), looksLikeSecret($0.name) ? nil : $0.fixedText.map { .string($0) }].compacted })
}

extension Auth {
    fileprivate var canonical: JSONValue {
        switch self {
        case .bearer(.named(let name)): ["bearer", .string(name)]
        case .bearer(.literal): ["bearer"]
        default: ["auth"]
        }
    }
}

extension Resource {
    fileprivate var canonical: JSONValue {
        .object([
            "name": .string(name), "path": .string(request.path.description), "params": pairs(request.params), "headers": pairs(request.headers),
            "data_selector": dataSelector?.canonical, "paginator": paginator.canonical,
            "primary_key": .array(primaryKey.map(\.canonical)), "write_disposition": .string(writeDisposition.rawValue),
            "parent": parent.map { [.string($0.resource), .array($0.fields.map(\.canonical))] },
            "max_table_nesting": .int(maxTableNesting), "selected": .bool(selected),
            "total_check": .string(totalCheck.rawValue),
        ])
    }
}

extension Selector {
    fileprivate var canonical: JSONValue { .string(Selector(describing: steps).description) }
}

extension Paginator {
    fileprivate var canonical: JSONValue {
        switch self {
        case .auto: ["auto"]
        case .singlePage: ["single_page"]
        case .cursor(let p): ["cursor", .string(p.source.description), .string(p.place.description), .bool(p.stopAfterEmptyPage)]
        case .pageNumber(let p):
            ["page_number", .int(p.basePage), .int(p.firstPage), .string(p.place.description), orNull(p.totalPath), orNull(p.maximumPage)]
        case .offset(let p):
            ["offset", .int(p.limit), .int(p.offset), .string(p.limitPlace.description), .string(p.offsetPlace.description), orNull(p.totalPath), orNull(p.maximumOffset)]
        case .jsonLink(let path): ["json_link", path.canonical]
        case .headerLink(let relation): ["header_link", .string(relation)]
        }
    }

    private func orNull(_ selector: Selector?) -> JSONValue { selector.map(\.canonical) ?? .null }
    private func orNull(_ number: Int?) -> JSONValue { number.map { .int($0) } ?? .null }
}

extension Array where Element == JSONValue? {
    fileprivate var compacted: JSONValue { .array(compactMap { $0 }) }
}
