import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("Behind the gate the schema stands still")
struct GatePropertyTests {
    private static let scalars = [
        "null", "null", "0", "-5", "7.5", "1e3", "9007199254740993", "9223372036854775808", "-0", "1E400", "true", #""x""#, #""""#, #""2026-11-23""#,
        #""2026-11-23T02:00:00Z""#,
    ]
    private static let keys = [#"a"#, #"b"#, #"\u0061"#, #"A"#, #"c"#, #"é"#, #"a__b"#, #"_load_id"#]

    private func value(_ depth: Int, _ twice: Bool, _ random: inout SplitMix) -> String {
        switch depth == 0 ? 0 : random.below(4) {
        case 1: object(depth - 1, twice, &random)
        case 2: "[" + (0..<random.below(3)).map { _ in value(depth - 1, twice, &random) }.joined(separator: ",") + "]"
        default: random.pick(Self.scalars)
        }
    }

    /// - Parameter twice: whether a key may stand in it once more.
    private func object(_ depth: Int, _ twice: Bool, _ random: inout SplitMix) -> String {
        var keys: [String] = []
        for _ in 0..<random.below(5) { keys.append(random.pick(Self.keys)) }
        if !twice { keys = Array(Set(keys)).filter { !$0.contains("u0061") }.sorted() }
        return "{" + keys.map { "\"\($0)\":\(value(depth, twice, &random))" }.joined(separator: ",") + "}"
    }

    /// Keys stand twice where nothing is kept as JSON: what a null belongs to there depends on the one that does not count.
    private func page(_ count: Int, _ nesting: Int, _ random: inout SplitMix) -> String {
        "[" + (0..<count).map { _ in object(3, nesting == 1000, &random) }.joined(separator: ",") + "]"
    }

    private func lake(_ page: String, _ nesting: Int, _ limits: NormalizeLimits) throws -> SchemaLake {
        let lake = SchemaLake()
        try lake.load([page], nesting: nesting, limits: limits)
        return lake
    }

    /// Loads what the gate lets go on.
    private func load(_ verdict: ContractGate.Verdict, _ anew: PageBytes, _ tape: Tape, into lake: SchemaLake, _ nesting: Int, _ limits: NormalizeLimits) throws {
        let records = tape.elements(of: 0).enumerated().filter { verdict.discarded[$0.offset] == nil }.map { tape.compact($0.element, anew) }
        try lake.load(["[\(records.joined(separator: ","))]"], nesting: nesting, limits: limits)
    }

    @Test("What is left when values or rows are discarded changes no table, column or type", arguments: [0, 1, 2, 1000], [SchemaContract.Mode.discardValue, .discardRow])
    func discards(_ nesting: Int, _ mode: SchemaContract.Mode) throws {
        var discarded = 0
        for seed in UInt64(1)...20 {
            var random = SplitMix(state: seed &* 6151 &+ UInt64(nesting))
            let limits = random.chance(30) ? NormalizeLimits(keysPerObject: 2, keysPerRecord: 3) : NormalizeLimits()
            let lake = try lake(page(1 + random.below(6), nesting, &random), nesting, limits)
            let before = lake.shape, tables = Set(lake.known.keys)
            guard let gate = makeGate(gateResource(contract(mode), nesting: nesting), lake) else { continue }
            for _ in 0..<3 {
                let text = page(6, nesting, &random)
                let (verdict, anew, tape) = try gate.edited(text)
                discarded += verdict.discarded.count + verdict.trimmed.count
                try load(verdict, anew, tape, into: lake, nesting, limits)
                let change = lake.shape.symmetricDifference(before).map { String(decoding: $0, as: UTF8.self) }.sorted()
                try #require(change.isEmpty && Set(lake.known.keys) == tables, "seed \(seed), \(change): \(text) → \(tape.compact(0, anew))")
            }
        }
        #expect(discarded > 100)
    }

    @Test("A frozen contract throws where the page would change the schema, and nowhere else", arguments: [0, 1, 2, 1000])
    func freeze(_ nesting: Int) throws {
        var thrown = 0, passed = 0
        for seed in UInt64(1)...30 {
            var random = SplitMix(state: seed &* 49_157 &+ UInt64(nesting))
            let lake = try lake(page(12, nesting, &random), nesting, NormalizeLimits())
            guard let gate = makeGate(gateResource(contract(.freeze), nesting: nesting), lake) else { continue }
            let text = page(1, nesting, &random)
            let before = lake.shape, tables = Set(lake.known.keys)
            let breach = Result { try gate.edited(text) }
            try lake.load([text], nesting: nesting)
            // A column of nulls alone is not let in, and breaks nothing.
            let unknown = Array(" unknown".utf8)
            let isChanged = Set(lake.known.keys) != tables || !lake.shape.subtracting(before).allSatisfy { $0.suffix(unknown.count) == unknown[...] }
            switch breach {
            case .failure: thrown += 1
            case .success(let judged):
                passed += 1
                #expect(judged.0.trimmed.isEmpty && judged.0.discarded.isEmpty)
            }
            let isFailure = if case .failure = breach { true } else { false }
            try #require(isFailure == isChanged, "seed \(seed): \(text)")
        }
        #expect(thrown > 5 && passed > 5)
    }
}

extension SplitMix {
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
