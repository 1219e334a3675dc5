/// What was kept out of the lake, and why; what a record holds only where it was asked for.
enum QuarantineSection {
    private static let listed = 50
    private static let reasons = 5
    private static let longestValue = 2000

    static func html(_ report: Report) -> HTML {
        let entries = report.quarantine
        guard !entries.isEmpty else { return note("No record was ever kept out.") }
        let all = entries.reduce(0) { $0 + $1.piece.file.records }
        let shown = entries.suffix(listed).reversed()
        return .all([
            tag("p", .class("soft")) {
                "\(Figure.count(all, "record")) \(all == 1 ? "was" : "were") kept out; "
                "\(Figure.number(report.waiting)) \(report.waiting == 1 ? "waits" : "wait") to be put back."
            },
            DataTable.html("Records in quarantine", [("Load", .left), ("Resource", .left), ("Records", .right), ("In the lake", .right), ("Put back", .right), ("Reasons", .left)]) {
                for entry in shown { row(entry) }
            },
            entries.count > listed ? note("And \(Figure.count(entries.count - listed, "older file")): restlake quarantine lists them.") : .empty,
            values(shown.filter { !$0.values.isEmpty }),
        ])
    }

    private static func row(_ entry: HeldRecords) -> HTML {
        tag("tr") {
            DataTable.name(entry.piece.load)
            DataTable.mono(entry.piece.file.resource)
            DataTable.number(entry.piece.file.records)
            DataTable.number(entry.state == .read ? Figure.number(entry.inLake) : "")
            DataTable.number(entry.putBack)
            tag("td", .class("words")) { why(entry) }
        }
    }

    private static func why(_ entry: HeldRecords) -> HTML {
        switch entry.state {
        case .expired: return .text("removed by restlake expire")
        case .gone: return .text("the file is gone")
        case .damaged: return .text("the file is damaged")
        case .notRead: return .text("not looked through here: restlake quarantine does")
        case .read:
            let words = entry.reasons.prefix(reasons).map { "\(Figure.number($0.records)) \($0.words)" }
            let more = entry.reasons.count - reasons
            return tag("bdi") { (words + (more > 0 ? ["\(Figure.number(more)) further reasons"] : [])).joined(separator: ", ") }
        }
    }

    private static func values(_ entries: [HeldRecords]) -> HTML {
        .all(entries.map { entry in
            tag("details", .class("more")) {
                tag("summary") { "Records of \(entry.piece.file.resource) in load \(entry.piece.load)" }
                for value in entry.values { tag("pre", .word("tabindex", "0")) { tag("code") { Figure.cut(value, to: longestValue) } } }
            }
        })
    }
}
