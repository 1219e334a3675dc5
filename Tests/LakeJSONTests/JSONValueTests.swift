import LakeJSON
import LakeModel
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test("A document reads into a tree that keeps order and digits")
    func reads() throws {
        let value = try JSONValue(parsing: #"{"z": [1.0, -0, 1e400, "é"], "a": {"b": null, "c": true}}"#)
        #expect(value == .object([
            JSONMember("z", .array([.number("1.0"), .number("-0"), .number("1e400"), .string("é")])),
            JSONMember("a", .object([JSONMember("b", .null), JSONMember("c", .bool(true))])),
        ]))
    }

    @Test("Accessors answer with the content of their kind, nil for others")
    func accessors() throws {
        let value = try JSONValue(parsing: #"{"s": "x", "i": 42, "d": 1.5, "b": false, "n": null, "a": [1], "big": 99999999999999999999}"#)
        #expect(value["s"]?.string == "x" && value["s"]?.int == nil)
        #expect(value["i"]?.int == 42 && value["d"]?.int == nil && value["d"]?.double == 1.5 && value["big"]?.int == nil)
        #expect(value["big"]?.number == "99999999999999999999")
        #expect(value["b"]?.bool == false && value["n"]?.isNull == true && value["a"]?.array == [1])
        #expect(value["nothing"] == nil && value["s"]?["x"] == nil && value.object?.count == 7)
    }

    @Test("Setting a key replaces in place, appends, or removes")
    func setting() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["a"] = "new"
        value["c"] = [true, .null]
        value["b"] = nil
        value["d"] = nil
        #expect(value.text(pretty: false) == #"{"a":"new","c":[true,null]}"#)
    }

    @Test("Keys are compared by their bytes, so two spellings of é are two keys")
    func spellings() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}", dialect: .definition)
        #expect(value["\u{E9}"]?.int == 1 && value["e\u{301}"]?.int == 2)
    }

    @Test("Of equal keys the last one wins, in the place of the first")
    func lastWins() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"\u0061":3}"#).text(pretty: false) == #"{"a":3,"b":2}"#)
    }

    @Test("Objects are built in order, without the members that are nil")
    func building() {
        let missing: JSONValue? = nil
        let value = JSONValue.object(["z": "x\(1)", "skipped": missing, "a": .int(Int64.min), "n": .strings(["p", "q"])])
        #expect(value.text(pretty: false) == #"{"z":"x1","a":-9223372036854775808,"n":["p","q"]}"#)
        #expect(JSONValue.object(pairs: [("b", 1), ("a", 2)]).text(pretty: false) == #"{"b":1,"a":2}"#)
    }

    @Test("Only what must be escaped is escaped")
    func escaping() {
        let text = "\"\\/\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}é😀\u{2028}\u{2029}"
        #expect(JSONValue.string(text).text(pretty: false) == #""\"\\/\u0000\b\t\n\u000b\f\r\u001f"# + "\u{7F}é😀\u{2028}\u{2029}\"")
    }

    @Test("Pretty text indents by two, keeps small containers of scalars on their line, and ends with a newline")
    func pretty() {
        let value: JSONValue = [
            "restlake_format": 1, "empty": [], "none": [:], "numbers": [1, 2, 3],
            "columns": [["name": "id", "type": "bigint"], ["name": "x", "facts": ["a": .null]]],
            "long": .strings((1...12).map { "element \($0)" }),
        ]
        #expect(value.text(pretty: true) == """
            {
              "restlake_format": 1,
              "empty": [],
              "none": {},
              "numbers": [1, 2, 3],
              "columns": [
                {"name": "id", "type": "bigint"},
                {
                  "name": "x",
                  "facts": {"a": null}
                }
              ],
              "long": [
                "element 1",
                "element 2",
                "element 3",
                "element 4",
                "element 5",
                "element 6",
                "element 7",
                "element 8",
                "element 9",
                "element 10",
                "element 11",
                "element 12"
              ]
            }

            """)
        #expect(JSONValue.object([]).text(pretty: true) == "{}\n")
        #expect((["a": 1] as JSONValue).text(pretty: true) == "{\n  \"a\": 1\n}\n")
        #expect(JSONValue.string("x").text(pretty: true) == "\"x\"\n")
    }

    @Test("What is written reads back as the same tree, pretty and compact")
    func roundTrip() throws {
        var random = RandomDocument(seed: 5, isOdd: false)
        for _ in 0..<300 {
            let value = random.make().value
            for pretty in [true, false] {
                let bytes = value.utf8(pretty: pretty)
                try #require(try JSONValue(parsing: PageBytes(bytes)).isSame(as: value))
                if !pretty { try #require(!bytes.contains(UInt8(ascii: "\n"))) }
            }
        }
    }

    static let definitions: [(text: String, compact: String, isStrict: Bool)] = [
        ("// head\n{\"a\": 1, // one\n \"b\": [1, 2,], /* two\n lines */ }", #"{"a":1,"b":[1,2]}"#, false),
        ("/**/[/***//* / * */]//", "[]", false),
        ("{/*a*/\"k\"/*b*/:/*c*/1/*d*/,/*e*/}/*f*/", #"{"k":1}"#, false),
        ("[\"// no comment\", \"/* neither */\"]", #"["// no comment","/* neither */"]"#, true),
        ("\u{FEFF}// with a mark\r\n[1,\r\n]", "[1]", false),
        ("{}// at the end", "{}", false),
        ("[[1,],[2,],]", "[[1],[2]]", false),
    ]

    @Test("A definition may hold comments and trailing commas; strict JSON may not", arguments: definitions)
    func definitionDialect(_ text: String, _ compact: String, _ isStrict: Bool) throws {
        #expect(try JSONValue(parsing: text, dialect: .definition).text(pretty: false) == compact)
        let strict = try? JSONValue(parsing: text)
        #expect((strict != nil) == isStrict)
    }

    static let definitionFaults: [(text: String, description: String, line: Int, column: Int)] = [
        ("{\"a\": 1,\n \"b\": {},\n \"a\": 2}", "duplicate key 'a' at byte 20", 3, 2),
        ("{\"a\": 1, \"\\u0061\": 2}", "duplicate key 'a' at byte 9", 1, 10),
        ("{\"x\": {\"a\": 1, \"a\": 2}, \"x\": 3}", "duplicate key 'a' at byte 15", 1, 16),
        ("{\"x\": 1, \"x\": {\"a\": 1, \"a\": 2}}", "duplicate key 'x' at byte 9", 1, 10),
        ("[1] /* open", "the comment from byte 4 does not end at byte 11", 1, 12),
        ("[1] /*/", "the comment from byte 4 does not end at byte 7", 1, 8),
        ("[,]", "expected a value or ']', found ',' at byte 1", 1, 2),
        ("[1,,]", "expected a value, found ',' at byte 3", 1, 4),
        ("{,}", "expected a key or '}', found ',' at byte 1", 1, 2),
        ("[1] / 2", "expected the end, found '/' at byte 4", 1, 5),
        ("// nothing", "empty document at byte 10", 1, 11),
        ("{'a': 1}", "expected a key or '}', found ''' at byte 1", 1, 2),
        ("[1 # x\n]", "expected ',' or ']', found '#' at byte 3", 1, 4),
    ]

    @Test("A fault in a definition has its place", arguments: definitionFaults)
    func definitionFaultPlaces(_ text: String, _ description: String, _ line: Int, _ column: Int) throws {
        let fault = try #require(throws: JSONFault.self) { try JSONValue(parsing: text, dialect: .definition) }
        #expect(fault.description == description)
        #expect(fault.position(in: PageBytes(text)) == (line, column))
    }

    @Test("Equal keys in different objects are no duplicates")
    func sameKeyElsewhere() throws {
        #expect(try JSONValue(parsing: #"[{"a":{"a":1}},{"a":2}]"#, dialect: .definition).array?.count == 2)
    }

    @Test("A part of a page becomes a tree of its own")
    func partOfPage() throws {
        let tape = Tape(), page = PageBytes(#"{"data":[{"id":1},{"id":2}],"next":"\u0041"}"#)
        try Tokenizer.tokenize(page, into: tape)
        #expect(tape.value(at: 2, of: page) == [["id": 1], ["id": 2]])
        #expect(tape.decodeString(tape[tape.count - 1], page) == "A")
        var keys: [String] = []
        tape.forEachChild(of: 0) { keys.append(tape.decodeString(tape[$0], page)) }
        #expect(keys == ["data", "next"])
    }
}
