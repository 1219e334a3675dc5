import Glibc
import LakeFiles
import LakeSource

/// Looks secrets up, in this order: a file named on the command line, the environment (dataset before source), the
/// credentials of systemd and of containers, `secrets.toml`. Never a value on the command line: `ps` shows it.
struct Secrets {
    let dataset: String
    let source: String
    /// From `--secret name=@file`.
    let files: [String: String]
    /// From `--secret-command`: asked last, but for the one that a secrets file names.
    let command: String?
    /// Asked while a secret command runs: whether the run is to end.
    var isCancelled: () -> Bool = { false }

    struct Found {
        var value: String
        var warning: String?
    }

    func find(_ name: String) throws(CommandFailure) -> Found {
        var tried: [String] = []
        if let path = files[name] {
            let value = try read(path)
            guard !value.isEmpty else { throw CommandFailure(.configuration, "The secret file '\(path)' is empty.") }
            return Found(value: value)
        }
        tried.append("--secret \(name)=@FILE")
        for variable in variables(name) {
            if let value = Terminal.setEnvironment(variable) { return Found(value: value) }
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
        let asked: String? = if let command { command } else { try commandOfUser() }
        if let asked { return Found(value: try SecretCommand(command: asked, source: source, isCancelled: isCancelled).ask(for: name)) }
        tried.append("--secret-command, or secret_command in the user's own secrets file")
        throw CommandFailure(
            .configuration,
            lines: ["The secret '\(name)' is missing. Looked for it, in this order:"] + tried.map { "  - " + $0 }
                + [BuiltInSources.names.contains(source)
                    ? "Set one of them, or try the built-in sandbox, which needs no account: restlake export \(source) --sandbox"
                    : "Set one of them."])
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
        let folders = [Terminal.setEnvironment("CREDENTIALS_DIRECTORY"), "/run/secrets"].compactMap { $0 }
        return folders.flatMap { ["\($0)/\(source)_\(name)", "\($0)/\(name)"] }
    }

    private var tomlFiles: [String] { Self.tomlFiles }

    /// Secrets files, those of the working folder first.
    static var tomlFiles: [String] { [".restlake/secrets.toml", ".dlt/secrets.toml"] + [fileOfUser].compactMap { $0 } }

    private static var fileOfUser: String? {
        let home = Terminal.setEnvironment("XDG_CONFIG_HOME") ?? Terminal.setEnvironment("HOME").map { $0 + "/.config" }
        return home.map { $0 + "/restlake/secrets.toml" }
    }

    /// `secret_command` of the one secrets file that is the user's own. A file in the working folder may be somebody
    /// else's, and so may one that others can write.
    private func commandOfUser() throws(CommandFailure) -> String? {
        guard let path = Self.fileOfUser, let command = try table(path)?["secret_command"], !command.isEmpty else { return nil }
        var info = stat()
        guard stat(path, &info) == 0, info.st_uid == geteuid(), info.st_mode & 0o022 == 0 else {
            throw CommandFailure(.configuration, "\(path) names a secret_command, but others can change that file. Make it private: "
                + "chmod 600 \(path)")
        }
        return command
    }

    /// At most 64 KiB, of whatever is there: a pipe has no size. The line's end is no part of a secret.
    private func read(_ path: String) throws(CommandFailure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let n = Glibc.read(file, &block, block.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw unreadable(path) }
            if n == 0 { break }
            bytes += block.prefix(n)
            guard bytes.count <= Self.mostBytes else {
                throw CommandFailure(.configuration, "The secret file '\(path)' has more than \(Self.mostBytes) bytes, so it is none.")
            }
        }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let mostBytes = 64 << 10

    private func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(.configuration, "The secret file '\(path)' cannot be read: \(String(cString: strerror(errno))).")
    }

    /// The values of a secrets file; nil where there is none.
    private func table(_ path: String) throws(CommandFailure) -> [String: String]? {
        guard Disk.exists(path) else { return nil }
        let text = try read(path)
        do { return try SecretsTOML.read(text) } catch {
            throw CommandFailure(.configuration, "\(path), line \(error.line): expected \(error.expected).")
        }
    }

    private func lookUp(_ name: String, _ path: String) throws(CommandFailure) -> Found? {
        guard let toml = try table(path) else { return nil }
        let places = ["sources.\(dataset)", "sources.\(source)_source", "sources.\(source)", "sources"].map { $0 + "." + name } + [name]
        guard let value = places.lazy.compactMap({ toml[$0] }).first(where: { !$0.isEmpty }) else { return nil }
        var info = stat()
        let isOpen = stat(path, &info) == 0 && info.st_mode & 0o044 != 0
        return Found(value: value, warning: isOpen ? "\(path) can be read by other users; make it private: chmod 600 \(path)" : nil)
    }
}
