import LakeFetch
import LakeJSON
import LakeSource
import Testing

@Suite("Values of an incremental cursor")
struct CursorValueTests {
    @Test("the kind of a text or number follows the strict forms of the lake", arguments: [
        (#""2026-11-23""#, .date), (#""2026-11-23T02:00:00Z""#, .timestamp), (#""2026-11-23 02:00:00""#, .timestamp),
        (#""2026-11-23T02:00:00.123456789012345678901234567890+05:30""#, .timestamp), (#""2024-02-29T23:59:59-14:00""#, .timestamp),
        ("7", .number), ("-1.5e300", .number), ("123456789012345678901234567890", .number), ("0e99999999999999999999", .number),
        (#""2026-02-29""#, .text), (#""2026-11-23T24:00:00Z""#, .text), (#""2026-11-23T02:00:00.Z""#, .text), (#""2026-11-23T02:00:00z""#, .text),
        (#""2026-11-23T02:00:00+0530""#, .text), (#""2026-11-23T02:00:00+14:01""#, .text), (#""2026-11-23T02:00:00Z ""#, .text),
        (#""0000-01-01""#, .text), (#""2026-11-23T02:00""#, .text), (#""2026-11-23T02:00:60Z""#, .text), (#""+026-11-23""#, .text),
        (#""""#, .text), (#""123""#, .text), (#""é""#, .text), (#""2026-11-2é""#, .text),
    ] as [(String, CursorValue.Kind)])
    func kinds(_ json: String, _ kind: CursorValue.Kind) throws {
        let value = try #require(CursorValue(try JSONValue(parsing: json)))
        #expect(value.kind == kind)
        #expect(value.json.text(pretty: false) == json)
    }

    @Test("what is neither a text nor a number, or has an exponent out of all bounds, is no value", arguments: [
        "null", "true", "{}", "[1]", "1e9223372036854775808", "1e-9223372036854775808", "1e1000000000001",
    ])
    func noValue(_ json: String) throws {
        #expect(CursorValue(try JSONValue(parsing: json)) == nil)
    }

    @Test("values are in order: instants over zones and forms, numbers exactly, texts by bytes", arguments: [
        (#""2026-11-23T02:00:00Z""#, #""2026-11-23T03:00:00+01:00""#, .same), (#""2026-11-23T02:00:00""#, #""2026-11-23 02:00:00.000Z""#, .same),
        (#""2026-11-23T02:00:00.1Z""#, #""2026-11-23T02:00:00.10000000000000000000001Z""#, .before),
        (#""2026-11-23T02:00:00Z""#, #""2026-11-23T02:00:00.000000000000000000001Z""#, .before),
        (#""2026-11-23""#, #""2026-11-23T00:00:00Z""#, .same), (#""2026-11-23""#, #""2026-11-23T00:30:00+01:00""#, .after),
        (#""1969-12-31T23:59:59.5Z""#, #""1970-01-01""#, .before), (#""1969-12-31T23:59:59.5Z""#, #""1969-12-31T23:59:59Z""#, .after),
        (#""0001-01-01T00:00:00+14:00""#, #""0001-01-01""#, .before), (#""9999-12-31T23:59:59-14:00""#, #""9999-12-31T23:59:59Z""#, .after),
        ("9007199254740993", "9007199254740992", .after), ("1e3", "1000.00", .same), ("-2", "-1", .before), ("-0", "0.0e5", .same),
        ("0.1", "0.10000000000000000000000000000000001", .before), ("1e400", "1e401", .before), ("-1e400", "1e-400", .before),
        ("1e999999999999", "9e999999999998", .after), ("0", "1e-999999999999", .before), ("99", "100", .before), ("-5", "3", .before),
        (#""9""#, #""10""#, .after), (#""a""#, #""B""#, .after), (#""é""#, #""e\u0301""#, .after), (#""""#, #""a""#, .before), (#""\u0061""#, #""a""#, .same),
    ] as [(String, String, CursorValue.Order)])
    func order(_ a: String, _ b: String, _ order: CursorValue.Order) throws {
        let a = try #require(CursorValue(try JSONValue(parsing: a))), b = try #require(CursorValue(try JSONValue(parsing: b)))
        #expect(a.order(to: b) == order)
        #expect(b.order(to: a) == (order == .same ? .same : order == .before ? .after : .before))
        #expect(a.kind.isComparable(to: b.kind))
    }

    @Test("values of different kinds have no order, but a date has its place among timestamps", arguments: [
        ("1", #""1""#), ("1", #""2026-11-23""#), (#""2026-11-23T02:00:00Z""#, #""yesterday""#), (#""2026-11-23""#, #""""#),
    ])
    func mixed(_ a: String, _ b: String) throws {
        let a = try #require(CursorValue(try JSONValue(parsing: a))), b = try #require(CursorValue(try JSONValue(parsing: b)))
        #expect(a.order(to: b) == nil && b.order(to: a) == nil)
        #expect(!a.kind.isComparable(to: b.kind) && !b.kind.isComparable(to: a.kind))
    }

    @Test("random whole numbers with moved points are in the order of the numbers")
    func randomNumbers() throws {
        var random = SieveRandom(state: 5)
        for _ in 0..<3000 {
            let a = Int(truncatingIfNeeded: random.next()) >> random.below(63), b = random.below(4) == 0 ? a : Int(truncatingIfNeeded: random.next()) >> random.below(63)
            let spelled = { (n: Int, random: inout SieveRandom) -> String in
                let zeros = random.below(4)
                return String(n) + (n == 0 ? "" : String(repeating: "0", count: zeros)) + (random.below(2) == 0 ? ".00" : "") + (n == 0 ? "" : "e-\(zeros)")
            }
            let x = try #require(CursorValue(number: spelled(a, &random))), y = try #require(CursorValue(number: spelled(b, &random)))
            #expect(x.order(to: y) == (a == b ? .same : a < b ? .before : .after), "\(x.source) \(y.source)")
        }
    }

    struct Lag: Sendable {
        var last: JSONValue, lag: Double, start: JSONValue
        var function: Incremental.LastValueFunction = .max
        init(_ last: JSONValue, _ lag: Double, _ start: JSONValue, _ function: Incremental.LastValueFunction = .max) {
            (self.last, self.lag, self.start, self.function) = (last, lag, start, function)
        }
    }

    @Test("a lag is taken off exactly, in the style of the value", arguments: [
        Lag("2026-11-23T02:00:00Z", 3600, "2026-11-23T01:00:00Z"), Lag("2026-03-01 00:00:10.500+05:30", 86400, "2026-02-28 00:00:10.500+05:30"),
        Lag("2026-11-23T02:00:00", 0.25, "2026-11-23T01:59:59.75"), Lag("2026-11-23T02:00:00.000000000000000000001Z", 1, "2026-11-23T01:59:59.000000000000000000001Z"),
        Lag("1970-01-01T00:00:00.0Z", 0.5, "1969-12-31T23:59:59.5Z"), Lag("2026-11-23T02:00:00Z", 60, "2026-11-23T02:01:00Z", .min),
        Lag("2026-11-23T02:00:00Z", 0, "2026-11-23T02:00:00Z"), Lag("2026-11-23T02:00:00Z", -60, "2026-11-23T02:01:00Z"),
        Lag("2024-03-01", 1, "2024-02-29"), Lag("2024-03-01", 0.5, "2024-02-29"), Lag("2024-02-28", 0.5, "2024-02-29", .min), Lag("1970-01-01", 1, "1969-12-31"),
        Lag(100, 1, 99), Lag(.number("9007199254740993"), 1, .number("9007199254740992")), Lag(.number("1.5"), 0.1, .number("1.4")),
        Lag(.number("123456789012345678901234567890"), 1, .number("123456789012345678901234567889")), Lag(0, 5, .number("-5")), Lag(.number("1e3"), 1, 999),
        Lag(.number("-0.05"), 0.95, .number("-1")), Lag(.number("1e-7"), 1e-7, 0), Lag(10, 2.5, .number("12.5"), .min), Lag(.number("1e20"), 1e-5, .number("99999999999999999999.99999")),
    ])
    func lag(_ lag: Lag) throws {
        let state = try state(lag.last)
        let load = try SievedLoad(makeCursor(function: lag.function, lag: lag.lag), state: state)
        #expect(load.sieve.requestValues[.startValue] == lag.start)
        #expect(load.sieve.requestValues[.lastValue] == lag.last)
    }

    struct Refused: Sendable {
        var cursor: Incremental, last: JSONValue, fault: CursorValueFault
    }

    @Test("a value that cannot be moved or written is a fault of the state", arguments: [
        Refused(cursor: makeCursor(lag: 1), last: "abc", fault: .lagOnText), Refused(cursor: makeCursor(lag: 86400), last: "0001-01-01T00:00:00Z", fault: .outOfRange),
        Refused(cursor: makeCursor(lag: 1e300), last: "2026-11-23", fault: .outOfRange), Refused(cursor: makeCursor(lag: 1), last: "0001-01-01", fault: .outOfRange),
        Refused(cursor: makeCursor(lag: 1e300), last: "2026-11-23T00:00:00Z", fault: .outOfRange), Refused(cursor: makeCursor(lag: 1), last: .number("1e99999"), fault: .outOfRange),
        Refused(cursor: makeCursor(lag: .infinity), last: 1, fault: .outOfRange), Refused(cursor: makeCursor(format: .iso), last: 1, fault: .noTime(.number)),
        Refused(cursor: makeCursor(format: .epochSeconds), last: "abc", fault: .noTime(.text)),
    ])
    func refused(_ refused: Refused) throws {
        let state = try state(refused.last)
        #expect(throws: IncrementalFault.value(refused.fault, .state)) { try SievedLoad(refused.cursor, state: state) }
    }

    struct Written: Sendable {
        var format: Incremental.CursorFormat, value: JSONValue, start: JSONValue, end: JSONValue
        init(_ format: Incremental.CursorFormat, _ value: JSONValue, _ start: JSONValue, _ end: JSONValue) {
            (self.format, self.value, self.start, self.end) = (format, value, start, end)
        }
    }

    @Test("requests get the values in the format of the API, rounded outwards", arguments: [
        Written(.epochSeconds, "2026-11-23T02:00:00+02:00", 1_795_392_000, 1_795_392_000), Written(.epochSeconds, "1970-01-01T00:00:01.5Z", 1, 2),
        Written(.epochSeconds, "1969-12-31T23:59:59.5Z", -1, 0), Written(.epochSeconds, "1970-01-02", 86400, 86400), Written(.epochSeconds, 17, 17, 17),
        Written(.epochMilliseconds, "1970-01-01T00:00:01.5Z", 1500, 1500), Written(.epochMilliseconds, "1970-01-01T00:00:01.0004Z", 1000, 1001),
        Written(.epochMilliseconds, "1969-12-31T23:59:59.25Z", -750, -750), Written(.epochMilliseconds, 17, 17, 17),
        Written(.iso, "2026-11-23 02:00:00.120+02:00", "2026-11-23T00:00:00.12Z", "2026-11-23T00:00:00.12Z"), Written(.iso, "2026-11-23", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
        Written(.isoDate, "2026-11-23T23:30:00-01:00", "2026-11-24", "2026-11-25"), Written(.isoDate, "2026-11-23T00:00:00Z", "2026-11-23", "2026-11-23"),
        Written(.isoDate, "1969-12-31T23:59:59.5Z", "1969-12-31", "1970-01-01"),
    ])
    func formats(_ written: Written) throws {
        let range = makeCursor(initial: written.value, end: written.value, format: written.format, endIsClosed: true)
        let values = try SievedLoad(range).sieve.requestValues
        #expect(values == [.startValue: written.start, .initialValue: written.start, .lastValue: written.start, .endValue: written.end])
        let reversed = makeCursor(initial: written.value, end: written.value, function: .min, format: written.format, endIsClosed: true)
        #expect(try SievedLoad(reversed).sieve.requestValues == [.startValue: written.end, .initialValue: written.end, .lastValue: written.end, .endValue: written.start])
    }

    private func state(_ last: JSONValue) throws -> JSONValue {
        IncrementalState(cursorPath: "at", lastValue: try #require(CursorValue(last))).json
    }
}
