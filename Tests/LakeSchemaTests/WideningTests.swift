import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("The type of a column from facts, hint and what is committed")
struct WideningTests {
    private static let scalars = [
        "null", "0", "-5", "7.5", "0.125", "1e3", "9007199254740993", "9223372036854775808", "-0", "1E400", "12345678901234567890.5", "true", "false", #""x""#,
        #""""#, #""2026-11-23""#, #""02:00:00""#, #""2026-11-23T02:00:00Z""#, #""2026-11-23T02:00:00""#,
    ]
    private static func facts(_ values: [String]) throws -> ColumnFacts {
        let lake = try lake("[" + values.map { #"{"a":\#($0)}"# }.joined(separator: ",") + "]")
        return values.isEmpty ? ColumnFacts() : try #require(lake.known["requests"]).facts[2]
    }

    private static func decimal(_ precision: Int, _ scale: Int) -> ColumnType { DecimalSize(precision: precision, scale: scale).map { .decimal($0) } ?? .unknown }

    struct Case: Sendable, CustomTestStringConvertible {
        var values: [String]
        var hint: ColumnType?
        var floor: ColumnType = .unknown
        var type: ColumnType
        var testDescription: String { "\(values) \(hint?.rawValue ?? "") from \(floor.rawValue)" }
    }
    static let cases: [Case] = [
        Case(values: [], hint: .bigint, type: .bigint), Case(values: ["null"], hint: decimal(10, 2), type: decimal(10, 2)),
        Case(values: ["1", "2.25"], hint: decimal(10, 2), type: decimal(10, 2)), Case(values: ["2.255"], hint: decimal(10, 2), type: .decimal(.usual)),
        Case(values: ["2.255"], hint: decimal(38, 20), type: decimal(38, 20)), Case(values: ["1e5"], hint: decimal(10, 2), type: .text),
        Case(values: ["123456789"], hint: decimal(10, 2), type: .decimal(.usual)), Case(values: ["1"], hint: .double, type: .double),
        Case(values: ["9007199254740993"], hint: .double, type: .decimal(.usual)), Case(values: ["1.5"], hint: .bigint, type: .double),
        Case(values: ["1"], hint: .text, type: .text), Case(values: ["true"], hint: .text, type: .text), Case(values: [#""x""#], hint: .date, type: .text),
        Case(values: [#""2026-11-23""#], hint: .date, type: .date), Case(values: [#""2026-11-23""#], hint: .timestamp, type: .text),
        Case(values: ["1", #""x""#, "true"], hint: .json, type: .json), Case(values: ["1"], hint: .boolean, type: .text),
        // From what is committed.
        Case(values: ["1"], hint: .text, floor: .bigint, type: .text), Case(values: ["1"], hint: .bigint, floor: .text, type: .text),
        Case(values: ["1"], hint: decimal(10, 2), floor: .double, type: decimal(10, 2)), Case(values: ["1"], hint: .boolean, floor: .bigint, type: .bigint),
        Case(values: ["1"], hint: .json, floor: .bigint, type: .bigint), Case(values: [#""x""#], hint: .text, floor: .json, type: .json),
        Case(values: ["1"], hint: decimal(10, 2), floor: .decimal(.usual), type: .decimal(.usual)), Case(values: ["null"], hint: .json, floor: .unknown, type: .json),
        Case(values: ["1"], hint: decimal(38, 12), floor: decimal(10, 2), type: decimal(38, 12)), Case(values: ["1"], hint: .bigint, floor: .double, type: .double),
        // Without hint, facts may be fewer than the column has had.
        Case(values: [], floor: .date, type: .date), Case(values: ["1"], floor: .double, type: .double), Case(values: ["1"], floor: .decimal(.usual), type: .decimal(.usual)),
        Case(values: ["1.5"], floor: .bigint, type: .double), Case(values: ["9007199254740993"], floor: .double, type: .decimal(.usual)),
        Case(values: ["0.1234567890123456789"], floor: .double, type: .text), Case(values: ["true"], floor: .bigint, type: .text),
        Case(values: ["1", #""x""#], floor: .json, type: .json),
    ]

    @Test("it is the hint where that holds, else what holds both", arguments: cases)
    func table(_ item: Case) throws { #expect(ColumnType.resolved(try Self.facts(item.values), hint: item.hint, floor: item.floor) == item.type) }

    private static let hints: [ColumnType?] = [nil, nil, nil] + (ColumnType.allCases.dropFirst() + [decimal(5, 2), decimal(38, 20), decimal(20, 0)]).map { Optional($0) }

    @Test("it holds every value, is never narrower than what is committed, and only widens as facts grow")
    func properties() throws {
        let each = try Self.scalars.map { try Self.facts([$0]) }
        var random = SplitMix(state: 17)
        func some() -> ColumnFacts { (0..<random.below(4)).reduce(ColumnFacts()) { facts, _ in facts.merged(with: random.pick(each)) } }
        for _ in 0..<20_000 {
            let old = some(), floor = ColumnType.resolved(old, hint: random.pick(Self.hints))
            let hint = random.pick(Self.hints), facts = old.merged(with: some())
            let type = ColumnType.resolved(facts, hint: hint, floor: floor)
            try #require(type.holds(facts), "\(facts) \(String(describing: hint)) \(floor)")
            try #require(floor.mayBecome(type), "\(floor) → \(type)")
            let later = ColumnType.resolved(facts.merged(with: some()), hint: hint, floor: floor)
            try #require(type.mayBecome(later), "\(type) → \(later), hint \(String(describing: hint)), floor \(floor)")
            try #require(ColumnType.resolved(facts, hint: hint, floor: type) == type, "once committed it stays")
        }
    }

    @Test("without a hint it is that of the facts, wherever loads begin and end")
    func history() throws {
        let each = try Self.scalars.map { try Self.facts([$0]) }
        var random = SplitMix(state: 23)
        for _ in 0..<5000 {
            var facts = ColumnFacts(), floor = ColumnType.unknown
            for _ in 0..<random.below(6) {
                facts.merge(random.pick(each))
                if random.below(2) == 0 { floor = ColumnType.resolved(facts, floor: floor) }
            }
            try #require(ColumnType.resolved(facts, floor: floor) == facts.type, "\(facts)")
        }
    }

    @Test("what may become what is transitive, and every type may become itself")
    func transitive() {
        let all = ColumnType.allCases + [Self.decimal(5, 2), Self.decimal(38, 20), Self.decimal(10, 2)]
        for a in all {
            #expect(a.mayBecome(a))
            for b in all where a.mayBecome(b) {
                if a != b { #expect(!b.mayBecome(a)) }
                for c in all where b.mayBecome(c) { #expect(a.mayBecome(c), "\(a) \(b) \(c)") }
            }
        }
    }
}
