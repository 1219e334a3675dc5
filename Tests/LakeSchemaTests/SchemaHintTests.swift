import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("Hints of columns in the schema of a table")
struct SchemaHintTests {
    private static let money = ColumnType.decimal(DecimalSize(precision: 10, scale: 2) ?? .usual)

    private func lake(_ pages: String..., hints: ColumnHint..., closing: Bool = false) throws -> SchemaLake {
        let lake = SchemaLake()
        try lake.load(pages, hints: hints, closing: closing)
        return lake
    }

    // MARK: Types

    @Test("A hinted type is known from the first row on, though that is null; no version and no part comes of the values")
    func knownFromTheStart() throws {
        let lake = try lake(
            #"[{"a":null,"b":null,"c":null,"l":[null]}]"#, #"[{"a":1,"b":2,"c":{"x":1},"l":["2026-11-23"]}]"#, #"[{"a":2.5,"b":true,"c":"x"}]"#,
            hints: hint("a", Self.money), hint("b", .text), hint("c", .json), hint("l[*]", .date), closing: true)
        #expect(lake.columns() == ["a:decimal(10,2)", "b:text", "c:json"] && lake.columns("requests__l") == ["value:date"])
        #expect(lake.known.values.allSatisfy { $0.version.version == 1 })
        #expect(try #require(lake.plans["requests"]).map(\.reencoded) == [[], [], []])
    }

