/// The keys of one kind of object in a definition, or the names of a choice.
struct Vocabulary {
    /// What is read.
    let known: [String]
    /// What dlt reads and restlake does not, with what answers the same wish here.
    let later: [String: String?]
    /// What is read, but in another place: which one.
    let elsewhere: [String: String]

    init(_ known: [String], later: [String] = [], instead: [String: String] = [:], elsewhere: [String: String] = [:]) {
        self.known = known
        self.elsewhere = elsewhere
        self.later = later.reduce(into: instead.mapValues { $0 }) { $0[$1] = .some(nil) }
    }

    init<Choice: CaseIterable & RawRepresentable>(_ choice: Choice.Type) where Choice.RawValue == String {
        self.init(Choice.allCases.map(\.rawValue))
    }
}

// MARK: - Document and client

extension Vocabulary {
    static let document = Vocabulary(["name", "client", "resource_defaults", "resources", "schema_contract", "hash_key"])

    static let client = Vocabulary(
        ["base_url", "headers", "auth", "paginator", "rate_limit", "concurrency", "allowed_origins"],
        instead: ["session": "client.headers and client.auth; proxies and certificate authorities are set where the program is started"])

    static let allowedOrigin = Vocabulary(["origin", "with_auth"])
    static let secret = Vocabulary(["secret"])

    static let authTypes = Vocabulary(
        ["bearer", "api_key", "http_basic", "oauth2_client_credentials"], later: ["OAuthJWTAuth", "oauth_jwt", "oauth2_jwt"])
    static let bearer = Vocabulary(["type", "token"])
    static let apiKey = Vocabulary(["type", "name", "api_key", "location"])
    /// `param` is dlt's other name for `query`.
    static let apiKeyLocations = Vocabulary(
        ["header", "query", "param"], instead: ["cookie": "header, with the name 'Cookie' and a secret that holds name=value"])
    static let httpBasic = Vocabulary(["type", "username", "password"])
    static let oauth2 = Vocabulary(
        [
            "type", "access_token", "access_token_url", "client_id", "client_secret", "access_token_request_data",
            "default_token_expiration",
        ],
        instead: ["session": "leave it out; tokens are asked for as everything else is"])
}

// MARK: - Resources

extension Vocabulary {
    static let resource = Vocabulary(["name"] + resourceKeys, later: laterResourceKeys, instead: otherResourceKeys, elsewhere: endpointPlaces)

    /// What `resource_defaults` may hold: a default name would be the name of all.
    static let resourceDefaults = Vocabulary(
        resourceKeys, later: laterResourceKeys, instead: otherResourceKeys, elsewhere: endpointPlaces)

    private static let resourceKeys = [
        "endpoint", "primary_key", "write_disposition", "incremental", "filter", "include_from_parent", "on_missing_parent_field",
        "allow_empty", "table_name", "columns", "nested_hints", "schema_contract", "fields", "max_table_nesting", "max_columns_per_path",
        "selected", "parallelized",
    ]

    private static let laterResourceKeys = [
        "merge_key", "table_format", "file_format", "references",
    ]

    private static let otherResourceKeys = [
        "processing_steps": "'filter', such as [{\"path\": \"status\", \"op\": \"eq\", \"value\": \"OPEN\"}]",
    ]

    private static let endpointPlaces = endpointKeys.filter { !resourceKeys.contains($0) }
        .reduce(into: [
            "row_order": "'incremental'", "include": "'fields'", "exclude": "'fields'", "personal": "'fields'",
            "hash_key": "the document, beside 'client'",
        ]) { $0[$1] = "'endpoint'" }

    private static let endpointKeys = [
        "path", "method", "params", "json", "data", "headers", "auth", "data_selector", "paginator", "response_actions", "incremental",
        "total_check",
    ]

    static let endpoint = Vocabulary(
        endpointKeys,
        elsewhere: resourceKeys.filter { !endpointKeys.contains($0) }.reduce(into: [:]) { $0[$1] = "the resource, beside 'endpoint'" })

    static let methods = Vocabulary(["GET", "POST"], later: ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])

    static let paramTypes = Vocabulary(["resolve", "incremental"])
    static let resolveParam = Vocabulary(["type", "resource", "field"])

    static let responseAction = Vocabulary(["status_code", "content", "action"])

    static let filter = Vocabulary(["path", "op", "value"])

    static let writeDispositions = Vocabulary(["append", "replace", "merge"], later: ["skip"])
    static let writeDisposition = Vocabulary(
        ["disposition", "strategy"],
        later: ["validity_column_names", "active_record_timestamp", "boundary_timestamp", "row_version_column_name"])
    static let mergeStrategies = Vocabulary(["delete-insert", "upsert"], later: ["scd2", "insert-only"])
}

