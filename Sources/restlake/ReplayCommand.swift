import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeSource
import LakeThreads

/// `restlake replay LOAD`
struct ReplayCommand {
    private let load: LoadID
    /// Where it is.
    private let from: LakePaths
    private let record: LoadRecord
    private let lakeRun: LakeRun
    private var access: SourceAccess { lakeRun.access }

    static func run(_ arguments: Arguments) throws -> ExitCode {
        try JSONView.tellingFailures(arguments) {
            try Log.choose(arguments)
            return try ReplayCommand(arguments).run()
        }
    }

    private init(_ arguments: Arguments) throws {
        let found = try LoadPlace(arguments)
        load = found.load
        from = found.paths
        record = found.record
        guard let pages = record.pages else { throw LoadReplayFault.noPages(load).failure }
        let source = try Self.source(arguments, record)
        lakeRun = try LakeRun(
            arguments.replaying(source, into: arguments.value("into") ?? found.dataset, resources: try Self.resources(arguments, source, pages)))
    }

    /// The definition that is named, or the built-in one that the load was made by.
    private static func source(_ arguments: Arguments, _ record: LoadRecord) throws(CommandFailure) -> String {
        if let named = arguments.value("source") { return named }
        guard BuiltInSources.source(record.sourceName) != nil else {
            throw CommandFailure(.usage, "Load \(record.load) was made by the source '\(Human.escaped(record.sourceName))', which is not built in. "
                + "Name its definition: --source FILE")
        }
        return record.sourceName
    }

    /// Those that are named, or all that are kept and that the definition has.
    private static func resources(_ arguments: Arguments, _ source: String, _ pages: KeptPages) throws(CommandFailure) -> [String] {
        if let named = arguments.list("resource") { return named }
        let known = try SourceLookup.source(source).source.resources.map(\.name)
        let kept = pages.files.map(\.resource)
        let common = kept.filter(known.contains)
        if common.isEmpty {
            throw CommandFailure(.usage, "The source '\(source)' has none of the resources whose pages are kept: "
                + "\(kept.map(Human.escaped).joined(separator: ", ")).")
        }
        return common
    }

    private func run() throws -> ExitCode {
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let job = try exportJob(cancellation)
        tellWhatStaysOut(job)
        let view = lakeRun.makeView()
        let started = MonotonicClock.milliseconds()
        let report: ExportReport
        do {
            let replay = LoadReplay(
                LoadReplayJob(job, load: load, datasetFolder: from.dataset), cancellation: cancellation, events: { view.show($0) })
            report = try replay.run()
        } catch let fault as LoadReplayFault {
            throw fault.failure
        } catch {
            throw lakeRun.failure(error) { "Nothing was published." }
        }
        return lakeRun.end(job, report, since: started, view)
    }

    private func tellWhatStaysOut(_ job: ExportJob) {
        guard !lakeRun.arguments.has("resource") else { return }
        let wanted = Set(job.resources.map(\.name))
        for resource in record.pages?.files.map(\.resource) ?? [] where !wanted.contains(resource) {
            lakeRun.warn("\(Human.escaped(resource)): its pages are kept, but the source '\(access.source.name)' has no such resource.")
        }
    }

    private func exportJob(_ cancellation: Cancellation) throws -> ExportJob {
        let isOfSandbox = record.origin == SourceAccess.sandboxOrigin
        var source = access.source
        if isOfSandbox { source.hashKey = source.hashKey.map { _ in .literal("sandbox") } }
        let secrets = try secrets(of: source, cancellation)
        let opened = SourceAccess.Opened(source: source, baseURL: source.client.baseURL, secrets: secrets)
        var job = try access.job(opened, lakeRun.paths, files: lakeRun.arguments.fileOptions())
        // Of the API that the pages came from, whatever was in its place then.
        job.origin = record.origin
        job.loadID = try lakeRun.arguments.loadID()
        job.parallel = try lakeRun.arguments.number("parallel", in: 1...64) ?? job.parallel
        job.quarantineLimit = try lakeRun.arguments.quarantineLimit()
        return job
    }

