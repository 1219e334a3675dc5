import Foundation
import LakeJSON
import Testing

@Suite("OAuth2 with client credentials, and where secrets are found")
struct OAuthTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    private static let secret = "client-secret-55", id = "client-77"
    private static let environment = ["RESTLAKE_API_CLIENT_ID": id, "RESTLAKE_API_CLIENT_SECRET": secret]

    /// A server for tokens, which gives `token-1`, `token-2` and so on.
    private static func tokens(expiresIn: String = "3600") -> FixtureServer {
        FixtureServer { request in
            guard request.method == "POST", request.form["grant_type"] == "client_credentials", request.form["client_id"] == id,
                  request.form["client_secret"] == secret else { return .page(#"{"error": "invalid_client"}"#, status: 401) }
            return .page(#"{"access_token": "token-\#(request.number)", "token_type": "Bearer", "expires_in": \#(expiresIn)}"#)
        }
    }

    private static func client(_ tokens: FixtureServer, _ more: String = "") -> String {
        #""auth": {"type": "oauth2_client_credentials", "access_token_url": "\#(tokens.url)/token"\#(more)}"#
    }

    private static let items = """
        {"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}}}
        """

    private static func page(_ request: Request) -> Answer {
        request.query["after"] == nil ? .items(1...3, #""next": "A""#) : .items(4...6, #""next": null"#)
    }

    private static func expectUnseen(_ outcome: Outcome, _ bench: Bench) {
        for text in [secret, "token-1", "token-2"] {
            #expect(!outcome.both.contains(text), "\(outcome.both)")
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(text.utf8)) == nil, "'\(text)' stands in \(name)") }
        }
    }

    @Test("one token is asked for, with all that the definition adds, and serves all requests")
    func oneToken() async throws {
        try await Bench.at { bench in
            let tokens = Self.tokens()
            let server = FixtureServer { $0.header("Authorization") == "Bearer token-1" ? Self.page($0) : .page("{}", status: 401) }
            let users = #"{"name": "users", "endpoint": {"path": "users", "data_selector": "items", "paginator": "single_page"}}"#
            let client = Self.client(tokens, #", "access_token_request_data": {"scope": "read all"}"#)
            let outcome = try bench.export(try bench.define(server.url, Self.items, users, client: client), environment: Self.environment)
            expect(outcome, code: 0)
            #expect(try bench.dataset().ids() == Array(1...6))
            #expect(tokens.requests.count == 1 && tokens.requests.first?.form["scope"] == "read all")
            #expect(tokens.requests.first?.header("Content-Type") == "application/x-www-form-urlencoded")
            Self.expectUnseen(outcome, bench)
        }
    }

    @Test("a token that ran out is asked for anew before the next request")
    func expiry() async throws {
        try await Bench.at { bench in
            let tokens = Self.tokens(expiresIn: "1")
            let server = FixtureServer { request in .late(request.number == 1 ? 1_200 : 0, Self.page(request)) }
            let outcome = try bench.export(try bench.define(server.url, Self.items, client: Self.client(tokens)), environment: Self.environment)
            expect(outcome, code: 0)
            let sent = server.requests.map { $0.header("Authorization") ?? "" }
            #expect(sent.count == 2 && sent[0] != sent[1])
            #expect(!sent.contains(where: { !$0.hasPrefix("Bearer token-") }))
            Self.expectUnseen(outcome, bench)
        }
    }

    @Test("a token that is refused in the middle is asked for anew, once, and no record is missing")
    func refresh() async throws {
        try await Bench.at { bench in
            let tokens = Self.tokens()
            let server = FixtureServer { request in
                let isOld = request.header("Authorization") == "Bearer token-1"
                return isOld && request.query["after"] != nil ? .page(#"{"error": "expired"}"#, status: 401) : Self.page(request)
            }
            let outcome = try bench.export(try bench.define(server.url, Self.items, client: Self.client(tokens)), environment: Self.environment)
            expect(outcome, code: 0)
            #expect(try bench.dataset().ids() == Array(1...6))
            #expect(tokens.requests.count == 2 && server.requests.count == 3)
            Self.expectUnseen(outcome, bench)
        }
    }

    @Test("a new token that is refused too ends the run")
    func refusedTwice() async throws {
        try await Bench.at { bench in
            let tokens = Self.tokens()
            let server = FixtureServer { _ in .page("{}", status: 401) }
            let outcome = try bench.export(
                try bench.define(server.url, Self.items, client: Self.client(tokens)), environment: Self.environment)
            expect(outcome, code: 77, says: ["401", "Nothing was published"])
            #expect(tokens.requests.count <= 2 && server.requests.count <= 2)
            Self.expectUnseen(outcome, bench)
        }
    }

    @Test("a token that cannot be had is told, without the secret", arguments: [
        (Answer.page(#"{"error": "invalid_client"}"#, status: 401), Int32(77)), (.page("{}", status: 503, headers: ["Retry-After: 0"]), 75),
        (.page(#"{"token": "x"}"#), 78), (.page("<html>"), 78),
    ])
    func noToken(_ answer: Answer, code: Int32) async throws {
        try await Bench.at { bench in
            let tokens = FixtureServer(["/token": [answer]]), server = FixtureServer { Self.page($0) }
            let outcome = try bench.export(
                try bench.define(server.url, Self.items, client: Self.client(tokens)), ["--attempts", "2"], environment: Self.environment)
            expect(outcome, code: code, says: ["token"])
            #expect(server.requests.isEmpty && bench.dataset().loads.isEmpty)
            Self.expectUnseen(outcome, bench)
        }
    }

    // MARK: Places

    struct Place: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var options: [String] = []
        var environment: [String: String] = [:]
        var file: (name: String, text: String)?
    }

    private static let places = [
        Place(testDescription: "our environment", environment: ["RESTLAKE_API_NIGHT_KEY": secret]),
        Place(testDescription: "dlt's environment", environment: ["SOURCES__API__NIGHT_KEY": secret]),
        Place(testDescription: "dlt's environment, the name of its source function", environment: ["SOURCES__API_SOURCE__NIGHT_KEY": secret]),
        Place(testDescription: "the dataset's environment", options: ["--dataset", "api"], environment: ["RESTLAKE_API_NIGHT_KEY": secret]),
        Place(testDescription: "systemd credentials", environment: ["CREDENTIALS_DIRECTORY": "creds"], file: ("creds/night_key", secret + "\n")),
        Place(testDescription: "dlt's secrets.toml", file: (".dlt/secrets.toml", "[sources.api_source]\nnight_key = \"\(secret)\"\n")),
        Place(testDescription: "our secrets.toml", file: (".restlake/secrets.toml", "[sources.api]\nnight_key = \"\(secret)\"\n")),
        Place(testDescription: "--secret @file", options: ["--secret", "night_key=@key"], file: ("key", secret)),
        Place(testDescription: "--secret-command", options: ["--secret-command", "sh ./vault"], file: ("vault", "#!/bin/sh\nprintf '%s\\n' '\(secret)'\n")),
    ]

    @Test("any secret of any kind is found in each of the places", arguments: places, ["api_key", "http_basic", "headers"])
    func place(_ place: Place, _ kind: String) async throws {
        try await Bench.at { bench in
            let basic = Data("ann:\(Self.secret)".utf8).base64EncodedString()
            let server = FixtureServer { request in
                let sent = [request.header("X-Key"), request.header("Authorization")].compactMap { $0 }
                return sent == [Self.secret] || sent == ["Basic \(basic)"] ? .items(1...3, #""next": null"#) : .page("{}", status: 401)
            }
            let client = switch kind {
            case "api_key": #""auth": {"type": "api_key", "name": "X-Key", "api_key": {"secret": "night_key"}}"#
            case "http_basic": #""auth": {"type": "http_basic", "username": "ann", "password": {"secret": "night_key"}}"#
            default: #""headers": {"X-Key": {"secret": "night_key"}}"#
            }
            if let file = place.file { try bench.write(file.text, to: file.name, mode: file.name == "vault" ? 0o700 : 0o600) }
            let outcome = try bench.export(try bench.define(server.url, Self.items, client: client), place.options, environment: place.environment)
            expect(outcome, code: 0, never: [Self.secret, basic])
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(Self.secret.utf8)) == nil, "the secret stands in \(name)") }
        }
    }

    @Test("a definition and a project's secrets file start no program")
    func noCommand() async throws {
        try await Bench.at { bench in
            try bench.write("#!/bin/sh\ntouch ran\nprintf x\n", to: "vault", mode: 0o700)
            try bench.write("secret_command = \"./vault\"\n", to: ".restlake/secrets.toml")
            let definition = try bench.define("http://127.0.0.1:1", Self.items, client: #""auth": {"type": "bearer"}"#)
            expect(try bench.export(definition), code: 78, says: ["bearer_token"])
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/ran"))
        }
    }

    @Test("a program in the user's own secrets file is asked; one that fails is told, without what it said", arguments: [true, false])
    func command(_ works: Bool) async throws {
        try await Bench.at { bench in
            let vault = try bench.write("#!/bin/sh\nprintf '%s' '\(Self.secret)'\nexit \(works ? 0 : 3)\n", to: "vault", mode: 0o700)
            try bench.write("secret_command = \"sh \(vault)\"\n", to: "home/.config/restlake/secrets.toml")
            let server = FixtureServer { $0.header("Authorization") == "Bearer \(Self.secret)" ? .items(1...3, #""next": null"#) : .page("{}", status: 401) }
            let outcome = try bench.export(try bench.define(server.url, Self.items, client: #""auth": {"type": "bearer"}"#))
            expect(outcome, code: works ? 0 : 78, says: works ? [] : ["secret command", "code 3"], never: [Self.secret])
        }
    }

    @Test("a secret that is missing is told with its places, whatever takes it", arguments: [
        (#""auth": {"type": "http_basic", "username": "ann"}"#, "password"), (#""headers": {"X-Key": {"secret": "night_key"}}"#, "night_key"),
        (#""auth": {"type": "api_key", "name": "X-Key"}"#, "api_key"),
    ])
    func missing(_ client: String, _ name: String) async throws {
        try await Bench.at { bench in
            let upper = name.uppercased()
            expect(try bench.export(try bench.define("http://127.0.0.1:1", Self.items, client: client)), code: 78, says: [
                "'\(name)'", "RESTLAKE_API_\(upper)", "SOURCES__API__\(upper)", "secrets.toml", "--secret \(name)=@FILE",
            ])
        }
    }
}
