import LakeModel
import LakeSource
import Testing

@Suite struct DefinitionFaultTests {
    private static let selectors = "which is not supported. Supported: a.b, $, ['x'], [*], [0]."
    private static let place = "a placeholder such as {resources.users.id}; a plain brace is doubled: {{"
    private static let scalar = "a text, a number, true, false, a list of them or {\"secret\": \"name\"}"
    private static let resourceKeys = "endpoint, primary_key, write_disposition, incremental, filter, include_from_parent, "
        + "on_missing_parent_field, allow_empty, table_name, columns, nested_hints, schema_contract, fields, max_table_nesting, "
        + "max_columns_per_path, selected, parallelized"

    static let documents: [FaultCase] = [
        FaultCase("no JSON", "{\"client\":\n  x}", "line 2, column 3: expected a value, found 'x'."),
        FaultCase("a key twice", "{\"client\":1,\"client\":2}", "line 1, column 13: duplicate key 'client'."),
        FaultCase("another root", "[]", "expected an object, found a list."),
        FaultCase("nothing", "{}", "the key 'client' is missing; expected an object with 'base_url'.", "the key 'resources' is missing; expected a list of resources."),
        FaultCase("a source name", "{\"name\":\"../x\",\"client\":{\"base_url\":\"https://a\"},\"resources\":[\"r\"]}",
            "name: expected a name of letters, digits, '_' and '-' that begins with a letter, at most 63 long, found '../x'."),
        FaultCase("no base URL", "{\"client\":{},\"resources\":[\"r\"]}", "client: the key 'base_url' is missing; expected a URL such as https://api.example.com/v1."),
        FaultCase("empty resources", definition(""), "resources: expected at least one resource."),
        FaultCase("resources that are none", definition("[]"), "resources[0]: expected a name or an object, found a list."),
        FaultCase("unknown keys", definition("{\"name\":\"r\",\"primarykey\":\"id\"}", client: ",\"paginater\":1"),
            "client.paginater: unknown key. Did you mean 'paginator'? Known here: base_url, headers, auth, paginator, rate_limit, concurrency, allowed_origins.",
            "resources[0].primarykey: unknown key. Did you mean 'primary_key'? Known here: name, \(resourceKeys)."),
        FaultCase("a name among the defaults", definition("\"r\"", defaults: "{\"name\":\"x\"}"),
            "resource_defaults.name: unknown key. Known here: \(resourceKeys)."),
        FaultCase("a fault in the defaults is told once", definition("\"a\",\"b\"", defaults: "{\"endpoint\":{\"paginator\":\"offset\"}}"),
            "resource_defaults.endpoint.paginator: the key 'limit' is missing; expected the number of records to ask for per page."),
        FaultCase("a session", definition("\"r\"", client: ",\"session\":{}"),
            "client.session: not supported by this version. Instead: client.headers and client.auth; proxies and certificate authorities are set where the program is started."),
        FaultCase("a rate", definition("\"r\"", client: ",\"rate_limit\":0.5"), "client.rate_limit: expected a whole number of at least 1, found '0.5'."),
        FaultCase("no concurrency", definition("\"r\"", client: ",\"concurrency\":0"), "client.concurrency: expected a whole number of at least 1, found '0'."),
        FaultCase("origins that are none", definition("\"r\"", client: ",\"allowed_origins\":[\"https://b.example/x\",1,{\"with_auth\":true},\"https://u:p@b.example\"]"),
            "client.allowed_origins[0]: expected an origin such as https://files.example.com, without a path.",
            "client.allowed_origins[1]: expected an origin or an object, found a number.",
            "client.allowed_origins[2]: the key 'origin' is missing; expected an origin such as https://files.example.com.",
            "client.allowed_origins[3]: expected an origin such as https://files.example.com, without a path."),
        FaultCase("an origin twice", definition("\"r\"", client: ",\"allowed_origins\":[\"https://b.example\",{\"origin\":\"https://B.example:443\",\"with_auth\":true}]"),
            "client.allowed_origins[1]: expected each origin once, found 'https://b.example'."),
        FaultCase("secrets over plain http", definition("\"r\"", client: ",\"allowed_origins\":[{\"origin\":\"http://b.example\",\"with_auth\":true}]"),
            "client.allowed_origins[0].origin: expected an https origin, for it is sent secrets, found 'http://b.example'."),
    ]

