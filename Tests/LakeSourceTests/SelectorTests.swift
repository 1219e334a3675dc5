import LakeJSON
import LakeModel
import LakeSource
import Testing

private func selected(_ selector: String, _ body: String) throws -> [String] {
    let page = PageBytes(body)
    let tape = Tape()
    try Tokenizer.tokenize(page, into: tape)
    let selector = try Selector(parsing: selector)
    let all = selector.all(in: page, tape: tape)
    #expect(selector.first(in: page, tape: tape) == all.first)
    return all.map { tape.value(at: $0, of: page).text(pretty: false) }
}

@Suite struct SelectorTests {
    @Test("Selectors are read", arguments: [
        ("a", [Selector.Step.key("a")]), ("a.b", [.key("a"), .key("b")]), ("$", []), ("$.a.b", [.key("a"), .key("b")]),
        ("['odd key']", [.key("odd key")]), ("$['a'].b", [.key("a"), .key("b")]), ("[\"a.b\"]", [.key("a.b")]), ("['it\\'s']", [.key("it's")]),
        ("items[0]", [.key("items"), .index(0)]), ("a[*].b", [.key("a"), .all, .key("b")]), ("[*]", [.all]), ("$[2]", [.index(2)]),
        ("@odata", [.key("@odata")]), ("größe-1", [.key("größe-1")]),
    ])
    func reads(_ text: String, _ steps: [Selector.Step]) throws {
        let selector = try Selector(parsing: text)
        #expect(selector.steps == steps)
        #expect(selector.description == text)
        #expect(try Selector(parsing: Selector(describing: steps).description).steps == steps)
    }

    @Test("What is not supported is named", arguments: [
        ("a..b", ".."), ("$..a", ".."), ("a.*", ".*"), ("a[?(@.x>1)]", "[?(@.x>1)]"), ("a[-1]", "[-1]"), ("a[1:2]", "[1:2]"), ("a[0,1]", "[0,1]"),
        ("['a','b']", "['a','b']"), ("a[", "["), ("a['x", "['x"), ("a.", "."), (".a", ".a"), ("$a", "$a"), ("a b", " b"), ("a[0]b", "b"), ("a.length()", "()"),
    ])
    func refuses(_ text: String, _ part: String) {
        #expect(throws: SelectorFault(text: text, reason: .unsupported(part))) { try Selector(parsing: text) }
    }

    @Test("An empty selector is refused")
    func empty() {
        #expect(throws: SelectorFault(text: "", reason: .empty)) { try Selector(parsing: "") }
    }

    @Test("Selectors find their values", arguments: [
        ("$", "[1]", ["[1]"]), ("a.b", "{\"a\":{\"x\":[1,{}],\"b\":2}}", ["2"]), ("a", "{\"b\":1}", []), ("a.b", "{\"a\":[1]}", []),
        ("a[1]", "{\"a\":[[0],{\"k\":1}]}", ["{\"k\":1}"]), ("a[2]", "{\"a\":[0,1]}", []), ("a[*].b", "{\"a\":[{\"b\":1},{},{\"b\":3}]}", ["1", "3"]),
        ("[*][0]", "[[1,2],[],[3]]", ["1", "3"]), ("a", "{\"\\u0061\":7}", ["7"]), ("['a.b']", "{\"a.b\":null}", ["null"]),
        ("a", "{\"a\":1,\"a\":2}", ["2"]),
    ])
    func finds(_ selector: String, _ body: String, _ expected: [String]) throws {
        #expect(try selected(selector, body) == expected)
    }

    @Test("A selector starts at any value")
    func startsAnywhere() throws {
        let page = PageBytes("[{\"id\":1},{\"id\":2}]")
        let tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let key = try Selector(parsing: "id")
        #expect(tape.elements(of: 0).compactMap { key.first(in: page, tape: tape, from: $0) }.map { tape.value(at: $0, of: page) } == [1, 2])
    }

    @Test("A selector that fails tells how far it led")
    func deepest() throws {
        let page = PageBytes("{\"data\":{\"items\":[],\"next\":1}}")
        let tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let (place, keys) = try Selector(parsing: "data.results.x").deepestKeys(in: page, tape: tape)
        #expect(place.description == "data" && keys == ["items", "next"])
    }
}
