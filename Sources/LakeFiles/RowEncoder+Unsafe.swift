import Glibc
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// The second of the two passes over a page's cells: writes the rows of one table in both formats, straight from the
/// page's bytes. Encoding follows the column's type, never the single value.
struct RowEncoder {
    /// The bytes of the page and of the values that are no tokens of it.
    struct Source {
        let tokens: UnsafePointer<Token>
        let bytes: UnsafePointer<UInt8>
        /// Behind the last byte of the page.
        let end: UnsafePointer<UInt8>
        let blobs: [BlobRange]
        let blobBytes: UnsafePointer<UInt8>

        init(_ page: PageBytes, _ tape: Tape, blobs: [BlobRange] = [], blobBytes: UnsafePointer<UInt8>? = nil) {
            tokens = UnsafePointer(tape.tokens)
            bytes = page.base
            end = page.base + page.count
            self.blobs = blobs
            self.blobBytes = blobBytes ?? page.base
        }
    }

    /// A column as the loop needs it: `,"name":`, whether values stand in quotes, and whether a text is a JSON value among
    /// others, whose own quotes belong to it.
    private struct Plan: BitwiseCopyable {
        var key: UnsafePointer<UInt8>
        var keyLength: Int
        var isQuoted: Bool
        var isJSON: Bool
    }

    /// A cell of the row at hand, and where it belongs.
    private struct Placed: BitwiseCopyable {
        var column: UInt32
        var source: UInt32
    }

    private static let absent = UInt32.max

    private let source: Source
    private let isChild: Bool
    /// What each row begins with: `{"_load_id":"…","_row_number":` and `…,`.
    private let jsonStart: [UInt8]
    private let csvStart: [UInt8]
    private let plans: UnsafeMutablePointer<Plan>
    private let keys: UnsafeMutablePointer<UInt8>
    /// Behind the keys, and what may be read behind them.
    private let keysEnd: UnsafePointer<UInt8>
    /// The cells of the row at hand in the order of their columns.
    private let placed: UnsafeMutablePointer<Placed>
    /// By column, for rows whose cells come in another order; all absent between two rows.
    private let dense: UnsafeMutablePointer<UInt32>
    private let columnOfLeaf: UnsafeMutablePointer<Int>
    private let systemColumns: Int
    private let columnCount: Int
    /// Bytes of all keys and of the row's own numbers: what a row needs beside its values.
    private let fixedBytes: Int
    private(set) var replaced = 0
    private var scratch: [UInt8] = []

    init(schema: TableSchema, source: Source) {
        self.source = source
        isChild = schema.isChild
        jsonStart = Array("{\"_load_id\":\"\(schema.load)\",\"_row_number\":".utf8)
        csvStart = Array("\(schema.load),".utf8)
        columnCount = schema.columns.count
        systemColumns = schema.columns.prefix { $0.isSystem }.count
        columnOfLeaf = .allocate(capacity: max(1, schema.leafColumns.count))
        _ = UnsafeMutableBufferPointer(start: columnOfLeaf, count: schema.leafColumns.count).initialize(from: schema.leafColumns)
        let names = schema.columns.map { Array($0.name.utf8) }
        let keyBytes = names.reduce(0) { $0 + $1.count + 4 }
        keys = .allocate(capacity: keyBytes + RowCursor.block)
        keysEnd = UnsafePointer(keys + keyBytes + RowCursor.block)
        plans = .allocate(capacity: columnCount)
        placed = .allocate(capacity: columnCount)
        dense = .allocate(capacity: columnCount)
        dense.initialize(repeating: Self.absent, count: columnCount)
        fixedBytes = keyBytes + jsonStart.count + columnCount + 256
        var p = keys
        for (i, name) in names.enumerated() {
            let start = p
            for byte in [UInt8(ascii: ","), UInt8(ascii: "\"")] + name + [UInt8(ascii: "\""), UInt8(ascii: ":")] {
                p.initialize(to: byte)
                p += 1
            }
            let encoding = schema.columns[i].type.encoding
            (plans + i).initialize(to: Plan(key: start, keyLength: p - start, isQuoted: encoding == .quoted, isJSON: encoding == .json))
        }
        p.initialize(repeating: 0, count: RowCursor.block)
    }

