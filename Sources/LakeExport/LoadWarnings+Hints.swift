import LakeFiles
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

// Hints of the definition that do not hold, and why.

extension LoadWarnings {
    var hintSentences: [String] { columnHints + keptApart + scalarsOnly + tableNames + strangers }

    /// Hints by the places of their columns; their order is that of the definition.
    private var placedHints: [ColumnHint] { resource.placed(in: known).columns }

    private var columnHints: [String] {
        let hints = ColumnHints(placedHints)
        guard !hints.isEmpty else { return [] }
        return tables.flatMap { table in
            let before = known(table)
            return table.columns.enumerated().flatMap { index, column -> [String] in
                guard let leaf = column.leaf(in: table.path), let hint = hints.hint(of: leaf, in: table.path) else { return [] }
                let earlier = before.flatMap { index < $0.columns.count ? $0.columns[index] : nil }
                let name = "\(table.name).\(column.name)"
                return [Self.typeSentence(hint, column, earlier, name), Self.nullSentence(hint, column, earlier, name)].compactMap { $0 }
            }
        }
    }

    private static func typeSentence(_ hint: ColumnHint, _ column: Column, _ earlier: Column?, _ name: String) -> String? {
        guard let hinted = hint.dataType, !column.isRest, column.type != hinted else { return nil }
        // Beside a place that is taken apart; that is told of once.
        if hinted == .json, earlier == nil { return nil }
        let type = hinted.rawValue
        if let earlier, !earlier.type.mayBecome(hinted) {
            return "\(name) is \(column.type.rawValue) since an earlier load, and a type only widens: data_type \(type) changes nothing."
        }
        return "\(name) is \(column.type.rawValue): not all of its values fit the data_type of the definition, \(type)."
    }

    private static func nullSentence(_ hint: ColumnHint, _ column: Column, _ earlier: Column?, _ name: String) -> String? {
        guard hint.isNullable == false, column.isNullable else { return nil }
        return earlier?.isNullable == true
            ? "\(name) may be null since an earlier load and stays so: nullable false changes nothing."
            : "\(name) may be null: not every row has a value there, though the definition says nullable false."
    }

    // MARK: Objects and arrays

    /// A place that is an object or an array, by the table in whose rows it stands.
    private struct Container: Hashable {
        let table: FieldPath
        let path: FieldPath
        let pieces: [String]
        var leaf: LeafInfo { LeafInfo(path: path, pieces: pieces, isJSON: true, isRest: false) }
    }

    /// What is taken apart into columns or tables, now or by earlier loads.
    private var containers: Set<Container> {
        var found: Set<Container> = []
        for (table, columns) in allColumns {
            Self.add(above: table.steps.dropLast(), &found)
            for path in columns { Self.add(above: path.steps.dropLast(), &found) }
        }
        return found
    }

    /// The tables, each with the places of its columns, whole objects used as maps among them.
    private var allColumns: [(table: FieldPath, columns: [FieldPath])] {
        tables.map { ($0.path, Self.places($0.columns)) } + known.map { ($0.version.path, Self.places($0.version.columns)) }
    }

    private static func places(_ columns: [Column]) -> [FieldPath] {
        columns.compactMap { column in column.isRest ? column.path?.appending(.key("")) : column.path }
    }

    /// Adds the container at a place, and those around it.
    private static func add(above steps: ArraySlice<FieldPath.Step>, _ found: inout Set<Container>) {
        var steps = steps
        while !steps.isEmpty {
            // An element stands in its own table, everything else in that of the nearest element around it.
            let end = steps.lastIndex(of: .element).map { $0 + 1 } ?? 0
            let pieces = steps[end...].compactMap { step in if case .key(let key) = step { Names.piece(key) } else { nil } }
            let container = Container(
                table: FieldPath(Array(steps[..<end])), path: FieldPath(Array(steps)), pieces: pieces.isEmpty ? ["value"] : pieces)
            guard found.insert(container).inserted else { return }
            steps = steps.dropLast()
        }
    }

    private var keptApart: [String] {
        let whole = placedHints.filter { $0.dataType == .json }
        guard !whole.isEmpty else { return [] }
        let containers = containers
        return whole.filter { hint in
            containers.contains { ColumnHints([hint]).isMeant($0.leaf, in: $0.table) && isApart($0, as: hint) }
        }.map { hint in
            "\(hint.field.text) was taken apart into columns or tables by an earlier load and stays so: data_type json changes nothing."
        }
    }

