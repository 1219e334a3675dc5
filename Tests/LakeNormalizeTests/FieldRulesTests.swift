import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource
import Testing

@Suite("Rules for fields")
struct FieldRulesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var id: String
        var source: String
        var rules: Resource
        var expected: String
        var dropped = 0
        var testDescription: String { id }
        init(_ id: String, _ source: String, _ rules: Resource, _ expected: String, dropped: Int = 0) {
            self.id = id
            self.source = source
            self.rules = rules
            self.expected = expected
            self.dropped = dropped
        }
    }

    static let excluded: [Case] = [
        Case("a member, wherever it stands", #"[{"a":1,"b":2},{"b":3,"a":4},{"c":5}]"#, ruled(exclude: ["b"]), #"[{"a":1},{"a":4},{"c":5}]"#, dropped: 2),
        Case("null, object and array", #"[{"b":null},{"b":{"x":1}},{"b":[1,2]}]"#, ruled(exclude: ["b"]), "[{},{},{}]", dropped: 3),
        Case("below an object", #"[{"a":{"b":1,"c":2},"b":3}]"#, ruled(exclude: ["a.b"]), #"[{"a":{"c":2},"b":3}]"#, dropped: 1),
        Case("no scalar in the object's place", #"[{"a":1}]"#, ruled(exclude: ["a.b"]), #"[{"a":1}]"#),
        Case("in lists that are not named", #"[{"a":[{"b":1,"c":2},[{"b":3}]]}]"#, ruled(exclude: ["a.b"]), #"[{"a":[{"c":2},[{}]]}]"#, dropped: 2),
        Case("without the lists that are named", #"[{"a":{"b":1,"c":2}}]"#, ruled(exclude: ["a[*].b"]), #"[{"a":{"c":2}}]"#, dropped: 1),
        Case("elements where there is no list", #"[{"t":"x","u":1},{"t":{"n":3}},{"t":null}]"#, ruled(exclude: ["t[*]"]), #"[{"u":1},{},{}]"#, dropped: 3),
        Case("by a column's name, through lists", #"[{"a":[{"b":1,"c":2}]}]"#, ruled(exclude: ["a__b"]), #"[{"a":[{"c":2}]}]"#, dropped: 1),
        Case("of the elements of an array", #"[{"t":[{"n":1,"i":2},{"n":3},4]}]"#, ruled(exclude: ["t[*].n"]), #"[{"t":[{"i":2},{},4]}]"#, dropped: 2),
        Case("the elements themselves", #"[{"t":["x",{"n":3},[1]],"u":1}]"#, ruled(exclude: ["t[*]"]), #"[{"t":[],"u":1}]"#, dropped: 3),
        Case("elements by the name of their column", #"[{"t":["x",{"value":3}],"u":1}]"#, ruled(exclude: ["t[*].value"]), #"[{"t":[{}],"u":1}]"#, dropped: 2),
        Case("of arrays in arrays", #"[{"t":[[1,[2]],3]}]"#, ruled(exclude: ["t[*][*]"]), #"[{"t":[[]]}]"#, dropped: 3),
        Case("by the name of a column", #"[{"customerInfo":{"E-Mail":1,"id":2},"x":1}]"#, ruled(exclude: ["customer_info__e_mail"]), #"[{"customerInfo":{"id":2},"x":1}]"#, dropped: 1),
        Case("by the name of an object", #"[{"customerInfo":{"id":2},"customerInfoX":1}]"#, ruled(exclude: ["customer_info"]), #"[{"customerInfoX":1}]"#, dropped: 1),
        Case("a column's name holds in its table alone", #"[{"mail":1,"t":[{"mail":2}]}]"#, ruled(exclude: ["mail"]), #"[{"t":[{"mail":2}]}]"#, dropped: 1),
        Case("escaped keys", #"[{"\u0062":1,"a":{"\u00e9\"":2,"x":3}}]"#, ruled(exclude: ["b", #"a['é"']"#]), #"[{"a":{"x":3}}]"#, dropped: 2),
        Case("each of two equal keys", #"[{"b":1,"a":2,"b":3,"\u0062":4}]"#, ruled(exclude: ["b"]), #"[{"a":2}]"#, dropped: 3),
        Case("personal fields that are dropped", #"[{"a":1,"p":{"q":1,"r":2}}]"#, ruled(drop: ["p.q", "a"]), #"[{"p":{"r":2}}]"#, dropped: 2),
        Case("records that are no objects", #"[7,"x",null,[{"b":1}],{"b":1}]"#, ruled(exclude: ["b"]), #"[7,"x",null,[{}],{}]"#, dropped: 2),
        Case("elements of records that are arrays", #"[[{"b":1,"c":2}]]"#, ruled(exclude: ["[*].b"]), #"[[{"c":2}]]"#, dropped: 1),
        Case("the empty key", #"[{"":1,"a":2}]"#, ruled(exclude: ["['']"]), #"[{"a":2}]"#, dropped: 1),
    ]

    static let included: [Case] = [
        Case("nothing but these", #"[{"a":1,"b":2,"c":{"d":3}}]"#, ruled(include: ["a", "c"]), #"[{"a":1,"c":{"d":3}}]"#, dropped: 1),
        Case("objects on the way stay", #"[{"c":{"d":3,"e":4},"x":{"d":1}},{"c":{"e":5}},{"c":{}}]"#, ruled(include: ["c.d"]), #"[{"c":{"d":3}},{"c":{}},{"c":{}}]"#, dropped: 3),
        Case("a scalar on the way does not", #"[{"c":7},{"c":null}]"#, ruled(include: ["c.d"]), "[{},{}]", dropped: 2),
        Case("in lists that are not named", #"[{"c":[{"d":1,"e":2},[{"d":3}]]},{"c":{"d":4}}]"#, ruled(include: ["c.d"]), #"[{"c":[{"d":1},[{"d":3}]]},{"c":{"d":4}}]"#, dropped: 1),
        Case("not without the lists that are named", #"[{"c":{"d":1}}]"#, ruled(include: ["c[*].d"]), "[{}]", dropped: 1),
        Case("elements", #"[{"t":[{"n":1,"i":{"n":2}},3,[{"n":4}]],"n":5}]"#, ruled(include: ["t[*].n"]), #"[{"t":[{"n":1},[{"n":4}]]}]"#, dropped: 3),
        Case("arrays in arrays", #"[{"t":[[1,2],3],"n":5}]"#, ruled(include: ["t[*][*]"]), #"[{"t":[[1,2]]}]"#, dropped: 2),
        Case("elements by their column", #"[{"t":[1,{"value":2,"x":3}]}]"#, ruled(include: ["t[*].value"]), #"[{"t":[1,{"value":2}]}]"#, dropped: 1),
        Case("by the name of a column", #"[{"customer":{"Tier":1,"id":2},"customer_x":1}]"#, ruled(include: ["customer__tier"]), #"[{"customer":{"Tier":1}}]"#, dropped: 2),
        Case("an inner exclude wins", #"[{"c":{"d":1,"e":2}}]"#, ruled(include: ["c"], exclude: ["c.d"]), #"[{"c":{"e":2}}]"#, dropped: 1),
        Case("an outer exclude wins", #"[{"c":{"d":1},"a":1}]"#, ruled(include: ["c.d", "a"], exclude: ["c"]), #"[{"a":1}]"#, dropped: 1),
        Case("of the same field the exclude wins", #"[{"c":1,"a":1}]"#, ruled(include: ["c", "a"], exclude: ["c"]), #"[{"a":1}]"#, dropped: 1),
        Case("personal within an included field", #"[{"c":{"m":"x","n":1},"a":1}]"#, ruled(include: ["c"], redact: ["c.m"]), #"[{"c":{"m":"[redacted]","n":1}}]"#, dropped: 1),
        Case("personal does not include", #"[{"m":"x","a":1}]"#, ruled(include: ["a"], redact: ["m"]), #"[{"a":1}]"#, dropped: 1),
        Case("records of another kind hold nothing that is included", #"[{"a":1},"x",7,[{"a":1},2],null,[]]"#, ruled(include: ["a"]), #"[{"a":1},{},{},[],null,[]]"#, dropped: 3),
        Case("scalar records that are included", #"["x",7,{"value":1,"b":2}]"#, ruled(include: ["value"]), #"["x",7,{"value":1}]"#, dropped: 1),
        Case("an outer include", #"[{"c":{"d":1,"e":2}}]"#, ruled(include: ["c.d", "c"]), #"[{"c":{"d":1,"e":2}}]"#),
    ]

    static let masked: [Case] = [
        Case("redacted whatever it is, but null", #"[{"a":"x"},{"a":1},{"a":{"b":1}},{"a":[1]},{"a":true},{"a":null}]"#, ruled(redact: ["a"]),
             #"[{"a":"[redacted]"},{"a":"[redacted]"},{"a":"[redacted]"},{"a":"[redacted]"},{"a":"[redacted]"},{"a":null}]"#),
        Case("elements", #"[{"t":["x",null,["y"]]}]"#, ruled(redact: ["t[*]"]), #"[{"t":["[redacted]",null,"[redacted]"]}]"#),
        Case("the whole field, before what is below it", #"[{"a":{"b":1}}]"#, ruled(exclude: ["a.b"], redact: ["a"]), #"[{"a":"[redacted]"}]"#),
        Case("what tells less wins", #"[{"a":1,"b":2}]"#, ruled(exclude: ["b"], hash: ["a", "b"], redact: ["a"]), #"[{"a":"[redacted]"}]"#, dropped: 1),
        Case("a scalar record", #"["x",{"value":"y"}]"#, ruled(redact: ["value"]), #"["[redacted]",{"value":"[redacted]"}]"#),
        Case("a rule for the row itself", #"["x",{"a":"y"},null]"#, ruled(redact: ["$"]), #"["[redacted]",{"a":"y"},null]"#),
    ]

    @Test("Fields are left out", arguments: excluded)
    func excludes(_ one: Case) throws { try check(one) }

    @Test("Nothing but included fields is left", arguments: included)
    func includes(_ one: Case) throws { try check(one) }

    @Test("Personal values are redacted", arguments: masked)
    func redacts(_ one: Case) throws { try check(one) }

    private func check(_ one: Case) throws {
        let page = try RuledPage(one.source, one.rules)
        #expect(page.text == one.expected)
        #expect(page.counts.droppedFields == one.dropped)
    }

    @Test("A resource without rules for its fields has no walk; hints that say nothing of single values are no rules")
    func none() {
        #expect(FieldRulesWalk(ruled(), hashKey: nil) == nil)
        #expect(FieldRulesWalk(ruled(columns: [ColumnHint(field: field("a"), dataType: .bigint, isNullable: false)]), hashKey: nil) == nil)
        #expect(FieldRulesWalk(ruled(include: []), hashKey: nil) != nil)
        #expect(FieldRulesWalk(ruled(columns: [ColumnHint(field: field("a"), nullValues: ["-"])]), hashKey: nil) != nil)
    }

    @Test("A page in which no rule means anything is not written anew")
    func untouched() throws {
        let page = try RuledPage(#"[{"id":1,"t":[{"x":1}]}]"#, ruled(exclude: ["a", "b.c", "t[*].y"], columns: [ColumnHint(field: field("id"), nullValues: ["-"])]))
        #expect(page.isUntouched)
        #expect(page.counts == SideCounts())
    }

    @Test("Texts that stand for null become null, however they are written, and no other value")
    func nullValues() throws {
        let rules = ruled(columns: [
            ColumnHint(field: field("a"), nullValues: ["NA", "", "é"]), ColumnHint(field: field("c__d"), nullValues: ["-"]),
            ColumnHint(field: field("t[*]"), nullValues: ["0"]),
        ])
        let page = try RuledPage(
            #"[{"a":"NA","b":"NA"},{"a":""},{"a":"\u00e9"},{"a":"\u004eA"},{"a":"na"},{"a":0},{"a":{"a":"NA"}},{"C":{"d":"-"}},{"t":["0",0,"1"]}]"#, rules)
        #expect(page.text
            == #"[{"a":null,"b":"NA"},{"a":null},{"a":null},{"a":null},{"a":"na"},{"a":0},{"a":{"a":"NA"}},{"C":{"d":null}},{"t":[null,0,"1"]}]"#)
        #expect(page.counts.nulledValues == 6)
    }

    @Test("What is masked is left as it came otherwise: nulls and times come after it")
    func passes() throws {
        let page = try RuledPage(#"[{"a":"NA","b":"NA","t":1767225600,"m":"x","d":1}]"#, ruled(redact: ["a", "m"], drop: ["d"], columns: [
            ColumnHint(field: field("a"), nullValues: ["NA", "[redacted]"]), ColumnHint(field: field("b"), nullValues: ["NA"]),
            ColumnHint(field: field("m"), nullValues: ["[redacted]"]), ColumnHint(field: field("t"), timestampFormat: .epochSeconds),
        ]))
        #expect(page.masked == #"[{"a":null,"b":"NA","t":1767225600,"m":"[redacted]"}]"#)
        #expect(page.text == #"[{"a":null,"b":null,"t":"2026-01-01T00:00:00.000000Z","m":"[redacted]"}]"#)
        #expect((page.counts.nulledValues, page.counts.redactedValues, page.counts.convertedTimes) == (2, 1, 1))
    }

    @Test("A rule that no record has met is known; what stands around another rule that masks it is not asked for", arguments: [
        (ruled(exclude: ["b", "x"]), [], [1], []), (ruled(include: ["a", "x", "c.d", "c"]), [1], [], []), (ruled(include: ["a"], hash: ["b", "x"]), [], [], [1]),
        (ruled(hash: ["emial", "c.d", "t[*].n", "c.z"]), [], [], [0, 3]), (ruled(exclude: ["c"], hash: ["c.z"], redact: ["t"], drop: ["t[*].z"]), [], [], []),
        (ruled(hash: ["t.n", "e[*]", "e[*].value", "s.x"]), [], [], [2, 3]), (ruled(hash: ["value"]), [], [], [0]), (ruled(redact: ["t[*].value"]), [], [], []),
    ] as [(Resource, [Int], [Int], [Int])])
    func unmet(_ rules: Resource, _ include: [Int], _ exclude: [Int], _ personal: [Int]) throws {
        let walk = try #require(FieldRulesWalk(rules, hashKey: [1]))
        #expect(walk.unmet == nil)
        _ = try RuledPage(#"[{},7]"#, walk)
        #expect(walk.unmet == nil, "no record had a field")
        _ = try RuledPage(#"[{"a":1},{"b":2,"c":{"d":null},"t":[{"n":1}],"e":[],"s":1}]"#, walk)
        let unmet = try #require(walk.unmet)
        #expect((unmet.include, unmet.exclude, unmet.personal) == (include, exclude, personal))
    }

    @Test("A text that stands for null is not hashed or redacted")
    func nullBeforeMask() throws {
        let page = try RuledPage(#"[{"a":"NA","b":"NA"},{"b":"x"}]"#, ruled(
            hash: ["a"], redact: ["b"], columns: [ColumnHint(field: field("a"), nullValues: ["NA"]), ColumnHint(field: field("b"), nullValues: ["NA"])]))
        #expect(page.text == #"[{"a":null,"b":null},{"b":"[redacted]"}]"#)
        #expect((page.counts.nulledValues, page.counts.hashedValues, page.counts.redactedValues) == (2, 0, 1))
    }

    @Test("Counts go on from page to page, and a walk knows the places of the pages before")
    func pages() throws {
        let walk = try #require(FieldRulesWalk(ruled(exclude: ["b"], redact: ["t[*].n"]), hashKey: nil))
        for _ in 0..<3 { #expect(try RuledPage(#"[{"a":1,"b":2,"t":[{"n":"x"}]}]"#, walk).text == #"[{"a":1,"t":[{"n":"[redacted]"}]}]"#) }
        #expect(walk.counts.droppedFields == 3)
        #expect(walk.counts.redactedValues == 3)
    }

    @Test("Records as deep as a page may be")
    func deep() throws {
        let depth = 250
        let path = Array(repeating: "a[*]", count: depth).joined(separator: ".")
        let source = String(repeating: #"{"a":["#, count: depth) + #""x""# + String(repeating: "]}", count: depth)
        let page = try RuledPage("[" + source + "]", ruled(include: [path], redact: [path]))
        #expect(page.text == "[" + source.replacing("x", with: "[redacted]") + "]")
    }
}
