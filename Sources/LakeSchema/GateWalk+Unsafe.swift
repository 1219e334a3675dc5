import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource

/// A breach before it is known whether it counts: what is around it may yet be left out.
struct FoundBreach {
    var contract: BrokenContract
    var mode: SchemaContract.Mode
    /// Where the value stands; -1 for a field that is missing.
    var slot: Int32
    /// For a missing field: its place among the hints.
    var hint: Int32 = -1
    var table: Int32
    /// The value; the row, where there is none.
    var token: Int32
    /// Whether it is an object or array kept as JSON.
    var isWhole = false
    /// Whether the row in which it is goes.
    var takesRow = false
}

/// What was found in one row, and in the rows in it: so many breaches are kept as lists have room for, all are counted.
struct RowBreaches {
    /// In the order of the record, the first ones.
    private(set) var listed: [FoundBreach] = []
    private(set) var count = 0
    /// The first one that fails the resource.
    private(set) var frozen: FoundBreach?
    /// Those of the row itself for which it goes; of these none is frozen.
    private var taking: [FoundBreach] = []
    private var takingCount = 0

    var takesRow: Bool { takingCount > 0 }
    /// What is left where the row goes: what is found in it goes along.
    var ofRowThatGoes: RowBreaches {
        var breaches = RowBreaches()
        (breaches.listed, breaches.count) = (taking, takingCount)
        return breaches
    }

    mutating func add(_ breach: FoundBreach) {
        count += 1
        if listed.count < RecordBreaches.mostListed { listed.append(breach) }
        if breach.mode == .freeze, frozen == nil { frozen = breach }
        guard breach.takesRow else { return }
        takingCount += 1
        if taking.count < RecordBreaches.mostListed { taking.append(breach) }
    }

    /// Takes over what was found in a row below.
    mutating func add(_ inner: RowBreaches) {
        count += inner.count
        listed += inner.listed.prefix(RecordBreaches.mostListed - listed.count)
        frozen = frozen ?? inner.frozen
    }
}

/// Walks records as the normalizer will, and holds every value against its rule.
struct GateWalk {
    struct Counts {
        var values = 0, rows = 0, nulls = 0
    }

    var shapes: GateShapes
    /// Of the page so far.
    private(set) var edits = RecordEdits()
    /// Of the record last judged.
    private(set) var found = RowBreaches()
    private(set) var counts = Counts()

    private var tokens: UnsafePointer<Token>
    private var bytes: UnsafePointer<UInt8>
    private var page = Self.noPage
    private var tape = Self.noTape
    private static let noPage = PageBytes([]), noTape = Tape()
    /// Rows of this record so far, those of discarded arrays among them.
    private var rowsOfRecord = 0
    /// Tells rows and objects apart, over all records.
    private var lastRow = 0
    private var lastVisit = 0
    private var sawDuplicateKey = false
    /// Of two equal keys take the last; costs a search per key.
    private var takesLast = false
    /// By key that counts, the equal ones before it.
    private var overridden: [Int: [Int]] = [:]

    init(_ shapes: GateShapes) {
        self.shapes = shapes
        tokens = UnsafePointer(Self.noTape.tokens)
        bytes = Self.noPage.base
    }

    /// Holds the page and its tape until `end`.
    mutating func begin(_ page: PageBytes, _ tape: Tape) {
        self.page = page
        self.tape = tape
        tokens = UnsafePointer(tape.tokens)
        bytes = page.base
        edits = RecordEdits()
    }

    mutating func end() { begin(Self.noPage, Self.noTape) }

    /// - Returns: whether the record goes on, with the edits or without.
    mutating func judgeRecord(_ token: Int) -> Bool {
        let editsBefore = edits.count
        startRecord()
        let stays = judgeRow(token, table: 0)
        guard sawDuplicateKey else { return stays }
        edits.takeBack(to: editsBefore)
        startRecord()
        takesLast = true
        defer {
            takesLast = false
            overridden = [:]
        }
        return judgeRow(token, table: 0)
    }

    private mutating func startRecord() {
        found = RowBreaches()
        counts = Counts()
        rowsOfRecord = 0
        sawDuplicateKey = false
    }

