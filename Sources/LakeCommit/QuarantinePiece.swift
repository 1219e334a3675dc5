import LakeFiles
import LakeJSON
import LakeModel

/// The quarantine file of one resource in one load, and which later loads have put its records back.
package struct QuarantinePiece: Hashable, Sendable {
    package struct Replay: Hashable, Sendable {
        package var load: String
        package var records: Int
        package var includesWritten: Bool
        package init(load: String, records: Int, includesWritten: Bool = false) {
            self.load = load
            self.records = records
            self.includesWritten = includesWritten
        }
    }

    package var load: String
    package var file: QuarantineRecord
    /// In the order of their loads.
    package var replays: [Replay]
    /// Whether `restlake expire` has removed it.
    package var isExpired = false

    package init(load: String, file: QuarantineRecord, replays: [Replay] = []) {
        self.load = load
        self.file = file
        self.replays = replays
    }
}

extension Dataset {
    /// All of a dataset, the oldest load first. Takes no lock. Costs nothing where nothing was ever quarantined, else a look
    /// through every load record; only those that tell of a quarantine are read in earnest.
    package static func quarantine(_ paths: LakePaths) throws -> [QuarantinePiece] {
        guard Disk.isFolder(paths.quarantine) else { return [] }
        var pieces: [QuarantinePiece] = []
        for load in try committedLoads(paths) {
            guard try tellsOfQuarantine(paths, load), let record = try record(paths, load.text) else { continue }
            let expired = Set(record.expired.flatMap(\.quarantine))
            for i in pieces.indices where expired.contains(pieces[i].file.path) { pieces[i].isExpired = true }
            for resource in record.resources where resource.outcome != .failed {
                for replayed in resource.replayed { pieces.note(replayed, in: load.text) }
            }
            pieces += record.quarantine.map { QuarantinePiece(load: load.text, file: $0) }
        }
        return pieces
    }

    /// Looks at the bytes of a record, as the writer writes them; of others the answer is yes.
    private static func tellsOfQuarantine(_ paths: LakePaths, _ load: LoadID) throws -> Bool {
        guard let bytes = try Disk.read(paths.absolute(LakePaths.record(load.text))) else { return false }
        return bytes.withBytes { all in
            all.firstRange(of: Array("\n  \"quarantine\": []".utf8)) == nil
                || ["\"replayed\": [", "\"_lake/quarantine/"].contains { all.firstRange(of: Array($0.utf8)) != nil }
        }
    }
}

extension [QuarantinePiece] {
    fileprivate mutating func note(_ replayed: ReplayedRecords, in load: String) {
        for i in indices where self[i].load == replayed.load && self[i].file.resource == replayed.resource {
            self[i].replays.append(.init(load: load, records: replayed.records, includesWritten: replayed.includesWritten))
        }
    }
}
