import LakeModel
import LakeNormalize
import LakeSource
import Testing

@Suite("Formats of times")
struct TimestampFormatTests {
    /// The value, as JSON, behind the rule.
    private func written(_ json: String, _ format: TimestampFormat, _ type: ColumnType? = nil) throws -> String {
        let page = try RuledPage(#"[{"a":\#(json)}]"#, ruled(columns: [ColumnHint(field: field("a"), dataType: type, timestampFormat: format)]))
        #expect(page.counts.convertedTimes == (page.isUntouched ? 0 : 1))
        return String(page.text.dropFirst(6).dropLast(2))
    }

    @Test("Epoch times, as numbers and as texts, to the microsecond", arguments: [
        (TimestampFormat.epochSeconds, "0", "1970-01-01T00:00:00.000000"), (.epochSeconds, "1767225600", "2026-01-01T00:00:00.000000"),
        (.epochSeconds, "1767225600.5", "2026-01-01T00:00:00.500000"), (.epochSeconds, "1767225600.000001", "2026-01-01T00:00:00.000001"),
        (.epochSeconds, "1767225600.1234560", "2026-01-01T00:00:00.123456"), (.epochSeconds, "-1", "1969-12-31T23:59:59.000000"),
        (.epochSeconds, "-0.000001", "1969-12-31T23:59:59.999999"), (.epochSeconds, "-0", "1970-01-01T00:00:00.000000"),
        (.epochSeconds, "1.7672256e9", "2026-01-01T00:00:00.000000"), (.epochSeconds, "17672256E+2", "2026-01-01T00:00:00.000000"),
        (.epochSeconds, "17672256000e-1", "2026-01-01T00:00:00.000000"), (.epochSeconds, "253402300799.999999", "9999-12-31T23:59:59.999999"),
        (.epochSeconds, "-62135596800", "0001-01-01T00:00:00.000000"), (.epochSeconds, "9007199254.740993", "2255-06-05T23:47:34.740993"),
        (.epochMilliseconds, "1767225600123", "2026-01-01T00:00:00.123000"), (.epochMilliseconds, "1767225600123.456", "2026-01-01T00:00:00.123456"),
        (.epochMilliseconds, "-1", "1969-12-31T23:59:59.999000"), (.epochMicroseconds, "1767225600123456", "2026-01-01T00:00:00.123456"),
        (.epochMicroseconds, "253402300799999999", "9999-12-31T23:59:59.999999"), (.epochMicroseconds, "-62135596800000000", "0001-01-01T00:00:00.000000"),
    ])
    func epochs(_ format: TimestampFormat, _ number: String, _ expected: String) throws {
        #expect(try written(number, format) == #""\#(expected)Z""#)
        #expect(try written(#""\#(number)""#, format, .timestamp) == #""\#(expected)Z""#)
    }

    @Test("What is no such epoch time stays as it came", arguments: [
        (TimestampFormat.epochSeconds, "253402300800"), (.epochSeconds, "-62135596801"), (.epochSeconds, "-62135596800.000001"),
        (.epochSeconds, "1767225600.1234567"), (.epochMilliseconds, "1.0001"), (.epochMicroseconds, "0.5"), (.epochMicroseconds, "253402300800000000"),
        (.epochSeconds, "1e400"), (.epochSeconds, "1e-7"), (.epochSeconds, "99999999999999999999999999"), (.epochSeconds, "1e99999999999999999999"),
        (.epochSeconds, "true"), (.epochSeconds, "null"), (.epochSeconds, "[1]"), (.epochSeconds, #"{"a":1}"#), (.epochSeconds, #""""#),
        (.epochSeconds, #"" 1""#), (.epochSeconds, #""1 ""#), (.epochSeconds, #""1.""#), (.epochSeconds, #"".5""#), (.epochSeconds, #""-""#),
        (.epochSeconds, #""1e""#), (.epochSeconds, #""0x10""#), (.epochSeconds, #""1,5""#), (.epochSeconds, #""2026-01-01""#), (.epochSeconds, #""١""#),
    ])
    func noEpochs(_ format: TimestampFormat, _ json: String) throws { #expect(try written(json, format) == json) }

    @Test("ISO 8601 becomes canonical UTC", arguments: [
        ("2026-11-23T02:00:00Z", "2026-11-23T02:00:00.000000"), ("2026-11-23t02:00:00z", "2026-11-23T02:00:00.000000"),
        ("2026-11-23 02:00:00", "2026-11-23T02:00:00.000000"), ("2026-11-23T02:00:00+01:00", "2026-11-23T01:00:00.000000"),
        ("2026-11-23T02:00:00+0100", "2026-11-23T01:00:00.000000"), ("2026-11-23T02:00:00+01", "2026-11-23T01:00:00.000000"),
        ("2026-11-23T02:00:00-0530", "2026-11-23T07:30:00.000000"), ("2026-11-23T02:00:00-00:00", "2026-11-23T02:00:00.000000"),
        ("2026-11-23T02:00:00.5Z", "2026-11-23T02:00:00.500000"), ("2026-11-23T02:00:00,123456Z", "2026-11-23T02:00:00.123456"),
        ("2026-11-23T02:00:00.1234560Z", "2026-11-23T02:00:00.123456"), ("2026-11-23T02:00:00.0000000", "2026-11-23T02:00:00.000000"),
        ("20261123T020000Z", "2026-11-23T02:00:00.000000"), ("20261123T0200", "2026-11-23T02:00:00.000000"), ("2026-11-23T02", "2026-11-23T02:00:00.000000"),
        ("2026-11-23T02:00", "2026-11-23T02:00:00.000000"), ("2026-11-23T02.5+01", "2026-11-23T01:30:00.000000"), ("2026-11-23T02:00.1Z", "2026-11-23T02:00:06.000000"),
        ("2026-W48-1T00:00Z", "2026-11-23T00:00:00.000000"), ("2026W481T00Z", "2026-11-23T00:00:00.000000"), ("2020-W53-7T00Z", "2021-01-03T00:00:00.000000"),
        ("2026-327T00:00Z", "2026-11-23T00:00:00.000000"), ("2024366T000000Z", "2024-12-31T00:00:00.000000"), ("2024-02-29T24:00:00Z", "2024-03-01T00:00:00.000000"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000"), ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999"),
        ("0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.000000"), ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000"),
    ])
    func iso(_ text: String, _ expected: String) throws {
        #expect(try written(#""\#(text)""#, .iso) == #""\#(expected)Z""#)
        #expect(try written(#""\#(text)""#, .iso, .timestampNTZ) == #""\#(expected)""#)
        // What has the lake's form already stays as it is written.
        if text == expected + "Z" { return }
        let escaped = text.utf8.map { #"\u00"# + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try written(#""\#(escaped)""#, .iso, .timestamp) == #""\#(expected)Z""#)
    }

    @Test("What is no such moment stays as it came", arguments: [
        "2026-11-23", "02:00:00", "2026-11-23T02:00:00.1234567Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00Z", "2026-13-01T00:00Z", "2026-00-01T00:00Z",
        "2026-11-31T00:00Z", "2026-11-23T24:00:01Z", "2026-11-23T25:00Z", "2026-11-23T23:60Z", "2026-11-23T23:59:60Z", "2026-11-23T02:00:00 Z",
        "2026-11-23T02:00:00+24:00", "2026-11-23T02:00:00+01:60", "2026-11-23T02:00:00+1", "2026-11-23T02:00:00+01:", "2026-11-23T02:00:00.Z",
        "2026-11-23T02:00:0Z", "2026-11-23T02:Z", "2026-11-23T", "2026-11-23  02:00", "2026-11-23T02:00:00Zx", "2026-1-23T02:00Z", "0000-01-01T00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T24:00Z", "2026-367T00Z", "2026-366T00Z", "2026-000T00Z", "2026-W54-1T00Z",
        "2026-W00-1T00Z", "2025-W53-1T00Z", "2026-W48-8T00Z", "2026-W48T00Z", "+2026-11-23T02:00Z", "2026-11T00Z", "1767225600", "", "T", "yesterday",
    ])
    func noISO(_ text: String) throws { #expect(try written(#""\#(text)""#, .iso) == #""\#(text)""#) }

    @Test("A value that has the lake's form already is not counted as converted, and a number is no text of ISO 8601")
    func canonical() throws {
        let page = try RuledPage(
            #"[{"a":"2026-11-23T02:00:00.000000Z"},{"a":20261123}]"#, ruled(columns: [ColumnHint(field: field("a"), timestampFormat: .iso)]))
        #expect(page.isUntouched)
        #expect(page.counts.convertedTimes == 0)
    }

    @Test("With a hint of a date or a time, texts of that alone become canonical", arguments: [
        (ColumnType.date, "2026-11-23", "2026-11-23"), (.date, "20261123", "2026-11-23"), (.date, "2026-W48-1", "2026-11-23"),
        (.date, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"), (.date, "2026-02-30", "2026-02-30"), (.time, "02:03:04", "02:03:04"), (.time, "02:03", "02:03:00"),
        (.time, "T020304", "02:03:04"), (.time, "02:03:04,5", "02:03:04.500000"), (.time, "24:00", "24:00"), (.time, "02:03:04Z", "02:03:04Z"),
        (.time, "2026-11-23", "2026-11-23"),
    ])
    func parts(_ type: ColumnType, _ text: String, _ expected: String) throws { #expect(try written(#""\#(text)""#, .iso, type) == #""\#(expected)""#) }

    @Test("Texts are read by a pattern", arguments: [
        ("%d/%m/%Y %H:%M", "23/11/2026 02:05", "2026-11-23T02:05:00.000000Z"), ("%d/%m/%Y %H:%M", "3/1/2026   2:5", "2026-01-03T02:05:00.000000Z"),
        ("%Y%m%d%H%M%S", "20261123020304", "2026-11-23T02:03:04.000000Z"), ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-11-23T02:00:00.5+0100", "2026-11-23T01:00:00.500000Z"),
        ("%a", "x", "x"), ("%b %d, %Y %I:%M %p", "Nov 23, 2026 12:05 am", "2026-11-23T00:05:00.000000Z"),
        ("%B %d %Y %I%p", "NOVEMBER 23 2026 12PM", "2026-11-23T12:00:00.000000Z"), ("%B %d %Y %I%p", "May 1 2026 1PM", "2026-05-01T13:00:00.000000Z"),
        ("%d.%m.%y", "23.11.68", "2068-11-23"), ("%d.%m.%y", "23.11.69", "1969-11-23"), ("%Y-%j", "2024-366", "2024-12-31"), ("%Y-%j", "2026-5", "2026-01-05"),
        ("%H:%M", "02:05", "02:05:00"), ("%H:%M:%S.%f", "02:05:06.25", "02:05:06.250000"), ("%I:%M %p", "11:59 PM", "23:59:00"),
        ("%Y-%m-%d at %H%%", "2026-11-23 at 5%", "2026-11-23T05:00:00.000000Z"), ("%Y-%m-%d %H:%M %z", "2026-11-23 02:00 Z", "2026-11-23T02:00:00.000000Z"),
        ("%H%M%S%f", "020506000007", "02:05:06.000007"), ("%Y-%m-%dT%H:%M:%S.%fZ", "2026-11-23T02:00:00.123456000Z", "2026-11-23T02:00:00.123456Z"),
    ])
    func patterns(_ pattern: String, _ text: String, _ expected: String) throws {
        // A pattern that is none is no rule at all; another hint keeps the walk.
        let hints = [ColumnHint(field: field("a"), timestampFormat: .pattern(pattern)), ColumnHint(field: field("b"), nullValues: [""])]
        #expect(try RuledPage(#"[{"a":"\#(text)"}]"#, ruled(columns: hints)).text == #"[{"a":"\#(expected)"}]"#)
    }

    @Test("A number is read by a pattern as it stands")
    func patternOfNumber() throws { #expect(try written("20261123", .pattern("%Y%m%d")) == #""2026-11-23""#) }

    @Test("What a pattern does not fit stays as it came", arguments: [
        ("%d/%m/%Y", "31/02/2026"), ("%d/%m/%Y", "29/02/2100"), ("%d/%m/%Y", "00/01/2026"), ("%d/%m/%Y", "1/1/26"), ("%d/%m/%Y", "01/01/2026 "),
        ("%d/%m/%Y", " 01/01/2026"), ("%d/%m/%Y", "01-01-2026"), ("%d/%m/%Y", "01/13/2026"), ("%d/%m/%Y", "001/1/2026"), ("%d/%m/%Y", ""),
        ("%d/%m/%Y", "01/01/0000"), ("%d%m%Y", "1112026"), ("%H:%M", "24:00"), ("%H:%M", "2:60"), ("%I %p", "0 AM"), ("%I %p", "13 PM"), ("%I %p", "1 XM"),
        ("%b %d %Y", "Smarch 1 2026"), ("%b %d %Y", "January 1 2026"), ("%Y-%j", "2026-366"), ("%Y-%j", "2026-0"), ("%H:%M:%S.%f", "02:05:06.1234567"),
        ("%Y-%m-%d %H %z", "0001-01-01 00 +01:00"), ("%Y-%m-%d %H %z", "2026-01-01 00 +1"), ("%Y-%m-%d %H %z", "2026-01-01 00 "), ("%H%M%S%f", "020506"),
    ])
    func noPatterns(_ pattern: String, _ text: String) throws { #expect(try written(#""\#(text)""#, .pattern(pattern)) == #""\#(text)""#) }

    /// Counts on from day to day, by the rules of the calendar alone.
    private struct DayCount {
        var year = 1, month = 1, day = 1, number = -719_162
        var length: Int {
            switch month {
            case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        }
        mutating func goOn() {
            number += 1
            day += 1
            if day > length { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
    }

    @Test("Days of all years, counted one by one, are the same by every format")
    func everyYear() throws {
        var random = SplitMix(state: 5), count = DayCount()
        var records: [String] = [], expected: [String] = []
        while count.year < 10_000 {
            if random.below(1500) == 0 || (count.month, count.day) == (2, 29) && count.year % 100 == 0 {
                let second = random.below(86_400), micro = random.below(1_000_000), offset = random.below(1440) - 720
                let moment = (count.number * 86_400 + second) * 1_000_000 + micro
                let time = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2)).\(pad(micro, 6))"
                let text = "\(pad(count.year, 4))-\(pad(count.month, 2))-\(pad(count.day, 2))T\(time)Z"
                // The same digits in another zone are another moment.
                let zone = (offset < 0 ? "-" : "+") + pad(abs(offset) / 60, 2) + ":" + pad(abs(offset) % 60, 2)
                let shifted = moment - offset * 60 * 1_000_000
                records.append(#"{"s":"\#(text.dropLast())","u":\#(moment),"z":"\#(text.dropLast())\#(zone)"}"#)
                expected.append("\(text) \(text) \(shifted)")
            }
            count.goOn()
        }
        #expect(count.number == 2_932_897)
        let page = try RuledPage("[" + records.joined(separator: ",") + "]", ruled(columns: [
            ColumnHint(field: field("s"), timestampFormat: .iso), ColumnHint(field: field("u"), timestampFormat: .epochMicroseconds),
            ColumnHint(field: field("z"), timestampFormat: .iso),
        ]))
        // The zone's text, written canonically, must be the epoch time of the shifted moment, written canonically.
        let shifted = try RuledPage("[" + expected.map { #"{"u":\#($0.split(separator: " ")[2])}"# }.joined(separator: ",") + "]", ruled(columns: [
            ColumnHint(field: field("u"), timestampFormat: .epochMicroseconds),
        ]))
        let moments = shifted.text.split(separator: #"""#).filter { $0.hasSuffix("Z") }
        let wanted = zip(expected, moments).map { line, moment in
            let text = line.split(separator: " ")[0]
            return #"{"s":"\#(text)","u":"\#(text)","z":"\#(moment)"}"#
        }
        #expect(records.count > 2000)
        #expect(page.text == "[" + wanted.joined(separator: ",") + "]")
    }
}
