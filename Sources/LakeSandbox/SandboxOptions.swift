/// What a sandbox serves, and how. The same seed, sizes and day give the same bytes.
package struct SandboxOptions: Sendable {
    package var seed: UInt64 = 7
    /// Requests on day 1; later days have more.
    package var requests = 5_000
    /// Users on day 1. A multiple of ten becomes one less: a bare list must not look like a full page.
    package var users = 237
    /// Day 1 is the base. Each later day brings new records, changed ones and other fields.
    package var day = 1
    package var bearerToken = "sandbox-token"
    /// For the platform API, as `x-api-key`.
    package var apiKey = "sandbox-key"
    /// 0 lets the system choose.
    package var port: UInt16 = 0
    /// How long every answer is held back.
    package var delayMilliseconds = 0
    /// How long a connection may take to send its next request.
    package var idleMilliseconds = 60_000
    /// Connections past this many are answered with 503 and closed.
    package var maxConnections = 256
    package var faults: [InjectedFault] = []
    /// Called on the server's threads; must return quickly and not call `stop()`.
    package var observer: (@Sendable (SandboxEvent) -> Void)?

    package init() {}

    package init(requests: Int, users: Int = 237, day: Int = 1, seed: UInt64 = 7, faults: [InjectedFault] = []) {
        self.requests = requests
        self.users = users
        self.day = day
        self.seed = seed
        self.faults = faults
    }

    func check() throws(SandboxFault) {
        try check("requests", requests, 0...Limit.requests)
        try check("users", users, 0...Limit.users)
        try check("day", day, 1...Limit.days)
        try check("delay", delayMilliseconds, 0...Limit.milliseconds)
        try check("idle", idleMilliseconds, 1...Limit.milliseconds)
        try check("connections", maxConnections, 1...Limit.connections)
        for fault in faults { try check(fault) }
    }

    private func check(_ fault: InjectedFault) throws(SandboxFault) {
        switch fault {
        case .slow(let milliseconds): try check("slow", milliseconds, 0...Limit.milliseconds)
        case .failStatus(let status, _, _, _, _): try check("status", status, 200...599)
        case .capLimit(let limit): try check("limit", limit, 1...Limit.page)
        case .truncateBody, .html, .hang, .cursorLoop: break
        }
    }

    private func check(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(SandboxFault) {
        guard allowed.contains(value) else { throw .badOption(name: name, value: value, allowed: allowed) }
    }
}

/// Something that goes wrong on request. A request's number counts from 1: over all requests, or over those of `on`
/// where a path is given.
package enum InjectedFault: Sendable, Equatable {
    /// Every page of requests is held back.
    case slow(millisecondsPerPage: Int)
    /// Requests `number`, `number + 1`, … are answered with this status, `times` of them in all.
    case failStatus(Int, request: Int, times: Int = 1, headers: [String: String] = [:], on: SandboxPath? = nil)
    /// The connection ends in the middle of the body.
    case truncateBody(request: Int, on: SandboxPath? = nil)
    /// A web page with status 200.
    case html(request: Int, on: SandboxPath? = nil)
    /// The connection stays open, and nothing comes until the client leaves or the sandbox stops.
    case hang(request: Int, on: SandboxPath? = nil)
    /// Every page that was asked for by a cursor names that cursor as the next one.
    case cursorLoop
    /// No page has more records than this, whatever limit was asked for.
    case capLimit(Int)
}

enum Limit {
    /// Creation times stay apart by a millisecond at least, and an id has room for the index.
    static let requests = 1 << 32
    static let users = 100_000
    static let days = 3_650
    static let connections = 4_096
    static let milliseconds = 86_400_000
    /// Records a page has at most, and where no limit is asked for.
    static let page = 1_000
    static let defaultPage = 100
    /// Records a page of the platform API has at most, and where no limit is asked for.
    static let platformPage = 100
    static let platformDefaultPage = 10
    /// Bytes of a request's head.
    static let head = 65_536
}
