import LakeFiles
import LakeModel

// What `restlake expire` takes away, decided before anything is touched. A dry run and the real one ask here.

/// Which loads are old, and what may be taken of them.
package struct Retention: Sendable {
    package enum Limit: Hashable, Sendable {
        /// Loads that began before this moment.
        case before(UTCTime)
        /// All but the newest so many loads of data.
        case keeping(Int)
    }
    package var limit: Limit
    /// Take also what current rows need.
    package var isForced: Bool
    package var keepsQuarantine: Bool
    /// Take the API's answers alone, and leave rows and quarantine.
    package var takesOnlyPages: Bool

    package init(_ limit: Limit, isForced: Bool = false, keepsQuarantine: Bool = false, takesOnlyPages: Bool = false) {
        self.takesOnlyPages = takesOnlyPages
        self.limit = limit
        self.isForced = isForced
        self.keepsQuarantine = keepsQuarantine
    }
}

/// Rows of a resource in an old load that stay, because they count today.
package struct KeptRows: Hashable, Sendable {
    package var load: String
    package var resource: String
    package var writeDisposition: WriteDisposition
    package var files: Int
    package var bytes: Int
}

package struct ExpirePlan: Hashable, Sendable {
    /// Oldest first.
    package var expired: [ExpiredLoad] = []
    package var kept: [KeptRows] = []
    /// By resource: rows that count today and go all the same, because they are appended, or because it was insisted on.
    package var lost: [String: WriteDisposition] = [:]
    /// By table: the load with the oldest rows that are left; nil where none are.
    package var liveSince: [String: String?] = [:]

    package var files: Int { expired.reduce(0) { $0 + $1.paths.count } }
    package var rows: Int { expired.reduce(0) { $0 + $1.rows } }
    package var bytes: Int { expired.reduce(0) { $0 + $1.bytes } }

    /// Looks at records and folders, changes nothing, and needs no lock. The newest load that has data is never old.
    package init(_ paths: LakePaths, _ manifest: Manifest, _ retention: Retention) throws {
        let onDisk = try PartitionsOnDisk(paths, manifest)
        let committed = try Dataset.committedLoads(paths)
        guard let newest = try Self.newestWithFiles(paths, committed, onDisk) else { return }
        for load in try Self.old(paths, manifest, committed, retention.limit) where load < newest && onDisk.loads.contains(load.text) {
            guard let record = try Dataset.record(paths, load.text), record.kind == .load else { continue }
            if retention.takesOnlyPages { try takePages(of: record, paths) } else { try take(record, paths, manifest, retention) }
        }
        for table in manifest.tables { moveLiveSince(table, onDisk, Set(committed.map(\.text))) }
    }

    private static func newestWithFiles(_ paths: LakePaths, _ committed: [LoadID], _ onDisk: PartitionsOnDisk) throws -> LoadID? {
        try committed.last { load in
            guard onDisk.loads.contains(load.text), let record = try Dataset.record(paths, load.text) else { return false }
            return try record.files.contains { try Disk.isThere(paths.absolute($0.path)) }
        }
    }

    private static func old(_ paths: LakePaths, _ manifest: Manifest, _ committed: [LoadID], _ limit: Retention.Limit) throws -> [LoadID] {
        switch limit {
        case .before(let moment): return committed.filter { $0.time < moment }
        case .keeping(var left):
            let first = try committed.lastIndex { load in
                if left > 0, try Dataset.isLoadOfData(paths, manifest, load) { left -= 1 }
                return left == 0
            }
            return first.map { Array(committed[..<$0]) } ?? []
        }
    }

    /// A resource's tables stand or fall together: a child row without its parent means nothing.
    private mutating func take(_ record: LoadRecord, _ paths: LakePaths, _ manifest: Manifest, _ retention: Retention) throws {
        var entry = ExpiredLoad(load: record.load)
        let there = try record.files.filter { try Disk.isThere(paths.absolute($0.path)) }
        let resourceOf = Dictionary(record.tables.map { ($0.name, $0.resource) }, uniquingKeysWith: { $1 })
        for resource in Set(record.tables.map(\.resource)).union(record.quarantine.map(\.resource)).sorted() {
            let files = there.filter { resourceOf[$0.table] == resource }
            let use = manifest.use(of: files, record.load)
            if let use, use != .append, !retention.isForced {
                kept.append(KeptRows(
                    load: record.load, resource: resource, writeDisposition: use, files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }))
                continue
            }
            if let use { lost[resource] = use }
            let quarantine = retention.keepsQuarantine ? [] : try record.quarantine.filter {
                try $0.resource == resource && Disk.isThere(paths.absolute($0.path))
            }
            entry.files += files.map(\.path)
            entry.quarantine += quarantine.map(\.path)
            entry.bytes += files.reduce(0) { $0 + $1.bytes } + quarantine.reduce(0) { $0 + $1.bytes }
            entry.rows += Self.rows(files)
        }
        entry.isWhole = entry.files.count == there.count
        if entry.isWhole { try addPages(of: record, to: &entry, paths) }
        if !entry.paths.isEmpty { expired.append(entry) }
    }

    private mutating func takePages(of record: LoadRecord, _ paths: LakePaths) throws {
        var entry = ExpiredLoad(load: record.load)
        try addPages(of: record, to: &entry, paths)
        if !entry.paths.isEmpty { expired.append(entry) }
    }

    private func addPages(of record: LoadRecord, to entry: inout ExpiredLoad, _ paths: LakePaths) throws {
        let pages = try (record.pages?.files ?? []).filter { try Disk.isThere(paths.absolute($0.path)) }
        entry.pages = pages.map(\.path)
        entry.bytes += pages.reduce(0) { $0 + $1.bytes }
    }

    private static func rows(_ files: [FileRecord]) -> Int {
        FileFormat.allCases.map { format in files.reduce(0) { $0 + ($1.format == format ? $1.rows : 0) } }.max() ?? 0
    }

    /// Where rows are added or merged, and the oldest of them go, they count from the first load on of which rows are left.
    private mutating func moveLiveSince(_ table: Manifest.Table, _ onDisk: PartitionsOnDisk, _ committed: Set<String>) {
        guard table.writeDisposition != .replace else { return }
        let gone = Set(expired.filter { $0.files.contains { $0.hasPrefix(table.name + "/") } }.map(\.load))
        guard let oldestGone = gone.min() else { return }
        let left = onDisk.loadsOf[table.name]?.filter { committed.contains($0) && !gone.contains($0) }.min()
        if let left, left < oldestGone || table.liveSince.map({ left <= $0 }) ?? false { return }
        liveSince[table.name] = .some(left)
    }
}

