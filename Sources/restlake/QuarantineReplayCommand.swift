import LakeCommit
import LakeExport
import LakeFetch
import LakeModel
import LakeSource
import LakeThreads

/// `restlake quarantine replay SOURCE [RESOURCE...]`
struct QuarantineReplayCommand {
    private let lakeRun: LakeRun
    private var arguments: Arguments { lakeRun.arguments }
    private var access: SourceAccess { lakeRun.access }

    static func run(_ arguments: Arguments) throws -> ExitCode {
        try JSONView.tellingFailures(arguments) { try QuarantineReplayCommand(arguments).run() }
    }

    private init(_ arguments: Arguments) throws(CommandFailure) { lakeRun = try LakeRun(arguments.ofSourceBehindVerb()) }

    private func run() throws -> ExitCode {
        try requireDataset()
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let export = try exportJob(cancellation)
        let job = ReplayJob(
            export, ReplayChoice(loads: arguments.list("load"), includesWritten: arguments.has("include-written"), again: arguments.has("again")),
            isRehearsal: arguments.has("dry-run"))
        let view: any RunView = lakeRun.asJSON ? JSONView() : LineView()
        let started = MonotonicClock.milliseconds()
        let report: ReplayReport
        do {
            report = try QuarantineReplay(job, cancellation: cancellation, events: { view.show($0) }).run()
        } catch {
            throw (error as? ReplayFault)?.failure ?? lakeRun.failure(error) { "Nothing was published." }
        }
        tell(report)
        return report.export.map { lakeRun.end(export, $0, since: started, view) } ?? end(report)
    }

    /// A replay makes no dataset.
    private func requireDataset() throws {
        let known = try lakeRun.location.datasets()
        guard !known.contains(access.dataset) else { return }
        let nearest = nearestName(to: access.dataset, in: known).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "There is no dataset '\(access.dataset)' in \(lakeRun.location.lake).\(nearest) Name it: --dataset NAME")
    }

    /// Of the API nothing is needed but the name of its origin, and of the secrets the key of hashed fields.
    private func exportJob(_ cancellation: Cancellation) throws -> ExportJob {
        let named = arguments.list("resource")
        let resources = access.source.resources.filter { named?.contains($0.name) ?? true }
        let key = resources.contains { $0.fieldRules.hashes } ? access.source.hashKey : nil
        let names: [String] = if case .named(let name)? = key { [name] } else { [] }
        let secrets = access.isSandbox ? SecretValues() : try access.findSecrets(names, cancellation, lakeRun.warn)
        var source = access.source
        if access.isSandbox { source.hashKey = source.hashKey.map { _ in .literal("sandbox") } }
        let opened = SourceAccess.Opened(source: source, baseURL: source.client.baseURL, secrets: secrets)
        var job = try access.job(opened, lakeRun.paths, files: arguments.fileOptions())
        job.resources = resources
        return job
    }

    // MARK: Words

    /// What was not taken.
    private func tell(_ report: ReplayReport) {
        for superseded in report.selection.superseded {
            lakeRun.warn("\(Human.escaped(superseded.piece.file.resource)): the records of load \(superseded.piece.load) stay out; "
                + "load \(superseded.by) is complete and has taken the place of its rows.")
        }
        for name in report.selection.unknownResources {
            lakeRun.warn(Human.escaped("\(name): records of it are in quarantine, but the source '\(access.source.name)' has no such resource."))
        }
    }

    /// Of a replay without a load.
    private func end(_ report: ReplayReport) -> ExitCode {
        let code = LakeRun.code(of: report.resources.lazy.map(\.outcome).first { $0 != .complete } ?? .complete)
        if lakeRun.asJSON {
            JSONView().emit([
                "event": "finished", "exit_code": .int(Int(code.rawValue)), "load_id": .null, "lake": .string(lakeRun.paths.dataset),
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
        case .gone(let paths, let others):
            CommandFailure(.data, lines: paths.map { "The quarantine file is gone, so its records cannot be put back: \($0)" } + [
                "Restore \(paths.count == 1 ? "it" : "them") from a copy\(others.isEmpty ? "." : ", or put the others back: --load \(others.joined(separator: ","))")",
                "Nothing was published.",
            ])
        case .copiesInPart(let load, let resource, let sources, let includesWritten):
            CommandFailure(.usage, "--again: what load \(load) left out of \(Human.escaped(resource)) came out of the quarantine of "
                + "\(sources.joined(separator: ", ")), and only a part of that is taken, so records would come twice. Name all of these with --load"
                + "\(includesWritten ? " and give --include-written" : ""), or none of them.")
        }
    }
}
