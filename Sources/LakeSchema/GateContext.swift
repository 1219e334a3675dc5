import LakeModel
import LakeNormalize
import LakeSource

/// What the definition says of a field, over all its hints.
struct GateHint {
    var isDeclared = false
    var type: ColumnType?
    /// The hint that says that every row has it.
    var required: Int?
    /// All of them.
    var hints: [Int] = []
}

/// The contract of a table, and the child table whose `nested_hints` it stands in; nil for that of the resource.
struct OwnedContract {
    var contract: SchemaContract
    var owner: FieldPath?
}

/// What a gate is made of: the definition of a resource, and its tables as the last committed load left them.
struct GateContext {
    let hints: [ColumnHint]
    let primaryKey: [FieldPath]
    let maxNesting: Int
    /// By the place of their rows.
    let known: [FieldPath: KnownTable]
    private let contract: SchemaContract
    private let nested: [FieldPath: SchemaContract]

    init(_ resource: Resource, known: [KnownTable]) {
        hints = resource.columns
        primaryKey = resource.primaryKey.map { FieldReference(field: $0.steps.compactMap { if case .key(let key) = $0 { key } else { nil } }).path }
        maxNesting = resource.maxTableNesting
        self.known = Dictionary(known.map { ($0.version.path, $0) }, uniquingKeysWith: { first, _ in first })
        contract = resource.contract
        nested = Dictionary(
            resource.nestedTables.compactMap { table in
                table.contract.map { (FieldReference(table: table.table, field: []).tablePath, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether no record could break anything.
    var isFree: Bool {
        if contract.isEvolving, nested.values.allSatisfy(\.isEvolving) { return true }
        // In the first load there is nothing to compare with but hints.
        return known[FieldPath()] == nil && !hints.contains { $0.dataType != nil || $0.isNullable == false }
    }

    /// A table's contract: its own, that of the table around it that has one, or the resource's.
    func contract(of table: FieldPath) -> OwnedContract {
        var found = OwnedContract(contract: contract)
        var steps = table.steps
        while found.owner == nil, !steps.isEmpty {
            if let own = nested[FieldPath(steps)] { found = OwnedContract(contract: own, owner: FieldPath(steps)) }
            steps.removeLast()
        }
        // A resource without a committed table evolves freely.
        if known[FieldPath()] == nil { (found.contract.tables, found.contract.columns) = (.evolve, .evolve) }
        return found
    }

    /// Hints that name the place come before those that name the column.
    func hint(for path: FieldPath, in table: FieldPath, pieces: [String]) -> GateHint {
        var all = GateHint()
        let meant = hints.indices.filter { hints[$0].field.means(path, in: table, pieces: pieces) }
        for index in meant.filter({ hints[$0].field.path == path }) + meant.filter({ hints[$0].field.path != path }) {
            let hint = hints[index]
            all.isDeclared = true
            all.hints.append(index)
            all.type = all.type ?? hint.dataType
            if hint.isNullable == false { all.required = all.required ?? index }
        }
        return all
    }
}
