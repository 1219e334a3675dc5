import LakeJSON
import LakeModel

// The shape cache. Records of a page share their keys and mostly their order, so each object of a table has a list of
// the keys it was seen with, in order; a record's keys are compared with that list one by one and land straight at
// their leaf, their object or their child table. Everything here is plain memory: walking a record touches no
// reference count and makes no object. Each shape is allocated on its own, so pointers to shapes stay valid.

/// A key of an object and what was found behind it. One key can have all four: a leaf for scalars and null, a leaf for
/// values kept as JSON, an object, a child table. Where the definition keeps the whole value as JSON, both leaves are one.
struct KeySlot {
    var bytes: UnsafeMutablePointer<UInt8>
    var length: Int
    var leaf: Int32
    var jsonLeaf: Int32
    var object: UnsafeMutablePointer<ObjectShape>?
    var array: UnsafeMutablePointer<TableShape>?
    /// The visit of the object in which the key was seen last: tells duplicate keys.
    var visit: UInt64
}

/// The objects at one path.
struct ObjectShape {
    var index: Int
    var table: UnsafeMutablePointer<TableShape>
    /// Objects and arrays between the record and here.
    var depth: Int
    var slots: UnsafeMutablePointer<KeySlot>
    var slotCount: Int
    var slotCapacity: Int
    /// Open addressing over the slots by key hash; -1 is empty.
    var buckets: UnsafeMutablePointer<Int32>
    var bucketMask: Int
    var visit: UInt64
    /// Past this many keys, further ones go into one leaf as JSON.
    var keyLimit: Int
    var restLeaf: Int32
}

/// A table: the root's, or that of the arrays at one path.
struct TableShape {
    var index: Int
    var parent: UnsafeMutablePointer<TableShape>?
    var root: UnsafeMutablePointer<ObjectShape>
    /// For elements that are no objects.
    var valueLeaf: Int32
    var valueJSONLeaf: Int32
    /// For elements that are arrays.
    var inner: UnsafeMutablePointer<TableShape>?
    /// Whether elements that are objects are kept as JSON too.
    var keepsObjects = false
    var leafCount: Int
    /// Rows of this table in this load, before this page.
    var rowsBefore: Int
    var rows: Growing<Row>
    var cells: Growing<Cell>
    /// By leaf, of this page.
    var facts: Growing<ColumnFacts>
    /// By leaf, of this page: how many values other than null.
    var values: Growing<UInt32>
    /// By leaf: whether earlier pages or loads had a value other than null there.
    var hadValues: Growing<Bool>
}

/// A growing block of plain values.
struct Growing<T: BitwiseCopyable> {
    var base: UnsafeMutablePointer<T>
    var count = 0
    var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    @inline(__always) mutating func append(_ value: T) {
        if count == capacity { grow() }
        base[count] = value
        count += 1
    }

    /// More than this is kept from one page to the next only where pages need it.
    static var keptBytes: Int { 2 << 20 }

    /// Empties the block for the next page. What one unusual page made large is given back as soon as a page has used
    /// less than a quarter of it.
    mutating func startPage() {
        if capacity * MemoryLayout<T>.stride > Self.keptBytes, count < capacity / 4 {
            base.deallocate()
            self = Growing(capacity: max(64, 2 * count))
        }
        count = 0
    }