    func free() {
        keys.deallocate()
        plans.deallocate()
        placed.deallocate()
        dense.deallocate()
        columnOfLeaf.deallocate()
    }

    /// Rows, and bytes of both formats, that are encoded in one go: a page of tiny rows takes many times its size, and what
    /// was just encoded is still in the processor's cache when it is hashed and written.
    static let rowsPerSlice = 16_384
    static let bytesPerSlice = 256 << 10

    /// Appends rows of the page, a slice of them.
    /// - Parameter rowEnds: gets the end of each CSV row, where the rows wait; nil where they do not.
    /// - Returns: the row behind the slice.
    mutating func encode(_ rows: TableRows, from start: Int, jsonl: inout OutputBuffer?, csv: inout OutputBuffer?, rowEnds: inout [Int]?) -> Int {
        let full = (jsonl?.count ?? 0) + (csv?.count ?? 0) + Self.bytesPerSlice
        let end = min(rows.rows.count, start + Self.rowsPerSlice)
        var i = start
        while i < end, (jsonl?.count ?? 0) + (csv?.count ?? 0) < full {
            let row = rows.rows[i]
            let number = rows.firstRowNumber + i
            let (cells, room) = place(row, rows.cells)
            switch (jsonl != nil, csv != nil) {
            case (true, true):
                guard var json = jsonl?.cursor(room: room), var line = csv?.cursor(room: room) else { return end }
                putBoth(row, number, cells, &json, &line)
                jsonl?.advance(to: json)
                csv?.advance(to: line)
            case (true, false):
                guard var json = jsonl?.cursor(room: room) else { return end }
                putJSON(row, number, cells, &json)
                jsonl?.advance(to: json)
            default:
                guard var line = csv?.cursor(room: room) else { return end }
                putCSV(row, number, cells, &line)
                csv?.advance(to: line)
            }
            if let count = csv?.count { rowEnds?.append(count) }
            i += 1
        }
        return i
    }

    // MARK: Cells

    /// Lays the cells of a row out in the order of their columns, in which they nearly always come.
    /// - Returns: their number, and the most bytes that the row can need in either format.
    @inline(__always)
    private func place(_ row: Row, _ cells: UnsafeBufferPointer<Cell>) -> (count: Int, room: Int) {
        let start = Int(row.firstCell), count = Int(row.cellCount)
        guard count <= columnCount else { return placeInOrder(cells[start..<start + count]) }
        var last = -1, isInOrder = true
        var first = Self.absent, final: UInt32 = 0
        for i in 0..<count {
            let cell = cells[start + i]
            let column = columnOfLeaf[Int(cell.leaf)]
            isInOrder = isInOrder && column > last
            last = column
            placed[i] = Placed(column: UInt32(truncatingIfNeeded: column), source: cell.source)
            if cell.source & Cell.blobBit != 0 { isInOrder = false } else {
                if first == Self.absent { first = cell.source }
                final = cell.source
            }
        }
        guard isInOrder, first != Self.absent else { return placeInOrder(cells[start..<start + count]) }
        // The tokens of a row come in the order of the page, so that all its values lie between the first and the last.
        let from = source.tokens[Int(first)], to = source.tokens[Int(final)]
        assert(final >= first && to.offset >= from.offset)
        let span = Int(to.offset &- from.offset) + Int(to.length)
        if span > Self.longSpan { return placeInOrder(cells[start..<start + count]) }
        return (count, fixedBytes + 2 * span + 6 * count)
    }

    /// Where the values of a row lie further apart, child rows lie between them, for which no room is to be made.
    private static let longSpan = 16 << 10

    @inline(never)
    private func placeInOrder(_ cells: Slice<UnsafeBufferPointer<Cell>>) -> (count: Int, room: Int) {
        var bytes = 0, count = 0
        for cell in cells {
            dense[columnOfLeaf[Int(cell.leaf)]] = cell.source
            bytes += 2 * length(cell.source) + 6  // CSV doubles the quotes of a JSON text, and puts two around it.
        }
        for column in 0..<columnCount where dense[column] != Self.absent {
            placed[count] = Placed(column: UInt32(column), source: dense[column])
            dense[column] = Self.absent
            count += 1
        }
        return (count, fixedBytes + bytes)
    }

