import Foundation
import LakeJSON
import Testing

@Suite("Incremental: each run reads what is new, once, and the state moves with the data")
struct IncrementalTests {
    typealias Request = FixtureServer.Request

    /// Records of an API that grows between runs: id and time.
    private final class Books: @unchecked Sendable {  // `all` is touched only under the lock.
        private let lock = NSLock()
        private var all: [(id: Int, time: String)]
        let filters: Bool
        init(_ all: [(Int, String)], filters: Bool = true) {
            self.all = all.map { (id: $0.0, time: $0.1) }
            self.filters = filters
        }

        func add(_ more: (Int, String)...) { lock.withLock { all += more.map { (id: $0.0, time: $0.1) } } }

        /// Two records a page, by cursor; since and until are inclusive where the API filters at all.
        func answer(_ request: Request) -> FixtureServer.Answer {
            let since = filters ? request.query["since"] ?? "" : "", until = filters ? request.query["until"] ?? "~" : "~"
            let hits = lock.withLock { all }.filter { $0.time >= since && $0.time <= until }
            let page = Int(request.query["page"] ?? "1") ?? 1
            let records = hits.dropFirst((page - 1) * 2).prefix(2).map { #"{"id": \#($0.id), "updated_at": "\#($0.time)"}"# }
            return .page(#"{"items": [\#(records.joined(separator: ", "))], "next": \#(page * 2 < hits.count ? "\"\(page + 1)\"" : "null")}"#)
        }
    }

    private static func day(_ day: Int, _ time: String = "00:00:00") -> String { "2026-11-\(day < 10 ? "0" : "")\(day)T\(time)Z" }

    private static let cursor = #"{"type": "cursor", "cursor_path": "next", "cursor_param": "page"}"#

    /// A resource that reads on from `updated_at`.
    private static func items(_ incremental: String = "", resource: String = "") -> String {
        """
        {"name": "items"\(resource), "endpoint": {"path": "items", "data_selector": "items", "paginator": \(cursor), \
        "incremental": {"cursor_path": "updated_at", "initial_value": "2026-01-01T00:00:00Z", "start_param": "since"\(incremental)}}}
        """
    }

    /// What the first request of each run asked for.
    private static func asked(_ server: FixtureServer, _ name: String = "since") -> [String?] {
        server.requests.filter { $0.query["page"] == nil }.map { $0.query[name] }
    }

    private static func newRows(_ bench: Bench) throws -> [Int] { try bench.dataset().ids().sorted() }

    // MARK: Runs after each other

    @Test("three runs: all, then what is new, then nothing", arguments: [true, false])
    func threeRuns(_ filters: Bool) async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2)), (3, Self.day(3))], filters: filters)
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [1, 2, 3])
            books.add((4, Self.day(4)), (5, Self.day(5)))
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [4, 5])
            let left = try (bench.dataset().count("duplicate") ?? 0) + (bench.dataset().count("filtered") ?? 0)
            #expect(left == (filters ? 1 : 3))
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [])
            #expect(Self.asked(server) == ["2026-01-01T00:00:00Z", Self.day(3), Self.day(5)])
            // Without a key, rows are added to those before.
            let manifest = try bench.dataset().document("manifest.json")
            #expect(manifest["tables"]?["items"]?["write_disposition"]?.string ?? "append" == "append")
        }
    }

    @Test("records that share the last value: each comes once, also those that come later", arguments: [true, false])
    func ties(_ filters: Bool) async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2)), (3, Self.day(2))], filters: filters)
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            for (new, expected) in [(0, [1, 2, 3]), (4, [4]), (5, [5]), (0, [])] {
                if new > 0 { books.add((new, Self.day(2))) }
                expect(try bench.export(definition), code: 0)
                #expect(try Self.newRows(bench) == expected)
            }
        }
    }

    @Test("times are compared as instants, whatever their zone and fraction")
    func instants() async throws {
        try await Bench.at { bench in
            let books = Books([(1, "2026-11-02T06:30:00+07:00"), (2, "2026-11-02T00:00:00.5Z"), (3, "2026-11-01T23:59:59Z")], filters: false)
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            expect(try bench.export(definition), code: 0)
            books.add((4, "2026-11-02T02:00:00+02:00"), (5, "2026-11-02T00:00:00.500001Z"), (6, "2026-11-01T20:00:01-04:00"))
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [5, 6])
        }
    }

    @Test("a cursor of numbers, and the smallest as the last value")
    func numbers() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                .page(request.number == 1 ? #"[{"id": 10}, {"id": 9}, {"id": 100}]"# : #"[{"id": 8}, {"id": 9}, {"id": 10}]"#)
            }
            let resource = """
                {"name": "items", "endpoint": {"path": "items", "paginator": "single_page", "incremental": {"cursor_path": "id", \
                "initial_value": 1000, "last_value_func": "min", "start_param": "below"}}}
                """
            let definition = try bench.define(server.url, resource)
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [9, 10, 100])
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [8])
            #expect(Self.asked(server, "below") == ["1000", "9"])
        }
    }

    @Test("texts and numbers in one cursor are an error of the data")
    func mixed() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/items": [.page(#"{"items": [{"updated_at": "2026-11-02T00:00:00Z"}, {"updated_at": 7}]}"#)]])
            expect(try bench.export(try bench.define(server.url, Self.items())), code: 65, says: ["items", "updated_at"])
            #expect(bench.dataset().loads.isEmpty)
        }
    }

    // MARK: Lag, end, order

    @Test("lag asks again for what may come late; with a key, a reader sees each record once")
    func lag() async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2, "11:30:00")), (3, Self.day(2, "12:00:00"))])
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items(#", "lag": 3600"#, resource: #", "primary_key": "id""#))
            expect(try bench.export(definition), code: 0)
            books.add((4, Self.day(2, "11:00:00")), (5, Self.day(2, "10:59:59")))
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == Self.day(2, "11:00:00"))
            let rows = try Self.newRows(bench)
            #expect(rows.contains(4) && !rows.contains(5) && !rows.contains(1))
            #expect(Set(rows).count == rows.count)
            // The lag is taken off once: the state is the last value itself.
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == Self.day(2, "11:00:00"))
        }
    }

    @Test("an end value: what lies before it, and the state stays where it was")
    func endValue() async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2)), (3, Self.day(3)), (4, Self.day(4))])
            let server = FixtureServer { books.answer($0) }
            let first = try bench.define(server.url, Self.items(#", "end_value": "\#(Self.day(3))", "end_param": "until""#))
            expect(try bench.export(first), code: 0)
            #expect(try Self.newRows(bench) == [1, 2])
            #expect(Self.asked(server, "until") == [Self.day(3)])
            expect(try bench.export(try bench.define(server.url, Self.items())), code: 0)
            #expect(Self.asked(server).last == "2026-01-01T00:00:00Z")
            #expect(try Self.newRows(bench) == [1, 2, 3, 4])
        }
    }

    @Test("--from and --to read a part again, and the state stays where it was")
    func backfill() async throws {
        try await Bench.at { bench in
            let books = Books((1...6).map { ($0, Self.day($0)) })
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            expect(try bench.export(definition), code: 0)
            expect(try bench.export(definition, ["--from", Self.day(2), "--to", Self.day(4)]), code: 0)
            #expect(try Self.newRows(bench) == [2, 3])
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).map { $0 ?? "" } == ["2026-01-01T00:00:00Z", Self.day(2), Self.day(6)])
            #expect(try Self.newRows(bench) == [])
        }
    }

    @Test("the newest first, declared: the walk ends where the known begins")
    func descending() async throws {
        try await Bench.at { bench in
            let days = Latch<Bool>()
            let server = FixtureServer { request in
                let newest = days.wait(atMost: 0) == nil ? 20 : 22
                let page = Int(request.query["page"] ?? "1") ?? 1
                let ids = stride(from: newest, to: 0, by: -1).dropFirst((page - 1) * 2).prefix(2)
                return .page(#"{"items": [\#(ids.map { #"{"id": \#($0), "updated_at": "\#(Self.day($0))"}"# }.joined(separator: ","))], "next": \#(page * 2 < newest ? "\"\(page + 1)\"" : "null")}"#)
            }
            let definition = try bench.define(server.url, Self.items(#", "row_order": "desc""#))
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == Array(1...20))
            let before = server.requests.count
            days.open(true)
            expect(try bench.export(definition), code: 0)
            #expect(try Self.newRows(bench) == [21, 22])
            #expect(server.requests.count - before == 2)
        }
    }

    // MARK: State

    @Test("a partial load does not move the state, unless the oldest come first, declared and held", arguments: [
        ("", "2026-01-01T00:00:00Z"), (#", "row_order": "asc""#, day(2)),
    ])
    func partial(_ order: String, _ next: String) async throws {
        try await Bench.at { bench in
            let books = Books((1...6).map { ($0, Self.day($0)) })
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items(order))
            expect(try bench.export(definition, ["--max-pages", "1"]), code: 2)
            #expect(try Self.newRows(bench) == [1, 2])
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == next)
        }
    }

    @Test("where records may be missing before the last value, a partial load does not move the state", arguments: [
        // Record 1 is changed, and by that moves to the end, while pages are asked for by number: record 3 is passed over.
        (#"{"type": "page_number", "base_page": 1, "total_path": null}"#, ["--max-pages", "2"]),
        // Page 2 reports an error, and lacks a record.
        (cursor, []), (cursor, ["--max-pages", "2"]),
    ] as [(String, [String])])
    func holes(_ paginator: String, _ options: [String]) async throws {
        try await Bench.at { bench in
            let isNumbered = paginator != Self.cursor
            let server = FixtureServer { request in
                let since = request.query["since"] ?? "", number = Int(request.query["page"] ?? "1") ?? 1
                var all = (1...6).map { ($0, Self.day($0)) }
                if isNumbered, request.number > 1 { all = Array(all.dropFirst()) + [(1, Self.day(20))] }
                let hits = all.filter { $0.1 >= since }
                let isFirstRun = !isNumbered && request.number == 2
                let page = hits.dropFirst((number - 1) * 2).prefix(isFirstRun ? 1 : 2).map { #"{"id": \#($0.0), "updated_at": "\#($0.1)"}"# }
                let next = number * 2 < hits.count ? "\"\(number + 1)\"" : "null"
                return .page(#"{"items": [\#(page.joined(separator: ", "))], "next": \#(next)\#(isFirstRun ? #", "errors": [{"message": "late"}]"# : "")}"#)
            }
            let items = Self.items(#", "row_order": "asc""#, resource: #", "primary_key": "id""#).replacing(Self.cursor, with: paginator)
            let definition = try bench.define(server.url, items)
            expect(try bench.export(definition, options), code: 2)
            let first = try Set(Self.newRows(bench))
            #expect(first.isDisjoint(with: [isNumbered ? 3 : 4]))
            expect(try bench.export(definition), code: 0)
            #expect(try first.union(Self.newRows(bench)) == Set(1...6))
        }
    }

    @Test("a stated total counts what the load before brought, and what is older where an order ends the walk")
    func totals() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                let since = request.query["since"] ?? "", number = Int(request.query["page"] ?? "1") ?? 1
                let hits = (1...6).map { ($0, Self.day(5)) }.filter { request.path.contains("older") || $0.1 >= since }
                let page = hits.dropFirst((number - 1) * 4).prefix(4).map { #"{"id": \#($0.0), "updated_at": "\#(request.path.contains("older") ? Self.day(9 - $0.0) : $0.1)"}"# }
                return .page(#"{"items": [\#(page.joined(separator: ", "))], "total": 6, "next": \#(number * 4 < 6 ? "\"\(number + 1)\"" : "null")}"#)
            }
            let ties = Self.items(resource: #", "primary_key": "id""#)
            let older = Self.items(#", "row_order": "desc""#, resource: #", "primary_key": "id""#)
                .replacing(#""name": "items""#, with: #""name": "older""#).replacing(#""path": "items""#, with: #""path": "older""#)
            let definition = try bench.define(server.url, ties, older)
            for _ in 1...3 { expect(try bench.export(definition), code: 0) }
            #expect(try bench.dataset().ids().isEmpty)
        }
    }

    @Test("a failed load does not move the state")
    func failed() async throws {
        try await Bench.at { bench in
            let books = Books((1...6).map { ($0, Self.day($0)) })
            let server = FixtureServer { request in request.number == 3 ? .page(#"{"error": "quota"}"#) : books.answer(request) }
            let definition = try bench.define(server.url, Self.items(#", "row_order": "asc""#))
            expect(try bench.export(definition), code: 65)
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == "2026-01-01T00:00:00Z")
            #expect(try Self.newRows(bench) == Array(1...6))
        }
    }

    @Test("--full-refresh begins anew, takes the place of all rows before, and the next run goes on from there")
    func fullRefresh() async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2))])
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            expect(try bench.export(definition), code: 0)
            books.add((3, Self.day(3)))
            expect(try bench.export(definition, ["--full-refresh"]), code: 0)
            #expect(try Self.newRows(bench) == [1, 2, 3])
            let load = try #require(bench.dataset().loads.last)
            let rows = try bench.dataset().document("manifest.json")["tables"]?["items"]
            #expect(rows?["live_since"]?.string == load)
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server) == ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", Self.day(3)])
        }
    }

    @Test("a rule for personal data that nothing was found for leaves a doubt about values: what was read is not read again")
    func unmetRule() async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2))])
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items(resource: #", "fields": {"personal": {"mail": "redact", "ssn": "drop"}}"#))
            expect(try bench.export(definition), code: 2, says: ["'mail'", "'ssn'"])
            // The record at the boundary comes again, and is held against the rules again.
            expect(try bench.export(definition), code: 2, says: ["'mail'", "'ssn'"])
            #expect(try Self.newRows(bench) == [])
            books.add((3, Self.day(3)))
            expect(try bench.export(definition), code: 2, says: ["'mail'", "'ssn'"])
            #expect(try Self.newRows(bench) == [3])
            #expect(Self.asked(server) == ["2026-01-01T00:00:00Z", Self.day(2), Self.day(2)])
            // Not all rows before are replaced, and that is told.
            expect(try bench.export(definition, ["--full-refresh"]), code: 2, says: ["the full refresh is not complete"])
        }
    }

    @Test("state show tells it, state set moves it, state rewind takes it back to an earlier load")
    func commands() async throws {
        try await Bench.at { bench in
            let books = Books([(1, Self.day(1)), (2, Self.day(2))])
            let server = FixtureServer { books.answer($0) }
            let definition = try bench.define(server.url, Self.items())
            let state = { (words: [String]) in try bench.restlake(["state"] + words + ["--lake", bench.lake]) }
            expect(try bench.export(definition), code: 0)
            let first = try #require(bench.dataset().loads.last)
            books.add((3, Self.day(3)))
            expect(try bench.export(definition), code: 0)
            expect(try state(["show"]), code: 0, says: ["items", Self.day(3)])
            let shown = try state(["show", "--json"])
            expect(shown, code: 0, says: [Self.day(3)])
            let line = try JSONValue(parsing: String(try #require(shown.out.split(separator: "\n").first)))
            #expect(line["resource"]?.string == "items")

            expect(try state(["set", "items", Self.day(2)]), code: 0)
            expect(try state(["show"]), code: 0, says: [Self.day(2)], never: [Self.day(3)])
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == Self.day(2))

            expect(try state(["rewind", "items", "--to", first]), code: 0)
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == Self.day(2))
            #expect(try Self.newRows(bench) == [3])
            // The data of all loads is as it was.
            expect(try bench.dataset().checkSums(bench), code: 0)
            expect(try state(["set", "itms", "x"]), code: 64, says: ["items"])
            expect(try state(["rewind", "items", "--to", "20200101T000000Z-000000"]), code: 64, says: ["20200101T000000Z-000000"])
            expect(try state(["reset", "items"]), code: 0)
            expect(try bench.export(definition), code: 0)
            #expect(Self.asked(server).last == "2026-01-01T00:00:00Z")
        }
    }

    // MARK: Values in requests, and records without one

    @Test("the value is written as the API wants it", arguments: [
        ("epoch_seconds", "1767225600"), ("epoch_milliseconds", "1767225600000"), ("iso", "2026-01-01T00:00:00Z"), ("iso_date", "2026-01-01"),
    ])
    func formats(_ format: String, _ expected: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"{"items": [{"id": 1, "updated_at": "2026-11-05T00:00:00Z"}], "next": null}"#) }
            let definition = try bench.define(server.url, Self.items(#", "convert": "\#(format)""#))
            for _ in 1...2 { expect(try bench.export(definition), code: 0) }
            let second = ["epoch_seconds": "1793836800", "epoch_milliseconds": "1793836800000", "iso": "2026-11-05T00:00:00Z", "iso_date": "2026-11-05"]
            #expect(Self.asked(server) == [expected, second[format]])
        }
    }

    @Test("the value stands wherever a request has a place for it")
    func places() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"{"items": [{"id": 1, "seq": 5}]}"#) }
            let resource = """
                {"name": "items", "endpoint": {"path": "items/{incremental.start_value}", "method": "POST", "data_selector": "items", \
                "paginator": "single_page", "params": {"q": "seq>={incremental.start_value}"}, "headers": {"X-Since": "{incremental.last_value}"}, \
                "json": {"from": "{incremental.start_value}", "first": "{incremental.initial_value}"}, \
                "incremental": {"cursor_path": "seq", "initial_value": 1}}}
                """
            let definition = try bench.define(server.url, resource)
            for _ in 1...2 { expect(try bench.export(definition), code: 0) }
            #expect(server.requests.map(\.path) == ["/items/1", "/items/5"])
            #expect(server.requests.map { $0.query["q"] } == ["seq>=1", "seq>=5"])
            #expect(server.requests.map { $0.header("X-Since") } == ["1", "5"])
            #expect(server.requests.map { $0.json["from"]?.int } == [1, 5])
            #expect(server.requests.map { $0.json["first"]?.int } == [1, 1])
        }
    }

    @Test("a record without the value: an error, taken along or left out, as declared", arguments: [
        ("", Int32(65), [Int]()), (#", "on_cursor_value_missing": "raise""#, 65, []), (#", "on_cursor_value_missing": "include""#, 0, [1, 2, 3]),
        (#", "on_cursor_value_missing": "exclude""#, 0, [1]),
    ])
    func missing(_ declared: String, code: Int32, ids: [Int]) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in
                .page(#"{"items": [{"id": 1, "updated_at": "2026-11-05T00:00:00Z"}, {"id": 2}, {"id": 3, "updated_at": null}], "next": null}"#)
            }
            let outcome = try bench.export(try bench.define(server.url, Self.items(declared)))
            expect(outcome, code: code, says: code == 0 ? [] : ["items", "updated_at", "on_cursor_value_missing"])
            guard code == 0 else { return #expect(bench.dataset().loads.isEmpty) }
            #expect(try Self.newRows(bench) == ids)
            #expect(try bench.dataset().count("filtered") == 3 - ids.count)
        }
    }

    @Test("filters leave records out, and count them", arguments: [
        (#"{"path": "kind", "op": "eq", "value": "b"}"#, [2]), (#"{"path": "kind", "op": "ne", "value": "b"}"#, [1, 3]),
        (#"{"path": "id", "op": "ge", "value": 2}"#, [2, 3]), (#"{"path": "id", "op": "lt", "value": 2}"#, [1]),
        (#"{"path": "kind", "op": "in", "value": ["a", "b"]}"#, [1, 2]), (#"{"path": "note.text", "op": "exists", "value": true}"#, [3]),
        (#"{"path": "id", "op": "gt", "value": 1}, {"path": "kind", "op": "eq", "value": "b"}"#, [2]),
    ])
    func filters(_ filters: String, _ ids: [Int]) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in
                .page(#"{"items": [{"id": 1, "kind": "a"}, {"id": 2, "kind": "b"}, {"id": 3, "kind": "c", "note": {"text": "t"}}]}"#)
            }
            let resource = #"{"name": "items", "filter": [\#(filters)], "endpoint": {"path": "items", "paginator": "single_page"}}"#
            expect(try bench.export(try bench.define(server.url, resource)), code: 0)
            #expect(try Self.newRows(bench) == ids)
            #expect(try bench.dataset().count("filtered") == 3 - ids.count)
        }
    }
}
