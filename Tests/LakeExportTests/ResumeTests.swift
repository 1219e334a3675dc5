import Foundation
import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSandbox
import LakeSource
import Synchronization
import Testing

private let load = "20260101T000000Z-00000a"

/// Runs that end before their load is prepared, and those that go on with it.
@Suite("An unfinished load")
struct ResumeTests {
    /// Stops a run behind so many pages of all resources together.
    private func interrupted(_ job: ExportJob, behind pages: Int, hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in }) throws -> Bool {
        try stopped(job, behind: pages, .signal(2), hook: hook) != nil
    }

    /// The same, for any cause.
    /// - Returns: the pages that are kept; nil where the run was not stopped.
    private func stopped(
        _ job: ExportJob, behind pages: Int, _ cause: Cancellation.Cause, hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in }
    ) throws -> Int? {
        let cancellation = Cancellation()
        let seen = Mutex(0), kept = Mutex(0)
        let run = ExportRun(job, cancellation: cancellation, hook: hook, events: { event in
            if case .kept(_, let pages, _) = event { kept.withLock { $0 = pages } }
            guard case .progress = event else { return }
            if seen.withLock({ $0 += 1; return $0 == pages }) { cancellation.cancel(cause) }
        })
        do { _ = try run.run() } catch ExportFault.cancelled { return kept.withLock { $0 } } catch ExportFault.deadline { return kept.withLock { $0 } }
        return nil
    }

    private func run(_ job: ExportJob) throws -> (report: ExportReport, events: [ExportEvent]) {
        let events = Mutex<[ExportEvent]>([])
        let report = try ExportRun(job, events: { event in events.withLock { $0.append(event) } }).run()
        return (report, events.withLock { $0 })
    }

    /// What a run leaves that is not stopped, of these resources; made once for each.
    private static let all = Result { try uninterrupted(nil) }
    private static let some = Result { try uninterrupted(["requests", "users", "user"]) }

    private static func uninterrupted(_ resources: [String]?) throws -> (files: [String: Data], requests: Int) {
        let bench = try Bench()
        _ = try ExportRun(bench.job(resources, load: load)).run()
        return (try comparable(bench.folder.path + "/thena"), bench.sandbox.tally.requests)
    }

    /// All of a dataset but times.
    private static func comparable(_ folder: String) throws -> [String: Data] {
        var files = tree(folder).timeless
        for name in try Disk.names(in: folder + "/_lake/loads") {
            let text = try String(contentsOfFile: folder + "/_lake/loads/" + name, encoding: .utf8)
            if name.hasSuffix(".pages.jsonl") {
                files[name] = Data(text.replacing(/"timing":\{[^}]*\}/, with: "").utf8)
            } else if name.hasSuffix(".sha256") {
                files[name] = Data(text.split(separator: "\n").filter { !$0.hasSuffix(".pages.jsonl") }.joined(separator: "\n").utf8)
            } else if name.hasSuffix(".json") {
                files[name] = Data(text.replacing(/"(started_at|prepared_at|checksum)": "[^"]*"/, with: "").utf8)
            }
        }
        return files
    }

    @Test("makes, gone on with however often, the same bytes as a run that was never stopped", arguments: [
        [1], [7], [28], [2, 9], [1, 1, 15], [5, 5, 5, 5],
    ])
    func same(_ stops: [Int]) throws {
        let bench = try Bench(), broken = bench.folder.path + "/broken"
        for pages in stops { #expect(try interrupted(bench.job(load: load, lake: broken), behind: pages)) }
        // Another server with the same data: what was under way when the run was stopped is not counted here.
        let second = try Bench()
        let (report, events) = try run(second.job(load: load, lake: broken))
        let kept = try #require(events.lazy.compactMap { if case .resuming(let id, let pages, _) = $0, id.text == load { pages } else { nil } }.first)
        #expect(report.record.outcome == .complete && kept > 0)
        let whole = try Self.all.get()
        let asked = second.sandbox.tally.requests
        #expect(asked <= whole.requests - kept + report.resources.count, "of what is kept only the last page of a resource is asked for again")
        #expect(try Self.comparable(broken) == whole.files)
        #expect(try Disk.names(in: broken + "/_lake/staging").isEmpty)
    }

    @Test("asks for what is missing only")
    func savesRequests() throws {
        let bench = try Bench()
        let job = try bench.job(["requests"], load: load)
        #expect(try interrupted(job, behind: 5))
        let before = bench.sandbox.tally.requests
        _ = try run(job)
        // Seven pages in all; a cursor leads on from the fifth at least. What was under way when the run was stopped may be
        // counted here.
        #expect((1...3).contains(bench.sandbox.tally.requests - before))
    }

    @Test("whose journal was torn by the crash is gone on with from its last whole entry", arguments: [0.999, 0.6, 0.3, 0.0])
    func torn(_ share: Double) throws {
        let bench = try Bench()
        for isZeroed in [false, true] {
            let broken = bench.folder.path + "/broken\(isZeroed)"
            #expect(try interrupted(bench.job(["requests", "users", "user"], load: load, lake: broken), behind: 12))
            let folder = StagingFolder(broken + "/_lake/staging/" + load).journal
            for name in try Disk.names(in: folder) { try tear("\(folder)/\(name)", share, isZeroed: isZeroed) }
            let (report, _) = try run(bench.job(["requests", "users", "user"], load: load, lake: broken))
            #expect(report.record.outcome == .complete)
            #expect(try Self.comparable(broken) == (try Self.some.get().files), "zeroed: \(isZeroed)")
        }
    }

    private func tear(_ path: String, _ share: Double, isZeroed: Bool) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let kept = Int(Double(bytes.count) * share)
        if isZeroed { bytes.resetBytes(in: kept..<bytes.count) } else { bytes.count = kept }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test("any byte of whose journal flipped loses nothing")
    func flipped() throws {
        let bench = try Bench(requests: 260)
        let whole = bench.folder.path + "/whole", stopped = bench.folder.path + "/stopped"
        _ = try run(bench.job(["requests"], load: load, lake: whole))
        #expect(try interrupted(bench.job(["requests"], load: load, lake: stopped), behind: 2))
        let expected = try Self.comparable(whole)
        for place in 0..<12 {
            let broken = bench.folder.path + "/broken\(place)"
            try FileManager.default.copyItem(atPath: stopped, toPath: broken)
            let path = StagingFolder(broken + "/_lake/staging/" + load).journal(of: "requests")
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[place < 6 ? place * 13 : bytes.count * (place - 5) / 7] ^= 0x04
            try bytes.write(to: URL(fileURLWithPath: path))
            _ = try run(bench.job(["requests"], load: load, lake: broken))
            #expect(try Self.comparable(broken) == expected, "place \(place)")
        }
    }

    @Test("stays for its own run where another one comes, which says in what it differs")
    func otherRun() throws {
        let bench = try Bench()
        let job = try bench.job(["requests"])
        #expect(try interrupted(job, behind: 2))
        var other = job
        other.files.formats = [.csv]
        other.runID = "nightly"
        let (_, events) = try run(other)
        let reasons = events.compactMap { if case .leftover(_, let reason) = $0 { reason } else { nil } }
        // With the commit of the other one nobody can go on with it: a new load builds on the columns and the state of that.
        #expect(reasons == [.otherRun(["formats", "run_id"]), .overtaken])
        #expect(try Disk.names(in: bench.folder.path + "/thena/_lake/staging").isEmpty)
    }

    @Test("behind which a change of state was committed is removed, with what it may hold")
    func overtaken() throws {
        let bench = try Bench()
        let job = try bench.job(["requests"])
        #expect(try interrupted(job, behind: 2))
        let folder = bench.folder.path + "/thena"
        do { _ = try Dataset(LakePaths(dataset: folder), name: "thena").publishState(["requests": ["x": 1]], reason: "test") }
        let staged = try #require(try Disk.names(in: folder + "/_lake/staging").first)
        let (report, events) = try run(job)
        #expect(events.contains { if case .recovered(let actions) = $0 { actions == [.removedOvertaken(load: staged)] } else { false } })
        #expect(report.record.outcome == .complete)
        #expect(try Disk.names(in: folder + "/_lake/staging").isEmpty)
    }

    @Test("that is too old, or not wanted, is removed and said")
    func removed() throws {
        for (change, expected) in [
            ({ $0.resumeWithin = -1 }, LeftoverReason.tooOld), ({ $0.resumes = false }, .notWanted),
        ] as [((inout ExportJob) -> Void, LeftoverReason)] {
            let bench = try Bench()
            var job = try bench.job(["requests"])
            #expect(try interrupted(job, behind: 2))
            change(&job)
            let (report, events) = try run(job)
            let reasons = events.compactMap { if case .leftover(_, let reason) = $0 { reason } else { nil } }
            #expect(reasons == [expected])
            #expect(report.record.outcome == .complete)
            #expect(try Disk.names(in: bench.folder.path + "/thena/_lake/staging").isEmpty)
        }
    }

    @Test("that two runs could not survive is begun anew: one that dies of what is kept has gone on with it all the same")
    func deadly() throws {
        let bench = try Bench()
        #expect(try interrupted(bench.job(["requests"], load: load, lake: bench.folder.path + "/0"), behind: 3))
        for run in 1...3 {
            let lake = bench.folder.path + "/\(run)"
            try FileManager.default.copyItem(atPath: bench.folder.path + "/\(run - 1)", toPath: lake)
            let isBegunAnew = Mutex(false), corpse = bench.folder.path + "/corpse\(run)"
            let job = try bench.job(["requests"], load: load, lake: lake)
            _ = try ExportRun(job, events: { event in
                switch event {
                case .leftover(_, .cameNoFurther): isBegunAnew.withLock { $0 = true }
                // What a run leaves that dies here.
                case .started: try? FileManager.default.copyItem(atPath: lake, toPath: corpse)
                default: break
                }
            }).run()
            #expect(isBegunAnew.withLock { $0 } == (run == 3), "run \(run)")
            try FileManager.default.removeItem(atPath: lake)
            try FileManager.default.moveItem(atPath: corpse, toPath: lake)
        }
    }

    @Test("is as old as its last page, whoever looked at it since")
    func age() throws {
        let bench = try Bench()
        var job = try bench.job(["requests"], load: load)
        #expect(try interrupted(job, behind: 3))
        let staging = StagingFolder(bench.folder.path + "/thena/_lake/staging/" + load), journal = staging.journal(of: "requests")
        let old = Date(timeIntervalSinceNow: -3600)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: journal)
        // Goes on with it, is stopped at once, and adds nothing.
        let cancellation = Cancellation()
        #expect(throws: ExportFault.self) {
            try ExportRun(job, cancellation: cancellation, events: { if case .started = $0 { cancellation.cancel(.signal(2)) } }).run()
        }
        #expect(abs(try #require(Disk.modified(journal)).milliseconds - Int64(old.timeIntervalSince1970 * 1000)) < 2)
        job.resumeWithin = 3_500_000
        let reasons = try run(job).events.compactMap { if case .leftover(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons == [.tooOld])
    }

    /// How a journal loses pages.
    enum Loss: CaseIterable, Sendable { case missing, cutLine, cutBody, flippedBody }

    @Test("says how many of its pages cannot be read any more", arguments: Loss.allCases)
    func lost(_ loss: Loss) throws {
        let bench = try Bench()
        let job = try bench.job(["requests"], load: load)
        let kept = try #require(try stopped(job, behind: 4, .signal(2)))
        let path = StagingFolder(bench.folder.path + "/thena/_lake/staging/" + load).journal(of: "requests")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        switch loss {
        case .missing: bytes = Data()
        case .cutLine: bytes = bytes.prefix(20)
        case .cutBody: bytes = bytes.dropLast(5)
        case .flippedBody: bytes[try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 40] ^= 4
        }
        if loss == .missing { try FileManager.default.removeItem(atPath: path) } else { try bytes.write(to: URL(fileURLWithPath: path)) }
        let (report, events) = try run(job)
        let lost = events.compactMap { if case .lost("requests", let pages) = $0 { pages } else { nil } }
        #expect(lost == [loss == .cutBody ? 1 : kept])
        #expect(report.record.outcome == .complete && report.record.records == 700)
    }

    @Test("is kept where the network, the API or the time ends the run, and not where all resources failed")
    func kept() throws {
        let bench = try Bench(faults: [.failStatus(503, request: 4, on: .requests)])
        let events = Mutex<[Int]>([])
        #expect(throws: ExportFault.self) {
            try ExportRun(bench.job(["requests"]), events: { event in
                if case .kept(_, let pages, _) = event { events.withLock { $0.append(pages) } }
            }).run()
        }
        #expect(events.withLock { $0 } == [3])
        let (report, seen) = try run(bench.job(["requests"]))
        #expect(report.record.outcome == .complete && report.record.records == 700)
        #expect(seen.contains { if case .resuming(_, 3, _) = $0 { true } else { false } })
    }

    @Test("stops at its deadline, and keeps what is there when that comes")
    func deadline() throws {
        let bench = try Bench(faults: [.hang(request: 4, on: .requests)])
        var job = try bench.job(["requests"])
        #expect(try stopped(job, behind: 3, .deadline) == 3)
        job.deadline = 0
        #expect { try ExportRun(job).run() } throws: { if case ExportFault.deadline? = $0 as? ExportFault { true } else { false } }
    }

    @Test("takes a checkpoint before the run ends")
    func checkpoint() throws {
        let bench = try Bench()
        let steps = Mutex<[DurableStep]>([])
        #expect(try interrupted(bench.job(["requests"]), behind: 2, hook: { step in steps.withLock { $0.append(step) } }))
        #expect(steps.withLock { $0 } == [.checkpoint])
    }
}
