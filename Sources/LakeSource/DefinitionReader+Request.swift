import LakeJSON
import LakeModel

extension DefinitionReader {
    /// The request of an endpoint. `defaults` are those of its `params` and `json`, which are merged member by member.
    mutating func request(
        _ endpoint: Fields, of name: String, _ defaults: EndpointDefaults, _ client: Client, key: [Selector], _ findings: inout RequestFindings
    ) -> RequestTemplate {
        let params = endpoint.present("params").flatMap { members($0) }.map { $0.over(defaults.params) }
        let path = self.path(endpoint, of: name, params, client, &findings)
        var request = RequestTemplate(method: method(endpoint), path: path.template)
        request.params = path.query + self.params(params, without: path.parameters, key: key, &findings)
        request.headers = headers(endpoint) { reader, text, path in .template(reader.template(text, at: path, &findings)) }
        request.body = body(endpoint, defaults, &findings)
        return request
    }

    private mutating func method(_ endpoint: Fields) -> RequestTemplate.Method {
        guard let node = endpoint.present("method"), let text = string(node) else { return .get }
        return choice(text.uppercased(), of: .methods, at: node.path).flatMap(RequestTemplate.Method.init) ?? .get
    }
}

// MARK: - Path

extension DefinitionReader {
    /// The path, the parameters that stand behind its question mark, and the names of those that fill places of it: they
    /// are no query parameters then.
    private mutating func path(
        _ endpoint: Fields, of name: String, _ params: Fields?, _ client: Client, _ findings: inout RequestFindings
    ) -> (template: Template, query: [RequestField], parameters: Set<String>) {
        guard let node = endpoint.present("path") else { return (Template(name), [], []) }
        guard let source = node.value.string else {
            report(.wrongType(expected: "a path", found: node.value.kindInWords), at: node.path)
            return (Template(name), [], [])
        }
        let pieces = source.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let text = pieces[0], query = pieces.dropFirst().first ?? ""
        let isAbsolute = DefinitionURL.isAbsolute(text)
        let relative = isAbsolute ? text : String(text.drop { $0 == "/" })
        let template = self.template(relative, at: node.path, &findings, parameters: params)
        checkPath(template, at: node.path)
        if isAbsolute { checkOrigin(template, client, at: node.path) }
        let names = PlacedText(relative).parts.compactMap { part -> String? in if case .parameter(let name) = part { name } else { nil } }
        return (template, self.query(query, at: node.path, &findings), Set(names))
    }

    /// `limit=100&q=a%20b`, as some write it behind the path.
    private mutating func query(_ text: String, at path: String, _ findings: inout RequestFindings) -> [RequestField] {
        if text.contains("#") { report(.badValue(expected: "a path without '#'", found: nil), at: path) }
        return text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { percentDecoded(String($0)) }
            if looksLikeSecret(parts[0]) { warn(.literalSecret(name: nil), at: path) }
            return RequestField(parts[0], .template(template(parts.count > 1 ? parts[1] : "", at: path, &findings)))
        }
    }

    private mutating func checkPath(_ template: Template, at path: String) {
        for case .text(let text) in template.parts {
            if text.contains("#") {
                report(.badValue(expected: "a path without '#'", found: nil), at: path)
            } else if !text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) {
                report(.badValue(expected: "a path without spaces and control characters", found: nil), at: path)
            }
        }
    }

    /// The origin of an absolute URL. Where a place stands in it, it is known and judged only when a request is made.
    private mutating func checkOrigin(_ template: Template, _ client: Client, at path: String) {
        guard case .text(let text)? = template.parts.first else { return }
        let isFixed = template.parts.count == 1 || DefinitionURL.pathText(of: text).hasPrefix("/")
        guard isFixed else { return }
        guard let origin = DefinitionURL.origin(of: text), !DefinitionURL.pathText(of: text).contains("\\") else {
            let fault = DefinitionURL.fault(of: text, mayHaveQuery: true) ?? "a URL with a host, such as https://api.example.com/v1"
            report(.badValue(expected: fault, found: nil), at: path)
            return
        }
        // A client without a good URL has a finding of its own.
        guard let own = DefinitionURL.origin(of: client.baseURL), own != origin else { return }
        if !client.allowedOrigins.contains(where: { $0.origin == origin }) { report(.otherOrigin(origin), at: path) }
    }
}

// MARK: - Parameters

extension DefinitionReader {
    /// - Parameter bound: names whose values stand in the path.
    private mutating func params(
        _ fields: Fields?, without bound: Set<String>, key: [Selector], _ findings: inout RequestFindings
    ) -> [RequestField] {
        var params: [RequestField] = []
        for (name, node) in fields?.nodes ?? [] where !bound.contains(name) {
            switch node.value["secret"] == nil ? node.value["type"]?.string : nil {
            case "resolve"?:
                if let template = resolve(node, &findings) { params.append(RequestField(name, .template(template))) }
            case "incremental"?:
                guard let declared = incrementalParam(name, node, key: key) else { continue }
                declare(declared, &findings)
                params.append(RequestField(name, .template(Template(of: .startValue))))
            case let type?:
                _ = choice(type, of: .paramTypes, at: Node.path(node.path, key: "type"))
            default:
                params += requestFields(name, node, &findings)
            }
        }
        return params
    }

