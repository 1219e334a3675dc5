/// A fast 64-bit hash of bytes (multiply-and-fold, after wyhash). Stable for ever: it stands in page logs.
///
/// Not for secrets and not against an adversary; two seeds together make the 128 bits on which a duplicate is judged.
package func fastHash(_ bytes: UnsafePointer<UInt8>, _ count: Int, seed: UInt64 = 0) -> UInt64 {
    let s0: UInt64 = 0xa076_1d64_78bd_642f, s1: UInt64 = 0xe703_7ed1_a0b4_28db
    let s2: UInt64 = 0x8ebc_6af0_9c88_c6e3, s3: UInt64 = 0x5899_65cc_7537_4cc3
    var p = UnsafeRawPointer(bytes)
    var left = count
    var h = fold(seed ^ s0, s1)
    if left > 48 {
        var h1 = h, h2 = h
        repeat {
            h = fold(word(p) ^ s1, word(p + 8) ^ h)
            h1 = fold(word(p + 16) ^ s2, word(p + 24) ^ h1)
            h2 = fold(word(p + 32) ^ s3, word(p + 40) ^ h2)
            p += 48
            left -= 48
        } while left > 48
        h ^= h1 ^ h2
    }
    while left > 16 {
        h = fold(word(p) ^ s1, word(p + 8) ^ h)
        p += 16
        left -= 16
    }
    var a: UInt64 = 0, b: UInt64 = 0
    if left >= 8 {
        a = word(p)
        b = word(p + left - 8)
    } else if left > 0 {
        for i in 0..<left { a = a << 8 | UInt64(p.load(fromByteOffset: i, as: UInt8.self)) }
    }
    return fold(s1 ^ UInt64(truncatingIfNeeded: count), fold(a ^ s2, b ^ h))
}

/// The hash of a text's UTF-8 bytes.
package func fastHash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { bytes in
        guard let base = bytes.baseAddress else { return fastHash(emptyByte, 0, seed: seed) }
        return fastHash(base, bytes.count, seed: seed)
    }
}

/// 32 hexadecimal digits: the fingerprint of a text, from two seeds of `fastHash`.
package func fingerprint(of text: String) -> String { hex(fastHash(text, seed: 1)) + hex(fastHash(text, seed: 2)) }

/// 16 lower-case hexadecimal digits.
package func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}

nonisolated(unsafe) private let emptyByte = UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))  // Never read.

@inline(__always) private func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
}

@inline(__always) private func word(_ p: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: p.loadUnaligned(as: UInt64.self))
}
