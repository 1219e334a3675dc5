import LakeFiles
import LakeModel

extension Dataset {
    /// The id of a record that is no load.
    func nextID(_ now: UTCTime) throws -> LoadID {
        let newest = manifest.newestLoad
        guard let load = LoadID.next(now: now, newest: newest, random: .random(in: 0...UInt32.max)) else {
            throw CommitFault.noLoadIDLeft(newest: newest?.text ?? now.basic)
        }
        return load
    }

    /// Commits a record that has nothing beside it, with the discipline of a load's commit: a stop before it is written
    /// leaves everything as it was; after that, whoever takes the lock next rolls it forward.
    /// - Returns: as `publish`.
    func publishAlone(_ record: LoadRecord, _ load: LoadID, now: UTCTime, hook: StepHook) throws -> FileFault? {
        let prepared = try prepareAlone(try stage(load, now: now), record, hook)
        do { return try publish(prepared, hook: hook) } catch let fault as FileFault {
            throw record.kind == .expire ? CommitFault.expireUnpublished(load: load.text, fault: fault)
                : CommitFault.stateUnpublished(load: load.text, fault: fault)
        }
    }

    private func prepareAlone(_ stage: consuming StagedLoad, _ record: LoadRecord, _ hook: StepHook) throws -> PreparedLoad {
        let staging = stage.staging
        do { return try stage.prepareAlone(record, hook: hook) } catch let fault as FileFault {
            // The record goes first: with it the change counts as prepared.
            do {
                try Disk.remove(staging.record)
                try Disk.removeTree(staging.path)
            } catch {}  // The next run cleans up. What is told is the first fault.
            throw fault
        }
    }
}
