import LakeModel
import LakeNormalize

/// Gives every table of a dataset its name, the same whatever resource is read first.
///
/// A resource's own table is named after it. A child table is `<resource>__<path>`; where that could be another
/// resource's (its name, or a name below it), or is taken by another path, it gets six characters of its path's hash.
/// A table that a load has committed keeps its name for ever.
package struct TableNaming: Sendable {
    private let roots: [String: String]
    private let known: [String: String]

    /// - Parameters:
    ///   - resources: all resources of the definition, in its order.
    ///   - known: the tables of earlier loads.
    package init(resources: [String], known: [KnownTable]) {
        var names: [String: String] = [:]
        for table in known { names[Self.key(table.version.resource, table.version.path)] = table.version.table }
        var roots: [String: String] = [:]
        var taken = Set(names.values)
        for resource in resources {
            if let committed = names[Self.key(resource, FieldPath())] {
                roots[resource] = committed
                continue
            }
            let plain = Names.fitted(Names.snakeCase(resource), path: resource)
            let name = taken.contains(plain) ? Names.tagged(plain, path: resource) : plain
            roots[resource] = name
            taken.insert(name)
        }
        self.roots = roots
        self.known = names
    }

    /// The name of a table.
    /// - Parameter taken: the names that other tables of the same resource have already.
    package func name(resource: String, path: FieldPath, pieces: [String], taken: Set<String>) -> String {
        if let committed = known[Self.key(resource, path)] { return committed }
        let root = roots[resource] ?? Names.snakeCase(resource)
        if path.steps.isEmpty { return root }
        let identity = resource + path.text
        let plain = Names.fitted(Names.joined([root] + pieces), path: identity)
        let isForeign = roots.contains { $0.key != resource && Self.owns($0.value, plain, against: root) }
            || known.contains { $0.value == plain }
        return isForeign || taken.contains(plain) ? Names.tagged(plain, path: identity) : plain
    }

    /// Whether `name` looks as if it belonged to the resource whose table is `other` rather than to `own`.
    private static func owns(_ other: String, _ name: String, against own: String) -> Bool {
        name == other || (name.hasPrefix(other + "__") && other.utf8.count > own.utf8.count)
    }

    private static func key(_ resource: String, _ path: FieldPath) -> String { resource + "\u{0}" + path.text }
}
