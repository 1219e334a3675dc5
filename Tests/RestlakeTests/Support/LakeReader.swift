import Foundation
import LakeJSON
import Testing

/// Reads a dataset the way its readers do: by the load record, the schema documents and the data files.
struct LakeReader {
    let folder: String

    struct Row {
        var columns: [(name: String, value: JSONValue)]
        subscript(_ name: String) -> JSONValue? { columns.first { $0.name == name }?.value }
        var number: Int { self["_row_number"]?.int ?? 0 }
    }

    var loads: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/_lake/loads")) ?? [])
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    var staging: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder + "/_lake/staging")) ?? [] }

    func document(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: String(decoding: try data(path), as: UTF8.self))
    }

    func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)) }

    /// The record of the newest load.
    func record() throws -> JSONValue { try document("_lake/loads/\(try #require(loads.last)).json") }

    /// Outcome and written records of each resource in the newest load.
    func outcomes() throws -> [String: String] {
        let resources = try #require(try record()["resources"]?.array)
        return Dictionary(resources.map { ($0["name"]?.string ?? "", "\($0["outcome"]?.string ?? "") \($0["counts"]?["written"]?.int ?? -1)") }) { $1 }
    }

    /// What the newest load says of a resource.
    func resource(_ name: String = "items") throws -> JSONValue {
        try #require(try record()["resources"]?.array?.first { $0["name"]?.string == name })
    }

    /// A count of a resource in the newest load, such as `duplicate`.
    func count(_ what: String, of name: String = "items") throws -> Int? { try resource(name)["counts"]?[what]?.int }

    /// The sentences on a resource in the newest load.
    func findings(_ name: String = "items") throws -> String {
        try resource(name)["findings"]?.array?.compactMap(\.string).joined(separator: "\n") ?? ""
    }

    func files(_ record: JSONValue, _ format: String) -> [(path: String, table: String, version: Int, rows: Int)] {
        (record["files"]?.array ?? []).filter { $0["format"]?.string == format }.map {
            ($0["path"]?.string ?? "", $0["table"]?.string ?? "", $0["schema_version"]?.int ?? 0, $0["rows"]?.int ?? 0)
        }
    }

    func jsonl(_ path: String) throws -> [Row] {
        try String(decoding: try data(path), as: UTF8.self).split(separator: "\n").map { line in
            let object = try #require(try JSONValue(parsing: String(line)).object)
            return Row(columns: object.map { ($0.key, $0.value) })
        }
    }

    /// Field by field; nil is NULL.
    func csv(_ path: String) throws -> (header: [String], rows: [[String?]]) {
        var rows = try CSV.read(try data(path))
        return (rows.removeFirst().map { $0 ?? "" }, rows)
    }

    /// All rows of a table in the newest load.
    func rows(_ table: String) throws -> [Row] {
        try files(try record(), "jsonl").filter { $0.table == table }.flatMap { try jsonl($0.path) }
    }

    /// The ids of a table's rows, in order.
    func ids(_ table: String = "items") throws -> [Int] { try rows(table).compactMap { $0["id"]?.int } }

    /// Every load's files against its checksums.
    func checkSums(_ bench: Bench) throws -> Outcome {
        try bench.command(["/bin/sh", "-c", "for f in _lake/loads/*.sha256; do sha256sum --quiet -c $f || exit 1; done"], in: folder).end()
    }
}

/// RFC 4180 with LF, and the difference between nothing and `""`. Simple on purpose.
enum CSV {
    struct Damaged: Error { var byte: Int }

    static func read(_ data: Data) throws -> [[String?]] {
        let bytes = Array(data)
        var rows: [[String?]] = [], row: [String?] = []
        var i = 0
        while i < bytes.count {
            var field: String?
            if bytes[i] == UInt8(ascii: "\"") {
                var text: [UInt8] = []
                i += 1
                while i < bytes.count {
                    if bytes[i] != UInt8(ascii: "\"") { text.append(bytes[i]); i += 1; continue }
                    guard i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "\"") else { break }
                    text.append(bytes[i])
                    i += 2
                }
                i += 1
                field = String(decoding: text, as: UTF8.self)
            } else {
                let end = bytes[i...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") } ?? bytes.count
                field = end == i ? nil : String(decoding: bytes[i..<end], as: UTF8.self)
                i = end
            }
            row.append(field)
            guard i < bytes.count, bytes[i] == UInt8(ascii: ",") || bytes[i] == UInt8(ascii: "\n") else { throw Damaged(byte: i) }
            if bytes[i] == UInt8(ascii: "\n") {
                rows.append(row)
                row = []
            }
            i += 1
        }
        return rows
    }
}
