import LakeThreads
import Testing

private struct Refused: Error, Equatable { var item: Int }

@Suite("Work side by side")
struct SideBySideTests {
    @Test("every item is done once, however many threads there are", arguments: [1, 2, 8, 200])
    func everyItemOnce(threads: Int) throws {
        let done = Monitor<[Int]>([])
        SideBySide.forEach(Array(0..<100), threads: threads) { item in done.change { $0.append(item) } }
        #expect(done.look { $0.sorted() } == Array(0..<100))
    }

    @Test("no item is no work") func nothing() {
        SideBySide.forEach([Int](), threads: 4) { _ in Issue.record("nothing was to be done") }
    }

    @Test("so many are under way together, and not more") func width() {
        let working = Monitor((now: 0, most: 0))
        SideBySide.forEach(Array(0..<12), threads: 3) { _ in
            working.change { ($0.now, $0.most) = ($0.now + 1, max($0.most, $0.now + 1)) }
            // Nobody goes on before three have come together once.
            _ = working.wait { $0.most == 3 ? true : nil }
            working.change { $0.now -= 1 }
        }
        #expect(working.look { $0.most } == 3)
    }

    @Test("the fault of the first item that failed is thrown, whichever failed first") func firstFault() {
        let failed = Monitor<Set<Int>>([])
        let work: @Sendable (Int) throws(Refused) -> Void = { item throws(Refused) in
            // The earlier one waits for the later one.
            if item == 0 { _ = failed.wait { $0.contains(1) ? true : nil } }
            failed.change { _ = $0.insert(item) }
            throw Refused(item: item)
        }
        #expect(throws: Refused(item: 0)) { try SideBySide.forEach([0, 1], threads: 2, work) }
    }

    @Test("behind a fault nothing is begun") func faultEnds() {
        let begun = Monitor<[Int]>([])
        let work: @Sendable (Int) throws(Refused) -> Void = { item throws(Refused) in
            begun.change { $0.append(item) }
            if item == 3 { throw Refused(item: item) }
        }
        #expect(throws: Refused(item: 3)) { try SideBySide.forEach(Array(0..<9), threads: 1, work) }
        #expect(begun.look { $0 } == [0, 1, 2, 3])
    }
}
