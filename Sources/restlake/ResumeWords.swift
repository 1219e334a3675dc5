import LakeExport
import LakeModel

// What becomes of a load that a run leaves behind, in words.

extension ExportEvent {
    /// Of the events about unfinished loads; empty for the others.
    var sentence: String {
        switch self {
        case .leftover(let load, let reason): "Unfinished load \(load): \(reason.sentence)"
        case .resuming(let load, let pages, let startedAt):
            "Going on with load \(load), which began at \(startedAt): \(Human.count(pages, "page")) of it \(pages == 1 ? "is" : "are") here already."
        case .restarted(let resource, let reason): "\(resource): \(reason.sentence)"
        case .lost(let resource, let pages):
            "\(resource): \(Human.count(pages, "page")) that an earlier run kept cannot be read; \(pages == 1 ? "it is" : "they are") asked for again."
        case .notKept(let resources):
            "Nothing is kept of \(resources.joined(separator: ", ")): \(RestartReason.whyAppends)"
        case .damagedRecord(let fault):
            "\(fault.damage ?? fault.failure.lines.joined(separator: " ")). It is the newest load record; manifest.json holds what it said, so this "
                + "command goes on. Restore it from a copy. restlake verify tells the rest."
        case .kept(let load, let pages, let within):
            "Load \(load) is unfinished; \(Human.count(pages, "page")) of it \(pages == 1 ? "is" : "are") kept. The same command goes on from there"
                + (within > 0 ? ", within \(Human.span(within))." : " only with --resume-within.")
        case .recovered, .started, .progress, .finished, .publishing: ""
        }
    }
}

extension LeftoverReason {
    fileprivate var sentence: String {
        switch self {
        case .otherRun(let members):
            "it stays for the run it belongs to; this one differs in \(members.map { Self.names[$0] ?? $0 }.joined(separator: ", "))."
        case .tooOld: "too old to go on with (--resume-within); removed."
        case .notWanted: "removed, as --no-resume says."
        case .cameNoFurther: "two runs that went on with it came no further; removed, this one begins anew."
        case .overtaken: "another load was committed since it was begun, so nobody can go on with it; removed."
        case .superseded: "a newer one of the same run is gone on with; removed."
        case .otherLoadID: "it stays; this run has another --load-id."
        }
    }

    /// Members of a run's identity as a user knows them.
    private static let names = [
        "program": "the version of restlake", "definition": "the definition", "resources": "the resources", "formats": "--format",
        "compression": "--compress", "run_id": "--run-id", "full_refresh": "--full-refresh", "bounds": "the bounds (--max-…)",
        "parts": "the size of parts",
    ]
}

extension RestartReason {
    fileprivate static let whyAppends = "it appends what is new, and its records come in no declared order (row_order) "
        + "by which a later run could go on without losing a change."

    fileprivate var sentence: String {
        switch self {
        case .refused(let page): "the API does not go on from page \(page), where an earlier run stopped; it is read from its beginning."
        case .appends: "it is read from its beginning: \(Self.whyAppends)"
        case .otherRequests(let page): "page \(page) is to be asked for in another way than before; it is read from its beginning."
        }
    }
}
