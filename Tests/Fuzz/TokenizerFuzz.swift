// What libFuzzer calls with one document after the other. Ends the process where the tokenizers disagree with each other,
// or with Foundation's parser in a way that is not known, or read or write where they must not (address sanitizer).

import Foundation
import LakeJSON
import LakeModel

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // A block of exactly this size, so that a read past the end is seen.
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 1)
    block.copyMemory(from: start, byteCount: count)
    let page = PageBytes(taking: block, count: count) { $0.deallocate() }
    let fast = outcome(page) { page, tape throws(JSONFault) in try Tokenizer.tokenize(page, into: tape) }
    let words = outcome(page) { page, tape throws(JSONFault) in try Tokenizer.tokenizeByWords(page, into: tape) }
    let scalar = outcome(page) { page, tape throws(JSONFault) in try ScalarTokenizer.tokenize(page, into: tape) }
    guard fast == scalar, words == scalar else { fatalError("the tokenizers disagree: \(fast), \(words), \(scalar)") }
    judge(scalar, page, Data(bytes: start, count: count))
    if case .tokens = scalar { transformTexts(of: page) }
    return 0
}

private enum Outcome: Equatable {
    case tokens([Token], hadBOM: Bool)
    case fault(JSONFault)
}

private func outcome(_ page: PageBytes, _ tokenize: (PageBytes, Tape) throws(JSONFault) -> Void) -> Outcome {
    let tape = Tape(capacity: 16)
    do throws(JSONFault) { try tokenize(page, tape) } catch { return .fault(error) }
    return .tokens(tape.withTokens { Array($0) }, hadBOM: tape.hadBOM)
}

// MARK: Against Foundation

private func judge(_ ours: Outcome, _ page: PageBytes, _ data: Data) {
    let theirs = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    switch (ours, theirs) {
    case (.fault, nil): return
    case (.fault(let fault), _?):
        guard isLeniency(fault) || data.prefix(4).contains(0) else { fatalError("only Foundation accepts it: \(fault)") }
    case (.tokens(let tokens, _), nil):
        guard tokens.contains(where: { isBeyondFoundation($0, page) }) else { fatalError("only Foundation refuses it") }
    case (.tokens, let theirs?):
        let tape = Tape()
        guard (try? Tokenizer.tokenize(page, into: tape)) != nil, isSame(tape.value(at: 0, of: page), theirs) else {
            fatalError("Foundation reads other values")
        }
    }
}

/// Foundation accepts a comma before a closing bracket, and other encodings; it takes a zero byte near the start for one.
private func isLeniency(_ fault: JSONFault) -> Bool {
    switch fault.reason {
    case .expected(_, let found): found == UInt8(ascii: "]") || found == UInt8(ascii: "}")
    case .unsupportedEncoding: true
    default: false
    }
}

/// Foundation refuses lone surrogates, and numbers that no double holds.
private func isBeyondFoundation(_ token: Token, _ page: PageBytes) -> Bool {
    if token.flags.contains(.unsafeEscape), token.kind == .string || token.kind == .key { return true }
    guard token.kind == .number else { return false }
    return Double(page.text(Int(token.offset)..<Int(token.offset + token.length)))?.isFinite != true
}

private func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
    switch ours {
    case .null: return theirs is NSNull
    case .bool(let bool): return (theirs as? NSNumber)?.boolValue == bool
    case .number(let digits):
        guard let expected = Double(digits), let found = (theirs as? NSNumber)?.doubleValue else { return false }
        return abs(expected - found) <= abs(expected) * 1e-14
    case .string(let text): return (theirs as? String).map { isSameText(text, $0) } == true
    case .array(let elements):
        guard let found = theirs as? [Any], found.count == elements.count else { return false }
        return zip(elements, found).allSatisfy(isSame)
    case .object(let members):
        guard let found = theirs as? [String: Any] else { return false }
        // A Swift dictionary takes two spellings of a character for one key; nothing is said of such objects.
        guard Set(members.map(\.key)).count == members.count, !members.contains(where: { $0.key.unicodeScalars.contains("\u{FEFF}") }) else {
            return true
        }
        return found.count == members.count && members.allSatisfy { member in found[member.key].map { isSame(member.value, $0) } == true }
    }
}

/// Foundation leaves out a byte order mark at the beginning of a text, and behind an escape.
private func isSameText(_ ours: String, _ theirs: String) -> Bool {
    ours.utf8.elementsEqual(theirs.utf8) || withoutMarks(ours).elementsEqual(withoutMarks(theirs))
}

private func withoutMarks(_ text: String) -> [Unicode.Scalar] { text.unicodeScalars.filter { $0 != "\u{FEFF}" } }

// MARK: What the writers do with texts

/// Both ways of a text into a file; what is wrong shows as a write outside of the block.
private func transformTexts(of page: PageBytes) {
    let tape = Tape()
    guard (try? Tokenizer.tokenize(page, into: tape)) != nil else { return }
    for index in 0..<tape.count where tape[index].kind == .string || tape[index].kind == .key {
        let length = Int(tape[index].length)
        let target = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, length))
        defer { target.deallocate() }
        let plain = unescape(page.base + Int(tape[index].offset), length, into: target)
        guard plain.written <= length, String(validating: UnsafeBufferPointer(start: target, count: plain.written), as: UTF8.self) != nil else {
            fatalError("a text that is no UTF-8 without its escapes")
        }
        let clean = sanitizeEscapes(page.base + Int(tape[index].offset), length, into: target)
        guard clean.replaced == plain.replaced else { fatalError("both formats replace other characters") }
    }
}
