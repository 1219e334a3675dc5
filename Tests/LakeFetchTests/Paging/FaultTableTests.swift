import LakeFetch
import LakeModel
import LakeSource
import Testing

/// The faults that readers of paginated APIs are known to pass over in silence or never to come back from.
@Suite struct FaultTableTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var paginator: Paginator
        /// A pretended API, new for each walk.
        var api: @Sendable () -> (String) -> Answer
        var records: Set<Int>
        var outcome: ResourceOutcome
        /// Words of the sentence that tells it.
        var words: String?
        var ignoring: Int?
    }

    private static let cursor = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["next"])))

    /// Ten records a page; the cursor behind page n is `cursors[n - 1]`.
    private static func cursors(_ cursors: [String], _ list: [ClosedRange<Int>?] = []) -> @Sendable () -> (String) -> Answer {
        {
            var page = 0
            return { _ in
                page += 1
                let ids = page <= list.count ? list[page - 1].map(Array.init) ?? [] : Array(page * 10 - 9...page * 10)
                return .json("{\"data\":\(LakeFetchTests.records(ids)),\"next\":\(cursors[(page - 1) % cursors.count])}")
            }
        }
    }

    private static func list(_ size: Int, _ change: @escaping @Sendable (MovingList) -> Void = { _ in }) -> @Sendable () -> (String) -> Answer {
        {
            let list = MovingList(1...30, size: size)
            change(list)
            return list.answer
        }
    }

    static let faults: [Fault] = [
        Fault(testDescription: "the server caps the limit in silence", paginator: overlapping, api: list(5) { $0.statesTotal = true },
              records: Set(1...30), outcome: .complete),
        Fault(testDescription: "a page past the end is the last page again, full", paginator: pageNumber, api: {
            let list = MovingList(1...30, size: 10)
            return { list.answer("page=\(min(3, Int(parameter("page", $0) ?? "") ?? 1))") }
        }, records: Set(1...30), outcome: .failed, words: "page 4 holds the records of page 3 again"),
        Fault(testDescription: "a page past the end is the last page again, with a total", paginator: pageNumber, api: {
            let list = MovingList(1...30, size: 10)
            list.statesTotal = true
            return { list.answer("page=\(min(3, Int(parameter("page", $0) ?? "") ?? 1))") }
        }, records: Set(1...30), outcome: .complete),
        Fault(testDescription: "the cursor repeats", paginator: cursor, api: cursors(["\"A\""]), records: Set(1...20), outcome: .failed,
              words: "page 2 carries the cursor or link of page 1"),
        Fault(testDescription: "the cursor goes in a circle", paginator: cursor, api: cursors(["\"A\"", "\"B\""]), records: Set(1...30), outcome: .failed,
              words: "page 3 carries the cursor or link of page 1"),
        Fault(testDescription: "three deleted behind the first page, offset", paginator: overlapping, api: list(10) { $0.changes[2] = { $0.removeFirst(3) } },
              records: Set(1...30), outcome: .complete),
        Fault(testDescription: "three deleted behind the first page, offset without overlap", paginator: plainOffset,
              api: list(10) { $0.changes[2] = { $0.removeFirst(3) } }, records: Set(1...30), outcome: .complete),
        Fault(testDescription: "three deleted behind the first page, page number", paginator: pageNumber,
              api: list(10) { $0.changes[2] = { $0.removeFirst(3) } }, records: Set(1...30), outcome: .complete),
        Fault(testDescription: "three inserted at the head, offset", paginator: overlapping,
              api: list(10) { $0.changes[2] = { $0.insert(contentsOf: 31...33, at: 0) } }, records: Set(1...33), outcome: .complete),
        Fault(testDescription: "three inserted at the head, page number", paginator: pageNumber,
              api: list(10) { $0.changes[2] = { $0.insert(contentsOf: 31...33, at: 0) } }, records: Set(1...33), outcome: .complete),
        Fault(testDescription: "an empty page with a next cursor", paginator: cursor, api: cursors(["\"A\"", "\"B\"", "null"], [1...10, nil, 11...20]),
              records: Set(1...20), outcome: .complete),
        Fault(testDescription: "404 on page 2, ignored by declaration", paginator: pageNumber, api: {
            let list = MovingList(1...30, size: 10)
            return { $0 == "page=2" ? .status(404) : list.answer($0) }
        }, records: Set(1...10), outcome: .partial, words: "page 2 was refused with status 404, which endpoint.response_actions says to ignore", ignoring: 404),
        Fault(testDescription: "404 on page 2", paginator: pageNumber, api: {
            let list = MovingList(1...30, size: 10)
            return { $0 == "page=2" ? .status(404) : list.answer($0) }
        }, records: Set(1...10), outcome: .partial, words: "page 2 was refused with status 404"),
        Fault(testDescription: "a total that never comes", paginator: pageNumber, api: {
            { request in
                let page = Int(parameter("page", request) ?? "") ?? 1
                return .json("{\"data\":\(LakeFetchTests.records((1...20).dropFirst((page - 1) * 10).prefix(10))),\"total\":30}")
            }
        }, records: Set(1...20), outcome: .partial, words: "20 distinct records came, but the API states 30"),
        Fault(testDescription: "the cursor's path is wrong", paginator: .cursor(CursorPaginator(cursorPath: Selector(keys: ["paging", "next"]))),
              api: cursors(["\"A\"", "null"]), records: Set(1...10), outcome: .partial, words: "no page has a cursor or link at 'paging.next' (keys there: data, next)"),
        Fault(testDescription: "an error beside records", paginator: cursor, api: {
            var page = 0
            return { _ in
                page += 1
                return .json("{\"data\":\(LakeFetchTests.records([page])),\"next\":\(page == 1 ? "\"a\"" : "null,\"error\":\"shard down\"")}")
            }
        }, records: [1, 2], outcome: .partial, words: "shard down"),
    ]

    @Test("Each known fault has the right records, the right outcome and a sentence to act on", arguments: faults)
    func table(_ fault: Fault) throws {
        let walked = try walk(resource(fault.paginator), ignoring: fault.ignoring, fault.api())
        let verdict = walked.verdict
        #expect(Set(walked.ids.compactMap { Int($0) }) == fault.records)
        #expect(verdict.outcome == fault.outcome, "\(walked.end) \(verdict.doubts)")
        let sentence = verdict.failure?.sentence ?? verdict.doubts.first?.sentence ?? ""
        #expect(fault.outcome == .complete ? sentence.isEmpty : sentence.contains(fault.words ?? "no words"), "\(sentence)")
    }

    @Test("An error with a status of success on page 2 is a fault, not an end")
    func errorBody() throws {
        let list = MovingList(1...30, size: 10)
        #expect(throws: RecordFault.errorBody(message: "boom")) {
            try walk(resource(pageNumber)) { $0 == "page=2" ? .json("{\"error\":\"boom\",\"data\":[]}") : list.answer($0) }
        }
    }
}
