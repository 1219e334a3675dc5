import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

@Suite("Declared order of records")
struct RowOrderTests {
    struct Case: Sendable {
        var cursor: Incremental, pages: [[Int?]], ends: [Bool], holds = true, movesWhenPartial = false, from: JSONValue? = nil
    }

    @Test("a walk ends early only where the order held for every record so far", arguments: [
        Case(cursor: makeCursor(initial: 3, order: .desc), pages: [[9, 7], [7, 4], [3, 3], [3, 2], [1]], ends: [false, false, false, true, true]),
        Case(cursor: makeCursor(initial: 3, order: .desc), pages: [[9, 2, 8], [1]], ends: [false, false], holds: false),
        Case(cursor: makeCursor(initial: 3, order: .desc), pages: [[4], [5], [2]], ends: [false, false, false], holds: false),
        Case(cursor: makeCursor(initial: 3, order: .desc, startIsClosed: false), pages: [[4], [3]], ends: [false, true]),
        Case(cursor: makeCursor(initial: 3, order: .asc), pages: [[1, 3], [3, 9], [10]], ends: [false, false, false], movesWhenPartial: true),
        Case(cursor: makeCursor(initial: 3, order: .asc, startIsClosed: false), pages: [[1, 3], [3, 9]], ends: [false, false]),
        Case(cursor: makeCursor(initial: 3, order: .asc), pages: [[4], [3]], ends: [false, false], holds: false),
        Case(cursor: makeCursor(initial: 3, end: 6, order: .asc), pages: [[1, 3], [5], [5, 6], [7]], ends: [false, false, true, true]),
        Case(cursor: makeCursor(initial: 3, end: 6, order: .asc, endIsClosed: true), pages: [[6], [6, 7]], ends: [false, true]),
        Case(cursor: makeCursor(initial: 3, end: 6, order: .asc), pages: [[7], [5]], ends: [true, false], holds: false),
        Case(cursor: makeCursor(initial: 3, order: .desc), pages: [[8, 2]], ends: [false], from: 1),
        Case(cursor: makeCursor(initial: 5, function: .min, order: .asc), pages: [[2, 5], [6]], ends: [false, true]),
        Case(cursor: makeCursor(initial: 5, function: .min, order: .desc), pages: [[6, 5], [3]], ends: [false, false], movesWhenPartial: true),
        Case(cursor: makeCursor(initial: 3), pages: [[9], [2], [1]], ends: [false, false, false], holds: false),
        Case(cursor: makeCursor(order: .desc), pages: [[9], [2]], ends: [false, false]),
        // Where a record without a value stands, no order tells.
        Case(cursor: makeCursor(initial: 3, order: .desc, missing: .include), pages: [[9, 2], [nil, 1]], ends: [false, false]),
        Case(cursor: makeCursor(initial: 3, order: .desc, missing: .exclude), pages: [[9, nil, 2], [nil, 1]], ends: [true, true]),
    ])
    func order(_ test: Case) throws {
        let load = try SievedLoad(test.cursor, from: test.from)
        for page in test.pages { try load.take(page.map { $0.map { #"{"at":\#($0)}"# } ?? "{}" }) }
        #expect(load.ends == test.ends)
        #expect(load.sieve.heldOrder == test.holds)
        #expect(load.sieve.mayMoveWhenPartial == test.movesWhenPartial)
    }

    @Test("the first record that breaks the order is a finding with its place") func finding() throws {
        let load = try SievedLoad(makeCursor(order: .asc))
        try load.take([#"{"at":1}"#, #"{"at":2}"#])
        #expect(load.sieve.findings.isEmpty)
        try load.take([#"{"at":2}"#, #"{"at":1}"#, #"{"at":0}"#])
        try load.take([#"{"at":0}"#])
        #expect(load.sieve.findings == [.orderBroken(.asc, at: Place(page: 2, record: 2))])
        #expect(load.lastValue == 2)
    }

    @Test("each parent's walk has an order of its own, and parts of parents never move the state") func parents() throws {
        let load = try SievedLoad(makeCursor(initial: 3, order: .desc), hasParent: true)
        try load.take([#"{"at":9}"#, #"{"at":2}"#], parent: 1)
        try load.take([#"{"at":8}"#], parent: 2)
        try load.take([#"{"at":1}"#], parent: 2)
        #expect(load.ends == [true, false, true] && load.sieve.heldOrder)
        let ascending = try SievedLoad(makeCursor(order: .asc), hasParent: true)
        try ascending.take([#"{"at":9}"#], parent: 1)
        #expect(ascending.sieve.heldOrder && !ascending.sieve.mayMoveWhenPartial)
    }

    @Test("equal records of different parents are different records") func equalRecords() throws {
        let first = try SievedLoad(makeCursor(), hasParent: true)
        try first.take([#"{"at":9}"#], parent: 1)
        let second = try SievedLoad(makeCursor(), state: first.state, hasParent: true)
        #expect(try second.take([#"{"at":9}"#], parent: 1) == Sifted(choice: .none, duplicates: 1))
        #expect(try second.take([#"{"at":9}"#], parent: 2) == Sifted(choice: .all))
    }
}