    @inline(never) private mutating func grow() {
        let larger = UnsafeMutablePointer<T>.allocate(capacity: capacity * 2)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

/// Owns the shapes of one resource, and knows their names and paths.
final class ShapeStore {
    struct TableName { var path: FieldPath; var pieces: [String]; var parent: Int? }

    private(set) var tables: [UnsafeMutablePointer<TableShape>] = []
    private(set) var tableNames: [TableName] = []
    private(set) var leafNames: [[LeafInfo]] = []
    private var objects: [UnsafeMutablePointer<ObjectShape>] = []
    private var objectPaths: [(path: FieldPath, pieces: [String])] = []
    private let limits: NormalizeLimits
    private let hints: ColumnHints
    /// Set once what earlier loads have settled is laid out: it counts before the hints.
    private var isSettled = false

    init(limits: NormalizeLimits, hints: ColumnHints = ColumnHints()) {
        self.limits = limits
        self.hints = hints
        _ = addTable(path: FieldPath(), pieces: [], parent: nil, depth: 0)
    }

    deinit {
        for shape in objects {
            for i in 0..<shape.pointee.slotCount { shape.pointee.slots[i].bytes.deallocate() }
            shape.pointee.slots.deallocate()
            shape.pointee.buckets.deallocate()
            shape.deallocate()
        }
        for table in tables {
            table.pointee.rows.base.deallocate()
            table.pointee.cells.base.deallocate()
            table.pointee.facts.base.deallocate()
            table.pointee.values.base.deallocate()
            table.pointee.hadValues.base.deallocate()
            table.deallocate()
        }
    }

    private func addTable(path: FieldPath, pieces: [String], parent: Int?, depth: Int) -> UnsafeMutablePointer<TableShape> {
        let table = UnsafeMutablePointer<TableShape>.allocate(capacity: 1)
        let root = addObject(in: table, path: path, pieces: [], depth: depth, keyLimit: limits.keysPerRecord)
        table.initialize(to: TableShape(
            index: tables.count, parent: parent.map { tables[$0] }, root: root, valueLeaf: -1, valueJSONLeaf: -1, inner: nil, leafCount: 0,
            rowsBefore: 0, rows: Growing(capacity: 64), cells: Growing(capacity: 512), facts: Growing(capacity: 16),
            values: Growing(capacity: 16), hadValues: Growing(capacity: 16)))
        tables.append(table)
        tableNames.append(TableName(path: path, pieces: pieces, parent: parent))
        leafNames.append([])
        if isSettled { keepElementsWhole(table) }
        return table
    }

    private func addObject(
        in table: UnsafeMutablePointer<TableShape>, path: FieldPath, pieces: [String], depth: Int, keyLimit: Int
    ) -> UnsafeMutablePointer<ObjectShape> {
        let shape = UnsafeMutablePointer<ObjectShape>.allocate(capacity: 1)
        let buckets = UnsafeMutablePointer<Int32>.allocate(capacity: 32)
        buckets.initialize(repeating: -1, count: 32)
        shape.initialize(to: ObjectShape(
            index: objects.count, table: table, depth: depth, slots: .allocate(capacity: 16), slotCount: 0, slotCapacity: 16,
            buckets: buckets, bucketMask: 31, visit: 0, keyLimit: keyLimit, restLeaf: -1))
        objects.append(shape)
        objectPaths.append((path, pieces))
        return shape
    }

    private func addLeaf(
        _ table: UnsafeMutablePointer<TableShape>, _ path: FieldPath, _ pieces: [String], isJSON: Bool, isRest: Bool = false
    ) -> Int32 {
        let name = LeafInfo(path: path, pieces: pieces, isJSON: isJSON, isRest: isRest)
        leafNames[table.pointee.index].append(name)
        table.pointee.facts.append(ColumnFacts())
        table.pointee.values.append(0)
        // A leaf of a type that the definition gives never becomes the one for JSON.
        let isTyped = !isJSON && hints.type(of: name, in: tableNames[table.pointee.index].path) != nil
        table.pointee.hadValues.append(isTyped)
        table.pointee.leafCount += 1
        return Int32(table.pointee.leafCount - 1)
    }

    // MARK: Growth, once per new key or path

    /// The slot of a key that the object has not had yet.
    func addSlot(_ shape: UnsafeMutablePointer<ObjectShape>, _ key: UnsafePointer<UInt8>, _ length: Int) -> Int {
        if shape.pointee.slotCount == shape.pointee.slotCapacity { growSlots(shape) }
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, length))
        bytes.update(from: key, count: length)
        let index = shape.pointee.slotCount
        (shape.pointee.slots + index).initialize(
            to: KeySlot(bytes: bytes, length: length, leaf: -1, jsonLeaf: -1, object: nil, array: nil, visit: 0))
        shape.pointee.slotCount += 1
        insertBucket(shape, index)
        if isSettled { keepWhole(shape, slot: index) }
        return index
    }

    private func growSlots(_ shape: UnsafeMutablePointer<ObjectShape>) {
        let capacity = shape.pointee.slotCapacity * 2
        let slots = UnsafeMutablePointer<KeySlot>.allocate(capacity: capacity)
        slots.moveInitialize(from: shape.pointee.slots, count: shape.pointee.slotCount)
        shape.pointee.slots.deallocate()
        shape.pointee.slots = slots
        shape.pointee.slotCapacity = capacity
        let buckets = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
        buckets.initialize(repeating: -1, count: capacity * 2)
        shape.pointee.buckets.deallocate()
        shape.pointee.buckets = buckets
        shape.pointee.bucketMask = capacity * 2 - 1
        for i in 0..<shape.pointee.slotCount { insertBucket(shape, i) }
    }

