import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// The writing half of a resource: rows into staging, a line a page into the log, the fields that dependent resources need.
final class Writing {
    private let run: ResourceRun
    private let writer: ResourceWriter
    private let parents: [ParentValues]
    private var progress: ResourceProgress
    private let log: LineFile
    private var probed = 0
    private var keptPages = 0
    private var keptRecords = 0
    /// Of the first record that came, for a message.
    private var firstKeys: [String] = []
    private static let shownKeys = 20

    init(_ run: ResourceRun) throws {
        self.run = run
        writer = ResourceWriter(
            resource: run.resource, load: run.load, naming: run.naming,
            known: run.known, staging: run.staging, options: run.job.files, hashKey: try run.job.hashKey(of: run.resource))
        let resource = run.resource.placed(in: run.known), key = try run.job.hashKey(of: run.resource)
        parents = run.children.compactMap { child in
            child.parent.map { ParentValues(child: child, binding: $0, parent: resource, hashKey: key, staging: run.staging) }
        }
        log = LineFile(run.staging.pageLogs + "/" + StagingFolder.fileName(of: run.resource.name))
        progress = ResourceProgress(resource: run.resource.name)
    }

    /// - Throws: `SchemaBreach` where the page breaks a frozen contract.
    func take(_ page: FetchedPage) throws {
        probed += page.probed
        if page.isKept {
            keptPages += 1
            keptRecords += page.records.count - page.probed
            if firstKeys.isEmpty { firstKeys = page.keysOfFirstRecord(atMost: Self.shownKeys) }
            do { try write(page) } catch let breach as SchemaBreach {
                try log.append(page.log.json.utf8(pretty: false))
                throw breach
            }
        }
        try log.append(page.log.json.utf8(pretty: false))
        progress.pages += 1
        progress.bytes += page.page.count
        progress.records = writer.counts.fetched
        run.events(.progress(progress))
    }

    private func write(_ page: FetchedPage) throws {
        if page.included.isEmpty {
            _ = try writer.write(
                page.page, page.tape, records: page.records.token, choice: page.choice, filtered: page.filtered, duplicates: page.duplicates,
                leftOut: page.leftOut, number: page.number)
            for values in parents { try values.add(ParentPage(page)) }
        } else {
            let anew = try IncludedFields(page)
            _ = try writer.write(
                anew.page, anew.tape, records: 0, choice: page.choice, filtered: page.filtered, duplicates: page.duplicates,
                leftOut: page.leftOut, number: page.number)
            for values in parents { try values.add(ParentPage(page, with: anew)) }
        }
    }

    func finish(_ walk: WalkSummary) throws -> ResourceRun.Result {
        try log.flush()
        for values in parents { try values.finish() }
        let counts = writer.counts
        // Two counts that come from different hands: what the reading half found, and what became of it here.
        guard counts.addUp, counts.fetched == keptRecords else { throw CommitFault.countsDoNotAddUp(resource: run.resource.name) }
        let verdict = verdict(walk, counts)
        guard verdict.outcome != .failed else {
            return ResourceRun.Result(report: report(walk, counts, verdict, []), tables: [], quarantine: nil, replacedCharacters: 0)
        }
        let staged = try writer.finish()
        let report = report(walk, counts, verdict, warnings(staged.tables, verdict))
        return ResourceRun.Result(
            report: report, tables: staged.tables, quarantine: staged.quarantine, replacedCharacters: writer.sanitized.replacedCharacters)
    }

    private func warnings(_ tables: [StagedTable], _ verdict: Verdict) -> [String] {
        let warnings = LoadWarnings(
            resource: run.resource, tables: tables, known: run.known, earlier: run.earlier, isComplete: verdict.isReadToEnd,
            readsEverything: run.readsEverything, rowDrop: run.job.rowDropWarning, met: writer.metPlaces, unmet: unmetRules)
        return warnings.sentences.map { run.session.masked($0, of: run.resource) }
    }

    /// Ends the resource where its data broke a frozen contract. Nothing of it is published.
    func fail(_ breach: SchemaBreach, _ walk: WalkSummary) throws -> ResourceRun.Result {
        try log.flush()
        for values in parents { try values.finish() }
        let verdict = Verdict(failed: run.session.masked(breach.sentence, of: run.resource))
        return ResourceRun.Result(report: report(walk, writer.counts, verdict, []), tables: [], quarantine: nil, replacedCharacters: 0)
    }

