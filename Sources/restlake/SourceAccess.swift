import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSandbox
import LakeSource
import LakeThreads

/// What every command that asks an API takes from the command line: the source, the resources, the secrets, the manners.
struct SourceAccess {
    let arguments: Arguments
    let source: Source
    let resources: [Resource]
    let dataset: String
    let isSandbox: Bool
    /// What is not wrong, but worth a word.
    let warnings: [String]

    /// The way to the API, for as long as it is held: a sandbox ends with it.
    final class Opened {
        let source: Source
        let baseURL: String
        let secrets: SecretValues
        let sandbox: Sandbox?

        init(source: Source, baseURL: String, secrets: SecretValues, sandbox: Sandbox? = nil) {
            self.source = source
            self.baseURL = baseURL
            self.secrets = secrets
            self.sandbox = sandbox
        }

        deinit { sandbox?.stop() }
    }

    init(_ arguments: Arguments) throws(CommandFailure) {
        self.arguments = arguments
        isSandbox = arguments.has("sandbox")
        if !isSandbox {
            for name in ["sandbox-requests", "sandbox-users", "sandbox-day", "sandbox-seed", "sandbox-delay"] where arguments.has(name) {
                throw CommandFailure(.usage, "--\(name) goes with --sandbox.")
            }
        }
        let read = try SourceLookup.source(arguments.positional[0])
        source = read.source
        warnings = read.warnings
        resources = try SourceLookup.resources(source, arguments, all: isSandbox)
        dataset = try Self.datasetName(arguments, source, isSandbox)
    }

    /// For a source that stands in no file yet.
    init(_ arguments: Arguments, source: Source) throws(CommandFailure) {
        self.arguments = arguments
        self.source = source
        isSandbox = false
        warnings = []
        resources = source.resources
        dataset = try Self.datasetName(arguments, source, false)
    }

