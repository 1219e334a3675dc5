import LakeJSON

/// Makes documents as text together with the tree that they stand for. Seeded, so a failure can be seen again.
struct RandomDocument {
    var generator: SeededGenerator
    /// Lone surrogates, `\u0000`, equal keys and huge exponents too: what other readers treat in their own way.
    let isOdd: Bool

    init(seed: UInt64, isOdd: Bool) {
        generator = SeededGenerator(state: seed)
        self.isOdd = isOdd
    }

    mutating func make() -> (bytes: [UInt8], value: JSONValue) {
        let (text, value) = makeValue(depth: 0)
        return (Array((blanks() + text + blanks()).utf8), value)
    }

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    private mutating func blanks() -> String {
        below(3) > 0 ? "" : (0...below(4)).map { _ in [" ", "\n", "\t", "\r", "                 "][below(5)] }.joined()
    }

    private mutating func makeValue(depth: Int) -> (String, JSONValue) {
        switch below(depth > 4 ? 6 : 9) {
        case 0: return ("null", .null)
        case 1: return below(2) == 0 ? ("true", .bool(true)) : ("false", .bool(false))
        case 2, 3:
            let number = makeNumber()
            return (number, .number(number))
        case 4, 5:
            let (text, value) = makeString()
            return (text, .string(value))
        case 6:
            let elements = (0..<below(5)).map { _ in makeValue(depth: depth + 1) }
            return ("[" + elements.map { blanks() + $0.0 + blanks() }.joined(separator: ",") + blanks() + "]", .array(elements.map(\.1)))
        default: return makeObject(depth: depth)
        }
    }

    private mutating func makeObject(depth: Int) -> (String, JSONValue) {
        var texts: [String] = []
        var object = JSONValue.object([])
        for index in 0..<below(6) {
            var (key, name) = makeString()
            if !isOdd {  // No two keys may be equal.
                name = "k\(index)" + name
                key = "\"k\(index)" + key.dropFirst()
            }
            let (text, value) = makeValue(depth: depth + 1)
            texts.append(blanks() + key + blanks() + ":" + blanks() + text + blanks())
            object[name] = value
        }
        return ("{" + blanks() + texts.joined(separator: ",") + "}", object)
    }

    private mutating func makeNumber() -> String {
        var text = below(3) == 0 ? "-" : ""
        text += below(4) == 0 ? "0" : String(1 + below(1 << (1 + below(40))))
        if below(3) == 0 { text += "." + (0...below(8)).map { _ in String(below(10)) }.joined() }
        if below(5) == 0 { text += ["e", "E"][below(2)] + ["", "+", "-"][below(3)] + String(below(isOdd ? 100_000 : 30)) }
        return text
    }

    private static let pieces: [(String, String)] = [
        ("a", "a"), ("Bc d", "Bc d"), (",", ","), (" ", " "), (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{C}"),
        (#"\n"#, "\n"), (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u00e9"#, "\u{E9}"), (#"\u20AC"#, "€"), (#"\ud83D\uDe00"#, "😀"), ("é", "é"),
        ("€", "€"), ("😀", "😀"), ("\u{7F}", "\u{7F}"), ("ascii text of some length", "ascii text of some length"), (#"\u001F"#, "\u{1F}"),
    ]
    private static let oddPieces: [(String, String)] = [
        (#"\u0000"#, "\u{0}"), (#"\ud800 "#, "\u{FFFD} "), (#"\udfff"#, "\u{FFFD}"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\uD800\u0041"#, "\u{FFFD}A"),
    ]

    private mutating func makeString() -> (String, String) {
        var text = "", value = ""
        for _ in 0..<below(below(4) == 0 ? 20 : 4) {
            let pieces = isOdd && below(6) == 0 ? Self.oddPieces : Self.pieces
            let piece = pieces[below(pieces.count)]
            text += piece.0
            value += piece.1
        }
        return ("\"" + text + "\"", value)
    }

    /// Changes a few bytes: set, flipped, removed, doubled, swapped in from where JSON is sensitive.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        let sensitive = Array("\"\\{}[],:0123456789.eE+-tfnu/ \n".utf8) + [0, 0x1F, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        var bytes = bytes
        for _ in 0...below(2) where !bytes.isEmpty {
            let at = below(bytes.count)
            switch below(5) {
            case 0: bytes[at] = sensitive[below(sensitive.count)]
            case 1: bytes[at] ^= 1 << UInt8(below(8))
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(sensitive[below(sensitive.count)], at: at)
            default: bytes.insert(bytes[at], at: at)
            }
        }
        return bytes
    }
}
