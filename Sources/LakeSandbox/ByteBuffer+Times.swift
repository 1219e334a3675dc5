import LakeModel

/// Moments since 1970 in the spellings that the API mixes.
extension ByteBuffer {
    /// `2026-03-01T09:14:07.120Z`
    mutating func add(iso milliseconds: Int64) {
        let time = addDate(milliseconds, separator: UInt8(ascii: "T"))
        add(byte: UInt8(ascii: "."))
        add(time % 1000, width: 3)
        add(byte: UInt8(ascii: "Z"))
    }

    /// `2026-03-01 09:14:07`: UTC, but it does not say so.
    mutating func add(zoneless milliseconds: Int64) { _ = addDate(milliseconds, separator: UInt8(ascii: " ")) }

    /// `2026-03-01`
    mutating func add(date milliseconds: Int64) { addDay(milliseconds / Timeline.dayMilliseconds) }

    /// `1709630047.000100`: a Slack message's time, which is also its name, so never a number.
    mutating func add(slack milliseconds: Int64, microseconds: Int) {
        add(Int(milliseconds / 1000))
        add(byte: UInt8(ascii: "."))
        add(microseconds, width: 6)
    }

    private mutating func addDay(_ days: Int64) {
        let date = UTCTime.civil(days: days)
        add(date.year, width: 4)
        add(byte: UInt8(ascii: "-"))
        add(date.month, width: 2)
        add(byte: UInt8(ascii: "-"))
        add(date.day, width: 2)
    }

    /// Date and time to the second. Returns the milliseconds of that day.
    private mutating func addDate(_ milliseconds: Int64, separator: UInt8) -> Int {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: Timeline.dayMilliseconds)
        let time = Int(rest)
        addDay(days)
        add(byte: separator)
        add(time / 3_600_000, width: 2)
        add(byte: UInt8(ascii: ":"))
        add(time / 60_000 % 60, width: 2)
        add(byte: UInt8(ascii: ":"))
        add(time / 1000 % 60, width: 2)
        return time
    }
}
