import Foundation
import LakeJSON
import Testing

@Suite("Dependent resources: asked once for each record of the parent, in the parent's order")
struct DependentTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    private static let users = #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "data_selector": "data", "paginator": "single_page"}}"#

    private static func notes(_ endpoint: String, _ more: String = "") -> String {
        #"{"name": "notes"\#(more), "endpoint": {"data_selector": "data", "paginator": "single_page", \#(endpoint)}}"#
    }

    private static func records(_ texts: some Sequence<String>) -> Answer { .page(#"{"data": [\#(texts.joined(separator: ", "))]}"#) }

    /// Users with these members beside their ids.
    private static func users(_ ids: some Sequence<Int>, _ more: String = "") -> Answer { records(ids.map { #"{"id": \#($0)\#(more)}"# }) }

    // MARK: Places

    struct Place: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var endpoint: String
        /// The user that a request asks for.
        var user: @Sendable (Request) -> String?
    }

    private static let places = [
        Place(testDescription: "path", endpoint: #""path": "users/{resources.users.id}/notes""#) { $0.path.split(separator: "/").dropFirst().first.map(String.init) },
        Place(testDescription: "params", endpoint: #""path": "notes", "params": {"user": "{resources.users.id}", "kind": "all"}"#) {
            $0.query["kind"] == "all" ? $0.query["user"] : nil
        },
        Place(testDescription: "json, with its own type", endpoint: #""path": "notes", "method": "POST", "json": {"where": {"user": "{resources.users.id}"}, "all": true}"#) {
            $0.method == "POST" && $0.json["all"]?.bool == true ? ($0.json["where"]?["user"]?.int).map { "\($0)" } : nil
        },
        Place(testDescription: "json, inside a text", endpoint: #""path": "notes", "method": "POST", "json": {"query": "user:{resources.users.id} {{x}}"}"#) {
            $0.json["query"]?.string.flatMap { $0.hasSuffix(" {x}") ? String($0.dropFirst(5).dropLast(4)) : nil }
        },
        Place(testDescription: "headers", endpoint: #""path": "notes", "headers": {"X-User": "u-{resources.users.id}"}"#) {
            $0.header("X-User").map { String($0.dropFirst(2)) }
        },
        Place(testDescription: "data, as a form", endpoint: #""path": "notes", "method": "POST", "data": {"user": "{resources.users.id}", "a b": "c&d"}"#) {
            $0.form["a b"] == "c&d" ? $0.form["user"] : nil
        },
    ]

    @Test("a field of the parent stands wherever a request has a place for it", arguments: places)
    func place(_ place: Place) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users([7, 3, 5]) }
                guard let user = place.user(request) else { return .page("{}", status: 400) }
                return Self.records([#"{"text": "of \#(user)"}"#])
            }
            expect(try bench.export(try bench.define(server.url, Self.users, Self.notes(place.endpoint))), code: 0, says: ["notes: complete"])
            #expect(try bench.dataset().rows("notes").map { $0["text"]?.string } == ["of 7", "of 3", "of 5"])
            #expect(try bench.dataset().resource("notes")["evidence"]?.string == "all_parents")
        }
    }

    @Test("a value is one segment of a path, whatever characters it has")
    func encoding() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/users" ? .page(#"{"data": [{"id": "a/b?c#d e%é"}]}"#) : Self.records([#"{"n": 1}"#])
            }
            let endpoint = #""path": "users/{resources.users.id}/notes", "params": {"q": "{resources.users.id}"}"#
            expect(try bench.export(try bench.define(server.url, Self.users, Self.notes(endpoint))), code: 0)
            let asked = try #require(server.requests.last)
            #expect(asked.path == "/users/a%2Fb%3Fc%23d%20e%25%C3%A9/notes")
            #expect(asked.query["q"] == "a/b?c#d e%é")
        }
    }

    // MARK: Chains and columns of the parent

    @Test("a chain of three: the children of children")
    func chain() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                let parts = request.path.split(separator: "/").compactMap { Int($0) }
                return switch parts.count {
                case 0: Self.users(1...2)
                case 1: Self.records((1...2).map { #"{"id": \#(parts[0] * 10 + $0)}"# })
                default: Self.records([#"{"key": "\#(parts[0])"}"#])
                }
            }
            let teams = #"{"name": "teams", "endpoint": {"path": "users/{resources.users.id}", "data_selector": "data", "paginator": "single_page"}}"#
            let members = """
                {"name": "members", "include_from_parent": ["id"], "endpoint": {"path": "teams/{resources.teams.id}/members/0", "data_selector": "data", \
                "paginator": "single_page"}}
                """
            // Children may stand before their parents.
            expect(try bench.export(try bench.define(server.url, members, teams, Self.users)), code: 0)
            let lake = bench.dataset()
            #expect(try lake.ids("teams") == [11, 12, 21, 22])
            #expect(try lake.rows("members").map { $0["key"]?.string } == ["11", "12", "21", "22"])
            #expect(try lake.rows("members").map { $0["_teams_id"]?.int } == [11, 12, 21, 22])
        }
    }

    @Test("include_from_parent puts fields of the parent into the rows, with their own types, and into no other table")
    func included() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/users"
                    ? .page(#"{"data": [{"id": 1, "name": "Ö\"", "at": 12345678901234567890}, {"id": 2, "name": null, "at": 2}]}"#)
                    : Self.records([#"{"tags": ["a", "b"]}"#, "{}"])
            }
            let notes = Self.notes(#""path": "users/{resources.users.id}/notes""#, #", "include_from_parent": ["id", "name", "at"]"#)
            expect(try bench.export(try bench.define(server.url, Self.users, notes)), code: 0)
            let rows = try bench.dataset().rows("notes")
            #expect(rows.map { $0["_users_id"]?.int } == [1, 1, 2, 2])
            #expect(rows.map { $0["_users_name"]?.string } == ["Ö\"", "Ö\"", nil, nil])
            #expect(rows.map { $0["_users_at"].map(Leaves.characters) } == ["12345678901234567890", "12345678901234567890", "2", "2"])
            #expect(try bench.dataset().rows("notes__tags").allSatisfy { $0["_users_id"] == nil })
            let file = try #require(bench.dataset().files(try bench.dataset().record(), "csv").first { $0.table == "notes" })
            #expect(try bench.dataset().csv(file.path).header.contains("_users_id"))
        }
    }

    @Test("only a child asked for: its parent is read too")
    func onlyChild() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { $0.path == "/users" ? Self.users(1...2) : Self.records([#"{"n": 1}"#]) }
            let definition = try bench.define(server.url, Self.users, Self.notes(#""path": "users/{resources.users.id}/notes""#))
            expect(try bench.export(definition, ["--resource", "notes"]), code: 0)
            #expect(try bench.dataset().outcomes()["notes"] == "complete 2")
        }
    }

    // MARK: What goes wrong for one parent

    @Test("404 of one parent: complete where it is declared to be ignored, partial where not; counted in both", arguments: [true, false])
    func oneRefused(_ declared: Bool) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users(1...3) }
                return request.path.contains("/2/") ? .page("{}", status: 404) : Self.records([#"{"n": 1}"#])
            }
            let actions = declared ? #", "response_actions": [{"status_code": 404, "action": "ignore"}]"# : ""
            let notes = Self.notes(#""path": "users/{resources.users.id}/notes"\#(actions)"#)
            let outcome = try bench.export(try bench.define(server.url, Self.users, notes))
            expect(outcome, code: declared ? 0 : 2)
            #expect(try bench.dataset().outcomes()["notes"] == "\(declared ? "complete" : "partial") 2")
            #expect(try bench.dataset().findings("notes").contains("1 of 3"))
        }
    }

    @Test("404 on a later page of one parent is partial, also where 404 is declared to be ignored")
    func refusedInside() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users(1...2) }
                if request.query["after"] != nil { return .page("{}", status: 404) }
                return .page(#"{"data": [{"n": 1}], "next": \#(request.path.contains("/2/") ? #""A""# : "null")}"#)
            }
            let notes = """
                {"name": "notes", "endpoint": {"path": "users/{resources.users.id}/notes", "data_selector": "data", \
                "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}, \
                "response_actions": [{"status_code": 404, "action": "ignore"}]}}
                """
            expect(try bench.export(try bench.define(server.url, Self.users, notes)), code: 2, says: ["404", "page 2"])
            #expect(try bench.dataset().outcomes()["notes"] == "partial 2")
        }
    }

    @Test("a parent without the field: partial, skipped or failed, as declared", arguments: [
        ("", Int32(2), "partial 2"), (#", "on_missing_parent_field": "partial""#, 2, "partial 2"), (#", "on_missing_parent_field": "skip""#, 0, "complete 2"),
        (#", "on_missing_parent_field": "fail""#, 2, "failed"),
    ])
    func missingField(_ declared: String, code: Int32, outcome expected: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/users" ? .page(#"{"data": [{"id": 1}, {"ref": 2}, {"id": 3}]}"#) : Self.records([#"{"n": 1}"#])
            }
            let users = Self.users.replacingOccurrences(of: #""primary_key": "id", "#, with: "")
            let notes = Self.notes(#""path": "users/{resources.users.id}/notes""#, declared)
            let outcome = try bench.export(try bench.define(server.url, users, notes))
            expect(outcome, code: code)
            #expect(try bench.dataset().outcomes()["notes"]?.hasPrefix(expected) == true)
            #expect(try bench.dataset().outcomes()["users"] == "complete 3")
            #expect(try bench.dataset().findings("notes").contains("id") || outcome.both.contains("id"))
            #expect(server.requests.count <= 3)
        }
    }

    @Test("a loop in the pages of one parent fails the resource; the others' pages are no part of it")
    func loopOfOne() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users(1...2) }
                // The same records and cursors for both: each parent is a walk of its own.
                let next = request.query["after"] == nil ? #""A""# : request.path.contains("/2/") ? #""A""# : "null"
                return .page(#"{"data": [{"n": \#(request.query["after"] == nil ? 1 : 2)}], "next": \#(next)}"#)
            }
            let notes = """
                {"name": "notes", "endpoint": {"path": "users/{resources.users.id}/notes", "data_selector": "data", \
                "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}}}
                """
            expect(try bench.export(try bench.define(server.url, Self.users, notes)), code: 2, says: ["notes", "circle"])
            let outcomes = try bench.dataset().outcomes()
            #expect(outcomes["users"] == "complete 2" && outcomes["notes"]?.hasPrefix("failed") == true)
            #expect(try bench.dataset().rows("notes").isEmpty)
        }
    }

    // MARK: Side by side

    /// A user's notes: two pages by cursor, of lengths that differ from user to user.
    private static func answer(_ request: Request) -> Answer {
        if request.path == "/users" { return users(1...24) }
        let user = Int(request.path.split(separator: "/")[1]) ?? 0
        let page = request.query["after"] == nil ? 0 : 1
        let notes = (0..<(user % 4 + 1)).map { #"{"id": "\#(user)-\#(page)-\#($0)", "tags": ["t\#($0)", "u\#(user)"]}"# }
        return .page(#"{"data": [\#(notes.joined(separator: ", "))], "next": \#(page == 0 && user % 3 != 0 ? #""A""# : "null")}"#)
    }

    @Test("children are read side by side, and the files are the same to the byte, whatever comes first", arguments: [
        ["--parallel", "1"], ["--parallel", "8"], [],
    ])
    func sameBytes(_ options: [String]) async throws {
        try await Bench.at { bench in
            let quick = FixtureServer { Self.answer($0) }
            // Later users answer first; no two runs in the same order.
            let slow = FixtureServer { .late(.random(in: 0...12), Self.answer($0)) }
            let notes = """
                {"name": "notes", "include_from_parent": ["id"], "endpoint": {"path": "users/{resources.users.id}/notes", "data_selector": "data", \
                "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}}}
                """
            var trees: [[String: Data]] = []
            for (name, server, concurrency) in [("one", quick, 1), ("two", quick, 8), ("three", slow, 6)] {
                let definition = try bench.define(server.url, Self.users, notes, client: #""concurrency": \#(concurrency)"#)
                let id = ["--load-id", "20261123T020000Z-7f3a9c", "--dataset", name]
                expect(try bench.export(definition, id + options), code: 0)
                trees.append(tree(bench.lake + "/" + name).filter { path, _ in !path.contains("_lake/loads/") && path != "manifest.json" })
                #expect(try bench.dataset(name).rows("notes").count == (1...24).reduce(0) { $0 + ($1 % 4 + 1) * ($1 % 3 != 0 ? 2 : 1) })
            }
            #expect(trees[0].keys.filter { $0.hasSuffix(".csv") }.count >= 3)
            #expect(trees[0] == trees[1] && trees[0] == trees[2])
        }
    }

    @Test("children are asked for before the one before has answered")
    func sideBySide() async throws {
        try await Bench.at { bench in
            // No answer comes before two children have been asked for: one by one, this would not end.
            let server = FixtureServer { request in request.path == "/users" ? Self.users(1...2) : .held(Self.records([#"{"n": 1}"#])) }
            let definition = try bench.define(server.url, Self.users, Self.notes(#""path": "users/{resources.users.id}/notes""#))
            let child = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 3) && server.requests.count == 3, "\(server.requests.map(\.target))")
            server.release()
            expect(child.end(), code: 0)
        }
    }
}
