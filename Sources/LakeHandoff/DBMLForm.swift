import LakeModel
import LakeSchema

/// The tables and their links in DBML:
///
///     Table "requests" {
///       "_load_id" text [not null]
///       "_row_number" bigint [not null]
///       "id" text [pk, note: 'As the API has it.']
///
///       indexes {
///         ("_load_id", "_row_number") [unique]
///       }
///
///       Note: 'requests, schema version 2'
///     }
///
///     Ref: "requests__tags".("_load_id", "_parent_row_number") > "requests".("_load_id", "_row_number")
///
/// The primary key is that of the records, or else what identifies a row, which is unique in any case.
package enum DBMLForm {
    package static func text(_ tables: [HandoffTable]) -> String {
        let refs = TableLink.all(tables).map(ref)
        return (tables.map(table) + (refs.isEmpty ? [] : [refs.joined(separator: "\n")])).joined(separator: "\n\n") + "\n"
    }

    private static func table(_ table: HandoffTable) -> String {
        let key = table.keyColumns
        var indexes = [names(HandoffTable.rowKey) + (key.isEmpty ? " [pk]" : " [unique]")]
        if key.count > 1 { indexes.append(names(key) + " [pk]") }
        let columns = table.typedColumns.map { column($0, isKey: key == [$0.name], table.descriptions[$0.id]) }
        return """
            Table \(quoted(table.name)) {
            \(columns.map { "  " + $0 }.joined(separator: "\n"))

              indexes {
            \(indexes.map { "    " + $0 }.joined(separator: "\n"))
              }

              Note: \(note("\(table.version.resource), schema version \(table.version.version)"))
            }
            """
    }

    private static func column(_ column: Column, isKey: Bool, _ description: String?) -> String {
        let settings = [isKey ? "pk" : nil, column.isNullable ? nil : "not null", description.map { "note: " + note($0) }].compactMap { $0 }
        return "\(quoted(column.name)) \(column.type.rawValue)" + (settings.isEmpty ? "" : " [\(settings.joined(separator: ", "))]")
    }

    private static func ref(_ link: TableLink) -> String {
        "Ref: \(quoted(link.child)).\(names([SystemColumns.loadID, link.column])) > \(quoted(link.above)).\(names(HandoffTable.rowKey))"
    }

    private static func names(_ columns: [String]) -> String { "(" + columns.map(quoted).joined(separator: ", ") + ")" }

    /// Names of tables and columns have letters, digits and underscores only.
    private static func quoted(_ name: String) -> String { "\"\(name)\"" }

    private static func note(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in oneLine(text).unicodeScalars {
            if scalar == "'" || scalar == "\\" { out.append("\\") }
            out.append(scalar)
        }
        return "'\(String(out))'"
    }
}
