import LakeModel
import LakeSchema

/// PostgreSQL 15 and newer, by `psql`: `\copy` reads the files where psql runs, and `\if` passes over what is there already.
struct PostgresDialect: Dialect {
    var location: FileLocation
    var schema: String?

    var usage: [String] { ["For PostgreSQL 15 or newer: psql -X -f SCRIPT DATABASE"] }

    // MARK: Words

    func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "boolean"
        case .bigint: "bigint"
        case .double: "double precision"
        case .decimal(let size): "numeric(\(size.precision),\(size.scale))"
        case .timestamp: "timestamp with time zone"
        case .timestampNTZ: "timestamp without time zone"
        case .date: "date"
        case .time: "time without time zone"
        case .json: "jsonb"
        case .text, .unknown: "text"
        }
    }

    func staging(_ name: String) -> String { "pg_temp." + identifier(stagingName(name)) }

    /// Load ids are compared by their bytes, whatever language the database speaks.
    func definition(_ name: String, _ type: ColumnType, isRequired: Bool) -> String {
        "\(identifier(name)) \(self.type(type))\(isRequired && type == .text ? " COLLATE \"C\"" : "")\(isRequired ? " NOT NULL" : "")"
    }

    // MARK: The script

    var opening: [String] {
        [
            "\\set ON_ERROR_STOP on", "\\set QUIET on", "SET client_min_messages = warning;", "SET TimeZone = 'UTC';",
            "SET DateStyle = 'ISO, YMD';", "SET standard_conforming_strings = on;", "SET client_encoding = 'UTF8';",
        ] + createSchema
    }

    /// One script at a time: a second one waits, and then finds the loads recorded.
    var begin: [String] { ["BEGIN;", "SELECT pg_advisory_xact_lock(hashtext('restlake hand-off')) \\g /dev/null"] }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String {
        createWithKey(table, columns, identity: identity)
    }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE TEMP TABLE \(identifier(stagingName(name))) (\(columns.joined(separator: ", "))) ON COMMIT DROP;"]
    }

    func dropStaging(_ names: [String]) -> [String] { [] }

    func evolve(_ table: DestinationTable, key: [String]) -> [String] {
        let added = table.columns.filter(\.isAdded).map { "ADD COLUMN IF NOT EXISTS " + definition($0) }
        let add = added.isEmpty ? [] : ["ALTER TABLE \(self.table(table.name))\n  \(added.joined(separator: ",\n  "));"]
        return add + table.columns.flatMap { column in column.earlier.map { widen(column, from: $0, in: table) } } + index(table.name, key: key)
    }

    /// Only where the column still has the type of that time.
    private func widen(_ column: DestinationColumn, from: ColumnType, in table: DestinationTable) -> String {
        let name = identifier(column.name), full = self.table(table.name)
        let statement = "ALTER TABLE \(full) ALTER COLUMN \(name) TYPE \(type(column.type)) USING \(cast(name, from: from, to: column.type))"
        return """
            SELECT \(literal(statement)) FROM pg_attribute
            WHERE attrelid = \(literal(full))::regclass AND attname = \(literal(column.name)) \
            AND format_type(atttypid, atttypmod) = \(literal(type(from)))
            \\gexec
            """
    }

    // MARK: Reading

    func guarded(_ resource: HandoffResource, _ statements: [String]) -> [String] {
        let asked = resource.loads.enumerated().map { number, load in
            "SELECT \(isOffered(literal(load.load))) AS \(variable(number)) \\gset"
        }
        return ["SELECT count(*) > 0 AS has_loads FROM \(staging(LoadsTable.offer)) \\gset", "\\if :has_loads"] + asked + statements + ["\\endif"]
    }

    private func variable(_ number: Int) -> String { "has_load_\(number + 1)" }

    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String] {
        let version = files[0].version, pairs = table.pairs(of: version)
        let isJSON = files[0].record.format == .jsonl
        let own = version.columns.map { "\(identifier($0.name)) \(type($0.type))" }.joined(separator: ", ")
        let target = staging("_file")
        let numbers = Dictionary(resource.loads.enumerated().map { ($1.load, $0) }, uniquingKeysWith: { first, _ in first })
        let copies = files.flatMap { file -> [String] in
            let copy = isJSON
                ? "\\copy \(target) FROM \(source(file)) WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')"
                : "\\copy \(target) FROM \(source(file)) WITH (FORMAT csv, HEADER match, NULL '', ENCODING 'UTF8')"
            guard let number = numbers[file.load] else { return [copy] }
            return ["\\if :\(variable(number))", copy, "\\endif"]
        }
        let rows = isJSON ? "\(target), json_to_record(line::json) AS r(\(own))" : "\(target) AS r"
        return ["CREATE TEMP TABLE \(identifier(stagingName("_file"))) (\(isJSON ? "line text" : own)) ON COMMIT DROP;"] + copies + [
            """
            INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
            SELECT \(pairs.map { cast("r." + identifier($0.from.name), from: $0.from.type, to: $0.to.type) }.joined(separator: ", "))
            FROM \(rows);
            """,
            "DROP TABLE \(target);",
        ]
    }

    /// psql doubles the quotes of its own arguments as SQL does, and takes the rest as it is.
    private func source(_ file: HandoffFile) -> String {
        let path = location.path(file)
        return file.record.compression == .gzip ? "PROGRAM \(literal("gzip -dc " + Shell.word(path)))" : literal(path)
    }
}
