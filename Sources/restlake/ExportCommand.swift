import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSandbox
import LakeSource

/// `restlake export SOURCE`: the main job.
struct ExportCommand {
    private let arguments: Arguments
    private let source: Source
    private let resources: [Resource]
    private let dataset: String
    private let location: LakeLocation
    private let isSandbox: Bool
    private let isQuiet: Bool

    /// With `--json` a failure is an event like any other, wherever it comes from.
    static func run(_ arguments: Arguments) throws -> ExitCode {
        do {
            return try ExportCommand(arguments).run()
        } catch {
            guard arguments.has("json") else { throw error }
            let failure = commandFailure(of: error)
            JSONView().fail(failure)
            return failure.code
        }
    }

    private init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments
        isSandbox = arguments.has("sandbox")
        isQuiet = arguments.has("quiet")
        if !isSandbox {
            for name in ["sandbox-requests", "sandbox-users", "sandbox-day", "sandbox-seed", "sandbox-delay"] where arguments.has(name) {
                throw CommandFailure(.usage, "restlake export: --\(name) goes with --sandbox.")
            }
        }
        let read = try SourceLookup.source(arguments.positional[0])
        source = read.source
        resources = try SourceLookup.resources(source, arguments, all: isSandbox)
        dataset = try Self.datasetName(arguments, source, isSandbox)
        location = try LakeLocation(arguments)
        for warning in read.warnings { warn(Human.escaped(warning)) }
        if let runID = arguments.value("run-id"), runID.isEmpty || runID.utf8.count > 200 {
            throw CommandFailure(.usage, "--run-id: expected 1 to 200 bytes, found \(runID.utf8.count).")
        }
    }

    private static func datasetName(_ arguments: Arguments, _ source: Source, _ isSandbox: Bool) throws(CommandFailure) -> String {
        let name = arguments.value("dataset") ?? source.name + (isSandbox ? "_sandbox" : "")
        let isPlain = name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 95 || $0 == 45 }
        guard isPlain, let first = name.utf8.first, first != 95, first != 45, name.utf8.count <= 100 else {
            throw CommandFailure(.usage, "--dataset: expected a name of letters, digits, '_' and '-' that begins with a letter or digit, found '\(name)'.")
        }
        return name
    }

    private func warn(_ text: String) {
        if arguments.has("json") { return JSONView().warn(text) }
        if !isQuiet { Terminal.error("Warning: \(text)") }
    }

    private var isTalking: Bool { !isQuiet && !arguments.has("json") }

    private func run() throws -> ExitCode {
        if isTalking, !arguments.has("plan") { Terminal.error("Lake: \(location.paths(dataset).dataset)") }
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        guard isSandbox else { return try run(source.client.baseURL, try headers(), cancellation) }
        let sandbox = try startSandbox()
        defer { sandbox.stop() }
        var headers = HTTPHeaders()
        headers.append("Authorization", "Bearer " + sandbox.options.bearerToken)
        return try run(sandbox.baseURL ?? "", headers, cancellation)
    }

    private func run(_ baseURL: String, _ headers: HTTPHeaders, _ cancellation: Cancellation) throws -> ExitCode {
        let job = try job(baseURL, headers)
        if arguments.has("plan") { return try ExportPlan(job, cancellation).run(asJSON: arguments.has("json")) }
        let view = makeView()
        let started = MonotonicClock.milliseconds()
        let report: ExportReport
        do {
            report = try ExportRun(job, cancellation: cancellation, events: { view.show($0) }).run()
        } catch {
            view.close()
            throw failed(error)
        }
        view.close()
        let code: ExitCode = report.record.outcome == .complete ? .complete : .incomplete
        view.end(RunSummary(job: job, report: report, milliseconds: MonotonicClock.milliseconds() - started, options: nextOptions), code)
        return code
    }

    private func makeView() -> any RunView {
        if arguments.has("json") { return JSONView() }
        if isQuiet { return QuietView() }
        return Terminal.errorIsTerminal ? BarView() : LineView()
    }

    /// By which the commands to try next find this dataset.
    private var nextOptions: [String] {
        let lake = arguments.value("lake").map { ["--lake", $0] } ?? []
        return lake + ((try? location.datasets()) == [dataset] ? [] : ["--dataset", dataset])
    }

    private func job(_ baseURL: String, _ headers: HTTPHeaders) throws(CommandFailure) -> ExportJob {
        var client = source
        if isSandbox { client.client.requestsPerMinute = nil }
        let loadID = try arguments.value("load-id").map { text throws(CommandFailure) in
            guard let id = LoadID(text) else {
                throw CommandFailure(.usage, "--load-id: expected the form 20261123T020000Z-7f3a9c, found '\(text)'.")
            }
            return id
        }
        let origin: String
        do { origin = isSandbox ? "sandbox" : try Origin(url: baseURL).withPort } catch {
            throw CommandFailure(.configuration, "client.base_url: expected http or https with a host and without user name.")
        }
        return ExportJob(
            source: client, resources: resources, baseURL: baseURL, origin: origin, headers: headers,
            datasetFolder: location.paths(dataset).dataset, datasetName: dataset, files: try files(), runID: arguments.value("run-id"),
            loadID: loadID, maxPages: try arguments.number("max-pages", in: 1...1_000_000_000),
            attempts: try arguments.number("attempts", in: 1...100) ?? 5, parallel: try arguments.number("parallel", in: 1...64) ?? 4)
    }

    private func files() throws(CommandFailure) -> FileOptions {
        var options = FileOptions()
        if let names = arguments.list("format") {
            options.formats = try names.map { name throws(CommandFailure) in
                guard let format = FileFormat(rawValue: name) else {
                    let nearest = nearestName(to: name, in: FileFormat.allCases.map(\.rawValue)).map { " Did you mean '\($0)'?" } ?? ""
                    throw CommandFailure(.usage, "--format: expected jsonl or csv, found '\(name)'.\(nearest)")
                }
                return format
            }
            options.formats = FileFormat.allCases.filter(options.formats.contains)
            if options.formats.isEmpty { throw CommandFailure(.usage, "--format: expected jsonl or csv, found nothing.") }
        }
        if let name = arguments.value("compress") {
            guard let compression = Compression(rawValue: name) else { throw CommandFailure(.usage, "--compress: expected gzip, found '\(name)'.") }
            options.compression = compression
        }
        return options
    }

    // MARK: Secrets and the sandbox

    private func headers() throws(CommandFailure) -> HTTPHeaders {
        try checkSecretsOnTheirWay()
        var headers = HTTPHeaders()
        for header in source.client.headers { headers.append(header.name, header.fixedText ?? "") }
        guard case .bearer(let reference)? = source.client.auth else {
            _ = try secretFiles(for: nil)
            return headers
        }
        if headers["Authorization"] != nil {
            throw CommandFailure(.configuration, "client.headers has an 'Authorization' beside client.auth. Keep one of them.")
        }
        let token: String
        switch reference {
        case .literal(let value):
            _ = try secretFiles(for: nil)
            token = value
        case .named(let name):
            let found = try Secrets(dataset: dataset, source: source.name, files: try secretFiles(for: name)).find(name)
            if let warning = found.warning { warn(warning) }
            token = found.value
        }
        headers.append("Authorization", "Bearer " + token)
        return headers
    }

    /// Plain http carries nothing that is or looks like a secret away from this machine.
    private func checkSecretsOnTheirWay() throws(CommandFailure) {
        guard let origin = try? Origin(url: source.client.baseURL), origin.scheme == .http, !origin.isLoopback else { return }
        let sent = source.client.headers + resources.flatMap { $0.request.headers + $0.request.params }
        guard source.client.auth != nil || sent.contains(where: { looksLikeSecret($0.name) }) else { return }
        throw CommandFailure(
            .configuration, "client.base_url is plain http, so a secret could be read on its way. Use https; plain http with a secret works on this machine only.")
    }

    /// - Parameter name: the secret that the source takes.
    private func secretFiles(for name: String?) throws(CommandFailure) -> [String: String] {
        var files: [String: String] = [:]
        for text in arguments.list("secret") ?? [] {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].hasPrefix("@"), parts[1].count > 1 else {
                throw CommandFailure(.usage, "--secret: expected NAME=@FILE. A value itself is never taken from the command line, where others can see it.")
            }
            guard parts[0] == name else {
                throw CommandFailure(.usage, "--secret: the source '\(source.name)' takes \(name.map { "the secret '\($0)' alone" } ?? "no secret"), found '\(parts[0])'.")
            }
            files[parts[0]] = String(parts[1].dropFirst())
        }
        return files
    }

    private func startSandbox() throws -> Sandbox {
        var options = SandboxOptions()
        options.requests = try arguments.number("sandbox-requests", in: 0...100_000_000) ?? options.requests
        options.users = try arguments.number("sandbox-users", in: 0...100_000) ?? options.users
        options.delayMilliseconds = try arguments.number("sandbox-delay", in: 0...60_000) ?? 0
        options.seed = UInt64(try arguments.number("sandbox-seed", in: 0...Int.max) ?? Int(options.seed))
        let paths = location.paths(dataset)
        options.day = try arguments.number("sandbox-day", in: 1...3_650)
            ?? Dataset.readManifest(paths, name: dataset).manifest.loadCount + 1
        do {
            let sandbox = try Sandbox(options)
            try sandbox.start()
            if isTalking {
                Terminal.error("Sandbox: day \(options.day), \(Human.number(options.requests)) requests on day 1, at \(sandbox.baseURL ?? "")")
            }
            return sandbox
        } catch {
            throw CommandFailure(.unavailable, "The sandbox does not start: \(error).")
        }
    }

    // MARK: Failure

    /// Says what happened, and in which state the lake is.
    private func failed(_ error: any Error) -> CommandFailure {
        var failure = commandFailure(of: error)
        if case ExportFault.nothingToPublish(let reports)? = error as? ExportFault {
            failure.lines += reports.flatMap { report in report.findings.map { "\(report.name): \(Human.escaped($0))" } }
        }
        if case ExportFault.unpublished? = error as? ExportFault { return failure }
        failure.lines.append(stateOfLake())
        return failure
    }

    private func stateOfLake() -> String {
        let newest = (try? Dataset.committedLoads(location.paths(dataset)))?.last
        return "Nothing was published; " + (newest.map { "the last good load is \($0)." } ?? "the dataset '\(dataset)' has no load yet.")
    }
}

extension Origin {
    /// With its port, also where it is the scheme's own: `https://bolt.thena.ai:443`.
    var withPort: String { "\(scheme.rawValue)://\(host):\(port)" }
}
