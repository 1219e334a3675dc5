import LakeFetch
import LakeModel
import LakeSource
import Testing

private let cursor = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["next_cursor"]), cursorParam: "after"))

/// Answers in the order of the list, the last one for ever.
private func inOrder(_ answers: [Answer]) -> (String) -> Answer {
    var rest = answers[...]
    return { _ in rest.count > 1 ? rest.removeFirst() : rest[rest.startIndex] }
}

private func page(_ ids: ClosedRange<Int>, _ next: String) -> Answer { .json("{\"results\":\(records(ids)),\"next_cursor\":\(next)}") }

@Suite struct CursorWalkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var answers: [Answer]
        var requests: [String]
        var end: WalkEnd
        var kept: Int
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "null ends", answers: [page(1...2, "\"A\""), page(3...4, "null")], requests: ["", "after=A"], end: .ended(.cursorNull), kept: 4),
        Case(name: "an empty text ends", answers: [page(1...2, "\"A\""), page(3...3, "\"\"")], requests: ["", "after=A"], end: .ended(.cursorEmpty), kept: 3),
        Case(name: "absent after it was there ends", answers: [page(1...2, "\"A\""), .json("{\"results\":[{\"id\":3}]}")],
             requests: ["", "after=A"], end: .ended(.cursorAbsent), kept: 3),
        Case(name: "a short page does not end", answers: [page(1...3, "\"A\""), page(4...4, "\"B\""), page(5...7, "null")],
             requests: ["", "after=A", "after=B"], end: .ended(.cursorNull), kept: 7),
        Case(name: "an empty page with a next cursor does not end",
             answers: [page(1...2, "\"A\""), .json("{\"results\":[],\"next_cursor\":\"B\"}"), page(3...4, "null")],
             requests: ["", "after=A", "after=B"], end: .ended(.cursorNull), kept: 4),
        Case(name: "A→A is a loop", answers: [page(1...2, "\"A\""), page(3...4, "\"A\"")], requests: ["", "after=A"], end: .failed(.loop(page: 2, of: 1)), kept: 4),
        Case(name: "A→B→A is a loop", answers: [page(1...2, "\"A\""), page(3...4, "\"B\""), page(5...6, "\"A\"")],
             requests: ["", "after=A", "after=B"], end: .failed(.loop(page: 3, of: 1)), kept: 6),
        Case(name: "the first page for ever", answers: [page(1...2, "\"A\"")], requests: ["", "after=A"],
             end: .failed(.repeatedPage(page: 2, of: 1, hasKey: true)), kept: 2),
        Case(name: "an earlier page under a new cursor", answers: [page(1...2, "\"A\""), page(3...4, "\"B\""), page(1...2, "\"C\"")],
             requests: ["", "after=A", "after=B"], end: .failed(.repeatedPage(page: 3, of: 1, hasKey: true)), kept: 4),
        Case(name: "the sent cursor comes back with nothing", answers: [page(1...2, "\"A\""), .json("{\"results\":[],\"next_cursor\":\"A\"}")],
             requests: ["", "after=A"], end: .partial(.stuckOnEmptyPage(2)), kept: 2),
        Case(name: "a numeric cursor keeps its digits", answers: [page(1...2, "12345678901234567890"), page(3...4, "0")],
             requests: ["", "after=12345678901234567890"], end: .ended(.cursorEmpty), kept: 4),
        Case(name: "an object is no cursor", answers: [page(1...2, "{}")], requests: [""], end: .failed(.cursorNotText(path: "next_cursor", page: 1)), kept: 2),
        Case(name: "nowhere, and the page looks full", answers: [.json("{\"results\":\(records(1...10)),\"meta\":1}")], requests: [""],
             end: .partial(.cursorNeverFound(path: "next_cursor", keysSeen: ["results", "meta"], count: 10)), kept: 10),
        Case(name: "nowhere, and the page is not full", answers: [.json("{\"results\":\(records(1...7))}")], requests: [""],
             end: .partial(.cursorNeverFound(path: "next_cursor", keysSeen: ["results"], count: 7)), kept: 7),
        Case(name: "nowhere, and has_more is false", answers: [.json("{\"results\":\(records(1...10)),\"has_more\":false}")], requests: [""],
             end: .ended(.lastPageStated), kept: 10),
        Case(name: "nowhere, and the total has come", answers: [.json("{\"results\":\(records(1...10)),\"total\":10}")], requests: [""],
             end: .ended(.total), kept: 10),
        Case(name: "nowhere, and the total has not come", answers: [.json("{\"results\":\(records(1...7)),\"total\":9}")], requests: [""],
             end: .partial(.cursorNeverFound(path: "next_cursor", keysSeen: ["results", "total"], count: 7)), kept: 7),
        Case(name: "an empty API", answers: [.json("{\"results\":[]}")], requests: [""], end: .ended(.emptyPage), kept: 0),
        Case(name: "a later page is refused", answers: [page(1...2, "\"A\""), .status(404)], requests: ["", "after=A"],
             end: .partial(.refused(status: 404, page: 2)), kept: 2),
    ]

    @Test("A cursor ends when it is null, empty or gone, and only then", arguments: cases)
    func ends(_ c: Case) throws {
        let walked = try walk(resource(cursor), inOrder(c.answers))
        #expect(walked.requests == c.requests)
        #expect(walked.end == c.end)
        #expect(walked.ids.count == c.kept)
    }

    @Test("A cursor that is nowhere is believed only on a page shorter than the request asked for, and of no usual length", arguments: [
        (5, 5, true), (5, 100, false), (100, 100, true), (50, 100, true), (57, 100, false), (25, 100, true), (130, 100, true), (133, 100, true),
    ])
    func limits(_ count: Int, _ limit: Int, _ cut: Bool) throws {
        let walked = try walk(resource(cursor, limit: limit)) { _ in .json("{\"results\":\(records(1...count))}") }
        #expect(walked.verdict.outcome == (cut ? .partial : .complete))
    }

    @Test("stop_after_empty_page ends on an empty page although a cursor is there")
    func stopsAfterEmptyPage() throws {
        let paginator = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["next_cursor"]), stopAfterEmptyPage: true))
        let walked = try walk(resource(paginator), inOrder([page(1...2, "\"A\""), .json("{\"results\":[],\"next_cursor\":\"B\"}")]))
        #expect(walked.end == .ended(.emptyPage))
    }

    @Test("Empty pages with ever new cursors are bounded")
    func onlyEmptyPages() throws {
        var count = 0
        var bounds = PageWalk.Bounds()
        bounds.emptyPages = 20
        let walked = try walk(resource(cursor), bounds: bounds) { _ in
            count += 1
            return .json("{\"results\":[],\"next_cursor\":\"\(count)\"}")
        }
        #expect(walked.end == .partial(.onlyEmptyPages(20)))
    }

    @Test("Nothing loops for ever, whatever an API answers")
    func requestBound() throws {
        var count = 0
        var bounds = PageWalk.Bounds()
        bounds.requests = 50
        let walked = try walk(resource(cursor), bounds: bounds) { _ in
            count += 1
            return .json("{\"results\":[{\"id\":\(count)}],\"next_cursor\":\"\(count)\"}")
        }
        #expect(walked.end == .partial(.requestBound(50)))
    }

    @Test("A bound on pages is partial, but not where the end is on the last page allowed")
    func pageBound() throws {
        let answers = [page(1...2, "\"A\""), page(3...4, "\"B\""), page(5...6, "null")]
        #expect(try walk(resource(cursor), bounds: .init(pages: 2), inOrder(answers)).end == .partial(.pageBound(2)))
        #expect(try walk(resource(cursor), bounds: .init(pages: 3), inOrder(answers)).end == .ended(.cursorNull))
    }

    @Test("A resumed walk goes on and still knows that the cursor was there")
    func resumes() throws {
        let resource = try resource(cursor)
        var finder = RecordFinder(resource: resource)
        var first = PageWalk(resource: resource, firstURL: "https://x/")
        _ = first.accept(try facts(page(1...10, "\"A\""), resource, &finder))
        var second = PageWalk(resource: resource, firstURL: "https://x/", resuming: first.state)
        let decision = second.accept(try facts(.json("{\"results\":\(records(11...20))}"), resource, &finder))
        #expect(decision.step == .ended(.cursorAbsent))
        #expect(second.state.pages == 2)
    }

    @Test("Statuses of a first page", arguments: [
        (401, FailReason.unauthorized), (403, .refused(status: 403)), (404, .refused(status: 404)), (410, .refused(status: 410)),
        (302, .redirected(status: 302)), (503, .unavailable(status: 503)), (429, .unavailable(status: 429)),
    ])
    func statuses(_ status: Int, _ reason: FailReason) throws {
        #expect(try walk(resource(cursor)) { _ in .status(status) }.end == .failed(reason))
    }
}

