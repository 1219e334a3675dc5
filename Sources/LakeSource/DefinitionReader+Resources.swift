import LakeJSON
import LakeModel

/// A resource and where it stands.
private struct Draft {
    let path: String
    /// Where the placeholder of the parent stands.
    var placeholderPath: String?
    var resource: Resource
}

/// `resource_defaults`, taken apart.
private struct Defaults {
    var resource: Fields?
    var endpoint: Fields?
    var params: Fields?
}

extension DefinitionReader {
    mutating func resources(_ root: Fields, clientPaginator: Paginator?) -> [Resource] {
        let defaults = self.defaults(root)
        guard let node = root.present("resources") else {
            report(.missingKey("resources", expected: "a list of resources"), at: "")
            return []
        }
        guard let list = node.value.array else {
            report(.wrongType(expected: "a list of resources", found: node.value.kindInWords), at: node.path)
            return []
        }
        if list.isEmpty { report(.badValue(expected: "at least one resource", found: nil), at: node.path) }
        let drafts = list.enumerated().compactMap { index, value in
            draft(Node(path: "\(node.path)[\(index)]", value: value), defaults, clientPaginator)
        }
        checkNames(drafts)
        checkParents(drafts)
        return drafts.map(\.resource)
    }

    private mutating func defaults(_ root: Fields) -> Defaults {
        guard let node = root.present("resource_defaults"), let resource = fields(node, .resourceDefaults) else { return Defaults() }
        guard let endpoint = resource.present("endpoint").flatMap({ self.endpoint($0) }) else { return Defaults(resource: resource) }
        return Defaults(resource: resource, endpoint: endpoint, params: endpoint.present("params").flatMap { members($0) })
    }

    /// An endpoint: its path, or an object.
    private mutating func endpoint(_ node: Node) -> Fields? {
        if node.value.string != nil { return Fields(path: node.path, nodes: [("path", node)]) }
        guard node.value.object != nil else {
            report(.wrongType(expected: "a path or an object", found: node.value.kindInWords), at: node.path)
            return nil
        }
        return fields(node, .endpoint)
    }

    private mutating func draft(_ node: Node, _ defaults: Defaults, _ clientPaginator: Paginator?) -> Draft? {
        var own = Fields(path: node.path, nodes: [("name", node)])
        if node.value.string == nil {
            guard node.value.object != nil else {
                report(.wrongType(expected: "a name or an object", found: node.value.kindInWords), at: node.path)
                return nil
            }
            guard let fields = fields(node, .resource) else { return nil }
            own = fields
        }
        guard let name = resourceName(own) else { return nil }
        let ownEndpoint = own.present("endpoint").flatMap { self.endpoint($0) }
        let endpoint = (ownEndpoint ?? Fields(path: node.path, nodes: [])).over(defaults.endpoint)
        return draft(name, own.over(defaults.resource), endpoint, defaultParams: defaults.params, clientPaginator)
    }

    private mutating func draft(
        _ name: String, _ fields: Fields, _ endpoint: Fields, defaultParams: Fields?, _ clientPaginator: Paginator?
    ) -> Draft {
        if let method = endpoint.present("method"), let text = string(method) {
            _ = choice(text.uppercased(), of: .methods, at: method.path)
        }
        var uses: [(use: PlaceholderText.Use, path: String)] = []
        let path = template(of: self.path(endpoint, default: name, &uses))
        let params = self.params(endpoint, defaultParams, &uses)
        let parent = self.parent(uses)
        let key = primaryKey(fields)
        var resource = Resource(
            name: name, request: RequestTemplate(path: path, params: params, headers: headers(endpoint)), dataSelector: dataSelector(endpoint),
            primaryKey: key, writeDisposition: writeDisposition(fields, hasKey: !key.isEmpty), parent: parent?.binding,
            maxTableNesting: integer(fields, "max_table_nesting", atLeast: 0) ?? 1000, selected: bool(fields, "selected") ?? true)
        if let check = endpoint.present("total_check"), let text = string(check) {
            let chosen = choice(text, of: .totalChecks, at: check.path)
            resource.totalCheck = chosen.flatMap(TotalCheck.init) ?? .exact
        }
        let declared = endpoint.present("paginator").flatMap { paginator($0) }
        resource.paginator = declared ?? clientPaginator ?? .auto
        resource.inheritsPaginator = declared == nil
        return Draft(path: fields.path, placeholderPath: parent?.path, resource: resource)
    }
}