    static let requests: [FaultCase] = [
        .endpoint("a number as endpoint", "1", ": expected a path or an object, found a number."),
        .endpoint("a method", "{\"method\":\"PUT\"}", ".method: not supported by this version. Instead: GET, POST."),
        .endpoint("another origin", "\"https://b.example/x\"",
            ": leads to https://b.example, which is another origin than client.base_url. If that is meant, list it in client.allowed_origins."),
        .endpoint("another port", "{\"path\":\"https://a.example:8443/x\"}",
            ".path: leads to https://a.example:8443, which is another origin than client.base_url. If that is meant, list it in client.allowed_origins."),
        .endpoint("a URL without host", "\"https:///x\"", ": expected a URL with a host, such as https://api.example.com/v1."),
        .endpoint("a URL with password", "\"https://u:p@a.example/x\"", ": expected a URL without user name and password; they belong to 'auth'."),
        .endpoint("a fragment behind the path", "\"x?a=1#b\"", ": expected a path without '#'."),
        .endpoint("a space in the path", "\"x y\"", ": expected a path without spaces and control characters."),
        .endpoint("a header that smuggles", "{\"headers\":{\"X-A\":\"1\\r\\nX-B: 2\"}}", ".headers.X-A: expected a text without line breaks and control characters."),
        .endpoint("a header's name", "{\"headers\":{\"X A\":\"1\"}}", ".headers['X A']: expected a header name of letters, digits and '-'."),
        .endpoint("a header's kind", "{\"headers\":{\"X-A\":1}}", ".headers.X-A: expected a text or {\"secret\": \"name\"}, found a number."),
        .endpoint("an object as parameter", "{\"params\":{\"id\":{}}}", ".params.id: expected \(scalar), found an object."),
        .endpoint("a list in a list", "{\"params\":{\"id\":[[1]]}}", ".params.id[0]: expected a text, a number, true or false, found a list."),
        .endpoint("a secret that is no name", "{\"params\":{\"id\":{\"secret\":\"a b\"}}}", ".params.id.secret: expected a name of letters, digits and '_'."),
        .endpoint("another kind of parameter", "{\"params\":{\"id\":{\"type\":\"resolv\"}}}",
            ".params.id.type: unknown name 'resolv'. Did you mean 'resolve'? Known here: resolve, incremental."),
        .endpoint("half a resolve", "{\"params\":{\"id\":{\"type\":\"resolve\"}}}",
            ".params.id: the key 'resource' is missing; expected the name of the parent resource.",
            ".params.id: the key 'field' is missing; expected a field of the parent's records."),
        .endpoint("a list in the path", "{\"path\":\"x/{id}\",\"params\":{\"id\":[1]}}",
            ".params.id: expected a text, a number or a 'resolve' to fill {id} in the path, found a list."),
        .endpoint("json and data", "{\"json\":{},\"data\":{}}", ".data: cannot be given together with 'json'; keep one of them."),
        .endpoint("json that is a text", "{\"json\":\"{}\"}", ".json: expected an object or a list, found a text."),
        .endpoint("data that is a list", "{\"data\":[]}", ".data: expected an object or a text, found a list."),
        .endpoint("an object in a form", "{\"data\":{\"a\":{}}}", ".data.a: expected \(scalar), found an object."),
        .endpoint("a secret in json", "{\"json\":{\"a\":{\"secret\":\"x\"}}}",
            ".json.a: not supported by this version. Instead: 'auth', or the secret in 'headers', 'params' or a form in 'data'."),
        .endpoint("a brace", "\"a/{b\"", ": expected braces in pairs; a plain brace is doubled: {{."),
        .endpoint("GraphQL with plain braces", "{\"json\":{\"query\":\"{ users { id } }\"}}", ".json.query: expected braces in pairs; a plain brace is doubled: {{."),
        .endpoint("another placeholder", "\"a/{b}\"", ": expected \(place), found '{b}'."),
        .endpoint("a name in a parameter", "{\"params\":{\"a\":\"{b}\",\"b\":1}}", ".params.a: expected \(place), found '{b}'."),
        .endpoint("a parent without field", "{\"params\":{\"a\":\"{resources.users}\"}}", ".params.a: expected \(place), found '{resources.users}'."),
        .endpoint("a placeholder of many values", "{\"json\":{\"a\":[\"{resources.users.a[*]}\"]}}",
            ".json.a[0]: the selector 'a[*]' can match many values; expected one value."),
        .endpoint("an unknown incremental value", "{\"headers\":{\"X\":\"{incremental.star_value}\"}}",
            ".headers.X: unknown name 'star_value'. Did you mean 'start_value'? Known here: start_value, initial_value, last_value, end_value."),
        .endpoint("a placeholder as key", "{\"json\":{\"{resources.r.id}\":1}}",
            ".json['{resources.r.id}']: expected a key without placeholders, found '{resources.r.id}'.",
            ".json['{resources.r.id}']: resources depend on each other in a circle: r → r."),
        .endpoint("incremental is not declared", "{\"data\":\"since={incremental.start_value}\"}", ".data: needs 'incremental', which is not given."),
        .endpoint("JSONPath", "{\"data_selector\":\"a[?(@.b)]\"}", ".data_selector: the selector 'a[?(@.b)]' holds '[?(@.b)]', \(selectors)"),
        .endpoint("many lists", "{\"data_selector\":\"a[*].b\"}", ".data_selector: the selector 'a[*].b' can match many values; expected one list of records."),
        .endpoint("a total check", "{\"total_check\":\"exactly\"}", ".total_check: unknown name 'exactly'. Did you mean 'exact'? Known here: exact, at_least, ignore."),
        .endpoint("several faults", "{\"path\":\"{a\",\"params\":{\"x\":\"{y}\",\"z\":{}},\"json\":{\"k\":\"}\"}}",
            ".path: expected braces in pairs; a plain brace is doubled: {{.", ".params.x: expected \(place), found '{y}'.",
            ".params.z: expected \(scalar), found an object.", ".json.k: expected braces in pairs; a plain brace is doubled: {{."),
    ]

