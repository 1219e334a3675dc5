import Glibc
import LakeJSON
import LakeModel

/// What all readers of a run share: the client, the manners, the way to end.
package final class FetchSession: Sendable {
    let http: HTTPClient
    let retry: RetryPolicy
    let pause: any Pause
    let limiter: RateLimiter
    let tapes = TapePool()
    /// Sent with every request to `origin` and to no other.
    let headers: HTTPHeaders
    package let origin: Origin
    package let baseURL: String

    /// - Parameter headers: the client's own headers and the one that holds the secret.
    package init(
        baseURL: String, headers: HTTPHeaders, requestsPerMinute: Int?, retry: RetryPolicy = RetryPolicy(),
        pause: any Pause = InterruptiblePause()
    ) throws {
        self.baseURL = baseURL
        self.headers = headers
        self.retry = retry
        self.pause = pause
        origin = try Origin(url: baseURL)
        http = try HTTPClient()
        limiter = RateLimiter(requestsPerMinute: requestsPerMinute)
    }

    /// Ends every request and every wait.
    package func cancel() {
        http.cancelAll()
        (pause as? InterruptiblePause)?.interrupt()
    }
}

/// Spaces requests out evenly, for all readers of a run together.
final class RateLimiter: Sendable {
    private let interval: Int64
    private let next = Monitor<Int64>(0)

    init(requestsPerMinute: Int?) {
        interval = requestsPerMinute.map { Int64(60_000 / max(1, $0)) } ?? 0
    }

    /// Whether a request may have to wait for its turn.
    var spacesRequests: Bool { interval > 0 }

    /// Waits for the turn of one request. False when the wait was interrupted.
    func waitTurn(_ pause: any Pause) -> Bool {
        guard interval > 0 else { return true }
        let now = MonotonicClock.milliseconds()
        let turn = next.change { next in
            let turn = max(next, now)
            next = turn + interval
            return turn
        }
        return turn <= now || pause.wait(milliseconds: turn - now)
    }
}

/// Tapes go from page to page and keep their memory.
final class TapePool: Sendable {
    private let free = Monitor<[Tape]>([])

    func take() -> Tape { free.change { $0.popLast() } ?? Tape() }

    func give(_ tape: Tape) { free.change { if $0.count < 8 { $0.append(tape) } } }
}
