import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("Records written anew")
struct RecordEditsTests {
    private func edited(_ text: String, _ change: (inout RecordEdits, Tape, PageBytes) -> Void) throws -> String {
        let page = PageBytes(text), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        var edits = RecordEdits()
        change(&edits, tape, page)
        let anew = try edits.apply(to: page, tape, records: tape[0].kind == .array ? tape.elements(of: 0) : [0])
        return anew.page.text(0..<anew.page.count)
    }

    /// The token whose source is this text.
    private func token(_ source: String, _ tape: Tape, _ page: PageBytes) -> Int {
        (0..<tape.count).first { page.text(Int(tape[$0].offset)..<Int(tape[$0].offset + tape[$0].length)) == source } ?? -1
    }

    @Test("What has no change is copied as it stands in the source, each record an element", arguments: [
        (#"[{"a" : 1.50, "b":"\u00e9"} , 7, "x", null, [1, 2]]"#, #"[{"a" : 1.50, "b":"\u00e9"},7,"x",null,[1, 2]]"#),
        (#"{"a":1}"#, #"[{"a":1}]"#), ("[]", "[]"),
    ])
    func unchanged(_ source: String, _ expected: String) throws {
        #expect(try edited(source) { _, _, _ in } == expected)
    }

    @Test("Members and elements are left out, first, middle, last and all", arguments: [
        (["a"], #"[{"b": [10,20,30],"c":{"d":null}},{"z":1}]"#), (["c"], #"[{"a":1,"b": [10,20,30]},{"z":1}]"#),
        (["a", "b", "c"], #"[{},{"z":1}]"#), (["10"], #"[{"a":1,"b":[20,30],"c":{"d":null}},{"z":1}]"#),
        (["30"], #"[{"a":1,"b":[10,20],"c":{"d":null}},{"z":1}]"#), (["10", "20", "30"], #"[{"a":1,"b":[],"c":{"d":null}},{"z":1}]"#),
        (["d"], #"[{"a":1,"b":[10,20,30],"c":{}},{"z":1}]"#),
    ])
    func drops(_ sources: [String], _ expected: String) throws {
        let result = try edited(#"[{"a":1,"b": [10,20,30],"c":{"d":null}},{"z":1}]"#) { edits, tape, page in
            for source in sources { edits.drop(token(source, tape, page)) }
        }
        // Where an object is written anew, only its values keep their white space.
        #expect(result.replacing(" ", with: "") == expected.replacing(" ", with: ""))
    }

    @Test("A value is replaced, a whole record too, and what was noted inside of it can be taken back")
    func replaces() throws {
        let source = #"[{"a":{"b":"x"}},{"c":2}]"#
        #expect(try edited(source) { edits, tape, page in
            edits.replace(token("x", tape, page), by: Array("null".utf8))
            edits.replace(tape.elements(of: 0)[1], by: Array("0".utf8))
        } == #"[{"a":{"b":null}},0]"#)
        #expect(try edited(source) { edits, tape, page in
            let before = edits.count
            edits.drop(token("b", tape, page))
            edits.takeBack(to: before)
            edits.drop(token("c", tape, page))
        } == #"[{"a":{"b":"x"}},{}]"#)
    }

    @Test("Edits come in any order; of two at one place the later one holds, and what stands inside of another is nothing")
    func order() throws {
        #expect(try edited(#"[{"a":[1,{"b":2},3],"c":4}]"#) { edits, tape, page in
            edits.replace(token("4", tape, page), by: Array("5".utf8))
            edits.replace(token("2", tape, page), by: .redacted)
            edits.replace(token(#"{"b":2}"#, tape, page), by: .emptyObject)
            edits.replace(token("1", tape, page), by: .null)
            edits.drop(token("1", tape, page))
        } == #"[{"a":[{},3],"c":5}]"#)
    }

    @Test("The places of elements in their lists are those of the source, over several edits of one page")
    func positions() throws {
        var page = PageBytes(#"{"data":[{"t":["a",["b","c","d"],"e",{"f":["g","h"]},"i"],"u":["j"]},{"t":["k","l"]}]}"#), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        var records = tape.elements(of: 2), positions = ListPositions()
        func leaveOut(_ sources: String...) throws -> [String: Int] {
            var edits = RecordEdits()
            for source in sources { edits.drop(token(source, tape, page)) }
            (page, tape, positions) = try edits.apply(to: page, tape, records: records, positions: positions)
            records = tape.elements(of: 0)
            return Dictionary(uniqueKeysWithValues: positions.entries.map { entry in
                let token = tape[Int(entry.token)]
                return (page.text(Int(token.offset)..<Int(token.offset + token.length)), Int(entry.position))
            })
        }
        #expect(try leaveOut("b", "g") == ["c": 1, "h": 1])
        #expect(try leaveOut("a", "k") == [#"["c","d"]"#: 1, "c": 1, "h": 1, "l": 1])
        #expect(try leaveOut("c", "j") == [#"["d"]"#: 1, "d": 2, "h": 1, "l": 1])
        #expect(try leaveOut("e") == [#"["d"]"#: 1, "d": 2, #"{"f":["h"]}"#: 3, "h": 1, "l": 1])
    }

    @Test("A page that is one record may be as deep as pages may be")
    func deepest() throws {
        let depth = Tokenizer.depthLimit
        let page = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(try edited(page) { edits, tape, page in edits.replace(token("1", tape, page), by: .null) } == "[" + page.replacing("1", with: "null") + "]")
    }
}
