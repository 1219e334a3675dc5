import LakeCommit
import LakeExport
import LakeFetch
import LakeModel
import LakeThreads

/// What the commands that write a load of a source have in common: what they are about, and how they tell it.
struct LakeRun {
    let arguments: Arguments
    let access: SourceAccess
    let location: LakeLocation
    let isQuiet: Bool

    init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments
        isQuiet = arguments.has("quiet")
        access = try SourceAccess(arguments)
        location = try LakeLocation(arguments)
        for warning in access.warnings { warn(Human.escaped(warning)) }
    }

    var paths: LakePaths { location.paths(access.dataset) }
    var asJSON: Bool { arguments.has("json") }

    func warn(_ text: String) {
        if asJSON { JSONView().warn(text) }
        if Log.isJSON || (!asJSON && !isQuiet) { Terminal.error("Warning: \(text)") }
    }

    /// How the run shows itself.
    func makeView(withBars: Bool = false) -> any RunView {
        if asJSON { return Log.isJSON ? BothViews() : JSONView() }
        if isQuiet { return QuietView() }
        if Log.isJSON { return LogView() }
        return withBars && Terminal.errorIsSteered ? BarView() : LineView()
    }

    /// Tells of a load that is committed.
    /// - Parameter started: a moment of `MonotonicClock.milliseconds`.
    func end(_ job: ExportJob, _ report: ExportReport, since started: Int64, _ view: any RunView) -> ExitCode {
        let code = Self.code(of: report.record.outcome)
        view.end(RunSummary(job: job, report: report, milliseconds: MonotonicClock.milliseconds() - started, options: nextOptions), code)
        return code
    }

    static func code(of outcome: ResourceOutcome) -> ExitCode { outcome == .complete ? .complete : .incomplete }

    /// By which the commands to try next find this dataset.
    private var nextOptions: [String] {
        let lake = arguments.value("lake").map { ["--lake", $0] } ?? []
        return lake + ((try? location.datasets()) == [access.dataset] ? [] : ["--dataset", access.dataset])
    }

    /// Says what happened, and in which state the lake is.
    func failure(_ error: any Error, stateOfLake: () -> String) -> CommandFailure {
        var failure = commandFailure(of: error)
        if case ExportFault.nothingToPublish(let reports)? = error as? ExportFault {
            failure.lines += reports.flatMap { report in report.findings.map { "\(report.name): \(Human.escaped($0))" } }
        }
        if case ExportFault.unpublished? = error as? ExportFault { return failure }
        failure.lines.append(stateOfLake())
        return failure
    }
}
