import LakeModel
import LakeSource

/// The hints of a resource's columns, found by the leaf that they mean.
package struct ColumnHints: Sendable {
    /// A hint with what its field is compared by, as `FieldReference.means` does.
    private struct Entry {
        let hint: ColumnHint
        let table: FieldPath
        let path: FieldPath
        let name: String?

        init(_ hint: ColumnHint) {
            self.hint = hint
            table = hint.field.tablePath
            path = hint.field.path
            name = hint.field.columnName
        }

        /// The further keys of an object used as a map have no place of their own.
        func isPlace(of leaf: LeafInfo) -> Bool { !leaf.isRest && leaf.path == path }
    }

    private let entries: [Entry]

    package init(_ hints: [ColumnHint] = []) { entries = hints.map(Entry.init) }

    package var isEmpty: Bool { entries.isEmpty }

    /// The hints that mean a leaf: those that name its place, then those that name its column.
    package func all(of leaf: LeafInfo, in table: FieldPath) -> [ColumnHint] {
        guard !entries.isEmpty else { return [] }
        let name = Names.joined(leaf.pieces)
        let meant = entries.filter { $0.table == table && ($0.isPlace(of: leaf) || $0.name == name) }
        return (meant.filter { $0.isPlace(of: leaf) } + meant.filter { !$0.isPlace(of: leaf) }).map(\.hint)
    }

    /// What the definition says of a leaf; nil where it says nothing.
    package func hint(of leaf: LeafInfo, in table: FieldPath) -> ColumnHint? {
        let all = all(of: leaf, in: table)
        return all.dropFirst().reduce(all.first) { $0?.filled(from: $1) }
    }

    /// The type that the definition gives a leaf: `json` only where its values are kept as JSON, and nothing else there.
    package func type(of leaf: LeafInfo, in table: FieldPath) -> ColumnType? {
        leaf.isRest ? nil : hint(of: leaf, in: table)?.dataType.flatMap { ($0 == .json) == leaf.isJSON ? $0 : nil }
    }

    /// Whether the definition keeps every value of a place as JSON, whatever it is.
    func keepsWhole(_ path: FieldPath, _ pieces: [String], in table: FieldPath) -> Bool {
        type(of: LeafInfo(path: path, pieces: pieces, isJSON: true, isRest: false), in: table) == .json
    }

    /// The same for the elements of the arrays at a table: a column's name alone, `value`, means those that are no objects.
    func keepsElementsWhole(_ table: FieldPath) -> Bool {
        entries.contains { $0.hint.dataType == .json && $0.path == table && $0.table == table }
    }
}

extension ColumnHint {
    /// With what another hint of the same column says beyond it.
    fileprivate func filled(from other: ColumnHint) -> ColumnHint {
        var hint = self
        hint.dataType = dataType ?? other.dataType
        hint.isNullable = isNullable ?? other.isNullable
        hint.description = description ?? other.description
        hint.timestampFormat = timestampFormat ?? other.timestampFormat
        if hint.nullValues.isEmpty { hint.nullValues = other.nullValues }
        return hint
    }
}
