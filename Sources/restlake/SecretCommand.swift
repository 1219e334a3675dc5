import Glibc

/// Asks a command of the user's for a secret: `pass show "thena/$1"`, `vault kv get -field=token "secret/$2/$1"`.
///
/// The command runs in `/bin/sh` with the secret's name in `$1` and the source's in `$2`; what it writes to stdout,
/// without the line's end, is the secret. Its stderr is the user's, its stdin is empty. A definition can name no command:
/// it may come from somewhere else.
struct SecretCommand {
    let command: String
    let source: String
    /// Looked at while the command is waited for.
    var isCancelled: () -> Bool = { false }

    private static let mostBytes = 64 << 10
    /// How often a cancellation is looked for.
    private static let milliseconds: Int32 = 100

    func ask(for name: String) throws(CommandFailure) -> String {
        var ends: [Int32] = [0, 0]
        // The child keeps only the copy that it is given as its stdout.
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw failure("cannot be started: \(String(cString: strerror(errno)))")
        }
        let child: pid_t
        do throws(CommandFailure) { child = try spawn(name, output: ends[1]) } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
        close(ends[1])
        let output = readAll(ends[0])
        close(ends[0])
        if case .cancelled = output { kill(child, SIGTERM) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        switch output {
        case .cancelled: throw failure("was stopped")
        case _ where status & 0x7F != 0: throw failure("was ended by signal \(status & 0x7F)")
        case _ where status != 0: throw failure("ended with code \(status >> 8 & 0xFF)")
        case .tooLong: throw failure("wrote more than \(Self.mostBytes) bytes, so it is no secret")
        case .bytes(let bytes) where bytes.isEmpty: throw failure("wrote nothing")
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The command itself is not repeated: it may hold what should not stand in a log.
    private func failure(_ what: String) -> CommandFailure {
        CommandFailure(.configuration, "The secret command \(what). Expected the secret on its stdout.")
    }

    private func spawn(_ name: String, output: Int32) throws(CommandFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // A command that asks on stdin, of which restlake itself may read a secret, would wait for ever.
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        Self.takeSignals(&attributes)
        let words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command, "restlake", name, source].map { (word: String) in strdup(word) }
        defer { for word in words { free(word) } }
        var child = pid_t()
        let number = posix_spawn(&child, "/bin/sh", &actions, &attributes, words + [nil], environ)
        guard number == 0 else { throw failure("cannot be started: \(String(cString: strerror(number)))") }
        return child
    }

    /// What restlake blocks and ignores would be blocked and ignored by its child too.
    static func takeSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    private enum Output {
        case bytes([UInt8])
        /// More than a secret can be. The rest was read all the same, so that the command can end.
        case tooLong
        case cancelled
    }

    private func readAll(_ file: Int32) -> Output {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        var isTooLong = false
        while true {
            if isCancelled() { return .cancelled }
            var pipe = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            guard poll(&pipe, 1, Self.milliseconds) > 0 else { continue }
            let n = read(file, &block, block.count)
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { break }
            if bytes.count + n > Self.mostBytes { isTooLong = true } else { bytes += block.prefix(n) }
        }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return isTooLong ? .tooLong : .bytes(bytes)
    }
}
