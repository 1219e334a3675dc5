import Foundation
import Testing

@Suite("SIGINT and SIGTERM")
struct SignalTests {
    enum Moment: String, CaseIterable, Sendable {
        case firstPage, laterPage, waitingToRetry, rateLimit, child, severalResources
    }

    @Test("a signal ends the run at once, and keeps the pages that are there for the next one", arguments: Moment.allCases, [SIGINT, SIGTERM])
    func signal(_ moment: Moment, _ signal: Int32) async throws {
        try await Bench.at { bench in
            let isHeld = Latch<Bool>()
            let server = Self.server(moment, isHeld)
            let definition = try bench.define(server.url, Self.resources(moment), client: moment == .rateLimit ? #""rate_limit": 1"# : #""headers": {}"#)
            // Before the server holds anything back there is a load to be kept.
            expect(try bench.export(definition, ["--max-pages", "1", "--resource", "items"]), code: 2)
            let before = tree(bench.lake), seen = server.requests.count
            isHeld.open(true)
            let child = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: seen + Self.requestsBefore(moment)))
            let start = ContinuousClock.now
            child.send(signal)
            let outcome = child.end()
            #expect(ContinuousClock.now - start < Child.atOnce)
            expect(outcome, code: 128 + signal, says: [signal == SIGINT ? "SIGINT" : "SIGTERM", "Nothing was published"])
            #expect(tree(bench.lake).filter { !$0.key.contains("/staging/") } == before)
            let pages = !bench.dataset().staging.isEmpty
            if let expected = Self.pagesKept(moment) { #expect(pages == expected) }
            expect(outcome, code: 128 + signal, says: pages ? ["is unfinished", "The same command goes on from there, within 6 hours."] : [])
            expect(
                try bench.restlake(["recover", "--lake", bench.lake, "--discard"]), code: 0, says: [pages ? "is unfinished; removed" : "nothing to do"])
            #expect(tree(bench.lake) == before)
        }
    }

    private static func server(_ moment: Moment, _ isHeld: Latch<Bool>) -> FixtureServer {
        FixtureServer { request in
            let isHeld = isHeld.wait(atMost: 0) != nil
            let page = Int(request.query["page"] ?? "1") ?? 1
            let items = FixtureServer.Answer.items((page * 10)..<(page * 10 + 10))
            guard isHeld else { return items }
            switch moment {
            case .firstPage: return .held(items)
            case .laterPage: return page >= 3 ? .held(items) : items
            case .waitingToRetry: return .page("{}", status: 503, headers: ["Retry-After: 200"])
            case .rateLimit: return items
            case .child: return request.path == "/items" ? (page > 1 ? .items([]) : items) : .held(items)
            case .severalResources: return .held(items)
            }
        }
    }

    private static func resources(_ moment: Moment) -> String {
        let numbered = #""paginator": {"type": "page_number", "base_page": 1}"#
        let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", \#(numbered)}}"#
        switch moment {
        case .child: return items + #", {"name": "detail", "endpoint": {"path": "items/{resources.items.id}"}}"#
        case .severalResources: return items + (1...5).map { #", {"name": "more\#($0)", "endpoint": {"path": "more\#($0)"}}"# }.joined()
        default: return items
        }
    }

    /// nil where the signal may come before the page that the server has sent is read.
    private static func pagesKept(_ moment: Moment) -> Bool? {
        switch moment {
        case .firstPage, .waitingToRetry, .severalResources: false
        case .laterPage, .child: true
        case .rateLimit: nil
        }
    }

    private static func requestsBefore(_ moment: Moment) -> Int {
        switch moment {
        case .firstPage, .waitingToRetry, .rateLimit: 1
        case .laterPage: 3
        case .child: 3
        case .severalResources: 4
        }
    }
}
