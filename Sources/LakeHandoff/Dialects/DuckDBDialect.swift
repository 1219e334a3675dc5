import LakeModel
import LakeSchema

/// DuckDB 1.0 and newer, plain SQL: for its program and for any library.
struct DuckDBDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] {
        ["For DuckDB 1.0 or newer: duckdb DATABASE < SCRIPT"] + (location.scheme == nil ? [] : [Destination.duckdb.access])
            + (location.scheme == "azure" ? ["Not executed against Azure: no such store was at hand."] : [])
    }

    func type(_ type: ColumnType) -> String { DuckDBReader.type(type) }

    /// Moments are written in UTC, whatever the zone of this machine.
    var opening: [String] {
        let remote = location.scheme.map { $0 == "azure" ? "azure" : "httpfs" }.map { ["INSTALL \($0);", "LOAD \($0);"] } ?? []
        return remote + ["SET TimeZone = 'UTC';"] + createSchema
    }

    var begin: [String] { ["BEGIN TRANSACTION;"] }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE OR REPLACE TEMP TABLE \(identifier(stagingName(name))) (\(columns.joined(separator: ", ")));"]
    }

    func staging(_ name: String) -> String { "temp." + identifier(stagingName(name)) }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let alter = "ALTER TABLE \(self.table(table.name))"
        return table.columns.filter(\.isAdded).map { "\(alter) ADD COLUMN IF NOT EXISTS \(definition($0));" }
            + table.columns.filter { !$0.earlier.isEmpty }.map { column in
                // By way of a text, which is exact whatever the type was, and which a column that is wide enough comes back from.
                let name = identifier(column.name)
                return "\(alter) ALTER COLUMN \(name) SET DATA TYPE \(type(column.type)) USING CAST(CAST(\(name) AS VARCHAR) AS \(type(column.type)));"
            }
    }

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let pairs = table.pairs(of: files[0].version)
        return [
            """
            INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
            SELECT \(pairs.map { cast(identifier($0.from.name), from: $0.from.type, to: $0.to.type) }.joined(separator: ", "))
            FROM \(source(files))
            WHERE \(isOffered(identifier(SystemColumns.loadID)));
            """,
        ]
    }

    /// Files of one schema version.
    func source(_ files: [HandoffFile]) -> String {
        let version = files[0].version, paths = files.map(location.path)
        return files[0].record.format == .jsonl ? DuckDBReader.json(version, files: paths) : DuckDBReader.csv(version, files: paths)
    }
}
