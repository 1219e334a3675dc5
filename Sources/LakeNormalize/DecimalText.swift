/// Numbers as text, compared digit by digit.
package enum DecimalText {
    /// Whether the shortest text of the nearest double is numerically the same number.
    package static func doubleGivesBack(_ lexeme: String) -> Bool {
        guard let value = Double(lexeme), value.isFinite else { return false }
        guard let wanted = normal(lexeme) else { return false }
        return wanted == normal(value.description)
    }

    /// A decimal number; zero has no digits.
    private struct Normal: Equatable {
        var isNegative: Bool
        /// Without zeros at either end.
        var digits: [UInt8]
        /// Of the last digit, as a power of ten.
        var exponent: Int
    }

    private static func normal(_ text: String) -> Normal? {
        var digits: [UInt8] = []
        var exponent = 0
        var afterPoint = false
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes = bytes.dropFirst() }
        while let c = bytes.popFirst() {
            if c == UInt8(ascii: ".") { afterPoint = true; continue }
            if c == UInt8(ascii: "e") || c == UInt8(ascii: "E") {
                guard let e = Int(String(decoding: bytes, as: UTF8.self)), abs(e) < 1_000_000 else { return nil }
                exponent += e
                break
            }
            digits.append(c)
            if afterPoint { exponent -= 1 }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast(); exponent += 1 }
        digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
        return Normal(isNegative: isNegative, digits: digits, exponent: digits.isEmpty ? 0 : exponent)
    }
}
