import LakeCommit
import LakeFetch
import LakeJSON
import LakeModel

/// `restlake state [show|set|rewind|reset] [RESOURCE] [VALUE]`
///
/// The state of a resource is what its next load begins with. Of it the commands know one member, that of incremental
/// reading; the rest (what paging was detected, say) is shown, and kept but by `reset`:
///
///     {"incremental": {"last_value": "2026-11-23T01:58:11Z", "kind": "timestamp", "ties": ["…"]}, "detected": { … }}
///
/// Every change is a record of its own, never an edit.
enum StateCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let (name, paths) = try LakeLocation.chosen(arguments)
        let action = try Action(arguments)
        if case .show(let resource) = action { return try show(resource, paths, name, arguments.has("json")) }
        let dataset = try Dataset(paths, name: name)
        for action in dataset.recovered { Terminal.error("\(name): \(action.sentence)") }
        let resource = try known(action.resource, dataset.manifest, paths)
        let change = StateChange(resource: resource, before: dataset.manifest.state[resource])
        return try StateChanger(dataset: dataset, change: change, arguments: arguments).run(action)
    }

    enum Action {
        case show(String?)
        case set(String, value: String)
        case rewind(String, to: String)
        case reset(String)

        var resource: String {
            switch self {
            case .show(let name): name ?? ""
            case .set(let name, _), .rewind(let name, _), .reset(let name): name
            }
        }

        static let names = ["show", "set", "rewind", "reset"]

        init(_ arguments: Arguments) throws(CommandFailure) {
            let words = arguments.positional
            let verb = words.first ?? "show"
            for (option, owner) in [("to", "rewind"), ("as", "set")] where arguments.has(option) && verb != owner {
                throw CommandFailure(.usage, "restlake state \(verb): --\(option) belongs to restlake state \(owner).")
            }
            switch (verb, words.count) {
            case ("show", ...2): self = .show(words.dropFirst().first)
            case ("set", 3): self = .set(words[1], value: words[2])
            case ("rewind", 2):
                guard let load = arguments.value("to") else {
                    throw CommandFailure(.usage, "restlake state rewind: --to names the load whose state is wanted; restlake loads lists them. "
                        + "For a value: restlake state set \(Human.shellWord(words[1])) VALUE")
                }
                self = .rewind(words[1], to: load)
            case ("reset", 2): self = .reset(words[1])
            case ("show", _), ("set", _), ("rewind", _), ("reset", _):
                let usage = ["show": "[RESOURCE]", "set": "RESOURCE VALUE", "rewind": "RESOURCE --to LOAD", "reset": "RESOURCE"][verb] ?? ""
                throw CommandFailure(.usage, "restlake state \(verb): "
                    + "expected \(usage), found \(Human.count(words.count - 1, "argument")).", "Try: restlake state --help")
            default:
                let nearest = nearestName(to: verb, in: Self.names).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandFailure(.usage, "restlake state: there is no '\(Human.escaped(verb))'.\(nearest) There are "
                    + "\(Self.names.joined(separator: ", ")).", "Try: restlake state --help")
            }
        }
    }

    // MARK: Reading

    private static func show(_ wanted: String?, _ paths: LakePaths, _ name: String, _ asJSON: Bool) throws -> ExitCode {
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        let resource: String? = if let wanted { try known(wanted, manifest, paths) } else { nil }
        let names = resource.map { [$0] } ?? manifest.state.keys.sorted()
        if asJSON {
            for name in names { Terminal.out(json(name, manifest.state[name]).text(pretty: false)) }
        } else if let resource {
            guard let state = manifest.state[resource] else {
                Terminal.out("\(resource) has no state: its next load reads from the beginning.")
                return .complete
            }
            Terminal.out(state.text(pretty: true).split(separator: "\n").map { Human.escaped(String($0)) }.joined(separator: "\n"))
        } else if names.isEmpty {
            Terminal.out("\(name): no resource has a state. One gets it by its first load with 'incremental' in its definition.")
        } else {
            Terminal.out(table(names, manifest).text)
        }
        return .complete
    }

    private static func table(_ names: [String], _ manifest: Manifest) -> TextTable {
        var table = TextTable(head: ["RESOURCE", "LAST VALUE", "TIES", "ALSO"], right: [2])
        for name in names {
            let state = manifest.state[name]
            let others = (state?.object ?? []).map(\.key).filter { $0 != StateChange.incremental }
            table.rows.append([
                Human.escaped(name), StateChange.lastValue(state).map(StateChange.words) ?? "",
                (state?[StateChange.incremental]?["ties"]?.array).map { Human.number($0.count) } ?? "", Human.escaped(others.joined(separator: ", ")),
            ])
        }
        return table
    }

    private static func json(_ resource: String, _ state: JSONValue?) -> JSONValue { ["resource": .string(resource), "state": state ?? .null] }

    /// A resource that the dataset knows by a table, by its state, or by its last load.
    private static func known(_ resource: String, _ manifest: Manifest, _ paths: LakePaths) throws -> String {
        var names = Set(manifest.tables.map(\.resource)).union(manifest.state.keys)
        if !names.contains(resource), let load = manifest.newestDataLoad, let record = try Dataset.record(paths, load) {
            names.formUnion(record.resources.map(\.name))
        }
        guard !names.contains(resource) else { return resource }
        let sorted = names.sorted()
        let nearest = nearestName(to: resource, in: sorted).map { " Did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, Human.escaped("The dataset '\(manifest.dataset)' has no resource '\(resource)'.\(nearest) "
            + (sorted.isEmpty ? "It has none yet." : "Resources: \(sorted.joined(separator: ", ")).")))
    }
}

