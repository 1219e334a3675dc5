import CZlib
import Foundation
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

/// A folder of a test's own, removed with the object. In memory where the system has such a place: these tests sync a lot.
final class TemporaryFolder: Sendable {
    let path: String
    private static let home = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path

    init() throws {
        path = Self.home + "/restlake-files-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ relative: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + relative))) }

    func text(_ relative: String) throws -> String { String(decoding: try bytes(relative), as: UTF8.self) }

    /// Relative paths of all files with their bytes.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for case let name as String in try #require(FileManager.default.enumerator(atPath: path)) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            files[name] = try bytes(name)
        }
        return files
    }

    /// Files of this process that are open below the folder.
    func openFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
            return target.flatMap { $0.hasPrefix(path + "/") ? $0 : nil }
        }
    }
}

let testLoad = LoadID("20261123T020000Z-7f3a9c")!

func makeResource(_ name: String = "r", key: [String] = [], nesting: Int = 1000, hints: [ColumnHint] = []) -> Resource {
    Resource(
        name: name, request: RequestTemplate(path: Template(name)), primaryKey: key.map { Selector(steps: [.key($0)], description: $0) }, columns: hints,
        maxTableNesting: nesting)
}

/// A hint of a field in the form of a definition: `customer__tier`, `tags[*].name`.
func hint(_ field: String, _ type: ColumnType? = nil, nullable: Bool? = nil) -> ColumnHint {
    ColumnHint(field: FieldReference(try! Selector(parsing: field))!, dataType: type, isNullable: nullable)
}

/// What one resource left in its staging folder.
struct Staged {
    let folder = try! TemporaryFolder()
    var tables: [StagedTable] = []
    var quarantine: QuarantineFile?
    var counts = RecordCounts()
    var replaced = 0
    var side = SideCounts()
    /// Quarantined by a contract, and written without a part.
    var discarded = 0
    var trimmed = 0

    /// What a next load knows of the tables.
    var known: [KnownTable] {
        tables.compactMap { table in table.newVersions.last.map { KnownTable(version: $0, facts: table.facts) } }
    }

    func quarantineLines(_ resource: String = "r") throws -> [String] {
        guard quarantine != nil else { return [] }
        return try folder.text("quarantine/\(resource)/\(resource).00000.jsonl").split(separator: "\n").map(String.init)
    }

    func table(_ name: String = "r") throws -> StagedTable { try #require(tables.first { $0.name == name }) }

    func path(_ file: StagedFile) -> String { "tables/\(file.table)/\(file.format.rawValue)/\(file.name)" }

    func parts(_ table: String = "r", _ format: FileFormat) throws -> [StagedFile] {
        try self.table(table).files.filter { $0.format == format }
    }

    /// The texts of a table's parts, with `L` for the load id.
    func texts(_ table: String = "r", _ format: FileFormat) throws -> [String] {
        try parts(table, format).map { try folder.text(path($0)).replacingOccurrences(of: testLoad.text, with: "L") }
    }
}

/// Writes pages (arrays of records, as JSON texts) the way a run does.
func stage(
    _ pages: [String], resource: Resource = makeResource(), options: FileOptions = FileOptions(), known: [KnownTable] = []
) throws -> Staged {
    var staged = Staged()
    let writer = ResourceWriter(
        resource: resource, load: testLoad, naming: TableNaming([.init(resource.name)], known: known), known: known,
        staging: StagingFolder(staged.folder.path), options: options)
    for (index, text) in pages.enumerated() {
        let page = PageBytes(text), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        _ = try writer.write(page, tape, records: 0, number: index + 1)
    }
    let result = try writer.finish()
    staged.tables = result.tables
    staged.quarantine = result.quarantine
    staged.counts = writer.counts
    staged.replaced = writer.sanitized.replacedCharacters
    staged.side = writer.sideCounts
    (staged.discarded, staged.trimmed) = (writer.discardedRecords, writer.trimmedRecords)
    return staged
}

// MARK: Readers, as simple as can be: the judges of what was written

/// A CSV field: NULL is empty without quotes.
enum CSVField: Equatable {
    case null
    case text([UInt8])

