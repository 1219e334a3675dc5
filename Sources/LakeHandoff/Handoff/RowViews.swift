import LakeModel
import LakeSchema

/// A plan as views over the files where they lie: one for each table, of the rows that count.
///
///     CREATE OR REPLACE VIEW "requests" AS WITH "_rows" AS (
///       SELECT … FROM read_csv(['…/requests.v1.00000.csv'], …)
///       UNION ALL SELECT … FROM read_csv(['…/requests.v2.00000.csv'], …))
///     SELECT … FROM "_rows" AS s WHERE …;
struct RowViews {
    let plan: HandoffPlan
    let dialect: any Dialect
    /// `VIEW`, or a kind of it.
    let kind: String
    /// SELECTs of all of a table's columns in their order, which together have the rows of all its files.
    let sources: (DestinationTable) -> [String]

    var statements: [String] { plan.resources.flatMap { resource in resource.tables.map { view($0, resource) } } }

    private func view(_ table: DestinationTable, _ resource: HandoffResource) -> String {
        let rows = dialect.identifier("_rows"), sources = table.files.isEmpty ? [empty(table)] : sources(table)
        return """
            CREATE OR REPLACE \(kind) \(dialect.table(table.name)) AS WITH \(rows) AS (
              \(sources.joined(separator: "\n  UNION ALL ")))
            SELECT \(dialect.names(table)) FROM \(counting(table, resource, rows));
            """
    }

    /// No row, and every column with its type.
    private func empty(_ table: DestinationTable) -> String { "SELECT \(dialect.columns(table, [])) WHERE FALSE" }

    /// What a destination that is loaded would hold. Loads that are superseded are not among the files.
    private func counting(_ table: DestinationTable, _ resource: HandoffResource, _ rows: String) -> String {
        guard case .merge(let key, let spans) = resource.rule else { return rows }
        guard table.isChild else { return dialect.newest(of: rows, key, spans) }
        return "\(rows) AS s\nWHERE EXISTS (SELECT 1 FROM \(dialect.table(resource.root.name)) AS r WHERE \(dialect.isRoot("r", of: "s")))"
    }
}

extension Dialect {
    /// All columns of a table in their order, from those that there are; the others are NULL.
    func columns(_ table: DestinationTable, _ pairs: [(from: Column, to: DestinationColumn)], _ value: ((Column) -> String)? = nil) -> String {
        table.columns.map { column in
            let pair = pairs.first { $0.to == column }
            let read = pair.map { pair in
                value?(pair.from) ?? cast(identifier(pair.from.name), from: pair.from.type, to: column.type)
            }
            return "\(read ?? "CAST(NULL AS \(type(column.type)))") AS \(identifier(column.name))"
        }.joined(separator: ", ")
    }
}
