import Foundation
import LakeJSON
import LakeModel
import Testing

/// What a tokenizer made of a page.
enum Outcome: Equatable {
    case tokens([Token], hadBOM: Bool)
    case fault(JSONFault)

    var fault: JSONFault? {
        if case .fault(let fault) = self { fault } else { nil }
    }

    var tokens: [Token]? {
        if case .tokens(let tokens, _) = self { tokens } else { nil }
    }
}

/// A page whose last byte is the last one before memory that may not be read: reading past the end crashes the test.
func guardedPage(_ bytes: [UInt8]) -> PageBytes {
    let unit = Int(getpagesize())
    let size = (bytes.count + unit - 1) / unit * unit + unit
    guard let block = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), block != MAP_FAILED else {
        fatalError("mmap failed")
    }
    mprotect(block + (size - unit), unit, PROT_NONE)
    let start = block + (size - unit - bytes.count)
    start.copyMemory(from: bytes, byteCount: bytes.count)
    let address = UInt(bitPattern: block)
    return PageBytes(taking: start, count: bytes.count) { _ in munmap(UnsafeMutableRawPointer(bitPattern: address), size) }
}

enum Way: CaseIterable {
    case fast, words, scalar

    func run(_ page: PageBytes, maxDepth: Int = Tokenizer.depthLimit) -> Outcome {
        let tape = Tape(capacity: 16)
        do throws(JSONFault) {
            switch self {
            case .fast: try Tokenizer.tokenize(page, into: tape, maxDepth: maxDepth)
            case .words: try Tokenizer.tokenizeByWords(page, into: tape, maxDepth: maxDepth)
            case .scalar: try ScalarTokenizer.tokenize(page, into: tape, maxDepth: maxDepth)
            }
        } catch {
            return tape.count == 0 ? .fault(error) : .fault(JSONFault(.emptyInput, at: -1))  // A tape left filled.
        }
        return .tokens(tape.withTokens { Array($0) }, hadBOM: tape.hadBOM)
    }
}

/// The outcome on which all tokenizers agree; nil where they do not.
func agreed(_ bytes: [UInt8], maxDepth: Int = Tokenizer.depthLimit) -> Outcome? {
    let page = guardedPage(bytes)
    let outcomes = Way.allCases.map { $0.run(page, maxDepth: maxDepth) }
    return outcomes.allSatisfy { $0 == outcomes[0] } ? outcomes[0] : nil
}

extension Outcome {
    /// The same, `distance` bytes further on.
    func moved(by distance: Int) -> Outcome {
        switch self {
        case .tokens(let tokens, let hadBOM):
            return .tokens(tokens.map { token in
                var token = token
                token.offset += UInt32(distance)
                return token
            }, hadBOM: hadBOM)
        case .fault(let fault):
            let reason: JSONFault.Reason = switch fault.reason {
            case .unterminatedString(let start): .unterminatedString(start: start + distance)
            default: fault.reason
            }
            return .fault(JSONFault(reason, at: fault.byteOffset + distance))
        }
    }
}

/// SplitMix64: the same documents in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A document of a table: its id, which begins with `y_`, `n_` or `i_`, and its bytes.
struct Trap: CustomTestStringConvertible, Sendable {
    let id: String
    let bytes: [UInt8]
    var testDescription: String { id }

    init(_ id: String, _ text: String) {
        self.id = id
        self.bytes = Array(text.utf8)
    }

    init(_ id: String, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }

    /// `["…"]` around raw bytes.
    init(_ id: String, inString raw: [UInt8]) {
        self.init(id, bytes: Array(#"[""#.utf8) + raw + Array(#""]"#.utf8))
    }
}
