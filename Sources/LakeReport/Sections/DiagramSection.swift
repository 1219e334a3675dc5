/// The tables of each resource and how their rows hang together.
enum DiagramSection {
    /// More are behind a click.
    private static let inSight = 12

    static func html(_ report: Report) -> HTML {
        guard !report.tables.isEmpty else { return note("There is no table yet.") }
        let groups = Dictionary(grouping: report.tables, by: \.resource).sorted { $0.key < $1.key }
        let trees = groups.filter { $0.value.count > 1 }, single = groups.filter { $0.value.count == 1 }.compactMap(\.value.first)
        return .all([
            tag("p", .class("soft")) { "A row of a table at the right belongs to a row of the table before it: _load_id and _parent_row_number name it." },
            trees.isEmpty ? .empty : tag("div", .class("trees")) { for (name, tables) in trees.prefix(inSight) { drawing(name, tables, report) } },
            trees.count <= inSight ? .empty : tag("details", .class("more")) {
                tag("summary") { Figure.count(trees.count - inSight, "further resource") }
                tag("div", .class("trees")) { for (name, tables) in trees.dropFirst(inSight) { drawing(name, tables, report) } }
            },
            single.isEmpty ? .empty : tag("p") {
                "Without children: "
                for (index, table) in single.enumerated() {
                    if index > 0 { ", " }
                    link(table.name, report)
                }
            },
        ])
    }

    static func link(_ table: String, _ report: Report) -> HTML {
        guard let anchor = report.anchor(table) else { return .text(table) }
        return tag("a", .class("mono"), .link(anchor)) { table }
    }

    private static func drawing(_ resource: String, _ tables: [TableEntry], _ report: Report) -> HTML {
        let tree = TableTree(tables)
        return tag("figure", .class("card", "tree")) {
            tag("figcaption") { tag("strong") { Figure.cut(resource, to: 80) } }
            tag("div", .class("frame"), .word("role", "group"), .label("The tables of \(Figure.cut(resource, to: 80))")) {
                tag("svg", .number("width", tree.width + 2), .number("height", tree.size + 2), .viewBox(tree.width + 2, tree.size + 2)) {
                    for box in tree.boxes {
                        if let parent = box.parent { line(tree.boxes[parent], box) }
                    }
                    for box in tree.boxes { self.box(box, report) }
                }
            }
        }
    }

    private static func line(_ above: TableTree.Box, _ below: TableTree.Box) -> HTML {
        let middle = TableTree.height / 2 + 1
        return tag("path", .class("line"), .curve(from: (above.x + above.width + 1, above.y + middle), to: (below.x + 1, below.y + middle)))
    }

    private static func box(_ box: TableTree.Box, _ report: Report) -> HTML {
        let content: HTML = .all([
            tag("title") { box.table },
            tag("rect", .class("box"), .number("x", box.x + 1), .number("y", box.y + 1), .number("width", box.width), .number("height", TableTree.height),
                .number("rx", 6)),
            tag("text", .class("name"), .number("x", box.x + 13), .number("y", box.y + 20)) { box.label },
            tag("text", .class("rows"), .number("x", box.x + 13), .number("y", box.y + 36)) { Figure.count(box.rows, "row") },
        ])
        guard let anchor = report.anchor(box.table) else { return tag("g") { content } }
        return tag("a", .link(anchor), .label("\(box.table), \(Figure.count(box.rows, "row"))")) { content }
    }
}
