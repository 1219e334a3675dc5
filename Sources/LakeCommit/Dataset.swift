import Glibc
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// What a recovery found and did.
package enum RecoveryAction: Hashable, Sendable {
    /// A load that was prepared when its run died: published now.
    case published(load: String)
    /// Files of a load that was not prepared: removed, nothing of them was ever part of the lake.
    case removed(load: String)
    /// The same of a load whose `run.json` is damaged, with so many pages that nobody can go on with.
    case removedDamaged(load: String, CommitFault, pages: Int)
    /// The same of a load that nobody can go on with, because something was committed since it was begun.
    case removedOvertaken(load: String)
    /// An unfinished load of a newer restlake: it stays as it is.
    case leftAlone(load: String, CommitFault)
    /// The last steps of a committed load: done now.
    case cleaned(load: String)
    /// Files that a committed removal of old data had not come to: removed now.
    case finishedExpiry(load: String)
    /// The same, but the disk refused it; `number` is the `errno`. The next run tries again.
    case unfinishedExpiry(load: String, path: String, number: Int32)
    /// The manifest was behind its records, or damaged: made anew.
    case rebuiltManifest
}

/// A dataset that this run has for itself: locked, recovered, its manifest read.
package final class Dataset {
    package let paths: LakePaths
    package private(set) var manifest: Manifest
    /// What had to be put right on the way in.
    package private(set) var recovered: [RecoveryAction] = []
    /// Loads that a run left before they were prepared, and that another one may go on with; oldest first.
    package private(set) var unfinished: [UnfinishedLoad] = []
    /// What is wrong with the newest load record, where the manifest is whole: it goes on without it.
    package private(set) var damagedRecord: CommitFault?
    private let lock: DatasetLock

    /// Takes the lock, finishes what an earlier run prepared, and reads the manifest.
    package init(_ paths: LakePaths, name: String, hook: StepHook = { _ in }) throws {
        self.paths = paths
        lock = try DatasetLock(paths)
        let read = try Dataset.readManifest(paths, name: name)
        manifest = read.manifest
        if read.isBehind { try rebuildManifest(hook) }
        try recover(hook)
        damagedRecord = try faultOfNewestRecord()
    }

    // MARK: Reading

    /// The manifest as the records make it, and whether the file was behind them. Takes no lock and changes nothing.
    package static func readManifest(_ paths: LakePaths, name: String) throws -> (manifest: Manifest, isBehind: Bool) {
        var isBehind = false
        var manifest = Manifest(dataset: name)
        do {
            if let read = try Documents.manifest(paths.manifest) { manifest = read }
        } catch let fault as CommitFault {
            if case .newerFormat = fault { throw fault }
            isBehind = true  // Damaged: it is a summary, the records have it all.
        }
        let committed = try committedLoads(paths)
        let folded = manifest.newestLoad.map { newest in committed.prefix { $0 <= newest } } ?? []
        if manifest.recordCount != folded.count || manifest.newestLoad != folded.last {
            manifest = Manifest(dataset: name)  // It does not belong to these records.
            isBehind = true
        }
        let newest = manifest.newestLoad
        let missing = committed.filter { load in newest.map { $0 < load } ?? true }
        try fold(missing, into: &manifest, paths)
        return (manifest, isBehind || !missing.isEmpty)
    }

    /// The manifest that some of the committed loads make, and no others.
    package static func manifest(_ paths: LakePaths, name: String, of loads: [LoadID]) throws -> Manifest {
        var manifest = Manifest(dataset: name)
        try fold(loads, into: &manifest, paths)
        return manifest
    }

    private static func fold(_ loads: [LoadID], into manifest: inout Manifest, _ paths: LakePaths) throws {
        for load in loads {
            if let record = try record(paths, load.text) { manifest.fold(record) }
        }
    }

    /// The committed loads, oldest first.
    package static func committedLoads(_ paths: LakePaths) throws -> [LoadID] {
        try Disk.names(in: paths.loads, endingIn: ".json").compactMap { LoadID(String($0.dropLast(5))) }
    }

    package static func schema(_ paths: LakePaths, _ table: String, _ version: Int) throws -> SchemaVersion {
        let path = paths.absolute(LakePaths.schema(table, version))
        guard let schema = try Documents.schema(path) else {
            throw CommitFault.documentMissing(path: path)
        }
        return schema
    }

    /// - Parameter withColumns: false: the record without the columns of its tables, which is read faster.
    package static func record(_ paths: LakePaths, _ load: String, withColumns: Bool = true) throws -> LoadRecord? {
        try Documents.record(paths.absolute(LakePaths.record(load)), withColumns: withColumns)
    }

    /// All tables with what earlier loads know of them.
    package func knownTables() throws -> [KnownTable] {
        try manifest.tables.map { table in
            let version = try Dataset.schema(paths, table.name, table.currentVersion)
            let facts = Dictionary(table.columns.map { ($0.id, $0.facts) }, uniquingKeysWith: { $1 })
            return KnownTable(version: version, facts: version.columns.map { facts[$0.id] ?? ColumnFacts() })
        }
    }

    /// The record of the committed load of a run id, the newest one first.
    package func record(runID: String) throws -> LoadRecord? {
        if let listed = manifest.loads.first(where: { $0.runID == runID }) { return try Dataset.record(paths, listed.load) }
        guard manifest.recordCount > manifest.loads.count else { return nil }
        for load in try Dataset.committedLoads(paths).reversed().dropFirst(manifest.loads.count) {
            guard try mayHaveRunID(runID, load) else { continue }
            if let record = try Dataset.record(paths, load.text), record.runID == runID { return record }
        }
        return nil
    }

    /// Looks at the head of a record only, where the run id has a line of its own: records can be large, and old loads many.
    private func mayHaveRunID(_ runID: String, _ load: LoadID) throws -> Bool {
        let name = Array("\n  \"run_id\": ".utf8)
        let text = JSONValue.string(runID).utf8(pretty: false)
        guard let head = try Disk.read(paths.absolute(LakePaths.record(load.text)), first: 4096 + text.count) else { return false }
        guard let found = head.firstRange(of: name) else { return true }  // Not as the writer writes it.
        return head[found.upperBound...].starts(with: text)
    }

    // MARK: Writing

    /// Refuses data of another API.
    package func checkOrigin(_ origin: String) throws {
        if let holds = manifest.origin, holds != origin {
            throw CommitFault.otherOrigin(dataset: manifest.dataset, holds: holds, asked: origin)
        }
    }

    /// The clock of the system.
    package static func clock() -> UTCTime {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return UTCTime(milliseconds: Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000)
    }

    /// Begins a load.
    package func stage(_ load: LoadID, now: UTCTime = Dataset.clock()) throws -> StagedLoad {
        if let newest = manifest.newestLoad, load <= newest {
            throw CommitFault.loadIDNotNewest(asked: load.text, newest: newest.text)
        }
        // The newest load counts too: where a clock was wrong once, later loads follow it by a second each.
        let present = max(now, manifest.newestLoad?.time ?? now)
        guard load.time.milliseconds <= present.milliseconds + 86_400_000 else { throw CommitFault.loadIDInFuture(asked: load.text) }
        for table in manifest.tables {
            for format in FileFormat.allCases { try paths.requireWay(to: paths.dataset + "/\(table.name)/\(format.rawValue)") }
        }
        try Disk.makeFolders(paths.staging, mode: 0o700)
        let device = try Disk.device(of: paths.staging)
        for folder in try targetFolders() where try Disk.device(of: folder) != device { throw CommitFault.otherDevice(path: folder) }
        try Disk.makeFolders(paths.staging(load).path, mode: 0o700)
        return StagedLoad(load: load, paths: paths)
    }

    /// Goes on with a load that an earlier run left.
    package func resume(_ load: UnfinishedLoad, now: UTCTime = Dataset.clock()) throws -> StagedLoad {
        unfinished.removeAll { $0.load == load.load }
        return try stage(load.load, now: now)
    }

    /// Removes what an earlier run left.
    package func discard(_ load: UnfinishedLoad) throws {
        unfinished.removeAll { $0.load == load.load }
        try Disk.removeTree(paths.staging(load.load).path)
    }

    /// The folders that there are by now of those into which pieces of a load may move.
    private func targetFolders() throws -> [String] {
        var folders = [paths.dataset] + [paths.loads, paths.schemas, paths.quarantine].filter(Disk.isFolder)
        for name in try Disk.names(in: paths.dataset) where name != "_lake" {
            let table = paths.dataset + "/" + name
            folders += ([table] + FileFormat.allCases.map { table + "/" + $0.rawValue }).filter(Disk.isFolder)
        }
        return folders
    }

    /// Publishes a prepared load: from its return on it is committed.
    /// - Returns: what kept the manifest from being replaced, or staging from being removed. The load is committed all the
    ///   same, and the next run does the rest.
    @discardableResult
    package func publish(_ prepared: consuming PreparedLoad, hook: StepHook = { _ in }) throws -> FileFault? {
        try prepared.publish(&manifest, hook: hook)
    }

    // MARK: Recovery

    private func rebuildManifest(_ hook: StepHook) throws {
        // The run that created the newest record may have died before its name was durable.
        if Disk.isFolder(paths.loads) { try Disk.syncFolder(paths.loads) }
        try hook(.replaceManifest)
        try Documents.replace(paths.manifest, with: manifest.json, in: paths.dataset)
        recovered.append(.rebuiltManifest)
    }

    /// Folds all records anew, whatever the manifest says, and replaces it where it is not what they give.
    package func refoldManifest(hook: StepHook = { _ in }) throws {
        let folded = try Dataset.manifest(paths, name: manifest.dataset, of: Dataset.committedLoads(paths))
        guard folded.recordCount > 0, try Disk.read(paths.manifest)?.withBytes(Array.init) != folded.json.utf8(pretty: true) else { return }
        manifest = folded
        try rebuildManifest(hook)
    }

    private func recover(_ hook: StepHook) throws {
        for name in try Disk.names(in: paths.staging) {
            if let action = try recover(name, hook) { recovered.append(action) }
        }
        // May hold personal data, and is of no use to anybody.
        for load in unfinished where load.isOvertaken(by: manifest.newestLoad) {
            try hook(.removeStaging)
            try discard(load)
            recovered.append(.removedOvertaken(load: load.load.text))
        }
    }

    /// Reads that one only: a damage in the middle of ten thousand is for `verify` to find.
    private func faultOfNewestRecord() throws -> CommitFault? {
        guard let newest = manifest.newestLoad else { return nil }
        do { _ = try Dataset.record(paths, newest.text) } catch let fault as CommitFault {
            if case .newerFormat = fault { throw fault }
            return fault
        }
        return nil
    }

    /// - Returns: nil where nothing was done: the load is unfinished.
    private func recover(_ name: String, _ hook: StepHook) throws -> RecoveryAction? {
        let folder = StagingFolder(paths.staging + "/" + name)
        if try Disk.isThere(paths.absolute(LakePaths.record(name))) {
            // As above: staging must not go before the record is durable.
            try hook(.syncRecord)
            try Disk.syncFolder(paths.loads)
            return try finish(name, folder, hook)
        }
        guard let record = try Documents.record(folder.record) else {
            return try recoverUnfinished(name, folder, hook)
        }
        guard record.load == name else {
            throw CommitFault.document(path: folder.record, fault: DocumentFault("load_id", expected: name))
        }
        let leftover: FileFault?
        do {
            leftover = try PreparedLoad(record: record, paths: paths).publish(&manifest, hook: hook)
        } catch FileFault.system(_, let path, let number) {
            throw CommitFault.cannotPublishPrepared(load: name, path: path, number: number)
        }
        if let leftover { throw leftover }
        return .published(load: name)
    }

    private func recoverUnfinished(_ name: String, _ folder: StagingFolder, _ hook: StepHook) throws -> RecoveryAction? {
        do {
            if let load = try UnfinishedLoad(folder, name: name) {
                unfinished.append(load)
                return nil
            }
        } catch let fault as CommitFault {
            if case .newerFormat = fault { return .leftAlone(load: name, fault) }
            let pages = folder.keptPages()
            try remove(folder, hook)
            return .removedDamaged(load: name, fault, pages: pages)
        }
        try remove(folder, hook)
        return .removed(load: name)
    }

    /// The steps behind the commit.
    private func finish(_ name: String, _ folder: StagingFolder, _ hook: StepHook) throws -> RecoveryAction {
        let record = try Dataset.record(paths, name)
        do { try ExpiredFiles(paths: paths, expired: record?.expired ?? []).remove(hook) } catch FileFault.system(_, let path, let number) {
            // Old files that will not go are no reason to take in no new ones.
            return .unfinishedExpiry(load: name, path: path, number: number)
        }
        try remove(folder, hook)
        return record?.kind == .expire ? .finishedExpiry(load: name) : .cleaned(load: name)
    }

    private func remove(_ folder: StagingFolder, _ hook: StepHook) throws {
        try hook(.removeStaging)
        try Disk.removeTree(folder.path)
    }
}
