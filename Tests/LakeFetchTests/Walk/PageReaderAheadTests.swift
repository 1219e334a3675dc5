import Glibc
import LakeJSON
import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeFetch

@Suite("Reading ahead")
struct PageReaderAheadTests {
    private let numbered = Paginator.pageNumber(PageNumberPaginator(basePage: 1))

    /// Ten records a page, the last page short; a page that came early waits, so that answers overtake each other.
    private func server(pages: Int, _ change: @escaping @Sendable (Int) -> String? = { _ in nil }) -> LoopbackServer {
        LoopbackServer { request in
            let page = Int(request.query("page") ?? "1") ?? 1
            if page % 3 == 1 { usleep(15_000) }
            if let body = change(page) { return [.answer(body, headers: json)] }
            let ids = page > pages ? 0..<0 : (page - 1) * 10..<(page * 10 - (page == pages ? 3 : 0))
            return [.answer(data(ids), headers: json)]
        }
    }

    private func read(_ server: LoopbackServer, _ paginator: Paginator, ahead: Int, bounds: FetchBounds = FetchBounds()) throws -> Reading {
        let resource = try resource(paginator, selector: "data")
        return readAll(PageReader(resource: resource, session: try session(server), budget: FetchBudget(bounds), ahead: ahead))
    }

    @Test("Pages, log and end are those of one by one, whatever overtakes what", arguments: [2, 4, 7])
    func order(_ ahead: Int) throws {
        let server = server(pages: 12)
        defer { server.stop() }
        let alone = try read(server, numbered, ahead: 1)
        #expect(alone.ids.count == 117 && alone.end == .ended(.shortPageConfirmed))
        #expect(try read(server, numbered, ahead: ahead) == alone)
    }

    @Test("Where an API asks for patience, fewer requests are under way, and the pages are the same")
    func patience() throws {
        let refusals = Monitor(6)
        let server = LoopbackServer { request in
            let page = Int(request.query("page") ?? "1") ?? 1
            let isRefused = refusals.change { left in
                defer { if page > 5, left > 0 { left -= 1 } }
                return page > 5 && left > 0
            }
            if isRefused { return [.answer("", status: 429, headers: ["Retry-After: 0"])] }
            return [.answer(data(page > 30 ? 0..<0 : (page - 1) * 10..<page * 10), headers: json)]
        }
        defer { server.stop() }
        let budget = FetchBudget(window: .growing(to: 16))
        let reading = readAll(
            PageReader(resource: try resource(numbered, selector: "data"), session: try session(server), budget: budget, ahead: .max))
        #expect(reading.ids == (0..<300).map(String.init))
        #expect(budget.window.width < 16)
    }

    @Test("Offsets are read ahead by what a page brings, also where the server gives less than was asked for")
    func cappedOffsets() throws {
        let server = LoopbackServer { request in
            let offset = Int(request.query("offset") ?? "") ?? 0
            return [.answer(data(offset..<max(offset, min(offset + 5, 43))), headers: json)]
        }
        defer { server.stop() }
        let offsets = Paginator.offset(OffsetPaginator(limit: 100, overlaps: false))
        let alone = try read(server, offsets, ahead: 1)
        #expect(alone.ids == (0..<43).map(String.init))
        #expect(try read(server, offsets, ahead: 4) == alone)
    }

    @Test("A page shorter than the others moves all offsets behind it; what was asked ahead is thrown away")
    func drift() throws {
        let server = LoopbackServer { request in
            let offset = Int(request.query("offset") ?? "") ?? 0
            let length = offset == 20 ? 7 : 10
            return [.answer(data(offset..<max(offset, min(offset + length, 60))), headers: json)]
        }
        defer { server.stop() }
        let offsets = Paginator.offset(OffsetPaginator(limit: 10, overlaps: false))
        let alone = try read(server, offsets, ahead: 1)
        #expect(alone.ids.count == 60)
        #expect(try read(server, offsets, ahead: 4) == alone)
    }

    @Test("With records inserted and deleted meanwhile none that was there all the time is lost, however many are asked ahead", arguments: [1, 4])
    func moving(_ ahead: Int) throws {
        let list = Monitor(Array(0..<95))
        let server = LoopbackServer { request in
            let offset = Int(request.query("offset") ?? "") ?? 0
            let ids = list.change { list in
                if request.number == 4 { list.insert(contentsOf: [1000, 1001, 1002], at: 0) }
                if request.number == 7 { list.removeFirst(5) }
                return Array(list.dropFirst(offset).prefix(10))
            }
            return [.answer(data(ids), headers: json)]
        }
        defer { server.stop() }
        let reading = try read(server, .offset(OffsetPaginator(limit: 10)), ahead: ahead)
        #expect(reading.fault == nil)
        #expect(Set(reading.ids).isSuperset(of: (5..<95).map(String.init)))
        // Which request meets which list depends on the order of arrival. Where the offsets turn out not to show the movement,
        // all pages are read a second time, and of equal records one is kept later: none comes more often than that.
        #expect(Dictionary(grouping: reading.ids) { $0 }.values.allSatisfy { $0.count <= 2 })
        #expect(reading.end.map { if case .ended = $0 { true } else { false } } == true)
    }

    @Test("Offsets that share a record with the page before are read ahead too, with the same outcome")
    func overlapping() throws {
        let server = LoopbackServer { request in
            let offset = Int(request.query("offset") ?? "") ?? 0
            return [.answer(data(offset..<max(offset, min(offset + 10, 58))), headers: json)]
        }
        defer { server.stop() }
        let alone = try read(server, .offset(OffsetPaginator(limit: 10)), ahead: 1)
        #expect(alone.ids == (0..<58).map(String.init))
        #expect(try read(server, .offset(OffsetPaginator(limit: 10)), ahead: 4) == alone)
    }

