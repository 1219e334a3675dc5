import LakeFiles
import LakeModel

/// A removal that is committed.
package struct PublishedExpiry: Sendable {
    package let record: LoadRecord
    /// What kept files from being removed, or the manifest from being replaced: the next run does the rest.
    package let leftover: FileFault?
}

extension Dataset {
    /// Commits a removal and takes the files away.
    /// - Parameter reason: the command that asks for it, for the record. Must hold no secret.
    /// - Returns: nil where nothing is to be removed: nothing was written.
    @discardableResult
    package func publishExpiry(
        _ plan: ExpirePlan, reason: String, load asked: LoadID? = nil, now: UTCTime = Dataset.clock(), hook: StepHook = { _ in }
    ) throws -> PublishedExpiry? {
        guard !plan.expired.isEmpty else { return nil }
        let load = try asked ?? nextID(now)
        let record = LoadRecord(
            expired: plan.expired, liveSince: plan.liveSince.mapValues { $0 ?? load.text }, load: load.text, dataset: manifest.dataset, at: now.iso,
            reason: reason)
        return PublishedExpiry(record: record, leftover: try publishAlone(record, load, now: now, hook: hook))
    }

    /// Takes away what a committed removal names and is still there, where its staging folder does not tell of it any more.
    /// - Returns: how many files that were.
    package func finishRemovals(hook: StepHook = { _ in }) throws -> Int {
        var count = 0
        for load in try Dataset.committedLoads(paths) {
            guard let record = try Dataset.record(paths, load.text), record.kind == .expire else { continue }
            let left = try record.expired.flatMap(\.paths).filter { try Disk.isThere(paths.absolute($0)) }.count
            if left > 0 { try ExpiredFiles(paths: paths, expired: record.expired).remove(hook) }
            count += left
        }
        return count
    }

    /// The loads of data, oldest first; nil where something was ever removed. Where the manifest knows of nothing but such
    /// loads no record is looked at, otherwise the heads of all are.
    package static func loadsOfData(_ paths: LakePaths, _ manifest: Manifest) throws -> [LoadID]? {
        let committed = try committedLoads(paths)
        if manifest.loadCount == manifest.recordCount, committed.count == manifest.recordCount { return committed }
        var loads: [LoadID] = []
        for load in committed {
            if try isLoadOfData(paths, manifest, load) {
                loads.append(load)
            } else if try record(paths, load.text)?.kind != .state {
                return nil
            }
        }
        return loads
    }

    /// Whether a record is that of a load of data. Where the manifest does not list it, the head of the record tells.
    static func isLoadOfData(_ paths: LakePaths, _ manifest: Manifest, _ load: LoadID) throws -> Bool {
        if let listed = manifest.loads.first(where: { $0.load == load.text }) { return listed.kind == .load }
        let head = try Disk.read(paths.absolute(LakePaths.record(load.text)), first: 512) ?? []
        if head.firstRange(of: Array("\n  \"kind\": \"load\",\n".utf8)) != nil { return true }
        return try record(paths, load.text)?.kind == .load
    }
}
