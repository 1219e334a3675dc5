import LakeModel

extension FieldReference {
    /// From the record on.
    package var steps: [Selector.Step] { table + field.map(Selector.Step.key) }

    /// A single key may also be the name of a column, which fields folded by dlt's rules have.
    private var columnName: String? { field.count == 1 ? Names.piece(field[0]) : nil }

    /// Whether both mean the same field: by its place, or one of them by the name of the other's column.
    package func isSame(as other: FieldReference) -> Bool {
        guard table == other.table else { return false }
        if field == other.field { return true }
        guard columnName != nil || other.columnName != nil, !field.isEmpty, !other.field.isEmpty else { return false }
        return Names.joined(field.map(Names.piece)) == Names.joined(other.field.map(Names.piece))
    }

    /// Whether it means this value, or an object or an array that holds it.
    package func covers(_ steps: [Selector.Step]) -> Bool {
        if steps.begins(with: self.steps) { return true }
        guard let columnName, steps.begins(with: table) else { return false }
        var pieces: [String] = []
        for step in steps.dropFirst(table.count) {
            guard case .key(let key) = step else { return false }
            pieces.append(Names.piece(key))
            if Names.joined(pieces) == columnName { return true }
        }
        return false
    }
}

extension [Selector.Step] {
    /// `[*]` stands for every index.
    fileprivate func begins(with other: [Selector.Step]) -> Bool {
        other.count <= count && zip(self, other).allSatisfy { step, wanted in
            if case .index = step, wanted == .all { true } else { step == wanted }
        }
    }
}
