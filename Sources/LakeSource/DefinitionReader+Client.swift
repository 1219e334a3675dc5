import LakeJSON

extension DefinitionReader {
    /// The client, and the paginator of resources that name none.
    mutating func client(_ root: Fields) -> (Client, Paginator?) {
        guard let node = root.present("client") else {
            report(.missingKey("client", expected: "an object with 'base_url'"), at: "")
            return (Client(baseURL: ""), nil)
        }
        guard let fields = fields(node, .client) else { return (Client(baseURL: ""), nil) }
        let client = Client(
            baseURL: baseURL(fields), headers: headers(fields), auth: auth(fields),
            requestsPerMinute: integer(fields, "rate_limit", atLeast: 1))
        return (client, fields.present("paginator").flatMap { paginator($0) })
    }

    private mutating func baseURL(_ fields: Fields) -> String {
        let expected = "a URL such as https://api.example.com/v1"
        guard let node = fields.present("base_url") else {
            report(.missingKey("base_url", expected: expected), at: fields.path)
            return ""
        }
        guard let text = string(node, expected: expected) else { return "" }
        guard let fault = faultOfBaseURL(text) else { return trimmed(text) }
        // The text is not repeated: it may hold a password.
        report(.badValue(expected: fault, found: nil), at: node.path)
        return ""
    }

    private func trimmed(_ url: String) -> String {
        var url = Substring(url)
        while url.last == "/" { url.removeLast() }
        return String(url)
    }

    /// Headers to send, checked so that a value cannot smuggle in a further header.
    mutating func headers(_ fields: Fields) -> [RequestField] {
        guard let node = fields.present("headers"), let members = members(node) else { return [] }
        return members.nodes.compactMap { name, node in
            guard !node.value.isNull, let value = headerValue(node) else { return nil }
            if name.isEmpty || !name.utf8.allSatisfy(isHeaderNameByte) {
                report(.badValue(expected: "a header name of letters, digits and '-'", found: nil), at: node.path)
            }
            if looksLikeSecret(name) { warn(.literalSecret, at: node.path) }
            return RequestField(name, value)
        }
    }

    private mutating func headerValue(_ node: Node) -> String? {
        if node.value["secret"] != nil {
            report(.notSupported(instead: "client.auth of type bearer"), at: node.path)
            return nil
        }
        guard let text = node.value.string else {
            report(.wrongType(expected: "a text", found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            report(.badValue(expected: "a text without line breaks and control characters", found: nil), at: node.path)
            return nil
        }
        return text
    }
}

// MARK: - Secrets

/// The name under which dlt and restlake look for the token where the definition names none.
private let defaultTokenName = "bearer_token"

extension DefinitionReader {
    fileprivate mutating func auth(_ fields: Fields) -> Auth? {
        guard let node = fields.present("auth") else { return nil }
        if case .string(let type) = node.value {
            return choice(type, of: .authTypes, at: node.path).map { _ in .bearer(token: .named(defaultTokenName)) }
        }
        if let type = node.value["type"]?.string, type != "bearer" {
            // The keys of another kind are not judged by the words of this one.
            _ = choice(type, of: .authTypes, at: Node.path(node.path, key: "type"))
            return nil
        }
        guard let auth = self.fields(node, .bearer) else { return nil }
        _ = string(auth, "type")
        if auth.present("type") == nil, auth["token"] == nil {
            report(.missingKey("type", expected: "the name of a kind: bearer"), at: node.path)
        }
        guard let token = auth.present("token") else { return .bearer(token: .named(defaultTokenName)) }
        return secret(token).map { .bearer(token: $0) }
    }

    private mutating func secret(_ node: Node) -> SecretReference? {
        let expected = "{\"secret\": \"\(defaultTokenName)\"}"
        if case .string(let literal) = node.value {
            guard isHeaderSafe(literal) else {
                report(.badValue(expected: "a token without spaces and line breaks, or \(expected)", found: nil), at: node.path)
                return nil
            }
            warn(.literalSecret, at: node.path)
            return .literal(literal)
        }
        guard node.value.object != nil else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard let fields = fields(node, .secret) else { return nil }
        guard let name = fields.present("secret") else {
            report(.missingKey("secret", expected: "the name of a secret"), at: node.path)
            return nil
        }
        guard let text = string(name, expected: "the name of a secret") else { return nil }
        guard text.utf8.allSatisfy(isWordByte) else {
            report(.badValue(expected: "a name of letters, digits and '_'", found: nil), at: name.path)
            return nil
        }
        return .named(text)
    }

    private func isHeaderSafe(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
}

/// RFC 9110, section 5.6.2: the bytes of a token.
private func isHeaderNameByte(_ byte: UInt8) -> Bool { isWordByte(byte) || "!#$%&'*+-.^`|~".utf8.contains(byte) }

/// What would be right, where a base URL is wrong; nil where it is fine.
private func faultOfBaseURL(_ text: String) -> String? {
    let lower = text.lowercased()
    guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else {
        return "a URL that begins with https:// or http://"
    }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if !text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
        return "a URL without spaces, backslashes and letters outside ASCII"
    }
    if authority.contains("@") { return "a URL without user name and password; they belong to 'auth'" }
    if rest.contains("#") { return "a URL without '#'" }
    if rest.contains("?") { return "a URL without '?'; parameters belong to 'params'" }
    return isHostAndPort(authority) ? nil : "a URL with a host, such as https://api.example.com/v1"
}

private func isHostAndPort(_ authority: Substring) -> Bool {
    var host = authority
    // In an IPv6 address the colons are inside brackets.
    let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
    if let colon {
        guard let port = Int(authority[authority.index(after: colon)...]), (1...65535).contains(port) else { return false }
        host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
        return host.count > 3 && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    return !host.isEmpty && host.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
}
