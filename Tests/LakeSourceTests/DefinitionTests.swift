import LakeModel
import LakeSource
import Testing

/// A definition of one resource `r` with this endpoint, or these resources.
private func definition(_ resources: String, client: String = "", defaults: String = "") -> String {
    "{\"client\":{\"base_url\":\"https://a.example/v1\"\(client)}\(defaults),\"resources\":[\(resources)]}"
}

private func read(_ text: String, _ file: String = "defs/my api.json") throws -> (source: Source, warnings: [DefinitionFinding]) {
    try Source.read(definition: PageBytes(text), named: file)
}

private func sentences(_ text: String) -> [String] {
    do {
        _ = try read(text)
        return []
    } catch let faults as DefinitionFaults {
        return faults.findings.map(\.sentence)
    } catch {
        return ["\(error)"]
    }
}

private func paginator(_ text: String) throws -> Paginator {
    try read(definition("{\"name\":\"r\",\"endpoint\":{\"paginator\":\(text)}}")).source.resources[0].paginator
}

@Suite struct DefinitionTests {
    @Test("The smallest definition has the defaults")
    func smallest() throws {
        let (source, warnings) = try read(definition("\"teams\""))
        #expect(source.name == "my_api")
        #expect(source.client.baseURL == "https://a.example/v1" && source.client.auth == nil && source.client.requestsPerMinute == nil)
        let teams = source.resources[0]
        #expect(teams.name == "teams" && teams.path == "teams" && teams.paginator == .auto && teams.writeDisposition == .replace && teams.selected)
        #expect(teams.dataSelector == nil && teams.primaryKey.isEmpty && teams.maxTableNesting == 1000 && teams.parent == nil)
        #expect(warnings.isEmpty)
    }

    @Test("Comments, trailing commas and every key are read")
    func everything() throws {
        let (source, warnings) = try read("""
            {
              "name": "crm", // the dataset
              "client": {"base_url": "https://a.example/", "headers": {"Accept-Version": "2"}, "auth": {"token": {"secret": "crm_token"}},
                         "rate_limit": 90, "paginator": {"type": "cursor", "cursor_path": "meta.next", "cursor_param": "after"}},
              "resource_defaults": {"primary_key": "id", "endpoint": {"params": {"limit": 50, "sort": "id"}}},
              "resources": [
                {"name": "deals", "endpoint": {"path": "/v2/deals", "method": "get", "params": {"sort": null, "open": true, "tag": ["a", "b"]},
                 "headers": {"X-Team": "7"}, "data_selector": "data.items[*]", "paginator": "single_page", "total_check": "at_least"},
                 "primary_key": ["org.id", "id"], "write_disposition": "append", "max_table_nesting": 2, "selected": false},
                "people",
              ],
            }
            """)
        #expect(source.name == "crm" && source.client.baseURL == "https://a.example" && source.client.requestsPerMinute == 90)
        #expect(source.client.headers == [NamedValue("Accept-Version", "2")])
        guard case .bearer(.named("crm_token")) = source.client.auth else { Issue.record("\(String(describing: source.client.auth))"); return }
        let deals = source.resources[0], people = source.resources[1]
        #expect(deals.path == "v2/deals" && deals.headers == [NamedValue("X-Team", "7")])
        #expect(deals.params == [NamedValue("limit", "50"), NamedValue("open", "true"), NamedValue("tag", "a"), NamedValue("tag", "b")])
        #expect(deals.dataSelector?.steps == [.key("data"), .key("items")] && deals.paginator == .singlePage && deals.totalCheck == .atLeast)
        #expect(deals.primaryKey.map(\.description) == ["org.id", "id"] && deals.writeDisposition == .append && deals.maxTableNesting == 2 && !deals.selected)
        #expect(people.params == [NamedValue("limit", "50"), NamedValue("sort", "id")] && people.writeDisposition == .merge)
        #expect(people.paginator == .cursor(CursorPaginator(cursorPath: Selector(keys: ["meta", "next"]), cursorParam: "after")))
        #expect(warnings.isEmpty)
    }

