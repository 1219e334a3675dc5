import Foundation
import LakeJSON
import Testing

@Suite("restlake preview: the first rows, as an export would write them")
struct PreviewCommandTests {
    /// 30 records, 10 a page; each third has two tags, and texts are nasty.
    private static let server: @Sendable (FixtureServer.Request) -> FixtureServer.Answer = { request in
        let page = Int(request.query["page"] ?? "1") ?? 1
        guard request.path == "/items" else { return .page(#"{"id": "\#(request.path)"}"#) }
        let records = (min(30, (page - 1) * 10)..<min(30, page * 10)).map { id in
            #"{"id": \#(id), "text": "a \"b\",\nc\u001b[31m", "tags": [\#(id % 3 == 0 ? "\"x\", \"y\"" : "")]}"#
        }
        return .page("[\(records.joined(separator: ","))]")
    }

    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "$", "paginator": {"type": "page_number", "base_page": 1, "stop_after_empty_page": true, "total_path": null}}}"#
    private static let detail = #"{"name": "detail", "endpoint": {"path": "items/{resources.items.id}", "data_selector": "$"}}"#

    @Test("shows exactly so many rows, over pages and parents", arguments: [
        (["items"], 10), (["items", "-n", "1"], 1), (["items", "-n", "25"], 25), (["items", "--rows=10"], 10), (["items", "-n", "99"], 30),
        (["items", "--table", "items__tags", "-n", "14"], 14), (["items", "--table", "items__tags", "-n", "50"], 20), (["detail", "-n", "12"], 12),
    ] as [([String], Int)])
    func rows(_ words: [String], count: Int) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, Self.items, Self.detail)
            let json = try bench.restlake(["preview", definition] + words + ["--json"])
            expect(json, code: 0)
            let rows = try json.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(rows.count == count, "\(json.both)")
            #expect(rows.allSatisfy { row in row.object?.allSatisfy { !$0.key.hasPrefix("_") } == true })
            #expect(json.err.isEmpty)
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("CSV is what an export writes, but for the load id")
    func csv() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, Self.items)
            let preview = try bench.restlake(["preview", definition, "items", "-n", "100", "--csv"])
            expect(preview, code: 0)
            expect(try bench.export(definition), code: 0)
            let load = try #require(bench.dataset().loads.last)
            let file = try #require(bench.dataset().files(try bench.dataset().record(), "csv").first { $0.table == "items" })
            let exported = String(decoding: try bench.dataset().data(file.path), as: UTF8.self)
            let own = try #require(preview.out.split(separator: "\n").dropFirst().first?.split(separator: ",").first)
            #expect(preview.out.replacingOccurrences(of: String(own), with: load) == exported)
            let three = try bench.restlake(["preview", definition, "items", "-n", "3", "--csv"]).out
            #expect(three.hasSuffix("\n") && three.filter { $0 == "\"" }.count == 3 * 6, "three rows, each with a text on two lines")
        }
    }

    @Test("a table on 80 columns: results on stdout, words on stderr, control characters shown as text")
    func table() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, Self.items)
            let outcome = try bench.restlake(["preview", definition, "items", "-n", "2"])
            expect(outcome, code: 0)
            #expect(outcome.out == """
                id  text
                0   a "b",\\u{a}c\\u{1b}[31m
                1   a "b",\\u{a}c\\u{1b}[31m

                """)
            #expect(outcome.err == "items: 2 rows. Nothing was written.\n")
            let wide = FixtureServer { _ in .page("[{\((0..<20).map { "\"column_\($0)\": \"value \($0)\"" }.joined(separator: ","))}]") }
            let turned = try bench.restlake(["preview", try bench.define(wide.url, #"{"name": "items"}"#), "items"])
            expect(turned, code: 0, says: ["COLUMN", "ROW 1", "column_19  value 19"])
            #expect(turned.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test("a reader that goes early is no failure", arguments: ["", "--json", "--csv"])
    func closedPipe(_ option: String) async throws {
        try await Bench.at { bench in
            let script = "(\"$0\" preview thena requests --sandbox -n 300 \(option); echo $? > code) | head -1"
            let outcome = try bench.command(["/bin/sh", "-c", script, Executable.path]).end()
            #expect(outcome.out.split(separator: "\n").count == 1, "\(outcome.both)")
            #expect(try String(contentsOfFile: bench.folder + "/code", encoding: .utf8) == "0\n")
        }
    }

    @Test("what cannot be shown is told, on stderr", arguments: [
        (["items", "--table", "items__tag"], Int32(64), "items__tags"), (["itms"], 64, "Did you mean 'items'?"), (["items", "-n", "0"], 64, "--rows"),
        (["items", "-n", "x"], 64, "--rows"), (["items", "--json", "--csv"], 64, "exclude"), (["items", "-x"], 64, "-x"), ([], 64, "2 argument"),
        (["gone"], 69, "404"), (["child"], 69, "gone"),
    ] as [([String], Int32, String)])
    func failures(_ words: [String], code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.path == "/gone" ? .page("{}", status: 404) : Self.server(request) }
            let definition = try bench.define(
                server.url, Self.items, #"{"name": "gone"}"#, #"{"name": "child", "endpoint": {"path": "x/{resources.gone.id}"}}"#)
            let outcome = try bench.restlake(["preview", definition] + words)
            expect(outcome, code: code, says: [word])
            #expect(outcome.out.isEmpty)
        }
    }

    @Test("a list without a record says so")
    func empty() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .items([]) }
            let outcome = try bench.restlake(["preview", try bench.define(server.url, #"{"name": "items"}"#), "items"])
            expect(outcome, code: 0, says: ["items: no record"])
            #expect(outcome.out.isEmpty)
        }
    }
}
