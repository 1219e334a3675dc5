/// How far the records of a run lead: the last value and the records at it.
struct IncrementalProgress: Sendable {
    private let before: IncrementalState?
    private let beforeTies: Set<UInt64>
    private let isMax: Bool
    private(set) var last: CursorValue?
    /// Of the records of this run at the last value.
    private var ties: Set<UInt64> = []
    /// Records at the last value that there was no room to remember.
    private(set) var forgotten = 0

    init(before: IncrementalState?, isMax: Bool) {
        self.before = before
        self.beforeTies = Set(before?.ties ?? [])
        self.isMax = isMax
        last = before?.lastValue
    }

    /// Whether the load before brought this record already: it stands at its last value, and is unchanged.
    func isDuplicate(_ value: CursorValue, _ hash: UInt64) -> Bool {
        guard let before, beforeTies.contains(hash) else { return false }
        return value.order(to: before.lastValue) == .same
    }

    /// - Parameter hash: nil for a record that a filter leaves out. It moves the last value, but is not remembered: with
    ///   another filter it would be wanted.
    mutating func note(_ value: CursorValue, _ hash: UInt64?) {
        switch last.flatMap({ value.order(to: $0) }) {
        case .same: break
        case .before where !isMax, .after where isMax, nil:
            last = value
            ties.removeAll(keepingCapacity: true)
            forgotten = 0
        default: return
        }
        guard let hash, !ties.contains(hash) else { return }
        if ties.count < IncrementalState.mostTies { ties.insert(hash) } else { forgotten += 1 }
    }

    /// Whether the last value is another one than before.
    var hasMoved: Bool {
        guard let last else { return false }
        return before.map { last.order(to: $0.lastValue) != .same } ?? true
    }

    /// At an unmoved last value those that this run saw there take the place of those before: a record that changed and
    /// changed back is no duplicate. Where it saw none, the API leaves out what is at the start, and those before stay.
    func state(cursorPath: String) -> IncrementalState? {
        guard let last else { return nil }
        guard let before, !hasMoved else { return IncrementalState(cursorPath: cursorPath, lastValue: last, ties: ties) }
        return IncrementalState(cursorPath: cursorPath, lastValue: before.lastValue, ties: ties.isEmpty ? beforeTies : ties)
    }
}
