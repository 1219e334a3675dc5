import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Loads pages into a lake that is nothing but its schemas.
final class SchemaLake {
    private(set) var known: [String: KnownTable] = [:]
    /// The tables of the last load.
    private(set) var tables: [String: TableSchema] = [:]
    /// By table: what each page of the last load planned.
    private(set) var plans: [String: [TableSchema.Plan]] = [:]
    private var loads = 0

    /// - Parameter closing: closes a version after every page, as small parts do.
    func load(_ pages: [String], resource: String = "requests", nesting: Int = 1000, limits: NormalizeLimits = NormalizeLimits(), hints: [ColumnHint] = [], closing: Bool = false) throws {
        loads += 1
        tables = [:]
        plans = [:]
        let mine = known.values.filter { $0.version.resource == resource }.sorted { $0.version.table < $1.version.table }
        let normalizer = Normalizer(
            resource: Resource(name: resource, request: RequestTemplate(path: Template(resource)), columns: hints, maxTableNesting: nesting), known: mine.flatMap(\.knownColumns), limits: limits)
        let naming = TableNaming([.init(resource)], known: Array(known.values))
        for (index, text) in pages.enumerated() {
            let page = PageBytes(text), tape = Tape()
            try Tokenizer.tokenize(page, into: tape)
            for rows in try normalizer.normalize(page, tape, records: 0).tables {
                let schema = table(rows.table, normalizer, naming, resource, ColumnHints(hints))
                let plan = schema.plan(rows, normalizer, page: index + 1) { normalizer.facts(of: $0, page, tape) }
                plans[schema.name, default: []].append(plan)
                schema.apply(plan)
                if closing { _ = schema.closeVersion() }
            }
        }
        for (name, schema) in tables { known[name] = KnownTable(version: schema.closeVersion(), facts: schema.facts) }
    }

    /// Puts what is known through its documents, as between two runs.
    func reopen() throws {
        known = try known.mapValues { table in
            let version = try SchemaVersion(json: JSONValue(parsing: table.version.json.text(pretty: true)))
            return KnownTable(version: version, facts: try table.facts.map { try ColumnFacts(json: JSONValue(parsing: $0.json.text(pretty: true))) })
        }
    }

    private func table(_ index: Int, _ normalizer: Normalizer, _ naming: TableNaming, _ resource: String, _ hints: ColumnHints) -> TableSchema {
        let info = normalizer.table(index)
        let taken = tables.values.filter { $0.path != info.path }.map(\.name)
        let name = naming.name(resource: resource, path: info.path, pieces: info.pieces, taken: Set(taken))
        if let schema = tables[name] { return schema }
        let schema = TableSchema(
            name: name, resource: resource, path: info.path, parent: info.parent.map { table($0, normalizer, naming, resource, hints).name },
            load: "load\(loads)", known: known[name], hints: hints)
        tables[name] = schema
        return schema
    }

    /// The version of a table as the last load left it.
    func version(_ table: String = "requests") -> SchemaVersion? { known[table]?.version }

    /// `id:bigint`, without system columns, in order.
    func columns(_ table: String = "requests") -> [String] {
        version(table)?.columns.filter { !$0.isSystem }.map { "\($0.name):\($0.type.rawValue)" } ?? []
    }

    /// Every column by its identity, with its type: what may not depend on any order.
    var shape: Set<[UInt8]> {
        Set(known.values.flatMap { table in
            table.version.columns.filter { !$0.isSystem }.map { column in
                Array("\(table.version.path.text) \(column.path?.text ?? "") \(column.isRest) \(column.type.rawValue)".utf8)
            }
        })
    }
}

/// A hint of a field in the form of a definition: `customer__tier`, `tags[*].name`.
func hint(_ field: String, _ type: ColumnType? = nil, nullable: Bool? = nil, description: String? = nil) -> ColumnHint {
    guard let selector = try? Selector(parsing: field), let reference = FieldReference(selector) else { preconditionFailure("no field: \(field)") }
    return ColumnHint(field: reference, dataType: type, isNullable: nullable, description: description)
}

/// A lake of one load, each text the records of a page.
func lake(_ pages: String..., nesting: Int = 1000, closing: Bool = false) throws -> SchemaLake {
    let lake = SchemaLake()
    try lake.load(pages, nesting: nesting, closing: closing)
    return lake
}
