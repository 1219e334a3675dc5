import LakeCommit
import LakeModel
import LakeSchema

/// What is to be handed off.
package struct HandoffChoice: Sendable {
    package enum Loads: Hashable, Sendable {
        case all
        /// From this one on.
        case since(String)
        case these([String])
    }
    package var loads: Loads
    /// Any table stands for all of its resource; empty: all.
    package var tables: [String]
    /// Those that will do, the better one first.
    package var formats: [FileFormat]
    package var withVariants: Bool

    package init(loads: Loads = .all, tables: [String] = [], formats: [FileFormat] = [.jsonl], withVariants: Bool = false) {
        self.loads = loads
        self.tables = tables
        self.formats = formats
        self.withVariants = withVariants
    }

    func takes(_ load: String) -> Bool {
        switch loads {
        case .all: true
        case .since(let first): load >= first
        case .these(let loads): loads.contains(load)
        }
    }
}

extension HandoffPlan {
    /// - Parameters:
    ///   - records: all of the dataset, oldest first.
    ///   - schema: a version of a table.
    package init(
        dataset: String, records: [LoadRecord], choice: HandoffChoice, schema: (_ table: String, _ version: Int) throws -> SchemaVersion
    ) throws {
        // Which rows count, as if nothing had ever been removed from the lake: a destination may have it still.
        var manifest = Manifest(dataset: dataset)
        let loads = records.filter { $0.kind == .load }
        for record in loads { manifest.fold(record) }
        try self.init(manifest: manifest, known: loads.map(\.load), records: records, choice: choice, schema: schema)
    }

    /// - Parameters:
    ///   - manifest: what all loads give, as if nothing had ever been removed.
    ///   - known: all loads.
    ///   - records: at least those that `isNeeded` and those of removals, oldest first.
    package init(
        manifest: Manifest, known: [String], records: [LoadRecord], choice: HandoffChoice,
        schema: (_ table: String, _ version: Int) throws -> SchemaVersion
    ) throws {
        try Self.check(choice, manifest, known)
        let loads = records.filter { $0.kind == .load }
        let removed = Set(records.flatMap(\.expired).flatMap(\.files))
        var sorters: [ResourceLoads] = []
        for name in Self.resources(manifest, choice) {
            sorters.append(try ResourceLoads(name, manifest, loads, removed, choice, oldest: known.first))
        }
        let format = try Self.format(sorters.flatMap(\.records), of: Set(sorters.map(\.name)), choice)
        let resources = try sorters.map { try $0.resource(format, choice, schema) }
        self.init(dataset: manifest.dataset, format: format, resources: resources)
    }

    /// Whether the record of a load must be known for a plan, as far as the manifest of a dataset tells from which nothing
    /// was ever removed. Of a snapshot all is needed from it on; of another resource what is chosen, but for what counts no more.
    package static func isNeeded(_ choice: HandoffChoice, _ manifest: Manifest) -> (String) -> Bool {
        let roots = resources(manifest, choice).compactMap { name in manifest.tables.first { $0.resource == name && $0.parent == nil } }
        // Which key a table had that has none any more is told by old loads alone.
        if roots.contains(where: { $0.writeDisposition != .replace && $0.primaryKey.isEmpty && !$0.earlierDispositions.isEmpty }) { return { _ in true } }
        let snapshot = roots.filter { $0.writeDisposition == .replace }.map { manifest.liveSince($0.resource) ?? "" }.min()
        let others = roots.filter { $0.writeDisposition != .replace }.map { $0.liveSince ?? "" }.min()
        return { load in
            if let snapshot, load >= snapshot { return true }
            guard choice.takes(load) else { return false }
            // All were asked for: those that count no more are only counted.
            return choice.loads != .all || others.map { load >= $0 } ?? false
        }
    }

    private static func resources(_ manifest: Manifest, _ choice: HandoffChoice) -> [String] {
        let wanted = Set(choice.tables.compactMap { manifest.table($0)?.resource })
        return manifest.tables.filter { $0.parent == nil }.map(\.resource).filter { wanted.isEmpty || wanted.contains($0) }
    }

    private static func check(_ choice: HandoffChoice, _ manifest: Manifest, _ known: [String]) throws(HandoffFault) {
        let tables = manifest.tables.map(\.name)
        if let table = choice.tables.first(where: { !tables.contains($0) }) { throw .unknownTable(table, known: tables) }
        let named: [String] = switch choice.loads {
        case .all: []
        case .since(let load): [load]
        case .these(let loads): loads
        }
        let all = Set(named.isEmpty ? [] : known)
        if let load = named.first(where: { !all.contains($0) }) { throw .unknownLoad(load, known: known) }
    }

    /// The first format in which every load has its files.
    private static func format(_ records: [LoadRecord], of resources: Set<String>, _ choice: HandoffChoice) throws(HandoffFault) -> FileFormat {
        var lacking = ""
        for format in choice.formats {
            guard let record = records.first(where: { record in
                let filled = record.tables.filter { resources.contains($0.resource) && $0.rows > 0 }.map(\.name)
                return !Set(record.files.filter { $0.format == format }.map(\.table)).isSuperset(of: filled)
            }) else { return format }
            lacking = record.load
        }
        throw .noFormat(choice.formats, load: lacking)
    }
}

/// The loads of one resource, sorted by whether they go.
private struct ResourceLoads {
    let name: String
    let tables: [Manifest.Table]
    let rule: RowRule
    private let liveSince: String?
    private(set) var records: [LoadRecord] = []
    private var leftOut: [LeftOut] = []
    /// The primary keys that the loads had, oldest first.
    private let keys: [[String]]

