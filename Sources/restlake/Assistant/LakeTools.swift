import LakeCommit
import LakeJSON
import LakeMCP
import LakeModel

/// Tools that tell what is in the lake.
enum LakeTools {
    static let all = [datasets, loads, load, tables, schema, diff, verify, quarantine]

    private static let datasets = AssistantTool(
        spec: ToolSpec("list_datasets", "Datasets", "Lists the datasets of the lake: one for each exported API, with its newest load.")
    ) { tools, _, _ in
        let location = try LakeLocation(tools.arguments(Commands.loads, ToolArguments()))
        let names = try location.datasets()
        let items = BoundedItems(try names.map { name in
            let manifest = try Dataset.readManifest(location.paths(name), name: name).manifest
            return .object([
                "dataset": .string(name), "source": manifest.sourceName.map { .string($0) }, "origin": manifest.origin.map { .string($0) },
                "loads": .int(manifest.loadCount), "newest_load": manifest.newestDataLoad.map { .string($0) }, "tables": .int(manifest.tables.count),
            ])
        })
        return ToolAnswer(
            names.isEmpty ? "There is no dataset in the lake yet. A first one: restlake export thena --sandbox" : "The lake has \(Human.count(names.count, "dataset")).",
            ["lake": .string(location.lake), "datasets": .array(items.items), "cut": .bool(items.isCut)])
    }

    private static let loads = AssistantTool(
        spec: ToolSpec(
            "list_loads", "Loads", "Lists the newest loads of a dataset: outcome, records, rows, bytes, time.",
            [.dataset, .init("limit", .whole(1...100), "how many (default: 20)")])
    ) { tools, call, _ in
        let (_, manifest) = try tools.manifest(call)
        let items = BoundedItems(manifest.loads.prefix(call.whole("limit") ?? 20).map(LoadsCommand.json))
        return ToolAnswer(
            "\(Human.count(items.items.count, "load")) of \(manifest.recordCount), the newest first.", ["loads": .array(items.items), "all": .int(manifest.recordCount)])
    }

    private static let load = AssistantTool(
        spec: ToolSpec(
            "show_load", "One load", "Shows what a load brought and how it ended: for each resource the outcome, the evidence of its end, "
                + "findings and counts; for each table the rows and schema changes.",
            [.dataset, .init("load_id", .text(most: 40), "such as 20261123T020000Z-7f3a9c (default: the newest)")])
    ) { tools, call, _ in
        let (paths, manifest) = try tools.manifest(call)
        guard let id = call.text("load_id") ?? manifest.newestDataLoad else { throw CommandFailure(.usage, "The dataset has no load yet.") }
        guard let record = try tools.record(id, paths) else {
            let nearest = nearestName(to: id, in: manifest.loads.map(\.load)).map { " Did you mean \($0)?" } ?? ""
            throw CommandFailure(.usage, "There is no load '\(id)'.\(nearest) list_loads has them.")
        }
        return ToolAnswer("Load \(record.load): \(record.outcome.rawValue).", summary(record))
    }

    /// A record without what is long and says little: files one by one, facts of columns, state.
    static func summary(_ record: LoadRecord) -> JSONValue {
        var json = record.json
        let resources = BoundedItems((json["resources"]?.array ?? []).map { resource in
            var resource = resource
            resource["state"] = nil
            let findings = resource["findings"]?.array ?? []
            if findings.count > 10 { resource["findings"] = .array(findings.prefix(10) + [.string("and \(findings.count - 10) more")]) }
            return resource
        })
        let tables = BoundedItems((json["tables"]?.array ?? []).map { table in
            var table = table
            table["columns"] = .int(table["columns"]?.array?.count ?? 0)
            table["new_versions"] = .array((table["versions"]?.array ?? []).map { version in
                ["version": version["version"] ?? .null, "changes": .int(version["changes"]?.array?.count ?? 0)]
            })
            table["versions"] = nil
            return table
        })
        json["resources"] = .array(resources.items)
        json["tables"] = .array(tables.items)
        json["files"] = .int(record.files.count)
        json["bytes"] = .int(record.bytes)
        json["state"] = nil
        json["expired"] = json["expired"]?.array.map { .int($0.count) }
        json["cut"] = .bool(resources.isCut || tables.isCut)
        return json
    }

    private static let tables = AssistantTool(
        spec: ToolSpec("list_tables", "Tables", "Lists the tables of a dataset: resource, parent table, number of columns, schema version, key.", [.dataset])
    ) { tools, call, _ in
        let (paths, manifest) = try tools.manifest(call)
        let items = BoundedItems(try manifest.tables.map { table in
            .object([
                "table": .string(table.name), "resource": .string(table.resource), "parent": table.parent.map { .string($0) },
                "columns": .int(try Dataset.schema(paths, table.name, table.currentVersion).columns.count), "version": .int(table.currentVersion),
                "write_disposition": .string(table.writeDisposition.rawValue), "primary_key": .strings(table.primaryKey),
                "rows_of_last_load": .int(table.rowsOfLastLoad),
            ])
        })
        return ToolAnswer("\(manifest.dataset) has \(Human.count(manifest.tables.count, "table")).", ["tables": .array(items.items), "cut": .bool(items.isCut)])
    }

