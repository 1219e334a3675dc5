import LakeFiles
import LakeJSON
import LakeModel
import Testing

/// Seeded, so that a failure can be repeated.
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

/// Makes JSON texts of records, and counts the characters that a writer must replace.
struct RecordMaker {
    var generator: SeededGenerator
    var unsafeCharacters = 0

    init(seed: UInt64) { generator = SeededGenerator(state: seed) }

    private static let pieces = [
        "a", "b", " ", ",", #"\""#, #"\\"#, #"\n"#, #"\r"#, #"\t"#, #"\/"#, "é", "😀", "\u{FEFF}", "\u{2028}", #"\u0041"#, #"\ud83d\ude00"#, "NULL", "null", "N",
        ".", "'", "0123456789abcdef", #"\u001f"#,
    ]
    private static let unsafePieces = [#"\u0000"#, #"\ud800 "#, #"\udc00"#]

    mutating func string() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            if Int.random(in: 0..<40, using: &generator) == 0 {
                text += Self.unsafePieces.randomElement(using: &generator)!
                unsafeCharacters += 1
            } else {
                text += Self.pieces.randomElement(using: &generator)!
            }
        }
        return "\"\(text)\""
    }

    mutating func number() -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: String(Int64.random(in: .min ... .max, using: &generator))
        case 1: "\(Int.random(in: 0..<1000, using: &generator)).\(Int.random(in: 0..<100, using: &generator))0"
        case 2: "-0"
        case 3: "1\(String(repeating: "7", count: Int.random(in: 15..<38, using: &generator)))"
        case 4: "\(Int.random(in: 1..<9, using: &generator))e\(Int.random(in: -300..<300, using: &generator))"
        default: String(Int.random(in: -9...9, using: &generator))
        }
    }

    mutating func scalar(_ kind: Int) -> String {
        switch kind {
        case 0: "null"
        case 1: Bool.random(using: &generator) ? "true" : "false"
        case 2: number()
        default: string()
        }
    }

    /// A record: each key now and then, mostly of its own kind.
    mutating func record() -> String {
        var members: [String] = []
        for (index, key) in ["a", "b", "c", "d", "e", "f"].enumerated() where Int.random(in: 0..<4, using: &generator) > 0 {
            let kind = Int.random(in: 0..<12, using: &generator) == 0 ? Int.random(in: 0...3, using: &generator) : index % 4
            members.append("\"\(key)\":\(scalar(kind))")
        }
        if Bool.random(using: &generator) { members.append("\"o\":{\"x\":\(scalar(3)), \"y\":\(scalar(2))}") }
        if Bool.random(using: &generator) {
            let values = (0..<Int.random(in: 0...3, using: &generator)).map { _ in scalar(3) }
            members.append("\"tags\": [\(values.joined(separator: " ,"))]")
        }
        members.shuffle(using: &generator)
        return "{\(members.joined(separator: ","))}"
    }
}

@Suite("Random records") struct RandomRecordTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var nesting: Int
        var options: FileOptions
        var testDescription: String { "seed \(seed), nesting \(nesting), waiting \(options.waitingBytes), rows \(options.rowsPerPart)" }
    }

    static let settings: [Setting] = (0..<24).map { i in
        Setting(
            seed: UInt64(i), nesting: i % 3 == 0 ? 0 : 1000,
            options: FileOptions(
                compression: .none, rowsPerPart: i % 4 == 1 ? 7 : 5_000_000, bytesPerPart: i % 4 == 2 ? 900 : 1 << 30,
                waitingBytes: [0, 700, 8 << 20][i % 3]))
    }

    @Test("what is written is read back the same from both formats", arguments: settings) func roundTrip(_ setting: Setting) throws {
        var maker = RecordMaker(seed: setting.seed)
        let pages = (0..<8).map { _ in (0..<Int.random(in: 0...12, using: &maker.generator)).map { _ in maker.record() } }
        let staged = try stage(
            pages.map { "[\($0.joined(separator: ",\n"))]" }, resource: makeResource(nesting: setting.nesting), options: setting.options)
        try expectBothFormatsAgree(staged)
        let records = try pages.flatMap { $0 }.map { try JSONValue(parsing: $0) }
        let rows = try staged.parts("r", .jsonl).flatMap { try readJSONL(try staged.folder.bytes(staged.path($0))) }
        #expect(rows.count == records.count && staged.counts.written == records.count)
        for (record, row) in zip(records, rows) {
            for key in ["a", "b", "c", "d", "e", "f"] { expectSame(record[key], row[key]) }
            if setting.nesting > 0 {
                for key in ["x", "y"] { expectSame(record["o"]?[key], row["o__" + key]) }
            } else {
                #expect(row["o"] == record["o"].map(clean))
                #expect(row["tags"] == record["tags"].map(clean))
            }
        }
        if setting.nesting > 0 { try expectTags(staged, records) }
        #expect(staged.replaced == maker.unsafeCharacters)
        #expect(try staged.folder.openFiles() == [])
    }

    private func expectTags(_ staged: Staged, _ records: [JSONValue]) throws {
        let wanted = records.enumerated().flatMap { index, record in
            (record["tags"]?.array ?? []).enumerated().map { (index + 1, $0.offset, $0.element) }
        }
        let rows = wanted.isEmpty ? [] : try staged.parts("r__tags", .jsonl).flatMap { try readJSONL(try staged.folder.bytes(staged.path($0))) }
        #expect(rows.count == wanted.count)
        for ((parent, place, value), row) in zip(wanted, rows) {
            #expect(row["_parent_row_number"]?.int == parent && row["_root_row_number"]?.int == parent && row["_list_index"]?.int == place)
            expectSame(value, row["value"])
        }
    }

    /// The value with what a writer replaces replaced.
    private func clean(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })))
        case .array(let elements): .array(elements.map(clean))
        case .object(let members): .object(members.map { JSONMember($0.key, clean($0.value)) })
        default: value
        }
    }

    private func expectSame(_ source: JSONValue?, _ written: JSONValue?) {
        switch (source.map(clean), written) {
        case (nil, nil), (.null?, .null?): break
        case (.string(let a)?, .string(let b)?): #expect(Array(a.utf8) == Array(b.utf8))
        case (.number(let a)?, .number(let b)?), (.number(let a)?, .string(let b)?): #expect(a == b)
        case (.bool(let a)?, .bool(let b)?): #expect(a == b)
        case (.bool(let a)?, .string(let b)?): #expect(String(a) == b)
        default: Issue.record("\(String(describing: source)) was written as \(String(describing: written))")
        }
    }
}
