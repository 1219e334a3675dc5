import LakeJSON
import LakeModel
import Testing

@testable import LakeExport

@Suite("Fields of the parent in the records of a child")
struct IncludedFieldsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var page: String
        /// The page anew, as bytes.
        var expected: String
    }

    private static let cases = [
        Case(testDescription: "records of a list", page: #"[{"id":1},{"id":2}]"#, expected: #"[{"id":1,"_u":"x"},{"id":2,"_u":"x"}]"#),
        Case(testDescription: "one record", page: #" {"id":1} "#, expected: #"[{"id":1,"_u":"x"}]"#),
        Case(testDescription: "an empty object gets no comma", page: "[{}, {  }, {\n\t}]", expected: "[{\"_u\":\"x\"}, {  \"_u\":\"x\"}, {\n\t\"_u\":\"x\"}]"),
        Case(testDescription: "space at an object's end", page: "[{\"id\": 1 }]", expected: #"[{"id": 1 ,"_u":"x"}]"#),
        Case(
            testDescription: "scalars stay as they are", page: #"[1, -2.50e3, true, null, "text"]"#, expected: #"[1,-2.50e3,true,null,"text"]"#),
        Case(
            testDescription: "texts with quotes, backslashes and braces", page: #"["a\"}", "\\", "", "é😀"]"#, expected: #"["a\"}","\\","","é😀"]"#),
        Case(testDescription: "lists stay as they are", page: #"[[1,{"id":2}],[]]"#, expected: #"[[1,{"id":2}],[]]"#),
        Case(
            testDescription: "braces inside of texts and of objects", page: #"[{"a":"}","b":{"c":{}}}]"#, expected: #"[{"a":"}","b":{"c":{}},"_u":"x"}]"#),
        Case(testDescription: "no record", page: "[]", expected: "[]"),
    ]

    @Test("stand at the end of each object and leave everything else byte for byte", arguments: cases)
    func bytes(_ example: Case) throws {
        let anew = try IncludedFields(try fetchedPage(example.page, included: [("_u", .string("x"))]))
        // Between the records there is a comma and nothing else.
        let expected = example.expected.replacing("}, {", with: "},{")
        #expect(anew.page.text(0..<anew.page.count) == expected)
    }

    @Test("are values of any kind, each under its name, and names are escaped")
    func values() throws {
        let nested = try JSONValue(parsing: #"{"list":[1,"two",null],"in":{"deep":true}}"#)
        let page = try fetchedPage(
            #"[{"id":7}]"#,
            included: [("_text", .string("a\"b\\\n")), ("_null", .null), ("_big", try JSONValue(parsing: "12345678901234567890")), ("odd \"name\"", nested)])
        let anew = try IncludedFields(page)
        let record = try #require(anew.tape.value(at: 0, of: anew.page).array?.first)
        #expect(record["id"]?.int == 7)
        #expect(record["_text"]?.string == "a\"b\\\n")
        #expect(record["_null"] == .null)
        #expect(record["_big"]?.number == "12345678901234567890", "no digit is lost")
        #expect(record["odd \"name\""] == nested)
    }

    @Test("win over a member of the same name that the record has itself")
    func sameName() throws {
        let anew = try IncludedFields(try fetchedPage(#"[{"_u":"own","id":1}]"#, included: [("_u", .string("parent"))]))
        let record = try #require(anew.tape.value(at: 0, of: anew.page).array?.first)
        #expect(record["_u"]?.string == "parent")
        #expect(record["id"]?.int == 1)
    }

    @Test("keep the number and the order of the records")
    func order() throws {
        let texts = (0..<500).map { #"{"id":\#($0)}"# }
        let anew = try IncludedFields(try fetchedPage("[" + texts.joined(separator: ",\n ") + "]", included: [("_u", .null)]))
        #expect(anew.tape.value(at: 0, of: anew.page).array?.map { $0["id"]?.int } == (0..<500).map { $0 })
    }

    @Test("go into a page that is one record, as deep as it may be")
    func deepest() throws {
        let depth = Tokenizer.depthLimit
        let record = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        let anew = try IncludedFields(try fetchedPage(record, included: [("_u", .number("7"))]))
        #expect(anew.page.text(0..<anew.page.count) == "[" + record.dropLast() + #","_u":7}]"#)
    }
}
