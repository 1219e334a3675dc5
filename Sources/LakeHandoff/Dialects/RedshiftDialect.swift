import LakeModel
import LakeSchema

/// Amazon Redshift, by psql or its query editor: `COPY` reads from S3.
struct RedshiftDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        [
            "For Redshift: psql -X -v ON_ERROR_STOP=1 -f SCRIPT -h CLUSTER", Destination.redshift.access,
            "A text of more than 65,535 bytes does not fit there: COPY ends at it, and stl_load_errors has its row.",
            "Not executed against Redshift. PostgreSQL runs its statements, with stand-ins for what is Redshift's own, but for COPY, which follows the documentation.",
        ]
    }

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .bigint: "BIGINT"
        case .double: "DOUBLE PRECISION"
        case .decimal(let size): "DECIMAL(\(size.precision),\(size.scale))"
        case .timestamp: "TIMESTAMPTZ"
        case .timestampNTZ: "TIMESTAMP"
        case .date: "DATE"
        case .time: "TIME"
        case .json: "SUPER"
        case .text, .unknown: "VARCHAR(65535)"
        }
    }

    /// What it says it is in `svv_columns`.
    private func kind(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "boolean"
        case .bigint: "bigint"
        case .double: "double precision"
        case .decimal: "numeric"
        case .timestamp: "timestamp with time zone"
        case .timestampNTZ: "timestamp without time zone"
        case .date: "date"
        case .time: "time without time zone"
        case .json: "super"
        case .text, .unknown: "character varying"
        }
    }

    var now: String { "GETDATE()" }

    /// Doubles that become texts are to keep all of their digits.
    var opening: [String] { ["SET extra_float_digits TO 2;"] + createSchema }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String { createWithKey(table, columns, identity: identity) }

    /// ADD COLUMN has no IF NOT EXISTS: a procedure looks first.
    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let exists = { (column: DestinationColumn, more: String) in
            "EXISTS (SELECT 1 FROM svv_columns WHERE table_schema = \(self.schema.map(self.literal) ?? "current_schema()") "
                + "AND table_name = \(self.literal(table.name)) AND column_name = \(self.literal(column.name))\(more))"
        }
        let add = table.columns.filter(\.isAdded).map { column in
            "IF NOT \(exists(column, "")) THEN ALTER TABLE \(self.table(table.name)) ADD COLUMN \(definition(column)); END IF;"
        }
        let widen = table.columns.flatMap { column in
            column.earlier.map { from in
                "IF \(exists(column, " AND data_type = \(literal(kind(from)))")) THEN "
                    + FourSteps(dialect: self, table: table, column: column, from: from).statements.joined(separator: " ") + " END IF;"
            }
        }
        guard !(add + widen).isEmpty else { return [] }
        let name = self.table("_lake_evolve")
        return [
            "CREATE OR REPLACE PROCEDURE \(name)() AS $$\nBEGIN\n  \((add + widen).joined(separator: "\n  "))\nEND;\n$$ LANGUAGE plpgsql;",
            "CALL \(name)();", "DROP PROCEDURE \(name)();",
        ]
    }

    /// Times come as texts: COPY reads none.
    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let version = files[0].version
        let own = version.columns.map { definition($0.name, $0.type == .time ? .text : $0.type, isRequired: false) }
        return createStaging("_file", own) + files.map { file in
            "COPY \(staging("_file")) FROM \(literal(location.path(file))) IAM_ROLE DEFAULT FORMAT AS JSON 'auto'"
                + "\(file.record.compression == .gzip ? " GZIP" : "") TIMEFORMAT 'auto' DATEFORMAT 'auto' MAXERROR 0;"
        } + insertFromFile(table, version) { $0 == .time ? .text : $0 } + dropStaging(["_file"])
    }
}
