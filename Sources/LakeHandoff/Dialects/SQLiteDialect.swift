import LakeModel
import LakeSchema

/// SQLite 3.38 and newer, by its shell: `.import` reads lines, and SQL takes them apart.
///
/// SQL there has no conditions for changes of a table. What depends on the database is written by a SELECT as a script of
/// its own, which the shell then reads.
struct SQLiteDialect: Dialect {
    var location: FileLocation
    let schema: String? = nil

    var usage: [String] { ["For SQLite 3.38 or newer: sqlite3 DATABASE < SCRIPT"] }

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean, .bigint: "INTEGER"
        case .double: "REAL"
        case .decimal, .timestamp, .timestampNTZ, .date, .time, .json, .text, .unknown: "TEXT"
        }
    }

    func staging(_ name: String) -> String { "temp." + identifier(stagingName(name)) }

    func cast(_ value: String, from: ColumnType, to: ColumnType) -> String {
        switch (from, type(from), type(to)) {
        case (_, "INTEGER", "INTEGER"), (_, "REAL", "REAL"), (_, "TEXT", _): value
        case (.boolean, _, _): "CASE \(value) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        // A cast writes 15 digits only, `quote` as many as it takes.
        case (.double, _, _): "NULLIF(quote(CAST(\(value) AS REAL)), 'NULL')"
        default: "CAST(\(value) AS \(type(to)))"
        }
    }

    // MARK: The script

    var opening: [String] { [".bail on", ".headers off", ".mode ascii", ".separator \"\\037\" \"\\n\""] }

    /// Nobody else writes until the end.
    var begin: [String] { ["BEGIN IMMEDIATE;"] }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String {
        createWithKey(table, columns, identity: identity)
    }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let add = table.columns.filter(\.isAdded).map { column in
            "SELECT \(literal("ALTER TABLE \(self.table(table.name)) ADD COLUMN \(definition(column));"))\n"
                + "WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(\(literal(table.name))) WHERE name = \(literal(column.name)));"
        }
        let widen = table.columns.flatMap { column in
            column.earlier.filter { type($0) != type(column.type) }.map { self.widen(column, from: $0, in: table) }
        }
        return (add + widen).flatMap(run) + index(table.name, key: key)
    }

    /// By way of a further column: SQLite changes no types. It comes to stand last.
    private func widen(_ column: DestinationColumn, from: ColumnType, in table: DestinationTable) -> String {
        let name = identifier(column.name), new = identifier("_new_column"), alter = "ALTER TABLE \(self.table(table.name))"
        let statements = [
            "DROP INDEX IF EXISTS \(indexName(table.name));", "\(alter) ADD COLUMN \(new) \(type(column.type));",
            "UPDATE \(self.table(table.name)) SET \(new) = \(cast(name, from: from, to: column.type));", "\(alter) DROP COLUMN \(name);",
            "\(alter) RENAME COLUMN \(new) TO \(name);",
        ]
        return "SELECT \(literal(statements.joined(separator: " ")))\n"
            + "FROM pragma_table_info(\(literal(table.name))) WHERE name = \(literal(column.name)) AND type = \(literal(type(from)));"
    }

    /// Runs what a SELECT writes, by way of a file in a folder of this process's own.
    private func run(_ select: String) -> [String] {
        let folder = "\"${TMPDIR:-/tmp}/restlake.$PPID\""
        return [".once '|mkdir -m 700 \(folder) && cat > \(folder)/run'", select, ".read '|cat \(folder)/run; rm -r \(folder)'"]
    }

    // MARK: Reading

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let pairs = table.pairs(of: files[0].version), target = stagingName("_file")
        let imports = files.map { "(\(literal($0.load)), \(literal(".import --schema temp \(source($0)) \(identifier(target))")))" }
        return ["CREATE TEMP TABLE \(identifier(target)) (line TEXT);"]
            + run("SELECT column2 FROM (VALUES\n  \(imports.joined(separator: ",\n  "))) WHERE \(isOffered("column1"));")
            + [
                """
                INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
                SELECT \(pairs.map { cast(value($0.from), from: $0.from.type, to: $0.to.type) }.joined(separator: ", "))
                FROM \(staging("_file"));
                """,
                "DROP TABLE \(staging("_file"));",
            ]
    }

    private func value(_ column: Column) -> String {
        let path = literal("$.\(identifier(column.name))")
        return column.type == .json ? "NULLIF(line -> \(path), 'null')" : "line ->> \(path)"
    }

    /// A command, in the quotes of the shell's own commands: in single ones it takes everything as it is, but no single quote.
    private func source(_ file: HandoffFile) -> String {
        let command = (file.record.compression == .gzip ? "|gzip -dc " : "|cat ") + Shell.word(location.path(file))
        let escaped = command.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }
}
