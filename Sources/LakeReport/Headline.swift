import LakeModel

/// The state of a dataset in one sentence.
struct Headline: Equatable {
    enum Mood { case good, doubtful, bad, empty }

    var mood: Mood
    var words: String
    var details: String

    init(_ report: Report) {
        guard let load = report.lastLoad else {
            self.init(mood: report.damages.isEmpty ? .empty : .bad, words: report.damages.isEmpty ? "No load yet" : Self.damage(report), details: "")
            return
        }
        let age = Figure.age(report.madeAt.milliseconds - load.startedAt.milliseconds)
        let when = [age, "\(Figure.moment(load.startedAt)) UTC"].compactMap { $0 }.joined(separator: ", ")
        let last = "The last load is \(load.outcome == .failed ? "without any data: all resources failed" : load.outcome.rawValue)"
        if report.damages.isEmpty {
            self.init(mood: load.outcome == .complete ? .good : load.outcome == .partial ? .doubtful : .bad, words: last, details: when)
        } else {
            self.init(mood: .bad, words: Self.damage(report), details: "\(last), \(when)")
        }
    }

    private init(mood: Mood, words: String, details: String) {
        self.mood = mood
        self.words = words
        self.details = details
    }

    private static func damage(_ report: Report) -> String {
        report.damages.count == 1 ? "Something in the lake is damaged or missing" : "\(report.damages.count) things in the lake are damaged or missing"
    }
}
