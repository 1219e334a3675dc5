import Glibc
import LakeModel
import Testing

@testable import LakeFetch

@Suite("Blocks of bodies")
struct BlockPoolTests {
    private static let mega = 1 << 20

    /// Of which no two stretches of a megabyte are the same.
    private static let bytes = (0..<250_000 as Range<UInt64>).map { $0 &* 0x9E37_79B9_7F4A_7C15 }

    /// A body of the first so many bytes, in pieces.
    private func page(_ count: Int, stated: Bool, _ pool: BlockPool) throws -> PageBytes {
        let body = GrowingBody(pool)
        if stated { #expect(body.reserve(count)) }
        Self.bytes.withUnsafeBytes { all in
            for from in stride(from: 0, to: count, by: 50_000) {
                #expect(body.append(UnsafeRawBufferPointer(rebasing: all[from..<min(count, from + 50_000)])))
            }
        }
        return try #require(body.takePage())
    }

    private func isWhole(_ page: PageBytes, _ count: Int) -> Bool {
        page.count == count && Self.bytes.withUnsafeBytes { all in all.baseAddress.map { memcmp(page.base, $0, count) } } == 0
    }

    @Test("A body is whole, whether its size was stated or not", arguments: [0, 1, 100_000, 131_072, 1_700_000])
    func bodies(count: Int) throws {
        let pool = BlockPool()
        for _ in 0..<2 {
            #expect(isWhole(try page(count, stated: true, pool), count))
            #expect(isWhole(try page(count, stated: false, pool), count))
        }
    }

    @Test("A page that is used no more leaves its block to the next body of like size, and to no other")
    func reuse() throws {
        let pool = BlockPool()
        let first = try page(Self.mega, stated: true, pool).base
        let second = try page(Self.mega - 9000, stated: true, pool)
        #expect(second.base == first)
        let third = try page(Self.mega, stated: true, pool)
        #expect(third.base != second.base, "two pages at once have each their own")
        let block = third.base
        _ = consume third
        let small = try page(Self.mega / 4, stated: true, pool)
        #expect(small.base != block, "four times too large")
        #expect(try page(Self.mega, stated: true, pool).base == block, "it was free all the while")
        #expect(isWhole(second, Self.mega - 9000))
    }

    @Test("Of free blocks no more is kept than four megabytes, the last ones")
    func bound() throws {
        let pool = BlockPool()
        let blocks = try (0..<6).map { _ in try #require(pool.take(Self.mega)) }
        for block in blocks { pool.give(block) }
        let again = try (0..<3).map { _ in try #require(pool.take(Self.mega)).base }
        #expect(again == blocks.reversed().prefix(3).map(\.base))
        pool.give(try #require(pool.take(64 * Self.mega)))
        let huge = try #require(pool.take(40 * Self.mega))
        #expect(huge.room < 41 * Self.mega, "a huge block is not kept")
    }
}
