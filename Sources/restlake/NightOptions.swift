import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeTelemetry

/// Where the end of an export is told, beside its own output. Read and checked before anything is done: a slip of the pen
/// shows in the evening, not at night.
struct NightOptions {
    /// Whom a notice goes to. A URL may be a secret: it is never shown.
    enum Target {
        case webhook(url: String)
        case command(String)
    }

    var metricsFile: String?
    var lineageFile: String?
    var targets: [Target] = []
    var reasons = NoticeReason.usual
    var ping: String?

    /// Whether nobody is to be told.
    var isNobody: Bool { metricsFile == nil && lineageFile == nil && targets.isEmpty && ping == nil }

    static let options = [
        Option(name: "metrics-file", value: "FILE", help: "write the run's figures there as metrics, for node_exporter's textfile collector (FILE.prom)"),
        Option(name: "openlineage", value: "FILE", help: "append events of OpenLineage there: START, then COMPLETE, FAIL or ABORT"),
        Option(name: "notify", value: "URL|command:…", repeats: true, help: "tell a webhook (POST of JSON), or a shell command (JSON on its stdin); "
            + "@FILE reads the URL from a file"),
        Option(name: "notify-on", value: "REASON,...", isList: true, help: "\(NoticeReason.allCases.map(\.rawValue).joined(separator: ", ")) "
            + "(default: all but success)", choices: NoticeReason.allCases.map(\.rawValue)),
        Option(name: "ping", value: "URL", help: "a health check: GET URL/start at the start, URL where all is complete, else URL/fail; also @FILE"),
        Log.option,
    ]

    /// - Parameter isHere: whether the export runs on this machine, so that the files that are named must be there.
    init(_ arguments: Arguments, isHere: Bool = true) throws(CommandFailure) {
        if isHere {
            metricsFile = try Self.file("metrics-file", arguments)
            lineageFile = try Self.file("openlineage", arguments)
        }
        targets = try (arguments.list("notify") ?? []).map { text throws(CommandFailure) in try Self.target(text, isHere) }
        if let names = arguments.list("notify-on") {
            guard !targets.isEmpty else { throw CommandFailure(.usage, "--notify-on goes with --notify.") }
            reasons = Set(try names.map { name throws(CommandFailure) in try Self.reason(name) })
        }
        ping = try arguments.value("ping").map { text throws(CommandFailure) in try Self.url(text, "ping", isHere, or: "") }
    }

    /// Its folder must be there: nothing is made but the file.
    private static func file(_ option: String, _ arguments: Arguments) throws(CommandFailure) -> String? {
        guard let path = arguments.value(option) else { return nil }
        let absolute = try LakeLocation.absolute(path)
        let folder = absolute.lastIndex(of: "/").map { String(absolute[..<$0]) } ?? ""
        guard Disk.isFolder(folder.isEmpty ? "/" : folder) else { throw CommandFailure(.cannotCreate, "--\(option): there is no folder '\(folder)'.") }
        guard !Disk.isFolder(absolute) else { throw CommandFailure(.cannotCreate, "--\(option): '\(path)' is a folder, expected a file in one.") }
        return absolute
    }

    private static func target(_ text: String, _ isHere: Bool) throws(CommandFailure) -> Target {
        let prefix = "command:"
        guard text.hasPrefix(prefix) else { return .webhook(url: try url(text, "notify", isHere, or: ", or command:… with a shell command")) }
        let command = String(text.dropFirst(prefix.count))
        guard command.contains(where: { !$0.isWhitespace }) else { throw CommandFailure(.usage, "--notify: there is no command behind 'command:'.") }
        return .command(command)
    }

    /// What stands there is not repeated: it may be half of a secret.
    private static func url(_ text: String, _ option: String, _ isHere: Bool, or more: String) throws(CommandFailure) -> String {
        var url = text
        if text.hasPrefix("@"), !isHere { return "" }
        if text.hasPrefix("@") {
            let path = String(text.dropFirst())
            let read: [UInt8]?
            do throws(FileFault) { read = try Disk.read(path, first: 8 << 10) } catch { throw CommandFailure(.configuration, lines: error.failure.lines) }
            guard let read else { throw CommandFailure(.configuration, "--\(option): there is no file '\(path)'.") }
            let line = read.drop { $0 <= 32 }.prefix { $0 > 32 }
            url = String(decoding: line, as: UTF8.self)
        }
        guard (try? Origin(url: url)) != nil else {
            throw CommandFailure(.usage, "--\(option): expected a URL (http or https, with a host and without user name), @FILE with one in it\(more).")
        }
        return url
    }

    private static func reason(_ name: String) throws(CommandFailure) -> NoticeReason {
        guard let reason = NoticeReason(rawValue: name) else {
            let names = NoticeReason.allCases.map(\.rawValue)
            let nearest = nearestName(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "--notify-on: expected \(names.joined(separator: ", ")), found '\(name)'.\(nearest)")
        }
        return reason
    }
}
