import Foundation
import LakeJSON
import Testing

@Suite("Children of many parents, asked side by side")
struct SideBySideTests {
    typealias Answer = FixtureServer.Answer

    private static let users = #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "data_selector": "data", "paginator": "single_page"}}"#
    private static let notes = #"{"name": "notes", "include_from_parent": ["id"], "endpoint": {"path": "users/{resources.users.id}/notes", "data_selector": "data", "paginator": {"type": "json_link", "next_url_path": "next"}}}"#

    private static func users(_ count: Int) -> Answer { .page(#"{"data": [\#((0..<count).map { #"{"id": \#($0)}"# }.joined(separator: ","))]}"#) }

    /// Two pages of two notes for each user.
    private static func note(_ request: FixtureServer.Request) -> Answer {
        let user = request.path.split(separator: "/")[1], second = request.query["page"] == "2"
        let first = second ? 2 : 0
        let records = (first..<first + 2).map { #"{"text": "\#($0) of \#(user)"}"# }.joined(separator: ",")
        return .page(#"{"data": [\#(records)], "next": \#(second ? "null" : "\"\(request.path)?page=2\"")}"#)
    }

    @Test("their rows stand in the order of the parents, byte for byte, whatever comes first")
    func order() async throws {
        try await Bench.at { bench in
            let load = "20260101T000000Z-00000a"
            var lakes: [[String: Data]] = []
            for (place, delay) in ([{ _ in 0 }, { 40 - 3 * $0 }, { ($0 * 7) % 11 * 4 }] as [@Sendable (Int) -> Int]).enumerated() {
                let server = FixtureServer { request in
                    if request.path == "/users" { return Self.users(12) }
                    let user = Int(request.path.split(separator: "/")[1]) ?? 0
                    return .late(max(0, delay(user)), Self.note(request))
                }
                let definition = try bench.define(server.url, Self.users, Self.notes, client: #""concurrency": \#(place == 0 ? 1 : 6)"#)
                let lake = bench.folder + "/lake\(place)"
                expect(try bench.restlake(["export", definition, "--lake", lake, "--load-id", load]), code: 0)
                lakes.append(tree(lake).filter { $0.key.contains("/notes") && ($0.key.hasSuffix(".csv") || $0.key.hasSuffix(".jsonl")) })
                let texts = try LakeReader(folder: lake + "/api").rows("notes").map { $0["text"]?.string }
                #expect(texts == (0..<12).flatMap { user in (0..<4).map { "\($0) of \(user)" } })
            }
            #expect(lakes[0].count == 2 && lakes[0] == lakes[1] && lakes[0] == lakes[2])
        }
    }

    @Test("more than one is under way at once, and never more than the definition allows")
    func concurrency() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/users" ? Self.users(12) : request.query["page"] == "2" ? Self.note(request) : .held(Self.note(request))
            }
            let definition = try bench.define(server.url, Self.users, Self.notes, client: #""concurrency": 3"#)
            let child = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 4), "three children at once")
            usleep(200_000)
            #expect(server.requests.count == 4)
            server.release()
            expect(child.end(), code: 0)
            #expect(try bench.dataset().rows("notes").count == 48)
        }
    }

    @Test("bounds hold for all parents together", arguments: [
        ("--max-pages", "5", 10), ("--max-records", "7", 8), ("--max-requests", "6", 12),
    ] as [(String, String, Int)])
    func bounds(_ option: String, _ value: String, rows: Int) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.path == "/users" ? Self.users(12) : Self.note(request) }
            let definition = try bench.define(server.url, Self.users, Self.notes, client: #""concurrency": 4"#)
            expect(try bench.export(definition, [option, value]), code: 2, says: ["notes is partial"])
            // The list of users has one page and twelve records: within the first bound and the third, past the second.
            #expect(try bench.dataset().rows("notes").count == rows)
            #expect(try bench.dataset().rows("notes").map { $0["text"]?.string } == (0..<rows).map { "\($0 % 4) of \($0 / 4)" })
            if option == "--max-requests" { #expect(server.requests.filter { $0.path != "/users" }.count <= 6 + 3, "those asked ahead may be thrown away") }
        }
    }

    @Test("one that fails in the middle ends its resource, and the others stay", arguments: ["error", "html"])
    func fails(_ kind: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users(12) }
                guard request.path == "/users/5/notes" else { return .late(request.path == "/users/6/notes" ? 0 : 20, Self.note(request)) }
                return kind == "error" ? .page(#"{"error": {"message": "no notes today"}}"#) : .page("<html></html>", headers: ["Content-Type: text/html"])
            }
            let definition = try bench.define(server.url, Self.users, Self.notes, client: #""concurrency": 4"#)
            expect(try bench.export(definition), code: 2, says: ["notes", kind == "error" ? "no notes today" : "text/html"])
            #expect(try bench.dataset().outcomes()["users"] == "complete 12")
            #expect(try bench.dataset().outcomes()["notes"]?.hasPrefix("failed") == true)
            #expect(server.requests.count < 1 + 24, "nothing is asked behind the fault")
        }
    }

    @Test("a 404 of some parents keeps the others, in order")
    func refused() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.path == "/users" { return Self.users(9) }
                let user = Int(request.path.split(separator: "/")[1]) ?? 0
                return user % 3 == 1 ? .page("{}", status: 404) : .late(user % 2 * 15, Self.note(request))
            }
            expect(try bench.export(try bench.define(server.url, Self.users, Self.notes)), code: 2, says: ["3 of 9 requests"])
            let texts = try bench.dataset().rows("notes").map { $0["text"]?.string }
            #expect(texts == [0, 2, 3, 5, 6, 8].flatMap { user in (0..<4).map { "\($0) of \(user)" } })
        }
    }

    @Test("a signal while they are under way ends the run at once", arguments: [SIGINT, SIGTERM])
    func signal(_ signal: Int32) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.path == "/users" ? Self.users(12) : .held(Self.note(request)) }
            let child = try bench.start(["export", try bench.define(server.url, Self.users, Self.notes), "--lake", bench.lake])
            #expect(server.wait(for: 4))
            let start = ContinuousClock.now
            child.send(signal)
            expect(child.end(), code: 128 + signal, says: ["Nothing was published"])
            #expect(ContinuousClock.now - start < Child.atOnce)
            #expect(bench.dataset().staging.count == 1 && bench.dataset().loads.isEmpty, "the pages of the users are kept")
        }
    }
}
