import Foundation
import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource
import Synchronization
import Testing

private let first = "20260101T000000Z-00000a", second = "20260102T000000Z-00000b", third = "20260103T000000Z-00000c"

/// Loads that keep their pages, and what is made of these.
@Suite("A load made again from its pages")
struct LoadReplayTests {
    private func keeping(_ job: ExportJob) -> ExportJob {
        var job = job
        job.keepsPages = true
        return job
    }

    private func replay(_ job: ExportJob, of load: String = first, in folder: String) throws -> ExportReport {
        try LoadReplay(LoadReplayJob(job, load: try #require(LoadID(load)), datasetFolder: folder)).run()
    }

    /// All but the pages themselves.
    private func data(_ folder: String) -> [String: Data] { tree(folder).timeless.filter { !$0.key.hasPrefix("_lake/pages/") } }

    @Test("holds the same bytes, and its API was not asked", arguments: [nil, 2, 20] as [Int?])
    func same(_ stop: Int?) throws {
        let bench = try Bench()
        let job = keeping(try bench.job(load: first)), folder = job.datasetFolder
        if let stop { try self.stop(job, behind: stop) }
        let whole = try ExportRun(job).run()
        let kept = try #require(whole.record.pages)
        #expect(Set(kept.files.map(\.resource)) == Set(whole.resources.map(\.name)) && kept.pages > 10 && kept.bytes > 100_000)
        let asked = bench.sandbox.tally.requests
        let again = bench.folder.path + "/again", repeated = try bench.job(load: first, lake: again)
        bench.sandbox.stop()
        let report = try replay(repeated, in: folder)
        #expect(report.record.replayOf == first && report.record.pages == nil && report.record.outcome == .complete)
        #expect(data(again) == data(folder))
        let states = try [folder, again].map { try Dataset.readManifest(LakePaths(dataset: $0), name: "thena").manifest.state }
        #expect(states[0] == states[1] && bench.sandbox.tally.requests == asked)
        #expect(report.resources.map(\.record.counts) == whole.resources.map(\.record.counts))
    }

    private func stop(_ job: ExportJob, behind pages: Int) throws {
        let cancellation = Cancellation(), seen = Mutex(0)
        let run = ExportRun(job, cancellation: cancellation, events: { event in
            guard case .progress = event else { return }
            if seen.withLock({ $0 += 1; return $0 == pages }) { cancellation.cancel(.signal(2)) }
        })
        #expect(throws: (any Error).self) { _ = try run.run() }
    }

    @Test("ends where the bounds of its load ended it")
    func bounded() throws {
        let bench = try Bench()
        let job = keeping(try bench.job(["requests"], load: first, maxPages: 3))
        let whole = try ExportRun(job).run()
        #expect(whole.record.outcome == .partial)
        let again = bench.folder.path + "/again"
        let report = try replay(try bench.job(["requests"], load: first, lake: again), in: job.datasetFolder)
        #expect(report.record.outcome == .partial && report.resources.map(\.findings) == whole.resources.map(\.findings))
        #expect(data(again) == data(job.datasetFolder))
    }

    @Test("goes through the definition as it is now")
    func otherDefinition() throws {
        let bench = try Bench()
        let job = keeping(try bench.job(["users"], load: first))
        _ = try ExportRun(job).run()
        var mended = try bench.job(["users"], load: second)
        mended.resources[0].fieldRules = FieldRules(exclude: [FieldReference(field: ["email"])])
        let report = try replay(mended, in: job.datasetFolder)
        #expect(report.record.replayOf == first && report.record.load == second)
        let columns = try #require(report.record.tables.first).columns
        #expect(columns.first { $0.name == "email" }?.values ?? 0 == 0 && columns.first { $0.name == "id" }?.values ?? 0 > 0)
    }

    @Test("of other requests than those that were made is refused, and leaves the lake as it was")
    func otherRequests() throws {
        let bench = try Bench()
        let job = keeping(try bench.job(["requests"], load: first))
        _ = try ExportRun(job).run()
        let before = data(job.datasetFolder)
        var other = try bench.job(["requests"], load: second)
        other.resources[0].paginator = .offset(OffsetPaginator(limit: 7))
        #expect(throws: LoadReplayFault.self) { try replay(other, in: job.datasetFolder) }
        #expect(data(job.datasetFolder) == before)
        #expect(try Disk.names(in: LakePaths(dataset: job.datasetFolder).staging) == [])
    }

    @Test("does not cover what is newer, and appends nothing twice")
    func order() throws {
        let bench = try Bench()
        let folder = try bench.job().datasetFolder, other = bench.folder.path + "/other"
        _ = try ExportRun(keeping(bench.job(["requests", "users"], load: first))).run()
        _ = try ExportRun(bench.job(["users"], load: second)).run()
        #expect(throws: LoadReplayFault.overtaken(resource: "users", by: second)) { try replay(bench.job(["requests", "users"], load: third), in: folder) }
        let report = try replay(bench.job(["requests"], load: third), in: folder)
        #expect(report.record.outcome == .complete && report.record.resources.allSatisfy { $0.state == nil }, "the state stays as it is")
        #expect(try replay(bench.job(["requests"], load: "20260104T000000Z-00000d"), in: folder).record.replayOf == first, "as often as one likes")
        var appended = try bench.job(["requests"], load: "20260105T000000Z-00000e")
        appended.resources[0].writeDisposition = .append
        #expect(throws: LoadReplayFault.appended(resource: "requests", by: first)) { try replay(appended, in: folder) }
        appended.datasetFolder = other
        #expect(try replay(appended, in: folder).record.outcome == .complete)
        appended.loadID = LoadID("20260106T000000Z-00000f")
        #expect(throws: LoadReplayFault.appended(resource: "requests", by: "20260105T000000Z-00000e")) { try replay(appended, in: folder) }
    }

    @Test("needs its pages, all of them, as they were written")
    func damaged() throws {
        let bench = try Bench(requests: 150)
        let job = keeping(try bench.job(["requests", "users"], load: first)), folder = job.datasetFolder
        let record = try ExportRun(job).run().record
        _ = try ExportRun(bench.job(["sub_statuses"], load: second)).run()
        #expect(throws: LoadReplayFault.noPages(try #require(LoadID(second)))) { try replay(bench.job(["sub_statuses"], load: third), of: second, in: folder) }
        #expect(throws: LoadReplayFault.noSuchLoad(try #require(LoadID(third)))) { try replay(bench.job(["users"], load: third), of: third, in: folder) }
        #expect(throws: LoadReplayFault.notKept(resource: "custom_fields", kept: ["requests", "users"])) {
            try replay(bench.job(["custom_fields"], load: third), in: folder)
        }
        let file = try #require(record.pages?.files.first { $0.resource == "users" }?.path), path = folder + "/" + file
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: LoadReplayFault.damaged(path: file)) { try replay(bench.job(["users"], load: third), in: folder) }
        try Disk.remove(path)
        #expect(throws: LoadReplayFault.gone(path: file)) { try replay(bench.job(["users"], load: third), in: folder) }
        #expect(try replay(bench.job(["requests"], load: third), in: folder).record.outcome == .complete)
    }

    @Test("what is only appended is kept too, whatever a stopped run left of it")
    func readsAnew() throws {
        let bench = try Bench()
        var job = keeping(try bench.job(["requests"], load: first))
        job.resources[0].writeDisposition = .append
        job.resources[0].incremental = Incremental(cursorPath: Selector(keys: ["updated_at"]))
        try stop(job, behind: 3)
        let record = try ExportRun(job).run().record
        #expect(record.pages?.files.first?.pages == record.resources.first?.pages && record.outcome == .complete)
        job.datasetFolder = bench.folder.path + "/again"
        job.keepsPages = false
        let again = try replay(job, in: bench.folder.path + "/thena")
        #expect(again.record.resources.first?.state != nil && data(job.datasetFolder) == data(bench.folder.path + "/thena"))
    }
}
