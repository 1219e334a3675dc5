import LakeModel
import LakeSchema

/// Scripts after which nothing is loaded: the files are the tables.
enum InPlace {
    // MARK: DuckDB

    static func duckDB(_ plan: HandoffPlan, _ dialect: DuckDBDialect, kind: String) -> [String] {
        RowViews(plan: plan, dialect: dialect, kind: kind) { table in
            table.filesByVersion.map { "SELECT \(dialect.columns(table, table.pairs(of: $0[0].version))) FROM \(dialect.source($0))" }
        }.statements
    }

    // MARK: Spark

    static func spark(_ plan: HandoffPlan, _ dialect: SparkDialect) -> [String] {
        let groups = plan.resources.flatMap(\.tables).flatMap(\.filesByVersion)
        return groups.map(dialect.fileView) + RowViews(plan: plan, dialect: dialect, kind: "TEMPORARY VIEW") { table in
            table.filesByVersion.map { "SELECT \(dialect.columns(table, table.pairs(of: $0[0].version))) FROM \(dialect.fileViewName($0[0].version))" }
        }.statements
    }

    // MARK: Trino, Athena

    static func trino(_ plan: HandoffPlan, _ dialect: TrinoDialect) -> [String] {
        let tables = plan.resources.flatMap(\.tables)
        return tables.flatMap(dialect.rawTable) + RowViews(plan: plan, dialect: dialect, kind: "VIEW") { table in
            let loads = Set(table.files.map(\.load)).sorted().map(dialect.literal).joined(separator: ", ")
            return [
                "SELECT \(dialect.columns(table, table.pairs(of: table.version)) { dialect.value($0) }) FROM \(dialect.table(dialect.rawName(table.name)))\n"
                    + "  WHERE \(dialect.identifier("load_id")) IN (\(loads))",
            ]
        }.statements
    }
}
