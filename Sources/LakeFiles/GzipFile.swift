import CZlib
import Glibc
import LakeModel

/// Compresses a staged file into another one. The bytes depend on the content only: the header holds no time, no name.
package enum GzipFile {
    private static let level: Int32 = 6
    private static let blockBytes = 256 << 10

    /// - Parameter file: open for reading; read from its start.
    /// - Returns: size and SHA-256 of the compressed file, which is synced.
    package static func compress(_ file: Int32, _ path: String, to target: String) throws(FileFault) -> (bytes: Int, sha256: String) {
        var reason: UnsafePointer<CChar>?
        guard let stream = czlib_gzip_open(level, &reason) else {
            throw .compression(path: target, reason: reason.map { String(cString: $0) } ?? "zlib could not be opened")
        }
        defer { czlib_gzip_close(stream) }
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard output >= 0 else { throw .system(operation: .create, path: target, number: errno) }
        defer { close(output) }
        var sink = Sink(file: output, path: target)
        defer { sink.free() }
        let input = UnsafeMutableRawPointer.allocate(byteCount: blockBytes, alignment: 16)
        defer { input.deallocate() }
        var offset = 0
        while true {
            let n = pread(file, input, blockBytes, off_t(offset))
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            if n == 0 { break }
            offset += n
            czlib_gzip_feed(stream, input, n)
            try sink.drain(stream, until: Int32(CZLIB_HUNGRY))
        }
        czlib_gzip_finish(stream)
        try sink.drain(stream, until: Int32(CZLIB_ENDED))
        try Disk.sync(output, target)
        return (sink.bytes, sink.checksum.hexadecimal())
    }

    /// Where the compressed bytes go.
    private struct Sink {
        let file: Int32
        let path: String
        var checksum = Checksum()
        var bytes = 0
        private let block = UnsafeMutableRawPointer.allocate(byteCount: GzipFile.blockBytes, alignment: 16)

        init(file: Int32, path: String) {
            self.file = file
            self.path = path
        }

        func free() { block.deallocate() }

        mutating func drain(_ stream: OpaquePointer, until end: Int32) throws(FileFault) {
            while true {
                var made = 0
                let code = czlib_gzip_take(stream, block, GzipFile.blockBytes, &made)
                let piece = UnsafeRawBufferPointer(start: block, count: made)
                try Disk.writeAll(piece, to: file, path)
                checksum.update(piece)
                bytes += made
                if code == end { return }
                guard code == Int32(CZLIB_MORE) else { throw .compression(path: path, reason: String(cString: czlib_gzip_error(stream))) }
            }
        }
    }
}
