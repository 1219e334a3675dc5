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
//           "current_version": 2, "rows_of_last_load": 5100, "recent_rows": [5100, 5000],
//           "columns": [{"id": 3, "name": "id", "facts": { … }, "description": "…", "values": 5100}],
//           "versions": [{"version": 1, "parent_version": null, "fingerprint": "…", "load_id": "…", "changes": [ … ]}]
//         }
//       },
//       "loads": [{"load_id": "…", "outcome": "complete", "run_id": null, "started_at": "…", "prepared_at": "…",
//                  "records": 5337, "rows": 21044, "bytes": 9210440, "path": "_lake/loads/….json"}],
//       "state": {"requests": {"incremental": { … }}}
//     }
//
// `load_count` counts loads of data. Where the state was changed without one, `record_count` stands behind it: loads and
// changes together. In `loads` such a change bears `"kind": "state"` and its `reason`; a removal of old data
// `"kind": "expire"`, and the loads of which nothing is left since then `"expired": true`.
//
// `recent_rows`, of a resource's own table: the rows of its last complete loads that asked for everything, newest first. A
// column's `values` are those other than null in the last load. Both are there once a load has counted them.
//
// **Which rows of a table count** today is told by three members, each there only where it says something; nothing is
// ever deleted, but by `restlake expire`:
//
//     "requests": {"write_disposition": "merge", …,
//       "live_since": "20261124T020000Z-11c0de",
//       "earlier_dispositions": [{"before": "20261126T020000Z-5eed01", "write_disposition": "append"}]}
//     "users": {"write_disposition": "replace", …,
//       "live_files": ["users/jsonl/load_id=20261124T020000Z-11c0de/users.v1.00000.jsonl"]}
//
// - `live_files` (disposition `replace`): exactly the rows of these files, those since and including the last complete
//   load. Rows of a partial load are added, they supersede nothing; so are those put back from the quarantine.
// - `live_since` (`append` and `merge`): only rows with `_load_id` from this one on; older ones were superseded by a
//   complete `--full-refresh`, or by the last snapshot of the time when the table was written as `replace`, or are
//   removed. Absent: all. Of a `replace` table: its last complete load, where that one was empty.
// - Those rows are applied in the order of their loads: `append` adds them, `merge` puts each in the place of the rows
//   of the same primary key; a row of a child table counts while the row above it does. `earlier_dispositions` says,
//   oldest first, where rows from before a load were written another way than `write_disposition`; rows of a former
//   `replace` are added. Here: until 26 November every row counts, from then on each takes the place of the older ones
//   of its key.
//
// A table whose definition changes to `replace` stays what it was until a load of it is complete: until then its rows
// are added the old way.

package struct Manifest: Hashable, Sendable {
    /// Loads listed in the manifest; older ones have their records.
    package static let listedLoads = 100
    /// Loads of which a table keeps the number of rows.
    package static let recentLoads = 10

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
        /// For `append` and `merge`: rows of loads before this one are superseded. Nil: none are.
        package var liveSince: String?
        /// Oldest first: how rows that still count were written before the table was written as it is now.
        package var earlierDispositions: [EarlierDisposition] = []
        /// Of the resource's own table: rows of its complete loads that asked for everything, newest first.
        package var recentRows: [Int] = []
    }

    package struct EarlierDisposition: Hashable, Sendable {
        /// The first load that was written another way.
        package var before: String
        package var writeDisposition: WriteDisposition
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
        package var kind = LoadRecord.Kind.load
        package var reason: String?
        /// Nothing of its data is left: a record of kind `expire` removed it.
        package var isExpired = false
    }

    package var dataset: String
    package var origin: String?
    package var sourceName: String?
    package var sourceFingerprint: String?
    /// The newest record, of whatever kind: the id of the next one must be greater.
    package var newestLoad: LoadID?
    /// Loads of data.
    package var loadCount = 0
    /// Loads of data, changes of state and removals.
    package var recordCount = 0
    /// By name, in the order in which they came.
    package var tables: [Table] = []
    /// The newest records of all kinds, newest first; the newest load of data is always among them.
    package var loads: [Load] = []
    /// By resource; opaque here.
    package var state: [String: JSONValue] = [:]

    package init(dataset: String) { self.dataset = dataset }

    package func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    /// The oldest load of a resource whose rows count; nil: all do, or that cannot be told.
    package func liveSince(_ resource: String) -> String? {
        guard let root = tables.first(where: { $0.resource == resource && $0.parent == nil }) else { return nil }
        guard root.writeDisposition == .replace else { return root.liveSince }
        // Without live rows and without a word of why, nothing but what the newest load brought can be current.
        return root.liveSince ?? root.firstLiveLoad ?? newestDataLoad
    }

    /// The newest load that brought data.
    package var newestDataLoad: String? { loads.first { $0.kind == .load }?.load }
}
