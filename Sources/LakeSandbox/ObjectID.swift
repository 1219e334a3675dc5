/// A 24-digit id in the manner of MongoDB: creation time first, so that ids sort by creation.
///
/// `69a4d80f 3b91ce 000000001f`: epoch seconds, a tag of seed and kind, the index of the record. The index can be read
/// back, which is what makes a cursor cheap.
struct ObjectID: Equatable {
    let seconds: UInt32
    let tag: UInt32
    let index: Int

    static let digits = 24
    private static let tagDigits = 6
    private static let indexDigits = 10

    init(milliseconds: Int64, tag: UInt32, index: Int) {
        self.seconds = UInt32(milliseconds / 1000)
        self.tag = tag & 0xff_ffff
        self.index = index
    }

    /// Reads 24 lower-case hexadecimal digits; nil for anything else.
    init?(_ text: some Collection<UInt8>) {
        guard text.count == ObjectID.digits else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            guard let digit = hexDigit(byte) else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | digit
        }
        seconds = UInt32(truncatingIfNeeded: high)
        tag = UInt32(low >> 40)
        index = Int(low & 0xff_ffff_ffff)
    }

    /// The digits behind the time, as one number.
    var rest: UInt64 { UInt64(tag) << 40 | UInt64(index) }

    /// The cursor that asks for what comes behind this id: base64 of `id:` and the digits, 27 bytes, hence no padding.
    var cursor: String {
        var plain = ByteBuffer(capacity: 32)
        plain.add("id:")
        plain.add(self)
        return base64(plain.bytes)
    }

    /// Reads a cursor; nil for anything that `cursor` never made.
    init?(cursor: String) {
        guard let plain = bytes(base64: cursor), plain.count == 3 + ObjectID.digits,
              plain.starts(with: "id:".utf8), let id = ObjectID(plain.dropFirst(3)) else { return nil }
        self = id
    }
}

private func hexDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
}

private let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Base64 of a multiple of three bytes.
private func base64(_ bytes: [UInt8]) -> String {
    precondition(bytes.count % 3 == 0, "only cursors without padding are made")
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
        for shift in [18, 12, 6, 0] { text.append(base64Alphabet[group >> shift & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes of base64 text without padding; nil for other text.
private func bytes(base64 text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 4 == 0, digits.count <= 64 else { return nil }
    var result: [UInt8] = []
    for start in stride(from: 0, to: digits.count, by: 4) {
        var group = 0
        for digit in digits[start..<start + 4] {
            guard let value = base64Alphabet.firstIndex(of: digit) else { return nil }
            group = group << 6 | value
        }
        result += [UInt8(group >> 16), UInt8(group >> 8 & 255), UInt8(group & 255)]
    }
    return result
}
