import CZlib
import Glibc
import LakeModel

/// What reading a file as it is stored found out.
package struct StoredFile: Hashable, Sendable {
    package var bytes: Int
    package var sha256: String
    /// Why it could not be unpacked to its end; nil where it could, or is plain.
    package var packingFault: String?

    private static let blockBytes = 256 << 10

    /// Reads a file once, in blocks: sums it up as it is stored, and hands out what it holds, unpacked. Bytes that follow
    /// damage in a packed file are only summed up.
    /// - Returns: nil where there is none.
    package static func read(
        _ path: String, _ compression: Compression, _ use: (UnsafeRawBufferPointer) -> Void
    ) throws(FileFault) -> StoredFile? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system(operation: .read, path: path, number: errno)
        }
        defer { close(file) }
        var unpacker = compression == .gzip ? try Unpacker(path) : nil
        defer { unpacker?.free() }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockBytes, alignment: 16)
        defer { block.deallocate() }
        var checksum = Checksum()
        var bytes = 0
        while true {
            let n = Glibc.read(file, block.baseAddress, block.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            if n == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: block[..<n])
            checksum.update(piece)
            bytes += n
            if unpacker == nil { use(piece) } else { unpacker?.unpack(piece, use) }
        }
        unpacker?.finish(use)
        return StoredFile(bytes: bytes, sha256: checksum.hexadecimal(), packingFault: unpacker?.fault)
    }

    /// The beginning of what a file holds, unpacked, and whether that is all of it. Where the packing is damaged, what comes
    /// before the damage.
    /// - Returns: nil where there is none.
    package static func head(_ path: String, _ compression: Compression, bytes limit: Int) throws(FileFault) -> (bytes: [UInt8], isWhole: Bool)? {
        // Packed bytes hardly ever grow when they are unpacked, so as many are enough.
        guard let stored = try Disk.read(path, first: limit + 1) else { return nil }
        guard compression == .gzip else { return (Array(stored.prefix(limit)), stored.count <= limit) }
        var unpacker = try Unpacker(path)
        defer { unpacker.free() }
        var bytes: [UInt8] = [], place = 0
        while place < stored.count, bytes.count <= limit {
            let end = min(place + 4096, stored.count)
            stored[place..<end].withUnsafeBytes { piece in unpacker.unpack(piece) { bytes += $0 } }
            place = end
        }
        // Only a file that was read to its end can show that it was cut.
        if place == stored.count, stored.count <= limit { unpacker.finish { bytes += $0 } }
        let isWhole = place == stored.count && stored.count <= limit && bytes.count <= limit && unpacker.fault == nil
        return (Array(bytes.prefix(limit)), isWhole)
    }

    /// The size of a file; nil where there is none, or something else than a file.
    package static func size(_ path: String) throws(FileFault) -> Int? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system(operation: .inspect, path: path, number: errno)
        }
        return info.st_mode & S_IFMT == S_IFREG ? Int(info.st_size) : nil
    }

    private struct Unpacker {
        private let stream: OpaquePointer
        private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: StoredFile.blockBytes, alignment: 16)
        private(set) var fault: String?

        init(_ path: String) throws(FileFault) {
            var reason: UnsafePointer<CChar>?
            guard let stream = czlib_unpack_open(&reason) else {
                throw .compression(path: path, reason: reason.map { String(cString: $0) } ?? "zlib could not be opened")
            }
            self.stream = stream
        }

        func free() {
            czlib_unpack_close(stream)
            room.deallocate()
        }

        mutating func unpack(_ piece: UnsafeRawBufferPointer, _ use: (UnsafeRawBufferPointer) -> Void) {
            guard fault == nil else { return }
            czlib_unpack_feed(stream, piece.baseAddress, piece.count)
            drain(use)
        }

        mutating func finish(_ use: (UnsafeRawBufferPointer) -> Void) {
            guard fault == nil else { return }
            czlib_unpack_finish(stream)
            drain(use)
        }

        private mutating func drain(_ use: (UnsafeRawBufferPointer) -> Void) {
            while true {
                var made = 0
                let code = czlib_unpack_take(stream, room.baseAddress, room.count, &made)
                if made > 0 { use(UnsafeRawBufferPointer(rebasing: room[..<made])) }
                if code == Int32(CZLIB_MORE) { continue }
                if code == Int32(CZLIB_FAILED) { fault = String(cString: czlib_unpack_error(stream)) }
                return
            }
        }
    }
}