    /// A list asks once for each of its elements: `status=OPEN&status=CLOSED`.
    private mutating func requestFields(_ name: String, _ node: Node, _ findings: inout RequestFindings) -> [RequestField] {
        guard node.value.array == nil else {
            let elements = list(node, expected: "a list") ?? []
            return elements.flatMap { element -> [RequestField] in
                if element.value.array == nil { return requestFields(name, element, &findings) }
                report(.wrongType(expected: "a text, a number, true or false", found: element.value.kindInWords), at: element.path)
                return []
            }
        }
        if node.value.isNull { return [] }
        if node.value["secret"] != nil { return secret(node, "").map { [RequestField(name, .secret($0))] } ?? [] }
        guard let text = scalarText(node.value) else {
            let expected = "a text, a number, true, false, a list of them or {\"secret\": \"name\"}"
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return []
        }
        let value = node.value.string == nil ? Template(text) : template(text, at: node.path, &findings)
        let field = RequestField(name, .template(value))
        warnOfLiteral(field, at: node.path)
        return [field]
    }
}

// MARK: - Body

extension DefinitionReader {
    private mutating func body(_ endpoint: Fields, _ defaults: EndpointDefaults, _ findings: inout RequestFindings) -> RequestBody? {
        let json = endpoint.present("json").flatMap { self.json($0, defaults.json, &findings) }
        guard let node = endpoint.present("data") else { return json.map { .json($0) } }
        if endpoint.present("json") != nil { report(.conflict(with: "'json'"), at: node.path) }
        if let text = node.value.string {
            let template = self.template(text, at: node.path, &findings)
            if template.holdsSecretNames { warn(.literalSecret(name: nil), at: node.path) }
            return .text(template)
        }
        guard node.value.object != nil, let fields = members(node) else {
            report(.wrongType(expected: "an object or a text", found: node.value.kindInWords), at: node.path)
            return nil
        }
        return .form(fields.nodes.flatMap { requestFields($0.key, $0.node, &findings) })
    }

    private mutating func json(_ node: Node, _ defaults: Fields?, _ findings: inout RequestFindings) -> BodyTemplate? {
        if node.value.array != nil { return bodyTemplate(node, &findings) }
        guard node.value.object != nil, let fields = members(node) else {
            report(.wrongType(expected: "an object or a list", found: node.value.kindInWords), at: node.path)
            return nil
        }
        return object(fields.over(defaults), &findings)
    }

    private mutating func bodyTemplate(_ node: Node, _ findings: inout RequestFindings) -> BodyTemplate {
        switch node.value {
        case .null, .bool, .number: return .scalar(node.value)
        case .string(let text): return .text(template(text, at: node.path, &findings))
        case .array: return .array((list(node, expected: "a list") ?? []).map { bodyTemplate($0, &findings) })
        case .object:
            if node.value.object?.count == 1, node.value["secret"]?.string != nil {
                report(.notSupported(instead: "'auth', or the secret in 'headers', 'params' or a form in 'data'"), at: node.path)
            }
            return members(node).map { object($0, &findings) } ?? .object([])
        }
    }

    private mutating func object(_ fields: Fields, _ findings: inout RequestFindings) -> BodyTemplate {
        .object(fields.nodes.map { key, node in
            // dlt reads braces in keys too, so doubled ones are single here as well.
            let name = template(key, at: node.path, &findings)
            if name.fixedText == nil {
                report(.badValue(expected: "a key without placeholders", found: key), at: node.path)
            }
            let value = bodyTemplate(node, &findings)
            if case .text(let text) = value, RequestField(key, .template(text)).isLiteralSecret {
                warn(.literalSecret(name: nil), at: node.path)
            }
            return .init(name.fixedText ?? key, value)
        })
    }

    /// A paginator that writes into the JSON body needs an object there.
    mutating func checkBody(_ request: RequestTemplate, _ paginator: Paginator, _ endpoint: Fields) {
        guard paginator.usesBody else { return }
        switch request.body {
        case nil, .json(.object)?: break
        case .json?:
            if let node = endpoint["json"] {
                report(.wrongType(expected: "an object, for the paginator writes into it", found: node.value.kindInWords), at: node.path)
            }
        case .form?, .text?:
            if let node = endpoint["data"] { report(.conflict(with: "a paginator that writes into the JSON body"), at: node.path) }
        }
    }
}

extension Template {
    /// Whether a text without structure of its own names something that is usually a credential: `grant=x&password=y`.
    var holdsSecretNames: Bool {
        parts.contains { part in
            guard case .text(let text) = part else { return false }
            return text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.contains { looksLikeSecret(String($0)) }
        }
    }
}
