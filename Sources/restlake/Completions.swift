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
private func quoted(_ text: String) -> String { text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") }

private enum BashCompletion {
    static var text: String {
        """
        # bash completion of restlake \(restlakeVersion); made by: restlake completions bash
        # shellcheck shell=bash
        _restlake() {
            local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' options='' choices='' files='' place
            # --option=value comes in three words.
            if [[ $previous == '=' ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            elif [[ $word == '=' ]]; then
                word=''
            fi
            for ((place = 1; place < COMP_CWORD; place++)); do
                if [[ ${COMP_WORDS[place]} != -* ]]; then
                    command=${COMP_WORDS[place]}
                    break
                fi
            done
            COMPREPLY=()
            if [[ -z $command ]]; then
                mapfile -t COMPREPLY < <(compgen -W '\(Commands.all.map(\.name).joined(separator: " ")) help version --help --version' -- "$word")
                return
            fi
            case "$command $previous" in
        \(Commands.all.flatMap(values).joined(separator: "\n"))
            esac
            case $command in
        \(Commands.all.map(options).joined(separator: "\n"))
            help) choices='\(Commands.all.map(\.name).joined(separator: " "))' ;;
            esac
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
                return
            fi
            if ((COMP_CWORD == place + 1)); then mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word"); fi
            if [[ -n $files ]]; then
                compopt -o filenames 2>/dev/null
                mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
            fi
        }
        complete -F _restlake restlake

        """
    }

    /// What follows an option that takes a value.
    private static func values(_ spec: CommandSpec) -> [String] {
        spec.options.compactMap { option in
            let names = ["--" + option.name] + (option.short.map { ["-" + $0] } ?? [])
            let pattern = names.map { "'\(spec.name) \($0)'" }.joined(separator: " | ")
            let action: String
            switch option.values {
            case .none: return nil
            case .choices: action = "mapfile -t COMPREPLY < <(compgen -W '\(option.choices.map(quoted).joined(separator: " "))' -- \"$word\")"
            case .folders: action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$word\")"
            case .files: action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"
            case .anything: action = ":"
            }
            return "    \(pattern)) \(action); return ;;"
        }
    }

    private static func options(_ spec: CommandSpec) -> String {
        let names = spec.allOptions.flatMap { option in (option.short.map { ["-" + $0] } ?? []) + ["--" + option.name] }
        return "    \(spec.name)) options='\(names.joined(separator: " "))' choices='\(spec.choices.map(quoted).joined(separator: " "))'"
            + "\(spec.takesFiles ? " files=1" : "") ;;"
    }
}

private enum ZshCompletion {
    static var text: String {
        """
        #compdef restlake
        # zsh completion of restlake \(restlakeVersion); made by: restlake completions zsh
        _restlake() {
            local curcontext=$curcontext state line
            typeset -A opt_args
            local -a commands
            commands=(
        \(Commands.all.map { "        '\(name($0.name)):\(quoted($0.summary))'" }.joined(separator: "\n"))
            )
            _arguments -C '1:command:->command' '*::argument:->argument'
            case $state in
            command) _describe command commands ;;
            argument)
                case $line[1] in
        \(Commands.all.map(arguments).joined(separator: "\n"))
                esac
                ;;
            esac
        }
        if [[ $funcstack[1] == _restlake ]]; then _restlake "$@"; else compdef _restlake restlake; fi

        """
    }

    private static func name(_ text: String) -> String { text.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:") }

    private static func arguments(_ spec: CommandSpec) -> String {
        let options = spec.allOptions.flatMap(option)
        var rest: [String] = []
        if !spec.choices.isEmpty || spec.takesFiles {
            let words = spec.choices.joined(separator: " ")
            let action = spec.takesFiles ? "{_alternative 'words:word:(\(words))' 'files:file:_files'}" : "(\(words))"
            // Inside of quotes of the shell the action needs its own escaped.
            rest.append("'1:argument:\(quoted(action))'")
            if spec.takesFiles { rest.append("'*:file:_files'") }
        }
        let all = (options + rest).map { "            " + $0 }
        return "        \(spec.name)) _arguments -s \\\n" + all.joined(separator: " \\\n") + " ;;"
    }

    private static func option(_ option: Option) -> [String] {
        let help = quoted(escaped(option.help))
        let many = option.isList || option.repeats ? "*" : ""
        let value: String
        switch option.values {
        case .none: value = ""
        case .choices: value = ":value:(\(option.choices.joined(separator: " ")))"
        case .folders: value = ":folder:_files -/"
        case .files: value = ":file:_files"
        case .anything: value = ":\(quoted(name(option.value ?? "value"))): "
        }
        let long = "'\(many)--\(option.name)\(option.value == nil ? "" : "=")[\(help)]\(value)\(option.isPair ? ":value: " : "")'"
        return [long] + (option.short.map { ["'\(many)-\($0)[\(help)]\(value)'"] } ?? [])
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            if "[]\\".contains(character) { out += "\\" }
            out.append(character)
        }
        return out
    }
}

private enum FishCompletion {
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
