import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// Exports one resource into staging: a thread reads its pages, the thread that calls `run` writes them.
struct ResourceRun: Sendable {
    /// Pages that wait between reading and writing; with the one read ahead and the two at hand, four are in flight.
    private static let pagesBetween = 1

    let resource: Resource
    let job: ExportJob
    let session: FetchSession
    let staging: StagingFolder
    let load: LoadID
    let naming: TableNaming
    let known: [KnownTable]
    /// Fields that dependent resources need.
    let parentFields: [Selector]
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void
    /// What became of the parent; nil where there is none.
    let parent: ResourceReport?
    /// Rows that the last load brought; 0 for a resource that is new.
    let rowsOfLastLoad: Int

    /// What one resource left in staging, and how it ended.
    struct Result: Sendable {
        var report: ResourceReport
        var tables: [StagedTable]
        var quarantine: QuarantineFile?
        var replacedCharacters: Int
    }

    func run() throws -> Result {
        let queue = BoundedQueue<FetchedPage>(capacity: Self.pagesBetween)
        let reading = Reading(self, queue)
        cancellation.whenCancelled { queue.abandon() }
        guard let thread = DedicatedThread({ reading.run() }) else { throw ExportFault.threads }
        defer {
            queue.abandon()
            thread.join()
        }
        let writing: Writing
        do {
            writing = try Writing(self)
            while let page = queue.take() {
                if cancellation.cause != nil { break }
                try writing.take(page)
                page.recycle()
            }
        } catch {
            // The reading half may wait for the network: it is let go before it is waited for.
            cancellation.cancel(.fault(error.asExportFault))
            throw error
        }
        let walk = reading.result()
        if let fault = walk.fault, !fault.endsResourceOnly { throw ExportFault.fetch(fault, resource: resource.name) }
        if walk.isUnauthorized {
            throw ExportFault.unauthorized(resource: resource.name, page: walk.pages, sent: job.headers["Authorization"] != nil)
        }
        if cancellation.cause != nil { throw ExportFault.fetch(.cancelled, resource: resource.name) }
        return try writing.finish(walk)
    }
}

extension FetchFault {
    /// Whether other resources may go on.
    var endsResourceOnly: Bool {
        switch self {
        case .notJSON, .contentType, .redirect, .badLink: true
        case .http(.bodyTooLarge, _), .http(.undecodableBody, _), .http(.protocolError, _), .http(.headTooLarge, _): true
        case .http, .unavailable, .tooLong, .otherOrigin, .cancelled: false
        }
    }
}

/// How the walks of a resource went: one, or one per parent.
struct WalkSummary: Sendable {
    var pages = 0
    var walks = 0
    var ends: [WalkEnd] = []
    /// Parents by the way their walk ended, where it was not by its proven end.
    var partialParents = 0
    var refusedParents = 0
    var lastDoubt: PartialReason?
    var failure: FailReason?
    var fault: FetchFault?
    var totals: TotalRange?
    var paginator: Paginator
    var selector: Selector?

    var isUnauthorized: Bool { failure == .unauthorized }
}

/// The reading half: asks page after page, for every parent where the resource has one.
private final class Reading: Sendable {
    private let task: ResourceRun
    private let queue: BoundedQueue<FetchedPage>
    private let summary: Monitor<(WalkSummary, isDone: Bool)>

    init(_ run: ResourceRun, _ queue: BoundedQueue<FetchedPage>) {
        task = run
        self.queue = queue
        summary = Monitor((WalkSummary(paginator: run.resource.paginator), false))
    }

    /// Waits for the end of the reading.
    func result() -> WalkSummary { summary.wait { $0.isDone ? $0.0 : nil } }

    func run() {
        var walk = WalkSummary(paginator: task.resource.paginator)
        do {
            if let binding = task.resource.parent { try readChildren(binding, &walk) } else { try read(nil, &walk) }
        } catch let fault as FetchFault {
            walk.fault = fault
        } catch let fault as FileFault {
            task.cancellation.cancel(.fault(.file(fault)))
            walk.fault = .cancelled
        } catch {
            task.cancellation.cancel(.fault(error.asExportFault))
            walk.fault = .cancelled
        }
        queue.close()
        summary.change { $0 = (walk, true) }
    }

    private func readChildren(_ binding: ParentBinding, _ walk: inout WalkSummary) throws {
        // What a failed parent left is not asked for: the resource fails with it.
        guard task.parent?.outcome != .failed else { return }
        let parents = try ParentValues.reader(resource: binding.resource, field: binding.fields[0], staging: task.staging)
        while walk.failure == nil, let parent = try parents.next() { try read(parent, &walk) }
    }

