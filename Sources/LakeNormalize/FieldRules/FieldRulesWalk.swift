import LakeJSON
import LakeModel
import LakeSource

/// What a definition says of single fields, applied to the records of a page before they are taken apart.
///
///     {"id":7,"mail":"a@b.c","note":"NA","at":1767225600,"ssn":"1"}     mail: redact, note: null_values, at: epoch_seconds, ssn: drop
///     {"id":7,"mail":"[redacted]","note":"NA","at":1767225600}                                masked
///     {"id":7,"mail":"[redacted]","note":null,"at":"2026-01-01T00:00:00.000000Z"}             converted
///
/// One for a resource and a load: it keeps what it has found out about the places of records from page to page.
package final class FieldRulesWalk {
    private let masks: RuleTree?
    private let conversions: RuleTree?
    private let fields: FieldRules
    private let hash: KeyedHash?
    private let keepsHashes: Bool
    /// What was left out, hashed, redacted, made null and converted so far; nothing else is counted here.
    package private(set) var counts = SideCounts()
    /// Whether a record with fields was among those that were masked.
    private var sawFields = false

    /// nil where the resource has no rule for its fields.
    /// - Parameters:
    ///   - hashKey: the key of HMAC-SHA-256. Needed where a field is hashed; the checks of definitions see to it.
    ///   - keepsHashes: whether a value that looks like a hash stays as it is: of records that rules have been applied to
    ///     before, as those of the quarantine.
    package init?(_ resource: Resource, hashKey: [UInt8]?, keepsHashes: Bool = false) {
        masks = RuleSet(resource, .masks).map(RuleTree.init)
        conversions = RuleSet(resource, .conversions).map(RuleTree.init)
        if masks == nil, conversions == nil { return nil }
        precondition(hashKey != nil || !resource.fieldRules.hashes, "a resource that hashes fields has a key")
        fields = resource.fieldRules
        hash = hashKey.map(KeyedHash.init(key:))
        self.keepsHashes = keepsHashes
    }

    /// Notes what is left out, hashed and redacted. A record stays a record: one that the rules leave out whole, such as a
    /// text beside records of which only some fields are included, becomes an empty object or array.
    /// - Parameter records: the tokens of the records that are written.
    package func masks(_ page: PageBytes, _ tape: Tape, records: [Int]) -> RecordEdits {
        guard let masks else { return RecordEdits() }
        if !sawFields { sawFields = records.contains { tape[$0].kind == .object && Int(tape[$0].next) > $0 + 1 } }
        return edits(masks, page, tape, records)
    }

    /// Notes the texts that become null, and the times that are written in the lake's form, of records that were masked.
    package func conversions(_ page: PageBytes, _ tape: Tape, records: [Int]) -> RecordEdits {
        conversions.map { edits($0, page, tape, records) } ?? RecordEdits()
    }

    private func edits(_ tree: RuleTree, _ page: PageBytes, _ tape: Tape, _ records: [Int]) -> RecordEdits {
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

    /// By their places in the lists of the definition: the rules that no field of any record has had so far. What stands
    /// below a field that is left out or masked whole is not asked for and counts as met. nil where no record had fields.
    package var unmet: (include: [Int], exclude: [Int], personal: [Int])? {
        guard let masks, sawFields else { return nil }
        let included = fields.include?.count ?? 0, excluded = fields.exclude.count
        func places(_ start: Int, _ count: Int) -> [Int] { (0..<count).filter { !masks.isMet[start + $0] } }
        return (places(0, included), places(included, excluded), places(included + excluded, fields.personal.count))
    }
}
