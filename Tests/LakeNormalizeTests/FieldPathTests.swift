import LakeNormalize
import Testing

@Suite("Field paths")
struct FieldPathTests {
    static let paths: [(steps: [FieldPath.Step], text: String)] = [
        ([], "$"), ([.key("id")], "$.id"), ([.key("customer"), .key("account"), .key("tier")], "$.customer.account.tier"),
        ([.key("tags"), .element], "$.tags[*]"), ([.key("m"), .element, .element, .key("x")], "$.m[*][*].x"), ([.element], "$[*]"),
        ([.key("")], "$['']"), ([.key(" ")], "$[' ']"), ([.key("odd key")], "$['odd key']"), ([.key("a.b")], "$['a.b']"),
        ([.key("[*]")], "$['[*]']"), ([.key("*")], "$['*']"), ([.key("$")], "$['$']"), ([.key("'")], #"$['\'']"#), ([.key("\\")], #"$['\\']"#),
        ([.key("\\'")], #"$['\\\'']"#), ([.key("']")], #"$['\']']"#), ([.key("a']['b")], #"$['a\'][\'b']"#), ([.key("\"")], #"$['"']"#),
        ([.key("日本")], "$['日本']"), ([.key("é")], "$['é']"), ([.key("e\u{301}")], "$['e\u{301}']"), ([.key("\u{301}")], "$['\u{301}']"),
        ([.key("\n")], "$['\n']"), ([.key("\r\n")], "$['\r\n']"), ([.key("\u{0}")], "$['\u{0}']"), ([.key("1")], "$.1"), ([.key("_A9")], "$._A9"),
        ([.key("a-b"), .element, .key("c")], "$['a-b'][*].c"), ([.key("#json")], "$['#json']"), ([.key("a\u{FE0F}")], "$['a\u{FE0F}']"),
    ]

    @Test("A path is written and read back", arguments: paths)
    func roundTrip(_ path: (steps: [FieldPath.Step], text: String)) {
        #expect(FieldPath(path.steps).text.unicodeScalars.elementsEqual(path.text.unicodeScalars))
        #expect(FieldPath(text: path.text) == FieldPath(path.steps))
    }

    @Test("Other texts are no paths", arguments: [
        "", "id", "$id", "$.", "$..a", "$.a.", "$.a b", "$.é", "$.*", "$[", "$[]", "$[*", "$[0]", "$['a]", "$['a'", "$['a'x]", #"$["a b"]"#, "$['a']",
        #"$['\x']"#, #"$['\"#, "$ .a", "$['a b']]", "$[*]x", ".a", "a",
    ])
    func refused(_ text: String) { #expect(FieldPath(text: text) == nil) }

    @Test("Two spellings of a letter are two keys")
    func bytes() {
        let composed = FieldPath([.key("é")]), decomposed = FieldPath([.key("e\u{301}")])
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
    }

    @Test("Different random paths have different texts, and each reads back")
    func injective() {
        var random = SplitMix(state: 5)
        let pieces = ["a", "b", "'", "\\", "]", "[", "*", ".", "$", "", " ", "é", "\u{301}", "\r", "\n"]
        var seen: [[UInt8]: FieldPath] = [:]
        for _ in 0..<4000 {
            let path = FieldPath((0..<random.below(4)).map { _ in
                random.chance(25) ? .element : .key((0..<random.below(4)).map { _ in random.pick(pieces) }.joined())
            })
            #expect(FieldPath(text: path.text) == path)
            if let other = seen.updateValue(path, forKey: Array(path.text.utf8)) { #expect(other == path) }
        }
    }
}
