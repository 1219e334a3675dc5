import LakeModel
import Testing

@testable import LakeFetch

/// 2026-11-23T02:00:00Z
private let now = UTCTime(seconds: 1_795_399_200)

@Suite struct RetryPolicyTests {
    /// Always the largest number: shows the bound of a wait.
    struct Largest: RandomNumberGenerator {
        let number = UInt64.max
        func next() -> UInt64 { number }
    }

    private func decide(_ outcome: RetryPolicy.Outcome, attempt: Int = 1, policy: RetryPolicy = RetryPolicy()) -> RetryPolicy.Decision {
        var random = Largest()
        return policy.decide(attempt: attempt, outcome: outcome, now: now, random: &random)
    }

    @Test("The bound of the wait doubles, and the fifth failure is the last", arguments: zip(1...5, [1000, 2000, 4000, 8000, nil] as [Int64?]))
    func backoff(attempt: Int, milliseconds: Int64?) {
        let expected = milliseconds.map { RetryPolicy.Decision.retry(afterMilliseconds: $0) } ?? .giveUp(.attemptsUsed(5))
        #expect(decide(.status(503, [:]), attempt: attempt) == expected)
    }

    @Test("A wait is anything from nothing to its bound")
    func jitter() {
        var random = SystemRandomNumberGenerator()
        for attempt in 1...4 {
            for _ in 0..<200 {
                guard case .retry(let wait) = RetryPolicy().decide(attempt: attempt, outcome: .brokenBody, now: now, random: &random) else {
                    Issue.record("gave up")
                    return
                }
                #expect((0...(500 << Int64(attempt))).contains(wait))
            }
        }
    }

    @Test("No computed wait is longer than the longest one, however many attempts")
    func longest() {
        let policy = RetryPolicy(attempts: 1000, firstWait: .seconds(1), longestWait: .seconds(300))
        #expect(decide(.brokenBody, attempt: 9, policy: policy) == .retry(afterMilliseconds: 256_000))
        #expect(decide(.brokenBody, attempt: 10, policy: policy) == .retry(afterMilliseconds: 300_000))
        #expect(decide(.brokenBody, attempt: 999, policy: policy) == .retry(afterMilliseconds: 300_000))
    }

    @Test("Statuses that pass with time are retried", arguments: [
        (200, false), (301, false), (400, false), (401, false), (403, false), (404, false), (408, true), (409, false), (410, false),
        (429, true), (499, false), (500, true), (501, true), (502, true), (503, true), (504, true), (599, true), (600, false),
    ])
    func statuses(status: Int, isRetried: Bool) {
        #expect((decide(.status(status, [:])) == .giveUp(.notRetryable)) == !isRetried)
    }

    @Test("Faults of the moment are retried, lasting ones are not", arguments: [
        (HTTPFault.couldNotResolve(host: "a"), true), (.couldNotConnect(host: "a", port: 1, errno: 111), true), (.timedOut(.connect), true),
        (.timedOut(.read), true), (.timedOut(.total), true), (.connectionLost, true), (.truncatedBody(received: 1, expected: 2), true),
        (.tls(.handshake, detail: ""), true), (.couldNotResolveProxy, true), (.proxyRefused(status: 503), true),
        (.proxyRefused(status: 407), false), (.tls(.certificate, detail: ""), false), (.tls(.trustFile, detail: ""), false),
        (.libraryMissing(""), false), (.unsupportedURL(.notAbsolute), false), (.unsendableHeader(name: ""), false),
        (.bodyTooLarge(cap: 1), false), (.headTooLarge(cap: 1), false), (.undecodableBody, false),
        (.protocolError(code: 1, text: ""), false), (.outOfMemory, false), (.cancelled, false),
    ])
    func faults(fault: HTTPFault, isRetried: Bool) {
        #expect((decide(.fault(fault)) == .giveUp(.notRetryable)) == !isRetried)
    }

