import Glibc
import LakeCommit
import LakeExport
import LakeFiles
import LakeHandoff
import LakeModel
import LakeThreads

/// Copies the loads of a dataset that are not at a place yet. Reads the dataset only, and takes no lock: what is committed
/// after the beginning is for the next time.
struct Publisher {
    let paths: LakePaths
    let name: String
    let store: PublishStore
    /// `--load`; nil for all.
    let wanted: Set<String>?
    let withQuarantine: Bool
    let view: PublishView

    /// The dataset as it was at the beginning.
    struct Snapshot {
        var manifest: Manifest
        /// Oldest first.
        var loads: [LoadID]
    }

    func snapshot() throws -> Snapshot {
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        let loads = try Dataset.committedLoads(paths).filter { load in manifest.newestLoad.map { load <= $0 } ?? false }
        return Snapshot(manifest: manifest, loads: loads)
    }

    // MARK: What is to be done

    /// Compares records here and there by their names and sizes.
    func choice(_ snapshot: Snapshot) throws -> PublishChoice {
        let listed = try store.listedRecords()
        let choice = PublishChoice(local: snapshot.loads.map(\.text), listed: Set(listed.keys), wanted: wanted)
        // A load that was committed meanwhile and published by somebody else at the same time is none of theirs.
        let foreign = try choice.foreign.filter { try !Disk.isThere(paths.absolute(LakePaths.record($0))) }
        if let first = foreign.first { throw otherLake(first, foreign.count) }
        for load in snapshot.loads {
            let record = LakePaths.record(load.text)
            guard let size = listed[load.text] else { continue }
            if try size != LocalFile.size(paths.absolute(record)) { throw store.otherRecord(record) }
        }
        return choice
    }

    func plan(_ choice: PublishChoice, _ snapshot: Snapshot) throws -> PublishPlan {
        let pending = try choice.pending.compactMap { try Dataset.pieces(paths, $0) }
        let gone = try Set(pending.flatMap { $0.data + (withQuarantine ? $0.quarantine : []) }.map(\.path).filter { try !Disk.isThere(paths.absolute($0)) })
        let others = gone.isEmpty ? [] : try tellers(except: Set(choice.pending), snapshot)
        let plan = PublishPlan(pending: pending, gone: gone, others: others, listed: choice.listed, withQuarantine: withQuarantine)
        guard let first = plan.missing.first else { return plan }
        throw CommandFailure(
            .data, "\(paths.absolute(first)) is missing\(plan.missing.count > 1 ? ", and \(Human.count(plan.missing.count - 1, "other file"))" : ""), "
                + "and no record tells that it was removed. Nothing was copied.")
    }

    private func tellers(except known: Set<String>, _ snapshot: Snapshot) throws -> [LoadPieces] {
        try snapshot.loads.map(\.text).filter { !known.contains($0) }.compactMap { try Dataset.pieces(paths, $0) }.filter { !$0.removes.isEmpty }
    }

    // MARK: Doing it

    /// Data, then documents, both compared, then the records.
    func publish(_ batch: PublishPlan.Batch) throws {
        try LocalFile.check(batch.data + batch.documents, in: paths.dataset, store.rclone.cancellation)
        try store.bring(batch.data.map(\.path))
        try store.bring(batch.documents.map(\.path))
        try store.create(records: batch.records)
        view.close()
    }

    /// The manifest of exactly the records that are there.
    /// - Returns: whether another one was there.
    func publishManifest(_ published: Set<String>, _ snapshot: Snapshot) throws -> Bool {
        let there = snapshot.loads.filter { published.contains($0.text) }
        guard !there.isEmpty else { return false }
        let manifest = there.count == snapshot.loads.count ? snapshot.manifest : try Dataset.manifest(paths, name: name, of: there)
        return try store.replace(manifest: manifest.json.utf8(pretty: true))
    }

    /// Compares what was published before.
    /// - Returns: how many files that were, and what is not as it should be, by path.
    func verify(_ loads: [String], _ snapshot: Snapshot) throws -> (files: Int, findings: [(path: String, words: String)]) {
        var batch: [LoadPiece] = [], count = 0
        var findings: [(path: String, words: String)] = []
        func flush() throws {
            findings += try store.differences(batch.map(\.path)).sorted { $0.key < $1.key }.map { path, finding in
                (path, try words(finding, batch.first { $0.path == path }))
            }
            count += batch.count
            batch = []
        }
        let removed = try Set(tellers(except: [], snapshot).flatMap(\.removes))
        for load in loads {
            guard let pieces = try Dataset.pieces(paths, load) else { continue }
            let data = (pieces.data + (withQuarantine ? pieces.quarantine : [])).filter { !removed.contains($0.path) }
            batch += data + pieces.documents + [LoadPiece(path: pieces.record)]
            if batch.count >= PublishPlan.Limits().files { try flush() }
        }
        try flush()
        view.close()
        return (count, findings)
    }

    private func words(_ finding: RcloneComparison.Finding, _ piece: LoadPiece?) throws -> String {
        guard finding == .different, let piece, let sum = piece.sha256 else { return finding.sentence }
        let own = try LocalFile.checksum(paths.absolute(piece.path), store.rclone.cancellation)
        return own == sum ? finding.sentence : "is another one there, and the one here is not what its load says: see restlake verify"
    }

    private func otherLake(_ first: String, _ count: Int) -> CommandFailure {
        CommandFailure(
            .protocolFault, "\(store.place.text) holds \(Human.count(count, "load")) of \(name) that this lake does not have, such as \(first): "
                + "another lake is published there, or loads were lost here. Nothing was copied. Give this one a place of its own.")
    }
}

/// Files of the dataset here.
enum LocalFile {
    private static let threads = 4
    private static let blockBytes = 1 << 20

    static func size(_ path: String) throws(FileFault) -> Int {
        var info = stat()
        guard stat(path, &info) == 0 else { throw .system(operation: .inspect, path: path, number: errno) }
        return Int(info.st_size)
    }

    /// Refuses files that are not what their load says: they would be copied as they are, and found right there.
    static func check(_ pieces: [LoadPiece], in folder: String, _ cancellation: Cancellation) throws {
        let wrong = Monitor<Set<String>>([])
        try SideBySide.forEach(pieces, threads: threads) { piece throws(FileFault) in
            guard let sum = piece.sha256 else { return }
            if try checksum(folder + "/" + piece.path, cancellation) != sum { wrong.change { _ = $0.insert(piece.path) } }
        }
        if let cause = cancellation.cause { throw Rclone.failure(cause) }
        guard let first = wrong.look({ $0.min() }) else { return }
        throw CommandFailure(
            .data, "\(folder)/\(first) is not what its load says: its checksum is another one. It is not published, nor is its load.",
            "restlake verify tells what else is wrong.")
    }

    /// The SHA-256 of a file; that of a part of it where the run is cancelled.
    static func checksum(_ path: String, _ cancellation: Cancellation) throws(FileFault) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(operation: .read, path: path, number: errno) }
        defer { close(file) }
        var checksum = Checksum()
        var block = [UInt8](repeating: 0, count: blockBytes)
        while cancellation.cause == nil {
            let n = read(file, &block, block.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            if n == 0 { break }
            block.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<n])) }
        }
        return checksum.hexadecimal()
    }
}
