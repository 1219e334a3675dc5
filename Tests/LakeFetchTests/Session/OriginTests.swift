import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("Origins", .noHang)
struct OriginRuleTests {
    private func origin(_ url: String) throws -> Origin { try Origin(url: url) }

    @Test("What may be asked, and what goes along", arguments: [
        ("https://api.example", "https://api.example", OriginRules.Verdict.trusted), ("https://api.example", "https://API.EXAMPLE:443", .trusted),
        ("https://api.example", "https://files.example", .withoutSecrets), ("https://api.example", "https://cdn.example", .trusted),
        ("https://api.example", "https://api.example:8443", .refused), ("https://api.example", "https://evil.example", .refused),
        ("https://api.example", "https://api.example.evil.example", .refused),
        // Listed or not, https never falls to http.
        ("https://api.example", "http://api.example", .plain), ("https://api.example", "http://plain.example", .plain), ("https://api.example", "http://127.0.0.1:9", .plain),
        ("http://127.0.0.1:8080", "http://plain.example", .withoutSecrets), ("http://127.0.0.1:8080", "https://127.0.0.1:8080", .refused),
        ("http://127.0.0.1:8080", "http://localhost:8080", .refused),
    ])
    func verdicts(own: String, target: String, verdict: OriginRules.Verdict) throws {
        let rules = try OriginRules(own: origin(own), allowed: [
            AllowedOrigin(origin: "https://files.example"), AllowedOrigin(origin: "https://cdn.example"),
            AllowedOrigin(origin: "https://cdn.example", withAuth: true), AllowedOrigin(origin: "http://plain.example"),
        ])
        #expect(rules.verdict(try origin(target)) == verdict)
    }

    @Test("A URL is checked with the page that named it", arguments: [
        ("https://api.example/x?y#z", nil), ("https://evil.example/", FetchFault.otherOrigin(from: Origin(scheme: .https, host: "api.example"), to: Origin(scheme: .https, host: "evil.example"), page: 4)),
        ("http://api.example/", .fallsToHTTP(from: Origin(scheme: .https, host: "api.example"), to: Origin(scheme: .http, host: "api.example"), page: 4)),
        ("/relative", .badLink(page: 4)), ("ftp://api.example", .badLink(page: 4)), ("https://u:p@api.example/", .badLink(page: 4)), ("https://api.example\\@evil.example/", .badLink(page: 4)),
    ] as [(String, FetchFault?)])
    func check(url: String, expected: FetchFault?) throws {
        let session = try FetchSession(client: Client(baseURL: "https://api.example"), baseURL: "https://api.example")
        #expect(fetchFault { try session.check(url, page: 4) } == expected)
    }

