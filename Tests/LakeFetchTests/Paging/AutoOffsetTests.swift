import LakeFetch
import LakeModel
import LakeSource
import Testing

/// Offsets and cursors whose parameters `auto` has to find out.
@Suite struct AutoOffsetTests {
    /// An API of 25 records that counts records from `first`.
    private func api(_ offset: String, _ limit: String, first: Int = 0, states: Bool = true, total: Bool = true, hasMore: Bool = false) -> (String) -> Answer {
        { request in
            let from = (parameter(offset, request).flatMap { Int($0) } ?? first) - first
            let ids = (1...25).dropFirst(max(0, from)).prefix(parameter(limit, request).flatMap { Int($0) } ?? 10)
            var members = ["\"items\":\(records(ids))"]
            if states { members += ["\"\(offset)\":\(from + first)", "\"\(limit)\":10"] }
            if total { members.append("\"total\":25") }
            if hasMore { members.append("\"has_more\":\(from + 10 < 25)") }
            return .json("{" + members.joined(separator: ",") + "}")
        }
    }

    @Test("An offset that is stated beside a total is followed to its end", arguments: [
        ("offset", "limit", 0), ("startAt", "maxResults", 0), ("skip", "take", 0), ("startIndex", "count", 1), ("from", "size", 0),
    ])
    func stated(_ offset: String, _ limit: String, _ first: Int) throws {
        let walked = try walk(resource(), api(offset, limit, first: first))
        #expect(walked.requests.prefix(4) == ["", "\(offset)=\(first + 9)&\(limit)=10", "\(offset)=\(first + 10)&\(limit)=10", "\(offset)=\(first + 20)&\(limit)=10"])
        #expect(walked.ids == (1...25).map(String.init))
        #expect(walked.verdict.outcome == .complete)
        #expect(walked.probes == 2 && walked.requests.last == "")
        #expect(walked.walk.state.detectedWhy?.sentence == "\(offset) is \(first), total is 25, \(offset) counts records")
    }

    @Test("An offset beside has_more alone is followed to its end")
    func hasMore() throws {
        let walked = try walk(resource(), api("offset", "limit", total: false, hasMore: true))
        #expect(walked.ids == (1...25).map(String.init) && walked.verdict.outcome == .complete)
    }

    @Test("An offset and a limit that the definition sends go on under its own names")
    func sent() throws {
        let params = [RequestField("$skip", "0"), RequestField("$top", "5")]
        let walked = try walk(resource(params: params), api("$skip", "$top", states: false, total: false))
        #expect(walked.requests[1] == "$skip=9&$top=5")
        #expect(walked.ids == (1...25).map(String.init) && walked.verdict.outcome == .complete)
        #expect(walked.walk.state.detectedWhy?.sentence == "the definition sends $skip, $skip counts records")
    }

    @Test("An offset that counts pages is not taken for one of records: nothing is left out unsaid")
    func countsPages() throws {
        let walked = try walk(resource()) { request in
            let page = parameter("offset", request).flatMap { Int($0) } ?? 0
            return .json("{\"items\":\(records((1...300).dropFirst(page * 10).prefix(10))),\"offset\":\(page),\"limit\":10,\"has_more\":\(page < 29)}")
        }
        #expect(walked.end == .failed(.pagingParameterIgnored(tried: ["offset", "page"])))
    }

