import LakeFiles
import LakeModel

/// `restlake ai init --agent NAME`: what an AI assistant needs to know of a project that uses restlake, as files in it.
struct AICommand {
    private let agent: AIAgent
    private let isForced: Bool
    private let lake: String?

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let verb = arguments.positional[0]
        guard verb == "init" else {
            let nearest = nearestName(to: verb, in: ["init"]).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "restlake ai: there is no '\(Human.escaped(verb))'.\(nearest) There is init.", "Try: restlake ai --help")
        }
        let names = AIAgent.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = arguments.value("agent") else { throw CommandFailure(.usage, "restlake ai init: --agent says for which assistant: \(names).") }
        guard let agent = AIAgent(rawValue: name) else {
            let nearest = nearestName(to: name, in: AIAgent.allCases.map(\.rawValue)).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "--agent: expected one of \(names), found '\(Human.escaped(name))'.\(nearest)")
        }
        return try AICommand(agent: agent, isForced: arguments.has("force"), lake: arguments.value("lake")).run()
    }

    private func run() throws -> ExitCode {
        var left: [AIFile] = []
        for file in agent.files(lake: lake) {
            let isThere = Disk.exists(file.path)
            guard !isThere || isForced else {
                left.append(file)
                Terminal.out("left     \(file.path), which is there already")
                continue
            }
            if let slash = file.path.lastIndex(of: "/") { try Disk.makeFolders(String(file.path[..<slash])) }
            try Disk.write(Array(file.text.utf8), to: file.path, isNew: !isThere)
            Terminal.out("\(isThere ? "replaced" : "wrote   ") \(file.path): \(file.purpose)")
        }
        if let note = agent.note(lake: lake) { Terminal.out("\n" + note) }
        guard !left.isEmpty else { return .complete }
        Terminal.error("What was there already stayed as it is: \(Human.count(left.count, "file")). --force replaces what is there.")
        return .cannotCreate
    }
}

/// A file of the project.
struct AIFile {
    var path: String
    var purpose: String
    var text: String
}

/// The assistants that are known, and where each looks for what.
enum AIAgent: String, CaseIterable {
    case claude, cursor, codex

    /// - Parameter lake: as on the command line; nil: the usual one.
    func files(lake: String?) -> [AIFile] {
        let data = lake ?? "output"
        switch self {
        case .claude:
            return [
                AIFile(path: "CLAUDE.md", purpose: "the project's rules", text: AITexts.rules),
                AIFile(path: ".claude/skills/restlake-definition/SKILL.md", purpose: "how to write a source definition", text: AITexts.skill),
                AIFile(path: ".claude/settings.json", purpose: "keeps secrets and the lake's data from being read as files", text: AITexts.claudeSettings(data)),
                AIFile(path: ".mcp.json", purpose: "registers restlake mcp", text: AITexts.registration(lake)),
            ]
        case .cursor:
            return [
                AIFile(path: ".cursor/rules/restlake.mdc", purpose: "the project's rules", text: AITexts.cursorRules),
                AIFile(path: ".cursor/rules/restlake-definition.mdc", purpose: "how to write a source definition", text: AITexts.cursorDefinition),
                AIFile(path: ".cursorignore", purpose: "keeps secrets and the lake's data from being read as files", text: AITexts.ignored(data)),
                AIFile(path: ".cursor/mcp.json", purpose: "registers restlake mcp", text: AITexts.registration(lake)),
            ]
        case .codex:
            return [
                AIFile(path: "AGENTS.md", purpose: "the project's rules", text: AITexts.rules),
                AIFile(path: "restlake-definition.md", purpose: "how to write a source definition", text: AITexts.definition),
            ]
        }
    }

    /// What belongs to no file of the project.
    func note(lake: String?) -> String? {
        guard self == .codex else { return nil }
        let words = (["mcp"] + (lake.map { ["--lake", $0] } ?? [])).map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        return """
            Codex knows servers by your own configuration. Add this to ~/.codex/config.toml:

            [mcp_servers.restlake]
            command = "restlake"
            args = [\(words.joined(separator: ", "))]

            It has no list of files that it must not read; AGENTS.md says so in words.
            """
    }
}
