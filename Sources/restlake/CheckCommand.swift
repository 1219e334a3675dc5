import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import LakeSource

/// `restlake check SOURCE`: the definition, the secrets, and one page of each resource: what was found, and how it would
/// be written. The lake is not touched.
struct CheckCommand {
    private let access: SourceAccess
    private let asJSON: Bool

    static func run(_ arguments: Arguments) throws -> ExitCode {
        do {
            return try CheckCommand(access: SourceAccess(arguments), asJSON: arguments.has("json")).run()
        } catch {
            guard arguments.has("json") else { throw error }
            let failure = commandFailure(of: error)
            JSONView().fail(failure)
            return failure.code
        }
    }

    private func run() throws -> ExitCode {
        for warning in access.warnings { warn(Human.escaped(warning)) }
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let opened = try access.open(cancellation, warn: warn)
        defer { withExtendedLifetime(opened) {} }
        tellSource(opened)
        let job = try access.rehearsalJob(opened)
        let rehearsal = try Rehearsal(job, cancellation: cancellation)
        for resource in job.resources {
            guard let outcome = rehearsal.outcomes.first(where: { $0.report.name == resource.name }) else { continue }
            if asJSON { tellJSON(resource, outcome) } else { tell(resource, outcome) }
        }
        let failures = rehearsal.outcomes.compactMap(\.report.failure)
        let doubts = rehearsal.outcomes.filter(\.isInDoubt).count
        let code = failures.first?.code ?? (doubts > 0 ? .incomplete : .complete)
        if asJSON { return end(code) }
        let count = rehearsal.outcomes.count
        Terminal.out(failures.isEmpty
            ? "\(Human.count(count, "resource")) checked\(doubts > 0 ? ", \(doubts) would not be complete" : ""). Nothing was written."
            : "\(failures.count) of \(Human.count(count, "resource")) would fail. Nothing was written.")
        return code
    }

    private func warn(_ text: String) {
        if asJSON { JSONView().warn(text) } else { Terminal.error("Warning: \(text)") }
    }

    private func end(_ code: ExitCode) -> ExitCode {
        JSONView().emit(["event": "checked", "exit_code": .int(Int(code.rawValue))])
        return code
    }

    private func tellSource(_ opened: SourceAccess.Opened) {
        guard !asJSON else { return }
        let names = access.secretNames
        let secrets = access.isSandbox || names.isEmpty ? "" : "; secrets found: \(names.joined(separator: ", "))"
        Terminal.out("\(access.source.name): \(opened.baseURL)\(access.isSandbox ? " (sandbox)" : "")\(secrets)\n")
    }

    private func tell(_ resource: Resource, _ outcome: Rehearsal.Outcome) {
        Terminal.out(Terminal.bold(resource.name))
        Terminal.out("  request   \(resource.requestText)\(resource.parent.map { ", for each record of \($0.resource)" } ?? "")")
        let record = outcome.report.record
        if outcome.report.failure == nil {
            Terminal.out("  page 1    \(Human.count(record.counts.fetched, "record")), \(Human.bytes(record.pageBytes))")
        }
        if outcome.report.failure == nil { Terminal.out("  paging    \(Human.escaped(outcome.paging))") }
        let label = outcome.report.failure == nil ? "  finding   " : "  FAILS     "
        for finding in outcome.findings { Terminal.out(label + Human.escaped(finding)) }
        let key = resource.primaryKey.map(\.description).joined(separator: ", ")
        Terminal.out("  written   \(resource.writeDisposition.rawValue)\(key.isEmpty ? ", no primary key" : ", key \(key)")")
        for table in outcome.tables { tell(table) }
        Terminal.out("")
    }

    private func tell(_ table: StagedTable) {
        Terminal.out("  table     \(table.name), \(Human.count(table.rows, "row"))")
        var text = TextTable(head: ["COLUMN", "TYPE", "FROM"])
        for column in table.columns where !column.isSystem { text.rows.append([column.name, column.type.rawValue, column.path?.text ?? ""]) }
        Terminal.out(text.text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
    }

    private func tellJSON(_ resource: Resource, _ outcome: Rehearsal.Outcome) {
        let report = outcome.report
        JSONView().emit(.object([
            "event": "resource", "resource": .string(resource.name), "request": .string(resource.requestText),
            "ok": .bool(report.failure == nil), "records_on_page_1": report.failure == nil ? .int(report.record.counts.fetched) : .null,
            "more": .bool(outcome.hasMore), "paginator": .string(report.record.paginator),
            "why": report.record.detectedWhy.map { .string($0) }, "evidence": report.evidence.map { .string($0.rawValue) },
            "findings": .strings(outcome.findings),
            "exit_code": .int(Int((report.failure?.code ?? .complete).rawValue)), "write_disposition": .string(resource.writeDisposition.rawValue),
            "primary_key": .strings(resource.primaryKey.map(\.description)),
            "tables": .array(outcome.tables.map { table in
                [
                    "table": .string(table.name), "rows": .int(table.rows),
                    "columns": .array(table.columns.filter { !$0.isSystem }.map {
                        ["name": .string($0.name), "type": .string($0.type.rawValue), "path": .string($0.path?.text ?? "")]
                    }),
                ]
            }),
        ]))
    }
}

extension SourceAccess {
    /// The job of a rehearsal: no lake.
    func rehearsalJob(_ opened: Opened) throws(CommandFailure) -> ExportJob {
        ExportJob(
            source: opened.source, resources: resources, baseURL: opened.baseURL, origin: "", secrets: opened.secrets, datasetFolder: "",
            datasetName: dataset, fetch: try fetchOptions())
    }
}
