import Glibc
import LakeModel
import LakeThreads

/// Waiting as a thing that can be handed in, so that tests do not sleep.
package protocol Pause: Sendable {
    /// Blocks the calling thread. False, and at once, when the wait was or is interrupted.
    func wait(milliseconds: Int64) -> Bool
}

/// The real one. Once interrupted it never waits again.
package final class InterruptiblePause: Pause {
    private let isInterrupted = Monitor(false)

    package init() {}

    package func wait(milliseconds: Int64) -> Bool {
        isInterrupted.wait(atMostMilliseconds: milliseconds) { $0 ? true : nil } == nil
    }

    /// Ends every wait, now and later.
    package func interrupt() { isInterrupted.change { $0 = true } }
}

extension UTCTime {
    /// What the system's clock shows.
    package static func now() -> UTCTime {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return UTCTime(milliseconds: Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000)
    }
}
