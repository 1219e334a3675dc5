import LakeNormalize
import LakeSchema
import LakeSource

/// The forms in which schema versions are handed out.
package enum SchemaForm: String, CaseIterable, Sendable {
    case jsonSchema = "json-schema"
    case bigQuery = "bigquery"
    case frictionless
    case mermaid
    case dbml
}

/// A table as the forms see it: one of its schema versions, and what the manifest knows beside it.
package struct HandoffTable: Sendable {
    package var version: SchemaVersion
    /// Of the records, by the places of its fields as the manifest has them: `id`, `customer.id`. Empty for child tables.
    package var primaryKey: [String]
    /// What is said of the columns, by column id.
    package var descriptions: [Int: String]

    /// - Parameter descriptions: where nil, those of the schema document.
    package init(_ version: SchemaVersion, primaryKey: [String] = [], descriptions: [Int: String]? = nil) {
        self.version = version
        self.primaryKey = primaryKey
        self.descriptions = descriptions ?? Self.descriptions(in: version)
    }

    package var name: String { version.table }

    /// The columns that have a type. A column that held nothing but null is made by a destination when it gets one.
    var typedColumns: [Column] { version.columns.filter { $0.type != .unknown } }

    /// The columns of the primary key; empty where one of its fields has no column with a type.
    var keyColumns: [String] {
        let columns = primaryKey.compactMap(keyColumn)
        return columns.count == primaryKey.count ? columns : []
    }

    private func keyColumn(_ field: String) -> String? {
        guard let steps = (try? Selector(parsing: field))?.steps else { return nil }
        var path = FieldPath()
        for step in steps {
            guard case .key(let key) = step else { return nil }
            path.steps.append(.key(key))
        }
        // Objects at the same place have a column beside it.
        return typedColumns.first { $0.path == path && $0.type != .json && !$0.isRest }?.name
    }

    /// What identifies a row of any table.
    static let rowKey = [SystemColumns.loadID, SystemColumns.rowNumber]

    private static func descriptions(in version: SchemaVersion) -> [Int: String] {
        let described = version.columns.compactMap { column in column.json["description"]?.string.map { (column.id, $0) } }
        return Dictionary(described, uniquingKeysWith: { $1 })
    }
}
