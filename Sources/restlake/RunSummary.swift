import LakeCommit
import LakeExport
import LakeJSON
import LakeModel

/// The end of a run: a table of what was written, and what to try next.
struct RunSummary {
    let job: ExportJob
    let report: ExportReport
    let milliseconds: Int64
    /// Options that a next command needs to find this dataset.
    let options: [String]

    var text: String {
        let record = report.record
        if report.isRepeat {
            return "The run id '\(Human.escaped(job.runID ?? ""))' was committed as load \(record.load) "
                + "(\(record.outcome.rawValue)); nothing was done."
        }
        return (["", table.text, "", headline] + doubts + replaced + leftover + ["", "Next:"] + next.map { "  " + $0 }).joined(separator: "\n")
    }

    private var headline: String {
        let record = report.record
        return "Load \(record.load) is committed, \(Terminal.coloured(record.outcome, on: 1)): "
            + "\(Human.count(record.records, "record")) in \(Human.count(record.rows, "row")), "
            + "\(Human.bytes(record.bytes)), \(Human.duration(milliseconds))."
    }

    private var replaced: [String] {
        let count = report.record.replacedCharacters
        return count == 0 ? [] : ["\(Human.count(count, "character")) that loaders reject (NUL, halves of surrogate pairs) became U+FFFD."]
    }

    /// What is not complete, in sentences.
    var doubts: [String] {
        report.resources.filter { $0.outcome != .complete }.flatMap { resource -> [String] in
            let doubts = resource.findings.filter { !resource.warnings.contains($0) }
            return (doubts.isEmpty ? [""] : doubts).map { "\(resource.name) is \(resource.outcome.rawValue): \(Human.escaped($0))" }
        }
    }

    private var table: TextTable {
        var table = TextTable(head: ["TABLE", "ROWS", "FILES", "BYTES", "VERSION", "CHANGED"], right: [1, 2, 3])
        for item in report.tables {
            table.rows.append([
                item.name, Human.number(item.rows), "\(item.files.count)", Human.bytes(item.files.reduce(0) { $0 + $1.bytes }),
                "v\(item.version.version)", ChangeWords.summary(item.newVersions),
            ])
        }
        return table
    }

    /// The commit is done; what the next run does behind it.
    private var leftover: [String] {
        report.leftover.map { $0.failure.lines + ["The load is committed all the same; the next run, or restlake recover, does the rest."] } ?? []
    }

    private var next: [String] {
        guard let changed = report.tables.first(where: { !$0.newVersions.isEmpty }) ?? report.tables.first else {
            return [command("restlake", "loads")]
        }
        var lines: [String] = []
        if let file = changed.files.last, file.compression == .none {
            lines.append("head -3 \(Human.shellWord(job.datasetFolder + "/" + file.path))")
        }
        if let version = changed.newVersions.last, let from = version.parentVersion {
            lines.append(command("restlake", "schema", changed.name, "--diff", "\(from)", "\(version.version)"))
        } else {
            lines.append(command("restlake", "schema", changed.name))
        }
        lines.append("(cd \(Human.shellWord(job.datasetFolder)) && sha256sum --quiet -c _lake/loads/\(report.record.load).sha256)")
        return lines
    }

    private func command(_ words: String...) -> String { (words + options).map(Human.shellWord).joined(separator: " ") }

    func json(_ code: ExitCode) -> JSONValue {
        let record = report.record
        return [
            "event": "finished", "exit_code": .int(Int(code.rawValue)), "load_id": .string(record.load), "outcome": .string(record.outcome.rawValue),
            "repeated": .bool(report.isRepeat), "lake": .string(job.datasetFolder), "records": .int(record.records), "rows": .int(record.rows),
            "bytes": .int(record.bytes), "milliseconds": .int(Int(milliseconds)),
            "tables": .array(report.tables.map { table in
                [
                    "table": .string(table.name), "rows": .int(table.rows), "version": .int(table.version.version),
                    "changes": .array(table.newVersions.flatMap(\.changes).map(\.json)), "files": .strings(table.files.map(\.path)),
                ]
            }),
        ]
    }
}
