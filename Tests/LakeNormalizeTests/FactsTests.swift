import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

/// A value, and by the judgement of a person which types can hold it without losing anything.
struct Sample: Sendable, CustomTestStringConvertible {
    var json: String
    var types: Set<ColumnType>
    init(_ json: String, _ types: ColumnType...) {
        self.json = json
        self.types = Set(types)
    }
    var testDescription: String { json }

    static let numbers: [Sample] = [
        Sample("0", .bigint, .double, .decimal(.usual), .text), Sample("1", .bigint, .double, .decimal(.usual), .text), Sample("-7", .bigint, .double, .decimal(.usual), .text),
        Sample("999999999999999999", .bigint, .decimal(.usual), .text), Sample("9007199254740991", .bigint, .double, .decimal(.usual), .text),
        Sample("9007199254740992", .bigint, .double, .decimal(.usual), .text), Sample("-9007199254740992", .bigint, .double, .decimal(.usual), .text),
        Sample("9007199254740993", .bigint, .decimal(.usual), .text), Sample("-9007199254740993", .bigint, .decimal(.usual), .text),
        Sample("9223372036854775807", .bigint, .decimal(.usual), .text), Sample("-9223372036854775808", .bigint, .decimal(.usual), .text),
        Sample("9223372036854775808", .decimal(.usual), .text), Sample("-9223372036854775809", .decimal(.usual), .text),
        Sample("12345678901234567890123456789", .decimal(.usual), .text), Sample("-99999999999999999999999999999", .decimal(.usual), .text),
        Sample("123456789012345678901234567890", .text), Sample("-0", .double, .decimal(.usual), .text), Sample("-0.0", .double, .decimal(.usual), .text),
        Sample("0.0", .double, .decimal(.usual), .text), Sample("0.5", .double, .decimal(.usual), .text), Sample("1.50", .double, .decimal(.usual), .text),
        Sample("123456.789", .double, .decimal(.usual), .text), Sample("0.123456789", .double, .decimal(.usual), .text),
        Sample("0.1234567891", .double, .text), Sample("123456789012345.123456789", .decimal(.usual), .text),
        Sample("123456789012345.1234567891", .text), Sample("0.1234567890123456789", .text), Sample("0.30000000000000004", .double, .text),
        Sample("9007199254740993.0", .decimal(.usual), .text), Sample("9007199254740992.0", .double, .decimal(.usual), .text),
        Sample("12345678901234567890123456789.123456789", .decimal(.usual), .text), Sample("123456789012345678901234567890.5", .text),
        Sample("1e5", .double, .text), Sample("1E+5", .double, .text), Sample("100e-2", .double, .text), Sample("0e0", .double, .text),
        Sample("-0e5", .double, .text), Sample("1E400", .text), Sample("-1E400", .text), Sample("1e-400", .text), Sample("5e-324", .double, .text),
        Sample("4.9e-324", .text), Sample("1.7976931348623157e308", .double, .text), Sample("1.7976931348623158e308", .text),
        Sample("9007199254740993e0", .text), Sample("1e22", .double, .text), Sample("1e23", .double, .text), Sample("123456789012345678e3", .text),
        Sample("1e99999999999999999999", .text), Sample("1e0000000000000000000005", .double, .text), Sample("12345.678e-3", .double, .text),
        Sample("0.000000000000000000000000000000000000001", .double, .text), Sample("1234567890123456", .bigint, .double, .decimal(.usual), .text),
    ]
    static let others: [Sample] = [
        Sample("true", .boolean, .text), Sample("false", .boolean, .text), Sample(#""""#, .text), Sample(#""x""#, .text), Sample(#""true""#, .text),
        Sample(#""12""#, .text), Sample(#""2026-11-23""#, .date, .text), Sample(#""0001-01-01""#, .date, .text), Sample(#""02:00:00""#, .time, .text),
        Sample(#""2026-11-23T02:00:00Z""#, .timestamp, .text), Sample(#""2026-11-23 02:00:00+01:00""#, .timestamp, .text),
        Sample(#""2026-11-23T02:00:00.5""#, .timestampNTZ, .text), Sample(#""2026-02-30""#, .text), Sample(#""2026\u002d11-23""#, .date, .text),
    ]
    static let null = Sample("null", .unknown, .boolean, .bigint, .double, .decimal(.usual), .timestamp, .timestampNTZ, .date, .time, .text, .json)
    static let all = numbers + others + [null]

    func facts() throws -> ColumnFacts { try #require(load("[{\"a\":\(json)}]").facts["$ $.a"]) }

    /// In bytes, as a text column holds it; null is none.
    var textLength: Int {
        guard json.hasPrefix("\"") else { return json == "null" ? 0 : json.utf8.count }
        return (try? JSONValue(parsing: json))?.string?.utf8.count ?? 0
    }
}

@Suite("Facts and types")
struct FactsTests {
    /// From narrow to wide.
    private static let width: [ColumnType] = [
        .unknown, .boolean, .bigint, .double, .decimal(.usual), .date, .time, .timestamp, .timestampNTZ, .json, .text,
    ]

    @Test("The type of one value can hold it, and is the narrowest that can", arguments: Sample.all)
    func one(_ sample: Sample) throws {
        let type = try sample.facts().type
        #expect(sample.types.contains(type))
        if !sample.json.contains("\\") { #expect(type == Self.width.first { sample.types.contains($0) }) }
    }

    @Test("The type of several values can hold each of them")
    func several() throws {
        var random = SplitMix(state: 21)
        let samples = try Sample.all.map { ($0, try $0.facts()) }
        let numbers = try Sample.numbers.map { ($0, try $0.facts()) }
        for round in 0..<4000 {
            let chosen = (0..<1 + random.below(5)).map { _ in random.pick(round % 2 == 0 ? numbers : samples) }
            let type = chosen.reduce(ColumnFacts()) { $0.merged(with: $1.1) }.type
            #expect(chosen.allSatisfy { $0.0.types.contains(type) }, "\(chosen.map { $0.0.json }) in \(type)")
            // Not wider than it must be: numbers are text only where no number type holds them all.
            if round % 2 == 0, type == .text {
                #expect(![ColumnType.bigint, .decimal(.usual)].contains { type in chosen.allSatisfy { $0.0.types.contains(type) } }, "\(chosen.map { $0.0.json })")
            }
        }
    }

    @Test("Facts merge in any order and any grouping, and twice is once")
    func merging() throws {
        var random = SplitMix(state: 22)
        let samples = try Sample.all.map { try $0.facts() }
        func some() -> ColumnFacts { (0..<random.below(4)).reduce(ColumnFacts()) { facts, _ in facts.merged(with: random.pick(samples)) } }
        for _ in 0..<4000 {
            let a = some(), b = some(), c = some()
            #expect(a.merged(with: b) == b.merged(with: a))
            #expect(a.merged(with: b).merged(with: c) == a.merged(with: b.merged(with: c)))
            #expect(a.merged(with: a) == a && a.merged(with: b).merged(with: b) == a.merged(with: b))
            #expect(a.merged(with: ColumnFacts()) == a)
        }
    }

    /// Facts of any sort, whether a value has them or not.
    private func any(_ random: inout SplitMix) -> ColumnFacts {
        var facts = ColumnFacts()
        facts.kinds = .init(rawValue: UInt8(random.below(128)))
        facts.temporal = random.chance(30) ? .other : .init(rawValue: UInt8(random.below(16)))
        facts.numbers = .init(rawValue: UInt8(random.below(8)))
        (facts.integerDigits, facts.fractionDigits, facts.longestText) = (UInt32(random.below(40)), UInt32(random.below(20)), UInt32(random.below(99)))
        facts.smallest = Int64(truncatingIfNeeded: random.next())
        facts.largest = Int64(truncatingIfNeeded: random.next())
        return facts
    }

    @Test("Any facts merge in any order and any grouping, and twice is once; nothing that was noted is lost")
    func mergingAny() {
        var random = SplitMix(state: 25)
        for _ in 0..<4000 {
            let a = any(&random), b = any(&random), c = any(&random)
            let both = a.merged(with: b)
            #expect(both == b.merged(with: a) && both.merged(with: c) == a.merged(with: b.merged(with: c)))
            #expect(a.merged(with: a) == a && both.merged(with: a) == both && both.merged(with: b) == both && a.merged(with: ColumnFacts()) == a)
            #expect(both.kinds.isSuperset(of: a.kinds) && both.numbers.isSuperset(of: a.numbers))
            #expect(both.temporal.isSuperset(of: a.temporal) || both.temporal == .other)
            #expect(both.smallest <= a.smallest && both.largest >= a.largest && both.longestText >= a.longestText)
            #expect(both.integerDigits >= a.integerDigits && both.fractionDigits >= a.fractionDigits)
        }
    }

    /// Which types a column may still become.
    private static let wider: [ColumnType: Set<ColumnType>] = [
        .unknown: Set(ColumnType.allCases), .boolean: [.text], .bigint: [.double, .decimal(.usual), .text], .double: [.decimal(.usual), .text], .decimal(.usual): [.text],
        .timestamp: [.text], .timestampNTZ: [.text], .date: [.text], .time: [.text], .text: [], .json: [.text],
    ]

    @Test("As facts grow a type only widens")
    func growing() throws {
        var random = SplitMix(state: 23)
        let samples = try Sample.all.map { try $0.facts() }, numbers = try Sample.numbers.map { try $0.facts() }
        for round in 0..<1500 {
            var facts = ColumnFacts()
            for _ in 0..<6 {
                let before = facts.type
                facts.merge(random.pick(round % 3 == 0 ? samples : numbers))
                #expect(facts.type == before || Self.wider[before]?.contains(facts.type) == true, "\(before) → \(facts.type)")
            }
        }
    }

    @Test("A page's facts are those of its values together")
    func pages() throws {
        var random = SplitMix(state: 24)
        for _ in 0..<100 {
            let chosen = (0..<1 + random.below(6)).map { _ in random.pick(Sample.all) }
            let together = try load("[" + chosen.map { "{\"a\":\($0.json)}" }.joined(separator: ",") + "]").facts["$ $.a"]
            #expect(together == (try chosen.reduce(ColumnFacts()) { try $0.merged(with: $1.facts()) }))
        }
    }

    @Test("Facts tell digits, sizes and lengths")
    func details() throws {
        let facts = try #require(load(#"[{"a":-12},{"a":3.250},{"a":"\u00e9x"},{"a":123456789012345678901},{"a":9223372036854775807}]"#).facts["$ $.a"])
        #expect(facts.kinds == [.integer, .real, .string])
        #expect((facts.smallest, facts.largest) == (-12, .max))
        #expect((facts.integerDigits, facts.fractionDigits, facts.longestText, facts.longestAsText) == (21, 3, 21, 26))
        #expect(facts.numbers == .beyondInt64)
        #expect(facts.temporal == .other)
    }

    @Test("No value is longer as text than its facts say, whatever else is in the column", arguments: [
        ("-12", 3), ("900", 4), ("true", 5), ("-0", 2), ("-0.5", 4), ("0.25", 5), ("1E400", 5), ("-1.5e-300", 9), ("-12345678901234567890", 21), (#""\u00e9""#, 2),
        (#"{"k": [1, 2]}"#, 13), ("null", 0),
    ])
    func longest(_ value: String, _ bound: Int) throws {
        let facts = try #require(load("[{\"a\":\(value)}]", nesting: 0).facts.first).value
        #expect(facts.longestAsText == bound)
        for sample in Sample.all { #expect(try facts.merged(with: sample.facts()).longestAsText >= max(bound, sample.textLength), "\(sample)") }
    }

    @Test("The further keys of an object used as a map count with all that they hold")
    func longestRest() throws {
        let facts = try load(#"[{"m":{"a":1,"b":"xyz","c":22}},{"m":{"b":1}}]"#, limits: NormalizeLimits(keysPerObject: 1)).facts
        #expect(facts.values.map(\.longestText).max() == UInt32(#"{"b":"xyz","c":22}"#.utf8.count))
    }

    @Test("A double gives back what its shortest text says, digit by digit", arguments: [
        ("0.1", true), ("1.0", true), ("100", true), ("1e2", true), ("0.1000000000000000055511151231257827", false), ("1e309", false), ("-0", true),
        ("9007199254740993", false), ("0e999", true), ("1.00e1", true), ("12e-1", true), ("2.2250738585072014e-308", true),
    ])
    func givesBack(_ lexeme: String, _ does: Bool) { #expect(DecimalText.doubleGivesBack(lexeme) == does) }
}
