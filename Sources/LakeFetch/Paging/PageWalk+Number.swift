import LakeModel
import LakeSource

/// Page numbers and offsets: they end on an empty page, on a declared total, or on a short page with nothing behind it.
extension PageWalk {
    mutating func step(_ paginator: PageNumberPaginator, _ facts: PageFacts) -> WalkDecision.Step {
        let asked = state.position ?? paginator.firstPage
        let more = paginator.hasMorePath.flatMap { facts.flag($0) }
        if more == false { return .ended(.lastPageStated) }
        let total = paginator.totalPath.flatMap { facts.integer($0) } ?? state.statedPages
        if facts.count == 0, let end = endAtEmptyPage(asked, of: total, more ?? facts.stated.hasMore, paginator) { return end }
        // Counted in pages with records, so that no wrong idea of the first page's number can cut off the last page.
        if paginator.totalPath != nil, let total, state.filledPages >= total { return .ended(.lastPageStated) }
        if state.believesStatedEnd, statedEndReached(facts) { return .ended(.lastPageStated) }
        let next = asked + 1
        if let maximum = paginator.maximumPage, next > maximum { return .partial(.maximumPage(maximum)) }
        state.position = next
        return .next(.parameters([PageParameter(paginator.place, next)]))
    }

    mutating func step(_ paginator: OffsetPaginator, _ facts: PageFacts) -> WalkDecision.Step {
        let more = paginator.hasMorePath.flatMap { facts.flag($0) }
        if more == false { return .ended(.lastPageStated) }
        if facts.count == 0, paginator.stopAfterEmptyPage {
            return more ?? facts.stated.hasMore == true ? .partial(.emptyButMoreStated) : .ended(evidenceOfEmptyPage)
        }
        // By what came, not by what was asked for: a server that caps its pages would else lose the rest of each.
        let next = (state.position ?? paginator.offset) + (facts.count > 0 ? facts.count : paginator.limit)
        if let total = paginator.totalPath.flatMap({ facts.integer($0) }), next >= total { return .ended(.total) }
        if let maximum = paginator.maximumOffset, next >= maximum { return .partial(.maximumOffset(maximum)) }
        return .next(request(paginator, from: next, after: facts))
    }

    /// A hole is no end: as long as the API states further pages, they are asked for.
    private func endAtEmptyPage(_ asked: Int, of total: Int?, _ more: Bool?, _ paginator: PageNumberPaginator) -> WalkDecision.Step? {
        let last = total.map { paginator.totalPath == nil ? $0 : paginator.basePage + $0 - 1 }
        if let last, !paginator.stopAfterEmptyPage { return asked >= last ? .ended(.lastPageStated) : nil }
        if let total { return asked > total ? .ended(evidenceOfEmptyPage) : nil }
        guard paginator.stopAfterEmptyPage else { return nil }
        guard more == true else { return .ended(evidenceOfEmptyPage) }
        return state.emptyRun > Self.holesAtMost ? .partial(.emptyButMoreStated) : nil
    }

    /// Empty pages in a row that are passed over because each says that there is more.
    private static let holesAtMost = 3

    func offsetRequest(_ paginator: OffsetPaginator) -> PageRequest {
        .parameters([
            PageParameter(paginator.offsetPlace, state.position ?? paginator.offset),
            PageParameter(paginator.limitPlace, paginator.limit),
        ])
    }

    var evidenceOfEmptyPage: EndEvidence { state.previousWasShort ? .shortPageConfirmed : .emptyPage }

    /// As many pages as stated, or no more stated. Where the two disagree, the walk goes on to an empty page.
    private func statedEndReached(_ facts: PageFacts) -> Bool {
        if facts.stated.hasMore == true { return false }
        if let pages = facts.stated.pages { return state.filledPages >= pages }
        return facts.stated.hasMore == false
    }

    var isNumbered: Bool {
        switch state.mode {
        case .pageNumber, .offset: true
        default: false
        }
    }

    var lastWasShort: Bool { state.pageSize.map { state.lastCount < $0 } ?? false }

    /// All records that the API says there are were fetched.
    private var totalReached: Bool { totals.map { scannedRecords >= $0.largest } ?? false }

    /// Of the reading of all pages at hand.
    var scannedRecords: Int { state.records - (state.firstScan?.records ?? 0) }
}

// MARK: - Answers that are no further page

extension PageWalk {
    /// A page whose records came before.
    func repeated(_ earlier: Int, _ facts: PageFacts) -> WalkDecision.Step {
        let failure = FailReason.repeatedPage(page: state.pages + 1, of: earlier, hasKey: !resource.primaryKey.isEmpty)
        guard isNumbered else { return .failed(failure) }
        if totalReached { return .ended(.total) }
        // Past the end some servers give the last page for ever. Behind a short page that is an end; behind a full one
        // it could as well be a parameter that is ignored from there on.
        return earlier == state.pages && lastWasShort ? .ended(.shortPageConfirmed) : .failed(failure)
    }

    /// A status that is no success.
    mutating func refusal(_ status: Int) -> WalkDecision.Step {
        switch status {
        case 401: return .failed(.unauthorized)
        case ..<400: return .failed(.redirected(status: status))
        case 408, 429, 500...: return .failed(.unavailable(status: status))
        default: break
        }
        if case .probing(let probe) = state.phase { return refused(probe, status) }
        guard state.pages > 0 else { return .failed(.refused(status: status)) }
        if state.overlap.awaited != nil, let step = overlapRefused(status) { return step }
        // Some APIs refuse a page past the end instead of sending an empty one.
        if isNumbered, [400, 404, 416, 422].contains(status) {
            if totalReached { return .ended(.total) }
            if lastWasShort { return .ended(.shortPageConfirmed) }
        }
        return .partial(.refused(status: status, page: state.pages + 1))
    }
}