    private func insertBucket(_ shape: UnsafeMutablePointer<ObjectShape>, _ index: Int) {
        let slot = shape.pointee.slots[index]
        var b = Int(truncatingIfNeeded: fastHash(slot.bytes, slot.length)) & shape.pointee.bucketMask
        while shape.pointee.buckets[b] >= 0 { b = (b + 1) & shape.pointee.bucketMask }
        shape.pointee.buckets[b] = Int32(index)
    }

    func addLeaf(_ shape: UnsafeMutablePointer<ObjectShape>, slot: Int, isJSON: Bool) {
        let (path, pieces) = place(shape, slot)
        let leaf = addLeaf(shape.pointee.table, path, pieces, isJSON: isJSON)
        if isJSON { shape.pointee.slots[slot].jsonLeaf = leaf } else { shape.pointee.slots[slot].leaf = leaf }
    }

    func addRestLeaf(_ shape: UnsafeMutablePointer<ObjectShape>) {
        let (path, pieces) = objectPaths[shape.pointee.index]
        shape.pointee.restLeaf = addLeaf(shape.pointee.table, path, pieces + ["rest"], isJSON: true, isRest: true)
    }

    /// An element that is no object: a scalar, or an array that is kept as JSON. That one bears the name which its table
    /// would have, as with dlt.
    func addValueLeaf(_ table: UnsafeMutablePointer<TableShape>, isJSON: Bool) {
        let path = tableNames[table.pointee.index].path
        let leaf = addLeaf(table, path, [isJSON ? "list" : "value"], isJSON: isJSON)
        if isJSON { table.pointee.valueJSONLeaf = leaf } else { table.pointee.valueLeaf = leaf }
    }

    /// A leaf that has held nothing but null becomes the leaf for JSON, so that a null does not take its name away.
    func turnIntoJSON(_ table: UnsafeMutablePointer<TableShape>, _ leaf: Int32) {
        leafNames[table.pointee.index][Int(leaf)].isJSON = true
        if leafNames[table.pointee.index][Int(leaf)].path == tableNames[table.pointee.index].path {
            leafNames[table.pointee.index][Int(leaf)].pieces = ["list"]
        }
    }

    func addObject(_ shape: UnsafeMutablePointer<ObjectShape>, slot: Int) {
        let (path, pieces) = place(shape, slot)
        shape.pointee.slots[slot].object = addObject(
            in: shape.pointee.table, path: path, pieces: pieces, depth: shape.pointee.depth + 1, keyLimit: limits.keysPerObject)
    }

    func addArray(_ shape: UnsafeMutablePointer<ObjectShape>, slot: Int) {
        let (path, pieces) = place(shape, slot)
        let table = shape.pointee.table.pointee.index
        shape.pointee.slots[slot].array = addTable(
            path: path.appending(.element), pieces: tableNames[table].pieces + pieces, parent: table, depth: shape.pointee.depth + 1)
    }

    func addInner(_ table: UnsafeMutablePointer<TableShape>) {
        let name = tableNames[table.pointee.index]
        table.pointee.inner = addTable(
            path: name.path.appending(.element), pieces: name.pieces + ["list"], parent: table.pointee.index,
            depth: table.pointee.root.pointee.depth + 1)
    }

    private func place(_ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int) -> (FieldPath, [String]) {
        let s = shape.pointee.slots[slot]
        let key = String(decoding: UnsafeBufferPointer(start: s.bytes, count: s.length), as: UTF8.self)
        let (path, pieces) = objectPaths[shape.pointee.index]
        return (path.appending(.key(key)), pieces + [Names.piece(key)])
    }

    // MARK: What is known from earlier loads

    /// Lays out the place of a known column, so that its path keeps its treatment: what was taken apart is taken apart,
    /// what was kept as JSON stays JSON, and the first keys of an object used as a map keep their columns.
    func seed(_ column: KnownColumn) {
        guard let table = seedTable(column.table) else { return }
        let steps = column.path.steps.dropFirst(column.table.steps.count)
        var shape = table.pointee.root
        let leaves = table.pointee.leafCount
        defer {
            for leaf in leaves..<table.pointee.leafCount where !column.isNullOnly { table.pointee.hadValues.base[leaf] = true }
        }
        if steps.isEmpty, !column.isRest {
            if column.isJSON ? table.pointee.valueJSONLeaf < 0 : table.pointee.valueLeaf < 0 { addValueLeaf(table, isJSON: column.isJSON) }
            return
        }
        for (i, step) in steps.enumerated() {
            guard case .key(let key) = step else { return }
            let slot = slot(named: key, shape)
            if i == steps.count - 1, !column.isRest {
                let s = shape.pointee.slots[slot]
                if column.isJSON ? s.jsonLeaf < 0 : s.leaf < 0 { addLeaf(shape, slot: slot, isJSON: column.isJSON) }
                return
            }
            if shape.pointee.slots[slot].object == nil { addObject(shape, slot: slot) }
            guard let next = shape.pointee.slots[slot].object else { return }
            shape = next
        }
        if column.isRest, shape.pointee.restLeaf < 0 { addRestLeaf(shape) }
    }

