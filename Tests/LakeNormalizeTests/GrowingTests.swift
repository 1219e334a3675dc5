@testable import LakeNormalize
import Testing

@Suite("Blocks that grow with a page") struct GrowingTests {
    private func fill(_ block: inout Growing<Int>, _ count: Int) {
        block.startPage()
        for i in 0..<count { block.append(i) }
    }

    @Test("what one unusual page made large is given back once a page has not needed it") func givenBack() {
        var block = Growing<Int>(capacity: 64)
        defer { block.base.deallocate() }
        fill(&block, 1_000_000)
        let large = block.capacity
        fill(&block, 10)
        #expect(block.capacity == large, "the page before needed it")
        fill(&block, 1000)
        #expect(block.capacity < 2000)
        #expect((0..<1000).allSatisfy { block.base[$0] == $0 } && block.count == 1000)
    }

    @Test("pages that need it keep it, and a small block is kept in any case", arguments: [(1_000_000, 300_000), (100_000, 1)])
    func kept(_ first: Int, _ then: Int) {
        var block = Growing<Int>(capacity: 64)
        defer { block.base.deallocate() }
        fill(&block, first)
        let capacity = block.capacity
        for _ in 0..<3 { fill(&block, then) }
        #expect(block.capacity == capacity && block.count == then)
    }
}
