import Glibc
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// Checks the lines of a JSONL file: each an object with columns of its schema version in their order, each value of the
/// kind that its column's type is written as.
///
/// The hot loop of a verification. A line is looked at where it lies in the block; only one that is cut by the end of the
/// block is copied. Every pointer is into `names`, which lives as long as the reader, or into the line at hand.
struct JSONLReader: PartReader {
    private struct Plan: BitwiseCopyable {
        var name: UnsafePointer<UInt8>
        var length: Int
        var form: ValueForm
    }

    private let expected: PartExpectation
    private let loadID: [UInt8]
    private let plans: UnsafeMutablePointer<Plan>
    private let names: UnsafeMutablePointer<UInt8>
    private let systemColumns: Int
    private let tape = Tape(capacity: 512)
    private var carry: [UInt8] = []
    private var line = 0
    private(set) var facts = PartFacts()

    init(_ expected: PartExpectation) {
        self.expected = expected
        loadID = Array(expected.load.utf8)
        let columns = expected.columns
        systemColumns = columns.prefix { $0.isSystem }.count
        plans = .allocate(capacity: max(1, columns.count))
        names = .allocate(capacity: max(1, columns.reduce(0) { $0 + $1.name.utf8.count }))
        var at = names
        for (i, column) in columns.enumerated() {
            let start = at
            for byte in column.name.utf8 {
                at.initialize(to: byte)
                at += 1
            }
            (plans + i).initialize(to: Plan(name: UnsafePointer(start), length: at - start, form: ValueForm(column.type)))
        }
    }

    func free() {
        plans.deallocate()
        names.deallocate()
    }

    mutating func read(_ block: UnsafeRawBufferPointer) {
        guard facts.fault == nil, let base = block.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var start = 0
        while let found = memchr(base + start, 10, block.count - start) {
            let end = found - UnsafeMutableRawPointer(mutating: base)
            if carry.isEmpty {
                check(base + start, end - start)
            } else {
                carry.append(contentsOf: UnsafeBufferPointer(start: base + start, count: end - start))
                let whole = carry
                carry.removeAll(keepingCapacity: whole.count < 1 << 20)
                whole.withUnsafeBufferPointer { if let p = $0.baseAddress { check(p, $0.count) } }
            }
            guard facts.fault == nil else { return }
            start = end + 1
            if start == block.count { return }
        }
        carry.append(contentsOf: UnsafeBufferPointer(start: base + start, count: block.count - start))
        if carry.count > longestLineBytes { facts.fault = (line + 1, .tooLong) }
    }

    mutating func finish() {
        if facts.fault == nil, !carry.isEmpty { facts.fault = (line + 1, .noEnd) }
    }

    private mutating func check(_ p: UnsafePointer<UInt8>, _ count: Int) {
        line += 1
        // The page borrows the line for as long as this call.
        let page = PageBytes(taking: UnsafeMutableRawPointer(mutating: p), count: count) { _ in }
        do throws(JSONFault) { try Tokenizer.tokenize(page, into: tape) } catch {
            facts.fault = (line, .json(reason: error.description))
            return
        }
        if let fault = checkRow(p) { facts.fault = (line, fault) }
    }

    private mutating func checkRow(_ p: UnsafePointer<UInt8>) -> VerifyFinding.RowFault? {
        let tokens = tape.tokens
        guard tokens[0].kind == .object else { return .noObject }
        if let fault = checkSystem(tokens, p) { return fault }
        var t = 1 + 2 * systemColumns
        var column = systemColumns
        while t < tape.count {
            let key = tokens[t]
            while column < expected.columns.count, !isName(key, p, plans[column]) { column += 1 }
            guard column < expected.columns.count else { return strange(key, p) }
            guard fits(t + 1, plans[column].form, p) else { return misfit(column) }
            column += 1
            t = Int(tokens[t + 1].next)
        }
        return nil
    }

    /// The numbers that every row begins with.
    private mutating func checkSystem(_ tokens: UnsafeMutablePointer<Token>, _ p: UnsafePointer<UInt8>) -> VerifyFinding.RowFault? {
        for c in 0..<systemColumns {
            let t = 1 + 2 * c
            guard t + 1 < tape.count, isName(tokens[t], p, plans[c]) else { return .noColumn(expected.columns[c].name) }
            guard tokens[t + 1].kind == (c == 0 ? .string : .number) else { return misfit(c) }
        }
        let id = tokens[2]
        guard id.length == loadID.count, memcmp(p + Int(id.offset), loadID, loadID.count) == 0 else { return .loadID }
        guard let row = number(4, p) else { return misfit(1) }
        if let fault = facts.note(row) { return fault }
        guard systemColumns > 2 else { return nil }
        guard let parent = number(6, p) else { return misfit(2) }
        guard let root = number(8, p) else { return misfit(3) }
        guard let index = number(10, p) else { return misfit(4) }
        return facts.note(parent: parent, root: root, index: index, expected)
    }

    @inline(__always)
    private func number(_ t: Int, _ p: UnsafePointer<UInt8>) -> Int? {
        let token = tape.tokens[t]
        return integer(p + Int(token.offset), Int(token.length))
    }

    @inline(__always)
    private func isName(_ key: Token, _ p: UnsafePointer<UInt8>, _ plan: Plan) -> Bool {
        Int(key.length) == plan.length && memcmp(p + Int(key.offset), plan.name, plan.length) == 0
    }

    @inline(__always)
    private func fits(_ t: Int, _ form: ValueForm, _ p: UnsafePointer<UInt8>) -> Bool {
        let token = tape.tokens[t]
        if token.kind == .null { return true }  // Columns of a source are nullable, all of them.
        switch form {
        case .null: return false
        case .text: return token.kind == .string
        case .boolean: return token.kind == .true || token.kind == .false
        case .bigint: return token.kind == .number && integer(p + Int(token.offset), Int(token.length)) != nil
        case .double: return token.kind == .number
        case .json: return true
        case .decimal(let whole, let scale):
            return token.kind == .string && isDecimal(p + Int(token.offset), Int(token.length), whole: whole, scale: scale)
        case .temporal(let profile):
            return token.kind == .string && temporalProfile(p + Int(token.offset), Int(token.length)) == profile
        }
    }

    private func misfit(_ column: Int) -> VerifyFinding.RowFault {
        .value(column: expected.columns[column].name, type: expected.columns[column].type.rawValue)
    }

    /// A key that is not among the columns that may still come.
    private func strange(_ key: Token, _ p: UnsafePointer<UInt8>) -> VerifyFinding.RowFault {
        let name = String(decoding: UnsafeBufferPointer(start: p + Int(key.offset), count: Int(key.length)), as: UTF8.self)
        return expected.columns.contains { $0.name == name } ? .columnOrder(name) : .unknownColumn(String(name.prefix(64)))
    }
}