    private static let schema = AssistantTool(
        spec: ToolSpec(
            "table_schema", "Schema of a table", "Shows the columns of a table with type, JSON path and description, in its newest or a named version.",
            [.dataset, .table, .init("version", .whole(1...1_000_000), "a schema version (default: the newest)")])
    ) { tools, call, _ in
        let (paths, manifest) = try tools.manifest(call)
        let table = try SchemaCommand.find(call.text("table") ?? "", manifest)
        let number = try call.whole("version").map { try SchemaCommand.number(of: "\($0)", table) } ?? table.currentVersion
        let version = try SchemaCommand.document(table, number, paths)
        let columns = BoundedItems(version.columns.map(\.json))
        return ToolAnswer(
            "\(table.name), version \(number) of \(table.currentVersion): \(Human.count(version.columns.count, "column")).",
            [
                "table": .string(table.name), "version": .int(number), "versions": .array(table.versions.map { .int($0.version) }),
                "columns": .array(columns.items), "cut": .bool(columns.isCut),
            ])
    }

    private static let diff = AssistantTool(
        spec: ToolSpec(
            "schema_diff", "Changes of a schema", "Shows what changed in a table from one schema version to another: new columns, wider types, "
                + "and the load, page and record where each change was first seen.",
            [
                .dataset, .table, .init("from", .whole(1...1_000_000), isRequired: true, "the older version"),
                .init("to", .whole(1...1_000_000), isRequired: true, "the newer version"),
            ])
    ) { tools, call, _ in
        let (_, manifest) = try tools.manifest(call)
        let table = try SchemaCommand.find(call.text("table") ?? "", manifest)
        let (from, to, steps) = try SchemaCommand.steps(table, ["from", "to"].map { "\(call.whole($0) ?? 0)" })
        let all = steps.flatMap { step in step.changes.map { SchemaCommand.json($0, table.name, step.version) } }
        let changes = BoundedItems(all)
        return ToolAnswer(
            "\(table.name), from version \(from) to version \(to): \(Human.count(all.count, "change")).",
            ["changes": .array(changes.items), "cut": .bool(changes.isCut)])
    }

    private static let verify = AssistantTool(
        spec: ToolSpec(
            "verify_quick", "Is everything there?", "Checks whether the files of the newest load are there and how large they are, and the lake's own "
                + "documents; contents are not read. In full: restlake verify.", [.dataset])
    ) { tools, call, _ in
        let arguments = try tools.arguments(Commands.verify, call, ["--quick"])
        let (name, paths) = try LakeLocation.chosen(arguments)
        var findings = BoundedItems()
        let summary = try Verify.run(paths, name: name, VerifyOptions(isQuick: true)) { event in
            if case .finding(let finding) = event { findings.add(VerifyWords(finding).json(finding)) }
        }
        return ToolAnswer(
            summary.findings == 0 ? "Everything that was looked at is there." : "\(Human.count(summary.findings, "finding")).",
            ["summary_of_check": summary.json, "findings": .array(findings.items), "cut": .bool(findings.isCut)])
    }

    private static let quarantine = AssistantTool(
        spec: ToolSpec(
            "quarantine_summary", "Quarantine", "Tells how many records of each load were kept out of the lake, and why. The records themselves are not shown: "
                + "restlake quarantine show --values.",
            [.dataset, .init("resource", .text(most: 200), "only of this resource")])
    ) { tools, call, _ in
        let words = ["list"] + (call.text("resource").map { [$0] } ?? [])
        let view = try QuarantineView(tools.arguments(Commands.quarantine, call, positional: words))
        let items = BoundedItems(try QuarantineList(view).values().reversed())
        return ToolAnswer(
            items.items.isEmpty ? "No record is in quarantine." : "\(Human.count(view.pieces.count, "quarantine file")), the newest first.",
            ["quarantine": .array(items.items), "cut": .bool(items.isCut)])
    }
}

extension AssistantTools {
    func manifest(_ call: ToolArguments) throws -> (paths: LakePaths, manifest: Manifest) {
        let (name, paths) = try LakeLocation.chosen(arguments(Commands.loads, call))
        return (paths, try Dataset.readManifest(paths, name: name).manifest)
    }

    /// A text that is no load id names no file.
    func record(_ id: String, _ paths: LakePaths) throws -> LoadRecord? {
        try LoadID(id).flatMap { try Dataset.record(paths, $0.text) }
    }
}
