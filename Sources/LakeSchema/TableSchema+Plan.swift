import LakeModel
import LakeNormalize

extension TableSchema {
    /// What the rows of one page would change.
    package struct Plan {
        struct NewLeaf {
            var leaf: Int
            var info: LeafInfo
            var place: Place
            /// Whether every row that the table ever had has a value there.
            var isInEveryRow: Bool
        }
        var newLeaves: [NewLeaf] = []
        var widened: [(column: Int, place: Place)] = []
        /// Columns that were not nullable, of which a row has no value.
        var lacking: [(column: Int, place: Place)] = []
        var seen: [(leaf: Int, facts: ColumnFacts, values: Int)] = []
        var firstPlace: Place
        /// Columns that the table has not had.
        package var addsColumns: Bool { !newLeaves.isEmpty }
        /// Columns whose values are written another way from now on.
        package internal(set) var reencoded: [Int] = []
    }

    /// Compares what a page holds with what is known. Changes nothing.
    package func plan(_ rows: TableRows, _ normalizer: Normalizer, page: Int, factsOf: (Cell) -> ColumnFacts) -> Plan {
        var plan = Plan(firstPlace: Place(page: page, record: rows.rows.first.map { Int($0.record) + 1 } ?? 0))
        let isFirstPage = committed == nil && rows.firstRowNumber == 1
        for leaf in 0..<rows.facts.count where !rows.facts[leaf].isEmpty {
            let seen = rows.facts[leaf], values = Int(rows.values[leaf])
            plan.seen.append((leaf, seen, values))
            guard let column = column(of: leaf, rows.table, normalizer) else {
                plan.newLeaves.append(Plan.NewLeaf(
                    leaf: leaf, info: normalizer.leaf(table: rows.table, leaf), place: Place(page: page),
                    isInEveryRow: isFirstPage && values == rows.rows.count))
                continue
            }
            let before = columns[column].type, after = type(of: column, with: seen)
            guard before != after else { continue }
            plan.widened.append((column, firstChange(rows, leaf, column, page, factsOf)))
            if before.encoding == .bare, after.encoding == .quoted { plan.reencoded.append(column) }
        }
        if plan.addsColumns { orderNewLeaves(&plan, rows, page) }
        findLacking(&plan, rows, page, factsOf)
        return plan
    }

    /// Columns come in the order in which they were first seen.
    private func orderNewLeaves(_ plan: inout Plan, _ rows: TableRows, _ page: Int) {
        var waiting = Dictionary(uniqueKeysWithValues: plan.newLeaves.map { ($0.leaf, $0) })
        plan.newLeaves = []
        for row in rows.rows {
            for i in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) {
                guard var new = waiting.removeValue(forKey: Int(rows.cells[i].leaf)) else { continue }
                new.place = Place(page: page, record: Int(row.record) + 1)
                plan.newLeaves.append(new)
            }
            if waiting.isEmpty { return }
        }
    }

    /// The record that changes the type of a column.
    private func firstChange(_ rows: TableRows, _ leaf: Int, _ column: Int, _ page: Int, _ factsOf: (Cell) -> ColumnFacts) -> Place {
        var seen = ColumnFacts()
        for row in rows.rows {
            for i in Int(row.firstCell)..<Int(row.firstCell + row.cellCount) where Int(rows.cells[i].leaf) == leaf {
                seen.merge(factsOf(rows.cells[i]))
                if type(of: column, with: seen) != columns[column].type { return Place(page: page, record: Int(row.record) + 1) }
            }
        }
        return Place(page: page)
    }

    /// Where a column that is not nullable has no value in a row. Rows before it have theirs, so no part needs to close.
    private func findLacking(_ plan: inout Plan, _ rows: TableRows, _ page: Int, _ factsOf: (Cell) -> ColumnFacts) {
        for column in columns.indices where !columns[column].isNullable && !columns[column].isSystem {
            let leaf = columnOfLeaf.firstIndex(of: column)
            if leaf.map({ Int(rows.values[$0]) }) ?? 0 == rows.rows.count { continue }
            let row = rows.rows.first { row in
                !rows.cells[Int(row.firstCell)..<Int(row.firstCell + row.cellCount)].contains {
                    Int($0.leaf) == leaf && !factsOf($0).kinds.isSubset(of: .null)
                }
            }
            plan.lacking.append((column, Place(page: page, record: row.map { Int($0.record) + 1 } ?? 0)))
        }
    }
}
