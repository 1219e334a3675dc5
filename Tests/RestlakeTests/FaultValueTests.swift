import Foundation
import LakeJSON
import Testing

@Suite("The table of faults, further rows: waits, numbers, fields, duplicates, bounds")
struct FaultValueTests {
    typealias Answer = FixtureServer.Answer

    private static let cursor = #"{"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#

    private static func resource(_ more: String = "", paginator: String = cursor) -> String {
        #"{"name": "items", "primary_key": "id"\#(more), "endpoint": {"path": "items", "paginator": \#(paginator)}}"#
    }

    /// Two pages by cursor; the records as JSON.
    private static func pages(_ first: String, _ second: String) -> @Sendable (FixtureServer.Request) -> Answer {
        { request in
            .page(request.query["after"] == nil ? #"{"items": [\#(first)], "next": "A"}"# : #"{"items": [\#(second)], "next": null}"#)
        }
    }

    @Test("a wait that the API asks for is kept, in seconds and as a date", arguments: ["1", "date"])
    func retryAfter(_ wait: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                guard request.number == 2 else { return request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .items(11...20, #""next": null"#) }
                let format = DateFormatter()
                format.locale = Locale(identifier: "en_US_POSIX")
                format.timeZone = TimeZone(identifier: "GMT")
                format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
                // A date has whole seconds: two of them from now are more than one.
                let value = wait == "date" ? format.string(from: Date(timeIntervalSinceNow: 2)) : wait
                return .page("{}", status: 429, headers: ["Retry-After: \(value)"])
            }
            expect(try bench.export(try bench.define(server.url, Self.resource())), code: 0)
            #expect(try bench.dataset().ids() == Array(1...20))
            let times = server.requests.map(\.seconds)
            try #require(times.count == 3)
            #expect(times[2] - times[1] >= 0.99)
        }
    }

    @Test("an answer that is accepted but not ready yet is asked for again")
    func notReady() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                if request.number <= 2 { return .page(#"{"items": []}"#, status: 202, headers: ["Retry-After: 0"]) }
                return request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .items(11...20, #""next": null"#)
            }
            expect(try bench.export(try bench.define(server.url, Self.resource())), code: 0)
            #expect(try bench.dataset().ids() == Array(1...20))
        }
    }

    @Test("long numbers keep every digit, in both formats")
    func longNumbers() async throws {
        try await Bench.at { bench in
            let numbers = ["12345678901234567890.123456789", "123456789012345678901234567890", "0.1234567890123456789", "-9223372036854775809", "1e400"]
            let records = numbers.enumerated().map { #"{"id": \#($0.offset), "n": \#($0.element)}"# }
            let server = FixtureServer(Self.pages(records[..<2].joined(separator: ","), records[2...].joined(separator: ",")))
            expect(try bench.export(try bench.define(server.url, Self.resource())), code: 0)
            let lake = bench.dataset()
            #expect(try lake.rows("items").compactMap { $0["n"].map(Leaves.characters) } == numbers)
            let file = try #require(lake.files(try lake.record(), "csv").first)
            let (header, rows) = try lake.csv(file.path)
            let place = try #require(header.firstIndex(of: "n"))
            #expect(rows.map { $0[place] } == numbers)
        }
    }

    @Test("a field that first comes in record 11 is a column, and rows before it have none of it")
    func newField() async throws {
        try await Bench.at { bench in
            let plain = (1...10).map { #"{"id": \#($0)}"# }.joined(separator: ",")
            let extra = (11...20).map { #"{"id": \#($0), "extra": "e\#($0)"}"# }.joined(separator: ",")
            let server = FixtureServer(Self.pages(plain, extra))
            expect(try bench.export(try bench.define(server.url, Self.resource())), code: 0)
            let lake = bench.dataset()
            #expect(try lake.rows("items").map { $0["extra"]?.string } == (1...20).map { $0 > 10 ? "e\($0)" : nil })
            for file in lake.files(try lake.record(), "csv") {
                let schema = try lake.document("_lake/schemas/items.v\(file.version).json")
                #expect(try lake.csv(file.path).header == schema["columns"]?.array?.compactMap { $0["name"]?.string })
            }
            #expect(try lake.document("manifest.json")["tables"]?["items"]?["versions"]?.array?.isEmpty == false)
        }
    }

    @Test("a field that first comes in a later load is a new version of the schema")
    func newFieldLater() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                .page(request.number == 1 ? #"{"items": [{"id": 1}], "next": null}"# : #"{"items": [{"id": 1, "extra": true}], "next": null}"#)
            }
            let definition = try bench.define(server.url, Self.resource())
            for _ in 1...2 { expect(try bench.export(definition), code: 0) }
            let versions = try #require(try bench.dataset().document("manifest.json")["tables"]?["items"]?["versions"]?.array)
            #expect(versions.compactMap { $0["version"]?.int } == [1, 2])
            #expect(versions.last?["changes"]?.array?.compactMap { $0["what"]?.string } == ["add_column"])
        }
    }

    @Test("a key that comes again is dropped where the record is the same, and a further row where it changed; both are counted")
    func duplicates() async throws {
        try await Bench.at { bench in
            let record = { (id: Int, name: String) in #"{"id": \#(id), "name": "\#(name)"}"# }
            let first = (1...10).map { record($0, "n\($0)") }, second = [record(9, "n9"), record(10, "other")] + (11...18).map { record($0, "n\($0)") }
            let server = FixtureServer(Self.pages(first.joined(separator: ","), second.joined(separator: ",")))
            expect(try bench.export(try bench.define(server.url, Self.resource())), code: 0)
            let lake = bench.dataset()
            #expect(try lake.ids() == Array(1...10) + [10] + Array(11...18))
            let counts = try ["fetched", "written", "duplicate", "changed"].map { try lake.count($0) }
            #expect(counts == [20, 19, 1, 1])
        }
    }

    // MARK: Bounds

    struct Bound: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var options: [String]
        /// What the records then are: at least, at most.
        var records: ClosedRange<Int>
        var requests: Int
        var milliseconds = 0
    }

    private static let bounds = [
        Bound(testDescription: "--max-pages", options: ["--max-pages", "2"], records: 20...20, requests: 2),
        Bound(testDescription: "--max-records", options: ["--max-records", "15"], records: 15...20, requests: 2),
        Bound(testDescription: "--max-requests", options: ["--max-requests", "3"], records: 30...30, requests: 3),
        Bound(testDescription: "--max-bytes", options: ["--max-bytes", "600"], records: 10...30, requests: 3),
        Bound(testDescription: "--max-time", options: ["--max-time", "500ms"], records: 10...60, requests: 6, milliseconds: 150),
    ]

    @Test("a bound ends a walk that would not end: what came is published, and called partial", arguments: bounds)
    func bound(_ bound: Bound) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                .late(bound.milliseconds, .items((request.number * 10 - 9)...(request.number * 10), #""next": "c\#(request.number)""#))
            }
            let outcome = try bench.export(try bench.define(server.url, Self.resource()), bound.options)
            expect(outcome, code: 2, says: ["partial", "stopped"])
            let lake = bench.dataset(), ids = try lake.ids()
            #expect(ids == Array(1...max(1, ids.count)) && bound.records.contains(ids.count), "\(ids.count) records")
            #expect(server.requests.count <= bound.requests)
            #expect(try lake.resource()["outcome"]?.string == "partial")
            #expect(try lake.findings().contains("stopped"))
        }
    }

    @Test("a bound that is not reached changes nothing")
    func unreached() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.query["after"] == nil ? .items(1...10, #""next": "A""#) : .items(11...20, #""next": null"#)
            }
            let options = ["--max-pages", "3", "--max-records", "21", "--max-requests", "3", "--max-bytes", "100000", "--max-time", "3600"]
            expect(try bench.export(try bench.define(server.url, Self.resource()), options), code: 0, says: ["complete"])
            #expect(try bench.dataset().ids() == Array(1...20))
        }
    }

    @Test("bounds that are none are refused", arguments: ["pages", "records", "requests", "bytes", "time"])
    func badBound(_ what: String) async throws {
        try await Bench.at { bench in
            for value in ["0", "-1", "many"] {
                let outcome = try bench.export(try bench.define("http://127.0.0.1:1", Self.resource()), ["--max-\(what)", value])
                expect(outcome, code: 64, says: ["--max-\(what)", value])
            }
        }
    }
}
