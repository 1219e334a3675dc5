import LakeModel
import LakeSchema

/// A plan as views of DuckDB over the files where they lie: one for each table, of the rows that count.
///
///     CREATE OR REPLACE TEMP VIEW "requests" AS WITH "_rows" AS (
///       SELECT … FROM read_csv(['…/requests.v1.00000.csv'], …)
///       UNION ALL BY NAME SELECT … FROM read_csv(['…/requests.v2.00000.csv'], …))
///     SELECT … FROM "_rows" AS s WHERE …;
package enum DuckDBViews {
    /// - Parameter isTemporary: they go with the connection; else they stay in the database.
    package static func script(_ plan: HandoffPlan, at location: FileLocation, schema: String? = nil, isTemporary: Bool = false) -> String {
        let dialect = DuckDBDialect(location: location, schema: schema)
        let head = isTemporary ? [] : ["-- Views of DuckDB over the dataset \(plan.dataset) of a restlake lake: duckdb DATABASE < SCRIPT"] + dialect.opening
        let views = plan.resources.flatMap { resource in
            resource.tables.map { view($0, resource, dialect, isTemporary ? "TEMP VIEW" : "VIEW") }
        }
        return (head + views).joined(separator: "\n\n") + "\n"
    }

    private static func view(_ table: DestinationTable, _ resource: HandoffResource, _ dialect: DuckDBDialect, _ kind: String) -> String {
        """
        CREATE OR REPLACE \(kind) \(dialect.table(table.name)) AS WITH "_rows" AS (
          \(([empty(table, dialect)] + table.filesByVersion.map { rows($0, table, dialect) }).joined(separator: "\n  UNION ALL BY NAME ")))
        SELECT \(dialect.names(table)) FROM "_rows" AS s\(condition(table, resource, dialect));
        """
    }

    /// No row, and every column with its type.
    private static func empty(_ table: DestinationTable, _ dialect: DuckDBDialect) -> String {
        "SELECT \(table.columns.map { "CAST(NULL AS \(dialect.type($0.type))) AS \(dialect.identifier($0.name))" }.joined(separator: ", ")) WHERE FALSE"
    }

    private static func rows(_ files: [HandoffFile], _ table: DestinationTable, _ dialect: DuckDBDialect) -> String {
        let columns = table.pairs(of: files[0].version).map { pair in
            "\(dialect.cast(dialect.identifier(pair.from.name), from: pair.from.type, to: pair.to.type)) AS \(dialect.identifier(pair.to.name))"
        }
        return "SELECT \(columns.joined(separator: ", ")) FROM \(dialect.source(files))"
    }

    /// What a destination that is loaded would hold. Loads that are superseded are not among the files.
    private static func condition(_ table: DestinationTable, _ resource: HandoffResource, _ dialect: DuckDBDialect) -> String {
        guard case .merge(let key, let spans) = resource.rule else { return "" }
        if table.isChild {
            return "\nWHERE EXISTS (SELECT 1 FROM \(dialect.table(resource.root.name)) AS r WHERE \(dialect.isRoot("r", of: "s")))"
        }
        guard spans.contains(.all) else {
            return "\nWHERE NOT EXISTS (SELECT 1 FROM \"_rows\" AS n WHERE \(dialect.newer("n", than: "s", key, spans)))"
        }
        let keys = key.map(dialect.identifier).joined(separator: ", ")
        return "\nQUALIFY ROW_NUMBER() OVER (PARTITION BY \(keys) ORDER BY \(dialect.newestFirst)) = 1"
    }
}
