import LakeJSON
import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("Requests are made of a template")
struct RequestBuilderTests {
    private static let id = Selector(keys: ["id"])
    private static let name = Selector(keys: ["name"])

    private func builder(_ request: RequestTemplate, _ values: RequestValues = RequestValues(), base: String = "https://api.example.com/v1") -> RequestBuilder {
        let binding = ParentBinding(resource: "users", fields: [Self.id])
        return RequestBuilder(
            resource: Resource(name: "things", request: request, parent: binding), baseURL: base, values: values,
            secrets: SecretValues([.named("key"): "s3cr3t"]))
    }

    private func path(_ parts: Template.Part...) -> RequestTemplate { RequestTemplate(path: Template(parts: parts, description: "")) }

    @Test("a value of the path stays inside its segment", arguments: [
        ("7", "/v1/users/7/notes"), ("a/b", "/v1/users/a%2Fb/notes"), ("a b?c#d", "/v1/users/a%20b%3Fc%23d/notes"),
        ("..a", "/v1/users/..a/notes"), ("%2e%2e", "/v1/users/%252e%252e/notes"), ("é", "/v1/users/%C3%A9/notes"), ("\\", "/v1/users/%5C/notes"),
    ])
    func pathValues(_ value: String, _ expected: String) throws {
        let request = path(.text("users/"), .parentField(Self.id), .text("/notes"))
        let url = try builder(request, RequestValues(parent: [Self.id: .string(value)])).url()
        #expect(url == "https://api.example.com" + expected)
    }

    @Test("a value that would change the path's shape is refused, not sent", arguments: [
        (JSONValue.string("."), RequestProblem.pathValueClimbs(place: "id")), (.string(".."), .pathValueClimbs(place: "id")),
        (.string(""), .pathValueMissing(place: "id")), (.null, .pathValueMissing(place: "id")),
    ])
    func climbing(_ value: JSONValue, _ problem: RequestProblem) {
        let request = path(.text("users/"), .parentField(Self.id), .text("/notes"))
        #expect(throws: problem) { try builder(request, RequestValues(parent: [Self.id: value])).url() }
        #expect(throws: problem) { try builder(request, RequestValues(parent: [Self.id: value])).message([]) }
    }

