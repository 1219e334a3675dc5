import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("Reading pages")
struct PageReaderTests {
    private func reader(_ server: LoopbackServer, perMinute: Int? = nil, pause: CutPause = CutPause(cut: 0)) throws -> PageReader {
        let things = Resource(name: "things", request: RequestTemplate(path: Template("things")))
        return try PageReader(resource: things, session: session(server, perMinute: perMinute, pause: pause))
    }

    private func server(next: String) -> LoopbackServer {
        LoopbackServer { request in
            let body = request.number == 1 ? "{\"data\":[{\"id\":1}],\"next\":\"\(next)\"}" : "{\"data\":[{\"id\":2}],\"next\":null}"
            return [.answer(body, headers: ["Content-Type: application/json"])]
        }
    }

    @Test("A next link that is no URL is a fault of its own, and the page that carries it is not lost", arguments: ["https://a b/", "https:///x", "https://u@h/"])
    func badLink(_ link: String) throws {
        let server = server(next: link)
        defer { server.stop() }
        let reader = try reader(server)
        #expect(try reader.next()?.records.count == 1)
        for _ in 0..<2 { #expect(throws: FetchFault.badLink(page: 1)) { try reader.next() } }
        #expect(server.requests.count == 1 && reader.end == nil)
    }

    @Test("A next link with a scheme that cannot be asked is a fault of the paging")
    func badScheme() throws {
        let server = server(next: "ftp://127.0.0.1/2")
        defer { server.stop() }
        let resource = Resource(name: "things", request: RequestTemplate(path: Template("things")), paginator: .jsonLink(nextURLPath: Selector(keys: ["next"])))
        let reader = try PageReader(resource: resource, session: session(server))
        #expect(try reader.next()?.records.count == 1)
        #expect(throws: FetchFault.badLink(page: 1)) { try reader.next() }
    }

    @Test("A link to another origin is told behind the page that carries it")
    func otherOrigin() throws {
        let server = server(next: "http://other.example/2")
        defer { server.stop() }
        let reader = try reader(server)
        #expect(try reader.next()?.records.count == 1)
        #expect(throws: FetchFault.self) { try reader.next() }
    }

    @Test("With a rate limit the page at hand is given out before the turn of the next one is waited for")
    func rateLimit() throws {
        let server = server(next: "/things?page=2")
        defer { server.stop() }
        let pause = CutPause(cut: 0)
        let reader = try reader(server, perMinute: 1, pause: pause)
        #expect(try reader.next()?.records.count == 1)
        #expect(pause.waits == 0)
        #expect(throws: FetchFault.cancelled) { try reader.next() }
        #expect(pause.waits == 1)
        #expect(server.requests.count == 1)
    }

    @Test("With a rate limit all pages come", arguments: [1, 600])
    func rateLimitedWalk(_ perMinute: Int) throws {
        let server = server(next: "/things?page=2")
        defer { server.stop() }
        let reader = try reader(server, perMinute: perMinute, pause: CutPause(cut: 1))
        var pages = 0
        while try reader.next() != nil { pages += 1 }
        #expect(pages == 2 && reader.end == .ended(.linkAbsent))
        #expect(server.requests.count == 2)
    }

    @Test("Behind kept pages nothing is asked for: where they end, the walk is partial")
    func keptPages() throws {
        final class Kept: ResponseJournal {
            var left: [JudgedResponse]
            init(_ pages: [JudgedResponse]) { left = pages }
            var hasMore: Bool { !left.isEmpty }
            let isAll = true
            func next() -> JudgedResponse? { left.removeFirst() }
        }
        let server = server(next: "/things?page=2")
        defer { server.stop() }
        let first = try #require(try reader(server).next()?.judged)
        let asked = server.requests.count
        let things = Resource(name: "things", request: RequestTemplate(path: Template("things")))
        for pages in [[first], []] {
            let reader = try PageReader(resource: things, session: session(server), ahead: 4, journal: Kept(pages))
            reader.begin()
            for _ in pages { #expect(try reader.next()?.records.count == 1) }
            #expect(try reader.next() == nil)
            #expect(reader.end == .partial(.keptPagesEnd))
        }
        #expect(server.requests.count <= asked + 1, "the first reader may have asked ahead")
    }

    @Test("A journal that the disk does not give back is told as that, and not as one of other requests")
    func unreadableJournal() throws {
        final class Broken: ResponseJournal {
            struct Fault: Error {}
            let hasMore = true
            func next() throws -> JudgedResponse? { throw Fault() }
        }
        let server = server(next: "/things?page=2")
        defer { server.stop() }
        let reader = try PageReader(resource: resource(), session: session(server), journal: Broken())
        #expect(throws: FetchFault.journalUnreadable(page: 1)) { try reader.next() }
        #expect(server.requests.isEmpty)
    }

    @Test("What was found out is told with its reasons, and where it differs from the load before")
    func detected() throws {
        let server = LoopbackServer { request in
            let next = request.line.contains("c2") ? "null" : "\"c2\""
            return [.answer(data([request.number], ",\"next_cursor\":\(next)}"), headers: json)]
        }
        defer { server.stop() }
        let before = DetectedPaging(paginator: .jsonLink(nextURLPath: Selector(keys: ["next"])), selector: Selector(keys: ["data"]))
        for (remembered, changes) in [(nil, false), (before, true)] {
            let reader = try PageReader(resource: resource(), session: session(server), remembered: remembered)
            #expect(readAll(reader).end == .ended(.cursorNull))
            #expect(reader.detected?.selector == Selector(keys: ["data"]))
            #expect(reader.detectedWhy?.contains("next_cursor holds a text") == true)
            #expect(reader.detectedWhy?.hasSuffix("; records: a list under a usual name") == true)
            #expect((reader.detectionChange != nil) == changes)
        }
    }
}
