import LakeModel

enum Shell: String, CaseIterable { case bash, zsh, fish }

/// `restlake completions SHELL`: made of the same table as the helps.
enum CompletionsCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let name = arguments.positional[0], names = Shell.allCases.map(\.rawValue)
        guard let shell = Shell(rawValue: name) else {
            let nearest = nearestName(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "expected \(names.joined(separator: ", ")), found '\(Human.escaped(name))'.\(nearest)")
        }
        switch shell {
        case .bash: Terminal.write(BashCompletion.text, to: 1)
        case .zsh: Terminal.write(ZshCompletion.text, to: 1)
        case .fish: Terminal.write(FishCompletion.text, to: 1)
        }
        return .complete
    }
}

extension Option {
    enum Values { case none, choices, folders, files, anything }

    /// What a shell completes behind it.
    var values: Values {
        guard let value else { return .none }
        if !choices.isEmpty { return .choices }
        if value == "DIR" { return .folders }
        return value.hasSuffix("FILE") || value == "PATH" ? .files : .anything
    }
}

extension CommandSpec {
    /// All commands take this one.
    static let helpOption = Option(name: "help", short: "h", help: "tell what the command does")
    var allOptions: [Option] { options + [Self.helpOption] }
}

/// The text between single quotes of a shell.
func singleQuoted(_ text: String) -> String { text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") }
