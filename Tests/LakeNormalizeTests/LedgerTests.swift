import LakeNormalize
import Testing

/// Runs in memory; checks that they come as promised.
final class MemorySpill: LedgerSpill {
    struct Full: Error {}
    private(set) var runs: [[LedgerEntry]] = []
    var mostRuns = Int.max

    func add(_ run: UnsafeBufferPointer<LedgerEntry>) throws {
        guard runs.count < mostRuns else { throw Full() }
        #expect(!run.isEmpty && zip(run, run.dropFirst()).allSatisfy { $0.key < $1.key })
        runs.append(Array(run))
    }

    func content(of key: UInt64) -> UInt64? {
        for run in runs.reversed() { if let entry = run.first(where: { $0.key == key }) { return entry.content } }
        return nil
    }
}

@Suite("The ledger of keys")
struct LedgerTests {
    @Test("It judges as a dictionary does, in memory and over many spilled runs", arguments: [8, 64, 1024, 1 << 19])
    func judged(_ capacity: Int) throws {
        let spill = MemorySpill()
        let ledger = KeyLedger(spill: spill, capacity: capacity)
        var random = SplitMix(state: UInt64(capacity)), latest: [UInt64: UInt64] = [:]
        for i in 0..<(capacity == 8 ? 1000 : 5000) {
            // Keys that collide in their low bits, zero among them.
            let key = UInt64(random.below(1500)) &* (i % 2 == 0 ? 1 : 1 << 40)
            let content = UInt64(random.below(3))
            let folded = key == 0 ? 1 : key
            let wanted: KeyLedger.Verdict = latest[folded].map { $0 == content ? .unchanged : .changed } ?? .new
            latest[folded] = content
            #expect(try ledger.note(key: key, content: content) == wanted)
        }
        #expect(ledger.distinct == latest.count && ledger.unchecked == 0)
        #expect(spill.runs.isEmpty == (capacity > 4096))
    }

    @Test("Without a place to spill, what comes after the memory is full counts as new and unchecked")
    func overflow() throws {
        let ledger = KeyLedger(spill: nil, capacity: 1024)
        for key in UInt64(1)...1000 { #expect(try ledger.note(key: key, content: 1) == .new) }
        #expect((ledger.distinct, ledger.unchecked) == (896, 104))
        #expect(try ledger.note(key: 5, content: 1) == .unchanged)
        #expect(try ledger.note(key: 6, content: 2) == .changed)
        #expect(try ledger.note(key: 999, content: 1) == .new)
        #expect(ledger.unchecked == 105)
    }

    @Test("A spill that fails is an error of the record, not a silence")
    func failure() throws {
        let spill = MemorySpill()
        spill.mostRuns = 1
        let ledger = KeyLedger(spill: spill, capacity: 8)
        for key in UInt64(1)...14 { _ = try ledger.note(key: key, content: 0) }
        #expect(throws: MemorySpill.Full.self) { try ledger.note(key: 15, content: 0) }
    }
}
