import Foundation
import LakeJSON
import Testing

@Suite("restlake quarantine") struct QuarantineCommandTests {
    private static func items(_ key: String, _ disposition: String = "append") -> String {
        #"{"name": "items", "primary_key": "\#(key)", "write_disposition": "\#(disposition)", "endpoint": {"path": "items", "data_selector": "$", "paginator": "single_page"}}"#
    }
    private static let page = #"[{"id": 1, "uuid": "a"}, {"uuid": "b", "note": "s3cret \#u{9b}\u001b[31m"}, {"uuid": "c"}, 7]"#

    /// A bench with a load whose records lack their primary key, and the definition before it is mended.
    private static func loaded(_ bench: Bench, _ disposition: String = "append") throws -> (server: FixtureServer, load: String) {
        let server = FixtureServer { _ in .page(page) }
        expect(try bench.export(try bench.define(server.url, items("id", disposition))), code: 2, says: ["3 of 4 records"])
        return (server, try #require(bench.dataset().loads.last))
    }

    private static func quarantine(_ bench: Bench, _ words: String...) throws -> Outcome {
        try bench.restlake(["quarantine"] + words + ["--lake", bench.lake])
    }

    private static func lines(_ outcome: Outcome) throws -> [JSONValue] {
        try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("records without their key are put back once the definition names another one, and list tells by which load")
    func replay() async throws {
        try await Bench.at { bench in
            let (server, load) = try Self.loaded(bench)
            expect(try Self.quarantine(bench), code: 0, says: [load, "items", "3 missing_primary_key", "_lake/quarantine/items/load_id=\(load)/"])
            let mended = try bench.define(server.url, Self.items("uuid"))
            let dry = try Self.quarantine(bench, "replay", mended, "--dry-run")
            expect(dry, code: 2, says: ["2 records of 3 would be written. Nothing was published."])
            #expect(bench.dataset().loads == [load])
            expect(try Self.quarantine(bench, "replay", mended), code: 2, says: ["1 of 3 records cannot be written", "is committed, partial"], never: ["s3cret"])
            let lake = bench.dataset()
            #expect(try lake.rows("items").map { $0["uuid"]?.string } == ["b", "c"])
            #expect(server.requests.count == 1, "the API is not asked")
            let second = try #require(lake.loads.last)
            #expect(try lake.resource()["replayed"]?.text(pretty: false) == #"[{"load_id":"\#(load)","resource":"items","records":3}]"#)
            expect(try Self.quarantine(bench, "list", "--load", load), code: 0, says: [load, second])
            let listed = try Self.lines(try Self.quarantine(bench, "list", "--json"))
            #expect(listed.map { $0["load_id"]?.string } == [load, second] && listed.map { $0["records"]?.int } == [3, 1])
            #expect(listed.first?["replayed"]?.text(pretty: false) == #"[{"load_id":"\#(second)","records":3,"includes_written":false}]"#)
            #expect(listed.last?["reasons"]?.text(pretty: false) == #"[{"reason":"missing_primary_key","records":1}]"#)
            expect(try lake.checkSums(bench), code: 0)
            // A second time there is the scalar alone, and it stays where it is.
            expect(try Self.quarantine(bench, "replay", mended), code: 65, says: ["none of the 1 records", "Nothing was published"])
            expect(try Self.quarantine(bench, "replay", mended, "--load", load), code: 64, says: [load, second, "--again"])
            expect(try Self.quarantine(bench, "replay", mended, "--load", load, "--again", "--json"), code: 2, says: [#""event":"finished""#])
            #expect(lake.loads.count == 3)
        }
    }

    @Test("where nothing is left it says so and ends well")
    func nothingLeft() async throws {
        try await Bench.at { bench in
            let (server, load) = try Self.loaded(bench, "merge")
            let keyless = #"{"name": "items", "write_disposition": "append", "endpoint": {"path": "items", "data_selector": "$", "paginator": "single_page"}}"#
            let mended = try bench.define(server.url, keyless)
            expect(try Self.quarantine(bench, "replay", mended, "items"), code: 0, says: ["is committed, complete", "every record taken from the quarantine fits the definition now"])
            for json in [[], ["--json"]] {
                let outcome = try bench.restlake(["quarantine", "replay", mended, "--lake", bench.lake] + json)
                expect(outcome, code: 0, says: [json.isEmpty ? "nothing is left" : #""records":0"#])
            }
            expect(try Self.quarantine(bench, "replay", mended, "--include-written"), code: 64, says: ["written as append"])
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: [load])
        }
    }

    @Test("show tells places and reasons; what is in a record only when asked, and then it cannot steer a terminal")
    func show() async throws {
        try await Bench.at { bench in
            let (_, load) = try Self.loaded(bench)
            let plain = try Self.quarantine(bench, "show")
            expect(plain, code: 0, says: [load, "PAGE", "missing_primary_key"], never: ["s3cret", "uuid"])
            #expect(plain.out.split(separator: "\n").filter { $0.contains("missing_primary_key") }.count == 3)
            let one = try Self.quarantine(bench, "show", "items", "-n", "1", "--values", "--load", load)
            expect(one, code: 0, says: ["s3cret", #"\u{9b}"#], never: ["\u{9b}", "\u{1b}", #""c""#])
            let json = try Self.lines(try Self.quarantine(bench, "show", "--json"))
            #expect(json.count == 3 && json.allSatisfy { $0["value"] == nil })
            #expect(json.map { $0["record"]?.int } == [2, 3, 4] && json.first?["page"] == 1 && json.first?["written"] == false)
            let valued = try Self.lines(try Self.quarantine(bench, "show", "--json", "--values", "--reason", "missing_primary_key"))
            #expect(valued.map { $0["value"]?["uuid"]?.string } == ["b", "c", nil])
            expect(try Self.quarantine(bench, "show", "--reason", "not_an_object"), code: 0, says: ["no record with the reason"])
        }
    }

    @Test("breaches of a contract are counted by table and column, and told with what was expected and found")
    func contracts() async throws {
        try await Bench.at { bench in
            let (_, load) = try Self.loaded(bench)
            let breach = #"{"contract":"data_type","mode":"discard_value","table":"items","column":"amount","path":"$.amount","expected":"bigint","found":"text"}"#
            let table = #"{"contract":"tables","mode":"discard_row","table":"items__tags","path":"$.tags"}"#
            try Self.rewrite(bench, load, [
                #"{"reason":"contract","resource":"items","page":3,"record":17,"written":true,"breaches":[\#(breach),\#(table)],"breach_count":9,"value":{"id":1,"amount":"s3cret"}}"#,
                #"{"reason":"contract","resource":"items","page":4,"record":1,"written":false,"duplicate":true,"breaches":[\#(breach)],"breach_count":1,"value":{}}"#,
            ])
            expect(try Self.quarantine(bench, "list"), code: 0, says: ["DUPLICATE", "2 data_type items.amount, 1 tables items__tags"], never: ["s3cret"])
            expect(try Self.quarantine(bench, "show"), code: 0, says: ["without it", "duplicate"])
            expect(try Self.quarantine(bench, "show", "--json"), code: 0, says: [#""written":false,"duplicate":true"#])
            let listed = try #require(try Self.lines(try Self.quarantine(bench, "list", "--json")).first)
            #expect(listed["written"] == 1 && listed["duplicates"] == 1 && listed["reasons"]?.array?.first?.text(pretty: false) == #"{"reason":"data_type","table":"items","column":"amount","records":2}"#)
            let shown = try Self.quarantine(bench, "show", "--reason", "tables")
            expect(shown, code: 0, says: ["bigint", "text", "$.tags", "without it", "and 7 more"], never: ["s3cret"])
        }
    }

    @Test("a file that is gone or changed is told")
    func files() async throws {
        try await Bench.at { bench in
            let (server, load) = try Self.loaded(bench)
            let path = bench.dataset().folder + "/_lake/quarantine/items/load_id=\(load)/items.00000.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacingOccurrences(of: #""uuid":"b""#, with: #""uuid":"x""#).write(toFile: path, atomically: false, encoding: .utf8)
            let mended = try bench.define(server.url, Self.items("uuid"))
            expect(try Self.quarantine(bench, "list"), code: 65, says: ["(the file is damaged)", "checksum"])
            expect(try Self.quarantine(bench, "show"), code: 65, says: ["checksum"])
            expect(try Self.quarantine(bench, "replay", mended), code: 65, says: ["checksum", "Nothing was published"])
            try FileManager.default.removeItem(atPath: path)
            expect(try Self.quarantine(bench, "list"), code: 0, says: ["(the file is gone)"])
            expect(try Self.quarantine(bench, "list", "--json"), code: 0, says: [#""file":"gone""#])
            expect(try Self.quarantine(bench, "show"), code: 0, says: ["is gone"])
            expect(try Self.quarantine(bench, "replay", mended), code: 65, says: ["is gone", "Restore it from a copy.", "Nothing was published."])
            #expect(bench.dataset().loads.count == 1)
            expect(try bench.export(try bench.define(server.url, Self.items("id"))), code: 2)
            let second = try #require(bench.dataset().loads.last)
            try bench.define(server.url, Self.items("uuid"))
            expect(try Self.quarantine(bench, "replay", mended), code: 65, says: ["is gone", "put the others back: --load \(second)", "Nothing was published."])
            #expect(bench.dataset().loads.count == 2)
            expect(try Self.quarantine(bench, "replay", mended, "--load", second), code: 2, says: ["1 of 3 records cannot be written"])
        }
    }

    @Test("wrong words are told with the right ones", arguments: [
        (["lst"], "Did you mean 'list'?"), (["replay"], "expected SOURCE [RESOURCE...]"), (["list", "a", "b"], "expected [RESOURCE]"),
        (["list", "itms"], "Did you mean 'items'?"), (["show", "--reason", "missing_primary_keys"], "Did you mean 'missing_primary_key'?"),
        (["list", "--values"], "belongs to restlake quarantine show"), (["show", "--again"], "belongs to restlake quarantine replay"),
        (["show", "--load", "20200101T000000Z-000000"], "no record of load"), (["replay", "api.json", "itms"], "Did you mean 'items'?"),
        (["replay", "api.json", "--dataset", "apj"], "Did you mean 'api'?"), (["show", "--valus"], "Did you mean --values?"),
        (["replay", "api.json", "--load", "20200101T000000Z-000000"], "no record of load"), (["show", "-n", "0"], "--entries"),
    ])
    func wrongWords(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in
            _ = try Self.loaded(bench)
            expect(try bench.restlake(["quarantine"] + words + ["--lake", bench.lake]), code: 64, says: [says])
            #expect(bench.dataset().loads.count == 1)
        }
    }

    @Test("help tells of all three forms, with examples")
    func help() async throws {
        try await Bench.at { bench in
            for words in [["quarantine", "--help"], ["quarantine", "replay", "--help"], ["help", "quarantine"]] {
                expect(try bench.restlake(words), code: 0, says: ["list [RESOURCE]", "show [RESOURCE]", "replay SOURCE", "Examples:", "--include-written", "--again"])
            }
            let server = FixtureServer { _ in .page(#"[{"id": 1}]"#) }
            expect(try bench.export(try bench.define(server.url, Self.items("id"))), code: 0)
            expect(try Self.quarantine(bench, "list"), code: 0, says: ["no record is in quarantine"])
            expect(try Self.quarantine(bench, "show"), code: 0, says: ["no record is in quarantine"])
            expect(try Self.quarantine(bench, "replay", "api.json"), code: 0, says: ["nothing is left"])
        }
    }

    @Test("the sandbox has an origin of its own")
    func sandbox() async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(["--resource", "users"]), code: 0)
            expect(try Self.quarantine(bench, "replay", "thena", "--sandbox"), code: 0, says: ["nothing is left"])
            expect(try Self.quarantine(bench, "replay", "thena", "--dataset", "thena_sandbox"), code: 76, says: ["sandbox"])
        }
    }

    @Test("--max-quarantined says how many are allowed, --over-quarantined what more of them are", arguments: [
        (["--max-quarantined", "3"], Int32(0), "complete"), (["--max-quarantined", "75%"], 0, "complete"), (["--max-quarantined", "2"], 2, "partial"),
        (["--max-quarantined", "74.9%"], 2, "partial"), (["--max-quarantined", "2", "--over-quarantined", "failed"], 65, ""),
        (["--max-quarantined", "3", "--over-quarantined", "failed"], 0, "complete"), ([], 2, "partial"),
    ])
    func limit(_ options: [String], _ code: Int32, _ outcome: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(Self.page) }
            let run = try bench.export(try bench.define(server.url, Self.items("id")), options)
            expect(run, code: code, says: [code == 65 ? "3 of 4 records went into the quarantine, more than --max-quarantined 2 allows" : "3 of 4 records lack their primary key"])
            guard code != 65 else { return #expect(bench.dataset().loads.isEmpty) }
            #expect(try bench.dataset().outcomes() == ["items": "\(outcome) 1"])
            #expect(try bench.dataset().findings().contains("--max-quarantined") == (outcome == "partial" && !options.isEmpty))
        }
    }

    @Test("a limit that is none is refused", arguments: [
        (["--max-quarantined", "1,5%"], "such as 100"), (["--max-quarantined", "101%"], "such as 100"), (["--over-quarantined", "failed"], "goes with --max-quarantined"),
        (["--max-quarantined", "1", "--over-quarantined", "faild"], "Did you mean 'failed'?"),
    ])
    func noLimit(_ options: [String], _ says: String) async throws {
        try await Bench.at { bench in expect(try bench.sandbox(options), code: 64, says: [says]) }
    }

    /// Puts other lines into a quarantine file, as if the load had written them.
    private static func rewrite(_ bench: Bench, _ load: String, _ lines: [String]) throws {
        let lake = bench.dataset(), record = "_lake/loads/\(load).json"
        let file = try #require(try lake.document(record)["quarantine"]?.array?.first)
        let path = try bench.write(lines.map { $0 + "\n" }.joined(), to: "lake/api/" + (try #require(file["path"]?.string)))
        let sum = try bench.command(["sha256sum", path]).end().out.prefix(64)
        // Without its checksum, as records were before they had one.
        let text = String(decoding: try lake.data(record), as: UTF8.self).replacing(/,\s*"checksum": "[0-9a-f]*"/, with: "")
        try bench.write(text.replacingOccurrences(of: try #require(file["sha256"]?.string), with: sum), to: "lake/api/" + record)
    }
}
