import LakeModel
import LakeSchema

/// Trino with its Hive connector, and Athena: an external table for the JSONL files of each table, and a view of its types.
struct TrinoDialect: Dialect {
    var location: FileLocation
    var schema: String?
    var isAthena: Bool

    var usage: [String] {
        let how = isAthena ? "For Athena: one statement at a time, in its editor or by aws athena start-query-execution."
            : "For Trino: trino --catalog HIVE --schema SCHEMA -f SCRIPT"
        return [how, Destination.trino.access, "Not executed against \(isAthena ? "Athena" : "Trino"): its syntax is checked by a parser only."]
    }

    var opening: [String] { [] }

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "boolean"
        case .bigint: "bigint"
        case .double: "double"
        case .decimal(let size): "decimal(\(size.precision),\(size.scale))"
        case .timestamp: isAthena ? "timestamp with time zone" : "timestamp(6) with time zone"
        case .timestampNTZ: isAthena ? "timestamp" : "timestamp(6)"
        case .date: "date"
        case .time, .json, .text, .unknown: "varchar"
        }
    }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] { [] }
    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] { [] }

    // MARK: The files as a table

    func rawName(_ table: String) -> String { Names.fitted(table + "_raw", path: table) }

    /// Numbers and flags as they are; everything else is a text until the view.
    private func raw(_ type: ColumnType) -> String {
        switch type {
        case .boolean, .bigint, .double: self.type(type)
        default: isAthena ? "string" : "varchar"
        }
    }

    /// A value of the raw table in the type of its column.
    func value(_ column: Column) -> String {
        let name = identifier(column.name)
        return switch column.type {
        case .timestamp: "from_iso8601_timestamp\(isAthena ? "" : "_nanos")(replace(\(name), ' ', 'T'))"
        case .timestampNTZ: "CAST(replace(\(name), 'T', ' ') AS \(type(.timestampNTZ)))"
        case .date, .decimal: "CAST(\(name) AS \(type(column.type)))"
        default: name
        }
    }

    func rawTable(_ table: DestinationTable) -> [String] {
        let name = rawName(table.name), folder = "\(location.root)/\(table.name)/jsonl/"
        let loads = Set(table.files.map(\.load)).sorted()
        let quote: (String) -> String = { isAthena ? "`\($0)`" : identifier($0) }
        let columns = table.version.columns.map { "\(quote($0.name)) \(raw($0.type))" }
        let full = (schema.map { quote($0) + "." } ?? "") + quote(name)
        guard isAthena else {
            return [
                "CREATE TABLE IF NOT EXISTS \(full) (\n  \((columns + [identifier("load_id") + " varchar"]).joined(separator: ",\n  ")))\n"
                    + "WITH (format = 'JSON', external_location = \(literal(folder)), partitioned_by = ARRAY['load_id']);",
                "CALL system.sync_partition_metadata(\(literal(schema ?? "default")), \(literal(name)), 'ADD');",
            ]
        }
        // The table has no rows of its own: one with the columns of today takes the place of the last one.
        let made = "CREATE EXTERNAL TABLE \(full) (\n  \(columns.joined(separator: ",\n  ")))\nPARTITIONED BY (`load_id` string)\n"
            + "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('ignore.malformed.json' = 'false')\n"
            + "LOCATION \(literal(folder));"
        return ["DROP TABLE IF EXISTS \(full);", made] + loads.map {
            "ALTER TABLE \(full) ADD IF NOT EXISTS PARTITION (`load_id` = \(literal($0))) LOCATION \(literal("\(folder)load_id=\($0)/"));"
        }
    }
}
