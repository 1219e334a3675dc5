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
        "SELECT * FROM \(json(version, literal(folder + "/" + version.table + "/jsonl/*/*")));"
    }

    /// The JSONL files with the columns of a version.
    static func json(_ version: SchemaVersion, files: [String]) -> String { json(version, list(files)) }

    private static func json(_ version: SchemaVersion, _ files: String) -> String {
        "read_json(\(files), format='newline_delimited', hive_partitioning=false, maximum_object_size=\(largestLine), \(columns(version)))"
    }

    /// Reads CSV files of exactly this version.
    package static func selectCSV(_ version: SchemaVersion, files: [String]) -> String { "SELECT * FROM \(csv(version, files: files));" }

    static func csv(_ version: SchemaVersion, files: [String]) -> String {
        "read_csv(\(list(files)), header=true, delim=',', quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, "
            + "auto_detect=false, hive_partitioning=false, max_line_size=\(largestLine), \(columns(version)))"
    }

    private static let largestLine = 64 << 20

    private static func columns(_ version: SchemaVersion) -> String {
        "columns={\(version.columns.map { "\(literal($0.name)): \(literal(type($0.type)))" }.joined(separator: ", "))}"
    }

    private static func list(_ files: [String]) -> String { "[\(files.map(literal).joined(separator: ", "))]" }

    static func type(_ type: ColumnType) -> String {
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

    private static func literal(_ text: String) -> String { SQL.doubled(text, "'") }
}
