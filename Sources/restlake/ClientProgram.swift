import Glibc
import LakeFiles
import LakeThreads

/// Runs an installed client of a database: its input from a text, its outputs kept apart.
enum ClientProgram {
    struct Answer {
        var code: Int32
        var output: String
        var errors: String
        /// Why it was ended before its own end.
        var cut: Cut?
    }

    enum Cut { case time, size, wish }

    /// What a client may take; past it, it is ended.
    struct Bounds: Sendable {
        var milliseconds: Int64
        /// Of output.
        var bytes: Int
        /// Asked every so often.
        var isStopped: @Sendable () -> Bool
    }

    /// The first of these programs that is in PATH.
    static func installed(_ names: [String]) -> String? {
        let folders = (Terminal.setEnvironment("PATH") ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        return names.first { name in folders.contains { access($0 + "/" + name, X_OK) == 0 } }
    }

    /// A Python that has a module.
    static func python(with module: String) throws(CommandFailure) -> String? {
        for name in ["python3", "python"] where installed([name]) != nil {
            if try run([name, "-c", "import \(module)"], input: "").code == 0 { return name }
        }
        return nil
    }

    /// - Parameters:
    ///   - environment: nil: restlake's own.
    ///   - bounds: nil: it may take what it wants.
    static func run(
        _ words: [String], input text: String, environment: [String: String]? = nil, bounds: Bounds? = nil
    ) throws(CommandFailure) -> Answer {
        let input = try file(), output = try file(), errors = try file()
        defer { for file in [input, output, errors] { close(file) } }
        do throws(FileFault) { try Disk.writeAll(Array(text.utf8), to: input, "a temporary file") } catch { throw error.failure }
        lseek(input, 0, SEEK_SET)
        let child: ChildProcess
        do throws(ChildProcess.Fault) {
            child = try ChildProcess(words, environment: environment, input: input, output: output, errors: errors)
        } catch { throw CommandFailure(.unavailable, "\(words[0]) cannot be started: \(error.reason).") }
        let (end, cut) = wait(for: child, output, bounds)
        let code: Int32 = switch end {
        case .code(let code): code
        case .signal(let signal): 128 + signal
        }
        return Answer(code: code, output: cut == .size ? "" : read(output), errors: read(errors), cut: cut)
    }

    private static func wait(for child: ChildProcess, _ output: Int32, _ bounds: Bounds?) -> (ChildProcess.End, Cut?) {
        guard let bounds else { return (child.wait(), nil) }
        let latest = MonotonicClock.milliseconds() + bounds.milliseconds
        func cut() -> Cut? {
            if bounds.isStopped() { return .wish }
            if MonotonicClock.milliseconds() > latest { return .time }
            return size(output) > bounds.bytes ? .size : nil
        }
        var found: Cut?
        let (end, isCut) = child.wait {
            found = cut()
            return found != nil
        }
        // One that wrote too much may have ended before anybody looked.
        return (end, isCut ? found : size(output) > bounds.bytes ? .size : nil)
    }

    private static func size(_ file: Int32) -> Int {
        var info = stat()
        return fstat(file, &info) == 0 ? Int(info.st_size) : 0
    }

    private static func file() throws(CommandFailure) -> Int32 {
        do throws(FileFault) { return try Temporary.openFile() } catch { throw error.failure }
    }

    private static func read(_ file: Int32) -> String {
        lseek(file, 0, SEEK_SET)
        var bytes: [UInt8] = [], block = [UInt8](repeating: 0, count: 64 << 10)
        while case let n = Glibc.read(file, &block, block.count), n > 0 { bytes += block.prefix(n) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
