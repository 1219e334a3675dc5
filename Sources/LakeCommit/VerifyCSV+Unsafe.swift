import Glibc
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// Checks the records of a CSV file (RFC 4180 with LF): the header, the number of fields, and each value by the type of
/// its column.
///
/// A line break ends a record where the quotes before it are even in number. Every pointer is into the record at hand.
struct CSVReader: PartReader {
    private let expected: PartExpectation
    private let header: [UInt8]
    private let loadID: [UInt8]
    private let forms: [ValueForm]
    private let systemColumns: Int
    private let tape = Tape(capacity: 64)
    private var carry: [UInt8] = []
    /// Whether the quotes of the open record are odd in number so far.
    private var isOpen = false
    private var hasHeader = false
    /// The line at which the record at hand begins.
    private var line = 1
    private var linesOfRecord = 1
    private var numbers = [Int](repeating: 0, count: 5)
    private(set) var facts = PartFacts()

    init(_ expected: PartExpectation) {
        self.expected = expected
        header = Array(expected.columns.map(\.name).joined(separator: ",").utf8)
        loadID = Array(expected.load.utf8)
        forms = expected.columns.map { ValueForm($0.type) }
        systemColumns = expected.columns.prefix { $0.isSystem }.count
    }

    func free() {}

    mutating func read(_ block: UnsafeRawBufferPointer) {
        guard facts.fault == nil, let base = block.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var start = 0, at = 0
        while at < block.count, let found = memchr(base + at, 10, block.count - at) {
            let end = found - UnsafeMutableRawPointer(mutating: base)
            if hasOddQuotes(base + at, end - at) { isOpen.toggle() }
            at = end + 1
            guard !isOpen else {
                linesOfRecord += 1
                continue
            }
            take(base + start, end - start)
            guard facts.fault == nil else { return }
            start = at
        }
        if hasOddQuotes(base + at, block.count - at) { isOpen.toggle() }
        carry.append(contentsOf: UnsafeBufferPointer(start: base + start, count: block.count - start))
        if carry.count > longestLineBytes { facts.fault = (line, .tooLong) }
    }

    mutating func finish() {
        guard facts.fault == nil else { return }
        if !carry.isEmpty { facts.fault = (line, .noEnd) } else if !hasHeader { facts.fault = (line, headerFault) }
    }

    @inline(__always)
    private func hasOddQuotes(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var quotes: UInt8 = 0
        for i in 0..<count { quotes ^= p[i] == UInt8(ascii: "\"") ? 1 : 0 }
        return quotes == 1
    }

    private mutating func take(_ p: UnsafePointer<UInt8>, _ count: Int) {
        if carry.isEmpty {
            check(p, count)
        } else {
            carry.append(contentsOf: UnsafeBufferPointer(start: p, count: count))
            let whole = carry
            carry.removeAll(keepingCapacity: whole.count < 1 << 20)
            whole.withUnsafeBufferPointer { if let p = $0.baseAddress { check(p, $0.count) } }
        }
        line += linesOfRecord
        linesOfRecord = 1
    }

    private var headerFault: VerifyFinding.RowFault { .header(expected: String(decoding: header, as: UTF8.self)) }

    private mutating func check(_ p: UnsafePointer<UInt8>, _ count: Int) {
        guard hasHeader else {
            hasHeader = true
            if count != header.count || memcmp(p, header, count) != 0 { facts.fault = (line, headerFault) }
            return
        }
        if let fault = checkRecord(p, count) { facts.fault = (line, fault) }
    }

    private mutating func checkRecord(_ p: UnsafePointer<UInt8>, _ count: Int) -> VerifyFinding.RowFault? {
        var at = 0, field = 0
        while true {
            guard let end = endOfField(p, at, count) else { return .quotes(field: field + 1) }
            if field < forms.count {
                guard check(field, p + at, end - at) else {
                    return field == 0 ? .loadID : .value(column: expected.columns[field].name, type: expected.columns[field].type.rawValue)
                }
            }
            field += 1
            if end == count { break }
            at = end + 1
        }
        guard field == forms.count else { return .fields(expected: forms.count, found: field) }
        if let fault = facts.note(numbers[1]) { return fault }
        guard systemColumns > 2 else { return nil }
        return facts.note(parent: numbers[2], root: numbers[3], index: numbers[4], expected)
    }

    /// Where a field ends: at a comma, or at the end of the record; nil where its quotes are wrong.
    @inline(__always)
    private func endOfField(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var i = start
        guard i < count, p[i] == UInt8(ascii: "\"") else {
            while i < count, p[i] != UInt8(ascii: ",") {
                if p[i] == UInt8(ascii: "\"") || p[i] == UInt8(ascii: "\r") { return nil }
                i += 1
            }
            return i
        }
        i += 1
        while let found = memchr(p + i, 34, count - i) {
            i = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - p + 1
            if i == count || p[i] == UInt8(ascii: ",") { return i }
            guard p[i] == UInt8(ascii: "\"") else { return nil }
            i += 1
            if i == count { return nil }
        }
        return nil
    }

    /// - Parameter p: the field with the quotes that it may have.
    @inline(__always)
    private mutating func check(_ field: Int, _ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let isQuoted = count > 0 && p[0] == UInt8(ascii: "\"")
        let text = isQuoted ? p + 1 : p, length = isQuoted ? count - 2 : count
        if field < systemColumns { return checkSystem(field, text, length) }
        if count == 0 { return true }  // NULL.
        switch forms[field] {
        case .null: return false
        case .text: return true
        case .boolean: return (length == 4 && memcmp(text, "true", 4) == 0) || (length == 5 && memcmp(text, "false", 5) == 0)
        case .bigint: return integer(text, length) != nil
        case .double: return NumberShape(text, length) != nil
        case .decimal(let whole, let scale): return isDecimal(text, length, whole: whole, scale: scale)
        case .temporal(let profile): return temporalProfile(text, length) == profile
        case .json: return isJSON(text, length)
        }
    }

    @inline(__always)
    private mutating func checkSystem(_ field: Int, _ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if field == 0 { return count == loadID.count && memcmp(p, loadID, count) == 0 }
        guard let number = integer(p, count) else { return false }
        numbers[field] = number
        return true
    }

    /// Of the doubled quotes inside a field, one is meant.
    private func isJSON(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var i = 0
        while i < count {
            text.append(p[i])
            i += p[i] == UInt8(ascii: "\"") ? 2 : 1
        }
        return (try? Tokenizer.tokenize(PageBytes(text), into: tape)) != nil
    }
}
