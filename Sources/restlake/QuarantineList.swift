import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// `restlake quarantine list`: what each load left out of each resource, and why. Reads every file once, line by line.
struct QuarantineList {
    private let view: QuarantineView

    init(_ view: QuarantineView) { self.view = view }

    /// What is to be said of one file.
    private enum Finding {
        case reasons(QuarantineReasons)
        /// By `restlake expire`.
        case expired
        case gone
        case damaged(FileFault)
    }

    func run() throws -> ExitCode {
        var table = TextTable(head: ["LOAD", "RESOURCE", "RECORDS", "WRITTEN", "DUPLICATE", "REASONS", "PUT BACK BY", "FILE"], right: [2, 3, 4])
        var faults: [FileFault] = []
        for piece in view.pieces {
            let finding = try read(piece)
            if case .damaged(let fault) = finding { faults.append(fault) }
            if view.asJSON { Terminal.out(json(piece, finding).text(pretty: false)) }
            table.rows.append(row(piece, finding))
        }
        if !view.asJSON { Terminal.out(view.pieces.isEmpty ? "\(view.dataset): no record is in quarantine." : table.text) }
        for fault in faults { for line in fault.failure.lines { Terminal.error(line) } }
        return faults.isEmpty ? .complete : .data
    }

    /// For programs: a value for each file.
    func values() throws -> [JSONValue] { try view.pieces.map { json($0, try read($0)) } }

    private func read(_ piece: QuarantinePiece) throws -> Finding {
        if piece.isExpired { return .expired }
        guard try view.isThere(piece) else { return .gone }
        do throws(FileFault) {
            let reader = try QuarantineReader(view.path(piece), sha256: piece.file.sha256)
            var reasons = QuarantineReasons()
            while let entry = try reader.next() { reasons.add(entry) }
            return .reasons(reasons)
        } catch {
            if case .system = error { throw error }
            return .damaged(error)
        }
    }

    private func row(_ piece: QuarantinePiece, _ finding: Finding) -> [String] {
        var written = "", duplicates = "", words: String
        switch finding {
        case .reasons(let reasons):
            written = Human.number(reasons.written)
            duplicates = Human.number(reasons.duplicates)
            words = reasons.sorted.prefix(Self.shownReasons).map { "\(Human.number($0.records)) \($0.reason.words)" }.joined(separator: ", ")
            let more = reasons.counts.count - Self.shownReasons
            if more > 0 { words += " and \(Human.count(more, "further reason"))" }
        case .expired: words = "(removed by restlake expire)"
        case .gone: words = "(the file is gone)"
        case .damaged: words = "(the file is damaged)"
        }
        return [
            piece.load, Human.escaped(piece.file.resource), Human.number(piece.file.records), written, duplicates, Human.escaped(words),
            piece.replays.map(\.load).joined(separator: ", "), piece.file.path,
        ]
    }

    /// Of one file; all of them are told with `--json`.
    private static let shownReasons = 5

    private func json(_ piece: QuarantinePiece, _ finding: Finding) -> JSONValue {
        let reasons: QuarantineReasons? = if case .reasons(let reasons) = finding { reasons } else { nil }
        let file = switch finding {
        case .reasons: "as written"
        case .expired: "expired"
        case .gone: "gone"
        case .damaged: "damaged"
        }
        return .object([
            "load_id": .string(piece.load), "resource": .string(piece.file.resource), "records": .int(piece.file.records),
            "written": reasons.map { .int($0.written) }, "duplicates": reasons.map { .int($0.duplicates) }, "reasons": reasons?.json,
            "replayed": .array(piece.replays.map {
                ["load_id": .string($0.load), "records": .int($0.records), "includes_written": .bool($0.includesWritten)]
            }),
            "path": .string(piece.file.path), "file": .string(file),
        ])
    }
}
