import LakeModel
import LakeThreads

/// How a run asks: patience, limits and trust. What the definition says (rate limit, concurrency) is not here.
package struct FetchOptions: Sendable {
    package var retry: RetryPolicy
    package var timeouts: HTTPRequest.Timeouts
    /// The most bytes of one unpacked body.
    package var bodyCap: Int
    /// The longest wait that a server may ask for; past it the run ends with `.tooLong`.
    package var longestWait: Duration {
        get { retry.longestWait }
        set { retry.longestWait = newValue }
    }
    package var pause: any Pause
    /// PEM certificates to trust in the place of the system's.
    package var caFile: String?
    package var clock: SessionClock

    package init(
        retry: RetryPolicy = RetryPolicy(), timeouts: HTTPRequest.Timeouts = .init(), bodyCap: Int = HTTPRequest.defaultBodyCap,
        longestWait: Duration? = nil, pause: any Pause = InterruptiblePause(), caFile: String? = nil, clock: SessionClock = .system
    ) {
        self.retry = retry
        self.timeouts = timeouts
        self.bodyCap = bodyCap
        self.pause = pause
        self.caFile = caFile
        self.clock = clock
        if let longestWait { self.longestWait = longestWait }
    }
}

/// The two clocks of a session, as things that can be handed in.
package struct SessionClock: Sendable {
    /// Milliseconds that never jump.
    package var monotonic: @Sendable () -> Int64
    /// What servers compare their dates with.
    package var now: @Sendable () -> UTCTime

    package init(monotonic: @escaping @Sendable () -> Int64, now: @escaping @Sendable () -> UTCTime) {
        self.monotonic = monotonic
        self.now = now
    }

    package static let system = SessionClock(monotonic: MonotonicClock.milliseconds, now: UTCTime.now)
}
