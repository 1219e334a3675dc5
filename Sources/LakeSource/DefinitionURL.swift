/// The rules for URLs in a definition.
enum DefinitionURL {
    static let schemes = ["https://", "http://"]

    static func isAbsolute(_ text: String) -> Bool {
        let lower = text.lowercased()
        return schemes.contains { lower.hasPrefix($0) }
    }

    /// What would be right, where a URL is wrong; nil where it is fine.
    static func fault(of text: String, mayHaveQuery: Bool = false) -> String? {
        guard let authority = authority(of: text) else { return "a URL that begins with https:// or http://" }
        if !text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
            return "a URL without spaces, backslashes and letters outside ASCII"
        }
        if authority.contains("@") { return "a URL without user name and password; they belong to 'auth'" }
        if text.contains("#") { return "a URL without '#'" }
        if text.contains("?"), !mayHaveQuery { return "a URL without '?'; parameters belong to 'params'" }
        return hostAndPort(authority) != nil ? nil : "a URL with a host, such as https://api.example.com/v1"
    }

    /// `https://api.example.com:8443`: lower case, and without the port that the scheme has anyway; nil where the text is
    /// no absolute URL with a host.
    static func origin(of text: String) -> String? {
        guard let authority = authority(of: text), let (host, port) = hostAndPort(authority) else { return nil }
        let scheme = text.lowercased().hasPrefix("https") ? "https" : "http"
        let usual = scheme == "https" ? 443 : 80
        let ending = port.map { $0 == usual ? "" : ":\($0)" } ?? ""
        return scheme + "://" + host.lowercased() + ending
    }

    /// The text behind scheme, host and port; empty where there is none.
    static func pathText(of text: String) -> Substring {
        guard let authority = authority(of: text) else { return Substring(text) }
        return text[authority.endIndex...]
    }

    /// Whether a URL keeps to this machine: there, a secret may go over plain http.
    static func isLoopback(_ text: String) -> Bool {
        guard let authority = authority(of: text), let host = hostAndPort(authority)?.host.lowercased() else { return false }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "[::1]" || (numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil))
    }

    static func isHTTPS(_ text: String) -> Bool { text.lowercased().hasPrefix("https://") }

    private static func authority(of text: String) -> Substring? {
        let lower = text.lowercased()
        guard let scheme = schemes.first(where: { lower.hasPrefix($0) }) else { return nil }
        return text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }

    private static func hostAndPort(_ authority: Substring) -> (host: Substring, port: Int?)? {
        var host = authority
        var port: Int?
        // In an IPv6 address the colons are inside brackets.
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let isAddress = host.count > 3 && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            return isAddress ? (host, port) : nil
        }
        let isName = !host.isEmpty && host.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        return isName ? (host, port) : nil
    }
}
