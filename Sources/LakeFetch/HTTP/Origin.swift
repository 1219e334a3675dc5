/// Scheme, host and port: who is spoken to. Secrets belong to an origin and go nowhere else.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http, https
        package var defaultPort: Int { self == .https ? 443 : 80 }
    }
    package let scheme: Scheme
    /// Lower case. An IPv6 address stands in its brackets.
    package let host: String
    package let port: Int

    package init(scheme: Scheme, host: String, port: Int? = nil) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port ?? scheme.defaultPort
    }

    /// The origin of an absolute URL.
    ///
    /// Stricter than RFC 3986 so that no two readers of a URL can see two hosts in it: no user info, no percent signs
    /// or letters beyond ASCII in the host, no backslash, blank or control character anywhere before the path.
    package init(url: String) throws(URLProblem) {
        let parts = URLParts(url)
        guard let schemeText = parts.scheme else { throw .notAbsolute }
        guard let scheme = Scheme(rawValue: schemeText.lowercased()) else { throw .schemeRefused(String(schemeText)) }
        guard let authority = parts.authority, !authority.isEmpty else { throw .hostMissing }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .userInfoRefused }
        let (host, port) = try Origin.split(authority)
        self.init(scheme: scheme, host: String(host), port: port)
    }

    /// This machine itself, by name or by address. What merely resolves to it does not count.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }

    /// `https://example.com`, `http://[::1]:8080`: the port only where it is not the scheme's own.
    package var description: String {
        scheme.rawValue + "://" + host + (port == scheme.defaultPort ? "" : ":\(port)")
    }

    private static func split(_ authority: Substring) throws(URLProblem) -> (host: Substring, port: Int?) {
        var host = authority
        var digits: Substring = ""
        let afterBracket = authority.first == "[" ? authority.lastIndex(of: "]") : authority.startIndex
        guard let afterBracket else { throw .hostCharacters }
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            host = authority[..<colon]
            digits = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .hostMissing }
        guard host.first == "[" ? isAddress6(host) : host.utf8.allSatisfy(isNameByte) else { throw .hostCharacters }
        guard !digits.isEmpty else { return (host, nil) }
        guard digits.utf8.allSatisfy(isDigit), let port = Int(digits), (1...65535).contains(port) else { throw .portOutOfRange }
        return (host, port)
    }

    private static func isAddress6(_ host: Substring) -> Bool {
        guard host.last == "]", host.utf8.count > 3 else { return false }
        return host.dropFirst().dropLast().utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
}

/// Why a text cannot be used as the URL of a request. It never holds the URL, which may hold a secret.
package enum URLProblem: Error, Hashable, Sendable {
    /// Without a scheme.
    case notAbsolute
    /// Neither `http` nor `https`.
    case schemeRefused(String)
    case hostMissing
    /// A name or a password before the host.
    case userInfoRefused
    /// Something else than letters, digits, `-`, `.`, `_`, or an IPv6 address in brackets.
    case hostCharacters
    case portOutOfRange
}
