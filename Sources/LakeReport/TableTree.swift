/// Where the boxes of a resource's tables stand: each parent at the left of its children, in the middle of them.
struct TableTree {
    struct Box: Hashable {
        var table: String
        /// What of the name its parent's does not say.
        var label: String
        var rows: Int
        var x: Double
        var y: Double
        var width: Double
        var parent: Int?
    }

    static let height = 44.0
    private static let gap = 12.0
    private static let stride = 40.0
    /// Longer labels are cut.
    private static let longest = 40

    private(set) var boxes: [Box] = []
    private(set) var width = 0.0
    private(set) var size = 0.0

    /// - Parameter tables: those of one resource; one whose parent is not among them stands at the left.
    init(_ tables: [TableEntry]) {
        let names = Set(tables.map(\.name))
        let children = Dictionary(grouping: tables) { table in table.parent.flatMap { names.contains($0) && $0 != table.name ? $0 : nil } ?? "" }
        var seen: Set<String> = []
        for root in children[""] ?? [] { place(root, children, &seen, depth: 0, parent: nil) }
        align()
    }

    /// Rows from the top down; columns are set when the widths are known.
    private mutating func place(_ table: TableEntry, _ children: [String: [TableEntry]], _ seen: inout Set<String>, depth: Int, parent: Int?) {
        guard seen.insert(table.name).inserted else { return }  // A damaged manifest may lead in a circle.
        let prefix = (table.parent ?? "") + "__"
        let label = Figure.cut(parent != nil && table.name.hasPrefix(prefix) ? String(table.name.dropFirst(prefix.count)) : table.name, to: Self.longest)
        let index = boxes.count
        let longest = max(label.count, Figure.count(table.rowsOfLastLoad, "row").count)
        boxes.append(Box(
            table: table.name, label: label, rows: table.rowsOfLastLoad, x: Double(depth), y: size, width: Double(longest) * 7.8 + 24, parent: parent))
        let top = size
        for child in children[table.name] ?? [] { place(child, children, &seen, depth: depth + 1, parent: index) }
        if size == top { size += Self.height + Self.gap } else { boxes[index].y = (top + size - Self.height - Self.gap) / 2 }
    }

    private mutating func align() {
        size = max(0, size - Self.gap)
        let columns = Dictionary(grouping: boxes, by: { Int($0.x) }).mapValues { $0.map(\.width).max() ?? 0 }
        for i in boxes.indices {
            let depth = Int(boxes[i].x)
            boxes[i].width = columns[depth] ?? boxes[i].width
            boxes[i].x = (0..<depth).reduce(0) { $0 + (columns[$1] ?? 0) + Self.stride }
            width = max(width, boxes[i].x + boxes[i].width)
        }
    }
}
