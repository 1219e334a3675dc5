import Glibc
import LakeJSON
import LakeModel

// The journal of one resource of a load in the making, `journal/<resource>.pages` in staging: what an API answered, in the
// order in which it was judged. Each entry is a line and a body:
//
//     6c0f1d52a7e0b9d4 {"bytes":27,"check":"a91c…","status":200,"url":"https://…/users?page=1",…}\n
//     {"data":[{"id":1},{"id":2}]}\n
//
// The line begins with the hash of what stands behind it, and names length and hash of the body, so that an entry that a
// crash tore, cut or zeroed is told from a whole one: reading ends before the first that is not whole.

/// One entry.
package struct JournalEntry: Sendable {
    package var head: JSONValue
    package var body: PageBytes
}

/// Appends to a journal. The writing belongs to one thread; another one may sync it.
package final class JournalWriter: @unchecked Sendable {  // What changes is touched by the writing thread only.
    package let path: String
    private let file: Int32
    private var buffer: [UInt8] = []
    /// Bytes written.
    package private(set) var length: Int

    /// - Parameter length: where the whole entries end that are kept; what stands behind them goes.
    package init(_ path: String, keeping length: Int = 0) throws(FileFault) {
        self.path = path
        self.length = length
        file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
        guard ftruncate(file, off_t(length)) == 0, lseek(file, off_t(length), SEEK_SET) >= 0 else {
            throw .system(operation: .write, path: path, number: errno)
        }
    }

    deinit { close(file) }

    /// - Parameter head: an object; `bytes` and `check` are added to it.
    package func append(_ head: [JSONMember], _ body: PageBytes) throws(FileFault) {
        let members = [JSONMember("bytes", .int(body.count)), JSONMember("check", .string(hex(fastHash(body.base, body.count))))] + head
        let line = JSONValue.object(members).utf8(pretty: false)
        buffer.removeAll(keepingCapacity: true)
        buffer += Array(hex(line.withUnsafeBufferPointer { bytes in bytes.baseAddress.map { fastHash($0, bytes.count) } ?? 0 }).utf8)
        buffer.append(UInt8(ascii: " "))
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
        try Disk.writeAll(buffer, to: file, path)
        try body.withBytes { bytes throws(FileFault) in try Disk.writeAll(UnsafeRawBufferPointer(bytes), to: file, path) }
        try Disk.writeAll([UInt8(ascii: "\n")], to: file, path)
        length += buffer.count + body.count + 1
    }

    /// Makes what was written durable; the caller sees to its name.
    package func sync() throws(FileFault) { try Disk.sync(file, path) }
}

/// What a journal holds, by its lines alone: whether a body is whole is seen when it is read.
package struct JournalCount: Hashable, Sendable {
    /// Pages.
    package var entries = 0
    /// Whether something stands behind them that is no whole entry.
    package var isTorn = false

    package init(_ path: String) throws(FileFault) {
        let reader = try JournalReader(path)
        while let head = try reader.skip() {
            if head["end"]?.bool != true { entries += 1 }
        }
        isTorn = !reader.isAtEnd
    }
}

/// Reads the whole entries of a journal, one after the other.
package final class JournalReader {
    private let path: String
    private let file: Int32
    private let size: Int
    /// Where the entry begins that is read next: behind the last whole one.
    package private(set) var position = 0
    private static let pieceBytes = 16 << 10
    private static let longestLine = 8 << 20

    /// A journal that is not there has no entries.
    package init(_ path: String) throws(FileFault) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 || errno == ENOENT else { throw .system(operation: .read, path: path, number: errno) }
        var info = stat()
        size = file >= 0 && fstat(file, &info) == 0 ? Int(info.st_size) : 0
    }

    deinit { if file >= 0 { close(file) } }

    /// nil behind the last whole entry.
    package func next() throws(FileFault) -> JournalEntry? {
        guard let found = try find(), let body = try body(at: found.bodyOffset, found.bodyBytes),
            found.head["check"]?.string == hex(fastHash(body.base, body.count)) else { return nil }
        position = found.end
        return JournalEntry(head: found.head, body: body)
    }

    /// The line of the next entry. Its body is passed over unread: only its length is looked at.
    package func skip() throws(FileFault) -> JSONValue? {
        guard let found = try find() else { return nil }
        position = found.end
        return found.head
    }

    /// Whether nothing stands behind the last entry that was whole.
    package var isAtEnd: Bool { position == size }

    private struct Found {
        var head: JSONValue
        var bodyOffset: Int
        var bodyBytes: Int
        var end: Int
    }

    /// The entry at `position`, with a line that is whole and room for its body.
    private func find() throws(FileFault) -> Found? {
        guard let (head, lineBytes) = try line(), let count = head["bytes"]?.int, count >= 0, count <= size else { return nil }
        let body = position + lineBytes
        guard body + count + 1 <= size, try read(at: body + count, 1) == [UInt8(ascii: "\n")] else { return nil }
        return Found(head: head, bodyOffset: body, bodyBytes: count, end: body + count + 1)
    }

    /// The line at `position`, with the length of its bytes; nil where there is no whole one.
    private func line() throws(FileFault) -> (JSONValue, Int)? {
        var bytes: [UInt8] = []
        while bytes.count < Self.longestLine {
            let more = try read(at: position + bytes.count, Self.pieceBytes)
            let end = more.firstIndex(of: UInt8(ascii: "\n"))
            bytes += more[..<(end ?? more.count)]
            if more.isEmpty { return nil }
            if end != nil { break }
        }
        guard bytes.count > 17, bytes[16] == UInt8(ascii: " ") else { return nil }
        let json = Array(bytes[17...])
        let sum = hex(json.withUnsafeBufferPointer { text in text.baseAddress.map { fastHash($0, text.count) } ?? 0 })
        guard sum.utf8.elementsEqual(bytes[..<16]), let head = try? JSONValue(parsing: PageBytes(json)) else { return nil }
        return (head, bytes.count + 1)
    }

    private func body(at offset: Int, _ count: Int) throws(FileFault) -> PageBytes? {
        guard count <= Int(UInt32.max) else { return nil }
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 16)
        do {
            guard try read(into: block, count, at: offset) == count else {
                block.deallocate()
                return nil
            }
        } catch {
            block.deallocate()
            throw error
        }
        return PageBytes(taking: block, count: count) { $0.deallocate() }
    }

    private func read(at offset: Int, _ count: Int) throws(FileFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        var fault: FileFault?
        bytes.withUnsafeMutableBytes { raw in
            guard let base = raw.baseAddress else { return }
            do throws(FileFault) { got = try read(into: base, count, at: offset) } catch { fault = error }
        }
        if let fault { throw fault }
        return Array(bytes.prefix(got))
    }

    private func read(into block: UnsafeMutableRawPointer, _ count: Int, at offset: Int) throws(FileFault) -> Int {
        guard file >= 0 else { return 0 }
        var got = 0
        while got < count {
            let n = pread(file, block + got, count - got, off_t(offset + got))
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            if n == 0 { break }
            got += n
        }
        return got
    }
}
