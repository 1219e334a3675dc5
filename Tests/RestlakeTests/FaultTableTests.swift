import Foundation
import LakeJSON
import Testing

@Suite("The table of faults: the right records, the right code, and words that help")
struct FaultTableTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    /// One of the ends that are right for a fault.
    enum End: Sendable {
        /// Code 0; every record of the truth is there.
        case complete(evidence: [String])
        /// Code 2, with these records; the finding says why.
        case partial([Int])
        /// Nothing is published.
        case failed(Int32)

        var code: Int32 {
            switch self {
            case .complete: 0
            case .partial: 2
            case .failed(let code): code
            }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var paginator: String
        /// Further members of the endpoint, and of the resource.
        var endpoint = ""
        var resource = ""
        var options: [String] = []
        /// The ids that a reader shall find where all came.
        var truth: [Int]
        /// All but where a race allows a second one: one end.
        var ends: [End]
        var says: [String] = []
        /// No more than these come: with room for pages that were asked ahead, and for a second look.
        var requests = 30
        var answer: @Sendable (Request) -> Answer
    }

    private static let offset = #"{"type": "offset", "limit": 10, "total_path": null}"#
    private static let numbered = #"{"type": "page_number", "base_page": 1, "total_path": null}"#
    private static let cursor = #"{"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#

    // MARK: Servers

    /// A page of a list, by offset and limit or by number; never more than `cap` records.
    private static func page(_ request: Request, of ids: some Sequence<Int>, cap: Int = 10, _ more: String = "") -> Answer {
        let size = min(Int(request.query["limit"] ?? "") ?? cap, cap)
        let start = Int(request.query["offset"] ?? "") ?? ((Int(request.query["page"] ?? "") ?? 1) - 1) * cap
        return .items(Array(ids).dropFirst(max(start, 0)).prefix(size), more)
    }

    /// Pages by cursor: ids, and the cursor that each names as the next one.
    private static func cursors(_ pages: [String: ([Int], String?)]) -> @Sendable (Request) -> Answer {
        { request in
            let (ids, next) = pages[request.query["after"] ?? ""] ?? ([], nil)
            return .items(ids, #""next": \#(next.map { "\"\($0)\"" } ?? "null")"#)
        }
    }

    /// Two pages by cursor, the second as told; asked again, `again`.
    private static func second(_ answer: Answer, again: Answer? = nil) -> @Sendable (Request) -> Answer {
        { request in
            guard request.query["after"] != nil else { return .items(1...10, #""next": "A""#) }
            return request.number > 2 ? again ?? answer : answer
        }
    }

    private static let lastPage = Answer.items(11...20, #""next": null"#)
    private static let ended = ["empty_page", "short_page_confirmed", "total", "last_page_stated"]

    // MARK: Rows

    private static let sizes: [Row] = [
        Row(testDescription: "the limit is capped from 10 to 5 in silence, by offset", paginator: offset, truth: Array(1...23),
            ends: [.complete(evidence: ended)]) { page($0, of: 1...23, cap: 5, #""total": 23"#) },
        Row(testDescription: "the limit is capped from 10 to 5 in silence, by page number", paginator: numbered, truth: Array(1...23),
            ends: [.complete(evidence: ended)]) { page($0, of: 1...23, cap: 5, #""total": 23"#) },
        Row(testDescription: "the limit is capped from 10 to 5 in silence, and nothing states a total", paginator: offset, truth: Array(1...23),
            ends: [.complete(evidence: ended)]) { page($0, of: 1...23, cap: 5) },
        Row(testDescription: "the last page for ever, short", paginator: numbered, truth: Array(1...15), ends: [.complete(evidence: ended)]) { request in
            (Int(request.query["page"] ?? "") ?? 1) == 1 ? .items(1...10) : .items(11...15)
        },
        Row(testDescription: "the last page for ever, full", paginator: numbered, truth: Array(1...20), ends: [.failed(76)],
            says: ["page 2 again", "endpoint.paginator"]) { request in
            (Int(request.query["page"] ?? "") ?? 1) == 1 ? .items(1...10) : .items(11...20)
        },
        Row(testDescription: "the last page for ever, full, and a total that tells", paginator: numbered, truth: Array(1...20),
            ends: [.complete(evidence: ended)]) { request in
            .items((Int(request.query["page"] ?? "") ?? 1) == 1 ? 1...10 : 11...20, #""total": 20"#)
        },
        Row(testDescription: "a total of 30 where 20 come", paginator: cursor, truth: Array(1...30), ends: [.partial(Array(1...20))],
            says: ["20 distinct records", "30", "endpoint.total_check"]) { request in
            request.query["after"] == nil ? .items(1...10, #""next": "A", "total": 30"#) : .items(11...20, #""next": null, "total": 30"#)
        },
    ]

    private static let circles: [Row] = [
        Row(testDescription: "a cursor A→A", paginator: cursor, truth: [], ends: [.failed(76)], says: ["circle", "endpoint.paginator"], requests: 3,
            answer: cursors(["": (Array(1...10), "A"), "A": (Array(11...20), "A")])),
        Row(testDescription: "cursors A→B→A", paginator: cursor, truth: [], ends: [.failed(76)], says: ["circle", "page 3", "endpoint.paginator"],
            requests: 4, answer: cursors(["": (Array(1...10), "A"), "A": (Array(11...20), "B"), "B": (Array(21...30), "A")])),
        Row(testDescription: "cursors A→B→C→D→B, far from the start", paginator: cursor, truth: [], ends: [.failed(76)], says: ["circle"], requests: 6,
            answer: cursors(["": ([1], "A"), "A": ([2], "B"), "B": ([3], "C"), "C": ([4], "D"), "D": ([5], "B")])),
        Row(testDescription: "an empty page that carries a next cursor", paginator: cursor, truth: Array(1...20), ends: [.complete(evidence: ["cursor_null"])],
            answer: cursors(["": (Array(1...10), "A"), "A": ([], "B"), "B": (Array(11...20), nil)])),
        Row(testDescription: "a cursor path that never resolves", paginator: #"{"type": "cursor", "cursor_path": "meta.next", "cursor_param": "after"}"#,
            truth: Array(1...20), ends: [.partial(Array(1...10))], says: ["'meta.next'", "items, nxt", "single_page"], requests: 2) { request in
            request.query["after"] == nil ? .items(1...10, #""nxt": "A""#) : .items(11...20, #""nxt": null"#)
        },
    ]

    private static let drifts: [Row] = [
        Row(testDescription: "3 records deleted behind page 1, by offset", paginator: offset, truth: Array(1...30), ends: [.complete(evidence: ended)]) {
            page($0, of: $0.number == 1 ? 1...30 : 4...30)
        },
        Row(testDescription: "3 records deleted behind page 1, by offset, and the total falls", paginator: offset, truth: Array(1...30),
            ends: [.complete(evidence: ended), .partial(Array(1...30))]) {
            page($0, of: $0.number == 1 ? 1...30 : 4...30, #""total": \#($0.number == 1 ? 30 : 27)"#)
        },
        Row(testDescription: "3 records deleted behind page 1, by page number", paginator: numbered, truth: Array(1...30),
            ends: [.complete(evidence: ended)]) { page($0, of: $0.number == 1 ? 1...30 : 4...30) },
        Row(testDescription: "3 records inserted at the head behind page 1, by offset", paginator: offset, truth: Array(-2...30),
            ends: [.complete(evidence: ended)]) { page($0, of: $0.number == 1 ? 1...30 : -2...30) },
        Row(testDescription: "3 records inserted at the head behind page 1, by page number", paginator: numbered, truth: Array(-2...30),
            ends: [.complete(evidence: ended)]) { page($0, of: $0.number == 1 ? 1...30 : -2...30) },
    ]

    private static let ignore = #", "response_actions": [{"status_code": 404, "action": "ignore"}]"#
    private static let refusals: [Row] = [
        Row(testDescription: "404 on page 2, declared to be ignored", paginator: cursor, endpoint: ignore, truth: Array(1...20),
            ends: [.partial(Array(1...10))], says: ["page 2", "404"], requests: 2, answer: second(.page("{}", status: 404))),
        Row(testDescription: "404 on page 2, by page number, declared to be ignored", paginator: numbered, endpoint: ignore, truth: Array(1...30),
            ends: [.partial(Array(1...10))], says: ["page 2", "404"]) { request in
            request.query["page"] == "2" ? .page("{}", status: 404) : page(request, of: 1...30)
        },
        Row(testDescription: "200 with an error and no records on page 2", paginator: cursor, truth: Array(1...20), ends: [.failed(65)],
            says: ["page 2", "quota exceeded"], answer: second(.page(#"{"error": "quota exceeded", "items": []}"#))),
        Row(testDescription: "200 with an error and no records on page 2, by offset", paginator: offset, truth: Array(1...20), ends: [.failed(65)],
            says: ["page 2", "quota exceeded"]) { request in
            request.number == 1 ? page(request, of: 1...20) : .page(#"{"error": "quota exceeded", "items": []}"#)
        },
        Row(testDescription: "a web page with status 200 on page 2", paginator: cursor, truth: Array(1...20), ends: [.failed(65)],
            says: ["page 2", "text/html", "JSON"], answer: second(.page("<!doctype html><p>Sign in", headers: ["Content-Type: text/html"]))),
        Row(testDescription: "a web page with status 200 that calls itself JSON", paginator: cursor, truth: Array(1...20), ends: [.failed(65)],
            says: ["page 1", "HTML", "client.base_url"]) { _ in .page("<html><body>Sign in</body></html>") },
        Row(testDescription: "a selector that matches nothing", paginator: cursor, endpoint: #", "data_selector": "data.results""#, truth: [],
            ends: [.failed(65)], says: ["data.results", "items, next", "endpoint.data_selector"]) { _ in .items(1...3, #""next": null"#) },
        Row(testDescription: "a selector that matches nothing from page 2 on", paginator: cursor, endpoint: #", "data_selector": "items""#, truth: [],
            ends: [.failed(65)], says: ["page 2", "records, next", "endpoint.data_selector"],
            answer: second(.page(#"{"records": [{"id": 11}], "next": null}"#))),
    ]

    private static let cuts: [Row] = [
        Row(testDescription: "a body cut short on page 2, once", paginator: cursor, truth: Array(1...20), ends: [.complete(evidence: ["cursor_null"])],
            requests: 3, answer: second(.cutBody(#"{"items": [{"id": 11"#), again: lastPage)),
        Row(testDescription: "JSON that ends early on page 2, once", paginator: cursor, truth: Array(1...20), ends: [.complete(evidence: ["cursor_null"])],
            requests: 3, answer: second(.page(#"{"items": [{"id": 11"#), again: lastPage)),
        Row(testDescription: "a body cut short on page 2, always", paginator: cursor, truth: Array(1...20), ends: [.failed(75)],
            says: ["the body ended after", "2 times"], requests: 3, answer: second(.cutBody(#"{"items": [{"id": 11"#))),
    ]

    // MARK: The test

    @Test("a row of the table", arguments: sizes + circles + drifts + refusals + cuts)
    func row(_ row: Row) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(row.answer)
            let definition = try bench.define(server.url, """
                {"name": "items", "primary_key": "id"\(row.resource), "endpoint": {"path": "items", "params": {"limit": 10}, \
                "paginator": \(row.paginator)\(row.endpoint)}}
                """)
            let outcome = try bench.export(definition, ["--attempts", "2"] + row.options)
            #expect(server.requests.count <= row.requests, "\(server.requests.map(\.target))")
            let end = try #require(row.ends.first { $0.code == outcome.code }, "code \(outcome.code):\n\(outcome.both)")
            expect(outcome, code: end.code, says: row.says)
            try Self.check(bench.dataset(), end, row)
        }
    }

    private static func check(_ lake: LakeReader, _ end: End, _ row: Row) throws {
        #expect(lake.staging.isEmpty || end.code == 75)
        if case .failed = end { return #expect(lake.loads.isEmpty) }
        let resource = try lake.resource()
        let ids = try lake.ids().sorted(), fetched = try lake.count("fetched") ?? -1
        let parts = try ["written", "duplicate", "filtered", "quarantined"].map { try lake.count($0) ?? 0 }
        #expect(parts.reduce(0, +) == fetched)
        if case .complete(let evidence) = end {
            #expect(resource["outcome"]?.string == "complete")
            #expect(evidence.contains(resource["evidence"]?.string ?? "none"), "\(resource)")
            #expect(ids == row.truth.sorted(), "\(resource)")
        } else if case .partial(let expected) = end {
            #expect(resource["outcome"]?.string == "partial")
            #expect(ids == expected, "\(resource)")
            #expect(try !lake.findings().isEmpty)
            for word in row.says { #expect(try lake.findings().contains(word), "the load record does not say '\(word)'") }
        }
    }
}
