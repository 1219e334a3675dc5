import Foundation
import LakeJSON
import Testing

@Suite("restlake init: an API's answers as a definition")
struct InitCommandTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    /// 25 records, so many a page, as different APIs hand them out.
    private static let server: @Sendable (Request) -> Answer = { request in
        let size = Int(request.query["limit"] ?? request.query["per_page"] ?? "10") ?? 10
        let page = { (first: Int) in (min(25, first)..<min(25, first + size)).map { #"{"ID": \#($0), "updatedAt": "2026-01-01T00:00:\#(10 + $0)Z"}"# }.joined(separator: ",") }
        let number = Int(request.query["page"] ?? "1") ?? 1
        let start = (number - 1) * size
        let next = "http://\(request.header("Host") ?? "")\(request.path)?page=\(number + 1)"
        switch request.path {
        case "/v1/cursor":
            let first = Int(request.query["cursor"] ?? "0") ?? 0
            return .page(#"{"data": {"results": [\#(page(first))], "next_cursor": \#(first + size < 25 ? "\"\(first + size)\"" : "null")}}"#)
        case "/v1/numbers": return .page(#"{"items": [\#(page(max(0, start)))], "page": \#(number), "total": 25}"#)
        case "/v1/bare": return .page("[\(page(max(0, start)))]")
        case "/v1/offset":
            let first = Int(request.query["offset"] ?? "0") ?? 0
            return .page(#"{"results": [\#(page(first))], "offset": \#(first), "limit": \#(size), "total": 25}"#)
        case "/v1/link":
            return .page("[\(page(start))]", headers: ["Content-Type: application/json"] + (start + size < 25 ? [#"Link: <\#(next)>; rel="next""#] : []))
        case "/v1/json/": return .page(#"{"count": 25, "next": \#(start + size < 25 ? "\"\(next)\"" : "null"), "results": [\#(page(start))]}"#)
        case "/v1/json": return .page("{}", status: 301, headers: ["Location: /v1/json/"])
        case "/v1/all", "/": return .page("[" + (0..<25).map { #"{"ID": \#($0)}"# }.joined(separator: ",") + "]")
        case "/v1/one": return .page(#"[{"ID": 1}]"#)
        case "/v1/empty": return .page(#"{"items": []}"#)
        case "/v1/object": return .page(#"{"hello": "world"}"#)
        case "/v1/html": return .page("<html></html>", headers: ["Content-Type: text/html"])
        case "/v1/refused": return .page("{}", status: 403)
        case "/v1/bearer" where request.header("Authorization") == "Bearer s3cret": return .page(#"[{"id": 1}, {"id": 2}]"#)
        case "/v1/basic" where request.header("Authorization") == "Basic " + Data("u:s3cret".utf8).base64EncodedString(): return .page(#"[{"id": 1}, {"id": 2}]"#)
        case "/v1/header" where request.header("X-My-Key") == "s3cret": return .page(#"[{"id": 1}, {"id": 2}]"#)
        case "/v1/query" where request.query["my_key"] == "s3cret": return .page(#"[{"id": 1}, {"id": 2}]"#)
        case "/v1/bearer", "/v1/basic", "/v1/header", "/v1/query": return .page("{}", status: 401)
        default: return .page("{}", status: 404)
        }
    }

    struct API: Sendable, CustomTestStringConvertible {
        var url: String
        /// Stands in the definition.
        var says: [String]
        var records = 25
        var testDescription: String { url }
    }

    @Test("what it writes is checked and exports every record", arguments: [
        API(url: "/v1/cursor", says: [#""type":"cursor""#, #""cursor_path":"data.next_cursor""#, #""data_selector": "data.results""#]),
        API(url: "/v1/numbers", says: [#""type":"page_number""#, #""page_param":"page""#, #""data_selector": "items""#]),
        API(url: "/v1/numbers?page=1&limit=5", says: [#""page_param":"page""#, #""params": {"limit": "5"}"#]),
        API(url: "/v1/bare?page=1&per_page=5", says: [#""page_param":"page""#, #""data_selector": "$""#]),
        API(url: "/v1/offset?limit=7&offset=0", says: [#""type":"offset","limit":7"#]),
        API(url: "/v1/link?per_page=10", says: [#""type":"header_link""#, #""per_page": "10""#]),
        API(url: "/v1/json/", says: [#""type":"json_link","next_url_path":"next""#, #""path": "json/""#]),
        API(url: "/v1/json", says: [#""type":"json_link""#, #""path": "json""#]),
        API(url: "/v1/one", says: [#""paginator": "auto""#], records: 1),
    ])
    func whole(_ api: API) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let made = try bench.restlake(["init", server.url + api.url, "--out", "it.json"])
            expect(made, code: 0, says: ["'ID'", "./it.json", "restlake check ./it.json"])
            #expect(made.out.isEmpty)
            let text = try String(contentsOfFile: bench.folder + "/it.json", encoding: .utf8)
            for word in api.says + [#""primary_key": "ID""#, #""base_url": "\#(server.url)/v1""#] {
                #expect(text.contains(word), "expected \(word) in\n\(text)")
            }
            expect(try bench.restlake(["check", "it.json"]), code: 0, says: ["1 resource checked"])
            expect(try bench.export("it.json"), code: 0)
            let dataset = bench.dataset()
            #expect(dataset.loads.count == 1)
            let resource = try #require(try dataset.record()["resources"]?.array?.first)
            #expect(resource["counts"]?["written"]?.int == api.records)
            #expect(resource["outcome"]?.string == "complete")
        }
    }

    @Test("a field that grows with every change is proposed under its own name")
    func changes() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            expect(try bench.restlake(["init", server.url + "/v1/cursor", "--out", "-"]), code: 0, says: [#"// "incremental": {"cursor_path": "updatedAt""#])
        }
    }

    @Test("a URL's parts come back as they were sent", arguments: [
        ("/v1/a%20b/c%2Fd?x=1&x=2&j=%7B%22a%22:1%7D&sp=a+b%26c&flag&u=%C3%BC", "/v1/a%20b/c%2Fd", ["x": "1", "j": #"{"a":1}"#, "sp": "a b&c", "flag": "", "u": "ü"], "c_d"),
        ("", "/", [:], "records"),
        ("/", "/", [:], "records"),
        ("?limit=5", "/", ["limit": "5"], "records"),
        ("/v1//items/", "/v1//items/", [:], "items"),
        ("/%7Bx%7D.json", "/%7Bx%7D.json", [:], "records"),
        ("/2026?q=%25", "/2026", ["q": "%"], "records"),
    ] as [(String, String, [String: String], String)])
    func parts(_ url: String, path: String, query: [String: String], resource: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"[{"id": 1}, {"id": 2}]"#) }
            let made = try bench.restlake(["init", server.url + url, "--out", "it.json"])
            expect(made, code: 0)
            let first = try #require(server.requests.first)
            #expect(first.path == path)
            let sent = URLComponents(string: first.target.replacingOccurrences(of: "+", with: "%20"))?.queryItems ?? []
            for (name, value) in query { #expect(sent.first { $0.name == name }?.value ?? "" == value, "\(first.target)") }
            if url.contains("x=2") { #expect(sent.filter { $0.name == "x" }.map(\.value) == ["1", "2"]) }
            let before = server.requests.count
            expect(try bench.restlake(["check", "it.json"]), code: 0, says: ["\n\(resource)\n"])
            #expect(server.requests[before].target == first.target)
        }
    }

    @Test("a wrong URL, option or file is told before anything is asked", arguments: [
        (["nowhere"], Int32(64), "https://api.example.com"), (["ftp://example.com/x"], 64, "https://"), (["http://u:p@example.com/x"], 64, "user name"),
        (["https://example.com/x#y"], 64, "#"), (["https://example.com/x?api_key=s3cret"], 64, "--auth query:api_key"), ([], 64, "1 argument"),
        (["https://example.com/x", "--auth", "digest"], 64, "api_key:HEADER"), (["https://example.com/x", "--auth", "api_key:"], 64, "api_key:HEADER"),
        (["https://example.com/x", "--auth", "api_key:No Header"], 64, "header name"), (["https://example.com/x", "--auth", "bearer"], 78, "bearer_token"),
        (["http://example.com/x", "--auth", "bearer"], 78, "https"), (["https://example.com/x", "--out", "there.json"], 73, "there.json"),
        (["https://example.com/x", "--name", "a b/c"], 64, "name"),
    ] as [([String], Int32, String)])
    func refused(_ words: [String], code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            try bench.write("mine", to: "there.json")
            expect(try bench.restlake(["init"] + words), code: code, says: [word], never: ["s3cret"])
            #expect(try String(contentsOfFile: bench.folder + "/there.json", encoding: .utf8) == "mine")
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder).sorted() == ["home", "there.json"])
        }
    }

    @Test("an API that gives no list is told apart, and nothing is written", arguments: [
        ("/v1/bearer", Int32(77), "--auth bearer"), ("/v1/refused", 77, "--auth bearer"), ("/v1/gone", 69, "404"), ("/v1/html", 65, "text/html"),
        ("/v1/object", 65, "hello"),
    ] as [(String, Int32, String)])
    func noList(_ path: String, code: Int32, says word: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            expect(try bench.restlake(["init", server.url + path, "--out", "it.json"]), code: code, says: [word])
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/it.json"))
        }
    }

    @Test("nobody listens: told once, with the host")
    func nobody() async throws {
        try await Bench.at { bench in
            let url = "http://127.0.0.1:\(FixtureServer.deadPort())/items"
            let outcome = try bench.restlake(["init", url, "--attempts", "1"])
            expect(outcome, code: 69, says: ["no connection to 127.0.0.1"])
        }
    }

    @Test("each kind of auth asks with its secret and writes where it is taken from", arguments: [
        ("/v1/bearer", "bearer", ["RESTLAKE_API_BEARER_TOKEN": "s3cret"]), ("/v1/header", "api_key:X-My-Key", ["RESTLAKE_API_API_KEY": "s3cret"]),
        ("/v1/query", "query:my_key", ["RESTLAKE_API_API_KEY": "s3cret"]),
        ("/v1/basic", "basic", ["RESTLAKE_API_USERNAME": "u", "RESTLAKE_API_PASSWORD": "s3cret"]),
    ] as [(String, String, [String: String])])
    func auth(_ path: String, kind: String, environment: [String: String]) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let made = try bench.restlake(["init", server.url + path, "--auth", kind, "--out", "it.json"], environment: environment)
            expect(made, code: 0, never: ["s3cret"])
            let text = try String(contentsOfFile: bench.folder + "/it.json", encoding: .utf8)
            #expect(!text.contains("s3cret") && environment.keys.allSatisfy(text.contains))
            expect(try bench.export("it.json", environment: environment), code: 0, never: ["s3cret"])
        }
    }

    @Test("a full page with no sign of a second one is written, told as not proven, with what helps")
    func unproven() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page("[" + (0..<100).map { #"{"id": \#($0)}"# }.joined(separator: ",") + "]") }
            let made = try bench.restlake(["init", server.url + "/items", "--out", "it.json"])
            expect(made, code: 2, says: ["not proven", "?limit=2", "single_page", "Written to ./it.json"])
            expect(try bench.restlake(["check", "it.json"]), code: 0)
        }
    }

    @Test("an empty list says that nothing is known of its records")
    func empty() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            expect(try bench.restlake(["init", server.url + "/v1/empty", "--out", "it.json"]), code: 0, says: ["No record came"])
            expect(try bench.restlake(["check", "it.json"]), code: 0)
        }
    }

    @Test("fields that only happen to differ are no key", arguments: [
        (#"[{"name": "a"}, {"name": "b"}]"#, nil), (#"[{"id": 1}, {"id": 1}]"#, nil), (#"[{"id": 1}, {"id": null}]"#, nil),
        (#"[{"uuid": "a", "name": "x"}, {"uuid": "b", "name": "x"}]"#, "uuid"), (#"[{"itemId": 1}, {"itemId": 2}]"#, "itemId"),
        (#"[{"user": {"id": 1}}, {"user": {"id": 2}}]"#, nil), (#"[{"Id": 5}]"#, "Id"),
    ] as [(String, String?)])
    func keys(_ page: String, key: String?) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(page) }
            let made = try bench.restlake(["init", server.url + "/items", "--out", "-"])
            #expect(made.out.contains("\"primary_key\": \"\(key ?? "")\",") == (key != nil), "\(made.both)")
            #expect(made.out.contains(key == nil ? #""write_disposition": "replace""# : #""write_disposition": "merge""#))
        }
    }

    @Test("the name comes from the host, and the file from the name")
    func names() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(Self.server)
            let url = server.url.replacingOccurrences(of: "127.0.0.1", with: "localhost")
            expect(try bench.restlake(["init", url + "/v1/one"]), code: 0, says: ["./localhost.json"])
            expect(try bench.restlake(["init", url + "/v1/one", "--name", "mine"]), code: 0, says: ["./mine.json"])
            expect(try bench.restlake(["init", url + "/v1/one", "--name", "mine"]), code: 73, says: ["mine.json", "--out"])
            expect(try bench.restlake(["init", url + "/v1/one", "--out", "no/such/folder.json"]), code: 73)
        }
    }
}
