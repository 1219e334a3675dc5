import LakeFetch

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
        while true {
            let room = state.wait { $0.isClosed ? false : $0.items.count < self.capacity ? true : nil }
            guard room else { return false }
            let isPut = state.change { state in
                guard !state.isClosed, state.items.count < self.capacity else { return false }
                state.items.append(item)
                return true
            }
            if isPut { return true }
        }
    }

    /// Waits for an item; nil when the queue is closed and empty.
    func take() -> Item? {
        while true {
            let hasItem = state.wait { !$0.items.isEmpty ? true : $0.isClosed ? false : nil }
            guard hasItem else { return nil }
            if let item = state.change({ $0.items.isEmpty ? nil : $0.items.removeFirst() }) { return item }
        }
    }

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
