import Foundation
@testable import LakeFiles
import LakeNormalize
import Testing

@Suite("The ledger's runs") struct LedgerRunsTests {
    private func add(_ entries: [UInt64: UInt64], to runs: LedgerRuns) throws {
        let sorted = entries.sorted { $0.key < $1.key }.map { LedgerEntry(key: $0.key, content: $0.value) }
        try sorted.withUnsafeBufferPointer { try runs.add($0) }
    }

    @Test("a key has the content of the newest run that holds it, over many merges", arguments: [1, 7, 255, 256, 257, 2000])
    func newestWins(_ size: Int) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(state: UInt64(size))
        var truth: [UInt64: UInt64] = [:]
        do {
            let runs = LedgerRuns(folder: folder.path + "/ledger/r")
            for round in 0..<20 {
                var entries: [UInt64: UInt64] = [:]
                // Keys of a small range, spread over all bits, so that runs overlap.
                for _ in 0..<size { entries[UInt64.random(in: 1...UInt64(size * 3), using: &random) &* 0x9E37_79B9_7F4A_7C15] = UInt64(round) << 32 | random.next() >> 40 }
                try add(entries, to: runs)
                truth.merge(entries) { $1 }
                for _ in 0..<50 {
                    let key = UInt64.random(in: 1...UInt64(size * 4), using: &random) &* 0x9E37_79B9_7F4A_7C15
                    #expect(try runs.content(of: key) == truth[key])
                }
            }
            for (key, content) in truth { if try runs.content(of: key) != content { Issue.record("key \(key)") } }
            #expect(try runs.content(of: .max) == nil && runs.content(of: 0) == nil)
            #expect(try folder.files().count <= 8, "merged runs are removed")
        }
        #expect(try folder.openFiles() == [])
    }

    @Test("what merges cost grows with the ledger, not with its square, and the runs stay few") func mergeCost() throws {
        let folder = try TemporaryFolder()
        let runs = LedgerRuns(folder: folder.path)
        let rounds = 400, size = 20
        for round in 0..<rounds {
            // One key in every run, the others new.
            var entries: [UInt64: UInt64] = [7: UInt64(round)]
            for i in 1..<size { entries[UInt64(round * size + i) &* 0x9E37_79B9_7F4A_7C15] = UInt64(round) }
            try add(entries, to: runs)
            #expect(try runs.content(of: 7) == UInt64(round))
        }
        #expect(runs.mergedEntries < rounds * size * 6, "\(runs.mergedEntries)")
        #expect(try folder.files().count <= 8)
        for round in 0..<rounds { #expect(try runs.content(of: UInt64(round * size + 1) &* 0x9E37_79B9_7F4A_7C15) == UInt64(round)) }
    }

    @Test("smallest and largest keys are found") func edges() throws {
        let folder = try TemporaryFolder()
        let runs = LedgerRuns(folder: folder.path)
        try add([1: 10, .max: 20, 1 << 63: 30], to: runs)
        #expect(try [1, .max, 1 << 63, 2].map { try runs.content(of: $0) } == [10, 20, 30, nil])
    }

    @Test("a ledger that spills gives the verdicts of one that never forgets") func spillingLedger() throws {
        let folder = try TemporaryFolder()
        let small = KeyLedger(spill: LedgerRuns(folder: folder.path), capacity: 64), large = KeyLedger(spill: nil, capacity: 1 << 14)
        var random = SeededGenerator(state: 5)
        for _ in 0..<6000 {
            let key = UInt64.random(in: 0..<2000, using: &random) &* 0x9E37_79B9_7F4A_7C15, content = UInt64.random(in: 0..<3, using: &random)
            let verdict = try small.note(key: key, content: content)
            if try large.note(key: key, content: content) != verdict { Issue.record("key \(key) is \(verdict)") }
        }
        #expect(small.distinct == large.distinct && small.unchecked == 0)
    }

    @Test("a run that cannot be written leaves no file open") func failure() throws {
        let folder = try TemporaryFolder()
        try Disk.write([], to: folder.path + "/file")
        let runs = LedgerRuns(folder: folder.path + "/file/ledger")
        #expect(throws: FileFault.self) { try add([1: 1], to: runs) }
        #expect(try folder.openFiles() == [])
    }
}
