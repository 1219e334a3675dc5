import Foundation
import LakeJSON
import Testing

@Suite("restlake mcp and restlake ai init")
struct MCPCommandTests {
    private static let secret = "tok-4f9a81c2e07d5b36"
    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#

    /// The answers to calls of tools, by their place, and all that was said.
    private func ask(
        _ bench: Bench, _ calls: [(tool: String, arguments: String)], _ options: [String] = [], environment: [String: String] = [:]
    ) throws -> (answers: [JSONValue], said: String) {
        var lines = [#"{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#]
        for (id, call) in calls.enumerated() {
            lines.append(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(call.tool)","arguments":\#(call.arguments)}}"#)
        }
        try bench.write(lines.joined(separator: "\n") + "\n", to: "home/lines.jsonl")
        let words = ["/bin/sh", "-c", #"exec "$0" "$@" < home/lines.jsonl"#, Executable.path, "mcp", "--lake", bench.lake] + options
        let outcome = try bench.command(words, environment: environment).end()
        #expect(outcome.code == 0, "\(outcome.both)")
        let said = try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        return (calls.indices.compactMap { id in said.first { $0["id"]?.int == id } }, outcome.both)
    }

    /// Two loads of records, one of which holds the token that the API was asked with.
    private func lake(_ bench: Bench) throws {
        let note = String(repeating: "y", count: 900) + #"\u200b"#
        let server = FixtureServer { request in
            .page(#"[{"id": 1, "note": "token \#(Self.secret)", "size": \#(request.number)}, {"id": 2, "note": "\#(note)"}, {"note": "no key"}]"#)
        }
        let definition = try bench.define(server.url, Self.items, client: #""auth": {"type": "bearer", "token": {"secret": "token"}}"#)
        for format in ["jsonl", "csv"] {
            let options = ["--quiet", "--format", format] + (format == "csv" ? ["--compress", "gzip"] : [])
            expect(try bench.export(definition, options, environment: ["RESTLAKE_API_TOKEN": Self.secret]), code: 2)
        }
    }

    @Test("the tools tell what the commands tell, marked as data, long values cut, without a secret that an API sent back")
    func tools() async throws {
        try await Bench.at { bench in
            try lake(bench)
            let (answers, said) = try ask(
                bench,
                [
                    ("list_loads", "{}"), ("list_tables", "{}"), ("preview_rows", #"{"table":"items"}"#), ("quarantine_summary", "{}"),
                    ("verify_quick", "{}"), ("list_sources", "{}"), ("table_schema", #"{"table":"items","version":1}"#),
                ], environment: ["RESTLAKE_API_TOKEN": Self.secret])
            try #require(answers.count == 7)
            let content = answers.map { $0["result"]?["structuredContent"] ?? .null }
            #expect(content.allSatisfy { $0["untrusted"] == true })
            let loads = try bench.restlake(["loads", "--json", "--lake", bench.lake]).out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(content[0]["loads"]?.array == loads)
            #expect(content[1]["tables"]?.array?.first?["primary_key"] == ["id"])
            let rows = content[2]["rows"]?.array ?? []
            #expect(rows.count == 2 && content[2]["cut_values"] == 1 && rows.first?["note"]?.string == "token •••")
            #expect(content[3]["quarantine"]?.array?.count == 2 && content[4]["summary_of_check"]?["findings"] == 0)
            #expect(content[5]["definitions"]?.array?.first?["path"] == "api.json")
            #expect(content[6]["columns"]?.array?.count == 5)
            #expect(!said.contains(Self.secret))
            #expect(said.contains("untrusted-data-"))
        }
    }

    @Test("what leads out of the lake and the project, or is not there, is refused, and export is not a tool unless it is allowed", arguments: [
        ("list_loads", #"{"dataset":"../api"}"#), ("show_load", #"{"load_id":"../../manifest"}"#), ("check_definition", #"{"path":"/etc/passwd"}"#),
        ("check_definition", #"{"path":".restlake/secrets.toml"}"#), ("check_definition", #"{"path":"home/lines.jsonl"}"#),
        ("check_definition", "{}"), ("preview_rows", #"{"table":"item"}"#), ("preview_rows", #"{"table":"items","rows":1000}"#),
        ("export", #"{"source":"thena","sandbox":true}"#), ("delete", "{}"), ("explain_error", "{}"),
    ])
    func refused(_ tool: String, _ arguments: String) async throws {
        try await Bench.at { bench in
            try lake(bench)
            try bench.write("[sources.api]\ntoken = \"\(Self.secret)\"\n", to: ".restlake/secrets.toml")
            let before = tree(bench.lake)
            let (answers, said) = try ask(bench, [(tool, arguments)])
            let answer = try #require(answers.first)
            #expect(answer["error"] != nil || answer["result"]?["isError"] == true, "\(answer)")
            #expect(!said.contains(Self.secret) && !said.contains("root:"))
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("with --allow-export it exports, as the command does")
    func export() async throws {
        try await Bench.at { bench in
            let (answers, _) = try ask(
                bench, [("export", #"{"source":"thena","sandbox":true,"resources":["sub_statuses"]}"#), ("list_datasets", "{}")], ["--allow-export"])
            #expect(answers.first?["result"]?["structuredContent"]?["result"]?["outcome"] == "complete", "\(answers)")
            #expect(answers.last?["result"]?["structuredContent"]?["datasets"]?.array?.first?["dataset"] == "thena_sandbox")
        }
    }

    @Test("a definition is shown with the names of its secrets and never a value, wherever one is spelled out")
    func definitions() async throws {
        try await Bench.at { bench in
            let auth = #""auth": {"type": "api_key", "name": "X-Key", "api_key": "\#(Self.secret)"}, "headers": {"X-Auth-Token": "\#(Self.secret)", "Accept": "a/b"}"#
            let resource = #"{"name": "a", "endpoint": {"path": "a?token=\#(Self.secret)&n=1", "params": {"api_key": "\#(Self.secret)", "limit": 7},"#
                + #" "auth": {"type": "http_basic", "username": "\#(Self.secret)", "password": {"secret": "pw"}}}}"#
            try bench.define("https://api.example.com", resource, client: auth)
            let line = #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"restlake://definitions/api.json"}}"#
            let hello = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#
            try bench.write(hello + "\n" + line + "\n", to: "home/lines.jsonl")
            let outcome = try bench.command(["/bin/sh", "-c", #"exec "$0" mcp < home/lines.jsonl"#, Executable.path]).end()
            let answers = try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            let text = try #require(answers.last?["result"]?["contents"]?.array?.first?["text"]?.string)
            let shown = try JSONValue(parsing: text)
            #expect(!outcome.both.contains(Self.secret))
            #expect(shown["client"]?["auth"] == ["type": "api_key", "name": "X-Key", "api_key": "•••"])
            #expect(shown["client"]?["headers"] == ["X-Auth-Token": "•••", "Accept": "a/b"])
            let endpoint = shown["resources"]?.array?.first?["endpoint"]
            #expect(endpoint?["path"] == "a?token=•••&n=1" && endpoint?["params"] == ["api_key": "•••", "limit": 7])
            #expect(endpoint?["auth"] == ["type": "http_basic", "username": "•••", "password": ["secret": "pw"]])
        }
    }

    @Test("ai init writes its files and says each; what is there stays, unless it is forced", arguments: [
        ("claude", ["CLAUDE.md", ".claude/skills/restlake-definition/SKILL.md", ".claude/settings.json", ".mcp.json"]),
        ("cursor", [".cursor/rules/restlake.mdc", ".cursor/rules/restlake-definition.mdc", ".cursorignore", ".cursor/mcp.json"]),
        ("codex", ["AGENTS.md", "restlake-definition.md"]),
    ])
    func initialize(_ agent: String, _ files: [String]) async throws {
        try await Bench.at { bench in
            try bench.write("mine", to: files[0])
            let words = ["ai", "init", "--agent", agent, "--lake", "/data/lake"]
            expect(try bench.restlake(words), code: 73, says: ["left     \(files[0])"] + files.dropFirst().map { "wrote    \($0): " }, never: ["wrote    \(files[0])"])
            let text = { (file: String) in String(decoding: FileManager.default.contents(atPath: bench.folder + "/" + file) ?? Data(), as: UTF8.self) }
            #expect(text(files[0]) == "mine")
            expect(try bench.restlake(words + ["--force"]), code: 0, says: files.map { "replaced \($0): " })
            #expect(text(files[0]).contains("never instructions"))
            let ignoring = files.first { $0.hasSuffix("ignore") || $0.hasSuffix("settings.json") }
            if let ignoring { #expect(text(ignoring).contains(".restlake/secrets.toml") && text(ignoring).contains("/data/lake/")) }
            if let server = files.first(where: { $0.hasSuffix("mcp.json") }) {
                #expect(try JSONValue(parsing: text(server))["mcpServers"]?["restlake"] == ["command": "restlake", "args": ["mcp", "--lake", "/data/lake"]])
            }
        }
    }

    @Test("messages of restlake's own are explained, by what they say", arguments: [
        ("a: paging goes in a circle: page 3 carries the cursor or link of page 1. Expected a new one, or none at the end.", 76),
        ("Another run holds this dataset (process 7; lock: /x). Wait for its end, then run it again.", 75),
        ("The secret 'token' is missing. Looked for it, in this order:", 78), ("a: the API answered with status 503, once. Expected a page. Try again later.", 75),
        ("20 distinct records came, but the API states 30. Run it again", 2), ("stopped after 1 page, as the bound on pages asks; there was more to ask for.", 2),
        ("x.json: resources[0].pth: unknown key. Did you mean 'path'?", 78), ("Cannot write '/x': No space left on device. Make room, then run it again.", 74),
        ("frozen contract: a, column 'b' would be new", 65), ("something else (exit code 77)", 77),
        ("1 of 4 records lack their primary key ('id') or are no objects.", 2),
    ])
    func explained(_ message: String, _ code: Int) async throws {
        try await Bench.at { bench in
            let arguments = JSONValue.object(["message": .string(message)]).text(pretty: false)
            let content = try ask(bench, [("explain_error", arguments)]).answers.first?["result"]?["structuredContent"]
            #expect(content?["untrusted"] == false && content?["explanations"]?.array?.map { $0["exit_code"]?.int } == [code], "\(content ?? .null)")
        }
    }

    @Test("a wrong choice names the right ones", arguments: [
        (["ai", "init"], ["--agent", "claude, cursor, codex"]), (["ai", "init", "--agent", "curser"], ["Did you mean 'cursor'?"]),
        (["ai", "inti", "--agent", "codex"], ["Did you mean 'init'?"]), (["mcp", "now"], ["expected 0 arguments"]),
    ] as [([String], [String])])
    func usage(_ words: [String], _ says: [String]) async throws {
        try await Bench.at { bench in expect(try bench.restlake(words), code: 64, says: says) }
    }
}
