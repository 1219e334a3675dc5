import LakeJSON
import LakeModel

/// Walks the records of one page and lays their values down as cells.
///
/// `{"id":7,"tags":[{"name":"vip"}]}` becomes the row `(id → token of 7)` of the root table and the row
/// `(name → token of "vip")` of `…__tags`, whose parent is the root's row.
///
/// Its methods on the way of each key are `mutating`, also those that change nothing of it: for the call of another kind
/// the compiler would copy the whole value.
struct Walk {
    let tokens: UnsafePointer<Token>
    let bytes: UnsafePointer<UInt8>
    let store: ShapeStore
    let maxNesting: Int
    private let positions: ListPositions
    private let hasPositions: Bool
    /// Index of the record in the page.
    var record: UInt32 = 0
    /// `_row_number` of the record's row.
    var rootRow = 0
    /// Set when an object has a key twice: the record is walked again with `takesLast`.
    var sawDuplicateKey = false
    /// Of two equal keys take the last; costs a search per key.
    var takesLast = false
    var counts = SideCounts()
    var blobs: [BlobRange] = []
    var blobBytes: [UInt8] = []

    init(
        tokens: UnsafePointer<Token>, bytes: UnsafePointer<UInt8>, store: ShapeStore, maxNesting: Int, positions: ListPositions = ListPositions()
    ) {
        self.tokens = tokens
        self.bytes = bytes
        self.store = store
        self.maxNesting = maxNesting
        self.positions = positions
        hasPositions = !positions.isEmpty
    }

    /// One record: an object, or a scalar of an array of scalars.
    mutating func walkRecord(_ token: Int) {
        let table = store.tables[0]
        rootRow = table.pointee.rowsBefore + table.pointee.rows.count + 1
        takesLast = false
        sawDuplicateKey = false
        let countsBefore = counts, blobsBefore = blobs.count, blobBytesBefore = blobBytes.count
        walkElement(token, table, parentRow: 0, listIndex: 0)
        guard sawDuplicateKey else { return }
        takeBackRecord()
        counts = countsBefore
        blobs.removeLast(blobs.count - blobsBefore)
        blobBytes.removeLast(blobBytes.count - blobBytesBefore)
        takesLast = true
        walkElement(token, table, parentRow: 0, listIndex: 0)
    }

    /// Removes every row of the current record.
    private func takeBackRecord() {
        for table in store.tables {
            while table.pointee.rows.count > 0, table.pointee.rows.base[table.pointee.rows.count - 1].record == record {
                table.pointee.rows.count -= 1
                table.pointee.cells.count = Int(table.pointee.rows.base[table.pointee.rows.count].firstCell)
            }
        }
    }

    private mutating func walkElement(_ token: Int, _ table: UnsafeMutablePointer<TableShape>, parentRow: Int, listIndex: UInt32) {
        let rowIndex = table.pointee.rows.count
        table.pointee.rows.append(Row(
            firstCell: UInt32(table.pointee.cells.count), cellCount: 0, record: record, listIndex: listIndex,
            parentRowNumber: parentRow, rootRowNumber: parentRow == 0 ? 0 : rootRow))
        let rowNumber = table.pointee.rowsBefore + rowIndex + 1
        switch tokens[token].kind {
        case .object where table.pointee.keepsObjects: addJSONValue(token, table)
        case .object: walkObject(token, table.pointee.root, rowNumber)
        case .array: walkInnerArray(token, table, rowNumber)
        default: addValue(token, table)
        }
        table.pointee.rows.base[rowIndex].cellCount = UInt32(table.pointee.cells.count) - table.pointee.rows.base[rowIndex].firstCell
    }

    private mutating func addValue(_ token: Int, _ table: UnsafeMutablePointer<TableShape>) {
        var leaf = table.pointee.valueLeaf
        if leaf < 0, tokens[token].kind == .null { leaf = table.pointee.valueJSONLeaf }
        if leaf < 0 {
            store.addValueLeaf(table, isJSON: false)
            leaf = table.pointee.valueLeaf
        }
        table.pointee.cells.append(Cell(leaf: UInt32(leaf), source: UInt32(token)))
    }

