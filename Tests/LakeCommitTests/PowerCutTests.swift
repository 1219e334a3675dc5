import Foundation
import LakeCommit
import LakeFiles
import LakeModel
import LakeTestSupport
import Testing

/// Cuts the power at every sync of a commit and of a removal, and holds what the next run makes of the disk against a lake
/// that was never interrupted.
@Suite("A power cut at every sync") struct PowerCutTests {
    private static let base = try! Lake(days: 1)
    /// Disks for each sync; more of them when there is time: RESTLAKE_POWER_CUTS=40.
    private static let disks = ProcessInfo.processInfo.environment["RESTLAKE_POWER_CUTS"].flatMap { Int($0) } ?? 3

    /// The disks that a power cut before each sync leaves: one with nothing but what was synced, the others by chance.
    private static func cuts(on base: Lake, _ work: (Lake, StepHook) throws -> Void) throws -> [(lake: Lake, sync: Int, isPrepared: Bool)] {
        let lake = try Lake(base)
        nonisolated(unsafe) var cuts: [(lake: Lake, sync: Int, isPrepared: Bool)] = []
        nonisolated(unsafe) var isPrepared = false
        nonisolated(unsafe) var power: PowerCut?
        power = try PowerCut(lake.paths.dataset, atSync: { sync in
            for disk in 0..<disks {
                guard let left = try? Lake() else { return }
                try? power?.disk(in: left.paths.dataset, seed: disk == 0 ? nil : UInt64(sync * disks + disk))
                cuts.append((left, sync, isPrepared))
            }
        })
        try work(lake) { step in if step > .writeRecord { isPrepared = true } }
        power?.stop()
        return cuts
    }

    @Test("a load is there whole or not at all, and the next one follows") func load() throws {
        let before = try Lake.tree(1), after = try Lake.tree(1, 2)
        let beforeAndThird = try Lake.tree(1, 3), afterAndThird = try Lake.tree(1, 2, 3)
        let cuts = try Self.cuts(on: Self.base) { lake, hook in
            try commit(try lake.open(), loadID(2), portions(2), hook: hook)
        }
        #expect(cuts.count > Self.disks * 20)
        var outcomes: Set<Bool> = []
        for (lake, sync, isPrepared) in cuts {
            _ = try lake.open()
            let found = try tree(lake.paths)
            let isAfter = found["_lake/loads/\(loadID(2).text).json"] != nil
            outcomes.insert(isAfter)
            #expect(difference(found, isAfter ? after : before) == [], "sync \(sync)")
            #expect(isAfter || !isPrepared, "sync \(sync): what is prepared is published")
            #expect(try Disk.names(in: lake.paths.staging) == [] && findings(lake) == [], "sync \(sync)")
            try commit(try lake.open(), loadID(3), portions(3))
            #expect(difference(try tree(lake.paths), isAfter ? afterAndThird : beforeAndThird) == [], "sync \(sync)")
        }
        #expect(outcomes == [true, false])
    }

    @Test("the first load of a dataset is no different") func firstLoad() throws {
        let empty = try Lake(), after = try Lake.tree(2)
        _ = try empty.open()
        for (lake, sync, isPrepared) in try Self.cuts(on: empty, { lake, hook in try commit(try lake.open(), loadID(2), portions(2), hook: hook) }) {
            _ = try lake.open()
            let found = try tree(lake.paths)
            #expect(difference(found, found["manifest.json"] == nil && !isPrepared ? [:] : after) == [], "sync \(sync)")
        }
    }

    @Test("a removal takes everything or nothing, and nothing comes back") func removal() throws {
        let base = try Lake()
        for day in 1...3 {
            try commit(try base.open(), loadID(day), [
                Portion(resource: "events", pages: [#"[{"id":1,"l":[{"v":1}]},{"x":1}]"#], disposition: .append, keepsPages: true),
                Portion(resource: "users", pages: [#"[{"id":1}]"#], disposition: .replace),
            ])
        }
        let expire = { (lake: Lake, hook: StepHook) in
            let dataset = try lake.open()
            let plan = try ExpirePlan(lake.paths, dataset.manifest, Retention(.keeping(1)))
            try dataset.publishExpiry(plan, reason: "r", load: loadID(20), now: loadID(20).time, hook: hook)
        }
        let before = try tree(base.paths), whole = try Lake(base)
        try expire(whole) { _ in }
        let after = try tree(whole.paths)
        for (lake, sync, isPrepared) in try Self.cuts(on: base, expire) {
            _ = try lake.open()
            let found = try tree(lake.paths), isAfter = found["_lake/loads/\(loadID(20).text).json"] != nil
            #expect(difference(found, isAfter ? after : before) == [], "sync \(sync)")
            #expect(isAfter || !isPrepared, "sync \(sync)")
            #expect(try findings(lake) == [], "sync \(sync)")
        }
    }
}
