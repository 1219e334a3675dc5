import Foundation
import LakeJSON
import Testing

@Suite("Requests with a body, cursors in headers, and actions on answers")
struct PostTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    private static func resource(_ endpoint: String) -> String { #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", \#(endpoint)}}"# }

    private static func run(_ bench: Bench, _ endpoint: String, code: Int32 = 0, says: [String] = [], _ answer: @escaping @Sendable (Request) -> Answer) throws -> FixtureServer {
        let server = FixtureServer(answer)
        expect(try bench.export(try bench.define(server.url, resource(endpoint)), ["--attempts", "3"]), code: code, says: says)
        return server
    }

    // MARK: Paging in the body

    private static let json = #""method": "POST", "json": {"query": {"status": ["OPEN", null], "n": 1.50}, "deep": true}"#

    /// All that the definition says stands in each body beside what the paginator adds.
    private static func isWhole(_ request: Request) -> Bool {
        request.method == "POST" && request.header("Content-Type")?.hasPrefix("application/json") == true && request.json["deep"]?.bool == true
            && request.json["query"]?["status"]?.array?.count == 2 && request.json["query"]?["n"]?.text(pretty: false) == "1.50"
    }

    struct Body: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var paginator: String
        /// From which record a request asks on.
        var start: @Sendable (JSONValue) -> Int?
        /// What stands beside the records of a page.
        var more: @Sendable (Int) -> String = { _ in "" }
    }

    private static let bodies = [
        Body(testDescription: "cursor_body_path", paginator: #"{"type": "cursor", "cursor_path": "next", "cursor_body_path": "page.after"}"#,
             start: { $0["page"]?["after"]?.string.flatMap { Int($0) } ?? ($0["page"] == nil ? 0 : nil) },
             more: { #""next": \#($0 < 20 ? "\"\($0 + 10)\"" : "null")"# }),
        Body(testDescription: "page_body_path", paginator: #"{"type": "page_number", "base_page": 1, "page_body_path": "page.number", "total_path": null}"#,
             start: { $0["page"]?["number"]?.int.map { ($0 - 1) * 10 } }),
        Body(testDescription: "offset_body_path and limit_body_path",
             paginator: #"{"type": "offset", "limit": 10, "offset_body_path": "page.from", "limit_body_path": "page.size", "total_path": null}"#,
             start: { $0["page"]?["size"]?.int == 10 ? $0["page"]?["from"]?.int : nil }),
        Body(testDescription: "a path into what the definition says", paginator: #"{"type": "cursor", "cursor_path": "next", "cursor_body_path": "query.after"}"#,
             start: { $0["query"]?["after"]?.string.flatMap { Int($0) } ?? ($0["query"]?["after"] == nil ? 0 : nil) },
             more: { #""next": \#($0 < 20 ? "\"\($0 + 10)\"" : "null")"# }),
    ]

    @Test("a paginator writes into the body, and leaves the rest of it alone", arguments: bodies)
    func body(_ body: Body) async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, Self.json + #", "paginator": \#(body.paginator)"#) { request in
                guard Self.isWhole(request), let start = body.start(request.json) else { return .page(#"{"error": "bad body"}"#, status: 400) }
                return .items((1...25).dropFirst(start).prefix(10), body.more(start))
            }
            #expect(try bench.dataset().ids() == Array(1...25))
            #expect(server.requests.allSatisfy { $0.target == "/items" })
        }
    }

    @Test("a loop of cursors in bodies is found")
    func loop() async throws {
        try await Bench.at { bench in
            let paginator = #", "paginator": {"type": "cursor", "cursor_path": "next", "cursor_body_path": "after"}"#
            _ = try Self.run(bench, Self.json + paginator, code: 76, says: ["circle"]) { request in
                let after = request.json["after"]?.string
                return after == nil ? .items([1], #""next": "A""#) : after == "A" ? .items([2], #""next": "B""#) : .items([3], #""next": "A""#)
            }
        }
    }

    @Test("a form: encoded, the same on every page")
    func form() async throws {
        try await Bench.at { bench in
            let endpoint = #""method": "POST", "data": {"kind": "a&b=c", "ü": "1 2"}, "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#
            let server = try Self.run(bench, endpoint) { request in
                guard request.header("Content-Type") == "application/x-www-form-urlencoded", request.form == ["kind": "a&b=c", "ü": "1 2"] else {
                    return .page("{}", status: 400)
                }
                return request.query["after"] == nil ? .items(1...3, #""next": "A""#) : .items(4...6, #""next": null"#)
            }
            #expect(try bench.dataset().ids() == Array(1...6))
            #expect(server.requests.map(\.target) == ["/items", "/items?after=A"])
        }
    }

    @Test("json and data exclude each other, and a body wants POST", arguments: [
        (#""method": "POST", "json": {}, "data": {}"#, "data"), (#""method": "PUTT""#, "POST"),
        (#""paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "a", "cursor_body_path": "b"}"#, "cursor_body_path"),
    ])
    func refused(_ endpoint: String, says word: String) async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, endpoint, code: 78, says: ["resources[0].endpoint", word]) { _ in .items([1]) }
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: Where more is told

    @Test("has_more_path ends numbered, offset and cursor walks", arguments: [
        #"{"type": "page_number", "base_page": 1, "total_path": null, "has_more_path": "meta.more"}"#,
        #"{"type": "offset", "limit": 10, "total_path": null, "has_more_path": "meta.more"}"#,
        #"{"type": "cursor", "cursor_path": "next", "cursor_param": "after", "has_more_path": "meta.more"}"#,
    ])
    func hasMore(_ paginator: String) async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, #""params": {"limit": 10}, "paginator": \#(paginator)"#) { request in
                let start = Int(request.query["offset"] ?? request.query["after"] ?? "") ?? ((Int(request.query["page"] ?? "1") ?? 1) - 1) * 10
                // The cursor never ends by itself.
                return .items((1...20).dropFirst(start).prefix(10), #""meta": {"more": \#(start < 10)}, "next": "\#(start + 10)""#)
            }
            #expect(try bench.dataset().ids() == Array(1...20))
            // What says that there is no more is believed. Numbered pages may have been asked ahead, cursors cannot be.
            #expect(server.requests.count <= (paginator.contains("cursor") ? 2 : 12))
            #expect(try bench.dataset().resource()["evidence"]?.string == "last_page_stated")
        }
    }

    @Test("more is stated on an empty page: never complete")
    func emptyButMore() async throws {
        try await Bench.at { bench in
            let paginator = #"{"type": "page_number", "base_page": 1, "total_path": null, "has_more_path": "more"}"#
            _ = try Self.run(bench, #""paginator": \#(paginator)"#, code: 2, says: ["partial"]) { request in
                (Int(request.query["page"] ?? "") ?? 1) == 1 ? .items(1...10, #""more": true"#) : .items([], #""more": true"#)
            }
            #expect(try bench.dataset().ids() == Array(1...10))
        }
    }

    @Test("header_cursor: the next cursor stands in a header, whatever the case of its name")
    func headerCursor() async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, #""paginator": {"type": "header_cursor", "cursor_key": "X-Next", "cursor_param": "after"}"#) { request in
                let page = { (ids: ClosedRange<Int>, next: String?) -> Answer in
                    guard case .page(let body, let status, let headers) = Answer.items(ids) else { return .items([]) }
                    return .page(body, status: status, headers: headers + (next.map { ["x-next: \($0)"] } ?? []))
                }
                return switch request.query["after"] {
                case nil: page(1...3, "a/b=")
                case "a/b=": page(4...6, "C")
                default: page(7...9, nil)
                }
            }
            #expect(try bench.dataset().ids() == Array(1...9))
            #expect(server.requests.map { $0.query["after"] } == [nil, "a/b=", "C"])
        }
    }

    @Test("header_link and json_link: relative, absolute and query-only", arguments: ["/items?p=2", "items?p=2", "?p=2", "absolute"])
    func links(_ next: String) async throws {
        for kind in ["header_link", "json_link"] {
            try await Bench.at { bench in
                let paginator = kind == "header_link" ? #"{"type": "header_link", "links_next_key": "next"}"# : #"{"type": "json_link", "next_url_path": "links.next"}"#
                _ = try Self.run(bench, #""paginator": \#(paginator)"#) { request in
                    guard request.query["p"] == nil else { return .items(4...6) }
                    let url = next == "absolute" ? "http://\(request.header("Host") ?? "")/items?p=2" : next
                    guard kind == "header_link", case .page(let body, let status, let headers) = Answer.items(1...3) else {
                        return .items(1...3, #""links": {"next": "\#(url)"}"#)
                    }
                    return .page(body, status: status, headers: headers + ["Link: </other>; rel=\"prev\", <\(url)>; title=\"a, b\"; rel=\"last next\""])
                }
                #expect(try bench.dataset().ids() == Array(1...6))
            }
        }
    }

    // MARK: Actions on answers

    private static let cursor = #""paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#

    private static func actions(_ actions: String) -> String { #"\#(cursor), "response_actions": [\#(actions)]"# }

    @Test("retry: an answer that passes by asking again, by status, by content and by both", arguments: [
        (#"{"status_code": 409, "action": "retry"}"#, 409, "{}"), (#"{"content": "warming up", "action": "retry"}"#, 200, #"{"note": "warming up", "items": []}"#),
        (#"{"status_code": 200, "content": "warming up", "action": "retry"}"#, 200, #"{"note": "warming up", "items": []}"#),
    ])
    func retry(_ action: String, _ status: Int, _ text: String) async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, Self.actions(action)) { request in
                guard request.number != 2 else { return .page(text, status: status, headers: ["Content-Type: application/json", "Retry-After: 0"]) }
                return request.query["after"] == nil ? .items(1...3, #""next": "A""#) : .items(4...6, #""next": null"#)
            }
            #expect(try bench.dataset().ids() == Array(1...6))
            #expect(server.requests.count == 3)
        }
    }

    @Test("retry for ever is no retry: the attempts are counted, nothing is published")
    func retryForEver() async throws {
        try await Bench.at { bench in
            let server = try Self.run(bench, Self.actions(#"{"status_code": 409, "action": "retry"}"#), code: 75, says: ["409", "3 times"]) { _ in
                .page("{}", status: 409, headers: ["Retry-After: 0"])
            }
            #expect(server.requests.count == 3)
            #expect(bench.dataset().loads.isEmpty)
        }
    }

    @Test("fail: a success that is none", arguments: [#"{"content": "maintenance", "action": "fail"}"#, #"{"status_code": 200, "content": "maintenance", "action": "fail"}"#])
    func fail(_ action: String) async throws {
        try await Bench.at { bench in
            _ = try Self.run(bench, Self.actions(action), code: 65, says: ["page 2", "response_actions"]) { request in
                request.query["after"] == nil ? .items(1...3, #""next": "A""#) : .items([], #""note": "maintenance", "next": null"#)
            }
            #expect(bench.dataset().loads.isEmpty)
        }
    }

    @Test("ignore: on the first page it is the end, with nothing, and complete; the first action that matches counts", arguments: [
        (#"{"status_code": 404, "action": "ignore"}"#, Int32(0)), (#"{"status_code": 404, "content": "gone away", "action": "ignore"}"#, 0),
        (#"{"status_code": 404, "content": "other", "action": "ignore"}"#, 69),
        (#"{"status_code": 404, "content": "gone", "action": "fail"}, {"status_code": 404, "action": "ignore"}"#, 65),
    ])
    func ignore(_ actions: String, code: Int32) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/items": [.page(#"{"message": "gone away"}"#, status: 404)], "/b": [.items([1])]])
            let other = #"{"name": "b", "endpoint": {"path": "b", "paginator": "single_page"}}"#
            let definition = try bench.define(server.url, Self.resource(Self.actions(actions)), other)
            expect(try bench.export(definition), code: code == 0 ? 0 : 2)
            #expect(try bench.dataset().outcomes()["items"] == (code == 0 ? "complete 0" : "failed 0"))
            #expect(try bench.dataset().outcomes()["b"] == "complete 1")
        }
    }
}
