import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource

/// A generator whose numbers are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// A text in ASCII letters, so that `==` compares characters and not what Swift calls equal.
func ascii(_ text: String) -> String {
    text.unicodeScalars.map { $0.isASCII && $0.value >= 32 ? String($0) : "<\(String($0.value, radix: 16))>" }.joined()
}

/// One row as tests compare it.
struct PlainRow: Hashable, CustomStringConvertible {
    var number: Int
    var parent = 0
    var root = 0
    var listIndex = 0
    /// By column: `$.a` or `$.a#json`, in ASCII. Values: `s:text`, `n:12`, `true`, `null`, `j:{…}`.
    var cells: [String: String] = [:]

    var description: String {
        "#\(number) ^\(parent) /\(root) [\(listIndex)] " + cells.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

/// A load of one resource through the normalizer, collected for comparison.
final class Load {
    let normalizer: Normalizer
    /// By the path of the table.
    var tables: [String: [PlainRow]] = [:]
    /// By table and column.
    var facts: [String: ColumnFacts] = [:]
    var counts = RecordCounts()
    var quarantined: [QuarantinedRecord] = []
    /// Of the page last taken: records that were kept aside, and those of the root table's rows.
    var lastQuarantined: [Int] = []
    var lastRecords: [Int] = []

    init(
        nesting: Int = 1000, key: [String] = [], known: [KnownColumn] = [], limits: NormalizeLimits? = nil, spill: (any LedgerSpill)? = nil,
        hints: [ColumnHint] = [], maxColumnsPerPath: Int? = nil
    ) {
        let resource = Resource(
            name: "r", request: RequestTemplate(path: Template("r")), primaryKey: key.map { Selector(keys: [$0]) }, columns: hints,
            maxTableNesting: nesting, maxColumnsPerPath: maxColumnsPerPath)
        normalizer = Normalizer(resource: resource, known: known, limits: limits, spill: spill)
    }

    /// Takes a page whose body is the records: an array, or the one record.
    func take(_ text: String, choice: RecordChoice = .all) throws {
        let page = PageBytes(text), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let rows = try normalizer.normalize(page, tape, records: 0, choice: choice)
        counts = counts + rows.counts
        quarantined += rows.quarantined
        lastQuarantined = rows.quarantined.map(\.record)
        lastRecords = rows.tables.first { $0.table == 0 }?.rows.map { Int($0.record) } ?? []
        for table in rows.tables { collect(table, rows, page, tape) }
    }

    private func collect(_ table: TableRows, _ rows: PageRows, _ page: PageBytes, _ tape: Tape) {
        let name = ascii(normalizer.table(table.table).path.text)
        for (i, row) in table.rows.enumerated() {
            var plain = PlainRow(
                number: table.firstRowNumber + i, parent: row.parentRowNumber, root: row.rootRowNumber, listIndex: Int(row.listIndex))
            for cell in table.cells[Int(row.firstCell)..<Int(row.firstCell + row.cellCount)] {
                let column = ascii(normalizer.leaf(table: table.table, Int(cell.leaf)).identity)
                let value = text(cell, rows, page, tape)
                // A null has no kind: whether it lies in the column for scalars or for JSON is all the same.
                plain.cells[value == "null" ? column.replacing("#json", with: "") : column] = value
            }
            tables[name, default: []].append(plain)
        }
        for (leaf, seen) in table.facts.enumerated() where !seen.isEmpty {
            facts[name + " " + ascii(normalizer.leaf(table: table.table, leaf).identity), default: ColumnFacts()].merge(seen)
        }
    }

    private func text(_ cell: Cell, _ rows: PageRows, _ page: PageBytes, _ tape: Tape) -> String {
        if cell.source & Cell.blobBit != 0 {
            let blob = rows.blobs[Int(cell.source & ~Cell.blobBit)]
            return json(Array(rows.blobBytes[blob.start..<blob.start + blob.count]))
        }
        let token = tape[Int(cell.source)]
        switch token.kind {
        case .string: return "s:" + ascii(tape.decodeString(token, page))
        case .number: return "n:" + tape.sourceText(token, page)
        case .object, .array:
            var bytes: [UInt8] = []
            CompactJSON.append(Int(cell.source), tape.tokens, page.base, to: &bytes)
            return json(bytes)
        default: return tape.sourceText(token, page)
        }
    }

    private func json(_ bytes: [UInt8]) -> String {
        let value = try? JSONValue(parsing: PageBytes(bytes))
        return "j:" + (value.map { ascii($0.text(pretty: false)) } ?? "broken: " + String(decoding: bytes, as: UTF8.self))
    }

    /// The columns that have got values, `$ $.a` or `$.tags[*] $.tags[*]`.
    var columns: Set<String> { Set(facts.keys) }
}

/// Loads pages, each an array of records.
func load(_ pages: String..., nesting: Int = 1000, key: [String] = [], known: [KnownColumn] = [], limits: NormalizeLimits? = nil, hints: [ColumnHint] = []) throws -> Load {
    let load = Load(nesting: nesting, key: key, known: known, limits: limits, hints: hints)
    for page in pages { try load.take(page) }
    return load
}

/// A hint of a field in the form of a definition: `customer__tier`, `tags[*].name`.
func hint(_ field: String, _ type: ColumnType?, description: String? = nil) -> ColumnHint {
    guard let selector = try? Selector(parsing: field), let reference = FieldReference(selector) else { preconditionFailure("no field: \(field)") }
    return ColumnHint(field: reference, dataType: type, description: description)
}

func known(_ path: String, table: String = "$", json: Bool = false, rest: Bool = false, nullOnly: Bool = false) -> KnownColumn {
    guard let path = FieldPath(text: path), let table = FieldPath(text: table) else { preconditionFailure("no path: \(path)") }
    return KnownColumn(table: table, path: path, isJSON: json, isRest: rest, isNullOnly: nullOnly)
}

/// Slow and simple: what the rows of records must be, from a tree. The judge of the normalizer. NUL, which JSON columns
/// do not take, is U+FFFD in them.
struct SlowFlattener {
    var maxNesting = 1000
    var tables: [String: [PlainRow]] = [:]
    private(set) var columns: Set<String> = []
    private var rootNumber = 0

    init(maxNesting: Int = 1000) { self.maxNesting = maxNesting }

    mutating func take(_ record: JSONValue) {
        rootNumber = (tables["$"]?.count ?? 0) + 1
        add(record, FieldPath(), 0, parent: 0, index: 0)
    }

    private mutating func add(_ value: JSONValue, _ table: FieldPath, _ depth: Int, parent: Int, index: Int) {
        let name = ascii(table.text)
        let number = (tables[name]?.count ?? 0) + 1
        tables[name, default: []].append(PlainRow(number: number, parent: parent, root: parent == 0 ? 0 : rootNumber, listIndex: index))
        place(value, table, table, number, depth, isElement: true)
    }

    /// - Parameter depth: containers between the record and the one that holds the value.
    private mutating func place(_ value: JSONValue, _ path: FieldPath, _ table: FieldPath, _ row: Int, _ depth: Int, isElement: Bool = false) {
        switch value {
        case .object(let members) where isElement || depth < maxNesting:
            for member in members {
                place(member.value, path.appending(.key(member.key)), table, row, isElement ? depth : depth + 1)
            }
        case .array(let elements) where depth < maxNesting:
            for (i, element) in elements.enumerated() { add(element, path.appending(.element), depth + 1, parent: row, index: i) }
        case .object, .array: set(path.text + "#json", "j:" + ascii(value.text(pretty: false).replacing(#"\u0000"#, with: "\u{FFFD}")), table, row)
        case .string(let text): set(path.text, "s:" + ascii(text), table, row)
        case .number(let digits): set(path.text, "n:" + digits, table, row)
        case .bool(let bool): set(path.text, bool ? "true" : "false", table, row)
        case .null: set(path.text, "null", table, row)
        }
    }

    private mutating func set(_ column: String, _ value: String, _ table: FieldPath, _ row: Int) {
        tables[ascii(table.text)]?[row - 1].cells[ascii(column)] = value
        if value != "null" { columns.insert(ascii(table.text) + " " + ascii(column)) }
    }
}
