import Foundation
import LakeJSON
import LakeSandbox
import Testing

@Suite("The sandbox, exported")
struct SandboxTests {
    private static let size = (requests: 230, users: 27)
    private static let resources: [(name: String, path: SandboxPath)] = [
        ("requests", .requests), ("v3_requests", .v3Requests), ("users", .users), ("user", .user), ("custom_fields", .customFields),
        ("sub_statuses", .subStatuses),
    ]

    private static func counts(day: Int) -> SandboxCounts {
        SandboxOptions(requests: size.requests, users: size.users).expectedCounts(day: day)
    }

    private static func export(_ bench: Bench, _ options: [String] = [], lake: String? = nil) throws -> Outcome {
        try bench.sandbox(options, lake: lake, requests: size.requests, users: size.users)
    }

    @Test("day 1: all resources and their child tables, in both formats, as many rows as the sandbox has records")
    func dayOne() async throws {
        try await Bench.at { bench in
            expect(try Self.export(bench), code: 0, says: ["requests: complete", "Load ", "Next:"])
            let lake = bench.dataset("thena_sandbox")
            let record = try lake.record()
            #expect(try lake.outcomes() == Dictionary(Self.resources.map { ($0.name, "complete \(Self.counts(day: 1)[$0.path])") }) { $1 })
            let tables = Set(record["tables"]?.array?.compactMap { $0["name"]?.string } ?? [])
            #expect(tables.isSuperset(of: Self.resources.map(\.name)))
            #expect(tables.isSuperset(of: ["requests__tags", "requests__watchers", "requests__custom_fields__values", "custom_fields__options"]))
            for format in ["jsonl", "csv"] { #expect(Set(lake.files(record, format).map(\.table)) == tables) }
            for (name, path) in Self.resources {
                #expect(try lake.rows(name).map(\.number) == Array(1...Self.counts(day: 1)[path]), "\(name)")
            }
            expect(try lake.checkSums(bench), code: 0)
        }
    }

    @Test("JSONL and CSV hold the same values", arguments: [[], ["--compress", "gzip"]])
    func sameValues(_ options: [String]) async throws {
        try await Bench.at { bench in
            expect(try Self.export(bench, options), code: 0)
            let lake = bench.dataset("thena_sandbox")
            expect(try lake.checkSums(bench), code: 0)
            if !options.isEmpty {
                _ = try bench.command(["/bin/sh", "-c", "find . -name '*.gz' -exec gunzip {} +"], in: lake.folder).end()
            }
            try Self.compareFormats(lake)
        }
    }

    /// File by file, row by row, field by field.
    private static func compareFormats(_ lake: LakeReader) throws {
        let record = try lake.record()
        let pairs = zip(lake.files(record, "jsonl"), lake.files(record, "csv"))
        var fields = 0
        for (jsonl, csv) in pairs {
            let plain = { (path: String) in path.hasSuffix(".gz") ? String(path.dropLast(3)) : path }
            let rows = try lake.jsonl(plain(jsonl.path)), (header, lines) = try lake.csv(plain(csv.path))
            #expect(rows.count == lines.count && rows.count == jsonl.rows && csv.rows == jsonl.rows && !rows.isEmpty)
            let schema = try lake.document("_lake/schemas/\(jsonl.table).v\(jsonl.version).json")
            #expect(schema["columns"]?.array?.compactMap { $0["name"]?.string } == header)
            for (row, line) in zip(rows, lines) {
                #expect(line.count == header.count)
                #expect(row.columns.map(\.name) == header.filter { row[$0] != nil }, "keys in column order")
                for (name, field) in zip(header, line) {
                    let value = row[name] ?? .null
                    let expected = value.isNull ? nil : Leaves.characters(value)
                    if field != expected { Issue.record("\(jsonl.table).\(name): CSV \(field ?? "NULL"), JSONL \(expected ?? "NULL")") }
                    fields += 1
                }
            }
        }
        #expect(fields > 10_000)
    }

    @Test("day 2: a second version of requests beside the first, and nothing of load 1 changed by a byte")
    func dayTwo() async throws {
        try await Bench.at { bench in
            expect(try Self.export(bench), code: 0)
            let lake = bench.dataset("thena_sandbox")
            let before = tree(lake.folder)
            let second = try Self.export(bench)
            expect(second, code: 0, says: ["day 2", "--diff 1 2"])
            let after = tree(lake.folder)
            for (name, bytes) in before where name != "manifest.json" { #expect(after[name] == bytes, "\(name) changed") }
            expect(try lake.checkSums(bench), code: 0)
            let manifest = try lake.document("manifest.json")
            let versions = try #require(manifest["tables"]?["requests"]?["versions"]?.array)
            #expect(versions.compactMap { $0["version"]?.int } == [1, 2])
            #expect(Set(versions[1]["changes"]?.array?.compactMap { $0["what"]?.string } ?? []) == ["add_column", "widen_type"])
            #expect(after.keys.contains { $0.hasSuffix("/requests.v1.00000.csv") } && after.keys.contains { $0.hasSuffix("/requests.v2.00000.csv") })
            #expect(try lake.outcomes()["requests"] == "complete \(Self.counts(day: 2).requests)")
            #expect(try Set(lake.rows("requests").compactMap { $0["id"]?.string }).count == Self.counts(day: 2).requests)
            try Self.compareFormats(lake)
        }
    }

    @Test("slow or fast, one by one or side by side: the same load id gives the same bytes")
    func deterministic() async throws {
        try await Bench.at { bench in
            let id = ["--load-id", "20261123T020000Z-7f3a9c"]
            expect(try Self.export(bench, id + ["--sandbox-delay", "5", "--parallel", "1"], lake: bench.folder + "/slow"), code: 0)
            expect(try Self.export(bench, id + ["--parallel", "8"], lake: bench.folder + "/fast"), code: 0)
            let data = { (lake: String) in
                tree(bench.folder + "/\(lake)/thena_sandbox").filter { name, _ in !name.contains("_lake/loads/") && name != "manifest.json" }
            }
            let slow = data("slow"), fast = data("fast")
            #expect(slow.keys.filter { $0.hasSuffix(".csv") }.count >= 12)
            #expect(slow == fast)
        }
    }

    @Test("one format only, and only what was asked for", arguments: ["jsonl", "csv"])
    func oneFormat(_ format: String) async throws {
        try await Bench.at { bench in
            expect(try Self.export(bench, ["--format", format, "--resource", "users,sub_statuses"]), code: 0)
            let names = tree(bench.lake).keys.filter { $0.hasSuffix(".csv") || $0.hasSuffix(".jsonl") && !$0.contains("pages") }
            #expect(names.count == 2 && names.allSatisfy { $0.hasSuffix("." + format) })
        }
    }
}
