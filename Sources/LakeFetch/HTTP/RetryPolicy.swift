import LakeModel

/// Decides after an attempt that failed whether, and when, there is another one. Pure: time and chance come in.
package struct RetryPolicy: Hashable, Sendable {
    /// Attempts in all, the first included.
    package var attempts: Int
    /// The upper bound of the first wait; each further one is twice the one before.
    package var firstWait: Duration
    /// No single wait is longer.
    package var longestWait: Duration

    package init(attempts: Int = 5, firstWait: Duration = .seconds(1), longestWait: Duration = .seconds(300)) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
    }

    /// What an attempt ended with.
    package enum Outcome: Hashable, Sendable {
        case fault(HTTPFault)
        case status(Int, HTTPHeaders)
        /// A response that was whole as HTTP, but whose body ended early as JSON.
        case brokenBody
    }

    package enum Decision: Hashable, Sendable {
        case giveUp(Reason)
        case retry(afterMilliseconds: Int64)
        /// The server asked for a wait past the longest one.
        case tooLong(until: UTCTime)
    }

    package enum Reason: Hashable, Sendable {
        /// Another attempt would end the same way.
        case notRetryable
        case attemptsUsed(Int)
    }

    /// 408, 429 and every 5xx.
    package static func isRetryable(status: Int) -> Bool {
        status == 408 || status == 429 || (500...599).contains(status)
    }

    /// - Parameter attempt: the one that failed, counted from 1.
    package func decide(
        attempt: Int, outcome: Outcome, now: UTCTime, random: inout some RandomNumberGenerator
    ) -> Decision {
        guard RetryPolicy.isRetryable(outcome) else { return .giveUp(.notRetryable) }
        guard attempt < attempts else { return .giveUp(.attemptsUsed(attempt)) }
        guard case .status(let status, let headers) = outcome,
              let asked = AskedWait.milliseconds(status: status, headers: headers, now: now), asked > 0
        else { return .retry(afterMilliseconds: backoff(attempt: attempt, random: &random)) }
        if asked > longestWait.wholeMilliseconds {
            let (until, overflow) = now.milliseconds.addingReportingOverflow(asked)
            return .tooLong(until: UTCTime(milliseconds: overflow ? .max : until))
        }
        return .retry(afterMilliseconds: asked)
    }

    private static func isRetryable(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .fault(let fault): fault.isRetryable
        case .status(let status, _): isRetryable(status: status)
        case .brokenBody: true
        }
    }

    /// Anything from nothing to the bound, each as likely ("full jitter"), so that many clients do not come back at once.
    private func backoff(attempt: Int, random: inout some RandomNumberGenerator) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 30)
        let (bound, overflow) = firstWait.wholeMilliseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
        return Int64.random(in: 0...max(0, overflow ? longestWait.wholeMilliseconds : min(bound, longestWait.wholeMilliseconds)), using: &random)
    }
}

extension Duration {
    /// Rounded up, so that a limit of a fraction of a millisecond is not none.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (fromSeconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : fromSeconds &+ (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