/// The state of one resource before a change and what it is to be. Pure.
struct StateChange {
    static let incremental = "incremental"
    let resource: String
    let before: JSONValue?

    static func lastValue(_ state: JSONValue?) -> JSONValue? { state?[incremental]?["last_value"] }

    /// A value as it is told: a text without quotes.
    static func words(_ value: JSONValue) -> String { Human.escaped(value.string ?? value.text(pretty: false)) }

    enum ValueType: String, CaseIterable { case number, text }

    /// The state with another last value and without ties: all records at that value are read again.
    /// It stays the state of the same cursor.
    /// - Returns: nil where `text` is of another kind than the last value, or than `type`.
    func setting(_ text: String, as type: ValueType?) -> JSONValue? {
        let wasNumber = Self.lastValue(before)?.number != nil
        let value: JSONValue
        if type.map({ $0 == .number }) ?? wasNumber {
            guard let parsed = try? JSONValue(parsing: text), parsed.number != nil else { return nil }
            value = parsed
        } else {
            value = .string(text)
        }
        guard let lastValue = CursorValue(value) else { return nil }
        if type == nil, let kind, !lastValue.kind.isComparable(to: kind) { return nil }
        return with(IncrementalState(cursorPath: before?[Self.incremental]?["cursor_path"]?.string, lastValue: lastValue).json)
    }

    /// Of the last value.
    var kind: CursorValue.Kind? { Self.lastValue(before).flatMap { CursorValue($0)?.kind } }

    /// The state with the incremental part of an earlier one; what else there is stays.
    func rewound(to earlier: JSONValue?) -> JSONValue? { with(earlier?[Self.incremental]) }

    private func with(_ part: JSONValue?) -> JSONValue? {
        var state = before ?? .object([])
        state[Self.incremental] = part
        return state.object?.isEmpty ?? true ? nil : state
    }
}

/// Makes a change and tells it.
private struct StateChanger {
    let dataset: Dataset
    let change: StateChange
    let arguments: Arguments

    func run(_ action: StateCommand.Action) throws -> ExitCode {
        let reason: String
        let after: JSONValue?
        switch action {
        case .show: return .complete
        case .set(_, let text):
            after = try set(text)
            reason = "set \(Human.shellWord(change.resource)) \(Human.shellWord(text))"
        case .rewind(_, let load):
            after = change.rewound(to: try state(after: load))
            reason = "rewind \(Human.shellWord(change.resource)) --to \(load)"
        case .reset:
            after = nil
            reason = "reset \(Human.shellWord(change.resource))"
        }
        let published = try dataset.publishState([change.resource: after], reason: "restlake state " + reason)
        tell(after, published)
        return .complete
    }

    private func set(_ text: String) throws -> JSONValue {
        let type = try arguments.value("as").map { word throws in
            guard let type = StateChange.ValueType(rawValue: word) else {
                throw CommandFailure(.usage, "--as: expected number or text, found '\(Human.escaped(word))'.")
            }
            return type
        }
        guard !text.isEmpty, let after = change.setting(text, as: type) else {
            throw CommandFailure(.usage, "restlake state set \(Human.escaped(change.resource)): "
                + "expected a \(text.isEmpty ? "value" : change.kind?.rawValue ?? "number"), found '\(Human.escaped(text))'."
                + (StateChange.lastValue(change.before).map { " The last value is \(StateChange.words($0))." } ?? "")
                + (text.isEmpty ? " To forget it: restlake state reset \(Human.shellWord(change.resource))" : " If it is to be of another "
                    + "kind: --as text or --as number"))
        }
        return after
    }

    private func state(after text: String) throws -> JSONValue? {
        let loads = try Dataset.committedLoads(dataset.paths)
        guard let load = LoadID(text), loads.contains(load) else {
            let nearest = nearestName(to: text, in: loads.map(\.text)).map { " Did you mean \($0)?" } ?? ""
            throw CommandFailure(.usage, "--to: there is no load '\(Human.escaped(text))'.\(nearest) restlake loads lists them. "
                + "For a value: restlake state set \(Human.shellWord(change.resource)) VALUE")
        }
        return try Dataset.state(dataset.paths, of: change.resource, after: load)
    }

    private func tell(_ after: JSONValue?, _ published: PublishedState?) {
        if arguments.has("json") {
            let load = published.map { JSONValue.string($0.record.load) } ?? .null
            let told: JSONValue = ["resource": .string(change.resource), "before": change.before ?? .null, "after": after ?? .null, "load_id": load]
            Terminal.out(told.text(pretty: false))
        } else if let published {
            Terminal.out("\(Human.escaped(change.resource))\n  before: \(words(change.before))\n  after:  \(words(after))")
            if after == nil || StateChange.lastValue(after) == nil { Terminal.out("Its next load reads from the beginning.") }
            if isAppended { Terminal.out("Its rows are appended: those that the next load reads again will stand in the lake twice.") }
            Terminal.out("Record: \(dataset.paths.absolute(LakePaths.record(published.record.load)))")
        } else {
            Terminal.out("\(Human.escaped(change.resource)): nothing to do. "
                + "\(change.before == nil ? "It has no state." : "That is its state already: \(words(change.before))")")
        }
        if let leftover = published?.leftover {
            for line in leftover.failure.lines { Terminal.error(line) }
            Terminal.error("The change is committed all the same; the next run, or restlake recover, does the rest.")
        }
    }

    private func words(_ state: JSONValue?) -> String { state.map { Human.escaped($0.text(pretty: false)) } ?? "no state" }

    private var isAppended: Bool {
        dataset.manifest.tables.contains { $0.resource == change.resource && $0.parent == nil && $0.writeDisposition == .append }
    }
}
