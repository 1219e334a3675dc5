import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeTelemetry

/// `restlake loads --check`: for monitors. One line on stdout, and the exit codes of their plugins: 0, 1, 2, 3.
enum LoadsCheck {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let most = try arguments.duration("max-age")?.wholeMilliseconds
        let found: [LakeHealth]
        do {
            found = try health(arguments, most)
        } catch {
            // A monitor reads stdout, and knows 3 for what cannot be told.
            let words = commandFailure(of: error).lines.joined(separator: " ")
            Terminal.out(arguments.has("json") ? unknown(words) : "RESTLAKE \(LakeHealth.Level.unknown.word) - \(words)")
            return .unknown
        }
        let report = LakeHealth.report(found)
        if arguments.has("json") {
            for health in found { Terminal.out(health.json.text(pretty: false)) }
        } else {
            Terminal.out(report.text)
        }
        return switch report.level {
        case .ok: .complete
        case .warning: .warning
        case .critical: .incomplete
        case .unknown: .unknown
        }
    }

    /// Of the dataset that is named, or of all there are.
    private static func health(_ arguments: Arguments, _ most: Int64?) throws -> [LakeHealth] {
        let location = try LakeLocation(arguments)
        let known = Disk.isFolder(location.lake) ? try location.datasets() : []
        let names = arguments.has("dataset") || known.isEmpty ? [try location.dataset(arguments)] : known
        let now = UTCTime.now()
        return try names.map { name in
            let manifest = try Dataset.readManifest(location.paths(name), name: name).manifest
            let newest = manifest.loads.first { $0.kind == .load }
            let load = newest.flatMap { load in
                UTCTime(iso: load.preparedAt).map { LakeHealth.Load(id: load.load, outcome: load.outcome, committed: $0, records: load.records) }
            }
            return LakeHealth(dataset: Human.escaped(name), load: load, now: now, mostAge: most)
        }
    }

    private static func unknown(_ words: String) -> String {
        let json: JSONValue = ["level": "unknown", "exit_code": .int(LakeHealth.Level.unknown.rawValue), "message": .string(words)]
        return json.text(pretty: false)
    }
}
