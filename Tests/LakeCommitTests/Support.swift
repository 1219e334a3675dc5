import Foundation
import Glibc
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

/// A folder of a test's own, removed with the object. In memory where the system has such a place: these tests sync a lot.
final class TemporaryFolder: Sendable {
    let path: String
    /// The folder of all of them, which goes with the process: what is kept for several tests is never released.
    private static let home: String = {
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.home) }
        return base + "/restlake-commit-\(getpid())"
    }()

    init() throws {
        path = Self.home + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Relative paths of all files of a dataset with their bytes; without the lock.
func tree(_ paths: LakePaths) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    #expect(FileManager.default.fileExists(atPath: paths.dataset))
    for case let name as String in try #require(FileManager.default.enumerator(atPath: paths.dataset)) where name != "_lake/lock" {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: paths.absolute(name), isDirectory: &isFolder), !isFolder.boolValue else { continue }
        files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: paths.absolute(name))))
    }
    return files
}

/// What differs between two trees, in words.
func difference(_ a: [String: [UInt8]], _ b: [String: [UInt8]]) -> [String] {
    Set(a.keys).union(b.keys).sorted().filter { a[$0] != b[$0] }
}

/// What a test's hook throws where the process is to end.
struct Crash: Error {}

/// Stops at the n-th call of a hook, counted from 0.
final class CrashPoint {
    private var left: Int
    private(set) var steps: [DurableStep] = []
    init(_ call: Int) { left = call }

    func hook(_ step: DurableStep) throws {
        steps.append(step)
        if left == 0 { throw Crash() }
        left -= 1
    }
}

func loadID(_ day: Int, _ second: Int = 0) -> LoadID { LoadID("202611\(pad(day, 2))T02\(pad(second / 60, 2))\(pad(second % 60, 2))Z-7f3a9c")! }

/// One resource of a load in a test.
struct Portion {
    var resource: String
    var pages: [String]
    var key: [String] = []
    var disposition = WriteDisposition.merge
    var outcome = ResourceOutcome.complete
    var replaces = false
    var state: JSONValue?
    var supplements = false
    var replayed: [ReplayedRecords] = []
    var isFullScan = false
    var keepsPages = false
}

