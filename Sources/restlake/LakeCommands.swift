import Glibc
import LakeCommit
import LakeExport
import LakeJSON

/// `restlake loads`
enum LoadsCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        if arguments.has("check") { return try LoadsCheck.run(arguments) }
        guard !arguments.has("max-age") else { throw CommandFailure(.usage, "--max-age goes with --check.") }
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        let manifest = try Dataset.readManifest(location.paths(name), name: name).manifest
        if arguments.has("json") {
            for load in manifest.loads { Terminal.out(json(load).text(pretty: false)) }
            return .complete
        }
        var table = TextTable(head: ["LOAD", "OUTCOME", "RECORDS", "ROWS", "BYTES", "STARTED", "RUN ID"], right: [2, 3, 4])
        for load in manifest.loads {
            guard load.kind == .load else {
                table.rows.append([load.load, load.kind.rawValue, "", "", "", load.startedAt, Human.escaped(load.reason ?? "")])
                continue
            }
            table.rows.append([
                load.load, load.outcome.rawValue + (load.isExpired ? ", expired" : ""), Human.number(load.records), Human.number(load.rows), Human.bytes(load.bytes), load.startedAt,
                load.runID.map(Human.escaped) ?? "",
            ])
        }
        Terminal.out(table.text)
        let hidden = manifest.recordCount - manifest.loads.count
        if hidden > 0 { Terminal.out("and \(Human.count(hidden, "older load")): \(location.paths(name).loads)") }
        return .complete
    }

    static func json(_ load: Manifest.Load) -> JSONValue {
        .object([
            "load_id": .string(load.load), "kind": .string(load.kind.rawValue), "outcome": .string(load.outcome.rawValue),
            "run_id": load.runID.map { .string($0) } ?? .null,
            "started_at": .string(load.startedAt), "records": .int(load.records), "rows": .int(load.rows), "bytes": .int(load.bytes),
            "path": .string(LakePaths.record(load.load)),
            "reason": load.reason.map { .string($0) }, "expired": load.isExpired ? true : nil,
        ])
    }
}

/// `restlake recover`
enum RecoverCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        let dataset = try Dataset(location.paths(name), name: name)
        if let fault = dataset.damagedRecord { Terminal.error("Warning: \(ExportEvent.damagedRecord(fault).sentence)") }
        if dataset.recovered.isEmpty, dataset.unfinished.isEmpty { Terminal.out("\(name): nothing to do.") }
        for action in dataset.recovered { Terminal.out("\(name): \(action.sentence)") }
        for load in dataset.unfinished {
            if arguments.has("discard") { try dataset.discard(load) }
            Terminal.out("\(name): load \(load.load), begun at \(load.startedAt), is unfinished; "
                + (arguments.has("discard") ? "removed." : "the command that began it goes on with it. To remove it: restlake recover --discard"))
        }
        return .complete
    }
}

extension RecoveryAction {
    var sentence: String {
        switch self {
        case .published(let load): "published load \(load), which an earlier run had prepared."
        case .removed(let load): "removed the files of load \(load), which an earlier run had not finished; nothing of it was published."
        case .removedDamaged(let load, let fault, let pages):
            "removed load \(load), which an earlier run had not finished: \(fault.damage ?? fault.failure.lines.joined(separator: " ")). "
                + (pages == 0 ? "It held no page." : "\(Human.count(pages, "page")) that it kept \(pages == 1 ? "is" : "are") lost; the next run asks again.")
        case .removedOvertaken(let load):
            "removed the unfinished load \(load): another one was committed since it was begun, so nobody can go on with it."
        case .leftAlone(let load, let fault): "left the unfinished load \(load) as it is: \(fault.failure.lines.joined(separator: " "))"
        case .cleaned(let load): "cleaned up behind load \(load), which was committed."
        case .finishedExpiry(let load): "removed the rest of the files that \(load) had begun to remove."
        case .unfinishedExpiry(let load, let path, let number):
            "'\(path)' cannot be removed: \(String(cString: strerror(number))). The removal \(load) is not at its end; the next run tries again."
        case .rebuiltManifest: "made manifest.json anew from the load records."
        }
    }
}
