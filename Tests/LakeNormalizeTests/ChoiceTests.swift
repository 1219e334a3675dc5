import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("A choice of a page's records")
struct ChoiceTests {
    @Test("records that are not chosen are as if they were not there, but for the numbers of the others", arguments: 0..<30 as Range<UInt64>)
    func sameRows(_ seed: UInt64) throws {
        var random = SplitMix(state: seed), maker = RandomRecords(seed: seed)
        let key = seed % 2 == 0 ? ["id"] : []
        let chosen = Load(key: key), judge = Load(key: key)
        for _ in 0..<6 {
            let records = maker.records(random.below(14)), indices = records.indices.filter { _ in random.chance(60) }
            let choice: RecordChoice = indices.isEmpty && random.chance(50) ? .none : indices.count == records.count ? .all : .only(indices)
            try chosen.take("[" + records.joined(separator: ",") + "]", choice: choice)
            try judge.take("[" + indices.map { records[$0] }.joined(separator: ",") + "]")
            #expect(chosen.lastQuarantined == judge.lastQuarantined.map { indices[$0] })
            #expect(chosen.lastRecords == judge.lastRecords.map { indices[$0] })
        }
        #expect(chosen.tables == judge.tables && chosen.facts == judge.facts && chosen.counts == judge.counts && chosen.counts.addUp)
        #expect(chosen.normalizer.ledger.distinct == judge.normalizer.ledger.distinct)
    }

    @Test("a page of which nothing is chosen leaves nothing, a single record is record 0") func none() throws {
        let load = Load()
        try load.take(#"[{"a":1},{"b":[1]},null]"#, choice: .none)
        try load.take(#"[{"a":1}]"#, choice: .only([]))
        #expect(load.tables.isEmpty && load.counts.fetched == 0 && load.normalizer.leafCount(table: 0) == 0)
        try load.take(#"{"a":1}"#, choice: .only([0]))
        try load.take(#"{"a":1}"#, choice: .none)
        #expect(load.counts.written == 1 && load.counts.fetched == 1)
    }
}
