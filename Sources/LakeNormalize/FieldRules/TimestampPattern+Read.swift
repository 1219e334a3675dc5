import LakeModel
import LakeSource

extension TimestampPattern {
    /// Reads a text that is written by the pattern. Months and halves of the day have English names, in capitals or not;
    /// a blank stands for one blank or more; numbers may lack their leading zero, except years and numbers that touch
    /// the next one. Two digits of a year are 1969 to 2068.
    func read(_ text: [UInt8]) -> CivilTime? {
        var scanner = TimeScanner(text)
        var found = PatternFields()
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let text): guard Self.skip(text, &scanner) else { return nil }
            case .directive(let directive):
                let isTouching = index + 1 < parts.count && Self.beginsWithDigit(parts[index + 1])
                guard found.read(directive, &scanner, isTouching: isTouching) else { return nil }
            }
        }
        guard scanner.isAtEnd else { return nil }
        switch type {
        case .date: return found.days.map(CivilTime.date)
        case .time: return .time(found.microseconds)
        default: return found.days.map { .moment(days: $0, microseconds: found.microseconds, offset: found.offset) }
        }
    }

    private static func skip(_ text: String, _ scanner: inout TimeScanner) -> Bool {
        for byte in text.utf8 {
            guard scanner.skip(byte) else { return false }
            if byte == UInt8(ascii: " ") { while scanner.skip(byte) {} }
        }
        return true
    }

    private static func beginsWithDigit(_ part: Part) -> Bool {
        switch part {
        case .text(let text): text.utf8.first.map { $0 >= 48 && $0 <= 57 } ?? false
        case .directive(.monthName), .directive(.shortMonthName), .directive(.half), .directive(.zone): false
        case .directive: true
        }
    }
}

/// What a pattern has found.
private struct PatternFields {
    private var year = 1970, month = 1, day = 1
    private var dayOfYear: Int?
    private var hour = 0, minute = 0, second = 0
    private var isAfternoon: Bool?
    private var fraction: Int64 = 0
    private(set) var offset = 0

    /// Since 1970-01-01; nil for a day that the calendar does not have.
    var days: Int64? { dayOfYear.map { ISOText.dayOfYear($0, year) } ?? UTCTime.realDays(year: year, month: month, day: day) }

    /// Since midnight.
    var microseconds: Int64 {
        let hours = isAfternoon.map { hour % 12 + ($0 ? 12 : 0) } ?? hour
        return Int64(hours * 3600 + minute * 60 + second) * CivilTime.microsecondsPerSecond + fraction
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let shortMonths = months.map { String($0.prefix(3)) }

    /// - Parameter isTouching: a digit of something else follows.
    mutating func read(_ directive: TimestampPattern.Directive, _ scanner: inout TimeScanner, isTouching: Bool) -> Bool {
        let upToTwo = isTouching ? 2...2 : 1...2
        switch directive {
        case .year: return Self.set(&year, scanner.readNumber(4, in: 1...9999))
        case .yearOfCentury: return Self.set(&year, scanner.readNumber(2, in: 0...99).map { $0 < 69 ? 2000 + $0 : 1900 + $0 })
        case .month: return Self.set(&month, scanner.readNumber(digits: upToTwo, in: 1...12))
        case .monthName: return Self.set(&month, scanner.readName(of: Self.months).map { $0 + 1 })
        case .shortMonthName: return Self.set(&month, scanner.readName(of: Self.shortMonths).map { $0 + 1 })
        case .day: return Self.set(&day, scanner.readNumber(digits: upToTwo, in: 1...31))
        case .dayOfYear:
            dayOfYear = scanner.readNumber(digits: isTouching ? 3...3 : 1...3, in: 1...366)
            return dayOfYear != nil
        case .hour: return Self.set(&hour, scanner.readNumber(digits: upToTwo, in: 0...23))
        case .hourOfHalf: return Self.set(&hour, scanner.readNumber(digits: upToTwo, in: 1...12))
        case .half:
            isAfternoon = scanner.readName(of: ["AM", "PM"]).map { $0 == 1 }
            return isAfternoon != nil
        case .minute: return Self.set(&minute, scanner.readNumber(digits: upToTwo, in: 0...59))
        case .second: return Self.set(&second, scanner.readNumber(digits: upToTwo, in: 0...59))
        case .fraction: return Self.set(&fraction, isTouching ? scanner.readMicroseconds() : scanner.readMicroseconds(ofUnit: 1))
        case .zone: return Self.set(&offset, scanner.readZone())
        }
    }

    private static func set<Number>(_ field: inout Number, _ read: Number?) -> Bool {
        guard let read else { return false }
        field = read
        return true
    }
}
