import LakeJSON
import LakeModel
import LakeSource

/// What a definition says of single fields, applied to the records of a page before they are taken apart.
///
///     {"id":7,"mail":"a@b.c","note":"NA","at":1767225600,"ssn":"1"}     mail: redact, note: null_values, at: epoch_seconds, ssn: drop
///     {"id":7,"mail":"[redacted]","note":null,"at":"2026-01-01T00:00:00.000000Z"}
///
/// One for a resource and a load: it keeps what it has found out about the places of records from page to page.
package final class FieldRulesWalk {
    private let tree: RuleTree
    private let hash: KeyedHash?
    private let keepsHashes: Bool
    /// What was left out, hashed, redacted, made null and converted so far; nothing else is counted here.
    package private(set) var counts = SideCounts()

    /// nil where the resource has no rule for its fields.
    /// - Parameters:
    ///   - hashKey: the key of HMAC-SHA-256. Needed where a field is hashed; the checks of definitions see to it.
    ///   - keepsHashes: whether a value that looks like a hash stays as it is: of records that rules have been applied to
    ///     before, as those of the quarantine.
    package init?(_ resource: Resource, hashKey: [UInt8]?, keepsHashes: Bool = false) {
        guard let rules = RuleSet(resource) else { return nil }
        precondition(hashKey != nil || !resource.fieldRules.hashes, "a resource that hashes fields has a key")
        tree = RuleTree(rules)
        hash = hashKey.map(KeyedHash.init(key:))
        self.keepsHashes = keepsHashes
    }

    /// Notes the edits that the rules make. A record stays a record: one that the rules leave out whole, such as a text
    /// beside records of which only some fields are included, becomes an empty object or array.
    /// - Parameter records: the tokens of the records that are written.
    package func edits(_ page: PageBytes, _ tape: Tape, records: [Int]) -> RecordEdits {
        tape.withTokens { tokens in
            page.withBytes { bytes in
                guard let tokens = tokens.baseAddress, let bytes = bytes.baseAddress else { return RecordEdits() }
                var walk = RuleApplication(tokens: tokens, bytes: bytes, tree: tree, hash: hash, keepsHashes: keepsHashes, counts: counts)
                for record in records { walk.record(record) }
                counts = walk.counts
                return walk.edits
            }
        }
    }
}
