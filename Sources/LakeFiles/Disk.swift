import Glibc
import LakeModel
import LakeThreads

/// The calls on the disk that the lake needs, each with its error told as a `FileFault`.
package enum Disk {
    private static func fail(_ operation: FileFault.Operation, _ path: String) -> FileFault {
        .system(operation: operation, path: path, number: errno)
    }

    /// Makes a folder and those above it. Existing ones are fine.
    package static func makeFolders(_ path: String, mode: mode_t = 0o777) throws(FileFault) {
        if mkdir(path, mode) == 0 || isFolder(path) { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw fail(.makeFolder, path) }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, mode) == 0 || isFolder(path) else { throw fail(.makeFolder, path) }
    }

    package static func isFolder(_ path: String) -> Bool {
        let before = errno
        defer { errno = before }
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    package static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// As `exists`, where a wrong no would cost something: a disk that does not answer is a fault.
    package static func isThere(_ path: String) throws(FileFault) -> Bool {
        var info = stat()
        if lstat(path, &info) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw fail(.inspect, path) }
        return false
    }

    /// Which device a file lies on.
    package static func device(of path: String) throws(FileFault) -> UInt64 {
        var info = stat()
        guard stat(path, &info) == 0 else { throw fail(.inspect, path) }
        return UInt64(info.st_dev)
    }

    /// Names in a folder, sorted by bytes; empty for one that is not there.
    /// - Parameter suffix: only those that end so: of tens of thousands the others cost nothing.
    package static func names(in folder: String, endingIn suffix: StaticString = "") throws(FileFault) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw fail(.list, folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0  // The end of a folder and a fault look alike but for this: half a list of loads would unlist the rest.
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { text -> String? in
                    let count = strlen(text)
                    guard count >= suffix.utf8CodeUnitCount,
                        memcmp(text + count - suffix.utf8CodeUnitCount, suffix.utf8Start, suffix.utf8CodeUnitCount) == 0 else { return nil }
                    return String(cString: text)
                }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw fail(.list, folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The whole file; nil where there is none.
    package static func read(_ path: String) throws(FileFault) -> PageBytes? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw fail(.read, path)
        }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw fail(.inspect, path) }
        let size = Int(info.st_size)
        guard size <= Int(UInt32.max) else { throw .system(operation: .read, path: path, number: EFBIG) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
        var got = 0
        while got < size {
            let n = Glibc.read(file, block + got, size - got)
            if n < 0, errno == EINTR { continue }
            if n == 0 { break }
            guard n > 0 else {
                let fault = fail(.read, path)
                block.deallocate()
                throw fault
            }
            got += n
        }
        return PageBytes(taking: block, count: got) { $0.deallocate() }
    }

    /// The first bytes of a file, fewer where it is shorter; nil where there is none.
    package static func read(_ path: String, first limit: Int) throws(FileFault) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw fail(.read, path)
        }
        defer { close(file) }
        var head: [UInt8] = []
        var block = [UInt8](repeating: 0, count: limit)
        while head.count < limit {
            let n = Glibc.read(file, &block, limit - head.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw fail(.read, path) }
            if n == 0 { break }
            head += block[..<n]
        }
        return head
    }

    /// Writes a small file whole and syncs it. `isNew` refuses an existing one.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o666, isNew: Bool = false) throws(FileFault) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_EXCL : O_TRUNC), mode)
        guard file >= 0 else { throw fail(.create, path) }
        do {
            try writeAll(bytes, to: file, path)
            try sync(file, path)
        } catch {
            close(file)
            throw error
        }
        try finish(file, path)
    }

    /// Replaces a small file at once for those who read it; what a crash leaves of it is not said.
    package static func replaceUnsynced(_ path: String, with bytes: [UInt8]) throws(FileFault) {
        let new = path + ".new"
        let file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fail(.create, new) }
        do { try writeAll(bytes, to: file, new) } catch {
            close(file)
            throw error
        }
        try finish(file, new)
        try rename(new, to: path)
    }

    /// Replaces a small file at once for those who read it, whoever they are, and makes it durable. What is there stays
    /// where it fails.
    package static func replaceForOthers(_ path: String, with bytes: [UInt8]) throws(FileFault) {
        let new = path + ".\(getpid()).new"
        do throws(FileFault) {
            try write(bytes, to: new)
            guard chmod(new, 0o644) == 0 else { throw fail(.write, new) }
            try rename(new, to: path)
        } catch {
            unlink(new)
            throw error
        }
    }

    /// Puts bytes behind those of a file in one piece; makes the file where there is none.
    package static func append(_ bytes: [UInt8], to path: String) throws(FileFault) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw fail(.create, path) }
        do { try writeAll(bytes, to: file, path) } catch {
            close(file)
            throw error
        }
        try finish(file, path)
    }

    /// Makes a file durable that was written and closed before.
    package static func syncFile(_ path: String) throws(FileFault) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw fail(.sync, path) }
        defer { close(file) }
        try sync(file, path)
    }

    /// When a file was written last; nil where there is none.
    package static func modified(_ path: String) -> UTCTime? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return UTCTime(milliseconds: Int64(info.st_mtim.tv_sec) * 1000 + Int64(info.st_mtim.tv_nsec) / 1_000_000)
    }

    /// Makes what was written to a file durable.
    package static func sync(_ file: Int32, _ path: String) throws(FileFault) {
        SyncWatch.tell(.before, path)
        while fsync(file) != 0 {
            guard errno == EINTR else { throw fail(.sync, path) }
        }
        SyncWatch.tell(.after, path)
    }

    /// Closes a file that was written. An interrupted close has closed it all the same.
    package static func finish(_ file: Int32, _ path: String) throws(FileFault) {
        guard close(file) == 0 || errno == EINTR else { throw fail(.close, path) }
    }

    package static func writeAll(_ bytes: [UInt8], to file: Int32, _ path: String) throws(FileFault) {
        var fault: FileFault?
        bytes.withUnsafeBytes { raw in
            do throws(FileFault) { try writeAll(raw, to: file, path) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    package static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, _ path: String) throws(FileFault) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let n = Glibc.write(file, base + done, bytes.count - done)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw fail(.write, path) }
            guard n > 0 else { throw .system(operation: .write, path: path, number: EIO) }
            done += n
        }
    }

    /// Makes the names in a folder durable.
    package static func syncFolder(_ path: String) throws(FileFault) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw fail(.sync, path) }
        defer { close(folder) }
        try sync(folder, path)
    }

    /// Syncs that go on together: each waits for the disk, which takes many at once.
    package static let syncsAtOnce = 8

    /// Makes the names in several folders durable.
    package static func syncFolders(_ paths: [String]) throws(FileFault) {
        try SideBySide.forEach(paths, threads: syncsAtOnce) { path throws(FileFault) in try syncFolder(path) }
    }

    /// Makes a folder's own name durable, and the names of those above it on the same device, as far as they may be read.
    package static func syncFolders(above path: String) throws(FileFault) {
        let own = try device(of: path)
        var folder = path
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            let above = folder.isEmpty ? "/" : folder
            guard access(above, R_OK) == 0, try device(of: above) == own else { return }
            try syncFolder(above)
        }
    }

    /// Joins `head` and the files at `sources`, those that are there, to a new file, which is synced. Holds one block of
    /// them in memory.
    /// - Returns: its SHA-256.
    package static func join(_ head: [UInt8], _ sources: [String], to path: String, mode: mode_t = 0o666) throws(FileFault) -> String {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw fail(.create, path) }
        var checksum = Checksum()
        do {
            try append(head[...], to: file, path, &checksum)
            for source in sources { try append(fileAt: source, to: file, path, &checksum) }
            try sync(file, path)
        } catch {
            close(file)
            throw error
        }
        try finish(file, path)
        return checksum.hexadecimal()
    }

    /// The length and SHA-256 of a file; nil where there is none. Holds one block of it in memory.
    package static func checksum(of path: String) throws(FileFault) -> (bytes: Int, sha256: String)? {
        var checksum = Checksum()
        var count = 0
        let isThere = try readBlocks(of: path) { block throws(FileFault) in
            block.withUnsafeBytes { checksum.update($0) }
            count += block.count
        }
        return isThere ? (count, checksum.hexadecimal()) : nil
    }

    private static func append(fileAt source: String, to file: Int32, _ path: String, _ checksum: inout Checksum) throws(FileFault) {
        var sum = checksum
        _ = try readBlocks(of: source) { block throws(FileFault) in try append(block, to: file, path, &sum) }
        checksum = sum
    }

    /// - Returns: false where there is no such file.
    private static func readBlocks(of path: String, _ body: (ArraySlice<UInt8>) throws(FileFault) -> Void) throws(FileFault) -> Bool {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            if errno == ENOENT { return false }
            throw fail(.read, path)
        }
        defer { close(input) }
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let n = Glibc.read(input, &block, block.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw fail(.read, path) }
            if n == 0 { return true }
            try body(block[..<n])
        }
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to file: Int32, _ path: String, _ checksum: inout Checksum) throws(FileFault) {
        try writeAll(Array(bytes), to: file, path)
        bytes.withUnsafeBytes { checksum.update($0) }
    }

    package static func rename(_ from: String, to target: String) throws(FileFault) {
        guard Glibc.rename(from, target) == 0 else { throw fail(.rename, target) }
    }

    /// Renames only where the target does not exist; false where it does.
    package static func renameNew(_ from: String, to target: String) throws(FileFault) -> Bool {
        if renameat2(AT_FDCWD, from, AT_FDCWD, target, UInt32(RENAME_NOREPLACE)) == 0 { return true }
        if errno == EEXIST { return false }
        // File systems without RENAME_NOREPLACE: a hard link refuses an existing target just as well.
        guard errno == EINVAL || errno == ENOSYS else { throw fail(.rename, target) }
        if link(from, target) == 0 {
            try remove(from)
            return true
        }
        if errno == EEXIST { return false }
        // And without hard links: the lock of the dataset keeps everybody else away between look and rename.
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else { throw fail(.rename, target) }
        if try isThere(target) { return false }
        try rename(from, to: target)
        return true
    }

    package static func remove(_ path: String) throws(FileFault) {
        guard unlink(path) == 0 || errno == ENOENT else { throw fail(.remove, path) }
    }

    /// Removes a folder with nothing in it. One that is not there, or not empty, is fine.
    package static func removeEmptyFolder(_ path: String) throws(FileFault) {
        guard rmdir(path) == 0 || [ENOENT, ENOTEMPTY, EEXIST].contains(errno) else { throw fail(.remove, path) }
    }

    /// Removes a folder with all that is in it. One that is not there is fine.
    package static func removeTree(_ path: String) throws(FileFault) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw fail(.remove, path)
        }
        guard info.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw fail(.remove, path) }
    }
}
