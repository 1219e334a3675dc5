/// Which kind of date or time a text is, by the strict forms of the lake: loaders turn anything else into NULL or
/// another day without a word.
///
/// `YYYY-MM-DD` with a real date from year 1 on; `HH:MM:SS` up to 23:59:59 with 0 to 6 fraction digits; both joined by
/// `T` or one space; a zone `Z` or `±HH:MM` up to 14 hours.
@inline(__always)
package func temporalProfile(_ p: UnsafePointer<UInt8>, _ count: Int) -> ColumnFacts.Temporal {
    // The shortest form has 8 bytes, the longest 32; every form begins with a digit.
    guard count >= 8, count <= 32, p[0] &- 48 < 10 else { return .other }
    return slowTemporalProfile(p, count)
}

private func slowTemporalProfile(_ p: UnsafePointer<UInt8>, _ count: Int) -> ColumnFacts.Temporal {
    if p[2] == UInt8(ascii: ":") {
        return endOfTime(p, 0, count) == count ? .time : .other
    }
    guard count >= 10, isDate(p) else { return .other }
    if count == 10 { return .date }
    guard p[10] == UInt8(ascii: "T") || p[10] == UInt8(ascii: " "), count >= 19, let end = endOfTime(p, 11, count) else { return .other }
    if end == count { return .timestampNTZ }
    return isZone(p, end, count) ? .timestamp : .other
}

/// Two digits at `i` as a number, or 100 where there are none.
@inline(__always)
private func two(_ p: UnsafePointer<UInt8>, _ i: Int) -> Int {
    let a = p[i] &- 48, b = p[i + 1] &- 48
    return a < 10 && b < 10 ? Int(a) * 10 + Int(b) : 100
}

private func isDate(_ p: UnsafePointer<UInt8>) -> Bool {
    let century = two(p, 0), years = two(p, 2)
    guard century < 100, years < 100, p[4] == UInt8(ascii: "-"), p[7] == UInt8(ascii: "-") else { return false }
    let year = century * 100 + years, month = two(p, 5), day = two(p, 8)
    guard year >= 1, month >= 1, month <= 12, day >= 1 else { return false }
    return day <= daysInMonth(month, year)
}

private func daysInMonth(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}

/// Where `HH:MM:SS[.ffffff]` from `start` ends, or nil.
private func endOfTime(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
    guard start + 8 <= count, p[start + 2] == UInt8(ascii: ":"), p[start + 5] == UInt8(ascii: ":"),
          two(p, start) < 24, two(p, start + 3) < 60, two(p, start + 6) < 60 else { return nil }
    var i = start + 8
    guard i < count, p[i] == UInt8(ascii: ".") else { return i }
    i += 1
    let digits = i
    while i < count, p[i] &- 48 < 10 { i += 1 }
    return i - digits >= 1 && i - digits <= 6 ? i : nil
}

private func isZone(_ p: UnsafePointer<UInt8>, _ i: Int, _ count: Int) -> Bool {
    if count - i == 1 { return p[i] == UInt8(ascii: "Z") }
    guard count - i == 6, p[i] == UInt8(ascii: "+") || p[i] == UInt8(ascii: "-"), p[i + 3] == UInt8(ascii: ":") else { return false }
    let hours = two(p, i + 1), minutes = two(p, i + 4)
    return minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0))
}
