import Foundation
import Glibc
import LakeJSON
import Testing

@Suite("restlake verify") struct VerifyCommandTests {
    private static let first = "20261101T020000Z-7f3a9c", second = "20261102T020000Z-7f3a9c"

    /// A lake with two loads, made once: every test has a copy of its own.
    private static let whole = Result {
        let bench = try Bench()
        _ = try export(bench, [])
        return bench
    }

    /// Two loads of the sandbox.
    private static func loaded(_ bench: Bench, _ options: [String] = []) throws -> LakeReader {
        guard options.isEmpty else { return try export(bench, options) }
        try FileManager.default.copyItem(atPath: try whole.get().lake, toPath: bench.lake)
        return bench.dataset("thena_sandbox")
    }

    private static func export(_ bench: Bench, _ options: [String]) throws -> LakeReader {
        for (load, day) in [(first, "1"), (second, "2")] {
            expect(try bench.sandbox(["--load-id", load, "--sandbox-day", day, "--resource", "requests,users"] + options), code: 0)
        }
        return bench.dataset("thena_sandbox")
    }

    private static func verify(_ bench: Bench, _ words: String...) throws -> Outcome {
        try bench.restlake(["verify", "--lake", bench.lake] + words)
    }

    private static func file(_ lake: LakeReader, _ table: String, _ format: String, load: String = first) throws -> String {
        let folder = "\(table)/\(format)/load_id=\(load)"
        return folder + "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: lake.folder + "/" + folder).sorted().first))
    }

