import Foundation
import Glibc
import LakeCommit
import LakeFiles
import LakeModel
import Testing

/// Stops a load at every point at which it can be stopped, and holds what the next run makes of it against a lake that
/// was never interrupted.
@Suite("A stop at every step") struct CrashTests {
    /// Lakes that were never interrupted, after these loads.
    private struct References {
        let before = try! Lake.tree(1)
        let after = try! Lake.tree(1, 2)
        let beforeAndThird = try! Lake.tree(1, 3)
        let afterAndThird = try! Lake.tree(1, 2, 3)
    }
    private static let references = References()
    private static let base = try! Lake(days: 1)

    /// A lake whose second load stopped at the n-th call of the hook.
    private static func stopped(in base: Lake) throws -> StoppedWork {
        try StoppedWork(on: base) { lake, hook in try commit(try lake.open(), loadID(2), portions(2), hook: hook) }
    }
    private static let work = try! stopped(in: base)

    @Test("the hook meets every step, in order, and every piece that moves") func everyStep() throws {
        let point = CrashPoint(.max)
        let lake = try Lake(Self.base)
        try commit(try lake.open(), loadID(2), portions(2), hook: point.hook)
        #expect(Set(point.steps) == Set(DurableStep.allCases.filter { $0 > .checkpoint }))
        #expect(point.steps == point.steps.sorted())
        #expect(point.steps.filter { $0 == .movePartitions }.count == 6, "three tables, two formats")
        #expect(point.steps.filter { $0 == .moveSchemas }.count == 2)
        #expect(Self.work.calls.count == point.steps.count)
    }

    @Test("the next run finds the load whole or not at all, says so, and goes on", arguments: work.calls) func stop(_ call: Int) throws {
        let (lake, step) = try Self.work.stopped(at: call)
        do {
            let dataset = try lake.open()
            #expect(dataset.recovered == Self.actions(step))
            #expect(dataset.manifest == (try Dataset.readManifest(lake.paths, name: "test").manifest))
        }
        let references = Self.references
        let isCommitted = step > .writeRecord
        #expect(difference(try tree(lake.paths), isCommitted ? references.after : references.before) == [])
        #expect(try Disk.names(in: lake.paths.staging) == [])
        #expect(try lake.open().recovered == [], "there is nothing left to do")
        try commit(try lake.open(), loadID(3), portions(3))
        #expect(difference(try tree(lake.paths), isCommitted ? references.afterAndThird : references.beforeAndThird) == [])
    }

    private static func actions(_ step: DurableStep) -> [RecoveryAction] {
        let load = loadID(2).text
        if step <= .writeRecord { return [.removed(load: load)] }
        if step <= .createRecord { return [.published(load: load)] }
        return step <= .replaceManifest ? [.rebuiltManifest, .cleaned(load: load)] : [.cleaned(load: load)]
    }

    @Test("readers without the lock see the load from the commit on, and nothing of it before", arguments: work.calls)
    func readers(_ call: Int) throws {
        let (lake, step) = try Self.work.stopped(at: call)
        let seen = try Dataset.readManifest(lake.paths, name: "test").manifest
        #expect(seen.loads.map(\.load) == (step > .createRecord ? [loadID(2), loadID(1)] : [loadID(1)]).map(\.text))
        for table in seen.tables { _ = try Dataset.schema(lake.paths, table.name, table.currentVersion) }
    }

    @Test("a recovery that is stopped itself, at any step, is finished by the next one", arguments: work.calls) func stopTwice(_ call: Int) throws {
        try Self.work.expectRecovery(at: call) { $0 > .writeRecord ? Self.references.after : Self.references.before }
    }

    @Test("the very first load of a dataset is no different") func firstLoad() throws {
        let empty = try Lake()
        _ = try empty.open()
        let after = try Lake.tree(2)
        let work = try Self.stopped(in: empty)
        for call in work.calls {
            let (lake, step) = try work.stopped(at: call)
            _ = try lake.open()
            let wanted = step > .writeRecord ? after : [:]
            #expect(difference(try tree(lake.paths), wanted) == [], "\(step)")
            #expect(try Dataset.committedLoads(lake.paths).count == (wanted.isEmpty ? 0 : 1))
        }
        #expect(work.calls.count >= DurableStep.allCases.count - 1)
    }

    @Test("a load whose record exists is never published again, though its staging was left") func recordExists() throws {
        let (lake, _) = try Self.work.stopped(at: Self.work.calls.count - 1)
        #expect(Disk.exists(lake.paths.staging(loadID(2)).path))
        #expect(try lake.open().recovered == [.cleaned(load: loadID(2).text)])
        #expect(difference(try tree(lake.paths), Self.references.after) == [])
    }