    static let actions: [FaultCase] = [
        .endpoint("actions that are none", "{\"response_actions\":{}}", ".response_actions: expected a list of actions, found an object."),
        .endpoint("a function as action", "{\"response_actions\":[\"set_encoding\"]}",
            ".response_actions[0]: not supported by this version. Instead: {\"status_code\": 404, \"action\": \"ignore\"}, with one of ignore, retry, fail."),
        .endpoint("a list of functions", "{\"response_actions\":[{\"status_code\":200,\"action\":[\"a\",\"b\"]}]}",
            ".response_actions[0].action: not supported by this version. Instead: one of ignore, retry, fail."),
        .endpoint("an unknown action", "{\"response_actions\":[{\"status_code\":200,\"action\":\"ignor\"}]}",
            ".response_actions[0].action: unknown name 'ignor'. Did you mean 'ignore'? Known here: ignore, retry, fail."),
        .endpoint("no action", "{\"response_actions\":[{\"content\":\"x\"}]}", ".response_actions[0]: the key 'action' is missing; expected one of ignore, retry, fail."),
        .endpoint("an action for everything", "{\"response_actions\":[{\"action\":\"ignore\"}]}",
            ".response_actions[0]: the key 'status_code' is missing; expected a status, or a part of the body as 'content', or both."),
        .endpoint("statuses that are none", "{\"response_actions\":[{\"status_code\":\"404\",\"action\":\"ignore\"},{\"status_code\":99,\"action\":\"retry\"}]}",
            ".response_actions[0].status_code: expected a status from 100 to 599, found a text.",
            ".response_actions[1].status_code: expected a status from 100 to 599, found '99'."),
    ]