// MARK: - The parts of a resource

extension DefinitionReader {
    private mutating func resourceName(_ fields: Fields) -> String? {
        guard let node = fields.present("name") else {
            report(.missingKey("name", expected: "the name of the resource"), at: fields.path)
            return nil
        }
        guard let name = string(node) else { return nil }
        let plain = name.allSatisfy { $0.isLetter || $0.isNumber || "_-/".contains($0) }
        if !plain || name.utf8.count > 100 {
            let rule = "a name of letters, digits, '_', '-' and '/', at most 100 bytes long"
            report(.badValue(expected: rule, found: name), at: node.path)
        }
        return name
    }

    private mutating func path(
        _ endpoint: Fields, default name: String, _ uses: inout [(use: PlaceholderText.Use, path: String)]
    ) -> String {
        guard let node = endpoint.present("path") else { return name }
        guard let text = node.value.string else {
            report(.wrongType(expected: "a path", found: node.value.kindInWords), at: node.path)
            return name
        }
        if text.lowercased().hasPrefix("http://") || text.lowercased().hasPrefix("https://") {
            report(.notSupported(instead: "a path below client.base_url"), at: node.path)
        } else if text.contains("?") || text.contains("#") {
            report(.badValue(expected: "a path without '?' and '#'; parameters belong to 'params'", found: nil), at: node.path)
        } else if !text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) {
            report(.badValue(expected: "a path without spaces and control characters", found: nil), at: node.path)
        }
        return String(template(text, at: node.path, &uses).drop { $0 == "/" })
    }

    /// Defaults and own parameters, merged one level deep as in dlt; `null` takes a default back.
    private mutating func params(
        _ endpoint: Fields, _ defaults: Fields?, _ uses: inout [(use: PlaceholderText.Use, path: String)]
    ) -> [RequestField] {
        var merged = defaults
        if let node = endpoint["params"] {
            guard !node.value.isNull else { return [] }
            guard let own = members(node) else { return [] }
            merged = own.over(defaults)
        }
        var params: [RequestField] = []
        for (name, node) in merged?.nodes ?? [] {
            for (path, text) in paramTexts(node) {
                params.append(RequestField(name, .template(self.template(of: template(text, at: path, &uses)))))
                if looksLikeSecret(name) { warn(.literalSecret, at: path) }
            }
        }
        return params
    }

    /// A list asks once for each of its elements: `status=OPEN&status=CLOSED`.
    private mutating func paramTexts(_ node: Node) -> [(path: String, text: String)] {
        switch node.value {
        case .null: return []
        case .string(let text): return [(node.path, text)]
        case .number(let digits): return [(node.path, digits)]
        case .bool(let value): return [(node.path, value ? "true" : "false")]
        case .array(let elements):
            return elements.enumerated().flatMap { index, value -> [(path: String, text: String)] in
                let element = Node(path: "\(node.path)[\(index)]", value: value)
                if value.array == nil { return paramTexts(element) }
                report(.wrongType(expected: "a text, a number, true or false", found: value.kindInWords), at: element.path)
                return []
            }
        case .object:
            return paramObject(node)
        }
    }

    private mutating func paramObject(_ node: Node) -> [(path: String, text: String)] {
        switch node.value["type"]?.string {
        case "resolve": report(.notSupported(instead: "a placeholder such as {resources.users.id}"), at: node.path)
        case "incremental": report(.notSupported(instead: nil), at: node.path)
        default:
            let expected = "a text, a number, true, false or a list of them"
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
        }
        return []
    }

    private mutating func template(
        _ text: String, at path: String, _ uses: inout [(use: PlaceholderText.Use, path: String)]
    ) -> String {
        let template = PlaceholderText(text)
        for fault in template.faults {
            switch fault {
            case .unbalancedBrace: report(.badValue(expected: "braces in pairs; a plain brace is doubled: {{", found: nil), at: path)
            case .incremental: report(.notSupported(instead: nil), at: path)
            case .unknown(let text):
                report(.badValue(expected: "a placeholder such as {resources.users.id}; a plain brace is doubled: {{", found: text), at: path)
            }
        }
        uses += template.uses.map { ($0, path) }
        return template.text
    }

    /// A checked text, taken apart at its places.
    private mutating func template(of text: String) -> Template {
        var parts: [Template.Part] = []
        var rest = Substring(text)
        while let start = rest.range(of: "{resources."), let end = rest[start...].firstIndex(of: "}") {
            if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
            let inside = rest[rest.index(after: start)..<end].split(separator: ".", maxSplits: 2)
            if inside.count == 3, let field = try? Selector(parsing: String(inside[2])) { parts.append(.parentField(field)) }
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return Template(parts: parts, description: text)
    }

    private mutating func dataSelector(_ endpoint: Fields) -> Selector? {
        guard let node = endpoint.present("data_selector"), let text = string(node, expected: "a selector") else { return nil }
        do {
            var selector = try Selector(parsing: text)
            // `results[*]` and `results` select the same records.
            if selector.steps.last == .all { selector.steps.removeLast() }
            guard selector.matchesMany else { return selector }
            report(.badSelector(SelectorFault(text: text, reason: .manyValues(expected: "one list of records"))), at: node.path)
        } catch {
            report(.badSelector(error), at: node.path)
        }
        return nil
    }

    private mutating func primaryKey(_ fields: Fields) -> [Selector] {
        guard let node = fields.present("primary_key") else { return [] }
        if let text = node.value.string { return selector(text, at: node.path).map { [$0] } ?? [] }
        guard let list = node.value.array else {
            report(.wrongType(expected: "a key or a list of keys", found: node.value.kindInWords), at: node.path)
            return []
        }
        return list.enumerated().compactMap { index, value in
            let element = Node(path: "\(node.path)[\(index)]", value: value)
            return string(element, expected: "a key").flatMap { selector($0, at: element.path) }
        }
    }

    /// As `restlake` has it, not dlt: append would double a full scan every night.
    private mutating func writeDisposition(_ fields: Fields, hasKey: Bool) -> WriteDisposition {
        let fallback: WriteDisposition = hasKey ? .merge : .replace
        guard let node = fields.present("write_disposition") else { return fallback }
        if node.value["disposition"] != nil {
            report(.notSupported(instead: Vocabulary.writeDispositions.known.joined(separator: ", ")), at: node.path)
            return fallback
        }
        let chosen = string(node).flatMap { choice($0, of: .writeDispositions, at: node.path) }.flatMap(WriteDisposition.init)
        if chosen == .merge, fields.present("primary_key") == nil { report(.needs("primary_key"), at: node.path) }
        return chosen ?? fallback
    }
}

