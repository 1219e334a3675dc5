import LakeFiles
import LakeModel
import LakeSchema
import LakeSource
import Testing

@Suite("Rows of columns with hints") struct HintedRowTests {
    private static let money = ColumnType.decimal(DecimalSize(precision: 10, scale: 2)!)

    @Test("a JSON column takes every value: as it is in JSONL, as its JSON text in CSV") func json() throws {
        let staged = try stage(
            [#"[{"a":"x"},{"a":"say \"hi\", é\u0041"},{"a":""},{"a":"null"},{"a":7},{"a":2.50},{"a":true},{"a":null},{"a":{"k": [1]}},{"a":[]},{}]"#],
            resource: makeResource(hints: [hint("a", .json)]))
        #expect(try staged.texts("r", .jsonl) == [[
            #"{"_load_id":"L","_row_number":1,"a":"x"}"#, #"{"_load_id":"L","_row_number":2,"a":"say \"hi\", é\u0041"}"#,
            #"{"_load_id":"L","_row_number":3,"a":""}"#, #"{"_load_id":"L","_row_number":4,"a":"null"}"#, #"{"_load_id":"L","_row_number":5,"a":7}"#,
            #"{"_load_id":"L","_row_number":6,"a":2.50}"#, #"{"_load_id":"L","_row_number":7,"a":true}"#, #"{"_load_id":"L","_row_number":8,"a":null}"#,
            #"{"_load_id":"L","_row_number":9,"a":{"k":[1]}}"#, #"{"_load_id":"L","_row_number":10,"a":[]}"#, #"{"_load_id":"L","_row_number":11}"#, "",
        ].joined(separator: "\n")])
        #expect(try staged.texts("r", .csv) == [[
            "_load_id,_row_number,a", #"L,1,"""x""""#, #"L,2,"""say \""hi\"", é\u0041""""#, #"L,3,"""""""#, #"L,4,"""null""""#, "L,5,7", "L,6,2.50", "L,7,true",
            "L,8,", #"L,9,"{""k"":[1]}""#, "L,10,[]", "L,11,", "",
        ].joined(separator: "\n")])
    }

    @Test("what a JSON column does not take is replaced and counted once", arguments: [FileFormat.allCases, [.csv], [.jsonl]])
    func replaced(_ formats: [FileFormat]) throws {
        let staged = try stage(
            [#"[{"a":"x\u0000y"},{"a":["\u0000"]}]"#], resource: makeResource(hints: [hint("a", .json)]), options: FileOptions(formats: formats))
        #expect(staged.replaced == 2)
        if formats.contains(.csv) { #expect(try staged.texts("r", .csv) == ["_load_id,_row_number,a\nL,1,\"\"\"x\\ufffdy\"\"\"\nL,2,\"[\"\"\\ufffd\"\"]\"\n"]) }
    }

    @Test("many short texts in JSON columns fit their buffer") func manyShort() throws {
        let keys = (0..<300).map { "k\($0)" }
        let record = "{" + keys.map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}"
        let staged = try stage(["[" + Array(repeating: record, count: 50).joined(separator: ",") + "]"], resource: makeResource(hints: keys.map { hint($0, .json) }))
        let rows = try readCSV(try staged.folder.bytes(staged.path(try staged.parts("r", .csv)[0])))
        #expect(rows.count == 51 && rows.dropFirst().allSatisfy { $0.dropFirst(2).allSatisfy { $0 == .text("\"\"") } })
    }

    @Test("numbers in text and decimal columns keep their digits, in quotes in JSONL") func digits() throws {
        let staged = try stage(
            [#"[{"t":1.50,"d":2,"b":true},{"t":1e5,"d":2.5,"b":"x"}]"#],
            resource: makeResource(hints: [hint("t", .text), hint("d", Self.money), hint("b", .text)]))
        #expect(try staged.texts("r", .jsonl) == [
            #"{"_load_id":"L","_row_number":1,"t":"1.50","d":"2","b":"true"}"# + "\n" + #"{"_load_id":"L","_row_number":2,"t":"1e5","d":"2.5","b":"x"}"# + "\n",
        ])
        #expect(try staged.texts("r", .csv) == ["_load_id,_row_number,t,d,b\nL,1,1.50,2,true\nL,2,1e5,2.5,x\n"])
        try expectBothFormatsAgree(staged)
    }

    /// Pages, hints, and the parts they become with every page flushed at once.
    static let partCases: [(pages: [String], hints: [ColumnHint], parts: [String])] = [
        ([#"[{"a":null}]"#, #"[{"a":1}]"#, #"[{"a":"x"}]"#], [hint("a", .text)], ["r.v1.00000.jsonl 3"]),
        ([#"[{"a":null}]"#, #"[{"a":1}]"#, #"[{"a":2.5}]"#], [hint("a", money)], ["r.v1.00000.jsonl 3"]),
        ([#"[{"a":1}]"#, #"[{"a":{"x":1}}]"#, #"[{"a":"x"}]"#], [hint("a", .json)], ["r.v1.00000.jsonl 3"]),
        ([#"[{"a":1}]"#, #"[{"a":"x"}]"#], [hint("a", .bigint)], ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 1"]),
        ([#"[{"a":1}]"#, #"[{"a":2.555}]"#], [hint("a", money)], ["r.v1.00000.jsonl 2"]),
        ([#"[{"a":1}]"#, #"[{"a":null}]"#, "[{}]"], [hint("a", nullable: false)], ["r.v1.00000.jsonl 3"]),
    ]

    @Test("a type that is known before its first value splits no part, nor does a row without a value", arguments: partCases.indices) func parts(_ index: Int) throws {
        let item = Self.partCases[index]
        let staged = try stage(item.pages, resource: makeResource(hints: item.hints), options: PartTests.flushing)
        #expect(try staged.parts("r", .jsonl).map { "\($0.name) \($0.rows)" } == item.parts)
    }

    @Test("a part with a null has a version that allows it; a part before it need not") func nullParts() throws {
        let staged = try stage(
            [#"[{"a":1}]"#, #"[{"a":2}]"#, #"[{"a":null}]"#, #"[{"a":3}]"#], resource: makeResource(hints: [hint("a", nullable: false)]),
            options: FileOptions(rowsPerPart: 1))
        let parts = try staged.parts("r", .csv)
        #expect(parts.map(\.schemaVersion) == [1, 1, 2, 2])
        let versions = try staged.table().newVersions
        #expect(versions.map { $0.columns[2].isNullable } == [false, true] && versions[1].changes.map(\.what) == [.allowNull])
    }

    @Test("a new hint of a committed column holds from the first page on and splits no part") func committed() throws {
        let first = try stage([#"[{"a":1,"b":1}]"#])
        let known = [KnownTable(version: try #require(try first.table().newVersions.last), facts: try first.table().facts)]
        let staged = try stage(
            [#"[{"b":1}]"#, #"[{"a":2,"b":2}]"#], resource: makeResource(hints: [hint("a", .text), hint("b", Self.money)]), options: PartTests.flushing, known: known)
        #expect(try staged.parts("r", .csv).map(\.name) == ["r.v2.00000.csv"])
        #expect(try staged.texts("r", .jsonl) == [
            #"{"_load_id":"L","_row_number":1,"b":"1"}"# + "\n" + #"{"_load_id":"L","_row_number":2,"a":"2","b":"2"}"# + "\n",
        ])
        #expect(try staged.table().values == [0, 0, 1, 2])
    }
}
