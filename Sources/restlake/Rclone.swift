import Glibc
import LakeExport
import LakeFiles
import LakeHandoff

/// Runs the installed rclone: one process a call, its paths on stdin, what it says read while it works.
struct Rclone {
    /// `--rclone-config`
    var configuration: String?
    var environment: [String: String]
    let cancellation: Cancellation
    /// Bytes copied so far and in all, about once a second.
    var progress: (Int, Int) -> Void = { _, _ in }

    struct Answer {
        var code: Int32
        var output: [UInt8]
        var report: RcloneReport
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// How often a cancellation is looked for, and for how long rclone may take to end after one.
    private static let milliseconds: Int32 = 100
    private static let patience = 20

    private var options: [String] {
        ["--ask-password=false", "--use-json-log", "--log-level", "NOTICE", "--stats", "1s", "--stats-log-level", "NOTICE"]
            + (configuration.map { ["--config", $0] } ?? [])
    }

    /// - Parameter paths: the files it is about, relative to both sides; nil: those that the words tell.
    /// - Returns: whatever its code is. What it means is for the caller.
    /// - Throws: where it cannot be started, was ended by a signal, or the run was cancelled.
    func run(_ words: [String], paths: [String]? = nil) throws(CommandFailure) -> Answer {
        if let cause = cancellation.cause { throw Self.failure(cause) }
        let input = try Self.input(paths)
        defer { close(input) }
        var output = try Pipe(), errors = try Pipe()
        defer {
            output.closeAll()
            errors.closeAll()
        }
        let all = ["rclone"] + words + (paths == nil ? [] : ["--files-from-raw", "-"]) + options
        let child = try spawn(all, input: input, output: output.end, errors: errors.end)
        output.closeEnd()
        errors.closeEnd()
        var answer = Answer(code: 0, output: [], report: RcloneReport())
        let isCancelled = read(output.beginning, errors.beginning, child, &answer)
        let status = isCancelled ? Self.end(child) : Self.wait(child)
        if let cause = cancellation.cause { throw Self.failure(cause) }
        guard status & 0x7F == 0 else {
            throw CommandFailure(.tryLater, "rclone was ended by signal \(status & 0x7F). \(Self.goesOn)")
        }
        answer.code = status >> 8 & 0xFF
        answer.report.close()
        return answer
    }

    static let goesOn = "What is published so far is whole. Run it again, and it goes on from there."

    static func failure(_ cause: Cancellation.Cause) -> CommandFailure {
        guard case .signal(let number) = cause else { return CommandFailure(.internalFault, "Stopped.") }
        return CommandFailure(
            number == SIGTERM ? .terminated : .interrupted, "Stopped by \(number == SIGTERM ? "SIGTERM" : "SIGINT"). \(goesOn)")
    }

    // MARK: Reading

    /// Reads both outputs to their ends.
    /// - Returns: whether the run was cancelled before.
    private func read(_ output: Int32, _ errors: Int32, _ child: pid_t, _ answer: inout Answer) -> Bool {
        var files = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while files.contains(where: { $0.fd >= 0 }) {
            if cancellation.cause != nil { return true }
            guard poll(&files, nfds_t(files.count), Self.milliseconds) > 0 else { continue }
            for place in files.indices where files[place].fd >= 0 && files[place].revents != 0 {
                let n = Glibc.read(files[place].fd, &block, block.count)
                if n < 0, errno == EINTR { continue }
                guard n > 0 else {
                    files[place].fd = -1  // Poll passes over it from here on.
                    continue
                }
                if place == 0 { answer.output += block[..<n] } else {
                    answer.report.take(block[..<n])
                    if let (done, total) = answer.report.progress { progress(done, total) }
                }
            }
        }
        return false
    }

    // MARK: The process

    private static func wait(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Asks it to end; one that does not is ended.
    private static func end(_ child: pid_t) -> Int32 {
        kill(child, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<patience {
            if waitpid(child, &status, WNOHANG) != 0 { return status }
            poll(nil, 0, milliseconds)
        }
        kill(child, SIGKILL)
        return wait(child)
    }

    private func spawn(_ words: [String], input: Int32, output: Int32, errors: Int32) throws(CommandFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, file) in [input, output, errors].enumerated() { posix_spawn_file_actions_adddup2(&actions, file, Int32(number)) }
        SecretCommand.takeSignals(&attributes)
        let arguments = words.map { strdup($0) }, variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in arguments + variables { free(text) } }
        var child = pid_t()
        let number = posix_spawnp(&child, "rclone", &actions, &attributes, arguments + [nil], variables + [nil])
        guard number == 0 else { throw Self.cannotStart(number) }
        return child
    }

    private static func cannotStart(_ number: Int32) -> CommandFailure {
        guard number == ENOENT || number == EACCES else {
            return CommandFailure(.tryLater, "rclone cannot be started: \(String(cString: strerror(number))).")
        }
        return CommandFailure(
            .unavailable, "rclone is not installed, or not in PATH: restlake publish copies with it. It is in the package 'rclone' of Debian, Ubuntu, Fedora "
                + "and Homebrew (apt-get install rclone), version 1.54 or later.")
    }

    /// A file with a line for each path, which goes with its last reader.
    private static func input(_ paths: [String]?) throws(CommandFailure) -> Int32 {
        guard let paths else {
            let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw systemFailure("/dev/null") }
            return file
        }
        do throws(FileFault) {
            let file = try Temporary.openFile()
            do throws(FileFault) { try Disk.writeAll(Array(paths.map { $0 + "\n" }.joined().utf8), to: file, "a temporary file") } catch {
                close(file)
                throw error
            }
            lseek(file, 0, SEEK_SET)
            return file
        } catch {
            throw error.failure
        }
    }

    fileprivate static func systemFailure(_ what: String) -> CommandFailure {
        CommandFailure(.inputOutput, "Cannot open or write \(what): \(String(cString: strerror(errno))).")
    }
}

private struct Pipe {
    private(set) var beginning: Int32
    private(set) var end: Int32

    init() throws(CommandFailure) {
        var ends: [Int32] = [-1, -1]
        // The child keeps only the copies that it is given as its outputs.
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { throw Rclone.systemFailure("a pipe") }
        (beginning, end) = (ends[0], ends[1])
    }

    mutating func closeEnd() {
        if end >= 0 { close(end) }
        end = -1
    }

    mutating func closeAll() {
        closeEnd()
        if beginning >= 0 { close(beginning) }
        beginning = -1
    }
}
