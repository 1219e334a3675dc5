import LakeModel

/// URLs as texts: quoting, joining and parameters. Pure; what an API sent is kept byte for byte wherever it is not the
/// part that changes.
package enum URLText {
    /// Quotes a name or a value of a query: all but RFC 3986's unreserved letters becomes `%XX` of its UTF-8.
    package static func encodeQuery(_ text: some StringProtocol) -> String { quote(text, keeping: isUnreserved) }

    /// Quotes data for one segment of a path. A slash in it does not begin a new segment, and `.` or `..` as the whole
    /// segment does not climb.
    package static func encodePathSegment(_ text: some StringProtocol) -> String {
        let whole = String(text)
        if whole == "." || whole == ".." { return String(repeating: "%2E", count: whole.utf8.count) }
        return quote(text, keeping: isUnreserved)
    }

    /// The base URL and a path with exactly one slash between them, the way dlt joins them.
    package static func join(_ base: String, _ path: String) -> String {
        let slash = UInt8(ascii: "/")
        var front = base.utf8[...]
        while front.last == slash { front.removeLast() }
        return String(Substring(front)) + "/" + Substring(path.utf8.drop { $0 == slash })
    }

    /// Quotes what may not stand in a URL (blanks, quotes, control characters, letters beyond ASCII, stray percent
    /// signs) and leaves all else as it is. What was proper before is unchanged.
    package static func requote(_ url: String) -> String {
        let bytes = Array(url.utf8)
        guard bytes.indices.contains(where: { !isProper(bytes, at: $0) }) else { return url }
        var result: [UInt8] = []
        for i in bytes.indices { if isProper(bytes, at: i) { result.append(bytes[i]) } else { appendQuoted(bytes[i], to: &result) } }
        return String(decoding: result, as: UTF8.self)
    }

    /// What a request line holds: the path, `/` where there is none, and the query. Without scheme, host, fragment.
    package static func pathAndQuery(_ url: String) -> String {
        let parts = URLParts(url)
        let path = parts.path.utf8.first == UInt8(ascii: "/") ? String(parts.path) : "/" + parts.path
        return path + (parts.query.map { "?" + $0 } ?? "")
    }

    /// The parameters of the query in order, decoded; `+` is a blank. A name without `=` has an empty value.
    package static func parameters(of url: String) -> [(name: String, value: String)] {
        pieces(URLParts(url).query).map { piece in
            let equals = piece.utf8.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            return (percentDecoded(piece[..<equals]), percentDecoded(Substring(piece.utf8[equals...].dropFirst())))
        }
    }

    /// Sets parameters of the query: the first of that name gets the new value in its place, further ones of that name
    /// go, and a name that is not there comes last. Other parameters keep their bytes. The fragment goes.
    package static func setting(_ values: [(name: String, value: String)], in url: String) -> String {
        var parts = URLParts(url)
        var query = pieces(parts.query)
        for (name, value) in values { set(name, to: value, in: &query) }
        parts.query = query.isEmpty ? nil : query.joined(separator: "&")[...]
        parts.fragment = nil
        return parts.text
    }

    /// Takes parameters out of the query. The others keep their bytes; the fragment stays.
    package static func removing(from url: String, where isGone: ((name: String, value: String)) -> Bool) -> String {
        var parts = URLParts(url)
        let old = pieces(parts.query)
        let kept = zip(old, parameters(of: url)).filter { !isGone($0.1) }.map(\.0)
        guard kept.count < old.count else { return url }
        parts.query = kept.isEmpty ? nil : kept.joined(separator: "&")[...]
        return parts.text
    }

    private static func pieces(_ query: Substring?) -> [Substring] {
        (query ?? "").utf8.split(separator: UInt8(ascii: "&")).map { Substring($0) }
    }

    private static func set(_ name: String, to value: String, in query: inout [Substring]) {
        let piece = (encodeQuery(name) + "=" + encodeQuery(value))[...]
        var result: [Substring] = []
        var isSet = false
        for old in query {
            guard percentDecoded(Substring(old.utf8.prefix { $0 != UInt8(ascii: "=") })) == name else {
                result.append(old)
                continue
            }
            if !isSet { result.append(piece) }
            isSet = true
        }
        query = isSet ? result : result + [piece]
    }

    private static func quote(_ text: some StringProtocol, keeping isKept: (UInt8) -> Bool) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 { if isKept(byte) { result.append(byte) } else { appendQuoted(byte, to: &result) } }
        return String(decoding: result, as: UTF8.self)
    }

    private static func appendQuoted(_ byte: UInt8, to result: inout [UInt8]) {
        let digits = StaticString("0123456789ABCDEF")
        result.append(UInt8(ascii: "%"))
        digits.withUTF8Buffer { result += [$0[Int(byte >> 4)], $0[Int(byte & 15)]] }
    }

    /// RFC 3986, section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    /// Whether a byte of a URL may stand there: unreserved, reserved (section 2.2), or a percent sign with its digits.
    private static func isProper(_ bytes: [UInt8], at i: Int) -> Bool {
        if bytes[i] == UInt8(ascii: "%") { return isEscape(bytes, at: i) }
        return isUnreserved(bytes[i]) || ":/?#[]@!$&'()*+,;=".utf8.contains(bytes[i])
    }

    private static func isEscape(_ bytes: [UInt8], at i: Int) -> Bool {
        bytes[i] == UInt8(ascii: "%") && i + 2 < bytes.count && isHexDigit(bytes[i + 1]) && isHexDigit(bytes[i + 2])
    }

    private static func hexValue(_ byte: UInt8) -> UInt8 { isDigit(byte) ? byte - UInt8(ascii: "0") : (byte | 0x20) - UInt8(ascii: "a") + 10 }
}
