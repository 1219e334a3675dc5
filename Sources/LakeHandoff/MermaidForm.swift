import LakeModel
import LakeSchema

/// An entity-relationship diagram in Mermaid's words:
///
///     erDiagram
///         "requests" {
///             text _load_id UK
///             bigint _row_number UK
///             text id PK
///             decimal amount "38,9: What was paid."
///         }
///         "requests" ||--o{ "requests__tags" : "_load_id, _parent_row_number"
///
/// PK is the primary key of the records, or else what identifies a row; that is UK beside a PK. FK leads to the rows
/// above; a dotted line leads past the parent to the record. Names stand in quotes: a table may be called `to`, which is
/// a word of the language.
package enum MermaidForm {
    package static func text(_ tables: [HandoffTable]) -> String {
        let links = TableLink.all(tables)
        return (["erDiagram"] + tables.flatMap { entity($0, links) } + links.map(line)).joined(separator: "\n") + "\n"
    }

    private static func entity(_ table: HandoffTable, _ links: [TableLink]) -> [String] {
        let foreign = Set(links.filter { $0.child == table.name }.flatMap { [SystemColumns.loadID, $0.column] })
        let key = table.keyColumns
        let lines = table.typedColumns.map { column in
            var keys: [String] = []
            if (key.isEmpty ? HandoffTable.rowKey : key).contains(column.name) { keys.append("PK") }
            if foreign.contains(column.name) { keys.append("FK") }
            if !key.isEmpty, HandoffTable.rowKey.contains(column.name) { keys.append("UK") }
            return attribute(column, keys, table.descriptions[column.id])
        }
        return ["    \"\(table.name)\" {"] + lines.map { "        " + $0 } + ["    }"]
    }

    /// A type may have no comma: the size of a decimal stands in the comment.
    private static func attribute(_ column: Column, _ keys: [String], _ description: String?) -> String {
        var type = column.type.rawValue, comments: [String] = []
        if case .decimal(let size) = column.type {
            type = "decimal"
            comments.append("\(size.precision),\(size.scale)")
        }
        if let description { comments.append(comment(description)) }
        let words = [type, name(column), keys.joined(separator: ", "), comments.isEmpty ? "" : "\"\(comments.joined(separator: ": "))\""]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A name that is a word of the language, in whatever case, bears the asterisk that a name may begin with.
    private static func name(_ column: Column) -> String { ["pk", "fk", "uk"].contains(column.name) ? "*" + column.name : column.name }

    /// There is no escape for quotes.
    private static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(oneLine(text).unicodeScalars.map { $0 == "\"" ? "'" : $0 }))
    }

    private static func line(_ link: TableLink) -> String {
        "    \"\(link.above)\" ||\(link.isDirect ? "--" : "..")o{ \"\(link.child)\" : \"\(SystemColumns.loadID), \(link.column)\""
    }
}
