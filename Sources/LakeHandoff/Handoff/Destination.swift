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
        case .clickhouse: ["s3", "gs"]
        case .spark, .databricks, .trino: ["s3", "gs", "abfss"]
        case .bigquery: ["gs"]
        case .duckdb, .snowflake: ["s3", "gs", "azure"]
        case .redshift, .athena: ["s3"]
        }
    }

    /// How it comes by the keys of a store: they never stand in a script.
    package var access: String {
        switch self {
        case .duckdb: "DuckDB has the store's keys from a secret that is made once: CREATE PERSISTENT SECRET (TYPE S3, …); or TYPE GCS, or AZURE."
        case .clickhouse: "The server has the store's keys from its own configuration (s3: endpoint, access_key_id …) or environment."
        case .spark: "The session has the store's keys from its own configuration (spark.hadoop.fs.…)."
        case .databricks: "Databricks has the store's keys from an external location and its credential."
        case .snowflake: "Snowflake has the store's keys from the storage integration of the stage."
        case .redshift: "Redshift reads with the role that is the cluster's default."
        case .bigquery: "BigQuery reads with the account that runs the script."
        case .trino, .athena: "Its catalogue has the store's keys."
        case .postgres, .sqlite: "It reads files of this machine only."
        }
    }

    /// The files are its tables: nothing is loaded.
    package var readsInPlace: Bool { self == .spark || self == .trino || self == .athena }
}