    private static func datasetName(_ arguments: Arguments, _ source: Source, _ isSandbox: Bool) throws(CommandFailure) -> String {
        let name = arguments.value("dataset") ?? source.name + (isSandbox ? "_sandbox" : "")
        let isPlain = name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 95 || $0 == 45 }
        guard isPlain, let first = name.utf8.first, first != 95, first != 45, name.utf8.count <= 100 else {
            throw CommandFailure(.usage, "--dataset: expected a name of letters, digits, '_' and '-' that begins with a letter or digit, "
                + "found '\(name)'.")
        }
        return name
    }

    /// Finds the secrets, or starts the sandbox.
    /// - Parameter day: the sandbox's, where the command line names none.
    func open(day: () throws -> Int = { 1 }, _ cancellation: Cancellation, warn: (String) -> Void) throws -> Opened {
        guard isSandbox else { return try openAPI(cancellation, warn) }
        let sandbox = try startSandbox(day)
        // The sandbox asks for a token of its own, whatever the definition says, and its data is nobody's.
        var source = source
        source.client.requestsPerMinute = nil
        source.client.headers = []
        source.hashKey = source.hashKey.map { _ in .literal("sandbox") }
        if source.name == Self.platform {
            source.client.auth = .apiKey(name: "x-api-key", key: .literal(sandbox.options.apiKey), location: .header)
            return Opened(source: source, baseURL: sandbox.platformBaseURL ?? "", secrets: SecretValues([:]), sandbox: sandbox)
        }
        source.client.auth = .bearer(token: .literal(sandbox.options.bearerToken))
        return Opened(source: source, baseURL: sandbox.baseURL ?? "", secrets: SecretValues([:]), sandbox: sandbox)
    }

    /// The origin of data that came from a sandbox, wherever it listened.
    static let sandboxOrigin = "sandbox"

    /// The source whose API the sandbox has beside that of `thena`.
    private static let platform = "thena_platform"

    private func openAPI(_ cancellation: Cancellation, _ warn: (String) -> Void) throws -> Opened {
        try checkSecretsOnTheirWay()
        if source.client.auth != nil, source.client.headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            throw CommandFailure(.configuration, "client.headers has an 'Authorization' beside client.auth. Keep one of them.")
        }
        return Opened(source: source, baseURL: source.client.baseURL, secrets: try findSecrets(secretNames, cancellation, warn))
    }

    /// Looks the values of secrets up, wherever they may be.
    func findSecrets(_ names: [String], _ cancellation: Cancellation, _ warn: (String) -> Void) throws -> SecretValues {
        let finder = Secrets(
            dataset: dataset, source: source.name, files: try secretFiles(for: names), command: arguments.value("secret-command"),
            isCancelled: { cancellation.cause != nil })
        var values: [SecretReference: String] = [:]
        var told: Set<String> = []
        for name in names {
            let found: Secrets.Found
            do { found = try finder.find(name) } catch {
                if case .signal(let number)? = cancellation.cause { throw ExportFault.cancelled(number) }
                throw error
            }
            if let warning = found.warning, told.insert(warning).inserted { warn(warning) }
            values[.named(name)] = found.value
        }
        return SecretValues(values)
    }

    /// The secrets that exporting the resources needs, each once.
    var secretNames: [String] {
        source.secrets(of: resources).compactMap { if case .named(let name) = $0 { name } else { nil } }
    }

    /// Plain http carries nothing that is or looks like a secret away from this machine.
    private func checkSecretsOnTheirWay() throws(CommandFailure) {
        guard let origin = try? Origin(url: source.client.baseURL), origin.scheme == .http, !origin.isLoopback else { return }
        let sent = source.client.headers + resources.flatMap { $0.request.headers + $0.request.params }
        let hasAuth = source.client.auth != nil || resources.contains { $0.auth != nil }
        guard hasAuth || sent.contains(where: { $0.secret != nil || looksLikeSecret($0.name) }) else { return }
        throw CommandFailure(
            .configuration, "client.base_url is plain http, so a secret could be read on its way. Use https; "
                + "plain http with a secret works on this machine only.")
    }

    private func secretFiles(for names: [String]) throws(CommandFailure) -> [String: String] {
        var files: [String: String] = [:]
        for text in arguments.list("secret") ?? [] {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].hasPrefix("@"), parts[1].count > 1 else {
                throw CommandFailure(.usage, "--secret: expected NAME=@FILE. "
                    + "A value itself is never taken from the command line, where others can see it.")
            }
            guard names.contains(parts[0]) else {
                let takes = names.isEmpty ? "no secret" : "only \(names.map { "'\($0)'" }.joined(separator: ", "))"
                throw CommandFailure(.usage, "--secret: the source '\(source.name)' takes \(takes), found '\(parts[0])'.")
            }
            files[parts[0]] = String(parts[1].dropFirst())
        }
        return files
    }

    private func startSandbox(_ day: () throws -> Int) throws -> Sandbox {
        var options = SandboxOptions()
        options.requests = try arguments.number("sandbox-requests", in: 0...100_000_000) ?? options.requests
        options.users = try arguments.number("sandbox-users", in: 0...100_000) ?? options.users
        options.delayMilliseconds = try arguments.number("sandbox-delay", in: 0...60_000) ?? 0
        options.seed = UInt64(try arguments.number("sandbox-seed", in: 0...Int.max) ?? Int(options.seed))
        options.day = try arguments.number("sandbox-day", in: 1...3_650) ?? day()
        do {
            let sandbox = try Sandbox(options)
            try sandbox.start()
            return sandbox
        } catch {
            throw CommandFailure(.unavailable, "The sandbox does not start: \(error).")
        }
    }
}

// MARK: - Manners

extension SourceAccess {
    /// The options of `findSecrets`.
    static let secretOptions = [
        Option(name: "secret", value: "NAME=@FILE", isList: true, help: "read a secret from a file"),
        Option(name: "secret-command", value: "COMMAND", help: "ask a shell command for secrets; "
            + "it finds the secret's name in $1, the source's in $2"),
    ]

    /// The options of `fetchOptions` and `bounds`.
    static let mannerOptions = secretOptions + [
        Option(name: "attempts", value: "N", help: "tries per request before giving up (default: 5)"),
        Option(name: "max-wait", value: "TIME", help: "the longest wait that the API may ask for (default: 5m); past it the run ends with code 75"),
        Option(name: "connect-timeout", value: "TIME", help: "for a connection (default: 30s)"),
        Option(name: "read-timeout", value: "TIME", help: "without a byte (default: 60s)"),
        Option(name: "request-timeout", value: "TIME", help: "for a whole request (default: 15m)"),
        Option(name: "max-page-bytes", value: "BYTES", help: "the largest page, unpacked (default: 64M)"),
        Option(name: "ca-file", value: "FILE", help: "certificates to trust instead of the system's (default: $SSL_CERT_FILE)"),
    ]

