import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("The gate of contracts")
struct ContractGateTests {
    /// What every case is held against.
    private static let committed = #"[{"id":1,"a":1,"t":"x","n":null,"day":"2026-11-23","big":1.5,"o":{"p":1,"q":true},"tags":[{"k":"v"}],"list":[1,2],"deep":[[1]]}]"#

    struct Case: Sendable, CustomTestStringConvertible {
        var contract: SchemaContract
        var page: String
        var wanted: Judged
        init(_ contract: SchemaContract, _ page: String, _ records: [String], _ breaches: [String] = [], _ counts: [Int] = [0, 0, 0]) {
            self.contract = contract
            self.page = page
            wanted = Judged(records, breaches, counts: counts)
        }
        var testDescription: String { "\(contract.tables.rawValue)/\(contract.columns.rawValue)/\(contract.dataType.rawValue) \(page)" }
    }

    static let value = contract(.discardValue), row = contract(.discardRow)

    static let cases: [Case] = [
        // What fits goes on, and so does what leaves nothing.
        Case(value, #"[{"id":2,"a":5,"t":"y","n":null,"o":{"p":3},"tags":[],"list":[3]}]"#, [#"{"id":2,"a":5,"t":"y","n":null,"o":{"p":3},"tags":[],"list":[3]}"#]),
        Case(row, #"[{"t":5},{"t":true},{"big":2},{"a":null,"o":{},"day":"2026-01-01"}]"#, [#"{"t":5}"#, #"{"t":true}"#, #"{"big":2}"#, #"{"a":null,"o":{},"day":"2026-01-01"}"#]),
        // Types.
        Case(value, #"[{"id":2,"a":"five","t":"y"}]"#, [#"{"id":2,"t":"y"}"#], ["0 data_type requests.a $.a bigint<text discard_value"], [1, 0, 0]),
        Case(row, #"[{"id":2,"a":"five"},{"id":3}]"#, ["-", #"{"id":3}"#], ["0 data_type requests.a $.a bigint<text discard_row"]),
        Case(value, #"[{"a":1.5,"day":"soon","o":{"q":1,"p":1}}]"#, [#"{"o":{"p":1}}"#], [
            "0 data_type requests.a $.a bigint<double discard_value", "0 data_type requests.day $.day date<text discard_value",
            "0 data_type requests.o__q $.o.q boolean<bigint discard_value",
        ], [3, 0, 0]),
        Case(value, #"[{"a":9223372036854775808}]"#, ["{}"], ["0 data_type requests.a $.a bigint<decimal(38,9) discard_value"], [1, 0, 0]),
        Case(contract(.discardValue, .discardValue, .evolve), #"[{"a":"x"}]"#, [#"{"a":"x"}"#]),
        // Columns.
        Case(value, #"[{"id":2,"new":1,"z":null,"o":{"r":2,"p":1}}]"#, [#"{"id":2,"o":{"p":1}}"#], [
            "0 columns requests.new $.new -<bigint discard_value", "0 columns requests.o__r $.o.r -<bigint discard_value",
        ], [2, 0, 1]),
        Case(value, #"[{"n":7},{"n":null}]"#, ["{}", #"{"n":null}"#], ["0 columns requests.n $.n unknown<bigint discard_value"], [1, 0, 0]),
        Case(row, #"[{"new":1},{"new":null,"a":1},{"n":"x"}]"#, ["-", #"{"a":1}"#, "-"], [
            "0 columns requests.new $.new -<bigint discard_row", "2 columns requests.n $.n unknown<text discard_row",
        ], [0, 0, 1]),
        Case(contract(.evolve, .evolve, .discardRow), #"[{"new":1},{"new":"x"},{"n":4}]"#, [#"{"new":1}"#, #"{"new":"x"}"#, #"{"n":4}"#]),
        // A scalar beside objects, objects beside a scalar, and null beside both.
        Case(value, #"[{"o":5,"a":{"b":1},"w":{"x":{"y":1}}},{"o":null,"tags":null}]"#, [#"{"a":{}}"#, "{}"], [
            "0 columns requests.o $.o -<bigint discard_value", "0 columns requests.a__b $.a.b -<bigint discard_value",
            "0 columns requests.w__x__y $.w.x.y -<bigint discard_value",
        ], [3, 0, 2]),
        // New tables.
        Case(value, #"[{"id":2,"more":[{"x":1},{"y":[1,2]}],"empty":[]}]"#, [#"{"id":2}"#], ["0 tables requests__more $.more[*] -<- discard_value"], [0, 2, 1]),
        Case(row, #"[{"id":2,"more":[1]}]"#, [#"{"id":2}"#], ["0 tables requests__more $.more[*] -<- discard_row"], [0, 1, 0]),
        Case(contract(.evolve, .discardRow, .discardRow), #"[{"more":[{"x":1},{"x":"y","in":[[2]]}]}]"#, [#"{"more":[{"x":1},{"x":"y","in":[[2]]}]}"#]),
        // Child rows.
        Case(value, #"[{"tags":[{"k":"a","w":1},{"k":"b"}]}]"#, [#"{"tags":[{"k":"a"},{"k":"b"}]}"#], ["0 columns requests__tags.w $.tags[*].w -<bigint discard_value"], [1, 0, 0]),
        Case(row, #"[{"id":2,"tags":[{"k":"a","w":1},{"k":"b"}]}]"#, [#"{"id":2,"tags":[{"k":"b"}]}"#], ["0 columns requests__tags.w $.tags[*].w -<bigint discard_row"], [0, 1, 0]),
        // Lists of scalars keep their places.
        Case(value, #"[{"list":[1,"x",null,3],"tags":["s",null]}]"#, [#"{"list":[1,{},null,3],"tags":[{},{}]}"#], [
            "0 data_type requests__list.value $.list[*] bigint<text discard_value", "0 columns requests__tags.value $.tags[*] -<text discard_value",
        ], [2, 0, 1]),
        Case(row, #"[{"list":[1,"x",3]}]"#, [#"{"list":[1,3]}"#], ["0 data_type requests__list.value $.list[*] bigint<text discard_row"], [0, 1, 0]),
        // Lists in lists.
        Case(value, #"[{"deep":[[1,"x"],2],"list":[[1],5]}]"#, [#"{"deep":[[1,{}],{}],"list":[{},5]}"#], [
            "0 data_type requests__deep__list.value $.deep[*][*] bigint<text discard_value", "0 columns requests__deep.value $.deep[*] -<bigint discard_value",
            "0 tables requests__list__list $.list[*][*] -<- discard_value",
        ], [2, 1, 0]),
        Case(row, #"[{"deep":[[1,"x"],[2]]}]"#, [#"{"deep":[[1],[2]]}"#], ["0 data_type requests__deep__list.value $.deep[*][*] bigint<text discard_row"], [0, 1, 0]),
        // A row that goes takes what is in it along.
        Case(contract(.discardValue, .discardValue, .discardRow), #"[{"new":1,"tags":[{"w":1}],"a":"x"},{"new":2}]"#, ["-", "{}"], [
            "0 data_type requests.a $.a bigint<text discard_row", "1 columns requests.new $.new -<bigint discard_value",
        ], [1, 0, 0]),
        Case(contract(.discardRow, .discardValue, .discardRow), #"[{"deep":[[1,"x"],7],"list":["a",2]}]"#, [#"{"deep":[[1],{}],"list":[2]}"#], [
            "0 data_type requests__deep__list.value $.deep[*][*] bigint<text discard_row", "0 columns requests__deep.value $.deep[*] -<bigint discard_value",
            "0 data_type requests__list.value $.list[*] bigint<text discard_row",
        ], [1, 2, 0]),
        // Of equal keys the last one counts, and they go together.
        Case(value, #"[{"a":"x","a":2},{"a":3,"a":"y","id":1},{"new":1,"new":null},{"a":"p","\u0061":"q"}]"#, [#"{"a":"x","a":2}"#, #"{"id":1}"#, "{}", "{}"], [
            "1 data_type requests.a $.a bigint<text discard_value", "3 data_type requests.a $.a bigint<text discard_value",
        ], [2, 0, 1]),
        // Keys with escapes are the same keys.
        Case(value, #"[{"\u0061":"x","i\u0064":2}]"#, [#"{"i\u0064":2}"#], ["0 data_type requests.a $.a bigint<text discard_value"], [1, 0, 0]),
        // Records that are no objects.
        Case(value, #"[null,[1],5,"x"]"#, ["null", "[1]", "-", "-"], ["2 columns requests.value $ -<bigint discard_value", "3 columns requests.value $ -<text discard_value"]),
    ]

    @Test("A value, a row or a record goes or stays as its contract says", arguments: cases)
    func contracts(_ test: Case) throws {
        let gate = try #require(makeGate(gateResource(test.contract), try lake(Self.committed)))
        #expect(try gate.judge(test.page) == test.wanted)
        #expect(try gate.judge(test.page) == test.wanted, "the tree that it has grown changes nothing")
    }

    static let frozen: [(page: String, wanted: String?)] = [
        (#"[{"id":2},{"a":null,"z":null,"more":[]}]"#, nil),
        (#"[{"id":2},{"a":"x","new":1}]"#, "data_type requests.a $.a bigint<text 2"),
        (#"[{"new":1}]"#, "columns requests.new $.new -<bigint 1"),
        (#"[{"n":1}]"#, "columns requests.n $.n unknown<bigint 1"),
        (#"[{},{},{"more":[{"x":1}]}]"#, "tables requests__more $.more[*] -<- 3"),
        (#"[{"tags":[{"k":"v"},{"k":"v","o":{"x":[]}},{"o":{"x":1}}]}]"#, "columns requests__tags.o__x $.tags[*].o.x -<bigint 1"),
        (#"[{"day":"2026-02-30"}]"#, "data_type requests.day $.day date<text 1"),
    ]

    @Test("A frozen contract throws the first breach with its place", arguments: frozen)
    func freeze(_ page: String, _ wanted: String?) throws {
        let gate = try #require(makeGate(gateResource(contract(.freeze)), try lake(Self.committed)))
        do {
            let judged = try gate.judge(page)
            #expect(wanted == nil && judged.breaches.isEmpty)
        } catch let breach as SchemaBreach {
            #expect(wanted == "\(breach.short) \(breach.place.record)" && breach.place.page == 3)
        }
    }

    @Test("What goes with its row cannot break a frozen contract")
    func frozenInside() throws {
        let gate = try #require(makeGate(
            gateResource(row(dataType: .discardRow), nested: [NestedTable(table: [.key("tags"), .all], contract: contract(.freeze))]), try lake(Self.committed)))
        #expect(try gate.judge(#"[{"tags":[{"w":1}],"a":"x"}]"#).records == ["-"])
        #expect(throws: SchemaBreach.self) { try gate.judge(#"[{"tags":[{"w":1}],"a":1}]"#) }
    }

    private func row(dataType: SchemaContract.Mode) -> SchemaContract { SchemaContract(dataType: dataType) }

    @Test("Nothing is judged where every contract evolves, nor in a first load without hints")
    func free() throws {
        #expect(makeGate(gateResource(SchemaContract()), try lake(Self.committed)) == nil)
        #expect(makeGate(gateResource(SchemaContract(), hints: [hint("a", .bigint, nullable: false)]), try lake(Self.committed)) == nil)
        #expect(makeGate(gateResource(contract(.freeze)), SchemaLake()) == nil)
        #expect(makeGate(gateResource(contract(.freeze), hints: [hint("a")]), SchemaLake()) == nil)
        #expect(makeGate(gateResource(contract(.freeze), hints: [hint("a", .bigint)]), SchemaLake()) != nil)
        #expect(makeGate(gateResource(contract(.freeze)), try lake(Self.committed)) != nil)
        #expect(makeGate(gateResource(SchemaContract(), nested: [NestedTable(table: [.key("tags"), .all], contract: contract(.freeze))]), try lake(Self.committed)) != nil)
    }

    @Test("A child table's own contract holds for it and for what lies below it, until the next one")
    func nested() throws {
        let lake = try lake(#"[{"a":1,"tags":[{"k":1,"in":[{"m":1}]}]}]"#)
        let tags: [Selector.Step] = [.key("tags"), .all]
        let gate = try #require(makeGate(gateResource(SchemaContract(), nested: [
            NestedTable(table: tags, contract: contract(.discardRow)), NestedTable(table: tags + [.key("in"), .all], contract: contract(.discardValue)),
        ]), lake))
        #expect(try gate.judge(#"[{"a":"x","b":1,"tags":[{"k":"x"},{"k":2,"in":[{"m":"x","o":[1]}],"new":[{}]}]}]"#) == Judged(
            [#"{"a":"x","b":1,"tags":[{"k":2,"in":[{}]}]}"#], [
                "0 data_type requests__tags.k $.tags[*].k bigint<text discard_row",
                "0 data_type requests__tags__in.m $.tags[*].in[*].m bigint<text discard_value",
                "0 tables requests__tags__in__o $.tags[*].in[*].o[*] -<- discard_value", "0 tables requests__tags__new $.tags[*].new[*] -<- discard_row",
            ], counts: [1, 3, 0]))
    }

    @Test("A discarded child row counts with the rows below it")
    func descendants() throws {
        let gate = try #require(makeGate(gateResource(contract(.discardRow)), try lake(#"[{"tags":[{"k":1,"in":[{"m":1}]}]}]"#)))
        #expect(try gate.judge(#"[{"tags":[{"in":[{"m":1},{"m":"x"},{"m":3}],"k":"x","more":[1,2]},{"k":2}]}]"#) == Judged(
            [#"{"tags":[{"k":2}]}"#], ["0 data_type requests__tags.k $.tags[*].k bigint<text discard_row"], counts: [0, 6, 0]))
    }

    @Test("Many breaches of a record are counted, and the first ones listed")
    func many() throws {
        let gate = try #require(makeGate(gateResource(contract(.discardValue)), try lake(Self.committed)))
        let (verdict, anew, tape) = try gate.edited("[{" + (0..<50).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}]")
        #expect(verdict.trimmed[0]?.count == 50 && verdict.trimmed[0]?.listed.count == 20 && verdict.discardedValues == 50)
        #expect(tape.compact(0, anew) == "[{}]")
    }

    @Test("Keys without end do not grow the tree without end")
    func bounded() throws {
        let gate = try #require(makeGate(gateResource(contract(.discardValue)), try lake(Self.committed)))
        for page in 0..<8 {
            let records = (0..<30).map { record in "{\"id\":1," + (0..<100).map { "\"k\(page)_\(record)_\($0)\":{\"x\":1}" }.joined(separator: ",") + "}" }
            let (verdict, _, _) = try gate.edited("[\(records.joined(separator: ","))]")
            #expect(verdict.discardedValues == 3000)
        }
        #expect(gate.learnedPlaces <= 10_000)
        #expect(try gate.judge(#"[{"a":"x"}]"#).counts == [1, 0, 0])
    }

    @Test("Of a record with many breaches the first ones are listed and all are counted; the one that fails the resource is found behind them")
    func countedWhole() throws {
        let lake = try lake(#"[{"id":1,"t":[{"k":1}],"u":[{"k":1}]}]"#)
        let elements = (0..<1000).map { "{\"k\":\"x\($0)\",\"id\":\($0)}" }.joined(separator: ",")
        let record = #"[{"id":1,"t":[\#(elements)],"a":1}]"#
        for (mode, count, values, rows) in [(SchemaContract.Mode.discardValue, 2001, 2001, 0), (.discardRow, 1, 0, 0)] {
            let gate = try #require(makeGate(gateResource(SchemaContract(tables: mode, columns: mode, dataType: mode)), lake))
            let (verdict, _, _) = try gate.edited(record)
            let breaches = try #require(verdict.trimmed[0] ?? verdict.discarded[0])
            #expect(breaches.count == count && breaches.listed.count == min(20, count))
            #expect((verdict.discardedValues, verdict.discardedRows) == (values, rows))
        }
        let nested = [NestedTable(table: [.key("t"), .all], contract: SchemaContract(dataType: .discardRow)), NestedTable(table: [.key("u"), .all], contract: SchemaContract(dataType: .freeze))]
        let gate = try #require(makeGate(gateResource(SchemaContract(dataType: .discardValue), nested: nested), lake))
        let (verdict, _, _) = try gate.edited(record)
        #expect(verdict.trimmed[0]?.count == 1000 && verdict.discardedRows == 1000)
        #expect {
            try gate.judge(record.replacing(#","a":1"#, with: #","u":[{"k":"y"}]"#))
        } throws: { ($0 as? SchemaBreach)?.path == FieldPath(text: "$.u[*].k") && ($0 as? SchemaBreach)?.owner == FieldPath(text: "$.u[*]") }
    }

    @Test("What records have had is known, also where it was discarded, and which tables were left out unseen")
    func met() throws {
        let lake = try lake(#"[{"id":1}]"#)
        let hints = [hint("a", .bigint, table: []), hint("b", .bigint, table: []), hint("x", .bigint, table: [.key("t"), .all]), hint("id", table: [], nullable: false)]
        let gate = try #require(makeGate(gateResource(contract(.discardValue, .evolve, .discardValue), hints: hints), lake))
        _ = try gate.judge(#"[{"id":1,"a":"text","t":[{"x":1}]}]"#)
        #expect(gate.met.hints == [0, 3] && gate.met.discardedTables == [FieldPath([.key("t"), .element])])
        let open = try #require(makeGate(gateResource(contract(.evolve, .evolve, .discardValue), hints: hints), lake))
        // So many new places that they are forgotten behind the first record.
        let many = (0..<10_001).map { "\"k\($0)\":1" }.joined(separator: ",")
        _ = try open.judge(#"[{"a":1,"t":[{"x":1}],\#(many)},{"id":1}]"#)
        #expect(open.met.hints == [0, 2, 3] && open.met.discardedTables.isEmpty)
    }
}
