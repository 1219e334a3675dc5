import Foundation
import Glibc
import LakeCommit
import LakeFiles
import LakeModel
import Testing

@Suite("The lock") struct LockTests {
    private func owner(_ body: () throws -> Void) -> String? {
        do { try body() } catch CommitFault.locked(_, let owner) { return owner } catch {}
        return nil
    }

    @Test("a second opening in the same process is refused and told who holds the lock") func sameProcess() throws {
        let lake = try Lake()
        var first: Dataset? = try lake.open()
        #expect(first?.manifest.loadCount == 0)
        for _ in 0..<3 { #expect(owner { _ = try lake.openNow() } == "process \(getpid())") }
        first = nil
        _ = try lake.open()
    }

    @Test("a refused opening closes its file once: no other file of the process is closed with it") func closesOnce() throws {
        let lake = try Lake()
        let first = try lake.open()
        // Threads that open and close files all the time notice when one of theirs is closed by somebody else.
        let stop = StopSign()
        let watchers = (0..<2).map { _ in Thread { watch(stop) } }
        for watcher in watchers { watcher.start() }
        for _ in 0..<500 { #expect(owner { _ = try lake.openNow() } != nil) }
        stop.stop()
        #expect(stop.faults == 0)
        withExtendedLifetime(first) {}
    }

    @Test("another process is refused while the lock is held, and takes it when it is free") func otherProcess() async throws {
        let lake = try Lake()
        var first: Dataset? = try lake.open()
        let folder = lake.paths.dataset
        await #expect(processExitsWith: .exitCode(75)) { [folder = folder as String] in
            do { _ = try Dataset(LakePaths(dataset: folder), name: "test") } catch CommitFault.locked(_, let owner) {
                exit(owner.hasPrefix("process ") && owner != "process \(getpid())" ? 75 : 1)
            }
            exit(2)
        }
        #expect(first?.recovered == [])
        first = nil
        await #expect(processExitsWith: .success) { [folder = folder as String] in
            _ = try Dataset(LakePaths(dataset: folder), name: "test")
        }
    }

    @Test("a process that is killed leaves no lock, and its prepared load is published") func deadProcess() async throws {
        let lake = try Lake()
        let folder = lake.paths.dataset
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let dataset = try Dataset(LakePaths(dataset: folder), name: "test")
            try commit(dataset, loadID(2), portions(2)) { if $0 == .moveChecksums { kill(getpid(), SIGKILL) } }
        }
        #expect(try lake.open().recovered == [.published(load: loadID(2).text)])
        let wanted = try Lake.tree(2)
        #expect(difference(try tree(lake.paths), wanted) == [])
    }

    @Test("programs that the run starts do not inherit the lock") func closeOnExec() throws {
        let lake = try Lake()
        var first: Dataset? = try lake.open()
        let child = try spawnCat()
        #expect(first?.recovered == [])
        first = nil
        _ = try lake.open()
        close(child.input)
        var status: Int32 = 0
        #expect(waitpid(child.process, &status, 0) == child.process)
    }

    /// Starts a program that waits for the end of its input; it gets every file that is not closed on exec.
    private func spawnCat() throws -> (process: pid_t, input: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("cat"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawn(&process, "/bin/cat", &actions, nil, &arguments, nil) == 0)
        close(ends[0])
        return (process, ends[1])
    }
}

private final class StopSign: @unchecked Sendable {  // Everything is behind the lock.
    private let lock = NSLock()
    private var isStopped = false
    private var running = 0
    private(set) var faults = 0

    func enter() { lock.withLock { running += 1 } }
    func leave(_ faults: Int) { lock.withLock { running -= 1; self.faults += faults } }
    var isSet: Bool { lock.withLock { isStopped } }

    /// Waits until every watcher has left.
    func stop() {
        lock.withLock { isStopped = true }
        while lock.withLock({ running > 0 }) { sched_yield() }
    }
}

private func watch(_ stop: StopSign) {
    stop.enter()
    var faults = 0
    while !stop.isSet {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        sched_yield()
        if close(file) != 0 { faults += 1 }
    }
    stop.leave(faults)
}