/// Three resources: nested data and a quarantined record, a plain one, one that fails.
func portions(_ day: Int) -> [Portion] {
    [
        Portion(
            resource: "requests", pages: [
                #"[{"id":\#(day),"title":"a, b","tags":[{"name":"vip"}]},{"title":"no key"}]"#,
                day == 1 ? "[]" : #"[{"id":\#(day + 100),"extra\#(day)":true,"tags":[{"name":null,"weight":\#(day)}]}]"#,
            ], key: ["id"], keepsPages: true),
        Portion(resource: "users", pages: [#"[{"name":"Ann"},{"name":""},{"name":null}]"#], disposition: .replace),
        Portion(resource: "broken", pages: [#"[{"x":1}]"#], outcome: .failed),
    ]
}

let testOrigin = "https://api.example:443"

/// Stages and prepares a load the way a run does.
func prepare(
    _ dataset: Dataset, _ load: LoadID, _ portions: [Portion], runID: String? = nil, options: FileOptions = FileOptions(),
    hook: StepHook = { _ in }
) throws -> PreparedLoad {
    let known = try dataset.knownTables()
    let stage = try dataset.stage(load, now: load.time)
    let staging = stage.staging
    try Disk.makeFolders(staging.pageLogs)
    let naming = TableNaming(portions.map { .init($0.resource) }, known: known)
    var record = LoadRecord(
        load: load.text, dataset: dataset.manifest.dataset, runID: runID, startedAt: load.time.iso, preparedAt: load.time.iso, origin: testOrigin,
        sourceName: "test", sourceFingerprint: "00ff", resources: [], tables: [], files: [], quarantine: [], replacedCharacters: 0)
    var versions: [SchemaVersion] = []
    for portion in portions { versions += try write(portion, load, staging, naming, known, options, &record) }
    let kept = portions.filter(\.keepsPages)
    if !kept.isEmpty { record.pages = KeptPages(reading: [:], files: try kept.map { try keep($0, load, staging) }) }
    return try stage.prepare(record, schemas: versions, pageLogs: portions.map(\.resource), hook: hook)
}

/// Puts the pages of a resource where a run has them, for the load to keep.
private func keep(_ portion: Portion, _ load: LoadID, _ staging: StagingFolder) throws -> PagesRecord {
    try Disk.makeFolders(staging.journal)
    let path = staging.journal(of: portion.resource), journal = try JournalWriter(path)
    for page in portion.pages { try journal.append([], PageBytes(page)) }
    let sum = try #require(try Disk.checksum(of: path))
    return PagesRecord(
        resource: portion.resource, load: load.text, pages: portion.pages.count, bytes: sum.bytes, sha256: sum.sha256, state: ["incremental": 1])
}

private func write(
    _ portion: Portion, _ load: LoadID, _ staging: StagingFolder, _ naming: TableNaming, _ known: [KnownTable], _ options: FileOptions,
    _ record: inout LoadRecord
) throws -> [SchemaVersion] {
    let resource = Resource(
        name: portion.resource, request: RequestTemplate(path: Template(portion.resource)), primaryKey: portion.key.map { Selector(steps: [.key($0)], description: $0) },
        writeDisposition: portion.disposition)
    let writer = ResourceWriter(
        resource: resource, load: load, naming: naming, known: known.filter { $0.version.resource == portion.resource }, staging: staging,
        options: options)
    for (index, text) in portion.pages.enumerated() {
        let page = PageBytes(text), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        _ = try writer.write(page, tape, records: 0, number: index + 1)
    }
    try Disk.write(Array("{\"resource\":\"\(portion.resource)\"}\n".utf8), to: staging.pageLogs + "/" + portion.resource)
    record.resources.append(ResourceRecord(
        name: portion.resource, outcome: portion.outcome, evidence: portion.outcome == .complete ? .emptyPage : nil, findings: [],
        paginator: "single_page", pages: portion.pages.count, pageBytes: portion.pages.reduce(0) { $0 + $1.utf8.count }, counts: writer.counts,
        probed: 0, side: writer.sideCounts, isFullScan: portion.isFullScan, replaces: portion.replaces, state: portion.state,
        supplements: portion.supplements, replayed: portion.replayed))
    guard portion.outcome != .failed else { return [] }
    let staged = try writer.finish()
    record.tables += staged.tables.map { tableRecord($0, portion) }
    record.files += staged.tables.flatMap(\.files).map { fileRecord($0, load) }
    if let file = staged.quarantine {
        record.quarantine.append(QuarantineRecord(
            path: LakePaths.quarantine(file.resource, load.text) + "/" + file.name, resource: file.resource, records: file.records,
            bytes: file.bytes, sha256: file.sha256))
    }
    record.replacedCharacters += writer.sanitized.replacedCharacters
    return staged.tables.flatMap(\.newVersions)
}

private func tableRecord(_ table: StagedTable, _ portion: Portion) -> TableRecord {
    TableRecord(
        name: table.name, resource: portion.resource, path: table.path, parent: table.parent, primaryKey: table.parent == nil ? portion.key : [],
        writeDisposition: portion.disposition, rows: table.rows, version: table.newVersions.last?.version ?? table.earlierVersion ?? 1,
        columns: table.columns.indices.filter { !table.columns[$0].isSystem }.map {
            ColumnRecord(id: table.columns[$0].id, name: table.columns[$0].name, facts: table.facts[$0], values: table.values[$0])
        },
        versions: table.newVersions.map {
            VersionRecord(version: $0.version, parentVersion: $0.parentVersion, fingerprint: $0.fingerprint, load: $0.load, changes: $0.changes)
        })
}

private func fileRecord(_ file: StagedFile, _ load: LoadID) -> FileRecord {
    FileRecord(
        path: LakePaths.partition(file.table, file.format, load.text) + "/" + file.name, table: file.table, format: file.format,
        compression: file.compression, schemaVersion: file.schemaVersion, rows: file.rows, bytes: file.bytes, sha256: file.sha256)
}

/// Commits a load in one go.
@discardableResult
func commit(
    _ dataset: Dataset, _ load: LoadID, _ portions: [Portion], runID: String? = nil, options: FileOptions = FileOptions(),
    hook: StepHook = { _ in }
) throws -> FileFault? {
    try dataset.publish(try prepare(dataset, load, portions, runID: runID, options: options, hook: hook), hook: hook)
}

/// A lake in a folder of its own.
struct Lake: Sendable {
    let folder: TemporaryFolder
    let paths: LakePaths

    init() throws {
        folder = try TemporaryFolder()
        paths = LakePaths(dataset: folder.path + "/lake/test")
    }

    init(paths: LakePaths, folder: TemporaryFolder) {
        self.paths = paths
        self.folder = folder
    }

    /// A copy of another lake.
    init(_ other: Lake) throws {
        try self.init()
        try FileManager.default.createDirectory(atPath: folder.path + "/lake", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: other.paths.dataset, toPath: paths.dataset)
    }

    /// Opens the dataset. A program that another test starts shares its lock for the moment between fork and exec, so a
    /// held lock is tried again for a while.
    func open(_ hook: StepHook = { _ in }) throws -> Dataset {
        for _ in 0..<10_000 {
            do { return try Dataset(paths, name: "test", hook: hook) } catch CommitFault.locked { usleep(2000) }
        }
        return try Dataset(paths, name: "test", hook: hook)
    }

    /// Opens it, or is told at once that it is locked.
    func openNow() throws -> Dataset { try Dataset(paths, name: "test") }

    /// With these loads committed.
    init(days: Int...) throws { try self.init(days) }

    private init(_ days: [Int]) throws {
        try self.init()
        for day in days { try commit(try open(), loadID(day), portions(day)) }
    }

    /// The files of a lake with these loads, never interrupted.
    static func tree(_ days: Int...) throws -> [String: [UInt8]] {
        let lake = try Lake(days)
        return try withExtendedLifetime(lake) { try LakeCommitTests.tree(lake.paths) }
    }
}
