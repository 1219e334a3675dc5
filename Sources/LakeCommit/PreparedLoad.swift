import LakeFiles
import LakeJSON
import LakeModel

/// A load whose pieces are all durable in staging, with its record beside them. Publishing it moves the pieces to their
/// places; every step looks at what is there, so it can be taken again after a crash.
package struct PreparedLoad: ~Copyable {
    package let record: LoadRecord
    private let paths: LakePaths
    private let staging: StagingFolder

    init(record: LoadRecord, paths: LakePaths) {
        self.record = record
        self.paths = paths
        staging = StagingFolder(paths.staging + "/" + record.load)
    }

    /// Publishes the load and takes it into the manifest.
    /// - Returns: what kept the steps behind the commit from being done. The load is committed all the same: readers fold
    ///   its record in, and whoever takes the lock next does the rest.
    package consuming func publish(_ manifest: inout Manifest, hook: StepHook = { _ in }) throws -> FileFault? {
        let moves = moves()
        try hook(.makeTargets)
        try makeTargets(moves)
        for step in [DurableStep.movePartitions, .moveQuarantine, .movePages, .movePageLog, .moveChecksums, .moveSchemas] {
            try hook(step)
            for (index, move) in moves.filter({ $0.step == step }).enumerated() {
                if index > 0 { try hook(step) }
                try take(move, manifest)
            }
        }
        try hook(.syncTargets)
        try Disk.syncFolders(Set(moves.map(\.targetFolder)).sorted())
        try hook(.createRecord)
        guard try Disk.renameNew(staging.record, to: paths.absolute(LakePaths.record(record.load))) else {
            throw CommitFault.recordExists(load: record.load)
        }
        manifest.fold(record)
        try hook(.syncRecord)
        // The record has its name. A sync that failed is not tried again: nothing more is written behind it in this run.
        do throws(FileFault) { try Disk.syncFolder(paths.loads) } catch { return error }
        try hook(.replaceManifest)
        do throws(FileFault) { try Documents.replace(paths.manifest, with: manifest.json, in: paths.dataset) } catch { return error }
        do { try ExpiredFiles(paths: paths, expired: record.expired).remove(hook) } catch let fault as FileFault { return fault }
        try hook(.removeStaging)
        do throws(FileFault) { try Disk.removeTree(staging.path) } catch { return error }
        return nil
    }

    /// What is not in staging now could never be published, nor what has a file where its folder is to be.
    borrowing func requirePieces() throws {
        for move in moves() {
            guard try Disk.isThere(move.from) else { throw CommitFault.stagingIncomplete(load: record.load, missing: move.from) }
            try paths.requireWay(to: move.targetFolder)
        }
        for file in record.files {
            let path = "\(staging.tables)/\(file.table)/\(file.format.rawValue)/" + file.path.split(separator: "/").suffix(1).joined()
            guard try Disk.isThere(path) else { throw CommitFault.stagingIncomplete(load: record.load, missing: path) }
        }
    }

    private struct Move {
        var step: DurableStep
        var from: String
        var target: String
        /// Of a schema document: the version that it must follow in the manifest.
        var version: (table: String, number: Int)?
        var targetFolder: String { String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]) }
    }

    private borrowing func moves() -> [Move] {
        var moves: [Move] = []
        var seen: Set<String> = []
        for file in record.files where seen.insert(file.table + "/" + file.format.rawValue).inserted {
            moves.append(Move(
                step: .movePartitions, from: "\(staging.tables)/\(file.table)/\(file.format.rawValue)",
                target: paths.absolute(LakePaths.partition(file.table, file.format, record.load))))
        }
        for file in record.quarantine {
            moves.append(Move(
                step: .moveQuarantine, from: staging.quarantine + "/" + StagingFolder.fileName(of: file.resource),
                target: paths.absolute(LakePaths.quarantine(file.resource, record.load))))
        }
        for file in record.pages?.files ?? [] {
            moves.append(Move(step: .movePages, from: staging.journal(of: file.resource), target: paths.absolute(file.path)))
        }
        // A change of state and a removal have nothing but their record.
        guard record.kind == .load else { return moves }
        moves.append(Move(step: .movePageLog, from: staging.pageLog, target: paths.absolute(LakePaths.pageLog(record.load))))
        moves.append(Move(step: .moveChecksums, from: staging.checksums, target: paths.absolute(LakePaths.checksums(record.load))))
        for table in record.tables {
            for version in table.versions {
                moves.append(Move(
                    step: .moveSchemas, from: staging.schemas + "/\(table.name).v\(version.version).json",
                    target: paths.absolute(LakePaths.schema(table.name, version.version)), version: (table.name, version.version)))
            }
        }
        return moves
    }

    /// Makes the folders that the pieces move into, and their names durable.
    private borrowing func makeTargets(_ moves: [Move]) throws {
        try Disk.makeFolders(paths.loads)
        try Disk.makeFolders(paths.schemas)
        var touched: Set<String> = [paths.dataset, paths.lake]
        for move in moves {
            try paths.requireWay(to: move.targetFolder)
            try Disk.makeFolders(move.targetFolder, mode: [.moveQuarantine, .movePages].contains(move.step) ? 0o700 : 0o777)
            var folder = move.targetFolder
            while folder.utf8.count > paths.dataset.utf8.count, let slash = folder.lastIndex(of: "/") {
                folder = String(folder[..<slash])
                touched.insert(folder)
            }
        }
        try Disk.syncFolders(touched.sorted())
    }

    /// Moves one piece, unless an earlier try has done so.
    private borrowing func take(_ move: Move, _ manifest: Manifest) throws {
        let isThere = try Disk.isThere(move.target)
        if try Disk.isThere(move.from) {
            guard !isThere || isUnused(move, manifest) else {
                throw CommitFault.stagingIncomplete(load: record.load, missing: move.target + " (it exists already)")
            }
            try Disk.rename(move.from, to: move.target)
        } else if !isThere {
            throw CommitFault.stagingIncomplete(load: record.load, missing: move.from)
        }
    }

    /// Whether the target is a schema document that no committed load knows: left by a load whose staging folder somebody
    /// removed. It gives way.
    private borrowing func isUnused(_ move: Move, _ manifest: Manifest) -> Bool {
        guard let version = move.version else { return false }
        return version.number > manifest.table(version.table)?.currentVersion ?? 0
    }
}
