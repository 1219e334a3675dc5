import LakeModel

/// The three forms of a date that RFC 9110, section 5.6.7 asks every reader to understand.
///
///     Sun, 06 Nov 1994 08:49:37 GMT    the form of today
///     Sunday, 06-Nov-94 08:49:37 GMT   RFC 850
///     Sun Nov  6 08:49:37 1994         C's asctime()
package enum HTTPDate {
    /// - Parameter now: decides the century of a year of two digits: more than 50 years ahead means the past.
    /// - Returns: nil for anything else, and for days that do not exist. The day of the week is not compared.
    package static func parse(_ text: String, now: UTCTime) -> UTCTime? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," })
        guard let first = words.first, isWeekday(first) else { return nil }
        switch words.count {
        case 6 where words[5] == "GMT":
            return moment(year: number(words[3], digits: 4), month: words[2], day: number(words[1], digits: 2), clock: words[4])
        case 5:
            return moment(year: number(words[4], digits: 4), month: words[1], day: shortNumber(words[2]), clock: words[3])
        case 4 where words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, let year = number(date[2], digits: 2) else { return nil }
            return moment(year: fullYear(year, now: now), month: date[1], day: number(date[0], digits: 2), clock: words[2])
        default:
            return nil
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    private static func isWeekday(_ word: Substring) -> Bool { weekdays.contains { $0 == word || $0.prefix(3) == word } }

    private static func moment(year: Int?, month: Substring, day: Int?, clock: Substring) -> UTCTime? {
        let time = clock.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2) }
        guard let year, let day, let month = months.firstIndex(where: { $0 == month }), time.count == 3,
              let hour = time[0], let minute = time[1], let second = time[2], hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = UTCTime.days(year: year, month: month + 1, day: day)
        guard UTCTime.civil(days: days) == (year, month + 1, day) else { return nil }
        return UTCTime(seconds: days * 86400 + Int64(hour * 3600 + minute * 60 + second))
    }

    private static func fullYear(_ year: Int, now: UTCTime) -> Int {
        let thisYear = UTCTime.civil(days: now.milliseconds / 86_400_000).year
        let guess = thisYear / 100 * 100 + year
        return guess > thisYear + 50 ? guess - 100 : guess
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy(isDigit) ? Int(text) : nil
    }

    /// The day of the asctime form, padded with a blank.
    private static func shortNumber(_ text: Substring) -> Int? { number(text, digits: 1) ?? number(text, digits: 2) }
}
