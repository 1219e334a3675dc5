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
            baseURL: baseURL(fields), headers: clientHeaders(fields), auth: fields.present("auth").flatMap { auth($0) },
            requestsPerMinute: integer(fields, "rate_limit", atLeast: 1), concurrency: integer(fields, "concurrency", atLeast: 1),
            allowedOrigins: allowedOrigins(fields))
        return (client, fields.present("paginator").flatMap { paginator($0) })
    }

    private mutating func baseURL(_ fields: Fields) -> String {
        let expected = "a URL such as https://api.example.com/v1"
        guard let node = fields.present("base_url") else {
            report(.missingKey("base_url", expected: expected), at: fields.path)
            return ""
        }
        guard let text = string(node, expected: expected) else { return "" }
        guard let fault = DefinitionURL.fault(of: text) else { return trimmed(text) }
        // The text is not repeated: it may hold a password.
        report(.badValue(expected: fault, found: nil), at: node.path)
        return ""
    }

    private func trimmed(_ url: String) -> String {
        var url = Substring(url)
        while url.last == "/" { url.removeLast() }
        return String(url)
    }
}

// MARK: - Headers

extension DefinitionReader {
    /// As in dlt, the client's headers are plain texts: braces in them mean nothing.
    private mutating func clientHeaders(_ fields: Fields) -> [RequestField] {
        headers(fields) { _, text, _ in .template(Template(text)) }
    }

    /// Headers to send, checked so that a value cannot smuggle in a further header.
    /// - Parameter template: makes a value of a text and where it stands.
    mutating func headers(_ fields: Fields, template: (inout DefinitionReader, String, String) -> RequestField.Value) -> [RequestField] {
        guard let node = fields.present("headers"), let members = members(node) else { return [] }
        return members.nodes.compactMap { name, node in
            guard !node.value.isNull else { return nil }
            if !isHeaderName(name) {
                report(.badValue(expected: "a header name of letters, digits and '-'", found: nil), at: node.path)
            }
            return headerValue(name, node, template).map { RequestField(name, $0) }
        }
    }

    private mutating func headerValue(
        _ name: String, _ node: Node, _ template: (inout DefinitionReader, String, String) -> RequestField.Value
    ) -> RequestField.Value? {
        if node.value["secret"] != nil { return secret(node, "").map { .secret($0) } }
        guard let text = node.value.string else {
            report(.wrongType(expected: "a text or {\"secret\": \"name\"}", found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard text.utf8.allSatisfy(isHeaderValueByte) else {
            report(.badValue(expected: "a text without line breaks and control characters", found: nil), at: node.path)
            return nil
        }
        let value = template(&self, text, node.path)
        warnOfLiteral(RequestField(name, value), at: node.path)
        return value
    }

    /// A fixed text under a name that usually holds a credential.
    mutating func warnOfLiteral(_ field: RequestField, at path: String) {
        if field.isLiteralSecret { warn(.literalSecret(name: secretName(for: field.name)), at: path) }
    }
}

extension RequestField {
    var isLiteralSecret: Bool { fixedText?.isEmpty == false && looksLikeSecret(name) }
}

/// `X-Api-Key` → `x_api_key`
private func secretName(for name: String) -> String {
    let folded = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return folded.isEmpty ? "secret" : folded
}

/// RFC 9110, section 5.6.2: a token.
func isHeaderName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { isWordByte($0) || "!#$%&'*+-.^`|~".utf8.contains($0) }
}

func isHeaderValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F }

// MARK: - Origins

extension DefinitionReader {
    private mutating func allowedOrigins(_ fields: Fields) -> [AllowedOrigin] {
        guard let node = fields.present("allowed_origins"), let nodes = list(node, expected: "a list of origins") else { return [] }
        var origins: [AllowedOrigin] = []
        for node in nodes {
            guard let origin = allowedOrigin(node) else { continue }
            if origins.contains(where: { $0.origin == origin.origin }) {
                report(.badValue(expected: "each origin once", found: origin.origin), at: node.path)
            }
            origins.append(origin)
        }
        return origins
    }

    private mutating func allowedOrigin(_ node: Node) -> AllowedOrigin? {
        if node.value.string != nil { return origin(node).map { AllowedOrigin(origin: $0) } }
        guard node.value.object != nil else {
            report(.wrongType(expected: "an origin or an object", found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard let fields = fields(node, .allowedOrigin) else { return nil }
        let withAuth = bool(fields, "with_auth") ?? false
        guard let originNode = fields.present("origin") else {
            report(.missingKey("origin", expected: "an origin such as https://files.example.com"), at: node.path)
            return nil
        }
        guard let origin = origin(originNode) else { return nil }
        if withAuth, !DefinitionURL.isHTTPS(origin), !DefinitionURL.isLoopback(origin) {
            report(.badValue(expected: "an https origin, for it is sent secrets", found: origin), at: originNode.path)
        }
        return AllowedOrigin(origin: origin, withAuth: withAuth)
    }

    private mutating func origin(_ node: Node) -> String? {
        let expected = "an origin such as https://files.example.com, without a path"
        guard let text = string(node, expected: expected) else { return nil }
        guard DefinitionURL.fault(of: text) == nil, ["", "/"].contains(DefinitionURL.pathText(of: text)) else {
            // Not repeated: it may hold a password.
            report(.badValue(expected: expected, found: nil), at: node.path)
            return nil
        }
        return DefinitionURL.origin(of: text)
    }
}
