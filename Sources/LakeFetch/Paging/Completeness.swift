import LakeModel
import LakeSource

/// How a walk came to its end.
package enum WalkEnd: Hashable, Sendable {
    case ended(EndEvidence)
    case partial(PartialReason)
    case failed(FailReason)

    /// nil while the walk goes on.
    package init?(_ step: WalkDecision.Step) {
        switch step {
        case .next, .probe: return nil
        case .ended(let evidence): self = .ended(evidence)
        case .partial(let reason): self = .partial(reason)
        case .failed(let reason): self = .failed(reason)
        }
    }
}

/// The final verdict on a walk: whether all records came, and why that is believed or doubted.
package struct Completeness: Hashable, Sendable {
    package let outcome: ResourceOutcome
    /// The proof of the end, also where something else speaks against it.
    package let evidence: EndEvidence?
    /// What speaks against it; empty where the outcome is complete.
    package let doubts: [PartialReason]
    package let failure: FailReason?

    /// - Parameters:
    ///   - totals: what the pages stated, from `PageWalk.totals`.
    ///   - distinct: records without duplicates; those that were filtered or quarantined count, and so do those of the load
    ///     before. Where all pages were read twice, the walk's own count of the second reading takes its place.
    ///   - paginator: the one in use, from `PageWalk.state.mode`.
    package static func judge(
        _ end: WalkEnd, totals: TotalRange?, distinct: Int, paginator: Paginator, check: TotalCheck = .exact
    ) -> Completeness {
        switch end {
        case .failed(let reason): Completeness(outcome: .failed, evidence: nil, doubts: [], failure: reason)
        case .partial(let reason): Completeness(outcome: .partial, evidence: nil, doubts: [reason], failure: nil)
        case .ended(let evidence):
            judge(evidence, doubts: totals.map { doubts($0, distinct, paginator, check, isWhole: evidence != .cursorPassed) } ?? [])
        }
    }

    private static func judge(_ evidence: EndEvidence, doubts: [PartialReason]) -> Completeness {
        Completeness(outcome: doubts.isEmpty ? .complete : .partial, evidence: evidence, doubts: doubts, failure: nil)
    }

    /// - Parameter isWhole: whether the walk went through all that a total counts, and did not end where older records begin.
    private static func doubts(
        _ totals: TotalRange, _ distinct: Int, _ paginator: Paginator, _ check: TotalCheck, isWhole: Bool
    ) -> [PartialReason] {
        guard check != .ignore else { return [] }
        // Records that only the first of two readings met may be deleted by now: the totals of the second do not count them.
        let distinct = totals.distinctOfReading ?? distinct
        var doubts: [PartialReason] = []
        let isShort = isWhole && distinct < totals.smallest
        if isShort || (check == .exact && distinct > totals.largest) {
            doubts.append(.totalMismatch(distinct: distinct, smallest: totals.smallest, largest: totals.largest))
        }
        // A cursor stands on a record; a number stands on a place, and a deleted record moves all places behind it.
        switch paginator {
        case .pageNumber, .offset:
            if let fall = totals.fall, check == .exact { doubts.append(.totalFell(from: fall.from, to: fall.to)) }
        default: break
        }
        return doubts
    }
}