    @Test("Paginators have dlt's names, options and defaults")
    func paginators() throws {
        #expect(try paginator("\"auto\"") == .auto)
        #expect(try paginator("{\"type\":\"single_page\"}") == .singlePage)
        #expect(try paginator("\"json_link\"") == .jsonLink(nextURLPath: Selector(keys: ["next"])))
        #expect(try paginator("{\"type\":\"json_response\",\"next_url_path\":\"links.next\"}") == .jsonLink(nextURLPath: Selector(keys: ["links", "next"])))
        #expect(try paginator("\"header_link\"") == .headerLink(relation: "next"))
        #expect(try paginator("{\"type\":\"header_link\",\"links_next_key\":\"more\"}") == .headerLink(relation: "more"))
        #expect(try paginator("\"cursor\"") == .cursor(CursorPaginator(cursorPath: Selector(keys: ["cursors", "next"]), cursorParam: "cursor")))
        #expect(try paginator("\"page_number\"") == .pageNumber(PageNumberPaginator()))
        #expect(try paginator("{\"type\":\"page_number\",\"base_page\":1,\"page\":3,\"page_param\":\"p\",\"total_path\":\"t\",\"maximum_page\":9,\"stop_after_empty_page\":true}")
            == .pageNumber(PageNumberPaginator(basePage: 1, firstPage: 3, pageParam: "p", totalPath: Selector(keys: ["t"]), maximumPage: 9)))
        #expect(try paginator("{\"type\":\"offset\",\"limit\":50}") == .offset(OffsetPaginator(limit: 50)))
    }

    @Test("The nearest paginator counts")
    func priority() throws {
        let client = ",\"paginator\":\"json_link\"", defaults = ",\"resource_defaults\":{\"endpoint\":{\"paginator\":\"header_link\"}}"
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

    @Test("A token is a reference, or a literal with a warning", arguments: [
        ("\"bearer\"", SecretReference.named("bearer_token")), ("{\"type\":\"bearer\"}", .named("bearer_token")), ("{\"token\":null}", .named("bearer_token")),
        ("{\"type\":\"bearer\",\"token\":{\"secret\":\"other\"}}", .named("other")), ("{\"token\":\"s3cr3t\"}", .literal("s3cr3t")),
    ])
    func auth(_ auth: String, _ expected: SecretReference) throws {
        let (source, warnings) = try read(definition("\"r\"", client: ",\"auth\":\(auth)"))
        guard case .bearer(let token) = source.client.auth else { Issue.record("no auth"); return }
        #expect(token == expected)
        let literal = "client.auth.token: a secret stands in the definition. Better: {\"secret\": \"bearer_token\"}, and the value in the environment or in secrets.toml."
        #expect(warnings.map(\.sentence) == (expected == .literal("s3cr3t") ? [literal] : []))
    }

    @Test("Dependent resources name one field of one parent")
    func dependent() throws {
        let (source, _) = try read(definition("""
            "users", {"name": "notes", "endpoint": {"path": "users/{resources.users.ref.id}/notes", "params": {"u": "{resources.users.ref.id}", "q": "{{x}}"}}},
            {"name": "note", "endpoint": "notes/{resources.notes.id}"}
            """))
        let notes = source.resources[1]
        #expect(notes.parent == ParentBinding(resource: "users", field: Selector(steps: [.key("ref"), .key("id")], description: "ref.id"), placeholder: "{resources.users.ref.id}"))
        #expect(!notes.isSingleEntity && source.resources[2].isSingleEntity)
        #expect(notes.params.map(\.value) == ["{resources.users.ref.id}", "{x}"])
        #expect(notes.parent?.filled(notes.path, with: "a%2Fb") == "users/a%2Fb/notes")
        #expect(notes.parent?.filled("{x}", with: "1") == "{x}")
    }

    @Test("Equal definitions have equal fingerprints, and a secret is no part of them")
    func fingerprints() throws {
        let base = try read(definition("{\"name\":\"r\",\"endpoint\":\"p\"}", client: ",\"auth\":{\"token\":\"one\"}")).source.fingerprint
        #expect(base.count == 32)
        let rewritten = definition("{\"endpoint\":{\"path\":\"/p\"},\"name\":\"r\"}", client: ",\"auth\":{\"type\":\"bearer\",\"token\":\"two\"}")
        let same = try read(" /* c */ " + rewritten, "x").source.fingerprint
        #expect(same == base)
        let other = try read(definition("{\"name\":\"r\",\"endpoint\":\"q\"}", client: ",\"auth\":{\"token\":\"one\"}")).source.fingerprint
        #expect(other != base)
        #expect(fingerprint(of: "").utf8.count == 32)
        #expect(fingerprint(of: "foobar") != fingerprint(of: "foobaz"))
    }

    @Test("The built-in thena is read by the same reader")
    func thena() throws {
        let source = try #require(BuiltInSources.source("thena"))
        #expect(source.client.baseURL == "https://bolt.thena.ai/rest/v2" && source.client.requestsPerMinute == 60)
        #expect(source.resources.map(\.name) == ["requests", "v3_requests", "users", "user", "custom_fields", "sub_statuses"])
        #expect(source.resources.filter(\.selected).map(\.name) == ["requests", "users", "custom_fields", "sub_statuses"])
        #expect(source.resources.allSatisfy { $0.primaryKey.map(\.description) == ["id"] && $0.dataSelector == nil && $0.writeDisposition == .merge })
        #expect(source.resources[0].params == [NamedValue("limit", "100")] && source.resources[3].paginator == .singlePage && source.resources[3].parent?.resource == "users")
        #expect(BuiltInSources.source("other") == nil)
    }

    @Test("The name of a file becomes a name of a source", arguments: [("a/b/My API.v2.json", "My_API"), ("x.json", "x"), ("/9.json", "source"), ("", "source")])
    func names(_ file: String, _ name: String) throws {
        #expect(try read(definition("\"r\""), file).source.name == name)
    }
}

