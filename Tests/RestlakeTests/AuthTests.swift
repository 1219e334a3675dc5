import Foundation
import LakeJSON
import Testing

@Suite("Auth: each kind is understood by the API, and nobody else ever sees the secret")
struct AuthTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    private static let token = "tok-7f3a9c-very-secret", password = "pa:ss wörd/1"
    private static let basic = Data("ann:\(password)".utf8).base64EncodedString()

    struct Kind: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Members of `client`, behind the base URL.
        var client: String
        /// Further members of the endpoint.
        var endpoint = ""
        var secrets = ["bearer_token": token]
        /// Texts that no one may see.
        var hidden = [token]
        var isKnown: @Sendable (Request) -> Bool
    }

    private static func bearer(_ request: Request) -> Bool { request.header("Authorization") == "Bearer \(token)" }

    private static let kinds = [
        Kind(testDescription: "bearer, by name alone", client: #""auth": "bearer""#, isKnown: bearer),
        Kind(testDescription: "bearer, by type", client: #""auth": {"type": "bearer"}"#, secrets: ["bearer_token": token], isKnown: bearer),
        Kind(testDescription: "bearer, a named secret without type", client: #""auth": {"token": {"secret": "night_key"}}"#, secrets: ["night_key": token], isKnown: bearer),
        Kind(testDescription: "api_key in a header", client: #""auth": {"type": "api_key", "name": "x-api-key", "api_key": {"secret": "k"}}"#, secrets: ["k": token]) {
            $0.header("X-API-Key") == token && $0.header("Authorization") == nil
        },
        Kind(testDescription: "api_key under dlt's own name", client: #""auth": {"type": "api_key", "location": "header"}"#, secrets: ["api_key": token]) {
            $0.header("Authorization") == token
        },
        Kind(testDescription: "api_key in the query", client: #""auth": {"type": "api_key", "name": "key", "api_key": {"secret": "k"}, "location": "query"}"#,
             secrets: ["k": token]) { $0.query["key"] == token },
        Kind(testDescription: "api_key in the query, as dlt also says it", client: #""auth": {"type": "api_key", "name": "pass", "location": "param"}"#,
             secrets: ["api_key": token]) { $0.query["pass"] == token },
        Kind(testDescription: "http_basic", client: #""auth": {"type": "http_basic", "username": "ann", "password": {"secret": "password"}}"#,
             secrets: ["password": password], hidden: [password, basic]) { $0.header("Authorization") == "Basic \(basic)" },
        Kind(testDescription: "http_basic, both looked up", client: #""auth": {"type": "http_basic"}"#,
             secrets: ["username": "ann", "password": password], hidden: [password, basic]) { $0.header("Authorization") == "Basic \(basic)" },
        Kind(testDescription: "headers of the client", client: #""headers": {"X-Team": "blue", "X-Session": {"secret": "session_id"}}"#, secrets: ["session_id": token]) {
            $0.header("X-Session") == token && $0.header("X-Team") == "blue"
        },
        Kind(testDescription: "headers and params of the endpoint", client: #""headers": {}"#,
             endpoint: #", "headers": {"X-One": {"secret": "one"}}, "params": {"two": {"secret": "two"}}"#,
             secrets: ["one": token, "two": password], hidden: [token, password]) {
                 // A link brings parameters of its own.
                 $0.header("X-One") == token && ($0.query["two"] == password || $0.query["page"] == "2")
             },
        Kind(testDescription: "auth of the endpoint, in the place of the client's", client: #""auth": {"type": "bearer"}"#,
             endpoint: #", "auth": {"type": "api_key", "name": "X-Key", "api_key": {"secret": "k"}}"#,
             secrets: ["bearer_token": "another", "k": token]) { $0.header("X-Key") == token && $0.header("Authorization") == nil },
    ]

    private static let link = #"{"type": "json_link", "next_url_path": "next"}"#

    private static func resource(_ kind: Kind) -> String {
        #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": \#(link)\#(kind.endpoint)}}"#
    }

    /// The secrets as dlt's environment variables or as our own.
    private static func environment(_ kind: Kind, ours: Bool) -> [String: String] {
        Dictionary(uniqueKeysWithValues: kind.secrets.map { ((ours ? "RESTLAKE_API_" : "SOURCES__API__") + $0.key.uppercased(), $0.value) })
    }

    /// 401 to whom it does not know; then as told.
    private static func guarded(_ kind: Kind, _ answer: @escaping @Sendable (Request) -> Answer) -> FixtureServer {
        FixtureServer { kind.isKnown($0) ? answer($0) : .page(#"{"message": "who are you?"}"#, status: 401) }
    }

    /// In no output, in no file of the lake, and in nothing that another server received.
    private static func expectUnseen(_ hidden: [String], _ outcome: Outcome, _ bench: Bench, others: [FixtureServer] = []) {
        let escaped = hidden.flatMap { [$0, $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? $0] }
        for text in Set(escaped) {
            #expect(!outcome.both.contains(text), "the secret stands in the output:\n\(outcome.both)")
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(text.utf8)) == nil, "the secret stands in \(name)") }
            for request in others.flatMap(\.requests) {
                #expect(!([request.target, request.body] + request.headers).contains { $0.contains(text) }, "another server saw the secret")
            }
        }
    }

    @Test("the API knows who asks, on every page, from either spelling of the environment", arguments: kinds, [true, false])
    func known(_ kind: Kind, _ ours: Bool) async throws {
        try await Bench.at { bench in
            let server = Self.guarded(kind) { $0.query["page"] == nil ? .items(1...3, #""next": "/items?page=2""#) : .items(4...6, #""next": null"#) }
            let outcome = try bench.export(
                try bench.define(server.url, Self.resource(kind), client: kind.client), environment: Self.environment(kind, ours: ours))
            expect(outcome, code: 0)
            #expect(try bench.dataset().ids() == Array(1...6))
            Self.expectUnseen(kind.hidden, outcome, bench)
        }
    }

    @Test("a secret that the API refuses: told by the name under which it went, never by its value", arguments: kinds)
    func refused(_ kind: Kind) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"{"message": "expired"}"#, status: 401, headers: ["WWW-Authenticate: Basic realm=\"x\""]) }
            let outcome = try bench.export(
                try bench.define(server.url, Self.resource(kind), client: kind.client), environment: Self.environment(kind, ours: true))
            expect(outcome, code: 77, says: ["items", "401", "Nothing was published"])
            #expect(server.requests.count == 1)
            Self.expectUnseen(kind.hidden, outcome, bench)
        }
    }

    @Test("an error in which the API repeats the secret is told without it", arguments: kinds)
    func repeated(_ kind: Kind) async throws {
        try await Bench.at { bench in
            let text = kind.hidden[0]
            let server = FixtureServer { _ in .page(#"{"error": "the key \#(text) is over its quota"}"#) }
            let outcome = try bench.export(
                try bench.define(server.url, Self.resource(kind), client: kind.client), environment: Self.environment(kind, ours: true))
            expect(outcome, code: 65, says: ["over its quota"])
            Self.expectUnseen(kind.hidden, outcome, bench)
        }
    }

    // MARK: Other origins

    @Test("another origin is not asked, by redirect or by link", arguments: kinds, ["redirect", "link"])
    func otherOrigin(_ kind: Kind, _ way: String) async throws {
        try await Bench.at { bench in
            let other = FixtureServer { _ in .items([9]) }
            let server = Self.guarded(kind) { _ in
                way == "link" ? .items([1], #""next": "\#(other.url)/items?page=2""#) : .page("", status: 307, headers: ["Location: \(other.url)/items"])
            }
            let outcome = try bench.export(
                try bench.define(server.url, Self.resource(kind), client: kind.client), environment: Self.environment(kind, ours: true))
            expect(outcome, code: 76, says: ["another origin", other.url, "allowed_origins"])
            #expect(other.requests.isEmpty)
            Self.expectUnseen(kind.hidden, outcome, bench, others: [other])
        }
    }

    @Test("an allowed origin is asked without the secret, and with it only where that is said", arguments: kinds, ["redirect", "link"])
    func allowedOrigin(_ kind: Kind, _ way: String) async throws {
        try await Bench.at { bench in
            let other = FixtureServer { _ in .items([9], #""next": null"#) }
            let server = Self.guarded(kind) { _ in
                way == "link" ? .items([1], #""next": "\#(other.url)/items?page=2""#) : .page("", status: 302, headers: ["Location: \(other.url)/items"])
            }
            let expected = way == "link" ? [1, 9] : [9]
            let environment = Self.environment(kind, ours: true)
            let plain = kind.client + #", "allowed_origins": ["\#(other.url)"]"#
            let outcome = try bench.export(try bench.define(server.url, Self.resource(kind), client: plain), environment: environment)
            expect(outcome, code: 0)
            #expect(try bench.dataset().ids() == expected)
            #expect(other.requests.count == 1)
            Self.expectUnseen(kind.hidden, outcome, bench, others: [other])

            let trusted = kind.client + #", "allowed_origins": [{"origin": "\#(other.url)", "with_auth": true}]"#
            expect(try bench.export(try bench.define(server.url, Self.resource(kind), client: trusted), environment: environment), code: 0)
            // What stands in `auth` and in the client's headers; params and headers of an endpoint are part of its own requests.
            if kind.endpoint.isEmpty { #expect(other.requests.last.map(kind.isKnown) == true) }
        }
    }

    @Test("a path that is an absolute URL of another origin needs the same permission")
    func absolutePath() async throws {
        try await Bench.at { bench in
            let other = FixtureServer { _ in .items([9], #""next": null"#) }
            let resource = #"{"name": "items", "endpoint": {"path": "\#(other.url)/items", "paginator": "single_page"}}"#
            let client = #""auth": {"type": "bearer"}"#, environment = ["RESTLAKE_API_BEARER_TOKEN": Self.token]
            let refused = try bench.export(try bench.define("http://127.0.0.1:1", resource, client: client), environment: environment)
            expect(refused, code: 78, says: ["allowed_origins"], never: [Self.token])
            #expect(other.requests.isEmpty)
            let allowed = client + #", "allowed_origins": ["\#(other.url)"]"#
            expect(try bench.export(try bench.define("http://127.0.0.1:1", resource, client: allowed), environment: environment), code: 0)
            #expect(other.requests.count == 1 && other.requests.allSatisfy { $0.header("Authorization") == nil })
        }
    }
}
