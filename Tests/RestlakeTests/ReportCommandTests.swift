import Foundation
import LakeJSON
import Testing

@Suite("restlake report")
struct ReportCommandTests {
    private static let definition = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}, "fields": {"personal": {"mail": "redact"}}}"#

    private func filled(_ bench: Bench, _ options: [String] = [], loads: Int = 1) throws {
        let server = FixtureServer(["/items": Array(repeating: .page(#"[{"id": 1, "mail": "ann@example.com", "note": "<b>bold</b>", "tags": ["x"]}, {"mail": "key@example.com"}]"#), count: loads)])
        let definition = try bench.define(server.url, Self.definition)
        for _ in 0..<loads { expect(try bench.export(definition, ["--quiet", "--max-quarantined", "1"] + options), code: 0) }
    }

    private func report(_ bench: Bench, _ options: [String] = [], code: Int32 = 0, says: [String] = []) throws -> String {
        let outcome = try bench.restlake(["report", "--lake", bench.lake, "--out", "r.html"] + options)
        expect(outcome, code: code, says: says)
        return String(decoding: FileManager.default.contents(atPath: bench.folder + "/r.html") ?? Data(), as: UTF8.self)
    }

    @Test("the page shows rows as the files have them, escaped; the lake is not touched, and verify finds nothing new", arguments: [
        [], ["--compress", "gzip"], ["--format", "csv"], ["--format", "csv", "--compress", "gzip"],
    ] as [[String]])
    func rows(_ options: [String]) async throws {
        try await Bench.at { bench in
            try filled(bench, options)
            let before = tree(bench.lake)
            let page = try report(bench, says: ["r.html: 1 load, 2 tables"])
            #expect(page.contains("&lt;b&gt;bold&lt;/b&gt;") && page.contains("[redacted]") && !page.contains("@example.com") && !page.contains("<b>bold"))
            #expect(page.contains("1 missing_primary_key") && page.contains("table-items__tags"))
            #expect(tree(bench.lake) == before)
            expect(try bench.restlake(["verify", "--lake", bench.lake]), code: 0)
            #expect(!(try FileManager.default.contentsOfDirectory(atPath: bench.folder).contains { $0.hasSuffix(".new") }))
        }
    }

    @Test("--no-rows leaves the rows out, --rows limits them, --quarantine-values shows records to their owner alone")
    func choices() async throws {
        try await Bench.at { bench in
            try filled(bench)
            #expect(!(try report(bench, ["--no-rows"])).contains("&lt;b&gt;"))
            #expect(try report(bench, ["--rows", "0"]).contains("First rows") == false)
            let page = try report(bench, ["--quarantine-values"])
            #expect(page.contains("{&quot;mail&quot;:&quot;[redacted]&quot;}"))
            let mode = try FileManager.default.attributesOfItem(atPath: bench.folder + "/r.html")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let printed = try bench.restlake(["report", "--lake", bench.lake, "--out", "-"])
            #expect(printed.code == 0 && printed.out.hasPrefix("<!DOCTYPE html>") && printed.err.isEmpty)
        }
    }

    @Test("a lake without a load has a page, and a lake that is not there has none")
    func empty() async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["report", "--lake", bench.lake]), code: 64, says: ["There is no lake"])
            try FileManager.default.createDirectory(atPath: bench.lake + "/api/_lake/loads", withIntermediateDirectories: true)
            #expect(try report(bench).contains("No load yet"))
        }
    }

    @Test("what is damaged or missing is told on the page and on stderr, and the exit code is 65", arguments: [
        ("_lake/loads/LOAD.json", "checksum", "manifest.json"), ("_lake/loads/LOAD.json", "checksum", nil), ("_lake/schemas/items.v1.json", "is damaged", nil),
        ("items/jsonl/load_id=LOAD/items.v1.00000.jsonl", "cannot be read", nil), ("_lake/quarantine/items/load_id=LOAD/items.00000.jsonl", "quarantined record", nil),
    ] as [(String, String, String?)])
    func damaged(_ path: String, _ says: String, _ removed: String?) async throws {
        try await Bench.at { bench in
            try filled(bench, loads: 2)
            let lake = bench.dataset(), path = lake.folder + "/" + path.replacingOccurrences(of: "LOAD", with: try #require(lake.loads.last))
            if let removed { try FileManager.default.removeItem(atPath: lake.folder + "/" + removed) }
            try #require(FileManager.default.fileExists(atPath: path), "\(path)")
            let bytes = try #require(FileManager.default.contents(atPath: path))
            try Data(bytes.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: ";") : $0 }).write(to: URL(fileURLWithPath: path))
            let page = try report(bench, code: 65, says: ["Warning: ", path])
            #expect(page.contains("Something in the lake is damaged or missing"))
        }
    }

    @Test("a data file that is missing is told; one that expire removed is not")
    func missing() async throws {
        try await Bench.at { bench in
            try filled(bench)
            let lake = bench.dataset(), load = try #require(lake.loads.last)
            try FileManager.default.removeItem(atPath: lake.folder + "/items/jsonl/load_id=\(load)/items.v1.00000.jsonl")
            #expect(try report(bench, code: 65, says: ["items.v1.00000.jsonl is missing"]).contains("is missing"))
            #expect(try report(bench, ["--no-rows"]).contains("The last load is complete"))
        }
    }

    @Test("choices that do not go together are refused", arguments: [
        (["--rows", "3", "--no-rows"], "--rows and --no-rows"), (["--out", "-", "--open"], "--open needs a file"), (["--rows", "x"], "expected a number"),
        (["--out", "lake/api/r.html"], "inside of the dataset"),
    ] as [([String], String)])
    func refusals(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in
            try filled(bench)
            expect(try bench.restlake(["report", "--lake", bench.lake] + words), code: 64, says: [says])
        }
    }
}