    private func length(_ cell: UInt32) -> Int {
        cell & Cell.blobBit == 0 ? Int(source.tokens[Int(cell)].length) : source.blobs[Int(cell & ~Cell.blobBit)].count
    }

    // MARK: Rows

    @inline(__always)
    private mutating func putBoth(_ row: Row, _ number: Int, _ cells: Int, _ json: inout RowCursor, _ csv: inout RowCursor) {
        startJSON(row, number, &json)
        startCSV(row, number, &csv)
        var column = systemColumns - 1
        for i in 0..<cells {
            let cell = placed[i]
            let plan = plans[Int(cell.column)]
            column = putCommas(from: column, to: Int(cell.column), &csv)
            json.put(plan.key, plan.keyLength, within: keysEnd)
            putJSONValue(cell.source, plan.isQuoted, &json)
            putCSVValue(cell.source, plan.isJSON, &csv)
        }
        endJSON(&json)
        endCSV(column, &csv)
    }

    @inline(__always)
    private mutating func putJSON(_ row: Row, _ number: Int, _ cells: Int, _ out: inout RowCursor) {
        startJSON(row, number, &out)
        for i in 0..<cells {
            let cell = placed[i]
            let plan = plans[Int(cell.column)]
            out.put(plan.key, plan.keyLength, within: keysEnd)
            putJSONValue(cell.source, plan.isQuoted, &out)
        }
        endJSON(&out)
    }

    @inline(__always)
    private mutating func putCSV(_ row: Row, _ number: Int, _ cells: Int, _ out: inout RowCursor) {
        startCSV(row, number, &out)
        var column = systemColumns - 1
        for i in 0..<cells {
            let cell = placed[i]
            column = putCommas(from: column, to: Int(cell.column), &out)
            putCSVValue(cell.source, plans[Int(cell.column)].isJSON, &out)
        }
        endCSV(column, &out)
    }

    /// A comma before each column up to `column`, of which those before it are empty.
    @inline(__always)
    private func putCommas(from last: Int, to column: Int, _ out: inout RowCursor) -> Int {
        for _ in last..<column { out.put(UInt8(ascii: ",")) }
        return column
    }

    // MARK: JSONL

    @inline(__always)
    private func startJSON(_ row: Row, _ number: Int, _ out: inout RowCursor) {
        jsonStart.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
        out.put(number)
        guard isChild else { return }
        Self.put(",\"_parent_row_number\":", &out)
        out.put(row.parentRowNumber)
        Self.put(",\"_root_row_number\":", &out)
        out.put(row.rootRowNumber)
        Self.put(",\"_list_index\":", &out)
        out.put(Int(row.listIndex))
    }

    @inline(__always)
    private func endJSON(_ out: inout RowCursor) {
        out.put(UInt8(ascii: "}"))
        out.put(UInt8(ascii: "\n"))
    }

    @inline(__always)
    private static func put(_ text: StaticString, _ out: inout RowCursor) { out.put(text.utf8Start, text.utf8CodeUnitCount) }

    @inline(__always)
    private mutating func putJSONValue(_ cell: UInt32, _ isQuoted: Bool, _ out: inout RowCursor) {
        guard cell & Cell.blobBit == 0 else { return putBlob(cell, &out) }
        let token = source.tokens[Int(cell)]
        let p = source.bytes + Int(token.offset)
        switch token.kind {
        case .string:
            if token.hasUnsafeEscape { return putSanitized(token, &out) }
            out.put(p - 1, Int(token.length) + 2, within: source.end)  // With its quotes, as it stands in the page.
        case .null: out.put(p, 4, within: source.end)
        case .object, .array: putCompact(cell, &out)
        default:
            if isQuoted { out.put(UInt8(ascii: "\"")) }
            out.put(p, Int(token.length), within: source.end)
            if isQuoted { out.put(UInt8(ascii: "\"")) }
        }
    }

    private func putBlob(_ cell: UInt32, _ out: inout RowCursor) {
        let blob = source.blobs[Int(cell & ~Cell.blobBit)]
        out.put(source.blobBytes + blob.start, blob.count)
    }

    @inline(never)
    private mutating func putSanitized(_ token: Token, _ out: inout RowCursor) {
        out.put(UInt8(ascii: "\""))
        out.fill { place in
            let (written, count) = sanitizeEscapes(source.bytes + Int(token.offset), Int(token.length), into: place)
            replaced += count
            return written
        }
        out.put(UInt8(ascii: "\""))
    }

