import LakeModel
import LakeNormalize
import Testing

@Suite("Counts of records")
struct CountsTests {
    private func counts(_ load: Load) -> [Int] {
        let c = load.counts
        #expect(c.addUp)
        return [c.fetched, c.written, c.duplicate, c.quarantined, c.changed]
    }

    @Test("An equal record of a key is dropped, a changed one is written, over pages too")
    func duplicates() throws {
        let load = try load(
            #"[{"id":1,"a":1},{"id":2},{"id":1,"a":1}]"#, #"[{"id":1,"a":2,"t":[1]},{"id":1,"a":2,"t":[1]},{"id":1,"a":1}]"#, key: ["id"])
        #expect(counts(load) == [6, 4, 2, 0, 2])
        #expect(load.tables["$"]?.map { $0.cells["$.a"] } == ["n:1", nil, "n:2", "n:1"])
        #expect(load.tables["$.t[*]"] == [PlainRow(number: 1, parent: 3, root: 3, cells: ["$.t[*]": "n:1"])])
        #expect(load.normalizer.ledger.distinct == 2)
    }

    @Test("Keys are equal by kind and characters, however they are spelled")
    func keys() throws {
        let load = try load(#"[{"id":1},{"id":"1"},{"id":1.0},{"id":"a"},{"id":"\u0061"},{"\u0069d":"a"},{"id":true},{"id":"true"},{"id":""}]"#, key: ["id"])
        #expect(load.normalizer.ledger.distinct == 7)
        #expect(counts(load) == [9, 9, 0, 0, 2])
    }

    @Test("All parts of a key count, in their order")
    func composite() throws {
        let load = try load(#"[{"a":"x","b":"y"},{"a":"y","b":"x"},{"a":"xy","b":""},{"a":"","b":"xy"},{"a":"x","b":"y"}]"#, key: ["a", "b"])
        #expect(counts(load) == [5, 4, 1, 0, 0])
    }

    @Test("A record without its key, and what is no object, is quarantined", arguments: [
        (#"{"a":1}"#, QuarantinedRecord.Reason.missingPrimaryKey), (#"{"id":null}"#, .missingPrimaryKey), (#"{"id":{}}"#, .missingPrimaryKey),
        (#"{"id":[1]}"#, .missingPrimaryKey), (#"{}"#, .missingPrimaryKey), (#"{"id":1,"id":null}"#, .missingPrimaryKey), ("7", .missingPrimaryKey),
        (#""x""#, .missingPrimaryKey), ("null", .notAnObject), ("[]", .notAnObject), (#"[{"id":1}]"#, .notAnObject),
    ])
    func quarantine(_ record: String, _ reason: QuarantinedRecord.Reason) throws {
        let load = try load(#"[{"id":1},\#(record),{"id":2}]"#, key: ["id"])
        #expect(load.quarantined.map(\.record) == [1])
        #expect(load.quarantined.first?.reason == reason)
        #expect(counts(load) == [3, 2, 0, 1, 0])
        #expect(load.tables["$"]?.map(\.number) == [1, 2])
    }

    @Test("Without a key every record is written; null and arrays are quarantined all the same")
    func keyless() throws {
        let load = try load(#"[{"a":1},{"a":1},null,[1],2]"#)
        #expect(counts(load) == [5, 3, 0, 2, 0])
        #expect(load.quarantined.map(\.reason) == [.notAnObject, .notAnObject])
    }

    @Test("Of a key that stands twice the last one is the key")
    func keyTwice() throws {
        let load = try load(#"[{"id":1,"id":2},{"id":2,"a":0},{"id":1}]"#, key: ["id"])
        #expect(counts(load) == [3, 3, 0, 0, 1])
    }

    @Test("Counts of many random records add up, and rows are as many as records written")
    func random() throws {
        var random = SplitMix(state: 31)
        let load = Load(key: ["id"])
        for _ in 0..<40 {
            try load.take("[" + (0..<25).map { _ in
                random.pick([#"{"id":\#(random.below(200)),"v":\#(random.below(3))}"#, #"{"v":1}"#, "null", #"{"id":"\#(random.below(50))"}"#])
            }.joined(separator: ",") + "]")
        }
        #expect(load.counts.fetched == 1000 && load.counts.addUp)
        #expect(load.tables["$"]?.count == load.counts.written && load.normalizer.rowCount(table: 0) == load.counts.written)
        #expect(load.counts.written - load.counts.changed == load.normalizer.ledger.distinct)
        #expect(load.quarantined.count == load.counts.quarantined)
    }
}
