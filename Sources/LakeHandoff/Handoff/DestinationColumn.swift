import LakeModel
import LakeSchema

/// A column of a destination's table.
package struct DestinationColumn: Hashable, Sendable {
    /// Of the lake's column.
    package var id: Int
    package var name: String
    package var type: ColumnType
    /// The types that it may have from earlier loads, in the order in which it had them.
    package var earlier: [ColumnType]
    /// The first schema version did not have it with a type, so a table may be there without it.
    package var isAdded: Bool
    package var isSystem: Bool
    /// Takes the values from the time before the lake's column became text, or those since then; nil: all.
    var side: Side?

    enum Side: Hashable, Sendable { case typed, text }

    func takes(_ column: Column) -> Bool {
        guard id == column.id else { return false }
        return switch side {
        case nil: true
        case .typed: column.type != .text
        case .text: column.type == .text
        }
    }

    /// The columns of a table that held anything in any of its versions.
    /// - Parameters:
    ///   - versions: all of them, oldest first, not empty.
    ///   - variantsBut: a column that became text stays as it was, and `name__text` beside it takes the texts; but for
    ///     these, by which rows are told apart. Nil: none does.
    static func all(_ versions: [SchemaVersion], variantsBut: [String]?) -> [DestinationColumn] {
        guard let newest = versions.last else { return [] }
        let names = Set(newest.columns.map(\.name))
        return newest.columns.filter { $0.type != .unknown }.flatMap { column -> [DestinationColumn] in
            let history = types(of: column.id, versions)
            let plain = DestinationColumn(
                id: column.id, name: column.name, type: column.type, earlier: history.filter { $0 != column.type },
                isAdded: (versions[0].columns.first { $0.id == column.id }?.type ?? .unknown) == .unknown, isSystem: column.isSystem)
            let hasVariant = variantsBut.map { !$0.contains(column.name) } ?? false
            return hasVariant && column.type == .text && !plain.earlier.isEmpty ? plain.split(names) : [plain]
        }
    }

    private func split(_ names: Set<String>) -> [DestinationColumn] {
        var typed = self, text = self
        typed.type = typed.earlier.removeLast()
        typed.side = .typed
        let plain = Names.fitted(name + "__text", path: name)
        text.name = names.contains(plain) ? Names.tagged(plain, path: name) : plain
        text.earlier = []
        text.isAdded = true
        text.side = .text
        return [typed, text]
    }

    /// What it was, each type once.
    private static func types(of id: Int, _ versions: [SchemaVersion]) -> [ColumnType] {
        var types: [ColumnType] = []
        for version in versions {
            guard let type = version.columns.first(where: { $0.id == id })?.type, type != .unknown, types.last != type else { continue }
            types.append(type)
        }
        return types
    }
}
