import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

extension LoadRecord {
    package var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "kind": .string(kind.rawValue), "load_id": .string(load), "dataset": .string(dataset),
            "outcome": .string(outcome.rawValue), "run_id": runID.map { .string($0) } ?? .null, "started_at": .string(startedAt),
            "prepared_at": .string(preparedAt),
            "origin": kind == .load ? .string(origin) : .null,
            "source": kind == .load ? ["name": .string(sourceName), "fingerprint": .string(sourceFingerprint)] : .null,
            "reason": reason.map { .string($0) }, "state": kind == .state ? .object(pairs: sortedChanges) : nil,
            "expired": kind == .expire ? .array(expired.map(\.json)) : nil,
            "live_since": liveSince.isEmpty ? nil : .object(pairs: liveSince.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            "resources": .array(resources.map(\.json)), "tables": .array(tables.map(\.json)), "files": .array(files.map(\.json)),
            "quarantine": .array(quarantine.map(\.json)),
            "pages": pages?.json, "replay_of": replayOf.map { .string($0) },
            "sanitized": kind == .load ? ["replaced_characters": .int(replacedCharacters)] : nil,
        ])
    }

    private var sortedChanges: [(String, JSONValue)] { stateChanges.sorted { $0.key < $1.key }.map { ($0.key, $0.value ?? .null) } }

    /// - Parameter withColumns: false: the columns of its tables are passed over, which are most of a record.
    package init(json: JSONValue, withColumns: Bool = true) throws(DocumentFault) {
        switch try json.require("kind", "\"load\", \"state\" or \"expire\"", { $0.string.flatMap { Kind(rawValue: $0) } }) {
        case .load: try self.init(loadJSON: json, withColumns)
        case .state: try self.init(stateJSON: json)
        case .expire: try self.init(expireJSON: json)
        }
    }

    private init(expireJSON json: JSONValue) throws(DocumentFault) {
        var liveSince: [String: String] = [:]
        for member in try json.optional("live_since", "an object", \.object) ?? [] {
            guard let load = member.value.string.flatMap({ LoadID($0) }) else {
                throw DocumentFault("live_since.\(member.key)", expected: "a load id")
            }
            liveSince[member.key] = load.text
        }
        self.init(
            expired: try json.list("expired") { item throws(DocumentFault) in try ExpiredLoad(json: item) }, liveSince: liveSince,
            load: try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text },
            dataset: try json.require("dataset", "a text", \.string), at: try json.require("prepared_at", "a time", \.string),
            reason: json["reason"]?.string ?? "")
        startedAt = try json.require("started_at", "a time", \.string)
    }

    private init(stateJSON json: JSONValue) throws(DocumentFault) {
        let changes = try json.require("state", "an object", \.object)
        self.init(
            state: Dictionary(changes.map { ($0.key, $0.value.isNull ? nil : $0.value) }, uniquingKeysWith: { $1 }),
            load: try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text },
            dataset: try json.require("dataset", "a text", \.string), at: try json.require("prepared_at", "a time", \.string),
            reason: json["reason"]?.string ?? "")
        startedAt = try json.require("started_at", "a time", \.string)
    }

    private init(loadJSON json: JSONValue, _ withColumns: Bool) throws(DocumentFault) {
        let source = try json.require("source", "an object") { $0.object == nil ? nil : $0 }
        self.init(
            load: try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text },
            dataset: try json.require("dataset", "a text", \.string), runID: json["run_id"]?.string,
            startedAt: try json.require("started_at", "a time", \.string), preparedAt: try json.require("prepared_at", "a time", \.string),
            origin: try json.require("origin", "a text", \.string), sourceName: try source.require("name", "a text", \.string),
            sourceFingerprint: try source.require("fingerprint", "a text", \.string),
            resources: try json.list("resources") { item throws(DocumentFault) in try ResourceRecord(json: item) },
            tables: try json.list("tables") { item throws(DocumentFault) in try TableRecord(json: item, withColumns) },
            files: try json.list("files") { item throws(DocumentFault) in try FileRecord(json: item) },
            quarantine: try json.list("quarantine") { item throws(DocumentFault) in try QuarantineRecord(json: item) },
            replacedCharacters: json["sanitized"]?["replaced_characters"]?.int ?? 0)
        pages = try json["pages"].map { value throws(DocumentFault) in try KeptPages(json: value) }
        replayOf = try json.optional("replay_of", "a load id") { $0.string.flatMap { LoadID($0) }?.text }
    }
}