    private static func change(_ lake: LakeReader, _ path: String, _ change: (inout Data) -> Void) throws {
        var bytes = try lake.data(path)
        change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: lake.folder + "/" + path))
    }

    @Test("a good lake: a table of the newest load, of the named ones, or of all; and nothing is written")
    func good() async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench)
            let before = tree(bench.lake)
            expect(try Self.verify(bench), code: 0, says: [Self.second, "LOAD", "RESULT", "requests__tags", "everything is as it was written"], never: [Self.first])
            expect(try Self.verify(bench, Self.first), code: 0, says: [Self.first], never: [Self.second])
            expect(try Self.verify(bench, "--all", "--quick"), code: 0, says: [Self.first, Self.second, "2 loads"])
            let json = try Self.verify(bench, "--all", "--json").out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(json.last?["kind"] == "summary" && json.last?["findings"] == 0 && json.last?["loads"] == 2)
            #expect(json.dropLast().allSatisfy { $0["kind"] == "table" && $0["result"] == "ok" })
            #expect(tree(bench.lake) == before)
            expect(try Self.verify(bench, "20261101T020000Z-7f3a9d"), code: 64, says: ["Did you mean \(Self.first)?"])
            expect(try Self.verify(bench, "--all", Self.first), code: 64, says: ["--all"])
            expect(try Self.verify(bench, "--dataset", "nowhere"), code: 64, says: ["nowhere"])
            expect(try bench.restlake(["verify", "--help"]), code: 0, says: ["Usage: restlake verify [LOAD...]", "restlake verify --all --quick", "--repair"])
            #expect(lake.loads == [Self.first, Self.second])
        }
    }

    @Test("each kind of damage is told in one line: where, what, what to do", arguments: [
        "missing", "byte", "cut", "extra", "header", "row", "swapped", "schema", "record", "log", "folder",
    ])
    func damage(_ kind: String) async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench)
            let csv = try Self.file(lake, "requests", "csv"), jsonl = try Self.file(lake, "requests", "jsonl")
            let whole = { lake.folder + "/" + $0 }
            let again = "the command that exports this dataset, with --full-refresh --resource requests"
            var says: [String]
            switch kind {
            case "missing":
                try FileManager.default.removeItem(atPath: whole(csv))
                says = ["\(csv): it is missing. Restore it from a copy, or read requests again: \(again)", "Affected: load \(Self.first): requests"]
            case "byte":
                try Self.change(lake, jsonl) { $0[$0.count / 2] ^= 1 }
                says = ["\(jsonl): its content is another: expected SHA-256", again]
            case "cut":
                try Self.change(lake, csv) { $0.removeLast(7) }
                says = ["\(csv): its size is another", "the file ends within it"]
            case "extra":
                try bench.write("x", to: "lake/thena_sandbox/requests/csv/load_id=\(Self.first)/mine.csv")
                says = ["mine.csv: no record knows of it. Move it away"]
            case "header":
                try Self.change(lake, csv) { $0[$0.startIndex + 1] = UInt8(ascii: "L") }
                says = ["\(csv): line 1: the header is not that of the schema version: expected _load_id,_row_number,"]
            case "row":
                try Self.change(lake, jsonl) { $0 = $0[$0.firstIndex(of: 10)!.advanced(by: 1)...] }
                says = ["\(jsonl): its size is another", "its row count is another: expected 60, found 59"]
            case "swapped":
                try FileManager.default.moveItem(atPath: whole(csv), toPath: bench.folder + "/kept")
                try FileManager.default.moveItem(atPath: whole(jsonl), toPath: whole(csv))
                try FileManager.default.moveItem(atPath: bench.folder + "/kept", toPath: whole(jsonl))
                says = ["\(csv): its content is another", "\(jsonl): line 1: it is no JSON"]
            case "schema":
                try FileManager.default.removeItem(atPath: whole("_lake/schemas/requests.v1.json"))
                says = ["_lake/schemas/requests.v1.json: it is missing. Restore it from a copy."]
            case "record":
                try Self.change(lake, "_lake/loads/\(Self.first).json") { $0.replace("complete".utf8, with: "Complete".utf8, maxReplacements: 1) }
                says = ["_lake/loads/\(Self.first).json: its checksum is not that of its content. Restore it from a copy."]
            case "log":
                try Self.change(lake, "_lake/loads/\(Self.first).pages.jsonl") { $0[9] ^= 1 }
                says = ["_lake/loads/\(Self.first).pages.jsonl: its content is another"]
            default:
                let folder = "requests/jsonl/load_id=\(Self.first)"
                try FileManager.default.removeItem(atPath: whole(folder))
                try FileManager.default.createSymbolicLink(atPath: whole(folder), withDestinationPath: "load_id=\(Self.first)")
                says = ["\(folder): it cannot be read", "symbolic links"]
            }
            expect(try Self.verify(bench, Self.first), code: 65, says: says, never: ["fault of restlake"])
            let json = try Self.verify(bench, Self.first, "--json").out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            let findings = json.filter { $0["kind"] == "finding" }
            #expect(!findings.isEmpty && json.last?["findings"]?.int == findings.count)
            #expect(findings.allSatisfy { $0["path"]?.string != nil && $0["do"]?.string?.isEmpty == false })
        }
    }

    @Test("a cut gzip file")
    func gzip() async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench, ["--compress", "gzip"])
            expect(try Self.verify(bench, "--all"), code: 0)
            let path = try Self.file(lake, "users", "jsonl")
            try Self.change(lake, path) { $0.removeLast(20) }
            expect(try Self.verify(bench, "--all"), code: 65, says: ["\(path): it cannot be unpacked", "it is cut off"])
        }
    }

    @Test("--repair makes the manifest anew, and finishes what a killed run left; damage to data it cannot repair", arguments: ["", "{", "gone"])
    func repair(_ manifest: String) async throws {
        try await Bench.at { bench in
            let lake = try Self.loaded(bench)
            let good = try lake.data("manifest.json")
            if manifest == "gone" { try FileManager.default.removeItem(atPath: lake.folder + "/manifest.json") } else {
                try bench.write(manifest, to: "lake/thena_sandbox/manifest.json")
            }
            expect(try Self.verify(bench), code: 65, says: ["manifest.json: it is", "restlake verify --repair"])
            expect(try Self.verify(bench, "--repair"), code: 0, says: ["made manifest.json anew", "everything is as it was written"])
            #expect(try lake.data("manifest.json") == good)
            expect(try Self.verify(bench, "--repair"), code: 0, says: ["nothing to repair"])
            try FileManager.default.removeItem(atPath: lake.folder + "/" + (try Self.file(lake, "users", "csv")))
            expect(try Self.verify(bench, "--repair", "--all"), code: 65, says: ["it is missing"])
        }
    }

    @Test("a run at work is no finding, and --repair waits for its end")
    func atWork() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.number == 2 ? .held(.items([2])) : .items([1]) }
            let definition = try bench.define(server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#)
            expect(try bench.export(definition), code: 0)
            let child = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 2))
            let staged = try #require(bench.dataset().staging.first)
            expect(try Self.verify(bench, "--all"), code: 0, says: ["everything is as it was written", staged])
            expect(try Self.verify(bench, "--repair"), code: 75, says: ["Another run"])
            server.release()
            expect(child.end(), code: 0)
            expect(try Self.verify(bench, "--all"), code: 0, says: ["2 loads"], never: ["In the making"])
        }
    }
}
