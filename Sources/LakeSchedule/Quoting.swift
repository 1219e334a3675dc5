import LakeJSON

// One word, in the languages that the files are written in.

enum Quoting {
    /// POSIX shell.
    static func shell(_ word: String) -> String {
        isPlain(word) ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// systemd's `ExecStart=`: C-style quotes, `%` a specifier, `$` a variable (systemd.service(5), "Command lines").
    static func systemd(_ word: String) -> String {
        if isPlain(word) { return word }
        var out = ""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "%": out += "%%"
            case "$": out += "$$"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    out += "\\x" + hex(scalar.value)
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return "\"" + out + "\""
    }

    /// The value of another setting of systemd's, such as a path: specifiers are read there, quotes around the whole too.
    static func systemdPath(_ path: String) -> String {
        let escaped = systemd(path).split(separator: "$$", omittingEmptySubsequences: false).joined(separator: "$")
        return isPlain(path) ? path : escaped
    }

    /// The shell's word in a crontab, where `%` ends the command and a backslash before it keeps it (crontab(5)). Cron looks
    /// at no quotes, so each percent sign stands alone between them: no backslash of the word itself can touch it.
    static func cron(_ word: String) -> String {
        if isPlain(word) { return word }
        return shell(word).split(separator: "%", omittingEmptySubsequences: false).joined(separator: "'\\%'")
    }

    /// A double-quoted scalar of YAML 1.2, of which every JSON text is one.
    static func yaml(_ text: String) -> String { JSONValue.string(text).text(pretty: false) }

    /// The same of a container's argument: Kubernetes replaces `$(NAME)`, and `$$` is a dollar sign.
    static func kubernetes(_ word: String) -> String { yaml(word.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")) }

    /// The shell's word in a workflow, where `${{ … }}` is replaced before any shell sees it.
    static func workflow(_ word: String) -> String {
        shell(word).split(separator: "${{", omittingEmptySubsequences: false).map(String.init).joined(separator: "$''{{")
    }

    /// A text of Python.
    static func python(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    out += "\\x" + hex(scalar.value)
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return "\"" + out + "\""
    }

    private static func hex(_ value: UInt32) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }

    /// Means itself in every one of them.
    static func isPlain(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || "_-./=+:,@".utf8.contains($0) }
    }
}
