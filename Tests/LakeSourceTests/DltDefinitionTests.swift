import LakeJSON
import LakeModel
import LakeSource
import Testing

/// Configs as they are written for dlt, as JSON and otherwise unchanged: one per feature.
@Suite struct DltDefinitionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        /// What the last resource must be.
        var check: @Sendable (Resource, Source) -> Bool

        init(_ name: String, _ text: String, _ check: @escaping @Sendable (Resource, Source) -> Bool) {
            testDescription = name
            self.text = text
            self.check = check
        }
    }

    static let requests: [Case] = [
        Case("names alone", """
            {"client": {"base_url": "https://pokeapi.example/api/v2/", "paginator": "auto"}, "resource_defaults": {"primary_key": "name"}, "resources": ["pokemon", "berry"]}
            """) { $0.name == "berry" && $0.request == RequestTemplate(path: Template("berry")) && $0.primaryKey == [keys("name")] && $1.client.baseURL == "https://pokeapi.example/api/v2" },
        Case("defaults of parameters", """
            {"client": {"base_url": "https://api.example.com/v3", "headers": {"Accept": "application/json"}},
             "resource_defaults": {"primary_key": "id", "write_disposition": "merge", "endpoint": {"params": {"per_page": 100, "state": "open"}}},
             "resources": [{"name": "issues", "endpoint": {"path": "issues", "params": {"sort": "updated", "state": "all"}}}]}
            """) { r, _ in
            r.request.params == [RequestField("per_page", "100"), RequestField("state", "all"), RequestField("sort", "updated")] && r.writeDisposition == .merge
        },
        Case("a POST with a JSON body and a cursor in it", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "search", "endpoint": {"path": "search", "method": "POST",
             "json": {"query": {"object": "task"}, "page_size": 100}, "data_selector": "results",
             "paginator": {"type": "cursor", "cursor_path": "next_cursor", "cursor_body_path": "start_cursor", "has_more_path": "has_more"}}}]}
            """) { r, _ in
            r.request.method == .post && r.request.body == .json(.object([.init("query", .object([.init("object", .text(Template("task")))])), .init("page_size", .scalar(100))]))
                && r.paginator == .cursor(CursorPaginator(source: .body(keys("next_cursor")), place: .body(keys("start_cursor")), hasMorePath: keys("has_more")))
        },
        Case("GraphQL with doubled braces", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "q", "endpoint": {"path": "graphql", "method": "POST", "json": {"query": "{{ users {{ id }} }}"}}}]}
            """) { r, _ in r.request.body == .json(.object([.init("query", .text(Template("{ users { id } }")))])) },
        Case("a form", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "f", "endpoint": {"path": "f", "method": "POST", "data": {"a": "1", "b": 2}}}]}
            """) { r, _ in r.request.body == .form([RequestField("a", "1"), RequestField("b", "2")]) },
        Case("an absolute path", """
            {"client": {"base_url": "https://api.example.com/v1"}, "resources": [{"name": "v2", "endpoint": {"path": "https://api.example.com/v2/items"}}]}
            """) { r, _ in r.request.path == Template("https://api.example.com/v2/items") },
        Case("response actions", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts", "endpoint": {"path": "posts/1/comments",
             "response_actions": [{"status_code": 404, "action": "ignore"}, {"content": "Not found", "action": "ignore"}, {"status_code": 200, "content": "some text", "action": "ignore"}]}}]}
            """) { r, _ in r.responseActions.map(\.action) == [.ignore, .ignore, .ignore] && r.responseActions[2] == ResponseAction(statusCode: 200, content: "some text", action: .ignore) },
        Case("keys that change nothing here", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "p", "parallelized": true, "selected": true, "max_table_nesting": 2, "endpoint": {"path": "p", "data_selector": "$.data"}}]}
            """) { r, _ in r.selected && r.maxTableNesting == 2 && r.dataSelector?.steps == [.key("data")] },
        Case("a merge in the long form", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "p", "primary_key": ["org_id", "id"], "write_disposition": {"disposition": "merge", "strategy": "upsert"}}]}
            """) { r, _ in r.writeDisposition == .merge && r.primaryKey.count == 2 },
    ]

    static let paginators: [Case] = [
        Case("json_link", one("{\"type\": \"json_link\", \"next_url_path\": \"pagination.next\"}")) { r, _ in r.paginator == .jsonLink(nextURLPath: keys("pagination", "next")) },
        Case("json_link with a quoted key", one("{\"type\": \"json_link\", \"next_url_path\": \"['@odata.nextLink']\"}")) { r, _ in r.paginator == .jsonLink(nextURLPath: keys("@odata.nextLink")) },
        Case("header_link", one("{\"type\": \"header_link\", \"links_next_key\": \"next\"}")) { r, _ in r.paginator == .headerLink(relation: "next") },
        Case("header_cursor", one("{\"type\": \"header_cursor\", \"cursor_key\": \"X-Next-Cursor\", \"cursor_param\": \"cursor\"}")) { r, _ in
            r.paginator == .cursor(CursorPaginator(source: .header("X-Next-Cursor"), place: .query("cursor")))
        },
        Case("offset", one("{\"type\": \"offset\", \"limit\": 100, \"total_path\": null, \"maximum_offset\": 1000}")) { r, _ in r.paginator == .offset(OffsetPaginator(limit: 100, maximumOffset: 1000)) },
        Case("offset in the body", one("{\"type\": \"offset\", \"limit\": 100, \"offset_body_path\": \"page.offset\", \"limit_body_path\": \"page.limit\", \"total_path\": \"meta.total\"}")) { r, _ in
            r.paginator == .offset(OffsetPaginator(limit: 100, limitPlace: .body(keys("page", "limit")), offsetPlace: .body(keys("page", "offset")), totalPath: keys("meta", "total")))
        },
        Case("page_number", one("{\"type\": \"page_number\", \"base_page\": 1, \"total_path\": \"total_pages\", \"stop_after_empty_page\": false}")) { r, _ in
            r.paginator == .pageNumber(PageNumberPaginator(basePage: 1, totalPath: keys("total_pages"), stopAfterEmptyPage: false))
        },
        Case("page_number with has_more", one("{\"type\": \"page_number\", \"total_path\": null, \"has_more_path\": \"has_more\", \"stop_after_empty_page\": false, \"page_body_path\": \"page\"}")) { r, _ in
            r.paginator == .pageNumber(PageNumberPaginator(place: .body(keys("page")), stopAfterEmptyPage: false, hasMorePath: keys("has_more")))
        },
        Case("cursor", one("{\"type\": \"cursor\", \"cursor_path\": \"cursors.next\", \"cursor_param\": \"after\", \"stop_after_empty_page\": true}")) { r, _ in
            r.paginator == .cursor(CursorPaginator(cursorPath: keys("cursors", "next"), cursorParam: "after", stopAfterEmptyPage: true))
        },
        Case("single_page", one("\"single_page\"")) { r, _ in r.paginator == .singlePage },
        Case("auto", one("{\"type\": \"auto\"}")) { r, _ in r.paginator == .auto && !r.inheritsPaginator },
    ]

    /// A config with one resource that pages so.
    private static func one(_ paginator: String) -> String {
        "{\"client\": {\"base_url\": \"https://api.example.com\"}, \"resources\": [{\"name\": \"posts\", \"endpoint\": {\"path\": \"posts\", \"paginator\": \(paginator)}}]}"
    }

    static let auths: [Case] = [
        Case("bearer without type", client("{\"token\": \"abc\"}")) { $1.client.auth == .bearer(token: .literal("abc")) },
        Case("bearer", client("{\"type\": \"bearer\", \"token\": \"abc\"}")) { $1.client.auth == .bearer(token: .literal("abc")) },
        Case("a name alone", client("\"api_key\"")) { $1.client.auth == .apiKey(name: "Authorization", key: .named("api_key"), location: .header) },
        Case("api_key", client("{\"type\": \"api_key\", \"name\": \"X-Api-Key\", \"api_key\": \"abc\", \"location\": \"header\"}")) { $1.client.auth == .apiKey(name: "X-Api-Key", key: .literal("abc"), location: .header) },
        Case("http_basic", client("{\"type\": \"http_basic\", \"username\": \"u\", \"password\": \"p\"}")) { $1.client.auth == .httpBasic(username: .literal("u"), password: .literal("p")) },
        Case("oauth2_client_credentials", client("""
            {"type": "oauth2_client_credentials", "access_token_url": "https://login.example.com/oauth2/token", "client_id": "i", "client_secret": "s",
             "access_token_request_data": {"grant_type": "client_credentials", "scope": "read"}, "default_token_expiration": 1800}
            """)) { _, source in
            source.client.auth == .oauth2ClientCredentials(OAuth2ClientCredentials(
                tokenURL: "https://login.example.com/oauth2/token", clientID: .literal("i"), clientSecret: .literal("s"),
                requestData: [RequestField("grant_type", "client_credentials"), RequestField("scope", "read")], defaultExpirationSeconds: 1800))
        },
    ]

    private static func client(_ auth: String) -> String { "{\"client\": {\"base_url\": \"https://api.example.com\", \"auth\": \(auth)}, \"resources\": [\"posts\"]}" }

    static let dependents: [Case] = [
        Case("a parent in path, params, headers and json", """
            {"client": {"base_url": "https://api.example.com"}, "resources": ["posts", {"name": "comments", "include_from_parent": ["id", "title"], "endpoint": {"method": "POST",
             "path": "posts/{resources.posts.id}/comments", "params": {"author": "{resources.posts.author.id}"}, "headers": {"X-Post": "{resources.posts.id}"},
             "json": {"filter": {"id": "{resources.posts.id}"}, "limit": 5}}}]}
            """) { r, _ in
            r.parent == ParentBinding(
                resource: "posts", fields: [keys("id"), keys("author", "id")],
                included: [IncludedField(field: keys("id"), name: "_posts_id"), IncludedField(field: keys("title"), name: "_posts_title")])
                && r.request.path.parts == [.text("posts/"), .parentField(keys("id")), .text("/comments")]
        },
        Case("resolve", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "issues", "endpoint": {"path": "issues"}}, {"name": "issue_comments", "include_from_parent": ["id"],
             "endpoint": {"path": "issues/{issue_number}/comments", "params": {"issue_number": {"type": "resolve", "resource": "issues", "field": "number"}}}}]}
            """) { r, _ in r.parent?.fields == [keys("number")] && r.request.params.isEmpty && r.request.path.description == "issues/{resources.issues.number}/comments" },
        Case("a chain, with two fields of one parent", """
            {"client": {"base_url": "https://api.example.com"}, "resources": ["groups",
             {"name": "users", "endpoint": {"path": "groups/{group_id}/users", "params": {"group_id": {"type": "resolve", "resource": "groups", "field": "id"}}}},
             {"name": "details", "endpoint": {"path": "groups/{group_id}/users/{user_id}/details", "params": {"group_id": {"type": "resolve", "resource": "users", "field": "group_id"},
              "user_id": {"type": "resolve", "resource": "users", "field": "id"}}}}]}
            """) { r, source in r.parent == ParentBinding(resource: "users", fields: [keys("group_id"), keys("id")]) && source.resources[1].parent?.resource == "groups" },
        Case("one of a list of parents", """
            {"client": {"base_url": "https://api.example.com"}, "resources": ["orders", {"name": "lines", "endpoint": {"path": "lines/{resources.orders.items[0].id}"}}]}
            """) { r, _ in r.parent?.fields.map(\.description) == ["items[0].id"] },
    ]

    static let incrementals: [Case] = [
        Case("in a parameter", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts", "endpoint": {"path": "posts", "data_selector": "results",
             "params": {"created_since": {"type": "incremental", "cursor_path": "created_at", "initial_value": "2024-01-25"}}}}]}
            """) { r, _ in r.incremental == Incremental(cursorPath: keys("created_at"), initialValue: "2024-01-25", startParam: "created_since") && r.request.params.count == 1 },
        Case("of an endpoint", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts", "primary_key": "id", "endpoint": {"path": "posts",
             "incremental": {"start_param": "created_since", "end_param": "created_before", "cursor_path": "created_at", "initial_value": "2024-01-25T00:00:00Z", "end_value": "2024-02-25T00:00:00Z",
              "row_order": "asc", "lag": 3600, "on_cursor_value_missing": "include", "range_start": "closed", "range_end": "open", "last_value_func": "max", "primary_key": "id",
              "allow_external_schedulers": false}}}]}
            """) { r, _ in
            r.incremental == Incremental(
                cursorPath: keys("created_at"), initialValue: "2024-01-25T00:00:00Z", endValue: "2024-02-25T00:00:00Z", lag: 3600, rowOrder: .asc,
                startParam: "created_since", endParam: "created_before", onMissing: .include)
                && r.request.params.map(\.name) == ["created_since", "created_before"] && r.writeDisposition == .merge
        },
        Case("by placeholders", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts", "endpoint": {"path": "posts", "method": "POST", "params": {"since": "{incremental.start_value}"},
             "json": {"filters": {"updated_after": "{incremental.start_value}", "updated_before": "{incremental.end_value}", "first": "{incremental.initial_value}", "last": "{incremental.last_value}"}},
             "headers": {"X-Since": "{incremental.start_value}"}, "incremental": {"cursor_path": "updated_at", "initial_value": 1704067200}}}]}
            """) { r, _ in r.incremental?.initialValue == 1_704_067_200 && r.request.params == [RequestField("since", parts: [.incremental(.startValue)], "{incremental.start_value}")] },
    ]

    static let schemas: [Case] = [
        Case("columns by name", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "orders", "table_name": "shop_orders", "columns": {
             "id": {"data_type": "bigint", "primary_key": true, "nullable": false}, "amount": {"data_type": "decimal", "precision": 12, "scale": 2},
             "customer__vip": {"data_type": "bool"}, "created_at": {"data_type": "timestamp", "precision": 6, "timezone": false, "partition": true}, "payload": {"data_type": "json"},
             "note": {"data_type": "text", "precision": 512, "description": "Of the customer", "x-annotation-pii": true}}}]}
            """) { r, _ in
            r.tableName == "shop_orders" && r.primaryKey == [keys("id")] && r.writeDisposition == .merge && r.columns == [
                ColumnHint(field: FieldReference(field: ["id"]), dataType: .bigint, isNullable: false),
                ColumnHint(field: FieldReference(field: ["amount"]), dataType: DecimalSize(precision: 12, scale: 2).map { .decimal($0) }),
                ColumnHint(field: FieldReference(field: ["customer__vip"]), dataType: .boolean),
                ColumnHint(field: FieldReference(field: ["created_at"]), dataType: .timestampNTZ), ColumnHint(field: FieldReference(field: ["payload"]), dataType: .json),
                ColumnHint(field: FieldReference(field: ["note"]), dataType: .text, description: "Of the customer"),
            ]
        },
        Case("a list of columns over default ones", """
            {"client": {"base_url": "https://api.example.com"}, "resource_defaults": {"primary_key": "id", "columns": {"updated_at": {"data_type": "timestamp", "nullable": false}}},
             "resources": [{"name": "posts", "columns": [{"name": "updated_at", "data_type": "text"}, {"name": "score", "data_type": "double", "unique": false, "sort": true, "cluster": true}]}]}
            """) { r, _ in
            r.columns == [ColumnHint(field: FieldReference(field: ["updated_at"]), dataType: .text, isNullable: false), ColumnHint(field: FieldReference(field: ["score"]), dataType: .double)]
        },
        Case("contracts", """
            {"client": {"base_url": "https://api.example.com"}, "resource_defaults": {"schema_contract": {"tables": "evolve", "columns": "freeze"}},
             "resources": [{"name": "posts", "schema_contract": {"tables": "discard_row", "columns": "evolve", "data_type": "discard_value"}}]}
            """) { r, _ in r.contract == SchemaContract(tables: .discardRow, columns: .evolve, dataType: .discardValue) },
        Case("a contract in short", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts", "schema_contract": "freeze"}]}
            """) { r, _ in r.contract == SchemaContract(tables: .freeze, columns: .freeze, dataType: .freeze) },
        Case("nested hints", """
            {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "customers", "nested_hints": {
             "purchases": {"columns": [{"name": "price", "data_type": "decimal"}], "schema_contract": {"columns": "freeze"}}}}]}
            """) { r, _ in
            r.nestedTables == [NestedTable(table: [.key("purchases"), .all], contract: SchemaContract(columns: .freeze))]
                && r.columns == [ColumnHint(field: FieldReference(table: [.key("purchases"), .all], field: ["price"]), dataType: .decimal(.usual))]
        },
    ]

    @Test("A config written for dlt reads unchanged", arguments: requests + paginators + auths + dependents + incrementals + schemas)
    func reads(_ c: Case) throws {
        let (source, _) = try read(c.text, "dlt.json")
        #expect(c.check(try #require(source.resources.last), source))
    }
}
