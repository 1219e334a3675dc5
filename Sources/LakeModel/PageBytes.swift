/// The bytes of one response, immutable once the fetch has finished.
///
/// One block of memory outside the Swift heap, freed with the object. Modules pass a page and its tape, never single
/// tokens, so the block is handed out as a buffer whose life is tied to the object that the caller holds.
package final class PageBytes: @unchecked Sendable {  // Immutable after init: every stored property is a `let`.
    /// The first byte. Valid as long as this object lives.
    package let base: UnsafePointer<UInt8>
    /// Number of bytes.
    package let count: Int
    private let release: @Sendable (UnsafeMutableRawPointer) -> Void

    /// Takes over a block of memory.
    /// - Parameter release: called once with `block` when the page is no longer used; `free` for memory of `malloc`.
    package init(taking block: UnsafeMutableRawPointer, count: Int, release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void) {
        precondition(count >= 0 && count <= Int(UInt32.max), "a page has at most 4 GiB")
        self.base = UnsafePointer(block.assumingMemoryBound(to: UInt8.self))
        self.count = count
        self.release = release
    }

    /// Copies `bytes`.
    package convenience init(_ bytes: some Collection<UInt8>) {
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        let target = UnsafeMutableRawBufferPointer(start: block, count: bytes.count)
        target.copyBytes(from: bytes)
        self.init(taking: block, count: bytes.count) { $0.deallocate() }
    }

    package convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { release(UnsafeMutableRawPointer(mutating: base)) }

    /// All bytes, valid inside `body` only.
    @inlinable package func withBytes<R, E: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R) throws(E) -> R {
        let result = try body(UnsafeBufferPointer(start: base, count: count))
        withExtendedLifetime(self) {}
        return result
    }

    /// Text of a range of bytes; what is not UTF-8 shows as U+FFFD.
    package func text(_ range: Range<Int>) -> String {
        withBytes { String(decoding: $0[range.clamped(to: 0..<count)], as: UTF8.self) }
    }
}
