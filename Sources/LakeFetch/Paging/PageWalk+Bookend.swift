import LakeModel
import LakeSource

/// The end of a walk over numbered pages. A page's number stands on a place, not on a record: what is inserted or deleted
/// before that place meanwhile moves all records behind it. So the first page is asked for once more. New records at its
/// head are adopted. Records of it that are gone mean that others moved up, perhaps to pages that were read already: where
/// a primary key is declared, all pages are read a second time, else the walk is partial.
///
/// What this cannot see, of an API that states no total: a record deleted behind the first page; and one deleted between
/// the only page and the empty one behind it, where neither the request nor its usual length says that the page was full.
extension PageWalk {
    /// Pages of a bookend, at most.
    private static let bookendPagesAtMost = 20

    /// What follows a proven end: nothing, the first page once more, or all pages once more.
    mutating func close(_ evidence: EndEvidence) -> WalkDecision.Step {
        guard needsBookend(evidence) else { return end(evidence) }
        if shouldRescan { return rescan() }
        let bookend = WalkState.Bookend(
            evidence: evidence, missing: state.firstKeys, position: state.firstPosition ?? start, minds: !overlapHolds)
        state.phase = .bookend(bookend)
        return .probe(request(bookend))
    }

    /// The page or offset that is asked for first.
    private var start: Int {
        switch state.mode {
        case .pageNumber(let p): p.firstPage
        case .offset(let p): p.offset
        default: 0
        }
    }

    private func needsBookend(_ evidence: EndEvidence) -> Bool {
        guard let origin = state.keyOrigin, origin != .content else { return false }
        // Behind one page that is full, or that said that there is more, the few records of a second page may have moved up.
        let hadSecond = state.lastCount == 0 && (looksCut(state.firstKeys.count) || state.moreWasStated)
        guard state.filledPages >= 2 || (state.filledPages == 1 && hadSecond) else { return false }
        switch state.mode {
        case .pageNumber: return true
        // A record deleted and one moved to the head at once leave all places as they were.
        case .offset: return !overlapHolds || state.overlap.sawInserts || state.totals?.fall != nil
        default: return false
        }
    }

    /// The total or the number of pages fell, and a second reading can tell its records from those of the first.
    private var shouldRescan: Bool { (totals?.fall != nil || pagesFall != nil) && resource.totalCheck == .exact && mayRescan }

    /// Where it matters: cursors and links stand on a record, and offsets that overlap show deletions themselves.
    private var pagesFall: TotalRange.Fall? { isNumbered && !overlapHolds ? state.pagesFall : nil }

    private var mayRescan: Bool { state.keyOrigin == .declared && state.firstScan == nil && !overlapHolds }

    mutating func judge(_ before: WalkState.Bookend, _ facts: PageFacts) -> WalkDecision {
        var bookend = before
        // A first page that is refused now says nothing about the pages that came.
        guard (200..<300).contains(facts.status) else {
            return WalkDecision(keepsRecords: false, step: bookend.pages == 0 ? end(bookend.evidence) : conclude(bookend))
        }
        guard facts.count == 0 || facts.keyOrigin == state.keyOrigin else {
            return WalkDecision(keepsRecords: false, step: end(bookend.evidence))
        }
        noteTotal(facts)
        let updated = updated(facts)
        let (new, isPast) = compare(facts, &bookend)
        state.records += new.count
        let chosen = Set(new).union(updated).sorted()
        let choice: RecordChoice = chosen.isEmpty ? .none : chosen.count == facts.count ? .all : .only(chosen)
        if passesUpdates { for version in facts.versions() { seenVersions.insert(version) } }
        bookend.pages += 1
        if case .offset = state.mode { bookend.position += facts.count } else { bookend.position += 1 }
        let isDone = bookend.missing.isEmpty || isPast || facts.count == 0 || bookend.pages >= Self.bookendPagesAtMost
        guard !isDone else { return WalkDecision(choice: choice, step: conclude(bookend)) }
        state.phase = .bookend(bookend)
        return WalkDecision(choice: choice, step: .probe(request(bookend)))
    }

    /// - Returns: the records that are new, and whether what stood behind the first page has come.
    private mutating func compare(_ facts: PageFacts, _ bookend: inout WalkState.Bookend) -> (new: [Int], isPast: Bool) {
        let first = Set(state.firstKeys)
        let here = Set(facts.keys)
        bookend.missing.removeAll { here.contains($0) }
        var new: [Int] = []
        var isPast = false
        for (index, key) in facts.keys.enumerated() {
            if first.contains(key) {
                bookend.found = true
            } else if !seenKeys.contains(key) {
                new.append(index)
                remember(key)
            } else if bookend.found || !bookend.minds {
                // A known record before those of the first page was updated, perhaps, and came to the head by that.
                isPast = true
            }
        }
        return (new, isPast || (bookend.found && !bookend.minds))
    }

    private func request(_ bookend: WalkState.Bookend) -> PageRequest {
        // What `auto` takes for the number of the first page may be wrong; its first request is right.
        if resource.paginator == .auto, bookend.pages == 0 { return firstRequest }
        switch state.mode {
        case .pageNumber(let p): return .parameters([PageParameter(p.place, bookend.position)])
        case .offset(let p):
            return .parameters([PageParameter(p.offsetPlace, bookend.position), PageParameter(p.limitPlace, p.limit)])
        default: return firstRequest
        }
    }

    private mutating func conclude(_ bookend: WalkState.Bookend) -> WalkDecision.Step {
        let isWhole = bookend.missing.isEmpty || !bookend.minds
        if isWhole { return shouldRescan ? rescan() : end(bookend.evidence) }
        if mayRescan { return rescan() }
        state.phase = .walking
        return .partial(.recordsVanished(count: bookend.missing.count, page: 1))
    }

    private mutating func end(_ evidence: EndEvidence) -> WalkDecision.Step {
        state.phase = .walking
        // A total that fell is doubted later, by the distinct records.
        if let fall = pagesFall, resource.totalCheck == .exact { return .partial(.pagesFell(from: fall.from, to: fall.to)) }
        return .ended(evidence)
    }

    /// Reads all pages a second time. Their records go on like those of the first reading; of equal ones one is kept later.
    /// `auto` finds out anew: what moved may have misled it.
    private mutating func rescan() -> WalkDecision.Step {
        state.firstScan = WalkState.FirstScan(pages: state.pages, records: state.records)
        state.phase = .walking
        state.mode = resource.paginator
        state.believesStatedEnd = false
        state.statedPages = nil
        state.latestPages = nil
        state.pagesFall = nil
        state.distinct = 0
        state.totals = nil
        state.filledPages = 0
        state.pageSize = nil
        state.lastCount = 0
        state.previousWasShort = false
        state.emptyRun = 0
        state.position = nil
        state.firstKeys = []
        state.firstPosition = nil
        let mayOverlap = state.overlap.isOn
        state.overlap = WalkState.Overlap()
        state.overlap.isOn = mayOverlap
        seenPages = [:]
        seenKeys = KeyMemory()
        seenVersions = KeyMemory()
        return .next(firstRequest)
    }
}
