import Foundation
import LakeModel
import Testing

@Suite("Times in UTC")
struct UTCTimeTests {
    static let moments: [(milliseconds: Int64, iso: String, basic: String)] = [
        (0, "1970-01-01T00:00:00.000Z", "19700101T000000Z"),
        (1, "1970-01-01T00:00:00.001Z", "19700101T000000Z"),
        (-1, "1969-12-31T23:59:59.999Z", "19691231T235959Z"),
        (-86_400_000, "1969-12-31T00:00:00.000Z", "19691231T000000Z"),
        (-86_400_001, "1969-12-30T23:59:59.999Z", "19691230T235959Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z", "20000229T000000Z"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z", "20000229T235959Z"),
        (4_107_542_399_000, "2100-02-28T23:59:59.000Z", "21000228T235959Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "21000301T000000Z"),
        (1_795_399_200_123, "2026-11-23T02:00:00.123Z", "20261123T020000Z"),
        (1_735_689_599_000, "2024-12-31T23:59:59.000Z", "20241231T235959Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z", "99991231T235959Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z", "00010101T000000Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z", "00000101T000000Z"),
    ]

    @Test("Moments are written in both forms and read back to the second", arguments: moments)
    func forms(_ moment: (milliseconds: Int64, iso: String, basic: String)) throws {
        let time = UTCTime(milliseconds: moment.milliseconds)
        #expect(time.iso == moment.iso)
        #expect(time.basic == moment.basic)
        #expect(try #require(UTCTime(basic: moment.basic)).basic == moment.basic)
        #expect(UTCTime(iso: moment.iso) == time)
    }

    @Test("Days that do not exist and other forms are refused", arguments: [
        "20260229T000000Z", "21000229T000000Z", "20260431T000000Z", "20260001T000000Z", "20261301T000000Z", "20260100T000000Z",
        "20260101T240000Z", "20260101T006000Z", "20260101T000060Z", "20260101T000000", "20260101 000000Z", "2026010aT000000Z",
        "+0260101T000000Z", "", "20260101T000000Zx", "٢0260101T00000Z",
    ])
    func refused(_ text: String) { #expect(UTCTime(basic: text) == nil) }

    @Test("anything else than the long form is refused", arguments: [
        "", "20261123T020000Z", "2026-11-23T02:00:00Z", "2026-11-23 02:00:00.000Z", "2026-11-23T02:00:00.000", "2026-02-30T00:00:00.000Z",
        "2026-11-23T25:00:00.000Z", "2026-11-23T02:00:00.0x0Z", "2026-11-23T02:00:00.000+", "20261-1-23T02:00:00.000Z",
    ])
    func refusedLong(_ text: String) { #expect(UTCTime(iso: text) == nil) }

    @Test("Every day of twelve centuries has one date, the one that Foundation gives it")
    func days() {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        var previous = UTCTime.civil(days: -135_001)
        for day in Int64(-135_000)..<303_000 {  // From 1600 on.
            let date = UTCTime.civil(days: day)
            let follows = date.day == previous.day + 1 && date.month == previous.month && date.year == previous.year
                || date.day == 1 && (date.month, date.year) == (previous.month % 12 + 1, previous.year + previous.month / 12)
            if !follows || UTCTime.days(year: date.year, month: date.month, day: date.day) != day {
                Issue.record("day \(day): \(date)")
                return
            }
            if day % 997 == 0 {
                let parts = calendar.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86400))
                #expect((parts.year, parts.month, parts.day) == (date.year, date.month, date.day))
            }
            previous = date
        }
    }

    @Test("Days that the calendar does not have, and other years, have no number", arguments: [
        (2024, 2, 29, 19_782), (2023, 2, 29, nil), (1900, 2, 29, nil), (2000, 2, 29, 11_016), (2026, 4, 31, nil), (2026, 0, 1, nil), (2026, 13, 1, nil),
        (2026, 1, 0, nil), (2026, 1, 32, nil), (0, 12, 31, nil), (1, 1, 1, -719_162), (9999, 12, 31, 2_932_896), (10_000, 1, 1, nil),
    ] as [(Int, Int, Int, Int64?)])
    func realDays(_ year: Int, _ month: Int, _ day: Int, _ expected: Int64?) {
        #expect(UTCTime.realDays(year: year, month: month, day: day) == expected)
    }

    @Test("Numbers are padded, never cut", arguments: [(0, 2, "00"), (7, 2, "07"), (123, 2, "123"), (5, 0, "5")])
    func padding(_ number: Int, _ width: Int, _ text: String) { #expect(pad(number, width) == text) }
}
