import LakeModel

/// Every table: what is in it, how it came to be so, its first rows.
enum TablesSection {
    /// While there are no more, they stand open.
    private static let open = 3

    static func html(_ report: Report) -> HTML {
        guard !report.tables.isEmpty else { return note("There is no table yet.") }
        return .all([
            tag("p", .class("soft")) { "Null shares are those of the rows of the last load. Rows are untrusted text of the API, long values are cut." },
            .all(report.tables.map { table($0, report, isOpen: report.tables.count <= open) }),
        ])
    }

    private static func table(_ table: TableEntry, _ report: Report, isOpen: Bool) -> HTML {
        tag("details", .class("table"), isOpen ? .flag("open") : nil) {
            tag("summary") {
                tag("h3") {
                    tag("bdi", .class("mono")) { table.name }
                    " "
                    tag("span", .class("soft")) { summary(table) }
                }
            }
            tag("div", .class("body"), report.anchor(table.name).map { .id($0) }) {
                facts(table, report)
                if let anchor = report.anchor(table.name), table.recentRows.count > 1 { LoadChart.small(anchor.with("rows"), table.recentRows) }
                tag("h4") { "Columns" }
                ColumnsTable.html(table)
                tag("h4") { "Changes" }
                ChangesList.html(table)
                SampleTable.html(table)
            }
        }
    }

    private static func summary(_ table: TableEntry) -> String {
        [Figure.count(table.rowsOfLastLoad, "row"), Figure.count(table.columns.count, "column"), "v\(table.version)"].joined(separator: " · ")
    }

    private static func facts(_ table: TableEntry, _ report: Report) -> HTML {
        tag("dl", .class("facts")) {
            fact("Resource") { table.resource }
            if let parent = table.parent { fact("Child of") { DiagramSection.link(parent, report) } }
            fact("Place in a record") { tag("code") { table.path } }
            if !table.primaryKey.isEmpty { fact("Primary key") { tag("code") { table.primaryKey.joined(separator: ", ") } } }
            fact("Written as") { table.disposition.rawValue }
            fact("Rows of all loads") { Figure.number(table.allRows) }
        }
    }

    private static func fact(_ name: String, @HTMLBuilder _ value: () -> HTML) -> HTML {
        tag("div") {
            tag("dt") { name }
            tag("dd", content: value)
        }
    }
}

/// The columns of a table.
enum ColumnsTable {
    static func html(_ table: TableEntry) -> HTML {
        let isDescribed = table.columns.contains { $0.description != nil }
        let head: [(String, DataTable.Side)] = [("Column", .left), ("Type", .left), ("Null", .left), ("Path", .left), ("Since", .left)]
        return DataTable.html("Columns of \(table.name)", head + (isDescribed ? [("Description", .left)] : [])) {
            for column in table.columns {
                tag("tr") {
                    DataTable.name(column.name)
                    DataTable.mono(column.type)
                    tag("td", .class("nulls")) { nulls(column) }
                    tag("td", .class("mono", "path")) {
                        if let path = column.path { tag("bdi") { Figure.cut(path, to: 120) } } else { tag("span", .class("soft")) { "added by restlake" } }
                    }
                    DataTable.cell("v\(column.since)")
                    if isDescribed { DataTable.words(Figure.cut(column.description ?? "", to: 300)) }
                }
            }
        }
    }

    private static func nulls(_ column: TableEntry.Column) -> HTML {
        guard column.isNullable else { return tag("span", .class("soft")) { "never" } }
        guard let share = column.nullShare else { return tag("span", .class("soft")) { "not counted" } }
        return .all([
            tag("svg", .class("share"), .word("aria-hidden", "true"), .viewBox(100, 10), .word("preserveAspectRatio", "none")) {
                tag("rect", .class("room"), .number("width", 100), .number("height", 10))
                if share > 0 { tag("rect", .class("part"), .number("width", max(2, share * 100)), .number("height", 10)) }
            },
            share == 0 ? tag("span", .class("soft")) { "0 %" } : .text(Figure.percent(share)),
        ])
    }
}
