import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("Auth", .noHang)
struct AuthTests {
    private static let secrets = SecretValues([
        .named("token"): "tok-1234567", .named("user"): "Aladdin", .named("password"): "open sesame", .named("utf8"): "tést£", .named("key"): "k&=ü +",
    ])

    private func session(_ server: LoopbackServer, _ client: Client) throws -> FetchSession {
        try FetchSession(client: client, baseURL: server.url, secrets: AuthTests.secrets)
    }

    @Test("Each kind sends its header", arguments: [
        (.bearer(token: .named("token")), "Authorization", "Bearer tok-1234567"),
        (.apiKey(name: "x-api-key", key: .named("token"), location: .header), "x-api-key", "tok-1234567"),
        (.apiKey(name: "Authorization", key: .literal("raw"), location: .header), "Authorization", "raw"),
        // The example of RFC 7617, section 2, and one beyond ASCII.
        (.httpBasic(username: .named("user"), password: .named("password")), "Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (.httpBasic(username: .literal("test"), password: .named("utf8")), "Authorization", "Basic dGVzdDp0w6lzdMKj"),
    ] as [(Auth, String, String)])
    func headers(auth: Auth, name: String, value: String) throws {
        let server = LoopbackServer { _ in [.answer("{}")] }
        defer { server.stop() }
        let session = try session(server, Client(baseURL: server.url, auth: auth))
        _ = try session.fetch(server.url + "/things")
        #expect(server.requests[0].header(name) == value)
        let request = try session.authorized(session.request(server.url), resource: things())
        #expect(session.tokenSent(request) == [.header(name: name)])
    }

    @Test("A key in the query is sent, and stands in no URL that comes back")
    func query() throws {
        let server = LoopbackServer { _ in [.answer("{}")] }
        defer { server.stop() }
        let session = try session(server, Client(baseURL: server.url, auth: .apiKey(name: "api_key", key: .named("key"), location: .query)))
        let request = try session.authorized(session.request(server.url + "/things?page=2&api_key=old&x=1"), resource: things())
        #expect(session.tokenSent(request) == [.parameter(name: "api_key")])
        let response = try session.http.start(request.request).wait()
        #expect(server.requests[0].line == "GET /things?page=2&x=1&api_key=k%26%3D%C3%BC%20%2B")
        #expect(response.url == server.url + "/things?page=2&x=1")
        #expect("\(request)" == "GET \(server.url)/things?… with parameter api_key")
    }

    @Test("A secret among the resource's own parameters is sent and leaves the URL")
    func secretParameter() throws {
        let server = LoopbackServer { _ in [.answer("{}")] }
        defer { server.stop() }
        let session = try session(server, Client(baseURL: server.url))
        let response = try session.fetch(server.url + "/things?sig=tok-1234567&page=2", things(params: [RequestField("sig", .secret(.named("token")))]))
        #expect(server.requests[0].line == "GET /things?page=2&sig=tok-1234567")
        #expect(response.url == server.url + "/things?page=2")
    }

    @Test("The resource's auth takes the place of the client's, and its header that of the client's header")
    func precedence() throws {
        let server = LoopbackServer { _ in [.answer("{}")] }
        defer { server.stop() }
        let client = Client(
            baseURL: server.url, headers: [RequestField("X-Team", "one"), RequestField("X-Key", .secret(.named("token"))), RequestField("authorization", "lost")],
            auth: .bearer(token: .named("token")))
        let session = try session(server, client)
        let resource = things(auth: .httpBasic(username: .named("user"), password: .named("password")))
        let request = session.request(server.url + "/a", headers: ["x-team": "two"])
        _ = try session.http.start(try session.authorized(request, resource: resource).request).wait()
        let sent = server.requests[0]
        #expect(sent.headers.filter { $0.lowercased().hasPrefix("x-team:") } == ["x-team: two"])
        #expect(sent.headers.filter { $0.lowercased().hasPrefix("authorization:") } == ["Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="])
        #expect(sent.header("X-Key") == "tok-1234567")
    }

    @Test("A secret without a value is told by its name, before anything is sent")
    func missing() throws {
        let server = LoopbackServer { _ in [.answer("{}")] }
        defer { server.stop() }
        let session = try session(server, Client(baseURL: server.url, auth: .bearer(token: .named("absent"))))
        #expect(fetchFault { _ = try session.fetch(server.url) } == .secretMissing(name: "absent"))
        #expect(server.requests.isEmpty)
    }

    @Test("A secret does not travel in plain text to another machine", arguments: [
        (Client(baseURL: "http://api.example", auth: .bearer(token: .named("token"))), true),
        (Client(baseURL: "http://api.example", headers: [RequestField("X-A", .secret(.named("token")))]), true),
        (Client(baseURL: "http://api.example", headers: [RequestField("X-Api-Key", "spelled")]), true),
        (Client(baseURL: "http://api.example", headers: [RequestField("X-Team", "one")]), false),
        (Client(baseURL: "http://127.0.0.1:9", auth: .bearer(token: .named("token"))), false),
        (Client(baseURL: "https://api.example", auth: .bearer(token: .named("token"))), false),
    ])
    func plainText(client: Client, isRefused: Bool) throws {
        let session = try FetchSession(client: client, baseURL: client.baseURL, secrets: AuthTests.secrets)
        let fault = fetchFault { _ = try session.authorized(session.request(client.baseURL + "/x"), resource: things()) }
        #expect(fault == (isRefused ? .secretInPlainText(to: try Origin(url: "http://api.example")) : nil))
    }

    @Test("A 401 with a Basic challenge makes nobody send anything of himself", arguments: [nil, Auth.bearer(token: .named("token"))])
    func challenge(auth: Auth?) throws {
        let server = LoopbackServer { _ in [.answer("who?", status: 401, headers: ["WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: Negotiate"])] }
        defer { server.stop() }
        let session = try session(server, Client(baseURL: server.url, auth: auth))
        for _ in 0..<2 { #expect(try session.fetch(server.url + "/things").status == 401) }
        #expect(server.requests.count == 2)
        #expect(server.requests.allSatisfy { $0.header("Authorization") == (auth == nil ? nil : "Bearer tok-1234567") })
    }

    @Test("Base64 is that of RFC 4648", arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("???>>>", "Pz8/Pj4+"),
    ])
    func base64(text: String, encoded: String) { #expect(Base64.encode(text.utf8) == encoded) }
}
