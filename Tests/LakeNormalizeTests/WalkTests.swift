import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("Walking records")
struct WalkTests {
    @Test("Of equal keys the last one wins, however it is spelled, and the others are counted", arguments: [
        (#"{"a":1,"a":2}"#, ["$.a": "n:2"], 1),
        (#"{"a":1,"\u0061":2}"#, ["$.a": "n:2"], 1),
        (#"{"\u0061":1,"a":2,"a":3}"#, ["$.a": "n:3"], 2),
        (#"{"a":{"x":1},"a":{"y":2}}"#, ["$.a.y": "n:2"], 1),
        (#"{"a":{"x":1,"x":2},"b":3}"#, ["$.a.x": "n:2", "$.b": "n:3"], 1),
        (#"{"a":[1,2],"a":5}"#, ["$.a": "n:5"], 1),
        (#"{"a":{"b":[1]},"b":7,"a":null}"#, ["$.b": "n:7", "$.a": "null"], 1),
        (#"{"":1,"":2}"#, ["$['']": "n:2"], 1),
        (#"{"\/":1,"/":2,"\u002f":3}"#, ["$['/']": "n:3"], 2),
    ])
    func duplicateKeys(_ record: String, _ cells: [String: String], _ count: Int) throws {
        let load = try load("[{\"z\":0},\(record),{\"z\":1}]")
        #expect(load.tables["$"]?[1].cells == cells)
        #expect(load.tables["$"]?.map(\.number) == [1, 2, 3])
        #expect(load.tables.count == 1)
        #expect(load.normalizer.side.duplicateKeys == count)
    }

    @Test("What a lost key held leaves no row and is counted nowhere")
    func lostRows() throws {
        let load = try load(#"[{"t":[1,[2]],"e":{},"t":[{"x":3},{"y":[]}],"e":{}},{"t":[4]}]"#)
        #expect(load.tables["$.t[*]"]?.map(\.cells) == [["$.t[*].x": "n:3"], [:], ["$.t[*]": "n:4"]])
        #expect(load.tables["$.t[*]"]?.map(\.number) == [1, 2, 3])
        #expect(load.tables["$.t[*]"]?.map(\.parent) == [1, 1, 2])
        #expect(load.tables["$.t[*][*]"] == nil)
        #expect(load.normalizer.side.emptyContainers == 2)
        #expect(load.normalizer.side.duplicateKeys == 2)
    }

    @Test("A record of many keys, one of them twice, costs no more than its size")
    func duplicateAmongMany() throws {
        let keys = (0..<20_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let load = try load("[{\(keys),\"k7\":\"last\"}]")
        #expect(load.tables["$"]?[0].cells["$.k7"] == "s:last")
        #expect(load.normalizer.side.duplicateKeys == 1)
        #expect(load.normalizer.side.restKeys == 18_000)
    }

    @Test("Lists in lists are tables in tables; numbers join them")
    func lists() throws {
        let load = try load(#"[{"m":[[1,2],[],[3,[4]]]},{"m":[[5],6]}]"#)
        #expect(load.tables["$.m[*]"] == [
            PlainRow(number: 1, parent: 1, root: 1, listIndex: 0), PlainRow(number: 2, parent: 1, root: 1, listIndex: 1),
            PlainRow(number: 3, parent: 1, root: 1, listIndex: 2), PlainRow(number: 4, parent: 2, root: 2, listIndex: 0),
            PlainRow(number: 5, parent: 2, root: 2, listIndex: 1, cells: ["$.m[*]": "n:6"]),
        ])
        #expect(load.tables["$.m[*][*]"] == [
            PlainRow(number: 1, parent: 1, root: 1, listIndex: 0, cells: ["$.m[*][*]": "n:1"]),
            PlainRow(number: 2, parent: 1, root: 1, listIndex: 1, cells: ["$.m[*][*]": "n:2"]),
            PlainRow(number: 3, parent: 3, root: 1, listIndex: 0, cells: ["$.m[*][*]": "n:3"]),
            PlainRow(number: 4, parent: 3, root: 1, listIndex: 1),
            PlainRow(number: 5, parent: 4, root: 2, listIndex: 0, cells: ["$.m[*][*]": "n:5"]),
        ])
        #expect(load.tables["$.m[*][*][*]"] == [PlainRow(number: 1, parent: 4, root: 1, listIndex: 0, cells: ["$.m[*][*][*]": "n:4"])])
        #expect(load.normalizer.paths["$.m[*][*][*]"]?.info.pieces == ["m", "list", "list"])
        #expect(load.normalizer.side.emptyContainers == 1)
    }

    @Test("Scalars at the root are rows with the column value; one object is one record; null is an empty page")
    func roots() throws {
        let scalars = try load(#"[1,"x",true]"#)
        #expect(scalars.tables["$"]?.map(\.cells) == [["$": "n:1"], ["$": "s:x"], ["$": "true"]])
        #expect(scalars.normalizer.leaf(table: 0, 0).pieces == ["value"])
        #expect(try load(#"{"id":7}"#).tables["$"]?.map(\.cells) == [["$.id": "n:7"]])
        #expect(try load("42").tables["$"]?.map(\.cells) == [["$": "n:42"]])
        for empty in ["null", "[]"] {
            let load = try load(empty)
            #expect(load.counts == RecordCounts() && load.tables.isEmpty && load.quarantined.isEmpty)
        }
        #expect(try load("[{}]").tables["$"] == [PlainRow(number: 1)])
    }

    @Test("Nesting stops where the definition says, and what lies deeper stays JSON", arguments: [
        (0, ["$ $.a", "$ $.o#json", "$ $.l#json"]),
        (1, ["$ $.a", "$ $.o.x", "$ $.o.p#json", "$ $.o.m#json", "$.l[*] $.l[*]", "$.l[*] $.l[*].y#json", "$.l[*] $.l[*]#json"]),
        (2, ["$ $.a", "$ $.o.x", "$ $.o.p.q", "$.o.m[*] $.o.m[*]", "$.l[*] $.l[*]", "$.l[*] $.l[*].y.z", "$.l[*][*] $.l[*][*]"]),
    ])
    func nesting(_ nesting: Int, _ columns: [String]) throws {
        let load = try load(#"[{"a":1,"o":{"x":2,"p":{"q":3},"m":[4]},"l":[5,{"y":{"z":6}},[7]]}]"#, nesting: nesting)
        #expect(load.columns == Set(columns))
    }

    @Test("A null beside values kept as JSON makes no column of its own, whichever comes first", arguments: [
        [#"{"a":null}"#, #"{"a":{"x":1}}"#], [#"{"a":[1]}"#, #"{"a":null}"#], [#"{"a":null}"#, #"{"a":null}"#, #"{"a":[]}"#, #"{"a":null}"#],
    ])
    func nullBesideJSON(_ records: [String]) throws {
        for pages in [["[" + records.joined(separator: ",") + "]"], records.map { "[\($0)]" }] {
            let load = Load(nesting: 0)
            for page in pages { try load.take(page) }
            #expect(load.normalizer.leafCount(table: 0) == 1)
            let leaf = load.normalizer.leaf(table: 0, 0)
            #expect(leaf.isJSON && leaf.pieces == ["a"] && leaf.identity == "$.a#json")
        }
        let mixed = try load(#"[{"a":null},{"a":1},{"a":[2]}]"#, nesting: 0)
        #expect(mixed.columns == ["$ $.a", "$ $.a#json"])
    }

    @Test("JSON columns keep numbers and strings as they stand and leave blanks between them out")
    func compact() throws {
        let load = try load("[{\"a\": {\"x\" : [ 1.50 , -0, 1E400,\n\"\\u00e9\\ud800\" , {} , [ ] ], \"x\":null, \"\\u0000\" : true } }]", nesting: 0)
        #expect(load.tables["$"]?[0].cells["$.a#json"] == #"j:{"x":null,"<fffd>":true}"#)
        let page = PageBytes("{ \"x\" : [ 1.50 , -0, 1E400,\n\"\\u00e9\\ud800\" , {} , [ [ ] , {\"k\":[]} ] ], \"x\":null, \"\\u0000\" : true } "), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        var bytes: [UInt8] = []
        #expect(CompactJSON.append(0, tape.tokens, page.base, to: &bytes) == 2)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"x":[1.50,-0,1E400,"\u00e9\ufffd",{},[[],{"k":[]}]],"x":null,"\ufffd":true}"#)
    }

    @Test("Two spellings of a letter, NUL and its replacement are different keys")
    func keysByBytes() throws {
        let load = try load("[{\"é\":1,\"e\u{301}\":2,\"\\u0000\":3,\"\u{FFFD}\":4,\"\\u0065\\u0301\":5}]")
        #expect(load.tables["$"]?[0].cells == ["$['<e9>']": "n:1", "$['e<301>']": "n:5", "$['<0>']": "n:3", "$['<fffd>']": "n:4"])
        #expect(load.normalizer.side.duplicateKeys == 1)
    }

    @Test("Records as deep as the tokenizer allows are walked", arguments: [1, 1000])
    func depth(_ nesting: Int) throws {
        let depth = Tokenizer.depthLimit - 2
        let objects = try load("[" + String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth) + "]", nesting: nesting)
        #expect(objects.tables["$"]?.count == 1 && objects.columns.count == 1)
        let arrays = try load("[{\"a\":" + String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth) + "}]", nesting: nesting)
        #expect(arrays.normalizer.tableCount == (nesting == 1 ? 2 : depth + 1))
    }

    @Test("Many keys in any order land at their own columns")
    func manyKeys() throws {
        var random = SplitMix(state: 9)
        let keys = (0..<300).map { "key_\($0 * 7919 % 1000)" }
        let load = Load()
        for round in 0..<6 {
            try load.take("[{" + keys.shuffled(using: &random).map { "\"\($0)\":\"\($0)-\(round)\"" }.joined(separator: ",") + "}]")
        }
        let rows = try #require(load.tables["$"])
        for (round, row) in rows.enumerated() {
            #expect(row.cells.count == 300 && row.cells.allSatisfy { $1 == "s:\($0.dropFirst(2))-\(round)" })
        }
    }

    @Test("Thousands of rows and cells of a page keep their values while the blocks grow")
    func growth() throws {
        let rows = try load("[" + (0..<3000).map { #"{"id":\#($0),"t":[\#($0),\#($0 + 1)],"s":"\#($0)"}"# }.joined(separator: ",") + "]")
        for (i, row) in try #require(rows.tables["$"]).enumerated() { #expect(row.cells == ["$.id": "n:\(i)", "$.s": "s:\(i)"]) }
        for (i, row) in try #require(rows.tables["$.t[*]"]).enumerated() {
            #expect(row == PlainRow(number: i + 1, parent: i / 2 + 1, root: i / 2 + 1, listIndex: i % 2, cells: ["$.t[*]": "n:\(i / 2 + i % 2)"]))
        }
    }
}