    @inline(never)
    private mutating func putCompact(_ cell: UInt32, _ out: inout RowCursor) {
        scratch.removeAll(keepingCapacity: true)
        replaced += CompactJSON.append(Int(cell), source.tokens, source.bytes, to: &scratch)
        scratch.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
    }

    // MARK: CSV

    @inline(__always)
    private func startCSV(_ row: Row, _ number: Int, _ out: inout RowCursor) {
        csvStart.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
        out.put(number)
        guard isChild else { return }
        out.put(UInt8(ascii: ","))
        out.put(row.parentRowNumber)
        out.put(UInt8(ascii: ","))
        out.put(row.rootRowNumber)
        out.put(UInt8(ascii: ","))
        out.put(Int(row.listIndex))
    }

    @inline(__always)
    private func endCSV(_ column: Int, _ out: inout RowCursor) {
        _ = putCommas(from: column, to: columnCount - 1, &out)
        out.put(UInt8(ascii: "\n"))
    }

    @inline(__always)
    private mutating func putCSVValue(_ cell: UInt32, _ isJSON: Bool, _ out: inout RowCursor) {
        guard cell & Cell.blobBit == 0 else {
            let blob = source.blobs[Int(cell & ~Cell.blobBit)]
            return putCSVText(source.blobBytes + blob.start, blob.count, &out)
        }
        let token = source.tokens[Int(cell)]
        let p = source.bytes + Int(token.offset)
        switch token.kind {
        case .string:
            if isJSON { return putCSVJSON(cell, &out) }
            if token.isEscaped { return putUnescaped(token, &out) }
            if !token.hasCommaOrBlankEdge, token.length > 4 || !readsAsNull(p, Int(token.length)) {
                return out.put(p, Int(token.length), within: source.end)
            }
            out.put(p - 1, Int(token.length) + 2, within: source.end)  // No quote is inside: the JSON quotes serve as CSV quotes.
        case .null: break
        case .object, .array: putCSVJSON(cell, &out)
        default: out.put(p, Int(token.length), within: source.end)
        }
    }

    @inline(never)
    private mutating func putCSVJSON(_ cell: UInt32, _ out: inout RowCursor) {
        scratch.removeAll(keepingCapacity: true)
        let count = CompactJSON.append(Int(cell), source.tokens, source.bytes, to: &scratch)
        if !countsInJSON { replaced += count }
        let text = scratch
        text.withUnsafeBufferPointer { if let base = $0.baseAddress { putCSVText(base, $0.count, &out) } }
    }

    @inline(never)
    private mutating func putUnescaped(_ token: Token, _ out: inout RowCursor) {
        let length = Int(token.length)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, length)) { text in
            guard let base = text.baseAddress else { return }
            let (written, count) = unescape(source.bytes + Int(token.offset), length, into: base)
            // Where JSONL is written too, the same characters were counted there.
            if !countsInJSON { replaced += count }
            putCSVText(base, written, &out)
        }
    }

    /// Set where JSONL is written beside the CSV.
    var countsInJSON = false

    /// A text with quotes where a reader needs them.
    private func putCSVText(_ p: UnsafePointer<UInt8>, _ count: Int, _ out: inout RowCursor) {
        guard needsQuotes(p, count) else { return out.put(p, count) }
        out.put(UInt8(ascii: "\""))
        for i in 0..<count {
            if p[i] == UInt8(ascii: "\"") { out.put(UInt8(ascii: "\"")) }
            out.put(p[i])
        }
        out.put(UInt8(ascii: "\""))
    }

    private func needsQuotes(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count == 0 || isBlank(p[0]) || isBlank(p[count - 1]) || readsAsNull(p, count) { return true }
        for i in 0..<count {
            switch p[i] {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
            default: continue
            }
        }
        return false
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// `NULL`, `null`, `\N` and `\.` mean something to one loader or another.
    @inline(__always)
    private func readsAsNull(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count == 4 { return memcmp(p, "NULL", 4) == 0 || memcmp(p, "null", 4) == 0 }
        return count == 2 && p[0] == UInt8(ascii: "\\") && (p[1] == UInt8(ascii: "N") || p[1] == UInt8(ascii: "."))
    }
}
