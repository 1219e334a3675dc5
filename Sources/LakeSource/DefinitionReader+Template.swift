import LakeModel

/// What the request of one resource is made of, collected while its parts are read.
struct RequestFindings {
    /// A field of a parent's record, and where it is used.
    struct Use {
        var resource: String
        var field: Selector
        /// As it is written.
        var source: String
        var path: String
    }

    /// In the order of the definition.
    var uses: [Use] = []
    /// Where a value of the incremental cursor is used first.
    var incrementalPath: String?
    /// Declared in a parameter, dlt's way; nil where none is.
    var incremental: DeclaredIncremental?
}

/// `incremental`, and where it stands.
struct DeclaredIncremental {
    var path: String
    var value: Incremental
}

extension DefinitionReader {
    /// A text with places; their faults are told.
    /// - Parameter parameters: what `{name}` may stand for: in a path, dlt's old way to write it.
    mutating func template(
        _ text: String, at path: String, _ findings: inout RequestFindings, parameters: Fields? = nil
    ) -> Template {
        let placed = PlacedText(text)
        for fault in placed.faults { report(problem(fault), at: path) }
        var builder = TemplateBuilder()
        for part in placed.parts {
            switch part {
            case .text(let text): builder.append(text)
            case .incremental(let value): builder.append(incremental(value, at: path, &findings))
            case .parent(let resource, let field, let source):
                builder.append(.parentField(field), source)
                findings.uses.append(.init(resource: resource, field: field, source: source, path: path))
            case .parameter(let name):
                guard let node = parameters?.present(name) else {
                    report(problem(.unknown("{\(name)}")), at: path)
                    continue
                }
                builder.append(bound(name, node, &findings))
            }
        }
        return builder.template
    }

    private func problem(_ fault: PlacedText.Fault) -> DefinitionFinding.Problem {
        switch fault {
        case .unbalancedBrace: .badValue(expected: "braces in pairs; a plain brace is doubled: {{", found: nil)
        case .unknown(let text):
            .badValue(expected: "a placeholder such as {resources.users.id}; a plain brace is doubled: {{", found: text)
        case .selector(let fault): .badSelector(fault)
        case .unknownValue(let name):
            .unknownName(
                name, nearest: nearestName(to: name, in: IncrementalValue.allCases.map(\.rawValue)), known: IncrementalValue.allCases.map(\.rawValue))
        }
    }

    private func incremental(_ value: IncrementalValue, at path: String, _ findings: inout RequestFindings) -> Template {
        findings.incrementalPath = findings.incrementalPath ?? path
        return Template(of: value)
    }

    /// The value of a parameter that fills a place in the path.
    private mutating func bound(_ name: String, _ node: Node, _ findings: inout RequestFindings) -> Template {
        if let text = node.value.string { return template(text, at: node.path, &findings) }
        if let text = scalarText(node.value) { return Template(text) }
        if node.value["type"]?.string == "resolve" { return resolve(node, &findings) ?? Template("") }
        report(.wrongType(expected: "a text, a number or a 'resolve' to fill {\(name)} in the path", found: node.value.kindInWords), at: node.path)
        return Template("")
    }

    /// dlt's `{"type": "resolve", "resource": "users", "field": "id"}`, which is `{resources.users.id}`.
    mutating func resolve(_ node: Node, _ findings: inout RequestFindings) -> Template? {
        guard let fields = fields(node, .resolveParam) else { return nil }
        for (key, expected) in [("resource", "the name of the parent resource"), ("field", "a field of the parent's records")]
        where fields.present(key) == nil {
            report(.missingKey(key, expected: expected), at: node.path)
        }
        let resource = string(fields, "resource"), field = selector(fields, "field")
        guard let resource, let field else { return nil }
        let selector = Selector(describing: field.steps)
        let dot = selector.description.hasPrefix("[") ? "" : "."
        let source = "{resources.\(resource)\(dot)\(selector)}"
        findings.uses.append(.init(resource: resource, field: selector, source: source, path: node.path))
        return Template(parts: [.parentField(selector)], description: source)
    }
}

extension Template {
    /// A value of the incremental cursor alone.
    init(of value: IncrementalValue) { self.init(parts: [.incremental(value)], description: "{incremental.\(value.rawValue)}") }
}

/// Puts a template together; texts beside each other become one.
private struct TemplateBuilder {
    private(set) var template = Template("")

    mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        template.description += text
        if case .text(let before)? = template.parts.last {
            template.parts[template.parts.count - 1] = .text(before + text)
        } else {
            template.parts.append(.text(text))
        }
    }

    mutating func append(_ part: Template.Part, _ source: String) {
        template.parts.append(part)
        template.description += source
    }

    mutating func append(_ other: Template) {
        let description = template.description + other.description
        for part in other.parts {
            if case .text(let text) = part { append(text) } else { template.parts.append(part) }
        }
        template.description = description
    }
}
