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

    /// How often it is looked whether rclone has ended after a cancellation, before it is ended.
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
        let input = try paths.map(Self.input)
        defer { if let input { close(input) } }
        let all = ["rclone"] + words + (paths == nil ? [] : ["--files-from-raw", "-"]) + options
        var (answer, end) = try answer(to: all, input)
        if let cause = cancellation.cause { throw Self.failure(cause) }
        switch end {
        case .signal(let number): throw CommandFailure(.tryLater, "rclone was ended by signal \(number). \(Self.goesOn)")
        case .code(let code): answer.code = code
        }
        answer.report.close()
        return answer
    }

    private func answer(to words: [String], _ input: Int32?) throws(CommandFailure) -> (Answer, ChildProcess.End) {
        do throws(ChildProcess.Fault) {
            var output = try ChildPipe(), errors = try ChildPipe()
            defer {
                output.closeAll()
                errors.closeAll()
            }
            let child = try ChildProcess(words, environment: environment, input: input, output: output.end, errors: errors.end)
            output.closeEnd()
            errors.closeEnd()
            var answer = Answer(code: 0, output: [], report: RcloneReport())
            let isCancelled = read(output.beginning, errors.beginning, &answer)
            return (answer, isCancelled ? child.end(looks: Self.patience) : child.wait())
        } catch {
            throw Self.cannotStart(error)
        }
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
    private func read(_ output: Int32, _ errors: Int32, _ answer: inout Answer) -> Bool {
        var files = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while files.contains(where: { $0.fd >= 0 }) {
            if cancellation.cause != nil { return true }
            guard poll(&files, nfds_t(files.count), ChildProcess.milliseconds) > 0 else { continue }
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

    // MARK: What it needs

    private static func cannotStart(_ fault: ChildProcess.Fault) -> CommandFailure {
        guard fault.number == ENOENT || fault.number == EACCES else {
            return CommandFailure(.tryLater, "rclone cannot be started: \(fault.reason).")
        }
        return CommandFailure(
            .unavailable, "rclone is not installed, or not in PATH: restlake publish copies with it. It is in the package 'rclone' of Debian, Ubuntu, Fedora "
                + "and Homebrew (apt-get install rclone), version 1.54 or later.")
    }

    /// A file with a line for each path, which goes with its last reader.
    private static func input(_ paths: [String]) throws(CommandFailure) -> Int32 {
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
}
