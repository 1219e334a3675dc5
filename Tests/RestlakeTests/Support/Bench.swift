import Foundation
import Glibc
import LakeJSON
import Testing

/// A test's own folder with all it makes: definitions, a lake, outputs. Goes with the object.
final class Bench: Sendable {
    let folder: String
    private let runs = Counter()

    /// In memory where the system has such a place with room, in which programs may be started: a run syncs every file of its own.
    private static let home: String = {
        let noExecution: UInt = 8  // ST_NOEXEC
        var facts = statvfs()
        let hasRoom = statvfs("/dev/shm", &facts) == 0 && UInt(facts.f_bavail) * UInt(facts.f_frsize) > 4 << 30
        let isFit = hasRoom && facts.f_flag & noExecution == 0 && access("/dev/shm", W_OK) == 0
        return isFit ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    }()

    init() throws {
        try Executable.check()
        folder = Self.home + "/restlake-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Does a test's blocking work on a bench of its own.
    static func at<R: Sendable>(_ work: @escaping @Sendable (Bench) throws -> R) async throws -> R {
        try await blocking { try work(try Bench()) }
    }

    var lake: String { folder + "/lake" }

    /// Runs `restlake` in the folder; nothing of the user's environment reaches it.
    func restlake(
        _ words: [String], environment: [String: String] = [:], within seconds: TimeInterval = Child.patience
    ) throws -> Outcome {
        try start(words, environment: environment).end(within: seconds)
    }

    func start(_ words: [String], environment: [String: String] = [:]) throws -> Child {
        try command([Executable.path] + words, environment: environment)
    }

    /// Starts any program.
    func command(_ words: [String], environment: [String: String] = [:], in place: String? = nil) throws -> Child {
        var all = ProcessInfo.processInfo.environment.filter { name, _ in
            !["RESTLAKE", "SOURCES", "CREDENTIALS", "XDG"].contains { name.hasPrefix($0) } && !name.lowercased().hasSuffix("_proxy")
        }
        all["HOME"] = folder + "/home"
        all.merge(environment) { $1 }
        return try Child(words, in: place ?? folder, environment: all, outputs: folder + "/home/run\(runs.next())")
    }

    /// `restlake export SOURCE --lake …`
    func export(
        _ source: String, _ options: [String] = [], environment: [String: String] = [:], within seconds: TimeInterval = Child.patience
    ) throws -> Outcome {
        try restlake(["export", source, "--lake", lake] + options, environment: environment, within: seconds)
    }

    func sandbox(_ options: [String] = [], lake: String? = nil, requests: Int = 60, users: Int = 17) throws -> Outcome {
        try restlake(["export", "thena", "--sandbox", "--lake", lake ?? self.lake,
                      "--sandbox-requests", "\(requests)", "--sandbox-users", "\(users)"] + options)
    }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// A definition named `api`. Resources are JSON, as in the file; `client` goes behind the base URL.
    @discardableResult
    func define(_ base: String, _ resources: String..., client: String = "", name: String = "api.json") throws -> String {
        try write("""
            {"name": "api", "client": {"base_url": "\(base)"\(client.isEmpty ? "" : ", " + client)},
             "resources": [\(resources.joined(separator: ",\n"))]}
            """, to: name)
    }

    func dataset(_ name: String = "api") -> LakeReader { LakeReader(folder: lake + "/" + name) }
}

private final class Counter: @unchecked Sendable {  // `value` is touched only under the lock.
    private let lock = NSLock()
    private var value = 0
    func next() -> Int {
        lock.withLock {
            value += 1
            return value
        }
    }
}

/// All names and bytes below a folder, but for the lock, in which each run signs.
func tree(_ folder: String) -> [String: Data] {
    var tree: [String: Data] = [:]
    guard let names = FileManager.default.enumerator(atPath: folder) else { return tree }
    for case let name as String in names where !name.hasSuffix("_lake/lock") {
        tree[name] = FileManager.default.contents(atPath: folder + "/" + name) ?? Data("folder".utf8)
    }
    return tree
}

/// Expects a run that ended with a code and said all of these words, of which none is a secret.
func expect(
    _ outcome: Outcome, code: Int32, says words: [String] = [], never: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.code == code, "\(outcome.both)", sourceLocation: sourceLocation)
    for word in words { #expect(outcome.both.contains(word), "expected '\(word)' in:\n\(outcome.both)", sourceLocation: sourceLocation) }
    for word in never { #expect(!outcome.both.contains(word), "did not expect '\(word)' in:\n\(outcome.both)", sourceLocation: sourceLocation) }
}

/// A test that this machine cannot run says so; where all must run, that is a failure.
func skip(_ reason: String) {
    let comment = Comment(rawValue: "SKIPPED: \(reason)")
    if ProcessInfo.processInfo.environment["CI"]?.isEmpty == false {
        Issue.record(comment)
    } else {
        FileHandle.standardError.write(Data("⚠️ \(comment.rawValue)\n".utf8))
    }
}
