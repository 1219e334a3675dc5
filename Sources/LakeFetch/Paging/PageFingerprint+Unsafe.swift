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

/// A selector, made ready to be looked up in each record of a page: the last of equal keys counts, as in the rows.
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
                var found: Int?
                while at < Int(tokens[record].next) {
                    let token = tokens[at]
                    if token.flags.contains(.escaped) { return selector.first(in: page, tape: tape, from: record) }
                    if Int(token.length) == key.count, bytes[Int(token.offset)..<Int(token.offset) + key.count].elementsEqual(key) { found = at + 1 }
                    at = Int(tokens[at + 1].next)
                }
                return found
            }
        }
    }
}

private func hashOfValue(_ index: Int, _ page: PageBytes, _ tape: Tape, seed: UInt64) -> UInt64 {
    let token = tape[index]
    return withExtendedLifetime(page) {
        fastHash(page.base + Int(token.offset), Int(token.length), seed: seed ^ UInt64(token.kind.rawValue))
    }
}
