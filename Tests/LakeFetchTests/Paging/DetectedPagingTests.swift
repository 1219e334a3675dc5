import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

@Suite struct DetectedPagingTests {
    static let paginators: [Paginator] = [
        .singlePage, .cursor(CursorPaginator(cursorPath: Selector(keys: ["data", "@odata.next"]), cursorParam: "after")),
        .cursor(CursorPaginator(source: .body(Selector(keys: ["c"])), place: .body(Selector(keys: ["variables", "after"])))),
        .pageNumber(PageNumberPaginator(basePage: 1, place: .query("p"))), .jsonLink(nextURLPath: Selector(keys: ["links", "next"])),
        .offset(OffsetPaginator(limit: 10, limitPlace: .body(Selector(keys: ["size"])), offsetPlace: .query("from"), overlaps: false)), .headerLink(relation: "next"),
    ]

    @Test("What was found out is remembered as it was", arguments: paginators)
    func roundTrip(_ paginator: Paginator) throws {
        let found = DetectedPaging(paginator: paginator, selector: Selector(keys: ["data", "odd key"]))
        let text = found.json.text(pretty: false)
        #expect(DetectedPaging(json: try JSONValue(parsing: text)) == found)
        #expect(found.change(since: found) == nil)
    }

    @Test("What is remembered stands in the words of a definition")
    func words() {
        let found = DetectedPaging(
            paginator: .cursor(CursorPaginator(cursorPath: Selector(keys: ["data", "next_cursor"]), cursorParam: "next_cursor")), selector: Selector(keys: ["data", "results"]))
        #expect(found.json.text(pretty: false)
            == "{\"paginator\":{\"type\":\"cursor\",\"cursor_path\":\"data.next_cursor\",\"cursor_param\":\"next_cursor\"},\"data_selector\":\"data.results\"}")
    }

    @Test("What no version of this program has written is nothing to compare with", arguments: [
        "{}", "null", "[1]", "{\"paginator\":{\"type\":\"cursor\"}}", "{\"paginator\":{\"type\":\"other\"},\"data_selector\":\"a[?x]\"}", "{\"paginator\":7,\"data_selector\":null}",
    ])
    func unreadable(_ json: String) throws {
        #expect(DetectedPaging(json: try JSONValue(parsing: json)) == nil)
    }

    @Test("Each change of kind, field or parameter is a finding, unless a single page grew")
    func changes() throws {
        for (a, before) in Self.paginators.enumerated() {
            for (b, now) in Self.paginators.enumerated() {
                let change = DetectedPaging(paginator: now, selector: nil).change(since: DetectedPaging(paginator: before, selector: nil))
                #expect((change == nil) == (a == b || before == .singlePage))
            }
        }
        let before = DetectedPaging(paginator: Self.paginators[0], selector: Selector(keys: ["data"]))
        let now = DetectedPaging(paginator: .pageNumber(PageNumberPaginator()), selector: Selector(keys: ["items\u{1b}"]))
        #expect(now.change(since: before)?.sentence
            == "the paging that was found out changed from 'single_page; records at data' to 'page_number in page; records at ['items\\u{1b}']', so rows may be missing or double. "
            + "Check what the API answers, and name its paginator in endpoint.paginator and the place of its records in endpoint.data_selector.")
    }

    @Test("Where counting starts, how long pages are and what was not found out are no change")
    func noChange() {
        let one = DetectedPaging(paginator: .pageNumber(PageNumberPaginator(basePage: 0)), selector: nil)
        let two = DetectedPaging(paginator: .pageNumber(PageNumberPaginator(basePage: 1)), selector: Selector(keys: ["data"]))
        #expect(two.change(since: one) == nil && one.change(since: two) == nil)
        let ten = DetectedPaging(paginator: .offset(OffsetPaginator(limit: 10)), selector: nil), fifty = DetectedPaging(paginator: .offset(OffsetPaginator(limit: 50)), selector: nil)
        #expect(ten.change(since: fifty) == nil)
        #expect(DetectedPaging(paginator: nil, selector: Selector(keys: ["data"])).change(since: two) == nil)
    }

    @Test("A walk tells what is worth remembering of it")
    func ofWalk() throws {
        let found = try walk(resource()) { request in .json("{\"items\":\(request.isEmpty ? records(1...10) : "[]"),\"total_pages\":1,\"has_more\":true,\"page\":1}") }
        #expect(found.walk.detectedPaging(selector: nil)?.paginator == .pageNumber(PageNumberPaginator(basePage: 1)))
        let declared = try walk(resource(.singlePage)) { _ in .json(records(1...10)) }
        #expect(declared.walk.detectedPaging(selector: nil) == nil && declared.walk.state.detectedWhy == nil)
        let ignored = try walk(resource()) { _ in .json("{\"data\":\(records(1...10)),\"next_cursor\":\"x\"}") }
        #expect(ignored.walk.detectedPaging(selector: .root) == DetectedPaging(paginator: nil, selector: .root))
    }
}
