import Foundation
import Testing

@Suite("Secrets from a command of the user's")
struct SecretCommandTests {
    private static let token = "tok-51e0b2-very-secret"

    private static func server() -> FixtureServer {
        FixtureServer { request in
            request.headers.contains("Authorization: Bearer \(token)") ? .page(#"[{"id": 1}]"#) : .page("{}", status: 401)
        }
    }

    private static func define(_ bench: Bench, _ server: FixtureServer) throws -> String {
        try bench.define(
            server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#, client: #""auth": {"type": "bearer"}"#)
    }

    @Test("gives its stdout, finds the secret's and the source's name in $1 and $2, and shows its stderr", arguments: [
        #"cat "vault/$2/$1""#, #"printf '%s\r\n\n' "$(cat "vault/$2/$1")""#, #"echo of $1 >&2; cat vault/api/bearer_token"#,
        #"cat >/dev/null; cat "vault/$2/$1""#, #"read -r x; cat "vault/$2/$1""#,
    ])
    func found(_ command: String) async throws {
        try await Bench.at { bench in
            let server = Self.server()
            try bench.write(Self.token + "\n", to: "vault/api/bearer_token")
            let definition = try Self.define(bench, server)
            let words = ["export", definition, "--lake", bench.lake, "--secret-command", command]
            // restlake's own stdin stays open and silent: what the command reads is empty all the same.
            let script = "mkfifo stdin; exec \"$0\" \"$@\" <>stdin"
            let outcome = try bench.command(["/bin/sh", "-c", script, Executable.path] + words).end()
            expect(outcome, code: 0, says: command.contains(">&2;") ? ["of bearer_token"] : [], never: [Self.token])
            for (name, bytes) in tree(bench.lake) { #expect(bytes.range(of: Data(Self.token.utf8)) == nil, "the token stands in \(name)") }
        }
    }

    @Test("that fails is told without its text and without what it wrote", arguments: [
        ("echo \(token); exit 3", "ended with code 3"), ("true", "wrote nothing"), ("printf '\\n\\n'", "wrote nothing"),
        ("no-such-program-here \(token)", "ended with code 127"), ("echo \(token); kill -9 $$", "signal 9"),
        ("while :; do echo \(token); done | head -c 70000", "more than 65536 bytes"), ("kill -TERM $$", "signal 15"),
    ] as [(String, String)])
    func fails(_ command: String, says word: String) async throws {
        try await Bench.at { bench in
            let server = Self.server()
            let outcome = try bench.export(try Self.define(bench, server), ["--secret-command", command])
            // What the command itself says on stderr is the user's: here it is the shell that names the program.
            expect(outcome, code: 78, says: ["secret command", word], never: command.hasPrefix("no-such") ? [] : [Self.token])
            #expect(server.requests.isEmpty && tree(bench.lake).isEmpty)
        }
    }

    @Test("comes last: a variable that is set is taken first")
    func last() async throws {
        try await Bench.at { bench in
            let server = Self.server()
            let outcome = try bench.export(
                try Self.define(bench, server), ["--secret-command", "touch asked; echo wrong"], environment: ["RESTLAKE_API_BEARER_TOKEN": Self.token])
            expect(outcome, code: 0)
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/asked"))
        }
    }

    struct File: Sendable, CustomTestStringConvertible {
        var name: String
        var mode: Int
        var environment: [String: String] = [:]
        var code: Int32
        var says: String
        var testDescription: String { "\(name), \(String(mode, radix: 8))" }
    }

    @Test("may stand in the user's own secrets file and in no other", arguments: [
        File(name: "home/.config/restlake/secrets.toml", mode: 0o600, code: 0, says: ""),
        File(name: "home/.config/restlake/secrets.toml", mode: 0o644, code: 0, says: ""),
        File(name: "config/restlake/secrets.toml", mode: 0o600, environment: ["XDG_CONFIG_HOME": "config"], code: 0, says: ""),
        File(name: "home/.config/restlake/secrets.toml", mode: 0o620, code: 78, says: "chmod 600"),
        File(name: "home/.config/restlake/secrets.toml", mode: 0o602, code: 78, says: "chmod 600"),
        File(name: ".restlake/secrets.toml", mode: 0o600, code: 78, says: "is missing"),
        File(name: ".dlt/secrets.toml", mode: 0o600, code: 78, says: "is missing"),
    ])
    func file(_ file: File) async throws {
        try await Bench.at { bench in
            let server = Self.server()
            try bench.write("secret_command = \"touch asked; echo \(Self.token)\"\n", to: file.name, mode: file.mode)
            let outcome = try bench.export(try Self.define(bench, server), environment: file.environment)
            expect(outcome, code: file.code, says: file.says.isEmpty ? [] : [file.says], never: [Self.token])
            #expect(FileManager.default.fileExists(atPath: bench.folder + "/asked") == (file.code == 0))
        }
    }

    @Test("a definition can name none")
    func definition() async throws {
        try await Bench.at { bench in
            let server = Self.server()
            let definition = try bench.define(
                server.url, #"{"name": "items"}"#, client: #""auth": {"type": "bearer", "token": {"secret_command": "touch asked"}}"#)
            expect(try bench.export(definition), code: 78)
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/asked"))
        }
    }

    @Test("that takes for ever ends with the run", arguments: [SIGINT, SIGTERM], ["export", "check", "preview"])
    func signal(_ signal: Int32, _ command: String) async throws {
        try await Bench.at { bench in
            let server = Self.server()
            let definition = try Self.define(bench, server)
            let words = [command, definition] + (command == "preview" ? ["items"] : []) + (command == "export" ? ["--lake", bench.lake] : [])
            let child = try bench.start(words + ["--secret-command", "echo $$ > asked; exec sleep 600"])
            let end = ContinuousClock.now + .seconds(60)
            while (try? String(contentsOfFile: bench.folder + "/asked", encoding: .utf8))?.hasSuffix("\n") != true, ContinuousClock.now < end { usleep(10_000) }
            let id = try #require(pid_t((try String(contentsOfFile: bench.folder + "/asked", encoding: .utf8)).dropLast()))
            child.send(signal)
            let outcome = child.end()
            expect(outcome, code: 128 + signal, says: [signal == SIGINT ? "SIGINT" : "SIGTERM"])
            #expect(kill(id, 0) != 0, "the command is still there")
        }
    }
}
