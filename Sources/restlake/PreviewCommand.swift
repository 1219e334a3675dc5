import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// `restlake preview SOURCE RESOURCE`: the first rows as an export would write them. The lake is not touched.
enum PreviewCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard !(arguments.has("json") && arguments.has("csv")) else { throw CommandFailure(.usage, "--json and --csv exclude each other.") }
        let limit = try arguments.number("rows", in: 1...100_000) ?? 10
        let name = arguments.positional[1]
        let access = try SourceAccess(arguments.choosing(resource: name))
        for warning in access.warnings { Terminal.error("Warning: \(Human.escaped(warning))") }
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let opened = try access.open(cancellation) { Terminal.error("Warning: \($0)") }
        defer { withExtendedLifetime(opened) {} }
        let wanted = arguments.value("table")
        let rehearsal = try rehearse(try access.rehearsalJob(opened), name, wanted, limit, cancellation)
        try tellFindings(rehearsal)
        guard let outcome = outcome(rehearsal, name), !outcome.tables.isEmpty else {
            Terminal.error("\(name): no record. Nothing was written.")
            return .complete
        }
        guard let table = table(outcome, wanted) else { throw unknown(wanted ?? name, outcome.tables.map(\.name)) }
        try show(rehearsal, table, limit, arguments)
        return .complete
    }

    /// Records make as many rows of a child table as they like, and parents as many records of a dependent resource: where
    /// there are too few rows, more is asked for, a few times over.
    private static func rehearse(
        _ job: ExportJob, _ name: String, _ wanted: String?, _ limit: Int, _ cancellation: Cancellation
    ) throws -> Rehearsal {
        var job = job
        var most = limit
        while true {
            job.bounds.records = most
            let rehearsal = try Rehearsal(job, pages: nil, parents: most, cancellation: cancellation)
            let rows = outcome(rehearsal, name).flatMap { table($0, wanted) }?.rows ?? 0
            let isThereMore = rehearsal.outcomes.contains { $0.hasMore || (job.resources.count > 1 && $0.report.record.counts.fetched > most) }
            if rows >= limit || !isThereMore || most >= limit * mostGrowth { return rehearsal }
            most *= growth
        }
    }

    private static let growth = 10, mostGrowth = 1000

    private static func outcome(_ rehearsal: Rehearsal, _ name: String) -> Rehearsal.Outcome? {
        rehearsal.outcomes.first { $0.report.name == name }
    }

    /// The table asked for, else the root table; nil where nothing came.
    private static func table(_ outcome: Rehearsal.Outcome, _ wanted: String?) -> StagedTable? {
        outcome.tables.first { table in wanted.map { $0 == table.name } ?? (table.parent == nil) }
    }

    /// A dependent resource fails with its parent: what the parent says comes first.
    private static func tellFindings(_ rehearsal: Rehearsal) throws(CommandFailure) {
        let lines = rehearsal.outcomes.flatMap { outcome in outcome.findings.map { "\(outcome.report.name): \(Human.escaped($0))" } }
        if let failure = rehearsal.outcomes.compactMap(\.report.failure).first { throw CommandFailure(failure.code, lines: lines) }
        for line in lines { Terminal.error(line) }
    }

    private static func unknown(_ wanted: String, _ names: [String]) -> CommandFailure {
        let nearest = nearestName(to: wanted, in: names).map { " Did you mean '\($0)'?" } ?? ""
        return CommandFailure(.usage, "--table: these rows make no table '\(wanted)'.\(nearest) Tables: \(names.joined(separator: ", ")).")
    }

    private static func show(_ rehearsal: Rehearsal, _ table: StagedTable, _ limit: Int, _ arguments: Arguments) throws(FileFault) {
        if arguments.has("csv") { return Terminal.write(String(decoding: try rehearsal.csv(of: table, atMost: limit), as: UTF8.self), to: 1) }
        let rows = try rehearsal.rows(of: table, atMost: limit)
        if arguments.has("json") {
            for row in rows { Terminal.out(row.text(pretty: false)) }
        } else {
            Terminal.out(PreviewTable(columns: table.columns.filter { !$0.isSystem }.map(\.name), rows: rows).text(width: Terminal.outWidth))
            Terminal.error("\(table.name): \(Human.count(rows.count, "row")). Nothing was written.")
        }
    }
}

/// Rows as a table that fits a terminal: a row a line where there is room for all columns, else a column a line and the
/// rows side by side. Long values are cut.
struct PreviewTable {
    let columns: [String]
    let rows: [JSONValue]

    private static let widestCell = 32

    func text(width: Int) -> String {
        let cells = rows.map { row in columns.map { cell(row[$0]) } }
        let widths = columns.indices.map { c in max(columns[c].count, cells.map { $0[c].count }.max() ?? 0) }
        guard widths.reduce(0, { $0 + $1 + 2 }) > width else { return TextTable(head: columns, rows: cells).text }
        return turned(cells, width)
    }

    private func turned(_ cells: [[String]], _ width: Int) -> String {
        var used = (columns.map(\.count).max() ?? 0) + 2, shown = 0
        for row in cells {
            used += (row.map(\.count).max() ?? 0) + 2
            guard shown == 0 || used <= width else { break }
            shown += 1
        }
        var table = TextTable(head: ["COLUMN"] + (0..<shown).map { "ROW \($0 + 1)" })
        table.rows = columns.indices.map { c in [columns[c]] + cells.prefix(shown).map { $0[c] } }
        let left = cells.count - shown
        return left > 0 ? table.text + "\n… and \(Human.count(left, "row")) for which there is no room; --json shows all." : table.text
    }

    private func cell(_ value: JSONValue?) -> String {
        let text = switch value {
        case nil, .null?: ""
        case .string(let text)?: Human.escaped(text)
        case let value?: Human.escaped(value.text(pretty: false))
        }
        return text.count > Self.widestCell ? text.prefix(Self.widestCell - 1) + "…" : text
    }
}
