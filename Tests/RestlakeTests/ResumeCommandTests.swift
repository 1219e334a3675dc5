import Foundation
import LakeJSON
import Testing

@Suite("Going on with a load that an earlier run left")
struct ResumeCommandTests {
    typealias Request = FixtureServer.Request
    typealias Answer = FixtureServer.Answer

    /// What the API is like by now; changed by a test between its runs.
    private final class Now<Value: Sendable>: @unchecked Sendable {  // `stored` is touched only under the lock.
        private let lock = NSLock()
        private var stored: Value
        init(_ value: Value) { stored = value }
        var value: Value {
            get { lock.withLock { stored } }
            set { lock.withLock { stored = newValue } }
        }
    }

    /// Ends a run at once: nobody waits that long.
    private static let later = Answer.page("{}", status: 503, headers: ["Retry-After: 100000"])
    private static let cursor = #"{"type": "cursor", "cursor_path": "next", "cursor_param": "after"}"#

    private static func targets(_ server: FixtureServer, since count: Int) -> [String] { server.requests.dropFirst(count).map(\.target) }

    private static func page(_ records: [String], next: String?) -> Answer {
        .page(#"{"items": [\#(records.joined(separator: ", "))], "next": \#(next.map { "\"\($0)\"" } ?? "null")}"#)
    }

    // MARK: What the API does not go on from

    @Test("a cursor that the API refuses, or answers with an empty page, begins the resource anew", arguments: [
        Answer.page(#"{"error": "cursor expired"}"#, status: 410), Answer.page(#"{"items": [], "next": null}"#),
    ])
    func expired(_ answer: Answer) async throws {
        try await Bench.at { bench in
            let isOver = Now(false), wasRefused = Now(false)
            let server = FixtureServer { request in
                let page = Int(request.query["after"] ?? "1") ?? 1
                if page == 3, !isOver.value { return Self.later }
                if page == 3, !wasRefused.value {
                    wasRefused.value = true
                    return answer
                }
                return Self.page([#"{"id": \#(page)}"#], next: page < 4 ? "\(page + 1)" : nil)
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "items", "paginator": \#(Self.cursor)}}"#)
            expect(try bench.export(definition), code: 75, says: ["2 pages of it are kept"])
            isOver.value = true
            let seen = server.requests.count
            expect(try bench.export(definition), code: 0, says: [
                "Going on with load", "items: the API does not go on from page 3, where an earlier run stopped; it is read from its beginning.",
            ])
            #expect(Self.targets(server, since: seen) == ["/items?after=3", "/items", "/items?after=2", "/items?after=3", "/items?after=4"])
            #expect(try bench.dataset().ids() == [1, 2, 3, 4])
        }
    }

    @Test("pages that are asked for in another way than before begin the resource anew; what appends without an order always does")
    func otherRequests() async throws {
        try await Bench.at { bench in
            let isSecond = Now(false)
            let server = FixtureServer { request in
                if request.path == "/items" {
                    return Self.page((isSecond.value ? [3, 1, 2] : [1, 2]).map { #"{"id": \#($0), "at": \#($0)}"# }, next: nil)
                }
                return request.path == "/items/2" && !isSecond.value ? Self.later : .page(#"{"of": "\#(request.path)"}"#)
            }
            let definition = try bench.define(server.url, """
                {"name": "items", "write_disposition": "append", "endpoint": {"path": "items", "data_selector": "items", "paginator": "single_page",
                 "incremental": {"cursor_path": "at", "initial_value": 0}}},
                {"name": "detail", "endpoint": {"path": "items/{resources.items.id}", "paginator": "single_page"}}
                """)
            expect(try bench.export(definition), code: 75, says: ["1 page of it is kept", "Nothing is kept of items: it appends what is new", "row_order"])
            isSecond.value = true
            expect(try bench.export(definition), code: 0, says: [
                "items: it is read from its beginning: it appends what is new",
                "detail: page 1 is to be asked for in another way than before; it is read from its beginning.",
            ])
            #expect(try bench.dataset().ids() == [3, 1, 2])
            #expect(try bench.dataset().rows("detail").count == 3)
        }
    }

    // MARK: Places

    @Test("behind pages that stand on places the last one is asked for again, and a list that moved loses nothing", arguments: [
        #"{"type": "page_number", "base_page": 1}"#, #"{"type": "offset", "limit": 2}"#,
    ], [[1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7]])
    func places(_ paginator: String, _ later: [Int]) async throws {
        try await Bench.at { bench in
            let list = Now([1, 2, 3, 4, 5, 6, 7]), isOver = Now(false)
            let start: @Sendable (Request) -> Int = { request in
                request.query["offset"].flatMap { Int($0) } ?? ((Int(request.query["page"] ?? "1") ?? 1) - 1) * 2
            }
            let server = FixtureServer { request in
                let start = start(request)
                return start >= 4 && !isOver.value ? Self.later : .items(list.value.dropFirst(start).prefix(2))
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "items", "paginator": \#(paginator)}}"#,
                client: #""concurrency": 1"#)
            expect(try bench.export(definition), code: 75, says: ["pages of it are kept"])
            let lastKept = server.requests.last { start($0) < 4 }?.target
            list.value = later
            isOver.value = true
            let seen = server.requests.count
            expect(try bench.export(definition), code: 0, says: ["Going on with load"])
            #expect(Self.targets(server, since: seen).first == lastKept)
            #expect(try Set(bench.dataset().ids()).isSuperset(of: later), "\(Self.targets(server, since: seen))")
        }
    }

    @Test("runs that fail at the same page keep all that is there, and behind two of them it is begun anew")
    func stuck() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                let page = Int(request.query["page"] ?? "1") ?? 1
                return page >= 3 ? Self.later : .items([page])
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": {"type": "page_number", "base_page": 1}}}"#,
                client: #""concurrency": 1"#)
            expect(try bench.export(definition), code: 75, says: ["2 pages of it are kept"], never: ["Going on"])
            for _ in 1...2 { expect(try bench.export(definition), code: 75, says: ["Going on", "2 pages of it are kept"]) }
            expect(try bench.export(definition), code: 75, says: ["two runs that went on with it came no further", "2 pages of it are kept"], never: ["Going on"])
        }
    }

    // MARK: Incremental

    @Test("an update of a page that was read before the stop is in the next load, whatever came behind it", arguments: [1, 2], ["", "asc"])
    func updates(_ stops: Int, _ order: String) async throws {
        try await Bench.at { bench in
            let time: @Sendable (Int) -> String = { hour in "2026-11-23T0\(hour):00:00Z" }
            let rows = Now([1: 2, 2: 2, 3: 2]), open = Now(1)
            let server = FixtureServer { request in
                let since = request.query["since"] ?? ""
                let hits = rows.value.filter { time($0.value) >= since }.sorted { order.isEmpty ? $0.key < $1.key : ($0.value, $0.key) < ($1.value, $1.key) }
                let start = Int(request.query["after"] ?? "0") ?? 0
                if start >= open.value { return Self.later }
                return Self.page(
                    hits.dropFirst(start).prefix(1).map { #"{"id": \#($0.key), "updated_at": "\#(time($0.value))"}"# },
                    next: start + 1 < hits.count ? "\(start + 1)" : nil)
            }
            let definition = try bench.define(server.url, """
                {"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "items", "paginator": \(Self.cursor),
                 "incremental": {"cursor_path": "updated_at", "initial_value": "2026-01-01T00:00:00Z", "start_param": "since"
                 \(order.isEmpty ? "" : ", \"row_order\": \"\(order)\"")}}}
                """)
            expect(try bench.export(definition), code: 75, says: ["1 page of it is kept"])
            // A page that is kept changes, and one that is not.
            rows.value = [1: 3, 2: 4, 3: 2]
            if stops == 2 {
                open.value = 2
                expect(try bench.export(definition), code: 75, says: ["2 pages of it are kept"])
                rows.value = [1: 3, 2: 4, 3: 5]
            }
            open.value = 9
            expect(try bench.export(definition), code: 0, says: ["Going on"])
            expect(try bench.export(definition), code: 0)
            var newest: [Int: String] = [:]
            let lake = bench.dataset()
            for load in lake.loads {
                let record = try lake.document("_lake/loads/\(load).json")
                for file in lake.files(record, "jsonl") {
                    for row in try lake.jsonl(file.path) { newest[row["id"]?.int ?? 0] = row["updated_at"]?.string }
                }
            }
            #expect(newest == rows.value.mapValues(time))
        }
    }

    // MARK: What stands in the way

    @Test("what is damaged in staging is said with its file and what to do")
    func damaged() async throws {
        try await Bench.at { bench in
            let isOver = Now(false)
            let server = FixtureServer { request in
                let page = Int(request.query["after"] ?? "1") ?? 1
                return page == 3 && !isOver.value ? Self.later : Self.page([#"{"id": \#(page)}"#], next: page < 3 ? "\(page + 1)" : nil)
            }
            let definition = try bench.define(
                server.url, #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "data_selector": "items", "paginator": \#(Self.cursor)}}"#)
            let kept = { () throws -> String in
                expect(try bench.export(definition), code: 75, says: ["2 pages of it are kept"])
                return bench.dataset().folder + "/_lake/staging/" + (try #require(bench.dataset().staging.first))
            }
            let run = try kept() + "/run.json"
            try "{".write(toFile: run, atomically: false, encoding: .utf8)
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 0, says: ["\(run) is damaged", "2 pages that it kept are lost"])
            let newer = try kept()
            try #"{"restlake_format": 99}"#.write(toFile: newer + "/run.json", atomically: false, encoding: .utf8)
            expect(try bench.restlake(["recover", "--lake", bench.lake, "--discard"]), code: 0, says: ["as it is", "has format 99", "newer restlake"])
            #expect(FileManager.default.fileExists(atPath: newer + "/run.json"))
            try FileManager.default.removeItem(atPath: newer)
            let journal = try kept() + "/journal/items.pages"
            try FileManager.default.removeItem(atPath: journal)
            try FileManager.default.createDirectory(atPath: journal, withIntermediateDirectories: false)
            expect(try bench.export(definition), code: 74, says: [journal, "Is a directory", "--no-resume", "restlake recover --discard"])
            isOver.value = true
            expect(try bench.export(definition, ["--no-resume"]), code: 0, says: ["removed, as --no-resume says"])
        }
    }

    @Test("something else in the place of a file of the lake is said with what to do")
    func inTheWay() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .items([1]) }
            let definition = try bench.define(server.url, #"{"name": "items", "endpoint": {"path": "items", "paginator": "single_page"}}"#)
            let lake = bench.lake + "/api/_lake"
            try FileManager.default.createDirectory(atPath: lake + "/lock", withIntermediateDirectories: true)
            expect(try bench.export(definition), code: 73, says: ["Cannot lock '\(lake)/lock': Is a directory", "remove it"])
            try FileManager.default.removeItem(atPath: lake + "/lock")
            try bench.write("x", to: "lake/api/_lake/staging")
            expect(try bench.export(definition), code: 73, says: ["\(lake)/staging", "remove it"])
            try FileManager.default.removeItem(atPath: lake + "/staging")
            expect(try bench.restlake(["schema", "items", "--lake", bench.lake]), code: 64, says: ["There is no table 'items'", "It has none yet."])
            expect(try bench.export(definition), code: 0)
            try FileManager.default.removeItem(atPath: lake + "/schemas/items.v1.json")
            expect(try bench.export(definition), code: 65, says: ["\(lake)/schemas/items.v1.json is missing. Restore it from a copy."])
            expect(try bench.restlake(["loads", "--lake", bench.folder + "/nowhere"]), code: 64, says: ["There is no lake at", "check --lake"])
        }
    }

    @Test("a damaged load record is said with what to do, and the last good load is named")
    func damagedRecord() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .items([1]) }
            let definition = try bench.define(server.url, #"{"name": "items", "endpoint": {"path": "items", "paginator": "single_page"}}"#)
            for _ in 1...2 { expect(try bench.export(definition), code: 0) }
            let loads = bench.dataset().loads, folder = bench.dataset().folder
            let record = "\(folder)/_lake/loads/\(loads[1]).json"
            try "{".write(toFile: record, atomically: false, encoding: .utf8)
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 0, says: ["Warning: \(record) is damaged", "Restore it from a copy"])
            let manifest = try bench.dataset().data("manifest.json")
            try FileManager.default.removeItem(atPath: folder + "/manifest.json")
            expect(try bench.export(definition), code: 65, says: [
                "\(record) is damaged", "Restore it from a copy.", "the last good load is \(loads[0])",
            ], never: ["has no load yet"])
            try "{".write(toFile: "\(folder)/_lake/loads/\(loads[0]).json", atomically: false, encoding: .utf8)
            expect(try bench.export(definition), code: 65, says: ["cannot be told"], never: ["has no load yet"])
            try manifest.write(to: URL(fileURLWithPath: folder + "/manifest.json"))
            expect(try bench.export(definition), code: 0, says: ["Warning: \(record) is damaged"])
        }
    }
}