    @Test("An offset that is ignored falls back to pages, and else is told", arguments: [true, false])
    func ignored(_ hasPages: Bool) throws {
        let walked = try walk(resource()) { request in
            let page = hasPages ? parameter("page", request).flatMap { Int($0) } ?? 1 : 1
            return .json("{\"items\":\(records((1...25).dropFirst(page * 10 - 10).prefix(10))),\"offset\":0,\"limit\":20,\"total\":25}")
        }
        #expect(walked.ids.count == (hasPages ? 25 : 10))
        #expect(walked.verdict.outcome == (hasPages ? .complete : .partial))
        if !hasPages { #expect(walked.end == .partial(.signNotUnderstood("offset", count: 10))) }
    }

    @Test("A refused offset falls back to pages; a forbidden one is no answer", arguments: [(400, true), (422, true), (403, false)])
    func refused(_ status: Int, _ goesOn: Bool) throws {
        let walked = try walk(resource()) { request in
            if parameter("offset", request) != nil { return .status(status) }
            let page = parameter("page", request).flatMap { Int($0) } ?? 1
            return .json("{\"items\":\(records((1...25).dropFirst(page * 10 - 10).prefix(10))),\"offset\":0,\"limit\":10,\"total\":25}")
        }
        #expect(walked.ids.count == (goesOn ? 25 : 10))
        #expect(walked.end == (goesOn ? .ended(.shortPageConfirmed) : .partial(.refused(status: 403, page: 2))))
    }

    @Test("Without a key, an answer that changes of itself proves no offset")
    func volatile() throws {
        var clock = 0
        let walked = try walk(resource(key: nil)) { _ in
            clock += 1
            let items = (1...10).map { "{\"name\":\($0),\"seen\":\(clock)}" }.joined(separator: ",")
            return .json("{\"items\":[\(items)],\"offset\":0,\"limit\":10,\"total\":25}")
        }
        #expect(walked.ids.count == 10 && walked.end == .partial(.pagesCannotBeTold))
    }

    // MARK: Cursors

    /// Relay: the last page has a cursor too.
    private func relay(_ request: String, _ param: String) -> Answer {
        let from = parameter(param, request).flatMap { Int($0.dropFirst()) } ?? 0
        let ids = (1...25).dropFirst(from).prefix(10)
        let cursor = ids.last.map { "\"c\($0)\"" } ?? "null"
        return .json("{\"data\":{\"users\":{\"nodes\":\(records(ids)),\"pageInfo\":{\"hasNextPage\":\(from + 10 < 25),\"endCursor\":\(cursor)}}}}")
    }

    @Test("An endCursor is sent as after, or as cursor", arguments: ["after", "cursor"])
    func endCursor(_ param: String) throws {
        let walked = try walk(resource()) { relay($0, param) }
        #expect(walked.ids == (1...25).map(String.init) && walked.verdict.outcome == .complete)
        guard case .cursor(let paginator)? = walked.walk.detected else { Issue.record("no cursor"); return }
        #expect(paginator.place == .query(param) && paginator.hasMorePath?.description == "data.users.pageInfo.hasNextPage")
    }

    private func post(_ members: [BodyTemplate.Member]) throws -> Resource {
        var search = try resource()
        search.request.method = .post
        search.request.body = .json(.object(members))
        return search
    }

    @Test("In a request with a JSON body the cursor goes into the body, where the body has a place for it, there")
    func inBody() throws {
        let plain = try walk(post([])) { relay($0.replacing("body ", with: ""), "after") }
        #expect(plain.requests[1] == "body after=c10" && plain.ids.count == 25)
        let variables = BodyTemplate.Member("variables", .object([.init("first", .scalar(.number("10"))), .init("after", .scalar(.null))]))
        let nested = try walk(post([.init("query", .text(Template("{users}"))), variables])) { relay($0.replacing("body variables.", with: ""), "after") }
        #expect(nested.requests[1] == "body variables.after=c10" && nested.ids.count == 25 && nested.verdict.outcome == .complete)
        #expect(nested.walk.state.detectedWhy?.sentence.hasSuffix("asking with body variables.after brought new records") == true)
    }

    @Test("Pages and offsets are counted in the body too")
    func numbersInBody() throws {
        let offset = try walk(post([.init("from", .scalar(.number("0"))), .init("size", .scalar(.number("10")))])) {
            api("from", "size")($0.replacing("body ", with: ""))
        }
        #expect(offset.requests[1] == "body from=9&body size=10" && offset.ids.count == 25 && offset.verdict.outcome == .complete)
        let page = try walk(post([.init("q", .text(Template("x")))])) { request in
            let page = parameter("body page", request).flatMap { Int($0) } ?? 1
            return .json(records((1...25).dropFirst(page * 10 - 10).prefix(10)))
        }
        #expect(page.requests.prefix(2) == ["", "body page=1"] && page.ids.count == 25)
    }

    @Test("A number that is a cursor stays a number in a JSON body")
    func numberInBody() throws {
        var walk = PageWalk(resource: try post([]), firstURL: "https://a/1")
        var finder = RecordFinder(resource: try post([]))
        let first = try facts(.json("{\"items\":\(records(1...10)),\"nextPage\":2}"), post([]), &finder)
        #expect(walk.accept(first).step == .probe(.parameters([PageParameter(.body(Selector(keys: ["page"])), .int(2))])))
    }

    @Test("A parameter that the definition sends is the one that a cursor of that name goes into")
    func namedParam() throws {
        let walked = try walk(resource(params: [RequestField("Page-Token", "")])) { request in
            let from = parameter("Page-Token", request).flatMap { Int($0) } ?? 0
            return .json("{\"files\":\(records(from + 1...from + 10)),\"next_page_token\":\(from < 20 ? "\"\(from + 10)\"" : "null")}")
        }
        #expect(walked.requests == ["", "Page-Token=10", "Page-Token=20"] && walked.ids.count == 30 && walked.end == .ended(.cursorNull))
    }

