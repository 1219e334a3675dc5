import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// How a load begins: new, or where an earlier run of it stopped.
struct Beginning: ~Copyable {
    let stage: StagedLoad
    let unfinished: UnfinishedLoad
    let isResumed: Bool
    /// The pages that the journals hold, by resource; those that hold none are left out.
    var found: [String: Int]
}

/// Why a load that an earlier run left was not gone on with.
package enum LeftoverReason: Hashable, Sendable {
    /// Of another run; these of its members differ. It stays, for the run that it belongs to.
    case otherRun([String])
    /// Older than wanted: removed.
    case tooOld
    /// The user wants a new one: removed.
    case notWanted
    /// Two runs that went on with it came no further: removed.
    case cameNoFurther
    /// A newer one of the same run is gone on with: removed.
    case superseded
    /// Another one was committed since it was begun: removed.
    case overtaken
    /// The run that would go on is given another load id. It stays.
    case otherLoadID

    package var isRemoved: Bool {
        switch self {
        case .otherRun, .otherLoadID: false
        case .tooOld, .notWanted, .cameNoFurther, .superseded, .overtaken: true
        }
    }
}

extension ExportRun {
    /// Goes on with the load that an earlier run of the same job left, where there is one; else begins one.
    func begin(_ dataset: Dataset, _ now: UTCTime) throws -> Beginning {
        let identity = job.identity
        if let candidate = try candidate(dataset, identity, now), let resumed = try goOn(with: candidate, dataset, now) { return resumed }
        let load = try nextLoad(dataset, now)
        let unfinished = UnfinishedLoad(load: load, started: now, newest: dataset.manifest.newestLoad, run: identity)
        let stage = try dataset.stage(load, now: now)
        do { try stage.staging.write(unfinished) } catch {
            try? stage.discard()
            throw error
        }
        return Beginning(stage: stage, unfinished: unfinished, isResumed: false, found: [:])
    }

    /// The newest of the loads in staging that this run may go on with. What is said of the others is said here.
    private func candidate(_ dataset: Dataset, _ identity: JSONValue, _ now: UTCTime) throws -> UnfinishedLoad? {
        var candidate: UnfinishedLoad?
        for load in dataset.unfinished.reversed() {
            if let reason = leftover(load, identity, now, isSuperseded: candidate != nil) {
                if reason.isRemoved { try dataset.discard(load) }
                events(.leftover(load.load, reason))
            } else {
                candidate = load
            }
        }
        return candidate
    }

    private func leftover(_ load: UnfinishedLoad, _ identity: JSONValue, _ now: UTCTime, isSuperseded: Bool) -> LeftoverReason? {
        if now.milliseconds - load.lastProgress.milliseconds > job.resumeWithin { return .tooOld }
        if load.run != identity { return .otherRun(ExportJob.differences(load.run, identity)) }
        if !job.resumes { return .notWanted }
        if let asked = job.loadID, asked != load.load { return .otherLoadID }
        return isSuperseded ? .superseded : nil
    }

    /// - Returns: nil where nothing is gained by it.
    private func goOn(with load: UnfinishedLoad, _ dataset: Dataset, _ now: UTCTime) throws -> Beginning? {
        let staging = dataset.paths.staging(load.load)
        let entries = try found(load, staging)
        let isStuck = load.resumes.count >= 2 && load.resumes.suffix(2).allSatisfy { $0 == entries }
        guard !entries.isEmpty, !isStuck else {
            try dataset.discard(load)
            if isStuck { events(.leftover(load.load, .cameNoFurther)) }
            return nil
        }
        let stage = try dataset.resume(load, now: now)
        try staging.clear()
        // Before anything is read: a run that dies of what was kept has gone on with it all the same.
        var unfinished = load
        unfinished.resumes.append(entries)
        unfinished.kept = [:]
        try staging.write(unfinished)
        events(.resuming(load: load.load, pages: entries.values.reduce(0, +), startedAt: load.startedAt))
        for resource in job.resources where job.readsAnew(resource) { events(.restarted(resource: resource.name, .appends)) }
        return Beginning(stage: stage, unfinished: unfinished, isResumed: true, found: entries)
    }

    /// The pages of each journal that has any. Says where some are gone that were kept.
    private func found(_ load: UnfinishedLoad, _ staging: StagingFolder) throws -> [String: Int] {
        var entries: [String: Int] = [:]
        for resource in job.resources where !job.readsAnew(resource) {
            let journal = try JournalCount(staging.journal(of: resource.name))
            if journal.entries > 0 { entries[resource.name] = journal.entries }
            // What is torn without a word of how many there were is at least the page that was being written.
            let lost = max((load.kept[resource.name] ?? 0) - journal.entries, journal.isTorn ? 1 : 0)
            if lost > 0 { events(.lost(resource: resource.name, pages: lost)) }
        }
        return entries
    }
}
