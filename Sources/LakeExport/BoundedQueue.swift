import LakeThreads

/// Hands items from one thread to another, so many at a time and no more: that is the back-pressure of a run.
final class BoundedQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }
    private let state = Monitor(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Waits for room. False when the queue was closed: nobody takes any more.
    func put(_ item: Item) -> Bool {
        state.waitToChange { state in
            if state.isClosed { return false }
            guard state.items.count < self.capacity else { return nil }
            state.items.append(item)
            return true
        }
    }

    /// Waits for an item; nil when the queue is closed and empty.
    func take() -> Item? {
        state.waitToChange { state in
            if !state.items.isEmpty { return .some(state.items.removeFirst()) }
            return state.isClosed ? .some(nil) : nil
        }
    }

    /// Whether nobody takes or puts any more.
    var isClosed: Bool { state.look { $0.isClosed } }

    /// No more items; those that wait are still given out.
    func close() { state.change { $0.isClosed = true } }

    /// No more items, and those that wait are thrown away.
    func abandon() {
        state.change {
            $0.isClosed = true
            $0.items = []
        }
    }
}
