import LakeModel
import LakeSource

/// Decides how the pages of one resource (and one parent) follow each other: a response goes in, the next request or
/// the end comes out. Pure: no network, no clock.
///
///     var walk = PageWalk(resource: resource, firstURL: url)
///     var request = walk.firstRequest
///     // fetch, find the records, then:
///     let decision = walk.accept(facts)
///
/// The end of data is a property of the paginator. A cursor or link ends when it is null, empty or gone, never on a
/// short or empty page; a number or an offset ends on an empty page, on a total that was declared and is reached, or on a
/// short page with nothing behind it. How long a page is, the first page says, not the limit that was asked for.
package struct PageWalk: Sendable {
    /// What bounds a walk.
    package struct Bounds: Hashable, Sendable {
        /// Pages to keep at most; nil: no bound.
        package var pages: Int?
        /// No walk sends more requests than this, whatever the API answers.
        package var requests = 1_000_000
        /// Empty pages in a row that still carry a cursor.
        package var emptyPages = 1000
        package init(pages: Int? = nil) { self.pages = pages }
    }

    let resource: Resource
    let bounds: Bounds
    /// What is needed to go on from here. Together with the next request it makes a checkpoint.
    package internal(set) var state: WalkState
    /// Hashes of cursors and links, with the page that carried them; 16 to 32 bytes each.
    var seenCursors: [UInt64: UInt32] = [:]
    /// Fingerprints of pages, with the number of the page.
    var seenPages: [UInt64: UInt32] = [:]

    /// - Parameters:
    ///   - firstURL: the URL of the first request, so that a link back to it is known for a loop.
    ///   - resuming: the state of an earlier walk. Its loop guards begin anew.
    package init(resource: Resource, firstURL: String, bounds: Bounds = Bounds(), resuming: WalkState? = nil) {
        self.resource = resource
        self.bounds = bounds
        state = resuming ?? WalkState(mode: resource.paginator)
        seenCursors[fastHash(firstURL)] = 0
    }

    package var firstRequest: PageRequest {
        switch resource.paginator {
        case .pageNumber(let p): .parameters([PageParameter(p.place, p.firstPage)])
        case .offset(let p): offsetRequest(p)
        default: .parameters([])
        }
    }

    /// What `auto` found out; nil before, and for a declared paginator.
    package var detected: Paginator? { resource.paginator == .auto && state.mode != .auto ? state.mode : nil }

    /// The totals that the pages stated; nil where none did, or where they were only the lengths of the pages.
    package var totals: TotalRange? { state.totals.flatMap { $0.isTotal ? $0 : nil } }

    /// Judges one response. Not to be called again once a walk has ended.
    package mutating func accept(_ facts: PageFacts) -> WalkDecision {
        state.requests += 1
        // Decided first, bounded then: the bounds look at the state after the decision.
        var decision = decide(facts)
        if case .ended = decision.step, let error = state.errorBesideRecords {
            decision.step = .partial(.errorBesideRecords(message: error.message, page: error.page))
        }
        return bounded(decision)
    }

    private mutating func decide(_ facts: PageFacts) -> WalkDecision {
        if !(200..<300).contains(facts.status) { return WalkDecision(keepsRecords: false, step: refusal(facts.status)) }
        if case .probing(let probe) = state.phase { return judge(probe, facts) }
        if let earlier = earlierPage(like: facts) {
            return WalkDecision(keepsRecords: false, step: repeated(earlier, facts))
        }
        keep(facts)
        return WalkDecision(keepsRecords: true, step: step(after: facts))
    }

    /// The page of the walk with the same records.
    func earlierPage(like facts: PageFacts) -> Int? {
        facts.fingerprint.flatMap { seenPages[$0.hash] }.map { Int($0) }
    }

    /// Takes a page into the walk.
    mutating func keep(_ facts: PageFacts) {
        state.pages += 1
        if facts.count > 0 { state.filledPages += 1 }
        if let pages = facts.stated.pages { state.statedPages = max(state.statedPages ?? 0, pages) }
        state.records += facts.count
        state.previousWasShort = state.pageSize.map { state.lastCount < $0 } ?? false
        state.pageSize = state.pageSize ?? facts.count
        state.lastCount = facts.count
        state.emptyRun = facts.count == 0 ? state.emptyRun + 1 : 0
        if state.errorBesideRecords == nil, let message = facts.errorBesideRecords {
            state.errorBesideRecords = WalkState.ReportedError(message: message, page: state.pages)
        }
        if let fingerprint = facts.fingerprint { seenPages[fingerprint.hash] = UInt32(clamping: state.pages) }
        noteTotal(facts)
    }

    /// What follows a page that was kept.
    mutating func step(after facts: PageFacts) -> WalkDecision.Step {
        if isWholeEntity(facts) { return .ended(.singleObject) }
        return switch state.mode {
        case .auto: detect(facts)
        case .singlePage: .ended(.declaredSingle)
        case .cursor(let p): step(p, facts)
        case .jsonLink(let path): step(link: path, facts)
        case .headerLink(let relation): step(relation: relation, facts)
        case .pageNumber(let p): step(p, facts)
        case .offset(let p): step(p, facts)
        }
    }

    /// One object, where the path names one entity and the endpoint names no paginator. `auto` looks for signs itself.
    private func isWholeEntity(_ facts: PageFacts) -> Bool {
        guard resource.inheritsPaginator, resource.isSingleEntity, state.pages == 1, case .single = facts.records else { return false }
        switch state.mode {
        case .auto, .singlePage: return false
        case .pageNumber, .offset: return true
        case .cursor(let p): return if case .body(let path) = p.source { !facts.holdsText(path) } else { true }
        case .jsonLink(let path): return !facts.holdsText(path)
        case .headerLink(let relation): return facts.linkHeader.flatMap { LinkHeader.target(of: relation, in: $0) } == nil
        }
    }

    private mutating func noteTotal(_ facts: PageFacts) {
        let declared = declaredTotalOfRecords.flatMap { facts.integer($0) }
        guard let total = declared ?? facts.stated.records else { return }
        // A "total" that is the length of each page is no total.
        let isTotal = declared != nil || total != facts.count
        if state.totals == nil {
            state.totals = TotalRange(total, isTotal: isTotal)
        } else {
            state.totals?.add(total, isTotal: isTotal)
        }
    }

    private var declaredTotalOfRecords: Selector? {
        if case .offset(let p) = resource.paginator { p.totalPath } else { nil }
    }

    /// Puts the bounds around a step that would ask on.
    private func bounded(_ decision: WalkDecision) -> WalkDecision {
        switch decision.step {
        case .ended, .partial, .failed: return decision
        case .next, .probe: break
        }
        var decision = decision
        if let pages = bounds.pages, state.pages >= pages { decision.step = .partial(.pageBound(pages)) }
        if state.emptyRun >= bounds.emptyPages { decision.step = .partial(.onlyEmptyPages(state.emptyRun)) }
        if state.requests >= bounds.requests { decision.step = .partial(.requestBound(bounds.requests)) }
        return decision
    }
}

