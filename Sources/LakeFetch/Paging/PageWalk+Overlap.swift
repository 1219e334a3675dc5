import LakeModel
import LakeSource

/// Offsets that overlap: each request begins with the last record of the page before it. Where the page begins with
/// another record, records were inserted or deleted before that place since.
///
///     read so far: … 8 9 10    asked for from 10 on
///     10 11 12                 nothing moved: 11 and 12 are new
///     9 10 11                  something was inserted before: 11 is new
///     13 14 15                 something was deleted before: 11 and 12 are behind us now; step back until a known one comes
///
/// A page that holds a known record leaves no hole before it, because all that stood before a known record is known. So
/// a walk that goes on from such a page only loses nothing, and from any other page it steps back.
extension PageWalk {
    /// In a row, each twice as far as the one before; the first is by a page.
    private static let stepsBackAtMost = 6
    private static let recoveriesAtMost = 50
    private static let fruitlessAtMost = 3

    /// Whether movement that pages would hide is seen.
    var overlapHolds: Bool {
        guard case .offset(let p) = state.mode, p.overlaps, state.keyOrigin != .content else { return false }
        return state.overlap.isOn && state.overlap.isProven
    }

    /// The request for what follows offset `next`, with the last record of the page at hand before it where that helps.
    mutating func request(_ paginator: OffsetPaginator, from next: Int, after facts: PageFacts) -> PageRequest {
        state.overlap.next = next
        let overlaps = paginator.overlaps && paginator.stopAfterEmptyPage && state.overlap.isOn && facts.count > 0
            && (state.pageSize ?? 0) >= 2 && facts.keyOrigin == state.keyOrigin
        state.overlap.awaited = overlaps ? facts.lastKey : nil
        state.position = overlaps ? next - 1 : next
        return offsetRequest(paginator)
    }

    /// Judges a page that was to begin with the record that has the key `awaited`.
    mutating func judge(_ paginator: OffsetPaginator, _ awaited: UInt64, _ facts: PageFacts) -> WalkDecision {
        if state.overlap.isChecking { return judgeCheck(paginator, facts) }
        let asked = state.position ?? paginator.offset
        guard facts.count > 0 else {
            noteTotal(facts)
            return nothingThere(paginator, asked)
        }
        guard facts.keyOrigin == state.keyOrigin else { return plain(paginator) }
        if asked == state.overlap.next - 1, facts.keys.first == awaited { return goOn(paginator, facts) }
        // Without a key, a record that is not the same may as well have been updated.
        if state.keyOrigin == .content { return plain(paginator) }
        let new = facts.keys.indices.filter { !seenKeys.contains(facts.keys[$0]) }
        let isContiguous = new.count < facts.count || asked <= paginator.offset
        guard isContiguous else { return stepBack(paginator, asked) }
        if state.overlap.stepsBack > 0 { return recovered(paginator, awaited, asked, facts, new) }
        state.overlap.sawInserts = true
        return new.isEmpty ? nothingNew(paginator, facts) : adopt(new, paginator, facts)
    }

    /// The page begins as expected.
    private mutating func goOn(_ paginator: OffsetPaginator, _ facts: PageFacts) -> WalkDecision {
        state.overlap.isProven = true
        if facts.count > 1 {
            // Behind a step back come pages that were read before.
            let mayBeKnown = (state.overlap.recoveries > 0 || state.overlap.sawInserts) && state.keyOrigin != .content
            let new = mayBeKnown ? (1..<facts.count).filter { !seenKeys.contains(facts.keys[$0]) } : Array(1..<facts.count)
            return adopt(new, paginator, facts)
        }
        noteTotal(facts)
        let more = paginator.hasMorePath.flatMap { facts.flag($0) } ?? facts.stated.hasMore
        let total = paginator.totalPath.flatMap { facts.integer($0) } ?? totals?.latest ?? 0
        if more == true || (more == nil && total > state.overlap.next) { return plain(paginator) }
        let evidence: EndEvidence = more == false ? .lastPageStated : lastWasShort ? .shortPageConfirmed : .overlapOnly
        return WalkDecision(choice: choice(of: [], facts), step: .ended(evidence))
    }

    /// Keeps the records that are new or were updated, and goes on behind the page.
    private mutating func adopt(_ new: [Int], _ paginator: OffsetPaginator, _ facts: PageFacts) -> WalkDecision {
        state.overlap.stepsBack = 0
        state.overlap.stale = nil
        let choice = choice(of: new, facts)
        keep(facts, records: new.count)
        return WalkDecision(choice: choice, step: step(paginator, facts))
    }

