import LakeCommit
import LakeModel

/// A load, or another record of the dataset, as the page lists it.
package struct LoadEntry: Hashable, Sendable {
    package var load: String
    package var kind: LoadRecord.Kind
    /// `failed` where no resource was published.
    package var outcome: ResourceOutcome
    package var startedAt: UTCTime
    /// From its start until it was ready to be published.
    package var milliseconds: Int64
    package var records: Int
    package var rows: Int
    package var bytes: Int
    package var runID: String?
    package var reason: String?
    /// The load whose kept pages it was made of.
    package var replayOf: String?
    /// Nothing of its data is left.
    package var isExpired = false

    package init(_ record: LoadRecord) {
        load = record.load
        kind = record.kind
        let isFailed = !record.resources.isEmpty && record.resources.allSatisfy { $0.outcome == .failed }
        outcome = isFailed ? .failed : record.outcome
        startedAt = UTCTime(iso: record.startedAt) ?? LoadID(record.load)?.time ?? UTCTime(seconds: 0)
        milliseconds = max(0, (UTCTime(iso: record.preparedAt) ?? startedAt).milliseconds - startedAt.milliseconds)
        records = record.records
        rows = record.rows
        bytes = record.bytes
        runID = record.runID
        reason = record.reason
        replayOf = record.replayOf
    }
}

/// What a report wants of the records of a dataset, taken in one by one, the oldest first. It grows by a few numbers with
/// each record, whatever the record holds.
package struct LoadHistory: Sendable {
    /// Loads of which each table's rows and each resource's outcomes are kept.
    package static let recentLoads = 60

    /// A resource as its newest load left it.
    package struct Newest: Sendable {
        package var load: String
        package var record: ResourceRecord
    }

    /// A file with rows of a table, of the newest load that has any.
    package struct DataFile: Hashable, Sendable {
        package var load: String
        package var record: FileRecord
    }

    package private(set) var loads: [LoadEntry] = []
    package private(set) var newest: [String: Newest] = [:]
    /// By resource, oldest first.
    package private(set) var outcomes: [String: [ResourceOutcome]] = [:]
    /// By table, of the loads that had a part of its resource; oldest first.
    package private(set) var rows: [String: [Int]] = [:]
    /// By table: of all loads.
    package private(set) var allRows: [String: Int] = [:]
    package private(set) var files: [String: DataFile] = [:]
    package private(set) var quarantine: [QuarantinePiece] = []
    private var tables: [String: Set<String>] = [:]

    package init() {}

    package mutating func add(_ record: LoadRecord) {
        loads.append(LoadEntry(record))
        if record.kind == .expire { expire(record.expired) }
        guard record.kind == .load else { return }
        for resource in record.resources { add(resource, record) }
        for table in record.tables { tables[table.resource, default: []].insert(table.name) }
        addRows(record)
        for (table, files) in Dictionary(grouping: record.files, by: \.table) {
            let first = files.first { $0.format == .jsonl } ?? files.first
            if let first { self.files[table] = DataFile(load: record.load, record: first) }
        }
        quarantine += record.quarantine.map { QuarantinePiece(load: record.load, file: $0) }
    }

    private mutating func add(_ resource: ResourceRecord, _ record: LoadRecord) {
        if !resource.supplements {
            newest[resource.name] = Newest(load: record.load, record: resource)
            outcomes[resource.name, default: []].keep(resource.outcome)
        }
        guard resource.outcome != .failed else { return }
        for part in resource.replayed {
            for i in quarantine.indices where quarantine[i].load == part.load && quarantine[i].file.resource == part.resource {
                quarantine[i].replays.append(.init(load: record.load, records: part.records, includesWritten: part.includesWritten))
            }
        }
    }

    /// A table that got no row is not in the record, though its resource is.
    private mutating func addRows(_ record: LoadRecord) {
        let found = Dictionary(record.tables.map { ($0.name, $0.rows) }, uniquingKeysWith: +)
        for resource in record.resources where resource.outcome != .failed {
            for table in tables[resource.name] ?? [] {
                rows[table, default: []].keep(found[table] ?? 0)
                allRows[table, default: 0] += found[table] ?? 0
            }
        }
    }

    private mutating func expire(_ expired: [ExpiredLoad]) {
        let whole = Set(expired.filter(\.isWhole).map(\.load)), gone = Set(expired.flatMap(\.paths))
        for i in loads.indices where whole.contains(loads[i].load) { loads[i].isExpired = true }
        for i in quarantine.indices where gone.contains(quarantine[i].file.path) { quarantine[i].isExpired = true }
        files = files.filter { !gone.contains($0.value.record.path) }
    }
}

extension Array {
    /// Adds an element, and forgets what is too old to be shown.
    fileprivate mutating func keep(_ element: Element) {
        if count == LoadHistory.recentLoads { removeFirst() }
        append(element)
    }
}
