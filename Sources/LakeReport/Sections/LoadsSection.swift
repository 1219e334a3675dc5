import LakeModel

/// The loads over time as charts, and as a list.
enum LoadsSection {
    /// Of the list: those in sight, and those behind a click. The rest is said.
    private static let inSight = 10
    private static let listed = 200

    static func html(_ report: Report) -> HTML {
        let loads = report.loads
        guard !loads.isEmpty else { return note("No load has been committed yet. restlake export makes the first one.") }
        let bins = LoadBins(loads)
        return .all([
            tag("p", .class("soft")) { span(loads, bins) },
            tag("div", .class("charts")) {
                LoadChart.bars("rows", "Rows", bins, \.rows, Figure.number)
                LoadChart.bars("bytes", "Size", bins, \.bytes, Figure.bytes)
                LoadChart.bars("duration", "Duration", bins, { Int($0.milliseconds) }, { Figure.duration(Int64($0)) })
                LoadChart.outcomes(bins)
            },
            legend,
            list(report.records.reversed()),
        ])
    }

    private static func span(_ loads: [LoadEntry], _ bins: LoadBins) -> String {
        let times = loads.map(\.startedAt).sorted(), ends = [times.first, times.last].compactMap { $0.map(Figure.moment) }
        let when = Set(ends).count == 1 ? "of \(ends[0])" : "from \(ends.joined(separator: " to "))"
        let bar = bins.unit.map { "Each bar is \($0): rows and sizes are sums, the duration is that of the longest load, the outcome is the worst." }
            ?? "Each bar is a load, the newest at the right."
        return "\(Figure.count(loads.count, "load")) \(when). \(bar)"
    }

    private static var legend: HTML {
        tag("ul", .class("legend")) {
            tag("li") { tag("span", .class("swatch", "good"), .word("aria-hidden", "true")); "complete" }
            tag("li") { tag("span", .class("swatch", "doubtful"), .word("aria-hidden", "true")); "partial: published, its end not proven" }
            tag("li") { tag("span", .class("swatch", "bad"), .word("aria-hidden", "true")); "failed: not published" }
        }
    }

    private static func list(_ newestFirst: [LoadEntry]) -> HTML {
        let more = newestFirst.dropFirst(inSight).prefix(listed), rest = newestFirst.count - inSight - more.count
        return .all([
            table("The newest loads", newestFirst.prefix(inSight)),
            more.isEmpty ? .empty : tag("details", .class("more")) {
                tag("summary") { "\(Figure.count(more.count, "older load"))" }
                table("Older loads", more)
            },
            rest > 0 ? note("And \(Figure.count(rest, "load")) before them, which are in the charts; each has its record in the lake.") : .empty,
        ])
    }

    private static func table(_ caption: String, _ entries: ArraySlice<LoadEntry>) -> HTML {
        DataTable.html(caption, [
            ("Load", .left), ("Outcome", .left), ("Started (UTC)", .left), ("Records", .right), ("Rows", .right), ("Size", .right), ("Duration", .right), ("Remarks", .left),
        ]) {
            for entry in entries {
                tag("tr") {
                    DataTable.name(entry.load)
                    tag("td") { entry.kind == .load ? Badge.outcome(entry.outcome) : Badge.plain(entry.kind.rawValue) }
                    DataTable.cell(Figure.moment(entry.startedAt))
                    if entry.kind == .load {
                        DataTable.number(entry.records)
                        DataTable.number(entry.rows)
                        DataTable.number(Figure.bytes(entry.bytes))
                        DataTable.number(Figure.duration(entry.milliseconds))
                    } else {
                        for _ in 0..<4 { DataTable.number("") }
                    }
                    DataTable.words(remarks(entry))
                }
            }
        }
    }

    private static func remarks(_ entry: LoadEntry) -> String {
        [
            entry.isExpired ? "expired: its data was removed" : nil, entry.replayOf.map { "made again from the pages of \($0)" },
            entry.runID.map { "run \($0)" }, entry.reason,
        ].compactMap { $0.map { Figure.cut($0, to: 120) } }.joined(separator: "; ")
    }
}
