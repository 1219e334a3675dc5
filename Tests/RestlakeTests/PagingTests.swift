import Foundation
import Testing

@Suite("An API that pages badly: the walk ends, and nothing is called complete that is not")
struct PagingTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var paginator: String
        var key = true
        var code: Int32
        /// Outcome and number of rows; nil where nothing is published.
        var outcome: String?
        var says: [String] = []
        var answer: @Sendable (Request) -> Answer
    }

    private static let offset = #"{"type": "offset", "limit": 10}"#
    private static let numbered = #"{"type": "page_number", "base_page": 1}"#
    private static let cursor = #"{"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#
    private static let link = #"{"type": "json_link", "next_url_path": "next"}"#

    /// Ids 1...count, so many from an offset.
    private static func slice(_ request: Request, of count: Int, by size: Int, _ more: String = "") -> Answer {
        let start = Int(request.query["offset"] ?? "") ?? ((Int(request.query["page"] ?? "") ?? 1) - 1) * size
        return .items((1...count).dropFirst(start).prefix(size), more)
    }

    /// Pages by cursor: each has ids, and the cursor that it names as the next one.
    private static func byCursor(_ pages: [String: ([Int], String?)]) -> @Sendable (Request) -> Answer {
        { request in
            let (ids, next) = pages[request.query["after"] ?? ""] ?? ([], nil)
            return .items(ids, #""next": \#(next.map { "\"\($0)\"" } ?? "null")"#)
        }
    }

    private static let cases: [Case] = [
        // The table of faults at which other tools loop, or end with records missing.
        Case(testDescription: "a limit that the server caps in silence, offset", paginator: offset, code: 0, outcome: "complete 23") {
            slice($0, of: 23, by: 5, #""total": 23"#)
        },
        Case(testDescription: "a limit that the server caps in silence, page number", paginator: numbered, code: 0, outcome: "complete 23") {
            slice($0, of: 23, by: 5, #""total": 23"#)
        },
        Case(testDescription: "a limit that the server caps in silence, found out", paginator: #""auto""#, code: 0, outcome: "complete 23") {
            slice($0, of: 23, by: 5, #""total": 23"#)
        },
        Case(testDescription: "past the end the last page again, short", paginator: numbered, code: 0, outcome: "complete 15") { request in
            (Int(request.query["page"] ?? "") ?? 1) == 1 ? .items(1...10) : .items(11...15)
        },
        Case(testDescription: "past the end the last page again, full, with a total", paginator: numbered, code: 0, outcome: "complete 20") { request in
            .items((Int(request.query["page"] ?? "") ?? 1) == 1 ? 1...10 : 11...20, #""total": 20"#)
        },
        Case(testDescription: "past the end the last page again, full, without a total", paginator: numbered, code: 76, says: ["page 3", "page 2 again"]) { request in
            .items((Int(request.query["page"] ?? "") ?? 1) == 1 ? 1...10 : 11...20)
        },
        Case(testDescription: "a cursor that names itself", paginator: cursor, code: 76, says: ["circle", "endpoint.paginator"],
             answer: byCursor(["": (Array(1...10), "A"), "A": (Array(11...20), "A")])),
        Case(testDescription: "a circle of cursors", paginator: cursor, code: 76, says: ["circle", "page 3"],
             answer: byCursor(["": (Array(1...10), "A"), "A": (Array(11...20), "B"), "B": (Array(21...30), "A")])),
        Case(testDescription: "a circle of links", paginator: link, code: 76, says: ["page 4", "page 1 again"]) { request in
            let page = Int(request.query["p"] ?? "") ?? 0
            return .items((page * 10)..<(page * 10 + 10), #""next": "/items?p=\#((page + 1) % 3)""#)
        },
        Case(testDescription: "a link back to the start", paginator: link, code: 76, says: ["page 3", "page 1 again"]) { request in
            request.query["p"] == nil ? .items(1...10, #""next": "/items?p=1""#) : .items(11...20, #""next": "/items""#)
        },
        Case(testDescription: "records deleted between two pages", paginator: offset, code: 2, outcome: "partial 27", says: ["fell from 30 to 27"]) { request in
            let start = Int(request.query["offset"] ?? "") ?? 0
            return start == 0 ? .items(1...10, #""total": 30"#) : .items((4...30).dropFirst(start).prefix(10), #""total": 27"#)
        },
        Case(testDescription: "records inserted at the head between two pages", paginator: offset, code: 0, outcome: "complete 30") { request in
            let start = Int(request.query["offset"] ?? "") ?? 0
            return start == 0 ? .items(1...10, #""total": 30"#) : .items((-2...30).dropFirst(start).prefix(10), #""total": 33"#)
        },
        Case(testDescription: "an empty page that carries a next cursor", paginator: cursor, code: 0, outcome: "complete 20",
             answer: byCursor(["": (Array(1...10), "A"), "A": ([], "B"), "B": (Array(11...20), nil)])),
        Case(testDescription: "an error with status 200 on page 2", paginator: cursor, code: 65, says: ["page 2", "quota exceeded"]) { request in
            request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .page(#"{"error": "quota exceeded", "items": []}"#)
        },
        Case(testDescription: "a total of 30 where 20 come", paginator: cursor, code: 2, outcome: "partial 20", says: ["20 distinct records", "30"]) { request in
            request.query["after"] == nil ? .items(1...10, #""next": "A", "total": 30"#) : .items(11...20, #""next": null, "total": 30"#)
        },
        Case(testDescription: "404 on page 2, cursor", paginator: cursor, code: 2, outcome: "partial 10", says: ["page 2", "404"]) { request in
            request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .page("{}", status: 404)
        },
        Case(testDescription: "404 on page 2, page number", paginator: numbered, code: 2, outcome: "partial 10", says: ["page 2", "404"]) { request in
            (Int(request.query["page"] ?? "") ?? 1) == 1 ? .items(1...10) : .page("{}", status: 404)
        },
        Case(testDescription: "404 behind a short page, page number", paginator: numbered, code: 0, outcome: "complete 15") { request in
            let page = Int(request.query["page"] ?? "") ?? 1
            return page == 1 ? .items(1...10) : page == 2 ? .items(11...15) : .page("{}", status: 404)
        },
        Case(testDescription: "401 on page 2", paginator: cursor, code: 77, says: ["page 2", "401"]) { request in
            request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .page("{}", status: 401)
        },
        // And others of the kind.
        Case(testDescription: "an empty body with status 200 on page 2", paginator: offset, code: 65, says: ["page 2", "byte 0"]) { request in
            (Int(request.query["offset"] ?? "") ?? 0) == 0 ? .items(1...10) : .page("")
        },
        Case(testDescription: "a cursor parameter that the server ignores", paginator: cursor, code: 76, says: ["page 2", "page 1 again"]) { _ in
            .items(1...10, #""next": "A""#)
        },
        Case(testDescription: "a cursor path that is nowhere, behind what looks like a full page", paginator: cursor, code: 2, outcome: "partial 10",
             says: ["'next'", "items, nxt"]) { _ in .items(1...10, #""nxt": "A""#) },
        Case(testDescription: "a cursor that is an object", paginator: cursor, code: 76, says: ["'next'"]) { _ in .items(1...10, #""next": {"id": 1}"#) },
        Case(testDescription: "a page of ten and no way to a second one, found out", paginator: #""auto""#, code: 2, outcome: "partial 10", says: ["single_page"]) { _ in
            .items(1...10)
        },
        Case(testDescription: "more is stated, but every parameter is ignored, found out", paginator: #""auto""#, code: 76, says: ["endpoint.paginator"]) { _ in
            .items(1...7, #""has_more": true"#)
        },
        Case(testDescription: "a cursor, found out", paginator: #""auto""#, code: 0, outcome: "complete 20") { request in
            request.query["next_cursor"] == nil ? .items(1...10, #""next_cursor": "A""#) : .items(11...20, #""next_cursor": null"#)
        },
        Case(testDescription: "cursors for ever, with the same records", paginator: cursor, key: false, code: 76, says: ["page 1 again"]) { request in
            .items(1...10, #""next": "c\#(request.number)""#)
        },
    ]

    @Test("each fault ends in what it is", arguments: cases)
    func fault(_ item: Case) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(item.answer)
            let key = item.key ? #""primary_key": "id", "# : ""
            let resource = #"{"name": "items", \#(key)"endpoint": {"path": "items", "params": {"limit": 10}, "paginator": \#(item.paginator)}}"#
            let outcome = try bench.export(try bench.define(server.url, resource), ["--attempts", "2"])
            expect(outcome, code: item.code, says: item.says)
            let lake = bench.dataset()
            #expect(lake.loads.count == (item.outcome == nil ? 0 : 1))
            if let expected = item.outcome { #expect(try lake.outcomes() == ["items": expected]) }
            // What is asked ahead and the look back at page 1 among them.
            #expect(server.requests.count <= 20)
            // A refused secret ends the run; the page before it is kept for the next one.
            #expect(lake.staging.count == (item.code == 77 ? 1 : 0))
        }
    }

    @Test("what passes by trying again is tried again, and what came is whole", arguments: [
        ["503", "429"], ["cut"], ["early"], ["empty"], ["500", "cut", "early"],
    ])
    func retry(_ faults: [String]) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                guard request.query["after"] == nil else { return .items(3...4, #""next": null"#) }
                guard request.number <= faults.count else { return .items(1...2, #""next": "A""#) }
                switch faults[request.number - 1] {
                case "cut": return .cutBody(#"{"items": ["#)
                case "early": return .page(#"{"items": [{"id": 1"#)
                case "empty": return .page("")
                case "429": return .page("{}", status: 429, headers: ["Retry-After: 1"])
                case let status: return .page("oops", status: Int(status) ?? 500, headers: ["Retry-After: 0"])
                }
            }
            let resource = #"{"name": "items", "endpoint": {"path": "items", "paginator": \#(Self.cursor)}}"#
            expect(try bench.export(try bench.define(server.url, resource)), code: 0, says: ["complete"])
            #expect(try bench.dataset().ids() == [1, 2, 3, 4])
            #expect(server.requests.count == faults.count + 2)
            let record = try bench.dataset().record()
            let log = try String(decoding: bench.dataset().data("_lake/loads/\(#require(record["load_id"]?.string)).pages.jsonl"), as: UTF8.self)
            #expect(log.contains("\"attempts\":\(faults.count + 1)"))
        }
    }

    @Test("a bound on pages gives a partial load with the pages before it")
    func maxPages() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { Self.slice($0, of: 35, by: 10) }
            let resource = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": \#(Self.numbered)}}"#
            let definition = try bench.define(server.url, resource)
            expect(try bench.export(definition, ["--max-pages", "2"]), code: 2, says: ["partial", "stopped after 2 pages"])
            #expect(try bench.dataset().ids() == Array(1...20))
            expect(try bench.export(definition), code: 0)
            #expect(try bench.dataset().ids() == Array(1...35))
        }
    }

    @Test("the page log tells what was asked, with a hash in the place of a cursor")
    func pageLog() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.byCursor(["": (Array(1...3), "cur-77"), "cur-77": (Array(4...6), nil)]))
            let resource = #"{"name": "items", "endpoint": {"path": "items", "params": {"limit": 3}, "paginator": \#(Self.cursor)}}"#
            expect(try bench.export(try bench.define(server.url, resource)), code: 0)
            let load = try #require(bench.dataset().loads.last)
            let log = try bench.dataset().jsonl("_lake/loads/\(load).pages.jsonl").dropFirst()
            #expect(log.compactMap { $0["request"]?.string } == ["/items?limit=3", "/items?limit=3&after=…"])
            #expect(log.map { $0["cursor"]?.string?.count } == [nil, 16])
            #expect(tree(bench.lake).allSatisfy { $1.range(of: Data("cur-77".utf8)) == nil })
        }
    }

    @Test("a parameter with several values is asked with all of them, on every page")
    func severalValues() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { Self.slice($0, of: 15, by: 10) }
            let resource = #"{"name": "items", "endpoint": {"path": "items", "params": {"status": ["OPEN", "CLOSED"], "q": "a b&c"}, "paginator": \#(Self.numbered)}}"#
            expect(try bench.export(try bench.define(server.url, resource)), code: 0)
            #expect(server.requests.count >= 3)
            for request in server.requests {
                #expect(request.target.contains("status=OPEN&status=CLOSED"))
                #expect(request.query["q"] == "a b&c")
            }
        }
    }
}
