import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("The schema of a table")
struct TableSchemaTests {
    @Test("System columns come first, then columns in the order in which they were first seen")
    func columns() throws {
        let lake = try lake(#"[{"id":1,"customer":{"name":"x","tags":["a"]},"score":1.5},{"note":null,"id":2}]"#)
        #expect(lake.columns() == ["id:bigint", "customer__name:text", "score:double", "note:unknown"])
        #expect(lake.columns("requests__customer__tags") == ["value:text"])
        #expect(lake.version()?.columns.prefix(2) == [
            Column(id: 1, name: "_load_id", type: .text, isNullable: false), Column(id: 2, name: "_row_number", type: .bigint, isNullable: false),
        ])
        let child = try #require(lake.version("requests__customer__tags"))
        #expect(child.columns.map(\.name) == ["_load_id", "_row_number", "_parent_row_number", "_root_row_number", "_list_index", "value"])
        #expect((child.parent, child.path.text, child.resource) == ("requests", "$.customer.tags[*]", "requests"))
    }

    /// Values of a column in two pages: its type after each, and whether the open part must close.
    static let steps: [(first: String, second: String, types: [ColumnType], reencodes: Bool)] = [
        ("null", "1", [.unknown, .bigint], false), ("null", #""x""#, [.unknown, .text], false), ("null", "true", [.unknown, .boolean], false),
        ("1", "2", [.bigint, .bigint], false), ("1", "2.5", [.bigint, .double], false), ("1", "-0", [.bigint, .double], false),
        ("1", "9223372036854775808", [.bigint, .decimal(.usual)], true), ("9007199254740993", "0.5", [.bigint, .decimal(.usual)], true),
        ("1.5", "0.1234567890123456789", [.double, .text], true), ("1.5", "9007199254740993", [.double, .decimal(.usual)], true),
        ("1", #""x""#, [.bigint, .text], true), ("true", "1", [.boolean, .text], true), ("1.5", #""""#, [.double, .text], true),
        ("9223372036854775808", "1e5", [.decimal(.usual), .text], false), (#""2026-11-23""#, #""x""#, [.date, .text], false),
        (#""2026-11-23""#, #""02:00:00""#, [.date, .text], false), (#""2026-11-23""#, "1", [.date, .text], false),
        (#""x""#, "true", [.text, .text], false), ("1", "null", [.bigint, .bigint], false),
    ]

    @Test("A type widens, and only a change of the encoding closes the open part", arguments: steps)
    func widening(_ step: (first: String, second: String, types: [ColumnType], reencodes: Bool)) throws {
        let lake = try lake(#"[{"a":\#(step.first)}]"#, #"[{"a":\#(step.second)}]"#, closing: true)
        let plans = try #require(lake.plans["requests"])
        #expect(plans.map(\.addsColumns) == [true, false])
        #expect(plans.map(\.reencoded) == [[], step.reencodes ? [2] : []])
        let versions = try #require(lake.tables["requests"]).newVersions
        #expect(versions.map { $0.columns[2].type } == (step.types[0] == step.types[1] ? [step.types[0]] : step.types))
    }

    @Test("A change tells what, from, to, and the page and record where it was first seen")
    func changes() throws {
        let lake = try lake(
            #"[{"id":1}]"#, #"[{"id":2},{"id":3,"score":1,"x":null},{"score":2}]"#, #"[{"score":3},{"score":"high"},{"score":4.5,"late":true}]"#,
            closing: true)
        let versions = try #require(lake.tables["requests"]).newVersions
        #expect(versions.map(\.version) == [1, 2, 3])
        #expect(versions.map(\.parentVersion) == [nil, 1, 2])
        #expect(versions[0].changes == [SchemaChange(.addTable, load: "load1", place: Place(page: 1, record: 1))])
        #expect(versions[1].changes == [
            SchemaChange(.addColumn, column: "score", columnID: 4, to: .bigint, path: FieldPath([.key("score")]), load: "load1", place: Place(page: 2, record: 2)),
            SchemaChange(.addColumn, column: "x", columnID: 5, to: .unknown, path: FieldPath([.key("x")]), load: "load1", place: Place(page: 2, record: 2)),
        ])
        #expect(versions[2].changes == [
            SchemaChange(
                .widenType, column: "score", columnID: 4, from: .bigint, to: .text, path: FieldPath([.key("score")]), load: "load1", place: Place(page: 3, record: 2)),
            SchemaChange(.addColumn, column: "late", columnID: 6, to: .boolean, path: FieldPath([.key("late")]), load: "load1", place: Place(page: 3, record: 3)),
        ])
    }

    @Test("Between two versions a column tells its first change, and the record that needed a wider type than all before it")
    func firstChange() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"a":1}]"#])
        try lake.load([#"[{"a":2},{"a":3}]"#, #"[{"a":4},{"a":5},{"a":6.5}]"#, #"[{"a":"x"}]"#])
        #expect(lake.version()?.changes == [
            SchemaChange(.widenType, column: "a", columnID: 3, from: .bigint, to: .text, path: FieldPath([.key("a")]), load: "load2", place: Place(page: 2, record: 3)),
        ])
    }

    @Test("A type that only several records together need is placed at the record that completed it")
    func togetherChange() throws {
        let lake = try lake(#"[{"a":9007199254740993}]"#, #"[{"a":1},{"a":0.5},{"a":2}]"#, closing: true)
        let change = try #require(lake.version()?.changes.first)
        #expect((change.from, change.to, change.place) == (.bigint, .decimal(.usual), Place(page: 2, record: 2)))
    }

    @Test("A table that did not change keeps its committed version, and facts grow without one")
    func unchanged() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"a":1,"b":[1]}]"#])
        let first = lake.known
        try lake.load([#"[{"a":900},{}]"#])
        #expect(lake.tables["requests"]?.newVersions.isEmpty == true)
        #expect(lake.version() == first["requests"]?.version)
        #expect(lake.known["requests"]?.facts[2].largest == 900)
        #expect(lake.known["requests__b"]?.version == first["requests__b"]?.version)
        try lake.load([#"[{"a":1.5}]"#])
        #expect((lake.version()?.version, lake.version()?.parentVersion, lake.version()?.load) == (2, 1, "load3"))
    }

    @Test("Where the facts of a committed column are lost, its type does not become narrower", arguments: ColumnType.allCases)
    func lostFacts(_ type: ColumnType) throws {
        let column = Column(id: 3, name: "a", type: type, path: FieldPath([.key("a")]))
        let version = SchemaVersion(
            table: "r", resource: "r", path: FieldPath(), parent: nil, version: 4, parentVersion: 3, load: "l",
            columns: SystemColumns.columns(isChild: false) + [column], changes: [])
        for facts in [[], Array(repeating: ColumnFacts(), count: 3)] {
            let schema = TableSchema(name: "r", resource: "r", path: FieldPath(), parent: nil, load: "m", known: KnownTable(version: version, facts: facts))
            #expect(schema.facts == Array(repeating: ColumnFacts(), count: 3), "facts are what was seen")
            #expect(schema.columns[2].type == type)
            #expect(schema.closeVersion() == version)
        }
    }

    @Test("Paths that fold to one name: the first keeps it for ever, the others get characters of their path's hash")
    func collisions() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"fooBar":1,"foo_bar":2,"Foo Bar":3,"a":{"b":4},"a__b":5}]"#])
        let names = try #require(lake.version()).columns.dropFirst(2).map(\.name)
        #expect(names[0] == "foo_bar" && names[3] == "a__b" && Set(names).count == 5)
        #expect([1, 2].allSatisfy { names[$0].hasPrefix("foo_bar_") && names[$0].utf8.count == 14 } && names[4].hasPrefix("a__b_"))
        #expect(names[1] == Names.tagged("foo_bar", path: "$.foo_bar"))
        try lake.load([#"[{"a__b":1,"Foo Bar":1,"foo_bar":1}]"#, #"[{"fooBar":1,"new":1}]"#])
        #expect(lake.version()?.columns.dropFirst(2).map(\.name) == names + ["new"])
    }

    @Test("No column of a source takes the name of a system column", arguments: Array(SystemColumns.reserved).sorted())
    func reserved(_ name: String) throws {
        let lake = try lake(#"[{"\#(name)":1,"t":[{"\#(name)":2}]}]"#)
        for table in ["requests", "requests__t"] {
            let columns = try #require(lake.version(table)).columns
            #expect(columns.last?.name == Names.tagged(name, path: "$" + (table == "requests" ? "" : ".t[*]") + "." + name))
            #expect(Set(columns.map(\.name)).count == columns.count)
        }
    }

    @Test("Two spellings of a letter are two columns and two tables, over loads too")
    func spellings() throws {
        let lake = SchemaLake()
        let page = "[{\"é\":1,\"e\u{301}\":\"x\",\"t\":{\"é\":[1],\"e\u{301}\":[\"x\"]}}]"
        for _ in 0..<2 {
            try lake.load([page])
            #expect(lake.columns() == ["ue9:bigint", "eu301:text"])
            #expect(lake.columns("requests__t__ue9") == ["value:bigint"] && lake.columns("requests__t__eu301") == ["value:text"])
            #expect(lake.known.count == 3)
        }
        #expect(lake.version()?.version == 1)
    }

    @Test("A column of nothing but null becomes the JSON column of its path; scalars get one of their own", arguments: [true, false])
    func nullThenJSON(_ inOneLoad: Bool) throws {
        let pages = [#"[{"a":null}]"#, #"[{"a":{"x":1}}]"#, #"[{"a":null},{"a":2}]"#, #"[{"a":[3]},{"a":4}]"#]
        let lake = SchemaLake()
        for load in inOneLoad ? [pages] : pages.map({ [$0] }) { try lake.load(load, nesting: 0, closing: true) }
        #expect(lake.columns() == ["a:json", Names.tagged("a", path: "$.a") + ":bigint"])
        #expect(lake.version()?.version == 3)
    }

    @Test("A page in which a column of nulls becomes JSON and its path's scalars come keeps them apart", arguments: [true, false])
    func nullThenBoth(_ inOneLoad: Bool) throws {
        let pages = [#"[{"a":null}]"#, #"[{"a":[1]},{"a":2.5},{"a":null}]"#]
        let lake = SchemaLake()
        for load in inOneLoad ? [pages] : pages.map({ [$0] }) { try lake.load(load, nesting: 0) }
        #expect(lake.columns() == ["a:json", Names.tagged("a", path: "$.a") + ":double"])
    }

    @Test("Names keep to 63 bytes and stay distinct")
    func longNames() throws {
        let key = String(repeating: "k", count: 70)
        let lake = try lake("[{\"\(key)1\":1,\"\(key)2\":2,\"o\":{\"\(key)\":[1]}}]")
        let names = try #require(lake.version()).columns.dropFirst(2).map(\.name)
        #expect(Set(names).count == 2 && names.allSatisfy { $0.utf8.count == 63 && $0.hasPrefix(String(key.prefix(56)) + "_") })
        #expect(lake.known.keys.sorted().map(\.utf8.count) == [8, 63])
    }

    @Test("Objects used as maps keep their columns and their rest over loads")
    func maps() throws {
        let lake = SchemaLake(), limits = NormalizeLimits(keysPerObject: 2, keysPerRecord: 9)
        try lake.load([#"[{"m":{"a":{},"b":2,"c":3}}]"#], limits: limits)
        #expect(lake.columns() == ["m__b:bigint", "m__rest:json"])
        try lake.load([#"[{"m":{"c":1,"d":2,"b":3}}]"#], limits: limits)
        #expect(lake.columns() == ["m__b:bigint", "m__rest:json"] && lake.version()?.version == 1)
    }

    @Test("A child table without columns of its own stays a table", arguments: [0, 1000])
    func emptyElements(_ nesting: Int) throws {
        let lake = SchemaLake()
        try lake.load([#"[{"l":[{}]}]"#])
        #expect(lake.columns("requests__l").isEmpty)
        try lake.load([#"[{"l":[5]}]"#], nesting: nesting)
        #expect(lake.columns("requests__l") == ["value:bigint"] && lake.columns().isEmpty)
    }
}