    static let resources: [FaultCase] = [
        FaultCase("no name", definition("{\"endpoint\":\"x\"}"), "resources[0]: the key 'name' is missing; expected the name of the resource."),
        FaultCase("a name twice", definition("\"r\",{\"name\":\"r\"}"), "resources[1]: the resource 'r' is declared already at resources[0]."),
        .resource("merge without key", "\"write_disposition\":\"merge\"", ".write_disposition: needs 'primary_key', which is not given."),
        .resource("merge without key in dlt's long form", "\"write_disposition\":{\"disposition\":\"merge\",\"strategy\":\"upsert\"}",
            ".write_disposition: needs 'primary_key', which is not given."),
        .resource("an unknown disposition", "\"write_disposition\":\"repalce\"",
            ".write_disposition: unknown name 'repalce'. Did you mean 'replace'? Known here: append, replace, merge."),
        .resource("a disposition of dlt's", "\"write_disposition\":\"skip\"", ".write_disposition: not supported by this version. Instead: append, replace, merge."),
        .resource("no disposition", "\"write_disposition\":{\"strategy\":\"upsert\"}",
            ".write_disposition: the key 'disposition' is missing; expected one of append, replace, merge."),
        .resource("slowly changing dimensions", "\"primary_key\":\"id\",\"write_disposition\":{\"disposition\":\"merge\",\"strategy\":\"scd2\"}",
            ".write_disposition.strategy: not supported by this version. Instead: delete-insert, upsert."),
        .resource("a strategy without merge", "\"write_disposition\":{\"disposition\":\"append\",\"strategy\":\"upsert\"}",
            ".write_disposition.strategy: expected a strategy only with the disposition 'merge'."),
        .resource("processing steps", "\"processing_steps\":[{\"filter\":\"f\"}]",
            ".processing_steps: not supported by this version. Instead: 'filter', such as [{\"path\": \"status\", \"op\": \"eq\", \"value\": \"OPEN\"}]."),
        .resource("a row order of its own", "\"row_order\":\"asc\"", ".row_order: does not belong here but into 'incremental'."),
        .resource("keys of the endpoint", "\"auth\":\"bearer\",\"path\":\"x\"", ".auth: does not belong here but into 'endpoint'.",
            ".path: does not belong here but into 'endpoint'."),
        .endpoint("keys of the resource", "{\"primary_key\":\"id\"}", ".primary_key: does not belong here but into the resource, beside 'endpoint'."),
        .resource("keys of warehouses", "\"merge_key\":\"a\",\"table_format\":\"delta\"", ".merge_key: not supported by this version.",
            ".table_format: not supported by this version."),
        .resource("keys of 'fields' and of the document", "\"exclude\":[\"a\"],\"hash_key\":\"x\"", ".exclude: does not belong here but into 'fields'.",
            ".hash_key: does not belong here but into the document, beside 'client'."),
        .resource("a number of columns", "\"max_columns_per_path\":0", ".max_columns_per_path: expected a whole number of at least 1, found '0'."),
        .resource("fields of no parent", "\"include_from_parent\":[\"id\"],\"on_missing_parent_field\":\"skip\"",
            ".include_from_parent: needs a parent: a placeholder such as {resources.users.id} in the request.",
            ".on_missing_parent_field: needs a parent: a placeholder such as {resources.users.id} in the request."),
        .resource("parallel by a word", "\"parallelized\":\"yes\",\"allow_empty\":1", ".allow_empty: expected true or false, found a number.",
            ".parallelized: expected true or false, found a text."),
        .resource("filters that are none", "\"filter\":{\"path\":\"a\"}", ".filter: expected a list of conditions, found an object."),
        .resource("half a filter", "\"filter\":[{}]", ".filter[0]: the key 'path' is missing; expected a field of the records.",
            ".filter[0]: the key 'op' is missing; expected one of eq, ne, lt, le, gt, ge, in, exists.",
            ".filter[0]: the key 'value' is missing; expected what the field is compared with."),
        .resource("filters with other values", "\"filter\":[{\"path\":\"a\",\"op\":\"in\",\"value\":1},{\"path\":\"a\",\"op\":\"exists\",\"value\":\"yes\"},"
            + "{\"path\":\"a\",\"op\":\"lt\",\"value\":true},{\"path\":\"a\",\"op\":\"eq\",\"value\":[]},{\"path\":\"a\",\"op\":\"=\",\"value\":1},"
            + "{\"path\":\"a[*]\",\"op\":\"ne\",\"value\":1}]",
            ".filter[0].value: expected a list of texts, numbers, true, false or null for 'in', found a number.",
            ".filter[1].value: expected true or false for 'exists', found a text.", ".filter[2].value: expected a text or a number for 'lt', found true or false.",
            ".filter[3].value: expected a text, a number, true, false or null for 'eq', found a list.",
            ".filter[4].op: unknown name '='. Known here: eq, ne, lt, le, gt, ge, in, exists.",
            ".filter[5].path: the selector 'a[*]' can match many values; expected one value."),
    ]

