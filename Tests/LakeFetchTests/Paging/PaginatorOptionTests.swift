import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

private func key(_ names: String...) -> Selector { Selector(keys: names) }

/// The parameters of the request that follows the first answer.
private func second(_ paginator: Paginator, _ answer: Answer) throws -> WalkDecision.Step {
    let resource = try resource(paginator)
    var walk = PageWalk(resource: resource, firstURL: "https://x/")
    var finder = RecordFinder(resource: resource)
    return walk.accept(try facts(answer, resource, &finder)).step
}

@Suite struct PaginatorOptionTests {
    // MARK: Places

    @Test("A cursor in the body keeps its kind; in the query it is text", arguments: [
        ("12345678901234567890", JSONValue.number("12345678901234567890")), ("\"12\"", .string("12")), ("\"a b\"", .string("a b")),
    ])
    func cursorPlaces(_ source: String, _ value: JSONValue) throws {
        for place in [ParameterPlace.body(key("page", "after")), .query("after")] {
            let paginator = Paginator.cursor(CursorPaginator(source: .body(key("next")), place: place))
            let step = try second(paginator, .json("{\"data\":\(records(1...3)),\"next\":\(source)}"))
            #expect(step == .next(.parameters([PageParameter(place, value)])))
        }
        #expect(PageParameter(.query("after"), value).text == value.string ?? value.number)
    }

