import LakeSchema

// From staging to the tables, in plain SQL. The tables of a resource always hold what the loads that they have make, in
// whatever order these came:
//
//     a row of a merged table counts until there is a newer one of its key: higher _load_id, then higher _row_number
//     a child row counts exactly while its root row does

extension Dialect {
    func apply(_ resource: HandoffResource) -> [String] { rows(resource) }

    func rows(_ resource: HandoffResource) -> [String] {
        removeOld(resource) + applyRoot(resource) + resource.children.flatMap { applyChild($0, resource) }
    }

    /// What a run that did not come to its end left of a load.
    func removeUnfinished(_ resource: HandoffResource) -> [String] {
        resource.tables.map { "DELETE FROM \(table($0.name)) WHERE \(isOffered(identifier(SystemColumns.loadID)));" }
    }

    // MARK: The table of the records

    private func applyRoot(_ resource: HandoffResource) -> [String] {
        guard case .merge(let key, let spans) = resource.rule else { return [insertAll(resource.root)] }
        return [removeSuperseded(resource.root, key, spans), insertCurrent(resource.root, key, spans)]
    }

    /// Rows of loads whose place a later complete one took.
    func removeOld(_ resource: HandoffResource) -> [String] {
        guard let condition = oldRows(resource) else { return [] }
        return resource.tables.map { "DELETE FROM \(table($0.name)) WHERE \(condition);" }
    }

    /// Nil: none ever did.
    func oldRows(_ resource: HandoffResource) -> String? {
        let load = identifier(SystemColumns.loadID)
        switch resource.rule {
        case .replace(let loads) where loads.isEmpty: return "TRUE"
        case .replace(let loads): return "\(load) NOT IN (\(loads.map(literal).joined(separator: ", ")))"
        case .append, .merge: return resource.liveSince.map { "\(load) < \(literal($0))" }
        }
    }

    func insertAll(_ table: DestinationTable) -> String {
        "INSERT INTO \(self.table(table.name)) (\(names(table)))\nSELECT \(names(table)) FROM \(staging(table.name));"
    }

    private func removeSuperseded(_ root: DestinationTable, _ key: [String], _ spans: [LoadSpan]) -> String {
        """
        DELETE FROM \(table(root.name)) WHERE EXISTS (
          SELECT 1 FROM \(staging(root.name)) AS n
          WHERE \(newer("n", than: identifier(root.name), key, spans)));
        """
    }

    private func insertCurrent(_ root: DestinationTable, _ key: [String], _ spans: [LoadSpan]) -> String {
        """
        INSERT INTO \(table(root.name)) (\(names(root)))
        SELECT \(names(root)) FROM \(newestStaged(root, key, spans))
        AND NOT EXISTS (
          SELECT 1 FROM \(table(root.name)) AS n
          WHERE \(newer("n", than: "s", key, spans)));
        """
    }

    private func newestStaged(_ root: DestinationTable, _ key: [String], _ spans: [LoadSpan]) -> String {
        newest(of: staging(root.name), key, spans)
    }

    /// Of the rows `s` of a relation those whose place no other one of them takes.
    func newest(of rows: String, _ key: [String], _ spans: [LoadSpan]) -> String {
        guard spans.contains(.all) else {
            return """
                \(rows) AS s
                WHERE NOT EXISTS (
                  SELECT 1 FROM \(rows) AS n
                  WHERE \(newer("n", than: "s", key, spans)))
                """
        }
        // The same, in one pass however many rows a key has.
        let rank = identifier("_rank")
        return """
            (
              SELECT *, ROW_NUMBER() OVER (PARTITION BY \(key.map(identifier).joined(separator: ", ")) ORDER BY \(newestFirst)) AS \(rank)
              FROM \(rows)) AS s
            WHERE \(rank) = 1
            """
    }

    var newestFirst: String { "\(identifier(SystemColumns.loadID)) DESC, \(identifier(SystemColumns.rowNumber)) DESC" }

    /// Whether row `n` takes the place of row `s`.
    func newer(_ n: String, than s: String, _ key: [String], _ spans: [LoadSpan]) -> String {
        let load = identifier(SystemColumns.loadID), row = identifier(SystemColumns.rowNumber)
        let same = key.map(identifier).map { "\(n).\($0) = \(s).\($0)" }
        let order = "(\(n).\(load) > \(s).\(load) OR (\(n).\(load) = \(s).\(load) AND \(n).\(row) > \(s).\(row)))"
        return (same + [order] + (spans.contains(.all) ? [] : [within(n, spans)])).joined(separator: " AND ")
    }

    /// Whether a row may take the place of others.
    func within(_ row: String?, _ spans: [LoadSpan]) -> String {
        let load = (row.map { $0 + "." } ?? "") + identifier(SystemColumns.loadID)
        let parts = spans.map { span in
            [span.from.map { "\(load) >= \(literal($0))" }, span.before.map { "\(load) < \(literal($0))" }].compactMap { $0 }.joined(separator: " AND ")
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    // MARK: Child tables

    private func applyChild(_ child: DestinationTable, _ resource: HandoffResource) -> [String] {
        guard case .merge = resource.rule else { return [insertAll(child)] }
        let isThere = { (row: String) in
            """
            EXISTS (
              SELECT 1 FROM \(self.table(resource.root.name)) AS r
              WHERE \(self.isRoot("r", of: row)))
            """
        }
        return [
            """
            INSERT INTO \(table(child.name)) (\(names(child)))
            SELECT \(names(child)) FROM \(staging(child.name)) AS s
            WHERE \(isThere("s"));
            """,
            "DELETE FROM \(table(child.name)) WHERE NOT \(isThere(identifier(child.name)));",
        ]
    }

    func isRoot(_ root: String, of child: String) -> String {
        let load = identifier(SystemColumns.loadID)
        return "\(root).\(load) = \(child).\(load) AND "
            + "\(root).\(identifier(SystemColumns.rowNumber)) = \(child).\(identifier(SystemColumns.rootRowNumber))"
    }
}
