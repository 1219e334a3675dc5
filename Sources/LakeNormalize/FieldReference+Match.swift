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
        FieldMatch(self).means(path, in: table, name: Names.joined(pieces))
    }
}

/// A reference made ready to be asked often.
package struct FieldMatch {
    private let table: FieldPath
    private let path: FieldPath
    /// A single key may also be the name of a column.
    private let columnName: String?

    package init(_ reference: FieldReference) {
        table = reference.tablePath
        path = reference.path
        columnName = reference.field.count == 1 ? reference.field.first.map(Names.piece) : nil
    }

    /// - Parameter name: of the column, below its table.
    package func means(_ path: FieldPath, in table: FieldPath, name: String) -> Bool {
        guard table == self.table else { return false }
        return path == self.path || name == columnName
    }

    /// Whether it may mean something below an object: by its place, or because the name of its column continues the
    /// object's.
    /// - Parameter name: of the object, below its table; empty where it is a row.
    func reaches(intoObject path: FieldPath, in table: FieldPath, name: String) -> Bool {
        if let next = step(behind: path), next != .element { return true }
        guard let columnName, table == self.table else { return false }
        return name.isEmpty || columnName.hasPrefix(name + "__")
    }

    /// Whether it may mean something below an array.
    func reaches(intoArray path: FieldPath) -> Bool { step(behind: path) == .element }

    private func step(behind other: FieldPath) -> FieldPath.Step? {
        guard other.steps.count < path.steps.count, path.steps.starts(with: other.steps) else { return nil }
        return path.steps[other.steps.count]
    }
}
