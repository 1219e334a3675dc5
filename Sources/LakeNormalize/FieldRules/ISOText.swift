import LakeModel

/// The texts of ISO 8601: calendar, week and ordinal dates, with dashes and colons or without, any zone.
enum ISOText {
    /// `2026-11-23T02:00:00.5+01:00`, `20261123t0200z`, `2026-W48-1 02:00`; without zone in UTC. Microseconds since 1970.
    static func moment(_ text: [UInt8]) -> Int64? {
        var scanner = TimeScanner(text)
        guard let days = date(&scanner), scanner.skip("Tt "), let time = time(&scanner, latest: 24) else { return nil }
        var offset = 0
        if !scanner.isAtEnd {
            guard let zone = scanner.readZone(), scanner.isAtEnd else { return nil }
            offset = zone
        }
        guard case .moment(let microseconds) = CivilTime.moment(days: days, microseconds: time, offset: offset) else { return nil }
        return microseconds
    }

    /// Days since 1970-01-01.
    static func date(_ text: [UInt8]) -> Int64? {
        var scanner = TimeScanner(text)
        guard let days = date(&scanner), scanner.isAtEnd else { return nil }
        return days
    }

    /// Microseconds since midnight.
    static func time(_ text: [UInt8]) -> Int64? {
        var scanner = TimeScanner(text)
        _ = scanner.skip("Tt")
        guard let time = time(&scanner, latest: 23), scanner.isAtEnd else { return nil }
        return time
    }

    // MARK: Parts

    private static func date(_ scanner: inout TimeScanner) -> Int64? {
        guard let year = scanner.readNumber(4, in: 1...9999) else { return nil }
        let hasDashes = scanner.skip("-")
        if scanner.skip("W") { return week(of: year, &scanner, hasDashes) }
        if scanner.digitsAhead == 3 { return scanner.readNumber(3, in: 1...366).flatMap { dayOfYear($0, year) } }
        guard let month = scanner.readNumber(2, in: 1...12), !hasDashes || scanner.skip("-"),
              let day = scanner.readNumber(2, in: 1...31) else { return nil }
        return UTCTime.realDays(year: year, month: month, day: day)
    }

    static func dayOfYear(_ number: Int, _ year: Int) -> Int64? {
        guard let first = UTCTime.realDays(year: year, month: 1, day: 1) else { return nil }
        let days = first + Int64(number) - 1
        return UTCTime.civil(days: days).year == year ? days : nil
    }

    /// Week 1 is the one with the fourth of January; weeks begin with a Monday.
    private static func week(of year: Int, _ scanner: inout TimeScanner, _ hasDashes: Bool) -> Int64? {
        guard let week = scanner.readNumber(2, in: 1...53), !hasDashes || scanner.skip("-"), let day = scanner.readNumber(1, in: 1...7) else {
            return nil
        }
        let fourth = UTCTime.days(year: year, month: 1, day: 4)
        // The first of January 1970 was a Thursday.
        let monday = fourth - ((fourth + 3) % 7 + 7) % 7 + Int64(week - 1) * 7
        // A year has a week where that week's Thursday lies in it.
        return UTCTime.civil(days: monday + 3).year == year ? monday + Int64(day - 1) : nil
    }

    /// `HH`, `HH:MM`, `HH:MM:SS`, or without colons; the last part with a fraction. Hour 24 is the midnight at the end.
    private static func time(_ scanner: inout TimeScanner, latest: Int) -> Int64? {
        guard let hour = scanner.readNumber(2, in: 0...latest) else { return nil }
        var seconds = Int64(hour) * 3600, unit: Int64 = 3600
        let hasColons = scanner.peek == UInt8(ascii: ":")
        while unit > 1, hasColons ? scanner.skip(":") : scanner.digitsAhead > 0 {
            unit /= 60
            guard let part = scanner.readNumber(2, in: 0...59) else { return nil }
            seconds += Int64(part) * unit
        }
        var microseconds = seconds * CivilTime.microsecondsPerSecond
        if scanner.skip(".,") {
            guard let fraction = scanner.readMicroseconds(ofUnit: unit) else { return nil }
            microseconds += fraction
        }
        return microseconds <= CivilTime.secondsPerDay * CivilTime.microsecondsPerSecond ? microseconds : nil
    }
}
