import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("Objects used as maps, and what earlier loads have settled")
struct MapTests {
    static let small = NormalizeLimits(keysPerObject: 3, keysPerRecord: 5)

    @Test("The keys of an object past its limit go into one JSON column; of equal ones the last counts")
    func rest() throws {
        let load = try load(
            #"[{"m":{"a":1,"b":2,"c":3,"d":4,"e":[5, {"x":"\u0000"}],"\u0064":6}},{"m":{"e":7,"a":8}},{"m":{"a":9}}]"#, limits: Self.small)
        #expect(load.tables["$"]?.map(\.cells) == [
            ["$.m.a": "n:1", "$.m.b": "n:2", "$.m.c": "n:3", "$.m#rest": #"j:{"e":[5,{"x":"<fffd>"}],"d":6}"#],
            ["$.m.a": "n:8", "$.m#rest": #"j:{"e":7}"#], ["$.m.a": "n:9"],
        ])
        #expect(load.normalizer.side == {
            var side = SideCounts()
            (side.duplicateKeys, side.restKeys, side.replacedInRest) = (1, 3, 1)
            return side
        }())
        let leaf = try #require((0..<load.normalizer.leafCount(table: 0)).map { load.normalizer.leaf(table: 0, $0) }.first { $0.isRest })
        #expect(leaf.pieces == ["m", "rest"] && leaf.isJSON && leaf.path.text == "$.m")
    }

    @Test("Where the lost key of an object made its further keys be walked twice, they are counted once")
    func restOfDuplicates() throws {
        let load = try load(#"[{"m":{"a":1,"b":2,"c":3,"d":4,"a":5,"e":{}}}]"#, limits: Self.small)
        #expect(load.tables["$"]?[0].cells == ["$.m.a": "n:5", "$.m.b": "n:2", "$.m.c": "n:3", "$.m#rest": #"j:{"d":4,"e":{}}"#])
        #expect(load.normalizer.side.restKeys == 2)
        #expect(load.normalizer.side.duplicateKeys == 1)
    }

    @Test("Records and elements of arrays have a limit of their own")
    func restOfRecords() throws {
        let load = try load(#"[{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"l":[{"a":1,"b":2,"c":3,"d":4,"e":5,"f":null}]}]"#, limits: Self.small)
        #expect(load.tables["$"]?[0].cells["$#rest"] == #"j:{"f":6,"l":[{"a":1,"b":2,"c":3,"d":4,"e":5,"f":null}]}"#)
        let elements = try LakeNormalizeTests.load(#"[{"l":[{"a":1,"b":2,"c":3,"d":4,"e":5,"f":null}]}]"#, limits: Self.small)
        #expect(elements.tables["$.l[*]"]?[0].cells["$.l[*]#rest"] == #"j:{"f":null}"#)
        #expect(elements.normalizer.leaf(table: 1, 5).pieces == ["rest"])
    }

    @Test("The limits are 200 keys of an object and 2000 of a record")
    func defaults() throws {
        func object(_ count: Int) -> String { "{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}" }
        #expect(try load("[\(object(2000))]").normalizer.side.restKeys == 0)
        #expect(try load("[\(object(2001))]").normalizer.side.restKeys == 1)
        #expect(try load("[{\"m\":\(object(200))}]").normalizer.side.restKeys == 0)
        #expect(try load("[{\"m\":\(object(201))}]").tables["$"]?[0].cells["$.m#rest"] == #"j:{"k200":200}"#)
    }

    @Test("A key that has a column keeps it, and a key that has none stays in the rest")
    func mapsOverLoads() throws {
        let known = [known("$.m.a"), known("$.m.b.x"), known("$.m", json: true, rest: true)]
        let load = try load(#"[{"m":{"new":1,"b":{"x":2},"a":3}}]"#, known: known, limits: Self.small)
        #expect(load.tables["$"]?[0].cells == ["$.m.a": "n:3", "$.m.b.x": "n:2", "$.m#rest": #"j:{"new":1}"#])
        #expect(load.normalizer.leafCount(table: 0) == 3)
    }

    @Test("More known columns than the limit are all kept")
    func knownPastLimit() throws {
        let known = (0..<40).map { LakeNormalizeTests.known("$.m.k\($0)") }
        let load = try load("[{\"m\":{" + (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}}]", known: known, limits: Self.small)
        #expect(load.columns == Set((0..<40).map { "$ $.m.k\($0)" }))
    }

    @Test("What was taken apart is taken apart, whatever nesting is asked for now", arguments: [0, 1, 1000])
    func flatStaysFlat(_ nesting: Int) throws {
        let known = [
            known("$.o.x"), known("$.l[*]", table: "$.l[*]"), known("$.p.l[*].y", table: "$.p.l[*]"), known("$.m[*][*]", table: "$.m[*][*]"),
        ]
        let load = try load(#"[{"o":{"x":1},"l":[2],"p":{"l":[{"y":3}]},"m":[[4]]}]"#, nesting: nesting, known: known)
        #expect(load.columns == ["$ $.o.x", "$.l[*] $.l[*]", "$.p.l[*] $.p.l[*].y", "$.m[*][*] $.m[*][*]"])
        #expect(load.tables["$.m[*]"] == [PlainRow(number: 1, parent: 1, root: 1)])
    }

    @Test("What was kept as JSON stays JSON, whatever nesting is asked for now", arguments: [0, 1, 1000])
    func jsonStaysJSON(_ nesting: Int) throws {
        let known = [known("$.o", json: true), known("$.l[*]", table: "$.l[*]", json: true), known("$.l[*].y", table: "$.l[*]", json: true)]
        let load = try load(#"[{"o":{"x":1}},{"o":[]},{"o":null},{"o":2},{"l":[[3],{"y":[4]}]}]"#, nesting: nesting, known: known)
        #expect(load.columns == ["$ $.o#json", "$ $.o", "$.l[*] $.l[*]#json", "$.l[*] $.l[*].y#json"])
        #expect(load.tables["$"]?[1].cells == ["$.o#json": "j:[]"])
    }

    @Test("An array that was a table stays one where an object of the same key becomes JSON", arguments: [
        #"[{"a":[1]},{"a":{"x":1}},{"a":[2]}]"#, #"[{"a":{"x":1}},{"a":[1]},{"a":[2]}]"#,
    ])
    func arrayBesideJSON(_ page: String) throws {
        let load = try load(page, nesting: 0, known: [known("$.a[*]", table: "$.a[*]")])
        #expect(load.tables["$.a[*]"]?.map(\.cells) == [["$.a[*]": "n:1"], ["$.a[*]": "n:2"]])
        #expect(load.columns == ["$ $.a#json", "$.a[*] $.a[*]"])
    }

    @Test("A column that held nothing but null becomes the column for JSON; one that held a scalar does not")
    func nullsOverLoads() throws {
        let null = try load(#"[{"a":[1]}]"#, nesting: 0, known: [known("$.a", nullOnly: true)])
        #expect(null.normalizer.leafCount(table: 0) == 1 && null.normalizer.leaf(table: 0, 0).isJSON)
        let scalar = try load(#"[{"a":[1]}]"#, nesting: 0, known: [known("$.a")])
        #expect(scalar.normalizer.leafCount(table: 0) == 2)
    }

    @Test("Known columns without values in this load leave no rows and no facts")
    func unused() throws {
        let load = try load(#"[{"b":1}]"#, known: [known("$.a"), known("$.l[*].x", table: "$.l[*]"), known("$['']"), known("$[' ']['']")])
        #expect(load.columns == ["$ $.b"])
        #expect(load.normalizer.tableCount == 2 && load.tables.keys.sorted() == ["$"])
        #expect(try LakeNormalizeTests.load(#"[{"":1," ":{"":2}}]"#, known: [known("$['']"), known("$[' ']['']")]).normalizer.leafCount(table: 0) == 2)
    }
}