/// Where a walk stands: small, plain, and enough to go on.
package struct WalkState: Hashable, Sendable {
    /// The paginator in use: as declared, or as `auto` found out.
    package var mode: Paginator
    package var phase = Phase.walking
    /// Pages kept.
    package var pages = 0
    /// Of these, the ones with records.
    package var filledPages = 0
    /// The largest number of pages that the API stated.
    package var statedPages: Int?
    /// `auto` only: what in the first answer says that there is more, in a way that is not understood.
    package var unreadSign: String?
    /// Responses judged, probes among them.
    package var requests = 0
    /// Records on the pages kept, duplicates among them.
    package var records = 0
    /// The length of the first page: what the server gives at once, whatever was asked for.
    package var pageSize: Int?
    package var lastCount = 0
    /// Whether the page before the last one was shorter than the first.
    package var previousWasShort = false
    package var emptyRun = 0
    package var totals: TotalRange?
    /// The page or offset asked for last.
    package var position: Int?
    /// Whether the cursor or link was found on any page of this walk.
    package var resolved = false
    /// `auto` only: the API states a number of pages, or whether there is more, and that is believed.
    package var believesStatedEnd = false

    /// The first page kept that reports an error beside its records.
    package var errorBesideRecords: ReportedError?

    package struct ReportedError: Hashable, Sendable {
        package var message: String
        package var page: Int
    }

    package enum Phase: Hashable, Sendable {
        case walking
        case probing(Probe)
    }

    /// A request by which `auto` finds out whether a parameter is understood.
    package enum Probe: Hashable, Sendable {
        /// Page 1, then page 2 where page 1 was the first page again. `moreIsStated`: the API said that there is more.
        case page(Int, moreIsStated: Bool)
        /// The first request again, to learn whether equal requests have equal answers.
        case firstAgain
        /// The cursor under this parameter; `others` are tried next.
        case cursor(CursorPaginator, value: String, others: [String])
    }

    package init(mode: Paginator) { self.mode = mode }
}
