import LakeJSON
import LakeModel
import Testing

@Suite("Escapes")
struct EscapeTests {
    /// Source body, decoded for a writer, sanitized, number of replacements.
    static let bodies: [(source: String, decoded: String, sanitized: String, replaced: Int)] = [
        ("", "", "", 0),
        ("plain", "plain", "plain", 0),
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t", #"\"\\\/\b\f\n\r\t"#, 0),
        (#"\u0041\u00e9\u20AC\uFFFF"#, "A\u{E9}€\u{FFFF}", #"\u0041\u00e9\u20AC\uFFFF"#, 0),
        (#"\u007f\u0080\u07ff\u0800"#, "\u{7F}\u{80}\u{7FF}\u{800}", #"\u007f\u0080\u07ff\u0800"#, 0),
        (#"\ud83d\ude00\uDBFF\uDFFF\ud800\udc00"#, "😀\u{10FFFF}\u{10000}", #"\ud83d\ude00\uDBFF\uDFFF\ud800\udc00"#, 0),
        (#"a\u0000b"#, "a\u{FFFD}b", #"a\ufffdb"#, 1),
        (#"\ud800"#, "\u{FFFD}", #"\ufffd"#, 1),
        (#"\udc00x"#, "\u{FFFD}x", #"\ufffdx"#, 1),
        (#"\ud800\ud800\udc00"#, "\u{FFFD}\u{10000}", #"\ufffd\ud800\udc00"#, 1),
        (#"\ud800\n\udc00\u0000"#, "\u{FFFD}\n\u{FFFD}\u{FFFD}", #"\ufffd\n\ufffd\ufffd"#, 3),
        (#"\ud800\u0041"#, "\u{FFFD}A", #"\ufffd\u0041"#, 1),
        (#"\\u0000 \\\u0000"#, "\\u0000 \\\u{FFFD}", #"\\u0000 \\\ufffd"#, 1),
        (#"long plain text, é€😀, before \u0000 and\nbehind it too"#, "long plain text, é€😀, before \u{FFFD} and\nbehind it too",
         #"long plain text, é€😀, before \ufffd and\nbehind it too"#, 1),
        (#"\n0123456789abcdef\n0123456789abcde\n0123456789abcdefg\u0000"#, "\n0123456789abcdef\n0123456789abcde\n0123456789abcdefg\u{FFFD}",
         #"\n0123456789abcdef\n0123456789abcde\n0123456789abcdefg\ufffd"#, 1),
    ]

    @Test("Writers get the decoded or the sanitized body, and how many characters were replaced", arguments: bodies)
    func writerBodies(_ source: String, _ decoded: String, _ sanitized: String, _ replaced: Int) throws {
        let unescaped = transform(source) { unescape($0, $1, into: $2) }
        #expect(unescaped.text == decoded && unescaped.replaced == replaced)
        let cleaned = transform(source) { sanitizeEscapes($0, $1, into: $2) }
        #expect(cleaned.text == sanitized && cleaned.replaced == replaced)

        let tape = Tape(), page = PageBytes("\"" + source + "\"")
        try Tokenizer.tokenize(page, into: tape)
        var output = Array(">".utf8)
        #expect(tape.appendDecoded(tape[0], page, to: &output) == replaced)
        #expect(output == Array((">" + decoded).utf8))
        #expect(tape[0].flags.contains(.unsafeEscape) == (replaced > 0))
    }

    @Test("A tree keeps NUL, which a String can hold, and replaces only lone surrogates")
    func treeKeepsNUL() throws {
        let value = try JSONValue(parsing: #"["a\u0000b", "\ud800", "\ud83d\ude00", "x"]"#)
        #expect(value == ["a\u{0}b", "\u{FFFD}", "😀", "x"])
    }

    /// Runs a function in a block with exactly as many bytes as promised, and untouched bytes behind it.
    private func transform(
        _ source: String, _ body: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>) -> (written: Int, replaced: Int)
    ) -> (text: String, replaced: Int) {
        let page = guardedPage(Array(source.utf8))
        var target = [UInt8](repeating: 0xAA, count: page.count + 16)
        let (written, replaced) = target.withUnsafeMutableBufferPointer { body(page.base, page.count, $0.baseAddress!) }
        #expect(written <= page.count)
        #expect(target[page.count...].allSatisfy { $0 == 0xAA }, "written past the promised end")
        return (String(decoding: target.prefix(written), as: UTF8.self), replaced)
    }
}
