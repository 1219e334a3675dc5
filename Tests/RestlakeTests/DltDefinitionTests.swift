import Foundation
import LakeJSON
import Testing

@Suite("Definitions in dlt's own words run unchanged, as JSON")
struct DltDefinitionTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    struct Definition: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// As dlt takes it: `client`, `resource_defaults`, `resources`. BASE is the API's address.
        var text: String
        var environment: [String: String] = [:]
        /// The ids of each table.
        var rows: [String: [Int]]
        /// Whether the run shall warn, as it does of a secret that the definition spells out.
        var warns = false
        var answer: @Sendable (Request) -> Answer
    }

    private static func list(_ ids: some Sequence<Int>, _ more: String = "") -> Answer { .page(#"[\#(ids.map { #"{"id": \#($0)\#(more)}"# }.joined(separator: ", "))]"#) }

    private static func at(_ path: String, _ pages: [String?: Answer], by name: String, _ request: Request) -> Answer {
        guard request.path == path, let answer = pages[request.query[name]] else { return .page("{}", status: 404) }
        return answer
    }

    // MARK: Shapes of a definition

    private static let shapes = [
        Definition(
            testDescription: "resources as names, a base URL with a slash at its end",
            text: #"{"client": {"base_url": "BASE/api/"}, "resources": ["posts", "comments"]}"#, rows: ["posts": [1, 2], "comments": [3]]
        ) { $0.path == "/api/posts" ? list(1...2) : $0.path == "/api/comments" ? list([3]) : .page("{}", status: 404) },
        Definition(
            testDescription: "an endpoint as a path, and an absolute URL as a path",
            text: #"{"client": {"base_url": "BASE/wrong"}, "resources": [{"name": "posts", "endpoint": "BASE/right/posts"}]}"#, rows: ["posts": [1]]
        ) { $0.path == "/right/posts" ? list([1]) : .page("{}", status: 404) },
        Definition(
            testDescription: "resource_defaults, merged one level deep, and null that takes one back",
            text: """
                {"client": {"base_url": "BASE/"},
                 "resource_defaults": {"primary_key": "id", "write_disposition": "merge",
                                       "endpoint": {"params": {"per_page": 100, "state": "open"}, "headers": {"X-Kind": "a"}, "paginator": "single_page"}},
                 "resources": ["plain", {"name": "own", "endpoint": {"path": "own", "params": {"per_page": 7, "state": null, "q": true}}}]}
                """,
            rows: ["plain": [1], "own": [2]]
        ) { request in
            switch (request.path, request.header("X-Kind")) {
            case ("/plain", "a"): request.query == ["per_page": "100", "state": "open"] ? list([1]) : .page("{}", status: 400)
            case ("/own", "a"): request.query == ["per_page": "7", "q": "true"] ? list([2]) : .page("{}", status: 400)
            default: .page("{}", status: 404)
            }
        },
        Definition(
            testDescription: "hints: a key of two fields, a disposition with a strategy, nesting, parallelized",
            text: """
                {"client": {"base_url": "BASE/"}, "resources": [{
                    "name": "posts", "primary_key": ["id", "lang"], "write_disposition": {"disposition": "merge", "strategy": "upsert"},
                    "max_table_nesting": 0, "parallelized": true, "endpoint": {"path": "posts", "method": "GET", "paginator": "single_page"}}]}
                """,
            rows: ["posts": [1, 1]]
        ) { _ in .page(#"[{"id": 1, "lang": "en", "tags": ["a"]}, {"id": 1, "lang": "de", "tags": ["b"]}]"#) },
        Definition(
            testDescription: "data_selector as JSONPath", text: """
                {"client": {"base_url": "BASE/", "paginator": "single_page"}, "resources": [
                    {"name": "a", "endpoint": {"path": "x", "data_selector": "$.data.results[*]"}}, {"name": "b", "endpoint": {"path": "x", "data_selector": "data.results"}},
                    {"name": "c", "endpoint": {"path": "x", "data_selector": "data['odd key']"}}, {"name": "d", "endpoint": {"path": "y", "data_selector": "$"}}]}
                """,
            rows: ["a": [1, 2], "b": [1, 2], "c": [3], "d": [4]]
        ) { $0.path == "/y" ? .page(#"{"id": 4}"#) : .page(#"{"data": {"results": [{"id": 1}, {"id": 2}], "odd key": [{"id": 3}]}}"#) },
    ]

    // MARK: Paginators

    private static func paged(_ name: String, _ paginator: String, _ endpoint: String = "", rows: [Int], _ answer: @escaping @Sendable (Request) -> Answer) -> Definition {
        Definition(
            testDescription: name,
            text: #"{"client": {"base_url": "BASE/"}, "resources": [{"name": "posts", "endpoint": {"path": "posts", "paginator": \#(paginator)\#(endpoint)}}]}"#,
            rows: ["posts": rows], answer: answer)
    }

    private static let paginators = [
        paged("json_link", #"{"type": "json_link", "next_url_path": "paging.next"}"#, rows: Array(1...4)) {
            at("/posts", [nil: .items(1...2, #""paging": {"next": "/posts?after=x"}"#), "x": .items(3...4, #""paging": {"next": null}"#)], by: "after", $0)
        },
        paged("json_response, its old name", #"{"type": "json_response", "next_url_path": "next"}"#, rows: Array(1...4)) {
            at("/posts", [nil: .items(1...2, #""next": "/posts?after=x""#), "x": .items(3...4)], by: "after", $0)
        },
        paged("header_link", #"{"type": "header_link", "links_next_key": "next"}"#, rows: Array(1...4)) { request in
            request.query["page"] == "2" ? list(3...4)
                : .page(#"[{"id": 1}, {"id": 2}]"#, headers: ["Content-Type: application/json", #"Link: </posts?page=2>; rel="next", </posts?page=2>; rel="last""#])
        },
        paged("header_cursor", #"{"type": "header_cursor", "cursor_key": "X-Next-Cursor", "cursor_param": "cursor"}"#, rows: Array(1...4)) { request in
            request.query["cursor"] == "B" ? list(3...4) : .page(#"[{"id": 1}, {"id": 2}]"#, headers: ["Content-Type: application/json", "X-Next-Cursor: B"])
        },
        paged("cursor", #"{"type": "cursor", "cursor_path": "cursors.next", "cursor_param": "cursor"}"#, rows: Array(1...4)) {
            at("/posts", [nil: .items(1...2, #""cursors": {"next": "B"}"#), "B": .items(3...4, #""cursors": {"next": null}"#)], by: "cursor", $0)
        },
        paged("cursor in the body", #"{"type": "cursor", "cursor_path": "next", "cursor_body_path": "cursor"}"#, #", "method": "POST", "json": {"limit": 2}"#,
              rows: Array(1...4)) { request in
            guard request.json["limit"]?.int == 2 else { return .page("{}", status: 400) }
            return request.json["cursor"] == nil ? .items(1...2, #""next": "B""#) : .items(3...4, #""next": null"#)
        },
        paged("page_number", #"{"type": "page_number", "base_page": 1, "page_param": "p", "total_path": "result.pages", "stop_after_empty_page": false}"#, rows: Array(1...4)) {
            at("/posts", ["1": .items(1...2, #""result": {"pages": 2}"#), "2": .items(3...4, #""result": {"pages": 2}"#)], by: "p", $0)
        },
        paged("page_number until an empty page", #"{"type": "page_number", "base_page": 0, "total_path": null, "stop_after_empty_page": true}"#, rows: Array(1...4)) {
            at("/posts", ["0": list(1...2), "1": list(3...4), "2": list([])], by: "page", $0)
        },
        paged("offset", #"{"type": "offset", "limit": 2, "offset": 0, "limit_param": "take", "offset_param": "skip", "total_path": "count"}"#, rows: Array(1...5)) { request in
            guard request.query["take"].flatMap({ Int($0) }) ?? 0 >= 2 else { return .page("{}", status: 400) }
            return .items((1...5).dropFirst(Int(request.query["skip"] ?? "") ?? 0).prefix(2), #""count": 5"#)
        },
        paged("single_page", #""single_page""#, rows: Array(1...2)) { _ in list(1...2) },
        paged("auto, with pages in the answer", #""auto""#, rows: Array(1...4)) { request in
            (request.query["page"] ?? "1") == "1" ? .items(1...2, #""page": 1, "total_pages": 2"#) : .items(3...4, #""page": 2, "total_pages": 2"#)
        },
    ]

    // MARK: Auth

    private static func guarded(_ name: String, _ auth: String, _ environment: [String: String] = [:], warns: Bool = false, _ isKnown: @escaping @Sendable (Request) -> Bool) -> Definition {
        Definition(
            testDescription: name, text: #"{"client": {"base_url": "BASE/", "auth": \#(auth), "paginator": "single_page"}, "resources": ["posts"]}"#,
            environment: environment, rows: ["posts": [1]], warns: warns
        ) { request in
            if request.path == "/oauth/token" {
                return request.form["client_id"] == "me" && request.form["client_secret"] == "s3" && request.form["scope"] == "all"
                    ? .page(#"{"access_token": "t9", "expires_in": 3600}"#) : .page("{}", status: 401)
            }
            return isKnown(request) ? list([1]) : .page("{}", status: 401)
        }
    }

    private static let auths = [
        guarded("bearer with a token in the definition", #"{"token": "t0"}"#, warns: true) { $0.header("Authorization") == "Bearer t0" },
        guarded("bearer with a token of dlt's environment", #"{"type": "bearer"}"#, ["SOURCES__API__BEARER_TOKEN": "t0"]) { $0.header("Authorization") == "Bearer t0" },
        guarded("api_key", #"{"type": "api_key", "name": "X-Key", "api_key": "k1", "location": "header"}"#, warns: true) { $0.header("X-Key") == "k1" },
        guarded("http_basic", #"{"type": "http_basic", "username": "u", "password": "p"}"#, warns: true) { $0.header("Authorization") == "Basic dTpw" },
        guarded("oauth2_client_credentials", """
            {"type": "oauth2_client_credentials", "access_token_url": "BASE/oauth/token", "client_id": "me", "client_secret": "s3",
             "access_token_request_data": {"scope": "all"}, "default_token_expiration": 600}
            """, warns: true) { $0.header("Authorization") == "Bearer t9" },
    ]

    // MARK: Parents, actions, incremental

    private static let posts = #"{"name": "posts", "primary_key": "id", "endpoint": {"path": "posts", "paginator": "single_page"}}"#

    private static func dependent(_ name: String, _ child: String, _ answer: @escaping @Sendable (Request) -> Answer) -> Definition {
        Definition(
            testDescription: name, text: #"{"client": {"base_url": "BASE/", "paginator": "single_page"}, "resources": [\#(posts), \#(child)]}"#,
            rows: ["posts": [1, 2], "comments": [10, 20]]
        ) { $0.path == "/posts" ? list(1...2) : answer($0) }
    }

    private static let children = [
        dependent("a parent's field in the path, and include_from_parent",
                  #"{"name": "comments", "include_from_parent": ["id"], "endpoint": {"path": "posts/{resources.posts.id}/comments"}}"#) {
            $0.path == "/posts/1/comments" ? list([10]) : $0.path == "/posts/2/comments" ? list([20]) : .page("{}", status: 400)
        },
        dependent("the older form: resolve", """
            {"name": "comments", "endpoint": {"path": "posts/{post_id}/comments",
             "params": {"post_id": {"type": "resolve", "resource": "posts", "field": "id"}, "sort": "id"}}}
            """) { $0.query == ["sort": "id"] ? list([$0.path == "/posts/1/comments" ? 10 : 20]) : .page("{}", status: 400) },
        dependent("a parent's field in params, headers and json", """
            {"name": "comments", "endpoint": {"path": "search", "method": "POST", "params": {"p": "{resources.posts.id}"},
             "headers": {"X-Post": "{resources.posts.id}"}, "json": {"post": {"id": "{resources.posts.id}"}}}}
            """) { request in
            guard let id = request.json["post"]?["id"]?.int, request.query["p"] == "\(id)", request.header("X-Post") == "\(id)" else { return .page("{}", status: 400) }
            return list([id * 10])
        },
        Definition(
            testDescription: "response_actions", text: """
                {"client": {"base_url": "BASE/", "paginator": "single_page"}, "resources": [\(posts),
                 {"name": "comments", "endpoint": {"path": "posts/{resources.posts.id}/comments", "response_actions": [
                     {"status_code": 404, "action": "ignore"}, {"content": "Not found", "action": "ignore"},
                     {"status_code": 200, "content": "no comments", "action": "ignore"}]}}]}
                """,
            rows: ["posts": [1, 2, 3, 4], "comments": [10]]
        ) { request in
            switch request.path {
            case "/posts": list(1...4)
            case "/posts/1/comments": list([10])
            case "/posts/2/comments": .page("{}", status: 404)
            case "/posts/3/comments": .page("Not found here", status: 410)
            default: .page(#"{"message": "no comments"}"#)
            }
        },
        Definition(
            testDescription: "incremental as a parameter, the older form", text: """
                {"client": {"base_url": "BASE/", "paginator": "single_page"}, "resources": [{"name": "posts", "endpoint": {"path": "posts", "params": {
                    "since": {"type": "incremental", "cursor_path": "at", "initial_value": "2024-01-25T11:21:28Z"}}}}]}
                """,
            rows: ["posts": [2, 3]]
        ) { $0.query["since"] == "2024-01-25T11:21:28Z" ? .page(
            #"[{"id": 1, "at": "2024-01-25T11:21:27Z"}, {"id": 2, "at": "2024-01-25T11:21:28Z"}, {"id": 3, "at": "2025-01-01T00:00:00Z"}]"#) : .page("{}", status: 400) },
        Definition(
            testDescription: "incremental of the endpoint, with both ends", text: """
                {"client": {"base_url": "BASE/", "paginator": "single_page"}, "resources": [{"name": "posts", "primary_key": "id",
                 "write_disposition": "merge", "endpoint": {"path": "posts", "params": {"q": "at>{incremental.start_value}"},
                 "incremental": {"start_param": "from", "end_param": "until", "cursor_path": "at", "initial_value": 100, "end_value": 200,
                                 "last_value_func": "max", "lag": 10, "on_cursor_value_missing": "exclude", "range_start": "closed", "range_end": "open"}}}]}
                """,
            rows: ["posts": [1, 2]]
        ) { $0.query == ["q": "at>100", "from": "100", "until": "200"] ? .page(
            #"[{"id": 1, "at": 100}, {"id": 2, "at": 199}, {"id": 3, "at": 200}, {"id": 4}]"#) : .page("{}", status: 400) },
    ]

    @Test("one definition for each feature", arguments: shapes + paginators + auths + children)
    func runs(_ definition: Definition) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(definition.answer)
            let path = try bench.write(definition.text.replacingOccurrences(of: "BASE", with: server.url), to: "api.json")
            let outcome = try bench.export(path, ["--attempts", "1"], environment: definition.environment)
            expect(outcome, code: 0, says: definition.warns ? ["Warning"] : [], never: definition.warns ? [] : ["Warning"])
            for (table, ids) in definition.rows { #expect(try bench.dataset().ids(table) == ids, "\(table)") }
        }
    }

    @Test("what is Python in dlt is named, with what stands in its place", arguments: [
        (#""processing_steps": [{"filter": "lambda x: x"}], "endpoint": "posts""#, "filter"),
        (#""endpoint": {"path": "posts", "incremental": {"cursor_path": "at", "convert": "lambda x: x"}}"#, "epoch_seconds"),
        (#""endpoint": {"path": "posts", "paginator": {"type": "my_paginator"}}"#, "page_number"),
        (#""endpoint": {"path": "posts", "response_actions": [{"status_code": 404, "action": "my_hook"}]}"#, "ignore"),
    ])
    func python(_ members: String, says word: String) async throws {
        try await Bench.at { bench in
            let path = try bench.write(#"{"client": {"base_url": "http://127.0.0.1:1"}, "resources": [{"name": "posts", \#(members)}]}"#, to: "api.json")
            expect(try bench.export(path), code: 78, says: ["resources[0]", word])
        }
    }
}
