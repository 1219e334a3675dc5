import Glibc
import LakeExport
import LakeFetch
import LakeThreads

/// SIGINT and SIGTERM ask the run to end; the second one ends it at once. The lake is safe either way.
enum Signals {
    /// Blocks the signals for every thread started from here on, and waits for them on one of its own.
    static func watch(_ cancellation: Cancellation) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        watcher = try? DedicatedThread {
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, SIGINT)
            sigaddset(&set, SIGTERM)
            var number: Int32 = 0
            var isSecond = false
            while sigwait(&set, &number) == 0 {
                if isSecond { _exit(128 + number) }
                isSecond = true
                cancellation.cancel(.signal(number))
            }
        }
        // Without a thread to take them, the signals do what they do by themselves.
        if watcher == nil { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
    }

    // Held for the life of the process.
    nonisolated(unsafe) private static var watcher: DedicatedThread?  // Written once, before any other thread is there.
}
