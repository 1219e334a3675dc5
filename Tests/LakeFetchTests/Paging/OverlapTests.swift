import LakeFetch
import LakeModel
import LakeSource
import Testing

private func offsets(_ walked: Walked) -> [Int] { walked.requests.compactMap { parameter("offset", $0).flatMap { Int($0) } } }

private func sorted(_ walked: Walked) -> [Int] { walked.ids.compactMap { Int($0) }.sorted() }

@Suite struct OverlapTests {
    @Test("Each page begins with the last record of the page before, which is kept once", arguments: ["id", nil])
    func ordinary(_ key: String?) throws {
        let list = MovingList(1...25, size: 10)
        let walked = try walk(resource(overlapping, key: key), list.answer)
        #expect(offsets(walked) == [0, 9, 18, 24])
        #expect(sorted(walked) == Array(1...25))
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    @Test("Nothing behind the shared record of a full page is an end of its own name")
    func overlapOnly() throws {
        let walked = try walk(resource(overlapping), MovingList(1...19, size: 10).answer)
        #expect(offsets(walked) == [0, 9, 18] && sorted(walked) == Array(1...19))
        #expect(walked.end == .ended(.overlapOnly))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: Int
        var change: @Sendable (inout [Int]) -> Void
        var offsets: [Int]
        var kept: [Int]
    }

    static let changes: [Change] = [
        Change(testDescription: "three deleted at the head", before: 2, change: { $0.removeFirst(3) },
               offsets: [0, 9, 0, 9, 18, 26], kept: Array(1...30)),
        Change(testDescription: "the last record read deleted", before: 2, change: { $0.remove(at: 9) },
               offsets: [0, 9, 0, 9, 18, 27, 28], kept: Array(1...30)),
        Change(testDescription: "a whole page deleted", before: 3, change: { $0.removeFirst(10) },
               offsets: [0, 9, 18, 9, 0, 9, 18, 19], kept: Array(1...30)),
        Change(testDescription: "all that was read deleted", before: 2, change: { $0.removeFirst(10) },
               offsets: [0, 9, 0, 9, 18, 19], kept: Array(1...30)),
        Change(testDescription: "all deleted but the first", before: 3, change: { $0.removeLast(29) },
               offsets: [0, 9, 18, 9, 0, 0], kept: Array(1...19)),
        Change(testDescription: "everything deleted", before: 3, change: { $0.removeAll() }, offsets: [0, 9, 18, 9, 0], kept: Array(1...19)),
    ]

    @Test("Records deleted before the place at hand lose nothing", arguments: changes)
    func deletions(_ c: Change) throws {
        let list = MovingList(1...30, size: 10)
        list.changes[c.before] = c.change
        list.statesTotal = true
        let walked = try walk(resource(overlapping), list.answer)
        #expect(offsets(walked).prefix(4) == c.offsets.prefix(4))
        #expect(sorted(walked) == c.kept)
        #expect(walked.verdict.outcome == .complete, "\(walked.end) \(walked.verdict.doubts) \(offsets(walked))")
    }

    @Test("Inserted records are no new ones twice, and those at the head are adopted at the end", arguments: 1...25)
    func inserts(_ count: Int) throws {
        for before in 2...4 {
            let list = MovingList(1...30, size: 10)
            list.changes[before] = { $0.insert(contentsOf: 101...100 + count, at: 0) }
            list.statesTotal = true
            let walked = try walk(resource(overlapping), list.answer)
            #expect(sorted(walked) == Array(1...30) + Array(101...100 + count), "before \(before): \(walked.requests) \(walked.end)")
            #expect(walked.verdict.outcome == .complete)
        }
    }

    @Test("A server that rounds offsets down is read without overlap, and nothing is lost or doubled")
    func rounds() throws {
        let list = MovingList(1...30, size: 10)
        list.rounds = true
        let walked = try walk(resource(overlapping), list.answer)
        #expect(offsets(walked) == [0, 9, 10, 20, 30, 0])
        #expect(walked.ids == (1...30).map(String.init))
        #expect(walked.end == .ended(.emptyPage))
    }

    @Test("A server that rounds offsets up is read without overlap")
    func roundsUp() throws {
        let walked = try walk(resource(overlapping)) { request in
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json(records((1...30).dropFirst((offset + 9) / 10 * 10).prefix(10)))
        }
        #expect(walked.ids == (1...30).map(String.init))
        #expect(walked.end == .ended(.emptyPage))
        #expect(walked.requests.count <= 8)
    }

    @Test("A server that refuses odd offsets is read without overlap", arguments: [400, 416, 422])
    func refuses(_ status: Int) throws {
        let list = MovingList(1...30, size: 10)
        let walked = try walk(resource(overlapping)) { request in
            (Int(parameter("offset", request) ?? "") ?? 0) % 10 == 0 ? list.answer(request) : .status(status)
        }
        #expect(offsets(walked) == [0, 9, 10, 20, 30, 0])
        #expect(walked.ids == (1...30).map(String.init) && walked.end == .ended(.emptyPage))
    }

    @Test("An offset that is ignored is a failure with a repeated page")
    func ignored() throws {
        let walked = try walk(resource(overlapping)) { _ in .json(records(1...10)) }
        #expect(offsets(walked) == [0, 9, 10])
        #expect(walked.end == .failed(.repeatedPage(page: 2, of: 1, hasKey: true)))
    }

    @Test("A record that is updated raises no alarm where it has a key", arguments: ["id", nil])
    func updates(_ key: String?) throws {
        var clock = 0
        let walked = try walk(resource(overlapping, key: key)) { request in
            clock += 1
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json("[" + (1...25).dropFirst(offset).prefix(10).map { "{\"id\":\($0),\"seen\":\(clock)}" }.joined(separator: ",") + "]")
        }
        #expect(offsets(walked) == [0, 9, 18, 24])
        #expect(walked.ids == (1...25).map(String.init) && walked.end == .ended(.shortPageConfirmed))
    }

    @Test("With an incremental cursor, a record that was updated and moved behind the place of the walk goes on once more")
    func movedUpdate() throws {
        var list = (1...10).map { "{\"id\":\($0),\"at\":\($0)}" }
        var incremental = try resource(.offset(OffsetPaginator(limit: 4)), key: "id")
        incremental.incremental = Incremental(cursorPath: Selector(keys: ["at"]))
        var requests = 0
        let walked = try walk(incremental) { request in
            requests += 1
            if requests == 2 {
                list.remove(at: 1)
                list += ["{\"id\":2,\"at\":11}", "{\"id\":11,\"at\":12}"]
            }
            return .json("[" + list.dropFirst(Int(parameter("offset", request) ?? "") ?? 0).prefix(4).joined(separator: ",") + "]")
        }
        #expect(walked.ids.sorted() == ((1...11).map(String.init) + ["2"]).sorted(), "the update is a further record")
        #expect(walked.verdict.outcome == .complete)
    }

    @Test("Without any key, a shared record that changed turns the overlap off and nothing is doubled")
    func contentOnly() throws {
        var clock = 0
        let walked = try walk(resource(overlapping, key: nil)) { request in
            clock += 1
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json("[" + (1...25).dropFirst(offset).prefix(10).map { "{\"n\":\($0),\"seen\":\(clock)}" }.joined(separator: ",") + "]")
        }
        #expect(offsets(walked) == [0, 9, 10, 20, 25])
        #expect(walked.ids.count == 25 && walked.end == .ended(.shortPageConfirmed))
    }

    @Test("A place that is never found again ends as partial, after few steps back")
    func neverFound() throws {
        var asked = 0
        let walked = try walk(resource(overlapping)) { request in
            asked += 1
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json(records(asked <= 100 ? offset..<offset + 10 : asked * 10_000..<asked * 10_000 + 10))
        }
        #expect(walked.end == .partial(.recordsMoved(page: 101)))
        #expect(walked.ids == (0...900).map(String.init) && walked.requests.count == 107)
    }

    @Test("An API that never gives the same record twice is not followed for ever")
    func alwaysNew() throws {
        var next = 0
        let walked = try walk(resource(overlapping)) { _ in
            next += 10
            return .json(records(next..<next + 10))
        }
        #expect(walked.verdict.outcome == .partial && walked.requests.count < 200)
    }

    @Test("What is stated beside the last shared record is believed", arguments: [
        ("\"has_more\":true", [0, 9, 10], WalkEnd.partial(.emptyButMoreStated)), ("\"has_more\":false", [0], .ended(.lastPageStated)),
        ("\"total\":12", [0, 9, 10, 0], .ended(.emptyPage)),
    ])
    func stated(_ member: String, _ asked: [Int], _ end: WalkEnd) throws {
        var paginator = OffsetPaginator(limit: 10)
        if member.contains("false") { paginator.hasMorePath = Selector(keys: ["has_more"]) }
        let walked = try walk(resource(.offset(paginator))) { request in
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json("{\"results\":\(records((1...10).dropFirst(offset).prefix(10))),\(member)}")
        }
        #expect(offsets(walked) == asked && walked.end == end)
    }
}
