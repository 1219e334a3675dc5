import LakeModel
import LakeNormalize

/// Gives every table of a dataset its name, the same whatever resource is listed or read first.
///
/// A resource's own table is named after it: `/v3 requests` → `v3_requests`, `2fa` → `t_2fa` (many readers skip files
/// whose name begins with `_`). A child table is `<resource>__<path>`; where that could be another resource's (its
/// name, or a name below it), or is taken by another path, it gets six characters of its path's hash. A table that a
/// load has committed keeps its name for ever.
package struct TableNaming: Sendable {
    /// By resource.
    private let roots: [Identity: String]
    /// The tables of earlier loads.
    private let known: [Place: String]
    private let knownNames: Set<String>

    /// - Parameters:
    ///   - resources: all resources of the definition.
    ///   - known: the tables of earlier loads.
    package init(resources: [String], known: [KnownTable]) {
        var names: [Place: String] = [:]
        for table in known { names[Place(table.version.resource, table.version.path)] = table.version.table }
        self.known = names
        knownNames = Set(names.values)
        var roots: [Identity: String] = [:]
        var taken = knownNames
        for resource in Self.byClaim(resources) where roots[Identity(resource)] == nil {
            let name = names[Place(resource, FieldPath())] ?? Self.free(Self.root(resource), resource, taken)
            roots[Identity(resource)] = name
            taken.insert(name)
        }
        self.roots = roots
    }

    /// The name of a table.
    /// - Parameter taken: the names that other tables of the same resource have already.
    package func name(resource: String, path: FieldPath, pieces: [String], taken: Set<String>) -> String {
        if let committed = known[Place(resource, path)] { return committed }
        let own = Identity(resource)
        let root = roots[own] ?? Self.root(resource)
        if path.steps.isEmpty { return root }
        return Self.free(Names.joined([root] + pieces), resource + path.text, taken.union(knownNames).union(roots.values)) { name in
            roots.contains { $0.key != own && Self.owns($0.value, name, against: root) }
        }
    }

    /// Where a table stands.
    private struct Place: Hashable {
        let resource: Identity
        let path: FieldPath
        init(_ resource: String, _ path: FieldPath) {
            self.resource = Identity(resource)
            self.path = path
        }
    }

    /// Of resources that fold to one name, the one that bears it comes first, then they go by their bytes.
    private static func byClaim(_ resources: [String]) -> [String] {
        let plain = resources.filter { root($0) == $0 }
        let folded = resources.filter { root($0) != $0 }
        return plain + folded.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func root(_ resource: String) -> String {
        let name = Names.piece(resource)
        return name.hasPrefix("_") ? "t" + name : name
    }

    /// The name, or where it is too long or taken, with characters of the hash of `identity`.
    private static func free(
        _ name: String, _ identity: String, _ taken: Set<String>, isForeign: (String) -> Bool = { _ in false }
    ) -> String {
        let plain = Names.fitted(name, path: identity)
        var free = isForeign(plain) ? Names.tagged(plain, path: identity) : plain
        var salt = identity
        while taken.contains(free) {
            free = Names.tagged(plain, path: salt)
            salt += "'"
        }
        return free
    }

    /// Whether `name` looks as if it belonged below the resource whose table is `other` rather than below `own`.
    private static func owns(_ other: String, _ name: String, against own: String) -> Bool {
        name.hasPrefix(other + "__") && other.utf8.count > own.utf8.count
    }
}
