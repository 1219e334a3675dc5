import LakeJSON
import LakeModel
import LakeSource
import Testing

private let id = Template.Part.parentField(keys("id"))

@Suite struct RequestDefinitionTests {
    static let templates: [(String, [Template.Part], String)] = [
        ("plain", [.text("plain")], "plain"),
        ("", [], ""),
        ("{resources.users.id}", [id], "{resources.users.id}"),
        ("a-{resources.users.id}-{resources.users.id}", [.text("a-"), id, .text("-"), id], "a-{resources.users.id}-{resources.users.id}"),
        ("{{x}}", [.text("{x}")], "{x}"),
        ("{{{resources.users.id}}}", [.text("{"), id, .text("}")], "{{resources.users.id}}"),
        ("{{resources.users.id}}", [.text("{resources.users.id}")], "{resources.users.id}"),
        ("{resources.users.profile.team.id}", [.parentField(keys("profile", "team", "id"))], "{resources.users.profile.team.id}"),
        ("{resources.users['odd } key']}", [.parentField(keys("odd } key"))], "{resources.users['odd } key']}"),
        ("{resources.users.['odd key'].x}", [.parentField(keys("odd key", "x"))], "{resources.users.['odd key'].x}"),
        ("{resources.users['id']}", [id], "{resources.users['id']}"),
        ("{resources.users.$.id}", [id], "{resources.users.$.id}"),
        ("{resources.users.mails[0].address}", [.parentField(Selector(steps: [.key("mails"), .index(0), .key("address")], description: "mails[0].address"))],
            "{resources.users.mails[0].address}"),
    ]

    @Test("A text is taken apart at its places; doubled braces are plain ones", arguments: templates)
    func places(_ text: String, _ parts: [Template.Part], _ description: String) throws {
        let value = JSONValue.string(text).text(pretty: false)
        let r = try endpoint("{\"params\":{\"a\":\(value)},\"headers\":{\"X-A\":\(value)},\"json\":{\"k\":[\(value)]}}")
        let template = Template(parts: parts, description: description)
        #expect(r.request.params == [RequestField("a", .template(template))])
        #expect(r.request.headers == [RequestField("X-A", .template(template))])
        #expect(r.request.body == .json(.object([.init("k", .array([.text(template)]))])))
        #expect(try endpoint("{\"data\":\(value)}").request.body == .text(template))
        #expect(try endpoint("{\"data\":{\"f\":\(value)}}").request.body == .form([RequestField("f", .template(template))]))
    }