// MARK: - Fields and tables

extension Vocabulary {
    static let columnHint = Vocabulary(
        [
            "name", "data_type", "precision", "scale", "timezone", "nullable", "primary_key", "description", "timestamp_format", "null_values",
        ] + silentHints,
        instead: [
            "merge_key": "'primary_key' and write_disposition 'merge'",
            "row_key": ownKeys, "parent_key": ownKeys, "root_key": ownKeys,
            "hard_delete": "leave it out; a deleted record stays in the lake with its mark, and a query leaves it out",
            "dedup_sort": "leave it out; of several versions of a key the last one read counts",
            "incremental": "'incremental' of the resource or its endpoint",
            "variant": "leave it out; a value of another type widens the column",
        ])

    /// What dlt tells a warehouse about its own storage. It changes nothing in a lake.
    static let silentHints = ["unique", "sort", "partition", "cluster", "foreign_key"]

    private static let ownKeys = "leave it out; rows are known by _load_id and _row_number, and child rows by _parent_row_number and _root_row_number"

    static let dataTypes = Vocabulary(
        ["text", "double", "bool", "timestamp", "timestamp_ntz", "bigint", "json", "decimal", "date", "time"],
        instead: [
            "binary": "text, which keeps base64 as it stands", "wei": "decimal with scale 0, or text where 38 digits are too few",
            "complex": "json", "boolean": "bool", "string": "text", "integer": "bigint", "int": "bigint", "float": "double",
            "number": "double or decimal", "datetime": "timestamp",
        ])

    static let timestampFormats = Vocabulary(TimestampFormat.names + ["a pattern such as %d/%m/%Y %H:%M"])

    static let schemaContract = Vocabulary(["tables", "columns", "data_type"])

    static let nestedHint = Vocabulary(
        ["table_name", "columns", "schema_contract"], later: ["table_format", "file_format", "references"],
        instead: [
            "primary_key": childRows, "merge_key": childRows, "write_disposition": childRows, "parent_table_name": childRows,
            "nested_hints": "a further key beside this one, such as 'tags[*].parts'",
            "max_table_nesting": "a column of data_type 'json', which is not taken apart, or max_table_nesting of the resource",
        ])

    private static let childRows = "leave it out; the rows of a child table belong to their record"

    static let fieldRules = Vocabulary(["include", "exclude", "personal"])
    static let personalField = Vocabulary(["field", "action"])
}

// MARK: - Incremental

extension Vocabulary {
    private static let incrementalKeys = [
        "cursor_path", "initial_value", "end_value", "last_value_func", "lag", "row_order", "start_param", "end_param", "convert",
        "on_cursor_value_missing", "range_start", "range_end", "primary_key", "allow_external_schedulers",
    ]

    /// `transform` is dlt's old name of `convert`.
    static let incremental = Vocabulary(incrementalKeys, instead: ["transform": "'convert'", "param": "'start_param'"])

    /// As the value of a parameter, whose name is then the start parameter.
    static let incrementalParam = Vocabulary(
        ["type"] + incrementalKeys.filter { !["start_param", "end_param", "end_value"].contains($0) },
        instead: [
            "transform": "'convert'", "start_param": "leave it out; the parameter itself is the start parameter",
            "param": "leave it out; the parameter itself is the start parameter",
            "end_param": "'incremental' of the endpoint, which has both ends", "end_value": "'incremental' of the endpoint, which has both ends",
        ])

    static let rangeEnds = Vocabulary(["closed", "open"])
}

// MARK: - Paginators

extension Vocabulary {
    static let paginatorTypes = Vocabulary(
        ["auto", "single_page", "cursor", "page_number", "offset", "json_link", "header_link", "header_cursor"])

    static let noOptions = Vocabulary(["type"])
    static let jsonLink = Vocabulary(["type", "next_url_path"])
    static let headerLink = Vocabulary(["type", "links_next_key"])
    static let headerCursor = Vocabulary(["type", "cursor_key", "cursor_param"])
    static let cursor = Vocabulary(
        ["type", "cursor_path", "cursor_param", "cursor_body_path", "stop_after_empty_page", "has_more_path"])
    static let pageNumber = Vocabulary([
        "type", "base_page", "page", "page_param", "page_body_path", "total_path", "maximum_page", "stop_after_empty_page", "has_more_path",
    ])
    static let offset = Vocabulary([
        "type", "limit", "offset", "limit_param", "limit_body_path", "offset_param", "offset_body_path", "total_path", "maximum_offset",
        "stop_after_empty_page", "has_more_path", "overlap",
    ])
}

// MARK: - Names of secrets

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
