import LakeCommit
import LakeExport
import LakeFetch
import LakeModel
import LakeSource
import LakeThreads

/// `restlake quarantine replay SOURCE [RESOURCE...]`
struct QuarantineReplayCommand {
    private let arguments: Arguments
    private let access: SourceAccess
    private let location: LakeLocation

    static func run(_ arguments: Arguments) throws -> ExitCode {
        try JSONView.tellingFailures(arguments) { try QuarantineReplayCommand(arguments).run() }
    }

    private init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments.ofSourceBehindVerb()
        access = try SourceAccess(self.arguments)
        location = try LakeLocation(arguments)
        for warning in access.warnings { warn(Human.escaped(warning)) }
    }

    private func warn(_ text: String) {
        if arguments.has("json") { JSONView().warn(text) } else { Terminal.error("Warning: \(text)") }
    }

    private func run() throws -> ExitCode {
        try requireDataset()
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let export = try exportJob(cancellation)
        let job = ReplayJob(
            export, ReplayChoice(loads: arguments.list("load"), includesWritten: arguments.has("include-written"), again: arguments.has("again")),
            isRehearsal: arguments.has("dry-run"))
        let view: any RunView = arguments.has("json") ? JSONView() : LineView()
        let started = MonotonicClock.milliseconds()
        let report: ReplayReport
        do {
            report = try QuarantineReplay(job, cancellation: cancellation, events: { view.show($0) }).run()
        } catch {
            throw failed(error)
        }
        tell(report)
        guard let committed = report.export else { return end(report) }
        let code: ExitCode = committed.record.outcome == .complete ? .complete : .incomplete
        view.end(RunSummary(job: export, report: committed, milliseconds: MonotonicClock.milliseconds() - started, options: nextOptions), code)
        return code
    }

    /// A replay makes no dataset.
    private func requireDataset() throws {
        let known = try location.datasets()
        guard !known.contains(access.dataset) else { return }
        let nearest = nearestName(to: access.dataset, in: known).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "There is no dataset '\(access.dataset)' in \(location.lake).\(nearest) Name it: --dataset NAME")
    }

    /// Of the API nothing is needed but the name of its origin, and of the secrets the key of hashed fields.
    private func exportJob(_ cancellation: Cancellation) throws -> ExportJob {
        let named = arguments.list("resource")
        let resources = access.source.resources.filter { named?.contains($0.name) ?? true }
        let key = resources.contains { $0.fieldRules.hashes } ? access.source.hashKey : nil
        let names: [String] = if case .named(let name)? = key { [name] } else { [] }
        let secrets = access.isSandbox ? SecretValues() : try access.findSecrets(names, cancellation, warn)
        var source = access.source
        if access.isSandbox { source.hashKey = source.hashKey.map { _ in .literal("sandbox") } }
        let opened = SourceAccess.Opened(source: source, baseURL: source.client.baseURL, secrets: secrets)
        var job = try access.job(opened, location.paths(access.dataset), files: arguments.fileOptions())
        job.resources = resources
        return job
    }

    private var nextOptions: [String] {
        let lake = arguments.value("lake").map { ["--lake", $0] } ?? []
        return lake + ((try? location.datasets()) == [access.dataset] ? [] : ["--dataset", access.dataset])
    }

    // MARK: Words

    /// What was not taken.
    private func tell(_ report: ReplayReport) {
        for path in report.gone { warn("\(path) is gone; its records cannot be put back.") }
        for superseded in report.selection.superseded {
            warn("\(Human.escaped(superseded.piece.file.resource)): the records of load \(superseded.piece.load) stay out; "
                + "load \(superseded.by) is complete and has taken the place of its rows.")
        }
        for name in report.selection.unknownResources {
            warn(Human.escaped("\(name): records of it are in quarantine, but the source '\(access.source.name)' has no such resource."))
        }
    }

    /// Of a replay without a load.
    private func end(_ report: ReplayReport) -> ExitCode {
        let isComplete = report.resources.allSatisfy { $0.outcome == .complete }
        let code: ExitCode = isComplete ? .complete : .incomplete
        if arguments.has("json") {
            JSONView().emit([
                "event": "finished", "exit_code": .int(Int(code.rawValue)), "load_id": .null, "lake": .string(location.paths(access.dataset).dataset),
                "records": .int(report.resources.reduce(0) { $0 + $1.record.counts.written }),
            ])
        } else if report.resources.isEmpty {
            Terminal.out("\(access.dataset): nothing is left to put back.")
        } else {
            let counts = report.resources.map(\.record.counts)
            Terminal.out("\(Human.count(counts.reduce(0) { $0 + $1.written }, "record")) of \(Human.number(counts.reduce(0) { $0 + $1.fetched })) "
                + "would be written. Nothing was published.")
        }
        return code
    }

    /// Says what happened, and in which state the lake is.
    private func failed(_ error: any Error) -> CommandFailure {
        if let fault = error as? ReplayFault { return fault.failure }
        var failure = commandFailure(of: error)
        if case ExportFault.nothingToPublish(let reports)? = error as? ExportFault {
            failure.lines += reports.flatMap { report in report.findings.map { "\(report.name): \(Human.escaped($0))" } }
        }
        if case ExportFault.unpublished? = error as? ExportFault { return failure }
        failure.lines.append("Nothing was published.")
        return failure
    }
}

extension ReplayFault {
    fileprivate var failure: CommandFailure {
        switch self {
        case .noQuarantine(let load, let known): QuarantineView.unknown(load, known)
        case .replayedAlready(let load, let resource, let by):
            CommandFailure(.usage, "The records of \(Human.escaped(resource)) that load \(load) left out were put back by load \(by). "
                + "To do it once more: --again")
        case .superseded(let load, let resource, let by):
            CommandFailure(.usage, "\(Human.escaped(resource)): load \(by) is complete and has taken the place of the rows of load \(load); "
                + "records of that load would stand among rows of a later time.")
        case .writtenNotMerged(let resource, let disposition):
            CommandFailure(.usage, "--include-written: \(Human.escaped(resource)) is written as \(disposition.rawValue), so its records would stand "
                + "there twice. That option is for resources with \"write_disposition\": \"merge\".")
        case .gone(let path): CommandFailure(.data, "The quarantine file is gone, so its records cannot be put back: \(path)")
        }
    }
}
