import Foundation
import LakeJSON
import Testing

@Suite("Corners: parents that fail, empty snapshots, secrets on their way")
struct CornerTests {
    private static let children = [
        #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "paginator": "single_page"}}"#,
        #"{"name": "notes", "endpoint": {"path": "users/{resources.users.id}/notes", "paginator": "single_page", "data_selector": "data"}}"#,
    ]

    @Test("a dependent resource fails with its parent, for its parent's reason, and nothing is committed")
    func failedParent() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/users": [.page("{}", status: 403)]])
            let outcome = try bench.export(try bench.define(server.url, Self.children[0], Self.children[1]))
            expect(outcome, code: 77, says: ["users: the first page was refused with status 403", "notes: it depends on users, which failed", "Nothing was published"])
            #expect(bench.dataset().loads.isEmpty)
        }
    }

    @Test("an empty snapshot does not replace one with rows, however often it comes")
    func emptySnapshot() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/a": [.page(#"{"data": [{"n": 1}, {"n": 2}]}"#), .page(#"{"data": []}"#), .page(#"{"data": []}"#)]])
            let definition = try bench.define(
                server.url, #"{"name": "a", "endpoint": {"path": "a", "paginator": "single_page", "data_selector": "data"}}"#)
            expect(try bench.export(definition), code: 0)
            let live = try bench.dataset().document("manifest.json")["tables"]?["a"]?["live_files"]
            for _ in 0..<2 {
                expect(try bench.export(definition), code: 2, says: ["no record came, but the last load had 2"])
                #expect(try bench.dataset().document("manifest.json")["tables"]?["a"]?["live_files"] == live)
            }
        }
    }

    @Test("records of a resource that failed are counted nowhere as written")
    func failedCounts() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/good" { return .page(#"[{"id": 1}, {"id": 2}, {"id": 3}]"#) }
                return request.query["page"] == "1" ? .items(1...20) : .page(#"{"ok": false, "error": "gone"}"#)
            }
            let outcome = try bench.export(try bench.define(
                server.url, #"{"name": "good", "primary_key": "id", "endpoint": {"path": "good", "paginator": "single_page"}}"#,
                #"{"name": "bad", "endpoint": {"path": "bad", "paginator": {"type": "page_number", "base_page": 1}}}"#))
            expect(outcome, code: 2, says: ["3 records in 3 rows"])
            #expect(try bench.dataset().document("manifest.json")["loads"]?.array?.first?["records"]?.int == 3)
        }
    }

    @Test("a total that a dependent resource is told to ignore is ignored")
    func totalCheck() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return .page(#"[{"id": 1}]"#) }
                return .page(#"{"data": [{"n": 1}, {"n": 2}], "total": 99}"#)
            }
            let notes = #"{"name": "notes", "endpoint": {"path": "users/{resources.users.id}/notes", "paginator": "single_page", "data_selector": "data""#
            expect(try bench.export(try bench.define(server.url, Self.children[0], notes + "}}")), code: 2, says: ["the API states 99"])
            expect(try bench.export(try bench.define(server.url, Self.children[0], notes + #", "total_check": "ignore"}}"#)), code: 0)
        }
    }

    @Test("nothing that looks like a secret leaves this machine over plain http", arguments: [
        (#""headers": {"Authorization": "Bearer abc"}"#, ""), (#""headers": {"X-Api-Key": "abc"}"#, ""), ("", #", "params": {"private_token": "abc"}"#),
    ])
    func plainHTTP(_ client: String, _ params: String) async throws {
        try await Bench.at { bench in
            let definition = try bench.define(
                "http://host.invalid", #"{"name": "a", "endpoint": {"path": "a", "paginator": "single_page"\#(params)}}"#, client: client)
            expect(try bench.export(definition, ["--attempts", "1"]), code: 78, says: ["plain http", "https"], never: ["abc"])
        }
    }

    @Test("two Authorization headers are a mistake of the definition")
    func twoHeaders() async throws {
        try await Bench.at { bench in
            let definition = try bench.define(
                "http://127.0.0.1:1", #"{"name": "a", "endpoint": "a"}"#,
                client: #""auth": {"type": "bearer"}, "headers": {"Authorization": "Basic abc"}"#)
            expect(try bench.export(definition, environment: ["RESTLAKE_API_BEARER_TOKEN": "x"]), code: 78, says: ["Authorization", "Keep one"])
        }
    }

    @Test("a secrets file with the line ends of another system is read")
    func lineEnds() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.headers.contains("Authorization: Bearer t0k") ? .page(#"[{"id": 1}]"#) : .page("{}", status: 401)
            }
            try bench.write("[sources.api]\r\nbearer_token = \"t0k\"\r\n", to: ".restlake/secrets.toml")
            let definition = try bench.define(
                server.url, #"{"name": "a", "endpoint": {"path": "a", "paginator": "single_page"}}"#, client: #""auth": {"type": "bearer"}"#)
            expect(try bench.export(definition), code: 0, never: ["t0k"])
        }
    }
}
