import LakeModel
import LakeSchema

/// Snowflake: files come through a stage named `lake`, which points at the place that the lake is published to.
struct SnowflakeDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        [
            "For Snowflake: snowsql -o exit_on_error=true -f SCRIPT",
            "It reads from a stage\(schema == nil ? "" : " in the schema"), once made so: CREATE STAGE \(table("lake")) URL = '\(stageURL)/' STORAGE_INTEGRATION = …",
            "Not executed against Snowflake. An emulator runs its statements, but for COPY and the blocks around the widening of columns: those follow the documentation.",
        ]
    }

    /// Azure's account is not in the location: it stands for itself.
    private var stageURL: String {
        let path = location.root.firstRange(of: "://").map { location.root[$0.upperBound...] } ?? ""
        return switch location.scheme {
        case "gs": "gcs://\(path)"
        case "azure": "azure://ACCOUNT.blob.core.windows.net/\(path)"
        default: location.root
        }
    }

    /// The stage is looked for in the schema too.
    var opening: [String] { createSchema + (schema.map { ["USE SCHEMA \(identifier($0));"] } ?? []) }

    /// Upper case is what Snowflake makes of names without quotes.
    func identifier(_ name: String) -> String { SQL.doubled(name.uppercased(), "\"") }
    func literal(_ text: String) -> String { SQL.escaped(text, "'") }

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .bigint: "NUMBER(19,0)"
        case .double: "FLOAT"
        case .decimal(let size): "NUMBER(\(size.precision),\(size.scale))"
        case .timestamp: "TIMESTAMP_TZ(6)"
        case .timestampNTZ: "TIMESTAMP_NTZ(6)"
        case .date: "DATE"
        case .time: "TIME(6)"
        case .json: "VARIANT"
        case .text, .unknown: "VARCHAR"
        }
    }

    var begin: [String] { ["BEGIN;"] }
    var makesTablesApart: Bool { true }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE OR REPLACE TEMPORARY TABLE \(staging(name)) (\(columns.joined(separator: ", ")));"]
    }

    /// As its catalogue has it.
    private func kind(_ type: ColumnType) -> (name: String, scale: Int?) {
        switch type {
        case .bigint: ("NUMBER", 0)
        case .decimal(let size): ("NUMBER", size.scale)
        case .timestamp: ("TIMESTAMP_TZ", nil)
        case .timestampNTZ: ("TIMESTAMP_NTZ", nil)
        case .time: ("TIME", nil)
        case .text, .unknown: ("TEXT", nil)
        default: (self.type(type), nil)
        }
    }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let added = table.columns.filter(\.isAdded).map { "ALTER TABLE \(self.table(table.name)) ADD COLUMN IF NOT EXISTS \(definition($0));" }
        let place = schema.map { literal($0.uppercased()) } ?? "CURRENT_SCHEMA()"
        return added + table.columns.flatMap { column in
            column.earlier.map { from in
                let scale = kind(from).scale.map { " AND NUMERIC_SCALE = \($0)" } ?? ""
                return """
                    EXECUTE IMMEDIATE $$
                    BEGIN
                      IF (EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = \(place) AND TABLE_NAME = \(literal(table.name.uppercased())) \
                    AND COLUMN_NAME = \(literal(column.name.uppercased())) AND DATA_TYPE = \(literal(kind(from).name))\(scale))) THEN
                        \(FourSteps(dialect: self, table: table, column: column, from: from).statements.joined(separator: "\n    "))
                      END IF;
                    END;
                    $$;
                    """
            }
        }
    }

    /// Where a client goes on behind an error, and commits, the next run finds what that left.
    func apply(_ resource: HandoffResource) -> [String] { removeUnfinished(resource) + rows(resource) }

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let version = files[0].version, pairs = table.pairs(of: version)
        let values = pairs.map { pair in
            let value = "$1:\(SQL.doubled(pair.from.name, "\""))"
            return cast(pair.from.type == .json ? value : "\(value)::\(type(pair.from.type))", from: pair.from.type, to: pair.to.type)
        }
        return files.map { file in
            """
            COPY INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
            FROM (SELECT \(values.joined(separator: ", ")) FROM \(literal("@lake/" + file.record.path)))
            FILE_FORMAT = (TYPE = JSON) ON_ERROR = ABORT_STATEMENT FORCE = TRUE;
            """
        } + ["DELETE FROM \(staging(table.name)) WHERE NOT \(isOffered(identifier(SystemColumns.loadID)));"]
    }
}
