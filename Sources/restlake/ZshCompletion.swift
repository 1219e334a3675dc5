import LakeModel

/// `_arguments` does the work: each option is a specification of its own.
enum ZshCompletion {
    static var text: String {
        """
        #compdef restlake
        # zsh completion of restlake \(restlakeVersion); made by: restlake completions zsh
        _restlake() {
            local curcontext=$curcontext state line
            typeset -A opt_args
            local -a commands
            commands=(
        \(Commands.all.map { "        '\(name($0.name)):\(singleQuoted($0.summary))'" }.joined(separator: "\n"))
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
            rest.append("'1:argument:\(singleQuoted(action))'")
            if spec.takesFiles { rest.append("'*:file:_files'") }
        }
        let all = (options + rest).map { "            " + $0 }
        return "        \(spec.name)) _arguments -s \\\n" + all.joined(separator: " \\\n") + " ;;"
    }

    private static func option(_ option: Option) -> [String] {
        let help = singleQuoted(escaped(option.help))
        let many = option.isList || option.repeats ? "*" : ""
        let value: String
        switch option.values {
        case .none: value = ""
        case .choices: value = ":value:(\(option.choices.joined(separator: " ")))"
        case .folders: value = ":folder:_files -/"
        case .files: value = ":file:_files"
        case .anything: value = ":\(singleQuoted(name(option.value ?? "value"))): "
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
