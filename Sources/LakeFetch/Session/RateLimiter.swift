import LakeModel
import LakeThreads

/// When the next request may be sent: the spacing of `rate_limit`, and what the server itself asked to wait for.
/// Pure: time comes in, as milliseconds of a clock that never jumps.
struct RateTurns: Hashable, Sendable {
    /// Between two requests; 0 is none.
    let interval: Int64
    /// The server's longest wait that is waited for.
    let longestWait: Int64
    private var next: Int64 = .min
    private(set) var heldUntil: Int64 = .min

    enum Turn: Hashable, Sendable {
        /// The moment at which the request may be sent; in the past or now: at once.
        case at(Int64)
        /// The server holds all requests back, longer than is waited for. No turn was taken.
        case tooLong(until: Int64)
    }

    init(requestsPerMinute: Int?, longestWait: Int64) {
        // Rounded up: sixty requests of 1001 ms keep a limit, of 999 ms they break it.
        interval = requestsPerMinute.map { (60_000 + Int64(max(1, $0)) - 1) / Int64(max(1, $0)) } ?? 0
        self.longestWait = longestWait
    }

    /// Takes the turn of one request, behind all that were taken before.
    mutating func take(now: Int64) -> Turn {
        if let until = tooLong(now: now) { return .tooLong(until: until) }
        let turn = max(next, heldUntil, now)
        next = turn + interval
        return .at(turn)
    }

    /// Takes the turn of one request if that is now.
    mutating func takeIfFree(now: Int64) -> Bool {
        guard next <= now, heldUntil <= now else { return false }
        next = now + interval
        return true
    }

    /// Nothing is sent for so long, turns that were taken but not used yet included. A shorter hold does not end a longer one.
    mutating func hold(_ milliseconds: Int64, now: Int64) {
        let (until, overflow) = now.addingReportingOverflow(max(0, milliseconds))
        heldUntil = max(heldUntil, overflow ? .max : until)
    }

    /// What a turn that was taken for `turn` came to by now: a hold that came meanwhile makes it a new turn, so that those
    /// who were held back do not all go at once.
    mutating func keep(_ turn: Int64, now: Int64) -> Turn { heldUntil > turn ? take(now: now) : .at(turn) }

    private func tooLong(now: Int64) -> Int64? {
        guard heldUntil > now else { return nil }
        let (wait, overflow) = heldUntil.subtractingReportingOverflow(now)
        return overflow || wait > longestWait ? heldUntil : nil
    }
}

/// The turns of all readers of a run together: `RateTurns` behind a lock, with a clock and a pause.
final class RateLimiter: Sendable {
    private let turns: Monitor<RateTurns>
    private let clock: SessionClock
    private let pause: any Pause
    /// Whether a request may have to wait for its turn because of `rate_limit`.
    let spacesRequests: Bool

    init(requestsPerMinute: Int?, longestWait: Duration = .seconds(300), pause: any Pause, clock: SessionClock = .system) {
        let turns = RateTurns(requestsPerMinute: requestsPerMinute, longestWait: longestWait.wholeMilliseconds)
        self.turns = Monitor(turns)
        self.clock = clock
        self.pause = pause
        spacesRequests = turns.interval > 0
    }

    /// - Parameter limit: a moment of the clock past which nothing is waited for.
    /// - Returns: false, and at once, where the turn would come later.
    @discardableResult
    func waitTurn(until limit: Int64? = nil) throws(FetchFault) -> Bool {
        var known = try moment(turns.change { $0.take(now: clock.monotonic()) })
        var waited = Int64.min
        // A hold that another reader's answer brought meanwhile is waited for too.
        while known > waited {
            if let limit, known >= limit { return false }
            let left = known - max(clock.monotonic(), waited)
            guard left <= 0 || pause.wait(milliseconds: left) else { throw .cancelled }
            waited = known
            known = try moment(turns.change { [known] in $0.keep(known, now: max(clock.monotonic(), waited)) })
        }
        return true
    }

    func tryTurn() -> Bool { turns.change { $0.takeIfFree(now: clock.monotonic()) } }

    func hold(milliseconds: Int64) { turns.change { $0.hold(milliseconds, now: clock.monotonic()) } }

    private func moment(_ turn: RateTurns.Turn) throws(FetchFault) -> Int64 {
        switch turn {
        case .at(let moment): return moment
        case .tooLong(let until):
            let wait = until.subtractingReportingOverflow(clock.monotonic())
            let (moment, overflow) = clock.now().milliseconds.addingReportingOverflow(wait.overflow ? .max : wait.partialValue)
            throw .tooLong(until: UTCTime(milliseconds: overflow ? .max : moment))
        }
    }
}