    @Test("An allowed origin that is none is refused when the session is made")
    func badAllowed() {
        #expect(throws: URLProblem.notAbsolute) {
            try FetchSession(client: Client(baseURL: "https://a.example", allowedOrigins: [AllowedOrigin(origin: "files.example")]), baseURL: "https://a.example")
        }
    }

    private static let secrets = SecretValues([.named("token"): "tok-1234567", .named("pin"): "77", .named("sig"): "sig&secret"])

    private func client(to other: LoopbackServer, withAuth: Bool) -> Client {
        Client(
            baseURL: "https://api.example", headers: [RequestField("X-Team", "one"), RequestField("X-Pin", .secret(.named("pin"))), RequestField("X-Auth-Token", "spelled-out")],
            auth: .bearer(token: .named("token")), allowedOrigins: [AllowedOrigin(origin: other.url, withAuth: withAuth)])
    }

    @Test("An allowed origin gets the headers without secrets; one with_auth gets all", arguments: [false, true])
    func headers(withAuth: Bool) throws {
        let other = LoopbackServer { _ in [.answer("file")] }
        defer { other.stop() }
        // The own origin must be plain too for a link from it to a plain one.
        var client = client(to: other, withAuth: withAuth)
        client.baseURL = "http://127.0.0.1:9"
        let session = try FetchSession(client: client, baseURL: client.baseURL, secrets: OriginRuleTests.secrets)
        let resource = things(headers: [RequestField("X-Sig", .secret(.named("sig")))])
        var request = session.request(other.url + "/f?part=1")
        request.headers = ["X-Sig": "sig&secret", "X-Page": "2", "X-Odd": "tok-1234567"]
        let authorized = try session.authorized(request, resource: resource)
        _ = try session.http.start(authorized.request).wait()
        let sent = other.requests[0]
        #expect(sent.line == "GET /f?part=1")
        #expect(sent.header("X-Team") == "one" && sent.header("X-Page") == "2")
        #expect(sent.header("X-Pin") == (withAuth ? "77" : nil))
        #expect(sent.header("X-Auth-Token") == (withAuth ? "spelled-out" : nil))
        #expect(sent.header("X-Sig") == (withAuth ? "sig&secret" : nil))
        #expect(sent.header("X-Odd") == (withAuth ? "tok-1234567" : nil))
        #expect(sent.header("Authorization") == (withAuth ? "Bearer tok-1234567" : nil))
        #expect(session.tokenSent(authorized).isEmpty == !withAuth)
    }

    @Test("A secret that the API wrote into a link to another origin is taken out; where it cannot be, nothing is sent", arguments: [
        ("/f?a=1&key=tok-1234567&b=2", "GET /f?a=1&b=2"), ("/f?pin=77&n=770", "GET /f?n=770"), ("/f?sig=sig%26secret", "GET /f"), ("/f?u=xtok-1234567y&b=2", "GET /f?b=2"),
        ("/f/tok-1234567/x", nil), ("/f/tok%2D1234567/x", nil), ("/f#tok-1234567", nil),
    ] as [(String, String?)])
    func links(path: String, line: String?) throws {
        let other = LoopbackServer { _ in [.answer("file")] }
        defer { other.stop() }
        var client = client(to: other, withAuth: false)
        client.baseURL = "http://127.0.0.1:9"
        client.auth = .apiKey(name: "key", key: .named("token"), location: .query)
        let session = try FetchSession(client: client, baseURL: client.baseURL, secrets: OriginRuleTests.secrets)
        let fault = fetchFault {
            let request = try session.authorized(session.request(other.url + path), resource: things())
            _ = try session.http.start(request.request).wait()
        }
        #expect(other.requests.first?.line == line)
        #expect(fault == (line == nil ? .secretWithheld(from: try origin(other.url)) : nil))
    }

    @Test("A body that holds a secret goes to no other origin", arguments: [
        ("a=tok-1234567", nil), ("pin=77", RequestBody.form([RequestField("pin", .secret(.named("pin")))])),
    ])
    func bodies(body: String, template: RequestBody?) throws {
        let other = LoopbackServer { _ in [.answer("file")] }
        defer { other.stop() }
        var client = client(to: other, withAuth: false)
        client.baseURL = "http://127.0.0.1:9"
        let session = try FetchSession(client: client, baseURL: client.baseURL, secrets: OriginRuleTests.secrets)
        let request = session.request(other.url, method: .post, body: Array(body.utf8))
        #expect(fetchFault { _ = try session.authorized(request, resource: things(body: template)) } == .secretWithheld(from: try origin(other.url)))
    }

    @Test("Parameters are taken out of a query byte for byte", arguments: [
        ("https://a/x?a=1&b=2&a=%31", "https://a/x?b=2"), ("https://a/x?b=%20+&a=1#f", "https://a/x?b=%20+#f"), ("https://a/x?a", "https://a/x"), ("https://a/x?", "https://a/x?"),
        ("https://a/x?&&b&&", "https://a/x?&&b&&"),
    ])
    func removing(url: String, expected: String) { #expect(URLText.removing(from: url) { $0.name == "a" } == expected) }
}
