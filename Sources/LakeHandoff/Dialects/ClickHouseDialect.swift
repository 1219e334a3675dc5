import LakeModel
import LakeSchema

/// ClickHouse 24 and newer. It has no transactions: new rows come before old ones go, a load is recorded last, and a load
/// that is not recorded is taken out again before it is loaded anew.
struct ClickHouseDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        ["For ClickHouse: clickhouse-client --queries-file SCRIPT, or clickhouse local --path FOLDER --queries-file SCRIPT"]
            + (location.scheme == nil ? ["A server reads local files below its user_files_path only; clickhouse local reads them where they are."] : [Destination.clickhouse.access])
            + ["Older versions hold the years 1900 to 2299 only. Do not run it twice at the same moment."]
    }

    func literal(_ text: String) -> String { SQL.escaped(text, "'") }

    func type(_ type: ColumnType) -> String { "Nullable(\(plain(type)))" }

    private func plain(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "Bool"
        case .bigint: "Int64"
        case .double: "Float64"
        case .decimal(let size): "Decimal(\(size.precision), \(size.scale))"
        case .timestamp: "DateTime64(6, 'UTC')"
        case .timestampNTZ: "DateTime64(6, 'UTC')"
        case .date: "Date32"
        case .time, .json, .text, .unknown: "String"
        }
    }

    func definition(_ name: String, _ type: ColumnType, isRequired: Bool) -> String {
        "\(identifier(name)) \(isRequired ? plain(type) : self.type(type))"
    }

    // MARK: The script

    /// Moments as the files have them, and an error where NULL comes to a column that takes none.
    var opening: [String] {
        ["SET date_time_input_format = 'best_effort';", "SET insert_null_as_default = 0;"]
            + (schema.map { ["CREATE DATABASE IF NOT EXISTS \(identifier($0));"] } ?? [])
    }
    var begin: [String] { [] }
    var commit: [String] { [] }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String {
        "CREATE TABLE IF NOT EXISTS \(self.table(table)) (\n  \(columns.joined(separator: ",\n  ")))\n"
            + "ENGINE = MergeTree ORDER BY (\(identity.map(identifier).joined(separator: ", ")));"
    }

    func staging(_ name: String) -> String { table(stagingName(name)) }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        [
            "DROP TABLE IF EXISTS \(staging(name));",
            "CREATE TABLE \(staging(name)) (\(columns.joined(separator: ", "))) ENGINE = MergeTree ORDER BY tuple();",
        ]
    }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let alter = "ALTER TABLE \(self.table(table.name))"
        let add = table.columns.filter(\.isAdded).map { "ADD COLUMN IF NOT EXISTS " + definition($0) }
        let widen = table.columns.filter { !$0.earlier.isEmpty }.flatMap { column -> [String] in
            // A double's shortest text is exact; the way from a double to a decimal is not.
            let steps = column.earlier.contains(.double) && column.type != .text ? [.text, column.type] : [column.type]
            return steps.map { "\(alter) MODIFY COLUMN \(identifier(column.name)) \(type($0));" }
        }
        return (add.isEmpty ? [] : ["\(alter)\n  \(add.joined(separator: ",\n  "));"]) + widen
    }

    // MARK: Reading

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let pairs = table.pairs(of: files[0].version)
        return files.map { file in
            """
            INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
            SELECT \(pairs.map { cast(identifier($0.from.name), from: $0.from.type, to: $0.to.type) }.joined(separator: ", "))
            FROM \(source(file))
            WHERE \(isOffered(identifier(SystemColumns.loadID)));
            """
        }
    }

    private func source(_ file: HandoffFile) -> String {
        let path = location.path(file)
        let columns = file.version.columns.map { "\(identifier($0.name)) \(type($0.type))" }.joined(separator: ", ")
        let end = "\(file.record.format == .jsonl ? "'JSONEachRow'" : "'CSVWithNames'"), \(literal(columns)))"
        return switch location.scheme {
        case "s3": "s3(\(literal(path)), \(end)"
        case "gs": "gcs(\(literal("https://storage.googleapis.com/" + path.dropFirst("gs://".count))), \(end)"
        default: "file(\(literal(path)), \(end)"
        }
    }

    // MARK: From staging to the tables

    func apply(_ resource: HandoffResource) -> [String] {
        let superseded = removeSuperseded(resource).map { [$0] } ?? []
        return [check(resource)] + removeUnfinished(resource) + [insertAll(resource.root)] + superseded
            + resource.children.flatMap { applyChild($0, resource) } + removeOld(resource)
    }

    /// Fails where another number of rows was read than the lake holds: nothing is changed then.
    private func check(_ resource: HandoffResource) -> String {
        "SELECT throwIf(count() > 0, 'Another number of rows was read than the lake holds')\n\(differing(resource))\nFORMAT Null;"
    }

    /// Rows of the keys that came which have a newer one beside them.
    private func removeSuperseded(_ resource: HandoffResource) -> String? {
        guard case .merge(let key, let spans) = resource.rule else { return nil }
        let root = table(resource.root.name), keys = key.map(identifier).joined(separator: ", ")
        let row = "(\(HandoffTable.rowKey.map(identifier).joined(separator: ", ")))"
        let counting = spans.contains(.all) ? row : "if(\(within(nil, spans)), \(row), ('', 0))"
        return """
            DELETE FROM \(root) WHERE \(row) IN (
              SELECT at FROM (
                SELECT \(row) AS at, max(\(counting)) OVER (PARTITION BY \(keys)) AS newest
                FROM \(root) WHERE (\(keys)) IN (SELECT \(keys) FROM \(staging(resource.root.name))))
              WHERE at < newest);
            """
    }

    private func applyChild(_ child: DestinationTable, _ resource: HandoffResource) -> [String] {
        guard case .merge = resource.rule else { return [insertAll(child)] }
        let load = identifier(SystemColumns.loadID)
        return [
            insertAll(child),
            "DELETE FROM \(table(child.name)) WHERE (\(load), \(identifier(SystemColumns.rootRowNumber))) NOT IN (\n"
                + "  SELECT \(load), \(identifier(SystemColumns.rowNumber)) FROM \(table(resource.root.name)));",
        ]
    }
}