    @Test("Page numbers and offsets stand in the body where the definition says so")
    func numberPlaces() throws {
        let page = Paginator.pageNumber(PageNumberPaginator(basePage: 1, place: .body(key("paging", "page"))))
        #expect(try second(page, .json(records(1...3))) == .next(.parameters([PageParameter(.body(key("paging", "page")), .int(2))])))
        let offset = Paginator.offset(OffsetPaginator(limit: 3, limitPlace: .body(key("size")), offsetPlace: .body(key("from")), overlaps: false))
        #expect(try second(offset, .json(records(1...3)))
            == .next(.parameters([PageParameter(.body(key("from")), .int(3)), PageParameter(.body(key("size")), .int(3))])))
    }

    @Test("A cursor in a header is followed until the header is empty or gone", arguments: [nil, ""] as [String?])
    func headerCursor(_ last: String?) throws {
        let paginator = Paginator.cursor(CursorPaginator(source: .header("X-Next"), place: .query("cursor")))
        var page = 0
        let walked = try walk(resource(paginator)) { _ in
            page += 1
            var headers = HTTPHeaders()
            if let value = page < 3 ? "c\(page)" : last { headers.append("x-next", value) }
            return Answer(headers: headers, body: records(page * 10..<page * 10 + 10))
        }
        #expect(walked.requests == ["", "cursor=c1", "cursor=c2"])
        #expect(walked.end == .ended(last == nil ? .cursorAbsent : .cursorEmpty) && walked.ids.count == 30)
    }

    @Test("A header that never held a cursor proves no end; fields that could be meant are named")
    func headerNever() throws {
        let paginator = Paginator.cursor(CursorPaginator(source: .header("X-Next"), place: .query("cursor")))
        let headers: HTTPHeaders = ["Content-Type": "application/json", "X-Next-Page": "2"]
        let walked = try walk(resource(paginator)) { _ in Answer(headers: headers, body: records(1...7)) }
        #expect(walked.end == .partial(.cursorNeverFound(path: "header X-Next", keysSeen: ["X-Next-Page"], count: 7)))
    }

    @Test("A header cursor that comes back is a loop")
    func headerLoop() throws {
        let paginator = Paginator.cursor(CursorPaginator(source: .header("X-Next"), place: .query("cursor")))
        var page = 0
        let walked = try walk(resource(paginator)) { _ in
            page += 1
            return Answer(headers: ["X-Next": page % 2 == 1 ? "a" : "b"], body: records(page * 10..<page * 10 + 10))
        }
        #expect(walked.end == .failed(.loop(page: 3, of: 1)))
    }

    // MARK: has_more_path

    @Test("has_more_path: false ends although a cursor is there", arguments: ["false", "\"False\"", "0"])
    func cursorHasMoreFalse(_ value: String) throws {
        let paginator = Paginator.cursor(CursorPaginator(source: .body(key("next")), place: .query("c"), hasMorePath: key("more")))
        #expect(try second(paginator, .json("{\"data\":\(records(1...10)),\"next\":\"a\",\"more\":\(value)}")) == .ended(.lastPageStated))
    }

    @Test("has_more_path: true without a cursor is partial", arguments: ["", ",\"next\":null", ",\"next\":\"\""])
    func cursorHasMoreTrue(_ next: String) throws {
        let paginator = Paginator.cursor(CursorPaginator(source: .body(key("next")), place: .query("c"), hasMorePath: key("more")))
        #expect(try second(paginator, .json("{\"data\":\(records(1...7)),\"more\":true\(next)}")) == .partial(.moreButNoCursor(path: "more", page: 1)))
    }

    @Test("has_more_path says the end of numbered pages and offsets", arguments: [
        Paginator.pageNumber(PageNumberPaginator(basePage: 1, stopAfterEmptyPage: false, hasMorePath: key("more"))),
        .offset(OffsetPaginator(limit: 10, stopAfterEmptyPage: false, hasMorePath: key("more"))),
    ])
    func numberHasMore(_ paginator: Paginator) throws {
        let walked = try walk(resource(paginator)) { request in
            let offset = Int(parameter("offset", request) ?? "") ?? ((Int(parameter("page", request) ?? "") ?? 1) - 1) * 10
            // A hole where the second page is.
            let ids = offset == 10 ? [] : Array((1...30).dropFirst(offset).prefix(10))
            return .json("{\"data\":\(records(ids)),\"more\":\(offset < 20)}")
        }
        #expect(Set(walked.ids).count == 20 && walked.end == .ended(.lastPageStated))
    }

    // MARK: stop_after_empty_page

    @Test("Without stop_after_empty_page the total ends numbered pages, and empty pages are passed over")
    func holes() throws {
        let paginator = Paginator.pageNumber(PageNumberPaginator(basePage: 1, totalPath: key("pages"), stopAfterEmptyPage: false))
        let walked = try walk(resource(paginator)) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            return .json("{\"data\":\(records([2, 3, 4, 5, 7].contains(page) ? 0..<0 : page * 10..<page * 10 + 10)),\"pages\":7}")
        }
        #expect(walked.ids.count == 20 && walked.end == .ended(.lastPageStated))
    }

    @Test("Without stop_after_empty_page and anything else that ends the walk, it is bounded", arguments: [
        Paginator.pageNumber(PageNumberPaginator(stopAfterEmptyPage: false)), .offset(OffsetPaginator(limit: 10, stopAfterEmptyPage: false)),
    ])
    func bounded(_ paginator: Paginator) throws {
        var bounds = PageWalk.Bounds()
        bounds.emptyPages = 20
        #expect(try walk(resource(paginator), bounds: bounds) { _ in .json("[]") }.end == .partial(.onlyEmptyPages(20)))
    }

    @Test("Without stop_after_empty_page a maximum ends the walk as partial")
    func maximum() throws {
        let offset = Paginator.offset(OffsetPaginator(limit: 10, maximumOffset: 50, stopAfterEmptyPage: false))
        #expect(try walk(resource(offset)) { _ in .json("[]") }.end == .partial(.maximumOffset(50)))
    }

    @Test("A total of records counts from the first record, not from the offset asked first")
    func totalFromOffset() throws {
        let paginator = Paginator.offset(OffsetPaginator(limit: 10, offset: 10, totalPath: key("total")))
        let list = MovingList(1...30, size: 10)
        list.statesTotal = true
        let walked = try walk(resource(paginator), list.answer)
        #expect(walked.ids == (11...30).map(String.init) && walked.end == .ended(.total))
    }

    // MARK: Guard keys

    @Test("Guard keys: declared, else a usual field that all records have as a scalar, each another, else the content", arguments: [
        ("[{\"id\":1},{\"id\":2}]", "id", PageKeys.Origin.declared), ("[{\"id\":1},{\"id\":2}]", nil, .field("id")),
        ("[{\"id\":1},{\"id\":1}]", nil, .content), ("[{\"id\":null},{\"id\":2}]", nil, .content), ("[{\"id\":{}},{\"id\":2}]", nil, .content),
        ("[{\"id\":1,\"uuid\":\"a\"},{\"uuid\":\"b\"}]", nil, .field("uuid")), ("[{\"_id\":1},{\"_id\":\"1\"}]", nil, .field("_id")),
        ("[{\"uuid\":1},{\"uuid\":2}]", "id", .field("uuid")), ("[1,2]", nil, .content),
    ] as [(String, String?, PageKeys.Origin)])
    func guardKeys(_ body: String, _ primary: String?, _ origin: PageKeys.Origin) throws {
        let resource = try resource(key: primary)
        var finder = RecordFinder(resource: resource)
        let facts = try facts(.json(body), resource, &finder)
        #expect(facts.keyOrigin == origin && facts.keys.count == 2)
        #expect(facts.firstKey == facts.keys[0] && facts.lastKey == facts.keys[1])
    }

    @Test("An endless API whose records change at every answer, but have an id, is found out")
    func endless() throws {
        var clock = 0
        let walked = try walk(resource(pageNumber, key: nil)) { _ in
            clock += 1
            return .json("[{\"id\":1,\"seen\":\(clock)},{\"id\":2,\"seen\":\(clock)}]")
        }
        #expect(walked.end == .failed(.repeatedPage(page: 2, of: 1, hasKey: false)))
    }

    // MARK: Ignored by declaration

    @Test("A status that the definition ignores: an end at the first page, partial inside the walk")
    func ignored() throws {
        #expect(try walk(resource(pageNumber), ignoring: 404) { _ in .status(404) }.end == .ended(.ignoredAsDeclared))
        let list = MovingList(1...30, size: 10)
        for paginator in [pageNumber, overlapping, plainOffset] {
            let walked = try walk(resource(paginator), ignoring: 404) { request in
                request.contains("page=2") || request.contains("offset=9&") || request.contains("offset=10&") ? .status(404) : list.answer(request)
            }
            #expect(walked.end == .partial(.ignoredInside(status: 404, page: 2)) && walked.ids.count == 10)
            #expect(walked.verdict.outcome == .partial)
        }
    }

    @Test("A status that is ignored past a proven end ends the walk as without the action")
    func ignoredPastTheEnd() throws {
        let list = MovingList(1...25, size: 10)
        let walked = try walk(resource(pageNumber), ignoring: 404) { request in
            parameter("page", request) == "4" ? .status(404) : list.answer(request)
        }
        #expect(walked.end == .ended(.shortPageConfirmed) && walked.ids.count == 25)
    }
}
