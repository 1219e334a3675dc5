import Foundation
import LakeJSON
import LakeModel
import Testing

@Suite("Tokenizers against each other and against Foundation")
struct DifferentialTests {
    @Test("Random documents give the tree they were made from, with the same tape from every tokenizer", arguments: [false, true])
    func randomDocuments(_ isOdd: Bool) throws {
        var random = RandomDocument(seed: isOdd ? 11 : 7, isOdd: isOdd)
        for round in 0..<1000 {
            let (bytes, value) = random.make()
            try #require(agreed(bytes)?.tokens != nil, "round \(round): \(String(decoding: bytes, as: UTF8.self))")
            try #require(try JSONValue(parsing: PageBytes(bytes)).isSame(as: value), "round \(round)")
        }
    }

    @Test("Documents with changed bytes give the same tape or the same fault from every tokenizer", arguments: 1...4)
    func mutatedDocuments(_ seed: UInt64) throws {
        var random = RandomDocument(seed: seed, isOdd: true)
        var rejected = 0
        for round in 0..<600 {
            let bytes = random.make().bytes
            for _ in 0..<3 {
                let mutated = random.mutate(bytes)
                let outcome = try #require(agreed(mutated), "seed \(seed), round \(round): \(mutated)")
                if outcome.fault != nil { rejected += 1 }
            }
        }
        #expect(rejected > 500)
    }

    /// Where JSONSerialization decides otherwise on our tables.
    static let foundationDeviations: Set<String> = [
        // It accepts a comma before a closing bracket.
        "n_array_trailing_comma", "n_object_trailing_comma",
        // It refuses lone surrogates, which a String cannot hold.
        "i_string_lone_high_surrogate", "i_string_lone_low_surrogate", "i_string_high_then_letter", "i_string_high_then_escape",
        "i_string_high_then_other_unit", "i_string_high_high", "i_string_high_high_low", "i_string_inverted_pair", "i_key_lone_surrogate",
        // It refuses numbers that no double holds.
        "i_number_double_huge_exponent", "i_number_huge_positive_exponent",
        // It reads UTF-16 and UTF-32.
        "i_utf16le", "i_utf16le_bom", "i_utf16be", "i_utf16be_bom", "i_utf32le", "i_utf32le_bom", "i_utf32be", "i_utf32be_bom",
    ]

    @Test("JSONSerialization accepts and rejects the same documents, except where it is known to differ")
    func acceptance() {
        var deviations: Set<String> = []
        for trap in TokenizerTrapTests.all {
            let isAccepted = Way.fast.run(PageBytes(trap.bytes)).tokens != nil
            let foundation = try? JSONSerialization.jsonObject(with: Data(trap.bytes), options: .fragmentsAllowed)
            if (foundation != nil) != isAccepted { deviations.insert(trap.id) }
        }
        #expect(deviations == Self.foundationDeviations)
    }

    @Test("JSONSerialization reads the same values from random documents")
    func values() throws {
        var random = RandomDocument(seed: 23, isOdd: false)
        for round in 0..<500 {
            let (bytes, _) = random.make()
            let tape = Tape(capacity: 16)
            let page = guardedPage(bytes)
            try Tokenizer.tokenize(page, into: tape)
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            try #require(isSame(tape.value(at: 0, of: page), theirs), "round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let bool): return (theirs as? NSNumber)?.boolValue == bool
        case .number(let digits):
            guard let expected = Double(digits), let found = (theirs as? NSNumber)?.doubleValue else { return false }
            return abs(expected - found) <= abs(expected) * 1e-15
        case .string(let text): return (theirs as? String).map { $0.utf8.elementsEqual(text.utf8) } == true
        case .array(let elements):
            guard let found = theirs as? [Any], found.count == elements.count else { return false }
            return zip(elements, found).allSatisfy(isSame)
        case .object(let members):
            guard let found = theirs as? [String: Any], found.count == members.count else { return false }
            return members.allSatisfy { member in found[member.key].map { isSame(member.value, $0) } == true }
        }
    }
}

extension JSONValue {
    /// Equal byte for byte: `==` on strings would also accept other spellings of the same characters.
    func isSame(as other: JSONValue) -> Bool { utf8(pretty: false) == other.utf8(pretty: false) }
}
