import LakeModel

/// One `complete` a command, and one for each of its options.
enum FishCompletion {
    static var text: String {
        var lines = ["# fish completion of restlake \(restlakeVersion); made by: restlake completions fish", "complete -c restlake -f"]
        for spec in Commands.all {
            lines.append("complete -c restlake -n __fish_use_subcommand -a \(spec.name) -d '\(escaped(spec.summary))'")
        }
        for spec in Commands.all {
            let only = "complete -c restlake -n '__fish_seen_subcommand_from \(spec.name)'"
            if !spec.choices.isEmpty { lines.append("\(only) -a '\(spec.choices.joined(separator: " "))'") }
            if spec.takesFiles { lines.append("\(only) -F") }
            for option in spec.allOptions {
                let short = option.short.map { " -s \($0)" } ?? ""
                lines.append("\(only) -l \(option.name)\(short)\(value(option)) -d '\(escaped(option.help))'")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func value(_ option: Option) -> String {
        switch option.values {
        case .none: ""
        case .choices: " -x -a '\(option.choices.joined(separator: " "))'"
        case .folders: " -x -a '(__fish_complete_directories)'"
        case .files: " -r -F"
        case .anything: " -x"
        }
    }

    /// Between single quotes fish takes a backslash before a quote and before a backslash.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
