import LakeJSON

extension DefinitionReader {
    /// How requests show who asks: an object, or the name of a kind alone, whose secrets then have their usual names.
    mutating func auth(_ node: Node) -> Auth? {
        if let type = node.value.string {
            return auth(type, at: node.path, Node(path: node.path, value: .object([])))
        }
        guard let members = members(node) else { return nil }
        if let type = members.present("type") {
            return string(type, expected: "the name of a kind").flatMap { auth($0, at: type.path, node) }
        }
        guard members["token"] != nil else {
            let names = Vocabulary.authTypes.known.joined(separator: ", ")
            report(.missingKey("type", expected: "the name of a kind: \(names)"), at: node.path)
            return nil
        }
        // dlt's short form: {"token": …}
        return auth("bearer", at: node.path, node)
    }

    /// The keys of another kind are not judged by the words of this one.
    private mutating func auth(_ type: String, at path: String, _ node: Node) -> Auth? {
        switch choice(type, of: .authTypes, at: path) {
        case "bearer": fields(node, .bearer).flatMap { bearer($0) }
        case "api_key": fields(node, .apiKey).flatMap { apiKey($0) }
        case "http_basic": fields(node, .httpBasic).flatMap { httpBasic($0) }
        case "oauth2_client_credentials": fields(node, .oauth2).flatMap { oauth2($0) }
        default: nil
        }
    }

    private mutating func bearer(_ fields: Fields) -> Auth? {
        secret(fields, "token", named: "bearer_token", .token).map { .bearer(token: $0) }
    }

    private mutating func apiKey(_ fields: Fields) -> Auth? {
        let text = fields.present("location").flatMap { node in string(node).flatMap { choice($0, of: .apiKeyLocations, at: node.path) } }
        let location = text.map { $0 == "header" ? APIKeyLocation.header : .query } ?? .header
        let name = string(fields, "name") ?? "Authorization"
        if location == .header, !isHeaderName(name) {
            report(.badValue(expected: "a header name of letters, digits and '-'", found: nil), at: Node.path(fields.path, key: "name"))
        }
        return secret(fields, "api_key", location == .header ? .token : .text).map { .apiKey(name: name, key: $0, location: location) }
    }

    private mutating func httpBasic(_ fields: Fields) -> Auth? {
        let username = secret(fields, "username", .userName), password = secret(fields, "password", .text)
        guard let username, let password else { return nil }
        return .httpBasic(username: username, password: password)
    }

    private mutating func oauth2(_ fields: Fields) -> Auth? {
        let url = tokenURL(fields)
        let id = secret(fields, "client_id", .identifier), secret = secret(fields, "client_secret", .text)
        let token = fields.present("access_token").flatMap { self.secret($0, "access_token", .token) }
        let data = requestData(fields)
        let seconds = integer(fields, "default_token_expiration", atLeast: 1) ?? 3600
        guard let url, let id, let secret else { return nil }
        return .oauth2ClientCredentials(OAuth2ClientCredentials(
            tokenURL: url, clientID: id, clientSecret: secret, requestData: data, defaultExpirationSeconds: seconds, accessToken: token))
    }

    private mutating func tokenURL(_ fields: Fields) -> String? {
        let expected = "a URL such as https://login.example.com/oauth/token"
        guard let node = fields.present("access_token_url") else {
            report(.missingKey("access_token_url", expected: expected), at: fields.path)
            return nil
        }
        guard let text = string(node, expected: expected) else { return nil }
        if let fault = DefinitionURL.fault(of: text, mayHaveQuery: true) {
            report(.badValue(expected: fault, found: nil), at: node.path)
        } else if !DefinitionURL.isHTTPS(text), !DefinitionURL.isLoopback(text) {
            report(.badValue(expected: "a URL that begins with https://, for the client's secret goes there", found: nil), at: node.path)
        }
        return text
    }

    private mutating func requestData(_ fields: Fields) -> [RequestField] {
        guard let node = fields.present("access_token_request_data"), let members = members(node) else { return [] }
        return members.nodes.compactMap { name, node in
            guard !node.value.isNull else { return nil }
            if node.value.object != nil { return secret(node, "").map { RequestField(name, .secret($0)) } }
            guard let text = scalarText(node.value) else {
                let expected = "a text, a number, true, false or {\"secret\": \"name\"}"
                report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
                return nil
            }
            let field = RequestField(name, text)
            warnOfLiteral(field, at: node.path)
            return field
        }
    }
}

/// How a value that is no container is written in a query; nil for null and containers.
func scalarText(_ value: JSONValue) -> String? { value.string ?? value.number ?? value.bool.map { $0 ? "true" : "false" } }

// MARK: - Secrets

/// What a secret that is written in the definition may hold.
enum LiteralRule {
    /// Stands in a header as it is.
    case token
    /// Half of a credential, and no secret by itself: no warning.
    case identifier
    /// The same, without the colon that ends it (RFC 7617, section 2).
    case userName
    case text

    fileprivate func allows(_ text: String) -> Bool {
        switch self {
        case .token: text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        case .identifier, .text: text.utf8.allSatisfy(isHeaderValueByte)
        case .userName: text.utf8.allSatisfy { isHeaderValueByte($0) && $0 != UInt8(ascii: ":") }
        }
    }

    fileprivate var expected: String {
        switch self {
        case .token: "a text without spaces and line breaks"
        case .identifier, .text: "a text without control characters"
        case .userName: "a text without ':' and control characters"
        }
    }

    fileprivate var isSecret: Bool { self == .token || self == .text }
}

extension DefinitionReader {
    /// - Parameter name: under which it is looked up where the definition does not say; the key's own by default.
    private mutating func secret(_ fields: Fields, _ key: String, named name: String? = nil, _ rule: LiteralRule) -> SecretReference? {
        guard let node = fields.present(key) else { return .named(name ?? key) }
        return secret(node, name ?? key, rule)
    }

    /// `{"secret": "name"}`, or a literal.
    /// - Parameter name: what the secret could be called; empty where only a reference is allowed.
    mutating func secret(_ node: Node, _ name: String, _ rule: LiteralRule = .text) -> SecretReference? {
        let expected = "{\"secret\": \"\(name.isEmpty ? "name" : name)\"}"
        if let literal = node.value.string, !name.isEmpty {
            guard !literal.isEmpty, rule.allows(literal) else {
                report(.badValue(expected: "\(rule.expected), or \(expected)", found: nil), at: node.path)
                return nil
            }
            if rule.isSecret { warn(.literalSecret(name: name), at: node.path) }
            return .literal(literal)
        }
        guard node.value.object != nil else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        guard let fields = fields(node, .secret) else { return nil }
        guard let named = fields.present("secret") else {
            report(.missingKey("secret", expected: "the name of a secret"), at: node.path)
            return nil
        }
        guard let text = string(named, expected: "the name of a secret") else { return nil }
        guard text.utf8.allSatisfy(isWordByte) else {
            report(.badValue(expected: "a name of letters, digits and '_'", found: nil), at: named.path)
            return nil
        }
        return .named(text)
    }
}
