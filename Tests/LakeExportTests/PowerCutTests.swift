import Foundation
import LakeCommit
import LakeExport
import LakeFiles
import LakeModel
import LakeTestSupport
import Synchronization
import Testing

private let load = "20260101T000000Z-00000a"

/// Cuts the power at every sync of a run that is stopped, and lets the next one go on with what the disk still holds.
@Suite("A power cut while pages are kept")
struct PowerCutTests {
    private static let disks = ProcessInfo.processInfo.environment["RESTLAKE_POWER_CUTS"].flatMap { Int($0) } ?? 2
    private let bench: Bench
    /// In memory where the system has such a place: its file numbers are never used twice.
    private let folder = (FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()) + "/restlake-cut-\(UUID().uuidString)"

    init() throws { bench = try Bench(requests: 320) }

    private func job(_ lake: String) throws -> ExportJob { try bench.job(["requests", "users", "user"], load: load, lake: lake) }

    private func stop(_ lake: String, behind pages: Int) throws {
        let cancellation = Cancellation(), seen = Mutex(0)
        let run = ExportRun(try job(lake), cancellation: cancellation, events: { event in
            guard case .progress = event else { return }
            if seen.withLock({ $0 += 1; return $0 == pages }) { cancellation.cancel(.signal(15)) }
        })
        #expect(throws: (any Error).self) { _ = try run.run() }
    }

    @Test("the next run makes the load of a run that was never stopped")
    func goesOn() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = folder + "/whole", broken = folder + "/broken"
        _ = try ExportRun(job(whole)).run()
        _ = try Dataset(LakePaths(dataset: broken), name: "thena")
        nonisolated(unsafe) var cuts: [String] = []
        nonisolated(unsafe) var power: PowerCut?
        power = try PowerCut(broken, atSync: { sync in
            for disk in 0..<Self.disks {
                cuts.append(folder + "/cut\(sync).\(disk)")
                try? power?.disk(in: cuts[cuts.count - 1], seed: disk == 0 ? nil : UInt64(sync * Self.disks + disk))
            }
        })
        try stop(broken, behind: 9)
        power?.stop()
        #expect(cuts.count >= Self.disks * 6)
        let expected = tree(whole).timeless
        var resumed = 0
        for cut in cuts + [broken] {
            let events = Mutex(0)
            let report = try ExportRun(job(cut), events: { if case .resuming = $0 { events.withLock { $0 += 1 } } }).run()
            resumed += events.withLock { $0 }
            #expect(report.record.outcome == .complete)
            #expect(tree(cut).timeless == expected, "\(cut)")
            #expect(try Disk.names(in: cut + "/_lake/staging") == [])
        }
        #expect(resumed >= 2 && resumed < cuts.count, "some disks hold a checkpoint, some do not")
    }
}
