import Foundation
import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeSandbox
import LakeSource
import Synchronization
import Testing

private struct Crash: Error {}
private let firstLoad = "20260101T000000Z-00000a", secondLoad = "20260102T000000Z-00000b"

@Suite("A run, from the lock to the report")
struct ExportRunTests {
    @Test("brings every record of all six resources, and the counts add up")
    func complete() throws {
        let bench = try Bench()
        let report = try ExportRun(bench.job()).run()
        let expected = bench.sandbox.options.expectedCounts()
        let written = Dictionary(uniqueKeysWithValues: report.resources.map { ($0.name, $0.record.counts.written) })
        #expect(written == [
            "requests": expected.requests, "v3_requests": expected.requests, "users": expected.users, "user": expected.users,
            "custom_fields": expected.customFields, "sub_statuses": expected.subStatuses,
        ])
        #expect(report.record.outcome == .complete)
        #expect(report.resources.allSatisfy { $0.record.counts.addUp && $0.evidence != nil })
        #expect(report.record.files.allSatisfy { $0.rows > 0 })
    }

    @Test("differs in no byte of any data file, whatever the speed of the pages and the number of threads")
    func deterministic() throws {
        let fast = try Bench(requests: 400), slow = try Bench(requests: 400, faults: [.slow(millisecondsPerPage: 7)])
        _ = try ExportRun(fast.job(load: firstLoad, parallel: 6)).run()
        _ = try ExportRun(slow.job(load: firstLoad, parallel: 1)).run()
        let a = tree(fast.folder.path).timeless, b = tree(slow.folder.path).timeless
        #expect(a.count > 30)
        #expect(a == b)
    }

    @Test("shows the second day as a further version, and leaves the first load's bytes alone")
    func evolution() throws {
        let day1 = try Bench(), day2 = try Bench(day: 2)
        _ = try ExportRun(day1.job(load: firstLoad)).run()
        let before = tree(day1.folder.path).timeless
        let report = try ExportRun(day2.job(load: secondLoad, lake: day1.folder.path + "/thena")).run()
        let after = tree(day1.folder.path).timeless
        #expect(before.allSatisfy { after[$0.key] == $0.value })
        let requests = try #require(report.tables.first { $0.name == "requests" })
        #expect(requests.newVersions.map(\.version) == [2])
        let changes = requests.newVersions.flatMap(\.changes)
        #expect(changes.contains { $0.what == .widenType && $0.column == "priority_score" && $0.from == .bigint && $0.to == .double })
        #expect(changes.contains { $0.what == .addColumn && $0.column == "csat__score" })
        #expect(changes.allSatisfy { $0.place.page > 0 && $0.place.record > 0 && $0.load == secondLoad })
        #expect(after.keys.contains { $0.hasSuffix("load_id=\(firstLoad)/requests.v1.00000.csv") })
        #expect(after.keys.contains { $0.hasSuffix("load_id=\(secondLoad)/requests.v2.00000.csv") })
    }

    @Test("that dies at any durable step is finished by the next one", arguments: DurableStep.allCases.filter { $0 > .checkpoint })
    func crash(step: DurableStep) throws {
        let bench = try Bench(requests: 120), broken = bench.folder.path + "/broken"
        #expect(throws: (any Error).self) {
            try ExportRun(bench.job(load: firstLoad, lake: broken), hook: { if $0 == step { throw Crash() } }).run()
        }
        let isCommitted = step > .writeRecord
        do {
            let dataset = try Dataset(LakePaths(dataset: broken), name: "thena")
            #expect(dataset.manifest.loadCount == (isCommitted ? 1 : 0))
            #expect(dataset.unfinished.map(\.load.text) == (isCommitted ? [] : [firstLoad]))
        }
        if !isCommitted {
            let askedBefore = bench.sandbox.tally.requests
            _ = try ExportRun(bench.job(load: firstLoad, lake: broken)).run()
            #expect(bench.sandbox.tally.requests == askedBefore, "all pages were kept")
        }
        #expect(tree(broken).timeless == (try Self.uninterrupted.get()))
        #expect(try Disk.names(in: LakePaths(dataset: broken).staging).isEmpty)
    }

    /// What a run leaves that is not stopped; made once.
    private static let uninterrupted = Result {
        let bench = try Bench(requests: 120)
        _ = try ExportRun(bench.job(load: firstLoad)).run()
        return tree(bench.folder.path + "/thena").timeless
    }

    @Test("repeated under its run id changes nothing")
    func runID() throws {
        let bench = try Bench(requests: 50)
        let first = try ExportRun(bench.job(["requests"], runID: "nightly")).run()
        let before = tree(bench.folder.path)
        let again = try ExportRun(bench.job(["requests"], runID: "nightly")).run()
        #expect(again.isRepeat && again.record == first.record)
        #expect(tree(bench.folder.path)["thena/manifest.json"] == before["thena/manifest.json"])
        #expect(tree(bench.folder.path).count == before.count)
    }

    @Test("publishes the others where one resource fails, and says that it is not complete")
    func oneFails() throws {
        let bench = try Bench(faults: [.failStatus(404, request: 1, on: .customFields)])
        let report = try ExportRun(bench.job(["requests", "custom_fields"])).run()
        #expect(report.record.outcome == .partial)
        #expect(report.resources.map(\.outcome) == [.complete, .failed])
        #expect(!report.record.files.contains { $0.table.hasPrefix("custom_fields") })
    }

    @Test("publishes nothing where every resource fails, and leaves no trace")
    func allFail() throws {
        let bench = try Bench(faults: [.failStatus(403, request: 1, on: .users)])
        #expect { try ExportRun(bench.job(["users"])).run() } throws: { error in
            guard case ExportFault.nothingToPublish(let reports)? = error as? ExportFault else { return false }
            return reports.first?.failure == .notAllowed
        }
        #expect(tree(bench.folder.path).timeless.isEmpty)
        #expect(try Disk.names(in: bench.folder.path + "/thena/_lake/staging").isEmpty)
    }

    @Test("is partial where a bound stopped it, and its rows are published")
    func bound() throws {
        let bench = try Bench()
        let report = try ExportRun(bench.job(["requests"], maxPages: 2)).run()
        #expect(report.resources[0].outcome == .partial && report.resources[0].record.counts.written == 200)
    }

    @Test("never ends a loop of cursors as complete")
    func loop() throws {
        let bench = try Bench(faults: [.cursorLoop])
        #expect(throws: ExportFault.self) { try ExportRun(bench.job(["requests"])).run() }
    }

    @Test("that is cancelled leaves the lake as it was, and what it read for the next run")
    func cancelled() throws {
        let bench = try Bench(requests: 3_000, faults: [.hang(request: 9, on: .requests)])
        let cancellation = Cancellation()
        let run = try ExportRun(bench.job(["requests"]), cancellation: cancellation, events: { event in
            if case .progress(let progress) = event, progress.pages == 6 { cancellation.cancel(.signal(2)) }
        })
        #expect { try run.run() } throws: { error in
            if case ExportFault.cancelled(2)? = error as? ExportFault { true } else { false }
        }
        let left = tree(bench.folder.path).timeless.keys.map { $0.split(separator: "/").dropFirst(4).joined(separator: "/") }
        #expect(left.sorted() == ["journal/requests.pages", "run.json"])
    }

    @Test("of another origin is refused before anything is asked")
    func otherOrigin() throws {
        let bench = try Bench(requests: 50)
        _ = try ExportRun(bench.job(["requests"])).run()
        let asked = bench.sandbox.tally.requests
        var job = try bench.job(["requests"])
        job.origin = "https://elsewhere.example:443"
        #expect { try ExportRun(job).run() } throws: { error in
            if case ExportFault.commit(.otherOrigin(_, "sandbox", "https://elsewhere.example:443"))? = error as? ExportFault { true } else { false }
        }
        #expect(bench.sandbox.tally.requests == asked)
    }

    @Test("tells the end of every resource")
    func events() throws {
        let bench = try Bench(requests: 300)
        let seen = Mutex<[String]>([])
        _ = try ExportRun(bench.job(["requests", "users"]), events: { event in
            if case .finished(let report) = event { seen.withLock { $0.append(report.name) } }
        }).run()
        #expect(Set(seen.withLock { $0 }) == ["requests", "users"])
    }

    @Test("takes the hints of its resources into tables, records and findings, and none of them changes the outcome")
    func hints() throws {
        let before = try Bench(users: 40), after = try Bench(users: 3)
        func run(_ bench: Bench, _ load: String) throws -> ExportReport {
            var job = try bench.job(["users"], load: load, lake: before.folder.path + "/thena")
            job.resources[0].tableName = "People"
            job.resources[0].columns = [
                ColumnHint(field: FieldReference(field: ["id"]), isNullable: false, description: "of the user"),
                ColumnHint(field: FieldReference(field: ["slack_profile_emial"]), dataType: .text),
            ]
            job.source.resources = job.source.resources.map { $0.name == "users" ? job.resources[0] : $0 }
            return try ExportRun(job).run()
        }
        let first = try run(before, firstLoad)
        #expect(first.record.outcome == .complete && first.resources[0].record.isFullScan)
        #expect(first.resources[0].findings == first.resources[0].warnings && first.resources[0].warnings.count == 1)
        #expect(first.resources[0].warnings[0].hasSuffix("Did you mean 'slack_profile_email'?"))
        let table = try #require(first.record.tables.first)
        let id = try #require(table.columns.first { $0.name == "id" })
        #expect(table.name == "people" && id.description == "of the user" && id.values == table.rows)
        #expect(first.tables.first?.version.columns.first { $0.name == "id" }?.isNullable == false)
        let second = try run(after, secondLoad)
        #expect(second.record.outcome == .complete && second.tables.first?.name == "people")
        #expect(second.resources[0].warnings.contains { $0.hasPrefix("\(second.record.rows) rows came; the last full load had \(table.rows).") })
        let manifest = try Dataset.readManifest(LakePaths(dataset: before.folder.path + "/thena"), name: "thena").manifest
        #expect(manifest.table("people")?.recentRows == [second.record.rows, first.record.rows])
    }

    @Test("says nothing of fallen rows where it is told not to")
    func noRowDrop() throws {
        let before = try Bench(users: 40), after = try Bench(users: 3)
        _ = try ExportRun(before.job(["users"], load: firstLoad)).run()
        var job = try after.job(["users"], load: secondLoad, lake: before.folder.path + "/thena")
        job.rowDropWarning = 0
        #expect(try !ExportRun(job).run().resources[0].findings.contains { $0.contains("rows came") })
    }
}
