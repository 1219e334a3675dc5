import LakeModel
import LakeNormalize
import LakeSource

/// Gives every table of a dataset its name, the same whatever resource is listed or read first.
///
/// A resource's own table is named after it, or as the definition says: `/v3 requests` → `v3_requests`, `2fa` → `t_2fa`
/// (many readers skip files whose name begins with `_`). A child table is `<resource>__<path>`, or as the definition says;
/// tables below a named one begin with its name. Where a name could be another resource's (its name, or a name below it),
/// or is taken by another path, it gets six characters of its path's hash. A table that a load has committed keeps its
/// name for ever.
package struct TableNaming: Sendable {
    /// What a definition says of the tables of a resource.
    package struct Declared: Sendable {
        package var resource: String
        /// Instead of a name made from the resource's.
        package var root: String?
        /// Of child tables, by where their rows stand in a record.
        package var nested: [FieldPath: String]

        package init(_ resource: String, root: String? = nil, nested: [FieldPath: String] = [:]) {
            self.resource = resource
            self.root = root
            self.nested = nested
        }

        package init(_ resource: Resource) {
            let named = resource.nestedTables.compactMap { table in
                table.tableName.map { (FieldReference(table: table.table, field: []).tablePath, $0) }
            }
            self.init(resource.name, root: resource.tableName, nested: Dictionary(named, uniquingKeysWith: { first, _ in first }))
        }

        fileprivate var claim: String { root ?? resource }
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

    /// The tables of earlier loads.
    private let known: [Place: String]
    private let knownNames: Set<String>
    /// The tables of the resources themselves, and those that the definition names: names below them are theirs.
    private let owners: [Place: String]
    /// How many steps lead to those that the definition names, the most first: mostly none.
    private let depths: [Int]

    /// - Parameters:
    ///   - resources: all resources of the definition.
    ///   - known: the tables of earlier loads.
    package init(_ resources: [Declared], known: [KnownTable]) {
        var names: [Place: String] = [:]
        for table in known { names[Place(table.version.resource, table.version.path)] = table.version.table }
        self.known = names
        knownNames = Set(names.values)
        var owners: [Place: String] = [:]
        var taken = knownNames
        for resource in Self.byClaim(resources) {
            let place = Place(resource.resource, FieldPath())
            guard owners[place] == nil else { continue }
            let name = names[place] ?? Self.free(Self.normalized(resource.claim), resource.resource, taken)
            owners[place] = name
            taken.insert(name)
        }
        let roots = owners
        for (resource, path, hint) in Self.nested(resources) {
            let place = Place(resource, path)
            let name = names[place] ?? Self.free(Self.normalized(hint), resource + path.text, taken) { name in
                Self.isForeign(name, to: Identity(resource), roots)
            }
            owners[place] = name
            taken.insert(name)
        }
        self.owners = owners
        depths = Set(owners.keys.map(\.path.steps.count)).subtracting([0]).sorted(by: >)
    }

    /// The name of a table.
    /// - Parameter taken: the names that other tables of the same resource have already.
    package func name(resource: String, path: FieldPath, pieces: [String], taken: Set<String>) -> String {
        let place = Place(resource, path)
        if let name = known[place] ?? owners[place] { return name }
        if path.steps.isEmpty { return Self.normalized(resource) }
        let (above, kept) = owner(above: path, of: resource)
        let name = Names.joined([above] + pieces.dropFirst(kept))
        return Self.free(name, resource + path.text, taken.union(knownNames).union(owners.values)) { name in
            Self.isForeign(name, to: Identity(resource), owners)
        }
    }

    /// The name that a definition asks for, as a table can bear it.
    package static func normalized(_ name: String) -> String {
        let piece = Names.piece(name)
        return piece.hasPrefix("_") ? "t" + piece : piece
    }

    // MARK: Claims

    /// Of resources that ask for one name, the one that bears it comes first, then they go by their bytes.
    private static func byClaim(_ resources: [Declared]) -> [Declared] {
        func rank(_ resource: Declared) -> Int {
            guard normalized(resource.claim) == resource.claim else { return 2 }
            return resource.claim == resource.resource ? 0 : 1
        }
        return resources.sorted { a, b in
            rank(a) != rank(b) ? rank(a) < rank(b) : a.resource.utf8.lexicographicallyPrecedes(b.resource.utf8)
        }
    }

    private static func nested(_ resources: [Declared]) -> [(resource: String, path: FieldPath, name: String)] {
        let all = resources.flatMap { resource in resource.nested.map { (resource.resource, $0.key, $0.value) } }
        return all.sorted { a, b in
            Identity(a.0) == Identity(b.0) ? a.1.text.utf8.lexicographicallyPrecedes(b.1.text.utf8)
                : a.0.utf8.lexicographicallyPrecedes(b.0.utf8)
        }
    }

    /// The nearest table above that has a name of its own, and how many pieces of a name lead to it.
    private func owner(above path: FieldPath, of resource: String) -> (name: String, pieces: Int) {
        for depth in depths where depth < path.steps.count {
            let steps = path.steps.prefix(depth)
            if let name = owners[Place(resource, FieldPath(Array(steps)))] { return (name, Self.pieceCount(steps)) }
        }
        return (owners[Place(resource, FieldPath())] ?? Self.normalized(resource), 0)
    }

    /// A key is a piece; so is an array in an array (`list`).
    private static func pieceCount(_ steps: ArraySlice<FieldPath.Step>) -> Int {
        zip(steps, [nil] + steps.map { Optional($0) }).reduce(0) { count, step in
            count + (step.0 == .element && step.1 != .element ? 0 : 1)
        }
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

    /// Whether a name looks as if it belonged below a table of another resource rather than below one of its own.
    private static func isForeign(_ name: String, to resource: Identity, _ owners: [Place: String]) -> Bool {
        var own = 0, other = 0
        for (place, owner) in owners where name.hasPrefix(owner + "__") {
            if place.resource == resource { own = max(own, owner.utf8.count) } else { other = max(other, owner.utf8.count) }
        }
        return other > own
    }
}
