import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

extension Manifest {
    package var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "dataset": .string(dataset), "origin": origin.map { .string($0) } ?? .null,
            "source": sourceName.map { ["name": .string($0), "fingerprint": .string(sourceFingerprint ?? "")] } ?? .null,
            "newest_load": newestLoad.map { .string($0.text) } ?? .null, "load_count": .int(loadCount),
            "record_count": recordCount == loadCount ? nil : .int(recordCount),
            "tables": .object(pairs: tables.map { ($0.name, $0.json) }), "loads": .array(loads.map(\.json)),
            "state": .object(pairs: state.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
        ])
    }

    package init(json: JSONValue) throws(DocumentFault) {
        self.init(dataset: try json.require("dataset", "a text", \.string))
        origin = json["origin"]?.string
        sourceName = json["source"]?["name"]?.string
        sourceFingerprint = json["source"]?["fingerprint"]?.string
        newestLoad = json["newest_load"]?.string.flatMap { LoadID($0) }
        loadCount = try json.require("load_count", "a number", \.int)
        recordCount = json["record_count"]?.int ?? loadCount
        for member in try json.require("tables", "an object", \.object) {
            do throws(DocumentFault) { tables.append(try Table(name: member.key, json: member.value)) } catch {
                throw DocumentFault("tables.\(member.key).\(error.place)", expected: error.expected)
            }
        }
        loads = try json.list("loads") { item throws(DocumentFault) in try Load(json: item) }
        for member in json["state"]?.object ?? [] { state[member.key] = member.value }
    }
}

extension Manifest.Table {
    var json: JSONValue {
        .object([
            "resource": .string(resource), "path": .string(path.text), "parent": parent.map { .string($0) } ?? .null,
            "primary_key": .strings(primaryKey), "write_disposition": .string(writeDisposition.rawValue),
            "current_version": .int(currentVersion), "rows_of_last_load": .int(rowsOfLastLoad),
            "recent_rows": recentRows.isEmpty ? nil : .array(recentRows.map { .int($0) }),
            "live_files": writeDisposition == .replace ? .strings(liveFiles) : nil,
            "live_since": liveSince.map { .string($0) },
            "earlier_dispositions": earlierDispositions.isEmpty ? nil : .array(earlierDispositions.map(\.json)),
            "columns": .array(columns.map(\.json)),
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
            liveFiles: json["live_files"]?.array?.compactMap(\.string) ?? [], liveSince: json["live_since"]?.string,
            earlierDispositions: json["earlier_dispositions"] == nil ? []
                : try json.list("earlier_dispositions") { item throws(DocumentFault) in try Manifest.EarlierDisposition(json: item) },
            recentRows: json["recent_rows"]?.array?.compactMap(\.int) ?? [])
    }
}

extension Manifest.EarlierDisposition {
    var json: JSONValue { ["before": .string(before), "write_disposition": .string(writeDisposition.rawValue)] }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            before: try json.require("before", "a load id", \.string),
            writeDisposition: try json.require("write_disposition", "a disposition") { $0.string.flatMap { WriteDisposition(rawValue: $0) } })
    }
}

extension Manifest.Load {
    var json: JSONValue {
        .object([
            "load_id": .string(load), "kind": kind == .load ? nil : .string(kind.rawValue), "outcome": .string(outcome.rawValue),
            "run_id": runID.map { .string($0) } ?? .null,
            "started_at": .string(startedAt), "prepared_at": .string(preparedAt), "records": .int(records), "rows": .int(rows),
            "bytes": .int(bytes), "path": .string(LakePaths.record(load)),
            "reason": reason.map { .string($0) }, "expired": isExpired ? true : nil,
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            load: try json.require("load_id", "a text", \.string),
            outcome: try json.require("outcome", "an outcome") { $0.string.flatMap { ResourceOutcome(rawValue: $0) } },
            runID: json["run_id"]?.string, startedAt: try json.require("started_at", "a time", \.string),
            preparedAt: try json.require("prepared_at", "a time", \.string), records: try json.require("records", "a number", \.int),
            rows: try json.require("rows", "a number", \.int), bytes: try json.require("bytes", "a number", \.int),
            kind: try json["kind"] == nil ? .load : json.require("kind", "a kind") { $0.string.flatMap { LoadRecord.Kind(rawValue: $0) } },
            reason: json["reason"]?.string, isExpired: json["expired"]?.bool ?? false)
    }
}
