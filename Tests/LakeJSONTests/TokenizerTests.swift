import LakeJSON
import LakeModel
import Testing

@Suite("Tokenizer")
struct TokenizerTests {
    @Test("The tape of the documented example, token for token")
    func documentedExample() {
        #expect(agreed(Array(#"{"a":[1,"x"]}"#.utf8))?.tokens == [
            Token(offset: 0, length: 13, next: 5, kind: .object),
            Token(offset: 2, length: 1, next: 2, kind: .key),
            Token(offset: 5, length: 7, next: 5, kind: .array),
            Token(offset: 6, length: 1, next: 4, kind: .number),
            Token(offset: 9, length: 1, next: 5, kind: .string),
        ])
    }

    @Test("Siblings, empty containers and literals keep their places")
    func siblings() {
        #expect(agreed(Array(#" [{},[],true,false,null] "#.utf8))?.tokens == [
            Token(offset: 1, length: 23, next: 6, kind: .array),
            Token(offset: 2, length: 2, next: 2, kind: .object),
            Token(offset: 5, length: 2, next: 3, kind: .array),
            Token(offset: 8, length: 4, next: 4, kind: .true),
            Token(offset: 13, length: 5, next: 5, kind: .false),
            Token(offset: 19, length: 4, next: 6, kind: .null),
        ])
    }

    static let flags: [(text: String, flags: Token.Flags)] = [
        (#""abc""#, []), (#""""#, .blankEdge), (#"" ""#, .blankEdge), (#"" a""#, .blankEdge), (#""a ""#, .blankEdge), (#""a b""#, []),
        ("\"a\u{A0}\"", .nonASCII), (#""a,b""#, .comma), (#""\n""#, .escaped), (#""\u002c""#, .escaped), (#""\u0020""#, .escaped),
        (#""é, \t ""#, [.nonASCII, .comma, .escaped, .blankEdge]), (#""\u0000""#, [.escaped, .unsafeEscape]),
        (#""\ud800""#, [.escaped, .unsafeEscape]), (#""\udc00\ud800""#, [.escaped, .unsafeEscape]), (#""\ud83d\ude00""#, .escaped),
        (#""\ud83d\ud83d\ude00""#, [.escaped, .unsafeEscape]), (#""\\u0000""#, .escaped), (#""0123456789abcdef,""#, .comma),
        (#""0123456789abcde,""#, .comma), (#""0123456789abcdef0123456789abcdeé""#, .nonASCII), (#""0123456",12345678"#, []),
        ("1", []), ("-1", .negative), ("-1.5", [.negative, .fraction]), ("1e5", .exponent), ("1.5E-5", [.fraction, .exponent]),
        ("-0.0e0", [.negative, .fraction, .exponent]), ("true", []), ("{}", []), ("[]", []),
    ]

    @Test("Flags tell what a string or number holds, wherever the 16-byte edge falls", arguments: flags)
    func scalarFlags(_ text: String, _ flags: Token.Flags) {
        for padding in 0...17 {
            let outcome = agreed(Array(("[" + String(repeating: " ", count: padding) + text + ",\"tail, é\\n\",0.5e1]").utf8))
            #expect(outcome?.tokens?[1].flags == flags, "\(padding) blanks in front")
        }
    }

    @Test("Keys carry flags as strings do")
    func keyFlags() {
        let tokens = agreed(Array(#"{"a,b":1,"é":2,"\u0000 ":3,"":4}"#.utf8))?.tokens?.filter { $0.kind == .key }
        #expect(tokens?.map(\.flags) == [.comma, .nonASCII, [.escaped, .unsafeEscape, .blankEdge], .blankEdge])
        #expect(tokens?.map(\.next) == [2, 4, 6, 8])
    }

    @Test("A byte order mark is skipped, told, and counted in offsets")
    func byteOrderMark() {
        #expect(agreed(Array("\u{FEFF}[]".utf8)) == .tokens([Token(offset: 3, length: 2, next: 1, kind: .array)], hadBOM: true))
        #expect(agreed(Array("[]".utf8)) == .tokens([Token(offset: 0, length: 2, next: 1, kind: .array)], hadBOM: false))
    }

    static let faults: [(text: String, description: String, line: Int, column: Int)] = [
        ("", "empty document at byte 0", 1, 1),
        (" \n ", "empty document at byte 3", 2, 2),
        ("{\"a\":1\n \"b\":2}", "expected ',' or '}', found '\"' at byte 8", 2, 2),
        ("[1 2]", "expected ',' or ']', found '2' at byte 3", 1, 4),
        ("[1\r\n,\r\n\r\n,]", "expected a value, found ',' at byte 9", 4, 1),
        ("[}", "expected a value or ']', found '}' at byte 1", 1, 2),
        ("{1", "expected a key or '}', found '1' at byte 1", 1, 2),
        ("{\"a\":1,}", "expected a key, found '}' at byte 7", 1, 8),
        ("{\"a\" 1}", "expected ':', found '1' at byte 5", 1, 6),
        ("[1,2", "expected ',' or ']', found the end at byte 4", 1, 5),
        ("{\"a\":1", "expected ',' or '}', found the end at byte 6", 1, 7),
        ("[\"é\n\"]", "control character 0x0A in a string at byte 4", 1, 5),
        ("[\"abc", "the string from byte 1 does not end at byte 5", 1, 6),
        ("[\"a\\qb\"]", "unknown escape 'q' at byte 4", 1, 5),
        ("[\"\\u12x4\"]", "expected a hexadecimal digit, found 'x' at byte 6", 1, 7),
        ("[-x]", "expected a digit, found 'x' at byte 2", 1, 3),
        ("[1.]", "expected a digit, found ']' at byte 3", 1, 4),
        ("[007]", "number with a leading zero at byte 2", 1, 3),
        ("[trve]", "expected 'true', found 'v' at byte 3", 1, 4),
        ("nul", "expected 'null', found the end at byte 3", 1, 4),
        ("NaN", "expected a value, found 'N' at byte 0", 1, 1),
        ("{}\n{}", "expected the end, found '{' at byte 3", 2, 1),
        ("\u{FEFF}[x]", "expected a value or ']', found 'x' at byte 4", 1, 2),
        ("[\u{A0}]", "expected a value or ']', found 0xC2 at byte 1", 1, 2),
        ("[\n1,\n\"ü\", \"ö\" x]", "expected ',' or ']', found 'x' at byte 16", 3, 12),
    ]

    @Test("A fault names what was due, what was found, and the byte, line and column", arguments: faults)
    func faultPlaces(_ text: String, _ description: String, _ line: Int, _ column: Int) throws {
        let fault = try #require(agreed(Array(text.utf8))?.fault)
        #expect(fault.description == description)
        #expect(fault.position(in: PageBytes(text)) == (line, column))
    }

    @Test("Invalid UTF-8 is placed at the first byte of the sequence", arguments: [
        ([0x61, 0xC3], 3), ([0xE2, 0x82], 2), ([0x61, 0x62, 0xC0, 0xAF], 4), ([0xC3, 0xA9, 0xED, 0xA0, 0x80], 4), ([0xF4, 0x90, 0x80, 0x80], 2),
    ] as [([UInt8], Int)])
    func invalidUTF8(_ raw: [UInt8], _ offset: Int) throws {
        let trap = Trap("", inString: raw)
        #expect(agreed(trap.bytes)?.fault == JSONFault(.invalidUTF8(trap.bytes[offset]), at: offset))
    }

    @Test("Other encodings are named", arguments: zip(
        ["i_utf16le", "i_utf16le_bom", "i_utf16be", "i_utf16be_bom", "i_utf32le", "i_utf32le_bom", "i_utf32be", "i_utf32be_bom"],
        ["UTF-16LE", "UTF-16LE", "UTF-16BE", "UTF-16BE", "UTF-32LE", "UTF-32LE", "UTF-32BE", "UTF-32BE"]))
    func otherEncodings(_ id: String, _ name: String) throws {
        let trap = try #require(implementationDefinedTraps.first { $0.trap.id == id }?.trap)
        #expect(agreed(trap.bytes)?.fault?.description == "\(name) instead of UTF-8 at byte 0")
        #expect(agreed(trap.bytes)?.fault?.endsEarly == false)
    }

    @Test("Depth is limited where the caller says, at the bracket that is too much", arguments: [0, 1, 2, 3, 511, 512, 600])
    func depth(_ limit: Int) {
        for brackets in [(open: "[", close: "]"), (open: #"{"k":[{"k":"#, close: "}]}")] {
            let levels = brackets.open.filter { "[{".contains($0) }.count
            let rounds = limit / levels
            func document(_ rounds: Int) -> [UInt8] {
                let close = String(repeating: brackets.close, count: rounds)
                return Array((String(repeating: brackets.open, count: rounds) + "0" + close).utf8)
            }
            #expect(agreed(document(rounds), maxDepth: limit)?.tokens != nil)
            #expect(agreed(document(rounds + 1), maxDepth: limit)?.fault?.reason == .tooDeep(limit: limit))
        }
    }

    @Test("A hundred thousand brackets are refused without using up the stack")
    func bombs() {
        let fault = agreed([UInt8](repeating: UInt8(ascii: "["), count: 100_000))?.fault
        #expect(fault == JSONFault(.tooDeep(limit: 512), at: 512))
    }

    @Test("A tape grows with its page, keeps its memory, and forgets the page before")
    func pooledTape() throws {
        let tape = Tape(capacity: 16)
        try Tokenizer.tokenize(PageBytes("[" + String(repeating: "1,", count: 5000) + "1]"), into: tape)
        #expect(tape.count == 5002)
        #expect(tape[5001] == Token(offset: 10_001, length: 1, next: 5002, kind: .number))
        let capacity = tape.capacity
        try Tokenizer.tokenize(PageBytes("\u{FEFF}7"), into: tape)
        #expect(tape.count == 1 && tape.capacity == capacity && tape.hadBOM)
        #expect(throws: JSONFault(.expected(.digit, found: nil), at: 1)) { try Tokenizer.tokenize(PageBytes("-"), into: tape) }
        #expect(tape.count == 0 && !tape.hadBOM)
    }

    @Test("Exactly the well-formed byte sequences of Unicode are accepted")
    func utf8Sequences() {
        let edges: [UInt8] = [0x23, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        let tails: [[UInt8]] = [[], [0x80], [0xBF], [0x7F], [0x80, 0xBF], [0xBF, 0x80], [0x80, 0x7F], [0x80, 0xC0], [0x80, 0x80, 0x80]]
        for lead: UInt8 in 0x80...0xFF {
            for second in edges {
                for tail in tails {
                    let raw = [lead, second] + tail
                    let isValid = String(validating: raw, as: UTF8.self) != nil
                    let page = PageBytes(Trap("", inString: raw).bytes)
                    #expect((Way.fast.run(page).tokens != nil) == isValid, "\(raw)")
                    if isValid { #expect(Way.fast.run(page) == Way.scalar.run(page)) }
                }
            }
        }
    }
}