@Suite struct LinkWalkTests {
    private static let json = Paginator.jsonLink(nextURLPath: Selector(keys: ["links", "next"]))

    private func page(_ ids: ClosedRange<Int>, _ next: String) -> Answer { .json("{\"data\":\(records(ids)),\"links\":{\"next\":\(next)}}") }

    @Test("A link in the body is followed as it stands until it is null")
    func follows() throws {
        let walked = try walk(resource(Self.json), inOrder([page(1...2, "\"?page=2\""), page(3...4, "null")]))
        #expect(walked.requests == ["", "→?page=2"])
        #expect(walked.end == .ended(.linkAbsent))
    }

    @Test("A link back to the first page is a loop")
    func loops() throws {
        let walked = try walk(resource(Self.json), inOrder([page(1...2, "\"/b\""), page(3...4, "\"https://api.example.com/things\"")]))
        #expect(walked.end == .failed(.loop(page: 2, of: 1)))
    }

    @Test("A link that was never there proves nothing behind a full page")
    func neverThere() throws {
        let walked = try walk(resource(Self.json)) { _ in .json("{\"data\":\(records(1...20)),\"paging\":{}}") }
        #expect(walked.end == .partial(.cursorNeverFound(path: "links.next", keysSeen: ["data", "paging"], count: 20)))
    }