    @Test("A cursor that may be that of this page falls back to pages", arguments: ["\"cursor\":\"x\"", "\"marker\":\"x\"", "\"paging\":{\"after\":\"x\"}"])
    func weakCursor(_ member: String) throws {
        let pages = try walk(resource()) { request in
            let page = parameter("page", request).flatMap { Int($0) } ?? 1
            return .json("{\"items\":\(records((1...25).dropFirst(page * 10 - 10).prefix(10))),\(member)}")
        }
        #expect(pages.ids.count == 25 && pages.verdict.outcome == .complete)
        let one = try walk(resource()) { _ in .json("{\"items\":\(records(1...7)),\(member)}") }
        #expect(one.verdict.outcome == .partial && one.ids.count == 7)
    }

    @Test("A guessed parameter that is a filter of the API proves no end by an empty page", arguments: ["after", "starting_after", "page_token"])
    func filterHit(_ filter: String) throws {
        let walked = try walk(resource()) { request in
            .json("{\"items\":\(parameter(filter, request) == nil ? records(1...7) : "[]"),\"next_cursor\":\(parameter(filter, request) == nil ? "\"x\"" : "null")}")
        }
        #expect(walked.verdict.outcome != .complete && walked.ids.count == 7)
    }

    @Test("An empty page behind a cursor that is sent under its own name is the end", arguments: ["next_cursor", "cursor"])
    func emptyLastPage(_ param: String) throws {
        let walked = try walk(resource()) { request in
            let isLast = parameter(param, request) != nil
            return .json("{\"items\":\(isLast ? "[]" : records(1...10)),\"next_cursor\":\(isLast ? "null" : "\"x\"")}")
        }
        #expect(walked.end == .ended(.cursorNull) && walked.ids.count == 10)
    }

    @Test("A text under any name that begins with next forbids calling one page everything", arguments: ["\"next_id\":\"7\"", "\"next_id\":7", "\"paging\":{\"nextKey\":\"k\"}"])
    func otherNext(_ member: String) throws {
        var requests: [String] = []
        let walked = try walk(resource()) { request in
            requests.append(request)
            return .json("{\"items\":\(records(1...7)),\(member)}")
        }
        #expect(walked.verdict.outcome == .partial && walked.ids.count == 7)
        #expect(requests.allSatisfy { parameter("id", $0) == nil })
    }

    @Test("A number as next is never sent as a page where it could be an offset")
    func nextAsOffset() throws {
        let walked = try walk(resource()) { request in
            let from = parameter("offset", request).flatMap { Int($0) } ?? 0
            return .json("{\"items\":\(records((1...25).dropFirst(from).prefix(10))),\"next\":\(from + 10 < 25 ? "\(from + 10)" : "null")}")
        }
        #expect(walked.requests == ["", "cursor=10", "next=10", "offset=10", "offset=20"])
        #expect(walked.ids.count == 25 && walked.end == .ended(.cursorNull))
    }

    @Test("A cursor on a page that is stated to be the last is tried, and leads to the end", arguments: [true, false])
    func cursorOnLastPage(_ hasMoreBehind: Bool) throws {
        let walked = try walk(resource()) { request in
            let isSecond = hasMoreBehind && parameter("cursor", request) != nil
            return .json("{\"items\":\(records(isSecond ? 11...15 : 1...10)),\"next_cursor\":\(isSecond ? "null" : "\"x\""),\"has_more\":false}")
        }
        #expect(walked.ids.count == (hasMoreBehind ? 15 : 10))
        #expect(walked.end == .ended(hasMoreBehind ? .cursorNull : .lastPageStated))
    }

    @Test("has_more with nothing but ids, where a page is refused, is partial and names the sign")
    func idsAlone() throws {
        let walked = try walk(resource()) { request in
            request.isEmpty ? .json("{\"object\":\"list\",\"has_more\":true,\"data\":\(records(1...10))}") : .status(400)
        }
        #expect(walked.end == .partial(.signNotUnderstood("has_more", count: 10)))
    }

    @Test("A selected single object's own fields lead nowhere; a sign of more among them is told", arguments: [true, false])
    func invoice(_ hasNext: Bool) throws {
        let walked = try walk(resource(selector: "$")) { _ in
            .json("{\"id\":1,\"total\":990,\"pages\":3,\"page\":1,\"has_more\":true,\"offset\":0,\"limit\":5\(hasNext ? ",\"next\":\"https://a/2\"" : "")}")
        }
        #expect(walked.requests == ["", "page=1", "page=2"])
        #expect(walked.end == (hasNext ? .partial(.signNotUnderstood("next", count: 1)) : .ended(.singlePageProbed)))
    }

    @Test("from and start are offsets where they are 0 beside a limit, and else perhaps dates", arguments: [
        ("0", "from=9&size=5"), ("2024-01-01", "page=1"), ("1704067200", "page=1"),
    ])
    func vagueOffset(_ value: String, _ request: String) throws {
        let walked = try walk(resource(params: [RequestField("from", value), RequestField("size", "5")]), api("from", "size", states: false, total: false))
        #expect(walked.requests[1] == request)
    }
}
