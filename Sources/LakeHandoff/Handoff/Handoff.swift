/// A plan as the script of a destination.
package enum Handoff {
    /// - Parameters:
    ///   - schema: where the tables are to be; nil: where the client is.
    package static func script(_ plan: HandoffPlan, for destination: Destination, at location: FileLocation, schema: String? = nil) -> String {
        LoadScript(plan: plan, dialect: dialect(destination, location, schema)).text
    }

    private static func dialect(_ destination: Destination, _ location: FileLocation, _ schema: String?) -> any Dialect {
        switch destination {
        case .postgres: PostgresDialect(location: location, schema: schema)
        case .sqlite: SQLiteDialect(location: location)
        case .clickhouse: ClickHouseDialect(location: location, schema: schema)
        default: DuckDBDialect(location: location, schema: schema)
        }
    }
}

extension Handoff {
    /// A query for what a destination has of every load: `20261123T020000Z-7f3a9c requests 5000`, a line each.
    package static func recorded(_ destination: Destination, schema: String? = nil) -> String {
        let dialect = dialect(destination, FileLocation(lake: "", dataset: ""), schema)
        let columns = [LoadsTable.load, LoadsTable.table, LoadsTable.rows].map { "CAST(\(dialect.identifier($0)) AS \(destination == .clickhouse ? "String" : "VARCHAR(100)"))" }
        return "SELECT \(columns.joined(separator: " || ' ' || ")) FROM \(dialect.table(LoadsTable.name))"
    }
}
