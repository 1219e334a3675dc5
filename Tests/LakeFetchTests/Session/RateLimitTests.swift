import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeFetch

@Suite("What servers say of their limits")
struct RateLimitHeadersTests {
    @Test("Nothing remains: the wait is until the reset, in every spelling", arguments: [
        (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795399260"], 60_000),
        (["x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"], 30_000),
        (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795399260500"], 60_500),
        (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "Mon, 23 Nov 2026 02:00:10 GMT"], 10_000),
        (["X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "5"], 5000),
        (["RateLimit-Remaining": "0", "RateLimit-Reset": "42"], 42_000),
        (["RateLimit": "limit=100, remaining=0, reset=30"], 30_000),
        (["RateLimit": "limit=100,remaining=0,reset=30"], 30_000),
        (["RateLimit": "\"default\";r=0;t=30"], 30_000),
        (["RateLimit": "\"burst\";r=0;t=5, \"day\";r=0;t=50"], 50_000),
        (["RateLimit": "\"burst\";r=0;t=5, \"day\";r=9;t=50"], 5000),
        (["RateLimit": "\"burst\"; r=0; t=5", "ratelimit": "\"day\";r=0;t=6"], 6000),
        // The server's own clock counts, and a reset that is over needs no wait.
        (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795402860", "Date": "Mon, 23 Nov 2026 03:00:00 GMT"], 60_000),
        (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795399100"], 0),
    ] as [(HTTPHeaders, Int64)])
    func waits(headers: HTTPHeaders, milliseconds: Int64) {
        #expect(RateLimitHeaders.wait(headers, now: PretendedTime.start) == milliseconds)
    }

    @Test("Something remains, or it cannot be read: no wait", arguments: [
        [:], ["X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "60"], ["X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "60"],
        ["X-RateLimit-Remaining": "0"], ["X-RateLimit-Remaining": "none", "X-RateLimit-Reset": "60"], ["X-RateLimit-Reset": "60"],
        ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"], ["RateLimit": "limit=100, remaining=5, reset=30"],
        ["RateLimit": "\"default\";r=50;t=30"], ["RateLimit": "\"default\";r=0"], ["RateLimit": ";;==,,"], ["RateLimit": ""],
        // One fact of each kind of limit does not make a third.
        ["X-RateLimit-Remaining": "0", "RateLimit-Reset": "60"],
    ] as [HTTPHeaders])
    func noWait(headers: HTTPHeaders) { #expect(RateLimitHeaders.wait(headers, now: PretendedTime.start) == nil) }

    @Test("A 429 without Retry-After is waited for by the reset of any spelling", arguments: [
        (["RateLimit": "\"default\";r=0;t=30"], 30_000), (["RateLimit": "limit=9, remaining=0, reset=7"], 7000),
        (["X-Rate-Limit-Reset": "8"], 8000), (["Retry-After": "2", "RateLimit": "\"default\";r=0;t=30"], 2000),
    ] as [(HTTPHeaders, Int64)])
    func asked(headers: HTTPHeaders, milliseconds: Int64) {
        #expect(AskedWait.milliseconds(status: 429, headers: headers, now: PretendedTime.start) == milliseconds)
    }
}

@Suite("Turns")
struct RateTurnsTests {
    enum Event: Sendable {
        case take(at: Int64, RateTurns.Turn)
        case tryTake(at: Int64, Bool)
        case hold(Int64, at: Int64)
        case keep(Int64, at: Int64, RateTurns.Turn)
    }

    @Test("Turns are spaced, held back and given up as the table says", arguments: [
        ("no limit", nil, [.take(at: 5, .at(5)), .take(at: 5, .at(5)), .tryTake(at: 5, true)]),
        ("sixty a minute", 60, [.take(at: 0, .at(0)), .take(at: 0, .at(1000)), .take(at: 10, .at(2000)), .take(at: 9000, .at(9000)), .take(at: 9000, .at(10_000))]),
        ("an interval is rounded up", 7, [.take(at: 0, .at(0)), .take(at: 0, .at(8572))]),
        ("a turn ahead is taken only if it is free", 60, [.tryTake(at: 0, true), .tryTake(at: 999, false), .take(at: 999, .at(1000)), .tryTake(at: 1999, false), .tryTake(at: 2000, true)]),
        ("a hold", nil, [.hold(500, at: 100), .tryTake(at: 599, false), .take(at: 200, .at(600)), .tryTake(at: 600, true)]),
        ("a shorter hold does not end a longer one", nil, [.hold(500, at: 0), .hold(100, at: 0), .take(at: 0, .at(500))]),
        ("a hold past the longest wait", nil, [.hold(10_001, at: 0), .take(at: 0, .tooLong(until: 10_001)), .take(at: 1, .at(10_001)), .tryTake(at: 1, false)]),
        ("no turn is lost by one that is too far away", 60, [.hold(11_000, at: 0), .take(at: 0, .tooLong(until: 11_000)), .take(at: 20_000, .at(20_000))]),
        ("our own spacing is never too long", 1, [.take(at: 0, .at(0)), .take(at: 0, .at(60_000)), .take(at: 0, .at(120_000))]),
        ("a hold that comes while turns are waited for gives new ones, spaced", 60,
         [.take(at: 0, .at(0)), .take(at: 0, .at(1000)), .take(at: 0, .at(2000)), .hold(5000, at: 500), .keep(1000, at: 1000, .at(5500)), .keep(2000, at: 2000, .at(6500)),
          .keep(5500, at: 5500, .at(5500))]),
        ("a wait without end", nil, [.hold(.max, at: 5), .take(at: 6, .tooLong(until: .max))]),
    ] as [(String, Int?, [Event])])
    func table(name: String, perMinute: Int?, events: [Event]) {
        var turns = RateTurns(requestsPerMinute: perMinute, longestWait: 10_000)
        for event in events {
            switch event {
            case .take(let now, let expected): #expect(turns.take(now: now) == expected, "\(event)")
            case .tryTake(let now, let expected): #expect(turns.takeIfFree(now: now) == expected, "\(event)")
            case .hold(let milliseconds, let now): turns.hold(milliseconds, now: now)
            case .keep(let turn, let now, let expected): #expect(turns.keep(turn, now: now) == expected, "\(event)")
            }
        }
    }
}

@Suite("The manners of a run")
struct RateLimiterTests {
    private func session(_ time: PretendedTime, perMinute: Int? = nil) throws -> FetchSession {
        try FetchSession(
            client: Client(baseURL: "https://api.example", requestsPerMinute: perMinute), baseURL: "https://api.example",
            options: FetchOptions(longestWait: .seconds(300), pause: time, clock: time.clock))
    }

    @Test("Requests are spaced out evenly, and the first one does not wait")
    func spacing() throws {
        let time = PretendedTime(), session = try session(time, perMinute: 60)
        for _ in 0..<4 { try session.waitTurn() }
        #expect(time.noted == [1000, 1000, 1000])
        #expect(!session.tryTurn())
        time.pass(milliseconds: 1000)
        #expect(session.tryTurn())
    }

    @Test("Without a limit nobody waits")
    func none() throws {
        let time = PretendedTime(), session = try session(time)
        for _ in 0..<100 { try session.waitTurn() }
        #expect(time.noted.isEmpty && session.tryTurn())
    }

    @Test("What an answer says holds every later request back, a 429 and a success alike", arguments: [
        (200, ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"]), (404, ["RateLimit": "\"a\";r=0;t=7"]),
        (429, ["Retry-After": "7"]), (503, ["Retry-After": "Mon, 23 Nov 2026 02:00:07 GMT"]),
    ] as [(Int, HTTPHeaders)])
    func held(status: Int, headers: HTTPHeaders) throws {
        let time = PretendedTime(), session = try session(time)
        session.note(response(status, headers))
        #expect(!session.tryTurn())
        try session.waitTurn()
        try session.waitTurn()
        #expect(time.noted == [7000] && session.tryTurn())
    }

    @Test("An answer that comes while a turn is waited for is minded too")
    func heldMeanwhile() throws {
        let place = Monitor<FetchSession?>(nil)
        let time = PretendedTime { number in
            if number == 1 { place.look { $0 }?.note(response(200, ["RateLimit": "limit=5, remaining=0, reset=9"])) }
        }
        let session = try session(time, perMinute: 60)
        place.change { $0 = session }
        try session.waitTurn()
        try session.waitTurn()
        #expect(time.noted == [1000, 8000])
        place.change { $0 = nil }
    }

    @Test("A reset past the longest wait ends the run with the time to come back")
    func tooLong() throws {
        let time = PretendedTime(), session = try session(time)
        session.note(response(200, ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3600"]))
        let until = UTCTime(milliseconds: PretendedTime.start.milliseconds + 3_600_000)
        #expect(fetchFault { try session.waitTurn() } == .tooLong(until: until))
        #expect(!session.tryTurn() && time.noted.isEmpty)
    }

    @Test("The limits of another origin are not ours")
    func otherOrigin() throws {
        let time = PretendedTime(), session = try session(time)
        session.note(response(429, ["Retry-After": "60"], url: "https://files.example/x"))
        #expect(session.tryTurn())
    }

    @Test("An interrupted wait is a cancelled one")
    func interrupted() throws {
        let pause = InterruptiblePause()
        let session = try FetchSession(client: Client(baseURL: "https://api.example", requestsPerMinute: 1), baseURL: "https://api.example", options: FetchOptions(pause: pause))
        try session.waitTurn()
        session.cancel()
        #expect(fetchFault { try session.waitTurn() } == .cancelled)
    }
}
