import LakeModel
import LakeSchema

/// Which loads a destination has, in the destination itself: `_lake_loads`, a row for each load and table. The row of the
/// table of the records comes with or after all others of its resource: where it is, the load is there as a whole.
///
/// What a script brings is offered first, in a staging table of the same columns; what the destination has already is
/// taken out of the offer.
enum LoadsTable {
    static let name = "_lake_loads"
    static let offer = "_lake_offer"
    static let load = "load_id"
    static let table = "table_name"
    static let version = "schema_version"
    static let rows = "row_count"
    static let loadedAt = "loaded_at"
    static let columns: [(name: String, type: ColumnType)] = [(load, .text), (table, .text), (version, .bigint), (rows, .bigint)]
}

extension Dialect {
    var createLoads: String {
        let columns = definitions + [definition(LoadsTable.loadedAt, .timestamp, isRequired: false)]
        return create(LoadsTable.name, columns, identity: [LoadsTable.load, LoadsTable.table])
    }

    /// The loads of a resource that the destination does not have.
    func offer(_ resource: HandoffResource) -> [String] {
        let rows = resource.loads.flatMap { load in
            resource.tables.compactMap { table in
                load.rows[table.name].map { "(\(literal(load.load)), \(literal(table.name)), \(load.versions[table.name] ?? 0), \($0))" }
            }
        }
        let load = identifier(LoadsTable.load)
        let insert = rows.isEmpty ? [] : [
            "INSERT INTO \(staging(LoadsTable.offer)) (\(offered)) VALUES\n  \(rows.joined(separator: ",\n  "));",
        ]
        return createStaging(LoadsTable.offer, definitions) + insert + [
            "DELETE FROM \(staging(LoadsTable.offer)) WHERE \(load) IN (\(recorded(resource)));",
        ]
    }

    private var definitions: [String] { LoadsTable.columns.map { definition($0.name, $0.type, isRequired: true) } }

    private var offered: String { LoadsTable.columns.map { identifier($0.name) }.joined(separator: ", ") }

    private func recorded(_ resource: HandoffResource) -> String {
        "SELECT \(identifier(LoadsTable.load)) FROM \(table(LoadsTable.name)) WHERE \(identifier(LoadsTable.table)) = \(literal(resource.root.name))"
    }

    /// Whether a row read from a file is of a load that is offered.
    func isOffered(_ loadColumn: String) -> String {
        "\(loadColumn) IN (SELECT \(identifier(LoadsTable.load)) FROM \(staging(LoadsTable.offer)))"
    }

    /// Records what was staged. A load of which another number of rows was read than the lake holds has NULL for their
    /// number, which the table does not take: nothing of it stays.
    func record(_ resource: HandoffResource) -> [String] {
        let load = identifier(LoadsTable.load), name = identifier(LoadsTable.table), rows = identifier(LoadsTable.rows)
        return [
            """
            INSERT INTO \(table(LoadsTable.name)) (\(offered), \(identifier(LoadsTable.loadedAt)))
            SELECT o.\(load), o.\(name), o.\(identifier(LoadsTable.version)), \
            CASE WHEN COALESCE(s.\(rows), 0) = o.\(rows) THEN o.\(rows) END, \(now)
            FROM \(staging(LoadsTable.offer)) AS o LEFT JOIN (
              \(counts(resource))
            ) AS s ON s.\(load) = o.\(load) AND s.\(name) = o.\(name);
            """,
        ]
    }

    /// Of the offer what was staged with another number of rows than the lake holds. For destinations without transactions:
    /// they look before they change anything.
    func differing(_ resource: HandoffResource) -> String {
        let load = identifier(LoadsTable.load), name = identifier(LoadsTable.table), rows = identifier(LoadsTable.rows)
        return """
            FROM \(staging(LoadsTable.offer)) AS o LEFT JOIN (
              \(counts(resource))
            ) AS s ON s.\(load) = o.\(load) AND s.\(name) = o.\(name)
            WHERE COALESCE(s.\(rows), 0) <> o.\(rows)
            """
    }

    /// How many rows of each load and table were staged.
    func counts(_ resource: HandoffResource) -> String {
        let load = identifier(SystemColumns.loadID)
        return resource.tables.map { table in
            "SELECT \(load) AS \(identifier(LoadsTable.load)), \(literal(table.name)) AS \(identifier(LoadsTable.table)), "
                + "COUNT(*) AS \(identifier(LoadsTable.rows)) FROM \(staging(table.name)) GROUP BY \(load)"
        }.joined(separator: "\n  UNION ALL ")
    }
}
