import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// `restlake init URL`: asks an API for the first pages of a list, finds out how it pages, and writes a definition.
struct InitCommand {
    private let arguments: Arguments
    private let draft: DefinitionDraft

    /// Enough to see how the pages follow each other, and how the second leads to a third.
    private static let pages = 3

    static func run(_ arguments: Arguments) throws -> ExitCode { try InitCommand(arguments).run() }

    private init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments
        draft = try DefinitionDraft(url: arguments.positional[0], name: arguments.value("name"), auth: try Self.auth(arguments))
    }

    private static func auth(_ arguments: Arguments) throws(CommandFailure) -> DefinitionDraft.AuthKind? {
        guard let text = arguments.value("auth") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts.first {
        case "bearer" where parts.count == 1: return .bearer
        case "basic" where parts.count == 1: return .basic
        case "api_key" where text == "api_key": return .apiKey(name: "X-Api-Key", isInQuery: false)
        case "api_key" where parts.count > 1: return .apiKey(name: parts[1], isInQuery: false)
        case "query" where parts.count > 1: return .apiKey(name: parts[1], isInQuery: true)
        default: throw CommandFailure(.usage, "--auth: expected \(authKinds), found '\(text)'.")
        }
    }

    private static let authKinds = "bearer, basic, api_key:HEADER or query:PARAMETER"

    private func run() throws -> ExitCode {
        let file = arguments.value("out") ?? draft.name + ".json"
        if file != "-", Disk.exists(file) {
            throw CommandFailure(.cannotCreate, "'\(file)' is there already. Choose another file with --out, or remove it.")
        }
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let source: Source
        do { source = try Source.read(definition: PageBytes(draft.text(nil, in: file)), named: draft.name + ".json").source } catch {
            throw CommandFailure(.usage, lines: ["This URL makes no definition:"] + error.sentences.map(Human.escaped))
        }
        let access = try SourceAccess(arguments, source: source)
        let opened = try access.open(cancellation) { Terminal.error("Warning: \($0)") }
        let rehearsal = try rehearse(try access.rehearsalJob(opened), cancellation)
        guard let outcome = rehearsal.outcomes.first else { throw CommandFailure(.internalFault, "Nothing is known of the answer.") }
        let root = outcome.tables.first { $0.parent == nil }
        let findings = DefinitionDraft.Findings(
            outcome, columns: root?.columns ?? [], rows: try root.map { try rehearsal.rows(of: $0, atMost: Self.rows) } ?? [], of: draft.resource)
        try write(draft.text(findings, in: Self.path(file == "-" ? draft.name + ".json" : file)), file)
        tell(outcome, findings, file)
        return findings.isProven ? .complete : .incomplete
    }

    /// Among which a key must tell the records apart.
    private static let rows = 10_000

    private func rehearse(_ job: ExportJob, _ cancellation: Cancellation) throws -> Rehearsal {
        do {
            let rehearsal = try Rehearsal(job, pages: Self.pages, cancellation: cancellation)
            if let report = rehearsal.outcomes.first?.report, let failure = report.failure {
                throw CommandFailure(failure.code, lines: report.findings.map(Human.escaped) + [advice(failure)].compactMap { $0 })
            }
            return rehearsal
        } catch ExportFault.unauthorized(_, _, let sent) where sent.isEmpty {
            throw CommandFailure(.notAllowed, "The API wants a secret (status 401). Say which kind: --auth \(Self.authKinds)")
        }
    }

    /// Some APIs say of what a secret would show that it is not there.
    private func advice(_ failure: ResourceFailure) -> String? {
        guard draft.auth == nil, failure == .notAllowed || failure == .unavailable else { return nil }
        return "If the API wants a secret, say which kind: --auth \(Self.authKinds)"
    }

    private func write(_ text: String, _ file: String) throws {
        if file == "-" { return Terminal.write(text, to: 1) }
        try Disk.write(Array(text.utf8), to: file, isNew: true)
    }

    /// As a shell takes it, and never the name of a built-in source.
    private static func path(_ file: String) -> String {
        Human.shellWord(file.hasPrefix("/") || file.hasPrefix(".") ? file : "./" + file)
    }

    private func tell(_ outcome: Rehearsal.Outcome, _ findings: DefinitionDraft.Findings, _ file: String) {
        let count = outcome.report.record.counts.fetched
        Terminal.error("\(draft.resource): \(Human.count(count, "record")) on \(Human.count(outcome.report.record.pages, "page")); "
            + "\(Human.escaped(outcome.paging))")
        for finding in outcome.findings { Terminal.error("  " + Human.escaped(finding)) }
        if count == 0 {
            Terminal.error("No record came, so nothing is known of their fields. Try again with a URL that has some.")
        } else {
            Terminal.error(findings.key.map { "Every record has another '\(Human.escaped($0))': taken as the primary key." }
                ?? "No field is sure to tell the records apart, so there is no primary key: every load takes the place of the one before.")
        }
        if !findings.isProven {
            Terminal.error("""
                Whether these are all is not proven, and the definition says so. What helps:
                  - a URL with the API's own parameters of paging, such as ?offset=0&limit=20 or ?page=1: then their way on is tried;
                  - a URL whose list is longer than a page, or with a smaller page, such as ?limit=2: then the way to the next page shows;
                  - where the API never sends more than this one page: "paginator": "single_page" in the definition.
                """)
        }
        guard file != "-" else { return }
        let path = Self.path(file)
        Terminal.error("Written to \(path). Next: restlake check \(path)")
    }
}
