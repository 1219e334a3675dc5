import LakeFiles
import LakeModel
import LakeSchema

/// All records of a dataset, read once and in order, and what the rest of a verification needs of them. What it keeps
/// does not grow with rows; with loads, by a few bytes a file.
struct RecordIndex {
    let paths: LakePaths
    /// The readable records, folded.
    private(set) var manifest: Manifest
    private(set) var loads: [LoadID] = []
    private(set) var kinds: [String: LoadRecord.Kind] = [:]
    /// Loads whose record cannot be read: what belongs to them cannot be told.
    private(set) var unreadable: Set<String> = []
    /// Partitions of data and of quarantine.
    private(set) var partitions = PathSet()
    private(set) var expired = PathSet()
    /// Schema documents by path.
    private(set) var schemas = PathSet()
    private(set) var findings: [VerifyFinding] = []

    init(_ paths: LakePaths, name: String) throws {
        self.paths = paths
        manifest = Manifest(dataset: name)
        for load in try Dataset.committedLoads(paths) { try add(load) }
    }

    /// The loads committed since the last look.
    mutating func catchUp() throws -> [LoadID] {
        let new = try Dataset.committedLoads(paths).filter { load in loads.last.map { $0 < load } ?? true }
        for load in new { try add(load) }
        return new
    }

    private mutating func add(_ load: LoadID) throws {
        loads.append(load)
        let path = LakePaths.record(load.text)
        do {
            guard let bytes = try Disk.read(paths.absolute(path)) else { return }
            let record = try Documents.record(bytes, paths.absolute(path))
            // A record without a checksum is held against what restlake writes.
            if Seal.check(bytes) == .absent, bytes.withBytes({ !$0.elementsEqual(record.json.utf8(pretty: true)) }) {
                findings.append(VerifyFinding(path, load: load.text, .otherBytes))
            }
            take(record, load)
        } catch let fault as CommitFault {
            if case .newerFormat = fault { throw fault }
            unreadable.insert(load.text)
            findings.append(VerifyFinding(path, load: load.text, fault.fact))
        } catch let fault as FileFault {
            unreadable.insert(load.text)
            findings.append(VerifyFinding(path, load: load.text, fault.fact))
        }
    }

    private mutating func take(_ record: LoadRecord, _ load: LoadID) {
        kinds[load.text] = record.kind
        findings += Self.contradictions(record, load, dataset: manifest.dataset)
        manifest.fold(record)
        for file in record.files { partitions.insert(LakePaths.partition(file.table, file.format, load.text)) }
        for file in record.quarantine { partitions.insert(LakePaths.quarantine(file.resource, load.text)) }
        for file in record.pages?.files ?? [] { partitions.insert(LakePaths.pages(file.resource, load.text)) }
        for gone in record.expired { gone.paths.forEach { expired.insert($0) } }
        for table in record.tables { table.versions.forEach { schemas.insert(LakePaths.schema(table.name, $0.version)) } }
    }

    /// What in a record cannot be true, whatever the files are.
    static func contradictions(_ record: LoadRecord, _ load: LoadID, dataset: String) -> [VerifyFinding] {
        var faults: [VerifyFinding.RecordFault] = []
        if record.load != load.text { faults.append(.loadID(found: record.load)) }
        if record.dataset != dataset { faults.append(.dataset(expected: dataset, found: record.dataset)) }
        let names = Set(record.tables.map(\.name))
        for table in record.tables {
            if let parent = table.parent, !names.contains(parent) { faults.append(.noParent(table: table.name)) }
            for format in Set(record.files.map(\.format)).sorted(by: { $0.rawValue < $1.rawValue }) {
                let rows = record.files.reduce(0) { $0 + ($1.table == table.name && $1.format == format ? $1.rows : 0) }
                if rows != table.rows { faults.append(.rowsOfFiles(table: table.name, format: format, expected: table.rows, found: rows)) }
            }
        }
        for file in record.files where !names.contains(file.table) { faults.append(.noTable(file.table)) }
        for resource in record.resources where resource.outcome != .failed {
            let rows = record.tables.first { $0.resource == resource.name && $0.parent == nil }?.rows ?? 0
            if rows != resource.counts.written { faults.append(.rowsWritten(resource: resource.name, expected: resource.counts.written, found: rows)) }
        }
        return faults.map { VerifyFinding(LakePaths.record(load.text), load: load.text, .record($0)) }
    }
}

extension CommitFault {
    /// What is wrong with a document.
    var fact: VerifyFinding.Fact {
        switch self {
        case .documentSyntax(_, let reason): .syntax(reason: reason)
        case .document(_, let fault): .document(place: fault.place, expected: fault.expected)
        case .documentChecksum: .ownChecksum
        default: .syntax(reason: "\(self)")  // Reading a document throws no other.
        }
    }
}
