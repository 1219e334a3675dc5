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
