/// A decimal number of any length, compared and added digit by digit: two numbers that differ in their last digit
/// differ, whatever a double would say.
struct ExactNumber: Hashable, Sendable {
    var isNegative: Bool
    /// Values 0 to 9, the most significant first, without zeros at either end; empty for zero.
    private(set) var digits: [UInt8]
    /// Of the last digit, as a power of ten.
    private(set) var exponent: Int

    /// A sum is worked out over at most this many places.
    static let mostPlaces = 4096
    /// An exponent beyond it is refused, so that sums of exponents cannot overflow.
    private static let largestExponent: UInt = 1_000_000_000_000

    /// - Parameter digits: may have zeros at either end.
    init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        var end = digits.count
        while end > 0, digits[end - 1] == 0 { end -= 1 }
        let start = digits[..<end].firstIndex { $0 != 0 } ?? end
        self.digits = Array(digits[start..<end])
        self.isNegative = isNegative && start < end
        self.exponent = start < end ? exponent + digits.count - end : 0
    }

    init(_ number: Int64) {
        self.init(isNegative: number < 0, digits: String(number.magnitude).utf8.map { $0 - 48 }, exponent: 0)
    }

    /// Reads a JSON number; nil where its exponent is out of all bounds.
    init?(lexeme: String) {
        var digits: [UInt8] = []
        var exponent = 0
        var isBehindPoint = false
        var rest = Substring(lexeme).utf8
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): isBehindPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let power = Int(Substring(rest)) ?? (digits.allSatisfy { $0 == 0 } ? 0 : nil),
                      power.magnitude <= Self.largestExponent else { return nil }
                exponent += power
                rest = rest[rest.endIndex...]
            default:
                guard byte >= 48, byte <= 57 else { return nil }
                digits.append(byte - 48)
                if isBehindPoint { exponent -= 1 }
            }
        }
        self.init(isNegative: isNegative, digits: digits, exponent: exponent)
    }

    var isZero: Bool { digits.isEmpty }
    static prefix func - (number: Self) -> Self {
        ExactNumber(isNegative: !number.isNegative, digits: number.digits, exponent: number.exponent)
    }

    /// In decimal, without an exponent: `-12.5`.
    var text: String {
        if digits.isEmpty { return "0" }
        var bytes = digits.map { $0 + 48 }
        if exponent >= 0 {
            bytes += repeatElement(48, count: exponent)
        } else {
            let missing = 1 - exponent - bytes.count
            if missing > 0 { bytes = Array(repeating: 48, count: missing) + bytes }
            bytes.insert(UInt8(ascii: "."), at: bytes.count + exponent)
        }
        return (isNegative ? "-" : "") + String(decoding: bytes, as: UTF8.self)
    }
}

extension ExactNumber: Comparable {
    static func < (a: Self, b: Self) -> Bool {
        if a.isNegative != b.isNegative { return a.isNegative }
        return a.isNegative ? isSmaller(b, a) : isSmaller(a, b)
    }

    /// Of two numbers without their signs.
    private static func isSmaller(_ a: Self, _ b: Self) -> Bool {
        guard !a.isZero, !b.isZero else { return a.isZero && !b.isZero }
        let topOfA = a.exponent + a.digits.count, topOfB = b.exponent + b.digits.count
        return topOfA == topOfB ? a.digits.lexicographicallyPrecedes(b.digits) : topOfA < topOfB
    }

    /// nil where the sum would need more than `mostPlaces` places.
    func adding(_ other: Self) -> Self? {
        if isZero { return other }
        if other.isZero { return self }
        let low = min(exponent, other.exponent)
        let places = max(exponent + digits.count, other.exponent + other.digits.count) - low + 1
        guard places <= Self.mostPlaces else { return nil }
        let a = column(from: low, places), b = other.column(from: low, places)
        if isNegative == other.isNegative {
            return ExactNumber(isNegative: isNegative, digits: Self.sum(a, b), exponent: low)
        }
        return a.lexicographicallyPrecedes(b)
            ? ExactNumber(isNegative: other.isNegative, digits: Self.difference(b, a), exponent: low)
            : ExactNumber(isNegative: isNegative, digits: Self.difference(a, b), exponent: low)
    }

    /// The digits of `places` places, the last of which has the power `low`.
    private func column(from low: Int, _ places: Int) -> [UInt8] {
        let behind = exponent - low
        return Array(repeating: 0, count: places - behind - digits.count) + digits + Array(repeating: 0, count: behind)
    }

    private static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result = a
        var carry: UInt8 = 0
        for i in a.indices.reversed() {
            let digit = a[i] + b[i] + carry
            result[i] = digit % 10
            carry = digit / 10
        }
        return result
    }

    /// `a` is not the smaller one.
    private static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result = a
        var borrow: UInt8 = 0
        for i in a.indices.reversed() {
            let taken = b[i] + borrow
            borrow = a[i] < taken ? 1 : 0
            result[i] = a[i] + 10 * borrow - taken
        }
        return result
    }
}

extension ExactNumber {
    /// The whole number below or at it, and the digits of what is left, of which the first is the tenths.
    /// nil where the whole number does not fit.
    func split() -> (whole: Int64, fraction: [UInt8])? {
        guard exponent < 0 else { return Int64(text).map { ($0, []) } }
        guard -exponent <= Self.mostPlaces else { return nil }
        let wholeCount = max(0, digits.count + exponent)
        let whole = ExactNumber(isNegative: isNegative, digits: Array(digits[..<wholeCount]), exponent: 0)
        var fraction = Array(repeating: 0, count: max(0, -exponent - digits.count)) + digits[wholeCount...]
        guard let number = Int64(whole.text) else { return nil }
        guard isNegative else { return (number, fraction) }
        // -1.25 is -2 and 0.75.
        guard number > Int64.min else { return nil }
        fraction = Self.difference([1] + Array(repeating: 0, count: fraction.count), [0] + fraction)
        return (number - 1, Array(fraction.dropFirst()))
    }
}
