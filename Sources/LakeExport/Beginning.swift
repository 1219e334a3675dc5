import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// How a load begins: new, or where an earlier run of it stopped.
struct Beginning: ~Copyable {
    let stage: StagedLoad
    let unfinished: UnfinishedLoad
    /// What the journals hold, by resource; empty for a load that is new.
    var found: [String: PageJournal.Found]

    var pages: Int { found.values.reduce(0) { $0 + $1.entries } }
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
    /// The run that would go on is given another load id. It stays.
    case otherLoadID

    package var isRemoved: Bool {
        switch self {
        case .otherRun, .otherLoadID: false
        case .tooOld, .notWanted, .cameNoFurther, .superseded: true
        }
    }
}

extension ExportRun {
    /// Goes on with the load that an earlier run of the same job left, where there is one; else begins one.
    func begin(_ dataset: Dataset, _ now: UTCTime) throws -> Beginning {
        let identity = job.identity(newest: dataset.manifest.newestLoad)
        if let candidate = try candidate(dataset, identity, now), let resumed = try goOn(with: candidate, dataset, now) { return resumed }
        let load = try nextLoad(dataset, now)
        let unfinished = UnfinishedLoad(load: load, startedAt: now.iso, run: identity)
        let stage = try dataset.stage(load, now: now)
        do { try stage.write(unfinished) } catch {
            try? stage.discard()
            throw error
        }
        return Beginning(stage: stage, unfinished: unfinished, found: [:])
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
        var found: [String: PageJournal.Found] = [:]
        for resource in job.resources { found[resource.name] = try PageJournal.Found(staging.journal(of: resource.name)) }
        let entries = found.mapValues(\.entries).filter { $0.value > 0 }
        if entries.isEmpty {
            try dataset.discard(load)
            return nil
        }
        if load.resumes.suffix(2).count == 2, load.resumes.suffix(2).allSatisfy({ $0 == entries }) {
            try dataset.discard(load)
            events(.leftover(load.load, .cameNoFurther))
            return nil
        }
        let stage = try dataset.resume(load, now: now)
        try stage.clear()
        let beginning = Beginning(stage: stage, unfinished: load, found: found)
        events(.resuming(load: load.load, pages: beginning.pages, startedAt: load.startedAt))
        return beginning
    }
}
