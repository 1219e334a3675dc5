import LakeJSON
import LakeSource

/// Why a value cannot be moved or written as asked.
package enum CursorValueFault: Error, Hashable, Sendable {
    /// A text has no distance to another.
    case lagOnText
    /// The result is no date between the years 1 and 9999, or a number of too many digits.
    case outOfRange
    /// `format` writes times, and this is none.
    case noTime(CursorValue.Kind)
}

extension CursorValue {
    /// This value less `lag` (seconds of a timestamp, days of a date, units of a number), written as this one is. A date
    /// stays a date: a part of a day counts as a whole one.
    func moved(by lag: Double, back: Bool) throws(CursorValueFault) -> CursorValue {
        guard lag != 0 else { return self }
        guard lag.isFinite, let amount = ExactNumber(lexeme: lag.description) else { throw .outOfRange }
        let step = back ? -amount : amount
        switch place {
        case .text: throw .lagOnText
        case .number(let number):
            guard let sum = number.adding(step), let value = CursorValue(number: sum.text) else { throw .outOfRange }
            return value
        case .time(let instant, .date):
            guard let exact = ExactNumber(instant.seconds / Instant.secondsPerDay).adding(step), let (whole, fraction) = exact.split() else {
                throw .outOfRange
            }
            let day = !back && fraction.contains { $0 != 0 } ? whole + 1 : whole
            let (seconds, overflows) = day.multipliedReportingOverflow(by: Instant.secondsPerDay)
            guard !overflows else { throw .outOfRange }
            return try CursorValue(ExactNumber(seconds), .date)
        case .time(let instant, let form):
            guard let exact = instant.exact?.adding(step) else { throw .outOfRange }
            return try CursorValue(exact, form)
        }
    }

    /// - Parameter exact: seconds since 1970.
    private init(_ exact: ExactNumber, _ form: Instant.Form) throws(CursorValueFault) {
        guard let text = Instant(exact)?.text(form) else { throw .outOfRange }
        self.init(text: text)
    }

    /// As the API wants it. What a coarser form cannot hold is rounded, so that the range asked for is never too small.
    /// - Parameter up: whether to round towards the later time.
    func written(_ format: Incremental.CursorFormat?, roundingUp up: Bool) throws(CursorValueFault) -> JSONValue {
        guard let format else { return json }
        guard case .time(let instant, _) = place else {
            // Numbers of an API that counts seconds or milliseconds are what it wants already.
            if kind == .number, format == .epochSeconds || format == .epochMilliseconds { return json }
            throw .noTime(kind)
        }
        switch format {
        case .epochSeconds: return .int(instant.seconds + (up && !instant.fraction.isEmpty ? 1 : 0))
        case .epochMilliseconds:
            let digits = instant.fraction.prefix(3) + repeatElement(0, count: max(0, 3 - instant.fraction.count))
            let milliseconds = digits.reduce(0) { $0 * 10 + Int64($1) }
            return .int(instant.seconds * 1000 + milliseconds + (up && instant.fraction.count > 3 ? 1 : 0))
        case .iso:
            return .string(try text(instant, .time(separator: UInt8(ascii: "T"), zone: "Z", offset: 0, digits: 0)))
        case .isoDate: return .string(try text(instant.midnight(roundingUp: up), .date))
        }
    }

    private func text(_ instant: Instant, _ form: Instant.Form) throws(CursorValueFault) -> String {
        guard let text = instant.text(form) else { throw .outOfRange }
        return text
    }
}
