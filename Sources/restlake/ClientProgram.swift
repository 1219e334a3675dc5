import Glibc
import LakeFiles

/// Runs an installed client of a database: its input from a text, its outputs kept apart.
enum ClientProgram {
    struct Answer {
        var code: Int32
        var output: String
        var errors: String
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

    static func run(_ words: [String], input text: String) throws(CommandFailure) -> Answer {
        let input = try file(), output = try file(), errors = try file()
        defer { for file in [input, output, errors] { close(file) } }
        do throws(FileFault) { try Disk.writeAll(Array(text.utf8), to: input, "a temporary file") } catch { throw error.failure }
        lseek(input, 0, SEEK_SET)
        let child: ChildProcess
        do throws(ChildProcess.Fault) {
            child = try ChildProcess(words, input: input, output: output, errors: errors)
        } catch { throw CommandFailure(.unavailable, "\(words[0]) cannot be started: \(error.reason).") }
        let code: Int32 = switch child.wait() {
        case .code(let code): code
        case .signal(let signal): 128 + signal
        }
        return Answer(code: code, output: read(output), errors: read(errors))
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
