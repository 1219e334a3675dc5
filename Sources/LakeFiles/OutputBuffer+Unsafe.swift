import Glibc

/// Bytes on their way to a file. The writer asks for room once per row and then puts bytes without further checks.
struct OutputBuffer {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int = 4096) {
        self.capacity = capacity
        guard let block = malloc(max(1, capacity)) else { fatalError("no memory for \(capacity) bytes of rows") }
        base = block.assumingMemoryBound(to: UInt8.self)
    }

    func free() { Glibc.free(base) }

    /// What was put, until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `needed` more bytes.
    @inline(__always) mutating func reserve(_ needed: Int) {
        if count + needed > capacity { grow(needed) }
    }

    @inline(never) private mutating func grow(_ needed: Int) {
        capacity = max(count + needed, capacity * 2)
        // A large block is moved by the system, without a copy.
        guard let larger = realloc(base, capacity) else { fatalError("no memory for \(capacity) bytes of rows") }
        base = larger.assumingMemoryBound(to: UInt8.self)
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

    mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        bytes.withUnsafeBufferPointer { if let p = $0.baseAddress { put(p, $0.count) } }
    }

    // MARK: A row at a time

    /// Where a row is written that has at least `room` bytes left, and as many again as a `RowCursor` may write too far.
    @inline(__always) mutating func cursor(room: Int) -> RowCursor {
        reserve(room + RowCursor.block)
        return RowCursor(at: base + count, end: base + capacity)
    }

    /// Takes over what was written.
    @inline(__always) mutating func advance(to cursor: RowCursor) {
        assert(cursor.at <= base + capacity)
        count = cursor.at - base
    }
}

/// Where the next byte of a row goes. A place of its own, so that it can stay in a register while a row is written; the
/// room was made before.
struct RowCursor {
    private(set) var at: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>

    /// Short texts are copied in blocks of 16 bytes, whatever their length: what is too much is overwritten by what comes
    /// next, or stands behind the last row, where nobody looks. So many bytes at most are copied so.
    static let block = 64

    @inline(__always) fileprivate init(at: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>) {
        self.at = at
        self.end = end
    }

    @inline(__always) mutating func put(_ byte: UInt8) {
        assert(at < end)
        at.pointee = byte
        at += 1
    }

    @inline(__always) mutating func put(_ source: UnsafePointer<UInt8>, _ length: Int) {
        assert(length <= end - at)
        memcpy(at, source, length)
        at += length
    }

    /// - Parameter limit: up to where the bytes of the source may be read.
    @inline(__always) mutating func put(_ source: UnsafePointer<UInt8>, _ length: Int, within limit: UnsafePointer<UInt8>) {
        guard length <= Self.block, limit - source >= Self.block else { return put(source, length) }
        assert(Self.block <= end - at)
        var done = 0
        repeat {
            let bytes = UnsafeRawPointer(source + done).loadUnaligned(as: SIMD2<UInt64>.self)
            UnsafeMutableRawPointer(at + done).storeBytes(of: bytes, as: SIMD2<UInt64>.self)
            done += 16
        } while done < length
        at += length
    }

    /// A number from 0, of at most 19 digits.
    @inline(__always) mutating func put(_ number: Int) {
        assert(number >= 0)
        var value = UInt(bitPattern: number)
        var digits = 1
        var limit: UInt = 10
        while digits < 19, value >= limit { digits += 1; limit &*= 10 }
        assert(digits <= end - at)
        var place = at + digits
        at = place
        repeat {
            place -= 1
            let tenth = value / 10
            place.pointee = UInt8(truncatingIfNeeded: 48 &+ value &- tenth &* 10)
            value = tenth
        } while value > 0
    }

    /// Lets `write` put bytes here; it gives their number.
    @inline(__always) mutating func fill(_ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        at += write(at)
        assert(at <= end)
    }
}