extension Manifest {
    /// How rows of one resource and load, in these files, count today; nil where none of them does.
    fileprivate func use(of files: [FileRecord], _ load: String) -> WriteDisposition? {
        let uses = files.compactMap { file in table(file.table).flatMap { $0.use(of: file.path, load) } }
        return uses.first { $0 != .append } ?? uses.first
    }
}

extension Manifest.Table {
    /// How the rows of one file count today; nil where they do not. Rows that were appended and meet rows of other loads
    /// by key now, or the other way round, count as merged: they are not only history.
    package func use(of path: String, _ load: String) -> WriteDisposition? {
        if writeDisposition == .replace { return liveFiles.contains(path) ? .replace : nil }
        if let liveSince, load < liveSince { return nil }
        let then = earlierDispositions.first { load < $0.before }?.writeDisposition ?? writeDisposition
        return then == .merge ? .merge : writeDisposition
    }
}

/// Which loads have partitions, found by looking at folders: of ten thousand old loads few may be left.
private struct PartitionsOnDisk {
    var loads: Set<String> = []
    /// By table.
    var loadsOf: [String: Set<String>] = [:]

    init(_ paths: LakePaths, _ manifest: Manifest) throws {
        for table in manifest.tables {
            for format in FileFormat.allCases {
                let names = try Self.loads(in: paths.dataset + "/\(table.name)/\(format.rawValue)")
                loadsOf[table.name, default: []].formUnion(names)
                loads.formUnion(names)
            }
        }
        for aside in [paths.quarantine, paths.pages] {
            for resource in try Disk.names(in: aside) { loads.formUnion(try Self.loads(in: aside + "/" + resource)) }
        }
    }

    private static func loads(in folder: String) throws -> [String] {
        guard Disk.isFolder(folder) else { return [] }
        return try Disk.names(in: folder).compactMap { $0.hasPrefix("load_id=") ? String($0.dropFirst("load_id=".count)) : nil }
    }
}
