import LakeJSON
import LakeSource

extension RequestBuilder {
    /// The body's bytes and the content type that belongs to them; nil without a body.
    func body(_ parameters: [PageParameter]) throws(RequestProblem) -> (bytes: [UInt8], type: String?)? {
        let inBody = parameters.compactMap { parameter -> (path: Selector, parameter: PageParameter)? in
            if case .body(let path) = parameter.place { (path, parameter) } else { nil }
        }
        switch resource.request.body {
        case nil: return inBody.isEmpty ? nil : try json(nil, inBody)
        case .json(let template): return try json(filled(template), inBody)
        case .form(let fields): return try form(fields, inBody)
        case .text(let template):
            if let first = inBody.first { throw .bodyPath(first.path.description) }
            return text(of: template).map { (Array($0.utf8), nil) }
        }
    }

    private func json(
        _ document: JSONValue?, _ parameters: [(path: Selector, parameter: PageParameter)]
    ) throws(RequestProblem) -> ([UInt8], String?)? {
        var document = document
        for (path, parameter) in parameters {
            document = try setting(parameter.value, at: path.steps[...], in: document, path)
        }
        return document.map { ($0.utf8(pretty: false), "application/json") }
    }

    /// In a form a path is the name of a field.
    private func form(
        _ fields: [RequestField], _ parameters: [(path: Selector, parameter: PageParameter)]
    ) throws(RequestProblem) -> ([UInt8], String?) {
        var pieces: [String] = []
        for field in fields {
            guard let value = try text(of: field) else { continue }
            pieces.append(URLText.encodeQuery(field.name) + "=" + URLText.encodeQuery(value))
        }
        let query = URLText.setting(parameters.map { ($0.path.description, $0.parameter.text) }, in: "?" + pieces.joined(separator: "&"))
        return (Array(query.utf8.dropFirst()), "application/x-www-form-urlencoded")
    }

    /// nil for what is left out: a text with a place that has no value.
    private func filled(_ template: BodyTemplate) -> JSONValue? {
        switch template {
        case .scalar(let value): value
        case .text(let template): filled(template)
        case .array(let elements): .array(elements.compactMap { filled($0) })
        case .object(let members): .object(members.compactMap { member in filled(member.value).map { JSONMember(member.name, $0) } })
        }
    }

    /// A text that is exactly one place takes the value with its own type.
    private func filled(_ template: Template) -> JSONValue? {
        if template.parts.count == 1, let value = values.value(of: template.parts[0]) { return value }
        return text(of: template).map { .string($0) }
    }

    /// Objects that lack on the way are made.
    private func setting(
        _ value: JSONValue, at steps: ArraySlice<Selector.Step>, in target: JSONValue?, _ path: Selector
    ) throws(RequestProblem) -> JSONValue {
        guard let step = steps.first else { return value }
        switch (step, target) {
        case (.key(let key), nil), (.key(let key), .object?), (.key(let key), .null?):
            var object = target ?? .object([])
            object[key] = try setting(value, at: steps.dropFirst(), in: object[key], path)
            return object
        case (.index(let index), .array(var elements)?) where elements.indices.contains(index):
            elements[index] = try setting(value, at: steps.dropFirst(), in: elements[index], path)
            return .array(elements)
        default: throw .bodyPath(path.description)
        }
    }
}
