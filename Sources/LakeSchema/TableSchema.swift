import LakeModel
import LakeNormalize

/// The schema of one table while a load is made: what earlier loads know, what the definition says, and what this load
/// learns.
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
    package internal(set) var columns: [Column]
    /// By column: all that was seen, earlier loads included; system columns have empty facts.
    package internal(set) var facts: [ColumnFacts]
    /// By column: values other than null in this load.
    package internal(set) var values: [Int]
    /// The versions that this load made, oldest first.
    package internal(set) var newVersions: [SchemaVersion] = []
    let committed: SchemaVersion?
    private let hints: ColumnHints
    /// By column: the type that the definition gives it.
    private var hintedTypes: [ColumnType?]
    var columnOfLeaf: [Int] = []
    private var columnOfIdentity: [Identity: Int] = [:]
    private var names: Set<String>
    /// Where each column was first seen since the last version: its coming, or the change of its type.
    var places: [Int: Place] = [:]
    /// Where each column that may be null since the last version had no value first.
    var nullPlaces: [Int: Place] = [:]
    /// Of the first row; also the place of what changes with the definition.
    var firstPlace = Place(page: 0)

    package init(
        name: String, resource: String, path: FieldPath, parent: String?, load: String, known: KnownTable?, hints: ColumnHints = ColumnHints()
    ) {
        self.name = name
        self.resource = resource
        self.path = path
        self.parent = parent
        self.load = load
        self.hints = hints
        committed = known?.version
        columns = known?.version.columns ?? SystemColumns.columns(isChild: parent != nil)
        facts = columns.map { _ in ColumnFacts() }
        values = columns.map { _ in 0 }
        hintedTypes = columns.map { _ in nil }
        names = SystemColumns.reserved.union(columns.map(\.name))
        for index in columns.indices {
            if let known, index < known.facts.count { facts[index] = known.facts[index] }
            takeHint(index)
            if let identity = columns[index].identity { columnOfIdentity[identity] = index }
        }
    }

    package var isChild: Bool { parent != nil }
    package var latestVersion: SchemaVersion? { newVersions.last ?? committed }

    /// The column of each leaf; -1 for leaves that have had no value.
    package var leafColumns: [Int] { columnOfLeaf }

    /// What the definition says of a committed column holds from the first row on.
    private func takeHint(_ column: Int) {
        guard let leaf = columns[column].leaf(in: path) else { return }
        let hint = hints.hint(of: leaf, in: path)
        hintedTypes[column] = hintedType(of: column, leaf)
        columns[column].type = type(of: column)
        columns[column].description = hint?.description
        if hint?.isNullable == true { columns[column].isNullable = true }
    }

    /// The type that the definition gives a column. Where it does not hold the values of earlier loads it changes nothing.
    private func hintedType(of column: Int, _ leaf: LeafInfo) -> ColumnType? {
        hints.type(of: leaf, in: path).flatMap { $0.holds(facts[column]) ? $0 : nil }
    }

    /// The type of a column with all that was seen, and what a page holds beyond it. It never becomes narrower than what
    /// earlier loads have committed.
    func type(of column: Int, with seen: ColumnFacts = ColumnFacts()) -> ColumnType {
        let floor = committed.flatMap { column < $0.columns.count ? $0.columns[column].type : nil } ?? .unknown
        return ColumnType.resolved(facts[column].merged(with: seen), hint: hintedTypes[column], floor: floor)
    }

    // MARK: Leaves

    /// The column of a leaf that is bound, or known from earlier loads by its path.
    func column(of leaf: Int, _ table: Int, _ normalizer: Normalizer) -> Int? {
        if leaf < columnOfLeaf.count, columnOfLeaf[leaf] >= 0 { return columnOfLeaf[leaf] }
        let info = normalizer.leaf(table: table, leaf)
        guard let column = column(of: info) else { return nil }
        bind(leaf, info, to: column)
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

    private func bind(_ leaf: Int, _ info: LeafInfo, to column: Int) {
        while columnOfLeaf.count <= leaf { columnOfLeaf.append(-1) }
        columnOfLeaf[leaf] = column
        hintedTypes[column] = hintedType(of: column, info)
    }

    // MARK: The change

    /// Takes a plan over. Whoever holds an open part has closed it before where the plan asks for it.
    package func apply(_ plan: Plan) {
        if firstPlace.page == 0 { firstPlace = plan.firstPlace }
        for new in plan.newLeaves { addColumn(new) }
        for seen in plan.seen {
            let column = columnOfLeaf[seen.leaf]
            facts[column].merge(seen.facts)
            values[column] += seen.values
            setType(of: column, type(of: column))
        }
        for (column, place) in plan.widened where places[column] == nil { places[column] = place }
        for (column, place) in plan.lacking {
            columns[column].isNullable = true
            nullPlaces[column] = place
        }
    }

    /// A column that becomes JSON frees its path for the scalars that may come.
    private func setType(of column: Int, _ type: ColumnType) {
        guard columns[column].type != type else { return }
        if let identity = columns[column].identity, columnOfIdentity[identity] == column { columnOfIdentity[identity] = nil }
        columns[column].type = type
        if let identity = columns[column].identity { columnOfIdentity[identity] = column }
    }

    private func addColumn(_ new: Plan.NewLeaf) {
        let info = new.info
        if let column = column(of: info) { return bind(new.leaf, info, to: column) }
        let plain = Names.fitted(Names.joined(info.pieces), path: info.identity)
        var name = plain
        var salt = info.identity
        while !names.insert(name).inserted {
            name = Names.tagged(plain, path: salt)
            salt += "'"
        }
        let hint = hints.hint(of: info, in: path)
        columnOfIdentity[Identity(info.identity)] = columns.count
        places[columns.count] = new.place
        columns.append(Column(
            id: columns.count + 1, name: name, type: .unknown, isNullable: !(new.isInEveryRow && hint?.isNullable == false), path: info.path,
            isRest: info.isRest, description: hint?.description))
        facts.append(ColumnFacts())
        values.append(0)
        hintedTypes.append(nil)
        bind(new.leaf, info, to: columns.count - 1)
    }
}
