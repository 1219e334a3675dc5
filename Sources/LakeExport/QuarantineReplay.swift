import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource

/// All that a replay needs to know.
package struct ReplayJob: Sendable {
    /// As for an export of the resources whose records are wanted.
    package var export: ExportJob
    package var choice: ReplayChoice
    /// Everything but the commit.
    package var isRehearsal: Bool
    package init(_ export: ExportJob, _ choice: ReplayChoice = ReplayChoice(), isRehearsal: Bool = false) {
        self.export = export
        self.choice = choice
        self.isRehearsal = isRehearsal
    }
}

/// What a replay did.
package struct ReplayReport: Sendable {
    package var selection: ReplaySelection
    package var resources: [ResourceReport]
    /// nil: nothing was left to do, or it was a rehearsal.
    package var export: ExportReport?
}

/// Puts quarantined records back: through the present definition of their source into the lake, as a load of its own. It
/// goes the way of an export from the lock to the commit, so that it is whole or not at all; nothing is asked of an API.
/// The load adds rows and supersedes nothing. A record that cannot be written now either is quarantined anew.
package struct QuarantineReplay: Sendable {
    private let job: ReplayJob
    private let export: ExportRun
    private let cancellation: Cancellation
    private let events: @Sendable (ExportEvent) -> Void

    /// - Parameter hook: stops the commit at a durable step; for tests.
    package init(
        _ job: ReplayJob, cancellation: Cancellation = Cancellation(), hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in },
        events: @escaping @Sendable (ExportEvent) -> Void = { _ in }
    ) {
        self.job = job
        self.cancellation = cancellation
        self.events = events
        export = ExportRun(job.export, cancellation: cancellation, hook: hook, events: events)
    }

    /// Blocks until the load is committed.
    /// - Throws: `ExportFault`, `ReplayFault`.
    package func run() throws -> ReplayReport {
        try ExportFault.telling { try replay(try export.openDataset()) }
    }

    private func replay(_ dataset: Dataset) throws -> ReplayReport {
        let selection = try ReplaySelection(
            Dataset.quarantine(dataset.paths), job.choice, resources: job.export.resources, source: job.export.source.resources, dataset.manifest)
        let gone = try selection.portions.filter { try !Disk.isThere(dataset.paths.absolute($0.piece.file.path)) }
        guard gone.isEmpty else {
            throw ReplayFault.gone(paths: gone.map(\.piece.file.path), others: selection.loads(without: gone.map(\.piece)))
        }
        var report = ReplayReport(selection: selection, resources: [])
        guard !selection.portions.isEmpty else { return report }
        let started = UTCTime.now()
        let known = try dataset.knownTables()
        let stage = try dataset.stage(try export.nextLoad(dataset, started))
        let results: [ResourceRun.Result]
        do {
            results = try write(selection, stage.load, stage.staging, known, dataset.paths)
            report.resources = results.map(\.report)
            if !results.isEmpty, results.allSatisfy({ $0.report.outcome == .failed }) { throw ExportFault.nothingToPublish(report.resources) }
        } catch {
            try? stage.discard()
            throw error
        }
        guard !results.isEmpty, !job.isRehearsal else {
            try stage.discard()
            return report
        }
        report.export = try export.commit(stage, results, started.iso, known, dataset)
        return report
    }

    /// One resource after the other, in the order of the definition.
    private func write(
        _ selection: ReplaySelection, _ load: LoadID, _ staging: StagingFolder, _ known: [KnownTable], _ paths: LakePaths
    ) throws -> [ResourceRun.Result] {
        for folder in [staging.tables, staging.pageLogs] { try Disk.makeFolders(folder) }
        let portionsOf = Dictionary(grouping: selection.portions, by: \.piece.file.resource)
        let copiesOf = Dictionary(grouping: selection.copies, by: \.file.resource)
        let resources = job.export.resources.filter { portionsOf[$0.name] != nil }
        events(.started(load: load, resources: resources.map(\.name)))
        let naming = job.export.naming(known)
        let knownOf = Dictionary(grouping: known, by: \.version.resource)
        return try resources.compactMap { resource in
            let run = ReplayRun(
                resource: resource, portions: portionsOf[resource.name] ?? [], copies: copiesOf[resource.name] ?? [], job: job.export,
                paths: paths, staging: staging, load: load, naming: naming, known: knownOf[resource.name] ?? [], cancellation: cancellation, events: events)
            let result = try run.run()
            if let result { events(.finished(result.report)) }
            return result
        }
    }
}
