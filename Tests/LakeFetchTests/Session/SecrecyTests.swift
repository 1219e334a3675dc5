import LakeJSON
import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

/// Everything a run could print is printed here and searched for the secrets, and so is all that other machines got.
@Suite("The secret is never seen", .noHang)
struct SecrecyTests {
    /// Recognizable in any of its forms: as it is, in a query, in base64.
    private static let secret = "hush&hush/Zx9+ü"
    private static let traces = ["hush", URLText.encodeQuery(secret), "aHVzaC", Base64.encode(("me:" + secret).utf8), "tkn-"]

    private static let secrets = SecretValues([.named("s"): secret, .named("u"): "me"])
    private static let oauth = "oauth2"

    static let kinds: [(String, Auth?)] = [
        ("none", nil), ("bearer", .bearer(token: .named("s"))), ("literal bearer", .bearer(token: .literal(secret))),
        ("key in a header", .apiKey(name: "X-Api-Key", key: .named("s"), location: .header)), ("key in the query", .apiKey(name: "k", key: .named("s"), location: .query)),
        ("basic", .httpBasic(username: .named("u"), password: .named("s"))), (oauth, nil),
    ]

    private func printed(_ values: [Any?]) -> String {
        var text = ""
        for case let value? in values {
            dump(value, to: &text)
            text += "\n\(value)\n\(String(reflecting: value))\n"
        }
        return text
    }

    private func expectSilence(_ text: String, _ place: String) {
        let lines = text.split(separator: "\n").filter { line in SecrecyTests.traces.contains { line.contains($0) } }
        #expect(lines == [], "\(place)")
    }

    @Test("In no description, dump or fault, and at no other origin, whatever the auth and whatever the answer", arguments: kinds)
    func never(kind: (name: String, auth: Auth?)) throws {
        let other = LoopbackServer { _ in [.answer("{}")] }
        // Answers every way that a server can, and gives back what it was told.
        let server = LoopbackServer { request in
            let echo = request.line + (request.header("Authorization") ?? "") + String(decoding: request.body, as: UTF8.self)
            return switch request.line.split(separator: "?")[0] {
            case "POST /token": [.answer("{\"access_token\":\"tkn-\(request.number)\"}")]
            case "POST /bad-token": [.answer("{\"error\":\"\(echo)\"}", status: 400)]
            case "GET /401": [.answer(echo, status: 401, headers: ["WWW-Authenticate: Basic realm=\"\(echo)\""])]
            case "GET /302": [.answer(echo, status: 302, headers: ["Location: \(other.url)/stolen?from=1&k=\(URLText.encodeQuery(SecrecyTests.secret))"])]
            case "GET /cut": [.send("HTTP/1.1 200 \(echo)\r\nContent-Length: 99999\r\n\r\n\(echo)"), .hangUp]
            case "GET /bad": [.send("\(echo)\r\n\r\n"), .hangUp]
            case "GET /zip": [.answer(echo, headers: ["Content-Encoding: gzip"])]
            case "GET /big": [.answer(String(repeating: echo, count: 9000))]
            case "GET /slow": [.stall]
            default: [.answer(echo, headers: ["X-Echo: \(echo)"])]
            }
        }
        defer { server.stop(); other.stop() }
        let auth = kind.name == SecrecyTests.oauth ? oauth(server, "/token") : kind.auth
        let client = Client(
            baseURL: server.url, headers: [RequestField("X-Extra", .secret(.named("s"))), RequestField("X-Plain", "p")], auth: auth,
            allowedOrigins: [AllowedOrigin(origin: other.url)])
        let session = try FetchSession(
            client: client, baseURL: server.url, secrets: SecrecyTests.secrets,
            options: FetchOptions(timeouts: .init(read: .milliseconds(500)), bodyCap: 100_000))
        let resource = things(params: [RequestField("sig", .secret(.named("s")))], headers: [RequestField("X-More", .secret(.named("s")))])
        var seen: [Any?] = [session, SecrecyTests.secrets, session.options]

        for path in ["/ok", "/401", "/302", "/cut", "/bad", "/zip", "/big", "/slow"] {
            var request = session.request(server.url + path + "?sig=" + URLText.encodeQuery(SecrecyTests.secret) + "&page=2#part")
            request.headers.append("X-More", SecrecyTests.secret)
            let authorized = try session.authorized(request, resource: resource)
            let transfer = session.http.start(authorized.request)
            seen += [request, request.headers, authorized, authorized.request.headers.fields, transfer, session.tokenSent(authorized)]
            do throws(HTTPFault) {
                let response = try transfer.wait()
                session.note(response)
                seen += [response, response.headers, response.url]
                if let location = response.headers["location"] {
                    let target = URLText.resolve(location, against: response.url)
                    try? session.check(target, page: 1)
                    var follow = session.request(target)
                    follow.headers.append("X-More", SecrecyTests.secret)
                    let next = try? session.authorized(follow, resource: resource)
                    seen += [next]
                    if let next { seen += [try session.http.start(next.request).wait().url] }
                }
            } catch {
                seen += [error, FetchFault.http(error, attempts: 3)]
            }
            seen += [transfer]
        }
        for target in [other.url + "/p/" + SecrecyTests.secret, other.url + "/q/" + URLText.encodeQuery(SecrecyTests.secret), "https://evil.example/?" + SecrecyTests.secret] {
            seen += [fetchFault { _ = try session.authorized(session.request(target), resource: resource) }, fetchFault { try session.check(target, page: 2) }]
        }
        expectSilence(printed(seen), kind.name)
        // The server itself was told, or the test would find nothing anywhere.
        #expect(server.requests.contains { $0.header("X-Extra") == SecrecyTests.secret })
        #expect(other.requests.count == 1)
        expectSilence(other.requests.map { $0.line + $0.headers.joined() + String(decoding: $0.body, as: UTF8.self) }.joined(), "the other origin")
    }

    @Test("A token endpoint that gives back what it was told is not repeated")
    func tokenEndpoint() throws {
        let server = LoopbackServer { request in
            let echo = String(decoding: request.body, as: UTF8.self)
            return [.answer("{\"error\":\"\(echo)\",\"access_token\":\"hush\\nhush\"}", status: request.number == 1 ? 400 : 200, headers: ["X: \(echo)"])]
        }
        defer { server.stop() }
        let session = try FetchSession(client: Client(baseURL: server.url, auth: oauth(server, "/bad-token")), baseURL: server.url, secrets: SecrecyTests.secrets)
        for _ in 0..<2 {
            let fault = fetchFault { _ = try session.authorized(session.request(server.url), resource: things()) }
            guard case .token = fault else {
                Issue.record("not told as a fault of the token")
                return
            }
            expectSilence(printed([fault]), "the fault")
        }
        #expect(server.requests.count == 2)
    }

    @Test("What holds a token says nothing of it")
    func tokens() throws {
        var life = TokenLife()
        _ = life.want(now: 0)
        life.received(SecrecyTests.secret, life: 10, now: 0)
        let answer = try OAuthAnswer(PageBytes("{\"access_token\":\"hush hush\"}"))
        expectSilence(printed([life, life.token, answer, Authorizer(client: Client(baseURL: "https://a"), secrets: SecrecyTests.secrets)]), "values")
        #expect(answer.token == "hush hush")
    }

    private func oauth(_ server: LoopbackServer, _ path: String) -> Auth {
        .oauth2ClientCredentials(OAuth2ClientCredentials(tokenURL: server.url + path, clientID: .named("u"), clientSecret: .named("s")))
    }
}