    private func verdict(_ walk: WalkSummary, _ counts: RecordCounts) -> Verdict {
        // Without a key, or past the ledger's memory, every record counts as another one.
        // The keys of what a contract discards are among the distinct ones.
        let distinct = writer.distinctKeys.map { $0 + counts.quarantined - writer.discardedRecords } ?? counts.fetched
        var verdict = Verdict(run.resource, walk, distinct: distinct, parent: run.parent)
        if run.replacesAll, verdict.outcome == .complete, counts.fetched == 0, run.rowsOfLastLoad > 0, !run.resource.allowEmpty {
            verdict.doubt("no record came, but the last load had \(run.rowsOfLastLoad). Its rows stay the current ones. "
                + "If an empty answer is right, say so in the definition: \"allow_empty\": true.")
        }
        verdict.hold(counts, against: run.job.quarantineLimit)
        verdict.judge(QuarantineSummary(counts, writer, run, firstKeys), within: run.job.quarantineLimit)
        verdict.judge(unmetRules)
        if run.job.isFullRefresh, verdict.outcome == .partial, counts.written > 0, run.resource.writeDisposition != .merge {
            verdict.findings.append("the full refresh is not complete, so its rows do not take the place of the ones before: both stand in the lake "
                + "until one is. Run it again.")
        }
        if let change = walk.detectionChange { verdict.findings.append(change.sentence) }
        verdict.findings += walk.nextIncremental?.findings ?? []
        verdict.findings = verdict.findings.map { run.session.masked($0, of: run.resource) }
        return verdict
    }

    /// What is dropped leaves no column behind: the state tells which of those fields earlier loads had.
    private var unmetRules: UnmetRules {
        var unmet = writer.unmetRules ?? UnmetRules()
        let dropped = Set(run.state?.dropped ?? [])
        for index in unmet.personal.indices where dropped.contains(unmet.personal[index].field.text) { unmet.personal[index].isKnown = true }
        return unmet
    }

    /// The personal fields that are dropped and have been met, now or by earlier loads.
    private var droppedFields: [String] {
        let before = run.state?.dropped ?? []
        guard let unmet = writer.unmetRules.map({ Set($0.personal.map(\.field.text)) }) else { return before }
        return run.resource.fieldRules.personal.filter { $0.action == .drop }.map(\.field.text).filter { !unmet.contains($0) || before.contains($0) }
    }

    private func report(_ walk: WalkSummary, _ counts: RecordCounts, _ verdict: Verdict, _ warnings: [String]) -> ResourceReport {
        let record = ResourceRecord(
            name: run.resource.name, outcome: verdict.outcome, evidence: verdict.evidence, findings: verdict.findings + warnings,
            paginator: walk.paginator.words(declared: run.resource.paginator, selector: walk.selector),
            pages: keptPages, pageBytes: progress.bytes, counts: counts, probed: probed, side: writer.sideCounts, requests: walk.requests,
            ignoredRequests: walk.ignoredParents, skippedParents: run.parent?.lackingFields[run.resource.name] ?? 0,
            detectedWhy: walk.why.map { run.session.masked($0, of: run.resource) },
            isFullScan: run.readsEverything && run.resource.writeDisposition != .append,
            replaces: run.replacesAll && verdict.outcome == .complete && (run.job.isFullRefresh || counts.written == 0),
            state: state(walk, verdict)?.json)
        return ResourceReport(
            name: run.resource.name, outcome: verdict.outcome, evidence: verdict.evidence, findings: verdict.findings + warnings,
            failure: verdict.failure, record: record, lackingFields: Dictionary(parents.map { ($0.child, $0.missing) }) { $0 + $1 },
            paginator: walk.paginator, selector: walk.selector, endedAtBound: walk.endedAtBound,
            ofBounds: verdict.ofBounds, warnings: warnings, retries: walk.retries)
    }

    /// What the next load starts from: it moves on only where the end was proven, or where the records came in order.
    private func state(_ walk: WalkSummary, _ verdict: Verdict) -> ResourceState? {
        guard verdict.outcome != .failed else { return nil }
        // A rule that met nothing is a doubt about values: the records came, and asked for again they would stand twice.
        let isProven = verdict.isReadToEnd
        // A bound cuts off what follows; any other doubt is about records before the last value, which no later load would ask for.
        let isCutOnly = walk.endedAtBound && !walk.mayHaveHoles
        let mayMove = isProven || (isCutOnly && walk.nextIncremental?.mayMoveWhenPartial == true)
        let next = mayMove ? walk.nextIncremental?.next : nil
        let state = ResourceState(
            incremental: next ?? run.state?.incremental, detected: isProven ? walk.detected ?? run.state?.detected : run.state?.detected,
            resolved: walk.resolved ?? run.state?.resolved, dropped: droppedFields)
        return state.json == nil ? nil : state
    }
}
