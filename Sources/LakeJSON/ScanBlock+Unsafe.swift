#if arch(x86_64)
import _Builtin_intrinsics.intel.sse2
#endif

/// A few bytes of a page, looked at together. A mask has `bitsPerByte` bits for each byte, the first byte lowest.
protocol ScanBlock {
    associatedtype Mask: FixedWidthInteger & UnsignedInteger
    static var width: Int { get }
    static var bitsPerByte: Int { get }
    /// Reads `width` bytes from `source`, which need not be aligned.
    init(_ source: UnsafePointer<UInt8>)
    /// Quotes, backslashes and bytes below 0x20: what stops the scan of a string. Up to the first hit exact.
    var stops: Mask { get }
    /// Bytes above 0x7F.
    var nonASCII: Mask { get }
    /// Commas, up to the first hit exact.
    var commas: Mask { get }
    /// Bytes that are no JSON white space. Up to the first hit exact.
    var nonBlanks: Mask { get }
}

/// Eight bytes in a machine word, for processors without SSE2.
///
/// `(x - 0x01…) & ~x & 0x80…` marks the zero bytes of x; a borrow can mark a byte above a zero byte too, never one
/// below, so the lowest mark is right and a mask is empty exactly when there is no hit.
struct WordBlock: ScanBlock {
    static var width: Int { 8 }
    static var bitsPerByte: Int { 8 }
    private let word: UInt64
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    @inline(__always) init(_ source: UnsafePointer<UInt8>) {
        word = UInt64(littleEndian: UnsafeRawPointer(source).loadUnaligned(as: UInt64.self))
    }

    @inline(__always) private func marks(of byte: UInt8) -> UInt64 {
        let x = word ^ (UInt64(byte) &* Self.ones)
        return (x &- Self.ones) & ~x & Self.tops
    }

    var stops: UInt64 {
        @inline(__always) get {
            let controls = (word &- 0x20 &* Self.ones) & ~word & Self.tops
            return marks(of: UInt8(ascii: "\"")) | marks(of: UInt8(ascii: "\\")) | controls
        }
    }

    var nonASCII: UInt64 { @inline(__always) get { word & Self.tops } }

    var commas: UInt64 { @inline(__always) get { marks(of: UInt8(ascii: ",")) } }

    /// Blanks must be marked exactly here, because the first byte without a mark is asked for: adding 0x7F to seven bits
    /// never carries into the next byte.
    var nonBlanks: UInt64 {
        @inline(__always) get {
            var blanks: UInt64 = 0
            for byte: UInt64 in [0x20, 0x0A, 0x0D, 0x09] {
                let x = word ^ (byte &* Self.ones)
                blanks |= ~(((x & ~Self.tops) &+ ~Self.tops) | x) & Self.tops
            }
            return blanks ^ Self.tops
        }
    }
}

#if arch(x86_64)
/// Sixteen bytes in an SSE2 register, which every x86-64 processor has.
struct VectorBlock: ScanBlock {
    static var width: Int { 16 }
    static var bitsPerByte: Int { 1 }
    private let bytes: __m128i

    @inline(__always) init(_ source: UnsafePointer<UInt8>) {
        bytes = UnsafeRawPointer(source).loadUnaligned(as: __m128i.self)
    }

    @inline(__always) private func equal(_ byte: UInt8) -> __m128i {
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8(CChar(bitPattern: byte)))
    }

    @inline(__always) private func mask(_ matches: __m128i) -> UInt32 { UInt32(bitPattern: _mm_movemask_epi8(matches)) }

    var stops: UInt32 {
        @inline(__always) get {
            let controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes)
            return mask(equal(UInt8(ascii: "\"")) | equal(UInt8(ascii: "\\")) | controls)
        }
    }

    var nonASCII: UInt32 { @inline(__always) get { mask(bytes) } }

    var commas: UInt32 { @inline(__always) get { mask(equal(UInt8(ascii: ","))) } }

    var nonBlanks: UInt32 {
        @inline(__always) get { mask(equal(0x20) | equal(0x0A) | equal(0x0D) | equal(0x09)) ^ 0xFFFF }
    }
}

typealias WidestBlock = VectorBlock
#else
typealias WidestBlock = WordBlock
#endif
