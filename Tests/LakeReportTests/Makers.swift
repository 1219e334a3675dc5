import LakeCommit
import LakeModel
import LakeNormalize
@testable import LakeReport
import LakeSchema

// Records, tables and reports with defaults.

/// 2026-11-23T02:00:00Z and so many days later.
func moment(_ day: Int, _ second: Int = 0) -> UTCTime { UTCTime(seconds: 1_795_399_200 + Int64(day) * 86_400 + Int64(second)) }

func loadID(_ day: Int, _ second: Int = 0) -> String { moment(day, second).basic + "-00000a" }

func resource(
    _ name: String = "requests", _ outcome: ResourceOutcome = .complete, written: Int = 10, evidence: EndEvidence? = .cursorNull, findings: [String] = [],
    isFullScan: Bool = false
) -> ResourceRecord {
    var counts = RecordCounts()
    counts.fetched = written
    counts.written = written
    return ResourceRecord(
        name: name, outcome: outcome, evidence: outcome == .complete ? evidence : nil, findings: findings, paginator: "cursor", pages: 1, pageBytes: 100,
        counts: counts, probed: 0, side: SideCounts(), isFullScan: isFullScan)
}

func table(
    _ name: String = "requests", resource: String = "requests", parent: String? = nil, rows: Int = 10, columns: [(String, values: Int?)] = [("id", 10)],
    version: Int = 1, versions: [VersionRecord] = []
) -> TableRecord {
    TableRecord(
        name: name, resource: resource, path: FieldPath(), parent: parent, primaryKey: parent == nil ? ["id"] : [], writeDisposition: .merge, rows: rows,
        version: version,
        columns: columns.enumerated().map { ColumnRecord(id: $0 + 3, name: $1.0, facts: ColumnFacts(), values: $1.values) }, versions: versions)
}

func record(
    _ load: String = loadID(0), _ resources: [ResourceRecord] = [resource()], _ tables: [TableRecord] = [table()], files: [FileRecord] = [],
    quarantine: [QuarantineRecord] = [], milliseconds: Int64 = 1500
) -> LoadRecord {
    let start = LoadID(load)?.time ?? moment(0)
    return LoadRecord(
        load: load, dataset: "thena", runID: nil, startedAt: start.iso, preparedAt: UTCTime(milliseconds: start.milliseconds + milliseconds).iso,
        origin: "https://api.example:443", sourceName: "thena", sourceFingerprint: "00", resources: resources, tables: tables, files: files,
        quarantine: quarantine, replacedCharacters: 0)
}

func file(_ table: String = "requests", _ load: String = loadID(0), format: FileFormat = .jsonl, rows: Int = 10, bytes: Int = 1000) -> FileRecord {
    FileRecord(
        path: LakePaths.partition(table, format, load) + "/\(table).v1.00000.\(format.rawValue)", table: table, format: format, compression: .none,
        schemaVersion: 1, rows: rows, bytes: bytes, sha256: "00")
}

func schema(_ table: String = "requests", parent: String? = nil, _ columns: KeyValuePairs<String, ColumnType> = ["id": .text]) -> SchemaVersion {
    var all = SystemColumns.columns(isChild: parent != nil)
    for (name, type) in columns { all.append(Column(id: all.count + 1, name: name, type: type, path: FieldPath([.key(name)]))) }
    return SchemaVersion(
        table: table, resource: "requests", path: FieldPath(), parent: parent, version: 1, parentVersion: nil, load: loadID(0), columns: all, changes: [])
}

func facts(_ records: [LoadRecord], dataset: String = "thena", at now: UTCTime = moment(1), schemas: [SchemaVersion] = []) -> Report.Facts {
    var history = LoadHistory(), manifest = Manifest(dataset: dataset)
    for record in records {
        history.add(record)
        manifest.fold(record)
    }
    var facts = Report.Facts(dataset: dataset, madeAt: now, manifest: manifest, history: history)
    for schema in schemas { facts.schemas[schema.table] = SchemaColumns(schema) }
    return facts
}

func report(_ facts: Report.Facts) -> Report { Report(facts) { $0.rawValue } }
func report(_ records: [LoadRecord]) -> Report { report(facts(records)) }

func page(_ report: Report) -> String { String(decoding: ReportPage.html(report).document, as: UTF8.self) }
func page(_ facts: Report.Facts) -> String { page(report(facts)) }
func page(_ records: [LoadRecord]) -> String { page(facts(records)) }

extension HTML {
    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
