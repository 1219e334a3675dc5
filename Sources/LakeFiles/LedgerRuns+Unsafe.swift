import Glibc
import LakeNormalize

/// The ledger's sorted runs on disk. A look-up asks a filter in memory first, which knows almost all keys that are in no
/// run; then it reads one block of each run, the newest first. When there are many runs the newest ones of like size are
/// merged: an entry is written again about as often as the ledger doubles, not each time that runs are merged.
final class LedgerRuns: LedgerSpill {
    private static let entriesPerBlock = 256
    private static let mostRuns = 8
    private let folder: String
    private var runs: [Run] = []
    private var made = 0
    /// Entries that merges have written: what it costs to keep the runs few.
    private(set) var mergedEntries = 0
    private var filter = KeyFilter()
    private let block = UnsafeMutablePointer<LedgerEntry>.allocate(capacity: LedgerRuns.entriesPerBlock)

    /// A file of entries sorted by key, and the first key of each of its blocks.
    private struct Run {
        var file: Int32
        var path: String
        var count: Int
        var firstKeys: [UInt64]
    }

    init(folder: String) { self.folder = folder }

    deinit {
        for run in runs { close(run.file) }
        block.deallocate()
        filter.free()
    }

    func add(_ run: UnsafeBufferPointer<LedgerEntry>) throws {
        runs.append(try RunWriter.write(to: nextPath()) { writer in
            for entry in run {
                try writer.append(entry)
                filter.insert(entry.key)
            }
        })
        if runs.count >= Self.mostRuns { try mergeNewest() }
    }

    func content(of key: UInt64) throws -> UInt64? {
        guard filter.mayContain(key) else { return nil }
        for run in runs.reversed() {
            if let content = try find(key, run) { return content }
        }
        return nil
    }

    private func nextPath() throws(FileFault) -> String {
        try Disk.makeFolders(folder)
        made += 1
        return folder + "/run.\(made)"
    }

