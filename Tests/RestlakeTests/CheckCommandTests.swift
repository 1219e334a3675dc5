import Foundation
import LakeJSON
import Testing

@Suite("restlake check: one page of each resource, and nothing written")
struct CheckCommandTests {
    private static func lines(_ outcome: Outcome) throws -> [JSONValue] {
        try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    private static let server: @Sendable (FixtureServer.Request) -> FixtureServer.Answer = { request in
        switch request.path {
        case "/items": .items(1...10, #""next_cursor": "A\u001b[31m""#)
        case "/gone": .page("{}", status: 404)
        case "/odd": .page(#"{"a": 1}"#)
        case "/locked": .page("{}", status: 401)
        case "/busy": .page("{}", status: 503)
        default: .page(#"{"id": 1, "at": "2026-01-01T00:00:00Z", "tags": ["x"]}"#)
        }
    }

    private static let items = #"{"name": "items", "primary_key": "id"}"#
    private static let detail = #"{"name": "detail", "endpoint": {"path": "items/{resources.items.id}", "data_selector": "$"}}"#

    @Test("tells request, paging and why, tables, columns and types, and asks one parent of a dependent resource")
    func all() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let outcome = try bench.restlake(["check", try bench.define(server.url, Self.items, Self.detail)])
            expect(outcome, code: 0, says: [
                "GET items", "10 records", "cursor", "next_cursor holds a text", "more to come", "merge, key id", "bigint", "$.name",
                "items/{resources.items.id}, for each record of items", "detail__tags", "$.tags[*]", "timestamp", "2 resources checked. Nothing was written.",
            ], never: ["\u{1b}", "FAILS", "finding"])
            #expect(outcome.err.isEmpty)
            #expect(server.requests.map(\.path) == ["/items", "/items/1"])
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("a resource that fails hides no other, and the first failure gives the code", arguments: [
        (["gone", "items", "odd"], Int32(69)), (["odd", "items", "gone"], 65),
    ] as [([String], Int32)])
    func failures(_ names: [String], code: Int32) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, names.map { #"{"name": "\#($0)", "primary_key": "id"}"# }.joined(separator: ", "))
            expect(try bench.restlake(["check", definition]), code: code, says: ["10 records", "404", "no list of records", "2 of 3 resources would fail"])
            let json = try bench.restlake(["check", definition, "--json"])
            #expect(json.code == code && json.err.isEmpty)
            let events = try Self.lines(json)
            #expect(events.map { $0["resource"]?.string } == names + [nil])
            #expect(events.map { $0["ok"]?.bool } == [false, true, false, nil])
            #expect(events.last?["event"]?.string == "checked" && events.last?["exit_code"]?.int == Int(code))
        }
    }

    @Test("what ends a run is told once", arguments: [("locked", 77, "401"), ("busy", 75, "503")] as [(String, Int32, String)])
    func ends(_ name: String, code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, #"{"name": "\#(name)"}"#, Self.items)
            let outcome = try bench.restlake(["check", definition, "--attempts", "1"])
            expect(outcome, code: code, says: [name, word])
            #expect(outcome.err.split(separator: "\n").count == 1, "\(outcome.err)")
            let json = try bench.restlake(["check", definition, "--attempts", "1", "--json"])
            #expect(json.code == code && json.err.isEmpty)
            #expect(try Self.lines(json).last?["event"]?.string == "failed")
        }
    }

    @Test("faults of the definition and missing secrets are told before anything is asked", arguments: [
        (#""auth": "bearer""#, Int32(78), "bearer_token"), (#""auth": {"type": "bearr"}"#, 78, "bearer"), (#""rate_limit": "x""#, 78, "rate_limit"),
    ] as [(String, Int32, String)])
    func definition(_ client: String, code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let definition = try bench.define(server.url, Self.items, client: client)
            expect(try bench.restlake(["check", definition]), code: code, says: [word])
            let json = try bench.restlake(["check", definition, "--json"])
            #expect(json.code == code && json.err.isEmpty)
            #expect(try Self.lines(json).last?["exit_code"]?.int == Int(code))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a key that no record has is a failure that shows the keys there are, for check and for export", arguments: ["check", "export"])
    func wrongKey(_ command: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .items(1...7) }
            let definition = try bench.define(server.url, #"{"name": "items", "primary_key": "uid"}"#)
            let outcome = try bench.restlake([command, definition] + (command == "export" ? ["--lake", bench.lake] : []))
            expect(outcome, code: 65, says: ["none of the 7 records has its primary key ('uid')", "The first has the keys: id, name", "Correct primary_key"])
            if command == "export" { #expect(bench.dataset().loads.isEmpty) }
        }
    }

    @Test("a resource that would not be complete gives code 2")
    func doubt() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"{"items": [{"id": 1}, {"uid": 2}]}"#) }
            let outcome = try bench.restlake(["check", try bench.define(server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"paginator": "single_page"}}"#)])
            expect(outcome, code: 2, says: ["1 of 2 records lack their primary key ('id')", "1 resource checked, 1 would not be complete"])
        }
    }

    @Test("the built-in sources are fine, in the sandbox", arguments: [("thena", 6), ("thena_platform", 8)])
    func builtIn(_ name: String, count: Int) async throws {
        try await Bench.at { bench in
            let outcome = try bench.restlake(["check", name, "--sandbox", "--json"])
            expect(outcome, code: 0)
            let events = try Self.lines(outcome)
            #expect(events.count == count + 1)
            #expect(events.dropLast().allSatisfy { $0["ok"]?.bool == true && ($0["records_on_page_1"]?.int ?? 0) > 0 && $0["tables"]?.array?.isEmpty == false })
        }
    }

    @Test("help check tells its options, and none is told that it does not take")
    func help() async throws {
        try await Bench.at { bench in
            for command in ["check", "preview", "init", "state", "sources"] {
                let help = try bench.restlake(["help", command])
                expect(help, code: 0, says: ["Usage: restlake \(command)"])
                for line in help.out.split(separator: "\n") where line.hasPrefix("  -") {
                    let word = try #require(line.split(whereSeparator: { $0 == " " || $0 == "," }).first { $0.hasPrefix("--") })
                    let outcome = try bench.restlake([command, String(word)])
                    #expect(!outcome.err.contains("there is no option"), "\(command) \(word)")
                }
            }
        }
    }
}
