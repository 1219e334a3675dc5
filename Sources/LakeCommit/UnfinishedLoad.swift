import Glibc
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

// What a run leaves that ends before its load is prepared: `_lake/staging/<load id>/run.json` and the journals beside it.
//
//     {
//       "restlake_format": 1,
//       "kind": "run",
//       "load_id": "20261123T020000Z-7f3a9c",
//       "started_at": "2026-11-23T02:00:00.000Z",
//       "newest_load": "20261122T020000Z-11c0de",
//       "run": {"program": "0.1.0", "source": "9d0c…", "resources": ["requests", "users"], …},
//       "resumes": [{"requests": 812, "users": 3}],
//       "kept": {"requests": 812, "users": 3}
//     }
//
// `newest_load` is the newest record of the dataset at the start, on whose state and columns the load builds. `run` is all
// else that must be the same for another run to go on with it, opaque here. `resumes` holds one member for each run that
// went on with it, but for those that were asked to end: the entries of each journal when it began. `kept` are those that
// the last run left, where it came to say so.

/// A load in staging that is not prepared, and that another run may go on with.
package struct UnfinishedLoad: Sendable {
    package var load: LoadID
    package var startedAt: String
    package var newest: LoadID?
    package var run: JSONValue
    package var resumes: [[String: Int]] = []
    package var kept: [String: Int] = [:]
    /// When the last page was kept.
    package var lastProgress: UTCTime

    package init(load: LoadID, started: UTCTime, newest: LoadID?, run: JSONValue) {
        self.load = load
        self.startedAt = started.iso
        self.newest = newest
        self.run = run
        lastProgress = started
    }

    /// nil where the folder holds no such document: nobody can go on with it.
    /// - Throws: `CommitFault` where it is damaged, or of a newer format.
    init?(_ staging: StagingFolder, name: String) throws {
        let json: JSONValue
        do {
            guard let found = try Documents.read(staging.run), let load = LoadID(name) else { return nil }
            json = found
            self.load = load
        } catch FileFault.system(.read, let path, EISDIR) {
            throw CommitFault.documentSyntax(path: path, reason: "it is a folder")
        }
        do throws(DocumentFault) {
            startedAt = try json.require("started_at", "the time at which the run began") { $0.string }
            try Self.check(json, name, startedAt)
            newest = try json.optional("newest_load", "a load id") { $0.string.flatMap { LoadID($0) } }
            run = try json.require("run", "an object") { $0.object.map { .object($0) } }
            resumes = try json.require("resumes", "a list of objects with numbers") { $0.array.flatMap(Self.entries) }
            kept = try json.optional("kept", "an object with numbers", Self.entries) ?? [:]
        } catch { throw CommitFault.document(path: staging.run, fault: error) }
        let journals = try Disk.names(in: staging.journal).map { staging.journal + "/" + $0 }
        lastProgress = journals.compactMap(Disk.modified).max() ?? UTCTime(iso: startedAt) ?? UTCTime(seconds: 0)
    }

    /// A clock may be a little off, not by more than a day; as with load ids.
    private static func check(_ json: JSONValue, _ name: String, _ startedAt: String) throws(DocumentFault) {
        guard json["kind"]?.string == "run" else { throw DocumentFault("kind", expected: "\"run\"") }
        guard json["load_id"]?.string == name else { throw DocumentFault("load_id", expected: name) }
        guard let started = UTCTime(iso: startedAt), started.milliseconds <= Dataset.clock().milliseconds + 86_400_000 else {
            throw DocumentFault("started_at", expected: "a time that is past")
        }
    }

    private static func entries(_ list: [JSONValue]) -> [[String: Int]]? {
        let all = list.compactMap(entries)
        return all.count == list.count ? all : nil
    }

    private static func entries(_ json: JSONValue) -> [String: Int]? {
        guard let members = json.object else { return nil }
        let pairs = members.compactMap { member in member.value.int.flatMap { $0 >= 0 ? (member.key, $0) : nil } }
        return pairs.count == members.count ? Dictionary(pairs) { $1 } : nil
    }

    /// Whether something was committed since it was begun: it would build on what is no longer the newest.
    func isOvertaken(by newest: LoadID?) -> Bool { newest != self.newest || newest.map { load <= $0 } ?? false }

    var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "kind": "run", "load_id": .string(load.text), "started_at": .string(startedAt),
            "newest_load": newest.map { .string($0.text) }, "run": run, "resumes": .array(resumes.map(Self.json)),
            "kept": kept.isEmpty ? nil : Self.json(kept),
        ])
    }

    private static func json(_ entries: [String: Int]) -> JSONValue {
        .object(pairs: entries.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
    }
}

extension StagingFolder {
    /// Writes down which run the load belongs to. Durable where it was written before; the first time only with the first
    /// `syncRun`.
    package func write(_ unfinished: UnfinishedLoad) throws(FileFault) {
        try Disk.makeFolders(journal, mode: 0o700)
        let bytes = unfinished.json.utf8(pretty: true)
        if Disk.exists(run) {
            try Documents.replace(run, with: bytes, in: path, mode: 0o600)
        } else {
            try Disk.replaceUnsynced(run, with: bytes)
        }
    }

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

    /// The pages of all journals that can be read.
    func keptPages() -> Int {
        let names = (try? Disk.names(in: journal)) ?? []
        return names.reduce(0) { $0 + ((try? JournalCount(journal + "/" + $1))?.entries ?? 0) }
    }
}
