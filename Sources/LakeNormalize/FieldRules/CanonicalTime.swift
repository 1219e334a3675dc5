import LakeModel

extension CivilTime {
    /// `2026-11-23T02:00:00.000000Z`, always six digits; `2026-11-23`; `02:00:00` or `02:00:00.500000`.
    /// nil outside of the years 1 to 9999.
    /// - Parameter withZone: whether a moment ends with `Z`.
    func canonical(withZone: Bool = true) -> [UInt8]? {
        switch self {
        case .date(let days): return Self.date(days)
        case .time(let microseconds):
            let isWhole = microseconds % Self.microsecondsPerSecond == 0
            return Self.time(microseconds, withFraction: !isWhole)
        case .moment(let microseconds):
            let perDay = Self.secondsPerDay * Self.microsecondsPerSecond
            let rest = (microseconds % perDay + perDay) % perDay
            guard let date = Self.date((microseconds - rest) / perDay) else { return nil }
            return date + [UInt8(ascii: "T")] + Self.time(rest, withFraction: true) + (withZone ? [UInt8(ascii: "Z")] : [])
        }
    }

    /// The last and first day that can be written.
    private static let days: ClosedRange<Int64> = UTCTime.days(year: 1, month: 1, day: 1)...UTCTime.days(year: 9999, month: 12, day: 31)

    private static func date(_ days: Int64) -> [UInt8]? {
        guard Self.days.contains(days) else { return nil }
        let date = UTCTime.civil(days: days)
        return Array("\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))".utf8)
    }

    private static func time(_ microseconds: Int64, withFraction: Bool) -> [UInt8] {
        let second = Int(microseconds / microsecondsPerSecond), fraction = Int(microseconds % microsecondsPerSecond)
        let time = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        return Array((withFraction ? "\(time).\(pad(fraction, 6))" : time).utf8)
    }
}
