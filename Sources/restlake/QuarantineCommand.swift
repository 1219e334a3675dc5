import LakeCommit
import LakeFiles
import LakeModel

/// `restlake quarantine [list|show|replay] …`
enum QuarantineCommand {
    private static let verbs = ["list", "show", "replay"]

    /// Options that belong to one verb.
    private static let owners = [
        "entries": "show", "reason": "show", "values": "show", "include-written": "replay", "again": "replay", "dry-run": "replay",
        "sandbox": "replay", "format": "replay", "compress": "replay", "secret": "replay", "secret-command": "replay",
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let verb = arguments.positional.first ?? "list"
        guard verbs.contains(verb) else {
            let nearest = nearestName(to: verb, in: verbs).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "restlake quarantine: there is no '\(Human.escaped(verb))'.\(nearest) There are "
                + "\(verbs.joined(separator: ", ")).", "Try: restlake quarantine --help")
        }
        for (option, owner) in owners.sorted(by: { $0.key < $1.key }) where arguments.has(option) && verb != owner {
            throw CommandFailure(.usage, "restlake quarantine \(verb): --\(option) belongs to restlake quarantine \(owner).")
        }
        let count = arguments.positional.count - 1
        let usage = ["list": "[RESOURCE]", "show": "[RESOURCE]", "replay": "SOURCE [RESOURCE...]"][verb] ?? ""
        guard verb == "replay" ? count >= 1 : count <= 1 else {
            throw CommandFailure(.usage, "restlake quarantine \(verb): expected \(usage), found \(Human.count(max(0, count), "argument")).",
                                 "Try: restlake quarantine --help")
        }
        if verb == "replay" { return try QuarantineReplayCommand.run(arguments) }
        let view = try QuarantineView(arguments)
        return try verb == "list" ? QuarantineList(view).run() : QuarantineShow(view, arguments).run()
    }
}

/// What of a dataset's quarantine is to be shown.
struct QuarantineView {
    let paths: LakePaths
    let dataset: String
    let asJSON: Bool
    /// Those of the resource and the loads that were named, the oldest first.
    let pieces: [QuarantinePiece]

    init(_ arguments: Arguments) throws {
        (dataset, paths) = try LakeLocation.chosen(arguments)
        asJSON = arguments.has("json")
        let all = try Dataset.quarantine(paths)
        let resource = arguments.positional.dropFirst().first
        if let resource { try Self.check(resource, all, dataset) }
        let loads = arguments.list("load")
        for load in loads ?? [] where !all.contains(where: { $0.load == load }) { throw Self.unknown(load, all.map(\.load)) }
        pieces = all.filter { piece in (resource ?? piece.file.resource) == piece.file.resource && loads?.contains(piece.load) ?? true }
    }

    private static func check(_ resource: String, _ pieces: [QuarantinePiece], _ dataset: String) throws(CommandFailure) {
        let names = Set(pieces.map(\.file.resource)).sorted()
        guard !names.contains(resource) else { return }
        let nearest = nearestName(to: resource, in: names).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, Human.escaped("The dataset '\(dataset)' has no record of '\(resource)' in quarantine.\(nearest) "
            + (names.isEmpty ? "It has none at all." : "Resources that have: \(names.joined(separator: ", ")).")))
    }

    static func unknown(_ load: String, _ known: [String]) -> CommandFailure {
        let nearest = nearestName(to: load, in: known).map { " Did you mean \($0)?" } ?? ""
        return CommandFailure(.usage, "--load: no record of load '\(Human.escaped(load))' is in quarantine.\(nearest) restlake quarantine lists them.")
    }

    func path(_ piece: QuarantinePiece) -> String { paths.absolute(piece.file.path) }

    /// Whether its file is there: who keeps quarantined records for a time only removes it.
    func isThere(_ piece: QuarantinePiece) throws -> Bool { try Disk.isThere(path(piece)) }
}
