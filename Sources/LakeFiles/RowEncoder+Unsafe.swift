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
        let blobs: [BlobRange]
        let blobBytes: UnsafePointer<UInt8>
    }

    /// A column as the loop needs it: `,"name":`, whether values stand in quotes, and whether a text is a JSON value among
    /// others, whose own quotes belong to it.
    private struct Plan: BitwiseCopyable {
        var key: UnsafePointer<UInt8>
        var keyLength: Int
        var isQuoted: Bool
        var isJSON: Bool
    }

    private static let absent = UInt32.max

    private let source: Source
    private let isChild: Bool
    private let loadID: [UInt8]
    private let plans: UnsafeMutablePointer<Plan>
    private let keys: UnsafeMutablePointer<UInt8>
    /// The source of each column's cell in the row at hand.
    private let dense: UnsafeMutablePointer<UInt32>
    private let columnOfLeaf: [Int]
    private let systemColumns: Int
    private let columnCount: Int
    /// Bytes of all keys and of the row's own numbers: what a row needs beside its values.
    private let fixedBytes: Int
    private(set) var replaced = 0
    private var scratch: [UInt8] = []

    init(schema: TableSchema, source: Source) {
        self.source = source
        isChild = schema.isChild
        loadID = Array(schema.load.utf8)
        columnOfLeaf = schema.leafColumns
        columnCount = schema.columns.count
        systemColumns = schema.columns.prefix { $0.isSystem }.count
        let names = schema.columns.map { Array($0.name.utf8) }
        let keyBytes = names.reduce(0) { $0 + $1.count + 4 }
        keys = .allocate(capacity: keyBytes)
        plans = .allocate(capacity: columnCount)
        dense = .allocate(capacity: columnCount)
        dense.initialize(repeating: Self.absent, count: columnCount)
        fixedBytes = keyBytes + loadID.count + columnCount + 256
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
    }

    func free() {
        keys.deallocate()
        plans.deallocate()
        dense.deallocate()
    }

    /// Rows, and bytes of both formats, that are encoded in one go: a page of tiny rows takes many times its size.
    static let rowsPerSlice = 16_384
    static let bytesPerSlice = 1 << 20

    /// Appends rows of the page, a slice of them.
    /// - Parameter rowEnds: gets the end of each CSV row, where the rows wait; nil where they do not.
    /// - Returns: the row behind the slice.
    mutating func encode(_ rows: TableRows, from start: Int, jsonl: inout OutputBuffer?, csv: inout OutputBuffer?, rowEnds: inout [Int]?) -> Int {
        let full = (jsonl?.count ?? 0) + (csv?.count ?? 0) + Self.bytesPerSlice
        let end = min(rows.rows.count, start + Self.rowsPerSlice)
        var i = start
        while i < end, (jsonl?.count ?? 0) + (csv?.count ?? 0) < full {
            let row = rows.rows[i]
            let valueBytes = scatter(row, rows)
            if jsonl != nil {
                jsonl?.reserve(fixedBytes + valueBytes)
                if var out = jsonl.take() {
                    putJSON(row, rows.firstRowNumber + i, &out)
                    jsonl = out
                }
            }
            if csv != nil {
                csv?.reserve(fixedBytes + valueBytes)
                if var out = csv.take() {
                    putCSV(row, rows.firstRowNumber + i, &out)
                    rowEnds?.append(out.count)
                    csv = out
                }
            }
            for c in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) { dense[columnOfLeaf[Int(rows.cells[c].leaf)]] = Self.absent }
            i += 1
        }
        return i
    }

    /// Lays the cells of a row out by column.
    /// - Returns: the most bytes that the values can need in either format.
    @inline(__always)
    private func scatter(_ row: Row, _ rows: TableRows) -> Int {
        var bytes = 0
        for c in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) {
            let cell = rows.cells[c]
            dense[columnOfLeaf[Int(cell.leaf)]] = cell.source
            bytes += 2 * length(cell.source) + 6  // CSV doubles the quotes of a JSON text, and puts two around it.
        }
        return bytes
    }

    @inline(__always)
    private func length(_ cell: UInt32) -> Int {
        cell & Cell.blobBit == 0 ? Int(source.tokens[Int(cell)].length) : source.blobs[Int(cell & ~Cell.blobBit)].count
    }

    // MARK: JSONL

    @inline(__always)
    private mutating func putJSON(_ row: Row, _ number: Int, _ out: inout OutputBuffer) {
        out.put("{\"_load_id\":\"")
        loadID.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
        out.put("\",\"_row_number\":")
        out.put(number)
        if isChild {
            out.put(",\"_parent_row_number\":")
            out.put(row.parentRowNumber)
            out.put(",\"_root_row_number\":")
            out.put(row.rootRowNumber)
            out.put(",\"_list_index\":")
            out.put(Int(row.listIndex))
        }
        var c = systemColumns
        while c < columnCount {
            let cell = dense[c]
            if cell != Self.absent {
                out.put(plans[c].key, plans[c].keyLength)
                putJSONValue(cell, plans[c].isQuoted, &out)
            }
            c += 1
        }
        out.put(UInt8(ascii: "}"))
        out.put(UInt8(ascii: "\n"))
    }

    @inline(__always)
    private mutating func putJSONValue(_ cell: UInt32, _ isQuoted: Bool, _ out: inout OutputBuffer) {
        guard cell & Cell.blobBit == 0 else { return putBlob(cell, &out) }
        let token = source.tokens[Int(cell)]
        let p = source.bytes + Int(token.offset)
        switch token.kind {
        case .string:
            if token.hasUnsafeEscape { return putSanitized(token, &out) }
            out.put(p - 1, Int(token.length) + 2)  // With its quotes, as it stands in the page.
        case .null: out.put(p, 4)
        case .object, .array: putCompact(cell, &out)
        default:
            if isQuoted { out.put(UInt8(ascii: "\"")) }
            out.put(p, Int(token.length))
            if isQuoted { out.put(UInt8(ascii: "\"")) }
        }
    }

    private func putBlob(_ cell: UInt32, _ out: inout OutputBuffer) {
        let blob = source.blobs[Int(cell & ~Cell.blobBit)]
        out.put(source.blobBytes + blob.start, blob.count)
    }

    @inline(never)
    private mutating func putSanitized(_ token: Token, _ out: inout OutputBuffer) {
        out.put(UInt8(ascii: "\""))
        let (written, count) = sanitizeEscapes(source.bytes + Int(token.offset), Int(token.length), into: out.base + out.count)
        out.count += written
        replaced += count
        out.put(UInt8(ascii: "\""))
    }

    @inline(never)
    private mutating func putCompact(_ cell: UInt32, _ out: inout OutputBuffer) {
        scratch.removeAll(keepingCapacity: true)
        replaced += CompactJSON.append(Int(cell), source.tokens, source.bytes, to: &scratch)
        scratch.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
    }

    // MARK: CSV

    @inline(__always)
    private mutating func putCSV(_ row: Row, _ number: Int, _ out: inout OutputBuffer) {
        loadID.withUnsafeBufferPointer { if let p = $0.baseAddress { out.put(p, $0.count) } }
        out.put(UInt8(ascii: ","))
        out.put(number)
        if isChild {
            out.put(UInt8(ascii: ","))
            out.put(row.parentRowNumber)
            out.put(UInt8(ascii: ","))
            out.put(row.rootRowNumber)
            out.put(UInt8(ascii: ","))
            out.put(Int(row.listIndex))
        }
        var c = systemColumns
        while c < columnCount {
            out.put(UInt8(ascii: ","))
            if dense[c] != Self.absent { putCSVValue(dense[c], plans[c].isJSON, &out) }
            c += 1
        }
        out.put(UInt8(ascii: "\n"))
    }

    @inline(__always)
    private mutating func putCSVValue(_ cell: UInt32, _ isJSON: Bool, _ out: inout OutputBuffer) {
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
                return out.put(p, Int(token.length))
            }
            out.put(p - 1, Int(token.length) + 2)  // No quote is inside: the JSON quotes serve as CSV quotes.
        case .null: break
        case .object, .array: putCSVJSON(cell, &out)
        default: out.put(p, Int(token.length))
        }
    }

    @inline(never)
    private mutating func putCSVJSON(_ cell: UInt32, _ out: inout OutputBuffer) {
        scratch.removeAll(keepingCapacity: true)
        let count = CompactJSON.append(Int(cell), source.tokens, source.bytes, to: &scratch)
        if !countsInJSON { replaced += count }
        let text = scratch
        text.withUnsafeBufferPointer { if let base = $0.baseAddress { putCSVText(base, $0.count, &out) } }
    }

    @inline(never)
    private mutating func putUnescaped(_ token: Token, _ out: inout OutputBuffer) {
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
    private func putCSVText(_ p: UnsafePointer<UInt8>, _ count: Int, _ out: inout OutputBuffer) {
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
