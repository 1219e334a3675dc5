/// What tells the records of a page apart for the guards of a walk: one hash for each record, in their order.
package struct PageKeys: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
        /// The primary key that the definition declares.
        case declared
        /// A field of this name that each record of the page has, with another text or number in each.
        case field(String)
        /// The whole record: an update makes it another one.
        case content
    }
    package var origin: Origin
    package var hashes: [UInt64]

    package init(origin: Origin, hashes: [UInt64]) {
        self.origin = origin
        self.hashes = hashes
    }
}

/// The keys of a walk that are remembered: those of its beginning, and the latest. At most three times `room`, so that a
/// walk over millions of records keeps its memory small; records that moved further than that between two requests are
/// not recognised, and what follows from that is asked again rather than believed.
struct KeyMemory: Sendable {
    private static let room = 65_536
    private var first: Set<UInt64> = []
    private var older: Set<UInt64> = []
    private var latest: Set<UInt64> = []

    mutating func insert(_ key: UInt64) {
        if contains(key) { return }
        if first.count < Self.room {
            first.insert(key)
            return
        }
        if latest.count >= Self.room {
            older = latest
            latest.removeAll()
        }
        latest.insert(key)
    }

    func contains(_ key: UInt64) -> Bool { first.contains(key) || latest.contains(key) || older.contains(key) }
}
