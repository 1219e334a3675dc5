import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

/// A resource whose path names one entity and whose endpoint names no paginator.
private func entity(_ paginator: Paginator = .auto) throws -> Resource {
    var one = try resource(paginator, path: "orders/{resources.customers.id}")
    one.parent = ParentBinding(resource: "customers", fields: [Selector(keys: ["id"])])
    one.inheritsPaginator = true
    return one
}

private let inherited: [Paginator] = [
    .auto, .cursor(CursorPaginator(cursorPath: Selector(keys: ["next_cursor"]))), .jsonLink(nextURLPath: Selector(keys: ["next"])),
    .headerLink(relation: "next"), .pageNumber(PageNumberPaginator(basePage: 1)), .offset(OffsetPaginator(limit: 10)),
]

/// Answers that would be taken for all there is, if one sign were believed too easily.
@Suite struct SilentLossTests {
    // MARK: Paths that name one entity

    @Test("A path that names one entity but answers with a list is walked to the end of its pages", arguments: ["next_cursor", "cursor"])
    func listBehindEntityPath(_ param: String) throws {
        let paginator: Paginator = param == "cursor" ? inherited[1] : .auto
        let walked = try walk(entity(paginator)) { request in
            let from = parameter(param, request).flatMap { Int($0) } ?? 0
            return .json("{\"data\":\(records(from + 1...from + 10)),\"next_cursor\":\(from < 90 ? "\"\(from + 10)\"" : "null")}")
        }
        #expect(walked.ids == (1...100).map(String.init))
        #expect(walked.end == .ended(.cursorNull))
    }

    @Test("One object ends a path that names one entity, with evidence that says so", arguments: inherited, [
        "{\"data\":{\"id\":1,\"next\":\"a\",\"workflow\":{\"next_cursor\":\"b\"}}}", "{\"id\":1,\"next\":null,\"workflow\":{\"next_cursor\":\"b\"}}",
    ])
    func oneObject(_ paginator: Paginator, _ body: String) throws {
        let walked = try walk(entity(paginator)) { _ in .json(body) }
        #expect(walked.requests.count == 1 && walked.ids == ["1"])
        #expect(walked.end == .ended(.singleObject))
    }

    @Test("A sign of paging beside the one object is followed")
    func objectWithCursor() throws {
        let walked = try walk(entity()) { request in
            .json(request.isEmpty ? "{\"data\":{\"id\":1},\"next_cursor\":\"x\"}" : "{\"data\":{\"id\":2},\"next_cursor\":null}")
        }
        #expect(walked.ids == ["1", "2"] && walked.end == .ended(.cursorNull))
    }

    // MARK: Signs of the end

    @Test("A null or empty next proves the end only where paging is described", arguments: [
        ("\"workflow\":{\"next\":null}", false), ("\"steps\":{\"meta\":{\"next\":\"\"}}", false), ("\"data\":{\"x\":{\"next_page\":null}}", false),
        ("\"next\":null", true), ("\"meta\":{\"next\":null}", true), ("\"_links\":{\"next\":null}", true), ("\"paging\":{\"cursors\":{\"next\":\"\"}}", true),
        ("\"response_metadata\":{\"next_cursor\":\"\"}", true),
    ])
    func nullNext(_ member: String, _ proves: Bool) throws {
        let walked = try walk(resource(limit: 10)) { _ in .json("{\"items\":\(records(1...10)),\(member)}") }
        #expect(walked.requests.count == (proves ? 1 : 3))
        #expect(walked.end == (proves ? walked.end : .partial(.mayBeTruncated(count: 10, limit: 10))))
    }

    // MARK: Cursors and links

    @Test("A cursor that begins with a slash is a cursor, and a relative URL under a link's name a link", arguments: [
        ("\"next_cursor\":\"/9j4AAQ\"", "next_cursor=/9j4AAQ"), ("\"nextPageToken\":\"/9j4?\"", "pageToken=/9j4?"),
        ("\"next_cursor\":\"https://a/2\"", "→https://a/2"), ("\"next\":\"/things?page=2\"", "→/things?page=2"), ("\"next\":\"?page=2\"", "→?page=2"),
        ("\"next_url\":\"/2\"", "→/2"), ("\"links\":{\"next\":{\"href\":\"/2\"}}", "→/2"), ("\"next_page\":{\"url\":\"/2\"}", "→/2"),
        ("\"next_page\":\"/things?page=2\"", "→/things?page=2"), ("\"@odata.nextLink\":\"/2\"", "→/2"),
    ])
    func slash(_ member: String, _ request: String) throws {
        let walked = try walk(resource()) { request in
            .json(request.isEmpty ? "{\"data\":\(records(1...10)),\(member)}" : "{\"data\":\(records(11...12))}")
        }
        #expect(walked.requests == ["", request] && walked.ids.count == 12)
    }

    // MARK: Pages that cannot be told apart

    @Test("Without a key, answers that change of themselves prove no further page")
    func volatileAnswers() throws {
        var clock = 0
        let walked = try walk(resource(key: nil)) { _ in
            clock += 1
            return .json("[{\"n\":1,\"seen\":\(clock)},{\"n\":2,\"seen\":\(clock)}]")
        }
        #expect(walked.requests == ["", "page=1", ""])
        #expect(walked.ids.count == 2)
        #expect(walked.end == .partial(.pagesCannotBeTold))
        #expect(PartialReason.pagesCannotBeTold.sentence.contains("primary_key"))
    }

    @Test("Without a key, pages that are new are read once each, whatever their base", arguments: [0, 1])
    func stableAnswers(_ base: Int) throws {
        let walked = try walk(resource(key: nil)) { request in
            let page = Int(parameter("page", request) ?? "") ?? base
            return .json(records((1...25).dropFirst((page - base) * 10).prefix(10)))
        }
        #expect(walked.requests == (base == 0 ? ["", "page=1", "", "page=1", "page=2", "page=3", ""] : ["", "page=1", "page=2", "page=3", "page=4", ""]))
        #expect(walked.ids == (1...25).map(String.init))
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    // MARK: Errors beside records

    @Test("Records beside an error are kept, and the end is no end", arguments: [
        ("\"errors\":[{\"message\":\"shard 3 timed out\"}]", "shard 3 timed out"), ("\"error\":\"late\\u001b[31m\"", "late\u{1b}[31m"),
        ("\"error\":{\"message\":\"m\"}", "m"), ("\"errors\":[\"a\",\"b\"]", "a"), ("\"error\":true", "error: true"), ("\"errors\":{\"x\":1}", "errors: …"),
    ])
    func errorBeside(_ member: String, _ message: String) throws {
        let walked = try walk(resource()) { request in
            .json(request.isEmpty ? "{\"data\":\(records(1...3)),\"next_cursor\":\"x\"}" : "{\"data\":\(records(4...5)),\(member),\"next_cursor\":null}")
        }
        #expect(walked.ids.count == 5)
        #expect(walked.end == .partial(.errorBesideRecords(message: message, page: 2)))
        #expect(walked.verdict.outcome == .partial)
        #expect(!PartialReason.errorBesideRecords(message: message, page: 2).sentence.contains("\u{1b}"))
    }

    @Test("No error is seen in flags, in empty errors, and in records that are errors", arguments: [
        ("{\"data\":[{\"id\":1}],\"errors\":[],\"error\":null}", nil), ("{\"data\":[{\"id\":1}],\"error\":false,\"ok\":false}", nil),
        ("{\"errors\":[{\"id\":1,\"message\":\"x\"}]}", "errors"), ("{\"error\":{\"list\":[{\"id\":1}],\"message\":\"x\"}}", "error.list"), ("{\"id\":1,\"error\":\"last sync\"}", "$"),
    ] as [(String, String?)])
    func noErrorBeside(_ body: String, _ selector: String?) throws {
        let walked = try walk(resource(.singlePage, selector: selector)) { _ in .json(body) }
        #expect(walked.end == .ended(.declaredSingle) && walked.ids == ["1"])
    }

    // MARK: Lists beside the records

    @Test("An empty list in a usual place counts only where no other list holds objects", arguments: [
        ("{\"data\":[],\"things\":[{},{},{}]}", "things"), ("{\"data\":[],\"result\":{\"things\":[{}]}}", "result.things"),
        ("{\"data\":[{}],\"things\":[{},{}]}", "things"), ("{\"things\":[{}],\"data\":[]}", "things"), ("{\"things\":[],\"users\":[{}]}", "things"),
        ("{\"data\":[],\"users\":[{}]}", nil), ("{\"data\":{\"results\":[]},\"items\":[{}]}", nil), ("{\"things\":[],\"data\":[{}]}", nil),
        ("{\"data\":[],\"tags\":[\"x\"],\"meta\":{\"fields\":[{}]}}", "data"), ("{\"data\":[],\"things\":[]}", "things"),
        ("{\"data\":[{}],\"included\":{\"things\":[{}]}}", "data"), ("{\"data\":[{}],\"users\":[{}]}", "data"),
    ] as [(String, String?)])
    func emptyUsualPlace(_ body: String, _ place: String?) throws {
        var finder = RecordFinder(resource: try resource())
        let page = PageBytes(body)
        let tape = try tape(page)
        do {
            _ = try finder.find(in: page, tape: tape)
            #expect(finder.detected?.description == place)
        } catch {
            guard case .severalLists = error else { Issue.record("\(error)"); return }
            #expect(place == nil)
        }
    }

    // MARK: Keys that come twice

    @Test("Of equal keys of a record the last one tells pages apart, as it tells rows apart")
    func lastOfEqualKeys() throws {
        let walked = try walk(resource(.pageNumber(PageNumberPaginator(basePage: 1)))) { request in
            let page = parameter("page", request) ?? ""
            return .json(page == "4" ? "[]" : "[{\"id\":0,\"name\":\"x\",\"id\":\(page)}]")
        }
        #expect(walked.end == .ended(.emptyPage) && walked.requests.count == 5)
    }
}
