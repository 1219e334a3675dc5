import LakeCommit
import LakeFiles
import LakeModel
import LakeReport
import LakeSchema

/// Reads what a report tells: the records once, one by one, the newest schema documents, the first rows of each table. What
/// is damaged or missing is noted and passed over. Takes no lock.
final class ReportReader {
    /// Of a data file: its first rows are hardly ever longer.
    private static let headBytes = 1 << 20

    let paths: LakePaths
    /// Whether records in quarantine are shown as they stand there.
    let showsQuarantine: Bool
    private let name: String
    private let rows: Int
    private var damages: [String] = []

    init(_ arguments: Arguments) throws {
        if arguments.has("rows"), arguments.has("no-rows") { throw CommandFailure(.usage, "restlake report: --rows and --no-rows do not go together.") }
        rows = arguments.has("no-rows") ? 0 : try arguments.number("rows", in: 0...1000) ?? 5
        showsQuarantine = arguments.has("quarantine-values")
        (name, paths) = try LakeLocation.chosen(arguments)
    }

    func facts(at now: UTCTime) throws -> Report.Facts {
        let loads = try Dataset.committedLoads(paths)
        let (history, isWhole) = try history(loads)
        var facts = Report.Facts(dataset: name, madeAt: now, manifest: try manifest(loads, isWhole: isWhole), history: history)
        for table in facts.manifest.tables {
            if let schema = try noting({ try Dataset.schema(paths, table.name, table.currentVersion) }) { facts.schemas[table.name] = SchemaColumns(schema) }
            if rows > 0, let file = history.files[table.name] { facts.samples[table.name] = try sample(file) }
        }
        facts.quarantine = try ReportQuarantine(paths: paths, showsValues: showsQuarantine).entries(history.quarantine, &damages)
        facts.unfinished = try Disk.names(in: paths.staging).filter { staged in LoadID(staged) != nil && !loads.contains { $0.text == staged } }
        facts.damages = damages
        return facts
    }

    // MARK: Records

    private func history(_ loads: [LoadID]) throws -> (LoadHistory, isWhole: Bool) {
        var history = LoadHistory(), isWhole = true
        for load in loads {
            if let record = try noting({ try Dataset.outline(paths, load.text) }) ?? nil { history.add(record) } else { isWhole = false }
        }
        return (history, isWhole)
    }

    /// Where a record is damaged that the manifest does not hold yet, what the others make.
    private func manifest(_ loads: [LoadID], isWhole: Bool) throws -> Manifest {
        do { return try Dataset.readManifest(paths, name: name).manifest } catch let fault as CommitFault {
            guard !isWhole, fault.damage != nil else { throw fault }
        }
        var manifest = Manifest(dataset: name)
        for load in loads {
            // Those that cannot be read are noted already.
            if let record = try? Dataset.record(paths, load.text) { manifest.fold(record) }
        }
        return manifest
    }

    /// nil where a document is damaged or missing, which is noted. One of a newer format, or a disk that fails, is told.
    private func noting<T>(_ read: () throws -> T) throws -> T? {
        do { return try read() } catch let fault as CommitFault {
            guard let damage = fault.damage else { throw fault }
            if !damages.contains(damage + ".") { damages.append(damage + ".") }
            return nil
        }
    }

    // MARK: Rows

    private func sample(_ file: LoadHistory.DataFile) throws -> SampleRows? {
        let path = paths.absolute(file.record.path)
        guard let head = try StoredFile.head(path, file.record.compression, bytes: Self.headBytes) else {
            damages.append("\(path) is missing.")
            return nil
        }
        guard let schema = try noting({ try Dataset.schema(paths, file.record.table, file.record.schemaVersion) }) else { return nil }
        let sample = SampleRows(
            head.bytes, isWhole: head.isWhole, file.record.format, load: file.load, columns: schema.columns.map(\.name), limit: rows)
        if sample == nil { damages.append("\(path) is damaged: its first rows cannot be read.") }
        return sample
    }
}

/// What is in quarantine, for a report: the newest files are looked through until that would take long.
struct ReportQuarantine {
    private static let mostBytes = 64 << 20
    private static let shownValues = 5

    let paths: LakePaths
    let showsValues: Bool

    /// In the order of the pieces.
    func entries(_ pieces: [QuarantinePiece], _ damages: inout [String]) throws -> [HeldRecords] {
        var left = Self.mostBytes, entries: [HeldRecords] = []
        for piece in pieces.reversed() {
            entries.append(left > 0 || piece.isExpired ? try entry(piece, &damages) : HeldRecords(piece, .notRead))
            left -= piece.isExpired ? 0 : piece.file.bytes
        }
        return entries.reversed()
    }

    private func entry(_ piece: QuarantinePiece, _ damages: inout [String]) throws -> HeldRecords {
        let path = paths.absolute(piece.file.path)
        if piece.isExpired { return HeldRecords(piece, .expired) }
        guard try Disk.isThere(path) else { return HeldRecords(piece, .gone) }
        var reasons = QuarantineReasons(), inLake = 0, values: [String] = []
        do throws(FileFault) {
            let reader = try QuarantineReader(path, sha256: piece.file.sha256)
            while let found = try reader.next() {
                reasons.add(found)
                if found.isInLake { inLake += 1 }
                if showsValues, values.count < Self.shownValues { values.append(String(decoding: found.value, as: UTF8.self)) }
            }
        } catch {
            if case .system = error { throw error }
            damages.append(contentsOf: error.failure.lines)
            return HeldRecords(piece, .damaged)
        }
        return HeldRecords(piece, .read, reasons: reasons.sorted.map { .init($0.reason.words, $0.records) }, inLake: inLake, values: values)
    }
}
