import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeFetch

@Suite("OAuth2 client credentials", .noHang)
struct OAuthTests {
    @Test("A token is asked for once with a form, and used until it is about to expire", arguments: ["600", "\"600\"", "600.0"])
    func use(expiresIn: String) throws {
        let api = TokenServer(expiresIn: expiresIn), time = PretendedTime()
        defer { api.server.stop() }
        let session = try api.session(time)
        for _ in 0..<3 { #expect(try session.fetch(api.server.url + "/things").bodyText == "t1") }
        let asked = api.server.requests[0]
        #expect(asked.line == "POST /token")
        #expect(String(decoding: asked.body, as: UTF8.self) == "grant_type=client_credentials&client_id=client-1&client_secret=s3cr3t%2F%2B%C3%BC")
        #expect(asked.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(asked.header("Authorization") == nil)
        time.pass(milliseconds: 539_999)
        #expect(try session.fetch(api.server.url + "/things").bodyText == "t1")
        time.pass(milliseconds: 1)
        #expect(try session.fetch(api.server.url + "/things").bodyText == "t2")
        #expect(api.asked == 2)
    }

    @Test("Without a life of its own, or with one that cannot be read, a token lives as declared", arguments: [nil, "null", "\"soon\"", "{}"])
    func defaultLife(expiresIn: String?) throws {
        let api = TokenServer(expiresIn: expiresIn), time = PretendedTime()
        defer { api.server.stop() }
        var credentials = api.credentials
        credentials.defaultExpirationSeconds = 100
        let session = try api.session(time, auth: .oauth2ClientCredentials(credentials))
        _ = try session.fetch(api.server.url)
        time.pass(milliseconds: 89_999)
        #expect(try session.fetch(api.server.url).bodyText == "t1")
        time.pass(milliseconds: 1)
        #expect(try session.fetch(api.server.url).bodyText == "t2")
    }

    @Test("Further fields go along, and take the place of the usual ones")
    func requestData() throws {
        let api = TokenServer()
        defer { api.server.stop() }
        var credentials = api.credentials
        credentials.requestData = [RequestField("scope", "a b"), RequestField("grant_type", "other"), RequestField("pin", .secret(.literal("12")))]
        _ = try api.session(auth: .oauth2ClientCredentials(credentials)).fetch(api.server.url)
        #expect(String(decoding: api.server.requests[0].body, as: UTF8.self) == "grant_type=other&client_id=client-1&client_secret=s3cr3t%2F%2B%C3%BC&scope=a%20b&pin=12")
    }

    @Test("A refused token is replaced once, and the request goes through")
    func renewed() throws {
        let api = TokenServer(accepts: { $0 == "t2" })
        defer { api.server.stop() }
        let response = try api.session().fetch(api.server.url)
        #expect(response.status == 200 && response.bodyText == "t2" && api.asked == 2)
    }

    @Test("Where the new token is refused too, the 401 is meant, for everyone who asks")
    func refused() throws {
        let api = TokenServer(accepts: { _ in false })
        defer { api.server.stop() }
        let session = try api.session()
        for _ in 0..<3 { #expect(try session.fetch(api.server.url).status == 401) }
        #expect(api.asked == 2)
    }

    @Test("A token that was accepted and is refused later is replaced each time")
    func revoked() throws {
        let good = Monitor("t1")
        let api = TokenServer(accepts: { token in good.look { $0 == token } })
        defer { api.server.stop() }
        let session = try api.session()
        for i in 1...4 {
            good.change { $0 = "t\(i)" }
            #expect(try session.fetch(api.server.url).bodyText == "t\(i)")
            #expect(try session.fetch(api.server.url).bodyText == "t\(i)")
        }
        #expect(api.asked == 4)
    }

    @Test("A declared first token is used before any is asked for")
    func firstToken() throws {
        let api = TokenServer(accepts: { _ in true })
        defer { api.server.stop() }
        var credentials = api.credentials
        credentials.accessToken = .literal("t0")
        #expect(try api.session(auth: .oauth2ClientCredentials(credentials)).fetch(api.server.url).bodyText == "t0")
        #expect(api.asked == 0)
    }

    @Test("Many who ask at once, and many who are refused at once, share one request each")
    func shared() async throws {
        let arrived = Monitor(0), count = Monitor(0)
        let server = LoopbackServer { request in
            if request.line.hasSuffix("/token") {
                // Answered once all the others wait.
                _ = arrived.wait { $0 == 20 ? true : nil }
                return [.answer("{\"access_token\":\"t\(count.change { $0 += 1; return $0 })\",\"expires_in\":3600}")]
            }
            return [.answer("")]
        }
        defer { server.stop() }
        let credentials = OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
        let session = try FetchSession(
            client: Client(baseURL: server.url, auth: .oauth2ClientCredentials(credentials)), baseURL: server.url, secrets: TokenServer.secrets)
        let requests = await onThreads(20) { _ in
            arrived.change { $0 += 1 }
            return try? session.authorized(session.request(server.url + "/x"), resource: things())
        }
        let tokens = Set(requests.compactMap { $0?.request.headers["Authorization"] })
        #expect(tokens == ["Bearer t1"] && server.requests.count == 1)
        let renewals = await onThreads(20) { i in requests[i].map { (try? session.renewed(after: $0)) == true } ?? false }
        #expect(renewals.allSatisfy { $0 } && server.requests.count == 2)
    }

    @Test("Several clients have each its own token")
    func severalClients() throws {
        let (one, two) = (TokenServer(), TokenServer(accepts: { $0 == "t1" }))
        defer { one.server.stop(); two.server.stop() }
        let session = try one.session()
        _ = try session.fetch(one.server.url)
        _ = try session.fetch(one.server.url, things(auth: two.auth))
        _ = try session.fetch(one.server.url, things(auth: two.auth))
        #expect(one.asked == 1 && two.asked == 1)
    }

    @Test("What a token endpoint says wrong is told without its words", arguments: [
        (400, "{\"error\":\"invalid_client\",\"error_description\":\"s3cr3t\"}", TokenFault.refused(status: 400, error: .invalidClient)),
        (401, "{\"error\":\"s3cr3t\"}", .refused(status: 401, error: nil)), (403, "<html>s3cr3t", .refused(status: 403, error: nil)),
        (302, "", .redirect(status: 302)), (200, "<html>", .answer(.notJSON)), (200, "[]", .answer(.notAnObject)), (200, "", .answer(.notJSON)),
        (200, "{\"token\":\"x\"}", .answer(.tokenMissing)), (200, "{\"access_token\":\"\"}", .answer(.tokenMissing)), (200, "{\"access_token\":7}", .answer(.tokenMissing)),
        (200, "{\"access_token\":\"a\\r\\nEvil: 1\"}", .answer(.tokenCharacters)), (500, "s3cr3t", .unavailable(status: 500, attempts: 3)), (429, "", .unavailable(status: 429, attempts: 3)),
    ])
    func faults(status: Int, body: String, expected: TokenFault) throws {
        let server = LoopbackServer { _ in [.answer(body, status: status, headers: ["Location: http://127.0.0.1:1/elsewhere"])] }
        defer { server.stop() }
        let credentials = OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
        let time = PretendedTime()
        let session = try FetchSession(
            client: Client(baseURL: server.url, auth: .oauth2ClientCredentials(credentials)), baseURL: server.url, secrets: TokenServer.secrets,
            options: FetchOptions(retry: RetryPolicy(attempts: 3), pause: time, clock: time.clock))
        let fault = fetchFault { _ = try session.fetch(server.url + "/things") }
        #expect(fault == .token(expected, origin: try Origin(url: server.url)))
        #expect(!String(describing: fault).contains("s3cr3t"))
        #expect(server.requests.count == (status == 500 || status == 429 ? 3 : 1))
    }

    @Test("A token endpoint that fails for a moment is asked again")
    func retried() throws {
        let server = LoopbackServer { request in
            switch request.number {
            case 1: [.answer("", status: 503, headers: ["Retry-After: 4"])]
            case 2: [.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), .hangUp]
            case 3: [.answer("{\"access_token\":\"t\"}")]
            default: [.answer("fine")]
            }
        }
        defer { server.stop() }
        let credentials = OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
        let time = PretendedTime()
        let session = try FetchSession(
            client: Client(baseURL: server.url, auth: .oauth2ClientCredentials(credentials)), baseURL: server.url, secrets: TokenServer.secrets,
            options: FetchOptions(pause: time, clock: time.clock))
        #expect(try session.fetch(server.url + "/x").bodyText == "fine")
        #expect(time.noted.first == 4000 && time.noted.count == 2)
    }

    @Test("The secret goes to no plain http address of another machine, and to no address that is none", arguments: [
        ("http://auth.example/token", FetchFault.secretInPlainText(to: Origin(scheme: .http, host: "auth.example"))),
        ("/token", .token(.badURL(.notAbsolute), origin: nil)), ("ftp://auth.example/", .token(.badURL(.schemeRefused("ftp")), origin: nil)),
    ])
    func address(url: String, expected: FetchFault) throws {
        let credentials = OAuth2ClientCredentials(tokenURL: url, clientID: .named("id"), clientSecret: .named("secret"))
        let session = try FetchSession(
            client: Client(baseURL: "https://api.example", auth: .oauth2ClientCredentials(credentials)), baseURL: "https://api.example", secrets: TokenServer.secrets)
        #expect(fetchFault { _ = try session.authorized(session.request("https://api.example/x"), resource: things()) } == expected)
    }

    @Test("Cancelling releases all who wait for a token")
    func cancelled() async throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        let credentials = OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
        let session = try FetchSession(
            client: Client(baseURL: server.url, auth: .oauth2ClientCredentials(credentials)), baseURL: server.url, secrets: TokenServer.secrets)
        let faults = await onThreads(9) { i in
            if i == 8 {
                while server.requests.isEmpty { letOthersRun() }
                session.cancel()
            }
            return fetchFault { _ = try session.authorized(session.request(server.url), resource: things()) }
        }
        #expect(faults == Array(repeating: .cancelled, count: 9))
    }
}