    func fetchOptions() throws(CommandFailure) -> FetchOptions {
        var options = FetchOptions()
        options.retry.attempts = try arguments.number("attempts", in: 1...100) ?? 5
        if let wait = try arguments.duration("max-wait") { options.retry.longestWait = wait }
        if let time = try arguments.duration("connect-timeout") { options.timeouts.connect = time }
        if let time = try arguments.duration("read-timeout") { options.timeouts.read = time }
        if let time = try arguments.duration("request-timeout") { options.timeouts.total = time }
        if let bytes = try arguments.bytes("max-page-bytes", atMost: 2 << 30) { options.bodyCap = bytes }
        if let file = arguments.value("ca-file") {
            guard Disk.exists(file) else { throw CommandFailure(.configuration, "--ca-file: there is no file '\(file)'.") }
            options.caFile = file
        }
        return options
    }

    static let boundOptions = [
        Option(name: "max-pages", value: "N", help: "at most N pages of each resource; what is cut off is partial"),
        Option(name: "max-records", value: "N", help: "no further page of a resource behind N records"),
        Option(name: "max-requests", value: "N", help: "at most N requests for each resource"),
        Option(name: "max-bytes", value: "BYTES", help: "no further page of a resource behind so many bytes (10M, 2G)"),
        Option(name: "max-time", value: "TIME", help: "no further page after this time (90s, 15m, 2h)"),
    ]

    func bounds() throws(CommandFailure) -> FetchBounds {
        var bounds = FetchBounds()
        bounds.pages = try arguments.number("max-pages", in: 1...1_000_000_000)
        bounds.records = try arguments.number("max-records", in: 1...Int.max)
        bounds.requests = try arguments.number("max-requests", in: 1...1_000_000_000)
        bounds.bytes = try arguments.bytes("max-bytes")
        bounds.until = try arguments.duration("max-time").map { MonotonicClock.milliseconds() + $0.wholeMilliseconds }
        return bounds
    }

    /// The job of a run in this lake.
    func job(_ opened: Opened, _ paths: LakePaths, files: FileOptions = FileOptions()) throws(CommandFailure) -> ExportJob {
        let origin: String
        do { origin = isSandbox ? Self.sandboxOrigin : try Origin(url: opened.baseURL).withPort } catch {
            throw CommandFailure(.configuration, "client.base_url: expected http or https with a host and without user name.")
        }
        return ExportJob(
            source: opened.source, resources: resources, baseURL: opened.baseURL, origin: origin, secrets: opened.secrets,
            datasetFolder: paths.dataset, datasetName: dataset, files: files, fetch: try fetchOptions(), bounds: try bounds())
    }
}

extension Arguments {
    /// `90s`, `15m`, `2h`, `1d`, `500ms`; a plain number is seconds.
    func duration(_ name: String) throws(CommandFailure) -> Duration? {
        guard let text = value(name) else { return nil }
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = digits.count == text.count ? 1000 : units.first { $0.0 == text.dropFirst(digits.count) }?.1
        guard let number = Int64(digits), number > 0, number < 1_000_000_000, let unit else {
            throw CommandFailure(.usage, "--\(name): expected a time such as 90s, 15m or 2h, found '\(text)'.")
        }
        return .milliseconds(number * unit)
    }

    /// `500000`, `64K`, `10M`, `2G`: of 1024.
    func bytes(_ name: String, atMost most: Int = .max) throws(CommandFailure) -> Int? {
        guard let text = value(name) else { return nil }
        let units: [Substring: Int] = ["": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = units[Substring(text.dropFirst(digits.count).uppercased())]
        let product = unit.flatMap { unit in Int(digits).map { $0.multipliedReportingOverflow(by: unit) } }
        guard let (bytes, overflow) = product, !overflow, bytes > 0, bytes <= most else {
            let limit = most == .max ? "" : ", at most \(most)"
            throw CommandFailure(.usage, "--\(name): expected a number of bytes such as 500000, 64K, 10M or 2G\(limit), found '\(text)'.")
        }
        return bytes
    }
}

extension Origin {
    /// With its port, also where it is the scheme's own: `https://bolt.thena.ai:443`.
    var withPort: String { "\(scheme.rawValue)://\(host):\(port)" }
}
