import LakeCommit
import LakeJSON
import LakeModel
import LakeSchema

/// Data Package, version 2: of a table the Table Schema for the CSV files of one version, of a dataset `datapackage.json`.
///
///     {
///       "fields": [
///         {"name": "_row_number", "type": "integer", "constraints": {"required": true}},
///         {"name": "created_at", "type": "datetime", "format": "any"}
///       ],
///       "missingValues": [""],
///       "primaryKey": ["_load_id", "_row_number"]
///     }
///
/// The primary key is that of the rows: a key of the source comes again in later loads, and in files beside this one.
/// For the same reason there are no foreign keys: the row above may be in a file of another version.
package enum FrictionlessForm {
    private static let profiles = "https://datapackage.org/profiles/2.0/"

    package static func text(_ table: HandoffTable) -> String { tableSchema(table).text(pretty: true) }

    /// A package of all CSV files, a resource each: every file has a header of its own, so they cannot be joined into one.
    /// - Parameters:
    ///   - files: with paths relative to the folder where `datapackage.json` is to lie, that of the dataset.
    ///   - table: the table of a file in the version of that file.
    package static func package(dataset: String, files: [FileRecord], table: (FileRecord) throws -> HandoffTable) rethrows -> String {
        let resources = try files.filter { $0.format == .csv }.map { resource($0, try table($0)) }
        let package: JSONValue = [
            "$schema": .string(profiles + "datapackage.json"), "name": .string(letters(dataset)), "resources": .array(resources),
        ]
        return package.text(pretty: true)
    }

    private static func resource(_ file: FileRecord, _ table: HandoffTable) -> JSONValue {
        .object([
            "name": .string(name(file)), "type": "table",
            "title": .string("\(file.table), schema version \(file.schemaVersion)"),
            "path": .string(file.path), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
            "compression": file.compression == .gzip ? "gz" : nil,
            "bytes": .int(file.bytes), "hash": .string("sha256:" + file.sha256),
            "dialect": ["header": true, "delimiter": ",", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true],
            "schema": tableSchema(table),
        ])
    }

    /// `requests/csv/load_id=20261123T020000Z-7f3a9c/requests.v1.00000.csv` → `requests.v1.00000.20261123t020000z-7f3a9c`:
    /// unique.
    private static func name(_ file: FileRecord) -> String {
        let parts = file.path.split(separator: "/").map(String.init)
        let load = parts.first { $0.hasPrefix("load_id=") }.map { "." + $0.dropFirst("load_id=".count) } ?? ""
        let suffix = "." + file.format.rawValue + file.compression.fileSuffix
        let base = parts.last.map { $0.hasSuffix(suffix) ? String($0.dropLast(suffix.count)) : $0 } ?? ""
        return letters(base + load)
    }

    /// In the letters that a name may have.
    private static func letters(_ text: String) -> String {
        String(decoding: text.lowercased().utf8.map { byte in
            let isPlain = (97...122).contains(byte) || (48...57).contains(byte) || "-_.".utf8.contains(byte)
            return isPlain ? byte : UInt8(ascii: "-")
        }, as: UTF8.self)
    }

    private static func tableSchema(_ table: HandoffTable) -> JSONValue {
        [
            "$schema": .string(profiles + "tableschema.json"),
            "fields": .array(table.version.columns.map { field($0, table.descriptions[$0.id]) }),
            "missingValues": [""],
            "primaryKey": .strings(HandoffTable.rowKey),
        ]
    }

    private static func field(_ column: Column, _ description: String?) -> JSONValue {
        let isMoment = column.type == .timestamp || column.type == .timestampNTZ
        let isBoolean = column.type == .boolean
        return .object([
            "name": .string(column.name), "type": .string(type(column.type)),
            // The default wants a `T` between date and time, the lake takes a blank too.
            "format": isMoment ? "any" : nil,
            "trueValues": isBoolean ? ["true"] : nil, "falseValues": isBoolean ? ["false"] : nil,
            "constraints": column.isNullable ? nil : ["required": true],
            "description": description.map { .string($0) },
        ])
    }

    private static func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "boolean"
        case .bigint: "integer"
        case .double, .decimal: "number"
        case .timestamp, .timestampNTZ: "datetime"
        case .date: "date"
        case .time: "time"
        case .text: "string"
        // JSON of any kind, where `object` and `array` allow one only; and a column that has nothing to be judged by.
        case .json, .unknown: "any"
        }
    }
}