    @Test("two values cannot climb together, a dot beside a text can stay")
    func joinedDots() throws {
        let dots = RequestValues(parent: [Self.id: ".", Self.name: "."])
        #expect(throws: RequestProblem.pathValueClimbs(place: "name")) {
            try builder(path(.text("a/"), .parentField(Self.id), .parentField(Self.name)), dots).url()
        }
        #expect(try builder(path(.text("a/v"), .parentField(Self.id)), dots).url() == "https://api.example.com/v1/a/v%2E")
    }

    @Test("a missing value is told by the name of its place")
    func missing() {
        #expect(throws: RequestProblem.pathValueMissing(place: "id")) { try builder(path(.text("a/"), .parentField(Self.id))).url() }
        #expect(throws: RequestProblem.pathValueMissing(place: "incremental.start_value")) {
            try builder(path(.text("since/"), .incremental(.startValue))).url()
        }
    }

    @Test("an absolute path leads past the base URL, and a value cannot make one", arguments: [
        ("https://other.example/x", "https://other.example/x"), ("HTTP://other.example/x", "HTTP://other.example/x"),
        ("/x", "https://api.example.com/v1/x"), ("x?a=1", "https://api.example.com/v1/x?a=1"), ("", "https://api.example.com/v1/"),
    ])
    func absolute(_ text: String, _ expected: String) throws {
        #expect(try builder(RequestTemplate(path: Template(text))).url() == expected)
        let sneaky = builder(path(.parentField(Self.id)), RequestValues(parent: [Self.id: "https://evil.example/"]))
        #expect(try sneaky.url() == "https://api.example.com/v1/https%3A%2F%2Fevil.example%2F")
    }

    @Test("parameters keep their order, repeated ones stay beside each other, one without a value is left out")
    func params() throws {
        let since = Template(parts: [.text("gte:"), .incremental(.startValue)], description: "")
        let until = Template(parts: [.incremental(.endValue)], description: "")
        let request = RequestTemplate(path: Template("x?fixed=1"), params: [
            RequestField("status", "OPEN"), RequestField("status", "A&B"), RequestField("since", .template(since)),
            RequestField("until", .template(until)), RequestField("k", .secret(.named("key"))), RequestField("limit", "10"),
        ])
        let values = RequestValues(incremental: [.startValue: .number("1.50")])
        let url = try builder(request, values).url([PageParameter(.query("page"), 2), PageParameter(.query("limit"), 5)])
        #expect(url == "https://api.example.com/v1/x?fixed=1&status=OPEN&status=A%26B&since=gte%3A1.50&k=s3cr3t&limit=5&page=2")
    }

    @Test("a secret without a value is told by its name")
    func noSecret() {
        let request = RequestTemplate(path: Template("x"), params: [RequestField("k", .secret(.named("other")))])
        #expect(throws: RequestProblem.secretMissing(name: "other")) { try builder(request).url() }
    }

    @Test("headers take values of one line only")
    func headers() throws {
        let field = RequestField("X-User", .template(Template(parts: [.parentField(Self.id)], description: "")))
        let request = RequestTemplate(path: Template("x"), headers: [RequestField("X-Fixed", "1"), field])
        let message = try builder(request, RequestValues(parent: [Self.id: .number("7")])).message([])
        #expect(message.headers.fields.map { $0.name + "=" + $0.value } == ["X-Fixed=1", "X-User=7"])
        #expect(try builder(request).message([]).headers.fields.map(\.name) == ["X-Fixed"])
        for value in ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\u{7F}"] {
            #expect(throws: RequestProblem.headerValue(name: "X-User")) {
                try builder(request, RequestValues(parent: [Self.id: .string(value)])).message([])
            }
        }
    }

    // MARK: Bodies

    private func body(_ body: RequestBody?, _ parameters: [PageParameter] = [], _ values: RequestValues = RequestValues()) throws -> String? {
        let message = try builder(RequestTemplate(method: .post, path: Template("search"), body: body), values).message(parameters)
        #expect(message.method == .post)
        return message.body.map { String(decoding: $0, as: UTF8.self) + (message.headers["Content-Type"].map { " " + $0 } ?? "") }
    }

    @Test("a text of the body that is exactly one place takes the value with its type and digits")
    func typedBody() throws {
        let one = BodyTemplate.text(Template(parts: [.parentField(Self.id)], description: ""))
        let mixed = BodyTemplate.text(Template(parts: [.text("id:"), .parentField(Self.id)], description: ""))
        let gone = BodyTemplate.text(Template(parts: [.incremental(.endValue)], description: ""))
        let document = BodyTemplate.object([.init("one", one), .init("mixed", mixed), .init("gone", gone), .init("list", .array([one, gone, .scalar(.null)]))])
        let values = RequestValues(parent: [Self.id: .number("10000000000000000001.50")])
        #expect(try body(.json(document), [], values)
            == #"{"one":10000000000000000001.50,"mixed":"id:10000000000000000001.50","list":[10000000000000000001.50,null]} application/json"#)
    }

    @Test("page parameters take their place in the JSON body; objects on the way are made", arguments: [
        (#"a"#, #"{"a":2,"q":{"list":[1]}} application/json"#), ("b.c", #"{"a":1,"q":{"list":[1]},"b":{"c":2}} application/json"#),
        ("q.page", #"{"a":1,"q":{"list":[1],"page":2}} application/json"#), ("q.list[0]", #"{"a":1,"q":{"list":[2]}} application/json"#),
    ])
    func bodyParameters(_ place: String, _ expected: String) throws {
        let document = BodyTemplate.object([
            .init("a", .scalar(1)), .init("q", .object([.init("list", .array([.scalar(1)]))])),
        ])
        #expect(try body(.json(document), [PageParameter(.body(Selector(parsing: place)), 2)]) == expected)
    }

    @Test("a cursor in the body keeps its type, and a body is made where there is none")
    func bodyFromNothing() throws {
        let place = ParameterPlace.body(Selector(keys: ["paging", "cursor"]))
        #expect(try body(nil, [PageParameter(place, .string("7"))]) == #"{"paging":{"cursor":"7"}} application/json"#)
        #expect(try body(nil, [PageParameter(place, .number("7"))]) == #"{"paging":{"cursor":7}} application/json"#)
        #expect(try body(nil) == nil)
    }

    @Test("a place that the body cannot have is told", arguments: ["q.list.x", "q.list[5]", "a.b", "q.list[*]"])
    func impossiblePlace(_ place: String) throws {
        let document = BodyTemplate.object([.init("a", .scalar(1)), .init("q", .object([.init("list", .array([.scalar(1)]))]))])
        #expect(throws: RequestProblem.bodyPath(place)) { try body(.json(document), [PageParameter(.body(Selector(parsing: place)), 2)]) }
        #expect(throws: RequestProblem.bodyPath("a")) { try body(.text(Template("<x/>")), [PageParameter(.body(Selector(keys: ["a"])), 2)]) }
    }

    @Test("forms are encoded, texts are sent as they are")
    func forms() throws {
        let fields = [RequestField("a b", "c&d"), RequestField("k", .secret(.named("key"))), RequestField("page", "1")]
        #expect(try body(.form(fields), [PageParameter(.body(Selector(keys: ["page"])), 2)])
            == "a%20b=c%26d&k=s3cr3t&page=2 application/x-www-form-urlencoded")
        #expect(try body(.text(Template("<x/>"))) == "<x/>")
    }

    @Test("a content type that the definition names stays")
    func contentType() throws {
        let request = RequestTemplate(
            method: .post, path: Template("x"), headers: [RequestField("content-type", "application/vnd.api+json")], body: .json(.object([])))
        #expect(try builder(request).message([]).headers.all("Content-Type") == ["application/vnd.api+json"])
    }

    // MARK: Logs

    @Test("A log shows fixed texts and page numbers, and nothing of a parent, the API or a secret")
    func loggable() throws {
        let since = Template(parts: [.incremental(.startValue)], description: "")
        let absent = Template(parts: [.incremental(.endValue)], description: "")
        let request = RequestTemplate(
            path: Template(parts: [.text("users/"), .parentField(Self.id), .text("/notes")], description: ""),
            params: [
                RequestField("limit", "10"), RequestField("since", .template(since)), RequestField("until", .template(absent)),
                RequestField("k", .secret(.named("key"))), RequestField("api_key", "literal"),
            ])
        let builder = builder(request, RequestValues(parent: [Self.id: "ann"], incremental: [.startValue: "2026-01-01"]))
        let shown = "/v1/users/…/notes?limit=10&since=…&k=…&api_key=…"
        #expect(builder.loggable([], hidesParameters: false) == LoggableRequest(text: shown))
        #expect(builder.loggable([PageParameter(.query("page"), 2)], hidesParameters: false).text == shown + "&page=2")
        let cursor = builder.loggable([PageParameter(.query("after"), .string("abc"))], hidesParameters: true)
        #expect(cursor == LoggableRequest(text: shown + "&after=…", cursor: hex(fastHash("abc"))))
        let number = builder.loggable([PageParameter(.query("after"), .number("77"))], hidesParameters: true)
        #expect(number == LoggableRequest(text: shown + "&after=…", cursor: hex(fastHash("77"))))
        let body = builder.loggable([PageParameter(.body(Selector(keys: ["a", "page"])), 3)], hidesParameters: false)
        #expect(body == LoggableRequest(text: shown, body: ["a.page": 3]))
    }

    @Test("A parameter of the definition that the page takes is shown with the page's value")
    func loggableReplaced() {
        let request = RequestTemplate(path: Template("x?page=1&token=t"), params: [RequestField("limit", "10")])
        let shown = builder(request).loggable([PageParameter(.query("page"), 2), PageParameter(.query("limit"), 5)], hidesParameters: false)
        #expect(shown.text == "/v1/x?page=2&token=…&limit=5")
    }

    @Test("Of a link only the resource's own path is shown", arguments: [
        ("https://api.example.com/v1/users/ann/notes?after=secret", "/v1/users/…/notes?…"),
        ("https://api.example.com/v1/users/ann/notes", "/v1/users/…/notes"), ("https://api.example.com/v1/next/secret", "…"),
    ])
    func loggableLink(_ link: String, _ shown: String) {
        let request = path(.text("users/"), .parentField(Self.id), .text("/notes"))
        let loggable = builder(request, RequestValues(parent: [Self.id: "ann"])).loggable(link: link)
        #expect(loggable == LoggableRequest(text: shown, cursor: hex(fastHash(link))))
    }
}
