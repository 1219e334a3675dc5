import LakeCommit
import LakeHandoff
import LakeModel
import LakeSchema

/// `restlake schema --as FORM`: picks the tables and versions, and prints what LakeHandoff makes of them.
struct SchemaForms {
    let manifest: Manifest
    let paths: LakePaths

    /// - Parameters:
    ///   - table: the table that is named; nil for all.
    ///   - version: one of its versions; nil for the newest.
    func run(_ name: String, _ table: Manifest.Table?, _ version: Int?) throws -> ExitCode {
        let form = try Self.form(name)
        Terminal.write(try text(form, table, version), to: 1)
        return .complete
    }

    private static func form(_ name: String) throws(CommandFailure) -> SchemaForm {
        if let form = SchemaForm(rawValue: name) { return form }
        let known = SchemaForm.allCases.map(\.rawValue)
        let nearest = nearestName(to: name, in: known).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "--as: there is no form '\(name)'.\(nearest) Forms: \(known.joined(separator: ", ")).")
    }

    private func text(_ form: SchemaForm, _ table: Manifest.Table?, _ version: Int?) throws -> String {
        switch form {
        case .jsonSchema: try table.map { JSONSchemaForm.text(try load($0, version)) } ?? JSONSchemaForm.text(newest(manifest.tables))
        case .bigQuery: try table.map { BigQueryForm.text(try load($0, version)) } ?? BigQueryForm.text(newest(manifest.tables))
        case .frictionless: try table.map { FrictionlessForm.text(try load($0, version)) } ?? package()
        case .mermaid: MermaidForm.text(try drawn(form, table, version))
        case .dbml: DBMLForm.text(try drawn(form, table, version))
        }
    }

    private func load(_ table: Manifest.Table, _ version: Int? = nil) throws -> HandoffTable {
        let number = version ?? table.currentVersion
        return HandoffTable(
            try Dataset.schema(paths, table.name, number), primaryKey: table.primaryKey, descriptions: table.descriptions(ofVersion: number))
    }

    private func newest(_ tables: [Manifest.Table]) throws -> [HandoffTable] { try tables.map { try load($0) } }

    // MARK: Diagrams

    /// All tables, or one and those below it. Their versions are not counted together: only the newest ones fit each other.
    private func drawn(_ form: SchemaForm, _ table: Manifest.Table?, _ version: Int?) throws -> [HandoffTable] {
        guard version == nil else {
            throw CommandFailure(.usage, "--as \(form.rawValue) draws the newest versions; --version does not go with it.")
        }
        guard let table else { return try newest(manifest.tables) }
        return try newest(manifest.tables.filter { isOrIsBelow($0, table) })
    }

    private func isOrIsBelow(_ table: Manifest.Table, _ above: Manifest.Table) -> Bool {
        var name: String? = table.name
        // A damaged manifest may lead in a circle: no chain is longer than there are tables.
        for _ in manifest.tables {
            if name == above.name { return true }
            name = name.flatMap { manifest.table($0)?.parent }
        }
        return false
    }

    // MARK: The package

    private func package() throws -> String {
        let files = try Dataset.committedLoads(paths).flatMap { try Dataset.record(paths, $0.text)?.files ?? [] }.filter { $0.format == .csv }
        guard !files.isEmpty else {
            throw CommandFailure(.usage, "--as frictionless describes CSV files; the dataset '\(manifest.dataset)' has none "
                + "(export writes them with --format csv).")
        }
        var tables: [String: HandoffTable] = [:]
        return try FrictionlessForm.package(dataset: manifest.dataset, files: files) { file in
            let key = LakePaths.schema(file.table, file.schemaVersion)
            if let known = tables[key] { return known }
            let table = HandoffTable(
                try Dataset.schema(paths, file.table, file.schemaVersion),
                descriptions: manifest.table(file.table)?.descriptions(ofVersion: file.schemaVersion))
            tables[key] = table
            return table
        }
    }
}

extension Manifest.Table {
    /// What the definition said of the columns in the newest load, by column id. Of an older version nil: what its own
    /// document says.
    func descriptions(ofVersion number: Int) -> [Int: String]? {
        guard number == currentVersion else { return nil }
        return Dictionary(columns.compactMap { column in column.description.map { (column.id, $0) } }, uniquingKeysWith: { first, _ in first })
    }
}
