import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// `restlake quarantine show`: the entries of the newest load first, each load's in the order in which they came. What a
/// record holds stays out of the terminal unless it is asked for.
struct QuarantineShow {
    private let view: QuarantineView
    private let limit: Int
    private let reason: String?
    private let showsValues: Bool

    init(_ view: QuarantineView, _ arguments: Arguments) throws(CommandFailure) {
        self.view = view
        limit = try arguments.number("entries", in: 1...1_000_000_000) ?? 10
        reason = arguments.value("reason")
        showsValues = arguments.has("values")
        if let reason, !QuarantineEntry.reasons.contains(reason) {
            let nearest = nearestName(to: reason, in: QuarantineEntry.reasons).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "--reason: there is no '\(Human.escaped(reason))'.\(nearest) There are "
                + "\(QuarantineEntry.reasons.joined(separator: ", ")).")
        }
    }

    func run() throws -> ExitCode {
        var left = limit, isAny = false
        for piece in view.pieces.reversed() where left > 0 && !piece.isExpired {
            guard try view.isThere(piece) else {
                Terminal.error("The quarantine file of \(Human.escaped(piece.file.resource)), load \(piece.load), is gone: \(view.path(piece))")
                continue
            }
            let reader = try QuarantineReader(view.path(piece), sha256: piece.file.sha256)
            var entries: [QuarantineEntry] = []
            while left > 0, let entry = try reader.next() {
                if let reason, !entry.has(reason: reason) { continue }
                left -= 1
                isAny = true
                if view.asJSON { Terminal.out(try json(entry, piece).text(pretty: false)) } else { entries.append(entry) }
            }
            if !entries.isEmpty { tell(entries, piece) }
        }
        if !isAny, !view.asJSON {
            Terminal.out("\(view.dataset): no record\(reason.map { " with the reason \($0)" } ?? "") is in quarantine.")
        }
        return .complete
    }

    // MARK: For people

    private func tell(_ entries: [QuarantineEntry], _ piece: QuarantinePiece) {
        Terminal.out("\(Human.escaped(piece.file.resource)), load \(piece.load)\(replays(piece)): \(piece.file.path)\n")
        var table = TextTable(head: ["PAGE", "RECORD", "REASON", "TABLE", "COLUMN", "EXPECTED", "FOUND", "WRITTEN"], right: [0, 1])
        if showsValues { table.head.append("VALUE") }
        for entry in entries { table.rows += rows(entry) }
        Terminal.out(table.text + "\n")
    }

    private func replays(_ piece: QuarantinePiece) -> String {
        piece.replays.isEmpty ? "" : ", put back by \(piece.replays.map(\.load).joined(separator: ", "))"
    }

    /// One for each breach, the place and the value in the first of them.
    private func rows(_ entry: QuarantineEntry) -> [[String]] {
        let place = [entry.place.page, entry.place.record].map { $0 > 0 ? Human.number($0) : "" }
        let written = entry.written ? "without it" : entry.isDuplicate ? "duplicate" : "no"
        let value = showsValues ? [Human.escaped(String(decoding: entry.value, as: UTF8.self))] : []
        guard let first = entry.breaches.first else { return [place + [Human.escaped(entry.reason), "", "", "", "", written] + value] }
        var rows = [place + cells(first) + [written] + value]
        let blank = showsValues ? [""] : []
        for breach in entry.breaches.dropFirst() { rows.append(["", ""] + cells(breach) + [""] + blank) }
        let more = entry.breachCount - entry.breaches.count
        if more > 0 { rows.append(["", "", "and \(Human.number(more)) more", "", "", "", "", ""] + blank) }
        return rows
    }

    private func cells(_ breach: QuarantinedBreach) -> [String] {
        [breach.contract, breach.table ?? "", breach.column ?? breach.path ?? "", breach.expected ?? "", breach.found ?? ""].map(Human.escaped)
    }

    // MARK: For programs

    private func json(_ entry: QuarantineEntry, _ piece: QuarantinePiece) throws -> JSONValue {
        .object([
            "load_id": .string(piece.load), "resource": .string(piece.file.resource), "page": .int(entry.place.page),
            "record": .int(entry.place.record), "reason": .string(entry.reason), "written": .bool(entry.written),
            "duplicate": entry.isDuplicate ? true : nil,
            "breaches": entry.breaches.isEmpty ? nil : .array(entry.breaches.map(\.json)),
            "breach_count": entry.breachCount > 0 ? .int(entry.breachCount) : nil,
            "value": showsValues ? try JSONValue(parsing: PageBytes(entry.value)) : nil,
        ])
    }
}
