import Foundation
import Testing

@testable import LakeSandbox

private func bytes(_ options: SandboxOptions, _ index: Int, _ form: Book.RequestForm = .v2) -> [UInt8] {
    var out = ByteBuffer()
    Book(options).writeRequest(index, form, to: &out)
    return out.bytes
}

private func records(_ options: SandboxOptions, _ form: Book.RequestForm = .v2) throws -> [Record] {
    let book = Book(options)
    return try (0..<book.timeline.requests).map { index in
        var out = ByteBuffer()
        book.writeRequest(index, form, to: &out)
        return try #require(try JSONSerialization.jsonObject(with: Data(out.bytes)) as? Record)
    }
}

/// Keys of the outermost object, repeated ones included.
private func keysAtTop(_ bytes: [UInt8]) -> Int {
    var (depth, keys, inText, escaped) = (0, 0, false, false)
    for byte in bytes {
        if escaped { escaped = false; continue }
        switch byte {
        case UInt8(ascii: "\\"): escaped = inText
        case UInt8(ascii: "\""): inText.toggle()
        case _ where inText: break
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ":"): keys += depth == 1 ? 1 : 0
        default: break
        }
    }
    return keys
}

@Suite("Data")
struct DataTests {
    @Test("Two instances with the same options send the same bytes; another seed sends others")
    func determinism() throws {
        let paths = ["requests?limit=50", "requests/v3?limit=50", "users", "requests/custom-fields", "requests/sub-status", "requests?page=2"]
        func all(_ seed: UInt64) throws -> [Data] {
            try withSandbox(SandboxOptions(requests: 120, day: 3, seed: seed)) { _, port in
                let client = try Client(port)
                return try paths.map { try client.get($0).body }
            }
        }
        #expect(try all(7) == all(7))
        #expect(try zip(all(7), all(8)).allSatisfy { $0 != $1 })
    }

    @Test("Two thousand requests are valid JSON in both forms")
    func validity() throws {
        for form in [Book.RequestForm.v2, .v3] {
            let all = try records(SandboxOptions(requests: 2_000, day: 1), form)
            #expect(Set(ids(all)).count == 2_000)
            #expect(ids(all) == ids(all).sorted())
        }
    }

    @Test("No key of a request repeats", arguments: [1, 3])
    func keys(day: Int) throws {
        let options = SandboxOptions(requests: 150, day: day)
        for form in [Book.RequestForm.v2, .v3] {
            for (index, record) in try records(options, form).enumerated() {
                #expect(keysAtTop(bytes(options, index, form)) == record.count)
            }
        }
    }

    @Test("Two thousand users are valid JSON")
    func userValidity() throws {
        let book = Book(SandboxOptions(requests: 0, users: 2_003))
        for index in 0..<2_003 {
            var out = ByteBuffer()
            book.writeUser(index, to: &out)
            #expect(try JSONSerialization.jsonObject(with: Data(out.bytes)) is Record)
        }
    }

    @Test("Requests hold the cases that are hard on an exporter")
    func hardCases() throws {
        let all = try records(SandboxOptions(requests: 1_000))
        func kinds(_ key: String) -> Set<String> {
            Set(all.map { $0[key].map { $0 is NSNull ? "null" : $0 is String ? "text" : $0 is [Any] ? "array" : $0 is Record ? "object" : "number" } ?? "absent" })
        }
        #expect(kinds("closed_at") == ["null", "text"])
        #expect(kinds("sub_status") == ["null", "text"])
        #expect(kinds("assignee") == ["null", "object"])
        #expect(kinds("first_response_time") == ["absent", "object"])
        #expect(kinds("due_date") == ["null", "text"])
        #expect(kinds("escalated_at") == ["null"])
        #expect(kinds("csat") == ["absent"])
        let feedback = Set(all.compactMap { $0["feedback"] as? String })
        #expect(feedback.isSuperset(of: ["", "NULL", "\"NA\""]))
        let texts = all.compactMap { $0["original_message_text"] as? String }.joined()
        for piece in ["\"", "\n", "\\", ",", "🚀", "日本語", "e\u{301}", "👩‍👩‍👧‍👦"] { #expect(texts.range(of: piece, options: .literal) != nil) }
        for key in ["tags", "custom_fields", "custom_fields_v2", "watchers"] {
            let counts = Set(all.compactMap { ($0[key] as? [Any])?.count })
            #expect(counts.contains(0) && counts.count > 1, "\(key)")
        }
        let statuses = Set(all.compactMap { $0["status"] as? String })
        #expect(statuses == ["OPEN", "ASSIGNED", "ONHOLD", "CONVERTED_TO_TICKET", "CLOSED"])
    }

    @Test("A request has about forty-five fields and 1.7 KB, its second form fewer")
    func size() throws {
        let options = SandboxOptions(requests: 1_000)
        let full = try records(options)
        let short = try records(options, .v3)
        #expect((40...50).contains(full.map(\.count).reduce(0, +) / 1_000))
        #expect(full.map(\.count).reduce(0, +) > short.map(\.count).reduce(0, +))
        let total = (0..<1_000).map { bytes(options, $0).count }.reduce(0, +)
        #expect((1_500...1_900).contains(total / 1_000))
        #expect(ids(full) == ids(short))
    }

    @Test("Every sub status of a request is one of the list that belongs to its status")
    func subStatuses() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let known = try #require(try client.get("requests/sub-status").json() as? [Record])
            let parents = Dictionary(uniqueKeysWithValues: zip(ids(known), known.compactMap { $0["parent_status"] as? String }))
            for request in try client.walk("requests", limit: 1000).records {
                guard let id = request["sub_status"] as? String else { continue }
                #expect(parents[id] == request["status"] as? String)
            }
        }
    }

    @Test("Every assignee is a user")
    func assignees() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let users = Set(ids(try #require(try client.get("users").object()["data"] as? [Record])))
            let assigned = try client.walk("requests", limit: 1000).records.compactMap { ($0["assignee"] as? Record)?["id"] as? String }
            #expect(!assigned.isEmpty && assigned.allSatisfy(users.contains))
        }
    }
}