    private mutating func walkInnerArray(_ token: Int, _ table: UnsafeMutablePointer<TableShape>, _ rowNumber: Int) {
        if table.pointee.inner == nil, table.pointee.valueJSONLeaf >= 0 || table.pointee.root.pointee.depth >= maxNesting {
            return addJSONValue(token, table)
        }
        if tokens[token].next == token + 1 { counts.emptyContainers += 1; return }
        if table.pointee.inner == nil { store.addInner(table) }
        guard let inner = table.pointee.inner else { return }
        walkElements(token, inner, rowNumber)
    }

    private mutating func addJSONValue(_ token: Int, _ table: UnsafeMutablePointer<TableShape>) {
        if table.pointee.valueJSONLeaf < 0 {
            let leaf = table.pointee.valueLeaf
            if leaf >= 0, holdsOnlyNull(table, leaf) {
                store.turnIntoJSON(table, leaf)
                table.pointee.valueJSONLeaf = leaf
                table.pointee.valueLeaf = -1
            } else {
                store.addValueLeaf(table, isJSON: true)
            }
        }
        table.pointee.cells.append(Cell(leaf: UInt32(table.pointee.valueJSONLeaf), source: UInt32(token)))
    }

    private mutating func walkElements(_ array: Int, _ table: UnsafeMutablePointer<TableShape>, _ rowNumber: Int) {
        if hasPositions { return walkWhatIsLeft(of: array, table, rowNumber) }
        let end = Int(tokens[array].next)
        var element = array + 1
        var listIndex: UInt32 = 0
        while element < end {
            walkElement(element, table, parentRow: rowNumber, listIndex: listIndex)
            element = Int(tokens[element].next)
            listIndex += 1
        }
    }

    /// The elements of a list of which others may have been left out: each keeps its place in the source.
    @inline(never)
    private mutating func walkWhatIsLeft(of array: Int, _ table: UnsafeMutablePointer<TableShape>, _ rowNumber: Int) {
        let end = Int(tokens[array].next)
        var element = array + 1, listIndex: UInt32 = 0, entry = positions.first(from: element)
        while element < end {
            while entry < positions.entries.count, Int(positions.entries[entry].token) < element { entry += 1 }
            if entry < positions.entries.count, Int(positions.entries[entry].token) == element { listIndex = positions.entries[entry].position }
            walkElement(element, table, parentRow: rowNumber, listIndex: listIndex)
            element = Int(tokens[element].next)
            listIndex += 1
        }
    }

    private mutating func walkObject(_ object: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ rowNumber: Int) {
        shape.pointee.visit += 1
        let visit = shape.pointee.visit
        let end = Int(tokens[object].next)
        var key = object + 1
        var expected = 0
        var rest: [Int] = []
        let overridden = takesLast ? overriddenKeys(of: object) : []
        while key < end {
            let value = key + 1
            let next = Int(tokens[value].next)
            if takesLast, overridden.contains(key) {
                counts.duplicateKeys += 1
            } else if let slot = slot(of: key, shape, expected) {
                expected = slot + 1
                if shape.pointee.slots[slot].visit == visit { sawDuplicateKey = true }
                shape.pointee.slots[slot].visit = visit
                walkValue(value, shape, slot, rowNumber)
            } else {
                rest.append(key)
            }
            key = next
        }
        if !rest.isEmpty { addRest(rest, shape) }
    }

    @inline(__always)
    private mutating func walkValue(_ value: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int, _ rowNumber: Int) {
        switch tokens[value].kind {
        case .object: walkNested(value, shape, slot, rowNumber)
        case .array: walkArray(value, shape, slot, rowNumber)
        default:
            var leaf = shape.pointee.slots[slot].leaf
            if leaf < 0 { leaf = newLeaf(value, shape, slot) }
            shape.pointee.table.pointee.cells.append(Cell(leaf: UInt32(leaf), source: UInt32(value)))
        }
    }

