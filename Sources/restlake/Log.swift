import LakeExport
import LakeFetch
import LakeJSON
import LakeModel
import LakeThreads

/// How severe a line of the log is.
enum LogLevel: String { case info, warning, error }

/// What is said on stderr: lines for people or, with `--log json`, events for programs, each with its time and level.
///
///     {"event":"started","event_format":1,"time":"2026-11-23T02:00:00.123Z","level":"info","load_id":"…","resources":["users"]}
enum Log {
    enum Form: String, CaseIterable { case text, json }

    static let option = Option(name: "log", value: "text|json", help: "the form of the log on stderr (default: text)", choices: Form.allCases.map(\.rawValue))

    private static let form = Monitor(Form.text)
    static var isJSON: Bool { form.look { $0 == .json } }

    /// From here on, all that is said on stderr is said so.
    static func choose(_ arguments: Arguments) throws(CommandFailure) {
        guard let text = arguments.value("log") else { return }
        guard let chosen = Form(rawValue: text) else {
            let nearest = nearestName(to: text, in: Form.allCases.map(\.rawValue)).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "--log: expected text or json, found '\(text)'.\(nearest)")
        }
        form.change { $0 = chosen }
    }

    /// A text that is worth saying, whatever it is about.
    static func line(_ text: String) -> JSONValue {
        let warning = "Warning: "
        let isWarning = text.hasPrefix(warning)
        return event(["event": isWarning ? "warning" : "message", "message": .string(isWarning ? String(text.dropFirst(warning.count)) : text)],
                     isWarning ? .warning : .info)
    }

    /// An event as a line of the log.
    static func event(_ json: JSONValue, _ level: LogLevel) -> JSONValue {
        guard case .object(var members) = json.versioned else { return json }
        members.insert(contentsOf: [JSONMember("time", .string(UTCTime.now().iso)), JSONMember("level", .string(level.rawValue))], at: min(2, members.count))
        return .object(members)
    }

    static func write(_ json: JSONValue, _ level: LogLevel) { Terminal.write(event(json, level).text(pretty: false) + "\n", to: 2) }

    /// Why a command ends.
    static func fail(_ failure: CommandFailure) {
        guard isJSON else {
            for line in failure.lines { Terminal.error(line) }
            return
        }
        write(failure.json, .error)
    }
}

/// `--log json`: the events of a run on stderr, a sign of life now and then among them; the summary on stdout as usual.
final class LogView: RunView {
    private let signs = SignsOfLife()

    func show(_ event: ExportEvent) {
        if case .progress(let progress) = event, !signs.isDue(progress.resource) { return }
        for json in event.json { Log.write(json, event.level) }
    }

    func end(_ summary: RunSummary, _ code: ExitCode) {
        Log.write(summary.json(code), code == .complete ? .info : .warning)
        Terminal.out(summary.text)
    }
}

/// `--json` and `--log json` together.
struct BothViews: RunView {
    private let out = JSONView()
    private let log = LogView()

    func show(_ event: ExportEvent) {
        out.show(event)
        log.show(event)
    }

    func end(_ summary: RunSummary, _ code: ExitCode) {
        out.end(summary, code)
        Log.write(summary.json(code), code == .complete ? .info : .warning)
    }
}

/// Which resources have been silent for so long that a word of them is due.
final class SignsOfLife: Sendable {
    private static let interval: Int64 = 30_000
    private let last = Monitor<[String: Int64]>([:])

    func isDue(_ resource: String) -> Bool {
        let now = MonotonicClock.milliseconds()
        return last.change { last in
            guard now - last[resource, default: now] >= Self.interval else {
                last[resource] = last[resource] ?? now
                return false
            }
            last[resource] = now
            return true
        }
    }
}
