import Glibc
import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource
import LakeThreads

/// One run of an export, from the lock to the report.
package struct ExportRun: Sendable {
    let job: ExportJob
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void
    let hook: @Sendable (DurableStep) throws -> Void

    /// - Parameter hook: stops the commit at a durable step; for tests.
    package init(
        _ job: ExportJob, cancellation: Cancellation = Cancellation(), hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in },
        events: @escaping @Sendable (ExportEvent) -> Void = { _ in }
    ) {
        self.job = job
        self.cancellation = cancellation
        self.hook = hook
        self.events = events
    }

    /// Blocks until the load is committed.
    package func run() throws -> ExportReport {
        let cancellation = cancellation
        let alarm = job.deadline.map { Alarm(at: $0) { cancellation.cancel(.deadline) } }
        defer { alarm?.stop() }
        return try ExportFault.telling {
            let dataset = try openDataset()
            if let runID = job.runID, let record = try dataset.record(runID: runID) { return try repeated(record, dataset.paths) }
            return try export(dataset)
        }
    }

    /// Takes the lock, and says what was found on the way in.
    func openDataset() throws -> Dataset {
        let dataset = try Dataset(LakePaths(dataset: job.datasetFolder), name: job.datasetName)
        if !dataset.recovered.isEmpty { events(.recovered(dataset.recovered)) }
        if let fault = dataset.damagedRecord { events(.damagedRecord(fault)) }
        try dataset.checkOrigin(job.origin)
        return dataset
    }

    private func export(_ dataset: Dataset) throws -> ExportReport {
        let known = try dataset.knownTables()
        var beginning = try begin(dataset, UTCTime.now())
        let results: [ResourceRun.Result]
        var source = PagesSource()
        do {
            results = try read(&beginning, dataset, known)
            source.kept = try keptPages(results, beginning.stage, dataset)
        } catch {
            throw end(beginning, because: error)
        }
        let kept = Kept(unfinished: beginning.unfinished, entries: beginning.found)
        return try commit(beginning.stage, results, beginning.unfinished.startedAt, known, dataset, source, kept)
    }

    func nextLoad(_ dataset: Dataset, _ started: UTCTime) throws -> LoadID {
        let newest = dataset.manifest.newestLoad
        guard let load = job.loadID ?? LoadID.next(now: started, newest: newest, random: .random(in: 0...UInt32.max)) else {
            throw CommitFault.noLoadIDLeft(newest: newest?.text ?? started.basic)
        }
        return load
    }

    /// Publishes what stands in staging.
    /// - Parameters:
    ///   - known: the tables before this load.
    ///   - source: where the pages came from and where they stay.
    ///   - kept: what another run could go on with, if the disk refuses this one; nil: nothing.
    func commit(
        _ stage: consuming StagedLoad, _ results: [ResourceRun.Result], _ startedAt: String, _ known: [KnownTable], _ dataset: Dataset,
        _ source: PagesSource = PagesSource(), _ kept: Kept? = nil
    ) throws -> ExportReport {
        events(.publishing)
        let load = stage.load
        let record = source.noted(in: record(results, load, startedAt, dataset))
        let prepared = try prepare(stage, record, results, kept)
        let leftover: FileFault?
        do { leftover = try dataset.publish(prepared, hook: hook) } catch let fault as FileFault {
            throw ExportFault.unpublished(load: load, fault)
        }
        removeOvertaken(dataset)
        return report(record, results, known.map(\.version), leftover)
    }

    /// What another run could go on with.
    struct Kept {
        var unfinished: UnfinishedLoad
        var entries: [String: Int]
    }

    /// Loads of other runs that nobody can go on with from now on: they may hold personal data.
    private func removeOvertaken(_ dataset: Dataset) {
        for load in dataset.unfinished {
            // What the disk refuses now, the next run removes.
            guard (try? dataset.discard(load)) != nil else { continue }
            events(.leftover(load.load, .overtaken))
        }
    }

    private func prepare(
        _ stage: consuming StagedLoad, _ record: LoadRecord, _ results: [ResourceRun.Result], _ kept: Kept?
    ) throws -> PreparedLoad {
        let staging = stage.staging
        let versions = results.flatMap { $0.tables.flatMap(\.newVersions) }
        let pageLogs = job.resources.map { StagingFolder.fileName(of: $0.name) }
        do { return try stage.prepare(record, schemas: versions, pageLogs: pageLogs, hook: hook) } catch {
            // Anything else is for the disk as if the run had died here.
            guard error is FileFault || error is CommitFault else { throw error }
            // The record goes first: with it a load counts as prepared, and nobody could publish half of its pieces.
            // Where it does not go, the next run cleans up. What is told is the first fault.
            guard (try? Disk.remove(staging.record)) != nil else { throw error }
            if let kept, isWorthKeeping(error) {
                keep(kept.unfinished, kept.entries, staging)
            } else {
                try? Disk.removeTree(staging.path)
            }
            throw error
        }
    }

    /// A full refresh knows of nothing that was read before, but of the personal fields that there are.
    func states(_ dataset: Dataset) -> [String: ResourceState] {
        dataset.manifest.state.mapValues { json in
            let state = ResourceState(json: json)
            return job.isFullRefresh ? ResourceState(dropped: state.dropped) : state
        }
    }

    // MARK: Records

    private func record(_ results: [ResourceRun.Result], _ load: LoadID, _ startedAt: String, _ dataset: Dataset) -> LoadRecord {
        let declared = Dictionary(job.resources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let tables = results.flatMap { result in
            result.tables.map { tableRecord($0, result.report.name, declared[result.report.name]) }
        }
        let files = results.flatMap { $0.tables.flatMap(\.files) }.map { file in
            FileRecord(
                path: LakePaths.partition(file.table, file.format, load.text) + "/" + file.name, table: file.table, format: file.format,
                compression: file.compression, schemaVersion: file.schemaVersion, rows: file.rows, bytes: file.bytes, sha256: file.sha256)
        }
        let quarantine = results.compactMap(\.quarantine).map { file in
            QuarantineRecord(
                path: LakePaths.quarantine(file.resource, load.text) + "/" + file.name, resource: file.resource, records: file.records,
                bytes: file.bytes, sha256: file.sha256)
        }
        return LoadRecord(
            load: load.text, dataset: job.datasetName, runID: job.runID, startedAt: startedAt, preparedAt: UTCTime.now().iso,
            origin: job.origin, sourceName: job.source.name, sourceFingerprint: job.source.fingerprint,
            resources: results.map(\.report.record), tables: tables, files: files, quarantine: quarantine,
            replacedCharacters: results.reduce(0) { $0 + $1.replacedCharacters })
    }

    private func tableRecord(_ table: StagedTable, _ resource: String, _ declared: Resource?) -> TableRecord {
        let isRoot = table.parent == nil
        return TableRecord(
            name: table.name, resource: resource, path: table.path, parent: table.parent,
            primaryKey: isRoot ? declared?.primaryKey.map(\.description) ?? [] : [],
            writeDisposition: declared?.writeDisposition ?? .append, rows: table.rows,
            version: table.newVersions.last?.version ?? table.earlierVersion ?? 1,
            columns: table.columns.indices.filter { !table.columns[$0].isSystem }.map { index in
                let column = table.columns[index]
                return ColumnRecord(
                    id: column.id, name: column.name, facts: table.facts[index], description: column.description, values: table.values[index])
            },
            versions: table.newVersions.map {
                VersionRecord(
                    version: $0.version, parentVersion: $0.parentVersion, fingerprint: $0.fingerprint, load: $0.load, changes: $0.changes)
            })
    }

    private func report(
        _ record: LoadRecord, _ results: [ResourceRun.Result], _ earlier: [SchemaVersion], _ leftover: FileFault?
    ) -> ExportReport {
        let filesOf = Dictionary(grouping: record.files, by: \.table)
        let earlierOf = Dictionary(earlier.map { ($0.table, $0) }, uniquingKeysWith: { first, _ in first })
        let tables = results.flatMap(\.tables).compactMap { table in
            (table.newVersions.last ?? earlierOf[table.name]).map { version in
                TableReport(
                    name: table.name, rows: table.rows, files: filesOf[table.name] ?? [], version: version, newVersions: table.newVersions)
            }
        }
        return ExportReport(record: record, resources: results.map(\.report), tables: tables, isRepeat: false, leftover: leftover)
    }

    private func repeated(_ record: LoadRecord, _ paths: LakePaths) throws -> ExportReport {
        let reports = record.resources.map {
            ResourceReport(name: $0.name, outcome: $0.outcome, evidence: $0.evidence, findings: $0.findings, failure: nil, record: $0)
        }
        let tables = try record.tables.map { table in
            TableReport(
                name: table.name, rows: table.rows, files: record.files.filter { $0.table == table.name },
                version: try Dataset.schema(paths, table.name, table.version), newVersions: [])
        }
        return ExportReport(record: record, resources: reports, tables: tables, isRepeat: true)
    }
}
