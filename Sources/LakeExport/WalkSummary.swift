import LakeFetch
import LakeSource

/// How the walks of a resource went: one, or one per parent.
struct WalkSummary: Sendable {
    /// Responses, probes among them.
    var pages = 0
    var requests = 0
    var retries = 0
    var walks = 0
    var ends: [WalkEnd] = []
    /// Parents by the way their walk ended, where it was not by its proven end.
    var partialParents = 0
    var refusedParents = 0
    /// Parents whose request a declared `ignore` answered.
    var ignoredParents = 0
    var lastDoubt: PartialReason?
    /// What the last answer that refused says of itself.
    var refusalWords: String?
    /// Parents of whose fields no request can be made.
    var unusableParents = 0
    var lastProblem: RequestProblem?
    /// The bound of the whole resource that ended it.
    var bound: PartialReason?
    /// Whether records may be missing among those that came, and not only behind them.
    var mayHaveHoles = false
    var failure: FailReason?
    var fault: FetchFault?
    var totals: TotalRange?
    var paginator: Paginator
    var selector: Selector?
    /// What `auto` found its paginator by; nil where it found none, or one is declared.
    var why: String?
    /// Worth remembering for the next load; nil where all is declared, or nothing came.
    var detected: DetectedPaging?
    var detectionChange: DetectionChange?
    /// The cursor or link that was found on some page, of this load or an earlier one.
    var resolved: String?
    /// What the incremental cursor has come to; nil where it does not move.
    var nextIncremental: IncrementalOutcome?

    init(paginator: Paginator) { self.paginator = paginator }

    var endedAtBound: Bool {
        if case .partial(let reason)? = ends.first { bound != nil || reason.isBound } else { bound != nil }
    }

    /// The time that the user allows ended it: another run has more of it, and may go on.
    var endedInTime: Bool {
        let reason = if case .partial(let reason)? = ends.first { bound ?? reason } else { bound }
        return reason == .timeBound
    }

    var isUnauthorized: Bool { failure == .unauthorized }
}