    /// The leaf of the first scalar of a key. A null beside values kept as JSON belongs to them.
    @inline(never)
    private mutating func newLeaf(_ value: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int) -> Int32 {
        if tokens[value].kind == .null, shape.pointee.slots[slot].jsonLeaf >= 0 { return shape.pointee.slots[slot].jsonLeaf }
        store.addLeaf(shape, slot: slot, isJSON: false)
        return shape.pointee.slots[slot].leaf
    }

    private mutating func walkNested(_ value: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int, _ rowNumber: Int) {
        let known = shape.pointee.slots[slot]
        if known.object == nil, known.jsonLeaf >= 0 || shape.pointee.depth >= maxNesting { return addJSON(value, shape, slot) }
        if tokens[value].next == value + 1 { counts.emptyContainers += 1; return }
        if known.object == nil { store.addObject(shape, slot: slot) }
        guard let nested = shape.pointee.slots[slot].object else { return }
        walkObject(value, nested, rowNumber)
    }

    private mutating func walkArray(_ value: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int, _ rowNumber: Int) {
        let known = shape.pointee.slots[slot]
        if known.array == nil, known.jsonLeaf >= 0 || shape.pointee.depth >= maxNesting { return addJSON(value, shape, slot) }
        if tokens[value].next == value + 1 { counts.emptyContainers += 1; return }
        if known.array == nil { store.addArray(shape, slot: slot) }
        guard let table = shape.pointee.slots[slot].array else { return }
        walkElements(value, table, rowNumber)
    }

    private mutating func addJSON(_ value: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ slot: Int) {
        if shape.pointee.slots[slot].jsonLeaf < 0 {
            let leaf = shape.pointee.slots[slot].leaf
            if leaf >= 0, holdsOnlyNull(shape.pointee.table, leaf) {
                store.turnIntoJSON(shape.pointee.table, leaf)
                shape.pointee.slots[slot].jsonLeaf = leaf
                shape.pointee.slots[slot].leaf = -1
            } else {
                store.addLeaf(shape, slot: slot, isJSON: true)
            }
        }
        shape.pointee.table.pointee.cells.append(Cell(leaf: UInt32(shape.pointee.slots[slot].jsonLeaf), source: UInt32(value)))
    }

    /// Whether a leaf has never had another value than null, this page so far included. Asked once per leaf at most.
    @inline(never)
    private mutating func holdsOnlyNull(_ table: UnsafeMutablePointer<TableShape>, _ leaf: Int32) -> Bool {
        if table.pointee.hadValues.base[Int(leaf)] { return false }
        for i in 0..<table.pointee.cells.count {
            let cell = table.pointee.cells.base[i]
            if cell.leaf == UInt32(leaf), tokens[Int(cell.source)].kind != .null { return false }
        }
        return true
    }

    // MARK: Keys

    /// The slot of a key: the one expected, one of the next few, or by hash; nil where the object has too many keys.
    @inline(__always)
    private mutating func slot(of key: Int, _ shape: UnsafeMutablePointer<ObjectShape>, _ expected: Int) -> Int? {
        if tokens[key].isEscaped { return escapedSlot(key, shape) }
        let p = bytes + Int(tokens[key].offset)
        let length = Int(tokens[key].length)
        let slots = shape.pointee.slots
        let last = min(expected + 3, shape.pointee.slotCount)
        var i = expected
        while i < last {
            if slots[i].length == length, equal(slots[i].bytes, p, length) { return i }
            i += 1
        }
        return searchSlot(p, length, shape)
    }

    @inline(never)
    private mutating func searchSlot(_ p: UnsafePointer<UInt8>, _ length: Int, _ shape: UnsafeMutablePointer<ObjectShape>) -> Int? {
        var b = Int(truncatingIfNeeded: fastHash(p, length)) & shape.pointee.bucketMask
        while shape.pointee.buckets[b] >= 0 {
            let i = Int(shape.pointee.buckets[b])
            if shape.pointee.slots[i].length == length, equal(shape.pointee.slots[i].bytes, p, length) { return i }
            b = (b + 1) & shape.pointee.bucketMask
        }
        return shape.pointee.slotCount < shape.pointee.keyLimit ? store.addSlot(shape, p, length) : nil
    }

