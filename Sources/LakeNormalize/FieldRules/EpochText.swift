/// The microseconds of an epoch time, digit by digit: `1767225600`, `-1.5`, `1767225600123`, `1.7672256e9`.
/// nil for what is no decimal number, is finer than a microsecond, or lies far outside of the years 1 to 9999.
/// - Parameter power: microseconds in the number's unit, as a power of ten.
func epochMicroseconds(_ text: [UInt8], power: Int) -> Int64? {
    guard let (isNegative, lexemeDigits, lastPower) = decimal(text) else { return nil }
    var digits = lexemeDigits, exponent = lastPower + power
    while digits.last == 0 {
        digits.removeLast()
        exponent += 1
    }
    if digits.isEmpty { return 0 }
    // Year 9999 has 18 digits; with so many nothing overflows.
    guard exponent >= 0, digits.count + exponent <= 18 else { return nil }
    let number = (digits + repeatElement(0, count: exponent)).reduce(0) { $0 * 10 + Int64($1) }
    return isNegative ? -number : number
}

/// The digits of a decimal number without zeros before them, and the power of ten of the last one.
private func decimal(_ text: [UInt8]) -> (isNegative: Bool, digits: [UInt8], exponent: Int)? {
    let isDigit: (UInt8) -> Bool = { $0 >= 48 && $0 <= 57 }
    var rest = text[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    guard !whole.isEmpty else { return nil }
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
        fraction = rest.dropFirst().prefix(while: isDigit)
        rest = rest.dropFirst(1 + fraction.count)
        guard !fraction.isEmpty else { return nil }
    }
    let digits = (whole + fraction).map { $0 - 48 }.drop { $0 == 0 }
    var exponent = 0
    if let letter = rest.first {
        // An exponent of more digits than these makes nothing but zeros and what is out of range.
        let written = String(decoding: rest.dropFirst(), as: UTF8.self)
        guard letter | 0x20 == UInt8(ascii: "e"), let power = Int(written), power.magnitude < 100_000 || digits.isEmpty else { return nil }
        exponent = digits.isEmpty ? 0 : power
    }
    return (isNegative, Array(digits), exponent - fraction.count)
}
