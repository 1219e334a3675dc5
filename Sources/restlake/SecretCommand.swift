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

    func ask(for name: String) throws(CommandFailure) -> String {
        let (output, end) = try run(name)
        switch (output, end) {
        case (.cancelled, _): throw failure("was stopped")
        case (_, .signal(let number)): throw failure("was ended by signal \(number)")
        case (_, .code(let code)) where code != 0: throw failure("ended with code \(code)")
        case (.tooLong, _): throw failure("wrote more than \(Self.mostBytes) bytes, so it is no secret")
        case (.bytes(let bytes), _) where bytes.isEmpty: throw failure("wrote nothing")
        case (.bytes(let bytes), _): return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// A command that asks on stdin, of which restlake itself may read a secret, would wait for ever: it gets an empty one.
    private func run(_ name: String) throws(CommandFailure) -> (Output, ChildProcess.End) {
        do throws(ChildProcess.Fault) {
            var pipe = try ChildPipe()
            defer { pipe.closeAll() }
            let child = try ChildProcess(["/bin/sh", "-c", command, "restlake", name, source], output: pipe.end)
            pipe.closeEnd()
            let output = readAll(pipe.beginning)
            // Nobody reads any more: a command that still writes ends.
            pipe.closeAll()
            if case .cancelled = output { child.askToEnd() }
            return (output, child.wait())
        } catch {
            throw failure("cannot be started: \(error.reason)")
        }
    }

    /// The command itself is not repeated: it may hold what should not stand in a log.
    private func failure(_ what: String) -> CommandFailure {
        CommandFailure(.configuration, "The secret command \(what). Expected the secret on its stdout.")
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
            guard poll(&pipe, 1, ChildProcess.milliseconds) > 0 else { continue }
            let n = read(file, &block, block.count)
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { break }
            if bytes.count + n > Self.mostBytes { isTooLong = true } else { bytes += block.prefix(n) }
        }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return isTooLong ? .tooLong : .bytes(bytes)
    }
}
