import Foundation

/// A run of the program as its user sees it: exit code and the two outputs.
struct Outcome: Sendable {
    var code: Int32
    var out: String
    var err: String
    var both: String { out + err }
}

/// The built executable, beside the test bundle.
enum Executable {
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("restlake").path

    struct Missing: Error, CustomStringConvertible {
        var description: String { "there is no executable at \(Executable.path); build it first: swift build" }
    }

    static func check() throws {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing() }
    }
}

/// A child process. Its outputs go to files, so that no pipe can fill up or be kept open by somebody else's child.
final class Child: Sendable {
    /// The longest that any run of these tests may take, on a machine that is slow and busy.
    static let patience: TimeInterval = 180
    /// What ends at once ends well within this, and what goes on waiting does not.
    static let atOnce: Duration = .seconds(20)

    let id: pid_t
    private let folder: String
    private let exit = Latch<Int32>()

    /// - Parameters:
    ///   - words: program and arguments.
    ///   - folder: where it runs.
    ///   - outputs: where its outputs are kept.
    init(_ words: [String], in folder: String, environment: [String: String], outputs: String) throws {
        self.folder = outputs
        try FileManager.default.createDirectory(atPath: outputs, withIntermediateDirectories: true)
        // The shell changes the folder and then becomes the program: one process, one id.
        let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words
        id = try Child.spawn(words, environment, out: outputs + "/out", err: outputs + "/err")
        let id = id, exit = exit
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            exit.open(status & 0x7f == 0 ? (status >> 8) & 0xff : 256 + (status & 0x7f))
        }
    }

    private static func spawn(_ words: [String], _ environment: [String: String], out: String, err: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Whatever the threads of the tests block or ignore: the child starts as from a shell.
        var none = sigset_t(), all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        return id
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// Its end; 256 and the number where a signal ended it. One that takes too long is killed.
    func end(within seconds: TimeInterval = Child.patience) -> Outcome {
        var code = exit.wait(atMost: seconds)
        if code == nil {
            kill(id, SIGKILL)
            code = exit.wait(atMost: 60)
        }
        let text = { (name: String) in String(decoding: FileManager.default.contents(atPath: self.folder + "/" + name) ?? Data(), as: UTF8.self) }
        return Outcome(code: code ?? -1, out: text("out"), err: text("err"))
    }
}

extension Child {
    /// Its end, and the most memory in bytes that it had at once, as the kernel counts it.
    func endWithPeak(within seconds: TimeInterval = Child.patience) -> (outcome: Outcome, peak: Int) {
        var peak = 0
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, exit.wait(atMost: 0.005) == nil {
            // Of what the process is now, program by program: the last one is ours.
            if let now = highestMemory() { peak = now }
        }
        return (self.end(within: 0), peak)
    }

    /// `VmHWM` of the process; nil where it has none, having ended.
    private func highestMemory() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
    }
}

/// A value that comes once, and threads that wait for it.
final class Latch<Value: Sendable>: @unchecked Sendable {  // `value` is touched only under the condition's lock.
    private let condition = NSCondition()
    private var value: Value?

    func open(_ new: Value) {
        condition.lock()
        value = value ?? new
        condition.broadcast()
        condition.unlock()
    }

    func wait(atMost seconds: TimeInterval) -> Value? {
        condition.lock()
        defer { condition.unlock() }
        condition.wait(atMost: seconds) { value != nil }
        return value
    }
}

extension NSCondition {
    /// Waits for something that is changed under this lock. A condition's own limit is a time of day, and that may jump:
    /// here it is counted on a clock that only goes forward, in small pieces.
    @discardableResult
    func wait(atMost seconds: TimeInterval, until isMet: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isMet() {
            if ContinuousClock.now >= end { return false }
            _ = wait(until: Date(timeIntervalSinceNow: min(0.1, seconds)))
        }
        return true
    }
}

/// Does what blocks on a thread of its own, a few at a time: the pool of the tests stays free for others. It stays the
/// same task, so that what goes wrong is told of the right test.
func blocking<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    await Gate.shared.enter()
    let result: Result<R, any Error> = await withTaskExecutorPreference(ThreadPerJob()) { Result { try work() } }
    await Gate.shared.leave()
    return try result.get()
}

private final class ThreadPerJob: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

private actor Gate {
    static let shared = Gate(6)
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
