/// The latest version of one key: 64 bits of the key's hash and 64 bits of the record's.
///
/// A record is dropped as a duplicate only where both agree, which are 128 bits together; a collision of the key alone
/// costs no row, only the name `changed` for it.
package struct LedgerEntry: BitwiseCopyable, Sendable {
    package var key: UInt64
    package var content: UInt64
    package init(key: UInt64, content: UInt64) {
        self.key = key
        self.content = content
    }
}

/// Takes over what the ledger's memory cannot hold.
package protocol LedgerSpill: AnyObject {
    /// Keeps a run, sorted by key. Later runs override earlier ones.
    func add(_ run: UnsafeBufferPointer<LedgerEntry>) throws
    /// The content of the key in the newest run that has it.
    func content(of key: UInt64) throws -> UInt64?
}

/// Which keys a load has seen of a resource, and the latest version of each.
package final class KeyLedger {
    package enum Verdict: Sendable { case new, unchanged, changed }

    /// 4 MiB of entries; at most seven eighths are used.
    package static let capacity = 1 << 18

    private var entries: [LedgerEntry]
    private var used = 0
    private let largest: Int
    private let spill: (any LedgerSpill)?
    private var hasSpilled = false
    /// Keys seen so far.
    package private(set) var distinct = 0
    /// Records that came after the memory was full where there is nowhere to spill; they count as new.
    package private(set) var unchecked = 0

    /// - Parameter capacity: entries held in memory, a power of two, at least 8.
    package init(spill: (any LedgerSpill)?, capacity: Int = KeyLedger.capacity) {
        precondition(capacity >= 8 && capacity & (capacity - 1) == 0, "a power of two, at least 8")
        self.spill = spill
        self.largest = capacity
        self.entries = Array(repeating: LedgerEntry(key: 0, content: 0), count: min(1024, capacity))
    }

    /// Notes a record and says whether its key is new, or seen with the same or with another content.
    package func note(key: UInt64, content: UInt64) throws -> Verdict {
        let key = key == 0 ? 1 : key  // 0 marks a free entry.
        var i = place(of: key)
        if entries[i].key == key { return compare(i, content) }
        let earlier = hasSpilled ? try spill?.content(of: key) : nil
        if earlier == content { return .unchanged }
        guard try makeRoom() else {
            unchecked += 1
            return .new
        }
        i = place(of: key)
        entries[i] = LedgerEntry(key: key, content: content)
        used += 1
        if earlier == nil { distinct += 1 }
        return earlier == nil ? .new : .changed
    }

    private func compare(_ i: Int, _ content: UInt64) -> Verdict {
        if entries[i].content == content { return .unchanged }
        entries[i].content = content
        return .changed
    }

    /// Where the key stands, or the free entry where it belongs.
    private func place(of key: UInt64) -> Int {
        let mask = entries.count - 1
        var i = Int(truncatingIfNeeded: key) & mask
        while entries[i].key != 0, entries[i].key != key { i = (i + 1) & mask }
        return i
    }

    private func makeRoom() throws -> Bool {
        if used < entries.count / 8 * 7 { return true }
        if entries.count < largest { return rehash(to: entries.count * 2) }
        guard let spill else { return false }
        try spillEntries(to: spill)
        hasSpilled = true
        used = 0
        for i in entries.indices { entries[i] = LedgerEntry(key: 0, content: 0) }
        return true
    }

    /// In place: the ledger's memory is its bound.
    private func spillEntries(to spill: any LedgerSpill) throws {
        var filled = 0
        for i in entries.indices where entries[i].key != 0 {
            entries[filled] = entries[i]
            filled += 1
        }
        try entries.withUnsafeMutableBufferPointer { all in
            var run = UnsafeMutableBufferPointer(rebasing: all[..<filled])
            run.sort { $0.key < $1.key }
            try spill.add(UnsafeBufferPointer(run))
        }
    }

    private func rehash(to count: Int) -> Bool {
        let old = entries
        entries = Array(repeating: LedgerEntry(key: 0, content: 0), count: count)
        for entry in old where entry.key != 0 { entries[place(of: entry.key)] = entry }
        return true
    }
}