    static let parents: [FaultCase] = [
        FaultCase("an unknown parent", definition("\"users\",{\"name\":\"r\",\"endpoint\":\"u/{resources.user.id}\"}"),
            "resources[1].endpoint: unknown name 'user'. Did you mean 'users'? Known here: users."),
        FaultCase("a circle", definition("{\"name\":\"a\",\"endpoint\":\"x/{resources.b.id}\"},{\"name\":\"b\",\"endpoint\":\"y/{resources.a.id}\"}"),
            "resources[0].endpoint: resources depend on each other in a circle: a → b → a."),
        FaultCase("its own parent", definition("{\"name\":\"a\",\"endpoint\":\"x/{resources.a.id}\"}"), "resources[0].endpoint: resources depend on each other in a circle: a → a."),
        FaultCase("two parents", definition("\"a\",\"b\",{\"name\":\"r\",\"endpoint\":{\"path\":\"{resources.a.id}\",\"json\":{\"k\":\"{resources.b.id}\"}}}"),
            "resources[2].endpoint.json.k: a resource depends on one parent, but here are {resources.a.id} and {resources.b.id}. Keep one; a field of its own parent reaches it by include_from_parent, under the name _<parent>_<field>."),
        FaultCase("two parents by resolve", definition("\"a\",\"b\",{\"name\":\"r\",\"endpoint\":{\"path\":\"{x}/{y}\",\"params\":{"
            + "\"x\":{\"type\":\"resolve\",\"resource\":\"a\",\"field\":\"id\"},\"y\":{\"type\":\"resolve\",\"resource\":\"b\",\"field\":\"k.id\"}}}}"),
            "resources[2].endpoint.params.y: a resource depends on one parent, but here are {resources.a.id} and {resources.b.k.id}. Keep one; a field of its own parent reaches it by include_from_parent, under the name _<parent>_<field>."),
        FaultCase("included fields", definition("\"a\",{\"name\":\"r\",\"endpoint\":\"{resources.a.id}\",\"include_from_parent\":[\"x[*]\",1,\"$\"],\"on_missing_parent_field\":\"drop\"}"),
            "resources[1].include_from_parent[0]: the selector 'x[*]' can match many values; expected one value.",
            "resources[1].include_from_parent[1]: expected a field, found a number.",
            "resources[1].include_from_parent[2]: expected a field of the parent's records, found '$'.",
            "resources[1].on_missing_parent_field: unknown name 'drop'. Known here: partial, skip, fail."),
    ]

    @Test("Every fault is told with its path, what was expected and the nearest name", arguments: documents + requests + actions + resources + parents)
    func faults(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }

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
