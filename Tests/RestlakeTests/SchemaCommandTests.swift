import Foundation
import LakeJSON
import Testing

@Suite("restlake schema")
struct SchemaCommandTests {
    private static let definition = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#
    private static let days = [
        #"[{"id": 1, "size": 3, "tags": ["a"], "gone": null}]"#, #"[{"id": 2, "size": 4.5, "gone": null}]"#,
        #"[{"id": 3, "size": "huge", "note": "new", "tags": ["b"]}, {"id": 4, "gone": "2026-01-02"}]"#,
    ]

    /// Three loads, a version of `items` each.
    private func evolved(_ bench: Bench) throws -> [String] {
        let server = FixtureServer { request in .page(Self.days[request.number - 1]) }
        let definition = try bench.define(server.url, Self.definition)
        for _ in Self.days { expect(try bench.export(definition, ["--quiet"]), code: 0) }
        return ["--lake", bench.lake]
    }

    private static func lines(_ outcome: Outcome) throws -> [JSONValue] {
        try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("every change is told with what, column, types, path, load, page and record, up to the version that is shown")
    func listing() async throws {
        try await Bench.at { bench in
            let lake = try evolved(bench)
            let loads = Array(try Self.lines(try bench.restlake(["loads", "--json"] + lake)).compactMap { $0["load_id"]?.string }.reversed())
            try #require(loads.count == 3)
            let second = "v2  widen_type: size bigint → double ($.size), first seen in load \(loads[1]), page 1, record 1"
            let third = "v3  widen_type: gone unknown → date ($.gone), first seen in load \(loads[2]), page 1, record 2"
            let added = "v3  add_column: note text ($.note), first seen in load \(loads[2]), page 1, record 1"
            expect(try bench.restlake(["schema", "items"] + lake), code: 0, says: ["version 3 of load \(loads[2])\n", second, third, added])
            expect(try bench.restlake(["schema", "items", "--version", "2"] + lake), code: 0,
                   says: ["version 2 of load \(loads[1]); the newest is 3", second, "'size': 'DOUBLE'"], never: ["v3", "note"])
            expect(try bench.restlake(["schema", "items", "--version", "v1", "--json"] + lake), code: 0, says: [#""version":1"#])
            let diff = try Self.lines(try bench.restlake(["schema", "items", "--diff", "1", "3", "--json"] + lake))
            #expect(diff.first?.text(pretty: false) == #"{"table":"items","version":2,"what":"widen_type","column":"size","column_id":4,"#
                + #""from":"bigint","to":"double","path":"$.size","kind":"widening","load_id":"\#(loads[1])","page":1,"record":1}"#)
            #expect(diff.compactMap { $0["version"]?.int } == [2, 3, 3, 3])
        }
    }

    @Test("--as hands out the version that is asked for, all tables where none is named, in diagrams a table with those below it")
    func forms() async throws {
        try await Bench.at { bench in
            let lake = try evolved(bench)
            let names = { (form: [String]) in try JSONValue(parsing: try bench.restlake(["schema"] + form + lake).out).object?.map(\.key) }
            #expect(try names(["--as", "json-schema"]) == ["items", "items__tags"])
            #expect(try names(["--as", "bigquery"]) == ["items", "items__tags"])
            expect(try bench.restlake(["schema", "items", "--as", "json-schema", "--version", "2"] + lake), code: 0,
                   says: ["items, schema version 2", "\"number\""], never: ["note"])
            expect(try bench.restlake(["schema", "items", "--as", "bigquery", "--version", "1"] + lake), code: 0, says: ["size"], never: ["gone"])
            expect(try bench.restlake(["schema", "items", "--as", "bigquery"] + lake), code: 0, says: [#""name": "gone", "type": "DATE""#])
            expect(try bench.restlake(["schema", "items", "--as", "frictionless", "--version", "1"] + lake), code: 0, says: ["gone"], never: ["note"])
            let package = try JSONValue(parsing: try bench.restlake(["schema", "--as", "frictionless"] + lake).out)
            #expect(package["resources"]?.array?.compactMap { $0["title"]?.string } == [
                "items, schema version 1", "items__tags, schema version 1", "items, schema version 2", "items, schema version 3",
                "items__tags, schema version 1",
            ])
            for form in ["mermaid", "dbml"] {
                expect(try bench.restlake(["schema", "--as", form] + lake), code: 0, says: ["\"items\"", "\"items__tags\"", "_parent_row_number"])
                expect(try bench.restlake(["schema", "items__tags", "--as", form] + lake), code: 0, says: ["\"items__tags\""], never: ["\"items\""])
            }
        }
    }

    @Test("a wrong choice names the right ones, and options that contradict each other are refused", arguments: [
        (["items", "--as", "jsonschema"], ["Did you mean 'json-schema'?", "json-schema, bigquery, frictionless, mermaid, dbml"]),
        (["items", "--version", "4"], ["which has 1, 2, 3", "'4'"]), (["items", "--version", "x"], ["which has 1, 2, 3", "'x'"]),
        (["--version", "1"], ["--version needs a table"]), (["--diff", "1", "2"], ["--diff needs a table"]),
        (["items", "--as", "dbml", "--version", "1"], ["newest versions"]),
        (["items", "--as", "dbml", "--json"], ["--as and --json"]), (["items", "--as", "dbml", "--diff", "1", "2"], ["--as and --diff"]),
        (["items", "--version", "1", "--diff", "1", "2"], ["--version and --diff"]), (["item"], ["Did you mean 'items'?"]),
    ] as [([String], [String])])
    func refusals(_ words: [String], _ says: [String]) async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["schema"] + words + (try evolved(bench))), code: 64, says: says)
        }
    }

    @Test("a dataset without CSV files has no package of them")
    func noCSV() async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(["--format", "jsonl", "--resource", "sub_statuses"]), code: 0)
            expect(try bench.restlake(["schema", "--as", "frictionless", "--lake", bench.lake]), code: 64, says: ["--format csv"])
        }
    }
}