    /// - Parameter new: the records that did not come before.
    func choice(of new: [Int], _ facts: PageFacts) -> RecordChoice {
        let chosen = Set(new).union(updated(facts)).sorted()
        return chosen.count == facts.count ? .all : chosen.isEmpty ? .none : .only(chosen)
    }

    /// A page of known records alone: the server ignores or rounds offsets, or as many records were inserted.
    private mutating func nothingNew(_ paginator: OffsetPaginator, _ facts: PageFacts) -> WalkDecision {
        let earlier = earlierPage(like: facts)
        if !state.overlap.isProven, earlier != nil {
            state.overlap.isChecking = true
            state.position = state.overlap.next
            return WalkDecision(keepsRecords: false, step: .probe(offsetRequest(paginator)))
        }
        if let earlier, facts.fingerprint == state.overlap.stale { return WalkDecision(keepsRecords: false, step: repeated(earlier, facts)) }
        let decision = adopt([], paginator, facts)
        state.overlap.stale = facts.fingerprint
        return decision
    }

    /// The same place without overlap. New records at once: the server rounds offsets down to whole pages.
    private mutating func judgeCheck(_ paginator: OffsetPaginator, _ facts: PageFacts) -> WalkDecision {
        state.overlap.isChecking = false
        let new = facts.keys.indices.filter { !seenKeys.contains(facts.keys[$0]) }
        if facts.count == 0 || facts.keyOrigin != state.keyOrigin || new.first == 0 || earlierPage(like: facts) != nil {
            state.overlap.isOn = false
            state.overlap.awaited = nil
            return take(facts)
        }
        return adopt(new, paginator, facts)
    }

    // MARK: Back to a known place

    private mutating func stepBack(_ paginator: OffsetPaginator, _ asked: Int) -> WalkDecision {
        state.overlap.stepsBack += 1
        guard state.overlap.stepsBack <= Self.stepsBackAtMost, state.overlap.recoveries < Self.recoveriesAtMost,
            state.overlap.fruitless < Self.fruitlessAtMost
        else {
            return WalkDecision(keepsRecords: false, step: .partial(.recordsMoved(page: state.pages + 1)))
        }
        let length = max(1, (state.pageSize ?? 2) - 1)
        state.position = max(paginator.offset, asked - length << (state.overlap.stepsBack - 1))
        return WalkDecision(keepsRecords: false, step: .probe(offsetRequest(paginator)))
    }

    /// No record where one stood: those before it moved up, or all are gone.
    private mutating func nothingThere(_ paginator: OffsetPaginator, _ asked: Int) -> WalkDecision {
        if asked <= paginator.offset { return WalkDecision(keepsRecords: false, step: .ended(.emptyPage)) }
        if state.keyOrigin == .content { return WalkDecision(keepsRecords: false, step: .partial(.recordsMoved(page: state.pages + 1))) }
        return stepBack(paginator, asked)
    }

    private mutating func recovered(
        _ paginator: OffsetPaginator, _ awaited: UInt64, _ asked: Int, _ facts: PageFacts, _ new: [Int]
    ) -> WalkDecision {
        let place = state.overlap.next - 1 - asked
        // The record stands where it stood: the server does not give a page from it on.
        if !state.overlap.isProven, facts.keys.indices.contains(place), facts.keys[place] == awaited { return plain(paginator) }
        state.overlap.recoveries += 1
        state.overlap.fruitless = new.isEmpty ? state.overlap.fruitless + 1 : 0
        return adopt(new, paginator, facts)
    }

    // MARK: Without overlap

    /// From now on without overlap, from the first record that was not read.
    private mutating func plain(_ paginator: OffsetPaginator) -> WalkDecision {
        switchOff()
        return WalkDecision(keepsRecords: false, step: .next(offsetRequest(paginator)))
    }

    private mutating func switchOff() {
        state.overlap.isOn = false
        state.overlap.awaited = nil
        state.overlap.isChecking = false
        state.overlap.stepsBack = 0
        state.position = state.overlap.next
    }

    /// A status that says no to a request that overlaps; nil where it says so of the page behind.
    mutating func overlapRefused(_ status: Int) -> WalkDecision.Step? {
        guard case .offset(let p) = state.mode else { return nil }
        if state.overlap.isChecking {
            switchOff()
            return nil
        }
        guard [400, 416, 422].contains(status) else { return .partial(.refused(status: status, page: state.pages + 1)) }
        guard state.overlap.isProven else { return plain(p).step }
        return nothingThere(p, state.position ?? p.offset).step
    }
}
