import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// `restlake verify [LOAD...] [--all] [--quick] [--repair] [--json]`
enum VerifyCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let (name, paths) = try LakeLocation.chosen(arguments)
        let options = VerifyOptions(loads: try loads(arguments, paths), isQuick: arguments.has("quick"))
        let asJSON = arguments.has("json")
        if arguments.has("repair") { try repair(paths, name, asJSON ? JSONTeller() : TextTeller(name: name)) }
        let manifest = try? Dataset.readManifest(paths, name: name).manifest
        var teller: any VerifyTeller = asJSON ? JSONTeller() : TextTeller(name: name, tables: manifest?.tables.map(\.name) ?? [])
        let summary = try Verify.run(paths, name: name, options) { event in
            switch event {
            case .table(let table): teller.tell(table)
            case .finding(let finding): teller.tell(finding, VerifyWords(finding))
            }
        }
        teller.tell(summary)
        return summary.findings == 0 ? .complete : .data
    }

    private static func loads(_ arguments: Arguments, _ paths: LakePaths) throws -> VerifyOptions.Loads {
        let named = arguments.positional
        guard !named.isEmpty else { return arguments.has("all") ? .all : .newest }
        guard !arguments.has("all") else { throw CommandFailure(.usage, "restlake verify: --all means every load; name none beside it.") }
        let known = try Dataset.committedLoads(paths)
        return .these(try named.map { text throws in
            guard let load = LoadID(text), known.contains(load) else {
                let nearest = nearestName(to: text, in: known.map(\.text)).map { " Did you mean \($0)?" } ?? ""
                throw CommandFailure(.usage, "There is no load '\(Human.escaped(text))'.\(nearest) restlake loads lists them.")
            }
            return load
        }.sorted())
    }

    /// What can be put right is: what a run left, and the manifest. Damage to data cannot.
    private static func repair(_ paths: LakePaths, _ name: String, _ teller: any VerifyTeller) throws {
        do {
            let dataset = try Dataset(paths, name: name)
            try dataset.refoldManifest()
            let removed = try dataset.finishRemovals()
            var done: [String] = []
            for sentence in dataset.recovered.map(\.sentence) where !done.contains(sentence) { done.append(sentence) }
            if removed > 0 { done.append("removed \(Human.count(removed, "file")) of expired loads.") }
            teller.tell(repairs: done)
        } catch let fault as CommitFault {
            switch fault {
            case .document, .documentSyntax, .documentChecksum, .stagingIncomplete, .cannotPublishPrepared:
                // It goes on: what is damaged is told by the verification.
                for line in fault.failure.lines { Terminal.error("Cannot repair: \(line)") }
            default: throw fault
            }
        }
    }
}

/// Tells of a verification as it goes on.
private protocol VerifyTeller {
    func tell(repairs: [String])
    mutating func tell(_ table: VerifiedTable)
    mutating func tell(_ finding: VerifyFinding, _ words: VerifyWords)
    func tell(_ summary: VerifySummary)
}

private struct JSONTeller: VerifyTeller {
    private func out(_ json: JSONValue) { Terminal.out(json.text(pretty: false)) }

    func tell(repairs: [String]) { for done in repairs { out(["kind": "repair", "what": .string(done)]) } }

    func tell(_ table: VerifiedTable) { out(table.json) }
    func tell(_ finding: VerifyFinding, _ words: VerifyWords) { out(words.json(finding)) }
    func tell(_ summary: VerifySummary) { out(summary.json) }
}

/// The tables as they come, in columns of their own width: of ten thousand loads none waits for the last.
private struct TextTeller: VerifyTeller {
    let name: String
    private var hasHead = false
    private var lines: [String] = []
    /// By load, the resources that are affected.
    private var affected: [String: Set<String>] = [:]

    private let tableWidth: Int

    init(name: String, tables: [String] = []) {
        self.name = name
        tableWidth = (tables + ["TABLE"]).map(\.count).max() ?? 0
    }

    func tell(repairs: [String]) {
        if repairs.isEmpty { Terminal.out("\(name): nothing to repair.") }
        for done in repairs { Terminal.out("\(name): \(done)") }
    }

    mutating func tell(_ table: VerifiedTable) {
        if !hasHead { row(["LOAD", "TABLE", "FORMAT", "FILES", "ROWS", "BYTES", "RESULT"]) }
        hasHead = true
        row([
            table.load, table.table, table.format.rawValue, Human.number(table.files), Human.number(table.rows), Human.bytes(table.bytes),
            table.result.words,
        ])
    }

    private func row(_ cells: [String]) {
        Terminal.out([
            cells[0].padded(23), cells[1].padded(tableWidth), cells[2].padded(6), cells[3].padded(left: 5), cells[4].padded(left: 13),
            cells[5].padded(left: 8), cells[6],
        ].joined(separator: "  "))
    }

    mutating func tell(_ finding: VerifyFinding, _ words: VerifyWords) {
        lines.append(words.sentence(finding.path))
        if let load = finding.load, let resource = finding.resource { affected[load, default: []].insert(resource) }
    }

    func tell(_ summary: VerifySummary) {
        if hasHead { Terminal.out("") }
        for line in lines { Terminal.out(line) }
        if !lines.isEmpty { Terminal.out("") }
        for (load, resources) in affected.sorted(by: { $0.key < $1.key }) {
            Terminal.out("Affected: load \(load): \(resources.sorted().map(Human.escaped).joined(separator: ", "))")
        }
        let read = "\(Human.count(summary.loads, "load")), \(Human.count(summary.files, "file")), \(Human.bytes(summary.bytes))"
        Terminal.out("\(name): \(read): \(summary.findings == 0 ? "everything is as it was written" : Human.count(summary.findings, "finding")).")
        if !summary.staged.isEmpty {
            Terminal.out("In the making, or left by a run that died (restlake recover): \(summary.staged.joined(separator: ", "))")
        }
    }
}

extension VerifiedTable.Result {
    var word: String {
        switch self {
        case .whole: "ok"
        case .damaged: "damaged"
        case .expired: "expired"
        }
    }

    fileprivate var words: String {
        if case .damaged(let findings) = self { Human.count(findings, "finding") } else { word }
    }
}
