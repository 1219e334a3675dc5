import LakeFetch
import LakeModel
import LakeSource
import Testing

@Suite struct AutoWalkTests {
    struct Style: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var param: String
        /// Records and the next cursor (nil at the end).
        var body: @Sendable (String, String?) -> String
        var requests: [String]
        var evidence: EndEvidence
    }

    static let cursors: [Style] = [
        Style(testDescription: "thena A: data.next_cursor", param: "next_cursor",
              body: { "{\"data\":{\"results\":\($0),\"next_cursor\":\($1.map { "\"\($0)\"" } ?? "null")},\"message\":null}" },
              requests: ["", "next_cursor=c10", "next_cursor=c20"], evidence: .cursorNull),
        Style(testDescription: "thena A': next_cursor at the top, empty at the end", param: "next_cursor",
              body: { "{\"data\":{\"results\":\($0)},\"next_cursor\":\"\($1 ?? "")\",\"message\":null}" },
              requests: ["", "next_cursor=c10", "next_cursor=c20"], evidence: .cursorEmpty),
        Style(testDescription: "v1: requests, next_cursor gone at the end", param: "next_cursor",
              body: { "{\"requests\":\($0)\($1.map { ",\"next_cursor\":\"\($0)\"" } ?? "")}" },
              requests: ["", "next_cursor=c10", "next_cursor=c20"], evidence: .cursorAbsent),
        Style(testDescription: "the cursor is sent as cursor", param: "cursor",
              body: { "{\"data\":\($0),\"pagination\":{\"next_cursor\":\($1.map { "\"\($0)\"" } ?? "null")}}" },
              requests: ["", "next_cursor=c10", "cursor=c10", "cursor=c20"], evidence: .cursorNull),
        Style(testDescription: "cursors.next", param: "cursor",
              body: { "{\"items\":\($0),\"cursors\":{\"next\":\($1.map { "\"\($0)\"" } ?? "null")}}" },
              requests: ["", "cursor=c10", "cursor=c20"], evidence: .cursorNull),
        Style(testDescription: "nextPageToken", param: "pageToken",
              body: { "{\"items\":\($0)\($1.map { ",\"nextPageToken\":\"\($0)\"" } ?? "")}" },
              requests: ["", "pageToken=c10", "pageToken=c20"], evidence: .cursorAbsent),
    ]

    @Test("auto finds a cursor and how to send it", arguments: cursors)
    func findsCursor(_ style: Style) throws {
        let walked = try walk(resource(limit: 10)) { request in
            let sent = parameter(style.param, request) ?? "c0"
            let from = Int(sent.dropFirst()) ?? 0
            let ids = Array((1...25).dropFirst(from).prefix(10))
            return .json(style.body(records(ids), from + 10 < 25 ? "c\(from + 10)" : nil))
        }
        #expect(walked.requests == style.requests)
        #expect(walked.ids == (1...25).map(String.init))
        #expect(walked.end == .ended(style.evidence))
        #expect(walked.walk.detected != nil)
    }

    @Test("A cursor whose every parameter is ignored is a failure")
    func cursorIgnored() throws {
        let walked = try walk(resource()) { _ in .json("{\"data\":{\"results\":\(records(1...10)),\"next_cursor\":\"x\"}}") }
        let tried = ["next_cursor", "cursor", "page_token", "pageToken", "starting_after", "after"]
        #expect(walked.requests == [""] + tried.map { $0 + "=x" })
        #expect(walked.end == .failed(.pagingParameterIgnored(tried: tried)))
        #expect(walked.ids.count == 10)
    }

    @Test("One page whose cursor is null is complete", arguments: ["\"next_cursor\":null", "\"next\":null", "\"nextPage\":null", "\"links\":{\"next\":null}"])
    func nullAtOnce(_ member: String) throws {
        let walked = try walk(resource()) { _ in .json("{\"data\":\(records(1...10)),\(member)}") }
        #expect(walked.end == .ended(.cursorNull))
        #expect(walked.requests.count == 1)
    }

    @Test("auto follows a link in the header and in the body")
    func links() throws {
        let header = try walk(resource()) { request in
            request.isEmpty ? .json(records(1...10), link: "<https://a/2>; rel=\"next\"") : .json(records(11...15), link: "<https://a/1>; rel=\"prev\"")
        }
        #expect(header.requests == ["", "→https://a/2"] && header.end == .ended(.linkAbsent))
        for next in ["\"next\":\"https://a/2\"", "\"links\":{\"next\":{\"href\":\"https://a/2\"}}", "\"meta\":{\"next_page_url\":\"https://a/2\"}"] {
            let body = try walk(resource()) { request in
                .json(request.isEmpty ? "{\"data\":\(records(1...10)),\(next)}" : "{\"data\":\(records(11...12))}")
            }
            #expect(body.requests == ["", "→https://a/2"] && body.end == .ended(.linkAbsent) && body.ids.count == 12)
        }
    }

    @Test("thena B: page_info is followed to its last page, whatever its base", arguments: [0, 1])
    func pageInfo(_ base: Int) throws {
        let walked = try walk(resource(limit: 100)) { request in
            let page = Int(parameter("page", request) ?? "") ?? base
            let ids = Array((1...31).dropFirst((page - base) * 10).prefix(10))
            return .json(
                "{\"status\":\"success\",\"data\":{\"requests\":\(records(ids)),\"page_info\":{\"current_page\":\(page),\"total_pages\":4,\"total_items\":31,\"per_page\":10}}}")
        }
        #expect(walked.requests == ["", "page=\(base + 1)", "page=\(base + 2)", "page=\(base + 3)", ""])
        #expect(walked.ids.count == 31)
        #expect(walked.end == .ended(.lastPageStated))
        #expect(walked.verdict.outcome == .complete)
    }

    @Test("has_more is followed until it is false; without a page number the base is found out", arguments: [0, 1])
    func hasMore(_ base: Int) throws {
        let walked = try walk(resource()) { request in
            let page = Int(parameter("page", request) ?? "") ?? base
            return .json("{\"items\":\(records((page - base) * 10 + 1...(page - base) * 10 + 10)),\"has_more\":\(page - base < 2)}")
        }
        #expect(walked.requests == ["", "page=1"] + (base == 0 ? ["page=2"] : ["page=2", "page=3"]) + [""])
        #expect(walked.ids == (1...30).map(String.init))
        #expect(walked.end == .ended(.lastPageStated))
    }

    @Test("has_more with a page parameter that is ignored is a failure, never an end")
    func hasMoreIgnored() throws {
        let walked = try walk(resource()) { _ in .json("{\"items\":\(records(1...7)),\"has_more\":true}") }
        #expect(walked.end == .failed(.pagingParameterIgnored(tried: ["page", "starting_after"])))
    }

    @Test("A bare list is probed for pages, whatever their base", arguments: [0, 1])
    func probes(_ base: Int) throws {
        let walked = try walk(resource()) { request in
            let page = Int(parameter("page", request) ?? "") ?? base
            return .json(records((1...25).dropFirst((page - base) * 10).prefix(10)))
        }
        #expect(walked.ids == (1...25).map(String.init))
        #expect(walked.end == .ended(.shortPageConfirmed))
        #expect(walked.walk.detected == .pageNumber(PageNumberPaginator(basePage: base)))
    }

    @Test("Where a number of pages and has_more disagree, the walk goes on to an empty page")
    func disagreement() throws {
        let walked = try walk(resource()) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            return .json("{\"items\":\(records((1...25).dropFirst((page - 1) * 10).prefix(10))),\"page\":\(page),\"total_pages\":1,\"has_more\":true}")
        }
        #expect(walked.ids.count == 25)
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    struct OnePage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var count: Int
        var limit: Int?
        var probe: Answer?
        var end: WalkEnd
        var requests: [String]
    }

    static let onePages: [OnePage] = [
        OnePage(testDescription: "an ignored page, not full", count: 7, end: .ended(.singlePageProbed), requests: ["", "page=1", "page=2"]),
        OnePage(testDescription: "an ignored page, a multiple of ten", count: 20, end: .partial(.mayBeTruncated(count: 20, limit: nil)), requests: ["", "page=1", "page=2"]),
        OnePage(testDescription: "an ignored page, as long as the limit", count: 25, limit: 25, end: .partial(.mayBeTruncated(count: 25, limit: 25)),
                requests: ["", "page=1", "page=2"]),
        OnePage(testDescription: "a limit capped in silence", count: 20, limit: 100, end: .partial(.mayBeTruncated(count: 20, limit: 100)), requests: ["", "page=1", "page=2"]),
        OnePage(testDescription: "an ignored page, shorter than the limit", count: 23, limit: 100, end: .ended(.singlePageProbed), requests: ["", "page=1", "page=2"]),
        OnePage(testDescription: "a refused probe", count: 7, probe: .status(422), end: .ended(.singlePageProbed), requests: ["", "page=1"]),
        OnePage(testDescription: "a refused probe behind a full page", count: 10, probe: .status(404), end: .partial(.mayBeTruncated(count: 10, limit: nil)),
                requests: ["", "page=1"]),
        OnePage(testDescription: "a forbidden probe proves nothing", count: 7, probe: .status(403), end: .partial(.refused(status: 403, page: 2)), requests: ["", "page=1"]),
        OnePage(testDescription: "an empty probe", count: 10, probe: .json("[]"), end: .ended(.emptyPage), requests: ["", "page=1", ""]),
        OnePage(testDescription: "an empty probe, not full", count: 7, probe: .json("[]"), end: .ended(.emptyPage), requests: ["", "page=1"]),
        OnePage(testDescription: "an empty API is not probed", count: 0, end: .ended(.emptyPage), requests: [""]),
    ]

    @Test("A single page is believed only where it does not look cut off", arguments: onePages)
    func single(_ c: OnePage) throws {
        let walked = try walk(resource(limit: c.limit)) { request in
            request.isEmpty ? .json(records((1...25).prefix(c.count))) : c.probe ?? .json(records((1...25).prefix(c.count)))
        }
        #expect(walked.requests == c.requests)
        #expect(walked.end == c.end)
        #expect(walked.ids.count == c.count)
    }

    @Test("A total that is larger than the only page is told")
    func totalOfOnePage() throws {
        let walked = try walk(resource()) { _ in .json("{\"data\":{\"results\":\(records(1...7)),\"total\":30}}") }
        #expect(walked.end == .ended(.singlePageProbed))
        #expect(walked.verdict.doubts == [.totalMismatch(distinct: 7, smallest: 30, largest: 30)])
    }

    @Test("A page number that the definition sends is where counting starts")
    func pageInParams() throws {
        let walked = try walk(resource(params: [RequestField("page", "1")])) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            return .json(records((1...15).dropFirst((page - 1) * 10).prefix(10)))
        }
        #expect(walked.requests == ["", "page=2", "page=3", ""])
        #expect(walked.ids.count == 15)
    }

    @Test("Inserts between the probes do no harm")
    func insertsBetweenProbes() throws {
        var requests = 0
        let walked = try walk(resource()) { request in
            requests += 1
            let page = Int(parameter("page", request) ?? "") ?? 1
            let ids = Array(requests == 1 ? 1...25 : 0...25)
            return .json(records(ids.dropFirst((page - 1) * 10).prefix(10)))
        }
        #expect(Set(walked.ids) == Set((0...25).map(String.init)))
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    @Test("A declared single page asks once")
    func declaredSingle() throws {
        let walked = try walk(resource(.singlePage)) { _ in .json(records(1...10)) }
        #expect(walked.requests == [""] && walked.end == .ended(.declaredSingle))
    }
}
