import LakeJSON
import LakeModel
import LakeSource

/// Definitions as others may see them: a secret by its name only, also where one is spelled out.
enum Definitions {
    static let hidden = "•••"

    static func isBuiltIn(_ name: String) -> Bool { BuiltInSources.names.contains(name) }

    /// nil where it is no JSON.
    static func json(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue(parsing: PageBytes(bytes), dialect: .definition) }

    /// The document without comments, which may say anything, and without what is or may be a secret; nil where it is no JSON.
    static func shown(_ bytes: [UInt8]) -> String? { json(bytes).map { redacted($0, .document).text(pretty: true) } }

    static func summary(_ source: Source) -> JSONValue {
        let named = source.secrets(of: source.resources).compactMap { if case .named(let name) = $0 { name } else { nil } }
        return [
            "name": .string(source.name), "base_url": .string(withoutSecrets(source.client.baseURL)), "secrets": .strings(named),
            "resources": .array(source.resources.map(summary)),
        ]
    }

    private static func summary(_ resource: Resource) -> JSONValue {
        .object([
            "name": .string(resource.name), "request": .string(withoutSecrets(resource.requestText)), "paginator": .string(resource.paginator.kindName),
            "primary_key": .strings(resource.primaryKey.map(\.description)), "write_disposition": .string(resource.writeDisposition.rawValue),
            "asked_for_each_record_of": resource.parent.map { .string($0.resource) },
            "incremental": resource.incremental.map { .string($0.cursorPath.description) }, "selected": .bool(resource.selected),
        ])
    }

    // MARK: What is hidden

    private enum Place {
        case document
        /// An `auth`: everything in it is a secret but what is known to be none.
        case auth
        /// Headers, parameters, bodies: what has the name of a secret is one.
        case fields
    }

    private static let fieldKeys: Set = ["headers", "params", "data", "json", "body", "form", "access_token_request_data"]
    private static let plainAuthKeys: Set = ["type", "name", "location", "access_token_url", "default_token_expiration", "secret"]

    private static func redacted(_ value: JSONValue, _ place: Place) -> JSONValue {
        switch value {
        case .string(let text): .string(withoutSecrets(text))
        case .array(let elements): .array(elements.map { redacted($0, place) })
        case .object(let members): .object(members.map { JSONMember($0.key, member($0, place)) })
        default: value
        }
    }

    private static func member(_ member: JSONMember, _ place: Place) -> JSONValue {
        // `{"secret": "bearer_token"}` names one.
        if let members = member.value.object, members.count == 1, members[0].key == "secret" { return member.value }
        let isScalar = member.value.object == nil && member.value.array == nil && !member.value.isNull
        if member.key == "auth" { return isScalar ? .string(hidden) : redacted(member.value, .auth) }
        if fieldKeys.contains(member.key) { return redacted(member.value, .fields) }
        switch place {
        case .auth where isScalar && !plainAuthKeys.contains(member.key): return .string(hidden)
        case .fields where isScalar && looksLikeSecret(member.key): return .string(hidden)
        case .document where member.key == "hash_key" && isScalar: return .string(hidden)
        default: return redacted(member.value, place)
        }
    }

    /// A URL without the user in front of its host and the values of parameters that have the name of a secret.
    static func withoutSecrets(_ text: String) -> String {
        var text = text
        if let start = text.firstRange(of: "://")?.upperBound {
            let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
            if let at = text[start..<end].lastIndex(of: "@") { text.replaceSubrange(start..<at, with: hidden) }
        }
        guard let question = text.firstIndex(of: "?") else { return text }
        let pairs = text[text.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return parts.count == 2 && looksLikeSecret(String(parts[0])) ? parts[0] + "=" + hidden : String(pair)
        }
        return text[...question] + pairs.joined(separator: "&")
    }
}

extension Paginator {
    /// As a definition names it.
    fileprivate var kindName: String {
        switch self {
        case .auto: "auto"
        case .singlePage: "single_page"
        case .cursor: "cursor"
        case .pageNumber: "page_number"
        case .offset: "offset"
        case .jsonLink: "json_link"
        case .headerLink: "header_link"
        }
    }
}