    @Test("What the server asks for is waited for", arguments: [
        (503, ["Retry-After": "7"], 7000), (429, ["retry-after": "1.5"], 1500), (500, ["Retry-After": " 30 "], 30_000),
        (429, ["Retry-After": "300"], 300_000),
        (503, ["Retry-After": "Mon, 23 Nov 2026 02:00:10 GMT"], 10_000),
        (503, ["Retry-After": "Mon, 23 Nov 2026 03:00:10 GMT", "Date": "Mon, 23 Nov 2026 03:00:00 GMT"], 10_000),
        (429, ["X-RateLimit-Reset": "1795399260"], 60_000), (429, ["RateLimit-Reset": "42"], 42_000),
        (429, ["X-RateLimit-Reset": "1795399260500"], 60_500), (429, ["X-RateLimit-Reset": "1795399201.25"], 1250),
        (429, ["Retry-After": "3", "X-RateLimit-Reset": "42"], 3000), (429, ["Retry-After": "soon", "X-RateLimit-Reset": "42"], 42_000),
        (429, ["X-RateLimit-Reset": "9", "RateLimit-Reset": "5"], 5000),
        // What is past, cannot be read, or is about a limit that was not hit: the computed wait.
        (503, ["Retry-After": "0"], 1000), (503, ["Retry-After": "Mon, 23 Nov 2026 01:00:00 GMT"], 1000), (503, ["Retry-After": "-5"], 1000),
        (503, ["Retry-After": "1e3"], 1000), (503, ["X-RateLimit-Reset": "1795399260"], 1000), (429, ["X-RateLimit-Reset": "1795399100"], 1000),
    ] as [(Int, HTTPHeaders, Int64)])
    func asked(status: Int, headers: HTTPHeaders, milliseconds: Int64) {
        #expect(decide(.status(status, headers)) == .retry(afterMilliseconds: milliseconds))
    }

    @Test("A wait past the longest one is not waited for, but told", arguments: [
        (["Retry-After": "301"], now.milliseconds + 301_000), (["Retry-After": "Mon, 23 Nov 2026 04:00:00 GMT"], now.milliseconds + 7_200_000),
        (["X-RateLimit-Reset": "1795402800"], now.milliseconds + 3_600_000), (["Retry-After": "999999999999999999999"], now.milliseconds + 9_000_000_000_000_000),
    ] as [(HTTPHeaders, Int64)])
    func tooLong(headers: HTTPHeaders, until: Int64) {
        #expect(decide(.status(429, headers)) == .tooLong(until: UTCTime(milliseconds: until)))
    }
}

@Suite struct HTTPDateTests {
    @Test("The three forms of RFC 9110 are one moment", arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func forms(text: String) { #expect(HTTPDate.parse(text, now: now)?.iso == "1994-11-06T08:49:37.000Z") }

    @Test("A year of two digits lies at most fifty years ahead", arguments: [("26", 2026), ("76", 2076), ("77", 1977), ("00", 2000)])
    func twoDigits(year: String, expected: Int) {
        #expect(HTTPDate.parse("Monday, 01-Jan-\(year) 00:00:00 GMT", now: now)?.iso.prefix(4) == "\(expected)")
    }

    @Test("Anything else is no date", arguments: [
        "", "Sun", "06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "2026-11-23T02:00:00Z", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sunday, 06-11-94 08:49:37 GMT", "Sun Nov  6 08:49:37 94", "Xxx, 06 Nov 1994 08:49:37 GMT",
    ])
    func refused(text: String) { #expect(HTTPDate.parse(text, now: now) == nil) }
}

@Suite struct HTTPHeadTests {
    @Test("A head is read line by line, sloppy ones too", arguments: [
        ("HTTP/1.1 200 OK\r\nA: 1\r\nB:2\r\n\r\n", 200, [("A", "1"), ("B", "2")]),
        ("HTTP/2 404\r\na: \t x y \t\r\n\r\n", 404, [("a", "x y")]),
        ("HTTP/1.0 299 Odd phrase here\nA: b: c\n\n", 299, [("A", "b: c")]),
        ("HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\n\r\n", 200, [("A", "1 2")]),
        ("HTTP/1.1 200 OK\r\nno colon\r\n: no name\r\nE:\r\n\r\n", 200, [("E", "")]),
        ("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 201 Created\r\nY: 2\r\n\r\n", 201, [("Y", "2")]),
        ("HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n", 200, [("Set-Cookie", "a"), ("set-cookie", "b")]),
    ])
    func reading(text: String, status: Int, fields: [(String, String)]) {
        let head = HTTPHead(Array(text.utf8))
        #expect(head?.status == status)
        #expect(head?.headers.fields == fields.map { HTTPHeaders.Field($0.0, $0.1) })
    }

    @Test("What has no status line is no head", arguments: ["", "\r\n", "A: 1\r\n", "HTTP/1.1\r\n", "HTTP/1.1 20x OK\r\n", "HTTP/1.1 2000 OK\r\n"])
    func refused(text: String) { #expect(HTTPHead(Array(text.utf8)) == nil) }

    @Test("Fields are looked up without regard to case, the first one first")
    func lookUp() {
        let headers: HTTPHeaders = ["Link": "a", "LINK": "b", "X": "c"]
        #expect(headers["link"] == "a")
        #expect(headers.all("lInK") == ["a", "b"])
        #expect(headers["y"] == nil)
    }
}
