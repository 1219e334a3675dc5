import LakeCommit
import LakeHandoff
import LakeJSON
import LakeModel
import LakeSchema

/// `restlake schema [TABLE] [--version N | --diff A B] [--as FORM]`
enum SchemaCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        try refuseContradictions(arguments)
        let (name, paths) = try LakeLocation.chosen(arguments)
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        let table = try arguments.positional.first.map { try find($0, manifest) }
        let version = try table.flatMap { table in try arguments.value("version").map { try number(of: $0, table) } }
        if let form = arguments.value("as") {
            return try SchemaForms(manifest: manifest, paths: paths).run(form, table, version)
        }
        guard let table else { return try list(manifest, paths, arguments.has("json")) }
        if let range = arguments.list("diff") { return try diff(table, range, arguments.has("json")) }
        return try show(table, version ?? table.currentVersion, paths, arguments.has("json"))
    }

    private static func refuseContradictions(_ arguments: Arguments) throws(CommandFailure) {
        for (one, other) in [("as", "diff"), ("as", "json"), ("version", "diff")] where arguments.has(one) && arguments.has(other) {
            throw CommandFailure(.usage, "restlake schema: --\(one) and --\(other) do not go together.")
        }
        for option in ["diff", "version"] where arguments.has(option) && arguments.positional.isEmpty {
            throw CommandFailure(.usage, "restlake schema: --\(option) needs a table.")
        }
    }

    static func find(_ wanted: String, _ manifest: Manifest) throws(CommandFailure) -> Manifest.Table {
        if let table = manifest.table(wanted) { return table }
        let nearest = nearestName(to: wanted, in: manifest.tables.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "There is no table '\(wanted)' in the dataset '\(manifest.dataset)'.\(nearest) "
            + (manifest.tables.isEmpty ? "It has none yet." : "Tables: \(manifest.tables.map(\.name).joined(separator: ", "))."))
    }

    /// `2` or `v2`
    private static func version(_ text: String) -> Int? { Int(text.hasPrefix("v") ? String(text.dropFirst()) : text) }

    static func number(of text: String, _ table: Manifest.Table) throws(CommandFailure) -> Int {
        let known = table.versions.map(\.version)
        if let number = version(text), known.contains(number) { return number }
        throw CommandFailure(.usage, "--version: expected a version of \(table.name), "
            + "which has \(known.map(String.init).joined(separator: ", ")); found '\(text)'.")
    }

    private static func list(_ manifest: Manifest, _ paths: LakePaths, _ asJSON: Bool) throws -> ExitCode {
        var text = TextTable(head: ["TABLE", "RESOURCE", "PARENT", "COLUMNS", "VERSION", "WRITTEN AS", "PRIMARY KEY"], right: [3])
        for table in manifest.tables {
            let version = try Dataset.schema(paths, table.name, table.currentVersion)
            if asJSON { Terminal.out(version.json.text(pretty: false)) }
            text.rows.append([
                table.name, table.resource, table.parent ?? "", "\(version.columns.count)", "v\(table.currentVersion)",
                table.writeDisposition.rawValue, table.primaryKey.joined(separator: ", "),
            ])
        }
        if !asJSON { Terminal.out(text.text) }
        return .complete
    }

    /// A version, with what the definition says of its columns now.
    static func document(_ table: Manifest.Table, _ number: Int, _ paths: LakePaths) throws -> SchemaVersion {
        var version = try Dataset.schema(paths, table.name, number)
        if let current = table.descriptions(ofVersion: number) {
            for index in version.columns.indices { version.columns[index].description = current[version.columns[index].id] }
        }
        return version
    }

    private static func show(_ table: Manifest.Table, _ number: Int, _ paths: LakePaths, _ asJSON: Bool) throws -> ExitCode {
        let version = try document(table, number, paths)
        if asJSON {
            Terminal.out(version.json.text(pretty: false))
            return .complete
        }
        let newest = number == table.currentVersion ? "" : "; the newest is \(table.currentVersion)"
        Terminal.out("\(table.name), version \(version.version) of load \(version.load)\(newest)\n\n\(columns(version).text)\n")
        for known in table.versions where known.version <= number {
            for change in known.changes { Terminal.out("v\(known.version)  \(ChangeWords.line(change))") }
        }
        Terminal.out("\nRead it with DuckDB:\n  \(DuckDBReader.selectAll(version, folder: paths.dataset))")
        return .complete
    }

    /// A description stands there where any column has one.
    private static func columns(_ version: SchemaVersion) -> TextTable {
        let descriptions = HandoffTable(version).descriptions
        var text = TextTable(head: ["COLUMN", "TYPE", "NULL", "PATH"] + (descriptions.isEmpty ? [] : ["DESCRIPTION"]))
        for column in version.columns {
            let place = Human.escaped(column.path?.text ?? "(added by restlake)")
            let description = descriptions.isEmpty ? [] : [Human.escaped(descriptions[column.id] ?? "")]
            text.rows.append([column.name, column.type.rawValue, column.isNullable ? "yes" : "no", place] + description)
        }
        return text
    }

    /// The versions that lead from one to another.
    static func steps(_ table: Manifest.Table, _ range: [String]) throws(CommandFailure) -> (from: Int, to: Int, versions: [VersionRecord]) {
        let versions = range.compactMap(version)
        let known = table.versions.map(\.version)
        guard versions.count == 2, versions.allSatisfy(known.contains) else {
            throw CommandFailure(.usage, "--diff: expected two versions of \(table.name), "
                + "which has \(known.map(String.init).joined(separator: ", ")); found '\(range.joined(separator: " "))'.")
        }
        let (from, to) = (min(versions[0], versions[1]), max(versions[0], versions[1]))
        return (from, to, table.versions.filter { $0.version > from && $0.version <= to })
    }

    private static func diff(_ table: Manifest.Table, _ range: [String], _ asJSON: Bool) throws -> ExitCode {
        let (from, to, steps) = try steps(table, range)
        if asJSON {
            for step in steps {
                for change in step.changes { Terminal.out(json(change, table.name, step.version).text(pretty: false)) }
            }
            return .complete
        }
        let changes = steps.flatMap(\.changes)
        Terminal.out("\(table.name), from version \(from) to version \(to): \(changes.isEmpty ? "no change" : Human.count(changes.count, "change"))")
        for change in changes { Terminal.out("  " + ChangeWords.line(change)) }
        return .complete
    }

    /// A change as it stands in the documents, behind the table and the version that it led to.
    static func json(_ change: SchemaChange, _ table: String, _ version: Int) -> JSONValue {
        let place: [(String, JSONValue)] = [("table", .string(table)), ("version", .int(version))]
        return .object(pairs: place + (change.json.object ?? []).map { ($0.key, $0.value) })
    }
}
