import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Columns and types do not depend on order")
struct OrderTests {
    private static let scalars = [
        "null", "null", "0", "-5", "7.5", "1e3", "9007199254740993", "9223372036854775808", "-0", "1E400", "true", "false", #""x""#, #""""#,
        #""2026-11-23""#, #""02:00:00""#, #""2026-11-23T02:00:00Z""#, #""2026-11-23T02:00:00""#,
    ]
    private static let keys = ["a", "b", "A", "c", "é", "e\u{301}", "a__b", "_load_id"]

    private func value(_ depth: Int, _ random: inout SplitMix) -> String {
        switch depth == 0 ? 0 : random.below(4) {
        case 1: object(depth - 1, &random)
        case 2: "[" + (0..<random.below(3)).map { _ in value(depth - 1, &random) }.joined(separator: ",") + "]"
        default: random.pick(Self.scalars)
        }
    }

    private func object(_ depth: Int, _ random: inout SplitMix) -> String {
        let keys = Self.keys.shuffled(using: &random).prefix(random.below(5))
        return "{" + keys.map { "\"\($0)\":\(value(depth, &random))" }.joined(separator: ",") + "}"
    }

    /// Cuts a list into pieces of random length.
    private func split<T>(_ items: [T], _ random: inout SplitMix) -> [[T]] {
        var pieces: [[T]] = []
        var rest = items[...]
        while !rest.isEmpty {
            let count = 1 + random.below(4)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private func pages(_ records: [[String]]) -> [String] { records.map { "[" + $0.joined(separator: ",") + "]" } }

    @Test("Any order of records, any pages and any loads give the same columns of the same types", arguments: [0, 1, 2, 1000])
    func permutations(_ nesting: Int) throws {
        for seed in UInt64(1)...10 {
            var random = SplitMix(state: seed &* 7919 &+ UInt64(nesting))
            let records = (0..<12).map { _ in object(3, &random) }
            let wanted = SchemaLake()
            try wanted.load(pages([records]), nesting: nesting)
            for _ in 0..<4 {
                let lake = SchemaLake()
                for load in split(split(records.shuffled(using: &random), &random), &random) {
                    try lake.load(pages(load), nesting: nesting, closing: random.below(2) == 0)
                }
                let difference = lake.shape.symmetricDifference(wanted.shape).map { String(decoding: $0, as: UTF8.self) }
                try #require(difference.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test("Loads that know the earlier ones from their documents alone end where one load with all records ends: types, facts, names")
    func overLoads() throws {
        for seed in UInt64(1)...10 {
            var random = SplitMix(state: seed &* 6_700_417)
            let records = (0..<16).map { _ in object(3, &random) }
            let whole = SchemaLake(), several = SchemaLake()
            try whole.load(pages([records]))
            for load in split(split(records, &random), &random) {
                try several.load(pages(load))
                try several.reopen()
            }
            #expect(whole.known.mapValues(\.version.columns) == several.known.mapValues(\.version.columns), "seed \(seed)")
            #expect(whole.known.mapValues(\.facts) == several.known.mapValues(\.facts), "seed \(seed)")
        }
    }

    @Test("A load that begins anew half way ends with the same columns and facts")
    func resumed() throws {
        for seed in UInt64(1)...10 {
            var random = SplitMix(state: seed &* 193)
            let all = pages(split((0..<12).map { _ in object(3, &random) }, &random))
            let whole = SchemaLake(), again = SchemaLake()
            try whole.load(all)
            // What was read before the end is read once more.
            try again.load(Array(all.prefix(1 + random.below(all.count))))
            try again.reopen()
            try again.load(all)
            #expect(whole.known.mapValues(\.version.columns) == again.known.mapValues(\.version.columns), "seed \(seed)")
            #expect(whole.known.mapValues(\.facts) == again.known.mapValues(\.facts), "seed \(seed)")
        }
    }

    /// By the judgement of a person: which types hold a value of `scalars`.
    private static func holders(_ json: String) -> Set<ColumnType> {
        switch json {
        case "null": Set(ColumnType.allCases)
        case "0", "-5": [.bigint, .double, .decimal(.usual), .text]
        case "7.5", "-0": [.double, .decimal(.usual), .text]
        case "1e3": [.double, .text]
        case "9007199254740993": [.bigint, .decimal(.usual), .text]
        case "9223372036854775808": [.decimal(.usual), .text]
        case "true", "false": [.boolean, .text]
        case #""2026-11-23""#: [.date, .text]
        case #""02:00:00""#: [.time, .text]
        case #""2026-11-23T02:00:00Z""#: [.timestamp, .text]
        case #""2026-11-23T02:00:00""#: [.timestampNTZ, .text]
        default: [.text]
        }
    }

    @Test("The type of a column is never too narrow for a value of any load, nor wider than the values of all loads ask for")
    func neverTooNarrow() throws {
        for seed in UInt64(1)...150 {
            var random = SplitMix(state: seed &* 7)
            let lake = SchemaLake()
            var seen: [String] = []
            for _ in 0..<1 + random.below(4) {
                let values = (0..<1 + random.below(3)).map { _ in random.pick(Self.scalars) }
                seen += values
                try lake.load(pages(split(values.map { "{\"a\":\($0)}" }, &random)), closing: random.below(2) == 0)
                try lake.reopen()
                let type = try #require(lake.version()?.columns.last?.type)
                #expect(seen.allSatisfy { Self.holders($0).contains(type) }, "\(seen) in \(type.rawValue)")
                let common = seen.reduce(Set(ColumnType.allCases)) { $0.intersection(Self.holders($1)) }
                #expect(type != .text || common.isSubset(of: [.text]), "\(seen) in text")
            }
        }
    }

    @Test("The same records in other pages give the same columns in the same order with the same names")
    func pageSplits() throws {
        for seed in UInt64(1)...10 {
            var random = SplitMix(state: seed &* 104_729)
            let records = (0..<12).map { _ in object(3, &random) }
            let whole = SchemaLake(), cut = SchemaLake()
            try whole.load(pages([records]))
            try cut.load(pages(split(records, &random)))
            #expect(whole.known.mapValues(\.version.columns) == cut.known.mapValues(\.version.columns), "seed \(seed)")
            #expect(whole.known.mapValues(\.facts) == cut.known.mapValues(\.facts), "seed \(seed)")
        }
    }

    @Test("Over loads columns are only appended, and keep their ids, names and paths; types only widen")
    func appendOnly() throws {
        for seed in UInt64(1)...20 {
            var random = SplitMix(state: seed &* 31)
            let lake = SchemaLake()
            for _ in 0..<5 {
                let before = lake.known
                try lake.load(pages([(0..<4).map { _ in object(3, &random) }]), nesting: random.pick([0, 1, 1000]))
                for (name, table) in before {
                    let after = try #require(lake.known[name]?.version)
                    #expect(after.version == table.version.version || after.parentVersion == table.version.version)
                    #expect(zip(after.columns, table.version.columns).allSatisfy { ($0.id, $0.name, $0.path, $0.isRest) == ($1.id, $1.name, $1.path, $1.isRest) })
                    #expect(after.columns.count >= table.version.columns.count)
                    for (new, old) in zip(after.columns, table.version.columns) where new.type != old.type {
                        #expect(old.type != .text && (old.type != .json) && new.type != .unknown, "\(old.type) → \(new.type)")
                    }
                }
                for table in lake.known.values {
                    let names = table.version.columns.map(\.name)
                    #expect(Set(names).count == names.count && names.allSatisfy { $0.utf8.count <= 63 })
                    #expect(table.version.columns.map(\.id) == Array(1...names.count))
                }
            }
            #expect(Set(lake.known.values.map { Array($0.version.path.text.utf8) }).count == lake.known.count)
        }
    }
}
