import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("What a user allows")
struct FetchBudgetTests {
    @Test("each bound is told when it is reached, not before", arguments: [
        (FetchBounds(pages: 2), PartialReason.pageBound(2)), (FetchBounds(records: 19), .recordBound(19)), (FetchBounds(bytes: 101), .byteBound(101)),
        (FetchBounds(requests: 2), .askedBound(2)), (FetchBounds(until: 2), .timeBound),
    ])
    func bounds(_ bounds: FetchBounds, _ reason: PartialReason) {
        var now: Int64 = 0
        let budget = FetchBudget(bounds) { now }
        for turn in 1...2 {
            #expect(budget.reached == nil)
            budget.noteRequest()
            budget.notePage(isKept: true, records: 10, bytes: 100)
            now += 1
            #expect((budget.reached != nil) == (turn == 2))
        }
        #expect(budget.reached == reason)
    }

    @Test("without bounds nothing is reached, and a page that is thrown away is none")
    func none() {
        let budget = FetchBudget()
        for _ in 0..<100 { budget.notePage(isKept: true, records: 1000, bytes: 1 << 30) }
        #expect(budget.reached == nil && budget.hasRoomAhead && budget.millisecondsLeft == nil)
        let one = FetchBudget(FetchBounds(pages: 1))
        one.notePage(isKept: false, records: 0, bytes: 10)
        #expect(one.reached == nil && one.hasRoomAhead)
    }
}

@Suite("How many requests are under way at once")
struct AheadWindowTests {
    private func window(_ concurrency: Int? = nil, perMinute: Int? = nil) -> AheadWindow {
        AheadWindow(Client(baseURL: "https://api.example.com", requestsPerMinute: perMinute, concurrency: concurrency))
    }

    @Test("What is declared is kept to, whatever happens", arguments: [(3, nil, 3), (nil, 60, 4), (40, 60, 40)] as [(Int?, Int?, Int)])
    func fixed(_ concurrency: Int?, _ perMinute: Int?, _ width: Int) {
        var window = window(concurrency, perMinute: perMinute)
        window.noteTrouble()
        for _ in 0..<50 { window.notePage(atFirstAttempt: true) }
        #expect(window.width == width)
    }

    @Test("Without a declaration it grows with each page, up to the usual number")
    func growing() {
        var window = window()
        let widths = (0..<22).map { _ in
            window.notePage(atFirstAttempt: true)
            return window.width
        }
        #expect(widths == Array(7...24) + [24, 24, 24, 24])
    }

    @Test("Trouble halves it, down to one, and it grows by one for each window that went well")
    func trouble() {
        var window = window()
        for _ in 0..<4 { window.notePage(atFirstAttempt: true) }
        window.noteTrouble()
        #expect(window.width == 5)
        for _ in 0..<4 { window.notePage(atFirstAttempt: true) }
        window.notePage(atFirstAttempt: false)
        #expect(window.width == 5)
        window.notePage(atFirstAttempt: true)
        #expect(window.width == 6)
        for _ in 0..<5 { window.noteTrouble() }
        #expect(window.width == 1)
        window.notePage(atFirstAttempt: true)
        #expect(window.width == 2)
    }
}

@Suite("Response actions")
struct ResponseActionTests {
    private let actions = ResponseActions([
        ResponseAction(statusCode: 404, content: "gone", action: .retry), ResponseAction(statusCode: 404, action: .ignore),
        ResponseAction(content: "no ac\u{e9}ss", action: .fail),
    ])

    @Test("the first that matches status and content counts", arguments: [
        (404, "x gone x", ResponseAction.Action.retry), (404, "x", .ignore), (200, "no acéss", .fail), (404, "no acéss", .ignore),
        (500, "gone", nil), (200, "", nil),
    ] as [(Int, String, ResponseAction.Action?)])
    func first(_ status: Int, _ body: String, _ expected: ResponseAction.Action?) {
        #expect(actions.first(status: status, body: PageBytes(body))?.action == expected)
    }

    @Test("content is found wherever it stands, and nowhere else", arguments: [
        ("", "", true), ("a", "", true), ("", "a", false), ("aab", "ab", true), ("aaab", "aab", true), ("ab", "abc", false), ("xabc", "abc", true),
        ("abxabc", "abc", true), ("ab", "ba", false),
    ])
    func contains(_ text: String, _ wanted: String, _ expected: Bool) {
        #expect(PageBytes(text).contains(Array(wanted.utf8)) == expected)
    }

    @Test("What is under way counts against the bounds, and large pages leave less room ahead")
    func roomAhead() {
        let two = FetchBudget(FetchBounds(requests: 2))
        two.noteAsked()
        #expect(two.hasRoomAhead)
        two.noteAsked()
        #expect(!two.hasRoomAhead)
        two.noteRequest()
        two.noteSettled(1)
        #expect(!two.hasRoomAhead, "one came, one is under way")
    }

    @Test("How many pages of a size are under way or wait for their turn", arguments: [
        (100, 40), (1024, 4), (2048, 2), (5120, 2), (8192, 2), (9216, 1), (65_536, 1),
    ])
    func pagesAhead(kilobytes: Int, expected: Int) {
        let budget = FetchBudget()
        budget.notePage(isKept: true, records: 1, bytes: kilobytes * 1024)
        var asked = 0
        while budget.hasRoomAhead, asked < 1000 {
            budget.noteAsked()
            asked += 1
        }
        #expect(asked == expected)
        budget.noteSettled(1)
        #expect(budget.hasRoomAhead)
    }
}
