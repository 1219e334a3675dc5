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

    /// Of a place within the rows of a table.
    package init(_ path: FieldPath) {
        let end = path.steps.lastIndex(of: .element).map { $0 + 1 } ?? 0
        self.init(
            table: path.steps[..<end].map { step in if case .key(let key) = step { .key(key) } else { .all } },
            field: path.steps[end...].compactMap { step in if case .key(let key) = step { key } else { nil } })
    }

    /// Whether it means a field as columns are named: by its place, or in the same table by its column's name, as dlt
    /// compares them.
    /// - Parameter pieces: the normalized pieces of the column's name, below its table.
    package func means(_ path: FieldPath, in table: FieldPath, pieces: [String]) -> Bool {
        guard table == tablePath else { return false }
        return path == self.path || (columnName != nil && Names.joined(pieces) == columnName)
    }
}

/// A place in records, as rules are held against it.
struct RecordPlace {
    private(set) var path = FieldPath()
    /// Of the table whose row the place belongs to.
    private(set) var table = FieldPath()
    private(set) var keyed = KeyedPlace()
    /// The keys as pieces of names.
    private var pieces: [String] = []
    /// How many of them belong to the table.
    private var tableKeys = 0

    func member(_ key: String) -> RecordPlace {
        var place = self
        place.path.steps.append(.key(key))
        place.keyed.append(key: key)
        place.pieces.append(Names.piece(key))
        return place
    }

    var element: RecordPlace {
        var place = self
        place.path.steps.append(.element)
        place.keyed.appendList()
        place.table = place.path
        place.tableKeys = pieces.count
        return place
    }

    /// The name of its column; empty for a row.
    var columnName: String { name(from: tableKeys) }

    /// The name that the keys make from one of them on.
    func name(from key: Int) -> String { Names.joined(Array(pieces[key...])) }
}

/// What stands at a place.
enum PlacedKind: CaseIterable { case scalar, object, array }

/// A reference made ready to be asked often.
struct FieldMatch {
    private let table: FieldPath
    private let path: FieldPath
    private let row: KeyedPlace
    private let keyed: KeyedPlace
    /// A single key may also be the name of a column.
    private let columnName: String?
    private let passed: PassedLists

    init(_ reference: FieldReference, through passed: PassedLists) {
        table = reference.tablePath
        path = reference.path
        row = KeyedPlace(reference.table)
        keyed = KeyedPlace(reference.steps)
        columnName = reference.columnName
        self.passed = passed
    }

    func means(_ place: RecordPlace, _ kind: PlacedKind) -> Bool { isPlace(place, kind) || isName(place, kind) }

    private func isPlace(_ place: RecordPlace, _ kind: PlacedKind) -> Bool {
        guard passed != .exact else { return path == place.path }
        let last = keyed.keys.count
        guard place.keyed.keys.count == last, keyed.leads(to: place.keyed, through: passed) else { return false }
        // The elements are named: of a list they are, and what is no list is one itself.
        if passed == .any, kind != .array, last > 0 { return true }
        return passed == .any ? keyed.lists[last] <= place.keyed.lists[last] : keyed.isPassed(last, by: place.keyed, passed)
    }

    /// A scalar that is a row stands in the column `value`.
    private func isName(_ place: RecordPlace, _ kind: PlacedKind) -> Bool {
        guard let columnName else { return false }
        let start = row.keys.count
        if passed == .exact {
            guard table == place.table else { return false }
        } else {
            guard row.leads(to: place.keyed, through: passed), row.isPassed(start, by: place.keyed, passed) else { return false }
        }
        let name = place.name(from: start)
        return (name.isEmpty && place.keyed.keys.count == start && kind == .scalar ? "value" : name) == columnName
    }

    /// Whether it may mean something below an object or an array that stands there.
    func reaches(into kind: PlacedKind, at place: RecordPlace) -> Bool {
        guard kind != .scalar else { return false }
        return isAbove(place, kind) || isAboveName(place, kind)
    }

    private func isAbove(_ place: RecordPlace, _ kind: PlacedKind) -> Bool {
        if passed == .exact {
            guard place.path.steps.count < path.steps.count, path.steps.starts(with: place.path.steps) else { return false }
            return (path.steps[place.path.steps.count] == .element) == (kind == .array)
        }
        let at = place.keyed.keys.count, last = keyed.keys.count
        guard at <= last, place.keyed.keys.indices.allSatisfy({ index in
            place.keyed.keys[index].utf8.elementsEqual(keyed.keys[index].utf8) && keyed.isPassed(index, by: place.keyed, passed)
        }) else { return false }
        let lacksLists = place.keyed.lists[at] < keyed.lists[at]
        if kind == .object { return at < last && keyed.isPassed(at, by: place.keyed, passed) }
        return lacksLists || (at < last && (passed == .any || at > 0))
    }

    /// The name of its column continues that of the place.
    private func isAboveName(_ place: RecordPlace, _ kind: PlacedKind) -> Bool {
        guard let columnName else { return false }
        let start = row.keys.count
        if passed == .exact {
            guard table == place.table, kind == .object else { return false }
        } else {
            guard row.leads(to: place.keyed, through: passed), row.isPassed(start, by: place.keyed, passed) else { return false }
        }
        let name = place.name(from: start)
        return name.isEmpty ? kind == .object : columnName.hasPrefix(name + "__")
    }
}
