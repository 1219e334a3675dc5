import LakeJSON

/// Reads only what is new since the load before, by a value that grows from record to record: dlt's `incremental`.
package struct Incremental: Hashable, Sendable {
    /// Where the value stands in a record.
    package var cursorPath: Selector
    /// A text or a number.
    package var initialValue: JSONValue?
    /// Only records before this one; a run that has it does not move the state.
    package var endValue: JSONValue?
    package var lastValueFunction: LastValueFunction
    /// Taken off the last value for `start_value`: seconds of a timestamp, days of a date, units of a number.
    package var lag: Double?
    package var rowOrder: RowOrder?
    /// Query parameters for the start and the end value; they also stand in the resource's `params`.
    package var startParam: String?
    package var endParam: String?
    /// How the API wants the values; nil: as they stand in its records.
    package var format: CursorFormat?
    package var onMissing: MissingCursorAction
    /// Whether a record at the start value itself belongs to the run.
    package var startIsClosed: Bool
    package var endIsClosed: Bool

    package enum LastValueFunction: String, CaseIterable, Hashable, Sendable { case max, min }
    package enum RowOrder: String, CaseIterable, Hashable, Sendable { case asc, desc }

    /// dlt's `on_cursor_value_missing`.
    package enum MissingCursorAction: String, CaseIterable, Hashable, Sendable { case raise, include, exclude }

    /// How a value is written in a request: by name what dlt's `convert` is in Python.
    package enum CursorFormat: String, CaseIterable, Hashable, Sendable {
        case epochSeconds = "epoch_seconds"
        case epochMilliseconds = "epoch_milliseconds"
        /// `2026-11-23T02:00:00Z`, with a fraction where the value has one.
        case iso
        /// `2026-11-23`
        case isoDate = "iso_date"
    }

    /// Whether the declared order runs towards the value that is the last one: what changes meanwhile comes at the end.
    package var orderLeadsToLast: Bool { rowOrder.map { ($0 == .asc) == (lastValueFunction == .max) } ?? false }

    package init(
        cursorPath: Selector, initialValue: JSONValue? = nil, endValue: JSONValue? = nil, lastValueFunction: LastValueFunction = .max,
        lag: Double? = nil, rowOrder: RowOrder? = nil, startParam: String? = nil, endParam: String? = nil, format: CursorFormat? = nil,
        onMissing: MissingCursorAction = .raise, startIsClosed: Bool = true, endIsClosed: Bool = false
    ) {
        self.cursorPath = cursorPath
        self.initialValue = initialValue
        self.endValue = endValue
        self.lastValueFunction = lastValueFunction
        self.lag = lag
        self.rowOrder = rowOrder
        self.startParam = startParam
        self.endParam = endParam
        self.format = format
        self.onMissing = onMissing
        self.startIsClosed = startIsClosed
        self.endIsClosed = endIsClosed
    }
}

/// One condition of `filter: [{"path": "status", "op": "eq", "value": "OPEN"}]`.
package struct RecordFilter: Hashable, Sendable {
    package enum Operation: String, CaseIterable, Hashable, Sendable {
        case eq, ne, lt, le, gt, ge
        /// `value` is a list.
        case isIn = "in"
        /// `value` is true or false.
        case exists
    }
    package var path: Selector
    package var operation: Operation
    package var value: JSONValue

    package init(path: Selector, operation: Operation, value: JSONValue) {
        self.path = path
        self.operation = operation
        self.value = value
    }
}
