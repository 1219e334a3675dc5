import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import LakeThreads

/// A load in the making: files in staging, nothing that binds anyone yet.
package struct StagedLoad: ~Copyable {
    package let load: LoadID
    package let staging: StagingFolder
    private let paths: LakePaths

    init(load: LoadID, paths: LakePaths) {
        self.load = load
        self.paths = paths
        staging = paths.staging(load)
    }

    /// Throws everything away.
    package consuming func discard() throws { try Disk.removeTree(staging.path) }

    /// Writes down what the load is and makes it durable. From the last step on it will be published, if not by this
    /// run, then by the next that takes the lock.
    /// - Parameters:
    ///   - schemas: the new schema versions.
    ///   - pageLogs: the names of the resources' page logs in `staging.pageLogs`, in the order of the record's resources.
    package consuming func prepare(
        _ record: LoadRecord, schemas: [SchemaVersion], pageLogs: [String], hook: StepHook = { _ in }
    ) throws -> PreparedLoad {
        for resource in record.resources where !resource.counts.addUp { throw CommitFault.countsDoNotAddUp(resource: resource.name) }
        try hook(.syncPages)
        let journals = record.pages?.files.map { staging.journal(of: $0.resource) } ?? []
        try SideBySide.forEach(journals, threads: Disk.syncsAtOnce) { path throws(FileFault) in try Disk.syncFile(path) }
        try hook(.writePageLog)
        let pageLogSum = try joinPageLogs(pageLogs)
        try hook(.writeSchemas)
        try Disk.makeFolders(staging.schemas)
        var sums = record.files.map { ($0.path, $0.sha256) }
        let documents = schemas.map { (name: "\($0.table).v\($0.version).json", bytes: $0.json.utf8(pretty: true)) }
        let folder = staging.schemas
        try SideBySide.forEach(documents, threads: Disk.syncsAtOnce) { document throws(FileFault) in
            try Disk.write(document.bytes, to: folder + "/" + document.name)
        }
        sums += zip(schemas, documents).map { (LakePaths.schema($0.table, $0.version), Checksum.of($1.bytes)) }
        sums.append((LakePaths.pageLog(load.text), pageLogSum))
        try hook(.writeChecksums)
        try Disk.write(Array(sums.map { "\($0.1)  \($0.0)\n" }.joined().utf8), to: staging.checksums)
        return try prepareAlone(record, hook: hook)
    }

    /// The same for a change of state or a removal, which have nothing but their record: the last steps alone.
    package consuming func prepareAlone(_ record: LoadRecord, hook: StepHook = { _ in }) throws -> PreparedLoad {
        try hook(.syncStaging)
        try syncFolders(below: staging.path)
        try Disk.syncFolders(above: staging.path)
        let prepared = PreparedLoad(record: record, paths: paths)
        try prepared.requirePieces()
        try hook(.writeRecord)
        try Documents.replace(staging.record, with: Seal.sealed(record.json), in: staging.path)
        return prepared
    }

    /// One page log for the load, ordered by resource and page.
    /// - Returns: its SHA-256.
    private borrowing func joinPageLogs(_ names: [String]) throws -> String {
        let head = Array("{\"restlake_format\":\(restlakeFormat),\"load_id\":\"\(load.text)\"}\n".utf8)
        return try Disk.join(head, names.map { staging.pageLogs + "/" + $0 }, to: staging.pageLog)
    }
}

/// Makes all names in and below a folder durable.
func syncFolders(below folder: String) throws(FileFault) { try Disk.syncFolders(try folders(from: folder)) }

/// A folder and all below it, the deepest first.
private func folders(from folder: String) throws(FileFault) -> [String] {
    var found: [String] = []
    for name in try Disk.names(in: folder) where Disk.isFolder(folder + "/" + name) { found += try folders(from: folder + "/" + name) }
    return found + [folder]
}
