import LakeModel

/// A moment, exact to any number of digits, and the form in which it was written.
///
/// `2026-11-23`, or date and time joined by `T` or one space, `HH:MM:SS` with a fraction of any length, and no zone, `Z`
/// or `±HH:MM` up to 14 hours: the strict forms of the lake's types. What has no zone counts as UTC.
struct Instant: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z, rounded down.
    var seconds: Int64
    /// What is left, as digits of which the first is the tenths; without zeros at the end.
    var fraction: [UInt8]

    init(seconds: Int64, fraction: [UInt8] = []) {
        self.seconds = seconds
        self.fraction = fraction
        while self.fraction.last == 0 { self.fraction.removeLast() }
    }

    static let secondsPerDay: Int64 = 86_400

    enum Form: Hashable, Sendable {
        case date
        /// `separator`: between date and time. `zone`: as written, empty where there is none. `digits`: of the fraction.
        case time(separator: UInt8, zone: String, offset: Int64, digits: Int)
    }
}

extension Instant: Comparable {
    static func < (a: Self, b: Self) -> Bool {
        a.seconds == b.seconds ? a.fraction.lexicographicallyPrecedes(b.fraction) : a.seconds < b.seconds
    }
}

// MARK: - Reading

extension Instant {
    /// nil for any other text.
    static func read(_ text: String) -> (instant: Instant, form: Form)? {
        // The shortest is a date; every one begins with a digit.
        guard text.utf8.count >= 10, let first = text.utf8.first, first >= 48, first <= 57 else { return nil }
        let bytes = Array(text.utf8)
        guard let day = day(bytes) else { return nil }
        if bytes.count == 10 { return (Instant(seconds: day * secondsPerDay), .date) }
        let separator = bytes[10]
        guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " "), bytes.count >= 19,
              bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
              let hour = number(bytes[11...12], 0...23), let minute = number(bytes[14...15], 0...59),
              let second = number(bytes[17...18], 0...59) else { return nil }
        var rest = bytes[19...]
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }.map { $0 - 48 }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = day * secondsPerDay + Int64(hour * 3600 + minute * 60 + second) - offset
        let zone = String(decoding: rest, as: UTF8.self)
        return (
            Instant(seconds: seconds, fraction: fraction),
            .time(separator: separator, zone: zone, offset: offset, digits: fraction.count)
        )
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
        var number = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57 else { return nil }
            number = number * 10 + Int(byte - 48)
        }
        return range.contains(number) ? number : nil
    }

    private static func day(_ bytes: [UInt8]) -> Int64? {
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let year = number(bytes[0...3], 1...9999),
              let month = number(bytes[5...6], 1...12), let day = number(bytes[8...9], 1...31) else { return nil }
        return UTCTime.realDays(year: year, month: month, day: day)
    }

    /// Seconds ahead of UTC.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        if zone.isEmpty || zone.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        let at = zone.startIndex
        guard zone.count == 6, zone[at] == UInt8(ascii: "+") || zone[at] == UInt8(ascii: "-"), zone[at + 3] == UInt8(ascii: ":"),
              let hours = number(zone[at + 1...at + 2], 0...14), let minutes = number(zone[at + 4...at + 5], 0...59),
              hours < 14 || minutes == 0 else { return nil }
        return Int64(hours * 3600 + minutes * 60) * (zone[at] == UInt8(ascii: "-") ? -1 : 1)
    }
}

// MARK: - Writing

extension Instant {
    /// As `form` has it, with at least as many digits of the fraction as it has, more where the instant needs them.
    /// nil outside of the years 1 to 9999.
    func text(_ form: Form) -> String? {
        switch form {
        case .date: return dayText(seconds)
        case .time(let separator, let zone, let offset, let digits):
            let local = seconds + offset
            guard let day = dayText(local) else { return nil }
            let second = Int(local - Self.floorOfDay(local))
            let time = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
            let shown = fraction.map { $0 + 48 } + repeatElement(48, count: max(0, digits - fraction.count))
            let point = shown.isEmpty ? "" : "." + String(decoding: shown, as: UTF8.self)
            return day + String(UnicodeScalar(separator)) + time + point + zone
        }
    }

    private func dayText(_ local: Int64) -> String? {
        let date = UTCTime.civil(days: Self.floorOfDay(local) / Self.secondsPerDay)
        guard (1...9999).contains(date.year) else { return nil }
        return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
    }

    /// The first second of the day in UTC.
    private static func floorOfDay(_ seconds: Int64) -> Int64 {
        let rest = seconds % secondsPerDay
        return seconds - (rest < 0 ? rest + secondsPerDay : rest)
    }

    /// The midnight at it, or the one before or behind it.
    func midnight(roundingUp: Bool) -> Instant {
        let day = Self.floorOfDay(seconds)
        let isMidnight = day == seconds && fraction.isEmpty
        return Instant(seconds: isMidnight || !roundingUp ? day : day + Self.secondsPerDay)
    }

    var exact: ExactNumber? {
        ExactNumber(seconds).adding(ExactNumber(isNegative: false, digits: fraction, exponent: -fraction.count))
    }

    init?(_ exact: ExactNumber) {
        guard let (whole, fraction) = exact.split() else { return nil }
        // Years 1 to 9999 and a day more on both sides, so that no later sum overflows.
        guard (-62_135_683_200...253_402_387_200).contains(whole) else { return nil }
        self.init(seconds: whole, fraction: fraction)
    }
}
