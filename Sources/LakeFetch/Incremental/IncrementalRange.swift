import LakeJSON
import LakeSource

/// Which values a run reads, decided before its first request.
///
/// Usually from the last value (less the lag) or the initial value on, without an end. A run with `from`, `to` or an end
/// value is a backfill: it neither uses the state nor moves it; its initial and last value are where it starts, so that
/// requests ask for the range whichever of the values they are made of.
struct IncrementalRange: Sendable {
    let start: CursorValue?
    let end: CursorValue?
    let initial: CursorValue?
    /// Of the load before; nil in a backfill.
    let last: CursorValue?
    let isBackfill: Bool
    /// Where the kind of the values is known from, before any record was seen.
    let known: (value: CursorValue, from: IncrementalFault.Origin)?
    private let cursor: Incremental
    private let origins: Origins

    private struct Origins: Sendable {
        var start: IncrementalFault.Origin
        var initial: IncrementalFault.Origin
        var end: IncrementalFault.Origin
    }

    var isMax: Bool { cursor.lastValueFunction == .max }

    init(_ cursor: Incremental, state: CursorValue?, from: JSONValue?, to: JSONValue?) throws(IncrementalFault) {
        let from = from == .null ? nil : from, to = to == .null ? nil : to
        self.cursor = cursor
        initial = try from == nil ? Self.value(cursor.initialValue, .initialValue) : Self.value(from, .from)
        end = try to == nil ? Self.value(cursor.endValue, .endValue) : Self.value(to, .to)
        isBackfill = from != nil || end != nil
        last = isBackfill ? nil : state
        origins = Origins(
            start: last != nil ? .state : from != nil ? .from : .initialValue, initial: from != nil ? .from : .initialValue,
            end: to != nil ? .to : .endValue)
        let values = [(last, .state), (initial, origins.initial), (end, origins.end)] as [(CursorValue?, IncrementalFault.Origin)]
        known = try Self.known(values, cursor.cursorPath.description)
        start = if let last { try Self.start(last, initial, cursor) } else { initial }
        try checkNotEmpty()
    }

    private static func value(_ json: JSONValue?, _ origin: IncrementalFault.Origin) throws(IncrementalFault) -> CursorValue? {
        guard let json, json != .null else { return nil }
        guard let value = CursorValue(json) else { throw .badValue(origin) }
        return value
    }

    /// The first value that is there; all others must be comparable to it.
    private static func known(
        _ values: [(value: CursorValue?, from: IncrementalFault.Origin)], _ path: String
    ) throws(IncrementalFault) -> (CursorValue, IncrementalFault.Origin)? {
        var known: (value: CursorValue, from: IncrementalFault.Origin)?
        for (value, origin) in values {
            guard let value else { continue }
            guard let first = known else {
                known = (value, origin)
                continue
            }
            guard value.kind.isComparable(to: first.value.kind) else {
                throw .mixedKinds(path: path, known: first.value.kind, knownFrom: first.from, found: value.kind, at: origin)
            }
        }
        return known
    }

    /// The last value less the lag, but not beyond the initial value: what lies there was never to be read.
    private static func start(_ last: CursorValue, _ initial: CursorValue?, _ cursor: Incremental) throws(IncrementalFault) -> CursorValue {
        let isMax = cursor.lastValueFunction == .max
        guard let lag = cursor.lag, lag != 0 else { return last }
        let lagged: CursorValue
        do throws(CursorValueFault) {
            lagged = try last.moved(by: lag, back: isMax)
        } catch {
            throw .value(error, .state)
        }
        let earlier: CursorValue.Order = isMax ? .before : .after
        guard let initial, lagged.order(to: initial) == earlier else { return lagged }
        return initial.order(to: last) == earlier ? initial : last
    }

    private func checkNotEmpty() throws(IncrementalFault) {
        guard let start, let end, let order = start.order(to: end) else { return }
        let isRight = order == (isMax ? .before : .after) || (order == .same && cursor.startIsClosed && cursor.endIsClosed)
        guard isRight else { throw .emptyRange(start: origins.start, end: origins.end) }
    }

    enum Side: Hashable, Sendable {
        /// On the far side of the start.
        case before
        case inside
        /// On the far side of the end.
        case behind
    }

    /// nil where the value cannot be compared.
    func side(of value: CursorValue) -> Side? {
        if let start {
            guard let order = value.order(to: start) else { return nil }
            if order == .same ? !cursor.startIsClosed : order == (isMax ? .before : .after) { return .before }
        }
        if let end {
            guard let order = value.order(to: end) else { return nil }
            if order == .same ? !cursor.endIsClosed : order == (isMax ? .after : .before) { return .behind }
        }
        return .inside
    }

    /// What requests are made of, written in the cursor's `format`. What it cannot hold is rounded outwards.
    func requestValues() throws(IncrementalFault) -> [IncrementalValue: JSONValue] {
        let lastOrInitial = last ?? initial
        let all = [
            (.startValue, start, !isMax, origins.start), (.initialValue, initial, !isMax, origins.initial),
            (.lastValue, lastOrInitial, !isMax, origins.start), (.endValue, end, isMax, origins.end),
        ] as [(IncrementalValue, CursorValue?, Bool, IncrementalFault.Origin)]
        var values: [IncrementalValue: JSONValue] = [:]
        for (name, value, roundsUp, origin) in all {
            guard let value else { continue }
            do throws(CursorValueFault) {
                values[name] = try value.written(cursor.format, roundingUp: roundsUp)
            } catch {
                throw .value(error, origin)
            }
        }
        return values
    }
}
