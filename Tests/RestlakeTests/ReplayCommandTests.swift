import Foundation
import LakeJSON
import Testing

@Suite("restlake replay")
struct ReplayCommandTests {
    private static let first = "20260101T000000Z-00000a", second = "20260102T000000Z-00000b"

    private static func lake(_ bench: Bench) throws {
        expect(try bench.sandbox(["--keep-pages", "--load-id", first]), code: 0)
    }

    @Test("makes a load again without the API, in place or beside it")
    func replay() async throws {
        try await Bench.at { bench in
            try Self.lake(bench)
            expect(try bench.restlake(["replay", Self.first, "--lake", bench.lake, "--into", "again", "--load-id", Self.first]), code: 0, says: ["is committed, complete"])
            let original = bench.dataset("thena_sandbox"), again = bench.dataset("again")
            #expect(try again.rows("requests").map { $0["id"]?.string } == original.rows("requests").map { $0["id"]?.string })
            #expect(try again.record()["replay_of"]?.string == Self.first)
            expect(try bench.restlake(["replay", Self.first, "--lake", bench.lake, "--dataset", "thena_sandbox", "--load-id", Self.second, "--quiet"]), code: 0)
            #expect(try original.record()["replay_of"]?.string == Self.first)
            expect(try bench.restlake(["verify", "--all", "--lake", bench.lake, "--dataset", "thena_sandbox"]), code: 0)
        }
    }

    @Test("says what is missing, and how to get it")
    func refusals() async throws {
        try await Bench.at { bench in
            try Self.lake(bench)
            let lake = ["--lake", bench.lake]
            expect(try bench.restlake(["replay", "yesterday"] + lake), code: 64, says: ["expected the id of a load", "restlake loads"])
            expect(try bench.restlake(["replay", Self.second] + lake), code: 64, says: ["There is no load of data \(Self.second)"])
            expect(try bench.restlake(["replay", Self.first, "--resource", "reqests"] + lake), code: 64, says: ["Did you mean 'requests'?"])
            expect(try bench.sandbox(["--load-id", Self.second]), code: 0)
            expect(try bench.restlake(["replay", Self.first] + lake), code: 64, says: ["load \(Self.second) is newer", "--into NAME"])
            expect(try bench.restlake(["replay", Self.second] + lake), code: 64, says: ["did not keep its pages", "--keep-pages"])
            let kept = "_lake/pages/users/load_id=\(Self.first)/users.pages"
            try FileManager.default.removeItem(atPath: bench.lake + "/thena_sandbox/" + kept)
            expect(try bench.restlake(["replay", Self.first, "--into", "again"] + lake), code: 65, says: ["The kept pages are gone: \(kept)"])
            expect(try bench.restlake(["verify", Self.first] + lake), code: 65, says: [kept])
        }
    }

    @Test("pages are not kept against rules for personal fields, unless that is meant; what is made of them follows the rules")
    func personal() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"[{"id": 1, "mail": "ann@example.org"}]"#) }
            let definition = try bench.define(
                server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}, "fields": {"personal": {"mail": "redact"}}}"#)
            expect(try bench.export(definition, ["--keep-pages"]), code: 78, says: ["personal fields of items", "--raw-personal-data"])
            expect(try bench.export(definition, ["--raw-personal-data"]), code: 64, says: ["goes with --keep-pages"])
            expect(try bench.export(definition, ["--keep-pages", "--raw-personal-data", "--load-id", Self.first]), code: 0)
            server.stop()
            expect(try bench.restlake(["replay", Self.first, "--lake", bench.lake]), code: 64, says: ["'api', which is not built in", "--source FILE"])
            expect(try bench.restlake(["replay", Self.first, "--lake", bench.lake, "--source", definition, "--into", "again", "--format", "jsonl"]), code: 0)
            let rows = try bench.dataset("again").rows("items")
            #expect(rows.count == 1 && rows.first?["mail"]?.string != "ann@example.org" && rows.first?["mail"] != nil)
        }
    }
}
