import LakeJSON
import LakeModel
import LakeSource

/// Tells pages apart: a hash of the keys of a page's records in their order, or of the records' bytes where no key is
/// declared or a record lacks it. Two pages with equal fingerprints are taken for the same page.
package struct PageFingerprint: Hashable, Sendable {
    package let hash: UInt64

    package init(hash: UInt64) { self.hash = hash }

    /// nil for a page without records.
    package init?(records: PageRecords, primaryKey: [Selector], page: PageBytes, tape: Tape) {
        guard records.count > 0, let token = records.token else { return nil }
        let keys = primaryKey.isEmpty ? nil : PageFingerprint.keyHash(records.tokens(in: tape), primaryKey, page, tape)
        hash = keys ?? hashOfValue(token, page, tape, seed: 0)
    }

    private static func keyHash(_ records: [Int], _ key: [Selector], _ page: PageBytes, _ tape: Tape) -> UInt64? {
        let places = key.map { KeyPlace($0) }
        var hash: UInt64 = 1
        for record in records {
            for place in places {
                guard let token = place.find(from: record, page, tape) else { return nil }
                hash = hashOfValue(token, page, tape, seed: hash)
            }
        }
        return hash
    }
}

/// A selector, made ready to be looked up in each record of a page: the first of equal keys is good enough here.
private struct KeyPlace {
    private let selector: Selector
    /// The one key that the selector is; nil for a longer selector.
    private let key: [UInt8]?

    init(_ selector: Selector) {
        self.selector = selector
        if case .key(let name) = selector.steps.first, selector.steps.count == 1 { key = Array(name.utf8) } else { key = nil }
    }

    func find(from record: Int, _ page: PageBytes, _ tape: Tape) -> Int? {
        guard let key, tape[record].kind == .object else { return selector.first(in: page, tape: tape, from: record) }
        return tape.withTokens { tokens in
            page.withBytes { bytes in
                // Children lie between the object and its `next`; the tokenizer has checked the bounds of each token.
                var at = record + 1
                while at < Int(tokens[record].next) {
                    let token = tokens[at]
                    if token.flags.contains(.escaped) { return selector.first(in: page, tape: tape, from: record) }
                    if Int(token.length) == key.count, bytes[Int(token.offset)..<Int(token.offset) + key.count].elementsEqual(key) { return at + 1 }
                    at = Int(tokens[at + 1].next)
                }
                return nil
            }
        }
    }
}

private func hashOfValue(_ index: Int, _ page: PageBytes, _ tape: Tape, seed: UInt64) -> UInt64 {
    let token = tape[index]
    return page.withBytes { bytes in
        let range = Int(token.offset)..<Int(token.offset) + Int(token.length)
        return hash64(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range]), seed: seed ^ UInt64(token.kind.rawValue))
    }
}

/// A 64-bit hash of a text: of a cursor or link, which is compared and never kept.
package func hash64(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { hash64(UnsafeRawBufferPointer($0), seed: 0) }
}

/// A fast 64-bit hash, eight bytes at a time: multiply to 128 bits and fold (the idea of wyhash). Not against forgery.
func hash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var hash = fold(seed ^ 0x9e37_79b9_7f4a_7c15, UInt64(bytes.count) ^ 0xa076_1d64_78bd_642f)
    var at = 0
    // Whole words: `at + 8 <= count` keeps each load inside the buffer.
    while at &+ 8 <= bytes.count {
        hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self), 0xe703_7ed1_a0b4_28db)
        at &+= 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
        rest = rest << 8 | UInt64(bytes[at])
        at &+= 1
    }
    return fold(hash ^ rest, 0x8ebc_6af0_9c88_c6e3)
}

private func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
}
