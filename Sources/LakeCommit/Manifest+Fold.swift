import LakeFiles
import LakeModel

// The manifest is what folding the records in order gives. Pure.

extension Manifest {
    /// Takes the next record in.
    package mutating func fold(_ record: LoadRecord) {
        newestLoad = LoadID(record.load)
        recordCount += 1
        let load = Load(
            load: record.load, outcome: record.outcome, runID: record.runID, startedAt: record.startedAt, preparedAt: record.preparedAt,
            records: record.records, rows: record.rows, bytes: record.bytes, kind: record.kind, reason: record.reason)
        list(load)
        for name in Set(record.resources.map(\.name)).union(record.stateChanges.keys) {
            if let new = record.newState(of: name) { state[name] = new }
        }
        foldExpired(record)
        guard record.kind == .load else { return }
        loadCount += 1
        origin = record.origin
        sourceName = record.sourceName
        sourceFingerprint = record.sourceFingerprint
        let tablesOf = Dictionary(grouping: record.tables, by: \.resource)
        let pathsOf = Dictionary(grouping: record.files, by: \.table).mapValues { $0.map(\.path) }
        for resource in record.resources where resource.outcome != .failed {
            foldTables(of: resource, tablesOf[resource.name] ?? [], pathsOf, record.load)
        }
    }

    /// Files that are removed are no longer live, whether or not somebody insisted on their removal.
    private mutating func foldExpired(_ record: LoadRecord) {
        guard record.kind == .expire else { return }
        let gone = Set(record.expired.flatMap(\.files)), emptied = Set(record.expired.filter(\.isWhole).map(\.load))
        for i in loads.indices where emptied.contains(loads[i].load) { loads[i].isExpired = true }
        for i in tables.indices {
            tables[i].liveFiles.removeAll(where: gone.contains)
            guard let first = record.liveSince[tables[i].name], tables[i].writeDisposition != .replace else { continue }
            tables[i].liveSince = max(tables[i].liveSince ?? first, first)
            tables[i].earlierDispositions.removeAll { $0.before <= first }
        }
    }

    /// However often the state was changed since, the newest load of data stays listed.
    private mutating func list(_ load: Load) {
        let all = [load] + loads
        loads = Array(all.prefix(Self.listedLoads))
        if newestDataLoad == nil, let newest = all.last(where: { $0.kind == .load }) { loads.append(newest) }
    }

    /// - Parameters:
    ///   - filled: the tables of the resource that got rows.
    ///   - paths: of the load's files, by table.
    private mutating func foldTables(of resource: ResourceRecord, _ filled: [TableRecord], _ paths: [String: [String]], _ load: String) {
        let held = tables.first { $0.resource == resource.name }?.writeDisposition
        let declared = filled.first?.writeDisposition
        // A replace takes effect only when complete: until then the rows are added the way they were before.
        let isPending = !resource.isWhole && declared == .replace && held.map { $0 != .replace } ?? false
        for table in filled { fold(table, isPending ? held : nil, isSupplement: resource.supplements) }
        if resource.isWhole { foldEmptyTables(resource, filled) }
        if resource.isWhole, resource.isFullScan { foldRecentRows(resource) }
        for i in tables.indices where tables[i].resource == resource.name {
            let disposition = isPending ? nil : declared
            tables[i].foldLiveRows(resource, as: disposition ?? tables[i].writeDisposition, paths[tables[i].name] ?? [], load)
        }
    }

    /// - Parameters:
    ///   - pending: the disposition that a new table gets instead of its own, because its resource still has it.
    ///   - isSupplement: what the last load brought is then still what the one before it did.
    private mutating func fold(_ new: TableRecord, _ pending: WriteDisposition?, isSupplement: Bool) {
        let old = table(new.name)
        let folded = Table(
            name: new.name, resource: new.resource, path: new.path, parent: new.parent,
            primaryKey: pending == nil ? new.primaryKey : old?.primaryKey ?? new.primaryKey,
            writeDisposition: old?.writeDisposition ?? pending ?? new.writeDisposition, currentVersion: new.version,
            rowsOfLastLoad: isSupplement ? old?.rowsOfLastLoad ?? 0 : new.rows, columns: isSupplement ? new.columns(countedAs: old) : new.columns,
            versions: (old?.versions ?? []) + new.versions, liveFiles: old?.liveFiles ?? [], liveSince: old?.liveSince,
            earlierDispositions: old?.earlierDispositions ?? [], recentRows: old?.recentRows ?? [])
        if let place = tables.firstIndex(where: { $0.name == new.name }) { tables[place] = folded } else { tables.append(folded) }
    }

    /// A table that got no row is not in the record. Of a partial load that says nothing: its rows may be yet to come.
    private mutating func foldEmptyTables(_ resource: ResourceRecord, _ filled: [TableRecord]) {
        let names = Set(filled.map(\.name))
        for i in tables.indices where tables[i].resource == resource.name && !names.contains(tables[i].name) {
            tables[i].rowsOfLastLoad = 0
            for c in tables[i].columns.indices where tables[i].columns[c].values != nil { tables[i].columns[c].values = 0 }
        }
    }

    private mutating func foldRecentRows(_ resource: ResourceRecord) {
        for i in tables.indices where tables[i].resource == resource.name && tables[i].parent == nil {
            tables[i].recentRows = Array(([tables[i].rowsOfLastLoad] + tables[i].recentRows).prefix(Self.recentLoads))
        }
    }
}

extension TableRecord {
    /// Its columns with the values of the last load that was no supplement: by those a later load tells what vanished.
    fileprivate func columns(countedAs table: Manifest.Table?) -> [ColumnRecord] {
        let values = Dictionary((table?.columns ?? []).map { ($0.id, $0.values) }, uniquingKeysWith: { $1 })
        return columns.map { column in
            var column = column
            column.values = values[column.id] ?? nil
            return column
        }
    }
}

extension ResourceRecord {
    /// Whether the load brought everything that there was. What comes to it later is, complete or not, only a part.
    fileprivate var isWhole: Bool { outcome == .complete && !supplements }
}

extension Manifest.Table {
    /// Which rows count after a load of the table's resource, written as `new`.
    fileprivate mutating func foldLiveRows(_ resource: ResourceRecord, as new: WriteDisposition, _ files: [String], _ load: String) {
        let old = writeDisposition
        writeDisposition = new
        let isSnapshot = resource.isWhole && (resource.replaces || new == .replace)
        if new == .replace {
            liveFiles = isSnapshot ? files : liveFiles + files
            if isSnapshot { liveSince = files.isEmpty && parent == nil ? load : nil }
        } else if isSnapshot {
            liveSince = load
            liveFiles = []
        } else if new != old {
            if old == .replace { liveSince = firstLiveLoad ?? load }
            liveFiles = []
            // Where nothing counts from before, there is nothing to tell of it.
            if liveSince != load { earlierDispositions.append(Manifest.EarlierDisposition(before: load, writeDisposition: old)) }
        }
        if isSnapshot { earlierDispositions = [] }
    }

    /// The load of the oldest live file. Every file since then is live.
    var firstLiveLoad: String? {
        liveFiles.compactMap { path in
            path.split(separator: "/").first { $0.hasPrefix("load_id=") }.map { String($0.dropFirst("load_id=".count)) }
        }.min()
    }
}
