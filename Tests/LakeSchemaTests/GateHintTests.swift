import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("The gate, where hints and JSON columns have a say")
struct GateHintTests {
    private func judge(
        _ page: String, _ contract: SchemaContract, hints: [ColumnHint] = [], key: [String] = [], nesting: Int = 1000, over lake: SchemaLake
    ) throws -> Judged {
        let gate = try #require(makeGate(gateResource(contract, hints: hints, key: key, nesting: nesting), lake))
        return try gate.judge(page)
    }

    @Test("In the first load only hints are held, and everything else comes")
    func firstLoad() throws {
        #expect(try judge(#"[{"a":"x","b":1,"c":[{"d":1}]},{"a":5,"b":"y"}]"#, contract(.discardRow), hints: [hint("a", .bigint)], over: SchemaLake()) == Judged(
            ["-", #"{"a":5,"b":"y"}"#], ["0 data_type requests.a $.a bigint<text discard_row"]))
        #expect(try judge(#"[{"tags":[{"w":"x"},{"w":1}]}]"#, contract(.discardValue), hints: [hint("w", .bigint, table: [.key("tags"), .all])], over: SchemaLake()) == Judged(
            [#"{"tags":[{},{"w":1}]}"#], ["0 data_type requests__tags.w $.tags[*].w bigint<text discard_value"], counts: [1, 0, 0]))
    }

    @Test("A declared column is not new, and is held to its declared type; by its place or by its column's name")
    func declared() throws {
        let known = try lake(#"[{"id":1,"n":null}]"#)
        let hints = [hint("late", .bigint), hint("any"), hint("o__p", .bigint), hint("n", .text)]
        #expect(try judge(#"[{"late":1,"any":"x","o":{"p":1},"n":"y"},{"late":"x","o":{"p":1.5,"q":1}},{"late":null}]"#, contract(.discardValue), hints: hints, over: known) == Judged(
            [#"{"late":1,"any":"x","o":{"p":1},"n":"y"}"#, "{}", #"{"late":null}"#], [
                "1 data_type requests.late $.late bigint<text discard_value", "1 data_type requests.o__p $.o.p bigint<double discard_value",
                "1 columns requests.o__q $.o.q -<bigint discard_value",
            ], counts: [3, 0, 0]))
    }

    @Test("A hint that the committed column may become is what values are held against, another one is not")
    func base() throws {
        let known = try lake(#"[{"wide":1,"narrow":"x"}]"#)
        #expect(try judge(#"[{"wide":1.5,"narrow":"y"},{"wide":"z"}]"#, contract(.discardValue), hints: [hint("wide", .double), hint("narrow", .bigint)], over: known) == Judged(
            [#"{"wide":1.5,"narrow":"y"}"#, "{}"], ["1 data_type requests.wide $.wide double<text discard_value"], counts: [1, 0, 0]))
    }

    @Test("A row without a value that it must have goes, whatever is discarded else", arguments: [SchemaContract.Mode.discardValue, .discardRow])
    func required(_ mode: SchemaContract.Mode) throws {
        let known = try lake(#"[{"a":1,"o":{"p":1},"tags":[{"k":1}]}]"#)
        let hints = [hint("a", .bigint, nullable: false), hint("k", table: [.key("tags"), .all], nullable: false)]
        #expect(try judge(#"[{"a":1},{"a":null},{"o":{"p":2}},{"a":2,"tags":[{"k":null},{},{"k":3}]},{"a":"x"}]"#, contract(mode), hints: hints, over: known) == Judged(
            [#"{"a":1}"#, "-", "-", #"{"a":2,"tags":[{"k":3}]}"#, "-"], [
                "1 nullable requests.a $.a bigint<- \(mode.rawValue)", "2 nullable requests.a $.a bigint<- \(mode.rawValue)",
                "3 nullable requests__tags.k $.tags[*].k bigint<- \(mode.rawValue)", "3 nullable requests__tags.k $.tags[*].k bigint<- \(mode.rawValue)",
                "4 data_type requests.a $.a bigint<text \(mode.rawValue)",
            ], counts: [0, 2, 0]))
    }

    @Test("A frozen contract throws where a value that must be there is missing, an evolving one does not look")
    func requiredModes() throws {
        let known = try lake(#"[{"a":1}]"#), hints = [hint("o.p", .text, nullable: false)]
        #expect { try judge(#"[{"a":1,"o":{"p":"x"}},{"a":1}]"#, contract(.freeze), hints: hints, over: known) } throws: {
            ($0 as? SchemaBreach)?.short == "nullable requests.o__p $.o.p text<-" && ($0 as? SchemaBreach)?.place == Place(page: 3, record: 2)
        }
        #expect(try judge(#"[{"a":1}]"#, contract(.discardRow, .discardRow, .evolve), hints: hints, over: known) == Judged([#"{"a":1}"#]))
    }

    @Test("A part of the primary key is not left out of its record: the record goes")
    func primaryKey() throws {
        let known = try lake(#"[{"id":1,"a":1}]"#)
        #expect(try judge(#"[{"id":"x","a":2},{"id":2,"a":"y"},{"a":3},5]"#, contract(.discardValue), key: ["id"], over: known) == Judged(
            ["-", #"{"id":2}"#, #"{"a":3}"#, "5"], ["0 data_type requests.id $.id bigint<text discard_value", "1 data_type requests.a $.a bigint<text discard_value"],
            counts: [1, 0, 0]))
    }

    @Test("What lies deeper than tables go is one value")
    func nesting() throws {
        let known = SchemaLake()
        try known.load([#"[{"o":{"p":1},"j":{"p":{"q":1}},"a":1,"n":null}]"#], nesting: 1)
        #expect(known.columns() == ["o__p:bigint", "j__p:json", "a:bigint", "n:unknown"])
        #expect(try judge(#"[{"o":{"p":[1]},"j":{"p":{"x":["y"]},"z":{"w":1}}},{"j":{"p":null}},{"j":{"p":5}}]"#, contract(.discardValue), nesting: 1, over: known) == Judged(
            [#"{"o":{},"j":{"p":{"x":["y"]}}}"#, #"{"j":{"p":null}}"#, #"{"j":{}}"#], [
                "0 columns requests.\(Names.tagged("o__p", path: "$.o.p#json")) $.o.p -<json discard_value", "0 columns requests.j__z $.j.z -<json discard_value",
                "2 columns requests.\(Names.tagged("j__p", path: "$.j.p")) $.j.p -<bigint discard_value",
            ], counts: [3, 0, 0]))
        #expect(try judge(#"[{"n":{"x":1}},{"more":[1]}]"#, contract(.discardValue), nesting: 0, over: known) == Judged(
            ["{}", "{}"], ["0 columns requests.n $.n unknown<json discard_value", "1 columns requests.more $.more -<json discard_value"], counts: [2, 0, 0]))
    }

