import LakeModel

/// One function; `compgen` does the matching.
enum BashCompletion {
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
            case .choices: action = "mapfile -t COMPREPLY < <(compgen -W '\(option.choices.map(singleQuoted).joined(separator: " "))' -- \"$word\")"
            case .folders: action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$word\")"
            case .files: action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"
            case .anything: action = ":"
            }
            return "    \(pattern)) \(action); return ;;"
        }
    }

    private static func options(_ spec: CommandSpec) -> String {
        let names = spec.allOptions.flatMap { option in (option.short.map { ["-" + $0] } ?? []) + ["--" + option.name] }
        return "    \(spec.name)) options='\(names.joined(separator: " "))' choices='\(spec.choices.map(singleQuoted).joined(separator: " "))'"
            + "\(spec.takesFiles ? " files=1" : "") ;;"
    }
}
