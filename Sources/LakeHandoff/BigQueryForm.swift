import LakeJSON
import LakeModel
import LakeSchema

/// The schema file of `bq load --schema`, for the JSONL files of a version:
///
///     [
///       {"name": "_load_id", "type": "STRING", "mode": "REQUIRED"},
///       {"name": "amount", "type": "NUMERIC", "mode": "NULLABLE", "description": "What was paid."}
///     ]
///
/// Columns that held nothing but null are left out: BigQuery does not change the type of a column that it has. Where lines
/// hold such nulls, `bq load` needs `--ignore_unknown_values`.
package enum BigQueryForm {
    /// All tables: an object with the fields of each under its name.
    package static func text(_ tables: [HandoffTable]) -> String {
        JSONValue.object(pairs: tables.map { ($0.name, fields($0)) }).text(pretty: true)
    }

    package static func text(_ table: HandoffTable) -> String { fields(table).text(pretty: true) }

    /// BigQuery refuses a longer one.
    private static let longestDescription = 1024

    private static func fields(_ table: HandoffTable) -> JSONValue {
        .array(table.typedColumns.map { column in
            let size = parameters(column.type)
            return .object([
                "name": .string(column.name), "type": .string(type(column.type)), "mode": column.isNullable ? "NULLABLE" : "REQUIRED",
                // Numbers of 64 bits are texts in BigQuery's API.
                "precision": size.map { .string(String($0.precision)) }, "scale": size.map { .string(String($0.scale)) },
                "description": table.descriptions[column.id].map { .string(String($0.prefix(longestDescription))) },
            ])
        })
    }

    private static func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .bigint: "INTEGER"
        case .double: "FLOAT"
        case .decimal(let size): isNumeric(size) ? "NUMERIC" : "BIGNUMERIC"
        case .timestamp: "TIMESTAMP"
        case .timestampNTZ: "DATETIME"
        case .date: "DATE"
        case .time: "TIME"
        case .json: "JSON"
        case .text, .unknown: "STRING"
        }
    }

    /// NUMERIC has 29 digits before the point and 9 behind it, BIGNUMERIC 38 and 38.
    static func isNumeric(_ size: DecimalSize) -> Bool { size.whole <= 29 && size.scale <= 9 }

    /// NUMERIC alone is NUMERIC(38,9).
    private static func parameters(_ type: ColumnType) -> DecimalSize? {
        guard case .decimal(let size) = type, size != .usual else { return nil }
        return size
    }
}
