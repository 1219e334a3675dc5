import CHash

/// A running SHA-256.
package struct Checksum {
    private var state = chash_sha256()

    package init() { chash_sha256_init(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        chash_sha256_update(&state, bytes.baseAddress, bytes.count)
    }

    /// Takes bytes into two checksums at the same time.
    package static func update(_ a: inout Checksum, _ aBytes: UnsafeRawBufferPointer, _ b: inout Checksum, _ bBytes: UnsafeRawBufferPointer) {
        chash_sha256_update_two(&a.state, aBytes.baseAddress, aBytes.count, &b.state, bBytes.baseAddress, bBytes.count)
    }

    /// 64 hexadecimal digits.
    package consuming func hexadecimal() -> String {
        var digest = [UInt8](repeating: 0, count: Int(CHASH_SHA256_BYTES))
        chash_sha256_final(&state, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The checksum of some bytes.
    package static func of(_ bytes: [UInt8]) -> String {
        var sum = Checksum()
        bytes.withUnsafeBytes { sum.update($0) }
        return sum.hexadecimal()
    }
}
