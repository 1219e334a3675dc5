import Glibc
import LakeFiles
import LakeModel

/// Looks secrets up, in this order: a file named on the command line, the environment (dataset before source), the
/// credentials of systemd and of containers, `secrets.toml`. Never a value on the command line: `ps` shows it.
struct Secrets {
    let dataset: String
    let source: String
    /// From `--secret name=@file`.
    let files: [String: String]

    struct Found {
        var value: String
        var warning: String?
    }

    func find(_ name: String) throws(CommandFailure) -> Found {
        var tried: [String] = []
        if let path = files[name] { return Found(value: try read(path)) }
        tried.append("--secret \(name)=@FILE")
        for variable in variables(name) {
            if let value = Terminal.environment(variable), !value.isEmpty { return Found(value: value) }
            tried.append("environment variable \(variable)")
        }
        for path in credentialFiles(name) {
            if let value = try? read(path), !value.isEmpty { return Found(value: value) }
            tried.append(path)
        }
        for path in tomlFiles {
            if let found = try lookUp(name, path) { return found }
            tried.append("\(path) ([sources.\(source)_source] or [sources.\(source)], \(name))")
        }
        throw CommandFailure(
            .configuration,
            lines: ["The secret '\(name)' is missing. Looked for it, in this order:"] + tried.map { "  - " + $0 }
                + ["Set one of them, or try the built-in sandbox, which needs no account: restlake export \(source) --sandbox"])
    }

    private func variables(_ name: String) -> [String] {
        var names: [String] = []
        for owner in [dataset, source] {
            names.append("RESTLAKE_\(owner)_\(name)")
            names.append("SOURCES__\(owner)__\(name)")
            names.append("SOURCES__\(owner)_SOURCE__\(name)")
        }
        var seen: Set<String> = []
        return names.map { String($0.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) }
            .filter { seen.insert($0).inserted }
    }

    private func credentialFiles(_ name: String) -> [String] {
        let folders = [Terminal.environment("CREDENTIALS_DIRECTORY"), "/run/secrets"].compactMap { $0 }
        return folders.flatMap { ["\($0)/\(source)_\(name)", "\($0)/\(name)"] }
    }

    private var tomlFiles: [String] {
        let home = Terminal.environment("XDG_CONFIG_HOME") ?? Terminal.environment("HOME").map { $0 + "/.config" }
        return [".restlake/secrets.toml", ".dlt/secrets.toml"] + (home.map { [$0 + "/restlake/secrets.toml"] } ?? [])
    }

    private func read(_ path: String) throws(CommandFailure) -> String {
        do {
            guard let bytes = try Disk.read(path) else { throw CommandFailure(.configuration, "The secret file '\(path)' does not exist.") }
            var text = bytes.text(0..<bytes.count)
            while text.last?.isNewline == true { text.removeLast() }
            return text
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.configuration, "The secret file '\(path)' cannot be read.")
        }
    }

    private func lookUp(_ name: String, _ path: String) throws(CommandFailure) -> Found? {
        guard Disk.exists(path) else { return nil }
        let toml: [String: String]
        do { toml = try SecretsTOML.read(try read(path)) } catch let fault as SecretsTOML.Fault {
            throw CommandFailure(.configuration, "\(path), line \(fault.line): expected \(fault.expected).")
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            return nil
        }
        let places = ["sources.\(dataset)", "sources.\(source)_source", "sources.\(source)", "sources"].map { $0 + "." + name } + [name]
        guard let value = places.lazy.compactMap({ toml[$0] }).first else { return nil }
        var info = stat()
        let isOpen = stat(path, &info) == 0 && info.st_mode & 0o044 != 0
        return Found(value: value, warning: isOpen ? "\(path) can be read by other users; make it private: chmod 600 \(path)" : nil)
    }
}

/// The part of TOML that secrets files use: tables, and keys with texts.
enum SecretsTOML {
    struct Fault: Error {
        var line: Int
        var expected: String
    }

    /// Values by their dotted path.
    static func read(_ text: String) throws(Fault) -> [String: String] {
        var values: [String: String] = [:]
        var table = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = trimmed(line)
            if line.isEmpty || line.first == "#" { continue }
            if line.first == "[" {
                guard let end = line.lastIndex(of: "]"), !line.hasPrefix("[[") else { throw Fault(line: index + 1, expected: "a table such as [sources.thena]") }
                table = path(line[line.index(after: line.startIndex)..<end])
                continue
            }
            guard let sign = line.firstIndex(of: "=") else { throw Fault(line: index + 1, expected: "key = \"value\"") }
            let key = path(line[..<sign])
            guard let value = value(trimmed(line[line.index(after: sign)...])) else { throw Fault(line: index + 1, expected: "a text in quotes") }
            values[table.isEmpty ? key : table + "." + key] = value
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }

    private static func path(_ text: Substring) -> String {
        text.split(separator: ".").map { part in String(trimmed(part).filter { $0 != "\"" && $0 != "'" }) }.joined(separator: ".")
    }

    /// A text in single or double quotes, or a bare number or boolean.
    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first else { return nil }
        if quote == "'" {
            let rest = text.dropFirst()
            return rest.firstIndex(of: "'").map { String(rest[..<$0]) }
        }
        guard quote == "\"" else { return String(trimmed(text.prefix { $0 != "#" })) }
        var out = ""
        var rest = text.dropFirst()
        while let c = rest.popFirst() {
            if c == "\"" { return out }
            if c == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                switch escaped {
                case "n": out.append("\n")
                case "t": out.append("\t")
                default: out.append(escaped)
                }
            } else {
                out.append(c)
            }
        }
        return nil
    }
}
