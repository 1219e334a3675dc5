import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource

extension ExportRun {
    /// Reads and writes all resources into staging. Where what an earlier run kept of one proves to be of no use, that one
    /// is read from its beginning, and the others once more from what was kept.
    func read(_ beginning: inout Beginning, _ dataset: Dataset, _ known: [KnownTable]) throws -> [ResourceRun.Result] {
        // Each only once: two that are refused in turn would never come to an end.
        var anew: Set<String> = []
        while true {
            let checkpoints = Checkpoints(beginning.stage.staging, entries: beginning.found, hook: hook)
            do {
                let results = try readOnce(beginning, checkpoints, dataset, known)
                beginning.found = resumable(checkpoints.entries)
                return results
            } catch {
                // What was read since then counts too.
                beginning.found = resumable(checkpoints.entries)
                guard let (resource, reason) = restart(after: error), anew.insert(resource).inserted, cancellation.forgetRestart() else { throw error }
                events(.restarted(resource: resource, reason))
                for name in anew {
                    try Disk.remove(beginning.stage.staging.journal(of: name))
                    beginning.found[name] = nil
                }
                try beginning.stage.staging.clear()
            }
        }
    }

    /// Those of the journals' pages that another run can go on with.
    private func resumable(_ entries: [String: Int]) -> [String: Int] {
        let anew = Set(job.resources.filter(job.readsAnew).map(\.name))
        return entries.filter { !anew.contains($0.key) }
    }

    private func restart(after error: any Error) -> (resource: String, reason: RestartReason)? { cause(of: error).asExportFault.restart }

    private func readOnce(
        _ beginning: borrowing Beginning, _ checkpoints: Checkpoints, _ dataset: Dataset, _ known: [KnownTable]
    ) throws -> [ResourceRun.Result] {
        let session = try job.makeSession(cancellation)
        defer { session.cancel() }
        let schedule = try schedule(
            session, beginning.stage, dataset, states: states(dataset), journal: makeJournal(beginning.stage.staging, beginning.found, checkpoints))
        let cancellation = cancellation
        do {
            return try settled(try checkpoints.during(failed: { cancellation.cancel(.fault($0.asExportFault)) }) {
                try schedule.run(staging: beginning.stage.staging, load: beginning.stage.load, known: known)
            })
        } catch {
            if restart(after: error) == nil, isWorthKeeping(cause(of: error)) { checkpoints.takeLast() }
            throw error
        }
    }

    /// All that reads and writes the resources of the job, into a load in the making.
    /// - Parameters:
    ///   - states: what earlier loads left for the resources, by name.
    ///   - journal: see `ResourceSchedule`.
    func schedule(
        _ session: FetchSession, _ stage: borrowing StagedLoad, _ dataset: Dataset, states: [String: ResourceState],
        journal: @escaping @Sendable (Resource) throws -> (any ResourceJournal)?
    ) throws -> ResourceSchedule {
        let staging = stage.staging
        for folder in [staging.tables, staging.parents, staging.pageLogs] { try Disk.makeFolders(folder) }
        events(.started(load: stage.load, resources: job.resources.map(\.name)))
        return ResourceSchedule(
            job: job, session: session, cancellation: cancellation, events: events,
            earlier: Dictionary(grouping: dataset.manifest.tables, by: \.resource), states: states, journal: journal)
    }

    /// What all resources came to, where that is something to publish.
    func settled(_ results: [ResourceRun.Result]) throws -> [ResourceRun.Result] {
        if let cause = cancellation.cause { throw cause.fault }
        if results.allSatisfy({ $0.report.outcome == .failed }) { throw ExportFault.nothingToPublish(results.map(\.report)) }
        return results
    }

    private func makeJournal(
        _ staging: StagingFolder, _ found: [String: Int], _ checkpoints: Checkpoints
    ) -> @Sendable (Resource) throws -> (any ResourceJournal)? {
        let job = job, events = events
        return { resource in
            if job.readsAnew(resource) {
                guard job.keepsPages else { return nil }
                // What an earlier run left of it is read anew.
                try Disk.remove(staging.journal(of: resource.name))
            }
            return try PageJournal(
                staging.journal(of: resource.name), found: found[resource.name] ?? 0, resource: resource, checkpoints: checkpoints,
                lost: { events(.lost(resource: resource.name, pages: $0)) })
        }
    }

    /// A signal, or the first fault of any resource, is the cause; what it made others throw is not.
    func cause(of error: any Error) -> any Error { cancellation.cause?.fault ?? error }

    /// Ends a load that is not to be published now, and keeps it for another run where that can go on with it.
    /// - Returns: what is to be thrown.
    func end(_ beginning: consuming Beginning, because error: any Error) -> any Error {
        let cause = cause(of: error)
        var unfinished = beginning.unfinished
        // A run that was asked to end says nothing of how far one can come.
        if beginning.isResumed, isWish(cause) { unfinished.resumes.removeLast() }
        let anew = job.resources.filter(job.readsAnew).map(\.name)
        if !anew.isEmpty, isWish(cause) || isOfNetwork(cause) { events(.notKept(resources: anew)) }
        keep(unfinished, isWorthKeeping(cause) ? beginning.found : [:], beginning.stage.staging)
        return cause
    }

    /// Leaves a load for another run where there are pages to go on from, and removes it where there are none. What goes
    /// wrong here is for the next run to clean up: what is told is why the run ended.
    func keep(_ unfinished: UnfinishedLoad, _ entries: [String: Int], _ staging: StagingFolder) {
        let pages = entries.values.reduce(0, +)
        guard pages > 0 else {
            try? Disk.removeTree(staging.path)
            return
        }
        var unfinished = unfinished
        unfinished.kept = entries
        // First, and by itself: on a full disk it makes the room for the other.
        do { try staging.clear() } catch {}
        do { try staging.write(unfinished) } catch {}
        events(.kept(load: unfinished.load, pages: pages, withinMilliseconds: job.resumeWithin))
    }

    private func isWish(_ cause: any Error) -> Bool {
        switch cause as? ExportFault {
        case .cancelled?, .deadline?: true
        default: false
        }
    }

    private func isOfNetwork(_ cause: any Error) -> Bool { if case .fetch? = cause as? ExportFault { true } else { false } }

    /// Whether the same run may come further at another time: not where the same pages would lead to the same fault of our own.
    func isWorthKeeping(_ cause: any Error) -> Bool {
        switch cause.asExportFault {
        case .nothingToPublish, .unexpected, .commit(.countsDoNotAddUp), .file(.rowsDoNotAddUp): false
        default: true
        }
    }
}
