import Glibc

/// A file of lines in the making, written in large pieces. It is made with its first line; without one there is none.
package final class LineFile {
    private static let pieceBytes = 64 << 10
    package let path: String
    private let mode: mode_t
    private var file: Int32 = -1
    private var waiting: [UInt8] = []

    package init(_ path: String, mode: mode_t = 0o666) {
        self.path = path
        self.mode = mode
    }

    deinit { if file >= 0 { close(file) } }

    /// Adds a line, which must not hold a line break.
    package func append(_ line: [UInt8]) throws(FileFault) {
        waiting += line
        waiting.append(UInt8(ascii: "\n"))
        if waiting.count >= Self.pieceBytes { try flush() }
    }

    /// Writes what waits.
    package func flush() throws(FileFault) {
        guard !waiting.isEmpty else { return }
        if file < 0 {
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
            guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
        }
        try Disk.writeAll(waiting, to: file, path)
        waiting.removeAll(keepingCapacity: true)
    }
}

/// Reads the lines of a file one after the other, holding a piece of it.
package final class LineReader {
    private let path: String
    private let file: Int32
    private var block: [UInt8] = []
    private var position = 0
    /// Up to here there is no break: a line of many megabytes is looked through once.
    private var looked = 0

    /// A file that does not exist has no lines.
    package init(_ path: String) throws(FileFault) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 || errno == ENOENT else { throw .system(operation: .read, path: path, number: errno) }
    }

    deinit { if file >= 0 { close(file) } }

    /// The next line without its break; nil at the end.
    package func next() throws(FileFault) -> [UInt8]? {
        while true {
            if let end = block[max(position, looked)...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return Array(block[position..<end])
            }
            looked = block.count
            guard try fill() else { return nil }
        }
    }

    private func fill() throws(FileFault) -> Bool {
        guard file >= 0 else { return false }
        block.removeFirst(position)
        looked -= position
        position = 0
        var more = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let n = read(file, &more, more.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            block += more.prefix(n)
            return n > 0
        }
    }
}