    static func text(_ string: String) -> CSVField { .text(Array(string.utf8)) }
}

struct CSVProblem: Error { var offset: Int }

/// RFC 4180 with LF; refuses whatever our writer never writes.
func readCSV(_ bytes: [UInt8]) throws -> [[CSVField]] {
    var rows: [[CSVField]] = [], row: [CSVField] = []
    var i = 0
    while i < bytes.count {
        var field: [UInt8] = []
        var isQuoted = false
        if bytes[i] == UInt8(ascii: "\"") {
            isQuoted = true
            i += 1
            while true {
                guard i < bytes.count else { throw CSVProblem(offset: i) }
                if bytes[i] == UInt8(ascii: "\"") {
                    if i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "\"") { i += 1 } else { break }
                }
                field.append(bytes[i])
                i += 1
            }
            i += 1
        } else {
            while i < bytes.count, bytes[i] != UInt8(ascii: ","), bytes[i] != UInt8(ascii: "\n") {
                guard bytes[i] != UInt8(ascii: "\""), bytes[i] != UInt8(ascii: "\r") else { throw CSVProblem(offset: i) }
                field.append(bytes[i])
                i += 1
            }
        }
        row.append(field.isEmpty && !isQuoted ? .null : .text(field))
        guard i < bytes.count else { throw CSVProblem(offset: i) }
        if bytes[i] == UInt8(ascii: "\n") {
            rows.append(row)
            row = []
        } else if bytes[i] != UInt8(ascii: ",") {
            throw CSVProblem(offset: i)
        }
        i += 1
    }
    guard row.isEmpty else { throw CSVProblem(offset: i) }
    return rows
}

/// The objects of a JSONL file.
func readJSONL(_ bytes: [UInt8]) throws -> [JSONValue] {
    guard bytes.last == UInt8(ascii: "\n") else { throw CSVProblem(offset: bytes.count) }
    return try bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
        try JSONValue(parsing: PageBytes(Array($0)))
    }
}

func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 1 << 22)
    let count = Int(czlib_gunzip(bytes, bytes.count, &out, out.count))
    try #require(count >= 0 && count <= out.count)
    return Array(out[..<count])
}

/// Whether a value of a JSONL row and a field of the CSV row say the same.
func saysTheSame(_ value: JSONValue?, _ field: CSVField) -> Bool {
    switch (value, field) {
    case (nil, .null), (.null?, .null): true
    case (.bool(let bool)?, .text(let text)): text == Array((bool ? "true" : "false").utf8)
    case (.number(let digits)?, .text(let text)): text == Array(digits.utf8)
    case (.string(let string)?, .text(let text)): text == Array(string.utf8)
    case (.array?, .text(let text)), (.object?, .text(let text)): (try? JSONValue(parsing: PageBytes(text))) == value
    default: false
    }
}

/// Holds each pair of parts against the other, and both against their schema version.
func expectBothFormatsAgree(_ staged: Staged, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for table in staged.tables {
        let jsonl = try staged.parts(table.name, .jsonl), csv = try staged.parts(table.name, .csv)
        #expect(jsonl.map(\.rows) == csv.map(\.rows), sourceLocation: sourceLocation)
        #expect(jsonl.map(\.schemaVersion) == csv.map(\.schemaVersion), sourceLocation: sourceLocation)
        var next = 1
        for (json, sheet) in zip(jsonl, csv) {
            let objects = try readJSONL(try staged.folder.bytes(staged.path(json)))
            let rows = try readCSV(try staged.folder.bytes(staged.path(sheet)))
            let version = try #require(table.newVersions.first { $0.version == json.schemaVersion })
            let names = version.columns.map(\.name)
            #expect(rows.first == names.map { .text($0) }, sourceLocation: sourceLocation)
            #expect(objects.count == json.rows && rows.count == json.rows + 1 && json.rows > 0, sourceLocation: sourceLocation)
            for (object, row) in zip(objects, rows.dropFirst()) {
                #expect(object["_row_number"]?.int == next, sourceLocation: sourceLocation)
                next += 1
                let members = try #require(object.object)
                let values = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
                #expect(members.map(\.key) == names.filter { values[$0] != nil }, "keys in column order", sourceLocation: sourceLocation)
                #expect(row.count == names.count, sourceLocation: sourceLocation)
                for (name, field) in zip(names, row) {
                    if !saysTheSame(values[name], field) {
                        Issue.record("\(table.name).\(name): \(String(describing: values[name])), \(field)", sourceLocation: sourceLocation)
                    }
                }
            }
        }
        #expect(next == table.rows + 1, sourceLocation: sourceLocation)
    }
}
