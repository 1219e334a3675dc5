import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

// The record of one load, `_lake/loads/20261123T020000Z-7f3a9c.json`, immutable; its presence is the commit:
//
//     {
//       "restlake_format": 1,
//       "kind": "load",
//       "load_id": "20261123T020000Z-7f3a9c",
//       "dataset": "thena",
//       "outcome": "complete",
//       "run_id": null,
//       "started_at": "2026-11-23T02:00:00.000Z",
//       "prepared_at": "2026-11-23T02:00:04.512Z",
//       "origin": "https://bolt.thena.ai:443",
//       "source": {"name": "thena", "fingerprint": "9d0c…"},
//       "resources": [
//         {"name": "requests", "outcome": "complete", "evidence": "cursor_null", "findings": [], "paginator": "…",
//          "detected": "meta.next_cursor is a text and has_more stands beside it", "pages": 50, "page_bytes": 8211400,
//          "requests": 51, "ignored": 2, "skipped_parents": 1,
//          "counts": {"fetched": 5000, "written": 5000, "duplicate": 0, "filtered": 0, "quarantined": 0, "changed": 0,
//                     "probed": 0},
//          "noticed": {"empty_containers": 1204},
//          "full_scan": true, "replaces": true, "state": {"incremental": {"last_value": "2026-11-23T01:58:11Z", "ties": ["…"]}}}
//       ],
//       "tables": [
//         {"name": "requests", "resource": "requests", "path": "$", "parent": null, "primary_key": ["id"],
//          "write_disposition": "merge", "rows": 5000, "version": 1,
//          "columns": [{"id": 3, "name": "id", "facts": {"kinds": ["string"], "texts": ["other"], "longest_text": 24},
//                       "description": "as in the address bar", "values": 5000}],
//          "versions": [{"version": 1, "parent_version": null, "fingerprint": "0c7e…", "changes": [ … ]}]}
//       ],
//       "files": [
//         {"path": "requests/jsonl/load_id=20261123T020000Z-7f3a9c/requests.v1.00000.jsonl", "table": "requests",
//          "format": "jsonl", "compression": "none", "schema_version": 1, "rows": 5000, "bytes": 9120044, "sha256": "…"}
//       ],
//       "quarantine": [],
//       "sanitized": {"replaced_characters": 0},
//       "checksum": "5e1b…"
//     }
//
// `checksum` is that of the document itself, see `Seal`; records from before it have none.
//
// Of a resource, `detected`, `requests`, `ignored`, `skipped_parents`, `full_scan`, `replaces`, `state`, `supplements` and
// `replayed` stand there only where there is something to say; so do the counts of `noticed`, and a column's `description`
// and `values` (those other than null in this load; its facts are those of all loads). Records from before them read as if
// there were nothing.
//
// A load that puts records back from the quarantine says of each resource that its rows come to those that count, and where
// they are from; `written` where those were taken too that had been written without what a contract discards. Of a load
// whose records were all copies of others that were taken, none is counted:
//
//          "supplements": true,
//          "replayed": [{"load_id": "20261122T020000Z-3c5e11", "resource": "requests", "records": 3, "written": true}]
//
// A load that keeps its pages has `pages`, see `KeptPages`; one that was made of the kept pages of another has `replay_of`,
// that load's id, and asked no API.
//
// A change of state without data is a record too, of kind `state`. It has its own load id, in one row with those of the
// loads, no files, and no page log beside it. `null` takes a resource's state away:
//
//     {
//       "restlake_format": 1,
//       "kind": "state",
//       "load_id": "20261123T091500Z-0b44e1",
//       "dataset": "thena",
//       "outcome": "complete",
//       "run_id": null,
//       "started_at": "2026-11-23T09:15:00.000Z",
//       "prepared_at": "2026-11-23T09:15:00.000Z",
//       "origin": null,
//       "source": null,
//       "reason": "restlake state set requests 2026-01-01T00:00:00Z",
//       "state": {"requests": {"incremental": {"last_value": "2026-01-01T00:00:00Z"}}, "users": null},
//       "resources": [], "tables": [], "files": [], "quarantine": []
//     }
//
// And so is the removal of old data, of kind `expire`: see `ExpiredLoad`.

