/// Every step of a commit that reaches the disk, in order. A crash between any two of them is either as if the load had
/// never been (up to and including `writeRecord`), or is rolled forward by whoever takes the lock next.
package enum DurableStep: Int, CaseIterable, Comparable, Sendable {
    // While a load is made: from here on another run may go on with it.
    /// Before the journals are synced; taken again and again.
    case checkpoint = 1

    // Prepare: in staging only. A change of state and a removal begin at `syncStaging`.
    /// The pages that the load keeps become durable; a load that keeps none has nothing to do here.
    case syncPages
    case writePageLog
    case writeSchemas
    case writeChecksums
    case syncStaging
    /// From here on the load will be published.
    case writeRecord

    // Publish: each step can be taken again.
    case makeTargets
    case movePartitions
    case moveQuarantine
    case movePages
    case movePageLog
    case moveChecksums
    case moveSchemas
    case syncTargets
    /// The commit.
    case createRecord
    case syncRecord
    case replaceManifest
    /// Of a removal: its files go, and then it is made sure that they do not come back. Other records have none.
    case removeExpired
    case syncExpired
    case removeStaging

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Called before each step, and within a step that moves several pieces before each of them. Throwing there is, for the
/// disk, a crash at that point: that is how tests stop anywhere.
package typealias StepHook = (DurableStep) throws -> Void
