import LakeModel

/// What a lake can be handed to.
package enum Destination: String, CaseIterable, Sendable {
    case duckdb, postgres, sqlite, clickhouse, bigquery, snowflake, redshift, databricks, spark, trino, athena

    /// The formats whose files it reads without losing anything, the better one first. NULL and the empty text fall together
    /// in the CSV of SQLite and Athena; of the others that have JSONL alone nobody has proven that they do not. DuckDB before
    /// 2.0 makes doubles of the numbers inside of a JSON value in JSONL, and takes it as it is in CSV.
    package var formats: [FileFormat] {
        switch self {
        case .duckdb: [.csv, .jsonl]
        case .postgres, .clickhouse, .spark: [.jsonl, .csv]
        case .sqlite, .bigquery, .snowflake, .redshift, .databricks, .trino, .athena: [.jsonl]
        }
    }

    /// It reads files of this machine.
    package var readsLocalFiles: Bool {
        switch self {
        case .duckdb, .postgres, .sqlite, .clickhouse, .spark: true
        case .bigquery, .snowflake, .redshift, .databricks, .trino, .athena: false
        }
    }

    /// The schemes of the places that it reads from beside this machine.
    package var schemes: [String] {
        switch self {
        case .postgres, .sqlite: []
        case .duckdb, .spark, .databricks, .trino, .clickhouse: ["s3", "gs"]
        case .bigquery: ["gs"]
        case .snowflake: ["s3", "gs", "azure"]
        case .redshift, .athena: ["s3"]
        }
    }

    /// The files are its tables: nothing is loaded.
    package var readsInPlace: Bool { self == .spark || self == .trino || self == .athena }
}
