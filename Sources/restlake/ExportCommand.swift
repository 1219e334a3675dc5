import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSandbox
import LakeSource
import LakeThreads

/// `restlake export SOURCE`: the main job.
struct ExportCommand {
    private let lakeRun: LakeRun
    private let watch: NightWatch?
    private var arguments: Arguments { lakeRun.arguments }
    private var access: SourceAccess { lakeRun.access }

    static func run(_ arguments: Arguments) throws -> ExitCode {
        try JSONView.tellingFailures(arguments) {
            try NightWatch.watching(arguments) { watch in try ExportCommand(arguments, watch).run() }
        }
    }

    /// Whether the command line would be taken, as far as can be told before its night.
    static func check(_ arguments: Arguments) throws {
        let command = try ExportCommand(arguments, nil)
        let source = command.access.source
        let opened = SourceAccess.Opened(source: source, baseURL: source.client.baseURL, secrets: SecretValues([:]))
        _ = try command.job(opened, command.lakeRun.paths)
    }

    private init(_ arguments: Arguments, _ watch: NightWatch?) throws(CommandFailure) {
        lakeRun = try LakeRun(arguments)
        self.watch = watch
        if let runID = arguments.value("run-id"), runID.isEmpty || runID.utf8.count > 200 {
            throw CommandFailure(.usage, "--run-id: expected 1 to 200 bytes, found \(runID.utf8.count).")
        }
        for name in ["from", "to"] where arguments.has(name) && !access.resources.contains(where: { $0.incremental != nil }) {
            throw CommandFailure(.usage, "--\(name): none of the resources is incremental. Give one an 'incremental' in the definition.")
        }
        if arguments.has("full-refresh"), arguments.has("from") || arguments.has("to") {
            throw CommandFailure(.usage, "--full-refresh reads everything; --from and --to read a part. Choose one.")
        }
    }

    private var isTalking: Bool { !lakeRun.isQuiet && !lakeRun.asJSON }

    private func run() throws -> ExitCode {
        let paths = lakeRun.paths
        watch?.note(access, paths.dataset)
        if isTalking, !arguments.has("plan") { Terminal.error("Lake: \(paths.dataset)") }
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let opened = try access.open(day: { try Dataset.readManifest(paths, name: access.dataset).manifest.loadCount + 1 }, cancellation, warn: lakeRun.warn)
        if isTalking, let sandbox = opened.sandbox {
            Terminal.error("Sandbox: day \(sandbox.options.day), \(Human.number(sandbox.options.requests)) requests on day 1, at \(opened.baseURL)")
        }
        defer { withExtendedLifetime(opened) {} }
        return try run(try job(opened, paths), cancellation)
    }

    private func run(_ job: ExportJob, _ cancellation: Cancellation) throws -> ExitCode {
        if arguments.has("plan") { return try ExportPlan(job, cancellation).run(asJSON: lakeRun.asJSON) }
        watch?.note(job)
        let view = lakeRun.makeView(withBars: true)
        let started = MonotonicClock.milliseconds()
        let report: ExportReport
        do {
            report = try ExportRun(job, cancellation: cancellation, events: { view.show($0) }).run()
        } catch {
            view.close()
            watch?.note(error)
            throw lakeRun.failure(error, stateOfLake: stateOfLake)
        }
        view.close()
        watch?.note(report)
        return lakeRun.end(job, report, since: started, view)
    }

    /// Raw pages hold what rules for fields keep out of the lake.
    private func keepsPages() throws(CommandFailure) -> Bool {
        guard arguments.has("keep-pages") else {
            guard !arguments.has("raw-personal-data") else { throw CommandFailure(.usage, "--raw-personal-data goes with --keep-pages.") }
            return false
        }
        let guarded = access.resources.filter { !$0.fieldRules.personal.isEmpty }.map(\.name)
        guard guarded.isEmpty || arguments.has("raw-personal-data") else {
            throw CommandFailure(.configuration, "--keep-pages would keep the personal fields of \(guarded.joined(separator: ", ")) as the API sends them, "
                + "which the definition keeps out of the lake. Leave --keep-pages out, or add --raw-personal-data if that is meant.")
        }
        return true
    }

    private func job(_ opened: SourceAccess.Opened, _ paths: LakePaths) throws(CommandFailure) -> ExportJob {
        var job = try access.job(opened, paths, files: arguments.fileOptions())
        job.runID = arguments.value("run-id")
        job.loadID = try arguments.loadID()
        job.keepsPages = try keepsPages()
        job.parallel = try arguments.number("parallel", in: 1...64) ?? 4
        job.rowDropWarning = try arguments.number("warn-row-drop", in: 0...100) ?? LoadWarnings.usualRowDrop
        job.isFullRefresh = arguments.has("full-refresh")
        job.quarantineLimit = try arguments.quarantineLimit()
        job.from = arguments.value("from")
        job.to = arguments.value("to")
        job.resumes = !arguments.has("no-resume")
        if let within = try arguments.duration("resume-within") { job.resumeWithin = within.wholeMilliseconds }
        job.deadline = try arguments.duration("deadline").map { MonotonicClock.milliseconds() + $0.wholeMilliseconds }
        return job
    }

    private func stateOfLake() -> String {
        let paths = lakeRun.paths
        let known: String
        if let manifest = try? Dataset.readManifest(paths, name: access.dataset).manifest {
            known = manifest.newestDataLoad.map { "the last good load is \($0)." } ?? "the dataset '\(access.dataset)' has no load yet."
        } else {
            known = lastGoodLoad(paths).map { "the last good load is \($0)." } ?? "which load is the last good one cannot be told."
        }
        return "Nothing was published; " + known
    }

    /// By the records themselves, where the manifest cannot be made of them: the newest one that can be read and holds data.
    private func lastGoodLoad(_ paths: LakePaths) -> String? {
        let loads = (try? Dataset.committedLoads(paths)) ?? []
        return loads.reversed().lazy.map(\.text).first { load in (try? Dataset.record(paths, load))??.kind == .load }
    }
}
