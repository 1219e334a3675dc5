import Glibc
import LakeModel
import LakeNormalize
import LakeSource

// What the contracts say of every place in a record, as a tree that mirrors the normalizer's shape cache: records of a
// page share their keys and mostly their order, so a key is compared with the next one expected and lands at its rule.
// Places that are committed are laid out first; others are added as they are met.

/// The rule of a value.
enum GateRule: Hashable {
    /// Whatever it is, it may come.
    case free
    /// The column holds this type.
    case type(ColumnType)
    /// The column is committed, but has held nothing but null.
    case untyped
    /// There is no such column.
    case new
}

/// A key of an object, or what the elements of a table are that are no objects.
struct GateSlot {
    enum Owner { case object(Int), table(Int) }
    let owner: Owner
    /// In `GateShapes.keyBytes`; empty for elements.
    var key = 0..<0
    /// The object, and the table of the array, that stand here.
    var object = -1
    var array = -1
    /// The committed column for scalars, and its place among those of its table.
    var scalarType: ColumnType?
    var scalarColumn = -1
    /// Whether there is a committed column for values kept as JSON.
    var hasJSON = false
    /// Among the further keys of an object used as a map: they are in a column already.
    var isRest = false

    // Found out when it is first met.
    var isResolved = false
    var scalar = GateRule.free
    /// Of objects and arrays that are kept as JSON.
    var whole = GateRule.free
    /// Whether objects and arrays are kept as JSON where they have not been taken apart before.
    var keepsWhole = false
    /// The definition wants the value as JSON, scalars too.
    var isHintedJSON = false
    /// Whether a null would make a column.
    var leavesNullOut = false
    /// The row cannot be without it: part of the primary key, or not nullable.
    var isPinned = false
    /// Place among the fields that the rows of its table must have; -1: none of them.
    var required = -1

    /// The visit in which the key was seen last: tells duplicate keys.
    var visit = 0
    /// The slot with the same hash that came before; -1: none.
    var alike = -1

    init(_ owner: Owner) { self.owner = owner }
}

struct GateObject {
    let table: Int
    /// Objects and arrays between the record and here.
    let depth: Int
    /// Where it stands; -1 for the rows of a table themselves.
    let slot: Int
    var members: [Int] = []
    /// By the hash of the key, the slot that came last.
    var lookup: [UInt64: Int] = [:]
    /// Whether further keys go into a column that is committed.
    var isSealed = false
}

struct GateTable {
    /// Where its array stands; -1 for the root table.
    let slot: Int
    let contract: SchemaContract
    /// As in `OwnedContract`.
    let contractOwner: FieldPath?
    /// Whether the last committed load knows it.
    let isCommitted: Bool
    /// Its elements that are no objects, and its rows.
    var element = -1
    var root = -1
    /// The hints for fields that its rows must have, and by hint the last row that had one.
    var required: [Int] = []
    var seen: [Int] = []
    var hasHints = false
    var wasDiscarded = false
}

struct GateShapes {
    var slots: [GateSlot] = []
    var objects: [GateObject] = []
    var tables: [GateTable] = []
    var keyBytes: [UInt8] = []
    let context: GateContext
    private var committedSlots = Int.max
    /// The hints whose fields records have had, discarded or not, and the tables that were discarded as a whole.
    var metHints: Set<Int> = []
    var discardedTables: Set<FieldPath> = []
    /// Objects used as maps, until they are sealed.
    private var maps: [Int] = []

    /// Keys that are no committed columns; past them the tree is laid out anew behind the record at hand.
    static let mostLearned = 10_000

    init(_ context: GateContext) {
        self.context = context
        _ = addTable(slot: -1, depth: 0, isCommitted: context.known[FieldPath()] != nil)
        for table in context.known.values.sorted(by: { $0.version.path.steps.count < $1.version.path.steps.count }) { seed(table) }
        // Behind all of them: the keys that have columns or tables of their own come first.
        for object in maps { objects[object].isSealed = true }
        maps = []
        committedSlots = slots.count
    }

    /// Whether a key is new to a table that takes no new columns. Nothing of it may come to the normalizer, not even an
    /// empty object: past so many keys of an object it would get a column for the further ones.
    func isUnwanted(_ slot: Int) -> Bool {
        guard slot >= committedSlots else { return false }
        let table = tables[table(of: slot)]
        return table.isCommitted && table.contract.columns != .evolve
    }

    // MARK: Keys

    /// The slot of a key of an object, made where it is new.
    /// - Parameter expected: the place among the object's members at which the key is likely.
    mutating func slot(_ key: UnsafeBufferPointer<UInt8>, of object: Int, expected: inout Int) -> Int {
        let members = objects[object].members.count
        for place in expected..<max(expected, min(expected + 3, members)) {
            let slot = objects[object].members[place]
            if hasKey(slot, key) {
                expected = place + 1
                return slot
            }
        }
        let hash = key.baseAddress.map { fastHash($0, key.count, seed: 5) } ?? 0
        var slot = objects[object].lookup[hash] ?? -1
        while slot >= 0, !hasKey(slot, key) { slot = slots[slot].alike }
        return slot >= 0 ? slot : addSlot(key, hash, object)
    }

