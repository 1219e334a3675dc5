import Foundation
import Testing

@Suite("Bad input: a clear message, the right exit code, and a lake as it was")
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the API answers once it goes wrong.
        var answers: [FixtureServer.Answer]
        var options: [String] = []
        var endpoint = #"{"path": "items", "data_selector": "items", "paginator": "single_page"}"#
        var code: Int32
        var says: [String]
    }

    private static let cases = [
        Case(testDescription: "a web page with status 200",
             answers: [.page("<!doctype html><p>Sign in", headers: ["Content-Type: text/html; charset=utf-8"])], code: 65, says: ["page 1", "text/html", "JSON"]),
        Case(testDescription: "a web page that calls itself JSON", answers: [.page("<html><body>Sign in</body></html>")], code: 65,
             says: ["page 1", "byte 0", "line 1, column 1", "HTML", "client.base_url"]),
        Case(testDescription: "JSON that ends early, each time", answers: [.page("{\"items\": [\n  {\"id\": 1},\n  {\"id\": 2")], options: ["--attempts", "2"],
             code: 65, says: ["page 1", "byte 35", "line 3", "column"]),
        Case(testDescription: "JSON that breaks in the middle", answers: [.page(#"{"items": [{"id": 1} {"id": 2}]}"#)], code: 65,
             says: ["page 1", "byte 21", "line 1, column 22", "','"]),
        Case(testDescription: "an empty body", answers: [.page("")], options: ["--attempts", "2"], code: 65, says: ["page 1", "byte 0"]),
        Case(testDescription: "a body shorter than stated, each time", answers: [.cutBody(#"{"items": ["#)], options: ["--attempts", "2"], code: 75,
             says: ["items", "the body ended after", "2 times"]),
        Case(testDescription: "a selector that matches nothing", answers: [.page(#"{"records": [], "meta": {}, "ok": true}"#)], code: 65,
             says: ["page 1", "items", "records, meta, ok", "data_selector"]),
        Case(testDescription: "an error with status 200", answers: [.page(#"{"ok": false, "error": "plan expired \u001b[2J"}"#)], code: 65,
             says: ["plan expired", "\\u{1b}"]),
        Case(testDescription: "lines of JSON", answers: [.page("{\"id\": 1}\n{\"id\": 2}\n", headers: ["Content-Type: application/x-ndjson"])], code: 65,
             says: ["application/x-ndjson"]),
        Case(testDescription: "not found", answers: [.page("{}", status: 404)], code: 69, says: ["404", "endpoint.path"]),
        Case(testDescription: "forbidden", answers: [.page("{}", status: 403)], code: 77, says: ["403"]),
        Case(testDescription: "overloaded each time", answers: [.page("{}", status: 503)], options: ["--attempts", "2"], code: 75,
             says: ["status 503", "2 times"]),
        Case(testDescription: "asked to come back tomorrow", answers: [.page("{}", status: 429, headers: ["Retry-After: 86400"])], code: 75,
             says: ["asks to wait until", "20"]),
        Case(testDescription: "a redirect in a circle", answers: [.page("", status: 302, headers: ["Location: /items"])], code: 76, says: ["302"]),
    ]

    @Test("an API that does not keep its side of it", arguments: cases)
    func answer(_ item: Case) async throws {
        try await Bench.at { bench in
            // One load is committed before all goes wrong.
            let server = FixtureServer(["/items": [.items(1...2)] + item.answers])
            let definition = try bench.define(server.url, #"{"name": "items", "endpoint": \#(item.endpoint)}"#)
            expect(try bench.export(definition), code: 0)
            let before = tree(bench.lake)
            let outcome = try bench.export(definition, item.options)
            let load = try #require(bench.dataset().loads.last)
            expect(outcome, code: item.code, says: item.says + ["Nothing was published; the last good load is \(load)."], never: ["\u{1b}"])
            #expect(tree(bench.lake) == before)
            #expect(bench.dataset().staging.isEmpty)
        }
    }

    @Test("an API that is not there: no connection", arguments: [["--attempts", "1"], ["--attempts", "1", "--json"]])
    func unreachable(_ options: [String]) async throws {
        try await Bench.at { bench in
            let port = FixtureServer.deadPort()
            let definition = try bench.define("http://127.0.0.1:\(port)", #"{"name": "items"}"#)
            expect(try bench.export(definition, options), code: 69, says: ["127.0.0.1", "\(port)", "client.base_url"])
            #expect(bench.dataset().loads.isEmpty && bench.dataset().staging.isEmpty)
        }
    }

    @Test("an API that is not there: no such name")
    func unresolvable() async throws {
        try await Bench.at { bench in
            let definition = try bench.define("https://nobody.invalid", #"{"name": "items"}"#)
            expect(try bench.export(definition, ["--attempts", "1"]), code: 69, says: ["nobody.invalid", "has no address"])
        }
    }

    @Test("a definition tells all that is wrong with it at once")
    func malformed() async throws {
        try await Bench.at { bench in
            let definition = try bench.write("""
                {"name": "api", "client": {"base_url": "ftp://x", "hedaers": {}},
                 "resources": [{"name": "a", "endpoint": {"paginator": "cursr"}}, {"nam": "b"}]}
                """, to: "bad.json")
            let outcome = try bench.export(definition)
            expect(outcome, code: 78, says: ["client.base_url", "client.hedaers", "headers", "resources[0].endpoint.paginator", "cursor", "resources[1].nam"])
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("a definition that is no JSON is told by line and column")
    func broken() async throws {
        try await Bench.at { bench in
            expect(try bench.export(try bench.write("{\n  \"name\": oops\n}", to: "bad.json")), code: 78, says: ["line 2", "column 11"])
        }
    }

    @Test("what is not there is told with what is", arguments: [
        (["export", "thenna"], Int32(64), "Did you mean 'thena'?"),
        (["export", "./nowhere.json"], 64, "./nowhere.json"),
        (["export", "thena", "--sandbox", "--resource", "request"], 64, "Did you mean 'requests'?"),
        (["export", "thena", "--sandbox", "--resource", ","], 64, "--resource"),
        (["export", "thena", "--sandbox", "--format", "parquet"], 64, "jsonl or csv"),
        (["export", "thena", "--sandbox", "--format", ""], 64, "jsonl or csv"),
        (["export", "thena", "--sandbox", "--load-id", "today"], 64, "20261123T020000Z-7f3a9c"),
        (["export", "thena", "--sandbox", "--run-id", ""], 64, "1 to 200 bytes"),
        (["export", "thena", "--sandbox", "--dataset", "../up"], 64, "../up"),
        (["export", "thena", "--sandbox", "--max-pages", "0"], 64, "from 1"),
        (["export", "thena", "--sandbox", "--lake", "--json"], 64, "--lake needs a value"),
        (["export", "thena", "--sandbox", "--lake"], 64, "--lake needs a value"),
        (["export", "thena", "--sandbox", "--quit"], 64, "Did you mean --quiet?"),
        (["export", "thena", "--sandbox", "--quiet=yes"], 64, "takes no value"),
        (["export", "thena", "--sandbox-day", "2"], 64, "--sandbox"),
        (["export"], 64, "SOURCE"),
        (["exprt", "thena"], 64, "Did you mean 'export'?"),
        (["sources", "thenna"], 64, "Did you mean 'thena'?"),
        (["loads"], 64, "restlake export thena --sandbox"),
        (["recover", "--dataset", "x"], 64, "x"),
        ([], 64, "restlake COMMAND"),
    ])
    func usage(_ words: [String], code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(words, environment: ["RESTLAKE_LAKE": bench.lake]), code: code, says: [word])
            #expect(tree(bench.lake).isEmpty)
        }
    }
}
