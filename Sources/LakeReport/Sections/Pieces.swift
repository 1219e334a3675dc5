import LakeModel

// What several sections show.

enum Badge {
    static func outcome(_ outcome: ResourceOutcome) -> HTML {
        switch outcome {
        case .complete: tag("span", .class("badge", "good")) { "complete" }
        case .partial: tag("span", .class("badge", "doubtful")) { "partial" }
        case .failed: tag("span", .class("badge", "bad")) { "failed" }
        }
    }

    static func plain(_ words: String) -> HTML { tag("span", .class("badge")) { words } }

    static func dot(_ mood: Headline.Mood) -> HTML {
        switch mood {
        case .good: tag("span", .class("dot", "good"), .word("aria-hidden", "true")) { "✓" }
        case .doubtful: tag("span", .class("dot", "doubtful"), .word("aria-hidden", "true")) { "!" }
        case .bad: tag("span", .class("dot", "bad"), .word("aria-hidden", "true")) { "✕" }
        case .empty: tag("span", .class("dot"), .word("aria-hidden", "true")) { "–" }
        }
    }
}

/// A table of the page that is moved sideways inside of its own frame, by keys too.
enum DataTable {
    enum Side { case left, right }

    /// - Parameters:
    ///   - caption: what is in it, for those who do not see it.
    ///   - head: the columns, and on which side their cells stand.
    static func html(_ caption: String, _ head: [(String, Side)], @HTMLBuilder rows: () -> HTML) -> HTML {
        tag("div", .class("frame"), .word("tabindex", "0"), .word("role", "group"), .label(caption)) {
            tag("table") {
                tag("thead") {
                    tag("tr") {
                        for (name, side) in head { tag("th", .word("scope", "col"), side == .right ? .class("number") : nil) { name } }
                    }
                }
                tag("tbody", content: rows)
            }
        }
    }

    static func number(_ value: Int) -> HTML { tag("td", .class("number")) { Figure.number(value) } }
    static func number(_ words: String) -> HTML { tag("td", .class("number")) { words } }
    /// A cell whose words may take several lines.
    static func words(_ words: String) -> HTML { tag("td", .class("words")) { words } }
    static func cell(_ words: String) -> HTML { tag("td") { words } }
    /// The cell that names the row.
    static func name(_ words: String) -> HTML { tag("th", .word("scope", "row"), .class("mono")) { tag("bdi") { words } } }
    static func mono(_ words: String) -> HTML { tag("td", .class("mono")) { tag("bdi") { words } } }
}

/// A remark in place of what there is not.
func note(_ words: String) -> HTML { tag("p", .class("note")) { words } }

/// The figures of a dataset at a glance.
enum Tiles {
    static func html(_ report: Report) -> HTML {
        let last = report.lastLoad
        return tag("dl", .class("tiles")) {
            tile("Rows in the last load", last.map { Figure.number($0.rows) } ?? "–", last.map { "\(Figure.bytes($0.bytes)) in \(Figure.duration($0.milliseconds))" })
            tile("Loads", Figure.number(report.loads.count), loads(report))
            tile("Tables", Figure.number(report.tables.count), "of \(Figure.count(report.resources.count, "resource"))")
            tile("Schema changes", Figure.number(changes(report)), "after the first versions")
            tile("In quarantine", Figure.number(report.waiting), report.waiting == 0 ? "nothing waits" : "records that wait")
        }
    }

    private static func tile(_ name: String, _ value: String, _ more: String?) -> HTML {
        tag("div", .class("tile")) {
            tag("dt") { name }
            tag("dd") { value }
            if let more { tag("dd", .class("soft")) { more } }
        }
    }

    private static func loads(_ report: Report) -> String {
        let doubtful = report.loads.filter { $0.outcome != .complete }.count
        return report.loads.isEmpty ? "none yet" : doubtful == 0 ? "all complete" : "\(Figure.number(doubtful)) not complete"
    }

    private static func changes(_ report: Report) -> Int {
        report.tables.reduce(0) { $0 + $1.versions.flatMap(\.changes).filter { $0.what != .addTable }.count }
    }
}
