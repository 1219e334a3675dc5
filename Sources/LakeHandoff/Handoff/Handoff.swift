/// A plan as the script of a destination.
package enum Handoff {
    /// - Parameters:
    ///   - schema: where the tables are to be; nil: where the client is.
    package static func script(_ plan: HandoffPlan, for destination: Destination, at location: FileLocation, schema: String? = nil) -> String {
        switch destination {
        case .spark:
            let dialect = SparkDialect(location: location)
            return text(plan, dialect, InPlace.spark(plan, dialect))
        case .trino, .athena:
            let dialect = TrinoDialect(location: location, schema: schema, isAthena: destination == .athena)
            return text(plan, dialect, InPlace.trino(plan, dialect))
        default: return LoadScript(plan: plan, dialect: loading(destination, location, schema)).text
        }
    }

    /// Views of DuckDB that stay in its database.
    package static func views(_ plan: HandoffPlan, at location: FileLocation, schema: String? = nil) -> String {
        let dialect = DuckDBDialect(location: location, schema: schema)
        return text(plan, dialect, InPlace.duckDB(plan, dialect, kind: "VIEW"))
    }

    /// Views of DuckDB that go with the connection, and nothing else.
    package static func temporaryViews(_ plan: HandoffPlan, at location: FileLocation) -> String {
        InPlace.duckDB(plan, DuckDBDialect(location: location), kind: "TEMP VIEW").joined(separator: "\n")
    }

    /// A query for what a destination has of every load: `20261123T020000Z-7f3a9c requests 5000`, a line each.
    package static func recorded(_ destination: Destination, schema: String? = nil) -> String {
        let dialect = loading(destination, FileLocation(lake: "", dataset: ""), schema)
        let columns = [LoadsTable.load, LoadsTable.table, LoadsTable.rows].map {
            "CAST(\(dialect.identifier($0)) AS \(destination == .clickhouse ? "String" : "VARCHAR(100)"))"
        }
        return "SELECT \(columns.joined(separator: " || ' ' || ")) FROM \(dialect.table(LoadsTable.name))"
    }

    private static func text(_ plan: HandoffPlan, _ dialect: any Dialect, _ statements: [String]) -> String {
        let head = ["The dataset \(plan.dataset) of a restlake lake, read where it lies: \(plan.loads.count) loads, \(plan.files) files."] + dialect.usage
        return (head.map(SQL.comment) + dialect.opening + statements).joined(separator: "\n") + "\n"
    }

    private static func loading(_ destination: Destination, _ location: FileLocation, _ schema: String?) -> any Dialect {
        switch destination {
        case .postgres: PostgresDialect(location: location, schema: schema)
        case .sqlite: SQLiteDialect(location: location)
        case .clickhouse: ClickHouseDialect(location: location, schema: schema)
        case .bigquery: BigQueryDialect(location: location, schema: schema)
        case .snowflake: SnowflakeDialect(location: location, schema: schema)
        case .redshift: RedshiftDialect(location: location, schema: schema)
        case .databricks: DatabricksDialect(location: location, schema: schema)
        case .duckdb, .spark, .trino, .athena: DuckDBDialect(location: location, schema: schema)
        }
    }
}
