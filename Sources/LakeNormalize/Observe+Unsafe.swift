import LakeJSON
import LakeModel

/// The first of the two passes over a page's cells: what each leaf holds. The second pass, once the schema is decided,
/// writes them.
struct Observer {
    let tokens: UnsafePointer<Token>
    let bytes: UnsafePointer<UInt8>
    /// Of the page at hand; nil where only tokens are asked for.
    var blobs: UnsafePointer<BlobRange>?

    /// Merges every cell of a table into the facts of its leaf.
    func observe(_ table: UnsafeMutablePointer<TableShape>) {
        let facts = table.pointee.facts.base
        let values = table.pointee.values.base
        let cells = table.pointee.cells.base
        for i in 0..<table.pointee.cells.count {
            let cell = cells[i]
            merge(cell.source, into: facts + Int(cell.leaf))
            if !isNull(cell.source) { values[Int(cell.leaf)] &+= 1 }
        }
    }

    /// The facts of one cell alone; to find the record that changed a type.
    func facts(of cell: Cell) -> ColumnFacts {
        var facts = ColumnFacts()
        withUnsafeMutablePointer(to: &facts) { merge(cell.source, into: $0) }
        return facts
    }

    @inline(__always)
    private func isNull(_ source: UInt32) -> Bool { source & Cell.blobBit == 0 && tokens[Int(source)].kind == .null }

    @inline(__always)
    private func merge(_ source: UInt32, into facts: UnsafeMutablePointer<ColumnFacts>) {
        if source & Cell.blobBit != 0 {
            facts.pointee.kinds.formUnion(.json)
            if let blobs { noteLength(UInt32(blobs[Int(source & ~Cell.blobBit)].count), facts) }
            return
        }
        let token = tokens[Int(source)]
        switch token.kind {
        case .string: mergeString(token, facts)
        case .number: mergeNumber(token, facts)
        case .null: facts.pointee.kinds.formUnion(.null)
        case .true, .false: facts.pointee.kinds.formUnion(.boolean)
        case .object, .array:
            facts.pointee.kinds.formUnion(.json)
            noteLength(token.length, facts)
        case .key: break
        }
    }

    @inline(__always)
    private func noteLength(_ length: UInt32, _ facts: UnsafeMutablePointer<ColumnFacts>) {
        if length > facts.pointee.longestText { facts.pointee.longestText = length }
    }

    @inline(__always)
    private func mergeString(_ token: Token, _ facts: UnsafeMutablePointer<ColumnFacts>) {
        facts.pointee.kinds.formUnion(.string)
        let p = bytes + Int(token.offset)
        if token.isEscaped {
            facts.pointee.temporal = .other
            facts.pointee.longestText = max(facts.pointee.longestText, UInt32(unescapedLength(p, Int(token.length))))
            return
        }
        noteLength(token.length, facts)
        if facts.pointee.temporal.contains(.other) { return }
        let profile = temporalProfile(p, Int(token.length))
        if profile == .other { facts.pointee.temporal = .other } else { facts.pointee.temporal.formUnion(profile) }
    }

    @inline(__always)
    private func mergeNumber(_ token: Token, _ facts: UnsafeMutablePointer<ColumnFacts>) {
        let p = bytes + Int(token.offset)
        let isNegative = token.isNegative
        let digits = Int(token.length) - (isNegative ? 1 : 0)
        if token.isInteger, digits <= 18 {
            let magnitude = smallInteger(p + (isNegative ? 1 : 0), digits)
            if magnitude == 0, isNegative { return mergeReal(token, facts) }
            let value = isNegative ? -magnitude : magnitude
            facts.pointee.kinds.formUnion(.integer)
            if value < facts.pointee.smallest { facts.pointee.smallest = value }
            if value > facts.pointee.largest { facts.pointee.largest = value }
            if UInt32(digits) > facts.pointee.integerDigits { facts.pointee.integerDigits = UInt32(digits) }
            return
        }
        if token.isInteger { return mergeLargeInteger(token, facts) }
        mergeReal(token, facts)
    }

    @inline(__always)
    private func smallInteger(_ p: UnsafePointer<UInt8>, _ digits: Int) -> Int64 {
        var value: Int64 = 0
        for i in 0..<digits { value = value &* 10 &+ Int64(p[i] &- 48) }
        return value
    }

    @inline(never)
    private func mergeLargeInteger(_ token: Token, _ facts: UnsafeMutablePointer<ColumnFacts>) {
        let text = lexeme(token)
        facts.pointee.kinds.formUnion(.integer)
        noteLength(token.length, facts)
        facts.pointee.integerDigits = max(facts.pointee.integerDigits, UInt32(text.utf8.filter { $0 != UInt8(ascii: "-") }.count))
        if let value = Int64(text) {
            facts.pointee.smallest = min(facts.pointee.smallest, value)
            facts.pointee.largest = max(facts.pointee.largest, value)
        } else {
            facts.pointee.numbers.formUnion(.beyondInt64)
        }
    }

    /// `-0`, and numbers with a fraction or an exponent.
    private func mergeReal(_ token: Token, _ facts: UnsafeMutablePointer<ColumnFacts>) {
        let p = bytes + Int(token.offset)
        facts.pointee.kinds.formUnion(.real)
        noteLength(token.length, facts)
        var i = token.isNegative ? 1 : 0
        let start = i
        let count = Int(token.length)
        while i < count, p[i] &- 48 < 10 { i += 1 }
        let whole = i - start
        var fraction = 0
        if i < count, p[i] == UInt8(ascii: ".") {
            i += 1
            while i < count, p[i] &- 48 < 10 { i += 1; fraction += 1 }
        }
        if token.flags.contains(.exponent) {
            facts.pointee.numbers.formUnion(.exponent)
        } else {
            facts.pointee.integerDigits = max(facts.pointee.integerDigits, UInt32(p[start] == UInt8(ascii: "0") ? 0 : whole))
            facts.pointee.fractionDigits = max(facts.pointee.fractionDigits, UInt32(fraction))
            // Every decimal of at most 15 significant digits survives the way through a double.
            if whole + fraction <= 15 { return }
        }
        if !DecimalText.doubleGivesBack(lexeme(token)) { facts.pointee.numbers.formUnion(.notDouble) }
    }

    private func lexeme(_ token: Token) -> String {
        String(decoding: UnsafeBufferPointer(start: bytes + Int(token.offset), count: Int(token.length)), as: UTF8.self)
    }
}

extension ColumnFacts {
    /// The facts of one value alone; an object or an array counts as one that is kept as JSON.
    package init(ofValueAt token: Int, _ page: PageBytes, _ tape: Tape) {
        precondition(token >= 0 && token < tape.count, "token \(token) of \(tape.count)")
        self = withExtendedLifetime((page, tape)) {
            Observer(tokens: tape.tokens, bytes: page.base).facts(of: Cell(leaf: 0, source: UInt32(token)))
        }
    }
}

/// Bytes of UTF-8 that a string body with escapes stands for.
func unescapedLength(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, count)) { out in
        out.baseAddress.map { unescape(p, count, into: $0).written } ?? 0
    }
}
