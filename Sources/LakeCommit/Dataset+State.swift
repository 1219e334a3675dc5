import LakeFiles
import LakeJSON
import LakeModel

/// A change of state that is committed.
package struct PublishedState: Sendable {
    package let record: LoadRecord
    /// What kept the manifest from being replaced, or staging from being removed: the next run does the rest.
    package let leftover: FileFault?
}

extension Dataset {
    /// Changes the state of resources without a load: as a record of its own, with the discipline of a load's commit.
    /// - Parameters:
    ///   - changes: the new state by resource; nil removes it. Resources that are not named keep theirs.
    ///   - reason: the command that asks for it, for the record. Must hold no secret.
    ///   - load: an id for the record; for tests. Otherwise the next one.
    /// - Returns: nil where that is the state already: nothing was written.
    @discardableResult
    package func publishState(
        _ changes: [String: JSONValue?], reason: String, load asked: LoadID? = nil, now: UTCTime = Dataset.clock(), hook: StepHook = { _ in }
    ) throws -> PublishedState? {
        let changes = changes.mapValues { $0.flatMap { $0.isNull ? nil : $0 } }.filter { manifest.state[$0.key] != $0.value }
        guard !changes.isEmpty else { return nil }
        let load = try asked ?? nextID(now)
        let record = LoadRecord(state: changes, load: load.text, dataset: manifest.dataset, at: now.iso, reason: reason)
        return PublishedState(record: record, leftover: try publishAlone(record, load, now: now, hook: hook))
    }

    /// A resource's state as it was after a committed record. Reads records backwards from there, until one has it.
    package static func state(_ paths: LakePaths, of resource: String, after load: LoadID) throws -> JSONValue? {
        for id in try committedLoads(paths).reversed() where id <= load {
            if let state = try record(paths, id.text)?.newState(of: resource) { return state }
        }
        return nil
    }
}
