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
        while true {
            do { return try readOnce(beginning, dataset, known) } catch {
                guard let (resource, reason) = restart(after: error), beginning.found[resource] != nil, cancellation.forgetFault() else { throw error }
                events(.restarted(resource: resource, reason))
                let staging = beginning.stage.staging
                try Disk.remove(staging.journal(of: resource))
                try beginning.stage.clear()
                // What was read since then counts too.
                for name in beginning.found.keys { beginning.found[name] = try PageJournal.Found(staging.journal(of: name)) }
                beginning.found[resource] = nil
            }
        }
    }

    private func restart(after error: any Error) -> (resource: String, RestartReason)? {
        guard case .fetch(let fault, let resource, _)? = cause(of: error) as? ExportFault else { return nil }
        return switch fault {
        case .resumeRefused(let page): (resource, .refused(page: page))
        case .journalOfAnotherWalk(let page): (resource, .otherRequests(page: page))
        default: nil
        }
    }

    private func readOnce(_ beginning: borrowing Beginning, _ dataset: Dataset, _ known: [KnownTable]) throws -> [ResourceRun.Result] {
        let staging = beginning.stage.staging, found = beginning.found
        let session = try job.makeSession(cancellation)
        defer { session.cancel() }
        for folder in [staging.tables, staging.parents, staging.pageLogs] { try Disk.makeFolders(folder) }
        events(.started(load: beginning.stage.load, resources: job.resources.map(\.name)))
        let checkpoints = Checkpoints(staging, hook: hook)
        let schedule = ResourceSchedule(
            job: job, session: session, cancellation: cancellation, events: events, earlier: Dictionary(grouping: dataset.manifest.tables, by: \.resource), states: states(dataset),
            journal: { resource in
                try PageJournal(
                    staging.journal(of: resource.name), found: found[resource.name] ?? PageJournal.Found(), resource: resource,
                    checkpoints: checkpoints)
            })
        let cancellation = cancellation
        do {
            let results: [ResourceRun.Result] = try checkpoints.during(failed: { cancellation.cancel(.fault($0.asExportFault)) }) {
                try schedule.run(staging: staging, load: beginning.stage.load, known: known)
            }
            if let cause = cancellation.cause { throw cause.fault }
            if results.allSatisfy({ $0.report.outcome == .failed }) { throw ExportFault.nothingToPublish(results.map(\.report)) }
            return results
        } catch {
            // The last checkpoint: nothing writes any more.
            if restart(after: error) == nil, isWorthKeeping(cause(of: error)) { try? checkpoints.take() }
            throw error
        }
    }

    /// A signal, or the first fault of any resource, is the cause; what it made others throw is not.
    func cause(of error: any Error) -> any Error { cancellation.cause?.fault ?? error }

    /// Ends a load that is not to be published now, and keeps it for another run where that can go on with it.
    /// - Returns: what is to be thrown.
    func end(_ beginning: consuming Beginning, because error: any Error) -> any Error {
        let cause = cause(of: error)
        let load = beginning.stage.load, staging = beginning.stage.staging
        let entries = isWorthKeeping(cause) ? kept(staging) : [:]
        let pages = entries.values.reduce(0, +)
        do {
            if !beginning.found.isEmpty, isFault(cause) { try note(entries, of: beginning) }
            if pages > 0 { try beginning.stage.leave() } else { try beginning.stage.discard() }
        } catch {}  // The next run cleans up. What is told is the first fault.
        if pages > 0 { events(.kept(load: load, pages: pages, withinMilliseconds: job.resumeWithin)) }
        return cause
    }

    /// The entries of each journal that has any.
    func kept(_ staging: StagingFolder) -> [String: Int] {
        var entries: [String: Int] = [:]
        for resource in job.resources {
            if let found = try? PageJournal.Found(staging.journal(of: resource.name)), found.entries > 0 { entries[resource.name] = found.entries }
        }
        return entries
    }

    /// How far a run came that went on with the load, for those that follow. One that was asked to end says nothing of that.
    private func note(_ entries: [String: Int], of beginning: borrowing Beginning) throws(FileFault) {
        var unfinished = beginning.unfinished
        unfinished.resumes.append(entries)
        try beginning.stage.write(unfinished)
    }

    private func isFault(_ cause: any Error) -> Bool {
        switch cause as? ExportFault {
        case .cancelled?, .deadline?: false
        default: true
        }
    }

    /// Whether the same run may come further at another time.
    private func isWorthKeeping(_ cause: any Error) -> Bool {
        switch cause as? ExportFault {
        case .nothingToPublish?: false
        default: true
        }
    }
}

extension Cancellation.Cause {
    var fault: ExportFault {
        switch self {
        case .signal(let number): .cancelled(number)
        case .deadline: .deadline
        case .fault(let fault): fault
        }
    }
}
