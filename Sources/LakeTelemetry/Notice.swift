import LakeJSON
import LakeModel
import LakeSchema

// What a webhook or a command is told at the end of a run:
//
//     {"event":"notice","event_format":1,"reasons":["partial","schema_change"],
//      "text":"restlake: thena is partial (exit code 2). users: the API states 238 records, 237 came. Schema: requests +2 columns.",
//      "status":"partial","exit_code":2,"dataset":"thena","source":"thena","lake":"/srv/lake/thena","load_id":"…","run_id":null,
//      "started_at":"…","ended_at":"…","milliseconds":4512,"records":5337,"rows":21044,"bytes":9210440,
//      "resources":[{"resource":"users","outcome":"partial","records":237,"quarantined":0,"findings":["…"]}],
//      "changes":[{"table":"requests","what":"add_column","column":"region", …}]}
//
// `text` is what chat services show of a webhook's body.

/// What a run can be told for.
package enum NoticeReason: String, CaseIterable, Sendable {
    case failure, partial
    case schemaChange = "schema_change"
    case success

    /// Told where nobody chooses.
    package static let usual: Set<NoticeReason> = [.failure, .partial, .schemaChange]
}

extension RunFacts {
    /// Changes that a notice lists; what is more is counted.
    package static let listedChanges = 100

    /// Of those that are asked for, in the order of their cases.
    package func reasons(among wanted: Set<NoticeReason>) -> [NoticeReason] {
        NoticeReason.allCases.filter { reason in
            guard wanted.contains(reason) else { return false }
            return switch reason {
            case .failure: status == .failed
            case .partial: status == .partial
            case .schemaChange: !changedTables.isEmpty
            case .success: status == .complete
            }
        }
    }

    package func notice(_ reasons: [NoticeReason]) -> JSONValue {
        let changes = changedTables.flatMap { table in
            table.changes.map { JSONValue.object([JSONMember("table", .string(table.name))] + ($0.json.object ?? [])) }
        }
        return .object([
            "event": "notice", "event_format": .int(eventFormat), "reasons": .strings(reasons.map(\.rawValue)), "text": .string(sentence),
            "status": .string(status.rawValue), "exit_code": .int(exitCode), "dataset": .string(dataset), "source": .string(source),
            "lake": .string(folder), "load_id": load.map { .string($0) } ?? .null, "run_id": runID.map { .string($0) } ?? .null,
            "repeated": isRepeat ? true : nil, "started_at": .string(started.iso), "ended_at": .string(ended.iso), "milliseconds": .int(milliseconds),
            "records": .int(records), "rows": .int(rows), "bytes": .int(bytes),
            "message": failure.isEmpty ? nil : .string(failure.joined(separator: "\n")),
            "resources": .array(resources.map { resource in
                [
                    "resource": .string(resource.name), "outcome": .string(resource.outcome.rawValue), "records": .int(resource.written),
                    "quarantined": .int(resource.quarantined), "findings": .strings(resource.findings),
                ]
            }),
            "changes": .array(Array(changes.prefix(Self.listedChanges))),
            "further_changes": changes.count > Self.listedChanges ? .int(changes.count - Self.listedChanges) : nil,
        ])
    }

    private var sentence: String {
        var text = "restlake: \(dataset) \(status == .failed ? "" : "is ")\(status.rawValue) (exit code \(exitCode))"
        text += load.map { ", load \($0)." } ?? "."
        let doubts = resources.filter { $0.outcome != .complete }.map { "\($0.name): \($0.findings.first ?? $0.outcome.rawValue)" }
        if let first = failure.first { text += " " + first } else if let first = doubts.first {
            text += " " + first + (doubts.count > 1 ? " (and \(doubts.count - 1) more)" : "")
        }
        let changed = changedTables.map { "\($0.name) \(Self.summary($0.changes))" }
        if !changed.isEmpty {
            text += " Schema: " + changed.prefix(5).joined(separator: "; ") + (changed.count > 5 ? "; and \(changed.count - 5) more tables." : ".")
        }
        return text
    }

    private static func summary(_ changes: [SchemaChange]) -> String {
        if changes.contains(where: { $0.what == .addTable }) { return "is new" }
        let kinds: [(SchemaChange.What, String, String)] = [
            (.addColumn, "column more", "columns more"), (.widenType, "type wider", "types wider"), (.allowNull, "column may be null", "columns may be null"),
        ]
        return kinds.compactMap { what, one, many in
            let count = changes.filter { $0.what == what }.count
            return count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
        }.joined(separator: ", ")
    }
}