/// What one load brought; or how the state was changed without one; or which data of old loads was removed.
package struct LoadRecord: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case load, state, expire }

    package var kind: Kind
    package var load: String
    package var dataset: String
    package var runID: String?
    package var startedAt: String
    package var preparedAt: String
    package var origin: String
    package var sourceName: String
    package var sourceFingerprint: String
    package var resources: [ResourceRecord]
    package var tables: [TableRecord]
    package var files: [FileRecord]
    package var quarantine: [QuarantineRecord]
    package var replacedCharacters: Int
    /// The pages it was made of, where they are kept.
    package var pages: KeptPages?
    /// The load whose kept pages it was made of.
    package var replayOf: String?
    /// Of kind `state` and `expire`: the command that made the change.
    package var reason: String?
    /// Of kind `state`: the new state of each resource it changes; nil removes it.
    package var stateChanges: [String: JSONValue?]
    /// Of kind `expire`: what was removed, the oldest load first.
    package var expired: [ExpiredLoad] = []
    /// Of kind `expire`: for tables whose oldest counting rows are gone, the load with the oldest ones that are left.
    package var liveSince: [String: String] = [:]

    package init(
        load: String, dataset: String, runID: String?, startedAt: String, preparedAt: String, origin: String, sourceName: String,
        sourceFingerprint: String, resources: [ResourceRecord], tables: [TableRecord], files: [FileRecord],
        quarantine: [QuarantineRecord], replacedCharacters: Int, kind: Kind = .load, reason: String? = nil,
        stateChanges: [String: JSONValue?] = [:]
    ) {
        self.kind = kind
        self.load = load
        self.dataset = dataset
        self.runID = runID
        self.startedAt = startedAt
        self.preparedAt = preparedAt
        self.origin = origin
        self.sourceName = sourceName
        self.sourceFingerprint = sourceFingerprint
        self.resources = resources
        self.tables = tables
        self.files = files
        self.quarantine = quarantine
        self.replacedCharacters = replacedCharacters
        self.reason = reason
        self.stateChanges = stateChanges
    }

    /// The record of a change of state.
    package init(state changes: [String: JSONValue?], load: String, dataset: String, at time: String, reason: String) {
        self.init(
            load: load, dataset: dataset, runID: nil, startedAt: time, preparedAt: time, origin: "", sourceName: "", sourceFingerprint: "",
            resources: [], tables: [], files: [], quarantine: [], replacedCharacters: 0, kind: .state, reason: reason, stateChanges: changes)
    }

    /// The record of a removal.
    package init(expired: [ExpiredLoad], liveSince: [String: String], load: String, dataset: String, at time: String, reason: String) {
        self.init(state: [:], load: load, dataset: dataset, at: time, reason: reason)
        kind = .expire
        self.expired = expired
        self.liveSince = liveSince
    }

    /// `complete` only where every resource is.
    package var outcome: ResourceOutcome { resources.allSatisfy { $0.outcome == .complete } ? .complete : .partial }
    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
    /// Records written; those of a failed resource are not published.
    package var records: Int { resources.filter { $0.outcome != .failed }.reduce(0) { $0 + $1.counts.written } }
    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    /// What the record makes of a resource's state: nil where it leaves it as it was, `.some(nil)` where it removes it.
    /// The rows of a failed resource are not published, so its state stays behind with them.
    package func newState(of resource: String) -> JSONValue?? {
        switch kind {
        case .state: stateChanges[resource]
        case .expire: nil
        case .load: resources.first { $0.name == resource && $0.outcome != .failed }?.state.map { .some($0) }
        }
    }
}

package struct ResourceRecord: Hashable, Sendable {
    package var name: String
    package var outcome: ResourceOutcome
    package var evidence: EndEvidence?
    /// Sentences: what speaks against completeness, what was noticed.
    package var findings: [String]
    /// How its pages followed each other; what `auto` found out.
    package var paginator: String
    /// Why `auto` chose that paginator; nil where it was declared.
    package var detectedWhy: String?
    package var pages: Int
    package var pageBytes: Int
    package var counts: RecordCounts
    package var probed: Int
    package var side: SideCounts
    /// Requests sent, probes and those of every parent included.
    package var requests: Int
    /// Requests that the API answered with a status that the definition declares as ignored.
    package var ignoredRequests: Int
    /// Parents that lack a field that the resource needs and were passed over, as declared.
    package var skippedParents: Int
    /// Whether it asked for everything there is, so that its rows can be held against those of other loads.
    package var isFullScan: Bool
    /// `--full-refresh`: where this load is complete, it takes the place of all rows before it, whatever the disposition.
    /// It stands with the resource, since a table that got no row is not in the record, and is replaced all the same.
    /// A complete load of disposition `replace` does so without it.
    package var replaces: Bool
    /// The state after this load, opaque here; nil leaves it as it was.
    package var state: JSONValue?
    /// The rows come to those that count already, whatever the disposition and the outcome: such a load is never a snapshot.
    package var supplements: Bool
    /// From which loads' quarantine the records came.
    package var replayed: [ReplayedRecords]

    package init(
        name: String, outcome: ResourceOutcome, evidence: EndEvidence?, findings: [String], paginator: String, pages: Int, pageBytes: Int,
        counts: RecordCounts, probed: Int, side: SideCounts, requests: Int = 0, ignoredRequests: Int = 0, skippedParents: Int = 0,
        detectedWhy: String? = nil, isFullScan: Bool = false, replaces: Bool = false, state: JSONValue? = nil, supplements: Bool = false,
        replayed: [ReplayedRecords] = []
    ) {
        self.name = name
        self.outcome = outcome
        self.evidence = evidence
        self.findings = findings
        self.paginator = paginator
        self.pages = pages
        self.pageBytes = pageBytes
        self.counts = counts
        self.probed = probed
        self.side = side
        self.requests = requests
        self.ignoredRequests = ignoredRequests
        self.skippedParents = skippedParents
        self.detectedWhy = detectedWhy
        self.isFullScan = isFullScan
        self.replaces = replaces
        self.state = state
        self.supplements = supplements
        self.replayed = replayed
    }
}

