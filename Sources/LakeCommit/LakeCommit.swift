import LakeFiles
import LakeModel
import LakeSchema

// Staged files in, a committed load out: the lock of a dataset, the steps of a publish, load records, the manifest,
// recovery. Touches the disk: sync, rename, lock. Throws `CommitFault` and `FileFault`.
//
// The stages of a load are types. A `StagedLoad` can only be prepared or thrown away, a `PreparedLoad` only published.

/// What keeps a dataset from being used.
package enum CommitFault: Error, Hashable, Sendable {
    /// Another run holds the lock; `owner` is what it wrote about itself.
    case locked(path: String, owner: String)
    /// A document is damaged or was written by a newer program.
    case document(path: String, fault: DocumentFault)
    case documentSyntax(path: String, reason: String)
    /// A load record is not what its own checksum was made of.
    case documentChecksum(path: String)
    /// A document that others name is not there.
    case documentMissing(path: String)
    case newerFormat(path: String, format: Int)
    /// The dataset holds data of another API.
    case otherOrigin(dataset: String, holds: String, asked: String)
    /// Staging and a table folder lie on two devices, so that nothing can be renamed from one to the other.
    case otherDevice(path: String)
    /// The load id is taken or does not sort behind the newest one.
    case loadIDNotNewest(asked: String, newest: String)
    /// The load id lies more than a day ahead of the present and of the newest load: it would keep later loads from ids
    /// that tell their time.
    case loadIDInFuture(asked: String)
    /// No load id sorts behind the newest one.
    case noLoadIDLeft(newest: String)
    /// Records went missing in our own hands.
    case countsDoNotAddUp(resource: String)
    /// A prepared load lacks a piece, in staging and in its target.
    case stagingIncomplete(load: String, missing: String)
    /// A load that an earlier run prepared comes before anything else, and the disk refuses a place of it; `number` is
    /// the `errno`.
    case cannotPublishPrepared(load: String, path: String, number: Int32)
    /// The commit found a record of the same load.
    case recordExists(load: String)
    /// A change of state is prepared, but the disk refused a step of its publish: whoever takes the lock next does it.
    case stateUnpublished(load: String, fault: FileFault)
    /// The same for a removal of old data: nothing is removed yet.
    case expireUnpublished(load: String, fault: FileFault)
}
