import Glibc
import LakeCommit
import LakeFiles
import LakeHandoff
import LakeModel
import LakeSchema

/// `restlake handoff DESTINATION`: a script for the destination's own client, on stdout or in a file.
enum HandoffCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let request = try HandoffRequest(arguments)
        let plan = try request.plan()
        let script = try script(plan, request, arguments)
        guard let file = arguments.value("out"), file != "-" else {
            Terminal.write(script, to: 1)
            return .complete
        }
        try OutputFile.replace(try LakeLocation.absolute(file), with: Array(script.utf8))
        Terminal.error("\(file): \(Human.count(plan.loads.count, "load")), \(Human.count(plan.files, "file")) for \(request.destination.rawValue)")
        return .complete
    }

    private static func script(_ plan: HandoffPlan, _ request: HandoffRequest, _ arguments: Arguments) throws(CommandFailure) -> String {
        let schema = arguments.value("schema")
        if let name = arguments.value("sidecar") { return try sidecar(name).text(plan, at: request.location, schema: schema) }
        guard arguments.has("views") else { return Handoff.script(plan, for: request.destination, at: request.location, schema: schema) }
        guard request.destination == .duckdb else { throw CommandFailure(.usage, "--views is for duckdb only.") }
        return Handoff.views(plan, at: request.location, schema: schema)
    }

    private static func sidecar(_ name: String) throws(CommandFailure) -> Sidecar {
        if let known = Sidecar(rawValue: name) { return known }
        let names = Sidecar.allCases.map(\.rawValue)
        let nearest = nearestName(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "--sidecar: there is no '\(Human.escaped(name))'.\(nearest) Sidecars: \(names.joined(separator: ", ")).")
    }
}

/// What is to be handed off to whom, as the command line has it.
struct HandoffRequest {
    let destination: Destination
    let location: FileLocation
    let paths: LakePaths
    let name: String
    let choice: HandoffChoice

    /// - Parameter destination: nil: the first argument names it.
    init(_ arguments: Arguments, destination: Destination? = nil) throws {
        self.destination = try destination ?? Self.destination(arguments.positional[0])
        let lake = try LakeLocation(arguments)
        name = try lake.dataset(arguments)
        paths = lake.paths(name)
        location = try Self.location(arguments, lake.lake, name, self.destination)
        choice = try Self.choice(arguments, self.destination)
        if arguments.has("schema"), [.sqlite, .spark].contains(self.destination) {
            throw CommandFailure(.usage, "--schema: \(self.destination.rawValue) has none here; the tables are where its client is.")
        }
    }

    func plan() throws -> HandoffPlan {
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        guard manifest.loadCount > 0 else { throw CommandFailure(.usage, "The dataset '\(name)' has no load yet: there is nothing to hand off.") }
        do {
            guard let known = try Dataset.loadsOfData(paths, manifest) else { return try planOfAll() }
            // Of many loads most need not be read: the manifest says what counts.
            let isNeeded = HandoffPlan.isNeeded(choice, manifest)
            let records = try known.filter { isNeeded($0.text) }.compactMap { try Dataset.record(paths, $0.text, withColumns: false) }
            return try HandoffPlan(manifest: manifest, known: known.map(\.text), records: records, choice: choice) { try Dataset.schema(paths, $0, $1) }
        } catch let fault as HandoffFault {
            throw CommandFailure(.usage, fault.sentence(dataset: name, destination))
        }
    }

    /// Where something was removed the manifest has forgotten what destinations may have still.
    private func planOfAll() throws -> HandoffPlan {
        let records = try Dataset.committedLoads(paths).compactMap { try Dataset.record(paths, $0.text) }
        return try HandoffPlan(dataset: name, records: records, choice: choice) { try Dataset.schema(paths, $0, $1) }
    }

    // MARK: The command line

    static func destination(_ text: String) throws(CommandFailure) -> Destination {
        if let known = Destination(rawValue: text) { return known }
        let names = Destination.allCases.map(\.rawValue)
        let nearest = nearestName(to: text, in: names).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "There is no destination '\(Human.escaped(text))'.\(nearest) Destinations: \(names.joined(separator: ", ")).")
    }

    private static func choice(_ arguments: Arguments, _ destination: Destination) throws(CommandFailure) -> HandoffChoice {
        let given = ["all", "since", "load"].filter(arguments.has)
        if given.count > 1 { throw CommandFailure(.usage, "--\(given[0]) and --\(given[1]) do not go together.") }
        var choice = HandoffChoice(formats: destination.formats)
        if let first = arguments.value("since") { choice.loads = .since(first) }
        if let loads = arguments.list("load") { choice.loads = .these(loads) }
        choice.tables = arguments.list("table") ?? []
        choice.withVariants = arguments.has("variants")
        if let name = arguments.value("format") {
            guard let format = FileFormat(rawValue: name) else {
                throw CommandFailure(.usage, "--format: expected jsonl or csv, found '\(Human.escaped(name))'.")
            }
            guard destination.formats.contains(format) else {
                throw CommandFailure(.usage, "--format: \(destination.rawValue) is not known to read \(name) without losing anything. "
                    + "It reads \(destination.formats.map(\.rawValue).joined(separator: " and ")).")
            }
            choice.formats = [format]
        }
        return choice
    }

    private static func location(
        _ arguments: Arguments, _ lake: String, _ dataset: String, _ destination: Destination
    ) throws(CommandFailure) -> FileLocation {
        let places = (destination.readsLocalFiles ? ["a folder"] : []) + destination.schemes.map {
            $0 == "abfss" ? "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/…" : $0 + "://…"
        }
        let expected = "\(destination.rawValue) reads from \(places.joined(separator: ", "))"
        guard let text = arguments.value("location") else {
            if destination.readsLocalFiles { return FileLocation(lake: lake, dataset: dataset) }
            throw CommandFailure(.usage, "\(expected), not from this machine. Name the place that the lake is published to: "
                + "--location \(destination.schemes[0])://BUCKET/PATH")
        }
        let place: String
        do throws(LocationFault) { place = try destination.place(text) } catch {
            switch error {
            case .secret:
                throw CommandFailure(.usage, "--location: no user name, password or parameters in the address: whoever reads the script would have them. "
                    + destination.access)
            case .otherPlace: throw CommandFailure(.usage, "--location: \(expected); found '\(Human.escaped(text))'.")
            }
        }
        return FileLocation(lake: place.contains("://") ? place : try LakeLocation.absolute(place), dataset: dataset)
    }
}

extension HandoffFault {
    func sentence(dataset: String, _ destination: Destination) -> String {
        switch self {
        case .unknownLoad(let load, let known):
            "There is no load '\(Human.escaped(load))' in the dataset '\(dataset)'."
                + "\(nearestName(to: load, in: known).map { " Did you mean \($0)?" } ?? "") restlake loads lists them."
        case .unknownTable(let table, let known):
            "There is no table '\(Human.escaped(table))' in the dataset '\(dataset)'."
                + "\(nearestName(to: table, in: known).map { " Did you mean '\($0)'?" } ?? "") Tables: \(known.joined(separator: ", "))."
        case .noFormat(let formats, let load):
            "Load \(load) has no \(formats.map(\.rawValue).joined(separator: " or ")) files, which \(destination.rawValue) would read. "
                + "restlake export writes them with --format \(formats[0].rawValue)."
        case .noKeyColumn(let table, let key):
            "\(table): its rows are merged by \(key.joined(separator: ", ")), and no column holds \(key.count == 1 ? "that" : "each of them"): "
                + "which row takes the place of which cannot be told."
        }
    }
}