    @Test("A column wanted as JSON takes every value whole; a path that was taken apart stays so")
    func json() throws {
        let known = try lake(#"[{"o":{"p":1},"list":[1],"a":1}]"#)
        let hints = [hint("j", .json), hint("o", .json), hint("list", .json), hint("a", .json)]
        #expect(try judge(#"[{"j":{"x":[1]}},{"j":[1,"y"]},{"j":"z"},{"o":{"p":2,"q":1}},{"list":["x"]},{"a":"x"},{"a":[{"b":1}]}]"#, contract(.discardValue), hints: hints, over: known) == Judged(
            [#"{"j":{"x":[1]}}"#, #"{"j":[1,"y"]}"#, #"{"j":"z"}"#, #"{"o":{"p":2}}"#, #"{"list":[{}]}"#, "{}", #"{"a":[{"b":1}]}"#], [
                "3 columns requests.o__q $.o.q -<bigint discard_value", "4 data_type requests__list.value $.list[*] bigint<text discard_value",
                "5 data_type requests.a $.a bigint<text discard_value",
            ], counts: [3, 0, 0]))
    }

    @Test("Elements are JSON whole where the definition names their place; by their column's name only those that are no objects")
    func jsonElements() throws {
        let known = try lake(#"[{"id":1,"list":[],"tags":[{"k":1}]}]"#), list: [Selector.Step] = [.key("list"), .all], tags: [Selector.Step] = [.key("tags"), .all]
        let page = #"[{"list":[{"x":1},[2],"y"],"tags":[{"k":"z"},[1]]}]"#
        #expect(try judge(page, contract(.evolve, .discardValue, .discardValue), hints: [hint("", .json, table: list), hint("", .json, table: tags)], over: known) == Judged(
            [#"{"list":[{"x":1},[2],"y"],"tags":[{},[1]]}"#], ["0 data_type requests__tags.k $.tags[*].k bigint<text discard_value"], counts: [1, 0, 0]))
    }

    @Test("A hint that does not hold what the column has held changes nothing")
    func narrow() throws {
        let known = try lake(#"[{"a":12345}]"#), size = try #require(DecimalSize(precision: 3, scale: 0))
        #expect(try judge(#"[{"a":99999}]"#, contract(.freeze), hints: [hint("a", .decimal(size))], over: known).records == [#"{"a":99999}"#])
        #expect(throws: SchemaBreach.self) { try judge(#"[{"a":99999}]"#, contract(.freeze), hints: [hint("a", .decimal(size))], over: lake(#"[{"a":1}]"#)) }
    }

    @Test("The further keys of an object used as a map are in their column already")
    func maps() throws {
        let known = SchemaLake()
        try known.load([#"[{"m":{"a":1,"b":2,"c":3}}]"#], limits: NormalizeLimits(keysPerObject: 2))
        #expect(known.columns() == ["m__a:bigint", "m__b:bigint", "m__rest:json"])
        #expect(try judge(#"[{"m":{"a":"x","d":1,"e":{"f":[1]},"g":null}},{"m":{"b":{"c":1}}}]"#, contract(.discardValue), over: known) == Judged(
            [#"{"m":{"d":1,"e":{"f":[1]},"g":null}}"#, #"{"m":{"b":{}}}"#],
            ["0 data_type requests.m__a $.m.a bigint<text discard_value", "1 columns requests.m__b__c $.m.b.c -<bigint discard_value"], counts: [2, 0, 0]))
    }
}
