import Glibc
import LakeJSON
import LakeModel
import LakeSource

/// Tells pages apart: a hash of the guard keys of a page's records in their order. Two pages with equal fingerprints are
/// taken for the same page.
package struct PageFingerprint: Hashable, Sendable {
    package let hash: UInt64

    package init(hash: UInt64) { self.hash = hash }

    /// nil for a page without records.
    package init?(_ keys: PageKeys) {
        guard !keys.hashes.isEmpty else { return nil }
        hash = keys.hashes.reduce(UInt64(1)) { chain($0, $1) }
    }

    package init?(records: PageRecords, primaryKey: [Selector], page: PageBytes, tape: Tape) {
        self.init(PageKeys(records: records, primaryKey: primaryKey, page: page, tape: tape))
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
        let tokens = tape.tokens, bytes = page.base
        // Children lie between the object and its `next`; the tokenizer has checked the bounds of each token.
        let end = Int(tokens[record].next)
        var at = record + 1
        var found: Int?
        while at < end {
            let token = tokens[at]
            if token.isEscaped { return selector.first(in: page, tape: tape, from: record) }
            if Int(token.length) == key.count, memcmp(bytes + Int(token.offset), key, key.count) == 0 { found = at + 1 }
            at = Int(tokens[at + 1].next)
        }
        withExtendedLifetime((page, tape)) {}
        return found
    }
}

extension PageFacts {
    /// A hash of key and content for each record: another one where a record was updated.
    func versions() -> [UInt64] {
        guard let body, keys.count == records.count else { return [] }
        return zip(keys, records.tokens(in: body.tape)).map { chain($0, hashOfValue($1, body.page, body.tape, seed: 1)) }
    }
}

extension PageKeys {
    /// Fields that usually tell records apart, most likely first.
    private static let usualFields = ["id", "_id", "uuid", "uid", "key"]

    package init(records: PageRecords, primaryKey: [Selector], page: PageBytes, tape: Tape) {
        let tokens = records.tokens(in: tape)
        if !primaryKey.isEmpty, let hashes = PageKeys.hashes(tokens, primaryKey, page, tape) {
            self.init(origin: .declared, hashes: hashes)
            return
        }
        for name in PageKeys.usualFields where !tokens.isEmpty {
            if let hashes = PageKeys.scalarHashes(tokens, name, page, tape), Set(hashes).count == hashes.count {
                self.init(origin: .field(name), hashes: hashes)
                return
            }
        }
        self.init(origin: .content, hashes: tokens.map { hashOfValue($0, page, tape, seed: 0) })
    }

    /// nil where a record lacks a part of its key.
    private static func hashes(_ records: [Int], _ key: [Selector], _ page: PageBytes, _ tape: Tape) -> [UInt64]? {
        let places = key.map { KeyPlace($0) }
        var hashes: [UInt64] = []
        hashes.reserveCapacity(records.count)
        for record in records {
            var hash: UInt64 = 1
            for place in places {
                guard let token = place.find(from: record, page, tape) else { return nil }
                hash = hashOfValue(token, page, tape, seed: hash)
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// nil where a record has no text and no number in that field.
    private static func scalarHashes(_ records: [Int], _ name: String, _ page: PageBytes, _ tape: Tape) -> [UInt64]? {
        let place = KeyPlace(Selector(keys: [name]))
        var hashes: [UInt64] = []
        hashes.reserveCapacity(records.count)
        for record in records {
            guard tape[record].kind == .object, let token = place.find(from: record, page, tape) else { return nil }
            guard tape[token].kind == .string || tape[token].kind == .number else { return nil }
            hashes.append(hashOfValue(token, page, tape, seed: 1))
        }
        return hashes
    }
}

/// Depends on the order of what is chained.
private func chain(_ hash: UInt64, _ next: UInt64) -> UInt64 {
    let product = (hash ^ next ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low ^ next
}

private func hashOfValue(_ index: Int, _ page: PageBytes, _ tape: Tape, seed: UInt64) -> UInt64 {
    let token = tape[index]
    return withExtendedLifetime(page) {
        fastHash(page.base + Int(token.offset), Int(token.length), seed: seed ^ UInt64(token.kind.rawValue))
    }
}
