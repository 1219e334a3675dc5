import Glibc

/// Bytes on their way to a file. The writer asks for room once per row and then puts bytes without further checks.
struct OutputBuffer {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int = 4096) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    func free() { base.deallocate() }

    /// Makes room for `needed` more bytes.
    @inline(__always) mutating func reserve(_ needed: Int) {
        if count + needed > capacity { grow(needed) }
    }

    @inline(never) private mutating func grow(_ needed: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count + needed, capacity * 2))
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = max(count + needed, capacity * 2)
    }

    @inline(__always) mutating func put(_ byte: UInt8) {
        assert(count < capacity)
        base[count] = byte
        count += 1
    }

    @inline(__always) mutating func put(_ source: UnsafePointer<UInt8>, _ length: Int) {
        assert(count + length <= capacity)
        memcpy(base + count, source, length)
        count += length
    }

    @inline(__always) mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { if let p = $0.baseAddress { put(p, $0.count) } }
    }

    /// A number from 0, of at most 19 digits.
    @inline(__always) mutating func put(_ number: Int) {
        var value = UInt(bitPattern: number)
        assert(number >= 0)
        var digits = 1
        var limit: UInt = 10
        while digits < 19, value >= limit { digits += 1; limit &*= 10 }
        assert(count + digits <= capacity)
        var i = count + digits
        count = i
        repeat {
            i -= 1
            base[i] = UInt8(truncatingIfNeeded: 48 + value % 10)
            value /= 10
        } while value > 0
    }

    mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        bytes.withUnsafeBufferPointer { if let p = $0.baseAddress { put(p, $0.count) } }
    }
}
