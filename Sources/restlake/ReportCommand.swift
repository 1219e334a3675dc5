import Glibc
import LakeCommit
import LakeFiles
import LakeReport

/// `restlake report`: what the dataset is like, as one HTML file.
enum ReportCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let reader = try ReportReader(arguments)
        let path = try OutputFile.path(arguments, usual: "restlake-report.html", outOf: reader.paths.dataset)
        if path == nil, arguments.has("open") { throw CommandFailure(.usage, "restlake report: --open needs a file, and --out - is stdout.") }
        let facts = try reader.facts(at: Dataset.clock())
        let page = ReportPage.html(Report(facts) { $0.sentence }).document
        if let path {
            // What is in quarantine is for the lake's owner alone.
            try OutputFile.replace(path, with: page, mode: reader.showsQuarantine ? 0o600 : 0o666)
            Terminal.error("\(path): \(Human.count(facts.history.loads.count { $0.kind == .load }, "load")), "
                + "\(Human.count(facts.manifest.tables.count, "table")), \(Human.bytes(page.count))")
        } else {
            Terminal.write(String(decoding: page, as: UTF8.self), to: 1)
        }
        for damage in facts.damages { Terminal.error("Warning: \(Human.escaped(damage))") }
        if let path, arguments.has("open") { try open(path) }
        return facts.damages.isEmpty ? .complete : .data
    }

    /// In the user's browser.
    private static func open(_ path: String) throws(CommandFailure) {
        let program = ClientProgram.installed(["xdg-open", "open", "wslview"])
        guard let program else {
            throw CommandFailure(.unavailable, "The report is written, but there is no xdg-open with which it could be opened: \(path)")
        }
        let answer = try ClientProgram.run([program, path], input: "")
        guard answer.code == 0 else {
            throw CommandFailure(.unavailable, "The report is written, but \(program) cannot open it (exit code \(answer.code)): \(path)")
        }
    }
}
