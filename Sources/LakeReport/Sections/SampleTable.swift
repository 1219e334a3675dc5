import LakeSchema

/// The first rows of a table's newest file.
enum SampleTable {
    /// A wider table is cut: its columns are all listed above.
    private static let columns = 60
    private static let longest = 80

    static func html(_ table: TableEntry) -> HTML {
        guard let sample = table.sample else { return .empty }
        // The load is the same in all of them.
        let places = sample.columns.indices.filter { sample.columns[$0] != SystemColumns.loadID }
        let shown = places.prefix(columns), more = places.count - shown.count
        return .all([
            tag("h4") { "First rows of load \(sample.load)" },
            sample.rows.isEmpty ? note("The first row of the file is too long to be shown here.")
                : DataTable.html("First rows of \(table.name)", shown.map { (sample.columns[$0], .left) }) {
                    for row in sample.rows { tag("tr") { for place in shown { tag("td", .class("value")) { cell(row[place]) } } } }
                },
            more > 0 ? note("And \(Figure.count(more, "further column")).") : .empty,
        ])
    }

    private static func cell(_ cell: SampleRows.Cell) -> HTML {
        switch cell {
        case .absent: tag("span", .class("soft"), .title("not in the record")) { "–" }
        case .null: tag("span", .class("soft")) { "null" }
        case .value(""): tag("span", .class("soft"), .title("an empty text")) { "\"\"" }
        case .value(let text): tag("bdi") { oneLine(Figure.cut(text, to: longest)) }
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? "⏎" : $0 == "\t" ? " " : $0 }))
    }
}
