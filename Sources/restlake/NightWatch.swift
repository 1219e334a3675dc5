import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeTelemetry

/// Tells machines how an export began and ended, whatever its end. Nothing of this changes the export's result: what
/// cannot be told to them is told on stderr.
final class NightWatch {
    private let arguments: Arguments
    private let options: NightOptions
    private let lineage: LineageRun
    private var facts: RunFacts
    private let post: Postman

    /// Does the work of an export, and tells of it.
    static func watching(_ arguments: Arguments, _ work: (NightWatch) throws -> ExitCode) throws -> ExitCode {
        try Log.choose(arguments)
        let watch = try NightWatch(arguments)
        watch.begin()
        do {
            let code = try work(watch)
            watch.end(code)
            return code
        } catch {
            let failure = commandFailure(of: error)
            watch.end(failure.code, failure.lines)
            throw error
        }
    }

    private init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments
        options = try NightOptions(arguments)
        post = Postman(caFile: arguments.value("ca-file"))
        // By the same name whatever happens later, so that figures of all runs are found under it.
        let source = (try? SourceLookup.source(arguments.positional[0]).source.name) ?? Self.nameOf(source: arguments.positional[0])
        let dataset = arguments.value("dataset") ?? source + (arguments.has("sandbox") ? "_sandbox" : "")
        let now = UTCTime.now()
        facts = RunFacts(
            dataset: dataset, source: source, folder: try LakeLocation(arguments).paths(dataset).dataset, started: now, ended: now)
        facts.runID = arguments.value("run-id")
        lineage = LineageRun(
            id: LineageRun.newID(at: now, random: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max))),
            namespace: Terminal.setEnvironment("OPENLINEAGE_NAMESPACE") ?? "restlake",
            parent: Terminal.setEnvironment("OPENLINEAGE_PARENT_ID").flatMap { LineageRun.Parent($0) })
    }

    /// What a source is called whose definition cannot be read.
    private static func nameOf(source: String) -> String {
        let last = source.split(separator: "/").last.map(String.init) ?? source
        return last.hasSuffix(".json") ? String(last.dropLast(5)) : last
    }

    /// A plan is no run.
    private var isSilent: Bool { arguments.has("plan") || options.isNobody }

    private func begin() {
        guard !isSilent else { return }
        appendLineage(.start)
        if let ping = options.ping { tell("--ping", post.get(Ping.url(ping, .start), attempts: 1)) }
        // Signals are blocked for threads that start later: one of now would take them, and end the run on the spot.
        post.close()
    }

    // MARK: What becomes known on the way

    func note(_ access: SourceAccess, _ folder: String) {
        guard !isSilent else { return }
        facts.source = access.source.name
        facts.dataset = access.dataset
        facts.folder = folder
        facts.hadLoads = ((try? Dataset.readManifest(LakePaths(dataset: folder), name: access.dataset))?.manifest.loadCount ?? 0) > 0
    }

    func note(_ job: ExportJob) { facts.origin = job.origin }

    func note(_ report: ExportReport) {
        facts.load = report.record.load
        facts.isRepeat = report.isRepeat
        note(report.resources)
        facts.tables = report.tables.map { RunFacts.Table($0) }
    }

    /// Why nothing was published, where it is because of each resource.
    func note(_ error: any Error) {
        if case ExportFault.nothingToPublish(let reports)? = error as? ExportFault { note(reports) }
    }

    private func note(_ reports: [ResourceReport]) { facts.resources = reports.map { RunFacts.Resource($0) } }

    // MARK: The end

    private func end(_ code: ExitCode, _ failure: [String] = []) {
        guard !isSilent else { return }
        facts.ended = UTCTime(milliseconds: max(facts.started.milliseconds, UTCTime.now().milliseconds))
        facts.exitCode = Int(code.rawValue)
        facts.failure = failure
        facts.status = code == .complete ? .complete : code == .incomplete ? .partial : .failed
        facts.isStopped = code == .interrupted || code == .terminated
        writeMetrics()
        appendLineage(facts.lineageEnd)
        notify()
        if let ping = options.ping { tell("--ping", post.get(Ping.url(ping, code == .complete ? .success : .fail), attempts: Postman.attempts)) }
    }

    private func writeMetrics() {
        guard let path = options.metricsFile else { return }
        let manifest = (try? Dataset.readManifest(LakePaths(dataset: facts.folder), name: facts.dataset))?.manifest
        facts.lastComplete = manifest?.loads.first { $0.kind == .load && $0.outcome == .complete }.flatMap { UTCTime(iso: $0.preparedAt) }
        do { try Disk.replaceForOthers(path, with: Array(facts.openMetrics.utf8)) } catch { tell("--metrics-file", error.failure.lines.joined(separator: " ")) }
    }

    private func appendLineage(_ event: RunFacts.LineageEvent) {
        guard let path = options.lineageFile else { return }
        let line = facts.openLineage(event, of: lineage).text(pretty: false) + "\n"
        do { try Disk.append(Array(line.utf8), to: path) } catch { tell("--openlineage", error.failure.lines.joined(separator: " ")) }
    }

    private func notify() {
        let reasons = facts.reasons(among: options.reasons)
        guard !reasons.isEmpty else { return }
        let notice = Array(facts.notice(reasons).text(pretty: false).utf8)
        for target in options.targets {
            switch target {
            case .webhook(let url): tell("--notify", post.post(notice, to: url))
            case .command(let command): tell("--notify", NoticeCommand(command).tell(notice))
            }
        }
    }

    /// - Parameter fault: nil: all went well.
    private func tell(_ option: String, _ fault: String?) {
        if let fault { Terminal.error("Warning: \(option): \(fault)") }
    }
}

extension RunFacts.Resource {
    fileprivate init(_ report: ResourceReport) {
        let record = report.record
        self.init(report.name, report.outcome)
        pages = record.pages
        responseBytes = record.pageBytes
        requests = record.requests
        retries = report.retries
        written = record.counts.written
        duplicate = record.counts.duplicate
        filtered = record.counts.filtered
        quarantined = record.counts.quarantined
        findings = report.findings.map(Human.escaped)
    }
}

extension RunFacts.Table {
    fileprivate init(_ report: TableReport) {
        self.init(report.name, of: report.version.resource, version: report.version.version)
        rows = report.rows
        bytes = report.files.reduce(0) { $0 + $1.bytes }
        files = report.files.count
        columns = report.version.columns
        changes = report.newVersions.flatMap(\.changes)
    }
}

/// The addresses of a health check, as healthchecks.io has made them common.
enum Ping {
    enum Moment { case start, success, fail }

    /// What stands behind the path stays behind it.
    static func url(_ url: String, _ moment: Moment) -> String {
        guard moment != .success else { return url }
        var parts = URLParts(url)
        let path = parts.path.hasSuffix("/") ? parts.path.dropLast() : parts.path
        let whole = String(path) + (moment == .start ? "/start" : "/fail")
        parts.path = whole[...]
        return parts.text
    }
}
