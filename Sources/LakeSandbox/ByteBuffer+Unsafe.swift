import Glibc

/// Bytes of one answer, written front to back and used again for the next one.
///
/// A pointer, because a page of a thousand records is some hundred thousand small appends, and an array pays for its
/// uniqueness check at each. Every append checks the room first, so nothing is ever written outside the block.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 4096) {
        self.capacity = max(64, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// A copy of what was written.
    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: base, count: count)) }

    /// What was written, valid inside `body` only.
    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { body(UnsafeRawBufferPointer(start: base, count: count)) }

    /// Forgets the bytes, keeps the room.
    mutating func clear() { count = 0 }

    /// The place of the next `size` bytes, which count as written.
    @inline(__always)
    private mutating func claim(_ size: Int) -> UnsafeMutableRawPointer {
        if capacity - count < size { grow(size) }
        let place = base + count
        count += size
        return place
    }

    @inline(never)
    private mutating func grow(_ size: Int) {
        let larger = max(capacity * 2, count + size)
        let block = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        block.copyMemory(from: base, byteCount: count)
        base.deallocate()
        (base, capacity) = (block, larger)
    }
}

// MARK: Text

extension ByteBuffer {
    @inline(__always)
    mutating func add(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        memcpy(claim(size), text.utf8Start, size)
    }

    /// A text made at run time. Not an overload of the one above: a literal would choose this one.
    mutating func add(text: String) {
        var text = text
        text.withUTF8 { source in
            guard let start = source.baseAddress else { return }
            claim(source.count).copyMemory(from: start, byteCount: source.count)
        }
    }

    @inline(__always)
    mutating func add(byte: UInt8) { claim(1).storeBytes(of: byte, as: UInt8.self) }
}

// MARK: Numbers

extension ByteBuffer {
    /// A number in decimal.
    @inline(__always)
    mutating func add(_ number: Int) {
        if number < 0 { add(byte: UInt8(ascii: "-")) }
        let magnitude = Int(clamping: number.magnitude)
        add(magnitude, width: decimalDigits(magnitude))
    }

    /// The lowest `width` decimal digits, zeros in front.
    @inline(__always)
    mutating func add(_ number: Int, width: Int) {
        let place = claim(width)
        var rest = UInt64(truncatingIfNeeded: number)
        var offset = width
        while offset > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            offset -= 1
            place.storeBytes(of: 48 &+ UInt8(truncatingIfNeeded: digit), toByteOffset: offset, as: UInt8.self)
            rest = quotient
        }
    }

    /// The lowest `digits` hexadecimal digits, 16 at most.
    @inline(__always)
    mutating func add(hex number: UInt64, digits: Int) {
        let place = claim(digits)
        var rest = number
        var offset = digits
        while offset > 0 {
            let digit = UInt8(truncatingIfNeeded: rest & 15)
            offset -= 1
            place.storeBytes(of: digit < 10 ? 48 &+ digit : 87 &+ digit, toByteOffset: offset, as: UInt8.self)
            rest >>= 4
        }
    }

    mutating func add(_ id: ObjectID) {
        add(hex: UInt64(id.seconds), digits: 8)
        add(hex: id.rest, digits: 16)
    }
}

@inline(__always)
private func decimalDigits(_ number: Int) -> Int {
    var digits = 1
    var bound = 10
    while number >= bound {
        digits += 1
        let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
        if overflow { break }
        bound = next
    }
    return digits
}
