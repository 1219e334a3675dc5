import LakeCommit
import LakeHandoff
import LakeJSON
import LakeThreads

/// What came of it.
struct PublishResult {
    let place: String
    let dataset: String
    let plan: PublishPlan
    let there: Int
    var isDryRun = false
    var isManifestReplaced = false
    /// Files that were compared for `--verify`; nil without it.
    var verified: Int?
    var findings = 0

    var code: ExitCode { findings > 0 ? .data : .complete }

    var sentence: String {
        let loads = plan.loads.count
        var text = "\(dataset) → \(place): "
        if loads == 0 {
            text += there == 0 ? "nothing to publish" : "nothing new, \(Human.count(there, "load")) \(there == 1 ? "is" : "are") there already"
        } else {
            text += "\(Human.count(loads, "load")) \(isDryRun ? "would be " : "")published: \(Human.count(plan.files, "file")), \(Human.bytes(plan.bytes)) of data"
            if there > 0 { text += "; \(Human.number(there)) \(there == 1 ? "was" : "were") there already" }
        }
        text += isManifestReplaced ? ". The manifest is the new one." : "."
        if let verified { text += " Compared again: \(Human.count(verified, "file")), \(findings == 0 ? "all alike" : "\(Human.number(findings)) not alike")." }
        return text
    }

    var json: JSONValue {
        .object([
            "event": "result", "exit_code": .int(Int(code.rawValue)), "dataset": .string(dataset), "destination": .string(place),
            "dry_run": isDryRun ? true : nil, "loads": .strings(plan.loads), "already_there": .int(there), "files": .int(plan.files),
            "bytes": .int(plan.bytes), "manifest_replaced": .bool(isManifestReplaced), "verified": verified.map { .int($0) },
            "differences": verified == nil ? nil : .int(findings),
        ])
    }
}

/// How a run shows itself: lines on stderr and a sign of life, one JSON object a line on stdout, or nothing.
final class PublishView: Sendable {
    private enum Manner { case quiet, json, lines }
    private let manner: Manner
    private static let signOfLife: Int64 = 30_000
    private struct State {
        var lastSign = MonotonicClock.milliseconds()
        var isDrawn = false
    }
    private let state = Monitor(State())

    init(_ arguments: Arguments) {
        manner = arguments.has("json") ? .json : arguments.has("quiet") ? .quiet : .lines
    }

    /// On a terminal a line that is drawn over, elsewhere one now and then.
    func show(done: Int, total: Int) {
        guard manner == .lines, done > 0 else { return }
        let text = "  \(Human.bytes(done)) of \(Human.bytes(max(done, total))) so far"
        state.change { state in
            if Terminal.errorIsTerminal {
                Terminal.write("\r\u{1b}[K" + text, to: 2)
                state.isDrawn = true
            } else if case let now = MonotonicClock.milliseconds(), now - state.lastSign >= Self.signOfLife {
                state.lastSign = now
                Terminal.error(text)
            }
        }
    }

    /// What follows is not drawn over.
    func close() {
        state.change { state in
            if state.isDrawn { Terminal.write("\r\u{1b}[K", to: 2) }
            state.isDrawn = false
        }
    }

    func tell(_ load: LoadPieces, isDone: Bool) {
        tell("\(load.load): \(isDone ? "published" : "would be published"), \(Human.count(load.files, "file")), \(Human.bytes(load.bytes)) of data", [
            "event": isDone ? "load" : "would_publish", "load_id": .string(load.load), "files": .int(load.files), "bytes": .int(load.bytes),
        ])
    }

    func tell(removed load: String, files: Int) {
        tell("\(load): \(Human.count(files, "file")) of it \(files == 1 ? "was" : "were") removed here, so only what is left is published", [
            "event": "removed", "load_id": .string(load), "files": .int(files),
        ])
    }

    func tell(finding path: String, _ words: String) {
        close()
        if manner == .json {
            emit(["event": "difference", "path": .string(path), "message": .string(words)])
        } else {
            Terminal.error("\(path): \(words)")
        }
    }

    private func tell(_ text: String, _ json: JSONValue) {
        close()
        switch manner {
        case .quiet: break
        case .json: emit(json)
        case .lines: Terminal.error(text)
        }
    }

    func end(_ result: PublishResult, _ store: PublishStore) {
        close()
        if manner == .json { emit(result.json) } else if manner == .lines { Terminal.out(result.sentence) }
        guard result.findings > 0 else { return }
        let record = Human.shellWord(store.target + "/" + LakePaths.record("LOAD"))
        Terminal.error("To publish a load again, remove its record there (rclone deletefile \(record)) and run restlake publish.")
    }

    private func emit(_ json: JSONValue) { Terminal.out(json.versioned.text(pretty: false)) }
}