@Suite struct DefinitionFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var sentences: [String]
        init(_ name: String, _ text: String, _ sentences: String...) {
            testDescription = name
            self.text = text
            self.sentences = sentences
        }
        /// One resource `r` with this endpoint.
        static func endpoint(_ name: String, _ endpoint: String, _ sentence: String) -> Case {
            Case(name, definition("{\"name\":\"r\",\"endpoint\":\(endpoint)}"), sentence)
        }
    }

    private static let kinds = "auto, single_page, cursor, page_number, offset, json_link, header_link"

    static let cases: [Case] = [
        Case("no JSON", "{\"client\":\n  x}", "line 2, column 3: expected a value, found 'x'."),
        Case("a key twice", "{\"client\":1,\"client\":2}", "line 1, column 13: duplicate key 'client'."),
        Case("another root", "[]", "expected an object, found a list."),
        Case("nothing", "{}", "the key 'client' is missing; expected an object with 'base_url'.", "the key 'resources' is missing; expected a list of resources."),
        Case("no base URL", "{\"client\":{},\"resources\":[\"r\"]}", "client: the key 'base_url' is missing; expected a URL such as https://api.example.com/v1."),
        Case("empty resources", definition(""), "resources: expected at least one resource."),
        Case("unknown keys", definition("{\"name\":\"r\",\"primarykey\":\"id\"}", client: ",\"paginater\":1"),
             "client.paginater: unknown key. Did you mean 'paginator'? Known here: base_url, headers, auth, paginator, rate_limit.",
             "resources[0].primarykey: unknown key. Did you mean 'primary_key'? Known here: name, endpoint, primary_key, write_disposition, max_table_nesting, selected."),
        .endpoint("a misspelt option", "{\"paginator\":{\"type\":\"cursor\",\"cursor_pth\":\"a\"}}",
             "resources[0].endpoint.paginator.cursor_pth: unknown key. Did you mean 'cursor_path'? Known here: type, cursor_path, cursor_param, stop_after_empty_page."),
        .endpoint("a later option", "{\"paginator\":{\"type\":\"cursor\",\"cursor_body_path\":\"a\"}}",
             "resources[0].endpoint.paginator.cursor_body_path: not supported by this version."),
        .endpoint("a later key", "{\"response_actions\":[]}", "resources[0].endpoint.response_actions: not supported by this version."),
        .endpoint("auth of an endpoint", "{\"auth\":{}}", "resources[0].endpoint.auth: not supported by this version. Instead: client.auth, which holds for all resources."),
        .endpoint("an unknown paginator", "{\"paginator\":\"curser\"}", "resources[0].endpoint.paginator: unknown name 'curser'. Did you mean 'cursor'? Known here: \(kinds)."),
        .endpoint("a later paginator", "{\"paginator\":{\"type\":\"header_cursor\"}}", "resources[0].endpoint.paginator.type: not supported by this version. Instead: \(kinds)."),
        .endpoint("no paginator type", "{\"paginator\":{\"limit\":1}}", "resources[0].endpoint.paginator: the key 'type' is missing; expected one of \(kinds)."),
        .endpoint("offset without limit", "{\"paginator\":\"offset\"}", "resources[0].endpoint.paginator: the key 'limit' is missing; expected the number of records to ask for per page."),
        .endpoint("a small number", "{\"paginator\":{\"type\":\"offset\",\"limit\":0}}", "resources[0].endpoint.paginator.limit: expected a whole number of at least 1, found '0'."),
        .endpoint("a wrong type", "{\"paginator\":{\"type\":\"offset\",\"limit\":\"9\"}}", "resources[0].endpoint.paginator.limit: expected a whole number of at least 1, found a text."),
        .endpoint("no stop on an empty page", "{\"paginator\":{\"type\":\"page_number\",\"stop_after_empty_page\":false}}",
             "resources[0].endpoint.paginator.stop_after_empty_page: not supported by this version. Instead: leave it out; an empty page ends this paginator."),
        .endpoint("a method", "{\"method\":\"POST\"}", "resources[0].endpoint.method: not supported by this version. Instead: GET."),
        .endpoint("JSONPath", "{\"data_selector\":\"a[?(@.b)]\"}", "resources[0].endpoint.data_selector: the selector 'a[?(@.b)]' holds '[?(@.b)]', which is not supported. Supported: a.b, $, ['x'], [*], [0]."),
        .endpoint("many lists", "{\"data_selector\":\"a[*].b\"}", "resources[0].endpoint.data_selector: the selector 'a[*].b' can match many values; expected one list of records."),
        .endpoint("an absolute path", "\"https://b.example/x\"", "resources[0].endpoint: not supported by this version. Instead: a path below client.base_url."),
        .endpoint("a query in the path", "\"x?a=1\"", "resources[0].endpoint: expected a path without '?' and '#'; parameters belong to 'params'."),
        .endpoint("a header that smuggles", "{\"headers\":{\"X-A\":\"1\\r\\nX-B: 2\"}}", "resources[0].endpoint.headers.X-A: expected a text without line breaks and control characters."),
        .endpoint("an old placeholder", "{\"params\":{\"id\":{\"type\":\"resolve\",\"resource\":\"u\",\"field\":\"id\"}}}",
             "resources[0].endpoint.params.id: not supported by this version. Instead: a placeholder such as {resources.users.id}."),
        .endpoint("an object as parameter", "{\"params\":{\"id\":{}}}", "resources[0].endpoint.params.id: expected a text, a number, true, false or a list of them, found an object."),
        .endpoint("incremental", "{\"params\":{\"since\":\"{incremental.start_value}\"}}", "resources[0].endpoint.params.since: not supported by this version."),
        .endpoint("a brace", "\"a/{b\"", "resources[0].endpoint: expected braces in pairs; a plain brace is doubled: {{."),
        .endpoint("another placeholder", "\"a/{b}\"", "resources[0].endpoint: expected a placeholder such as {resources.users.id}; a plain brace is doubled: {{, found '{b}'."),
        .endpoint("a total check", "{\"total_check\":\"exactly\"}", "resources[0].endpoint.total_check: unknown name 'exactly'. Did you mean 'exact'? Known here: exact, at_least, ignore."),
        Case("merge without key", definition("{\"name\":\"r\",\"write_disposition\":\"merge\"}"), "resources[0].write_disposition: needs 'primary_key', which is not given."),
        Case("a disposition of dlt", definition("{\"name\":\"r\",\"write_disposition\":{\"disposition\":\"merge\"}}"),
             "resources[0].write_disposition: not supported by this version. Instead: append, replace, merge."),
        Case("an unknown disposition", definition("{\"name\":\"r\",\"write_disposition\":\"repalce\"}"),
             "resources[0].write_disposition: unknown name 'repalce'. Did you mean 'replace'? Known here: append, replace, merge."),
        Case("no name", definition("{\"endpoint\":\"x\"}"), "resources[0]: the key 'name' is missing; expected the name of the resource."),
        Case("a name twice", definition("\"r\",{\"name\":\"r\"}"), "resources[1]: the resource 'r' is declared already at resources[0]."),
        Case("an unknown parent", definition("\"users\",{\"name\":\"r\",\"endpoint\":\"u/{resources.user.id}\"}"),
             "resources[1].endpoint: unknown name 'user'. Did you mean 'users'? Known here: users."),
        Case("a circle", definition("{\"name\":\"a\",\"endpoint\":\"x/{resources.b.id}\"},{\"name\":\"b\",\"endpoint\":\"y/{resources.a.id}\"}"),
             "resources[0].endpoint: resources depend on each other in a circle: a → b → a."),
        Case("its own parent", definition("{\"name\":\"a\",\"endpoint\":\"x/{resources.a.id}\"}"), "resources[0].endpoint: resources depend on each other in a circle: a → a."),
        Case("two parents", definition("\"a\",\"b\",{\"name\":\"r\",\"endpoint\":\"{resources.a.id}/{resources.b.id}\"}"),
             "resources[2].endpoint: a resource depends on one field of one parent, but here are {resources.a.id} and {resources.b.id}."),
        Case("a fault in the defaults is told once", definition("\"a\",\"b\"", defaults: ",\"resource_defaults\":{\"endpoint\":{\"paginator\":\"offset\"}}"),
             "resource_defaults.endpoint.paginator: the key 'limit' is missing; expected the number of records to ask for per page."),
        Case("another auth", definition("\"r\"", client: ",\"auth\":{\"type\":\"api_key\",\"api_key\":\"x\"}"), "client.auth.type: not supported by this version. Instead: bearer."),
        Case("a secret without name", definition("\"r\"", client: ",\"auth\":{\"token\":{\"secrets\":\"x\"}}"),
             "client.auth.token.secrets: unknown key. Did you mean 'secret'? Known here: secret.", "client.auth.token: the key 'secret' is missing; expected the name of a secret."),
        Case("a rate", definition("\"r\"", client: ",\"rate_limit\":0.5"), "client.rate_limit: expected a whole number of at least 1, found '0.5'."),
        Case("a source name", "{\"name\":\"../x\",\"client\":{\"base_url\":\"https://a\"},\"resources\":[\"r\"]}",
             "name: expected a name of letters, digits, '_' and '-' that begins with a letter, at most 63 long, found '../x'."),
    ]

    @Test("Every fault is told with its path, what was expected and the nearest name", arguments: cases)
    func faults(_ c: Case) { #expect(sentences(c.text) == c.sentences) }

    @Test("A base URL is http or https, without secrets and without a query", arguments: [
        ("ftp://a", "a URL that begins with https:// or http://"), ("a.example", "a URL that begins with https:// or http://"),
        ("https://u:p@a/", "a URL without user name and password; they belong to 'auth'"), ("https://a/#x", "a URL without '#'"),
        ("https://a/?x=1", "a URL without '?'; parameters belong to 'params'"), ("https:///x", "a URL with a host, such as https://api.example.com/v1"),
        ("https://a:99999", "a URL with a host, such as https://api.example.com/v1"), ("https://a b", "a URL without spaces, backslashes and letters outside ASCII"),
    ])
    func badURLs(_ url: String, _ expected: String) {
        #expect(sentences("{\"client\":{\"base_url\":\"\(url)\"},\"resources\":[\"r\"]}") == ["client.base_url: expected \(expected)."])
    }

    @Test("Good base URLs lose their last slash only", arguments: [
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"), ("https://[::1]:80/x", "https://[::1]:80/x"), ("HTTPS://A.example/v1//", "HTTPS://A.example/v1"),
    ])
    func goodURLs(_ url: String, _ expected: String) throws {
        #expect(try read("{\"client\":{\"base_url\":\"\(url)\"},\"resources\":[\"r\"]}").source.client.baseURL == expected)
    }

    @Test("All faults of a definition come at once, each line with the file's name")
    func allAtOnce() {
        do {
            _ = try read("{\"client\":{\"base_url\":\"x\"},\"resources\":[{\"name\":\"r\",\"selected\":\"yes\",\"endpoint\":{\"data_selector\":\"..\"}}]}", "a.json")
            Issue.record("read")
        } catch let faults as DefinitionFaults {
            #expect(faults.sentences == [
                "a.json: client.base_url: expected a URL that begins with https:// or http://.",
                "a.json: resources[0].endpoint.data_selector: the selector '..' holds '..', which is not supported. Supported: a.b, $, ['x'], [*], [0].",
                "a.json: resources[0].selected: expected true or false, found a text.",
            ])
        } catch { Issue.record("\(error)") }
    }
}
