import LakeFetch
import LakeModel
import LakeSource
import Testing

/// Answers that say that there is more, in ways that are not followed, and holes between pages.
@Suite struct UnreadSignTests {
    @Test("A sign of more that is not understood forbids calling one page everything", arguments: [
        ("\"offset\":\"13\"", "offset"), ("\"LastEvaluatedKey\":{\"k\":\"v\"}", "LastEvaluatedKey"), ("\"paging\":{\"after\":\"13\"}", "paging.after"),
        ("\"links\":[{\"rel\":\"self\"},{\"rel\":\"next\",\"href\":\"x\"}]", "links"), ("\"limit\":13", "limit"), ("\"meta\":{\"per_page\":13}", "meta.per_page"),
    ])
    func signs(_ member: String, _ sign: String) throws {
        let walked = try walk(resource()) { _ in .json("{\"items\":\(records(1...13)),\(member)}") }
        #expect(walked.end == .partial(.signNotUnderstood(sign, count: 13)))
    }

    @Test("What says nothing about more does not", arguments: [
        "\"offset\":0", "\"limit\":100", "\"after\":\"\"", "\"after\":null", "\"links\":[{\"rel\":\"self\",\"href\":\"x\"}]", "\"cursor\":{}", "\"a\":1",
    ])
    func harmless(_ member: String) throws {
        let walked = try walk(resource()) { _ in .json("{\"items\":\(records(1...13)),\(member)}") }
        #expect(walked.end == .ended(.singlePageProbed))
    }

    @Test("Totals in other words are totals", arguments: ["\"@odata.count\":100", "\"meta\":{\"itemCount\":100}"])
    func totals(_ member: String) throws {
        let walked = try walk(resource()) { _ in .json("{\"items\":\(records(1...13)),\(member)}") }
        #expect(walked.verdict.outcome == .partial)
    }

    @Test("Header fields that state a total or a next page are read", arguments: [
        (["X-Total-Count": "100"], HeadSigns(total: 100)), (["Content-Range": "items 0-11/250"], HeadSigns(total: 250)),
        (["Content-Range": "items 0-11/*"], HeadSigns()), (["x-ms-continuationtoken": "abc"], HeadSigns(continuation: "x-ms-continuationtoken")),
        (["X-Next-Page": ""], HeadSigns()),
    ] as [([String: String], HeadSigns)])
    func head(_ fields: [String: String], _ expected: HeadSigns) {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.append(name, value) }
        #expect(HeadSigns(headers) == expected)
    }

    @Test("A hole between numbered pages is no end while further pages are stated", arguments: [true, false])
    func hole(_ isDeclared: Bool) throws {
        let total = isDeclared ? try Selector(parsing: "total_pages") : nil
        let walked = try walk(resource(.pageNumber(PageNumberPaginator(basePage: 1, totalPath: total)))) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            let ids = page == 2 || page > 4 ? [] : Array(page * 10..<page * 10 + 10)
            return .json("{\"items\":\(records(ids)),\"total_pages\":4}")
        }
        #expect(walked.ids.count == 30 && walked.end == .ended(.emptyPage))
    }

    @Test("A first page number that is one too small costs a request and no page")
    func base() throws {
        let total = try Selector(parsing: "total_pages")
        let walked = try walk(resource(.pageNumber(PageNumberPaginator(totalPath: total)))) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            return .json("{\"items\":\((1...10).contains(page) ? records(page * 10..<page * 10 + 10) : "[]"),\"total_pages\":10}")
        }
        #expect(walked.ids.count == 100 && walked.end == .ended(.lastPageStated))
    }

    @Test("Empty pages that each state more end as partial, not as complete")
    func moreStated() throws {
        let walked = try walk(resource(.pageNumber(PageNumberPaginator(basePage: 1)))) { request in
            .json("{\"items\":\(parameter("page", request) == "1" ? records(1...10) : "[]"),\"has_more\":true}")
        }
        #expect(walked.end == .partial(.emptyButMoreStated) && walked.ids.count == 10)
    }
}
