import LakeModel

/// The sentences of this folder's facts: what happened, where, what was expected, what to do.

extension IncrementalFault {
    /// - Parameter page: in which the record stands; nil before the first page.
    package func sentence(page: Int? = nil) -> String {
        switch self {
        case .missing(let path, let record, let place, let keysSeen):
            "\(at(page, record)): expected the incremental value at '\(path)', found nothing or null; "
                + "the keys at '\(place)' are \(listed(keysSeen)). "
                + "Correct 'cursor_path', or say with 'on_cursor_value_missing' what becomes of such records ('include' or 'exclude')."
        case .notOrdered(let path, let record, let found):
            "\(at(page, record)): expected a text or a number at '\(path)', the incremental value, found \(found). Correct 'cursor_path'."
        case .mixedKinds(let path, let known, let knownFrom, let found, let place):
            "the incremental values at '\(path)' cannot be compared: \(knownFrom.words(page)) is a \(known.rawValue), \(place.words(page)) is a "
                + "\(found.rawValue). Expected values of one kind. \(advice(knownFrom, place))"
        case .badValue(let origin): "\(origin.words(page)): expected a text or a number as an incremental value. \(origin.advice)"
        case .value(.lagOnText, let origin):
            "\(origin.words(page)) is a plain text, and a 'lag' cannot be taken off it. Expected a timestamp, a date or a number. Leave 'lag' out."
        case .value(.outOfRange, let origin):
            "\(origin.words(page)), moved by the 'lag' or written in 'format', is no date between the years 1 and 9999, or too long a number. "
                + "Choose another 'lag'."
        case .value(.noTime(let kind), let origin):
            "\(origin.words(page)) is a \(kind.rawValue), and 'format' writes times. Expected a timestamp or a date. Leave 'format' out."
        case .badState(let key):
            "the saved state of the incremental cursor is damaged at '\(key)'. "
                + "Set it anew with 'restlake state set', or start over with --full-refresh."
        case .emptyRange(let start, let end):
            "nothing lies between \(start.words(page)) and \(end.words(page)). Expected a start that comes before the end."
        case .badTypedValue(let expected, let found):
            "the value is a \(found.rawValue), but the values of this cursor are of the kind \(expected.rawValue). Give one of that kind."
        }
    }

    private func at(_ page: Int?, _ record: Int) -> String { Origin.record(record).words(page) }

    private func advice(_ known: Origin, _ found: Origin) -> String {
        if known == .state || found == .state {
            return "If the API writes its values otherwise than before, set the state with 'restlake state set', or start over with --full-refresh."
        }
        return known.isRecord ? found.advice : known.advice
    }
}

extension IncrementalFault.Origin {
    fileprivate var isRecord: Bool {
        if case .record = self { true } else { false }
    }

    fileprivate func words(_ page: Int?) -> String {
        switch self {
        case .state: "the last value in the saved state"
        case .initialValue: "'initial_value'"
        case .endValue: "'end_value'"
        case .from: "the value of --from"
        case .to: "the value of --to"
        case .typed: "the value given"
        case .record(let record): page.map { "page \($0), record \(record)" } ?? "record \(record)"
        }
    }

    fileprivate var advice: String {
        switch self {
        case .state: "Set it anew with 'restlake state set', or start over with --full-refresh."
        case .initialValue, .endValue: "Write it in the definition as the API's records have it."
        case .from, .to, .typed: "Give it as the API's records have it."
        case .record: "Choose a 'cursor_path' whose values are all timestamps, all numbers or all texts."
        }
    }
}

extension IncrementalFinding {
    package var sentence: String {
        switch self {
        case .tiesForgotten(let count):
            "more than \(IncrementalState.mostTies) records have the last incremental value; \(count) of them are not remembered and may come "
                + "again with the next load. Choose a finer 'cursor_path'."
        case .orderBroken(let order, let place):
            "page \(place.page), record \(place.record) does not follow the declared row_order '\(order.rawValue)', so no walk ends early from there "
                + "on. Nothing is missing; remove 'row_order' from the definition."
        case .stateOfOtherCursor(let path):
            "the saved state belongs to the cursor_path '\(path)' and was not used; reading starts at 'initial_value'."
        }
    }
}

/// At most twelve names, the server's control characters made visible.
private func listed(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(12).map { name in
        name.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }
    return shown.joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
}
