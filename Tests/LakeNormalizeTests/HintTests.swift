import LakeModel
import LakeNormalize
import LakeSource
import Testing

@Suite("Hints of the definition")
struct HintTests {
    static let anything = #"[{"o":{"x":1}},{"o":[1,{"y":null}]},{"o":"a"},{"o":2.50},{"o":true},{"o":null},{"o":{}},{"o":[]},{}]"#

    @Test("A field that is kept as JSON has one column, whatever it holds and however deep it is taken apart", arguments: [0, 1, 1000])
    func wholeValue(_ nesting: Int) throws {
        let load = try load(Self.anything, nesting: nesting, hints: [hint("o", .json)])
        #expect(load.columns == ["$ $.o#json"])
        #expect(load.tables["$"]?.map(\.cells) == [
            ["$.o#json": #"j:{"x":1}"#], ["$.o#json": #"j:[1,{"y":null}]"#], ["$.o#json": "s:a"], ["$.o#json": "n:2.50"], ["$.o#json": "true"],
            ["$.o": "null"], ["$.o#json": "j:{}"], ["$.o#json": "j:[]"], [:],
        ])
        #expect(load.normalizer.leafCount(table: 0) == 1 && load.normalizer.tableCount == 1 && load.normalizer.side.emptyContainers == 0)
    }

    @Test("It is named by its place or by its column", arguments: ["customer.metaData", "customer__meta_data", "customer__metaData"])
    func names(_ field: String) throws {
        let page = #"[{"customer":{"metaData":{"x":1},"tier":{"y":2}},"metaData":{"z":3}}]"#
        let load = try load(page, hints: [hint(field, .json)])
        #expect(load.columns == ["$ $.customer.metaData#json", "$ $.customer.tier.y", "$ $.metaData.z"])
    }

    @Test("A list makes no child table; nor does a list in an element of another")
    func lists() throws {
        let load = try load(#"[{"tags":[{"x":1}],"lines":[{"parts":[1,2]},{"parts":"none"}]}]"#, hints: [hint("tags", .json), hint("lines[*].parts", .json)])
        #expect(load.columns == ["$ $.tags#json", "$.lines[*] $.lines[*].parts#json"])
        #expect(load.tables["$.lines[*]"]?.map(\.cells) == [["$.lines[*].parts#json": "j:[1,2]"], ["$.lines[*].parts#json": "s:none"]])
    }

    @Test("Elements are kept whole by their place; by the name 'value' only those that are no objects")
    func elements() throws {
        let page = #"[{"l":[{"x":1},[2],3,"a",null]}]"#
        let whole = try load(page, hints: [hint("l[*]", .json)])
        #expect(whole.columns == ["$.l[*] $.l[*]#json"])
        #expect(whole.tables["$.l[*]"]?.map(\.cells) == [
            ["$.l[*]#json": #"j:{"x":1}"#], ["$.l[*]#json": "j:[2]"], ["$.l[*]#json": "n:3"], ["$.l[*]#json": "s:a"], ["$.l[*]": "null"],
        ])
        let named = try load(page, hints: [hint("l[*].value", .json)])
        #expect(named.columns == ["$.l[*] $.l[*]#json", "$.l[*] $.l[*].x"])
        #expect(try load(#"[1,"a",{"x":[2]}]"#, hints: [hint("value", .json)]).columns == ["$ $#json", "$.x[*] $.x[*]"])
    }

    @Test("Of two equal keys the last counts, as everywhere")
    func duplicateKeys() throws {
        let load = try load(#"[{"o":{"x":1},"o":3,"a":1}]"#, hints: [hint("o", .json)])
        #expect(load.tables["$"]?.map(\.cells) == [["$.o#json": "n:3", "$.a": "n:1"]] && load.normalizer.side.duplicateKeys == 1)
    }

    // MARK: What earlier loads have settled

    @Test("What was taken apart stays so", arguments: [
        known("$.o.x"), known("$.o[*]", table: "$.o[*]"), known("$.o[*].y", table: "$.o[*]"), known("$.o", json: true, rest: true),
    ])
    func takenApart(_ column: KnownColumn) throws {
        let load = try load(Self.anything, known: [column], hints: [hint("o", .json)])
        #expect(load.columns == (try LakeNormalizeTests.load(Self.anything, known: [column]).columns))
    }

    @Test("Elements whose fields are columns stay rows")
    func elementsTakenApart() throws {
        let load = try load(#"[{"l":[{"x":1},[2],3]}]"#, known: [known("$.l[*].x", table: "$.l[*]")], hints: [hint("l[*]", .json)])
        #expect(load.columns == ["$.l[*] $.l[*].x", "$.l[*] $.l[*]#json"])
    }

    @Test("Scalars that have a column keep it; objects and arrays are JSON beside it")
    func scalarColumn() throws {
        let load = try load(Self.anything, known: [known("$.o")], hints: [hint("o", .json)])
        #expect(load.columns == ["$ $.o", "$ $.o#json"] && load.normalizer.tableCount == 1)
        #expect(load.tables["$"]?[2].cells == ["$.o": "s:a"])
    }

    @Test("A column that held nothing but null becomes the JSON column; one that was JSON takes scalars too", arguments: [
        known("$.o", nullOnly: true), known("$.o", json: true),
    ])
    func becomesJSON(_ column: KnownColumn) throws {
        let load = try load(Self.anything, known: [column], hints: [hint("o", .json)])
        #expect(load.columns == ["$ $.o#json"] && load.normalizer.leafCount(table: 0) == 1)
    }

    // MARK: Other types

    @Test("A column of a given type never becomes the one for JSON, though it held only null", arguments: [true, false])
    func typedNulls(_ isKnown: Bool) throws {
        let load = try load(
            #"[{"a":null,"l":[null]},{"a":{"x":1},"l":[[1]]}]"#, nesting: 1, known: isKnown ? [known("$.a", nullOnly: true)] : [],
            hints: [hint("a", .bigint), hint("l[*]", .bigint)])
        let plain = try LakeNormalizeTests.load(#"[{"a":null},{"a":[1]}]"#, nesting: 0)
        #expect(plain.normalizer.leafCount(table: 0) == 1)
        #expect(load.columns.isSuperset(of: ["$ $.a", "$ $.a.x", "$.l[*] $.l[*]", "$.l[*] $.l[*]#json"]))
        let flat = try LakeNormalizeTests.load(#"[{"a":null},{"a":[1]}]"#, nesting: 0, hints: [hint("a", .bigint)])
        #expect(flat.columns == ["$ $.a", "$ $.a#json"])
    }

    @Test("The keys of an object that become columns are as many as the definition says")
    func maxColumnsPerPath() throws {
        let load = Load(maxColumnsPerPath: 2)
        try load.take(#"[{"m":{"a":1,"b":2,"c":3},"x":1,"y":2,"z":3}]"#)
        #expect(load.tables["$"]?[0].cells == ["$.m.a": "n:1", "$.m.b": "n:2", "$.m#rest": #"j:{"c":3}"#, "$.x": "n:1", "$.y": "n:2", "$.z": "n:3"])
    }

    @Test("Of several hints of a column, those of its place count before those of its name, and each adds what the others lack")
    func precedence() throws {
        let hints = ColumnHints([
            hint("a__b", .text, description: "by name"), hint("a.b", nil, description: "by place"), hint("a.b", .date), hint("c[*].b", .time),
        ])
        let leaf = LeafInfo(path: FieldPath([.key("a"), .key("b")]), pieces: ["a", "b"], isJSON: false, isRest: false)
        let found = try #require(hints.hint(of: leaf, in: FieldPath()))
        #expect(found.dataType == .date && found.description == "by place")
        #expect(hints.hint(of: leaf, in: FieldPath([.key("c"), .element])) == nil)
        let rest = LeafInfo(path: FieldPath([.key("a"), .key("b")]), pieces: ["a", "b", "rest"], isJSON: true, isRest: true)
        #expect(hints.hint(of: rest, in: FieldPath()) == nil)
        #expect(ColumnHints([hint("a__b__rest", nil, description: "the others")]).hint(of: rest, in: FieldPath())?.description == "the others")
    }
}