    /// Ends the laying out. An object that has a column for its further keys takes no more keys of its own: they are in
    /// that column. Hints hold from here on.
    func settle() {
        for shape in objects where shape.pointee.restLeaf >= 0 { shape.pointee.keyLimit = shape.pointee.slotCount }
        isSettled = true
        guard !hints.isEmpty else { return }
        for table in tables { keepElementsWhole(table) }
        for shape in objects { for slot in 0..<shape.pointee.slotCount { keepWhole(shape, slot: slot) } }
    }

    // MARK: What the definition keeps as JSON

    /// Gives the key one leaf for whatever it holds, where the definition says so. What earlier loads have taken apart is
    /// taken apart; scalars that have a column of their own keep it, and everything else is JSON.
    private func keepWhole(_ shape: UnsafeMutablePointer<ObjectShape>, slot: Int) {
        guard !hints.isEmpty else { return }
        let (path, pieces) = place(shape, slot)
        let table = shape.pointee.table
        guard hints.keepsWhole(path, pieces, in: tableNames[table.pointee.index].path) else { return }
        let known = shape.pointee.slots[slot]
        guard known.object == nil, known.array == nil else { return }
        if known.jsonLeaf < 0 {
            if known.leaf >= 0, !table.pointee.hadValues.base[Int(known.leaf)] {
                turnIntoJSON(table, known.leaf)
                shape.pointee.slots[slot].jsonLeaf = known.leaf
            } else {
                addLeaf(shape, slot: slot, isJSON: true)
            }
        }
        if known.leaf < 0 { shape.pointee.slots[slot].leaf = shape.pointee.slots[slot].jsonLeaf }
    }

    /// The same for the elements of arrays.
    private func keepElementsWhole(_ table: UnsafeMutablePointer<TableShape>) {
        let path = tableNames[table.pointee.index].path
        guard !hints.isEmpty, table.pointee.inner == nil, hints.keepsWhole(path, ["value"], in: path) else { return }
        let known = table.pointee.valueLeaf
        if table.pointee.valueJSONLeaf < 0 {
            if known >= 0, !table.pointee.hadValues.base[Int(known)] {
                turnIntoJSON(table, known)
                table.pointee.valueJSONLeaf = known
            } else {
                addValueLeaf(table, isJSON: true)
            }
        }
        if known < 0 { table.pointee.valueLeaf = table.pointee.valueJSONLeaf }
        // Records are rows, and so are objects that earlier loads have taken apart.
        table.pointee.keepsObjects = table.pointee.parent != nil && table.pointee.root.pointee.slotCount == 0 && hints.keepsElementsWhole(path)
    }

    /// The table of the arrays at `path`, made where it is new.
    private func seedTable(_ path: FieldPath) -> UnsafeMutablePointer<TableShape>? {
        var table = tables[0]
        var shape = table.pointee.root
        var steps = path.steps[...]
        while let step = steps.popFirst() {
            if step == .element {
                if table.pointee.inner == nil { addInner(table) }
                guard let inner = table.pointee.inner else { return nil }
                table = inner
                shape = inner.pointee.root
            } else if case .key(let key) = step {
                let slot = slot(named: key, shape)
                if steps.first == .element {
                    steps = steps.dropFirst()
                    if shape.pointee.slots[slot].array == nil { addArray(shape, slot: slot) }
                    guard let array = shape.pointee.slots[slot].array else { return nil }
                    table = array
                    shape = array.pointee.root
                } else {
                    if shape.pointee.slots[slot].object == nil { addObject(shape, slot: slot) }
                    guard let object = shape.pointee.slots[slot].object else { return nil }
                    shape = object
                }
            }
        }
        return table
    }

    private func slot(named key: String, _ shape: UnsafeMutablePointer<ObjectShape>) -> Int {
        let text = Array(key.utf8)
        for i in 0..<shape.pointee.slotCount {
            let slot = shape.pointee.slots[i]
            if slot.length == text.count, UnsafeBufferPointer(start: slot.bytes, count: slot.length).elementsEqual(text) { return i }
        }
        return text.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
                guard let p = bytes.baseAddress ?? UnsafePointer(empty.baseAddress) else { return 0 }
                return addSlot(shape, p, text.count)
            }
        }
    }
}