    // MARK: Rows

    /// - Returns: whether the row goes on. What was found inside of a row that does not is forgotten with it.
    private mutating func judgeRow(_ token: Int, table: Int) -> Bool {
        lastRow += 1
        let row = lastRow
        let around = found, editsBefore = edits.count, countsBefore = counts, rowsBefore = rowsOfRecord
        found = RowBreaches()
        rowsOfRecord += 1
        if tokens[token].kind == .object, !shapes.keepsElements(table) {
            judgeObject(token, shapes.tables[table].root, row)
        } else {
            judgeValue(token, key: nil, slot: shapes.tables[table].element, row)
        }
        if !shapes.tables[table].required.isEmpty { judgeRequired(token, table, row) }
        let own = found
        found = around
        guard own.takesRow else {
            if own.count > 0 { found.add(own) }
            return true
        }
        found.add(own.ofRowThatGoes)
        edits.takeBack(to: editsBefore)
        counts = countsBefore
        if table != 0 {
            drop(token)
            counts.rows += rowsOfRecord - rowsBefore
        }
        return false
    }

    /// Fields that the definition calls not nullable.
    private mutating func judgeRequired(_ token: Int, _ table: Int, _ row: Int) {
        let mode = shapes.tables[table].contract.dataType
        for (place, hint) in shapes.tables[table].required.enumerated() where shapes.tables[table].seen[place] != row {
            // No value can be left out where there is none: the row goes.
            found.add(FoundBreach(
                contract: .nullable, mode: mode, slot: -1, hint: Int32(hint), table: Int32(table), token: Int32(token),
                takesRow: mode != .freeze))
        }
    }

    // MARK: Values

    // What follows tells whether anything of a value goes on.

    @discardableResult
    private mutating func judgeObject(_ object: Int, _ shape: Int, _ row: Int) -> Bool {
        lastVisit += 1
        let visit = lastVisit
        if takesLast { noteOverridden(object) }
        let end = Int(tokens[object].next)
        var key = object + 1, expected = 0, goesOn = false
        while key < end {
            let value = key + 1
            if !takesLast || overridden[key] != nil {
                let slot = slot(of: key, shape, &expected)
                if shapes.see(slot, in: visit) { sawDuplicateKey = true }
                if judgeValue(value, key: key, slot: slot, row) { goesOn = true }
            }
            key = Int(tokens[value].next)
        }
        return goesOn
    }

    @discardableResult
    private mutating func judgeValue(_ value: Int, key: Int?, slot: Int, _ row: Int) -> Bool {
        if !shapes.slots[slot].isResolved { shapes.resolve(slot) }
        let rules = shapes.slots[slot]
        switch tokens[value].kind {
        case .object, .array:
            let isObject = tokens[value].kind == .object
            if rules.keepsWhole, (isObject ? rules.object : rules.array) < 0 {
                return judgeLeaf(value, key, slot, rules.whole, isWhole: true, row)
            }
            return judgeContainer(value, key, slot, row)
        case .null:
            guard rules.leavesNullOut else { return true }
            counts.nulls += 1
            leaveOut(value, key)
            return false
        default: return judgeLeaf(value, key, slot, rules.scalar, isWhole: false, row)
        }
    }

    /// An object or array that is taken apart. Where nothing of it is left, its key goes too if it is a new one.
    private mutating func judgeContainer(_ value: Int, _ key: Int?, _ slot: Int, _ row: Int) -> Bool {
        let editsBefore = edits.count
        let isEmpty = Int(tokens[value].next) == value + 1
        if !isEmpty {
            note(slot, row)
            let goesOn = tokens[value].kind == .object
                ? judgeObject(value, shapes.object(at: slot), row) : judgeArray(value, key, slot, row)
            if goesOn { return true }
        }
        if let key, shapes.isUnwanted(slot) {
            if isEmpty { counts.nulls += 1 }
            edits.takeBack(to: editsBefore)
            drop(key)
        }
        return false
    }

