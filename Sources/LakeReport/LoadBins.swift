import LakeModel

/// The bars of a chart of loads: one for each load while they are few, else one for each stretch of time.
struct LoadBins {
    /// Bars that can be told apart.
    static let most = 60

    struct Bin: Hashable {
        var words: String
        var loads = 0
        var rows = 0
        var bytes = 0
        /// Of the longest load.
        var milliseconds: Int64 = 0
        /// The worst.
        var outcome: ResourceOutcome?

        mutating func add(_ load: LoadEntry) {
            loads += 1
            rows += load.rows
            bytes += load.bytes
            milliseconds = max(milliseconds, load.milliseconds)
            outcome = outcome == .failed || load.outcome == .failed ? .failed : outcome == .partial ? .partial : load.outcome
        }
    }

    /// In the order of time; stretches without a load are there too.
    let bins: [Bin]
    /// `a day`; nil where each bar is one load.
    let unit: String?

    init(_ loads: [LoadEntry]) {
        guard loads.count > Self.most else {
            bins = loads.map { load in
                var bin = Bin(words: Figure.moment(load.startedAt))
                bin.add(load)
                return bin
            }
            unit = nil
            return
        }
        let times = loads.map(\.startedAt.milliseconds)
        let first = times.min() ?? 0, last = times.max() ?? 0
        let step = Self.steps.first { Self.index(last, $0) - Self.index(first, $0) < Self.most } ?? Self.steps[Self.steps.count - 1]
        let start = Self.index(first, step)
        var bins = (0...Self.index(last, step) - start).map { Bin(words: Self.words((start + $0) * step.milliseconds, step)) }
        for load in loads { bins[Self.index(load.startedAt.milliseconds, step) - start].add(load) }
        self.bins = bins
        unit = step.name
    }

    // MARK: Stretches of time

    private struct Step {
        var milliseconds: Int
        var name: String
    }

    /// Up to all the years that a load id can name: of the last there are fewer than `most`.
    private static let steps: [Step] = {
        let minute = 60_000, day = 86_400_000
        return [
            Step(milliseconds: minute, name: "a minute"), Step(milliseconds: 10 * minute, name: "10 minutes"),
            Step(milliseconds: 60 * minute, name: "an hour"), Step(milliseconds: 360 * minute, name: "6 hours"),
            Step(milliseconds: day, name: "a day"), Step(milliseconds: 7 * day, name: "7 days"), Step(milliseconds: 28 * day, name: "28 days"),
            Step(milliseconds: 91 * day, name: "91 days"), Step(milliseconds: 364 * day, name: "364 days"),
        ] + [10, 100, 1000].map { Step(milliseconds: $0 * 364 * day, name: "about \(Figure.number($0)) years") }
    }()

    private static func index(_ milliseconds: Int64, _ step: Step) -> Int {
        let value = Int(milliseconds)
        return value >= 0 ? value / step.milliseconds : -((-value + step.milliseconds - 1) / step.milliseconds)
    }

    private static func words(_ milliseconds: Int, _ step: Step) -> String {
        let time = UTCTime(milliseconds: Int64(milliseconds))
        return step.milliseconds < 86_400_000 ? Figure.moment(time) : step.milliseconds == 86_400_000 ? Figure.day(time) : "from \(Figure.day(time))"
    }
}
