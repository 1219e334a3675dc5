/// RFC 4648, section 4: the standard alphabet, padded, in one line.
enum Base64 {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        var group: [UInt8] = []
        for byte in bytes {
            group.append(byte)
            guard group.count == 3 else { continue }
            append(group, to: &result)
            group.removeAll(keepingCapacity: true)
        }
        if !group.isEmpty { append(group, to: &result) }
        return String(decoding: result, as: UTF8.self)
    }

    /// One to three bytes as four letters; what is missing of the three shows as `=`.
    private static func append(_ group: [UInt8], to result: inout [UInt8]) {
        let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[$1]) : 0) }
        for i in 0..<4 { result.append(i > group.count ? UInt8(ascii: "=") : letter(UInt8(bits >> (18 - 6 * UInt32(i)) & 63))) }
    }

    private static func letter(_ six: UInt8) -> UInt8 {
        switch six {
        case ..<26: UInt8(ascii: "A") + six
        case ..<52: UInt8(ascii: "a") + six - 26
        case ..<62: UInt8(ascii: "0") + six - 52
        default: six == 62 ? UInt8(ascii: "+") : UInt8(ascii: "/")
        }
    }
}
