import LakeCommit
import LakeModel
import LakeSchema

/// The columns of a schema version, as a page tells them.
package struct SchemaColumns: Hashable, Sendable {
    package var version: Int
    package var columns: [Column]

    package init(_ schema: SchemaVersion) {
        version = schema.version
        columns = schema.columns
    }
}

/// A table, with what its loads did to it.
package struct TableEntry: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package var name: String
        package var type: String
        package var isNullable: Bool
        /// nil for the columns that restlake adds.
        package var path: String?
        /// Of the rows of the last load; nil where nobody counted.
        package var nullShare: Double?
        /// The schema version that brought it.
        package var since: Int
        package var description: String?
    }

    package struct Version: Hashable, Sendable {
        package var number: Int
        package var load: String
        package var changes: [SchemaChange]
    }

    package var name: String
    package var resource: String
    package var parent: String?
    package var path: String
    package var primaryKey: [String]
    package var disposition: WriteDisposition
    package var version: Int
    package var rowsOfLastLoad: Int
    /// Of the last loads, oldest first.
    package var recentRows: [Int]
    package var allRows: Int
    package var columns: [Column]
    /// Oldest first.
    package var versions: [Version]
    package var sample: SampleRows?

    static func all(_ facts: Report.Facts) -> [TableEntry] {
        facts.manifest.tables.map { table in
            TableEntry(
                name: table.name, resource: table.resource, parent: table.parent, path: table.path.text, primaryKey: table.primaryKey,
                disposition: table.writeDisposition, version: table.currentVersion, rowsOfLastLoad: table.rowsOfLastLoad,
                recentRows: facts.history.rows[table.name] ?? [], allRows: facts.history.allRows[table.name] ?? 0,
                columns: columns(table, facts.schemas[table.name]),
                versions: table.versions.map { Version(number: $0.version, load: $0.load, changes: $0.changes) },
                sample: facts.samples[table.name])
        }
    }

    /// Where the schema document cannot be read, the columns that the manifest knows, without their types.
    private static func columns(_ table: Manifest.Table, _ schema: SchemaColumns?) -> [Column] {
        let known = Dictionary(table.columns.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let added = Dictionary(
            table.versions.flatMap { version in version.changes.compactMap { change in change.columnID.map { ($0, version.version) } } },
            uniquingKeysWith: { first, _ in first })
        let first = table.versions.first?.version ?? 1
        guard let schema else {
            return table.columns.map { Column(name: $0.name, type: "?", isNullable: true, path: nil, nullShare: nil, since: added[$0.id] ?? first) }
        }
        return schema.columns.map { column in
            let record = known[column.id]
            let values = record?.values.flatMap { table.rowsOfLastLoad > 0 ? min($0, table.rowsOfLastLoad) : nil }
            return Column(
                name: column.name, type: column.type.rawValue, isNullable: column.isNullable, path: column.path?.text,
                nullShare: values.map { 1 - Double($0) / Double(table.rowsOfLastLoad) }, since: added[column.id] ?? first,
                description: record?.description ?? column.description)
        }
    }
}
