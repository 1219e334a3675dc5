import Foundation
import LakeJSON
import Testing

@Suite("restlake state") struct StateCommandTests {
    private static let items = #"{"name": "items", "write_disposition": "append", "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page"}}"#
    private static let users = #"{"name": "users", "endpoint": {"path": "users", "data_selector": "items", "paginator": "single_page"}}"#

    /// A bench with one load of `items` and `users`, and its id.
    private static func loaded(_ bench: Bench) throws -> (load: String, definition: String) {
        let server = FixtureServer { _ in .items(1...3) }
        let definition = try bench.define(server.url, items, users)
        expect(try bench.export(definition), code: 0)
        return (try #require(bench.dataset().loads.last), definition)
    }

    private static func state(_ bench: Bench, _ words: String...) throws -> Outcome {
        try bench.restlake(["state"] + words.prefix(1) + ["--lake", bench.lake] + words.dropFirst())
    }

    /// A record of kind state, as an export or an earlier command leaves one.
    private static func leave(_ bench: Bench, _ load: String, _ state: String) throws {
        try bench.write("""
            {"restlake_format": 1, "kind": "state", "load_id": "\(load)", "dataset": "api", "outcome": "complete", "run_id": null,
             "started_at": "x", "prepared_at": "x", "reason": "by hand", "state": \(state)}
            """, to: "lake/api/_lake/loads/\(load).json")
    }

    private static func manifest(_ bench: Bench) throws -> JSONValue { try bench.dataset().document("manifest.json") }

    @Test("a value is set, told with before and after, shown, and is a record of its own that counts as no load")
    func set() async throws {
        try await Bench.at { bench in
            let (load, definition) = try Self.loaded(bench)
            expect(try Self.state(bench, "show"), code: 0, says: ["api: no resource has a state"])
            let before = tree(bench.lake + "/api/_lake/loads")
            expect(try Self.state(bench, "set", "items", "2026-01-01"), code: 0, says: [
                "items\n  before: no state\n  after:  {\"incremental\":{\"last_value\":\"2026-01-01\",\"kind\":\"date\",\"ties\":[]}}", "will stand in the lake twice",
            ])
            let lake = bench.dataset()
            #expect(lake.loads.count == 2 && lake.loads.first == load)
            #expect(tree(bench.lake + "/api/_lake/loads").filter { before[$0.key] != nil } == before, "no record is edited")
            let record = try lake.record()
            #expect(record["kind"] == "state" && record["reason"] == "restlake state set items 2026-01-01")
            #expect(try Self.manifest(bench)["state"]?.text(pretty: false) == #"{"items":{"incremental":{"last_value":"2026-01-01","kind":"date","ties":[]}}}"#)
            #expect(try Self.manifest(bench)["load_count"] == 1)
            expect(try Self.state(bench, "show"), code: 0, says: ["RESOURCE", "LAST VALUE", "items", "2026-01-01"], never: ["users"])
            expect(try bench.restlake(["state", "--lake", bench.lake]), code: 0, says: ["items"])
            #expect(try Self.state(bench, "show", "items", "--json").out == "{\"resource\":\"items\",\"state\":{\"incremental\":{\"last_value\":\"2026-01-01\",\"kind\":\"date\",\"ties\":[]}}}\n")
            expect(try Self.state(bench, "show", "users"), code: 0, says: ["users has no state"])
            let newest = try #require(lake.loads.last)
            let table = try bench.restlake(["loads", "--lake", bench.lake])
            expect(table, code: 0, says: [newest + "  state", "restlake state set items 2026-01-01", load + "  complete"])
            let listed = try bench.restlake(["loads", "--lake", bench.lake, "--json"]).out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(listed.map { $0["kind"]?.string } == ["state", "load"])
            // The server is gone by now.
            expect(try bench.export(definition, ["--attempts", "1"]), code: 69, says: ["the last good load is \(load)"], never: [newest])
            expect(try lake.checkSums(bench), code: 0)
        }
    }

    @Test("a number stays a number, other parts of the state stay, ties go")
    func keeps() async throws {
        try await Bench.at { bench in
            _ = try Self.loaded(bench)
            try Self.leave(bench, "99990101T000000Z-aaaaaa", #"{"items": {"incremental": {"last_value": 17, "ties": ["a", "b"], "kind": "number"}, "detected": {"paginator": "cursor"}}}"#)
            expect(try Self.state(bench, "show"), code: 0, says: ["items     17             2  detected"])
            expect(try Self.state(bench, "set", "items", "abc"), code: 64, says: ["expected a number, found 'abc'", "The last value is 17", "--as text"])
            expect(try Self.state(bench, "set", "items", "17"), code: 0, says: [
                #"before: {"incremental":{"last_value":17,"ties":["a","b"],"kind":"number"},"detected":{"paginator":"cursor"}}"#,
                #"after:  {"incremental":{"last_value":17,"kind":"number","ties":[]},"detected":{"paginator":"cursor"}}"#,
            ])
            let told = try Self.state(bench, "set", "items", "--json", "--", "-5.50")
            expect(told, code: 0)
            #expect(try JSONValue(parsing: told.out)["after"]?.text(pretty: false) == #"{"incremental":{"last_value":-5.50,"kind":"number","ties":[]},"detected":{"paginator":"cursor"}}"#)
            expect(try Self.state(bench, "set", "items", "abc", "--as", "text"), code: 0, says: [#"after:  {"incremental":{"last_value":"abc","kind":"text","ties":[]}"#])
            expect(try Self.state(bench, "set", "users", "12", "--as", "number"), code: 0, says: [#"after:  {"incremental":{"last_value":12,"kind":"number","ties":[]}}"#], never: ["twice"])
            expect(try Self.state(bench, "reset", "items"), code: 0, says: ["after:  no state", "reads from the beginning"])
            #expect(try Self.manifest(bench)["state"]?.text(pretty: false) == #"{"users":{"incremental":{"last_value":12,"kind":"number","ties":[]}}}"#)
        }
    }

    @Test("a rewind brings back the last value as it was after a load, and can be taken back itself")
    func rewind() async throws {
        try await Bench.at { bench in
            let (load, _) = try Self.loaded(bench)
            for value in ["2026-01-01", "2026-02-01"] { expect(try Self.state(bench, "set", "items", value), code: 0) }
            let loads = bench.dataset().loads
            let wanted = #"{"incremental":{"last_value":"2026-01-01","kind":"date","ties":[]}}"#
            expect(try Self.state(bench, "rewind", "items", "--to", loads[1]), code: 0, says: ["2026-02-01", "after:  " + wanted])
            #expect(try bench.dataset().record()["reason"]?.string == "restlake state rewind items --to \(loads[1])")
            expect(try Self.state(bench, "rewind", "items", "--to", loads[2]), code: 0, says: [#"after:  {"incremental":{"last_value":"2026-02-01","kind":"date","ties":[]}}"#])
            expect(try Self.state(bench, "rewind", "items", "--to", load), code: 0, says: ["after:  no state", "reads from the beginning"])
            #expect(bench.dataset().loads.count == 6)
            for text in ["2026-01-01", String(load.dropLast()) + "x", "99990101T000000Z-aaaaaa"] {
                expect(try Self.state(bench, "rewind", "items", "--to", text), code: 64, says: ["there is no load '\(text)'", "restlake state set items VALUE"])
            }
            expect(try Self.state(bench, "rewind", "items"), code: 64, says: ["--to names the load"])
        }
    }

    @Test("what was detected is no place to read from: a rewind keeps it")
    func rewindKeeps() async throws {
        try await Bench.at { bench in
            let (load, _) = try Self.loaded(bench)
            try Self.leave(bench, "99980101T000000Z-aaaaaa", #"{"items": {"incremental": {"last_value": 17, "ties": ["a"]}}}"#)
            try Self.leave(bench, "99990101T000000Z-aaaaaa", #"{"items": {"incremental": {"last_value": 18}, "detected": {"paginator": "cursor"}}}"#)
            expect(try Self.state(bench, "rewind", "items", "--to", "99980101T000000Z-aaaaaa"), code: 0, says: [
                #"after:  {"incremental":{"last_value":17,"ties":["a"]},"detected":{"paginator":"cursor"}}"#,
            ])
            expect(try Self.state(bench, "rewind", "items", "--to", load), code: 0, says: [#"after:  {"detected":{"paginator":"cursor"}}"#, "from the beginning"])
        }
    }

    @Test("what is so already is written nowhere, and said")
    func nothingToDo() async throws {
        try await Bench.at { bench in
            let (load, _) = try Self.loaded(bench)
            expect(try Self.state(bench, "reset", "items"), code: 0, says: ["items: nothing to do. It has no state."])
            expect(try Self.state(bench, "rewind", "items", "--to", load), code: 0, says: ["items: nothing to do"])
            expect(try Self.state(bench, "set", "items", "x"), code: 0)
            let before = tree(bench.lake)
            expect(try Self.state(bench, "set", "items", "x"), code: 0, says: ["items: nothing to do. That is its state already"])
            #expect(tree(bench.lake) == before)
        }
    }

    static let wrong: [(words: [String], says: [String])] = [
        (["set", "itms", "1"], ["no resource 'itms'", "Did you mean 'items'?", "items, users"]),
        (["show", "user"], ["Did you mean 'users'?"]), (["reset", "nothing_like_it"], ["Resources: items, users."]),
        (["rset", "items"], ["there is no 'rset'", "Did you mean 'set'?", "show, set, rewind, reset"]),
        (["set", "items"], ["expected RESOURCE VALUE, found 1 argument"]), (["reset"], ["expected RESOURCE, found 0 arguments"]),
        (["show", "items", "x"], ["expected [RESOURCE]"]), (["reset", "items", "--to", "x"], ["--to belongs to restlake state rewind"]),
        (["show", "--as", "text"], ["--as belongs to restlake state set"]), (["set", "items", ""], ["expected a value", "restlake state reset items"]),
        (["set", "items", "1", "--as", "date"], ["--as: expected number or text, found 'date'"]),
    ]

    @Test("a wrong command names the right one and changes nothing", arguments: wrong.indices)
    func refused(_ index: Int) async throws {
        try await Bench.at { bench in
            _ = try Self.loaded(bench)
            let before = tree(bench.lake)
            let (words, says) = Self.wrong[index]
            expect(try bench.restlake(["state", "--lake", bench.lake] + words), code: 64, says: says)
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("while a run holds the dataset, the state can be read and not changed")
    func locked() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.number == 1 ? .items([1]) : .held(.items([2])) }
            let definition = try bench.define(server.url, Self.items)
            expect(try bench.export(definition), code: 0)
            let run = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 2))
            expect(try Self.state(bench, "set", "items", "1"), code: 75, says: ["Another run holds this dataset", "process \(run.id)"])
            expect(try Self.state(bench, "show"), code: 0)
            server.release()
            expect(run.end(), code: 0)
            expect(try Self.state(bench, "set", "items", "1"), code: 0)
        }
    }

    @Test("a control character of a value reaches no terminal")
    func escaped() async throws {
        try await Bench.at { bench in
            _ = try Self.loaded(bench)
            let value = "a\u{1b}[31m\u{9b}b"
            let outcome = try Self.state(bench, "set", "items", value)
            expect(outcome, code: 0, says: ["after:"], never: ["\u{1b}", "\u{9b}"])
            for words in [["show"], ["show", "items"]] {
                expect(try bench.restlake(["state", "--lake", bench.lake] + words), code: 0, says: ["31m"], never: ["\u{1b}", "\u{9b}"])
            }
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: ["restlake state set"], never: ["\u{1b}", "\u{9b}"])
        }
    }

    @Test("the sandbox's day is one more than the loads of data")
    func sandboxDay() async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(), code: 0, says: ["day 1"])
            expect(try Self.state(bench, "set", "requests", "x"), code: 0)
            expect(try bench.sandbox(), code: 0, says: ["day 2"])
            #expect(bench.dataset("thena_sandbox").loads.count == 3)
        }
    }
}
