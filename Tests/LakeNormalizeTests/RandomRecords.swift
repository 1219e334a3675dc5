/// Makes records as JSON text, with everything that RFC 8259 allows and APIs do.
struct RandomRecords {
    var random: SplitMix
    /// Whether a key may stand twice in an object.
    var hasDuplicates = true
    /// Whether scalars change their kind from record to record.
    var isMixed = true

    init(seed: UInt64) { random = SplitMix(state: seed) }

    private static let keys = [
        "id", "name", "tags", "meta", "a", "b", "A", "a__b", "a.b", "a b", "", " ", "é", "e\u{301}", "日本", "🚀", "$", "[*]", "'", "\\", "\"", "/",
        "\n", "\u{0}", "\u{1F}", "value", "list", "rest", "_load_id", "_row_number", "a_key_of_more_than_sixteen_bytes", "another_key_of_24_bytes!",
    ]
    private static let texts = [
        "", " ", "x", "null", "true", "2026-11-23", "2026-11-23T02:00:00Z", "02:00:00", "a,b", "say \"hi\"", "back\\slash", "tab\t", "é", "e\u{301}", "🚀",
        "日本語のテキスト", "\u{0}", "a text that is longer than sixteen bytes", "\u{2028}", "12",
    ]
    private static let numbers = [
        "0", "-0", "1", "-1", "42", "1.0", "1.50", "0.1", "1e5", "1E-7", "-12.25", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "123456789012345678901234567890", "0.1234567890123456789", "1E400", "5e-324", "-0.0",
    ]

    mutating func page(_ count: Int) -> String { "[" + records(count).joined(separator: ",") + "]" }

    mutating func records(_ count: Int) -> [String] { (0..<count).map { _ in random.chance(4) ? scalar() : object(4) } }

    mutating func value(_ depth: Int) -> String {
        guard depth > 0, random.chance(45) else { return scalar() }
        return random.chance(55) ? object(depth - 1) : array(depth - 1)
    }

    mutating func object(_ depth: Int) -> String {
        var keys = (0..<random.below(7)).map { _ in random.pick(Self.keys) }
        if !hasDuplicates { keys = Set(keys.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) } }
        keys.shuffle(using: &random)
        return "{" + blank() + keys.map { string($0) + blank() + ":" + blank() + value(depth) }.joined(separator: blank() + "," + blank()) + "}"
    }

    mutating func array(_ depth: Int) -> String {
        "[" + blank() + (0..<random.below(4)).map { _ in value(depth) }.joined(separator: "," + blank()) + "]"
    }

    mutating func scalar() -> String {
        switch random.below(isMixed ? 9 : 5) {
        case 0: "null"
        case 1...4: string(random.pick(Self.texts))
        case 5, 6: random.pick(Self.numbers)
        case 7: "true"
        default: "false"
        }
    }

    /// The text in quotes, each character plain or escaped as luck will have it.
    mutating func string(_ text: String) -> String {
        let escapes = random.chance(20)
        var out = "\""
        for unit in text.unicodeScalars {
            if unit == "\"" || unit == "\\" { out += "\\" + String(unit) }
            else if unit.value < 0x20 || (escapes && random.chance(40)) { for code in Character(unit).utf16 { out += escape(code) } }
            else { out.unicodeScalars.append(unit) }
        }
        return out + "\""
    }

    private mutating func escape(_ code: UInt16) -> String {
        let digits = String(code, radix: 16, uppercase: random.chance(50))
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func blank() -> String { random.pick(["", "", "", " ", "\n", "\t "]) }
}
