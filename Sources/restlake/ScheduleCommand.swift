import Glibc
import LakeFiles
import LakeModel
import LakeSchedule

/// `restlake schedule KIND -- export SOURCE …`
struct ScheduleCommand {
    private let arguments: Arguments
    private let scheduler: Scheduler
    private let export: Arguments
    private let access: SourceAccess
    private let name: String

    static func run(_ arguments: Arguments) throws -> ExitCode { try ScheduleCommand(arguments).run() }

    /// The command line without its `--`, which nobody types: all from `export` on is that of the export.
    static func separated(_ words: [String]) -> [String] {
        guard !words.contains("--"), let place = words.firstIndex(where: { $0 == "export" || $0 == "restlake" }) else { return words }
        return Array(words[..<place]) + ["--"] + Array(words[place...])
    }

    private init(_ arguments: Arguments) throws {
        self.arguments = arguments
        let names = Scheduler.allCases.map(\.rawValue)
        guard let scheduler = Scheduler(rawValue: arguments.positional[0]) else {
            let nearest = nearestName(to: arguments.positional[0], in: names).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "expected \(names.joined(separator: ", ")), found '\(Human.escaped(arguments.positional[0]))'.\(nearest)")
        }
        self.scheduler = scheduler
        var words = arguments.positional.dropFirst()
        if words.first == "restlake" { words.removeFirst() }
        guard words.first == "export" else {
            throw CommandFailure(.usage, "expected the command line of an export, as in: restlake schedule \(scheduler.rawValue) export thena --lake /srv/lake")
        }
        export = try Arguments(words.dropFirst(), Commands.export)
        for option in ["plan", "load-id"] where export.has(option) { throw CommandFailure(.usage, "--\(option) is nothing for every night.") }
        if export.has("run-id") {
            throw CommandFailure(.usage, "--run-id would be the same every night, and a run id that is committed changes nothing. Leave it out"
                + (scheduler == .airflow ? ": the DAG gives each run the id that Airflow has for it." : "."))
        }
        _ = try NightOptions(export, isHere: false)
        // A file that it names may be on another machine.
        try ExportCommand.check(export.leavingOut("ca-file"))
        access = try SourceAccess(export)
        name = try Self.name(arguments) ?? "restlake-" + access.dataset
    }

    private static func name(_ arguments: Arguments) throws(CommandFailure) -> String? {
        guard let name = arguments.value("name") else { return nil }
        let isPlain = name.utf8.allSatisfy { ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95 }
        guard isPlain, let first = name.utf8.first, first | 32 >= 97, name.utf8.count <= 60 else {
            throw CommandFailure(.usage, "--name: expected up to 60 letters, digits, '-' and '_', a letter first, found '\(Human.escaped(name))'.")
        }
        return name
    }

    private func run() throws -> ExitCode {
        warnOfSecrets()
        let files: [ScheduledFile]
        let scheduled = try scheduled()
        do throws(ScheduleFault) { files = try scheduled.files(for: scheduler) } catch {
            switch error {
            case .unsayable(let word, let scheduler):
                throw CommandFailure(.usage, "A file for \(scheduler.rawValue) cannot hold '\(Human.escaped(word))': it has a line break or another control character in it.")
            }
        }
        if let folder = arguments.value("out") { return try write(files, folder) }
        for (i, file) in files.enumerated() {
            if files.count > 1 { Terminal.out("\(i > 0 ? "\n" : "")# \(file.place)") }
            Terminal.write(file.text, to: 1)
        }
        return .complete
    }

    private func write(_ files: [ScheduledFile], _ folder: String) throws -> ExitCode {
        try Disk.makeFolders(folder)
        for file in files where Disk.exists(folder + "/" + file.name) {
            throw CommandFailure(.cannotCreate, "'\(folder)/\(file.name)' is there already. Choose another folder with --out, or remove it.")
        }
        for file in files {
            try Disk.write(Array(file.text.utf8), to: folder + "/" + file.name, isNew: true)
            Terminal.error("Written to \(folder)/\(file.name). It belongs to: \(file.place)")
        }
        return .complete
    }

    /// A unit is no place for a secret: others read it.
    private func warnOfSecrets() {
        let urls = (export.list("notify") ?? []) + (export.list("ping") ?? [])
        guard urls.contains(where: { !$0.hasPrefix("@") && !$0.hasPrefix("command:") }) else { return }
        Terminal.error("Warning: the URL of --notify or --ping stands in the file for all who can read it. If it is a secret, put it into a file "
            + "and give @FILE in its place.")
    }

    private func scheduled() throws -> ScheduledExport {
        let time = try self.time()
        let source = export.positional[0]
        let isFile = SourceLookup.isFile(source)
        let lake = try self.lake()
        let definition = isFile ? (scheduler == .kubernetes ? "/etc/restlake/" + (source.split(separator: "/").last.map(String.init) ?? source) : path(source)) : nil
        let words = export.setting("lake", lake).words(Commands.export) { option, value in
            switch option {
            case nil: definition ?? value
            case "ca-file", "metrics-file", "openlineage": path(value)
            case "notify", "ping": value.hasPrefix("@") ? "@" + path(String(value.dropFirst())) : value
            case "secret": secretFile(value)
            default: value
            }
        }
        let written = ["metrics-file", "openlineage"].compactMap { export.value($0) }.map { folder(of: path($0)) }
        return ScheduledExport(
            name: name, program: try program(), words: words, hour: time.hour, minute: time.minute, secrets: secrets, lake: lake,
            writtenFolders: written, definition: definition, definitionHere: isFile ? source : nil, user: arguments.value("user") ?? "restlake",
            image: arguments.value("image") ?? "restlake:\(restlakeVersion)")
    }

    /// What no option of the export says where to find.
    private var secrets: [ScheduledExport.Secret] {
        guard !access.isSandbox, !export.has("secret-command") else { return [] }
        let given = (export.list("secret") ?? []).compactMap { $0.split(separator: "=").first.map(String.init) }
        return access.secretNames.filter { !given.contains($0) }.map { secret in
            let owner = access.source.name
            let variable = "RESTLAKE_\(owner)_\(secret)".uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
            return ScheduledExport.Secret(name: secret, credential: "\(owner)_\(secret)", variable: String(variable))
        }
    }

    /// Schedulers of this machine start in another folder.
    private func path(_ path: String) -> String { scheduler.isLocal ? (try? LakeLocation.absolute(path)) ?? path : path }

    private func secretFile(_ value: String) -> String {
        let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[1].hasPrefix("@") else { return value }
        return parts[0] + "=@" + path(String(parts[1].dropFirst()))
    }

    private func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func lake() throws(CommandFailure) -> String {
        if scheduler.isLocal { return try LakeLocation(export).lake }
        if scheduler == .kubernetes, let lake = export.value("lake"), !lake.hasPrefix("/") {
            throw CommandFailure(.usage, "--lake: expected an absolute path, where the container has its volume, found '\(lake)'.")
        }
        return export.value("lake") ?? (scheduler == .githubActions ? "lake" : "/lake")
    }

    private func program() throws(CommandFailure) -> String {
        if let program = arguments.value("program") { return scheduler.isLocal && program.contains("/") ? try LakeLocation.absolute(program) : program }
        guard scheduler.isLocal else { return "restlake" }
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return "restlake" }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func time() throws(CommandFailure) -> (hour: Int, minute: Int) {
        let text = arguments.value("at") ?? "02:00"
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count <= 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
              let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60 else {
            throw CommandFailure(.usage, "--at: expected a time of day such as 02:00, found '\(Human.escaped(text))'.")
        }
        return (hour, minute)
    }
}