    @Test("A resource depends on any number of fields of one parent, each told once in the order of the definition")
    func parents() throws {
        let r = try resource("""
            {"name": "r", "include_from_parent": ["id", "team.name", "id"], "on_missing_parent_field": "skip", "endpoint": {
              "path": "a/{resources.users.id}/b/{resources.users.ref.id}", "params": {"x": "{resources.users['id']}", "y": ["{resources.users.z}"]},
              "headers": {"X-Org": "{resources.users.org}"}, "json": {"k": {"l": "{resources.users.z}/{resources.users.deep}"}}}}
            """, after: "\"users\"")
        #expect(r.parent == ParentBinding(
            resource: "users", fields: [keys("id"), keys("ref", "id"), keys("z"), keys("org"), keys("deep")],
            included: [IncludedField(field: keys("id"), name: "_users_id"), IncludedField(field: keys("team", "name"), name: "_users_team.name")],
            onMissingField: .skip))
        #expect(r.request.path.parts == [.text("a/"), id, .text("/b/"), .parentField(keys("ref", "id"))])
        #expect(r.isSingleEntity)
    }

    @Test("Missing fields of parents make a resource partial unless declared otherwise", arguments: [("", MissingFieldAction.partial), (",\"on_missing_parent_field\":\"fail\"", .fail)])
    func missing(_ keys: String, _ expected: MissingFieldAction) throws {
        #expect(try resource("{\"name\":\"r\",\"endpoint\":\"{resources.users.id}\"\(keys)}", after: "\"users\"").parent?.onMissingField == expected)
        let inherited = try resource("{\"name\":\"r\",\"endpoint\":\"{resources.users.id}\"}", after: "\"users\"", defaults: "{\"on_missing_parent_field\":\"fail\"}")
        #expect(inherited.parent?.onMissingField == .fail)
    }

    @Test("dlt's resolve fills the path, and is no query parameter then")
    func resolve() throws {
        let r = try endpoint("""
            {"path": "users/{user}/{kind}/{n}", "params": {"user": {"type": "resolve", "resource": "users", "field": "ref.id"}, "kind": "notes", "n": 3, "limit": 5,
             "q": {"type": "resolve", "resource": "users", "field": "['odd key']"}}}
            """)
        #expect(r.request.path == Template(parts: [.text("users/"), .parentField(keys("ref", "id")), .text("/notes/3")], description: "users/{resources.users.ref.id}/notes/3"))
        #expect(r.request.params == [RequestField("limit", "5"), RequestField("q", parts: [.parentField(keys("odd key"))], "{resources.users['odd key']}")])
        #expect(r.parent?.fields == [keys("ref", "id"), keys("odd key")])
    }

    @Test("Numbers, truth values and lists are parameters; null leaves one out, also one of the defaults")
    func params() throws {
        let r = try endpoint("{\"params\":{\"n\":1.50,\"t\":true,\"l\":[\"a\",2,false,null],\"limit\":null,\"x\":\"\"}}", defaults: "{\"endpoint\":{\"params\":{\"limit\":9,\"sort\":\"id\"}}}")
        #expect(r.request.params == [
            RequestField("sort", "id"), RequestField("n", "1.50"), RequestField("t", "true"), RequestField("l", "a"), RequestField("l", "2"),
            RequestField("l", "false"), RequestField("x", ""),
        ])
    }

    @Test("A JSON body keeps types and order, and is merged one level with that of the defaults")
    func json() throws {
        let defaults = "{\"endpoint\":{\"method\":\"post\",\"json\":{\"a\":{\"x\":1},\"b\":2,\"c\":null}}}"
        let r = try endpoint("{\"json\":{\"a\":{\"y\":\"t\"},\"d\":[true,1.0,{\"{{k}}\":null}]}}", defaults: defaults)
        #expect(r.request.method == .post)
        #expect(r.request.body == .json(.object([
            .init("a", .object([.init("y", .text(Template("t")))])), .init("b", .scalar(2)), .init("c", .scalar(.null)),
            .init("d", .array([.scalar(true), .scalar(.number("1.0")), .object([.init("{k}", .scalar(.null))])])),
        ])))
        #expect(try endpoint("{\"json\":[1]}", defaults: defaults).request.body == .json(.array([.scalar(1)])))
        #expect(try endpoint("{\"json\":null}", defaults: defaults).request.body == nil)
        #expect(try endpoint("{\"json\":null,\"data\":{\"a\":[1,\"b\"]}}", defaults: defaults).request.body == .form([RequestField("a", "1"), RequestField("a", "b")]))
        #expect(try endpoint("{\"method\":\"POST\"}").request == RequestTemplate(method: .post, path: Template("r")))
    }

    @Test("An absolute path keeps its URL; its origin is the client's or an allowed one")
    func absolute() throws {
        let own = try resource("{\"name\":\"r\",\"endpoint\":\"HTTPS://A.example:443/v2/x\"}")
        #expect(own.request.path == Template("HTTPS://A.example:443/v2/x"))
        let allowed = try resource("{\"name\":\"r\",\"endpoint\":\"https://b.example/{resources.users.id}\"}", after: "\"users\"", client: ",\"allowed_origins\":[\"https://b.example\"]")
        #expect(allowed.request.path.parts == [.text("https://b.example/"), id])
        // Where it is known only when a request is made, it is judged then.
        #expect(try endpoint("\"https://{resources.users.host}/x\"").request.path.parts == [.text("https://"), .parentField(keys("host")), .text("/x")])
        #expect(try resource("{\"name\":\"r\",\"endpoint\":\"/v2/x\"}").request.path == Template("v2/x"))
    }

    @Test("As in dlt, braces in the client's headers mean nothing")
    func clientHeaders() throws {
        let (source, _) = try read(definition("\"r\"", client: ",\"headers\":{\"X-A\":\"{resources.users.id} {{ {\"}"))
        #expect(source.client.headers == [RequestField("X-A", "{resources.users.id} {{ {")])
    }

    @Test("What is done with answers is told in order")
    func actions() throws {
        let r = try endpoint("{\"response_actions\":[{\"status_code\":404,\"action\":\"ignore\"},{\"content\":\"try later\",\"action\":\"retry\"},{\"status_code\":200,\"content\":\"error\",\"action\":\"fail\"}]}")
        #expect(r.responseActions == [
            ResponseAction(statusCode: 404, action: .ignore), ResponseAction(content: "try later", action: .retry), ResponseAction(statusCode: 200, content: "error", action: .fail),
        ])
    }

    @Test("Filters take every comparison")
    func filters() throws {
        let r = try resource("""
            {"name": "r", "filter": [{"path": "a.b", "op": "eq", "value": null}, {"path": "s", "op": "in", "value": ["x", 1]}, {"path": "n", "op": "ge", "value": 1.5},
             {"path": "e", "op": "exists", "value": false}]}
            """)
        #expect(r.filters == [
            RecordFilter(path: keys("a", "b"), operation: .eq, value: .null), RecordFilter(path: keys("s"), operation: .isIn, value: ["x", 1]),
            RecordFilter(path: keys("n"), operation: .ge, value: .number("1.5")), RecordFilter(path: keys("e"), operation: .exists, value: false),
        ])
    }
}
