/// The head of an HTTP/1 request, as far as the sandbox reads it. Pure: bytes in, facts out.
struct RequestHead: Equatable {
    let method: String
    /// Without the query, as sent: no path of the API needs an escape.
    let path: String
    let query: [QueryItem]
    let authorization: String?
    let apiKey: String?
    /// The client will send no other request on this connection, or must not.
    let closes: Bool
    let speaksOldHTTP: Bool
    /// Bytes that are not read follow the head.
    let hasBody: Bool

    struct QueryItem: Equatable {
        let name: String
        let value: String
    }

    func value(of name: String) -> String? { query.last { $0.name == name }?.value }
}

/// Why a head cannot be read.
enum HeadFault: Error, Equatable {
    case malformed
    case tooLarge
    case missingHost
    case unsupportedVersion

    var status: Int {
        switch self {
        case .malformed, .missingHost: 400
        case .tooLarge: 431
        case .unsupportedVersion: 505
        }
    }

    var message: String {
        switch self {
        case .malformed: "Malformed request"
        case .tooLarge: "Request head exceeds \(Limit.head) bytes"
        case .missingHost: "Host header missing"
        case .unsupportedVersion: "HTTP/1.0 and HTTP/1.1 only"
        }
    }
}

extension RequestHead {
    /// Reads a head up to and including its empty line. A line may end with LF alone (RFC 9112, 2.2).
    init(_ bytes: some Collection<UInt8>) throws(HeadFault) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self) }
            .drop(while: \.isEmpty)
        guard let first = lines.first else { throw .malformed }
        let start = try RequestHead.startLine(first)
        let fields = try RequestHead.fields(lines.dropFirst())
        speaksOldHTTP = start.version == "HTTP/1.0"
        guard speaksOldHTTP || fields["host"] != nil else { throw .missingHost }
        method = start.method
        (path, query) = RequestHead.target(start.target)
        authorization = fields["authorization"]
        apiKey = fields["x-api-key"]
        hasBody = fields["transfer-encoding"] != nil || fields["content-length"].map { $0 != "0" } ?? false
        let options = fields["connection"]?.lowercased().split(separator: ",").map { trimmed($0) } ?? []
        closes = options.contains("close") || speaksOldHTTP && !options.contains("keep-alive")
    }

    /// Whether bytes that begin like this can become a request: a method is a token of letters.
    static func mayBegin(with byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), 10, 13: true
        default: false
        }
    }

    private static func startLine(_ line: String) throws(HeadFault) -> (method: String, target: String, version: String) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, parts[2].hasPrefix("HTTP/") else { throw .malformed }
        guard parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0" else { throw .unsupportedVersion }
        return (parts[0], parts[1], parts[2])
    }

    /// Header fields by lower-case name; repeated ones are joined as RFC 9110, 5.3 says.
    private static func fields(_ lines: some Collection<String>) throws(HeadFault) -> [String: String] {
        var fields: [String: String] = [:]
        for line in lines {
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { throw .malformed }
            let name = line[..<colon].lowercased()
            guard !name.contains(where: { $0 == " " || $0 == "\t" }) else { throw .malformed }
            let value = trimmed(line[line.index(after: colon)...])
            fields[name] = fields[name].map { $0 + ", " + value } ?? value
        }
        return fields
    }

    /// Path and query of `/path?query` or of a whole address, which a server must accept too (RFC 9112, 3.2.2).
    private static func target(_ target: String) -> (String, [QueryItem]) {
        var rest = target[...]
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (String(rest), []) }
        return (String(parts[0]), parts[1].split(separator: "&").map(item))
    }

    private static func item(_ text: Substring) -> QueryItem {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return QueryItem(name: percentDecoded(parts[0]), value: parts.count == 2 ? percentDecoded(parts[1]) : "")
    }
}

/// Without blanks and tabs at both ends.
private func trimmed(_ text: some StringProtocol) -> String {
    let blank = { (character: Character) in character == " " || character == "\t" }
    guard let last = text.lastIndex(where: { !blank($0) }) else { return "" }
    return String(text[...last].drop(while: blank))
}

/// `%3D` and `+` undone; what is no escape stays as it is.
private func percentDecoded(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
        if bytes[offset] == UInt8(ascii: "%"), offset + 2 < bytes.count,
           let high = hexValue(bytes[offset + 1]), let low = hexValue(bytes[offset + 2]) {
            result.append(high << 4 | low)
            offset += 3
        } else {
            result.append(bytes[offset] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[offset])
            offset += 1
        }
    }
    return String(decoding: result, as: UTF8.self)
}

private func hexValue(_ digit: UInt8) -> UInt8? { Character(UnicodeScalar(digit)).hexDigitValue.map { UInt8($0) } }