@Suite("Days")
struct DayTests {
    private struct Change {
        let new: [Record]
        let changed: [Record]
    }

    /// What a day sends that the day before did not.
    private func change(_ requests: Int, day: Int) throws -> Change {
        let before = try records(SandboxOptions(requests: requests, day: day - 1))
        let after = try records(SandboxOptions(requests: requests, day: day))
        #expect(ids(Array(after.prefix(before.count))) == ids(before), "ids stay")
        let changed = zip(before, after).filter { $0 as NSDictionary != $1 as NSDictionary }
        for (old, new) in changed {
            #expect(old["status"] as? String != new["status"] as? String)
            #expect((old["updated_at"] as? String ?? "") < (new["updated_at"] as? String ?? ""))
            #expect(old["created_at"] as? String == new["created_at"] as? String)
        }
        return Change(new: Array(after.dropFirst(before.count)), changed: changed.map { $1 })
    }

    @Test("Each day brings the promised number of new and changed requests", arguments: [(300, 2), (300, 3), (160, 4), (40, 5), (1, 2)])
    func counts(requests: Int, day: Int) throws {
        let change = try change(requests, day: day)
        let expected = SandboxOptions(requests: requests).expectedCounts(day: day)
        #expect(change.new.count == expected.newRequests)
        #expect(change.new.count == max(3, requests / 50))
        #expect(change.changed.count == expected.changedRequests)
        #expect(change.changed.count >= 1)
    }

    @Test("What is new or changed on a day was updated on that day")
    func updatedOnTheDay() throws {
        for day in [2, 3] {
            let change = try change(200, day: day)
            let date = ["", "", "2026-03-02", "2026-03-03"][day]
            for request in change.new + change.changed { #expect((request["updated_at"] as? String)?.hasPrefix(date) == true) }
        }
        #expect(try records(SandboxOptions(requests: 200)).allSatisfy { ($0["updated_at"] as? String ?? "z") < "2026-03-02" })
    }

    @Test("From day 2 on touched requests have two more fields, and two fields change their type")
    func secondDay() throws {
        let dayOne = try records(SandboxOptions(requests: 200))
        #expect(dayOne.allSatisfy { $0["priority_score"] is Int && $0["external_ref"] is Int })
        let change = try change(200, day: 2)
        let touched = change.new + change.changed
        for request in touched {
            let score = try #require(request["priority_score"] as? Double)
            #expect(score.truncatingRemainder(dividingBy: 1) == 0.5)
            #expect((request["external_ref"] as? String)?.hasPrefix("ZD-") == true)
            #expect((request["csat"] as? Record)?["score"] is Int)
            #expect(request["first_contact_resolution"] is Bool)
            #expect((request["tags"] as? [Record])?.allSatisfy { $0["color"] == nil } == true)
        }
        #expect(touched.contains { $0["escalated_at"] is String })
    }

    @Test("From day 3 on the tags of touched requests have a color")
    func thirdDay() throws {
        let change = try change(200, day: 3)
        for request in change.new + change.changed {
            let tags = try #require(request["tags"] as? [Record])
            #expect(!tags.isEmpty && tags.allSatisfy { $0["color"] is String })
        }
    }

    @Test("The expected counts are what is served", arguments: [1, 2, 3, 7])
    func expectedCounts(day: Int) throws {
        for users in [237, 230, 8] {
            let options = SandboxOptions(requests: 120, users: users, day: day)
            let expected = options.expectedCounts()
            try withSandbox(options) { _, port in
                let client = try Client(port)
                #expect(try client.walk("requests", limit: 1000).records.count == expected[.requests])
                #expect(try client.walk("requests/v3", limit: 1000).records.count == expected[.v3Requests])
                #expect((try client.get("users").object()["data"] as? [Record])?.count == expected[.users])
                #expect((try client.get("requests/custom-fields").object()["data"] as? [Record])?.count == expected[.customFields])
                #expect((try client.get("requests/sub-status").json() as? [Record])?.count == expected[.subStatuses])
            }
            #expect(expected.users % 10 != 0)
        }
    }

    @Test("Creation times follow the indexes, also over days and for very large sandboxes", arguments: [(5, 40), (1_000, 3), (1 << 32, 2)])
    func order(requests: Int, day: Int) {
        let book = Book(SandboxOptions(requests: requests, day: day))
        let total = book.timeline.requests
        let places = total < 5_000 ? Array(0..<total) : Array(0..<500) + Array(requests - 500..<requests + 500) + Array(total - 500..<total)
        var last: Int64 = 0
        for index in places {
            let facts = book.facts(ofRequest: index)
            #expect(facts.created >= last && facts.updated >= facts.created)
            last = facts.created
        }
    }
}
