import LakeModel
import LakeNormalize

/// The schema of one table while a load is made: what earlier loads know, and what this one learns.
///
/// A page is the unit of decision: `plan` says what its rows would change, the writer closes the open part where it
/// must, then `apply` takes the change over and the rows are written.
package final class TableSchema {
    package let name: String
    package let resource: String
    package let path: FieldPath
    package let parent: String?
    package let load: String
    /// Columns with the types of all that is known so far.
    package private(set) var columns: [Column]
    /// By column; system columns have empty facts.
    package private(set) var facts: [ColumnFacts]
    /// The versions that this load made, oldest first.
    package private(set) var newVersions: [SchemaVersion] = []
    private let committed: SchemaVersion?
    private var columnOfLeaf: [Int] = []
    private var columnOfIdentity: [Identity: Int] = [:]
    private var names: Set<String>
    /// Where each column was first seen since the last version: its coming, or the change of its type.
    private var places: [Int: Place] = [:]
    private var firstPlace = Place(page: 0)

    package init(name: String, resource: String, path: FieldPath, parent: String?, load: String, known: KnownTable?) {
        self.name = name
        self.resource = resource
        self.path = path
        self.parent = parent
        self.load = load
        committed = known?.version
        columns = known?.version.columns ?? SystemColumns.columns(isChild: parent != nil)
        facts = columns.map { _ in ColumnFacts() }
        names = SystemColumns.reserved.union(columns.map(\.name))
        for (index, column) in columns.enumerated() {
            if let identity = column.identity { columnOfIdentity[identity] = index }
            if let known, index < known.facts.count { facts[index] = known.facts[index] }
            // Facts that do not bear the committed type out may not narrow it.
            if !column.isSystem, facts[index].type != column.type { facts[index].merge(ColumnFacts(typical: column.type)) }
        }
    }

    package var isChild: Bool { parent != nil }
    package var latestVersion: SchemaVersion? { newVersions.last ?? committed }

    /// The column of each leaf; -1 for leaves that have had no value.
    package var leafColumns: [Int] { columnOfLeaf }

    // MARK: The decision

    /// What the rows of one page would change.
    package struct Plan {
        fileprivate var newLeaves: [(leaf: Int, info: LeafInfo, place: Place)] = []
        fileprivate var widened: [(column: Int, place: Place)] = []
        fileprivate var facts: [(leaf: Int, facts: ColumnFacts)] = []
        fileprivate var firstPlace: Place
        /// Columns that the table has not had.
        package var addsColumns: Bool { !newLeaves.isEmpty }
        /// Columns whose values are written another way from now on.
        package fileprivate(set) var reencoded: [Int] = []
    }

    /// Compares what a page holds with what is known. Changes nothing.
    package func plan(_ rows: TableRows, _ normalizer: Normalizer, page: Int, factsOf: (Cell) -> ColumnFacts) -> Plan {
        var plan = Plan(firstPlace: Place(page: page, record: rows.rows.first.map { Int($0.record) + 1 } ?? 0))
        for leaf in 0..<rows.facts.count where !rows.facts[leaf].isEmpty {
            let seen = rows.facts[leaf]
            plan.facts.append((leaf, seen))
            guard let column = column(of: leaf, rows.table, normalizer) else {
                plan.newLeaves.append((leaf, normalizer.leaf(table: rows.table, leaf), Place(page: page)))
                continue
            }
            let before = columns[column].type, after = facts[column].merged(with: seen).type
            guard before != after else { continue }
            plan.widened.append((column, firstChange(rows, leaf, column, page, factsOf)))
            if before.encoding == .bare, after.encoding == .quoted { plan.reencoded.append(column) }
        }
        if plan.addsColumns { orderNewLeaves(&plan, rows, page) }
        return plan
    }

    /// The column of a leaf that is bound, or known from earlier loads by its path.
    private func column(of leaf: Int, _ table: Int, _ normalizer: Normalizer) -> Int? {
        if leaf < columnOfLeaf.count, columnOfLeaf[leaf] >= 0 { return columnOfLeaf[leaf] }
        guard let column = column(of: normalizer.leaf(table: table, leaf)) else { return nil }
        bind(leaf, to: column)
        return column
    }

    /// The column that a leaf had in earlier loads: its own, or for JSON the one that held nothing but null so far. A
    /// column is that of one leaf only: one that becomes JSON in this page is no longer that of its path's scalars.
    private func column(of info: LeafInfo) -> Int? {
        var column = columnOfIdentity[Identity(info.identity)]
        if column == nil, info.isJSON, !info.isRest {
            column = columnOfIdentity[Identity(info.path.text)].flatMap { columns[$0].type == .unknown ? $0 : nil }
        }
        return column.flatMap { columnOfLeaf.contains($0) ? nil : $0 }
    }

    private func bind(_ leaf: Int, to column: Int) {
        while columnOfLeaf.count <= leaf { columnOfLeaf.append(-1) }
        columnOfLeaf[leaf] = column
    }

    /// Columns come in the order in which they were first seen.
    private func orderNewLeaves(_ plan: inout Plan, _ rows: TableRows, _ page: Int) {
        var waiting = Dictionary(uniqueKeysWithValues: plan.newLeaves.map { ($0.leaf, $0.info) })
        plan.newLeaves = []
        for row in rows.rows {
            for i in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) {
                guard let info = waiting.removeValue(forKey: Int(rows.cells[i].leaf)) else { continue }
                plan.newLeaves.append((Int(rows.cells[i].leaf), info, Place(page: page, record: Int(row.record) + 1)))
            }
            if waiting.isEmpty { return }
        }
    }

    /// The record that changes the type of a column.
    private func firstChange(_ rows: TableRows, _ leaf: Int, _ column: Int, _ page: Int, _ factsOf: (Cell) -> ColumnFacts) -> Place {
        var known = facts[column]
        for row in rows.rows {
            for i in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) where Int(rows.cells[i].leaf) == leaf {
                known.merge(factsOf(rows.cells[i]))
                if known.type != columns[column].type { return Place(page: page, record: Int(row.record) + 1) }
            }
        }
        return Place(page: page)
    }

    // MARK: The change

    /// Takes a plan over. Whoever holds an open part has closed it before where the plan asks for it.
    package func apply(_ plan: Plan) {
        if latestVersion == nil, firstPlace.page == 0 { firstPlace = plan.firstPlace }
        for new in plan.newLeaves { addColumn(new.leaf, new.info, new.place) }
        for (leaf, seen) in plan.facts {
            let column = columnOfLeaf[leaf]
            facts[column].merge(seen)
            setType(of: column, facts[column].type)
        }
        for (column, place) in plan.widened where places[column] == nil { places[column] = place }
    }

    /// A column that becomes JSON frees its path for the scalars that may come.
    private func setType(of column: Int, _ type: ColumnType) {
        guard columns[column].type != type else { return }
        if let identity = columns[column].identity, columnOfIdentity[identity] == column { columnOfIdentity[identity] = nil }
        columns[column].type = type
        if let identity = columns[column].identity { columnOfIdentity[identity] = column }
    }

    private func addColumn(_ leaf: Int, _ info: LeafInfo, _ place: Place) {
        if let column = column(of: info) { return bind(leaf, to: column) }
        let plain = Names.fitted(Names.joined(info.pieces), path: info.identity)
        var name = plain
        var salt = info.identity
        while !names.insert(name).inserted {
            name = Names.tagged(plain, path: salt)
            salt += "'"
        }
        bind(leaf, to: columns.count)
        columnOfIdentity[Identity(info.identity)] = columns.count
        places[columns.count] = place
        columns.append(Column(id: columns.count + 1, name: name, type: .unknown, path: info.path, isRest: info.isRest))
        facts.append(ColumnFacts())
    }

    // MARK: Versions

    /// The version of a part that closes now: the latest one where nothing changed since, else a new one.
    package func closeVersion() -> SchemaVersion {
        if let latest = latestVersion, latest.columns == columns { return latest }
        let version = SchemaVersion(
            table: name, resource: resource, path: path, parent: parent, version: (latestVersion?.version ?? 0) + 1,
            parentVersion: latestVersion?.version, load: load, columns: columns, changes: changes())
        newVersions.append(version)
        places = [:]
        return version
    }

    private func changes() -> [SchemaChange] {
        guard let latest = latestVersion else {
            return [SchemaChange(.addTable, load: load, place: firstPlace)]
        }
        return columns.enumerated().compactMap { index, column in
            let place = places[index] ?? Place(page: 0)
            if index >= latest.columns.count {
                return SchemaChange(
                    .addColumn, column: column.name, columnID: column.id, to: column.type, path: column.path, load: load, place: place)
            }
            let before = latest.columns[index].type
            guard before != column.type else { return nil }
            return SchemaChange(
                .widenType, column: column.name, columnID: column.id, from: before, to: column.type, path: column.path, load: load,
                place: place)
        }
    }
}
