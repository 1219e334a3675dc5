import LakeJSON
import LakeModel
@testable import LakeNormalize
import Testing

@Suite("Hashed fields")
struct KeyedHashTests {
    /// RFC 4231, section 4.
    static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
        (Array(repeating: 0x0B, count: 20), Array("Hi There".utf8), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (Array(1...25), Array(repeating: 0xCD, count: 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (Array(repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        (Array(repeating: 0xAA, count: 131),
         Array("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.".utf8),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("The vectors of RFC 4231", arguments: vectors)
    func rfc(_ vector: (key: [UInt8], message: [UInt8], code: String)) {
        let hash = KeyedHash(key: vector.key)
        for _ in 0..<2 { #expect(String(decoding: vector.message.withUnsafeBytes { hash.hexadecimal($0) }, as: UTF8.self) == vector.code) }
    }

    private func code(_ text: String) -> String {
        let hash = KeyedHash(key: Array("key".utf8))
        return String(decoding: Array(text.utf8).withUnsafeBytes { hash.hexadecimal($0) }, as: UTF8.self)
    }

    /// Of the byte FF and a number or a boolean.
    private func code(ofLexeme text: String) -> String {
        let hash = KeyedHash(key: Array("key".utf8))
        return String(decoding: ([0xFF] + Array(text.utf8)).withUnsafeBytes { hash.hexadecimal($0) }, as: UTF8.self)
    }

    @Test("A hash is of the characters of a text, of the compact JSON of an object or array; null stays", arguments: [
        (#""x""#, "x"), (#""\u0078""#, "x"), (#""é\n""#, "é\n"), (#""\u00e9\n""#, "é\n"), (#""""#, ""), (#""\u0000""#, "\u{0}"),
        (#"{ "b" : [1, 2.0, "\u00e9"] , "a":{} }"#, #"{"b":[1,2.0,"\u00e9"],"a":{}}"#), ("[ ]", "[]"),
    ])
    func message(_ value: String, _ message: String) throws {
        let page = try RuledPage(#"[{"a":\#(value)},{"a":null}]"#, ruled(hash: ["a"]))
        #expect(page.text == #"[{"a":"\#(code(message))"},{"a":null}]"#)
        #expect(page.counts.hashedValues == 1)
    }

    @Test("Of a number or a boolean the kind is in the hash: keys that differ in it alone stay two", arguments: ["12", "1.50", "1e2", "true", "false"])
    func kinds(_ value: String) throws {
        let page = try RuledPage(#"[{"a":\#(value)},{"a":"\#(value)"}]"#, ruled(hash: ["a"]))
        #expect(page.text == #"[{"a":"\#(code(ofLexeme: value))"},{"a":"\#(code(value))"}]"#)
        #expect(code(ofLexeme: value) != code(value))
    }

    @Test("Equal values have equal hashes in every field; another key makes other ones")
    func equal() throws {
        let rules = ruled(hash: ["a", "t[*].b", "u[*]"]), source = #"[{"a":"x","t":[{"b":"\u0078"}],"u":["x"]}]"#
        let x = code("x")
        #expect(try RuledPage(source, rules).text == #"[{"a":"\#(x)","t":[{"b":"\#(x)"}],"u":["\#(x)"]}]"#)
        #expect(try !RuledPage(source, rules, key: Array("Key".utf8)).text.contains(x))
    }

    @Test("The key is in no description")
    func secret() throws {
        let key = Array("correct horse".utf8)
        let walk = try #require(FieldRulesWalk(ruled(hash: ["a"]), hashKey: key))
        var shown = "\(walk) \(String(reflecting: walk)) \(KeyedHash(key: key)) \(String(reflecting: KeyedHash(key: key)))"
        dump(walk, to: &shown)
        dump(KeyedHash(key: key), to: &shown)
        #expect(!shown.contains("correct") && !shown.contains("99, 111, 114") && !shown.contains("words"))
    }
}
