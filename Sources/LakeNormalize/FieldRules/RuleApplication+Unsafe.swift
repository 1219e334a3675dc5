import LakeJSON
import LakeModel

/// Walks records along the tree of rules and notes the edits. What no rule can reach is skipped by `next`.
struct RuleApplication {
    let tokens: UnsafePointer<Token>
    let bytes: UnsafePointer<UInt8>
    let tree: RuleTree
    let hash: KeyedHash?
    let keepsHashes: Bool
    var counts: SideCounts
    var edits = RecordEdits()

    init(tokens: UnsafePointer<Token>, bytes: UnsafePointer<UInt8>, tree: RuleTree, hash: KeyedHash?, keepsHashes: Bool, counts: SideCounts) {
        self.tokens = tokens
        self.bytes = bytes
        self.tree = tree
        self.hash = hash
        self.keepsHashes = keepsHashes
        self.counts = counts
    }

    mutating func record(_ token: Int) {
        tree.keepBound()
        let kind = tokens[token].kind, verdict = tree.root.pointee.verdict
        switch kind {
        // No row comes of it, with rules or without.
        case .null: return
        // A rule for the row itself is for records that are scalars.
        case .object where verdict.object == .drop, .array where verdict.array == .drop: leaveEmpty(token, kind)
        case .object: if verdict.object != .keep { members(token, tree.root) }
        case .array: if verdict.array != .keep { elements(token, tree.root) }
        default: if verdict.scalar == .drop { leaveEmpty(token, kind) } else { value(token, tree.root, at: token) }
        }
    }

    /// A record that the rules leave out whole keeps its place among the records.
    private mutating func leaveEmpty(_ record: Int, _ kind: Token.Kind) {
        if kind == .object || kind == .array, tokens[record].next == record + 1 { return }
        counts.droppedFields += 1
        edits.replace(record, by: kind == .array ? .emptyArray : .emptyObject)
    }

    private mutating func members(_ object: Int, _ node: UnsafeMutablePointer<RuleNode>) {
        let end = Int(tokens[object].next)
        var key = object + 1, expected = 0
        while key < end {
            let next = Int(tokens[key + 1].next)
            value(key + 1, member(key, node, &expected), at: key)
            key = next
        }
    }

    @inline(__always)
    private func member(_ key: Int, _ node: UnsafeMutablePointer<RuleNode>, _ expected: inout Int) -> UnsafeMutablePointer<RuleNode> {
        let token = tokens[key]
        if token.isEscaped { return escapedMember(token, node, &expected) }
        return tree.member(node, bytes + Int(token.offset), Int(token.length), &expected)
    }

    /// Two spellings of a key are one.
    @inline(never)
    private func escapedMember(
        _ key: Token, _ node: UnsafeMutablePointer<RuleNode>, _ expected: inout Int
    ) -> UnsafeMutablePointer<RuleNode> {
        withText(key) { text in
            guard let base = text.baseAddress else { preconditionFailure("an escaped key has at least one byte") }
            return tree.member(node, base, text.count, &expected)
        }
    }

    private mutating func elements(_ array: Int, _ node: UnsafeMutablePointer<RuleNode>) {
        let end = Int(tokens[array].next)
        var element = array + 1
        guard element < end else { return }
        let place = tree.element(of: node)
        while element < end {
            value(element, place, at: element)
            element = Int(tokens[element].next)
        }
    }

    /// - Parameter start: the token at which the member or element begins.
    @inline(__always)
    private mutating func value(_ token: Int, _ node: UnsafeMutablePointer<RuleNode>, at start: Int) {
        let kind = tokens[token].kind
        let outcome = switch kind {
        case .object: node.pointee.verdict.object
        case .array: node.pointee.verdict.array
        default: node.pointee.verdict.scalar
        }
        if outcome != .keep { apply(outcome, token, kind, node, at: start) }
    }

    @inline(never)
    private mutating func apply(
        _ outcome: RuleOutcome, _ token: Int, _ kind: Token.Kind, _ node: UnsafeMutablePointer<RuleNode>, at start: Int
    ) {
        switch outcome {
        case .keep: return
        case .walk where kind == .object: members(token, node)
        case .walk: elements(token, node)
        case .drop:
            edits.drop(start)
            counts.droppedFields += 1
        case .column: change(token, kind, node.pointee.verdict.column)
        case .hash, .redact:
            // Null stays null, and so does a text that stands for it.
            if kind == .null || becomesNull(token, kind, node.pointee.verdict.column) { return }
            if outcome == .hash { replaceByHash(token, kind) } else { redact(token) }
        }
    }

    // MARK: Values

    private mutating func change(_ token: Int, _ kind: Token.Kind, _ column: Int32) {
        let rule = tree.rules.columns[Int(column)]
        let change: ColumnRule.Change? = switch kind {
        case .string: withText(tokens[token]) { rule.change(ofText: $0) }
        case .number: withText(tokens[token]) { rule.change(ofNumber: $0) }
        default: nil
        }
        switch change {
        case nil: return
        case .null: replaceByNull(token)
        case .time(let text):
            edits.replace(token, by: Self.quoted(text))
            counts.convertedTimes += 1
        }
    }

    private mutating func becomesNull(_ token: Int, _ kind: Token.Kind, _ column: Int32) -> Bool {
        guard kind == .string, column >= 0 else { return false }
        let rule = tree.rules.columns[Int(column)]
        guard rule.hasNullValues, withText(tokens[token], { rule.isNull($0) }) else { return false }
        replaceByNull(token)
        return true
    }

    private mutating func replaceByNull(_ token: Int) {
        edits.replace(token, by: .null)
        counts.nulledValues += 1
    }

    private mutating func redact(_ token: Int) {
        edits.replace(token, by: .redacted)
        counts.redactedValues += 1
    }

    /// Of a text: its characters as UTF-8; of a number or a boolean: as it stands, with its kind; else of its compact JSON.
    private mutating func replaceByHash(_ token: Int, _ kind: Token.Kind) {
        guard let hash else { preconditionFailure("a resource that hashes fields has a key") }
        if keepsHashes, kind == .string, withText(tokens[token], KeyedHash.looksLikeOne) { return }
        let code: [UInt8]
        switch kind {
        case .string: code = withText(tokens[token]) { hash.hexadecimal(UnsafeRawBufferPointer($0)) }
        case .object, .array:
            var json: [UInt8] = []
            CompactJSON.append(token, tokens, bytes, to: &json)
            code = json.withUnsafeBytes { hash.hexadecimal($0) }
        default: code = withText(tokens[token]) { hash.hexadecimal(ofLexeme: $0) }
        }
        edits.replace(token, by: Self.quoted(code))
        counts.hashedValues += 1
    }

    private static func quoted(_ plain: [UInt8]) -> [UInt8] { [UInt8(ascii: "\"")] + plain + [UInt8(ascii: "\"")] }

    /// The bytes of a scalar or key, unescaped.
    private func withText<R>(_ token: Token, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let source = bytes + Int(token.offset), count = Int(token.length)
        guard token.kind == .string || token.kind == .key, token.isEscaped else { return body(UnsafeBufferPointer(start: source, count: count)) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
            guard let target = room.baseAddress else { return body(UnsafeBufferPointer(start: source, count: 0)) }
            return body(UnsafeBufferPointer(start: target, count: unescape(source, count, into: target, keepingNUL: true).written))
        }
    }
}
