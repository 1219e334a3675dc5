import LakeModel
import LakeSource

/// Why the incremental cursor of a resource cannot be followed. Holds places and kinds, never a value of a record.
package enum IncrementalFault: Error, Hashable, Sendable {
    /// Where a value came from.
    package enum Origin: Hashable, Sendable {
        case state, initialValue, endValue, from, to
        /// By a person who sets the state.
        case typed
        /// In its page, from 1.
        case record(Int)
    }

    /// Records have no value there, and `on_cursor_value_missing` is `raise`. `keysSeen`: those at `place`, as far as the
    /// path led.
    case missing(path: String, record: Int, place: String, keysSeen: [String])
    /// Something that has no order: `found` in words, as in "an object".
    case notOrdered(path: String, record: Int, found: String)
    case mixedKinds(path: String, known: CursorValue.Kind, knownFrom: Origin, found: CursorValue.Kind, at: Origin)
    /// Neither a text nor a number.
    case badValue(Origin)
    /// The value of `Origin` cannot be moved by the lag, or not be written in `format`.
    case value(CursorValueFault, Origin)
    /// What the state holds is not what was written there.
    case badState(key: String)
    /// The range holds nothing, since its start does not come before its end.
    case emptyRange(start: Origin, end: Origin)
    /// A value that a person typed, of another kind than those of the cursor.
    case badTypedValue(expected: CursorValue.Kind, found: CursorValue.Kind)
}

/// What is worth a line in the load record, though the resource goes on.
package enum IncrementalFinding: Hashable, Sendable {
    /// More records stand at the last value than are remembered: so many may come again with the next load.
    case tiesForgotten(Int)
    /// The record does not follow the declared order; from there on no walk ends early.
    case orderBroken(Incremental.RowOrder, at: Place)
    /// The state belongs to another cursor path, so it was not used.
    case stateOfOtherCursor(path: String)
}
