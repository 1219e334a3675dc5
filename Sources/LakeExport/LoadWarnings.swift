import LakeCommit
import LakeFiles
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// What is worth a look in the rows and tables of a resource's load, in sentences. None of it changes the outcome. Pure.
package struct LoadWarnings {
    var resource: Resource
    /// Those that got rows.
    var tables: [StagedTable]
    /// The resource's tables before this load, as their schemas and the manifest tell.
    var known: [KnownTable] = []
    var earlier: [Manifest.Table] = []
    var isComplete = true
    /// Whether it was asked for everything, and not only for what is new.
    var readsEverything = true
    /// The fall in rows, in percent of the usual number, from which on it is told; 0: never.
    var rowDrop = LoadWarnings.usualRowDrop
    /// What of the hints came, also where a contract discarded it.
    var met = MetPlaces()
    /// The rules for fields that nothing was found for.
    var unmet = UnmetRules()

    package static let usualRowDrop = 50
    /// More columns than this are seldom meant.
    static let manyColumns = 500
    /// Of a list in one sentence.
    private static let shownNames = 20

    var sentences: [String] { fallenRows + vanished + widenedToText + maps + wideTables + hintSentences + ruleSentences }

    private var root: StagedTable? { tables.first { $0.parent == nil } }

    /// What earlier loads know of a table.
    func known(_ table: StagedTable) -> SchemaVersion? { known.first { $0.version.path == table.path }?.version }

    /// Columns, or other names, in one line.
    static func list(_ names: [String]) -> String {
        names.prefix(shownNames).joined(separator: ", ") + (names.count > shownNames ? " and \(names.count - shownNames) more" : "")
    }

    // MARK: Rows and values

    private var fallenRows: [String] {
        guard isComplete, readsEverything, resource.writeDisposition != .append, rowDrop > 0,
              let recent = earlier.first(where: { $0.parent == nil })?.recentRows, !recent.isEmpty else { return [] }
        let usual = Self.median(recent), rows = root?.rows ?? 0
        guard usual > 0, (usual - rows) * 100 >= rowDrop * usual else { return [] }
        let before = recent.count == 1 ? "the last full load had \(usual)" : "the last \(recent.count) full loads had \(usual) (median)"
        return ["\(rows) row\(rows == 1 ? "" : "s") came; \(before). That is \((usual - rows) * 100 / usual) percent less, "
            + "and told from \(rowDrop) percent on (--warn-row-drop)."]
    }

    /// Of an even number of values the lower one of the two in the middle.
    static func median(_ values: [Int]) -> Int { values.sorted()[(values.count - 1) / 2] }

    private var vanished: [String] {
        guard isComplete, readsEverything, root?.rows ?? 0 > 0 else { return [] }
        return earlier.compactMap { before in
            guard let table = tables.first(where: { $0.name == before.name }) else {
                guard before.rowsOfLastLoad > 0 else { return nil }
                return "no row of \(before.name) came; the load before had \(before.rowsOfLastLoad)."
            }
            let filled = Set(zip(table.columns, table.values).filter { $0.1 > 0 }.map(\.0.id))
            let gone = before.columns.filter { $0.values ?? 0 > 0 && !filled.contains($0.id) }.map(\.name)
            guard !gone.isEmpty else { return nil }
            return "no row of \(before.name) has a value in \(Self.list(gone)); the load before had some. Was a field renamed, or a right taken away?"
        }
    }

    // MARK: The schema

    private var widenedToText: [String] {
        let hints = ColumnHints(resource.placed(in: known).columns)
        return tables.flatMap { table -> [String] in
            let asked = Set(table.columns.filter { column in
                column.leaf(in: table.path).flatMap { hints.type(of: $0, in: table.path) } == .text
            }.map(\.id))
            return table.newVersions.flatMap(\.changes).compactMap { change -> String? in
                guard change.what == .widenType, change.to == .text, let from = change.from, from != .unknown,
                      let column = change.column, let id = change.columnID, !asked.contains(id) else { return nil }
                return "\(table.name).\(column) was \(from.rawValue) and is text from now on: "
                    + "page \(change.place.page), record \(change.place.record) holds a value that does not fit."
            }
        }
    }

    private var maps: [String] {
        tables.flatMap { table -> [String] in
            let before = known(table)?.columns.count ?? 0
            return table.columns.dropFirst(before).compactMap { column -> String? in
                guard column.isRest, let path = column.path else { return nil }
                let place = Self.place(path)
                guard path != table.path || table.parent != nil else {
                    return "records have more keys than a table has columns; further ones stand in \(table.name).\(column.name) as JSON."
                }
                return "\(place) has more keys than columns are made of; further ones stand in \(table.name).\(column.name) as JSON. "
                    + "If it is a map, write \"columns\": {\"\(place)\": {\"data_type\": \"json\"}}: a new dataset then keeps it in one column."
            }
        }
    }

    private var wideTables: [String] {
        tables.compactMap { table in
            guard table.columns.count > Self.manyColumns, table.columns.count > known(table)?.columns.count ?? 0 else { return nil }
            return "\(table.name) has \(table.columns.count) columns. Where objects are maps, data_type json keeps each in one column."
        }
    }

    /// As a definition would name it: `customer.labels`, `tags[*]`.
    static func place(_ path: FieldPath) -> String {
        Selector(describing: path.steps.map { step in
            switch step {
            case .key(let key): .key(key)
            case .element: .all
            }
        }).description
    }
}
