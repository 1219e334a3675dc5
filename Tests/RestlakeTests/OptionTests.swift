import Foundation
import LakeJSON
import Testing

@Suite("Options: bounds, times, bytes, and what a run would do")
struct OptionTests {
    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": {"type": "page_number", "base_page": 1, "total_path": null}}}"#
    private static let changes = #"{"name": "items", "primary_key": "id", "incremental": {"cursor_path": "at", "initial_value": "2026-01-01", "start_param": "since"}, "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page"}}"#

    /// Thirty items, ten a page.
    private static let server: @Sendable (FixtureServer.Request) -> FixtureServer.Answer = { request in
        let page = Int(request.query["page"] ?? "1") ?? 1
        return .items(page > 3 ? 1..<1 : (page * 10 - 9)..<(page * 10 + 1))
    }

    @Test("a value that is none is told in a sentence, and nothing is asked", arguments: [
        ("--max-time", "x", "90s, 15m or 2h"), ("--max-time", "0", "90s"), ("--max-time", "-5s", "90s"), ("--max-time", "1.5h", "90s"),
        ("--max-time", "5y", "90s"), ("--max-time", "", "90s"), ("--max-time", "99999999999999999999s", "90s"), ("--max-wait", "soon", "90s"),
        ("--connect-timeout", "s", "90s"), ("--read-timeout", "1 s", "90s"), ("--request-timeout", "٣s", "90s"),
        ("--max-bytes", "x", "64K, 10M or 2G"), ("--max-bytes", "0", "64K"), ("--max-bytes", "10T", "64K"), ("--max-bytes", "-1K", "64K"),
        ("--max-bytes", "99999999999999999999", "64K"), ("--max-bytes", "9999999999999G", "64K"), ("--max-page-bytes", "8G", "at most 2147483648"),
        ("--max-records", "0", "from 1"), ("--max-requests", "x", "from 1"), ("--max-pages", "1.5", "from 1"), ("--attempts", "0", "from 1 to 100"),
        ("--parallel", "65", "from 1 to 64"), ("--warn-row-drop", "101", "from 0 to 100"), ("--from", "2026", "incremental"), ("--to", "2026", "incremental"),
    ] as [(String, String, String)])
    func bad(_ option: String, _ value: String, says words: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let outcome = try bench.export(try bench.define(server.url, Self.items), ["\(option)=\(value)"])
            expect(outcome, code: 64, says: [option, words])
            #expect(server.requests.isEmpty && tree(bench.lake).isEmpty)
        }
    }

    @Test("a bound ends each resource behind the page that reaches it, and says which it was", arguments: [
        ("--max-records", "15", 20, "record 15"), ("--max-records", "20", 20, "record 20"), ("--max-requests", "1", 10, "1 request"),
        ("--max-bytes", "1k", 30, ""), ("--max-bytes", "300", 20, "300 bytes"), ("--max-pages", "2", 20, "2 pages"),
        ("--max-time", "1h", 30, ""), ("--max-bytes", "2000000000", 30, ""),
    ] as [(String, String, Int, String)])
    func bounds(_ option: String, _ value: String, rows: Int, says words: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let outcome = try bench.export(try bench.define(server.url, Self.items), [option, value])
            expect(outcome, code: words.isEmpty ? 0 : 2, says: words.isEmpty ? [] : ["items is partial", words])
            #expect(try bench.dataset().rows("items").count == rows, "\(outcome.both)")
        }
    }

    @Test("--max-time ends a run that waits, and keeps what is there")
    func time() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.query["page"] == "3" ? .held(.items([])) : Self.server(request) }
            let start = ContinuousClock.now
            expect(try bench.export(try bench.define(server.url, Self.items), ["--max-time", "4s"]), code: 2, says: ["items is partial"])
            #expect(ContinuousClock.now - start < Child.atOnce)
            #expect(try bench.dataset().rows("items").count == 20)
        }
    }

    @Test("--ca-file: a file that is not there, and one that holds no certificate", arguments: [("nowhere.pem", 78), ("empty.pem", 69)] as [(String, Int32)])
    func caFile(_ name: String, code: Int32) async throws {
        try await Bench.at { bench in
            try bench.write("nothing", to: "empty.pem")
            let definition = try bench.define("https://127.0.0.1:\(FixtureServer.deadPort())", Self.items)
            expect(try bench.export(definition, ["--ca-file", name, "--attempts", "1"]), code: code)
        }
    }

    @Test("--plan shows from where an incremental resource goes on, asks from there, and moves nothing")
    func plan() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"{"items": [{"id": 1, "at": "2026-03-01"}]}"#) }
            let definition = try bench.define(server.url, Self.changes)
            expect(try bench.export(definition, ["--plan"]), code: 0, says: ["at 2026-01-01", "Nothing was written"])
            #expect(tree(bench.lake).isEmpty)
            expect(try bench.export(definition), code: 0)
            let before = tree(bench.lake)
            expect(try bench.export(definition, ["--plan"]), code: 0, says: ["at 2026-03-01"])
            expect(try bench.export(definition, ["--plan", "--full-refresh"]), code: 0, says: ["in place of all before", "at 2026-01-01"])
            expect(try bench.export(definition, ["--plan", "--from", "2026-02-02"]), code: 0, says: ["at 2026-02-02"])
            #expect(server.requests.map { $0.query["since"] } == ["2026-01-01", "2026-01-01", "2026-03-01", "2026-01-01", "2026-02-02"])
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("--plan tells a resource that would fail, beside the others")
    func planFails() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.path == "/gone" ? .page("{}", status: 404) : Self.server(request) }
            let definition = try bench.define(server.url, #"{"name": "gone"}"#, Self.items)
            expect(try bench.export(definition, ["--plan"]), code: 69, says: ["gone would fail", "404", "page_number"])
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("--full-refresh excludes --from and --to", arguments: ["--from", "--to"])
    func excludes(_ option: String) async throws {
        try await Bench.at { bench in
            let definition = try bench.define("http://127.0.0.1:\(FixtureServer.deadPort())", Self.changes)
            expect(try bench.export(definition, ["--full-refresh", option, "2026-01-01"]), code: 64, says: ["--full-refresh", "Choose one"])
        }
    }
}
