import LakeModel
import LakeSource

/// A moment, a date or a time of day, exact.
enum CivilTime: Equatable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    case moment(Int64)
    /// Days since 1970-01-01.
    case date(Int64)
    /// Microseconds since midnight.
    case time(Int64)
}

/// Reads the values of a column by the format that its hint states, and writes them in the lake's form. A value that
/// does not fit the format, that is finer than a microsecond, or that lies outside of the years 1 to 9999 stays as it came.
struct TimeReader {
    private enum Form {
        /// Microseconds in one unit, as a power of ten.
        case epoch(power: Int)
        case iso
        case pattern(TimestampPattern)
    }

    /// In bytes: no text of a form is longer.
    static let longest = 512

    private let form: Form
    private let type: ColumnType?

    /// - Parameter type: of the column by its hint; nil: the one that the format makes.
    /// - Returns: nil for a pattern that is none, which the checks of definitions refuse.
    init?(_ format: TimestampFormat, type: ColumnType?) {
        self.type = type
        switch format {
        case .epochSeconds: form = .epoch(power: 6)
        case .epochMilliseconds: form = .epoch(power: 3)
        case .epochMicroseconds: form = .epoch(power: 0)
        case .iso: form = .iso
        case .pattern(let text):
            guard let pattern = try? TimestampPattern(parsing: text) else { return nil }
            form = .pattern(pattern)
        }
    }

    /// - Parameter text: a text, unescaped, or a number as it stands.
    /// - Returns: the value in the lake's form; nil where it stays as it came.
    func canonical(_ text: [UInt8], isText: Bool) -> [UInt8]? {
        read(text, isText: isText)?.canonical(withZone: type != .timestampNTZ)
    }

    private func read(_ text: [UInt8], isText: Bool) -> CivilTime? {
        switch form {
        case .epoch(let power): return epochMicroseconds(text, power: power).map(CivilTime.moment)
        case .pattern(let pattern): return pattern.read(text)
        case .iso:
            guard isText else { return nil }
            switch type {
            case .date: return ISOText.date(text).map(CivilTime.date)
            case .time: return ISOText.time(text).map(CivilTime.time)
            default: return ISOText.moment(text).map(CivilTime.moment)
            }
        }
    }
}

extension CivilTime {
    static let microsecondsPerSecond: Int64 = 1_000_000
    static let secondsPerDay: Int64 = 86_400

    /// - Parameters:
    ///   - days: since 1970-01-01.
    ///   - microseconds: since the midnight of that day, in the zone of the text.
    ///   - offset: seconds ahead of UTC.
    static func moment(days: Int64, microseconds: Int64, offset: Int) -> CivilTime {
        .moment((days * secondsPerDay - Int64(offset)) * microsecondsPerSecond + microseconds)
    }
}
