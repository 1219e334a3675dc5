import LakeModel
import LakeSchema

/// Spark's SQL, over the files where they lie.
struct SparkDialect: Dialect {
    var location: FileLocation
    let schema: String? = nil

    var usage: [String] {
        ["For Spark 3.4 or newer: spark-sql -i SCRIPT, or statement by statement through spark.sql(). The views go with the session."]
            + (location.scheme == nil ? [] : [Destination.spark.access, "Executed over files of a machine only, not over a store."])
    }

    func identifier(_ name: String) -> String { SQL.doubled(name, "`") }
    func literal(_ text: String) -> String { SQL.escaped(text, "'") }
    func type(_ type: ColumnType) -> String { SparkTypes.name(type) }

    var opening: [String] { ["SET spark.sql.session.timeZone = UTC;", "SET spark.sql.ansi.enabled = true;"] }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] { [] }
    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] { [] }

    func fileViewName(_ version: SchemaVersion) -> String { identifier(Names.fitted("_\(version.table)_v\(version.version)", path: version.table)) }

    /// The files of one schema version, with its columns.
    func fileView(_ files: [HandoffFile]) -> String {
        let version = files[0].version
        let own = version.columns.map { "\(identifier($0.name)) \(type($0.type))" }.joined(separator: ", ")
        let loads = Set(files.map(\.load)).sorted().joined(separator: ",")
        let format = files[0].record.format
        // Names of files have no letters that a glob would take for its own; the lake's folder is escaped.
        let path = "\(globbed(root))/\(version.table)/\(format.rawValue)/load_id={\(loads)}/\(version.table).v\(version.version).*"
        let options = format == .jsonl ? "" : ", header 'true', multiLine 'true', quote '\"', escape '\"', nullValue '\\u0001', emptyValue ''"
        return "CREATE OR REPLACE TEMPORARY VIEW \(fileViewName(version)) (\(own))\n"
            + "USING \(format == .jsonl ? "json" : "csv") OPTIONS (path \(literal(path)), mode 'FAILFAST'\(options));"
    }

    /// Spark outside of the clouds' own services reads S3 under another name.
    private var root: String { location.scheme == "s3" ? "s3a" + location.root.dropFirst(2) : location.root }

    private func globbed(_ path: String) -> String { path.map { "{}[]*?\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() }
}
