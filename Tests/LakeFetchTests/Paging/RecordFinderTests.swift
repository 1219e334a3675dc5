import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

/// What the finder says, as text: `array 2`, `single`, `none` or the fault.
private func find(_ body: String, _ resource: Resource) throws -> String {
    var finder = RecordFinder(resource: resource)
    let page = PageBytes(body)
    let tape = try tape(page)
    do {
        let found = try finder.find(in: page, tape: tape)
        let place = finder.detected.map { " at \($0)" } ?? ""
        switch found {
        case .array(_, let count): return "array \(count)" + place
        case .single(let token): return "single " + tape.value(at: token, of: page).text(pretty: false)
        case .none: return "none"
        }
    } catch {
        return error.sentence
    }
}

@Suite struct RecordFinderTests {
    @Test("Without a selector the records are looked for where APIs put them", arguments: [
        ("[{\"id\":1}]", "array 1 at $"),
        ("[]", "array 0 at $"),
        ("{\"data\":{\"results\":[{},{}],\"tags\":[{}]}}", "array 2 at data.results"),
        ("{\"data\":{\"requests\":[{}]}}", "array 1 at data.requests"),
        ("{\"data\":[{}],\"items\":[{},{}]}", "array 1 at data"),
        ("{\"results\":[]}", "array 0 at results"),
        ("{\"message\":null,\"data\":null}", "none"),
        ("{\"data\":{\"results\":null}}", "none"),
        ("{\"meta\":{\"x\":[{}]},\"response\":{\"body\":{\"rows\":[{},{},{}]}}}", "array 3 at response.body.rows"),
        ("{\"tickets\":[{}],\"warnings\":[{}]}", "array 1 at tickets"),
        ("{\"things\":[],\"more\":1}", "array 0 at things"),
        ("{\"a\":[{}],\"b\":[{}]}", "several lists could be the records: a, b. Name the right one in endpoint.data_selector."),
        ("{\"id\":1,\"tags\":[\"x\"]}", "no list of records was found; the keys at the top are id, tags. Name it in endpoint.data_selector ('$' for the whole page as one record)."),
        ("{\"unknown\":[]}", "no list of records was found; the keys at the top are unknown. Name it in endpoint.data_selector ('$' for the whole page as one record)."),
        ("\"text\"", "no list of records was found; the keys at the top are none. Name it in endpoint.data_selector ('$' for the whole page as one record)."),
    ])
    func detects(_ body: String, _ expected: String) throws {
        #expect(try find(body, resource()) == expected)
    }

    @Test("A declared selector is obeyed", arguments: [
        ("a.b", "{\"a\":{\"b\":[{},{}]}}", "array 2"),
        ("a.b", "{\"a\":{\"b\":null}}", "none"),
        ("a.b", "{\"a\":{\"b\":[]}}", "array 0"),
        ("a.b", "{\"a\":{\"b\":{\"id\":1}}}", "single {\"id\":1}"),
        ("a.b", "{\"a\":{\"c\":[],\"d\":1}}", "nothing stands at 'a.b'; the keys at 'a' are c, d. Correct endpoint.data_selector."),
        ("$", "{\"id\":7}", "single {\"id\":7}"),
    ])
    func obeys(_ selector: String, _ body: String, _ expected: String) throws {
        #expect(try find(body, resource(selector: selector)) == expected)
    }

    @Test("A path that names one entity gives one record", arguments: [
        ("{\"data\":{\"id\":1,\"tags\":[{}]},\"message\":null}", "single {\"id\":1,\"tags\":[{}]}"),
        ("{\"id\":1,\"error\":\"last sync\",\"tags\":[{}]}", "single {\"id\":1,\"error\":\"last sync\",\"tags\":[{}]}"),
        ("{\"data\":null}", "none"),
        ("{\"ok\":false,\"error\":\"user_gone\"}", "the API reports an error with a status of success: \"user_gone\". Expected records."),
    ])
    func single(_ body: String, _ expected: String) throws {
        var one = try resource(.singlePage, path: "users/{resources.users.id}")
        one.parent = ParentBinding(resource: "users", fields: [Selector(keys: ["id"])])
        #expect(try find(body, one) == expected)
    }