    /// Nothing is sent, so no secret is needed but the key of hashed fields; in the places of the others stands a text that
    /// is nobody's.
    private func secrets(of source: Source, _ cancellation: Cancellation) throws -> SecretValues {
        let key: SecretReference? = access.resources.contains { $0.fieldRules.hashes } ? source.hashKey : nil
        let placeholder = String(UInt64.random(in: 1...UInt64.max), radix: 36) + String(UInt64.random(in: 1...UInt64.max), radix: 36)
        var values = Dictionary(source.secrets(of: access.resources).map { ($0, placeholder) }, uniquingKeysWith: { first, _ in first })
        if case .named(let name)? = key {
            let found = try access.findSecrets([name], cancellation, lakeRun.warn)
            values[.named(name)] = found[.named(name)]
        }
        return SecretValues(values)
    }
}

/// A load of the lake, in whichever dataset it is.
private struct LoadPlace {
    let load: LoadID
    let dataset: String
    let paths: LakePaths
    let record: LoadRecord

    init(_ arguments: Arguments) throws {
        let text = arguments.positional[0]
        guard let load = LoadID(text) else {
            throw CommandFailure(.usage, "expected the id of a load, as 20261123T020000Z-7f3a9c, found '\(Human.escaped(text))'. "
                + "restlake loads lists them.")
        }
        self.load = load
        let location = try LakeLocation(arguments)
        let datasets = arguments.has("dataset") ? [try location.dataset(arguments)] : try location.datasets()
        let found = try datasets.compactMap { name in try Dataset.record(location.paths(name), load.text).map { (name, $0) } }
        guard let (dataset, record) = found.first, record.kind == .load else {
            throw LoadReplayFault.noSuchLoad(load).failure
        }
        guard found.count == 1 else {
            throw CommandFailure(.usage, "Load \(load) is in several datasets; name one: --dataset \(found.map(\.0).joined(separator: " or "))")
        }
        self.dataset = dataset
        self.record = record
        paths = location.paths(dataset)
    }
}

extension LoadReplayFault {
    fileprivate var failure: CommandFailure {
        switch self {
        case .noSuchLoad(let load): CommandFailure(.usage, "There is no load of data \(load) in this lake. restlake loads lists them.")
        case .noPages(let load):
            CommandFailure(.usage, "Load \(load) did not keep its pages, so it cannot be made again without the API. "
                + "Export with --keep-pages to be able to.")
        case .notKept(let resource, let kept):
            CommandFailure(.usage, "The pages of \(Human.escaped(resource)) were not kept. Kept are: \(kept.map(Human.escaped).joined(separator: ", ")).")
        case .gone(let path): CommandFailure(.data, "The kept pages are gone: \(path). Nothing was published.")
        case .damaged(let path):
            CommandFailure(.data, "\(path) is not the file that its load wrote: its size or checksum is another. Put it back as it was. "
                + "Nothing was published.")
        case .overtaken(let resource, let by):
            CommandFailure(.usage, "\(Human.escaped(resource)): load \(by) is newer, and rows of an older load would take the place of its rows. "
                + "Replay into a dataset of its own: --into NAME. Nothing was published.")
        case .appended(let resource, let by):
            CommandFailure(.usage, "\(Human.escaped(resource)) is written as append, and load \(by) holds its rows: they would stand there twice. "
                + "Replay into a dataset of its own: --into NAME. Nothing was published.")
        case .otherRequests(let resource, let page):
            CommandFailure(.data, "\(Human.escaped(resource)): by this definition page \(page) is asked for in another way than the one that was kept. "
                + "A replay can change what is made of pages, not which ones are asked for: leave path, params and paginator as they were. "
                + "Nothing was published.")
        }
    }
}
