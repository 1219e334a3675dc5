import LakeSchema

/// From the rows of a child table to the rows above them: `_load_id` and `column` of the child are `_load_id` and
/// `_row_number` of the table above.
struct TableLink: Hashable {
    var child: String
    var above: String
    /// `_parent_row_number`, or `_root_row_number`.
    var column: String
    /// To the row right above, not to that of the record.
    var isDirect: Bool { column == SystemColumns.parentRowNumber }

    /// The links between these tables: each child to its parent, and past it to the table of the records.
    static func all(_ tables: [HandoffTable]) -> [TableLink] {
        let names = Set(tables.map(\.name))
        let roots = Dictionary(tables.filter { $0.version.parent == nil }.map { ($0.version.resource, $0.name) }, uniquingKeysWith: { a, _ in a })
        return tables.flatMap { table -> [TableLink] in
            guard let parent = table.version.parent else { return [] }
            var links: [TableLink] = []
            if names.contains(parent) { links.append(TableLink(child: table.name, above: parent, column: SystemColumns.parentRowNumber)) }
            if let root = roots[table.version.resource], root != parent {
                links.append(TableLink(child: table.name, above: root, column: SystemColumns.rootRowNumber))
            }
            return links
        }
    }
}
