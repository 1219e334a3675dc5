import LakeJSON
import LakeModel

/// Files beside a script, for loaders that want a list of what to read. Schemas are handed out by `SchemaForm`.
package enum Sidecar: String, CaseIterable, Sendable {
    /// A place a line.
    case uris
    /// For `COPY … MANIFEST` of Redshift: every file must be there.
    ///
    ///     {"entries": [{"url": "s3://bucket/lake/thena/requests/jsonl/load_id=…/requests.v1.00000.jsonl", "mandatory": true,
    ///                   "meta": {"content_length": 9120044}}]}
    case redshiftManifest = "redshift-manifest"
    /// `ALTER TABLE … ADD IF NOT EXISTS PARTITION`, for Hive, Spark and Athena.
    case hivePartitions = "hive-partitions"

    package func text(_ plan: HandoffPlan, at location: FileLocation, schema: String? = nil) -> String {
        let tables = plan.resources.flatMap(\.tables)
        switch self {
        case .uris: return tables.flatMap(\.files).map { location.path($0) + "\n" }.joined()
        case .redshiftManifest:
            let entries: [JSONValue] = tables.flatMap(\.files).map { file in
                ["url": .string(location.path(file)), "mandatory": true, "meta": ["content_length": .int(file.record.bytes)]]
            }
            let manifest: JSONValue = ["entries": .array(entries)]
            return manifest.text(pretty: true)
        case .hivePartitions: return tables.flatMap { partitions($0, plan.format, location, schema) }.map { $0 + "\n" }.joined()
        }
    }

    private func partitions(_ table: DestinationTable, _ format: FileFormat, _ location: FileLocation, _ schema: String?) -> [String] {
        let name = (schema.map { SQL.doubled($0, "`") + "." } ?? "") + SQL.doubled(table.name, "`")
        return Set(table.files.map(\.load)).sorted().map { load in
            let folder = "\(location.root)/\(table.name)/\(format.rawValue)/load_id=\(load)/"
            return "ALTER TABLE \(name) ADD IF NOT EXISTS PARTITION (load_id = '\(load)') LOCATION \(SQL.escaped(folder, "'"));"
        }
    }
}