/// Records of an earlier load that were taken out of its quarantine.
package struct ReplayedRecords: Hashable, Sendable {
    package var load: String
    package var resource: String
    package var records: Int
    /// Whether those were taken too that had been written without what a contract discards.
    package var includesWritten: Bool
    package init(load: String, resource: String, records: Int, includesWritten: Bool = false) {
        self.load = load
        self.resource = resource
        self.records = records
        self.includesWritten = includesWritten
    }
}

package struct TableRecord: Hashable, Sendable {
    package var name: String
    package var resource: String
    package var path: FieldPath
    package var parent: String?
    package var primaryKey: [String]
    package var writeDisposition: WriteDisposition
    package var rows: Int
    /// The newest version after this load.
    package var version: Int
    package var columns: [ColumnRecord]
    package var versions: [VersionRecord]

    package init(
        name: String, resource: String, path: FieldPath, parent: String?, primaryKey: [String], writeDisposition: WriteDisposition, rows: Int,
        version: Int, columns: [ColumnRecord], versions: [VersionRecord]
    ) {
        self.name = name
        self.resource = resource
        self.path = path
        self.parent = parent
        self.primaryKey = primaryKey
        self.writeDisposition = writeDisposition
        self.rows = rows
        self.version = version
        self.columns = columns
        self.versions = versions
    }
}

/// A column as a load leaves it.
package struct ColumnRecord: Hashable, Sendable {
    package var id: Int
    package var name: String
    /// Of everything known by then.
    package var facts: ColumnFacts
    /// As the definition has it now.
    package var description: String?
    /// Values other than null in this load; in the manifest, in the last one. Nil where nobody counted.
    package var values: Int?
    package init(id: Int, name: String, facts: ColumnFacts, description: String? = nil, values: Int? = nil) {
        self.id = id
        self.name = name
        self.facts = facts
        self.description = description
        self.values = values
    }
}

/// A schema version as the manifest lists it; its columns stand in the schema document.
package struct VersionRecord: Hashable, Sendable {
    package var version: Int
    package var parentVersion: Int?
    package var fingerprint: String
    package var load: String
    package var changes: [SchemaChange]
    package init(version: Int, parentVersion: Int?, fingerprint: String, load: String, changes: [SchemaChange]) {
        self.version = version
        self.parentVersion = parentVersion
        self.fingerprint = fingerprint
        self.load = load
        self.changes = changes
    }
}

package struct FileRecord: Hashable, Sendable {
    /// Relative to the dataset's folder.
    package var path: String
    package var table: String
    package var format: FileFormat
    package var compression: Compression
    package var schemaVersion: Int
    package var rows: Int
    package var bytes: Int
    package var sha256: String
    package init(
        path: String, table: String, format: FileFormat, compression: Compression, schemaVersion: Int, rows: Int, bytes: Int, sha256: String
    ) {
        self.path = path
        self.table = table
        self.format = format
        self.compression = compression
        self.schemaVersion = schemaVersion
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
    }
}

package struct QuarantineRecord: Hashable, Sendable {
    package var path: String
    package var resource: String
    package var records: Int
    package var bytes: Int
    package var sha256: String
    package init(path: String, resource: String, records: Int, bytes: Int, sha256: String) {
        self.path = path
        self.resource = resource
        self.records = records
        self.bytes = bytes
        self.sha256 = sha256
    }
}
