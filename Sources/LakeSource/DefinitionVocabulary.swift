/// The keys of one kind of object in a definition.
struct Vocabulary {
    /// What this version reads.
    let known: [String]
    /// What dlt reads and this version does not, with what answers the same wish here.
    let later: [String: String?]

    init(_ known: [String], later: [String] = [], instead: [String: String] = [:]) {
        self.known = known
        self.later = later.reduce(into: instead.mapValues { $0 }) { $0[$1] = .some(nil) }
    }
}

extension Vocabulary {
    static let document = Vocabulary(["name", "client", "resource_defaults", "resources"])

    static let client = Vocabulary(
        ["base_url", "headers", "auth", "paginator", "rate_limit"],
        later: ["session", "allowed_origins"])

    static let resource = Vocabulary(
        ["name", "endpoint", "primary_key", "write_disposition", "max_table_nesting", "selected"],
        later: laterResourceKeys, instead: ["parallelized": "leave it out; requests follow client.rate_limit"])

    /// What `resource_defaults` may hold: a default name would be the name of all.
    static let resourceDefaults = Vocabulary(
        ["endpoint", "primary_key", "write_disposition", "max_table_nesting", "selected"],
        later: laterResourceKeys, instead: ["parallelized": "leave it out; requests follow client.rate_limit"])

    private static let laterResourceKeys = [
        "include_from_parent", "processing_steps", "merge_key", "columns", "table_name", "schema_contract",
        "table_format", "file_format", "references", "nested_hints", "incremental", "filter", "row_order",
    ]

    static let endpoint = Vocabulary(
        ["path", "method", "params", "headers", "data_selector", "paginator", "total_check"],
        later: ["json", "data", "response_actions", "incremental"],
        instead: ["auth": "client.auth, which holds for all resources"])

    static let bearer = Vocabulary(["type", "token"])
    static let secret = Vocabulary(["secret"])

    static let authTypes = Vocabulary(["bearer"], later: ["api_key", "http_basic", "oauth2_client_credentials"])

    static let paginatorTypes = Vocabulary(
        ["auto", "single_page", "cursor", "page_number", "offset", "json_link", "header_link"], later: ["header_cursor"])

    static let methods = Vocabulary(["GET"], later: ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])

    static let writeDispositions = Vocabulary(["append", "replace", "merge"], later: ["skip"])

    static let totalChecks = Vocabulary(TotalCheck.allCases.map(\.rawValue))

    static let noOptions = Vocabulary(["type"])
    static let jsonLink = Vocabulary(["type", "next_url_path"])
    static let headerLink = Vocabulary(["type", "links_next_key"])
    static let cursor = Vocabulary(
        ["type", "cursor_path", "cursor_param", "stop_after_empty_page"], later: ["cursor_body_path", "has_more_path"])
    static let pageNumber = Vocabulary(
        ["type", "base_page", "page", "page_param", "total_path", "maximum_page", "stop_after_empty_page"],
        later: ["page_body_path", "has_more_path"])
    static let offset = Vocabulary(
        ["type", "limit", "offset", "limit_param", "offset_param", "total_path", "maximum_offset", "stop_after_empty_page"],
        later: ["offset_body_path", "limit_body_path", "has_more_path"])
}

/// Names of headers and parameters whose values are usually credentials: they are warned about in a definition, and stand
/// in no log. Hiding a harmless one (`sort_key`) costs less than showing one secret.
package func looksLikeSecret(_ name: String) -> Bool {
    let folded = name.lowercased().filter { $0.isLetter || $0.isNumber }
    return secretNames.contains(folded) || secretParts.contains { folded.contains($0) } || secretEndings.contains { folded.hasSuffix($0) }
}

private let secretNames: Set<String> = ["authorization", "proxyauthorization", "cookie"]

private let secretParts = ["apikey", "secret", "accesstoken", "authtoken", "sessionid"]

private let secretEndings = [
    "token", "key", "auth", "jwt", "password", "passwd", "pwd", "secret", "session", "credential", "credentials", "signature", "sig", "sas",
]