    @Test("The Link header is read as RFC 8288 has it", arguments: [
        ("<https://a/2>; rel=\"next\", <https://a/9>; rel=\"last\"", "https://a/2"),
        ("<https://a/1>; rel=prev,<https://a/3>;rel=next", "https://a/3"),
        ("<https://a/?q=a,b;c>; title=\"x, y; rel=next\"; REL=\"self NEXT\"", "https://a/?q=a,b;c"),
        ("<a>; title=\"quo\\\"te\"; rel=\"next\"", "a"),
    ])
    func headers(_ header: String, _ target: String) throws {
        let walked = try walk(resource(.headerLink(relation: "next")), inOrder([.json(records(1...2), link: header), .json(records(3...4), link: "<x>; rel=\"first\"")]))
        #expect(walked.requests == ["", "→" + target])
        #expect(walked.end == .ended(.linkAbsent))
    }

    @Test("No Link header at all is an end only where something else proves it")
    func noHeader() throws {
        #expect(try walk(resource(.headerLink(relation: "next"))) { _ in .json(records(1...30)) }.end == .partial(.linkHeaderNeverFound(relation: "next", count: 30)))
        #expect(try walk(resource(.headerLink(relation: "next"))) { _ in .json(records(1...31)) }.end
            == .partial(.linkHeaderNeverFound(relation: "next", count: 31)))
        #expect(try walk(resource(.headerLink(relation: "next"), limit: 50)) { _ in .json(records(1...31)) }.end == .ended(.linkAbsent))
        #expect(try walk(resource(.headerLink(relation: "next"))) { _ in .json("{\"data\":\(records(1...31)),\"total\":31}") }.end == .ended(.total))
        #expect(try walk(resource(.headerLink(relation: "next"))) { _ in .json(records(1...30), link: "</s.css>; rel=preload") }.end
            == .partial(.linkHeaderNeverFound(relation: "next", count: 30)))
    }

    @Test("A Link header that cannot be read and names the relation is no end, on the first page and later", arguments: [
        "/b; rel=\"next\"", "</b; rel=\"next\"", "</a>; rel=prev, /b; rel=\"next\"",
    ])
    func brokenHeader(_ header: String) throws {
        let later = try walk(
            resource(.headerLink(relation: "next")), inOrder([.json(records(1...2), link: "</p>; rel=next"), .json(records(3...4), link: header)]))
        #expect(later.end == .partial(.linkHeaderBroken(relation: "next", page: 2)))
        let found = try walk(resource()) { _ in .json(records(1...7), link: header) }
        #expect(found.end == .partial(.signNotUnderstood("Link", count: 7)))
    }

    @Test("A word in a target, or another relation, breaks no Link header", arguments: [
        "</next>; rel=\"prev\"", "</p?after=next>; rel=first, </q>; rel=last", " , </next>;; rel=prev ;, ",
    ])
    func soundHeader(_ header: String) throws {
        let walked = try walk(
            resource(.headerLink(relation: "next")), inOrder([.json(records(1...2), link: "</p>; rel=next"), .json(records(3...4), link: header)]))
        #expect(walked.end == .ended(.linkAbsent))
    }

    @Test("No cursor, beside the word that there is more, is no end", arguments: [
        ",\"next\":null,\"has_more\":true", ",\"next\":\"\",\"pageInfo\":{\"hasNextPage\":true}", ",\"meta\":{\"hasMore\":true}",
    ])
    func contradiction(_ rest: String) throws {
        let next = Selector(keys: ["next"])
        for paginator in [Paginator.cursor(CursorPaginator(source: .body(next), place: .query("c"))), .jsonLink(nextURLPath: next)] {
            let walked = try walk(
                resource(paginator), inOrder([.json("{\"data\":\(records(1...2)),\"next\":\"/b\"}"), .json("{\"data\":\(records(3...4))\(rest)}")]))
            #expect(walked.end == .partial(.moreStatedAtEnd(page: 2)))
        }
    }

    // MARK: What an earlier load knew

    private static let knowable: [(Paginator, String, EndEvidence)] = [
        (.cursor(CursorPaginator(cursorPath: Selector(keys: ["data", "next_cursor"]))), "data.next_cursor", .cursorAbsent),
        (.jsonLink(nextURLPath: Selector(keys: ["links", "next"])), "links.next", .linkAbsent),
        (.headerLink(relation: "next"), "Link header, next", .linkAbsent),
    ]

    @Test("A cursor or link that an earlier load found, and the only page lacks, is the end; one that no load found is not", arguments: knowable.indices)
    func knownFromBefore(_ index: Int) throws {
        let (paginator, path, evidence) = Self.knowable[index]
        func walked(_ before: Paginator?) throws -> Walked {
            try walk(resource(paginator), before: before) { _ in .json("{\"data\":{\"results\":\(records(1...10))}}") }
        }
        let known = try walked(paginator)
        #expect(known.end == .ended(evidence) && known.requests.count == 1 && known.walk.resolvedPath == path)
        let unknown = try walked(nil)
        #expect(unknown.verdict.outcome == .partial && unknown.walk.resolvedPath == nil)
        let other = try walked(.jsonLink(nextURLPath: Selector(keys: ["elsewhere"])))
        #expect(other.verdict.outcome == .partial && other.walk.resolvedPath == nil)
    }

    @Test("auto probes all the same, and takes a full page for the last one where an earlier load found a cursor")
    func autoKnownFromBefore() throws {
        func walked(_ before: Paginator?, _ more: String = "") throws -> Walked {
            try walk(resource(), before: before) { _ in .json("{\"data\":{\"results\":\(records(1...10))\(more)}}") }
        }
        let known = try walked(Self.knowable[0].0)
        #expect(known.requests == ["", "page=1", "page=2"] && known.end == .ended(.cursorAbsent))
        #expect(try walked(Self.knowable[1].0).end == .ended(.linkAbsent))
        #expect(try walked(nil).end == .partial(.mayBeTruncated(count: 10, limit: nil)))
        #expect(try walked(pageNumber).end == .partial(.mayBeTruncated(count: 10, limit: nil)))
        #expect(try walked(Self.knowable[0].0, ",\"total\":30").verdict.outcome == .partial)
    }

    @Test("A cursor or link that a page of the walk has is told for the next load")
    func resolvedPath() throws {
        let walked = try walk(resource(limit: 10)) { request in
            .json(request.isEmpty ? "{\"data\":\(records(1...10)),\"next_cursor\":\"x\"}" : "{\"data\":\(records(11...12))}")
        }
        #expect(walked.walk.resolvedPath == "next_cursor" && walked.end == .ended(.cursorAbsent))
        #expect(try walk(resource(pageNumber), MovingList(1...12, size: 10).answer).walk.resolvedPath == nil)
    }

    @Test("A limit in the JSON body is a limit: a page shorter than that needs no cursor to be the last", arguments: [
        (25, 7, true), (7, 7, false), (25, 20, false),
    ])
    func limitInBody(_ limit: Int, _ count: Int, _ isEnd: Bool) throws {
        var search = try resource(Self.knowable[0].0)
        search.request.method = .post
        search.request.body = .json(.object([.init("filter", .object([.init("limit", .scalar(.number("99")))])), .init("page_size", .scalar(.int(limit)))]))
        let walked = try walk(search) { _ in .json("{\"data\":{\"results\":\(records(1...count))}}") }
        #expect((walked.end == .ended(.cursorAbsent)) == isEnd)
        #expect((walked.verdict.outcome == .complete) == isEnd)
    }

    // MARK: From the last record on

    @Test("has_more with nothing but ids: asked for from the last record on", arguments: [true, false])
    func lastRecord(_ isNumber: Bool) throws {
        let walked = try walk(resource(limit: 10)) { request in
            let from = parameter("starting_after", request).flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
            let page = (1...25).dropFirst(from).prefix(10)
            let items = isNumber ? records(page) : "[" + page.map { "{\"id\":\"ch_\($0)\"}" }.joined(separator: ",") + "]"
            return .json("{\"data\":\(items),\"has_more\":\(from + 10 < 25)}")
        }
        let prefix = isNumber ? "" : "ch_"
        #expect(walked.requests == ["", "page=1", "page=2", "starting_after=\(prefix)10", "starting_after=\(prefix)20"])
        #expect(walked.ids.count == 25 && walked.end == .ended(.lastPageStated) && walked.verdict.outcome == .complete)
    }

    @Test("From the last record on, an empty page that says that there is more, and a record without id, are no end")
    func lastRecordGone() throws {
        let empty = try walk(resource()) { request in
            .json(request.contains("starting_after") ? "{\"data\":[],\"has_more\":true}" : "{\"data\":\(records(1...10)),\"has_more\":true}")
        }
        #expect(empty.verdict.outcome != .complete)
        let nameless = try walk(resource(key: nil)) { _ in .json("{\"data\":[{\"n\":1},{\"n\":2}],\"has_more\":true}") }
        #expect(nameless.end == .failed(.pagingParameterIgnored(tried: ["page"])))
    }
}
