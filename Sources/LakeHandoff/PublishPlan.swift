import LakeCommit

// What is to be copied to another place, and in which order. Pure: the dataset's records and what is there go in.
//
// The order is the promise: a record is created when all that it lists is there, the older record before the newer one,
// and the manifest comes at the very end. Who reads there finds nothing listed that is not whole.

/// Which loads are to go.
package struct PublishChoice: Hashable, Sendable {
    /// Oldest first.
    package var pending: [String] = []
    /// Those of the loads wanted whose record is there, oldest first.
    package var there: [String] = []
    /// Every record of the dataset that is there, asked for or not.
    package var listed: Set<String> = []
    /// Records there that the dataset does not have: somebody else's.
    package var foreign: [String] = []

    /// - Parameters:
    ///   - local: the dataset's records, oldest first.
    ///   - listed: the records that are there.
    ///   - wanted: only these; nil for all.
    package init(local: [String], listed: Set<String>, wanted: Set<String>? = nil) {
        for load in local where wanted?.contains(load) ?? true {
            if listed.contains(load) { there.append(load) } else { pending.append(load) }
        }
        self.listed = listed.intersection(local)
        foreign = listed.subtracting(local).sorted()
    }
}

package struct PublishPlan: Hashable, Sendable {
    /// Loads that go together, so that many small ones do not cost a start of the copying program each.
    package struct Batch: Hashable, Sendable {
        package var loads: [LoadPieces] = []
        /// Data files and, where it is asked for, quarantine: they go first.
        package var data: [LoadPiece] { loads.flatMap { $0.data + $0.quarantine } }
        package var documents: [LoadPiece] { loads.flatMap(\.documents) }
        /// Last, in this order.
        package var records: [String] { loads.map(\.record) }
        package var files: Int { loads.reduce(0) { $0 + $1.files } }
        package var bytes: Int { loads.reduce(0) { $0 + $1.bytes } }
    }

    /// How much goes before the first of the batch's loads appears.
    package struct Limits: Hashable, Sendable {
        package var files: Int
        package var bytes: Int
        package init(files: Int = 4000, bytes: Int = 8 << 30) {
            self.files = files
            self.bytes = bytes
        }
    }

    package var batches: [Batch] = []
    /// Files by load that are not copied, because a record says that they were removed. Such a load goes behind that record.
    package var removed: [String: Int] = [:]
    /// Files that are listed and gone, and no record says why. With one of them nothing is copied.
    package var missing: [String] = []

    package var loads: [String] { batches.flatMap { $0.loads.map(\.load) } }
    package var files: Int { batches.reduce(0) { $0 + $1.files } }
    package var bytes: Int { batches.reduce(0) { $0 + $1.bytes } }

    /// - Parameters:
    ///   - pending: what is to go, oldest first.
    ///   - gone: paths of data and quarantine of theirs that are not in the dataset.
    ///   - others: records beside the pending ones that tell a removal.
    ///   - listed: the records that are there.
    package init(
        pending: [LoadPieces], gone: Set<String> = [], others: [LoadPieces] = [], listed: Set<String> = [], withQuarantine: Bool = false,
        limits: Limits = Limits()
    ) {
        let known = (pending + others).sorted { $0.load < $1.load }
        var waiting: [String: [LoadPieces]] = [:]
        var isPlaced = listed
        var order: [LoadPieces] = []
        // A removal that is not asked for by name comes along where a load that is needs it.
        var all = pending
        for load in pending {
            for teller in Self.tellers(of: load, gone, known) where !listed.contains(teller.load) && !all.contains(where: { $0.load == teller.load }) {
                all.append(teller)
            }
        }
        for load in all.sorted(by: { $0.load < $1.load }) {
            let left = leaving(load, gone, known, withQuarantine)
            if let last = Self.tellers(of: load, gone, known).last, !isPlaced.contains(last.load), last.load != load.load {
                waiting[last.load, default: []].append(left)
                continue
            }
            for next in [left] + (waiting.removeValue(forKey: load.load) ?? []) {
                order.append(next)
                isPlaced.insert(next.load)
            }
        }
        batches = missing.isEmpty ? Self.batches(order, limits) : []
    }

    /// The records that tell of a removal of some of the load's files, oldest first.
    private static func tellers(of load: LoadPieces, _ gone: Set<String>, _ known: [LoadPieces]) -> [LoadPieces] {
        let paths = (load.data + load.quarantine).map(\.path).filter(gone.contains)
        return paths.isEmpty ? [] : known.filter { teller in paths.contains { teller.removes.contains($0) } }
    }

    /// The load without what is gone.
    private mutating func leaving(_ load: LoadPieces, _ gone: Set<String>, _ known: [LoadPieces], _ withQuarantine: Bool) -> LoadPieces {
        var left = load
        if !withQuarantine { left.quarantine = [] }
        let paths = (left.data + left.quarantine).map(\.path).filter(gone.contains)
        left.data.removeAll { gone.contains($0.path) }
        left.quarantine.removeAll { gone.contains($0.path) }
        let told = paths.filter { path in known.contains { $0.removes.contains(path) } }
        if !told.isEmpty { removed[load.load] = told.count }
        missing += Set(paths).subtracting(told).sorted()
        return left
    }

    private static func batches(_ loads: [LoadPieces], _ limits: Limits) -> [Batch] {
        var batches: [Batch] = []
        for load in loads {
            if let last = batches.last, last.files + load.files <= limits.files, last.bytes + load.bytes <= limits.bytes {
                batches[batches.count - 1].loads.append(load)
            } else {
                batches.append(Batch(loads: [load]))
            }
        }
        return batches
    }
}

extension LoadPieces {
    /// The record included.
    package var files: Int { data.count + documents.count + quarantine.count + 1 }
    /// Of data and quarantine: the others are small.
    package var bytes: Int { (data + quarantine).reduce(0) { $0 + ($1.bytes ?? 0) } }
}
