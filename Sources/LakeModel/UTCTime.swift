/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct UTCTime: Hashable, Comparable, Sendable {
    package let milliseconds: Int64
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { self.milliseconds = seconds * 1000 }
    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    /// `2026-11-23T02:00:00.123Z`
    package var iso: String {
        let c = fields
        return "\(pad(c.year, 4))-\(pad(c.month, 2))-\(pad(c.day, 2))T"
            + "\(pad(c.hour, 2)):\(pad(c.minute, 2)):\(pad(c.second, 2)).\(pad(c.millisecond, 3))Z"
    }

    /// `20261123T020000Z`: the form of a load id, to the second.
    package var basic: String {
        let c = fields
        return "\(pad(c.year, 4))\(pad(c.month, 2))\(pad(c.day, 2))T\(pad(c.hour, 2))\(pad(c.minute, 2))\(pad(c.second, 2))Z"
    }

    /// Reads the form of `basic`; nil for anything else, including days that do not exist.
    package init?(basic text: some StringProtocol) {
        let b = Array(text.utf8)
        guard b.count == 16, b[8] == UInt8(ascii: "T"), b[15] == UInt8(ascii: "Z") else { return nil }
        func number(_ from: Int, _ count: Int) -> Int? {
            var n = 0
            for i in from..<from + count {
                guard b[i] >= 48, b[i] <= 57 else { return nil }
                n = n * 10 + Int(b[i] - 48)
            }
            return n
        }
        guard let y = number(0, 4), let mo = number(4, 2), let d = number(6, 2),
              let h = number(9, 2), let mi = number(11, 2), let s = number(13, 2),
              (1...12).contains(mo), (1...31).contains(d), h < 24, mi < 60, s < 60 else { return nil }
        let days = UTCTime.days(year: y, month: mo, day: d)
        self.init(seconds: days * 86400 + Int64(h * 3600 + mi * 60 + s))
        guard basic == String(text) else { return nil }
    }

    /// Reads the form of `iso`; nil for anything else.
    package init?(iso text: some StringProtocol) {
        let b = Array(text.utf8)
        guard b.count == 24, b[19] == UInt8(ascii: "."), b[20..<23].allSatisfy({ $0 >= 48 && $0 <= 57 }),
              let second = UTCTime(basic: text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z") else { return nil }
        self.init(milliseconds: second.milliseconds + b[20..<23].reduce(0) { $0 * 10 + Int64($1 - 48) })
        guard iso == String(text) else { return nil }
    }

    private var fields: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int) {
        let day = floorDivide(milliseconds, 86_400_000)
        let rest = Int(milliseconds - day * 86_400_000)
        let (y, m, d) = UTCTime.civil(days: day)
        return (y, m, d, rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000)
    }

    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar (H. Hinnant's algorithm).
    package static func days(year: Int, month: Int, day: Int) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = floorDivide(Int64(y), 400)
        let yearOfEra = Int64(y) - era * 400
        let monthFromMarch = Int64((month + 9) % 12)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The same for a day that the calendar has, in the years 1 to 9999; else nil.
    package static func realDays(year: Int, month: Int, day: Int) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let days = days(year: year, month: month, day: day)
        return civil(days: days).day == day ? days : nil
    }

    /// The date of a number of days since 1970-01-01.
    package static func civil(days: Int64) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = floorDivide(z, 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, day)
    }
}

private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }

/// `number` in decimal, at least `width` digits wide.
package func pad(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
}
