import LakeModel

/// How the lists of a place count where a rule names it.
package enum PassedLists: Sendable {
    /// As they are named: `tags[*].email` and nothing else. So columns are named.
    case exact
    /// Further ones may stand between the keys: `tags.name` is also `tags[*].name`. So what is to come is named.
    case further
    /// Whatever stands between the keys, also nothing: `tags[*].email` is `tags.email` too. So what is not to come is
    /// named, for an API that wraps a field in a list, or no longer does, must not let it through.
    case any
}

/// A place of a record by its keys, and how many lists are gone through before each of them and behind the last.
/// `a.b[*].c[*]`: keys `a`, `b`, `c`; lists 0, 0, 1, 1.
package struct KeyedPlace: Sendable {
    package private(set) var keys: [String] = []
    /// One more than there are keys.
    package private(set) var lists = [0]

    package init() {}

    package init(_ steps: [Selector.Step]) {
        for step in steps {
            if case .key(let key) = step { append(key: key) } else { appendList() }
        }
    }

    package mutating func append(key: String) {
        keys.append(key)
        lists.append(0)
    }

    package mutating func appendList() { lists[keys.count] += 1 }

    /// Whether it is another place or one above it, by its keys and the lists before each of them.
    package func leads(to other: KeyedPlace, through passed: PassedLists) -> Bool {
        guard keys.count <= other.keys.count else { return false }
        return keys.indices.allSatisfy { at in
            keys[at].utf8.elementsEqual(other.keys[at].utf8) && isPassed(at, by: other, passed)
        }
    }

    /// Whether the lists of another place before the key `at`, or behind the last one, are those of this one.
    package func isPassed(_ at: Int, by other: KeyedPlace, _ passed: PassedLists) -> Bool {
        switch passed {
        case .exact: lists[at] == other.lists[at]
        // A record that is a list holds no fields.
        case .further: at == 0 ? lists[at] == other.lists[at] : lists[at] <= other.lists[at]
        case .any: true
        }
    }
}

extension FieldReference {
    /// From the record on.
    package var steps: [Selector.Step] { table + field.map(Selector.Step.key) }

    /// A single key may also be the name of a column, which fields folded by dlt's rules have.
    package var columnName: String? { field.count == 1 && !isPlaceAlone ? Names.piece(field[0]) : nil }

    /// Whether both mean the same field: by its place, or one of them by the name of the other's column.
    package func isSame(as other: FieldReference) -> Bool {
        guard table == other.table else { return false }
        if field == other.field { return true }
        guard columnName != nil || other.columnName != nil, !field.isEmpty, !other.field.isEmpty else { return false }
        return Names.joined(field.map(Names.piece)) == Names.joined(other.field.map(Names.piece))
    }

    /// Whether it means this value, or an object or an array that holds it.
    package func covers(_ steps: [Selector.Step], through passed: PassedLists = .exact) -> Bool {
        let place = KeyedPlace(steps), own = KeyedPlace(self.steps)
        if own.leads(to: place, through: passed), passed == .any || own.lists[own.keys.count] <= place.lists[own.keys.count] { return true }
        guard let columnName, KeyedPlace(table).leads(to: place, through: passed) else { return false }
        // The lists behind the table's last key, and with exact lists none within the row.
        let row = KeyedPlace(table), start = row.keys.count
        guard place.keys.count > start, row.isPassed(start, by: place, passed) else { return false }
        var pieces: [String] = []
        for at in start..<place.keys.count {
            if passed == .exact, at > start, place.lists[at] > 0 { return false }
            pieces.append(Names.piece(place.keys[at]))
            if Names.joined(pieces) == columnName { return true }
        }
        return false
    }
}