    private mutating func judgeArray(_ array: Int, _ key: Int?, _ slot: Int, _ row: Int) -> Bool {
        let table = shapes.array(at: slot)
        let mode = shapes.tables[table].contract.tables
        let end = Int(tokens[array].next)
        var element = array + 1
        if shapes.tables[table].isCommitted || mode == .evolve {
            while element < end {
                _ = judgeRow(element, table: table)
                element = Int(tokens[element].next)
            }
            return true
        }
        found.add(FoundBreach(contract: .tables, mode: mode, slot: -1, table: Int32(table), token: Int32(array)))
        guard mode != .freeze else { return true }
        shapes.noteDiscarded(table)
        while element < end {
            counts.rows += 1
            rowsOfRecord += 1
            element = Int(tokens[element].next)
        }
        leaveOut(array, key)
        return false
    }

    private mutating func judgeLeaf(_ value: Int, _ key: Int?, _ slot: Int, _ rule: GateRule, isWhole: Bool, _ row: Int) -> Bool {
        switch rule {
        case .free: note(slot, row)
        case .type(let type):
            guard type.holds(ColumnFacts(ofValueAt: value, page, tape)) else {
                return breach(.dataType, value, key, slot, isWhole, row)
            }
            note(slot, row)
        case .untyped, .new: return breach(.columns, value, key, slot, isWhole, row)
        }
        return true
    }

    private mutating func note(_ slot: Int, _ row: Int) {
        let required = shapes.slots[slot].required
        if required >= 0 { shapes.note(required, table: shapes.table(of: slot), row: row) }
    }

    private mutating func breach(_ contract: BrokenContract, _ value: Int, _ key: Int?, _ slot: Int, _ isWhole: Bool, _ row: Int) -> Bool {
        let table = shapes.table(of: slot)
        let modes = shapes.tables[table].contract
        let mode = contract == .columns ? modes.columns : modes.dataType
        let takesRow = mode == .discardRow || (mode == .discardValue && shapes.slots[slot].isPinned)
        found.add(FoundBreach(
            contract: contract, mode: mode, slot: Int32(slot), table: Int32(table), token: Int32(value), isWhole: isWhole,
            takesRow: takesRow))
        // The row goes for the value that breaks its rule, not for its absence as well.
        note(slot, row)
        guard mode == .discardValue, !takesRow else { return true }
        counts.values += 1
        leaveOut(value, key)
        return false
    }

    private mutating func leaveOut(_ value: Int, _ key: Int?) {
        // An element that is no object: its row stays, without a value.
        if let key { drop(key) } else { edits.replace(value, by: .emptyObject) }
    }

    /// With a key go the equal ones before it, which would count else.
    private mutating func drop(_ token: Int) {
        edits.drop(token)
        guard takesLast else { return }
        for earlier in overridden[token] ?? [] { edits.drop(earlier) }
    }

    // MARK: Keys

    private mutating func slot(of key: Int, _ shape: Int, _ expected: inout Int) -> Int {
        if tokens[key].isEscaped {
            return unescaped(key).withUnsafeBufferPointer { shapes.slot($0, of: shape, expected: &expected) }
        }
        let text = UnsafeBufferPointer(start: bytes + Int(tokens[key].offset), count: Int(tokens[key].length))
        return shapes.slot(text, of: shape, expected: &expected)
    }

    private func unescaped(_ key: Int) -> [UInt8] {
        let length = Int(tokens[key].length), source = bytes + Int(tokens[key].offset)
        guard tokens[key].isEscaped else { return Array(UnsafeBufferPointer(start: source, count: length)) }
        return Array(unsafeUninitializedCapacity: max(1, length)) { out, count in
            if let base = out.baseAddress { count = unescape(source, length, into: base, keepingNUL: true).written }
        }
    }

    private mutating func noteOverridden(_ object: Int) {
        var latest: [[UInt8]: Int] = [:]
        let end = Int(tokens[object].next)
        var key = object + 1
        while key < end {
            var before: [Int] = []
            if let earlier = latest.updateValue(key, forKey: unescaped(key)) {
                before = (overridden.removeValue(forKey: earlier) ?? []) + [earlier]
            }
            overridden[key] = before
            key = Int(tokens[key + 1].next)
        }
    }
}