extension ResourceRecord {
    var json: JSONValue {
        .object([
            "name": .string(name), "outcome": .string(outcome.rawValue), "evidence": evidence.map { .string($0.rawValue) } ?? .null,
            "findings": .strings(findings), "paginator": .string(paginator), "detected": detectedWhy.map { .string($0) }, "pages": .int(pages),
            "page_bytes": .int(pageBytes), "requests": requests > 0 ? .int(requests) : nil,
            "ignored": ignoredRequests > 0 ? .int(ignoredRequests) : nil,
            "skipped_parents": skippedParents > 0 ? .int(skippedParents) : nil,
            "counts": [
                "fetched": .int(counts.fetched), "written": .int(counts.written), "duplicate": .int(counts.duplicate),
                "filtered": .int(counts.filtered), "quarantined": .int(counts.quarantined), "changed": .int(counts.changed),
                "probed": .int(probed),
            ],
            "noticed": side.json, "full_scan": isFullScan ? true : nil,
            "replaces": replaces ? true : nil, "state": state, "supplements": supplements ? true : nil,
            "replayed": replayed.isEmpty ? nil : .array(replayed.map(\.json)),
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        let numbers = try json.require("counts", "an object") { $0.object == nil ? nil : $0 }
        var counts = RecordCounts()
        counts.fetched = try numbers.require("fetched", "a number", \.int)
        counts.written = try numbers.require("written", "a number", \.int)
        counts.duplicate = try numbers.require("duplicate", "a number", \.int)
        counts.filtered = try numbers.require("filtered", "a number", \.int)
        counts.quarantined = try numbers.require("quarantined", "a number", \.int)
        counts.changed = try numbers.require("changed", "a number", \.int)
        self.init(
            name: try json.require("name", "a text", \.string),
            outcome: try json.require("outcome", "an outcome") { $0.string.flatMap { ResourceOutcome(rawValue: $0) } },
            evidence: json["evidence"]?.string.flatMap { EndEvidence(rawValue: $0) },
            findings: json["findings"]?.array?.compactMap(\.string) ?? [], paginator: json["paginator"]?.string ?? "",
            pages: try json.require("pages", "a number", \.int), pageBytes: try json.require("page_bytes", "a number", \.int),
            counts: counts, probed: numbers["probed"]?.int ?? 0, side: SideCounts(json: json["noticed"] ?? .null),
            requests: json["requests"]?.int ?? 0, ignoredRequests: json["ignored"]?.int ?? 0, skippedParents: json["skipped_parents"]?.int ?? 0,
            detectedWhy: json["detected"]?.string, isFullScan: json["full_scan"]?.bool ?? false, replaces: json["replaces"]?.bool ?? false,
            state: json["state"].flatMap { $0.isNull ? nil : $0 }, supplements: json["supplements"]?.bool ?? false,
            replayed: json["replayed"] == nil ? []
                : try json.list("replayed") { item throws(DocumentFault) in try ReplayedRecords(json: item) })
    }
}

extension ReplayedRecords {
    var json: JSONValue {
        .object([
            "load_id": .string(load), "resource": .string(resource), "records": .int(records), "written": includesWritten ? true : nil,
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            load: try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text },
            resource: try json.require("resource", "a text", \.string), records: try json.require("records", "a number", \.int),
            includesWritten: json["written"]?.bool ?? false)
    }
}

extension SideCounts {
    /// The names of what was noticed, in their order.
    private static var names: [(String, WritableKeyPath<SideCounts, Int>)] {
        [
            ("duplicate_keys", \.duplicateKeys), ("empty_containers", \.emptyContainers), ("rest_keys", \.restKeys),
            ("unchecked_for_duplicates", \.uncheckedKeys), ("dropped_fields", \.droppedFields), ("hashed_values", \.hashedValues),
            ("redacted_values", \.redactedValues), ("nulled_values", \.nulledValues), ("converted_times", \.convertedTimes),
            ("discarded_values", \.discardedValues),
            ("discarded_rows", \.discardedRows), ("left_out_nulls", \.leftOutNulls),
        ]
    }

    /// What was counted; zeros are left out.
    fileprivate var json: JSONValue {
        .object(pairs: Self.names.filter { self[keyPath: $0.1] > 0 }.map { ($0.0, .int(self[keyPath: $0.1])) })
    }

    fileprivate init(json: JSONValue) {
        self.init()
        for (name, count) in Self.names { self[keyPath: count] = json[name]?.int ?? 0 }
    }
}

extension TableRecord {
    var json: JSONValue {
        .object([
            "name": .string(name), "resource": .string(resource), "path": .string(path.text), "parent": parent.map { .string($0) } ?? .null,
            "primary_key": .strings(primaryKey), "write_disposition": .string(writeDisposition.rawValue), "rows": .int(rows),
            "version": .int(version), "columns": .array(columns.map(\.json)), "versions": .array(versions.map(\.json)),
        ])
    }

    init(json: JSONValue, _ withColumns: Bool = true) throws(DocumentFault) {
        self.init(
            name: try json.require("name", "the name of a table", tableName), resource: try json.require("resource", "a text", \.string),
            path: try json.require("path", "a path") { $0.string.flatMap { FieldPath(text: $0) } }, parent: json["parent"]?.string,
            primaryKey: json["primary_key"]?.array?.compactMap(\.string) ?? [],
            writeDisposition: try json.require("write_disposition", "a disposition") { $0.string.flatMap { WriteDisposition(rawValue: $0) } },
            rows: try json.require("rows", "a number", \.int), version: try json.require("version", "a number", \.int),
            columns: withColumns ? try json.list("columns") { item throws(DocumentFault) in try ColumnRecord(json: item) } : [],
            versions: try json.list("versions") { item throws(DocumentFault) in try VersionRecord(json: item) })
    }
}

extension ColumnRecord {
    var json: JSONValue {
        .object([
            "id": .int(id), "name": .string(name), "facts": facts.json, "description": description.map { .string($0) },
            "values": values.map { .int($0) },
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            id: try json.require("id", "a number", \.int), name: try json.require("name", "a text", \.string),
            facts: try ColumnFacts(json: json.require("facts", "an object") { $0.object == nil ? nil : $0 }),
            description: try json.optional("description", "a text", \.string), values: try json.optional("values", "a number", \.int))
    }
}

extension VersionRecord {
    var json: JSONValue {
        .object([
            "version": .int(version), "parent_version": parentVersion.map { .int($0) } ?? .null, "fingerprint": .string(fingerprint),
            "load_id": .string(load), "changes": .array(changes.map(\.json)),
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            version: try json.require("version", "a number", \.int), parentVersion: json["parent_version"]?.int,
            fingerprint: try json.require("fingerprint", "a text", \.string), load: try json.require("load_id", "a text", \.string),
            changes: try json.list("changes") { item throws(DocumentFault) in try SchemaChange(json: item) })
    }
}

extension FileRecord {
    var json: JSONValue {
        [
            "path": .string(path), "table": .string(table), "format": .string(format.rawValue), "compression": .string(compression.rawValue),
            "schema_version": .int(schemaVersion), "rows": .int(rows), "bytes": .int(bytes), "sha256": .string(sha256),
        ]
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            path: try json.require("path", "a path inside the dataset") { $0.string.flatMap { isInside($0) ? $0 : nil } },
            table: try json.require("table", "the name of a table", tableName),
            format: try json.require("format", "a format") { $0.string.flatMap { FileFormat(rawValue: $0) } },
            compression: try json.require("compression", "a compression") { $0.string.flatMap { Compression(rawValue: $0) } },
            schemaVersion: try json.require("schema_version", "a number", \.int), rows: try json.require("rows", "a number", \.int),
            bytes: try json.require("bytes", "a number", \.int), sha256: try json.require("sha256", "a text", \.string))
    }
}

extension QuarantineRecord {
    var json: JSONValue {
        [
            "path": .string(path), "resource": .string(resource), "records": .int(records), "bytes": .int(bytes), "sha256": .string(sha256),
        ]
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            path: try json.require("path", "a path inside the dataset") { $0.string.flatMap { isInside($0) ? $0 : nil } },
            resource: try json.require("resource", "a text", \.string), records: try json.require("records", "a number", \.int),
            bytes: try json.require("bytes", "a number", \.int), sha256: try json.require("sha256", "a text", \.string))
    }
}

/// The text where it can be the name of a folder in the dataset.
private func tableName(_ value: JSONValue) -> String? {
    value.string.flatMap { $0.contains("/") || !isInside($0) || $0 == "." || $0 == "_lake" ? nil : $0 }
}

/// A damaged record shall not lead a recovery out of the dataset's folder.
func isInside(_ path: String) -> Bool {
    // An absolute path begins with an empty part.
    !path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).contains { $0.isEmpty || $0.elementsEqual("..".utf8) }
}
