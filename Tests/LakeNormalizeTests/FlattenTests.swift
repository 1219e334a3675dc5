import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("Rows against a slow flattener")
struct FlattenTests {
    @Test("Every leaf of random records is in the rows with its path and characters, and nothing else is", arguments: [0, 1, 2, 3, 1000])
    func leaves(_ nesting: Int) throws {
        for seed in UInt64(1)...16 {
            var random = RandomRecords(seed: seed &* 1000 &+ UInt64(nesting))
            let pages = (0..<3).map { _ in random.page(1 + random.random.below(8)) }
            let load = Load(nesting: nesting)
            var judge = SlowFlattener(maxNesting: nesting)
            for page in pages {
                try load.take(page)
                for record in try #require(JSONValue(parsing: page).array) where record != .null { judge.take(record) }
            }
            #expect(load.tables.keys.sorted() == judge.tables.keys.sorted(), "seed \(seed)")
            for (name, rows) in judge.tables {
                let difference = zip(rows, load.tables[name] ?? []).first { $0 != $1 }
                try #require(difference == nil && rows.count == load.tables[name]?.count, "seed \(seed), table \(name)")
            }
            let written = judge.tables["$"]?.count ?? 0
            #expect(load.counts.written == written && load.counts.addUp)
            #expect(load.columns.isSuperset(of: judge.columns))
        }
    }

    @Test("Row numbers run from 1 without gaps, and parents and roots are rows that exist")
    func numbers() throws {
        var random = RandomRecords(seed: 77)
        let load = Load()
        for _ in 0..<20 { try load.take(random.page(10)) }
        let rootRows = try #require(load.tables["$"]).count
        for (name, rows) in load.tables {
            #expect(rows.map(\.number) == Array(1...rows.count))
            guard let path = load.normalizer.paths[name], let parent = path.parent else { continue }
            let parents = try #require(load.tables[parent]).count
            #expect(rows.allSatisfy { (1...parents).contains($0.parent) && (1...rootRows).contains($0.root) })
            // Rows of one parent follow each other, with indices from 0 that only grow.
            for (row, next) in zip(rows, rows.dropFirst()) {
                #expect(next.parent == row.parent ? next.listIndex > row.listIndex : next.parent > row.parent)
            }
        }
    }

    @Test("The same records in other pages give the same rows")
    func pageSplits() throws {
        for seed in UInt64(1)...10 {
            var random = RandomRecords(seed: seed)
            let records = random.records(12)
            let whole = try load("[" + records.joined(separator: ",") + "]")
            for size in [1, 3, 5] {
                let split = Load()
                for start in stride(from: 0, to: records.count, by: size) {
                    try split.take("[" + records[start..<min(start + size, records.count)].joined(separator: ",") + "]")
                }
                #expect(split.tables == whole.tables)
                #expect(split.facts == whole.facts)
                #expect(split.normalizer.side == whole.normalizer.side)
            }
        }
    }
}

extension Normalizer {
    /// Tables by their path, with the path of their parent.
    var paths: [String: (info: TableInfo, parent: String?)] {
        var paths: [String: (info: TableInfo, parent: String?)] = [:]
        for i in 0..<tableCount {
            let info = table(i)
            paths[ascii(info.path.text)] = (info, info.parent.map { ascii(table($0).path.text) })
        }
        return paths
    }
}
