import Foundation
import LakeJSON
import Testing

@Suite("Several resources: each has an outcome of its own")
struct OutcomeTests {
    private static func single(_ name: String) -> String {
        #"{"name": "\#(name)", "primary_key": "id", "endpoint": {"path": "\#(name)", "paginator": "single_page"}}"#
    }

    @Test("one that fails is left out, the others are committed", arguments: [
        (FixtureServer.Answer.page("{}", status: 404), "404"), (.page("{}", status: 403), "403"),
        (.page("<html>", headers: ["Content-Type: text/html"]), "text/html"), (.page(#"{"error": "no"}"#), "no"), (.page("{]"), "byte 1"),
    ])
    func oneFails(_ answer: FixtureServer.Answer, _ word: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/a": [.items([1, 2])], "/bad": [answer], "/c": [.items([3])]])
            let definition = try bench.define(server.url, Self.single("a"), Self.single("bad"), Self.single("c"))
            let outcome = try bench.export(definition, ["--attempts", "1"])
            expect(outcome, code: 2, says: ["bad: failed", "bad is failed", word, "partial"])
            let lake = bench.dataset()
            #expect(try lake.outcomes() == ["a": "complete 2", "bad": "failed 0", "c": "complete 1"])
            #expect(!FileManager.default.fileExists(atPath: lake.folder + "/bad"))
            #expect(try lake.ids("a") == [1, 2] && lake.ids("c") == [3])
            expect(try lake.checkSums(bench), code: 0)
            expect(try bench.restlake(["schema", "--lake", bench.lake]), code: 0, says: ["a", "c"], never: ["bad"])
        }
    }

    @Test("one that fails behind its first page publishes none of its rows")
    func failsLate() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/a" { return .items([1]) }
                return request.query["page"] == "1" ? .items(1...10) : .page(#"{"ok": false, "error": "gone"}"#)
            }
            let bad = #"{"name": "bad", "endpoint": {"path": "bad", "paginator": {"type": "page_number", "base_page": 1}}}"#
            expect(try bench.export(try bench.define(server.url, Self.single("a"), bad)), code: 2, says: ["bad: failed"])
            #expect(try bench.dataset().outcomes() == ["a": "complete 1", "bad": "failed 10"])
            #expect(!FileManager.default.fileExists(atPath: bench.dataset().folder + "/bad"))
        }
    }

    @Test("where all fail nothing is published, and every reason is told")
    func allFail() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/b": [.page("{}", status: 410)]])
            let outcome = try bench.export(try bench.define(server.url, Self.single("a"), Self.single("b")))
            expect(outcome, code: 69, says: ["a: the first page was refused with status 404", "b: the first page was refused with status 410", "Nothing was published"])
            #expect(bench.dataset().loads.isEmpty)
        }
    }

    @Test("what makes the API unusable ends the whole run", arguments: [
        (FixtureServer.Answer.page("{}", status: 401), Int32(77)), (.page("{}", status: 500), 75), (.cutBody("[1"), 75),
    ])
    func endsRun(_ answer: FixtureServer.Answer, _ code: Int32) async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/a": [.held(.items([1]))], "/bad": [answer]])
            let definition = try bench.define(server.url, Self.single("a"), Self.single("bad"))
            // The other resource hangs: it must not hold up the end.
            expect(try bench.export(definition, ["--attempts", "1"]), code: code, says: ["bad: ", "Nothing was published"], never: ["stopped."])
            #expect(bench.dataset().loads.isEmpty && bench.dataset().staging.isEmpty, "no page was kept: what refuses the whole run is none")
        }
    }

    private static let users = #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "paginator": "single_page"}}"#
    private static let detail = #"{"name": "user", "primary_key": "id", "endpoint": "users/{resources.users.id}"}"#

    @Test("a dependent resource asks once for each record of its parent, which comes along")
    func dependent() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return .page(#"[{"id": "a/b"}, {"id": "c d"}, {"id": "a/b"}, {"id": ".."}, {"id": ""}, {"id": null}, {"x": 1}]"#) }
                return .page(#"{"data": {"id": "\#(request.path)"}}"#)
            }
            let definition = try bench.define(server.url, Self.users, Self.detail, Self.single("other"))
            let outcome = try bench.export(definition, ["--resource", "user"])
            expect(outcome, code: 2, says: ["users: partial", "2 of 7 records lack their primary key", "user: partial", "for 1 of 3 parents no request could be made", "lack a field"])
            #expect(Set(server.requests.map(\.path)) == ["/users", "/users/a%2Fb", "/users/c%20d"])
            #expect(server.requests.count == 3)
            let log = try bench.dataset().data("_lake/loads/\(#require(bench.dataset().loads.first)).pages.jsonl")
            #expect(log.range(of: Data("c%20d".utf8)) == nil, "a field of a record stands in the page log")
        }
    }

    @Test("one parent that is refused makes it partial, all of them failed", arguments: [1, 3])
    func refusedParents(_ refused: Int) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                guard let id = Int(request.path.split(separator: "/").last ?? "") else { return .page(#"[{"id": 1}, {"id": 2}, {"id": 3}]"#) }
                return id <= refused ? .page("{}", status: 404) : .page(#"{"data": {"id": \#(id)}}"#)
            }
            let outcome = try bench.export(try bench.define(server.url, Self.users, Self.detail))
            expect(outcome, code: 2, says: refused == 1 ? ["user: partial", "1 of 3 requests"] : ["user: failed", "all 3 requests"])
            #expect(try bench.dataset().outcomes() == ["users": "complete 3", "user": refused == 1 ? "partial 2" : "failed 0"])
        }
    }

    @Test("a dependent resource of a parent that is not complete is not complete either")
    func partialParent() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/users" ? .items(1...10) : .page(#"{"id": 1}"#)
            }
            let users = #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "paginator": {"type": "page_number", "base_page": 1}}}"#
            expect(try bench.export(try bench.define(server.url, users, Self.detail), ["--max-pages", "1"]), code: 2,
                   says: ["user: partial", "parent is not complete"])
        }
    }

    @Test("records without their key go to the quarantine, are counted, and make the resource partial")
    func quarantine() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"[{"id": 1}, {"name": "no id"}, 5, {"id": 1}, {"id": 1, "x": 2}]"#) }
            let name = "a/b"
            let resource = #"{"name": "\#(name)", "primary_key": "id", "endpoint": {"path": "x", "paginator": "single_page"}}"#
            expect(try bench.export(try bench.define(server.url, resource)), code: 2, says: ["quarantined", "1 duplicate", "_lake/quarantine/"])
            let record = try bench.dataset().record()
            let file = try #require(record["quarantine"]?.array?.first)
            let path = bench.dataset().folder + "/" + (try #require(file["path"]?.string))
            #expect(path.contains("_lake/quarantine/a_b_"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let counts = try #require(record["resources"]?.array?.first?["counts"])
            let parts = ["written", "duplicate", "filtered", "quarantined"].map { counts[$0]?.int ?? -1 }
            #expect(counts["fetched"]?.int == 5 && parts.reduce(0, +) == 5)
        }
    }

    @Test("a page bomb of resources side by side and one after the other gives the same rows", arguments: ["1", "2", "64"])
    func parallel(_ parallel: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in .items(1...(Int(request.path.dropFirst(2)) ?? 1)) }
            let resources = (1...20).map { Self.single("r\($0)") }.joined(separator: ",")
            expect(try bench.export(try bench.define(server.url, resources), ["--parallel", parallel]), code: 0)
            let record = try bench.dataset().record()
            #expect(record["resources"]?.array?.compactMap { $0["name"]?.string } == (1...20).map { "r\($0)" })
            #expect(record["resources"]?.array?.compactMap { $0["counts"]?["written"]?.int } == Array(1...20))
        }
    }
}
