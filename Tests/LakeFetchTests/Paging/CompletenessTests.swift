import LakeFetch
import LakeModel
import LakeSource
import Testing

private func range(_ totals: Int...) -> TotalRange {
    var range = TotalRange(totals[0], isTotal: true)
    for total in totals.dropFirst() { range.add(total, isTotal: true) }
    return range
}

@Suite struct CompletenessTests {
    @Test("The distinct records must lie between the totals stated", arguments: [
        (20, range(20), TotalCheck.exact, true), (19, range(20), .exact, false), (21, range(20), .exact, false), (21, range(20, 22), .exact, true),
        (21, range(20), .atLeast, true), (19, range(20), .atLeast, false), (5, range(20), .ignore, true),
    ])
    func totals(_ distinct: Int, _ totals: TotalRange, _ check: TotalCheck, _ complete: Bool) {
        let verdict = Completeness.judge(.ended(.cursorNull), totals: totals, distinct: distinct, paginator: .auto, check: check)
        #expect(verdict.outcome == (complete ? .complete : .partial))
        #expect(verdict.evidence == .cursorNull)
    }

    @Test("A falling total is a doubt for numbered pages only")
    func falling() {
        let pages = Paginator.pageNumber(PageNumberPaginator())
        let cursor = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["c"])))
        #expect(Completeness.judge(.ended(.emptyPage), totals: range(30, 27), distinct: 28, paginator: pages).doubts == [.totalFell(from: 30, to: 27)])
        #expect(Completeness.judge(.ended(.cursorNull), totals: range(30, 27), distinct: 28, paginator: cursor).outcome == .complete)
    }

    @Test("A walk that ends where older records begin brings fewer than the total, never more")
    func olderRecordsLeft() {
        #expect(Completeness.judge(.ended(.cursorPassed), totals: range(30, 30), distinct: 4, paginator: .auto).outcome == .complete)
        #expect(Completeness.judge(.ended(.cursorPassed), totals: range(30, 30), distinct: 31, paginator: .auto).outcome == .partial)
    }

    @Test("Partial and failed walks stay what they are")
    func others() {
        let partial = Completeness.judge(.partial(.pageBound(2)), totals: nil, distinct: 5, paginator: .auto)
        #expect(partial.outcome == .partial && partial.doubts == [.pageBound(2)] && partial.evidence == nil)
        let failed = Completeness.judge(.failed(.unauthorized), totals: nil, distinct: 0, paginator: .auto)
        #expect(failed.outcome == .failed && failed.failure == .unauthorized)
    }

    @Test("Sentences say what happened, what was expected and which setting answers it")
    func sentences() {
        #expect(PartialReason.mayBeTruncated(count: 100, limit: 100).sentence
            == "100 records came on one page, asked for 100, and no way to a second page was found, so there may be more. If that is all, set endpoint.paginator to 'single_page'; if not, name the API's paginator there.")
        #expect(FailReason.loop(page: 3, of: 1).sentence
            == "paging goes in a circle: page 3 carries the cursor or link of page 1. Expected a new one, or none at the end. Check the cursor's path and parameter in endpoint.paginator.")
        #expect(PartialReason.cursorNeverFound(path: "next", keysSeen: ["a", "b"], count: 10).sentence
            == "no page has a cursor or link at 'next' (keys there: a, b), and nothing else says that the 10 records that came are all. Correct the path in endpoint.paginator; if there is one page, set it to 'single_page', or name the page size in endpoint.params.")
        #expect(PartialReason.recordsVanished(count: 1, page: 1).sentence
            == "1 record of page 1 was gone when it was asked for again at the end, so later records may have moved to pages already read. Run it again; with a primary_key declared, all pages are read a second time.")
        #expect(PartialReason.recordsMoved(page: 4).sentence
            == "records moved while offsets were read: page 4 does not begin where the page before it ended, and that place was not found again, so records may be missing. Run it again, or ask for a fixed order in endpoint.params.")
        #expect(PartialReason.ignoredInside(status: 404, page: 2).sentence
            == "page 2 was refused with status 404, which endpoint.response_actions says to ignore; the pages before it were kept, but the end was not reached. Expected a page. Take the action away, or run it again.")
        #expect(PartialReason.moreButNoCursor(path: "has_more", page: 2).sentence
            == "page 2 says at 'has_more' that there is more, but has no cursor. Expected the cursor of the next page. Check cursor_path and has_more_path in endpoint.paginator.")
        #expect(PartialReason.totalMismatch(distinct: 20, smallest: 30, largest: 31).sentence
            == "20 distinct records came, but the API states 30 to 31. Run it again; if the stated number counts something else, set endpoint.total_check to 'at_least' or 'ignore'.")
    }
}
