import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

@Suite("Incremental reading over many loads")
struct SievePropertyTests {
    /// Records of a list that only grows at its end: values rise slowly, so that many stand at one value.
    private static func growing(_ count: Int, _ random: inout SieveRandom) -> [String] {
        var value = 0
        return (0..<count).map { id in
            value += random.below(3) == 0 ? 1 : 0
            return #"{"id":\#(id),"at":"2026-11-23T02:\#(value / 60 % 60 < 10 ? "0" : "")\#(value / 60 % 60):\#(value % 60 < 10 ? "0" : "")\#(value % 60)Z"}"#
        }
    }

    private static func pages(_ records: [String], _ random: inout SieveRandom) -> [[String]] {
        var pages: [[String]] = [], rest = records[...]
        while !rest.isEmpty {
            let count = 1 + random.below(7)
            pages.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pages
    }

    @Test("the order of the records and the cut of the pages do not change the state", arguments: 0..<8 as Swift.Range<UInt64>)
    func anyOrder(_ seed: UInt64) throws {
        var random = SieveRandom(state: seed)
        let records = Self.growing(60, &random), function = seed % 2 == 0 ? Incremental.LastValueFunction.max : .min
        let before = try SievedLoad(makeCursor(function: function))
        try before.take(Array(function == .max ? records.prefix(20) : records.suffix(20)))
        var states: Set<JSONValue?> = [], kept: Set<[String]> = []
        for _ in 0..<8 {
            let load = try SievedLoad(makeCursor(function: function, lag: seed % 3 == 0 ? 3 : nil), state: before.state)
            for page in Self.pages(records.shuffled(using: &random), &random) { try load.take(page) }
            states.insert(load.state)
            kept.insert(load.kept.sorted())
            #expect(load.kept.count + load.filtered + load.duplicates == records.count)
        }
        #expect(states.count == 1 && kept.count == 1)
    }

    @Test("loads over a growing list bring every record exactly once", arguments: 0..<8 as Swift.Range<UInt64>)
    func exactlyOnce(_ seed: UInt64) throws {
        var random = SieveRandom(state: seed &+ 100)
        let records = Self.growing(120, &random)
        var state: JSONValue?, known = 0, brought: [String] = []
        while known < records.count {
            known = min(records.count, known + random.below(12))
            let load = try SievedLoad(makeCursor(), state: state)
            for page in Self.pages(records.prefix(known).shuffled(using: &random), &random) { try load.take(page) }
            brought += load.kept
            state = load.state
        }
        #expect(brought.count == records.count && Set(brought) == Set(records))
    }

    @Test("with a lag no record is missed that comes late by at most the lag", arguments: 0..<8 as Swift.Range<UInt64>)
    func late(_ seed: UInt64) throws {
        var random = SieveRandom(state: seed &+ 200)
        // Values rise; the list shows each record up to four places late.
        let values = (0..<150).map { $0 + random.below(5) }
        let records = values.enumerated().map { #"{"id":\#($0),"at":\#($1)}"# }
        var state: JSONValue?, known = 0, brought: Set<String> = []
        while known < records.count {
            known = min(records.count, known + 1 + random.below(9))
            let load = try SievedLoad(makeCursor(lag: 4), state: state)
            try load.take(Array(records.prefix(known)))
            brought.formUnion(load.kept)
            state = load.state
        }
        #expect(brought == Set(records))
    }

    @Test("an early end in descending order brings what reading on would bring", arguments: 0..<8 as Swift.Range<UInt64>)
    func earlyEnd(_ seed: UInt64) throws {
        var random = SieveRandom(state: seed &+ 300)
        let records = Self.growing(100, &random)
        let before = try SievedLoad(makeCursor(order: .desc))
        try before.take(records.prefix(60).reversed())
        let early = try SievedLoad(makeCursor(order: .desc), state: before.state), whole = try SievedLoad(makeCursor(), state: before.state)
        var pagesRead = 0
        let pages = Self.pages(records.reversed(), &random)
        for page in pages {
            pagesRead += 1
            if try early.take(page).endsWalk { break }
        }
        for page in pages { try whole.take(page) }
        #expect(early.kept == whole.kept && early.state == whole.state && early.duplicates == whole.duplicates)
        #expect(pagesRead < pages.count)
    }

    @Test("a state moved by a part in ascending order loses nothing", arguments: 0..<8 as Swift.Range<UInt64>)
    func partialAscending(_ seed: UInt64) throws {
        var random = SieveRandom(state: seed &+ 400)
        let records = Self.growing(100, &random)
        var state: JSONValue?, brought: [String] = []
        for _ in 0..<40 {
            let load = try SievedLoad(makeCursor(order: .asc), state: state)
            let pages = Self.pages(records, &random)
            var isWhole = true
            for page in pages {
                try load.take(page)
                if !load.kept.isEmpty, random.below(4) == 0 { isWhole = false; break }
            }
            // Only what is committed counts: a part whose state does not move is thrown away here.
            if isWhole || load.sieve.mayMoveWhenPartial {
                brought += load.kept
                state = load.state
            }
        }
        #expect(brought.count == records.count && Set(brought) == Set(records))
    }

    @Test("more records at the last value than are remembered are counted, and the state stays small") func tiesCap() throws {
        let records = (0..<10_050).map { #"{"id":\#($0),"at":1}"# }
        let first = try SievedLoad(makeCursor())
        for start in stride(from: 0, to: records.count, by: 1000) { try first.take(Array(records[start..<min(start + 1000, records.count)])) }
        #expect(first.kept.count == 10_050 && first.ties == IncrementalState.mostTies)
        #expect(first.sieve.findings == [.tiesForgotten(50)])
        let second = try SievedLoad(makeCursor(), state: first.state)
        try second.take(records)
        #expect(second.duplicates == 10_000 && second.kept == Array(records.suffix(50)))
        try second.take([#"{"id":0,"at":2}"#])
        #expect(second.ties == 1 && second.sieve.findings.isEmpty)
    }
}