// MARK: - Resources among each other

extension DefinitionReader {
    private mutating func checkNames(_ drafts: [Draft]) {
        var first: [String: String] = [:]
        for draft in drafts {
            if let path = first[draft.resource.name] {
                report(.duplicateName(draft.resource.name, first: path), at: draft.path)
            } else {
                first[draft.resource.name] = draft.path
            }
        }
    }

    /// One field of one parent; it may stand in several places.
    private mutating func parent(
        _ uses: [(use: PlaceholderText.Use, path: String)]
    ) -> (binding: ParentBinding, path: String)? {
        guard let (use, path) = uses.first else { return nil }
        let texts = uses.map(\.use.text).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if texts.count > 1 { report(.severalPlaceholders(texts), at: uses.first { $0.use != use }?.path ?? path) }
        guard let field = selector(use.field, at: path) else { return nil }
        return (ParentBinding(resource: use.resource, fields: [field]), path)
    }

    private mutating func checkParents(_ drafts: [Draft]) {
        let names = drafts.map(\.resource.name)
        let parents = Dictionary(drafts.map { ($0.resource.name, $0.resource.parent?.resource) }) { first, _ in first }
        var told: Set<String> = []
        for draft in drafts {
            guard let parent = draft.resource.parent?.resource, let path = draft.placeholderPath else { continue }
            if parents[parent] == nil {
                let others = names.filter { $0 != draft.resource.name }
                report(.unknownName(parent, nearest: nearestName(to: parent, in: others), known: others), at: path)
            } else if !told.contains(draft.resource.name), let chain = circle(from: draft.resource.name, parents) {
                told.formUnion(chain)
                report(.cycle(chain: chain), at: path)
            }
        }
    }

    /// The way from a resource over its parents back to itself; nil where it does not come back.
    private func circle(from name: String, _ parents: [String: String?]) -> [String]? {
        var chain = [name]
        while let next = parents[chain[chain.count - 1]] ?? nil, chain.count <= parents.count {
            chain.append(next)
            if next == name { return chain }
        }
        return nil
    }
}

extension Substring {
    /// The start of the first place where `text` stands.
    fileprivate func range(of text: String) -> Index? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(text) { return at }
            at = index(after: at)
        }
        return nil
    }
}