    /// - Parameter oldest: the first load of the dataset, whether or not it is among `loads`.
    init(
        _ name: String, _ manifest: Manifest, _ loads: [LoadRecord], _ removed: Set<String>, _ choice: HandoffChoice, oldest: String?
    ) throws(HandoffFault) {
        self.name = name
        let tables = Self.ordered(manifest.tables.filter { $0.resource == name })
        self.tables = tables
        let root = tables[0], taking = loads.filter { $0.resources.contains { $0.name == name && $0.outcome != .failed } }
        liveSince = root.writeDisposition == .replace ? nil : root.liveSince
        rule = Self.rule(root, taking, of: name)
        keys = taking.flatMap(\.tables).filter { $0.name == root.name && !$0.primaryKey.isEmpty }.map(\.primaryKey)
        let since = since, names = Set(tables.map(\.name))
        if let since, let oldest, oldest < since { leftOut.append(.superseded(before: since)) }
        for record in taking where record.load >= since ?? "" {
            if case .replace(let live) = rule, !live.contains(record.load) {
                leftOut.append(.partial(record.load))
            } else if !removed.isEmpty, record.files.contains(where: { removed.contains($0.path) && names.contains($0.table) }) {
                leftOut.append(.removed(record.load))
            } else if isWhole || choice.takes(record.load) {
                records.append(record)
            }
        }
    }

    /// A snapshot goes as a whole or not at all.
    private var isWhole: Bool { if case .replace = rule { true } else { false } }

    /// The first load whose rows count; nil: those of all do.
    private var since: String? {
        if case .replace(let live) = rule { return live.first }
        return liveSince
    }

    /// Parents before their children.
    private static func ordered(_ tables: [Manifest.Table]) -> [Manifest.Table] {
        var ordered = tables.filter { $0.parent == nil }
        var left = tables.filter { $0.parent != nil }
        while !left.isEmpty {
            let next = left.filter { table in ordered.contains { $0.name == table.parent } }
            // A parent that got no row yet is in no record.
            ordered += next.isEmpty ? left : next
            left.removeAll { table in ordered.contains { $0.name == table.name } }
        }
        return ordered
    }

    private static func rule(_ root: Manifest.Table, _ records: [LoadRecord], of name: String) -> RowRule {
        let mine = { (record: LoadRecord) in record.resources.first { $0.name == name } }
        if root.writeDisposition == .replace {
            let whole = records.last { record in mine(record).map { $0.outcome == .complete && !$0.supplements } ?? false }
            guard let snapshot = whole?.load else { return .replace(loads: []) }
            return .replace(loads: records.filter { $0.load == snapshot || ($0.load > snapshot && mine($0)?.supplements ?? false) }.map(\.load))
        }
        let spans = mergeSpans(root)
        return spans.isEmpty ? .append : .merge(key: [], spans: spans)
    }

    /// When the table was written as `merge`.
    private static func mergeSpans(_ root: Manifest.Table) -> [LoadSpan] {
        var spans: [LoadSpan] = [], from: String?
        for earlier in root.earlierDispositions {
            if earlier.writeDisposition == .merge { spans.append(LoadSpan(from: from, before: earlier.before)) }
            from = earlier.before
        }
        if root.writeDisposition == .merge { spans.append(LoadSpan(from: from)) }
        return spans
    }

    func resource(
        _ format: FileFormat, _ choice: HandoffChoice, _ schema: (String, Int) throws -> SchemaVersion
    ) throws -> HandoffResource {
        let key = try key(schema)
        let handed = try tables.map { table in
            let versions = try table.versions.map { try schema(table.name, $0.version) }
            let files = records.flatMap { record in
                record.files.filter { $0.table == table.name && $0.format == format }.compactMap { file in
                    versions.first { $0.version == file.schemaVersion }.map { HandoffFile(file, load: record.load, version: $0) }
                }
            }
            let newest = try versions.last ?? schema(table.name, table.currentVersion)
            return DestinationTable(
                version: newest, columns: DestinationColumn.all(versions, variantsBut: choice.withVariants ? key : nil), files: files)
        }
        return HandoffResource(name: name, tables: handed, rule: keyed(key), liveSince: liveSince, loads: handedLoads(handed), leftOut: leftOut)
    }

    /// The columns of the primary key; empty where no rows were ever merged.
    private func key(_ schema: (String, Int) throws -> SchemaVersion) throws -> [String] {
        guard case .merge = rule else { return [] }
        let root = tables[0]
        // A table that is no longer merged may have lost its key.
        let fields = root.primaryKey.isEmpty ? keys.last ?? [] : root.primaryKey
        let key = HandoffTable(try schema(root.name, root.currentVersion), primaryKey: fields).keyColumns
        guard !key.isEmpty else { throw HandoffFault.noKeyColumn(table: root.name, key: fields) }
        return key
    }

    private func keyed(_ key: [String]) -> RowRule {
        guard case .merge(_, let spans) = rule else { return rule }
        return .merge(key: key, spans: spans)
    }

    private func handedLoads(_ tables: [DestinationTable]) -> [HandoffLoad] {
        let filesOf = tables.map { table in (name: table.name, byLoad: Dictionary(grouping: table.files, by: \.load)) }
        return records.map { record in
            var rows = [tables[0].name: 0], versions = [tables[0].name: tables[0].version.version]
            for table in filesOf {
                guard let files = table.byLoad[record.load], let newest = files.map(\.version.version).max() else { continue }
                rows[table.name] = files.reduce(0) { $0 + $1.record.rows }
                versions[table.name] = newest
            }
            let outcome = record.resources.first { $0.name == name }?.outcome ?? .complete
            return HandoffLoad(load: record.load, outcome: outcome, rows: rows, versions: versions)
        }
    }
}
