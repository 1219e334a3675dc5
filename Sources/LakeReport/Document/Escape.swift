/// A text as it stands in a document or in the quotes of an attribute.
///
/// What HTML does not take (control characters, noncharacters) and what would turn the direction of the text around it
/// (overrides and isolates) is shown as `\u{202e}`.
enum Escape {
    static func write(_ text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes += Array("&amp;".utf8)
            case "<": bytes += Array("&lt;".utf8)
            case ">": bytes += Array("&gt;".utf8)
            case "\"": bytes += Array("&quot;".utf8)
            case "'": bytes += Array("&#39;".utf8)
            case "\n", "\t", " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            default:
                if isHidden(scalar.value) {
                    bytes += Array("\\u{\(String(scalar.value, radix: 16))}".utf8)
                } else {
                    bytes += UTF8.encode(scalar).map { Array($0) } ?? []
                }
            }
        }
    }

    private static func isHidden(_ value: UInt32) -> Bool {
        switch value {
        case 0..<32, 127..<160: true
        case 0x202a...0x202e, 0x2066...0x2069: true
        case 0xfdd0...0xfdef: true
        default: value & 0xfffe == 0xfffe
        }
    }
}
