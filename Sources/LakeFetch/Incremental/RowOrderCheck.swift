import LakeModel
import LakeSource

/// Holds the values of a walk against the declared order, and tells when nothing further can be in the range.
struct RowOrderCheck: Sendable {
    private let declared: Incremental.RowOrder?
    /// The side of the range behind which an ordered walk has nothing more to bring.
    private let endSide: IncrementalRange.Side
    /// Records without a value go on, and where they stand no order tells: then every page must be read.
    private let mayEndWalks: Bool
    private var parent: UInt64?
    private var previous: CursorValue?
    private var hasSeenEnd = false
    private(set) var brokenAt: Place?
    /// The page is one that was read before: its records are no news of the order.
    private var isPaused = false

    init(_ cursor: Incremental) {
        declared = cursor.rowOrder
        endSide = cursor.rowOrder == nil || cursor.orderLeadsToLast ? .behind : .before
        mayEndWalks = cursor.onMissing != .include
    }

    /// Declared, and held for every record so far.
    var isHeld: Bool { declared != nil && brokenAt == nil }
    /// Whether it runs towards the value that is the last one.
    var leadsToLast: Bool { declared != nil && endSide == .behind }
    var endsWalk: Bool { isHeld && hasSeenEnd && mayEndWalks && !isPaused }
    var finding: IncrementalFinding? {
        guard let declared, let brokenAt else { return nil }
        return .orderBroken(declared, at: brokenAt)
    }

    /// Each parent's walk has an order of its own.
    mutating func startPage(parent: UInt64, isReadAgain: Bool = false) {
        isPaused = isReadAgain
        guard parent != self.parent else { return }
        self.parent = parent
        previous = nil
        hasSeenEnd = false
    }

    mutating func note(_ value: CursorValue, _ side: IncrementalRange.Side, at place: @autoclosure () -> Place) {
        guard isHeld, !isPaused else { return }
        if let previous, value.order(to: previous) == (declared == .asc ? .before : .after) {
            brokenAt = place()
            return
        }
        previous = value
        if side == endSide { hasSeenEnd = true }
    }
}
