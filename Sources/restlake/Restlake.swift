import Glibc
import LakeFetch
import LakeModel

/// argv in, exit code out.
@main
enum Restlake {
    static func main() {
        Terminal.holdStandardFiles()
        ProcessLimits.raiseOpenFiles()
        ProcessLimits.giveLargeBlocksBack()
        signal(SIGPIPE, SIG_IGN)  // Whoever reads the output may go; the load goes on.
        signal(SIGXFSZ, SIG_IGN)  // A file past its limit is a fault of the disk, told as one, and no sudden end.
        let code = run(Array(CommandLine.arguments.dropFirst()))
        exit(code.rawValue)
    }

    private static func run(_ words: [String]) -> ExitCode {
        do {
            let code = try dispatch(words)
            // What an export has committed stays committed, whoever could not be told.
            guard code == .complete, !["export", "replay"].contains(words.first), words.prefix(2) != ["quarantine", "replay"], Terminal.outFailed.look({ $0 }) else { return code }
            throw CommandFailure(.inputOutput, "The result could not be written to stdout.")
        } catch {
            let failure = commandFailure(of: error)
            Log.fail(failure)
            return failure.code
        }
    }

    private static func dispatch(_ words: [String]) throws -> ExitCode {
        guard let name = words.first else {
            Terminal.error(Commands.help)
            return .usage
        }
        if name == "--version" || name == "version" {
            Terminal.out("restlake \(restlakeVersion)")
            return .complete
        }
        if name == "--help" || name == "-h" || name == "help" {
            return try help(words.dropFirst().first)
        }
        guard let spec = Commands.all.first(where: { $0.name == name }) else { throw unknown(name) }
        if words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
            Terminal.help(spec.help)
            return .complete
        }
        let arguments = try Arguments(name == "schedule" ? ScheduleCommand.separated(words).dropFirst() : words.dropFirst(), spec)
        switch name {
        case "export": return try ExportCommand.run(arguments)
        case "init": return try InitCommand.run(arguments)
        case "check": return try CheckCommand.run(arguments)
        case "preview": return try PreviewCommand.run(arguments)
        case "sources": return try SourcesCommand.run(arguments)
        case "loads": return try LoadsCommand.run(arguments)
        case "schema": return try SchemaCommand.run(arguments)
        case "state": return try StateCommand.run(arguments)
        case "quarantine": return try QuarantineCommand.run(arguments)
        case "replay": return try ReplayCommand.run(arguments)
        case "verify": return try VerifyCommand.run(arguments)
        case "expire": return try ExpireCommand.run(arguments)
        case "publish": return try PublishCommand.run(arguments)
        case "handoff": return try HandoffCommand.run(arguments)
        case "push": return try PushCommand.run(arguments)
        case "query": return try QueryCommand.run(arguments)
        case "mcp": return try MCPCommand.run(arguments)
        case "ai": return try AICommand.run(arguments)
        case "schedule": return try ScheduleCommand.run(arguments)
        case "completions": return try CompletionsCommand.run(arguments)
        case "man":
            Terminal.write(ManPage.text, to: 1)
            return .complete
        case "report": return try ReportCommand.run(arguments)
        case "notebook": return try NotebookCommand.run(arguments)
        default: return try RecoverCommand.run(arguments)
        }
    }

    private static func help(_ name: String?) throws -> ExitCode {
        guard let name else {
            Terminal.help(Commands.help)
            return .complete
        }
        guard let spec = Commands.all.first(where: { $0.name == name }) else { throw unknown(name) }
        Terminal.help(spec.help)
        return .complete
    }

    private static func unknown(_ name: String) -> CommandFailure {
        let nearest = nearestName(to: name, in: Commands.all.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
        return CommandFailure(.usage, "There is no command '\(name)'.\(nearest) Commands: \(Commands.all.map(\.name).joined(separator: ", ")).",
                              "Try: restlake --help")
    }
}
