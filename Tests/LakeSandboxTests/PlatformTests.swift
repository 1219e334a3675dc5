import Foundation
import Testing

@testable import LakeSandbox

@Suite("The platform API")
struct PlatformTests {
    /// One page of a list, bare or in an envelope.
    private static func page(_ client: Client, _ path: String) throws -> [Record] {
        let answer = try client.platform(path)
        guard answer.status == 200 else { throw Client.Broken(what: answer.text) }
        if let bare = try answer.json() as? [Record] { return bare }
        return try #require(try answer.object()["data"] as? [Record])
    }

    /// All pages from a number on, until an empty one.
    private static func walk(_ client: Client, _ path: String, base: Int = 0, limit: Int? = nil) throws -> [Record] {
        var all: [Record] = []
        for number in base... {
            let mark = path.contains("?") ? "&" : "?"
            let records = try page(client, path + mark + "page=\(number)" + (limit.map { "&limit=\($0)" } ?? ""))
            guard !records.isEmpty else { return all }
            all += records
        }
        return all
    }

    private struct List: Sendable, CustomTestStringConvertible {
        var testDescription: String { path.rawValue }
        var path: SandboxPath
        var base = 0
        var key = "id"
        var isBare = false
    }

    private static let lists = [
        List(path: .tickets), List(path: .accounts, isBare: true), List(path: .contacts, base: 1, isBare: true), List(path: .platformFields, key: "uid"),
    ]

    @Test("Lists with pages: as many records as the options promise, each once, whatever the limit")
    func paged() throws {
        let options = SandboxOptions(requests: 330, users: 27)
        try withSandbox(options) { _, port in
            let client = try Client(port)
            for list in Self.lists {
                let whole = try Self.walk(client, list.path.rawValue, base: list.base, limit: 100)
                #expect(whole.count == options.expectedCounts()[list.path], "\(list)")
                #expect(Set(whole.compactMap { $0[list.key] as? String }).count == whole.count, "\(list)")
                for limit in [nil, 7] {
                    let other = try Self.walk(client, list.path.rawValue, base: list.base, limit: limit)
                    #expect(other as NSArray == whole as NSArray, "\(list)")
                }
                #expect(try client.platform(list.path.rawValue).text.hasPrefix(list.isBare ? "[" : #"{"status":true,"message":"Success","timestamp":"2026-"#))
            }
        }
    }

