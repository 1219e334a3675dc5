import LakeJSON
import LakeModel
import LakeSource

/// Judges records by the incremental cursor, and keeps how far they lead.
struct CursorCheck {
    private let cursor: Incremental
    private let path: String
    let range: IncrementalRange
    private var progress: IncrementalProgress
    var order: RowOrderCheck
    private let hasParents: Bool
    /// The state behind what the first run of a load read, where another one goes on with it.
    private var atFirstStop: IncrementalState??
    /// The kind that all values must be comparable to, and where it is known from.
    private var known: (kind: CursorValue.Kind, from: IncrementalFault.Origin)?

    init(_ cursor: Incremental, before: IncrementalState?, from: JSONValue?, to: JSONValue?, hasParents: Bool) throws(IncrementalFault) {
        self.cursor = cursor
        self.hasParents = hasParents
        path = cursor.cursorPath.description
        range = try IncrementalRange(cursor, state: before?.lastValue, from: from, to: to)
        progress = IncrementalProgress(before: range.isBackfill ? nil : before, isMax: range.isMax)
        order = RowOrderCheck(cursor)
        known = range.known.map { ($0.value.kind, $0.from) }
    }

    mutating func judge(_ record: SievedRecord, passesFilters: Bool) throws(IncrementalFault) -> RecordVerdict {
        guard let token = cursor.cursorPath.first(in: record.page, tape: record.tape, from: record.token),
              record.tape[token].kind != .null else { return try judgeMissing(record, passesFilters) }
        let value = try self.value(token, record)
        guard let side = range.side(of: value) else { throw mixed(value, record) }
        order.note(value, side, at: Place(page: record.pageNumber, record: record.number))
        guard side == .inside else { return .filtered }
        guard passesFilters else {
            progress.note(value, nil)
            return .filtered
        }
        let hash = recordHash(record.tape[record.token], record.page, parent: record.parent)
        let isDuplicate = progress.isDuplicate(value, hash)
        progress.note(value, hash)
        return isDuplicate ? .duplicate : .goesOn
    }

    /// A record that a filter leaves out needs no value.
    private func judgeMissing(_ record: SievedRecord, _ passesFilters: Bool) throws(IncrementalFault) -> RecordVerdict {
        guard passesFilters else { return .filtered }
        switch cursor.onMissing {
        case .include: return .goesOn
        case .exclude: return .filtered
        case .raise:
            let seen = keysSeen(record)
            throw .missing(path: path, record: record.number, place: seen.place, keysSeen: seen.keys)
        }
    }

    private mutating func value(_ token: Int, _ record: SievedRecord) throws(IncrementalFault) -> CursorValue {
        guard let value = CursorValue(record.tape[token], record.page, record.tape) else {
            throw .notOrdered(path: path, record: record.number, found: record.tape[token].kind.inWords)
        }
        guard let known else {
            self.known = (value.kind, .record(record.number))
            return value
        }
        guard value.kind.isComparable(to: known.kind) else { throw mixed(value, record) }
        return value
    }

    private func mixed(_ value: CursorValue, _ record: SievedRecord) -> IncrementalFault {
        let from = known?.from ?? .record(record.number)
        return .mixedKinds(path: path, known: known?.kind ?? value.kind, knownFrom: from, found: value.kind, at: .record(record.number))
    }

    /// The keys at the place where the path stops to match.
    private func keysSeen(_ record: SievedRecord) -> (place: String, keys: [String]) {
        let steps = cursor.cursorPath.steps
        for count in steps.indices.reversed() {
            let place = Selector(describing: Array(steps[..<count]))
            if let token = place.first(in: record.page, tape: record.tape, from: record.token) {
                return (place.description, record.tape.keys(of: token, in: record.page))
            }
        }
        return ("$", [])
    }

    /// A record that was read before the stop may have changed before the load was gone on with. Nobody reads it again, and
    /// its change must not lie below the last value: so that one stays at what was read then. Where the order leads to the
    /// last value, the changed record comes once more at the end of it.
    var nextState: IncrementalState? {
        guard !range.isBackfill else { return nil }
        if let atFirstStop, !leadsToLast { return atFirstStop }
        return progress.state(cursorPath: path)
    }

    /// Behind this place stands what another run of the load reads. Later ones change nothing.
    mutating func noteStop() {
        if atFirstStop == nil { atFirstStop = .some(progress.state(cursorPath: path)) }
    }

    /// Of one walk: each parent's has an order of its own.
    private var leadsToLast: Bool { !hasParents && order.isHeld && order.leadsToLast }

    var mayMoveWhenPartial: Bool {
        !range.isBackfill && cursor.startIsClosed && leadsToLast && progress.hasMoved
    }

    var findings: [IncrementalFinding] {
        var findings = order.finding.map { [$0] } ?? []
        if progress.forgotten > 0, !range.isBackfill { findings.append(.tiesForgotten(progress.forgotten)) }
        return findings
    }
}

extension Token.Kind {
    fileprivate var inWords: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .true: "true"
        case .false: "false"
        case .null: "null"
        case .string, .key: "a text"
        // A number is refused only for its exponent.
        case .number: "a number that is out of all bounds"
        }
    }
}
