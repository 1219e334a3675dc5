import LakeJSON
import LakeModel

/// `nested_hints` of a resource, taken apart.
struct NestedDrafts {
    var tables: [NestedTable] = []
    var columns: [ColumnDraft] = []
    /// The names that the definition gives to tables, and where.
    var names: [TableNameDraft] = []
}

/// The name of a table, and where it is given.
struct TableNameDraft {
    let name: String
    let path: String
    /// A resource that names no table has one after its own name.
    var isGiven = true
}

// MARK: - Contracts

extension DefinitionReader {
    /// A mode for all, or one by one; what is not given is as in `outer`.
    mutating func contract(_ node: Node?, over outer: SchemaContract) -> SchemaContract {
        guard let node else { return outer }
        if let text = node.value.string {
            guard let name = choice(text, of: Vocabulary(SchemaContract.Mode.self), at: node.path),
                  let mode = SchemaContract.Mode(rawValue: name) else { return outer }
            return SchemaContract(tables: mode, columns: mode, dataType: mode)
        }
        guard node.value.object != nil else {
            report(.wrongType(expected: "a mode or an object", found: node.value.kindInWords), at: node.path)
            return outer
        }
        guard let fields = fields(node, .schemaContract) else { return outer }
        var contract = outer
        if let mode = choice(fields, "tables", SchemaContract.Mode.self) { contract.tables = mode }
        if let mode = choice(fields, "columns", SchemaContract.Mode.self) { contract.columns = mode }
        if let mode = choice(fields, "data_type", SchemaContract.Mode.self) { contract.dataType = mode }
        return contract
    }

    /// Of a resource: its own over the default, that over the source's.
    mutating func contract(_ own: Fields, _ defaults: Fields?, source: SchemaContract) -> SchemaContract {
        // `null` stands for the source's.
        if own["schema_contract"]?.value.isNull == true { return source }
        return contract(own.present("schema_contract"), over: contract(defaults?.present("schema_contract"), over: source))
    }
}

// MARK: - Child tables

extension DefinitionReader {
    mutating func nestedHints(_ fields: Fields, contract: SchemaContract) -> NestedDrafts {
        var drafts = NestedDrafts()
        guard let node = fields.present("nested_hints"), let members = members(node) else { return drafts }
        var first: [[Selector.Step]: String] = [:]
        for (name, node) in members.nodes where !node.value.isNull {
            guard let table = table(name, at: node.path) else { continue }
            if let path = first[table] {
                report(.duplicateColumn(Selector(describing: table).description, first: path), at: node.path)
            } else {
                first[table] = node.path
                nestedHint(node, table, contract, &drafts)
            }
        }
        return drafts
    }

    /// An array that is kept as JSON makes no table.
    mutating func checkTables(_ tables: [NestedTable], _ columns: DeclaredColumns) {
        for table in tables {
            guard let json = columns.hints.first(where: { hint in
                hint.dataType == .json && hint.field.steps != table.table && hint.field.covers(table.table)
            }), let draft = columns.drafts.first(where: { $0.field == json.field }) else { continue }
            report(.conflict(with: "'\(Selector(describing: table.table))' in 'nested_hints', which takes it apart"), at: draft.path)
        }
    }

    /// `tags`, `a.b[*].c`: the array itself, or its elements.
    private mutating func table(_ text: String, at path: String) -> [Selector.Step]? {
        guard let field = fieldReference(text, at: path) else { return nil }
        return field.field.isEmpty ? field.table : field.steps + [.all]
    }

    private mutating func nestedHint(_ node: Node, _ table: [Selector.Step], _ outer: SchemaContract, _ drafts: inout NestedDrafts) {
        guard let fields = fields(node, .nestedHint) else { return }
        let nested = NestedTable(
            table: table, contract: fields.present("schema_contract").map { contract($0, over: outer) }, tableName: tableName(fields))
        if nested != NestedTable(table: table) { drafts.tables.append(nested) }
        if let name = nested.tableName, let path = fields.present("table_name")?.path { drafts.names.append(TableNameDraft(name: name, path: path)) }
        drafts.columns += columnDrafts(fields.present("columns"), below: table)
    }
}

// MARK: - Names

extension DefinitionReader {
    mutating func tableName(_ fields: Fields) -> String? {
        guard let node = fields.present("table_name"), let name = string(node) else { return nil }
        let plain = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        if !plain || name.utf8.count > Names.longest {
            report(.badValue(expected: "a name of letters, digits, '_' and '-', at most \(Names.longest) bytes long", found: name), at: node.path)
        }
        return name
    }

    /// A table belongs to one resource.
    mutating func checkTableNames(_ drafts: [ResourceDraft]) {
        let names = drafts.flatMap(\.tableNames)
        for (i, draft) in names.enumerated() where draft.isGiven {
            let others = names[..<i] + names[(i + 1)...].filter { !$0.isGiven }
            if let other = others.first(where: { Names.piece($0.name) == Names.piece(draft.name) }) {
                report(.duplicateTable(draft.name, first: other.path), at: draft.path)
            }
        }
    }
}
