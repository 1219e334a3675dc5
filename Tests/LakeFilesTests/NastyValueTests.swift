import LakeFiles
import LakeJSON
import LakeModel
import Testing

@Suite("Nasty values") struct NastyValueTests {
    /// JSON sources of values that one loader or another has been seen to damage.
    static let texts: [String] = [
        #""""#, #""NULL""#, #""null""#, #""\\N""#, #""\\.""#, #""\"""#, #""\"\"""#, #""a\"b""#, #""\n""#, #""a\nb""#, #""a\r\nb""#,
        #""a\rb""#, #""trailing\\""#, #""\\\\""#, "\"\u{FEFF}\"", "\"\u{2028}\u{2029}\"", #""😀""#, #""\ud83d\ude00""#, #"" ""#, #""\t""#, #"",""#,
        #"",,\",\"""#, #""'""#, #""`$(x)`""#, #""=1+1""#, #""\u001f\u0001\u0002""#, #""e\u0301""#, #""é""#, #""true""#, #""0""#, #""1e5""#,
        #""2024-02-30""#, #""NaN""#, #""\u2028""#, #""</script>""#, ##""#comment""##, #""--""#,
    ]
    static let numbers: [String] = [
        "0", "-0", "-0.0", "0.0", "1.0", "1.10", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "9007199254740993",
        "12345678901234567890123456789012345678", "-12345678901234567890123456789012345678", "1.797e308", "1.7976931348623157e308", "5e-324",
        "1e400", "1E+2", "1e-7", "0.1", "0.30000000000000004", "12345678901234567890123456789.123456789", "0.0000000001",
    ]

    @Test("a text keeps every character in both formats", arguments: texts) func text(_ source: String) throws {
        let staged = try stage(["[{\"id\":1,\"a\":\(source)},{\"id\":2,\"a\":null},{\"id\":3}]"])
        try expectBothFormatsAgree(staged)
        let rows = try readCSV(try staged.folder.bytes(staged.path(try staged.parts("r", .csv)[0])))
        let wanted = try #require(try JSONValue(parsing: source).string)
        #expect(rows.dropFirst().map { $0[3] } == [.text(wanted), .null, .null])
        #expect(try staged.texts("r", .jsonl)[0].hasPrefix("{\"_load_id\":\"L\",\"_row_number\":1,\"id\":1,\"a\":\(source)}\n"))
    }

    @Test("a number keeps every digit in both formats", arguments: numbers) func number(_ source: String) throws {
        let staged = try stage(["[{\"a\":\(source)}]"])
        try expectBothFormatsAgree(staged)
        #expect(try staged.texts("r", .csv) == ["_load_id,_row_number,a\nL,1,\(source)\n"])
        let type = try staged.table().columns[2].type
        let value = type.encoding == .bare ? source : "\"\(source)\""
        #expect(try staged.texts("r", .jsonl) == ["{\"_load_id\":\"L\",\"_row_number\":1,\"a\":\(value)}\n"], "\(type)")
        #expect(type != .unknown && type != .json)
    }

    @Test("all of them together keep their characters in one column of text") func together() throws {
        let records = (Self.texts + Self.numbers).map { "{\"a\":\($0)}" }
        let staged = try stage(["[\(records.joined(separator: ","))]"])
        try expectBothFormatsAgree(staged)
        let rows = try readCSV(try staged.folder.bytes(staged.path(try staged.parts("r", .csv)[0])))
        let wanted = try Self.texts.map { CSVField.text(try #require(try JSONValue(parsing: $0).string)) } + Self.numbers.map { .text($0) }
        #expect(rows.dropFirst().map { $0[2] } == wanted)
    }

    @Test("a text of 70 kB keeps every byte, plain and full of quotes") func longText() throws {
        let plain = String(repeating: "0123456789", count: 7000), quotes = String(repeating: #"\""#, count: 70_000)
        let staged = try stage(["[{\"a\":\"\(plain)\",\"b\":\"\(quotes)\"},{\"a\":\"x\"}]"])
        try expectBothFormatsAgree(staged)
        let row = try readCSV(try staged.folder.bytes(staged.path(try staged.parts("r", .csv)[0])))[1]
        #expect(row[2] == .text(plain))
        #expect(row[3] == .text(String(repeating: "\"", count: 70_000)))
    }

    @Test("JSON columns hold the same value in both formats, however nasty its parts") func nested() throws {
        let inner = Self.texts.enumerated().map { "\"k\($0.offset)\":[\($0.element)]" }.joined(separator: " , ")
        let staged = try stage(["[{\"a\":{\(inner)}},{\"a\":[\(Self.numbers.joined(separator: ",\n"))]}]"], resource: makeResource(nesting: 0))
        try expectBothFormatsAgree(staged)
        let row = try readJSONL(try staged.folder.bytes(staged.path(try staged.parts("r", .jsonl)[0])))
        #expect(row[0]["a"] == (try JSONValue(parsing: "{\(inner)}")))
        #expect(row[1]["a"] == .array(Self.numbers.map { .number($0) }))
    }
}
