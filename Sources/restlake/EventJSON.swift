import LakeCommit
import LakeExport
import LakeJSON
import LakeModel

// The events of a run as JSON: one vocabulary for `--json` on stdout and `--log json` on stderr. The README lists them.

extension ExportEvent {
    /// One object an event; several where it tells of several things.
    var json: [JSONValue] {
        switch self {
        case .recovered(let actions): actions.map { ["event": "recovered", "message": .string($0.sentence)] }
        case .leftover(let load, let reason):
            [["event": "leftover", "load_id": .string(load.text), "removed": .bool(reason.isRemoved), "message": .string(sentence)]]
        case .resuming(let load, let pages, let startedAt):
            [[
                "event": "resuming", "load_id": .string(load.text), "pages": .int(pages), "started_at": .string(startedAt), "message": .string(sentence),
            ]]
        case .lost(let resource, let pages):
            [["event": "lost", "resource": .string(resource), "pages": .int(pages), "message": .string(sentence)]]
        case .notKept(let resources): [["event": "not_kept", "resources": .strings(resources), "message": .string(sentence)]]
        case .damagedRecord: [["event": "warning", "message": .string(sentence)]]
        case .restarted(let resource, _): [["event": "restarted", "resource": .string(resource), "message": .string(sentence)]]
        case .kept(let load, let pages, _):
            [["event": "kept", "load_id": .string(load.text), "pages": .int(pages), "message": .string(sentence)]]
        case .started(let load, let resources): [["event": "started", "load_id": .string(load.text), "resources": .strings(resources)]]
        case .progress(let p):
            [["event": "progress", "resource": .string(p.resource), "pages": .int(p.pages), "records": .int(p.records), "bytes": .int(p.bytes)]]
        case .finished(let report): [report.json]
        case .publishing: [["event": "publishing"]]
        }
    }

    var level: LogLevel {
        switch self {
        case .damagedRecord, .lost, .restarted, .kept, .notKept: .warning
        case .finished(let report): report.outcome == .complete ? .info : report.outcome == .partial ? .warning : .error
        default: .info
        }
    }
}

extension ResourceReport {
    fileprivate var json: JSONValue {
        [
            "event": "resource", "resource": .string(name), "outcome": .string(outcome.rawValue),
            "evidence": evidence.map { .string($0.rawValue) } ?? .null, "findings": .strings(findings),
            "records": .int(record.counts.written), "pages": .int(record.pages),
        ]
    }
}

extension CommandFailure {
    var json: JSONValue {
        ["event": "failed", "exit_code": .int(Int(code.rawValue)), "message": .string(lines.joined(separator: "\n"))]
    }
}
