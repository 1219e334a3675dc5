import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("Contracts in the files") struct ContractTests {
    private func resource(_ mode: SchemaContract.Mode, key: [String] = ["id"], hints: [ColumnHint] = []) -> Resource {
        var resource = makeResource(key: key)
        resource.contract = SchemaContract(tables: mode, columns: mode, dataType: mode)
        resource.columns = hints
        return resource
    }

    private func committed() throws -> [KnownTable] {
        try stage([#"[{"id":1,"amount":5,"note":"x","tags":[{"k":"a"}]}]"#], resource: makeResource(key: ["id"])).known
    }

    private func rows(_ staged: Staged, _ table: String = "r") throws -> [String] {
        try staged.texts(table, .jsonl).flatMap { $0.split(separator: "\n").map(String.init) }
    }

    @Test("a discarded value is missing in its row, and the whole record stands in the quarantine as written") func value() throws {
        let staged = try stage(
            [#"[{"id":2,"amount":"six","note":"y","new":{"a":1},"tags":[{"k":"b","w":2}]},{"id":3,"amount":7}]"#], resource: resource(.discardValue),
            known: committed())
        #expect(try rows(staged) == [#"{"_load_id":"L","_row_number":1,"id":2,"note":"y"}"#, #"{"_load_id":"L","_row_number":2,"id":3,"amount":7}"#])
        #expect(try rows(staged, "r__tags") == [#"{"_load_id":"L","_row_number":1,"_parent_row_number":1,"_root_row_number":1,"_list_index":0,"k":"b"}"#])
        #expect(try staged.quarantineLines() == [
            #"{"reason":"contract","resource":"r","page":1,"record":1,"written":true,"breaches":["#
                + #"{"contract":"data_type","mode":"discard_value","table":"r","column":"amount","path":"$.amount","expected":"bigint","found":"text"},"#
                + #"{"contract":"columns","mode":"discard_value","table":"r","column":"new__a","path":"$.new.a","found":"bigint"},"#
                + #"{"contract":"columns","mode":"discard_value","table":"r__tags","column":"w","path":"$.tags[*].w","found":"bigint"}],"#
                + #""breach_count":3,"value":{"id":2,"amount":"six","note":"y","new":{"a":1},"tags":[{"k":"b","w":2}]}}"#,
        ])
        #expect(staged.counts.written == 2 && staged.counts.quarantined == 0 && staged.counts.addUp)
        #expect(staged.side.discardedValues == 3 && staged.side.discardedRows == 0 && staged.discarded == 0 && staged.trimmed == 1)
        #expect(staged.tables.flatMap(\.newVersions).isEmpty)
    }

    @Test("a discarded record is counted as quarantined, and those behind it keep their numbers") func row() throws {
        let staged = try stage(
            [#"[{"id":2,"amount":1},{"id":3,"amount":"x"},{"id":4,"late":null},{"amount":2},{"id":5,"tags":[{"k":1},{"k":"ok"},[2]]}]"#, #"[{"id":6,"new":[1]}]"#],
            resource: resource(.discardRow, hints: [ColumnHint(field: FieldReference(table: [.key("tags"), .all], field: ["k"]), dataType: .text, isNullable: false)]),
            known: committed())
        #expect(try rows(staged).count == 4)
        #expect(try rows(staged, "r__tags") == [
            #"{"_load_id":"L","_row_number":1,"_parent_row_number":3,"_root_row_number":3,"_list_index":0,"k":1}"#,
            #"{"_load_id":"L","_row_number":2,"_parent_row_number":3,"_root_row_number":3,"_list_index":1,"k":"ok"}"#,
        ].map { $0.replacing(#""k":1"#, with: #""k":"1""#) })
        let counts = staged.counts
        #expect([counts.fetched, counts.written, counts.duplicate, counts.filtered, counts.quarantined] == [6, 4, 0, 0, 2] && staged.discarded == 1)
        #expect(staged.side.discardedRows == 3 && staged.side.leftOutNulls == 1)
        #expect(try staged.quarantineLines() == [
            #"{"reason":"contract","resource":"r","page":1,"record":2,"written":false,"breaches":[{"contract":"data_type","mode":"discard_row","table":"r","column":"amount","path":"$.amount","expected":"bigint","found":"text"}],"breach_count":1,"value":{"id":3,"amount":"x"}}"#,
            #"{"reason":"missing_primary_key","resource":"r","page":1,"record":4,"written":false,"value":{"amount":2}}"#,
            #"{"reason":"contract","resource":"r","page":1,"record":5,"written":true,"breaches":["#
                + #"{"contract":"nullable","mode":"discard_row","table":"r__tags","column":"k","path":"$.tags[*].k","expected":"text"}],"breach_count":1,"value":{"id":5,"tags":[{"k":1},{"k":"ok"},[2]]}}"#,
            #"{"reason":"contract","resource":"r","page":2,"record":1,"written":true,"breaches":[{"contract":"tables","mode":"discard_row","table":"r__new","path":"$.new[*]"}],"breach_count":1,"value":{"id":6,"new":[1]}}"#,
        ])
    }

    @Test("a duplicate stands in the quarantine as not written, for what was discarded may differ") func duplicate() throws {
        let staged = try stage(
            [#"[{"id":2,"amount":"x"},{"id":2,"amount":"y"}]"#, #"[{"id":2},{"id":2,"note":"n","amount":"z"}]"#], resource: resource(.discardValue), known: committed())
        let counts = staged.counts
        #expect([counts.fetched, counts.written, counts.duplicate, counts.quarantined, counts.changed] == [4, 2, 2, 0, 1] && counts.addUp)
        let marks = try staged.quarantineLines().map { line in [#""written":true,"breaches""#, #""written":false,"duplicate":true,"breaches""#].map(line.contains) }
        #expect(marks == [[true, false], [false, true], [true, false]])
        #expect(staged.side.discardedValues == 3)
    }

    @Test("a discarded record's key counts among the distinct ones, once") func distinct() throws {
        let known = try committed()
        let writer = ResourceWriter(
            resource: resource(.discardRow), load: testLoad, naming: TableNaming([.init("r")], known: known), known: known,
            staging: StagingFolder(try TemporaryFolder().path), options: FileOptions())
        for number in 1...2 {
            let page = PageBytes(#"{"data":[{"id":2,"amount":"x"},{"id":3},{"id":9}]}"#), tape = Tape()
            try Tokenizer.tokenize(page, into: tape)
            _ = try writer.write(page, tape, records: 2, choice: .only([0, 1]), filtered: 1, leftOut: [2], number: number)
        }
        #expect(writer.distinctKeys == 3 && writer.discardedRecords == 2)
        #expect([writer.counts.fetched, writer.counts.written, writer.counts.duplicate, writer.counts.filtered, writer.counts.quarantined] == [6, 1, 1, 2, 2])
        #expect(writer.firstBreach?.place == Place(page: 1, record: 1))
    }

    @Test("a frozen contract lets nothing of the page in") func freeze() throws {
        #expect {
            try stage([#"[{"id":2}]"#, #"[{"id":3},{"id":4,"amount":true}]"#], resource: resource(.freeze), known: committed())
        } throws: {
            guard let breach = $0 as? SchemaBreach else { return false }
            return (breach.contract, breach.table, breach.column, breach.place) == (.dataType, "r", "amount", Place(page: 2, record: 2))
        }
    }

    @Test("one object alone and records below a selector are judged in their places") func places() throws {
        let staged = try stage([#"{"id":2,"amount":"x","note":"a\u0000b"}"#], resource: resource(.discardValue), known: committed())
        #expect(try rows(staged) == [#"{"_load_id":"L","_row_number":1,"id":2,"note":"a\ufffdb"}"#])
        #expect(try staged.quarantineLines().first?.hasSuffix(#""value":{"id":2,"amount":"x","note":"a\ufffdb"}}"#) == true)
    }

    @Test("a contract that nothing breaks writes the same bytes as none", arguments: [SchemaContract.Mode.freeze, .discardRow, .discardValue]) func same(_ mode: SchemaContract.Mode) throws {
        let pages = ["[" + (0..<200).map { "{\"id\":\($0),\"amount\":\($0),\"tags\":[{\"k\":\"\($0)\"}]}" }.joined(separator: ",") + "]"], known = try committed()
        let with = try stage(pages, resource: resource(mode), known: known), without = try stage(pages, resource: makeResource(key: ["id"]), known: known)
        #expect(try with.folder.files() == without.folder.files())
    }

    @Test("a page of a hundred thousand list elements that all break a contract has its outcome") func many() throws {
        let list = (0..<100_000).map { "\"\($0)x\"" }.joined(separator: ",")
        let known = try stage([#"[{"id":1,"list":[1]}]"#], resource: makeResource(key: ["id"])).known
        let staged = try stage(["[{\"id\":2,\"list\":[\(list)]}]"], resource: resource(.discardRow), known: known)
        #expect(staged.counts.written == 1 && staged.side.discardedRows == 100_000)
        #expect(try staged.quarantineLines()[0].contains(#""breach_count":100000,"#))
    }

    @Test("elements keep their place in the list of the source where others are left out, by rules or by contracts") func listIndex() throws {
        let mode = SchemaContract(tables: .evolve, columns: .evolve, dataType: .discardRow)
        var resource = makeResource(key: ["id"])
        resource.contract = mode
        let known = try stage([#"[{"id":1,"tags":[{"k":1}],"l":[[1]]}]"#], resource: makeResource(key: ["id"])).known
        let record = #"[{"id":2,"tags":[{"k":"x"},{"k":2,"s":1},"s",{"k":"y"},{"k":3}],"l":[["a",7],[],[8,"b",9]]}]"#
        func indexes(_ table: String) throws -> [String] {
            try rows(stage([record], resource: resource, known: known), table).map { row in
                String(row.split(separator: "\"_list_index\":")[1].split(whereSeparator: { $0 == "," || $0 == "}" })[0])
            }
        }
        #expect(try indexes("r__tags") == ["1", "2", "4"])
        #expect(try indexes("r__l__list") == ["1", "0", "2"])
        resource.fieldRules.exclude = [FieldReference(table: [.key("tags"), .all], field: ["value"])]
        #expect(try indexes("r__tags") == ["1", "4"])
        resource.columns = [ColumnHint(field: FieldReference(table: [.key("tags"), .all], field: ["s"]), timestampFormat: .epochSeconds)]
        #expect(try indexes("r__tags") == ["1", "4"])
    }

    @Test("a name that only a committed column has means the column's place, in hints and in rules") func oddNames() throws {
        let key = String(repeating: "long_", count: 20) + "name"
        let page = #"[{"id":1,"a b":"x","a_b":"y","\#(key)":"1767225600","t":[{"c d":"x","c_d":"y"}]}]"#
        let known = try stage([page], resource: makeResource(key: ["id"])).known
        func name(_ path: String) throws -> String {
            try #require(known.flatMap(\.version.columns).first { $0.path == FieldPath(text: path) }?.name)
        }
        let long = try name("$.\(key)"), tagged = try name("$.a_b"), inTable = try name("$.t[*].c_d")
        #expect(long.utf8.count == 63 && tagged.hasPrefix("a_b_") && inTable.hasPrefix("c_d_"))
        var resource = makeResource(key: ["id"], hints: [ColumnHint(field: FieldReference(field: [tagged]), nullValues: ["y"])])
        resource.fieldRules.personal = [
            PersonalField(field: FieldReference(field: [long]), action: .redact), PersonalField(field: FieldReference(table: [.key("t"), .all], field: [inTable]), action: .redact),
        ]
        let staged = try stage([page], resource: resource, known: known)
        #expect(try rows(staged) == [#"{"_load_id":"L","_row_number":1,"id":1,"a_b":"x","\#(tagged)":null,"\#(long)":"[redacted]"}"#])
        #expect(try rows(staged, "r__t").map { $0.contains(#""c_d":"x","\#(inTable)":"[redacted]"}"#) } == [true])
        resource.fieldRules = FieldRules(include: ["id", tagged].map { FieldReference(field: [$0]) })
        #expect(try rows(stage([page], resource: resource, known: known)) == [#"{"_load_id":"L","_row_number":1,"id":1,"\#(tagged)":null}"#])
        resource.fieldRules = FieldRules(exclude: [long, tagged].map { FieldReference(field: [$0]) })
        #expect(try rows(stage([page], resource: resource, known: known)) == [#"{"_load_id":"L","_row_number":1,"id":1,"a_b":"x"}"#])
    }

    @Test("rules that nothing was found for are told with what is near, and whether earlier loads had it") func unmetRules() throws {
        let known = try stage([#"[{"id":1,"mail":"x","c":{"phone":1},"tags":[{"email":1}]}]"#], resource: makeResource(key: ["id"])).known
        var resource = makeResource(key: ["id"])
        resource.fieldRules = FieldRules(exclude: [FieldReference(field: ["idd"]), FieldReference(field: ["c"])], personal: [
            PersonalField(field: FieldReference(field: ["mail"]), action: .redact), PersonalField(field: FieldReference(field: ["tags", "emial"]), action: .drop),
            PersonalField(field: FieldReference(field: ["c", "phone"]), action: .redact), PersonalField(field: FieldReference(field: ["zzzzzz"]), action: .redact),
        ])
        let writer = ResourceWriter(
            resource: resource, load: testLoad, naming: TableNaming([.init("r")], known: known), known: known,
            staging: StagingFolder(try TemporaryFolder().path), options: FileOptions())
        #expect(writer.unmetRules == nil)
        let page = PageBytes(#"[{"id":2,"c":{"x":1},"tags":[]}]"#), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        _ = try writer.write(page, tape, records: 0, number: 1)
        let unmet = try #require(writer.unmetRules)
        #expect(unmet.exclude.map(\.field.text) == ["idd"] && unmet.exclude.map(\.nearest) == ["id"])
        #expect(unmet.personal.map(\.field.text) == ["mail", "tags.emial", "zzzzzz"] && unmet.personal.map(\.isKnown) == [true, false, false])
        #expect(unmet.personal.map(\.nearest) == ["mail", "tags[*].email", nil])
    }

    @Test("a page that is one record, as deep as it may be, can be masked and judged") func deepest() throws {
        let depth = Tokenizer.depthLimit
        let text = #"{"id":1,"a":"# + String(repeating: "[", count: depth - 1) + "1" + String(repeating: "]", count: depth - 1) + "}"
        var resource = resource(.discardValue)
        resource.fieldRules.exclude = [FieldReference(field: ["id2"]), FieldReference(field: ["note"])]
        let writer = ResourceWriter(
            resource: resource, load: testLoad, naming: TableNaming([.init("r")], known: try committed()), known: try committed(),
            staging: StagingFolder(try TemporaryFolder().path), options: FileOptions())
        let page = PageBytes(text.replacing(#""id":1,"#, with: #""id":1,"note":2,"amount":"x","#)), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let counts = try writer.write(page, tape, records: 0, number: 1)
        #expect(counts.written == 1 && writer.sideCounts.discardedValues == 1 && writer.sideCounts.droppedFields == 1 && writer.sideCounts.discardedRows == 1)
    }
}
