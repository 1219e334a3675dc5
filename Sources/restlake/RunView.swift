import LakeCommit
import LakeExport
import LakeFetch
import LakeJSON
import LakeModel
import LakeTelemetry
import LakeThreads

/// How a run shows itself: bars on a terminal, lines elsewhere, JSON for programs, nothing.
protocol RunView: Sendable {
    /// Called on several threads.
    func show(_ event: ExportEvent)
    /// The end of progress: what follows is not drawn over.
    func close()
    func end(_ summary: RunSummary, _ code: ExitCode)
}

extension RunView {
    func close() {}
    func end(_ summary: RunSummary, _ code: ExitCode) { Terminal.out(summary.text) }
}

/// `--quiet`
struct QuietView: RunView {
    /// Without this, nobody would know that the next run is shorter.
    func show(_ event: ExportEvent) {
        if case .kept = event { Terminal.error(event.sentence) }
    }
    func end(_ summary: RunSummary, _ code: ExitCode) {
        guard code != .complete else { return }
        for line in summary.doubts { Terminal.error(line) }
    }
}

/// A line for everything worth one, and a sign of life now and then: for logs.
final class LineView: RunView {
    private let signs = SignsOfLife()

    func show(_ event: ExportEvent) {
        switch event {
        case .progress(let progress): note(progress)
        case .recovered(let actions): for action in actions { Terminal.error("Recovered: \(action.sentence)") }
        case .leftover, .resuming, .restarted, .lost, .notKept, .kept: Terminal.error(event.sentence)
        case .damagedRecord: Terminal.error("Warning: \(event.sentence)")
        case .started(let load, let resources): Terminal.error("Load \(load): \(resources.joined(separator: ", "))")
        case .finished(let report): Terminal.error(report.line)
        case .publishing: break
        }
    }

    private func note(_ progress: ResourceProgress) {
        guard signs.isDue(progress.resource) else { return }
        Terminal.error("\(progress.resource): \(Human.count(progress.records, "record")) on \(Human.count(progress.pages, "page")) so far, "
            + "\(Human.bytes(progress.bytes))")
    }
}

/// A bar for each resource that is being read. How much is to come nobody knows, so a light runs along it.
final class BarView: RunView {
    private struct State {
        var bars: [(progress: ResourceProgress, since: Int64)] = []
        /// The letters of each line that is drawn.
        var drawn: [Int] = []
        var lastDraw: Int64 = 0
        var isClosed = false
    }
    private let state = Monitor(State())

    func show(_ event: ExportEvent) {
        switch event {
        case .progress(let progress): note(progress)
        case .finished(let report):
            state.change { state in
                state.bars.removeAll { $0.progress.resource == report.name }
                clear(&state)
                Terminal.error(report.line)
                draw(&state)
            }
        default:
            state.change { state in
                clear(&state)
                LineView().show(event)
            }
        }
    }

    func close() {
        state.change { state in
            clear(&state)
            state.isClosed = true
        }
    }

    private func note(_ progress: ResourceProgress) {
        state.change { state in
            let now = MonotonicClock.milliseconds()
            if let place = state.bars.firstIndex(where: { $0.progress.resource == progress.resource }) {
                state.bars[place].progress = progress
            } else {
                state.bars.append((progress, now))
            }
            guard now - state.lastDraw >= 100, !state.isClosed else { return }
            state.lastDraw = now
            clear(&state)
            draw(&state)
        }
    }

    private func clear(_ state: inout State) {
        guard !state.drawn.isEmpty else { return }
        // In a window that became narrower since, a line stands on several rows.
        let width = Terminal.width
        let rows = state.drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
        Terminal.write("\u{1b}[\(rows)A\u{1b}[J", to: 2)
        state.drawn = []
    }

    private func draw(_ state: inout State) {
        guard !state.isClosed else { return }
        let now = MonotonicClock.milliseconds(), width = max(1, Terminal.width - 1)
        // What has scrolled out of the window cannot be drawn over.
        let room = max(1, Terminal.height - 2)
        var lines = state.bars.map { line($0.progress, now - $0.since, now, width) }
        if lines.count > room { lines = lines.prefix(room - 1) + ["and \(lines.count - room + 1) more"] }
        lines = lines.map { String($0.prefix(width)) }
        Terminal.write(lines.map { $0 + "\n" }.joined(), to: 2)
        state.drawn = lines.map(\.count)
    }

    /// The figures come first: where the width does not hold both, there is no bar.
    private func line(_ progress: ResourceProgress, _ age: Int64, _ now: Int64, _ width: Int) -> String {
        let rate = age >= 1000 ? ", \(Human.number(progress.records * 1000 / Int(age)))/s" : ""
        let figures = "\(Human.count(progress.records, "record")), \(Human.count(progress.pages, "page")), \(Human.bytes(progress.bytes))\(rate)"
        let cells = 16
        let light = Int(now / 100) % (2 * cells - 2)
        let at = light < cells ? light : 2 * cells - 2 - light
        let bar = (0..<cells).map { abs($0 - at) <= 1 ? "█" : "░" }.joined()
        let whole = "\(progress.resource.padded(16)) \(bar) \(figures)"
        return whole.count <= width ? whole : "\(progress.resource) \(figures)"
    }
}

/// One JSON object a line on stdout: events as they come, the result at the end.
struct JSONView: RunView {
    /// Does the work of a command. With `--json` a failure is an event like any other, wherever it comes from.
    static func tellingFailures(_ arguments: Arguments, of work: () throws -> ExitCode) throws -> ExitCode {
        do {
            return try work()
        } catch {
            guard arguments.has("json") else { throw error }
            let failure = commandFailure(of: error)
            JSONView().fail(failure)
            if Log.isJSON { Log.fail(failure) }
            return failure.code
        }
    }

    func show(_ event: ExportEvent) {
        for json in event.json { emit(json) }
    }

    func warn(_ text: String) { emit(["event": "warning", "message": .string(text)]) }

    func fail(_ failure: CommandFailure) { emit(failure.json) }

    func end(_ summary: RunSummary, _ code: ExitCode) {
        emit(summary.json(code))
    }

    func emit(_ json: JSONValue) { Terminal.out(json.versioned.text(pretty: false)) }
}

extension JSONValue {
    /// An event with the version of its form behind its name.
    var versioned: JSONValue {
        guard case .object(var members) = self, members.first?.key == "event", members.dropFirst().first?.key != "event_format" else { return self }
        members.insert(JSONMember("event_format", .int(eventFormat)), at: 1)
        return .object(members)
    }
}

extension ResourceReport {
    var line: String {
        var line = "\(name): \(Log.isJSON ? outcome.rawValue : Terminal.coloured(outcome, on: 2)), \(Human.count(record.counts.written, "record")) on \(Human.count(record.pages, "page"))"
        if let evidence { line += " (\(evidence.sentence))" }
        if record.counts.duplicate > 0 { line += ", \(Human.count(record.counts.duplicate, "duplicate")) dropped" }
        if record.counts.quarantined > 0 { line += ", \(Human.number(record.counts.quarantined)) quarantined" }
        if record.side.uncheckedKeys > 0 { line += ", \(Human.number(record.side.uncheckedKeys)) not looked up for duplicates" }
        return ([line] + findings.map { "  \(Human.escaped($0))" }).joined(separator: "\n")
    }
}
