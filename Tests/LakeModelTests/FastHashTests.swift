import LakeModel
import Testing

@Suite("The fast hash")
struct FastHashTests {
    /// These stand in page logs and name suffixes: they may never change.
    static let vectors: [(count: Int, seed: UInt64, hash: String)] = [
        (0, 0, "2cc9d3b461da234b"),
        (0, 1, "f380860332cc719b"),
        (1, 0, "d4886ca5a58b824a"),
        (2, 0, "e6357d81b12474b6"),
        (3, 0, "82ad483d6cb2eece"),
        (7, 0, "6a4d04f411446fc8"),
        (7, 1, "c0ccc9c80071efbf"),
        (8, 0, "3cbf80f4a9e72f46"),
        (9, 0, "1d42df249869079a"),
        (15, 0, "9ea1f140a0f580b7"),
        (16, 0, "fc1f21e921d94bf0"),
        (17, 0, "489c6fcf66ff05cf"),
        (17, 1, "712fc3ab6ab75a43"),
        (32, 0, "e75d3512e3e4db02"),
        (33, 0, "b0b70a84201de5ef"),
        (48, 0, "f76a9d952d96a891"),
        (49, 0, "95140e48c009386c"),
        (64, 0, "26c7b6c837e1a9eb"),
        (96, 0, "e699765e9ed769b2"),
        (97, 0, "6360c5fb867055ae"),
        (97, 1, "2552c7a763dbdf93"),
        (1000, 0, "183d9b45540c5e4e"),
    ]

    @Test("The hash of known bytes never changes", arguments: vectors)
    func stable(_ vector: (count: Int, seed: UInt64, hash: String)) {
        #expect(hex(hash(bytes(vector.count), vector.seed)) == vector.hash)
    }

    @Test("Fingerprints never change", arguments: [("", "f380860332cc719b21723117a838b800"), ("restlake", "2283ebcc5917caf2825514aeb4ee5490"), ("日本", "b0ff8edf52a25807c3646a94b65dca0a")])
    func fingerprints(_ text: String, _ wanted: String) { #expect(fingerprint(of: text) == wanted) }

    @Test("A text and its bytes have one hash, whatever bytes lie around them", arguments: 0...130)
    func neighbours(_ count: Int) {
        let body = bytes(count)
        let plain = hash(body, 9)
        #expect(fastHash(String(decoding: body.map { $0 & 0x7F }, as: UTF8.self), seed: 9) == hash(body.map { $0 & 0x7F }, 9))
        for edge in [UInt8(0), 0xFF] {
            let framed = [edge, edge, edge] + body + [edge]
            #expect(framed.withUnsafeBufferPointer { $0.baseAddress.map { fastHash($0 + 3, count, seed: 9) } } == plain)
        }
    }

    @Test("Each bit, the length and the seed change the hash")
    func spread() {
        var seen: Set<UInt64> = []
        var made = 0
        for count in 0...130 {
            for seed in [UInt64(0), 1, 2, .max] {
                seen.insert(hash(bytes(count), seed))
                made += 1
            }
            for bit in stride(from: count % 3, to: count * 8, by: 3) {
                var body = bytes(count)
                body[bit / 8] ^= 1 << (bit % 8)
                seen.insert(hash(body, 0))
                made += 1
            }
        }
        // Zeros of every length, too.
        for count in 1...130 { seen.insert(hash(Array(repeating: 0, count: count), 0)); made += 1 }
        #expect(seen.count == made)
    }

    @Test("Hexadecimal numbers have 16 digits", arguments: [(UInt64(0), "0000000000000000"), (0xAB, "00000000000000ab"), (.max, "ffffffffffffffff")])
    func digits(_ value: UInt64, _ text: String) { #expect(hex(value) == text) }

    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) } }

    private func hash(_ bytes: [UInt8], _ seed: UInt64) -> UInt64 {
        (bytes + [0]).withUnsafeBufferPointer { buffer in buffer.baseAddress.map { fastHash($0, bytes.count, seed: seed) } ?? 0 }
    }
}
