import LakeJSON
import LakeModel
import LakeSchema

/// A JSON Schema (draft 2020-12) that every line of the JSONL files of a version satisfies:
///
///     {
///       "$schema": "https://json-schema.org/draft/2020-12/schema",
///       "title": "requests, schema version 2",
///       "type": "object",
///       "properties": {
///         "_load_id": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$"},
///         "amount": {"type": ["string", "null"], "pattern": "^-?(0|[1-9][0-9]{0,28})([.][0-9]{1,9})?$"}
///       },
///       "required": ["_load_id", "_row_number"],
///       "additionalProperties": false
///     }
///
/// A null may stand there or be absent. Times have patterns and, dates apart, no `format`: the formats of the draft want
/// a `T` in a timestamp and a zone in a time, the lake takes a blank and none.
package enum JSONSchemaForm {
    /// All tables: an object with the schema of each under its name.
    package static func text(_ tables: [HandoffTable]) -> String {
        JSONValue.object(pairs: tables.map { ($0.name, schema($0)) }).text(pretty: true)
    }

    package static func text(_ table: HandoffTable) -> String { schema(table).text(pretty: true) }

    private static func schema(_ table: HandoffTable) -> JSONValue {
        let version = table.version
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "\(version.table), schema version \(version.version)",
            "type": "object",
            "properties": .object(pairs: version.columns.map { ($0.name, property($0, table.descriptions[$0.id])) }),
            "required": .strings(version.columns.filter { !$0.isNullable }.map(\.name)),
            "additionalProperties": false,
        ]
    }

    /// What a value may be: its JSON types, and what holds beside them.
    private typealias Rules = (types: [JSONValue], limits: [(String, JSONValue)])

    private static func property(_ column: Column, _ description: String?) -> JSONValue {
        var (types, limits) = (column.isSystem ? systemRules(column) : nil) ?? rules(column.type)
        if column.isNullable, !types.contains("null") { types.append("null") }
        var members: [(String, JSONValue)] = []
        if types != anything + ["null"] { members.append(("type", types.count == 1 ? types[0] : .array(types))) }
        members += limits
        if let description { members.append(("description", .string(description))) }
        return .object(pairs: members)
    }

    private static let anything: [JSONValue] = ["object", "array", "string", "number", "boolean"]

    private static func systemRules(_ column: Column) -> Rules? {
        switch column.name {
        case SystemColumns.loadID: (["string"], [("pattern", "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$")])
        case SystemColumns.listIndex: (["integer"], [("minimum", 0)])
        case SystemColumns.rowNumber, SystemColumns.parentRowNumber, SystemColumns.rootRowNumber: (["integer"], [("minimum", 1)])
        default: nil
        }
    }

    private static func rules(_ type: ColumnType) -> Rules {
        switch type {
        case .unknown: (["null"], [])
        case .boolean: (["boolean"], [])
        case .bigint: (["integer"], [("minimum", .int(Int64.min)), ("maximum", .int(Int64.max))])
        case .double: (["number"], [])
        case .decimal(let size): (["string"], [("pattern", .string("^\(decimal(size))$"))])
        case .timestamp: (["string"], [("pattern", .string("^\(date)[T ]\(time)\(zone)$"))])
        case .timestampNTZ: (["string"], [("pattern", .string("^\(date)[T ]\(time)$"))])
        case .date: (["string"], [("format", "date"), ("pattern", .string("^\(date)$"))])
        case .time: (["string"], [("pattern", .string("^\(time)$"))])
        case .text: (["string"], [])
        case .json: (anything, [])
        }
    }

    // Which days a month has is left to `format`. No `\d`: to some readers that is any digit of Unicode.
    private static let date = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    private static let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
    private static let zone = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"

    /// Plain notation. The zero before the point is no digit of the precision.
    private static func decimal(_ size: DecimalSize) -> String {
        let whole = switch size.whole {
        case 0: "0"
        case 1: "[0-9]"
        default: "(0|[1-9][0-9]{0,\(size.whole - 1)})"
        }
        return "-?" + whole + (size.scale > 0 ? "([.][0-9]{1,\(size.scale)})?" : "")
    }
}
