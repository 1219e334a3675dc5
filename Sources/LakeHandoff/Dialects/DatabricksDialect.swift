import LakeModel
import LakeSchema

/// Databricks with Delta tables. A statement is a transaction there, a script is none: what a run that was cut off left of
/// a load is taken out before the load comes again, and a load is recorded last.
struct DatabricksDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        [
            "For Databricks SQL: run it in a notebook or the SQL editor, or by databricks' own command line.",
            Destination.databricks.access,
            "Not executed against Databricks. Its statements are judged by Spark's parser; Delta tables were not there.",
        ]
    }

    func identifier(_ name: String) -> String { SQL.doubled(name, "`") }
    func literal(_ text: String) -> String { SQL.escaped(text, "'") }
    func type(_ type: ColumnType) -> String { SparkTypes.name(type) }
    func staging(_ name: String) -> String { table(stagingName(name)) }

    var begin: [String] { [] }
    var commit: [String] { [] }
    var now: String { "current_timestamp()" }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String {
        "CREATE TABLE IF NOT EXISTS \(self.table(table)) (\n  \(columns.joined(separator: ",\n  ")))\n"
            + "USING DELTA TBLPROPERTIES ('delta.enableTypeWidening' = 'true');"
    }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE OR REPLACE TABLE \(staging(name)) (\(columns.joined(separator: ", "))) USING DELTA;"]
    }

    /// Done by the staged columns, in `apply`. What Delta widens in place is a bigint that becomes a decimal; the rest is told.
    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        table.columns.flatMap { column in
            column.earlier.filter { !widens($0, to: column.type) }.map { from in
                SQL.comment("\(identifier(table.name)).\(identifier(column.name)) was \(type(from)) and is \(type(column.type)) now: Delta does not widen that "
                    + "in place. Where the table is there from before, make the script with --variants\(column.type == .text ? "" : " (for texts)"), "
                    + "or drop its tables and its rows in \(LoadsTable.name) first.")
            }
        }
    }

    private func widens(_ from: ColumnType, to: ColumnType) -> Bool {
        if type(from) == type(to) { return true }
        if case (.bigint, .decimal(let size)) = (from, to) { return size.whole >= 20 }
        return false
    }

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let version = files[0].version, pairs = table.pairs(of: version), view = identifier("_lake_file")
        let own = version.columns.map { "\(identifier($0.name)) \(type($0.type))" }.joined(separator: ", ")
        return files.flatMap { file in
            [
                "CREATE OR REPLACE TEMPORARY VIEW \(view) (\(own))\nUSING json OPTIONS (path \(literal(location.path(file))), mode 'FAILFAST');",
                """
                INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
                SELECT \(pairs.map { cast(identifier($0.from.name), from: $0.from.type, to: $0.to.type) }.joined(separator: ", "))
                FROM \(view) WHERE \(isOffered(identifier(SystemColumns.loadID)));
                """,
            ]
        }
    }

    func apply(_ resource: HandoffResource) -> [String] {
        let evolve = resource.tables.map { table in
            "MERGE WITH SCHEMA EVOLUTION INTO \(self.table(table.name)) AS t USING (SELECT * FROM \(staging(table.name)) LIMIT 0) AS s\n"
                + "ON FALSE WHEN NOT MATCHED THEN INSERT *;"
        }
        return [check(resource)] + evolve + removeUnfinished(resource) + rows(resource)
    }

    /// Fails where another number of rows was read than the lake holds: nothing is changed then.
    private func check(_ resource: HandoffResource) -> String {
        "SELECT CASE WHEN count(*) > 0 THEN raise_error('Another number of rows was read than the lake holds') END\n\(differing(resource));"
    }
}

/// Types of Spark's SQL, which Databricks speaks too.
enum SparkTypes {
    static func name(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .bigint: "BIGINT"
        case .double: "DOUBLE"
        case .decimal(let size): "DECIMAL(\(size.precision),\(size.scale))"
        case .timestamp: "TIMESTAMP"
        case .timestampNTZ: "TIMESTAMP_NTZ"
        case .date: "DATE"
        case .time, .json, .text, .unknown: "STRING"
        }
    }
}
