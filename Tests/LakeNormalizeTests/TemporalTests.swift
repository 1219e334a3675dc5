import LakeNormalize
import Testing

@Suite("Dates and times")
struct TemporalTests {
    static let texts: [(text: String, profile: ColumnFacts.Temporal)] = [
        ("2026-11-23", .date), ("0001-01-01", .date), ("9999-12-31", .date), ("2024-02-29", .date), ("2000-02-29", .date), ("1900-02-28", .date),
        ("0000-01-01", .other), ("2023-02-29", .other), ("1900-02-29", .other), ("2100-02-29", .other), ("2026-04-31", .other),
        ("2026-00-10", .other), ("2026-13-10", .other), ("2026-01-00", .other), ("2026-01-32", .other), ("2026-1-02", .other),
        ("2026/01/02", .other), ("20260102", .other), ("02-01-2026", .other), ("12/25/2024", .other), ("+2026-01-02", .other), ("-2026-01-2", .other),
        ("2026-01-02 ", .other), (" 2026-01-02", .other), ("2026-W05-1", .other), ("2026-032", .other), ("2O26-01-02", .other),
        ("00:00:00", .time), ("23:59:59", .time), ("12:34:56.7", .time), ("12:34:56.789", .time), ("12:34:56.123456", .time),
        ("24:00:00", .other), ("23:60:00", .other), ("23:59:60", .other), ("12:34:56.", .other), ("12:34:56.1234567", .other), ("12:34", .other),
        ("1:02:03", .other), ("12:34:56Z", .other), ("12:34:56+01:00", .other), ("12:34:56,5", .other), ("12:34:5a", .other), ("12.34.56", .other),
        ("2026-11-23T02:00:00", .timestampNTZ), ("2026-11-23 02:00:00", .timestampNTZ), ("2026-11-23T02:00:00.123456", .timestampNTZ),
        ("2026-11-23T02:00:00Z", .timestamp), ("2026-11-23 02:00:00Z", .timestamp), ("2026-11-23T02:00:00.5Z", .timestamp),
        ("2026-11-23T02:00:00+00:00", .timestamp), ("2026-11-23T02:00:00-05:30", .timestamp), ("2026-11-23T02:00:00+14:00", .timestamp),
        ("2026-11-23T02:00:00.123456+13:59", .timestamp), ("0001-01-01T00:00:00Z", .timestamp), ("9999-12-31T23:59:59.999999-14:00", .timestamp),
        ("2026-11-23T02:00:00+14:01", .other), ("2026-11-23T02:00:00+15:00", .other), ("2026-11-23T02:00:00+01:60", .other),
        ("2026-11-23T02:00:00z", .other), ("2026-11-23t02:00:00Z", .other), ("2026-11-23T02:00:00+0100", .other), ("2026-11-23T02:00:00+01", .other),
        ("2026-11-23T02:00:00 Z", .other), ("2026-11-23  02:00:00", .other), ("2026-11-23T02:00:00.1234567Z", .other),
        ("2026-11-23T02:00:00.Z", .other), ("2026-11-23T02:00Z", .other), ("2026-11-23T24:00:00Z", .other), ("2026-11-23T02:00:60Z", .other),
        ("2026-02-30T02:00:00Z", .other), ("2026-11-23T", .other), ("2026-11-23T02:00:0", .other), ("2026-11-23_02:00:00", .other),
        ("2026-11-23T02:00:00UTC", .other), ("2026-11-23T02:00:00+1:000", .other), ("2026-11-23T02:00:00Z ", .other),
        ("2026-11-23T02:00:00.123456+01:000", .other), ("Mon, 23 Nov 2026 02:00:00 GMT", .other), ("", .other), ("x", .other),
        ("1234567", .other), ("12345678", .other), ("::::::::", .other), ("é026-11-23", .other), ("2026-11-23T02:00:00−05:00", .other),
    ]

    @Test("Only the strict forms of real dates and times are dates and times", arguments: texts)
    func profile(_ text: (text: String, profile: ColumnFacts.Temporal)) throws {
        let load = try load(#"[{"a":"\#(text.text)"}]"#)
        let facts = try #require(load.facts["$ $.a"])
        #expect(facts.temporal == text.profile)
        #expect(facts.kinds == .string)
        #expect(Int(facts.longestText) == text.text.utf8.count)
    }

    @Test("Another text beside a date takes the date's profile away for ever")
    func mixed() throws {
        let load = try load(#"[{"a":"2026-11-23"},{"a":""}]"#, #"[{"a":"2026-11-24"}]"#)
        #expect(load.facts["$ $.a"]?.temporal == .other)
        let two = try LakeNormalizeTests.load(#"[{"a":"2026-11-23"}]"#, #"[{"a":"02:00:00"}]"#)
        #expect(two.facts["$ $.a"]?.temporal == [.date, .time])
    }
}
