import LakeModel
import Synchronization
import Testing

@Suite("The bytes of a page")
struct PageBytesTests {
    @Test("A page holds a copy of its bytes and shows ranges as text")
    func copies() {
        let page = PageBytes("aé€😀z")
        #expect(page.count == 11)
        #expect(page.withBytes { Array($0) } == Array("aé€😀z".utf8))
        #expect(page.text(0..<3) == "aé")
        #expect(page.text(2..<3) == "\u{FFFD}")
        #expect(page.text(9..<500) == "\u{FFFD}z")
        #expect(page.text(500..<600).isEmpty)
    }

    @Test("An empty page is a page")
    func empty() {
        let page = PageBytes("")
        #expect(page.count == 0)
        #expect(page.withBytes { $0.isEmpty })
        #expect(page.text(0..<9).isEmpty)
    }

    @Test("A block that is taken over is released once, with the page")
    func release() {
        final class Counter: Sendable { let count = Mutex(0) }
        let released = Counter()
        do {
            let page = PageBytes(taking: .allocate(byteCount: 4, alignment: 16), count: 4) { block in
                released.count.withLock { $0 += 1 }
                block.deallocate()
            }
            #expect(page.withBytes { $0.count } == 4)
            #expect(released.count.withLock { $0 } == 0)
        }
        #expect(released.count.withLock { $0 } == 1)
    }
}
