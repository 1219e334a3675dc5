import LakeJSON
import LakeModel

// The answer of `restlake loads --check`, in the form of the monitoring plugins of Nagios, Icinga and their kin: the level
// as exit code, one line of text, figures behind a bar.
//
//     RESTLAKE OK - thena: load 20261123T020000Z-7f3a9c is complete, 3 h 12 min old | 'thena age'=11520s;;93600;0 'thena records'=5337;;;0

/// How a dataset does, by its newest load of data.
package struct LakeHealth: Sendable {
    /// The raw value is the exit code.
    package enum Level: Int, CaseIterable, Comparable, Sendable {
        case ok, warning, critical, unknown
        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
        package var word: String { ["OK", "WARNING", "CRITICAL", "UNKNOWN"][rawValue] }
    }

    package struct Load: Sendable {
        package var id: String
        package var outcome: ResourceOutcome
        package var committed: UTCTime
        package var records: Int
        package init(id: String, outcome: ResourceOutcome, committed: UTCTime, records: Int) {
            self.id = id
            self.outcome = outcome
            self.committed = committed
            self.records = records
        }
    }

    package let dataset: String
    package let load: Load?
    package let now: UTCTime
    /// In milliseconds; nil: any age will do.
    package let mostAge: Int64?

    package init(dataset: String, load: Load?, now: UTCTime, mostAge: Int64?) {
        self.dataset = dataset
        self.load = load
        self.now = now
        self.mostAge = mostAge
    }

    /// A clock that jumped back makes no load younger than new.
    package var age: Int64? { load.map { max(0, now.milliseconds - $0.committed.milliseconds) } }

    private var isTooOld: Bool {
        guard let age, let mostAge else { return false }
        return age > mostAge
    }

    package var level: Level {
        guard let load, !isTooOld else { return .critical }
        return load.outcome == .complete ? .ok : .warning
    }

    /// Without the level.
    package var sentence: String {
        guard let load, let age else { return "\(dataset): there is no load" }
        return "\(dataset): load \(load.id) is \(load.outcome.rawValue), \(Self.span(age)) old"
            + (isTooOld ? ", expected at most \(Self.span(mostAge ?? 0))" : "")
    }

    /// Figures, as monitors draw them.
    package var figures: String {
        guard let load, let age else { return "" }
        let most = mostAge.map { "\($0 / 1000)" } ?? ""
        return "'\(dataset) age'=\(age / 1000)s;;\(most);0 '\(dataset) records'=\(load.records);;;0"
    }

    package var json: JSONValue {
        [
            "dataset": .string(dataset), "level": .string(level.word.lowercased()), "exit_code": .int(level.rawValue), "message": .string(sentence),
            "load_id": load.map { .string($0.id) } ?? .null, "outcome": load.map { .string($0.outcome.rawValue) } ?? .null,
            "age_seconds": age.map { .int($0 / 1000) } ?? .null, "max_age_seconds": mostAge.map { .int($0 / 1000) } ?? .null,
        ]
    }

    /// One line for all of them, and a line each where there are several.
    package static func report(_ all: [LakeHealth]) -> (level: Level, text: String) {
        let level = all.map(\.level).max() ?? .critical
        let worst = all.filter { $0.level == level }
        let first = "RESTLAKE \(level.word) - " + (worst.first?.sentence ?? "there is no dataset") + (worst.count > 1 ? " (and \(worst.count - 1) more)" : "")
        let figures = all.map(\.figures).filter { !$0.isEmpty }.joined(separator: " ")
        let others = all.count > 1 ? all.map { "\n\($0.level.word) - \($0.sentence)" }.joined() : ""
        return (level, first + (figures.isEmpty ? "" : " | " + figures) + others)
    }

    /// `3 d 4 h`, `3 h 12 min`, `12 min`, `40 s`.
    static func span(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let parts: [(Int64, String)] = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min")]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "\(seconds) s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
