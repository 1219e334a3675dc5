import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

// The catalogue of a dataset, `manifest.json`. A summary: it is what folding all load records in order gives, and is made
// anew from them where it is missing or behind. It does not grow with the number of loads, only with that of tables,
// columns and schema versions.
//
//     {
//       "restlake_format": 1,
//       "dataset": "thena",
//       "origin": "https://bolt.thena.ai:443",
//       "source": {"name": "thena", "fingerprint": "9d0c…"},
//       "newest_load": "20261124T020000Z-11c0de",
//       "load_count": 2,
//       "tables": {
//         "requests": {
//           "resource": "requests", "path": "$", "parent": null, "primary_key": ["id"], "write_disposition": "merge",
//           "current_version": 2, "rows_of_last_load": 5100,
//           "columns": [{"id": 3, "name": "id", "facts": { … }}],
//           "versions": [{"version": 1, "parent_version": null, "fingerprint": "…", "load_id": "…", "changes": [ … ]}]
//         }
//       },
//       "loads": [{"load_id": "…", "outcome": "complete", "run_id": null, "started_at": "…", "prepared_at": "…",
//                  "records": 5337, "rows": 21044, "bytes": 9210440, "path": "_lake/loads/….json"}],
//       "state": {}
//     }
//
// A table of disposition `replace` also has `live_files`: the files since and including its last complete replace.

package struct Manifest: Hashable, Sendable {
    /// Loads listed in the manifest; older ones have their records.
    package static let listedLoads = 100

    package struct Table: Hashable, Sendable {
        package var name: String
        package var resource: String
        package var path: FieldPath
        package var parent: String?
        package var primaryKey: [String]
        package var writeDisposition: WriteDisposition
        package var currentVersion: Int
        package var rowsOfLastLoad: Int
        package var columns: [ColumnRecord]
        package var versions: [VersionRecord]
        /// Paths; for `replace` only.
        package var liveFiles: [String]
    }

    package struct Load: Hashable, Sendable {
        package var load: String
        package var outcome: ResourceOutcome
        package var runID: String?
        package var startedAt: String
        package var preparedAt: String
        package var records: Int
        package var rows: Int
        package var bytes: Int
    }

    package var dataset: String
    package var origin: String?
    package var sourceName: String?
    package var sourceFingerprint: String?
    package var newestLoad: LoadID?
    package var loadCount = 0
    /// By name, in the order in which they came.
    package var tables: [Table] = []
    /// The newest ones, newest first.
    package var loads: [Load] = []

    package init(dataset: String) { self.dataset = dataset }

    package func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    // MARK: Folding

    /// Takes the record of the next load in.
    package mutating func fold(_ record: LoadRecord) {
        origin = record.origin
        sourceName = record.sourceName
        sourceFingerprint = record.sourceFingerprint
        newestLoad = LoadID(record.load)
        loadCount += 1
        let load = Load(
            load: record.load, outcome: record.outcome, runID: record.runID, startedAt: record.startedAt, preparedAt: record.preparedAt,
            records: record.records, rows: record.rows, bytes: record.bytes)
        loads = Array(([load] + loads).prefix(Self.listedLoads))
        for table in record.tables { fold(table) }
        for resource in record.resources where resource.outcome != .failed {
            if resource.outcome == .complete { foldEmptyTables(resource, record) }
            foldLiveFiles(resource, record)
        }
    }

    private mutating func fold(_ new: TableRecord) {
        let old = table(new.name)
        let folded = Table(
            name: new.name, resource: new.resource, path: new.path, parent: new.parent, primaryKey: new.primaryKey,
            writeDisposition: new.writeDisposition, currentVersion: new.version, rowsOfLastLoad: new.rows, columns: new.columns,
            versions: (old?.versions ?? []) + new.versions, liveFiles: old?.liveFiles ?? [])
        if let place = tables.firstIndex(where: { $0.name == new.name }) { tables[place] = folded } else { tables.append(folded) }
    }

    /// A table that got no row is not in the record. Of a partial load that says nothing: its rows may be yet to come.
    private mutating func foldEmptyTables(_ resource: ResourceRecord, _ record: LoadRecord) {
        let filled = Set(record.tables.map(\.name))
        for i in tables.indices where tables[i].resource == resource.name && !filled.contains(tables[i].name) {
            tables[i].rowsOfLastLoad = 0
        }
    }

    /// A complete replace makes the files of its load the live ones; rows of a partial one are added to what is there.
    private mutating func foldLiveFiles(_ resource: ResourceRecord, _ record: LoadRecord) {
        for i in tables.indices where tables[i].resource == resource.name {
            guard tables[i].writeDisposition == .replace else {
                tables[i].liveFiles = []
                continue
            }
            let files = record.files.filter { $0.table == tables[i].name }.map(\.path)
            tables[i].liveFiles = resource.outcome == .complete ? files : tables[i].liveFiles + files
        }
    }
}

