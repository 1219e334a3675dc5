import LakeJSON
import LakeModel

// MARK: - The parent of a resource

extension DefinitionReader {
    /// Any number of fields of one parent.
    mutating func parent(_ fields: Fields, _ uses: [RequestFindings.Use]) -> ParentBinding? {
        guard let first = uses.first else {
            if let node = fields.present("include_from_parent"), node.value.array?.isEmpty != true { report(.needsParent, at: node.path) }
            // Among the defaults it is a rule for those that have a parent.
            if let node = fields.present("on_missing_parent_field"), node.path.hasPrefix(fields.path) { report(.needsParent, at: node.path) }
            return nil
        }
        if let other = uses.first(where: { $0.resource != first.resource }) {
            let texts = uses.map(\.source).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            report(.severalParents(texts), at: other.path)
        }
        return ParentBinding(
            resource: first.resource, fields: uses.map(\.field).reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
            included: included(fields, of: first.resource),
            onMissingField: choice(fields, "on_missing_parent_field", MissingFieldAction.self) ?? .partial)
    }

    private mutating func included(_ fields: Fields, of parent: String) -> [IncludedField] {
        guard let node = fields.present("include_from_parent") else { return [] }
        var included: [IncludedField] = []
        for element in list(node, expected: "a list of fields") ?? [] {
            guard let text = string(element, expected: "a field"), let field = selector(text, at: element.path) else { continue }
            guard !field.steps.isEmpty else {
                report(.badValue(expected: "a field of the parent's records", found: text), at: element.path)
                continue
            }
            let one = IncludedField(field: Selector(describing: field.steps), name: "_\(parent)_\(text)")
            // The same field twice is the same column.
            if !included.contains(where: { $0.field == one.field }) { included.append(one) }
        }
        return included
    }
}

// MARK: - Resources among each other

extension DefinitionReader {
    mutating func checkNames(_ drafts: [ResourceDraft]) {
        var first: [String: String] = [:]
        for draft in drafts {
            if let path = first[draft.resource.name] {
                report(.duplicateName(draft.resource.name, first: path), at: draft.path)
            } else {
                first[draft.resource.name] = draft.path
            }
        }
    }

    mutating func checkParents(_ drafts: [ResourceDraft]) {
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
