import LakeModel
import Testing

@testable import LakeFetch

@Suite("Which record a byte belongs to")
struct RecordLocatorTests {
    @Test("counts the elements of the outermost open list, and nothing inside texts", arguments: [
        (#"[{"a":1},{"b":[1,2,"#, 2),
        (#"{"data":{"n":[1,2],"results":[{"a":"],["},{"a":"x\","},{"a":"#, 3),
        (#"{"data":{"results":[{"a":1}],"next":"#, nil),
        (#"{"a":1,"#, nil),
        ("", nil),
        ("[", 1),
    ] as [(String, Int?)])
    func locate(text: String, record: Int?) {
        #expect(RecordLocator.record(at: text.utf8.count, in: PageBytes(text)) == record)
    }
}

@Suite("The manners of a run")
struct RateLimiterTests {
    /// Notes what it is asked to wait, and does not wait.
    private final class NotingPause: Pause {
        let waits = Monitor<[Int64]>([])
        func wait(milliseconds: Int64) -> Bool {
            waits.change { $0.append(milliseconds) }
            return true
        }
    }

    @Test("requests are spaced out evenly, and the first one does not wait")
    func spacing() {
        let limiter = RateLimiter(requestsPerMinute: 60), pause = NotingPause()
        for _ in 0..<4 { #expect(limiter.waitTurn(pause)) }
        let waits = pause.waits.look { $0 }
        #expect(waits.count == 3)
        for (i, wait) in waits.enumerated() { #expect((Int64(i) * 1000 + 1...Int64(i + 1) * 1000).contains(wait)) }
    }

    @Test("without a limit nobody waits")
    func none() {
        let pause = NotingPause()
        for _ in 0..<100 { #expect(RateLimiter(requestsPerMinute: nil).waitTurn(pause)) }
        #expect(pause.waits.look { $0.isEmpty })
    }
}