    @Test("An error in a page of success is an error", arguments: [
        ("{\"ok\":false,\"error\":\"not_allowed\"}", "not_allowed"),
        ("{\"error\":true,\"message\":\"no plan\"}", "no plan"),
        ("{\"success\":false}", "success: false"),
        ("{\"error\":{\"message\":\"bad\\u001b[31m\"},\"data\":[]}", "bad\\u{1b}[31m"),
        ("{\"errors\":[{\"message\":\"m\"}],\"results\":[]}", "m"),
        ("{\"status\":\"error\",\"message\":\"x\",\"data\":null}", "x"),
    ])
    func errors(_ body: String, _ message: String) throws {
        #expect(try find(body, resource()) == "the API reports an error with a status of success: \"\(message)\". Expected records.")
    }

    @Test("Flags that report no error, and errors beside records, change nothing", arguments: [
        "{\"ok\":true,\"error\":false,\"data\":[]}", "{\"error\":null,\"errors\":[],\"data\":[]}", "{\"error\":\"\",\"status\":true,\"data\":[]}",
    ])
    func noErrors(_ body: String) throws {
        #expect(try find(body, resource()) == "array 0 at data")
        #expect(try find("{\"ok\":false,\"data\":[{}]}", resource()) == "array 1 at data")
    }

    @Test("What was found on the first page holds for the later ones")
    func sticks() throws {
        var finder = RecordFinder(resource: try resource())
        let first = PageBytes("{\"tickets\":[{}]}"), second = PageBytes("{\"tickets\":[],\"users\":[{}]}"), third = PageBytes("{\"users\":[{}]}")
        _ = try finder.find(in: first, tape: tape(first))
        #expect(try finder.find(in: second, tape: tape(second)).count == 0)
        #expect(throws: RecordFault.selectorMissing(selector: "tickets", place: "$", keysSeen: ["users"])) {
            try finder.find(in: third, tape: try tape(third))
        }
    }

    @Test("The fields of a single record state nothing about paging")
    func singleStatesNothing() throws {
        let walked = try walk(resource(.singlePage, selector: "data")) { _ in .json("{\"data\":{\"id\":1,\"total\":990,\"pages\":3}}") }
        #expect(walked.verdict.outcome == .complete)
    }

    private func fingerprint(_ body: String, key: String?) throws -> PageFingerprint? {
        let page = PageBytes(body)
        let resource = try resource(key: key)
        var finder = RecordFinder(resource: resource)
        let tape = try tape(page)
        return PageFingerprint(records: try finder.find(in: page, tape: tape), primaryKey: resource.primaryKey, page: page, tape: tape)
    }

    @Test("A fingerprint sees the keys, or all bytes where there is no key")
    func fingerprints() throws {
        #expect(try fingerprint("[{\"id\":1,\"a\":1}]", key: "id") == fingerprint("[{\"a\":2,\"id\":1}]", key: "id"))
        #expect(try fingerprint("[{\"n\":1,\"a\":1}]", key: nil) != fingerprint("[{\"n\":1,\"a\":2}]", key: nil))
        #expect(try fingerprint("[{\"id\":1},{\"id\":2}]", key: "id") != fingerprint("[{\"id\":2},{\"id\":1}]", key: "id"))
        #expect(try fingerprint("[{\"id\":12},{\"id\":3}]", key: "id") != fingerprint("[{\"id\":1},{\"id\":23}]", key: "id"))
        #expect(try fingerprint("[{\"id\":\"1\"}]", key: "id") != fingerprint("[{\"id\":1}]", key: "id"))
        #expect(try fingerprint("[]", key: "id") == nil)
    }
}
