import LakeModel
import LakeSource

extension FieldReference {
    /// Where its table's rows stand in a record.
    package var tablePath: FieldPath {
        FieldPath(table.compactMap { step in
            switch step {
            case .key(let key): .key(key)
            case .all: .element
            case .index: nil
            }
        })
    }

    package var path: FieldPath { FieldPath(tablePath.steps + field.map(FieldPath.Step.key)) }

    /// Whether it means a field: by its place, or in the same table by its column's name, as dlt compares them.
    /// - Parameter pieces: the normalized pieces of the column's name, below its table.
    package func means(_ path: FieldPath, in table: FieldPath, pieces: [String]) -> Bool {
        guard table == tablePath else { return false }
        if path == self.path { return true }
        guard field.count == 1, let name = field.first else { return false }
        return Names.joined(pieces) == Names.piece(name)
    }
}
