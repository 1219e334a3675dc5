import Glibc

/// A program that restlake has started, with standard files of its own. Signals do with it what they usually do, whatever
/// restlake blocks and ignores.
struct ChildProcess {
    /// It, or a pipe to it, could not be made: the system's number.
    struct Fault: Error {
        var number: Int32
        var reason: String { String(cString: strerror(number)) }
    }

    enum End: Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// How often something else is looked for while a child is waited for.
    static let milliseconds: Int32 = 100

    private let id: pid_t

    /// - Parameters:
    ///   - words: the program, which is looked for in PATH where it is no path, and its arguments.
    ///   - environment: nil: restlake's own.
    ///   - input: nil: an empty one.
    ///   - errors: nil: restlake's own.
    init(_ words: [String], environment: [String: String]? = nil, input: Int32? = nil, output: Int32, errors: Int32? = nil) throws(Fault) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors, 2) }
        Self.takeSignals(&attributes)
        typealias Text = UnsafeMutablePointer<CChar>?
        let arguments: [Text] = words.map { strdup($0) }
        let variables: [Text]? = environment.map { $0.map { strdup("\($0.key)=\($0.value)") } }
        defer { for text in arguments + (variables ?? []) { free(text) } }
        var child = pid_t()
        let number = variables.map { posix_spawnp(&child, words[0], &actions, &attributes, arguments + [nil], $0 + [nil]) }
            ?? posix_spawnp(&child, words[0], &actions, &attributes, arguments + [nil], environ)
        guard number == 0 else { throw Fault(number: number) }
        id = child
    }

    private static func takeSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    func askToEnd() { kill(id, SIGTERM) }

    func wait() -> End {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return Self.end(status)
    }

    /// Waits for it; it is ended as soon as `isEnough` says so, which is asked every so often.
    func wait(until isEnough: () -> Bool) -> (end: End, isCut: Bool) {
        var status: Int32 = 0
        while waitpid(id, &status, WNOHANG) == 0 {
            if isEnough() { return (end(looks: 20), true) }
            poll(nil, 0, Self.milliseconds / 10)
        }
        return (Self.end(status), false)
    }

    /// Its end; nil where it has not ended after so many looks.
    func wait(looks: Int) -> End? {
        var status: Int32 = 0
        for _ in 0..<looks {
            if waitpid(id, &status, WNOHANG) != 0 { return Self.end(status) }
            poll(nil, 0, Self.milliseconds)
        }
        return nil
    }

    /// Asks it to end; one that has not after so many looks is ended.
    func end(looks: Int) -> End {
        askToEnd()
        if let end = wait(looks: looks) { return end }
        kill(id, SIGKILL)
        return wait()
    }

    private static func end(_ status: Int32) -> End { status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F) }
}

/// What a child writes and restlake reads.
struct ChildPipe {
    private(set) var beginning: Int32
    private(set) var end: Int32

    init() throws(ChildProcess.Fault) {
        var ends: [Int32] = [-1, -1]
        // The child keeps only the copies that it is given as its outputs.
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { throw ChildProcess.Fault(number: errno) }
        (beginning, end) = (ends[0], ends[1])
    }

    /// The child has its own: only without this one the pipe ends with the child.
    mutating func closeEnd() {
        if end >= 0 { close(end) }
        end = -1
    }

    /// Of a child that reads: only without this one it is told that nobody does any more.
    mutating func closeBeginning() {
        if beginning >= 0 { close(beginning) }
        beginning = -1
    }

    mutating func closeAll() {
        closeEnd()
        closeBeginning()
    }
}
