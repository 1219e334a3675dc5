import CHash
import Testing

@Suite struct SHA256Tests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let message: String
        let digest: String
        var testDescription: String { "\(message.utf8.count) bytes" }
    }

    /// FIPS 180-4 examples (one block, two blocks) and the two further messages of the NIST example sheet.
    static let vectors = [
        Vector(message: "", digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Vector(message: "abc", digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Vector(
            message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        Vector(
            message: "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            digest: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
        Vector(
            message: String(repeating: "a", count: 1_000_000),
            digest: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("The messages of FIPS 180-4 have the digests stated there, either way", arguments: vectors, [false, true])
    func standardVectors(vector: Vector, portable: Bool) {
        #expect(hexadecimal(digest(Array(vector.message.utf8), portable: portable)) == vector.digest)
    }

    @Test("Every length from 0 to 300 gives the same digest with the processor's instructions and without")
    func everyLength() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
        for length in 0...300 {
            let message = Array(bytes.prefix(length))
            #expect(digest(message) == digest(message, portable: true), "length \(length)")
        }
    }

    @Test("How a message is cut into pieces does not matter", arguments: [false, true])
    func randomPieces(portable: Bool) {
        var random = SplitMix(state: 20_261_123)
        let message = (0..<10_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let whole = digest(message, portable: portable)
        for _ in 0..<50 {
            var cuts: [Int] = []
            while cuts.reduce(0, +) < message.count { cuts.append(Int.random(in: 0...200, using: &random)) }
            #expect(digest(message, pieces: cuts, portable: portable) == whole)
        }
    }

    @Test("Two checksums taken side by side are those of each alone, whatever their pieces", arguments: [false, true])
    func sideBySide(portable: Bool) {
        var random = SplitMix(state: 20_261_127)
        let bytes = (0..<4000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for _ in 0..<300 {
            var one = chash_sha256(), other = chash_sha256()
            if portable { chash_sha256_init_portable(&one) } else { chash_sha256_init(&one) }
            chash_sha256_init(&other)
            var oneMessage: [UInt8] = [], otherMessage: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let start = Int.random(in: 0...1000, using: &random)
                let piece = bytes[start..<start + Int.random(in: 0...300, using: &random)]
                let another = bytes[start..<start + Int.random(in: 0...3000, using: &random)]
                piece.withUnsafeBytes { a in
                    another.withUnsafeBytes { b in chash_sha256_update_two(&one, a.baseAddress, a.count, &other, b.baseAddress, b.count) }
                }
                oneMessage += piece
                otherMessage += another
            }
            #expect(final(&one) == digest(oneMessage, portable: true))
            #expect(final(&other) == digest(otherMessage, portable: true))
        }
    }

    @Test("A copy of a state goes on by itself")
    func copies() {
        var first = chash_sha256()
        chash_sha256_init(&first)
        update(&first, Array("ab".utf8)[...])
        var second = first
        update(&first, Array("c".utf8)[...])
        update(&second, Array("d".utf8)[...])
        #expect(final(&first) == digest(Array("abc".utf8)))
        #expect(final(&second) == digest(Array("abd".utf8)))
    }

    @Test("Words, length and waiting bytes, put into a new state, go on as if nothing had been", arguments: [false, true])
    func resuming(portable: Bool) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for cut in [0, 1, 63, 64, 65, 640, 999] {
            var before = chash_sha256()
            if portable { chash_sha256_init_portable(&before) } else { chash_sha256_init(&before) }
            update(&before, message[..<cut])
            var after = chash_sha256()
            chash_sha256_init(&after)
            (after.words, after.length, after.waiting) = (before.words, before.length, before.waiting)
            update(&after, message[cut...])
            #expect(final(&after) == digest(message), "cut at \(cut)")
        }
    }

    @Test("The length counts in full past 4 GiB, either way")
    func longMessage() {
        // To hash so much would take long; the counter is put forward instead, by whole blocks.
        var far = chash_sha256()
        chash_sha256_init_portable(&far)
        far.length = 1 << 32
        var fast = far
        fast.fast = chash_sha256_has_fast()
        var near = chash_sha256()
        chash_sha256_init_portable(&near)
        let result = final(&far)
        #expect(result == final(&fast))
        #expect(result != final(&near))
    }
}

private func digest(_ message: [UInt8], pieces: [Int]? = nil, portable: Bool = false) -> [UInt8] {
    var state = chash_sha256()
    if portable { chash_sha256_init_portable(&state) } else { chash_sha256_init(&state) }
    var rest = message[...]
    for length in pieces ?? [message.count] {
        update(&state, rest.prefix(length))
        rest = rest.dropFirst(length)
    }
    return final(&state)
}

private func update(_ state: inout chash_sha256, _ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { chash_sha256_update(&state, $0.baseAddress, $0.count) }
}

private func final(_ state: inout chash_sha256) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(CHASH_SHA256_BYTES)) { buffer, count in
        chash_sha256_final(&state, buffer.baseAddress)
        count = Int(CHASH_SHA256_BYTES)
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A small random source with a fixed seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
