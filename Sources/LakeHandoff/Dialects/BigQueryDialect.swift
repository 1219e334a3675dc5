import LakeModel
import LakeSchema

/// BigQuery, as a script of several statements: `LOAD DATA` reads from Cloud Storage.
struct BigQueryDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        [
            "For BigQuery: bq query --use_legacy_sql=false < SCRIPT",
            Destination.bigquery.access,
            "Not executed against BigQuery. An emulator runs its statements, but for LOAD DATA, which follows the documentation.",
        ]
    }

    func identifier(_ name: String) -> String { SQL.escaped(name, "`") }
    func literal(_ text: String) -> String { SQL.escaped(text, "'") }

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOL"
        case .bigint: "INT64"
        case .double: "FLOAT64"
        case .decimal(let size): (BigQueryForm.isNumeric(size) ? "NUMERIC" : "BIGNUMERIC") + (size == .usual ? "" : "(\(size.precision), \(size.scale))")
        case .timestamp: "TIMESTAMP"
        case .timestampNTZ: "DATETIME"
        case .date: "DATE"
        case .time: "TIME"
        case .json: "JSON"
        case .text, .unknown: "STRING"
        }
    }

    var begin: [String] { ["BEGIN TRANSACTION;"] }
    var commit: [String] { ["COMMIT TRANSACTION;"] }
    var makesTablesApart: Bool { true }

    func staging(_ name: String) -> String { table(stagingName(name)) }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE OR REPLACE TABLE \(staging(name)) (\(columns.joined(separator: ", ")));"]
    }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let alter = "ALTER TABLE \(self.table(table.name))"
        let added = table.columns.filter(\.isAdded).map { "ADD COLUMN IF NOT EXISTS " + definition($0) }
        let columns = (schema.map { identifier($0) + "." } ?? "") + "INFORMATION_SCHEMA.COLUMNS"
        return (added.isEmpty ? [] : ["\(alter)\n  \(added.joined(separator: ",\n  "));"]) + table.columns.flatMap { column in
            column.earlier.map { from in
                """
                IF EXISTS (SELECT 1 FROM \(columns) WHERE table_name = \(literal(table.name)) \
                AND column_name = \(literal(column.name)) AND data_type = \(literal(type(from)))) THEN
                  \(FourSteps(dialect: self, table: table, column: column, from: from).statements.joined(separator: "\n  "))
                END IF;
                """
            }
        }
    }

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let version = files[0].version
        let own = version.columns.map { "\(identifier($0.name)) \(type($0.type))" }.joined(separator: ", ")
        let paths = files.map { literal(location.path($0)) }.joined(separator: ", ")
        return ["LOAD DATA OVERWRITE \(staging("_file")) (\(own))\nFROM FILES (format = 'JSON', uris = [\(paths)]);"]
            + insertFromFile(table, version) + ["DROP TABLE \(staging("_file"));"]
    }
}
