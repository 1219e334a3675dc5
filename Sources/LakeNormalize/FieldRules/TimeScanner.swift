import LakeModel

/// A walk over the text of a time. Verbs that begin with `read` and `skip` advance, those of questions do not.
struct TimeScanner {
    let text: [UInt8]
    private(set) var at = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }
    var peek: UInt8? { at < text.count ? text[at] : nil }

    /// How many digits stand here.
    var digitsAhead: Int { text[at...].prefix { Self.isDigit($0) }.count }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// Skips one byte if it is one of these.
    mutating func skip(_ letters: StaticString) -> Bool {
        guard let byte = peek, letters.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        at += 1
        return true
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    /// Skips a word, in capitals or not, and answers its place in the list.
    mutating func readName(of names: [String]) -> Int? {
        let index = names.firstIndex { name in
            let ahead = text[at...].prefix(name.utf8.count)
            return ahead.count == name.utf8.count && zip(ahead, name.utf8).allSatisfy { ($0 | 0x20) == ($1 | 0x20) }
        }
        if let index { at += names[index].utf8.count }
        return index
    }

    /// Reads a number of so many digits.
    mutating func readNumber(digits: ClosedRange<Int>, in range: ClosedRange<Int>) -> Int? {
        let count = min(digitsAhead, digits.upperBound)
        guard digits.contains(count) else { return nil }
        let number = text[at..<at + count].reduce(0) { $0 * 10 + Int($1 - 48) }
        at += count
        return range.contains(number) ? number : nil
    }

    mutating func readNumber(_ digits: Int, in range: ClosedRange<Int>) -> Int? { readNumber(digits: digits...digits, in: range) }

    /// Reads all digits that stand here as a fraction of a unit; nil where there are none, or the microsecond is cut.
    /// - Parameter seconds: of the unit.
    mutating func readMicroseconds(ofUnit seconds: Int64) -> Int64? {
        let count = digitsAhead
        guard count > 0 else { return nil }
        let digits = Array(text[at..<at + count].reversed().drop { $0 == 48 }.reversed())
        at += count
        // A unit is a multiple of the second, so six digits are a whole number of microseconds.
        guard digits.count <= 6 else { return nil }
        let million = digits.reduce(0) { $0 * 10 + Int64($1 - 48) } * [1_000_000, 100_000, 10_000, 1000, 100, 10, 1][digits.count]
        return million * seconds
    }

    /// Reads six digits: microseconds of a second.
    mutating func readMicroseconds() -> Int64? { readNumber(6, in: 0...999_999).map(Int64.init) }

    /// Reads `Z`, `±HH`, `±HHMM` or `±HH:MM`: seconds ahead of UTC.
    mutating func readZone() -> Int? {
        if skip("Zz") { return 0 }
        let isBehind = peek == UInt8(ascii: "-")
        guard skip("+-"), let hours = readNumber(2, in: 0...23) else { return nil }
        var minutes = 0
        if skip(":") || digitsAhead > 0 {
            guard let read = readNumber(2, in: 0...59) else { return nil }
            minutes = read
        }
        return (hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
    }
}