    /// Hints of a type for scalars where nothing but objects and lists came.
    private var scalarsOnly: [String] {
        let typed = placedHints.filter { $0.dataType.map { $0 != .json } ?? false }
        guard !typed.isEmpty, !tables.isEmpty else { return [] }
        let containers = containers, leaves = leaves
        return typed.filter { hint in
            let alone = ColumnHints([hint])
            return containers.contains { alone.isMeant($0.leaf, in: $0.table) }
                && !leaves.contains { table, leaves in leaves.contains { alone.isMeant($0, in: table) } }
        }.map { hint in
            "\(hint.field.text) holds objects or lists, which are taken apart into columns or tables, and no other value: "
                + "data_type \(hint.dataType?.rawValue ?? "") changes nothing."
        }
    }

    /// Whether a hint of elements comes too late: objects have columns, arrays a table. A hint of the column's name alone,
    /// `value`, never meant the objects.
    private func isApart(_ container: Container, as hint: ColumnHint) -> Bool {
        guard container.path == container.table else { return true }
        return allColumns.contains { table, columns in
            table == container.path.appending(.element)
                || (hint.field.field.isEmpty && table == container.path && columns.contains { $0 != container.path })
        }
    }

    // MARK: Names

    private var tableNames: [String] {
        let declared = TableNaming.Declared(resource)
        var wanted = declared.nested
        wanted[FieldPath()] = declared.root
        return known.compactMap { table in
            guard let name = wanted[table.version.path], TableNaming.normalized(name) != table.version.table else { return nil }
            return "\(table.version.table) has its name since an earlier load and keeps it: table_name \(name) changes nothing."
        }
    }

    /// Hints of fields and tables that no record has had so far: once everything was read there should be one.
    private var strangers: [String] {
        guard isComplete, !tables.isEmpty else { return [] }
        return strangeColumns + strangeTables
    }

    /// The leaves of all columns, now and of earlier loads, by their table.
    private var leaves: [(table: FieldPath, leaves: [LeafInfo])] {
        tables.map { table in (table.path, table.columns.compactMap { $0.leaf(in: table.path) }) }
            + known.map { table in (table.version.path, table.version.columns.compactMap { $0.leaf(in: table.version.path) }) }
    }

    private var strangeColumns: [String] {
        guard !resource.columns.isEmpty else { return [] }
        let containers = containers, leaves = leaves
        return placedHints.enumerated().filter { index, hint in
            let alone = ColumnHints([hint])
            return !leaves.contains { table, leaves in leaves.contains { alone.isMeant($0, in: table) } }
                && !containers.contains { alone.isMeant($0.leaf, in: $0.table) } && !isLeftOut(index, hint)
        }.map { _, hint in
            let names = leaves.filter { $0.0 == hint.field.tablePath }.flatMap { $0.1 }.map { Names.joined($0.pieces) }
            let nearest = nearestName(to: Names.joined(hint.field.field.map(Names.piece)), in: names).map { " Did you mean '\($0)'?" } ?? ""
            return "no record has had the field '\(hint.field.text)', of which columns says something.\(nearest)"
        }
    }

    /// Whether it came and is in no column: a contract has discarded it, or a rule leaves it out.
    private func isLeftOut(_ index: Int, _ hint: ColumnHint) -> Bool {
        let rules = resource.fieldRules
        return met.hints.contains(index) || isDiscarded(hint.field.tablePath)
            || (rules.exclude + rules.personal.map(\.field)).contains { $0.covers(hint.field.steps, through: .any) }
    }

    /// Whether a table, or one around it, was left out as a whole.
    private func isDiscarded(_ table: FieldPath) -> Bool {
        met.discardedTables.contains { table.steps.starts(with: $0.steps) }
    }

    private var strangeTables: [String] {
        let paths = Set(tables.map(\.path) + known.map(\.version.path))
        return resource.nestedTables.filter { table in
            let path = FieldReference(table: table.table, field: []).tablePath
            return !paths.contains(path) && !isDiscarded(path)
        }.map { table in
            "no record has had elements in '\(FieldReference(table: table.table, field: []).text)', of which nested_hints says something."
        }
    }
}

extension ColumnHints {
    fileprivate func isMeant(_ leaf: LeafInfo, in table: FieldPath) -> Bool { !all(of: leaf, in: table).isEmpty }
}
