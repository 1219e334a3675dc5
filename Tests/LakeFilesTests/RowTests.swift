import LakeFiles
import LakeJSON
import LakeModel
import Testing

/// Pages in, the whole text of both files out; `L` stands for the load id.
struct RowCase: CustomTestStringConvertible, Sendable {
    var id: String
    var pages: [String]
    var table = "r"
    var nesting = 1000
    var jsonl: String
    var csv: String
    var testDescription: String { id }
}

@Suite("Rows") struct RowTests {
    static let cases: [RowCase] = [
        RowCase(
            id: "null stays null, absent stays absent, the empty text is neither",
            pages: [#"[{"id":7,"note":null},{"id":8,"note":"a, b"},{"id":9},{"id":10,"note":""},{}]"#],
            jsonl: """
                {"_load_id":"L","_row_number":1,"id":7,"note":null}
                {"_load_id":"L","_row_number":2,"id":8,"note":"a, b"}
                {"_load_id":"L","_row_number":3,"id":9}
                {"_load_id":"L","_row_number":4,"id":10,"note":""}
                {"_load_id":"L","_row_number":5}

                """,
            csv: """
                _load_id,_row_number,id,note
                L,1,7,
                L,2,8,"a, b"
                L,3,9,
                L,4,10,""
                L,5,,

                """),
        RowCase(
            id: "texts that loaders take for NULL are quoted, their neighbours are not",
            pages: [#"[{"a":"NULL"},{"a":"null"},{"a":"\\N"},{"a":"\\."},{"a":"Null"},{"a":"NULLS"},{"a":"\\n"},{"a":"nul"},{"a":"N"}]"#],
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"a":"NULL"}
                {"_load_id":"L","_row_number":2,"a":"null"}
                {"_load_id":"L","_row_number":3,"a":"\\N"}
                {"_load_id":"L","_row_number":4,"a":"\\."}
                {"_load_id":"L","_row_number":5,"a":"Null"}
                {"_load_id":"L","_row_number":6,"a":"NULLS"}
                {"_load_id":"L","_row_number":7,"a":"\\n"}
                {"_load_id":"L","_row_number":8,"a":"nul"}
                {"_load_id":"L","_row_number":9,"a":"N"}

                """#,
            csv: #"""
                _load_id,_row_number,a
                L,1,"NULL"
                L,2,"null"
                L,3,"\N"
                L,4,"\."
                L,5,Null
                L,6,NULLS
                L,7,\n
                L,8,nul
                L,9,N

                """#),
        RowCase(
            id: "escaped spellings of NULL are quoted too",
            pages: [#"[{"a":"\u004eULL"},{"a":"nul\u006c"},{"a":"\u005cN"},{"a":"\u005c."}]"#],
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"a":"\u004eULL"}
                {"_load_id":"L","_row_number":2,"a":"nul\u006c"}
                {"_load_id":"L","_row_number":3,"a":"\u005cN"}
                {"_load_id":"L","_row_number":4,"a":"\u005c."}

                """#,
            csv: #"""
                _load_id,_row_number,a
                L,1,"NULL"
                L,2,"null"
                L,3,"\N"
                L,4,"\."

                """#),
        RowCase(
            id: "quotes are doubled; quotes, LF, CR and commas quote a field, a tab inside does not",
            pages: [#"[{"a":"say \"hi\""},{"a":"\""},{"a":"x\ny"},{"a":"x\ty"},{"a":"x\\"},{"a":"x\/y"},{"a":"\u002c"}]"#],
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"a":"say \"hi\""}
                {"_load_id":"L","_row_number":2,"a":"\""}
                {"_load_id":"L","_row_number":3,"a":"x\ny"}
                {"_load_id":"L","_row_number":4,"a":"x\ty"}
                {"_load_id":"L","_row_number":5,"a":"x\\"}
                {"_load_id":"L","_row_number":6,"a":"x\/y"}
                {"_load_id":"L","_row_number":7,"a":"\u002c"}

                """#,
            csv: "_load_id,_row_number,a\n"
                + #"L,1,"say ""hi""""# + "\n" + #"L,2,"""""# + "\n" + "L,3,\"x\ny\"\n" + "L,4,x\ty\n" + #"L,5,x\"# + "\n" + "L,6,x/y\n"
                + "L,7,\",\"\n"),
        RowCase(
            id: "carriage returns stay as they are, inside quotes",
            pages: [#"[{"a":"x\r\ny"},{"a":"x\ry"},{"a":"\r"}]"#],
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"a":"x\r\ny"}
                {"_load_id":"L","_row_number":2,"a":"x\ry"}
                {"_load_id":"L","_row_number":3,"a":"\r"}

                """#,
            csv: "_load_id,_row_number,a\n" + "L,1,\"x\r\ny\"\n" + "L,2,\"x\ry\"\n" + "L,3,\"\r\"\n"),
        RowCase(
            id: "blanks and tabs at an edge quote a field",
            pages: [#"[{"a":" x"},{"a":"x "},{"a":" "},{"a":"\tx"},{"a":"x\t"},{"a":"x y"}]"#],
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"a":" x"}
                {"_load_id":"L","_row_number":2,"a":"x "}
                {"_load_id":"L","_row_number":3,"a":" "}
                {"_load_id":"L","_row_number":4,"a":"\tx"}
                {"_load_id":"L","_row_number":5,"a":"x\t"}
                {"_load_id":"L","_row_number":6,"a":"x y"}

                """#,
            csv: "_load_id,_row_number,a\nL,1,\" x\"\nL,2,\"x \"\nL,3,\" \"\nL,4,\"\tx\"\nL,5,\"x\t\"\nL,6,x y\n"),
        RowCase(
            id: "numbers keep their digits; decimals are strings in JSONL",
            pages: [#"[{"i":-9223372036854775808,"f":1.50,"d":12345678901234567890.123456789,"b":true},{"i":9007199254740993,"f":1e2,"d":0.1,"b":false}]"#],
            jsonl: """
                {"_load_id":"L","_row_number":1,"i":-9223372036854775808,"f":1.50,"d":"12345678901234567890.123456789","b":true}
                {"_load_id":"L","_row_number":2,"i":9007199254740993,"f":1e2,"d":"0.1","b":false}

                """,
            csv: """
                _load_id,_row_number,i,f,d,b
                L,1,-9223372036854775808,1.50,12345678901234567890.123456789,true
                L,2,9007199254740993,1e2,0.1,false

                """),
        RowCase(
            id: "a column of mixed kinds is text in every row",
            pages: [#"[{"a":1},{"a":true},{"a":"x"},{"a":null},{"a":2.50}]"#],
            jsonl: """
                {"_load_id":"L","_row_number":1,"a":"1"}
                {"_load_id":"L","_row_number":2,"a":"true"}
                {"_load_id":"L","_row_number":3,"a":"x"}
                {"_load_id":"L","_row_number":4,"a":null}
                {"_load_id":"L","_row_number":5,"a":"2.50"}

                """,
            csv: """
                _load_id,_row_number,a
                L,1,1
                L,2,true
                L,3,x
                L,4,
                L,5,2.50

                """),
        RowCase(
            id: "objects flatten",
            pages: [#"[{"id":1,"customer":{"name":"Ann","tier":null}},{"customer":{"tier":"gold"},"id":2}]"#],
            jsonl: """
                {"_load_id":"L","_row_number":1,"id":1,"customer__name":"Ann","customer__tier":null}
                {"_load_id":"L","_row_number":2,"id":2,"customer__tier":"gold"}

                """,
            csv: """
                _load_id,_row_number,id,customer__name,customer__tier
                L,1,1,Ann,
                L,2,2,,gold

                """),
        RowCase(
            id: "an array is a child table that knows its parent, its root and its place",
            pages: [#"[{"id":1,"tags":["a","b"]},{"id":2},{"id":3,"tags":["c, d"]}]"#], table: "r__tags",
            jsonl: """
                {"_load_id":"L","_row_number":1,"_parent_row_number":1,"_root_row_number":1,"_list_index":0,"value":"a"}
                {"_load_id":"L","_row_number":2,"_parent_row_number":1,"_root_row_number":1,"_list_index":1,"value":"b"}
                {"_load_id":"L","_row_number":3,"_parent_row_number":3,"_root_row_number":3,"_list_index":0,"value":"c, d"}

                """,
            csv: """
                _load_id,_row_number,_parent_row_number,_root_row_number,_list_index,value
                L,1,1,1,0,a
                L,2,1,1,1,b
                L,3,3,3,0,"c, d"

                """),
        RowCase(
            id: "what is kept as JSON is nested in JSONL and text in CSV, on one line",
            pages: ["[{\"id\":1,\"o\":{ \"a\" : [1, 2.50] ,\n \"b\":\"x, \\\"y\\\"\"}},{\"id\":2,\"o\":[]},{\"id\":3,\"o\":{}}]"], nesting: 0,
            jsonl: #"""
                {"_load_id":"L","_row_number":1,"id":1,"o":{"a":[1,2.50],"b":"x, \"y\""}}
                {"_load_id":"L","_row_number":2,"id":2,"o":[]}
                {"_load_id":"L","_row_number":3,"id":3,"o":{}}

                """#,
            csv: #"""
                _load_id,_row_number,id,o
                L,1,1,"{""a"":[1,2.50],""b"":""x, \""y\""""}"
                L,2,2,[]
                L,3,3,{}

                """#),
        RowCase(
            id: "rows that waited get empty fields for the columns that came later, in both widths",
            pages: [#"[{"a":1},{"a":2}]"#, #"[{"a":3,"b":"x"}]"#, #"[]"#, #"[{"c":"y","a":4}]"#],
            jsonl: """
                {"_load_id":"L","_row_number":1,"a":1}
                {"_load_id":"L","_row_number":2,"a":2}
                {"_load_id":"L","_row_number":3,"a":3,"b":"x"}
                {"_load_id":"L","_row_number":4,"a":4,"c":"y"}

                """,
            csv: """
                _load_id,_row_number,a,b,c
                L,1,1,,
                L,2,2,,
                L,3,3,x,
                L,4,4,,y

                """),
        RowCase(
            id: "characters of every kind stay as they are",
            pages: ["[{\"a\":\"\u{FEFF}bom\"},{\"a\":\"line\u{2028}sep\"},{\"a\":\"😀 é\"},{\"a\":\"\\ud83d\\ude00\"},{\"a\":\"\u{7f}\"}]"],
            jsonl: "{\"_load_id\":\"L\",\"_row_number\":1,\"a\":\"\u{FEFF}bom\"}\n{\"_load_id\":\"L\",\"_row_number\":2,\"a\":\"line\u{2028}sep\"}\n"
                + "{\"_load_id\":\"L\",\"_row_number\":3,\"a\":\"😀 é\"}\n{\"_load_id\":\"L\",\"_row_number\":4,\"a\":\"\\ud83d\\ude00\"}\n"
                + "{\"_load_id\":\"L\",\"_row_number\":5,\"a\":\"\u{7f}\"}\n",
            csv: "_load_id,_row_number,a\nL,1,\u{FEFF}bom\nL,2,line\u{2028}sep\nL,3,😀 é\nL,4,😀\nL,5,\u{7f}\n"),
    ]

    @Test("a page becomes these lines", arguments: cases) func lines(_ row: RowCase) throws {
        let staged = try stage(row.pages, resource: makeResource(nesting: row.nesting))
        #expect(try staged.texts(row.table, .jsonl) == [row.jsonl])
        #expect(try staged.texts(row.table, .csv) == [row.csv])
        #expect(staged.replaced == 0)
        try expectBothFormatsAgree(staged)
    }

    static let replacements: [(id: String, json: String, csv: String, count: Int)] = [
        (#""\u0000""#, #""\ufffd""#, "\u{FFFD}", 1),
        (#""a\u0000b\u0000""#, #""a\ufffdb\ufffd""#, "a\u{FFFD}b\u{FFFD}", 2),
        (#""\ud800""#, #""\ufffd""#, "\u{FFFD}", 1),
        (#""\udc00\ud800x""#, #""\ufffd\ufffdx""#, "\u{FFFD}\u{FFFD}x", 2),
        (#""\ud83d\ude00\ude00""#, #""\ud83d\ude00\ufffd""#, "😀\u{FFFD}", 1),
        (#"{"k\u0000":["\ud800"]}"#, #"{"k\ufffd":["\ufffd"]}"#, #""{""k\ufffd"":[""\ufffd""]}""#, 2),
    ]

    @Test("NUL and lone surrogates become U+FFFD and are counted once, whatever the formats", arguments: replacements.indices)
    func replaces(_ index: Int) throws {
        let row = Self.replacements[index]
        for formats in [[FileFormat.jsonl, .csv], [.jsonl], [.csv]] {
            let staged = try stage([#"[{"a":\#(row.id)}]"#], resource: makeResource(nesting: 0), options: FileOptions(formats: formats))
            #expect(staged.replaced == row.count, "\(formats)")
            if formats.contains(.jsonl) {
                #expect(try staged.texts("r", .jsonl) == ["{\"_load_id\":\"L\",\"_row_number\":1,\"a\":\(row.json)}\n"])
            }
            if formats.contains(.csv) { #expect(try staged.texts("r", .csv) == ["_load_id,_row_number,a\nL,1,\(row.csv)\n"]) }
        }
    }

    @Test("a row of 2,000 columns, each of the widest kind, fits its buffer") func wideRow() throws {
        let quotes = String(repeating: #"\""#, count: 40)
        let members = (0..<2000).map { #""a_rather_long_name_of_a_column_\#($0)":"\#(quotes)""# }
        let staged = try stage(["[{\(members.joined(separator: ","))}]"])
        try expectBothFormatsAgree(staged)
        #expect(try staged.table().columns.count == 2002)
    }

    @Test("JSON cells that double in CSV fit their buffer, as tokens and as gathered keys") func doublingCells() throws {
        let texts = "[\(Array(repeating: #""""#, count: 40_000).joined(separator: ","))]"
        try expectBothFormatsAgree(stage(["[{\"a\":\(texts)}]"], resource: makeResource(nesting: 0)))
        let keys = (0..<200).map { "\"k\($0)\":1" } + ["\"rest\":\(texts)"]
        try expectBothFormatsAgree(stage(["[{\"map\":{\(keys.joined(separator: ","))}}]"]))
    }

    @Test("keys past the limit of an object go into one JSON column, in both formats") func restColumn() throws {
        let members = (0..<205).map { #""k\#($0)":"v, \#($0)""# }
        let staged = try stage([#"[{"map":{\#(members.joined(separator: ","))}},{"map":{"k0":null}}]"#])
        try expectBothFormatsAgree(staged)
        let last = try #require(try staged.table().columns.last)
        #expect(last.name == "map__rest" && last.isRest)
        let row = try readJSONL(try staged.folder.bytes(staged.path(try staged.parts("r", .jsonl)[0])))[0]
        #expect(row["map__rest"]?.object?.map(\.key) == ["k200", "k201", "k202", "k203", "k204"])
    }
}
