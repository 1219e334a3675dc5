import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// Puts the quarantined records of one resource into staging, by its present definition.
struct ReplayRun {
    let resource: Resource
    /// The oldest load first.
    let portions: [ReplaySelection.Portion]
    /// What holds copies of their records, and is done with when they are.
    let copies: [QuarantinePiece]
    let job: ExportJob
    let paths: LakePaths
    let staging: StagingFolder
    let load: LoadID
    let naming: TableNaming
    let known: [KnownTable]
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void

    /// - Returns: nil where no record was to be taken.
    func run() throws -> ResourceRun.Result? {
        let writer = ResourceWriter(
            resource: resource, load: load, naming: naming, known: known, staging: staging, options: job.files,
            hashKey: try job.hashKey(of: resource), isReplay: true)
        var taken = Taken(resource: resource.name)
        do {
            for portion in portions { try write(portion, writer, &taken) }
        } catch let breach as SchemaBreach {
            return failed(taken, writer, breach.whatAndWhere + " The records stay in the quarantine where they are.")
        }
        guard writer.counts.fetched > 0 else { return nil }
        guard writer.counts.addUp, writer.counts.fetched == taken.records else { throw CommitFault.countsDoNotAddUp(resource: resource.name) }
        let counts = writer.counts
        guard counts.quarantined < counts.fetched else {
            return failed(taken, writer, "none of the \(counts.fetched) records can be written by the present definition\(keyWords). "
                + "They stay in the quarantine where they are.")
        }
        return try written(taken, writer)
    }

    /// What was taken so far.
    private struct Taken {
        var records = 0
        var replayed: [ReplayedRecords] = []
        var progress: ResourceProgress
        init(resource: String) { progress = ResourceProgress(resource: resource) }
    }

    private func write(_ portion: ReplaySelection.Portion, _ writer: ResourceWriter, _ taken: inout Taken) throws {
        let reader = try QuarantineReader(paths.absolute(portion.piece.file.path), sha256: portion.piece.file.sha256)
        let before = taken.records
        var pages = ReplayPages()
        while let entry = try reader.next() {
            guard portion.takes(isInLake: entry.isInLake) else { continue }
            taken.records += 1
            for page in pages.add(entry) { try write(page, writer, &taken) }
        }
        for page in pages.finish() { try write(page, writer, &taken) }
        guard taken.records > before else { return }
        taken.replayed.append(ReplayedRecords(
            load: portion.piece.load, resource: resource.name, records: taken.records - before, includesWritten: portion.takesWritten))
    }

    /// The filters of the definition, which every record passed on its way into the quarantine, are not asked again: what
    /// they look at may have been dropped, hashed or converted since.
    private func write(_ page: ReplayPage, _ writer: ResourceWriter, _ taken: inout Taken) throws {
        if case .signal(let number)? = cancellation.cause { throw ExportFault.cancelled(number) }
        let tape = Tape()
        // A record that was a page of its own stands one deeper here.
        try Tokenizer.tokenize(page.page, into: tape, maxDepth: Tokenizer.depthLimit + 1)
        _ = try writer.write(page.page, tape, records: 0, choice: page.choice, number: page.number)
        taken.progress.pages += 1
        taken.progress.bytes += page.page.count
        taken.progress.records = writer.counts.fetched
        events(.progress(taken.progress))
    }

    // MARK: The end

    /// The copies: none of their lines was read, and none of their records is left to put back.
    private var doneWith: [ReplayedRecords] {
        copies.map { ReplayedRecords(load: $0.load, resource: resource.name, records: 0, includesWritten: portions.contains { $0.takesWritten }) }
    }

    private func written(_ taken: Taken, _ writer: ResourceWriter) throws -> ResourceRun.Result {
        let counts = writer.counts
        var findings: [String] = []
        if counts.quarantined > 0 {
            findings.append("\(counts.quarantined) of \(counts.fetched) records cannot be written by the present definition either\(keyWords); "
                + "they stand in \(LakePaths.quarantine(resource.name, load.text)) now, each with its reason.")
        }
        let staged = try writer.finish()
        return ResourceRun.Result(
            report: report(counts.quarantined > 0 ? .partial : .complete, findings, taken, writer), tables: staged.tables,
            quarantine: staged.quarantine, replacedCharacters: writer.sanitized.replacedCharacters)
    }

    private func failed(_ taken: Taken, _ writer: ResourceWriter, _ finding: String) -> ResourceRun.Result {
        var taken = taken
        taken.replayed = []
        return ResourceRun.Result(report: report(.failed, [finding], taken, writer), tables: [], quarantine: nil, replacedCharacters: 0)
    }

    private var keyWords: String {
        resource.primaryKey.isEmpty ? "" : " (primary_key: \(resource.primaryKey.map { "'\($0)'" }.joined(separator: ", ")))"
    }

    private func report(_ outcome: ResourceOutcome, _ findings: [String], _ taken: Taken, _ writer: ResourceWriter) -> ResourceReport {
        let evidence = outcome == .complete ? EndEvidence.quarantineReplayed : nil
        let record = ResourceRecord(
            name: resource.name, outcome: outcome, evidence: evidence, findings: findings, paginator: "quarantine", pages: taken.progress.pages,
            pageBytes: taken.progress.bytes, counts: writer.counts, probed: 0, side: writer.sideCounts, supplements: true,
            replayed: taken.replayed.isEmpty ? [] : taken.replayed + doneWith)
        return ResourceReport(
            name: resource.name, outcome: outcome, evidence: evidence, findings: findings, failure: outcome == .failed ? .data : nil, record: record)
    }
}
