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
            == "no page has a cursor or link at 'next' (keys there: a, b), but 10 records came, which looks like a full page. Correct the path in endpoint.paginator, or set it to 'single_page' if that is all.")
        #expect(PartialReason.totalMismatch(distinct: 20, smallest: 30, largest: 31).sentence
            == "20 distinct records came, but the API states 30 to 31. Run it again; if the stated number counts something else, set endpoint.total_check to 'at_least' or 'ignore'.")
    }
}
