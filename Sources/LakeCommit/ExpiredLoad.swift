import LakeJSON
import LakeModel
import LakeSchema

// A record of kind `expire`, `_lake/loads/20270301T020000Z-51c2aa.json`. Like a change of state it has its own load id and
// no files. It is the commit: the files that it names go behind it, and whoever takes the lock next goes on with a removal
// that was cut off. Records, page logs, checksums and schema documents of the loads stay.
//
//     {
//       "restlake_format": 1,
//       "kind": "expire",
//       "load_id": "20270301T020000Z-51c2aa",
//       …
//       "reason": "restlake expire --older-than 90d",
//       "expired": [
//         {
//           "load_id": "20261123T020000Z-7f3a9c",
//           "whole": true,
//           "files": ["events/jsonl/load_id=20261123T020000Z-7f3a9c/events.v1.00000.jsonl"],
//           "quarantine": ["_lake/quarantine/events/load_id=20261123T020000Z-7f3a9c/events.00000.jsonl"],
//           "pages": ["_lake/pages/events/load_id=20261123T020000Z-7f3a9c/events.pages"],
//           "rows": 5000,
//           "bytes": 9120044
//         }
//       ],
//       "live_since": {"events": "20261124T020000Z-11c0de"},
//       "resources": [], "tables": [], "files": [], "quarantine": [],
//       "checksum": "5e1b…"
//     }
//
// `whole`: no data file of the load is left. `quarantine`, `pages` and `live_since` stand there only where they say something.

/// What a removal took away of one load.
package struct ExpiredLoad: Hashable, Sendable {
    package var load: String
    /// No data file of the load is left.
    package var isWhole: Bool
    /// Data files, relative to the dataset's folder.
    package var files: [String]
    package var quarantine: [String]
    /// Of the API's answers.
    package var pages: [String]
    /// Of all tables; a row in two formats is one.
    package var rows: Int
    package var bytes: Int

    package init(
        load: String, isWhole: Bool = false, files: [String] = [], quarantine: [String] = [], pages: [String] = [], rows: Int = 0, bytes: Int = 0
    ) {
        self.load = load
        self.isWhole = isWhole
        self.files = files
        self.quarantine = quarantine
        self.pages = pages
        self.rows = rows
        self.bytes = bytes
    }

    /// All that goes, relative to the dataset's folder.
    package var paths: [String] { files + quarantine + pages }

    var json: JSONValue {
        .object([
            "load_id": .string(load), "whole": .bool(isWhole), "files": .strings(files),
            "quarantine": quarantine.isEmpty ? nil : .strings(quarantine), "pages": pages.isEmpty ? nil : .strings(pages), "rows": .int(rows), "bytes": .int(bytes),
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        let load = try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text }
        // What a removal is led by may lead nowhere but into partitions of that load.
        let paths = { (value: JSONValue) -> [String]? in
            let paths = value.array?.compactMap(\.string) ?? []
            return paths.count == value.array?.count && paths.allSatisfy { isInPartition($0, of: load) } ? paths : nil
        }
        self.init(
            load: load, isWhole: try json.require("whole", "true or false", \.bool), files: try json.require("files", "paths of the load's files", paths),
            quarantine: try json.optional("quarantine", "paths of the load's files", paths) ?? [],
            pages: try json.optional("pages", "paths of the load's files", paths) ?? [],
            rows: try json.require("rows", "a number", \.int), bytes: try json.require("bytes", "a number", \.int))
    }
}

/// Whether a path is `…/load_id=<load>/<name>`, inside the dataset.
private func isInPartition(_ path: String, of load: String) -> Bool {
    isInside(path) && path.split(separator: "/").dropLast().last.map { $0 == "load_id=" + load } ?? false
}