    private func find(_ key: UInt64, _ run: Run) throws(FileFault) -> UInt64? {
        var low = 0, high = run.firstKeys.count
        while low < high {
            let middle = (low + high) / 2
            if run.firstKeys[middle] <= key { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let count = try readBlock(low - 1, run, block)
        var from = 0, to = count
        while from < to {
            let middle = (from + to) / 2
            if block[middle].key < key { from = middle + 1 } else { to = middle }
        }
        return from < count && block[from].key == key ? block[from].content : nil
    }

    private func readBlock(_ index: Int, _ run: Run, _ target: UnsafeMutablePointer<LedgerEntry>) throws(FileFault) -> Int {
        let size = MemoryLayout<LedgerEntry>.stride
        let start = index * Self.entriesPerBlock
        let count = min(Self.entriesPerBlock, run.count - start)
        var got = 0
        while got < count * size {
            let n = pread(run.file, UnsafeMutableRawPointer(target) + got, count * size - got, off_t(start * size + got))
            if n < 0, errno == EINTR { continue }
            guard n != 0 else { throw .system(operation: .read, path: run.path, number: EIO) }  // Shorter than it was written.
            guard n > 0 else { throw .system(operation: .read, path: run.path, number: errno) }
            got += n
        }
        return count
    }

    /// Where the newest runs begin of which none is more than twice as large as all newer ones together.
    private func firstOfLikeSize() -> Int {
        var first = runs.count - 1, newer = runs.last?.count ?? 0
        while first > 0, runs[first - 1].count <= 2 * newer {
            first -= 1
            newer += runs[first].count
        }
        return first
    }

    /// Merges the newest runs of like size; of equal keys the newest run's entry stays.
    private func mergeNewest() throws {
        let first = firstOfLikeSize()
        guard first < runs.count - 1 else { return }
        var readers = runs[first...].map { RunReader(run: $0, owner: self) }
        defer { for reader in readers { reader.free() } }
        for i in readers.indices { try readers[i].advance() }
        let merged = try RunWriter.write(to: nextPath()) { writer in
            while let smallest = readers.compactMap(\.current?.key).min() {
                var newest: LedgerEntry?
                for i in readers.indices where readers[i].current?.key == smallest {
                    newest = readers[i].current
                    try readers[i].advance()
                }
                if let newest { try writer.append(newest) }
            }
        }
        mergedEntries += merged.count
        let old = runs[first...]
        runs.replaceSubrange(first..., with: [merged])
        for run in old { close(run.file) }
        for run in old { try Disk.remove(run.path) }
    }

    private struct RunReader {
        let run: Run
        let owner: LedgerRuns
        let buffer = UnsafeMutablePointer<LedgerEntry>.allocate(capacity: LedgerRuns.entriesPerBlock)
        var nextBlock = 0
        var position = 0
        var filled = 0
        var current: LedgerEntry?

        init(run: Run, owner: LedgerRuns) {
            self.run = run
            self.owner = owner
        }

        func free() { buffer.deallocate() }

        mutating func advance() throws(FileFault) {
            if position == filled {
                guard nextBlock < run.firstKeys.count else { current = nil; return }
                filled = try owner.readBlock(nextBlock, run, buffer)
                nextBlock += 1
                position = 0
            }
            current = buffer[position]
            position += 1
        }
    }

    private struct RunWriter {
        private var run: Run
        private var waiting: [LedgerEntry] = []

        /// Makes a run of what `body` appends; leaves no open file where it throws.
        static func write(to path: String, _ body: (inout RunWriter) throws -> Void) throws -> Run {
            var writer = try RunWriter(path: path)
            do {
                try body(&writer)
                return try writer.finish()
            } catch {
                close(writer.run.file)
                throw error
            }
        }

        private init(path: String) throws(FileFault) {
            let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
            run = Run(file: file, path: path, count: 0, firstKeys: [])
        }

        mutating func append(_ entry: LedgerEntry) throws(FileFault) {
            if run.count % LedgerRuns.entriesPerBlock == 0 { run.firstKeys.append(entry.key) }
            run.count += 1
            waiting.append(entry)
            if waiting.count == 4096 { try flush() }
        }

        private mutating func flush() throws(FileFault) {
            var fault: FileFault?
            waiting.withUnsafeBytes { raw in
                do throws(FileFault) { try Disk.writeAll(raw, to: run.file, run.path) } catch { fault = error }
            }
            if let fault { throw fault }
            waiting.removeAll(keepingCapacity: true)
        }

        private mutating func finish() throws(FileFault) -> Run {
            try flush()
            return run
        }
    }
}

/// A Bloom filter of fixed size: 4 MiB, four bits a key, all in one cache line. At a million keys it is wrong about one
/// absent key in thousands, at ten million about one in four; wrong means one look-up in vain.
private struct KeyFilter {
    private static let lines = 1 << 16
    private static let wordsPerLine = 8
    private var words: UnsafeMutablePointer<UInt64>?

    mutating func insert(_ key: UInt64) {
        let words = words ?? makeWords()
        forEachBit(key) { word, bit in words[word] |= bit }
    }

    func mayContain(_ key: UInt64) -> Bool {
        guard let words else { return false }
        var isSet = true
        forEachBit(key) { word, bit in isSet = isSet && words[word] & bit != 0 }
        return isSet
    }

    func free() { words?.deallocate() }

    private mutating func makeWords() -> UnsafeMutablePointer<UInt64> {
        let count = Self.lines * Self.wordsPerLine
        let new = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
        new.initialize(repeating: 0, count: count)
        words = new
        return new
    }

    /// The line comes from the key's high bits, the four places in it from the low ones: keys are hashes already.
    @inline(__always)
    private func forEachBit(_ key: UInt64, _ body: (Int, UInt64) -> Void) {
        let line = Int(key >> 48) & (Self.lines - 1)
        for i in 0..<4 {
            let place = Int(truncatingIfNeeded: key >> UInt64(i * 9)) & 511
            body(line * Self.wordsPerLine + place / 64, 1 << UInt64(place % 64))
        }
    }
}
