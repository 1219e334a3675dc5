import LakeJSON
import LakeModel
import LakeSource

/// Takes the records of one resource apart, page after page, in one load.
package final class Normalizer {
    private let primaryKey: [Selector]
    private let maxNesting: Int
    private let store: ShapeStore
    package let ledger: KeyLedger
    package private(set) var side = SideCounts()
    /// Records that were left out and have no key to be told apart by.
    package private(set) var leftOutWithoutKey = 0

    /// - Parameters:
    ///   - known: the columns of earlier loads in the order of their tables' versions.
    ///   - limits: nil: those of the resource.
    ///   - spill: where the ledger of keys goes when its memory is full.
    package init(resource: Resource, known: [KnownColumn], limits: NormalizeLimits? = nil, spill: (any LedgerSpill)? = nil) {
        primaryKey = resource.primaryKey
        maxNesting = resource.maxTableNesting
        store = ShapeStore(limits: limits ?? NormalizeLimits(resource), hints: ColumnHints(resource.columns))
        ledger = KeyLedger(spill: spill)
        for column in known { store.seed(column) }
        store.settle()
    }

    package var tableCount: Int { store.tables.count }

    package func table(_ index: Int) -> TableInfo {
        let name = store.tableNames[index]
        return TableInfo(path: name.path, pieces: name.pieces, parent: name.parent)
    }

    package func leafCount(table: Int) -> Int { store.leafNames[table].count }

    package func leaf(table: Int, _ leaf: Int) -> LeafInfo {
        store.leafNames[table][leaf]
    }

    /// Rows written so far, by table.
    package func rowCount(table: Int) -> Int { store.tables[table].pointee.rowsBefore + store.tables[table].pointee.rows.count }

    /// Takes one page apart.
    /// - Parameters:
    ///   - records: the token that holds them: an array, or the one record itself; nil or null: there are none.
    ///   - choice: those of them that are taken; the others are neither looked at nor counted. A record keeps the number
    ///     that it has among all records of the page.
    ///   - leftOut: those that are not written, but are among the records that came: their keys count as seen.
    ///   - positions: of elements in lists of which others were left out.
    package func normalize(
        _ page: PageBytes, _ tape: Tape, records: Int?, choice: RecordChoice = .all, leftOut: [Int] = [],
        positions: ListPositions = ListPositions()
    ) throws -> PageRows {
        startPage()
        var result = PageRows(tables: [], quarantined: [], counts: RecordCounts(), blobs: [], blobBytes: [])
        precondition(tape.count < Int(Cell.blobBit), "more tokens than a cell can tell apart")
        guard choice != .none || !leftOut.isEmpty, let records, tape.tokens[records].kind != .null else { return result }
        var walk = Walk(tokens: tape.tokens, bytes: page.base, store: store, maxNesting: maxNesting, positions: positions)
        let tokens = recordTokens(tape, records)
        for index in leftOut { try noteKey(tokens[index], walk) }
        switch choice {
        case .all: for (index, token) in tokens.enumerated() { try take(token, index, &walk, &result) }
        case .only(let indices): for index in indices { try take(tokens[index], index, &walk, &result) }
        case .none: break
        }
        withExtendedLifetime((page, tape)) { observe(walk) }
        side.duplicateKeys += walk.counts.duplicateKeys
        side.emptyContainers += walk.counts.emptyContainers
        side.restKeys += walk.counts.restKeys
        side.replacedInRest += walk.counts.replacedInRest
        side.uncheckedKeys = ledger.unchecked
        result.blobs = walk.blobs
        result.blobBytes = walk.blobBytes
        result.tables = rowsOfPage()
        return result
    }

    /// The facts of one cell of the page last normalized.
    package func facts(of cell: Cell, _ page: PageBytes, _ tape: Tape) -> ColumnFacts {
        withExtendedLifetime((page, tape)) { Observer(tokens: tape.tokens, bytes: page.base).facts(of: cell) }
    }

    private func startPage() {
        for table in store.tables {
            table.pointee.rowsBefore += table.pointee.rows.count
            table.pointee.rows.startPage()
            table.pointee.cells.startPage()
            for i in 0..<table.pointee.facts.count {
                if !table.pointee.facts.base[i].kinds.isSubset(of: .null) { table.pointee.hadValues.base[i] = true }
                table.pointee.facts.base[i] = ColumnFacts()
                table.pointee.values.base[i] = 0
            }
        }
    }

    private func recordTokens(_ tape: Tape, _ records: Int) -> [Int] {
        guard tape.tokens[records].kind == .array else { return [records] }
        var tokens: [Int] = []
        var element = records + 1
        let end = Int(tape.tokens[records].next)
        while element < end {
            tokens.append(element)
            element = Int(tape.tokens[element].next)
        }
        return tokens
    }

    /// Decides where one record goes, and walks it where it is written.
    private func take(_ token: Int, _ index: Int, _ walk: inout Walk, _ result: inout PageRows) throws {
        walk.record = UInt32(index)
        result.counts.fetched += 1
        let kind = walk.tokens[token].kind
        if kind == .null || kind == .array {
            return quarantine(.notAnObject, token, index, &result)
        }
        if !primaryKey.isEmpty {
            guard kind == .object, let key = keyHash(token, walk) else {
                return quarantine(.missingPrimaryKey, token, index, &result)
            }
            switch try ledger.note(key: key, content: contentHash(token, walk)) {
            case .unchanged: result.counts.duplicate += 1; return
            case .changed: result.counts.changed += 1
            case .new: break
            }
        }
        walk.walkRecord(token)
        result.counts.written += 1
    }

    private func noteKey(_ token: Int, _ walk: Walk) throws {
        guard !primaryKey.isEmpty else { return }
        guard walk.tokens[token].kind == .object, let key = keyHash(token, walk) else {
            leftOutWithoutKey += 1
            return
        }
        _ = try ledger.note(key: key, content: contentHash(token, walk))
    }

    private func quarantine(_ reason: QuarantinedRecord.Reason, _ token: Int, _ index: Int, _ result: inout PageRows) {
        result.quarantined.append(QuarantinedRecord(record: index, token: token, reason: reason))
        result.counts.quarantined += 1
    }

    private func observe(_ walk: Walk) {
        walk.blobs.withUnsafeBufferPointer { blobs in
            let observer = Observer(tokens: walk.tokens, bytes: walk.bytes, blobs: blobs.baseAddress)
            for table in store.tables where table.pointee.rows.count > 0 { observer.observe(table) }
        }
    }

    private func rowsOfPage() -> [TableRows] {
        store.tables.filter { $0.pointee.rows.count > 0 }.map { table in
            let t = table.pointee
            return TableRows(
                table: t.index,
                rows: UnsafeBufferPointer(start: t.rows.base, count: t.rows.count),
                cells: UnsafeBufferPointer(start: t.cells.base, count: t.cells.count),
                facts: UnsafeBufferPointer(start: t.facts.base, count: t.facts.count),
                values: UnsafeBufferPointer(start: t.values.base, count: t.values.count),
                firstRowNumber: t.rowsBefore + 1)
        }
    }

    // MARK: Keys

    private func contentHash(_ token: Int, _ walk: Walk) -> UInt64 {
        fastHash(walk.bytes + Int(walk.tokens[token].offset), Int(walk.tokens[token].length), seed: 11)
    }

    /// The hash of the primary key's values; nil where one is missing, null or no scalar.
    private func keyHash(_ record: Int, _ walk: Walk) -> UInt64? {
        var hash: UInt64 = 0
        for selector in primaryKey {
            guard let token = value(selector, record, walk) else { return nil }
            let t = walk.tokens[token]
            let p = walk.bytes + Int(t.offset)
            switch t.kind {
            case .string where t.isEscaped: hash = unescapedHash(p, Int(t.length), seed: hash &+ 1)
            case .string: hash = fastHash(p, Int(t.length), seed: hash &+ 1)
            case .number, .true, .false: hash = fastHash(p, Int(t.length), seed: hash &+ 2)
            default: return nil
            }
        }
        return hash
    }

    private func unescapedHash(_ p: UnsafePointer<UInt8>, _ count: Int, seed: UInt64) -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, count)) { out in
            guard let base = out.baseAddress else { return seed }
            return fastHash(base, unescape(p, count, into: base).written, seed: seed)
        }
    }

    /// The token of a field of the record; of two equal keys the last one.
    private func value(_ selector: Selector, _ record: Int, _ walk: Walk) -> Int? {
        var token = record
        for step in selector.steps {
            guard case .key(let key) = step, walk.tokens[token].kind == .object else { return nil }
            guard let found = walk.member(key, of: token) else { return nil }
            token = found
        }
        return token
    }
}