@Suite("The life of a token")
struct TokenLifeTests {
    private func name(_ step: TokenLife.Step) -> String {
        switch step {
        case .use(let token): "use \(token.text)"
        case .ask: "ask"
        case .wait(let round): "wait \(round)"
        case .fail: "fail"
        case .giveUp: "give up"
        }
    }

    @Test("From the first request to a refusal that is meant")
    func story() {
        var life = TokenLife()
        #expect(name(life.want(now: 0)) == "ask")
        #expect(name(life.want(now: 0)) == "wait 0")
        #expect(name(life.after(round: 0)) == "wait 0")
        life.received("a", life: 100, now: 0)
        #expect(name(life.after(round: 0)) == "use a")
        #expect(name(life.want(now: 89_999)) == "use a")
        #expect(name(life.refused(generation: 1)) == "ask")
        #expect(name(life.refused(generation: 1)) == "wait 1")
        life.received("b", life: 100, now: 0)
        #expect(name(life.refused(generation: 1)) == "use b")
        #expect(name(life.refused(generation: 2)) == "give up")
        life.accepted(generation: 1)
        #expect(name(life.refused(generation: 2)) == "give up")
        life.accepted(generation: 2)
        #expect(name(life.refused(generation: 2)) == "ask")
        life.failed(.cancelled)
        #expect(name(life.after(round: 2)) == "fail")
        #expect(name(life.want(now: 90_000)) == "ask")
    }

    @Test("A token that lives no time is good for those who waited for it, and for nobody after them")
    func noLife() {
        var life = TokenLife()
        #expect(name(life.want(now: 5)) == "ask" && name(life.want(now: 5)) == "wait 0")
        life.received("a", life: 0, now: 5)
        #expect(name(life.after(round: 0)) == "use a" && name(life.want(now: 5)) == "ask")
    }

    @Test("A token is replaced a tenth of its life before its end, at most a minute", arguments: [
        (3600, 3_540_000), (600, 540_000), (10, 9000), (0, 0), (-5, 0), (1e300, 999_999_940_000),
    ] as [(Double, Int64)])
    func margin(seconds: Double, milliseconds: Int64) { #expect(TokenLife.refreshAt(life: seconds, now: 7) == milliseconds + 7) }
}