    private func read(_ parent: String?, _ walk: inout WalkSummary) throws {
        let reader = PageReader(
            resource: task.resource, session: task.session, parent: parent, after: walk.pages, maxPages: task.job.maxPages)
        defer {
            walk.pages = reader.pagesSeen
            walk.paginator = reader.paginator
            walk.selector = reader.detectedSelector ?? walk.selector
        }
        while let page = try reader.next() {
            guard queue.put(page) else { throw FetchFault.cancelled }
        }
        walk.walks += 1
        note(reader, parent, &walk)
    }

    private func note(_ reader: PageReader, _ parent: String?, _ walk: inout WalkSummary) {
        guard let end = reader.end else { return }
        if parent == nil {
            walk.ends = [end]
            walk.totals = reader.totals
        }
        // Of a dependent resource only the kinds of ends are kept: there may be millions of parents.
        let verdict = parent == nil
            ? nil : Completeness.judge(end, totals: reader.totals, distinct: reader.recordsKept, paginator: reader.paginator,
                check: task.resource.totalCheck)
        if case .failed(let reason) = end {
            if parent != nil, case .refused = reason { walk.refusedParents += 1 } else { walk.failure = reason }
        } else if let verdict, verdict.outcome == .partial {
            walk.partialParents += 1
            walk.lastDoubt = verdict.doubts.first
        }
    }
}

/// The writing half: rows into staging, a line a page into the log, the fields that dependent resources need.
private final class Writing {
    private let run: ResourceRun
    private let writer: ResourceWriter
    private let parents: [ParentValues]
    private var progress: ResourceProgress
    private let log: LineFile
    private var probed = 0
    private var keptPages = 0
    private var keptRecords = 0

    init(_ run: ResourceRun) throws {
        self.run = run
        writer = ResourceWriter(
            resource: run.resource, load: run.load, naming: run.naming,
            known: run.known.filter { $0.version.resource == run.resource.name }, staging: run.staging, options: run.job.files)
        parents = run.parentFields.map {
            ParentValues(resource: run.resource.name, field: $0, staging: run.staging)
        }
        log = LineFile(run.staging.pageLogs + "/" + StagingFolder.fileName(of: run.resource.name))
        progress = ResourceProgress(resource: run.resource.name)
    }

    func take(_ page: FetchedPage) throws {
        if page.choice != .none {
            keptPages += 1
            keptRecords += page.records.count
            _ = try writer.write(page.page, page.tape, records: page.records.token, number: page.number)
            for values in parents { try values.add(page) }
        } else {
            probed += page.records.count
        }
        try log.append(page.log.json.utf8(pretty: false))
        progress.pages += 1
        progress.bytes += page.page.count
        progress.records = writer.counts.fetched
        run.events(.progress(progress))
    }

    func finish(_ walk: WalkSummary) throws -> ResourceRun.Result {
        try log.flush()
        for values in parents { try values.finish() }
        let counts = writer.counts
        // Two counts that come from different hands: what the reading half found, and what became of it here.
        guard counts.addUp, counts.fetched == keptRecords else { throw CommitFault.countsDoNotAddUp(resource: run.resource.name) }
        // Without a key, or past the ledger's memory, every record counts as another one.
        let distinct = writer.distinctKeys.map { $0 + counts.quarantined } ?? counts.fetched
        var verdict = Verdict(run.resource, walk, distinct: distinct, parent: run.parent)
        if run.resource.writeDisposition == .replace, verdict.outcome == .complete, counts.fetched == 0, run.rowsOfLastLoad > 0 {
            verdict.outcome = .partial
            verdict.findings.append("no record came, but the last load had \(run.rowsOfLastLoad). Its rows stay the current ones. "
                + "If the API is empty indeed, delete them where they were loaded to.")
        }
        if counts.quarantined > 0, verdict.outcome != .failed {
            verdict.outcome = .partial
            verdict.findings.append("\(counts.quarantined) of \(counts.fetched) records lack their primary key or are no objects. They were not written; "
                + "they stand in \(LakePaths.quarantine(run.resource.name, run.load.text)), each with its reason.")
        }
        let lacking = parents.reduce(0) { $0 + $1.missing }
        let record = ResourceRecord(
            name: run.resource.name, outcome: verdict.outcome, evidence: verdict.evidence, findings: verdict.findings,
            paginator: PaginatorWords.describe(walk.paginator, declared: run.resource.paginator, selector: walk.selector),
            pages: keptPages, pageBytes: progress.bytes, counts: counts, probed: probed, side: writer.sideCounts)
        let report = ResourceReport(
            name: run.resource.name, outcome: verdict.outcome, evidence: verdict.evidence, findings: verdict.findings,
            failure: verdict.failure, record: record, lackingFields: lacking)
        guard verdict.outcome != .failed else {
            return ResourceRun.Result(report: report, tables: [], quarantine: nil, replacedCharacters: 0)
        }
        let staged = try writer.finish()
        return ResourceRun.Result(
            report: report, tables: staged.tables, quarantine: staged.quarantine, replacedCharacters: writer.sanitized.replacedCharacters)
    }
}
