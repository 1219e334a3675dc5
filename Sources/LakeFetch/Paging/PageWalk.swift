import LakeJSON
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
    let resolvedBefore: Paginator?
    /// What is needed to go on from here. Together with the next request it makes a checkpoint.
    package internal(set) var state: WalkState
    /// Hashes of cursors and links, with the page that carried them; 16 to 32 bytes each.
    var seenCursors: [UInt64: UInt32] = [:]
    /// Fingerprints of pages, with the number of the page.
    var seenPages: [UInt64: UInt32] = [:]
    /// Keys of records of numbered pages and offsets, by which records that moved are known again.
    var seenKeys = KeyMemory()
    /// Keys together with the content of their records, where updates are to go on.
    var seenVersions = KeyMemory()

    /// - Parameters:
    ///   - firstURL: the URL of the first request, so that a link back to it is known for a loop.
    ///   - resolvedBefore: the paginator whose cursor or link an earlier load found, in the words of `resolvedPath`. Where a
    ///     page lacks it then, that is the end, and no path that may be wrong.
    ///   - resuming: the state of an earlier walk. Its loop guards begin anew.
    package init(
        resource: Resource, firstURL: String, bounds: Bounds = Bounds(), resolvedBefore: Paginator? = nil, resuming: WalkState? = nil
    ) {
        self.resource = resource
        self.bounds = bounds
        self.resolvedBefore = resolvedBefore
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

    /// The totals that the pages stated, those of the last reading where all were read twice; nil where none did, or where
    /// they were only the lengths of the pages.
    package var totals: TotalRange? {
        guard var totals = state.totals, totals.isTotal else { return nil }
        // Offsets that overlap show deletions themselves, and what they moved was fetched.
        if overlapHolds { totals.fall = nil }
        if state.firstScan != nil, state.keyOrigin == .declared { totals.distinctOfReading = state.distinct }
        return totals
    }

    /// Whether records may be missing among those that came, for as long as the end is not proven: a page reported an error
    /// beside them, or pages stand on places, and records that moved to a page before are only seen at the end.
    package var mayHaveHoles: Bool {
        if state.errorBesideRecords != nil { return true }
        return switch state.mode {
        case .cursor, .jsonLink, .headerLink, .singlePage: false
        case .auto, .pageNumber, .offset: !overlapHolds
        }
    }

    /// Judges one response. Not to be called again once a walk has ended.
    package mutating func accept(_ facts: PageFacts) -> WalkDecision {
        state.requests += 1
        if case .bookend(let bookend) = state.phase { return judge(bookend, facts) }
        return finished(decide(facts))
    }

    /// What a response action of the definition ignores: nothing came, by declaration; inside a walk that is no end.
    package mutating func ignored(status: Int) -> WalkDecision {
        state.requests += 1
        if case .bookend(let bookend) = state.phase { return judge(bookend, PageFacts(status: status)) }
        if state.pages == 0 { return WalkDecision(keepsRecords: false, step: .ended(.ignoredAsDeclared)) }
        var step = refusal(status)
        switch step {
        case .partial, .failed: step = .partial(.ignoredInside(status: status, page: state.pages + 1))
        case .next, .probe, .ended: break
        }
        return finished(WalkDecision(keepsRecords: false, step: step))
    }

    /// Decided first, bounded then: the bounds look at the state after the decision.
    private mutating func finished(_ decision: WalkDecision) -> WalkDecision {
        var decision = decision
        if case .ended = decision.step, let error = state.errorBesideRecords {
            decision.step = .partial(.errorBesideRecords(message: error.message, page: error.page))
        }
        decision = bounded(decision)
        if case .ended(let evidence) = decision.step { decision.step = close(evidence) }
        return decision
    }

    private mutating func decide(_ facts: PageFacts) -> WalkDecision {
        if !(200..<300).contains(facts.status) { return WalkDecision(keepsRecords: false, step: refusal(facts.status)) }
        if case .probing(let probe) = state.phase { return judge(probe, facts) }
        if case .offset(let p) = state.mode, let awaited = state.overlap.awaited { return judge(p, awaited, facts) }
        return take(facts)
    }

    /// Takes a page that follows the one before it, unless it came before.
    mutating func take(_ facts: PageFacts) -> WalkDecision {
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
    /// - Parameter records: how many of its records are new; nil: all.
    mutating func keep(_ facts: PageFacts, records: Int? = nil) {
        state.pages += 1
        if facts.count > 0 {
            state.filledPages += 1
            state.moreWasStated = facts.stated.hasMore == true
        }
        if let pages = declaredTotalOfPages(facts) ?? facts.stated.pages { state.statedPages = max(state.statedPages ?? 0, pages) }
        state.records += records ?? facts.count
        state.previousWasShort = state.pageSize.map { state.lastCount < $0 } ?? false
        state.pageSize = state.pageSize ?? facts.count
        state.lastCount = facts.count
        state.emptyRun = facts.count == 0 ? state.emptyRun + 1 : 0
        if state.errorBesideRecords == nil, let message = facts.errorBesideRecords {
            state.errorBesideRecords = WalkState.ReportedError(message: message, page: state.pages)
        }
        if let fingerprint = facts.fingerprint { seenPages[fingerprint.hash] = UInt32(clamping: state.pages) }
        rememberKeys(facts)
        noteTotal(facts)
    }

    private mutating func rememberKeys(_ facts: PageFacts) {
        switch state.mode {
        case .cursor, .jsonLink, .headerLink, .singlePage: return
        case .auto, .pageNumber, .offset: break
        }
        guard facts.count > 0 else { return }
        if state.keyOrigin == nil { state.keyOrigin = facts.keyOrigin }
        if state.firstKeys.isEmpty {
            state.firstKeys = facts.keys
            state.firstPosition = state.position
        }
        for key in facts.keys { remember(key) }
        if passesUpdates { for version in facts.versions() { seenVersions.insert(version) } }
    }

    /// Whether a record that came before goes on once more where it was updated since. A full scan brings the update the
    /// next time; an incremental cursor moves past it, and no later load would ask for it.
    var passesUpdates: Bool { resource.incremental != nil }

    /// The records of a page that came before with another content.
    func updated(_ facts: PageFacts) -> [Int] {
        guard passesUpdates, facts.keyOrigin != .content else { return [] }
        return zip(facts.keys, facts.versions()).enumerated().filter { _, record in
            seenKeys.contains(record.0) && !seenVersions.contains(record.1)
        }.map(\.offset)
    }

    mutating func remember(_ key: UInt64) {
        if seenKeys.contains(key) { return }
        seenKeys.insert(key)
        state.distinct += 1
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
        case .cursor(let p): return if case .text = facts.find(p.source) { false } else { true }
        case .jsonLink(let path): return !facts.holdsText(path)
        case .headerLink(let relation): return facts.linkHeader.flatMap { LinkHeader.target(of: relation, in: $0) } == nil
        }
    }

    mutating func noteTotal(_ facts: PageFacts) {
        notePages(facts)
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

    /// A number of pages that falls tells of deletions, as a total does. What some servers state past the end, 0 or 1, is
    /// no such number.
    private mutating func notePages(_ facts: PageFacts) {
        guard isNumbered || state.mode == .auto, let pages = declaredTotalOfPages(facts) ?? facts.stated.pages else { return }
        guard facts.count > 0 || pages >= max(1, state.filledPages) else { return }
        if let before = state.latestPages, pages < before { state.pagesFall = TotalRange.Fall(from: before, to: pages) }
        state.latestPages = pages
    }

    private func declaredTotalOfPages(_ facts: PageFacts) -> Int? {
        if case .pageNumber(let p) = resource.paginator { p.totalPath.flatMap { facts.integer($0) } } else { nil }
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
        let scanned = state.pages - (state.firstScan?.pages ?? 0)
        if let pages = bounds.pages, scanned >= pages { decision.step = .partial(.pageBound(pages)) }
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
    /// The last page with records said that there is more.
    package var moreWasStated = false
    /// The number of pages stated last, and the last time that one was less than the one before.
    package var latestPages: Int?
    package var pagesFall: TotalRange.Fall?
    /// `auto` only: what in the first answer says that there is more, in a way that is not understood.
    package var unreadSign: String?
    /// Responses judged, probes among them.
    package var requests = 0
    /// Records on the pages kept, duplicates among them.
    package var records = 0
    /// Numbered pages and offsets: the keys of the reading at hand, as far back as they are remembered.
    package var distinct = 0
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
    /// `auto` only: the id of the first page's last record, and where that page says that there is more.
    package var lastRecord: JSONValue?
    package var flagPath: Selector?
    /// `auto` only: what its decision rests on.
    package var detectedWhy: DetectedBy?

    /// The first page kept that reports an error beside its records.
    package var errorBesideRecords: ReportedError?

    package struct ReportedError: Hashable, Sendable {
        package var message: String
        package var page: Int
    }

    /// Keys of the first page with records, in order.
    package var firstKeys: [UInt64] = []
    /// The page or offset that it was asked for by; nil for the first request.
    package var firstPosition: Int?
    /// What kind of key the first page with records has; pages with another kind cannot be compared with it.
    package var keyOrigin: PageKeys.Origin?
    package var overlap = Overlap()
    /// Set while all pages are read a second time.
    package var firstScan: FirstScan?

    package enum Phase: Hashable, Sendable {
        case walking
        case probing(Probe)
        /// The end is proven, and the first page is asked for once more.
        case bookend(Bookend)
    }

    /// A request by which `auto` finds out whether a parameter is understood.
    package enum Probe: Hashable, Sendable {
        /// Page 1, then page 2 where page 1 was the first page again. `moreIsStated`: the API said that there is more.
        case page(Int, moreIsStated: Bool)
        /// The first request again, to learn whether equal requests have equal answers.
        case firstAgain
        /// The cursor under this parameter; `others` are tried next.
        case cursor(CursorPaginator, value: JSONValue, others: [String], otherwise: Otherwise)
        /// From the last record of the first page on, which then comes again, if the offset counts records. `tail`: the
        /// fingerprints of the last records of that page.
        case offset(OffsetPaginator, next: Int, tail: [UInt64], moreIsStated: Bool)
    }

    /// What follows where no parameter of a cursor leads to a further page.
    package enum Otherwise: Hashable, Sendable {
        /// The cursor says for certain that there is more.
        case fail
        case probePages(moreIsStated: Bool)
        /// There may be more: this word of the API says so.
        case tell(sign: String)
        /// The API says beside the cursor that this is the last page.
        case lastPage
    }

    package init(mode: Paginator) { self.mode = mode }
}
