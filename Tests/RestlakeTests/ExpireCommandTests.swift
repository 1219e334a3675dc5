import Foundation
import LakeJSON
import Testing

@Suite("restlake expire") struct ExpireCommandTests {
    private static let events = #"{"name": "events", "write_disposition": "append", "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page"}}"#
    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page"}}"#
    private static let users = #"{"name": "users", "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page"}}"#

    private static func id(_ day: Int) -> String { "2025110\(day)T020000Z-7f3a9c" }

    /// Three loads of an appended, a merged and a replaced resource, of long ago.
    private static func loaded(_ bench: Bench, _ options: [String] = []) throws -> LakeReader {
        let server = FixtureServer { _ in .items(1...3) }
        let definition = try bench.define(server.url, events, items, users)
        for day in 1...3 { expect(try bench.export(definition, ["--load-id", id(day)] + options), code: 0) }
        server.stop()
        return bench.dataset()
    }

    private static func expire(_ bench: Bench, _ words: String...) throws -> Outcome { try bench.restlake(["expire", "--lake", bench.lake] + words) }

    private static func loads(_ lake: LakeReader, _ table: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(lake.folder)/\(table)/csv")) ?? []).sorted().map { String($0.dropFirst(8)) }
    }

    @Test("a dry run tells what would go and touches nothing; the real one does that; what counts today stays; all can be verified")
    func expires() async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench)
            let before = tree(bench.lake)
            let told = [
                "LOAD", "\(Self.id(1))      4     6", "some data", "items: 4 files", "of 2 loads stay: they may hold the latest row of a key",
                "events: written as append; its rows in these loads",
            ]
            expect(try Self.expire(bench, "--older-than", "90d", "--dry-run"), code: 0, says: told + ["would remove 8 files", "Nothing was touched"])
            #expect(tree(bench.lake) == before)
            expect(try Self.expire(bench, "--older-than", "90d"), code: 0, says: told + ["removed 8 files", "of 2 loads"])
            #expect(Self.loads(lake, "events") == [Self.id(3)] && Self.loads(lake, "users") == [Self.id(3)])
            #expect(Self.loads(lake, "items") == [Self.id(1), Self.id(2), Self.id(3)])
            #expect(try lake.record()["reason"] == "restlake expire --older-than 90d")
            expect(try bench.restlake(["verify", "--lake", bench.lake, "--all"]), code: 0, says: ["expired", "everything is as it was written"])
            expect(try Self.expire(bench, "--older-than", "90d"), code: 0, says: ["there is nothing to remove"])
            let state = try lake.document("manifest.json")["tables"]?["events"]?["live_since"]
            #expect(state?.string == Self.id(3))
        }
    }

    @Test("--force takes all but the newest load; such loads are shown as expired, and their records stay")
    func force() async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench)
            let json = try Self.expire(bench, "--keep", "1", "--force", "--json")
            expect(json, code: 0)
            let lines = try json.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(lines.map { $0["kind"]?.string } == ["expired", "expired", "summary"])
            #expect(lines[0]["whole"] == true && lines[0]["files"]?.array?.count == 6 && lines[0]["rows"] == 9)
            #expect(lines[2]["lost"]?.text(pretty: false) == #"{"events":"append","items":"merge"}"# && lines[2]["dry_run"] == false)
            #expect(lines[2]["load_id"]?.string == lake.loads.last)
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: [
                "restlake expire --keep 1 --force", "\(Self.id(1))  complete, expired", "\(Self.id(3))  complete  ",
            ])
            let listed = try bench.restlake(["loads", "--lake", bench.lake, "--json"]).out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(listed.map { $0["expired"]?.bool ?? false } == [false, false, true, true])
            #expect(lake.loads.count == 4)
            for suffix in ["json", "sha256", "pages.jsonl"] { _ = try lake.data("_lake/loads/\(Self.id(1)).\(suffix)") }
            expect(try bench.restlake(["verify", "--lake", bench.lake, "--all"]), code: 0)
            expect(try Self.expire(bench, "--older-than", "1h", "--force"), code: 0, says: ["there is nothing to remove"])
            expect(try bench.sandbox(["--dataset", "other"]), code: 0)
        }
    }

    @Test("what is asked for must be clear", arguments: [
        ([], "one of --older-than AGE and --keep N"), (["--older-than", "90d", "--keep", "3"], "one of"), (["--older-than", "90"], "12h, 90d or 4w"),
        (["--older-than", "-1d"], "12h, 90d or 4w"), (["--older-than", "3m"], "12h, 90d or 4w"), (["--keep", "0"], "from 1 to"), (["--keep", "x"], "from 1 to"),
        (["--keep", "1", "x"], "expected 0 arguments"),
    ])
    func usage(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["expire", "--lake", bench.lake] + words), code: 64, says: [says])
        }
    }

    @Test("help says what is protected and why")
    func help() async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["expire", "--help"]), code: 0, says: ["replace ", "merge ", "append ", "--force", "restlake expire --keep 30 --dataset thena"])
        }
    }
}
