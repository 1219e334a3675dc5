import Glibc
import LakeFiles

/// The lock of a dataset: one run at a time. Held as long as the object lives; the kernel lets go of it when the process
/// ends, however it ends, so a dead process never leaves a lock behind. The file itself is never removed.
package final class DatasetLock {
    private let file: Int32

    package init(_ paths: LakePaths) throws {
        try Disk.makeFolders(paths.lake)
        let open = open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard open >= 0 else { throw FileFault.system(operation: .lock, path: paths.lock, number: errno) }
        guard flock(open, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            let owner = DatasetLock.owner(open)
            close(open)
            if number == EWOULDBLOCK { throw CommitFault.locked(path: paths.lock, owner: owner) }
            throw FileFault.system(operation: .lock, path: paths.lock, number: number)
        }
        file = open  // Only now: `deinit` closes it, even where an init throws behind this line.
        sign()
    }

    deinit { close(file) }

    /// Says who holds it, for the message of whoever comes second. A courtesy: a full disk does not keep the lock from
    /// holding.
    private func sign() {
        let name = Array("process \(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = pwrite(file, name, name.count, 0) }
    }

    private static func owner(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let n = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, n)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
