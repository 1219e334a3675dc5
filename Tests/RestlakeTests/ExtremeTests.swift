import Foundation
import LakeJSON
import Testing

/// Sizes that no API should send. Each has a defined outcome, and memory that its page explains.
@Suite("Extremes", .serialized)
struct ExtremeTests {
    /// What a run with pages of up to 2 MiB may take in all.
    private static let promised = 64 << 20

    private struct Run {
        var outcome: Outcome
        var peak: Int
        var lake: LakeReader
    }

    /// Exports one page of records.
    /// - Parameters:
    ///   - before: a page that an earlier load has brought.
    ///   - members: of the resource in its definition.
    private func run(
        _ page: String, nesting: Int? = nil, before: String? = nil, members: String = "", options: [String] = [], code: Int32 = 0, says words: [String] = [], then check: @escaping @Sendable (Run) throws -> Void
    ) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in .page(request.number == 1 ? before ?? page : page) }
            let limit = nesting.map { #", "max_table_nesting": \#($0)"# } ?? ""
            let definition = try bench.define(server.url, #"{"name": "r"\#(limit)\#(members), "endpoint": {"path": "r", "data_selector": "$", "paginator": "single_page"}}"#)
            if before != nil { expect(try bench.export(definition), code: 0) }
            let (outcome, peak) = try bench.start(["export", definition, "--lake", bench.lake] + options).endWithPeak()
            expect(outcome, code: code, says: words)
            #expect(peak > 1 << 20, "no memory was measured")
            try check(Run(outcome: outcome, peak: peak, lake: bench.dataset()))
        }
    }

    private func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String = "1") -> String {
        "[" + String(repeating: open, count: depth) + inner + String(repeating: close, count: depth) + "]"
    }

    @Test("20,000 distinct keys in one record: 2,000 columns, the others in one of JSON, none lost")
    func keys() async throws {
        let page = #"[{"id": 0, \#((1..<20_000).map { "\"k\($0)\": \($0)" }.joined(separator: ", "))}]"#
        try await run(page) { run in
            let row = try #require(try run.lake.rows("r").first)
            #expect(row.columns.count == 2 + 2000 + 1)
            let columns = row.columns.dropFirst(2).prefix(2000)
            #expect(columns.map(\.name) == ["id"] + (1..<2000).map { number in "k\(number)" } && columns.map(\.value.int) == Array(0..<2000))
            let rest = try #require(row["rest"]?.object)
            #expect(rest.map(\.key) == (2000..<20_000).map { number in "k\(number)" } && rest.map(\.value.int) == Array(2000..<20_000))
            #expect(try run.lake.resource("r")["noticed"]?["rest_keys"]?.int == 18_000)
            #expect(run.peak < Self.promised, "\(run.peak)")
        }
    }

    @Test("objects 500 deep: one column, whose name fits and whose path is whole")
    func objects() async throws {
        try await run(nested(500, #"{"a":"#, "}")) { run in
            let row = try #require(try run.lake.rows("r").first)
            #expect(row.columns.count == 3 && row.columns[2].name.utf8.count == 63 && row.columns[2].value.int == 1)
            let column = try run.lake.document("_lake/schemas/r.v1.json")["columns"]?.array?.last
            #expect(column?["path"]?.string == "$" + String(repeating: ".a", count: 500))
            #expect(run.peak < Self.promised, "\(run.peak)")
        }
    }

    @Test("arrays 500 deep, in objects or not: a table each, whose names fit and differ", arguments: [
        (depth: 499, open: "[", close: "]", tables: 500), (depth: 250, open: #"{"a":["#, close: "]}", tables: 251),
    ])
    func arrays(_ depth: Int, _ open: String, _ close: String, _ tables: Int) async throws {
        let inner = nested(depth, open, close).dropFirst().dropLast()
        try await run(open == "[" ? #"[{"a":\#(inner)}]"# : "[\(inner)]", options: ["--format", "jsonl"]) { run in
            let files = run.lake.files(try run.lake.record(), "jsonl")
            #expect(files.count == tables && Set(files.map(\.table)).count == tables)
            #expect(files.allSatisfy { $0.rows == 1 && $0.table.utf8.count <= 63 })
            let values = try files.flatMap { try run.lake.jsonl($0.path) }.filter { row in row["value"] != nil }
            #expect(values.count == 1 && values[0]["value"]?.int == 1)
            #expect(run.peak < Self.promised, "\(run.peak)")
        }
    }

    @Test("what is 500 deep and kept as JSON stays as it is", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func kept(_ open: String, _ close: String) async throws {
        let value = String(nested(499, open, close).dropFirst().dropLast())
        try await run(#"[{"v":\#(value)}]"#, nesting: 0) { run in
            let file = try #require(run.lake.files(try run.lake.record(), "jsonl").first)
            #expect(String(decoding: try run.lake.data(file.path), as: UTF8.self).hasSuffix("\"v\":\(value)}\n"))
            #expect(run.peak < Self.promised, "\(run.peak)")
        }
    }

    @Test("deeper than 512 the page is refused, at the byte where it goes too far, and nothing is published", arguments: [
        ("[", "]", 512, "byte 512"), (#"{"a":"#, "}", 512, "byte 2556"), ("[", "]", 200_000, "byte 512"),
    ])
    func tooDeep(_ open: String, _ close: String, _ depth: Int, _ place: String) async throws {
        try await run(nested(depth, open, close), code: 65, says: [place, "nested more than 512 deep", "Nothing was published"]) { run in
            #expect(run.lake.loads.isEmpty)
            #expect(run.peak < Self.promised, "\(run.peak)")
        }
    }

    @Test("as deep as it may be")
    func deepest() async throws {
        try await run(nested(511, #"{"a":"#, "}")) { run in
            let value = try run.lake.rows("r").first?.columns.last?.value
            #expect(value?.int == 1)
        }
    }

    @Test("a string of 20 MB is in both files to the letter; beside what is promised the page is held, and its row in each format")
    func text() async throws {
        let text = String(repeating: "0123456789", count: 2_000_000)
        let page = #"[{"id": 1, "t": "\#(text)"}]"#
        try await run(page) { run in
            for (format, start, end) in [("jsonl", #""_row_number":1,"id":1,"t":""#, "\"}\n"), ("csv", ",1,1,", "\n")] {
                let file = try #require(run.lake.files(try run.lake.record(), format).first)
                let data = try run.lake.data(file.path), expected = Data((start + text + end).utf8)
                #expect(data.suffix(expected.count) == expected && data.count < expected.count + 100)
            }
            #expect(try run.lake.document("manifest.json")["tables"]?["r"]?["columns"]?.array?.last?["facts"]?["longest_text"]?.int == 20_000_000)
            #expect(run.peak < Self.promised + 3 * page.utf8.count, "\(run.peak)")
        }
    }

    @Test("a page past the cap fails its resource and names the option")
    func cap() async throws {
        let mebibyte = String(repeating: "x", count: 1 << 20)
        try await run(#"[{"t": "\#(String(repeating: mebibyte, count: 65))"}]"#, code: 65, says: ["more than 67108864 bytes", "--max-page-bytes", "Nothing was published"]) { run in
            #expect(run.lake.loads.isEmpty)
        }
    }

    /// Of an element there are a token (16 bytes), a row (32) and a cell (8), in blocks that grow by doubling.
    @Test("200,000 elements in one record: as many rows in order; memory for a page is bounded by its tokens")
    func elements() async throws {
        let count = 200_000
        let page = #"[{"id": 1, "t": [\#((0..<count).map(String.init).joined(separator: ","))]}]"#
        try await run(page) { run in
            let files = run.lake.files(try run.lake.record(), "csv").filter { $0.table == "r__t" }
            #expect(files.reduce(0) { $0 + $1.rows } == count)
            let load = try #require(run.lake.loads.last)
            let header = Data("_load_id,_row_number,_parent_row_number,_root_row_number,_list_index,value\n".utf8)
            var rows = Data()
            for file in files {
                let data = try run.lake.data(file.path)
                #expect(data.starts(with: header))
                rows += data.dropFirst(header.count)
            }
            // Compared as bytes: what is not equal is not shown.
            let areEqual = rows == Data((0..<count).map { "\(load),\($0 + 1),1,1,\($0),\($0)\n" }.joined().utf8)
            #expect(areEqual)
            #expect(run.peak < Self.promised + page.utf8.count + 64 * count, "\(run.peak)")
        }
    }

    /// The page is written anew: beside the bound of the plain case there are an edit (16 bytes, in a block that grows by
    /// doubling), a further token (16), and the text that takes the element's place, twice while it is laid out.
    private static let editedBytes = 16 * 3 + 16 + 2 * 13

    @Test("a million elements that are redacted, or discarded by a contract, take an edit and a further token each", arguments: [
        (#", "fields": {"personal": {"t[*]": "redact"}}"#, "[redacted]"),
        (#", "schema_contract": {"data_type": "discard_value"}"#, ""),
    ])
    func editedElements(_ members: String, _ value: String) async throws {
        let count = 1_000_000
        let page = #"[{"id": 1, "t": [\#((0..<count).map { "\"\($0)\"" }.joined(separator: ","))]}]"#
        try await run(page, before: #"[{"id": 1, "t": [7]}]"#, members: members) { run in
            let files = run.lake.files(try run.lake.record(), "csv").filter { $0.table == "r__t" }
            #expect(files.reduce(0) { $0 + $1.rows } == count)
            let last = try #require(files.last)
            #expect(String(decoding: try run.lake.data(last.path).suffix(60), as: UTF8.self).hasSuffix(",1,1,999999,\(value)\n"))
            #expect(run.peak < Self.promised + page.utf8.count + (64 + Self.editedBytes) * count, "\(run.peak)")
        }
    }
}
