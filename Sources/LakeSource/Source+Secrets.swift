extension Source {
    /// The named secrets that exporting these resources needs, each once, in the order of the definition: those of the
    /// client first, the key of hashed fields last. What the parents of a dependent resource need is among them, for they are
    /// asked too.
    package func secrets(of exported: [Resource]) -> [SecretReference] {
        let asked = resources.filter { resource in exported.contains { isAsked(resource.name, for: $0) } }
        let clientAuth = asked.contains { $0.auth == nil } ? client.auth : nil
        let references = client.headers.compactMap(\.secret) + (clientAuth?.secrets ?? []) + asked.flatMap(\.secrets)
            + (asked.contains { $0.fieldRules.hashes } ? [hashKey].compactMap { $0 } : [])
        var seen: Set<SecretReference> = []
        return references.filter { reference in
            if case .named = reference { seen.insert(reference).inserted } else { false }
        }
    }

    /// Whether a resource is the exported one, or its parent, or the parent of that.
    private func isAsked(_ name: String, for exported: Resource) -> Bool {
        var next: Resource? = exported
        // A checked definition has no circles; the bound keeps one made by hand from going on for ever.
        for _ in 0...resources.count {
            guard let resource = next else { return false }
            if resource.name == name { return true }
            next = resource.parent.flatMap { parent in resources.first { $0.name == parent.resource } }
        }
        return false
    }
}

extension Resource {
    /// All secrets that its own part of the definition takes.
    fileprivate var secrets: [SecretReference] {
        let form: [RequestField] = if case .form(let fields) = request.body { fields } else { [] }
        return (request.params + request.headers + form).compactMap(\.secret) + (auth?.secrets ?? [])
    }
}
