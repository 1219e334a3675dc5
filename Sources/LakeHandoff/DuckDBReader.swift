import LakeModel
import LakeSchema

// Reading in place: DuckDB reads the files of a table where they lie, all versions together.

/// Statements for DuckDB.
package enum DuckDBReader {
    /// Reads every JSONL file of a table, whatever its schema version: columns are found by name and have the types of
    /// the given version; those that a file lacks are NULL.
    ///
    /// `SELECT * FROM read_json('…/requests/jsonl/*/*', format='newline_delimited', columns={…});`
    /// - Parameter folder: the dataset's folder.
    package static func selectAll(_ version: SchemaVersion, folder: String) -> String {
        let columns = version.columns.map { "\(literal($0.name)): \(literal(type($0.type)))" }
        return "SELECT * FROM read_json(\(literal(folder + "/" + version.table + "/jsonl/*/*")), format='newline_delimited', "
            + "hive_partitioning=false, maximum_object_size=67108864, columns={\(columns.joined(separator: ", "))});"
    }

    /// Reads CSV files of exactly this version.
    package static func selectCSV(_ version: SchemaVersion, files: [String]) -> String {
        let columns = version.columns.map { "\(literal($0.name)): \(literal(type($0.type)))" }
        return "SELECT * FROM read_csv([\(files.map(literal).joined(separator: ", "))], header=true, delim=',', quote='\"', escape='\"', "
            + "nullstr='', allow_quoted_nulls=false, auto_detect=false, hive_partitioning=false, max_line_size=67108864, "
            + "columns={\(columns.joined(separator: ", "))});"
    }

    private static func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .bigint: "BIGINT"
        case .double: "DOUBLE"
        case .decimal(let size): "DECIMAL(\(size.precision),\(size.scale))"
        case .timestamp: "TIMESTAMPTZ"
        case .timestampNTZ: "TIMESTAMP"
        case .date: "DATE"
        case .time: "TIME"
        case .json: "JSON"
        case .text, .unknown: "VARCHAR"
        }
    }

    private static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