    private func hasKey(_ slot: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let own = slots[slot].key
        guard own.count == key.count else { return false }
        guard let base = key.baseAddress, !own.isEmpty else { return true }
        return keyBytes.withUnsafeBufferPointer { $0.baseAddress.map { memcmp($0 + own.lowerBound, base, own.count) == 0 } ?? false }
    }

    private mutating func addSlot(_ key: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ object: Int) -> Int {
        var slot = GateSlot(.object(object))
        slot.key = keyBytes.count..<keyBytes.count + key.count
        keyBytes.append(contentsOf: key)
        slot.isRest = objects[object].isSealed
        slot.alike = objects[object].lookup.updateValue(slots.count, forKey: hash) ?? -1
        objects[object].members.append(slots.count)
        slots.append(slot)
        return slots.count - 1
    }

    mutating func see(_ slot: Int, in visit: Int) -> Bool {
        defer { slots[slot].visit = visit }
        return slots[slot].visit == visit
    }

    /// Notes that a row of a table has a field that it must have.
    mutating func note(_ required: Int, table: Int, row: Int) { tables[table].seen[required] = row }

    /// Notes that a table, which is new, was left out.
    mutating func noteDiscarded(_ table: Int) {
        guard !tables[table].wasDiscarded else { return }
        tables[table].wasDiscarded = true
        discardedTables.insert(path(ofTable: table))
    }

    // MARK: Growth

    mutating func object(at slot: Int) -> Int {
        if slots[slot].object < 0 {
            slots[slot].object = objects.count
            objects.append(GateObject(table: table(of: slot), depth: depth(of: slot) + 1, slot: slot))
        }
        return slots[slot].object
    }

    mutating func array(at slot: Int) -> Int {
        if slots[slot].array < 0 {
            let isCommitted = context.known[path(of: slot).appending(.element)] != nil
            slots[slot].array = addTable(slot: slot, depth: depth(of: slot) + 1, isCommitted: isCommitted)
        }
        return slots[slot].array
    }

    private mutating func addTable(slot: Int, depth: Int, isCommitted: Bool) -> Int {
        let index = tables.count
        let path = slot < 0 ? FieldPath() : path(of: slot).appending(.element)
        let owned = context.contract(of: path)
        var table = GateTable(slot: slot, contract: owned.contract, contractOwner: owned.owner, isCommitted: isCommitted)
        table.element = slots.count
        slots.append(GateSlot(.table(index)))
        table.root = objects.count
        objects.append(GateObject(table: index, depth: depth, slot: -1))
        table.hasHints = context.hints.contains { $0.field.tablePath == path }
        if table.contract.dataType != .evolve {
            table.required = context.hints.indices.filter { context.hints[$0].isNullable == false && context.hints[$0].field.tablePath == path }
            table.seen = table.required.map { _ in 0 }
        }
        tables.append(table)
        return index
    }

    // MARK: What is committed

    private mutating func seed(_ known: KnownTable) {
        guard let table = table(at: known.version.path) else { return }
        for (index, column) in known.version.columns.enumerated() {
            guard let path = column.path else { continue }
            var object = tables[table].root
            let keys = path.steps.dropFirst(known.version.path.steps.count)
            if keys.isEmpty, !column.isRest { take(column, index, at: tables[table].element) }
            for (place, step) in keys.enumerated() {
                guard case .key(let key) = step else { break }
                let slot = slot(named: key, of: object)
                if place == keys.count - 1, !column.isRest { take(column, index, at: slot) } else { object = self.object(at: slot) }
            }
            if column.isRest { maps.append(object) }
        }
    }

    private mutating func take(_ column: Column, _ index: Int, at slot: Int) {
        if column.type == .json {
            slots[slot].hasJSON = true
        } else {
            slots[slot].scalarType = column.type
            slots[slot].scalarColumn = index
        }
    }

    private mutating func slot(named key: String, of object: Int) -> Int {
        var expected = 0
        return Array(key.utf8).withUnsafeBufferPointer { slot($0, of: object, expected: &expected) }
    }

    private mutating func table(at path: FieldPath) -> Int? {
        var table = 0, slot = -1
        for step in path.steps {
            switch step {
            case .key(let key): slot = self.slot(named: key, of: slot < 0 ? tables[table].root : object(at: slot))
            case .element:
                table = array(at: slot < 0 ? tables[table].element : slot)
                slot = -1
            }
        }
        return slot < 0 ? table : nil
    }
}