    @Test("a prepared load that lost a piece is not published in part") func lostPiece() throws {
        let call = DurableStep.makeTargets.rawValue - DurableStep.syncPages.rawValue
        let (lake, step) = try Self.work.stopped(at: call)
        #expect(step == .makeTargets)
        try Disk.removeTree(lake.paths.staging(loadID(2)).tables + "/users/csv")
        #expect { try lake.open() } throws: {
            if case CommitFault.stagingIncomplete(let load, let missing)? = $0 as? CommitFault { load == loadID(2).text && missing.hasSuffix("users/csv") } else { false }
        }
        #expect(try Dataset.committedLoads(lake.paths) == [loadID(1)])
    }

    @Test("a load that lacks a piece is not even prepared") func unprepared() throws {
        let lake = try Lake(Self.base)
        let dataset = try lake.open()
        #expect(throws: CommitFault.self) {
            _ = try prepare(dataset, loadID(2), portions(2)) { step in
                if step == .syncStaging { try Disk.removeTree(lake.paths.staging(loadID(2)).tables + "/requests/jsonl") }
            }
        }
        #expect(!Disk.exists(lake.paths.staging(loadID(2)).record))
    }

    @Test("a schema document that no load knows gives way") func orphanedSchema() throws {
        // Stopped when the schemas had moved; then somebody removed the staging folder by hand.
        let call = try #require(try Self.work.calls.first { try Self.work.stopped(at: $0).step == .syncTargets })
        let (lake, _) = try Self.work.stopped(at: call)
        try Disk.removeTree(lake.paths.staging(loadID(2)).path)
        let dataset = try lake.open()
        #expect(dataset.recovered == [])
        try commit(dataset, loadID(3), portions(3))
        let wanted = Self.references.beforeAndThird
        let extra = difference(try tree(lake.paths), wanted)
        #expect(extra.allSatisfy { $0.contains(loadID(2).text) }, "only what nobody lists is left: \(extra)")
    }

    @Test("a record in the folder of another load is refused") func misplacedRecord() throws {
        let (lake, _) = try Self.work.stopped(at: DurableStep.makeTargets.rawValue - 1)
        try Disk.rename(lake.paths.staging(loadID(2)).path, to: lake.paths.staging(loadID(4)).path)
        #expect(throws: CommitFault.self) { try lake.open() }
    }

    @Test("a manifest that cannot be replaced does not undo a commit") func manifestInTheWay() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try Disk.makeFolders(lake.paths.manifest)  // A folder: no file can be renamed to it.
        let fault = try commit(dataset, loadID(2), portions(2))
        guard case .system(.rename, lake.paths.manifest, _)? = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(try Dataset.committedLoads(lake.paths) == [loadID(2)])
        #expect(!Disk.exists(lake.paths.manifest + ".new"))
    }

    @Test("a disk that does not confirm the record's name does not undo a commit: the fault is told beside it") func unconfirmed() throws {
        let lake = try Lake(Self.base)
        let aside = lake.paths.lake + "/aside"
        let dataset = try lake.open()
        let fault = try commit(dataset, loadID(2), portions(2)) { step in
            if step == .syncRecord { try Disk.rename(lake.paths.loads, to: aside) }
            #expect(step <= .syncRecord, "nothing is done behind a failed sync")
        }
        guard case .system(.sync, lake.paths.loads, _)? = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(dataset.manifest.newestLoad == loadID(2))
        try Disk.rename(aside, to: lake.paths.loads)
        let seen = try Dataset.readManifest(lake.paths, name: "test").manifest
        #expect(seen.newestLoad == loadID(2))
    }

    /// Files in the way of the second load: of a known table, of its format, of a new table.
    static let obstacles = ["requests", "requests/csv", "late"]

    @Test("a file in the way of a table's folder is found before a load is prepared", arguments: obstacles) func inTheWay(_ name: String) throws {
        let lake = try Lake(Self.base)
        let place = lake.paths.dataset + "/" + name
        try Disk.removeTree(place)
        try Disk.write([1], to: place)
        let before = try tree(lake.paths)
        let late = Portion(resource: "late", pages: [#"[{"a":1}]"#])
        var steps: [DurableStep] = []
        #expect {
            try commit(try lake.open(), loadID(2), portions(2) + [late]) { steps.append($0) }
        } throws: {
            if case FileFault.system(.makeFolder, place, ENOTDIR)? = $0 as? FileFault { true } else { false }
        }
        #expect(name == "late" ? steps.last == .syncStaging : steps.isEmpty, "a known table's before anything is staged")
        #expect(try Dataset.committedLoads(lake.paths) == [loadID(1)])
        #expect(difference(try tree(lake.paths).filter { !$0.key.hasPrefix("_lake/staging/") }, before) == [])
        _ = try lake.open()
        #expect(difference(try tree(lake.paths), before) == [], "nothing is left of it")
    }

    @Test("a file in the way of a prepared load: every run says which load and which file, until it is gone") func preparedInTheWay() throws {
        let (lake, _) = try Self.work.stopped(at: DurableStep.makeTargets.rawValue - 1)
        let place = lake.paths.dataset + "/users", aside = lake.folder.path + "/aside"
        try Disk.rename(place, to: aside)
        try Disk.write([1], to: place)
        for _ in 0..<2 {
            #expect {
                try lake.open()
            } throws: {
                if case CommitFault.cannotPublishPrepared(loadID(2).text, place, ENOTDIR)? = $0 as? CommitFault { true } else { false }
            }
        }
        try Disk.remove(place)
        try Disk.rename(aside, to: place)
        #expect(try lake.open().recovered == [.published(load: loadID(2).text)])
        #expect(difference(try tree(lake.paths), Self.references.after) == [])
    }

    @Test("what is no load in the staging folder goes, and what a link points to stays") func strangers() throws {
        let lake = try Lake(Self.base)
        try Disk.makeFolders(lake.folder.path + "/outside")
        try Disk.write([1], to: lake.folder.path + "/outside/kept")
        try Disk.write([2], to: lake.paths.staging + "/file")
        try FileManager.default.createSymbolicLink(atPath: lake.paths.staging + "/link", withDestinationPath: lake.folder.path + "/outside")
        #expect(try lake.open().recovered == [.removed(load: "file"), .removed(load: "link")])
        #expect(Disk.exists(lake.folder.path + "/outside/kept"))
        #expect(difference(try tree(lake.paths), Self.references.before) == [])
    }
}
