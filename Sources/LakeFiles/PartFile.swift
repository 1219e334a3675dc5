import Glibc
import LakeModel

/// One file of an open part: rows wait in its buffer, go to disk when it is flushed, and count into the checksum then.
final class PartFile {
    let format: FileFormat
    private let folder: String
    private let openName: String
    private var file: Int32 = -1
    private var checksum = Checksum()
    private(set) var written = 0
    /// A larger buffer is given back when it was written.
    private static let keptBytes = 1 << 20
    private static let pieceBytes = 128 << 10
    var buffer: OutputBuffer? = OutputBuffer(capacity: 16 << 10)
    /// The end of each CSV row in the buffer, while rows wait for columns that may yet come.
    var rowEnds: [Int]?

    init(format: FileFormat, folder: String, part: Int) {
        self.format = format
        self.folder = folder
        openName = "open.\(pad(part, 5)).\(format.rawValue)"
        rowEnds = format == .csv ? [] : nil
    }

    deinit {
        buffer?.free()
        if file >= 0 { close(file) }
    }

    var path: String { folder + "/" + openName }
    var waiting: Int { buffer?.count ?? 0 }

    /// Writes what waits in the buffer.
    func flush() throws(FileFault) {
        guard let waiting = buffer, waiting.count > 0 else { return }
        try writePieces(waiting.bytes)
        empty(waiting)
    }

    /// The same for all files of a part. Two are hashed side by side, which takes little longer than one.
    static func flush(_ files: [PartFile]) throws(FileFault) {
        guard files.count == 2, let one = files[0].buffer, let other = files[1].buffer, one.count > 0, other.count > 0 else {
            for file in files { try file.flush() }
            return
        }
        try files[0].put(one.bytes)
        try files[1].put(other.bytes)
        Checksum.update(&files[0].checksum, one.bytes, &files[1].checksum, other.bytes)
        files[0].empty(one)
        files[1].empty(other)
    }

    private func empty(_ written: OutputBuffer) {
        buffer?.count = 0
        if written.capacity > Self.keptBytes {  // One unusual page shall not keep its memory.
            written.free()
            buffer = OutputBuffer(capacity: 64 << 10)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        try put(bytes)
        checksum.update(bytes)
    }

    /// Into the file, but not into the checksum.
    private func put(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        if file < 0 { try create() }
        try Disk.writeAll(bytes, to: file, path)
        written += bytes.count
    }

    private func create() throws(FileFault) {
        try Disk.makeFolders(folder)
        file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
    }

    /// The first flush of a CSV part: the header with the columns known by now, then the rows that waited, each with
    /// empty fields for the columns that came after it.
    /// - Parameter widths: how many columns the waiting rows have, as (rows, columns) in their order.
    func flushWaitingRows(header: [UInt8], widths: [(rows: Int, columns: Int)], columns: Int) throws(FileFault) {
        guard let ends = rowEnds, let waiting = buffer else { return try flush() }
        rowEnds = nil
        var out = OutputBuffer(capacity: 16 << 10)
        defer { out.free() }
        out.append(header)
        var start = 0, row = 0
        for segment in widths where segment.rows > 0 {
            let missing = columns - segment.columns
            for r in row..<row + segment.rows where missing > 0 {
                out.reserve(ends[r] - start + missing)
                out.put(waiting.base + start, ends[r] - start - 1)
                for _ in 0..<missing { out.put(UInt8(ascii: ",")) }
                out.put(UInt8(ascii: "\n"))
                start = ends[r]
                if out.count >= Self.pieceBytes { try write(&out) }
            }
            row += segment.rows
            guard missing == 0 else { continue }
            try write(&out)
            let end = ends[row - 1]
            try writePieces(UnsafeRawBufferPointer(start: waiting.base + start, count: end - start))
            start = end
        }
        try write(&out)
        empty(waiting)
    }

    private func write(_ out: inout OutputBuffer) throws(FileFault) {
        guard out.count > 0 else { return }
        try write(out.bytes)
        out.count = 0
    }

    /// What is hashed and written in one go shall still be in the processor's cache the second time.
    private func writePieces(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try write(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceBytes)))
            rest = rest.dropFirst(Self.pieceBytes)
        }
    }

    /// Ends the file: everything written, compressed where asked, synced, under its final name.
    func finish(name: String, compression: Compression) throws(FileFault) -> (bytes: Int, sha256: String) {
        try flush()
        if file < 0 { try create() }
        if compression == .gzip { return try finishCompressed(name) }
        try Disk.sync(file, path)
        try closeFile()
        try Disk.rename(path, to: folder + "/" + name)
        return (written, checksum.hexadecimal())
    }

    private func finishCompressed(_ name: String) throws(FileFault) -> (bytes: Int, sha256: String) {
        let result = try GzipFile.compress(file, path, to: folder + "/" + name)
        try closeFile()
        try Disk.remove(path)
        return result
    }

    private func closeFile() throws(FileFault) {
        let open = file
        file = -1
        try Disk.finish(open, path)
    }
}