extension Manifest {
    package var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "dataset": .string(dataset), "origin": origin.map { .string($0) } ?? .null,
            "source": sourceName.map { ["name": .string($0), "fingerprint": .string(sourceFingerprint ?? "")] } ?? .null,
            "newest_load": newestLoad.map { .string($0.text) } ?? .null, "load_count": .int(loadCount),
            "tables": .object(pairs: tables.map { ($0.name, $0.json) }), "loads": .array(loads.map(\.json)), "state": .object([]),
        ])
    }

    package init(json: JSONValue) throws(DocumentFault) {
        self.init(dataset: try json.require("dataset", "a text", \.string))
        origin = json["origin"]?.string
        sourceName = json["source"]?["name"]?.string
        sourceFingerprint = json["source"]?["fingerprint"]?.string
        newestLoad = json["newest_load"]?.string.flatMap { LoadID($0) }
        loadCount = try json.require("load_count", "a number", \.int)
        for member in try json.require("tables", "an object", \.object) {
            do throws(DocumentFault) { tables.append(try Table(name: member.key, json: member.value)) } catch {
                throw DocumentFault("tables.\(member.key).\(error.place)", expected: error.expected)
            }
        }
        loads = try json.list("loads") { item throws(DocumentFault) in try Load(json: item) }
    }
}

extension Manifest.Table {
    var json: JSONValue {
        .object([
            "resource": .string(resource), "path": .string(path.text), "parent": parent.map { .string($0) } ?? .null,
            "primary_key": .strings(primaryKey), "write_disposition": .string(writeDisposition.rawValue),
            "current_version": .int(currentVersion), "rows_of_last_load": .int(rowsOfLastLoad),
            "live_files": writeDisposition == .replace ? .strings(liveFiles) : nil, "columns": .array(columns.map(\.json)),
            "versions": .array(versions.map(\.json)),
        ])
    }

    init(name: String, json: JSONValue) throws(DocumentFault) {
        self.init(
            name: name, resource: try json.require("resource", "a text", \.string),
            path: try json.require("path", "a path") { $0.string.flatMap { FieldPath(text: $0) } }, parent: json["parent"]?.string,
            primaryKey: json["primary_key"]?.array?.compactMap(\.string) ?? [],
            writeDisposition: try json.require("write_disposition", "a disposition") { $0.string.flatMap { WriteDisposition(rawValue: $0) } },
            currentVersion: try json.require("current_version", "a number", \.int),
            rowsOfLastLoad: try json.require("rows_of_last_load", "a number", \.int),
            columns: try json.list("columns") { item throws(DocumentFault) in try ColumnRecord(json: item) },
            versions: try json.list("versions") { item throws(DocumentFault) in try VersionRecord(json: item) },
            liveFiles: json["live_files"]?.array?.compactMap(\.string) ?? [])
    }
}

extension Manifest.Load {
    var json: JSONValue {
        .object([
            "load_id": .string(load), "outcome": .string(outcome.rawValue), "run_id": runID.map { .string($0) } ?? .null,
            "started_at": .string(startedAt), "prepared_at": .string(preparedAt), "records": .int(records), "rows": .int(rows),
            "bytes": .int(bytes), "path": .string(LakePaths.record(load)),
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            load: try json.require("load_id", "a text", \.string),
            outcome: try json.require("outcome", "an outcome") { $0.string.flatMap { ResourceOutcome(rawValue: $0) } },
            runID: json["run_id"]?.string, startedAt: try json.require("started_at", "a time", \.string),
            preparedAt: try json.require("prepared_at", "a time", \.string), records: try json.require("records", "a number", \.int),
            rows: try json.require("rows", "a number", \.int), bytes: try json.require("bytes", "a number", \.int))
    }
}
