import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel

/// `restlake expire --older-than AGE | --keep N`
enum ExpireCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let retention = try retention(arguments)
        let (name, paths) = try LakeLocation.chosen(arguments)
        let teller = ExpireTeller(name: name, paths: paths, asJSON: arguments.has("json"), isDryRun: arguments.has("dry-run"))
        guard !arguments.has("dry-run") else {
            let manifest = try Dataset.readManifest(paths, name: name).manifest
            teller.tell(try ExpirePlan(paths, manifest, retention), nil)
            return .complete
        }
        let dataset = try Dataset(paths, name: name)
        for action in dataset.recovered { Terminal.error("\(name): \(action.sentence)") }
        let plan = try ExpirePlan(paths, dataset.manifest, retention)
        let published = try dataset.publishExpiry(plan, reason: reason(arguments))
        teller.tell(plan, published)
        guard let leftover = published?.leftover else { return .complete }
        for line in leftover.failure.lines { Terminal.error(line) }
        Terminal.error("The removal is committed, but not at its end; the next run, or restlake recover, does the rest.")
        return leftover.failure.code
    }

    private static func retention(_ arguments: Arguments) throws(CommandFailure) -> Retention {
        let limit: Retention.Limit
        switch (arguments.value("older-than"), try arguments.number("keep", in: 1...1_000_000)) {
        case (let age?, nil): limit = .before(UTCTime(milliseconds: Dataset.clock().milliseconds - (try milliseconds(age))))
        case (nil, let count?): limit = .keeping(count)
        default:
            throw CommandFailure(.usage, "restlake expire: expected one of --older-than AGE and --keep N.", "Try: restlake expire --help")
        }
        for name in ["force", "keep-quarantine"] where arguments.has("only-pages") && arguments.has(name) {
            throw CommandFailure(.usage, "--only-pages leaves rows and quarantine; --\(name) does not go with it.")
        }
        return Retention(
            limit, isForced: arguments.has("force"), keepsQuarantine: arguments.has("keep-quarantine"), takesOnlyPages: arguments.has("only-pages"))
    }

    private static func milliseconds(_ age: String) throws(CommandFailure) -> Int64 {
        let units: [Character: Int64] = ["h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let unit = age.last.flatMap({ units[$0] }), let count = Int64(age.dropLast()), (1...100_000).contains(count) else {
            throw CommandFailure(.usage, "--older-than: expected hours, days or weeks, as 12h, 90d or 4w, found '\(Human.escaped(age))'.")
        }
        return count * unit
    }

    private static func reason(_ arguments: Arguments) -> String {
        let values = ["older-than", "keep"].compactMap { name in arguments.value(name).map { "--\(name) \(Human.shellWord($0))" } }
        let switches = ["force", "keep-quarantine", "only-pages"].filter(arguments.has).map { "--" + $0 }
        return (["restlake expire"] + values + switches).joined(separator: " ")
    }
}

/// Tells what goes and what stays, of a dry run in the same words.
private struct ExpireTeller {
    let name: String
    let paths: LakePaths
    let asJSON: Bool
    let isDryRun: Bool

    func tell(_ plan: ExpirePlan, _ published: PublishedExpiry?) {
        if asJSON { return tellJSON(plan, published) }
        if !plan.expired.isEmpty { Terminal.out(table(plan).text + "\n") }
        for line in kept(plan) + lost(plan) { Terminal.out(line) }
        let size = "\(Human.count(plan.files, "file")), \(Human.bytes(plan.bytes)), of \(Human.count(plan.expired.count, "load"))"
        if plan.expired.isEmpty {
            Terminal.out("\(name): there is nothing to remove.")
        } else if isDryRun {
            Terminal.out("\(name): would remove \(size). Nothing was touched.")
        } else {
            Terminal.out("\(name): \(published?.leftover == nil ? "removed" : "is to remove") \(size).")
            if let record = published?.record { Terminal.out("Record: \(paths.absolute(LakePaths.record(record.load)))") }
        }
    }

    private func table(_ plan: ExpirePlan) -> TextTable {
        var table = TextTable(head: ["LOAD", "FILES", "ROWS", "BYTES", "QUARANTINE", "PAGES", "LEFT OF IT"], right: [1, 2, 3])
        for load in plan.expired {
            table.rows.append([
                load.load, Human.number(load.files.count), Human.number(load.rows), Human.bytes(load.bytes),
                load.quarantine.isEmpty ? "" : Human.count(load.quarantine.count, "file"),
                load.pages.isEmpty ? "" : Human.count(load.pages.count, "file"), load.isWhole ? "its record" : "some data",
            ])
        }
        return table
    }

    /// One line a resource.
    private func kept(_ plan: ExpirePlan) -> [String] {
        Dictionary(grouping: plan.kept, by: \.resource).sorted { $0.key < $1.key }.map { resource, rows in
            let why = rows.allSatisfy { $0.writeDisposition == .replace } ? "the current snapshot"
                : "they may hold the latest row of a key. A complete load with --full-refresh frees them"
            let bytes = Human.bytes(rows.reduce(0) { $0 + $1.bytes })
            return "\(Human.escaped(resource)): \(Human.count(rows.reduce(0) { $0 + $1.files }, "file")), \(bytes), "
                + "of \(Human.count(rows.count, "load")) stay: \(why)."
        }
    }

    private func lost(_ plan: ExpirePlan) -> [String] {
        let verb = isDryRun ? "would be" : "are"
        return plan.lost.sorted { $0.key < $1.key }.map { resource, disposition in
            "\(Human.escaped(resource)): written as \(disposition.rawValue)"
                + "\(disposition == .append ? "; " : ", and --force was given; ")its rows in these loads \(verb) gone from the lake for good."
        }
    }

    private func tellJSON(_ plan: ExpirePlan, _ published: PublishedExpiry?) {
        for load in plan.expired {
            out([
                "kind": "expired", "load_id": .string(load.load), "whole": .bool(load.isWhole), "files": .strings(load.files),
                "quarantine": .strings(load.quarantine), "pages": .strings(load.pages), "rows": .int(load.rows), "bytes": .int(load.bytes),
            ])
        }
        for rows in plan.kept {
            out([
                "kind": "kept", "load_id": .string(rows.load), "resource": .string(rows.resource),
                "write_disposition": .string(rows.writeDisposition.rawValue), "files": .int(rows.files), "bytes": .int(rows.bytes),
            ])
        }
        out([
            "kind": "summary", "dry_run": .bool(isDryRun), "load_id": published.map { .string($0.record.load) } ?? .null,
            "loads": .int(plan.expired.count), "files": .int(plan.files), "rows": .int(plan.rows), "bytes": .int(plan.bytes),
            "lost": .object(pairs: plan.lost.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.rawValue)) }),
        ])
    }

    private func out(_ json: JSONValue) { Terminal.out(json.text(pretty: false)) }
}
