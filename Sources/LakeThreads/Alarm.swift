/// Does something at a moment, unless it is stopped before.
package final class Alarm: Sendable {
    private let isStopped = Monitor(false)
    private let thread: DedicatedThread?

    /// - Parameter milliseconds: of `MonotonicClock`. Where the system has no thread left there is no alarm.
    package init(at milliseconds: Int64, _ action: @escaping @Sendable () -> Void) {
        let isStopped = isStopped
        thread = try? DedicatedThread {
            let left = milliseconds - MonotonicClock.milliseconds()
            if isStopped.wait(atMostMilliseconds: left, for: { $0 ? true : nil }) == nil { action() }
        }
    }

    /// Exactly once.
    package func stop() {
        isStopped.change { $0 = true }
        thread?.join()
    }
}