    @Test("The first page is the one without a number; bases differ")
    func bases() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            for list in Self.lists {
                let plain = try Self.page(client, list.path.rawValue), first = try Self.page(client, list.path.rawValue + "?page=\(list.base)")
                #expect(plain as NSArray == first as NSArray)
                #expect(try client.platform(list.path.rawValue + "?page=\(list.base - 1)").status == 400)
            }
            #expect(try Self.page(client, "v1/tickets").count == 10)
            #expect(try Self.page(client, "v1/tickets?limit=5000").count == 100)
        }
    }

    @Test("Lists without pages come whole, whatever page says, and do not look like full pages", arguments: [3, 27, 237, 400])
    func whole(_ users: Int) throws {
        let options = SandboxOptions(requests: 5, users: users)
        try withSandbox(options) { _, port in
            let client = try Client(port), counts = options.expectedCounts()
            for path in [SandboxPath.teams, .ticketStatuses] {
                let records = try Self.page(client, path.rawValue)
                #expect(records.count == counts[path])
                #expect(try Self.page(client, path.rawValue + "?page=1&limit=2") as NSArray == records as NSArray)
            }
            var members = 0
            for team in try Self.page(client, "v1/teams") {
                let id = try #require(team["id"] as? String)
                let records = try Self.page(client, "v1/teams/\(id)/members")
                #expect(records.allSatisfy { $0["teamId"] as? String == id } && records.count % 10 != 0)
                #expect(Set(ids(records)).count == records.count)
                members += records.count
            }
            #expect(members == counts[.members])
        }
    }

    @Test("Comments: of one ticket, some with more than a page; all tickets together have as many as promised")
    func comments() throws {
        let options = SandboxOptions(requests: 70)
        try withSandbox(options) { _, port in
            let client = try Client(port)
            var all: [Record] = [], longest = 0
            for ticket in ids(try Self.walk(client, "v1/tickets", limit: 100)) {
                let comments = try Self.walk(client, "v1/comments?entityType=ticket&entityId=\(ticket)", limit: 100)
                longest = max(longest, comments.count)
                all += comments
            }
            #expect(all.count == options.expectedCounts()[.comments])
            #expect(Set(ids(all)).count == all.count)
            #expect(longest > 100)
        }
    }

    @Test("The sum of comments is the sum", arguments: [0, 1, 17, 18, 49, 50, 51, 68, 99, 1_234])
    func sum(_ tickets: Int) {
        #expect(PlatformCounts.comments(ofAll: tickets) == (0..<tickets).reduce(0) { $0 + PlatformCounts.comments(ofTicket: $1) })
    }

    @Test("What means nothing is refused as the API does", arguments: [
        ("v1/tickets?page=x", 400, #"["page must not be less than 0"]"#), ("v1/accounts/contacts?page=0", 400, #"["page must not be less than 1"]"#),
        ("v1/tickets?limit=0", 400, #"["limit must not be less than 1"]"#), ("v1/comments?entityId=X1", 400, #"["entityType must be one of: ticket"]"#),
        ("v1/comments?entityType=ticket", 400, #"["entityId should not be empty"]"#), ("v1/comments?entityType=ticket&entityId=X1", 404, #""Ticket not found""#),
        ("v1/comments?entityType=ticket&entityId=X9999999999999000000000000001", 404, #""Ticket not found""#),
        ("v1/teams/T999999999/members", 404, #""Team not found""#), ("v1/nothing", 404, #""Cannot GET /platform/v1/nothing""#),
        ("v1/teams/{id}/members", 404, #""Team not found""#), ("rest/v2/users", 404, #""Cannot GET /platform/rest/v2/users""#),
    ])
    func refused(_ path: String, _ status: Int, _ message: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).platform(path)
            #expect(answer.status == status)
            #expect(answer.text.hasPrefix(#"{"statusCode":\#(status),"message":\#(message)"#), "\(answer.text)")
        }
    }

    @Test("The key of one API opens no door of the other")
    func keys() throws {
        try withSandbox { sandbox, port in
            let client = try Client(port)
            #expect(try client.platform("v1/tickets", key: nil).status == 401)
            #expect(try client.platform("v1/tickets", key: "sandbox-token").status == 401)
            #expect(try client.get("users", token: nil, more: "x-api-key: sandbox-key\r\n").status == 401)
            #expect(try client.get("v1/tickets").status == 404)
            #expect(sandbox.platformBaseURL == "http://127.0.0.1:\(port)/platform")
            #expect(sandbox.tally.requestsByPath == [.tickets: 2, .users: 1, .unknown: 1])
        }
    }

    @Test("Days: the same seed gives the same bytes; the next day brings new tickets, changed ones and another field")
    func days() throws {
        func tickets(_ day: Int, seed: UInt64 = 7) throws -> [Record] {
            try withSandbox(SandboxOptions(requests: 200, day: day, seed: seed)) { _, port in try Self.walk(try Client(port), "v1/tickets", limit: 100) }
        }
        let first = try tickets(1), second = try tickets(2), third = try tickets(3)
        #expect(try tickets(1) as NSArray == first as NSArray)
        #expect(try tickets(1, seed: 8) as NSArray != first as NSArray)
        let counts = SandboxOptions(requests: 200, day: 2).expectedCounts()
        #expect(second.count == first.count + counts.newRequests && counts.newRequests > 0)
        #expect(zip(first, second).filter { $0 as NSDictionary != $1 as NSDictionary }.count == counts.changedRequests)
        #expect(first.allSatisfy { $0["aiGeneratedSummary"] == nil } && second.contains { $0["aiGeneratedSummary"] != nil })
        #expect(third.count > second.count)
    }

    @Test("Faults reach the platform's paths too")
    func faults() throws {
        let faults: [InjectedFault] = [.failStatus(503, request: 2, on: .tickets), .capLimit(5), .html(request: 1, on: .teams)]
        try withSandbox(SandboxOptions(requests: 30, faults: faults)) { _, port in
            let client = try Client(port)
            #expect(try Self.page(client, "v1/tickets?limit=100").count == 5)
            #expect(try client.platform("v1/tickets").status == 503)
            #expect(try client.platform("v1/tickets").status == 200)
            #expect(try client.platform("v1/teams").text.hasPrefix("<!doctype html>"))
        }
    }
}

extension Client {
    fileprivate func platform(_ path: String, key: String? = "sandbox-key") throws -> Answer {
        let field = key.map { "X-API-Key: \($0)\r\n" } ?? ""
        send("GET \(SandboxPath.platformBase)/\(path) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
        return try answer()
    }
}
