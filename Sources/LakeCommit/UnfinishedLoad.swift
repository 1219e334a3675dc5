import Glibc
import LakeFiles
import LakeJSON
import LakeModel

// What a run leaves that ends before its load is prepared: `_lake/staging/<load id>/run.json` and the journals beside it.
//
//     {
//       "restlake_format": 1,
//       "kind": "run",
//       "load_id": "20261123T020000Z-7f3a9c",
//       "started_at": "2026-11-23T02:00:00.000Z",
//       "run": {"program": "0.1.0", "source": "9d0c…", "resources": ["requests", "users"], …},
//       "resumes": [{"requests": 812, "users": 3}]
//     }
//
// `run` is all that must be the same for another run to go on with it, opaque here; `resumes` holds one member for each
// run that went on with it and failed: the entries of each journal by then.

/// A load in staging that is not prepared, and that another run may go on with.
package struct UnfinishedLoad: Sendable {
    package var load: LoadID
    package var startedAt: String
    package var run: JSONValue
    package var resumes: [[String: Int]]
    /// When the last page was kept.
    package var lastProgress: UTCTime

    /// nil where the folder holds no such document, or a damaged one: nobody can go on with it.
    init?(_ staging: StagingFolder, name: String) throws {
        guard let load = LoadID(name), let json = try? Documents.read(staging.run), json["kind"]?.string == "run", json["load_id"]?.string == name,
            let startedAt = json["started_at"]?.string, let run = json["run"] else { return nil }
        self.load = load
        self.startedAt = startedAt
        self.run = run
        resumes = (json["resumes"]?.array ?? []).map { resume in
            Dictionary((resume.object ?? []).compactMap { member in member.value.int.map { (member.key, $0) } }, uniquingKeysWith: { $1 })
        }
        let journals = try Disk.names(in: staging.journal).map { staging.journal + "/" + $0 }
        lastProgress = ([staging.run] + journals).compactMap(Disk.modified).max() ?? UTCTime(seconds: 0)
    }

    package init(load: LoadID, startedAt: String, run: JSONValue) {
        self.load = load
        self.startedAt = startedAt
        self.run = run
        resumes = []
        lastProgress = UTCTime(seconds: 0)
    }

    var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "kind": "run", "load_id": .string(load.text), "started_at": .string(startedAt), "run": run,
            "resumes": .array(resumes.map { resume in .object(pairs: resume.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) }) }),
        ])
    }
}

extension StagedLoad {
    /// Writes down which run the load belongs to. Durable only with the first `syncJournals`.
    package borrowing func write(_ unfinished: UnfinishedLoad) throws(FileFault) {
        try Disk.makeFolders(staging.journal, mode: 0o700)
        try Disk.replaceUnsynced(staging.run, with: unfinished.json.utf8(pretty: true))
    }

    /// Removes all that a run makes again from the journals.
    package borrowing func clear() throws(FileFault) { try staging.clear() }

    /// Leaves the load for another run to go on with.
    package consuming func leave() throws(FileFault) { try clear() }
}

extension StagingFolder {
    /// Removes all that a run makes again from the journals.
    package func clear() throws(FileFault) {
        for name in try Disk.names(in: path) where path + "/" + name != run && path + "/" + name != journal {
            try Disk.removeTree(path + "/" + name)
        }
    }

    /// Makes the names of the journals durable, and what says which run they belong to.
    package func syncRun() throws(FileFault) {
        try Disk.syncFile(run)
        try Disk.syncFolder(journal)
        try Disk.syncFolder(path)
        try Disk.syncFolders(above: path)
    }
}