    @Test("A value that does not fit widens; a part closes only where bare numbers become text", arguments: [
        (hint("a", .bigint), "1", #""x""#, ColumnType.text, true), (hint("a", .bigint), "1", "1.5", .double, false),
        (hint("a", .double), "1", "9007199254740993", .decimal(.usual), true), (hint("a", money), "1", "1.125", .decimal(.usual), false),
        (hint("a", money), "1", #""x""#, .text, false), (hint("a", .date), #""2026-11-23""#, "1", .text, false),
        (hint("a", .boolean), "true", "1", .text, true), (hint("a", .json), "1", #""x""#, .json, false),
    ])
    func broken(_ hint: ColumnHint, _ first: String, _ second: String, _ type: ColumnType, _ reencodes: Bool) throws {
        let lake = try lake(#"[{"a":\#(first)}]"#, #"[{"a":\#(second)}]"#, hints: hint, closing: true)
        #expect(lake.version()?.columns[2].type == type)
        #expect(try #require(lake.plans["requests"]).map(\.reencoded) == [[], reencodes ? [2] : []])
    }

    /// The values of the first load, the hint of the second and its values, and the types after each.
    static let laterHints: [(first: String, hint: ColumnType, second: String, types: [ColumnType])] = [
        ("1", .text, "2", [.bigint, .text]), ("1", money, "2", [.bigint, money]), ("1.5", money, "2", [.double, money]),
        ("1.125", money, "2", [.double, .double]), ("1e5", money, "2", [.double, .double]), ("12345678901", money, "2", [.bigint, .bigint]),
        ("1", .double, "2", [.bigint, .double]), (#""x""#, .bigint, "2", [.text, .text]), ("1.5", .bigint, "2", [.double, .double]),
        ("null", .date, "null", [.unknown, .date]), ("null", .json, "null", [.unknown, .json]), ("null", .json, #"{"x":1}"#, [.unknown, .json]),
        ("1", .json, "2", [.bigint, .bigint]), (#""2026-11-23""#, .text, "null", [.date, .text]), ("true", .bigint, "false", [.boolean, .boolean]),
    ]

    @Test("A new hint of a committed column holds from the first page on, where it holds all its values", arguments: laterHints)
    func laterHint(_ item: (first: String, hint: ColumnType, second: String, types: [ColumnType])) throws {
        let lake = SchemaLake()
        try lake.load([#"[{"a":\#(item.first)}]"#])
        try lake.load([#"[{"b":1}]"#, #"[{"a":\#(item.second)}]"#], hints: [hint("a", item.hint)], closing: true)
        #expect(lake.version()?.columns[2].type == item.types[1])
        #expect(try #require(lake.plans["requests"]).allSatisfy { $0.reencoded.isEmpty })
        let changes = try #require(lake.tables["requests"]).newVersions.flatMap(\.changes).filter { $0.what == .widenType }
        #expect(changes.map(\.from) == (item.types[0] == item.types[1] ? [] : [item.types[0]]))
        // A JSON column of nulls is one once its first null comes.
        #expect(changes.allSatisfy { $0.place == Place(page: item.hint == .json ? 2 : 1, record: 1) })
        let committed = lake.version()
        try lake.load([#"[{"a":null,"b":2}]"#])
        #expect(lake.version() == committed, "a type stays when the hint goes")
    }

    @Test("Facts are what was seen, whatever type the definition gives")
    func facts() throws {
        let hinted = try lake(#"[{"a":1}]"#, hints: hint("a", .text)), plain = try lake(#"[{"a":1}]"#)
        #expect(hinted.known["requests"]?.facts == plain.known["requests"]?.facts)
    }

    @Test("Any order of records, any pages and any loads give the same types with hints")
    func order() throws {
        let scalars = ["null", "1", "2.5", "1e5", "true", #""x""#, #""2026-11-23""#, #"{"k":1}"#, "[1]", "12345678901"]
        let hints = [hint("a", .json), hint("b", Self.money), hint("c", .text), hint("d__k", .bigint), hint("e", .date), hint("c[*]", .double)]
        for seed in UInt64(1)...40 {
            var random = SplitMix(state: seed)
            let records = (0..<10).map { _ in
                "{" + ["a", "b", "c", "d", "e"].filter { _ in random.below(3) > 0 }.map { "\"\($0)\":\(random.pick(scalars))" }.joined(separator: ",") + "}"
            }
            let wanted = SchemaLake()
            try wanted.load(["[" + records.joined(separator: ",") + "]"], hints: hints)
            for _ in 0..<4 {
                let lake = SchemaLake()
                var rest = records.shuffled(using: &random)[...]
                while !rest.isEmpty {
                    let count = 1 + random.below(5)
                    try lake.load(rest.prefix(count).map { "[\($0)]" }, hints: hints, closing: random.below(2) == 0)
                    rest = rest.dropFirst(count)
                }
                let difference = lake.shape.symmetricDifference(wanted.shape).map { String(decoding: $0, as: UTF8.self) }
                try #require(difference.isEmpty, "seed \(seed)")
            }
        }
    }

    // MARK: Nullable

    private func nullable(_ lake: SchemaLake, _ table: String = "requests") -> [Bool] {
        lake.version(table)?.columns.filter { !$0.isSystem }.map(\.isNullable) ?? []
    }

    @Test("A column is not nullable where the definition says so and every row has a value", arguments: [
        (#"[{"id":1},{"id":2}]"#, #"[{"id":3}]"#, false), (#"[{"id":1},{"id":null}]"#, #"[{"id":3}]"#, true), (#"[{"id":1},{"x":2}]"#, #"[{"id":3}]"#, true),
        (#"[{"id":1}]"#, #"[{"x":3}]"#, true), (#"[{"x":1}]"#, #"[{"id":3}]"#, true), (#"[{"id":1}]"#, #"[{"id":2},{"id":null}]"#, true),
    ])
    func notNull(_ first: String, _ second: String, _ isNullable: Bool) throws {
        let one = try lake(first, second, hints: hint("id", nullable: false))
        #expect(one.version()?.columns.first { $0.name == "id" }?.isNullable == isNullable)
        #expect(one.version()?.changes.map(\.what) == [.addTable], "within one part it is one version")
        let two = SchemaLake()
        try two.load([first], hints: [hint("id", nullable: false)])
        try two.load([second], hints: [hint("id", nullable: false)])
        #expect(two.version()?.columns.first { $0.name == "id" }?.isNullable == isNullable)
    }

    @Test("A row without a value makes it nullable for ever, and tells the first one", arguments: [#"{"id":null}"#, "{}"])
    func allowNull(_ row: String) throws {
        let lake = SchemaLake(), hints = [hint("id", nullable: false)]
        try lake.load([#"[{"id":1}]"#], hints: hints)
        #expect(nullable(lake) == [false])
        try lake.load([#"[{"id":2}]"#, #"[{"id":3},\#(row),{"id":4},\#(row)]"#], hints: hints)
        #expect(lake.version()?.changes == [
            SchemaChange(.allowNull, column: "id", columnID: 3, path: FieldPath([.key("id")]), load: "load2", place: Place(page: 2, record: 2)),
        ])
        #expect(lake.version()?.changes.first?.json["kind"] == "widening" && lake.version()?.version == 2)
        #expect(try #require(lake.plans["requests"]).allSatisfy { $0.reencoded.isEmpty && !$0.addsColumns }, "no part closes for it")
        try lake.load([#"[{"id":5}]"#], hints: hints)
        #expect(nullable(lake) == [true] && lake.version()?.version == 2)
    }

    @Test("A column that was nullable, or came later than the table, stays nullable")
    func stays() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"id":1}]"#])
        try lake.load([#"[{"id":2,"new":1}]"#], hints: [hint("id", nullable: false), hint("new", nullable: false)])
        #expect(nullable(lake) == [true, true])
    }

    @Test("Without its hint it stays not nullable until a row lacks it; a hint that it is nullable makes it so at once")
    func hintGone() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"id":1}]"#], hints: [hint("id", nullable: false)])
        try lake.load([#"[{"id":2}]"#])
        #expect(nullable(lake) == [false] && lake.version()?.version == 1)
        try lake.load([#"[{"id":2}]"#], hints: [hint("id", nullable: true)])
        #expect(nullable(lake) == [true])
        #expect(lake.version()?.changes.map(\.what) == [.allowNull] && lake.version()?.changes.first?.place == Place(page: 1, record: 1))
    }

    @Test("Rows of child tables count for themselves; JSON values are values")
    func children() throws {
        let lake = try lake(
            #"[{"l":[{"k":1},{"k":{"x":1}}]},{"l":[{"k":"a"}]},{}]"#, hints: hint("l[*].k", .json, nullable: false))
        #expect(lake.columns("requests__l") == ["k:json"] && nullable(lake, "requests__l") == [false])
    }

    @Test("Types and nulls that change together are two changes")
    func together() throws {
        let lake = SchemaLake(), hints = [hint("a", nullable: false)]
        try lake.load([#"[{"a":1}]"#], hints: hints)
        try lake.load([#"[{"a":1.5},{"a":null}]"#], hints: hints)
        #expect(lake.version()?.changes.map(\.what) == [.widenType, .allowNull])
        #expect(lake.version()?.changes.map(\.place.record) == [1, 2])
        #expect(try #require(lake.version()).json.text(pretty: false).contains(#""what":"allow_null","column":"a","column_id":3,"path":"$.a","kind":"widening""#))
    }

    // MARK: Descriptions and counts

    @Test("A description stands in the documents, and a change of it alone makes no version")
    func descriptions() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"id":1}]"#], hints: [hint("id", description: "of the ticket")])
        let first = try #require(lake.version())
        #expect(first.columns[2].description == "of the ticket")
        #expect(try SchemaVersion(json: first.json) == first)
        try lake.load([#"[{"id":2}]"#], hints: [hint("id", description: "another")])
        #expect(lake.version() == first && lake.tables["requests"]?.columns[2].description == "another")
        try lake.load([#"[{"id":2.5}]"#], hints: [hint("id", description: "another")])
        #expect(lake.version()?.columns[2].description == "another")
        try lake.load([#"[{"id":2,"x":1}]"#])
        #expect(lake.version()?.columns.map(\.description) == [nil, nil, nil, nil])
    }

    @Test("Values other than null are counted by column")
    func values() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"a":1,"b":null},{"a":2}]"#, #"[{"a":null,"b":[1,null,2]},{"a":3}]"#])
        #expect(lake.tables["requests"]?.values == [0, 0, 3, 0] && lake.tables["requests__b"]?.values == [0, 0, 0, 0, 0, 2])
        try lake.load([#"[{"a":1}]"#])
        #expect(lake.tables["requests"]?.values == [0, 0, 1, 0], "of this load alone")
    }
}
