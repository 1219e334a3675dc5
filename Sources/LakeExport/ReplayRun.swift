import LakeCommit
import LakeFetch
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
        let sieve = try makeSieve()
        var taken = Taken(resource: resource.name)
        do {
            for portion in portions { try write(portion, writer, sieve, &taken) }
        } catch let breach as SchemaBreach {
            return failed(taken, writer, breach.replaySentence)
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

    /// The filters of the definition hold for these records too. Its incremental cursor does not: they are none of its news.
    private func makeSieve() throws -> RecordSieve? {
        var resource = resource
        resource.incremental = nil
        return try RecordSieve(resource: resource, state: nil)
    }

    private func write(_ portion: ReplaySelection.Portion, _ writer: ResourceWriter, _ sieve: RecordSieve?, _ taken: inout Taken) throws {
        let reader = try QuarantineReader(paths.absolute(portion.piece.file.path), sha256: portion.piece.file.sha256)
        let before = taken.records
        var pages = ReplayPages()
        while let entry = try reader.next() {
            guard portion.takes(written: entry.written) else { continue }
            taken.records += 1
            for page in pages.add(entry) { try write(page, writer, sieve, &taken) }
        }
        for page in pages.finish() { try write(page, writer, sieve, &taken) }
        guard taken.records > before else { return }
        taken.replayed.append(ReplayedRecords(
            load: portion.piece.load, resource: resource.name, records: taken.records - before, includesWritten: portion.takesWritten))
    }

    private func write(_ page: ReplayPage, _ writer: ResourceWriter, _ sieve: RecordSieve?, _ taken: inout Taken) throws {
        if case .signal(let number)? = cancellation.cause { throw ExportFault.cancelled(number) }
        let tape = Tape()
        // A record that was a page of its own stands one deeper here.
        try Tokenizer.tokenize(page.page, into: tape, maxDepth: Tokenizer.depthLimit + 1)
        let list = PageRecords.array(token: 0, count: tape.elements(of: 0).count)
        let sifted = try sieve?.sift(page.page, tape, list, page.choice, number: page.number) ?? Sifted(choice: page.choice)
        _ = try writer.write(
            page.page, tape, records: 0, choice: sifted.choice, filtered: sifted.filtered, leftOut: sifted.leftOut, number: page.number)
        taken.progress.pages += 1
        taken.progress.bytes += page.page.count
        taken.progress.records = writer.counts.fetched
        events(.progress(taken.progress))
    }

    // MARK: The end

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
            replayed: taken.replayed)
        return ResourceReport(
            name: resource.name, outcome: outcome, evidence: evidence, findings: findings, failure: outcome == .failed ? .data : nil, record: record)
    }
}

extension SchemaBreach {
    /// Of a replay, whose records stay where they are.
    fileprivate var replaySentence: String {
        "page \(place.page), record \(place.record): \(contract.rawValue) of \(table)\(column.map { ".\($0)" } ?? "") is frozen by schema_contract, "
            + "and the record has \(found.map { "\($0)" } ?? "no value")\(expected.map { " where \($0) is expected" } ?? ""). "
            + "Allow it there, or mend the definition. The records stay in the quarantine where they are."
    }
}
