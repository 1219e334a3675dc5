import LakeModel

/// A chart of loads in SVG. It is stretched to the room that there is, so it holds no text: that stands around it.
enum LoadChart {
    private static let height = 100.0
    private static let step = 10.0
    private static let bar = 7.0
    /// So that a single load is no wall.
    private static let fewest = 20

    static func bars(
        _ name: StaticString, _ title: String, _ bins: LoadBins, _ value: (LoadBins.Bin) -> Int, _ words: (Int) -> String
    ) -> HTML {
        let values = bins.bins.map(value), most = values.max() ?? 0
        let last = values.last ?? 0
        let what = "\(title) of \(Figure.count(bins.bins.count, "bar")); the last is \(words(last)), the highest \(words(most))."
        return figure(name, title, what, bars: values.count, facts: [("last", words(last)), ("most", words(most))]) {
            for (index, bin) in bins.bins.enumerated() where bin.loads > 0 {
                let share = most > 0 ? Double(values[index]) / Double(most) : 0
                block(index, max(values[index] > 0 ? 1.5 : 0, share * height), bin.outcome, "\(bin.words): \(words(values[index]))\(loads(bin))")
            }
        }
    }

    /// Higher is worse, so that it can be told without colours.
    static func outcomes(_ bins: LoadBins) -> HTML {
        let counts = ResourceOutcome.allCases.map { outcome in (outcome, bins.bins.filter { $0.outcome == outcome }.count) }.filter { $0.1 > 0 }
        let words = counts.map { "\(Figure.number($0.1)) \($0.0.rawValue)" }
        let what = "The outcomes: \(words.joined(separator: ", "))."
        return figure("outcome", "Outcome", what, bars: bins.bins.count, facts: counts.map { ($0.0.rawValue, Figure.number($0.1)) }) {
            for (index, bin) in bins.bins.enumerated() {
                if let outcome = bin.outcome {
                    let high = switch outcome {
                    case .complete: 0.33
                    case .partial: 0.66
                    case .failed: 1.0
                    }
                    block(index, high * height, outcome, "\(bin.words): \(outcome.rawValue)\(loads(bin))")
                }
            }
        }
    }

    /// The rows of a table in its last loads.
    static func small(_ anchor: Anchor, _ values: [Int]) -> HTML {
        let most = values.max() ?? 0
        let words = "Rows in the last \(Figure.count(values.count, "load")); the last has \(Figure.number(values.last ?? 0)), the highest \(Figure.number(most))."
        return tag("figure", .class("small")) {
            tag("figcaption") { words }
            drawing(anchor, words, bars: values.count) {
                for (index, value) in values.enumerated() where value > 0 {
                    block(index, Double(value) / Double(most) * height, .complete, Figure.count(value, "row"))
                }
            }
        }
    }

    // MARK: Parts

    private static func figure(
        _ name: StaticString, _ title: String, _ words: String, bars: Int, facts: [(String, String)], @HTMLBuilder _ content: () -> HTML
    ) -> HTML {
        let anchor = Anchor("chart").with(name)
        return tag("figure", .class("card")) {
            tag("figcaption") {
                tag("strong") { title }
                tag("span", .class("soft")) { facts.map { "\($0.0) \($0.1)" }.joined(separator: " · ") }
            }
            drawing(anchor, words, bars: bars, content)
        }
    }

    private static func drawing(_ anchor: Anchor, _ words: String, bars: Int, @HTMLBuilder _ content: () -> HTML) -> HTML {
        let width = Double(max(bars, fewest)) * step
        return tag("svg", .word("role", "img"), .labelled(by: anchor), .viewBox(width, height), .word("preserveAspectRatio", "none")) {
            tag("title", .id(anchor)) { words }
            for y in [0, height / 2, height] {
                tag("line", .class("grid"), .number("x1", 0), .number("x2", width), .number("y1", y), .number("y2", y))
            }
            content()
        }
    }

    private static func block(_ index: Int, _ high: Double, _ outcome: ResourceOutcome?, _ words: String) -> HTML {
        let look: Attribute = switch outcome {
        case .failed: .class("bad")
        case .partial: .class("doubtful")
        default: .class("good")
        }
        return tag(
            "rect", look, .number("x", Double(index) * step), .number("width", bar), .number("y", height - high), .number("height", high)
        ) { tag("title") { words } }
    }

    private static func loads(_ bin: LoadBins.Bin) -> String { bin.loads > 1 ? ", \(Figure.count(bin.loads, "load"))" : "" }
}
