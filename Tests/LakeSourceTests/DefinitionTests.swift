import LakeModel
import LakeSource
import Testing

@Suite struct DefinitionTests {
    @Test("The smallest definition has the defaults")
    func smallest() throws {
        let (source, warnings) = try read(definition("\"teams\""))
        #expect(source.name == "my_api")
        #expect(source.client.baseURL == "https://a.example/v1" && source.client.auth == nil && source.client.requestsPerMinute == nil)
        let teams = source.resources[0]
        #expect(teams.name == "teams" && teams.request == RequestTemplate(path: Template("teams")) && teams.paginator == .auto && teams.writeDisposition == .replace && teams.selected)
        #expect(teams.dataSelector == nil && teams.primaryKey.isEmpty && teams.maxTableNesting == 1000 && teams.parent == nil)
        #expect(warnings.isEmpty)
    }

    @Test("Parameters behind a path's question mark stand before the others")
    func queryInPath() throws {
        let (source, _) = try read(definition(#"{"name": "a", "endpoint": {"path": "/list?limit=100&q=a%20b+c&x", "params": {"page": 2}}}"#))
        #expect(source.resources[0].request.path == Template("list"))
        #expect(source.resources[0].request.params == [
            RequestField("limit", "100"), RequestField("q", "a b c"), RequestField("x", ""), RequestField("page", "2"),
        ])
    }

    @Test("Comments, trailing commas and every key are read")
    func everything() throws {
        let (source, warnings) = try read("""
            {
              "name": "crm", // the dataset
              "client": {"base_url": "https://a.example/", "headers": {"Accept-Version": "2"}, "auth": {"token": {"secret": "crm_token"}},
                         "rate_limit": 90, "concurrency": 3, "allowed_origins": ["https://CDN.example:443/", {"origin": "https://files.example:8443", "with_auth": true}],
                         "paginator": {"type": "cursor", "cursor_path": "meta.next", "cursor_param": "after"}},
              "resource_defaults": {"primary_key": "id", "endpoint": {"params": {"limit": 50, "sort": "id"}}},
              "resources": [
                {"name": "deals", "endpoint": {"path": "/v2/deals", "method": "get", "params": {"sort": null, "open": true, "tag": ["a", "b"]},
                 "headers": {"X-Team": "7"}, "data_selector": "data.items[*]", "paginator": "single_page", "total_check": "at_least"},
                 "primary_key": ["org.id", "id"], "write_disposition": "append", "max_table_nesting": 2, "selected": false},
                "people",
              ],
            }
            """)
        #expect(source.name == "crm" && source.client.baseURL == "https://a.example" && source.client.requestsPerMinute == 90 && source.client.concurrency == 3)
        #expect(source.client.allowedOrigins == [AllowedOrigin(origin: "https://cdn.example"), AllowedOrigin(origin: "https://files.example:8443", withAuth: true)])
        #expect(source.client.headers == [RequestField("Accept-Version", "2")])
        guard case .bearer(.named("crm_token")) = source.client.auth else { Issue.record("\(String(describing: source.client.auth))"); return }
        let deals = source.resources[0], people = source.resources[1]
        #expect(deals.request.path == Template("v2/deals") && deals.request.headers == [RequestField("X-Team", "7")])
        #expect(deals.request.params == [RequestField("limit", "50"), RequestField("open", "true"), RequestField("tag", "a"), RequestField("tag", "b")])
        #expect(deals.dataSelector?.steps == [.key("data"), .key("items")] && deals.paginator == .singlePage && deals.totalCheck == .atLeast)
        #expect(deals.primaryKey.map(\.description) == ["org.id", "id"] && deals.writeDisposition == .append && deals.maxTableNesting == 2 && !deals.selected)
        #expect(people.request.params == [RequestField("limit", "50"), RequestField("sort", "id")] && people.writeDisposition == .merge)
        #expect(people.paginator == .cursor(CursorPaginator(cursorPath: Selector(keys: ["meta", "next"]), cursorParam: "after")))
        #expect(warnings.isEmpty)
    }

    @Test("The nearest paginator counts")
    func priority() throws {
        let client = ",\"paginator\":\"json_link\"", defaults = "{\"endpoint\":{\"paginator\":\"header_link\"}}"
        let own = "{\"name\":\"r\",\"endpoint\":{\"paginator\":\"single_page\"}}"
        #expect(try read(definition(own, client: client, defaults: defaults)).source.resources[0].paginator == .singlePage)
        #expect(try read(definition("\"r\"", client: client, defaults: defaults)).source.resources[0].paginator == .headerLink(relation: "next"))
        #expect(try read(definition("\"r\"", client: client)).source.resources[0].paginator == .jsonLink(nextURLPath: Selector(keys: ["next"])))
        #expect(try read(definition("\"u\",{\"name\":\"r\",\"endpoint\":\"u/{resources.u.id}\"}", client: client)).source.resources[1].paginator == .jsonLink(nextURLPath: Selector(keys: ["next"])))
    }

    @Test("A path that ends in a placeholder declares no single page: only what is written is declared")
    func entityPath() throws {
        let entity = "\"u\",{\"name\":\"r\",\"endpoint\":\"u/{resources.u.id}\"}"
        let plain = try read(definition(entity)).source.resources[1]
        #expect(plain.paginator == .auto && plain.inheritsPaginator && plain.isSingleEntity)
        let inherited = try read(definition(entity, client: ",\"paginator\":\"json_link\"")).source.resources[1]
        #expect(inherited.paginator == .jsonLink(nextURLPath: Selector(keys: ["next"])) && inherited.inheritsPaginator)
        let written = try read(definition("{\"name\":\"r\",\"endpoint\":{\"paginator\":\"single_page\"}}")).source.resources[0]
        #expect(written.paginator == .singlePage && !written.inheritsPaginator)
    }

    @Test("Names of headers and parameters that usually hold a credential", arguments: [
        "private_token", "key", "auth", "jwt", "api_token", "X-Api-Key", "Authorization", "cookie", "passwd", "user_password", "db-pwd", "client_secret",
        "session", "session_id", "aws_credentials", "credential", "X-Amz-Signature", "sig", "sas", "auth[token]", "subscription-key", "X-Auth",
    ])
    func secretNames(_ name: String) {
        #expect(looksLikeSecret(name))
    }

    @Test("Harmless parameters are shown", arguments: ["next_cursor", "page", "limit", "per_page", "sort", "status", "offset", "design", "author", "keyword", "tokens_used"])
    func harmlessNames(_ name: String) {
        #expect(!looksLikeSecret(name))
    }

    @Test("The name of a file becomes a name of a source", arguments: [("a/b/My API.v2.json", "My_API"), ("x.json", "x"), ("/9.json", "source"), ("", "source")])
    func names(_ file: String, _ name: String) throws {
        #expect(try read(definition("\"r\""), file).source.name == name)
    }
}
