import LakeModel
import LakeSchema

/// Another type for a column, where a destination changes none: a further column takes its values and then its place, the last.
struct FourSteps {
    let dialect: any Dialect
    let table: DestinationTable
    let column: DestinationColumn
    let from: ColumnType

    var statements: [String] {
        let full = dialect.table(table.name), name = dialect.identifier(column.name), new = dialect.identifier("_new_column")
        return [
            "ALTER TABLE \(full) ADD COLUMN \(new) \(dialect.type(column.type));",
            "UPDATE \(full) SET \(new) = \(dialect.cast(name, from: from, to: column.type)) WHERE TRUE;",
            "ALTER TABLE \(full) DROP COLUMN \(name);", "ALTER TABLE \(full) RENAME COLUMN \(new) TO \(name);",
        ]
    }
}

extension Dialect {
    /// From a staging table with the columns of a version to that of the table, as far as the loads are offered.
    func insertFromFile(
        _ table: DestinationTable, _ version: SchemaVersion, as read: (ColumnType) -> ColumnType = { $0 }
    ) -> [String] {
        let pairs = table.pairs(of: version)
        return [
            """
            INSERT INTO \(staging(table.name)) (\(pairs.map { identifier($0.to.name) }.joined(separator: ", ")))
            SELECT \(pairs.map { cast(identifier($0.from.name), from: read($0.from.type), to: $0.to.type) }.joined(separator: ", "))
            FROM \(staging("_file"))
            WHERE \(isOffered(identifier(SystemColumns.loadID)));
            """,
        ]
    }
}
