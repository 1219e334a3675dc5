import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import LakeSource

/// All that the replay of a load needs to know.
package struct LoadReplayJob: Sendable {
    /// As for an export of the resources that are wanted, into the dataset that is wanted.
    package var export: ExportJob
    /// The load whose pages are read, and the folder of its dataset.
    package var load: LoadID
    package var datasetFolder: String

    package init(_ export: ExportJob, load: LoadID, datasetFolder: String) {
        self.export = export
        self.load = load
        self.datasetFolder = datasetFolder
    }

    /// Whether the new load goes where the old one is.
    var isInPlace: Bool { datasetFolder == export.datasetFolder }
}

/// Why a load is not made again. The lake is as it was.
package enum LoadReplayFault: Error, Hashable, Sendable {
    case noSuchLoad(LoadID)
    /// It was exported without keeping its pages.
    case noPages(LoadID)
    /// It keeps none of this resource.
    case notKept(resource: String, kept: [String])
    /// Removed, as `restlake expire` does, or by somebody.
    case gone(path: String)
    /// Other bytes than the record tells.
    case damaged(path: String)
    /// A newer load of the dataset has rows of the resource: those of an old one would take their place.
    case overtaken(resource: String, by: String)
    /// Its rows were appended by this load: they would stand there twice.
    case appended(resource: String, by: String)
    /// With this definition other pages are asked for than those that were kept.
    case otherRequests(resource: String, page: Int)
}

/// Makes a load again from the pages that it kept, through the present definition, as a load of its own. It goes the way of
/// an export from the lock to the commit; nothing is asked of an API.
package struct LoadReplay: Sendable {
    private let job: LoadReplayJob
    private let cancellation: Cancellation
    private let hook: @Sendable (DurableStep) throws -> Void
    private let events: @Sendable (ExportEvent) -> Void

    /// - Parameter hook: stops the commit at a durable step; for tests.
    package init(
        _ job: LoadReplayJob, cancellation: Cancellation = Cancellation(), hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in },
        events: @escaping @Sendable (ExportEvent) -> Void = { _ in }
    ) {
        self.job = job
        self.cancellation = cancellation
        self.hook = hook
        self.events = events
    }

    /// Blocks until the load is committed.
    /// - Throws: `ExportFault`, `LoadReplayFault`.
    package func run() throws -> ExportReport {
        do {
            return try ExportFault.telling {
                let from = LakePaths(dataset: job.datasetFolder)
                guard let record = try Dataset.record(from, job.load.text), record.kind == .load else { throw LoadReplayFault.noSuchLoad(job.load) }
                let export = try exportRun(record)
                let files = try files(of: record, in: from)
                // The lock comes last: what cannot be made again makes no dataset.
                let dataset = try export.openDataset()
                try requireNewest(in: dataset)
                return try replay(files, dataset, export)
            }
        } catch ExportFault.fetch(.journalOfAnotherWalk(let page), let resource, _) {
            throw LoadReplayFault.otherRequests(resource: resource, page: page)
        }
    }

    /// Reads as that load did.
    private func exportRun(_ record: LoadRecord) throws -> ExportRun {
        guard let pages = record.pages else { throw LoadReplayFault.noPages(job.load) }
        var export = job.export
        ReadingManner(json: pages.reading).apply(to: &export)
        return ExportRun(export, cancellation: cancellation, hook: hook, events: events)
    }

    /// The pages of the wanted resources, each file with the bytes that its record tells.
    private func files(of record: LoadRecord, in paths: LakePaths) throws -> [String: PagesRecord] {
        let kept = record.pages?.files ?? []
        var files: [String: PagesRecord] = [:]
        for resource in job.export.resources.map(\.name) {
            guard let file = kept.first(where: { $0.resource == resource }) else {
                throw LoadReplayFault.notKept(resource: resource, kept: kept.map(\.resource))
            }
            guard let found = try Disk.checksum(of: paths.absolute(file.path)) else { throw LoadReplayFault.gone(path: file.path) }
            guard found == (file.bytes, file.sha256) else { throw LoadReplayFault.damaged(path: file.path) }
            files[resource] = file
        }
        return files
    }

    /// A row of a later load stays the latest one, and nothing that is appended stands there twice.
    private func requireNewest(in dataset: Dataset) throws {
        for load in try Dataset.committedLoads(dataset.paths) where load >= job.load {
            guard let record = try Dataset.record(dataset.paths, load.text), record.kind == .load else { continue }
            let madeOf = record.replayOf ?? record.load
            guard madeOf >= job.load.text else { continue }
            for found in record.resources where found.outcome != .failed {
                guard let wanted = job.export.resources.first(where: { $0.name == found.name }) else { continue }
                if madeOf > job.load.text { throw LoadReplayFault.overtaken(resource: found.name, by: record.load) }
                if wanted.writeDisposition == .append { throw LoadReplayFault.appended(resource: found.name, by: record.load) }
            }
        }
    }

    private func replay(_ files: [String: PagesRecord], _ dataset: Dataset, _ export: ExportRun) throws -> ExportReport {
        let started = UTCTime.now()
        let known = try dataset.knownTables()
        let stage = try dataset.stage(try export.nextLoad(dataset, started))
        let results: [ResourceRun.Result]
        do { results = try read(files, stage, known, dataset, export) } catch {
            try? stage.discard()
            throw export.cause(of: error)
        }
        let source = PagesSource(replayOf: job.load, leavesState: job.isInPlace)
        return try export.commit(stage, results, started.iso, known, dataset, source)
    }

    private func read(
        _ files: [String: PagesRecord], _ stage: borrowing StagedLoad, _ known: [KnownTable], _ dataset: Dataset, _ export: ExportRun
    ) throws -> [ResourceRun.Result] {
        // Nothing is sent by it: the journals are all that is read.
        let session = try export.job.makeSession(cancellation)
        defer { session.cancel() }
        let from = LakePaths(dataset: job.datasetFolder)
        let schedule = try export.schedule(
            session, stage, dataset, states: files.compactMapValues { $0.state.map { ResourceState(json: $0) } },
            journal: { resource in try files[resource.name].map { try ReplayedPages(from.absolute($0.path)) } })
        return try export.settled(try schedule.run(staging: stage.staging, load: stage.load, known: known))
    }
}

/// The kept pages of one resource, in place of the API.
private final class ReplayedPages: ResourceJournal {
    private let reader: JournalReader
    private var upcoming: JudgedResponse?
    private(set) var fault: FileFault?
    let isAll = true
    let isBehindFirstStop = false

    init(_ path: String) throws(FileFault) {
        reader = try JournalReader(path)
        upcoming = try look()
    }

    private func look() throws(FileFault) -> JudgedResponse? {
        guard let entry = try reader.next(), entry.head["end"]?.bool != true else { return nil }
        return JudgedResponse(entry)
    }

    var hasMore: Bool { upcoming != nil }

    func next() throws -> JudgedResponse? {
        let page = upcoming
        do throws(FileFault) { upcoming = try look() } catch {
            fault = error
            throw error
        }
        return page
    }

    // They stay where they are.
    func append(_ page: FetchedPage) {}
    func end() {}
}
