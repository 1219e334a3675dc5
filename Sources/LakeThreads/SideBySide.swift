/// The same work for many items, some at a time: for calls that wait more than they work, such as syncs of a disk.
package enum SideBySide {
    private struct State<Fault: Error> {
        var begun = 0
        var fault: (place: Int, Fault)?
    }

    /// Does `work` for every item, and returns when all of it has ended. Items are begun in their order. The caller's
    /// thread takes its share, so that all gets done where the system has no thread left.
    /// - Parameter threads: that work at most, the caller's among them.
    /// - Throws: the fault of the first of the items that failed. Behind a fault no item is begun.
    package static func forEach<Item: Sendable, Fault: Error>(
        _ items: [Item], threads: Int, _ work: @escaping @Sendable (Item) throws(Fault) -> Void
    ) throws(Fault) {
        let state = Monitor(State<Fault>())
        @Sendable func share() {
            while let place = next(state, items.count) {
                do throws(Fault) { try work(items[place]) } catch {
                    state.change { state in
                        if state.fault.map({ place < $0.place }) ?? true { state.fault = (place, error) }
                    }
                }
            }
        }
        var helpers: [DedicatedThread] = []
        while helpers.count + 1 < min(threads, items.count), let helper = try? DedicatedThread(share) { helpers.append(helper) }
        share()
        for helper in helpers { helper.join() }
        if let fault = state.look({ $0.fault }) { throw fault.1 }
    }

    private static func next<Fault>(_ state: Monitor<State<Fault>>, _ count: Int) -> Int? {
        state.change { state in
            guard state.fault == nil, state.begun < count else { return nil }
            defer { state.begun += 1 }
            return state.begun
        }
    }
}
