import CHash

/// HMAC-SHA-256 (RFC 2104) with one key. Neither the key nor what is made of it can be printed.
///
/// The message is the text itself, as UTF-8. Of a number or a boolean it is the byte FF, which no text holds, and the
/// value as it stands: the number 12 and the text "12" are two values, and as keys they stay two. Of an object or an
/// array it is its compact JSON. Lakes hold such hashes, so the message of a value never changes.
struct KeyedHash: Sendable {
    private static let blockBytes = 64

    /// Checksums that have taken in the key's block, xored with the pads of the RFC.
    private let inner: chash_sha256
    private let outer: chash_sha256

    init(key: [UInt8]) {
        var block = key.count > Self.blockBytes ? key.withUnsafeBytes { Self.digest(chash_sha256(begun: ()), $0) } : key
        block += repeatElement(0, count: Self.blockBytes - block.count)
        inner = Self.begun(block.map { $0 ^ 0x36 })
        outer = Self.begun(block.map { $0 ^ 0x5C })
    }

    /// 64 hexadecimal digits in lower case.
    func hexadecimal(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        let first = Self.digest(inner, message)
        let code = first.withUnsafeBytes { Self.digest(outer, $0) }
        return code.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }
    }

    /// Of a number or a boolean.
    func hexadecimal(ofLexeme lexeme: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        ([0xFF] + lexeme).withUnsafeBytes { hexadecimal($0) }
    }

    /// 64 hexadecimal digits in lower case.
    static func looksLikeOne(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.count == 64 && text.allSatisfy(digits.contains) }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func begun(_ block: [UInt8]) -> chash_sha256 {
        var state = chash_sha256(begun: ())
        block.withUnsafeBytes { chash_sha256_update(&state, $0.baseAddress, $0.count) }
        return state
    }

    /// Ends a copy of `state` behind `message`.
    private static func digest(_ state: chash_sha256, _ message: UnsafeRawBufferPointer) -> [UInt8] {
        var state = state
        var digest = [UInt8](repeating: 0, count: Int(CHASH_SHA256_BYTES))
        chash_sha256_update(&state, message.baseAddress, message.count)
        chash_sha256_final(&state, &digest)
        return digest
    }
}

extension KeyedHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "HMAC-SHA-256" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension chash_sha256 {
    fileprivate init(begun: Void) {
        self.init()
        chash_sha256_init(&self)
    }
}