    @Test("As many requests are under way as were asked for, and not more")
    func underWay() throws {
        let now = Monitor((running: 0, most: 0))
        let server = LoopbackServer { request in
            let page = Int(request.query("page") ?? "1") ?? 1
            now.change { $0 = ($0.running + 1, max($0.most, $0.running + 1)) }
            // The first three that are asked ahead wait for each other; one too many then has a moment to show itself.
            if (2...4).contains(page) { _ = now.wait(atMostMilliseconds: 30_000) { $0.most >= 3 ? true : nil } }
            usleep(20_000)
            now.change { $0.running -= 1 }
            return [.answer(data(page > 12 ? 0..<0 : page * 10..<page * 10 + 10), headers: json)]
        }
        defer { server.stop() }
        _ = try read(server, numbered, ahead: 3)
        #expect(now.look { $0.most } == 3)
    }

    @Test("A fault of a page that was asked ahead counts when its turn comes, and the pages before it are not lost")
    func faultInTurn() throws {
        let server = server(pages: 12) { $0 == 5 ? "<html>" : nil }
        defer { server.stop() }
        let alone = try read(server, numbered, ahead: 1)
        #expect(alone.pages == [1, 2, 3, 4])
        #expect(alone.fault.map { if case .notJSON(_, page: 5, _, _, _, looksLikeHTML: true) = $0 { true } else { false } } == true)
        #expect(try read(server, numbered, ahead: 4) == alone)
    }

    @Test("What lies past the end is not judged")
    func pastTheEnd() throws {
        let server = server(pages: 4) { $0 > 5 ? "no JSON at all" : nil }
        defer { server.stop() }
        let alone = try read(server, numbered, ahead: 1)
        #expect(alone.fault == nil && alone.ids.count == 37)
        #expect(try read(server, numbered, ahead: 6) == alone)
    }

    @Test("A broken page is asked for again in its turn")
    func retryInTurn() throws {
        let broken = Monitor(Set<Int>())
        let server = server(pages: 9) { page in
            broken.change { $0.insert(page).inserted } && page % 4 == 3 ? #"{"data":[{"id":"# : nil
        }
        defer { server.stop() }
        let ahead = try read(server, numbered, ahead: 4)
        #expect(ahead.ids.count == 87 && ahead.fault == nil)
        #expect(ahead.attempts == [1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1])
        #expect(try read(server, numbered, ahead: 1) == ahead)
    }

    @Test("No request is sent that a bound would throw away, and bounds end at the same page", arguments: [
        (FetchBounds(pages: 3), 3, PartialReason.pageBound(3)), (FetchBounds(requests: 5), 5, .askedBound(5)),
    ])
    func bounds(_ bounds: FetchBounds, _ sent: Int, _ reason: PartialReason) throws {
        let server = server(pages: 12)
        defer { server.stop() }
        let ahead = try read(server, numbered, ahead: 8, bounds: bounds)
        #expect(server.requests.count == sent)
        #expect(ahead.end == .partial(reason))
        #expect(try read(server, numbered, ahead: 1, bounds: bounds) == ahead)
    }

    @Test("With a rate limit nothing is asked ahead")
    func rateLimit() throws {
        let server = server(pages: 12)
        defer { server.stop() }
        let pause = CutPause(cut: 0)
        let reader = try PageReader(resource: resource(numbered, selector: "data"), session: session(server, perMinute: 1, pause: pause), ahead: 4)
        #expect(try reader.next()?.records.count == 10)
        #expect(pause.waits == 0 && server.requests.count == 1)
    }

    @Test("A first request that was begun is under way before the page is wanted, and faults wait for their turn")
    func begin() throws {
        let arrived = Monitor(0)
        let server = LoopbackServer { request in
            arrived.change { $0 += 1 }
            // No answer before all have asked: one after the other, this would not end.
            _ = arrived.wait(atMostMilliseconds: 30_000) { $0 >= 4 ? true : nil }
            return [.answer(data(request.query("page") == "2" ? 0..<0 : 0..<7), headers: json)]
        }
        defer { server.stop() }
        let session = try session(server)
        let readers = try (0..<4).map { _ in PageReader(resource: try resource(numbered, selector: "data"), session: session) }
        let climbing = PageReader(
            resource: try resource(.singlePage, path: "users/{resources.users.id}"), session: session,
            values: RequestValues(parent: [Selector(keys: ["id"]): ".."]))
        for reader in readers + [climbing] { reader.begin() }
        for reader in readers { #expect(readAll(reader).ids == (0..<7).map(String.init)) }
        for _ in 0..<2 { #expect(throws: FetchFault.request(.pathValueClimbs(place: "id"))) { try climbing.next() } }
        #expect(server.connections == 4)
    }

    @Test("A reader that is let go gives up the room of what it asked for")
    func letGo() throws {
        let server = LoopbackServer { [$0.line.contains("slow") ? .stall : .answer(data([1]), headers: json)] }
        defer { server.stop() }
        let session = try session(server, concurrency: 1)
        var reader: PageReader? = PageReader(resource: try resource(.singlePage, path: "slow"), session: session)
        reader?.begin()
        #expect(reader?.end == nil)
        reader = nil
        #expect(readAll(PageReader(resource: try resource(.singlePage, selector: "data"), session: session)).ids == ["1"])
    }
}
