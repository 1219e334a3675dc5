import Glibc
import LakeCommit
import LakeHandoff
import LakeJSON
import LakeModel
import LakeSchema

/// `restlake loads`
enum LoadsCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        let manifest = try Dataset.readManifest(location.paths(name), name: name).manifest
        if arguments.has("json") {
            for load in manifest.loads { Terminal.out(json(load).text(pretty: false)) }
            return .complete
        }
        var table = TextTable(head: ["LOAD", "OUTCOME", "RECORDS", "ROWS", "BYTES", "STARTED", "RUN ID"], right: [2, 3, 4])
        for load in manifest.loads {
            guard load.kind == .load else {
                table.rows.append([load.load, load.kind.rawValue, "", "", "", load.startedAt, Human.escaped(load.reason ?? "")])
                continue
            }
            table.rows.append([
                load.load, load.outcome.rawValue + (load.isExpired ? ", expired" : ""), Human.number(load.records), Human.number(load.rows), Human.bytes(load.bytes), load.startedAt,
                load.runID.map(Human.escaped) ?? "",
            ])
        }
        Terminal.out(table.text)
        let hidden = manifest.recordCount - manifest.loads.count
        if hidden > 0 { Terminal.out("and \(Human.count(hidden, "older load")): \(location.paths(name).loads)") }
        return .complete
    }

    private static func json(_ load: Manifest.Load) -> JSONValue {
        .object([
            "load_id": .string(load.load), "kind": .string(load.kind.rawValue), "outcome": .string(load.outcome.rawValue),
            "run_id": load.runID.map { .string($0) } ?? .null,
            "started_at": .string(load.startedAt), "records": .int(load.records), "rows": .int(load.rows), "bytes": .int(load.bytes),
            "path": .string(LakePaths.record(load.load)),
            "reason": load.reason.map { .string($0) }, "expired": load.isExpired ? true : nil,
        ])
    }
}

/// `restlake schema [TABLE] [--diff A B]`
enum SchemaCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        let paths = location.paths(name)
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        guard let wanted = arguments.positional.first else {
            guard !arguments.has("diff") else { throw CommandFailure(.usage, "restlake schema: --diff needs a table.") }
            return try list(manifest, paths, arguments.has("json"))
        }
        guard let table = manifest.table(wanted) else {
            let nearest = nearestName(to: wanted, in: manifest.tables.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "There is no table '\(wanted)' in the dataset '\(name)'.\(nearest) "
                + "Tables: \(manifest.tables.map(\.name).joined(separator: ", ")).")
        }
        if let range = arguments.list("diff") { return try diff(table, range, arguments.has("json")) }
        return try show(table, paths, arguments.has("json"))
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

    private static func show(_ table: Manifest.Table, _ paths: LakePaths, _ asJSON: Bool) throws -> ExitCode {
        let version = try Dataset.schema(paths, table.name, table.currentVersion)
        if asJSON {
            Terminal.out(version.json.text(pretty: false))
            return .complete
        }
        var text = TextTable(head: ["COLUMN", "TYPE", "NULL", "PATH"])
        for column in version.columns {
            let place = Human.escaped(column.path?.text ?? "(added by restlake)")
            text.rows.append([column.name, column.type.rawValue, column.isNullable ? "yes" : "no", place])
        }
        Terminal.out("\(table.name), version \(version.version) of load \(version.load)\n\n\(text.text)\n")
        for change in table.versions.flatMap({ version in version.changes.map { (version.version, $0) } }) {
            Terminal.out("v\(change.0)  \(ChangeWords.line(change.1))")
        }
        Terminal.out("\nRead it with DuckDB:\n  \(DuckDBReader.selectAll(version, folder: paths.dataset))")
        return .complete
    }

    private static func diff(_ table: Manifest.Table, _ range: [String], _ asJSON: Bool) throws -> ExitCode {
        let versions = range.compactMap { Int($0.drop { $0 == "v" }) }
        let known = table.versions.map(\.version)
        guard versions.count == 2, versions.allSatisfy(known.contains) else {
            throw CommandFailure(.usage, "--diff: expected two versions of \(table.name), "
                + "which has \(known.map(String.init).joined(separator: ", ")); found '\(range.joined(separator: " "))'.")
        }
        let (from, to) = (min(versions[0], versions[1]), max(versions[0], versions[1]))
        let changes = table.versions.filter { $0.version > from && $0.version <= to }.flatMap(\.changes)
        if asJSON {
            for change in changes { Terminal.out(change.json.text(pretty: false)) }
            return .complete
        }
        Terminal.out("\(table.name), from version \(from) to version \(to): \(changes.isEmpty ? "no change" : Human.count(changes.count, "change"))")
        for change in changes { Terminal.out("  " + ChangeWords.line(change)) }
        return .complete
    }
}

/// A schema change in words.
enum ChangeWords {
    static func line(_ change: SchemaChange) -> String {
        let place = "first seen in load \(change.load), page \(change.place.page), record \(change.place.record)"
        let path = Human.escaped(change.path?.text ?? "")
        switch change.what {
        case .addTable: return "add_table: \(place)"
        case .addColumn: return "add_column: \(change.column ?? "") \(change.to?.rawValue ?? "") (\(path)), \(place)"
        case .widenType:
            return "widen_type: \(change.column ?? "") \(change.from?.rawValue ?? "") → \(change.to?.rawValue ?? "") (\(path)), \(place)"
        }
    }

    /// `3 columns, 1 type`
    static func summary(_ versions: [SchemaVersion]) -> String {
        let changes = versions.flatMap(\.changes)
        if changes.contains(where: { $0.what == .addTable }) { return "new table" }
        let columns = changes.filter { $0.what == .addColumn }.count, types = changes.filter { $0.what == .widenType }.count
        return [columns > 0 ? "+\(Human.count(columns, "column"))" : nil, types > 0 ? "\(Human.count(types, "type")) wider" : nil]
            .compactMap { $0 }.joined(separator: ", ")
    }
}

/// `restlake recover`
enum RecoverCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        let dataset = try Dataset(location.paths(name), name: name)
        if dataset.recovered.isEmpty { Terminal.out("\(name): nothing to do.") }
        for action in dataset.recovered { Terminal.out("\(name): \(action.sentence)") }
        return .complete
    }
}

extension RecoveryAction {
    var sentence: String {
        switch self {
        case .published(let load): "published load \(load), which an earlier run had prepared."
        case .removed(let load): "removed the files of load \(load), which an earlier run had not finished; nothing of it was published."
        case .cleaned(let load): "cleaned up behind load \(load), which was committed."
        case .finishedExpiry(let load): "removed the rest of the files that \(load) had begun to remove."
        case .unfinishedExpiry(let load, let path, let number):
            "'\(path)' cannot be removed: \(String(cString: strerror(number))). The removal \(load) is not at its end; the next run tries again."
        case .rebuiltManifest: "made manifest.json anew from the load records."
        }
    }
}