    /// Slots hold keys unescaped, so that two spellings of a key are one.
    @inline(never)
    private mutating func escapedSlot(_ key: Int, _ shape: UnsafeMutablePointer<ObjectShape>) -> Int? {
        let text = unescapedKey(key)
        return text.withUnsafeBufferPointer { $0.baseAddress.flatMap { searchSlot($0, text.count, shape) } }
    }

    private func unescapedKey(_ key: Int) -> [UInt8] {
        let length = Int(tokens[key].length)
        let p = bytes + Int(tokens[key].offset)
        guard tokens[key].isEscaped else { return Array(UnsafeBufferPointer(start: p, count: length)) }
        return Array(unsafeUninitializedCapacity: max(1, length)) { out, count in
            if let base = out.baseAddress { count = unescape(p, length, into: base, keepingNUL: true).written }
        }
    }

    /// The keys of an object that stand in it once more, further back.
    @inline(never)
    private mutating func overriddenKeys(of object: Int) -> Set<Int> {
        var latest: [[UInt8]: Int] = [:]
        var overridden: Set<Int> = []
        let end = Int(tokens[object].next)
        var key = object + 1
        while key < end {
            if let earlier = latest.updateValue(key, forKey: unescapedKey(key)) { overridden.insert(earlier) }
            key = Int(tokens[key + 1].next)
        }
        return overridden
    }

    /// The value of a key of an object; of two equal keys the last one.
    func member(_ name: String, of object: Int) -> Int? {
        var name = name
        let end = Int(tokens[object].next)
        return name.withUTF8 { wanted in
            var found: Int?
            var key = object + 1
            while key < end {
                let t = tokens[key]
                if t.isEscaped ? unescapedKey(key).elementsEqual(wanted) : matches(t, wanted) { found = key + 1 }
                key = Int(tokens[key + 1].next)
            }
            return found
        }
    }

    @inline(__always)
    private func matches(_ key: Token, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(key.length) == wanted.count else { return false }
        guard let base = wanted.baseAddress else { return true }
        return equal(bytes + Int(key.offset), base, wanted.count)
    }

    // MARK: Objects used as maps

    /// The keys past the limit as one JSON object: `{"k201":1,"k202":2}`.
    private mutating func addRest(_ keys: [Int], _ shape: UnsafeMutablePointer<ObjectShape>) {
        let start = blobBytes.count
        var seen: Set<[UInt8]> = []
        var pieces: [Int] = []
        for key in keys.reversed() {  // Of two equal keys the last one counts.
            if seen.insert(unescapedKey(key)).inserted { pieces.append(key) } else { counts.duplicateKeys += 1 }
        }
        blobBytes.append(UInt8(ascii: "{"))
        for key in pieces.reversed() {
            if blobBytes.count > start + 1 { blobBytes.append(UInt8(ascii: ",")) }
            counts.replacedInRest += CompactJSON.append(key, tokens, bytes, to: &blobBytes)
            blobBytes.append(UInt8(ascii: ":"))
            counts.replacedInRest += CompactJSON.append(key + 1, tokens, bytes, to: &blobBytes)
        }
        blobBytes.append(UInt8(ascii: "}"))
        counts.restKeys += pieces.count
        if shape.pointee.restLeaf < 0 { store.addRestLeaf(shape) }
        shape.pointee.table.pointee.cells.append(Cell(leaf: UInt32(shape.pointee.restLeaf), source: Cell.blobBit | UInt32(blobs.count)))
        blobs.append(BlobRange(start: start, count: blobBytes.count - start))
    }
}

/// A value that is no token of the page: bytes of the batch's own.
package struct BlobRange: Sendable {
    package var start: Int
    package var count: Int
}

@inline(__always)
func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let x = UnsafeRawPointer(a), y = UnsafeRawPointer(b)
    if count >= 8 {
        var i = 0
        while i + 8 <= count {
            if x.loadUnaligned(fromByteOffset: i, as: UInt64.self) != y.loadUnaligned(fromByteOffset: i, as: UInt64.self) { return false }
            i += 8
        }
        return x.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) == y.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }
    for i in 0..<count where a[i] != b[i] { return false }
    return true
}
