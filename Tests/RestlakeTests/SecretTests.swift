import Foundation
import Testing

@Suite("Secrets: where they are looked for, and where they never appear")
struct SecretTests {
    private static let token = "tok-7f3a9c-very-secret"

    /// Answers 401 to everything but the token.
    private static func guarded(_ token: String = SecretTests.token) -> FixtureServer {
        FixtureServer { request in
            guard request.headers.contains("Authorization: Bearer \(token)") else {
                return .page(#"{"message": "Unauthorized"}"#, status: 401)
            }
            return request.query["page"] == nil ? .items(1...3) : .items([])
        }
    }

    private static func define(_ bench: Bench, _ server: FixtureServer) throws -> String {
        try bench.define(server.url, #"{"name": "items", "primary_key": "id"}"#, client: #""auth": {"type": "bearer"}"#)
    }

    struct Place: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var options: [String] = []
        var environment: [String: String] = [:]
        var file: (name: String, text: String)?
    }

    private static let places = [
        Place(testDescription: "RESTLAKE_API_BEARER_TOKEN", environment: ["RESTLAKE_API_BEARER_TOKEN": token]),
        Place(testDescription: "dlt's SOURCES__API__BEARER_TOKEN", environment: ["SOURCES__API__BEARER_TOKEN": token]),
        Place(testDescription: "--secret NAME=@FILE", options: ["--secret", "bearer_token=@my token"], file: ("my token", token + "\n")),
        Place(testDescription: "a container's secrets folder", environment: ["CREDENTIALS_DIRECTORY": "creds"], file: ("creds/api_bearer_token", token)),
        Place(testDescription: ".restlake/secrets.toml", file: (".restlake/secrets.toml", "# mine\n[sources.api]\nbearer_token = \"\(token)\" # here\n")),
        Place(testDescription: ".dlt/secrets.toml", file: (".dlt/secrets.toml", "[sources.api_source]\nbearer_token = '\(token)'\n")),
        Place(testDescription: "the user's own secrets.toml", file: ("home/.config/restlake/secrets.toml", "sources.api.bearer_token = \"\(token)\"\n")),
        Place(testDescription: "a secrets.toml with all of TOML in it", file: (".dlt/secrets.toml", """
            title = \"\"\"
            [not a table]
            \"\"\"
            ports = [
              8000, # first
              8001,
            ]
            [[pipelines]]
            when = 2026-11-23T02:00:00Z
            key = '''
            -----BEGIN KEY-----
            '''
            [sources.api] # ours [really]
            bearer_token = "\(token)"
            """)),
    ]

    @Test("a token is found in each of its places and stands in no output and no file", arguments: places)
    func found(_ place: Place) async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            if let file = place.file { try bench.write(file.text, to: file.name) }
            let outcome = try bench.export(try Self.define(bench, server), place.options, environment: place.environment)
            expect(outcome, code: 0, never: [Self.token, "Warning"])
            #expect(try bench.dataset().ids() == [1, 2, 3])
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(Self.token.utf8)) == nil, "the token stands in \(name)") }
        }
    }

    @Test("a token can come through a pipe")
    func pipe() async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            let definition = try Self.define(bench, server)
            let script = "printf %s '\(Self.token)' | \"$0\" export \"$1\" --lake \"$2\" --secret bearer_token=@/dev/stdin"
            let outcome = try bench.command(["/bin/sh", "-c", script, Executable.path, definition, bench.lake]).end()
            expect(outcome, code: 0, never: [Self.token])
        }
    }

    @Test("the earlier place wins, and the dataset's variable comes before the source's")
    func order() async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            let definition = try Self.define(bench, server)
            try bench.write("[sources.api]\nbearer_token = \"wrong\"\n", to: ".restlake/secrets.toml")
            let environment = ["RESTLAKE_NIGHT_BEARER_TOKEN": Self.token, "RESTLAKE_API_BEARER_TOKEN": "wrong"]
            expect(try bench.export(definition, ["--dataset", "night"], environment: environment), code: 0)
            expect(try bench.export(definition, environment: environment), code: 77)
        }
    }

    @Test("the key of hashed fields is a secret as others are: where it is missing, every place is told")
    func hashKey() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .items([]) }
            let definition = try bench.define(server.url, #"{"name": "items", "fields": {"personal": {"email": "hash"}}}"#)
            expect(try bench.export(definition), code: 78, says: ["The secret 'hash_key' is missing", "RESTLAKE_API_HASH_KEY", "--secret hash_key=@FILE"])
            #expect(server.requests.isEmpty)
            expect(try bench.export(definition, environment: ["RESTLAKE_API_HASH_KEY": Self.token]), code: 0, never: [Self.token])
        }
    }

    @Test("a secrets file that others can read is warned about", arguments: [".restlake/secrets.toml", ".dlt/secrets.toml"])
    func openFile(_ name: String) async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            try bench.write("[sources.api]\nbearer_token = \"\(Self.token)\"\n", to: name, mode: 0o644)
            let outcome = try bench.export(try Self.define(bench, server))
            expect(outcome, code: 0, says: ["Warning", name, "chmod 600"], never: [Self.token])
        }
    }

    @Test("a wrong token ends the run, names the header and not its value, and leaves the lake as it was")
    func wrong() async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            let definition = try Self.define(bench, server)
            expect(try bench.export(definition, environment: ["RESTLAKE_API_BEARER_TOKEN": Self.token]), code: 0)
            let before = tree(bench.lake)
            let load = try #require(bench.dataset().loads.last)
            let outcome = try bench.export(definition, environment: ["RESTLAKE_API_BEARER_TOKEN": "wrong-token"])
            expect(outcome, code: 77, says: ["items", "401", "Authorization", "Nothing was published", load], never: ["wrong-token"])
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("a missing secret lists every place that was looked at and the way without an account")
    func missing() async throws {
        try await Bench.at { bench in
            let outcome = try bench.restlake(["export", "thena", "--lake", bench.lake])
            expect(outcome, code: 78, says: [
                "bearer_token", "--secret bearer_token=@FILE", "RESTLAKE_THENA_BEARER_TOKEN", "SOURCES__THENA__BEARER_TOKEN",
                "/run/secrets", ".restlake/secrets.toml", ".dlt/secrets.toml", "--sandbox",
            ])
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("secrets that cannot be used are told apart", arguments: [
        (["--secret", "bearer_token=\(token)"], Int32(64), "NAME=@FILE"),
        (["--secret", "bearer_token=@nowhere"], 78, "nowhere"),
        (["--secret", "bearer_token=@empty"], 78, "empty"),
        (["--secret", "bearer_tokn=@full"], 64, "bearer_token"),
        (["--secret", "bearer_token=@lines"], 78, "Authorization"),
    ])
    func unusable(_ options: [String], code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            try bench.write("", to: "empty")
            try bench.write(Self.token, to: "full")
            try bench.write(Self.token + "\nX-Other: 1", to: "lines")
            let server = Self.guarded()
            let outcome = try bench.export(try Self.define(bench, server), options)
            expect(outcome, code: code, says: [word], never: [Self.token])
        }
    }

    @Test("a secrets file that is no TOML is told by its line")
    func damaged() async throws {
        try await Bench.at { bench in
            let server = Self.guarded()
            try bench.write("[sources.api]\nbearer_token: \"\(Self.token)\"\n", to: ".restlake/secrets.toml")
            expect(try bench.export(try Self.define(bench, server)), code: 78, says: [".restlake/secrets.toml", "line 2"], never: [Self.token])
        }
    }

    @Test("a token that the definition spells out is warned about and stands nowhere in the lake")
    func literal() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.query["page"] == nil ? .items(1...3) : .items([])
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "endpoint": {"path": "items", "params": {"api_key": "\#(Self.token)", "kind": "all"}}}"#)
            let outcome = try bench.export(definition)
            expect(outcome, code: 0, says: ["Warning"], never: [Self.token])
            #expect(server.requests.allSatisfy { $0.query["api_key"] == Self.token })
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(Self.token.utf8)) == nil, "the token stands in \(name)") }
            expect(try bench.export(definition, ["--plan"]), code: 0, says: ["kind=all"], never: [Self.token])
        }
    }

    @Test("a secret never goes over plain http to another machine")
    func plainHTTP() async throws {
        try await Bench.at { bench in
            let definition = try bench.define("http://api.example.invalid", #"{"name": "items"}"#, client: #""auth": "bearer""#)
            expect(try bench.export(definition, environment: ["RESTLAKE_API_BEARER_TOKEN": Self.token]), code: 78, says: ["plain http", "https"], never: [Self.token])
        }
    }

    @Test("neither a redirect nor a next link carries the token to another origin", arguments: ["redirect", "link"])
    func otherOrigin(_ kind: String) async throws {
        try await Bench.at { bench in
            let other = FixtureServer { _ in .items([9]) }
            let server = FixtureServer { _ in
                kind == "redirect"
                    ? .page("", status: 302, headers: ["Location: \(other.url)/items"])
                    : .items([1], #""next": "\#(other.url)/items?page=2""#)
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "endpoint": {"path": "items", "paginator": {"type": "json_link", "next_url_path": "next"}}}"#,
                client: #""auth": "bearer""#)
            let outcome = try bench.export(definition, environment: ["RESTLAKE_API_BEARER_TOKEN": Self.token])
            expect(outcome, code: 76, says: ["another origin", other.url], never: [Self.token])
            #expect(other.requests.isEmpty)
            #expect(bench.dataset().loads.isEmpty)
        }
    }
}
