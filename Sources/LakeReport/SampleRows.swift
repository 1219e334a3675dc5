import LakeJSON
import LakeModel

/// The first rows of a data file. What was hashed or redacted in the file is so here: nothing else is read.
package struct SampleRows: Hashable, Sendable {
    package enum Cell: Hashable, Sendable {
        /// The key is not in the record.
        case absent
        case null
        case value(String)
    }

    package var load: String
    package var columns: [String]
    package var rows: [[Cell]]

    package init(load: String, columns: [String], rows: [[Cell]]) {
        self.load = load
        self.columns = columns
        self.rows = rows
    }

    /// - Parameters:
    ///   - head: the beginning of the file.
    ///   - isWhole: whether that is all of it; else its last row may be cut off.
    ///   - columns: of the schema version.
    /// - Returns: nil where this is no such file.
    package init?(_ head: [UInt8], isWhole: Bool, _ format: FileFormat, load: String, columns: [String], limit: Int) {
        switch format {
        case .jsonl:
            guard let rows = Self.jsonl(head, isWhole, columns, limit) else { return nil }
            self.init(load: load, columns: columns, rows: rows)
        case .csv:
            var rows = CSVHead(head, isWhole: isWhole).rows(limit + 1)
            guard !rows.isEmpty else { return nil }
            let header = rows.removeFirst().map { cell in if case .value(let name) = cell { name } else { "" } }
            guard rows.allSatisfy({ $0.count == header.count }) else { return nil }
            self.init(load: load, columns: header, rows: rows)
        }
    }

    private static func jsonl(_ head: [UInt8], _ isWhole: Bool, _ columns: [String], _ limit: Int) -> [[Cell]]? {
        var lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: limit, omittingEmptySubsequences: true)
        let isCut = lines.count <= limit && !isWhole && head.last != UInt8(ascii: "\n")
        if isCut { lines = lines.dropLast() }
        var rows: [[Cell]] = []
        for line in lines.prefix(limit) {
            guard let members = (try? JSONValue(parsing: PageBytes(Array(line))))?.object else { return nil }
            let values = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            rows.append(columns.map { values[$0].map(cell) ?? .absent })
        }
        return rows
    }

    private static func cell(_ value: JSONValue) -> Cell { value.isNull ? .null : .value(value.string ?? value.text(pretty: false)) }
}

/// Reads the rows at the beginning of a CSV file of the lake: RFC 4180 with LF, an empty field without quotes is null.
private struct CSVHead {
    private let bytes: [UInt8]
    private let isWhole: Bool
    private var position = 0

    init(_ bytes: [UInt8], isWhole: Bool) {
        self.bytes = bytes
        self.isWhole = isWhole
    }

    func rows(_ limit: Int) -> [[SampleRows.Cell]] {
        var reader = self, rows: [[SampleRows.Cell]] = []
        while rows.count < limit, let row = reader.row() { rows.append(row) }
        return rows
    }

    /// nil at the end, or where the row is cut off.
    private mutating func row() -> [SampleRows.Cell]? {
        guard position < bytes.count else { return nil }
        var row: [SampleRows.Cell] = []
        while true {
            row.append(field())
            guard position < bytes.count else { return isWhole ? row : nil }
            position += 1
            if bytes[position - 1] == UInt8(ascii: "\n") { return row }
        }
    }

    private mutating func field() -> SampleRows.Cell {
        let quote = UInt8(ascii: "\"")
        var text: [UInt8] = []
        guard position < bytes.count, bytes[position] == quote else {
            while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\n") {
                text.append(bytes[position])
                position += 1
            }
            return text.isEmpty ? .null : .value(String(decoding: text, as: UTF8.self))
        }
        position += 1
        while position < bytes.count {
            if bytes[position] == quote {
                guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
                position += 1
            }
            text.append(bytes[position])
            position += 1
        }
        position += 1
        return .value(String(decoding: text, as: UTF8.self))
    }
}
