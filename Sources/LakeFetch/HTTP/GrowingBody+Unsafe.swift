import Glibc
import LakeModel
import LakeThreads

/// Large blocks go from body to body: the system zeroes fresh memory each time, and an allocator that is given them back
/// keeps more than there ever was at once.
final class BlockPool: Sendable {
    struct Block: @unchecked Sendable {  // Belongs to whoever took it.
        let base: UnsafeMutableRawPointer
        let room: Int
    }

    private struct Free {
        var blocks: [Block] = []
        var bytes = 0
    }
    private let free = Monitor(Free())
    /// Smaller bodies are left to the allocator.
    static let smallest = 128 << 10
    /// Of blocks that nobody has at the moment.
    private static let mostBytes = 4 << 20
    private static let step = 64 << 10

    deinit { free.change { $0.blocks.forEach { Glibc.free($0.base) } } }

    /// A block of at least `bytes`, and of not much more; nil without memory.
    func take(_ bytes: Int) -> Block? {
        guard bytes >= Self.smallest else { return Self.new(max(1, bytes)) }
        let found: Block? = free.change { free in
            // The one that was given back last is the likeliest to be in the processor's cache.
            guard let place = free.blocks.lastIndex(where: { $0.room >= bytes && $0.room / 2 <= bytes }) else { return nil }
            let block = free.blocks.remove(at: place)
            free.bytes -= block.room
            return block
        }
        return found ?? Self.new((bytes / Self.step + 1) * Self.step)
    }

    func give(_ block: Block) {
        let unwanted: [Block] = free.change { free in
            guard block.room >= Self.smallest, block.room <= Self.mostBytes else { return [block] }
            free.blocks.append(block)
            free.bytes += block.room
            // The oldest go first: bodies may have become larger or smaller meanwhile.
            var unwanted: [Block] = []
            while free.bytes > Self.mostBytes {
                let oldest = free.blocks.removeFirst()
                free.bytes -= oldest.room
                unwanted.append(oldest)
            }
            return unwanted
        }
        for block in unwanted { Glibc.free(block.base) }
    }

    private static func new(_ bytes: Int) -> Block? { malloc(bytes).map { Block(base: $0, room: bytes) } }
}

/// The body while it comes: one block that grows and in the end becomes the page, uncopied.
final class GrowingBody {
    private let pool: BlockPool
    private var block: BlockPool.Block?
    private(set) var count = 0

    init(_ pool: BlockPool) { self.pool = pool }

    deinit { if let block { pool.give(block) } }

    /// False without memory.
    func reserve(_ bytes: Int) -> Bool {
        guard bytes > block?.room ?? 0 else { return true }
        return move(to: bytes)
    }

    private func move(to bytes: Int) -> Bool {
        guard let other = pool.take(bytes) else { return false }
        if let block {
            memcpy(other.base, block.base, count)
            pool.give(block)
        }
        block = other
        return true
    }

    /// False without memory. The caller has compared with its cap.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return true }
        let (needed, overflow) = count.addingReportingOverflow(bytes.count)
        let room = block?.room ?? 0
        guard !overflow, needed <= room || reserve(max(needed, room * 2)), let block else { return false }
        memcpy(block.base + count, source, bytes.count)
        count = needed
        return true
    }

    /// The page; this object is empty afterwards. nil without memory.
    func takePage() -> PageBytes? {
        guard reserve(1), let first = block else { return nil }
        // Growing by doubling can leave half of it unused, and pages wait: where it is much, a smaller block will do.
        if first.room - count > max(BlockPool.smallest, count / 2) { _ = move(to: max(1, count)) }
        guard let block else { return nil }
        let page = PageBytes(taking: block.base, count: count) { [pool] _ in pool.give(block) }
        self.block = nil
        count = 0
        return page
    }
}
