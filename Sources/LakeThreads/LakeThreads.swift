// Threads that may block, and what they share. Comes in: work as closures. Goes out: its effects. Touches threads, locks
// and the monotonic clock, nothing else. Throws `ThreadRefused`, and what the work throws.
//
//     DedicatedThread   one thread for work that blocks
//     Monitor           a value behind a lock, whose changes can be waited for
//     SideBySide        the same work for many items, some at a time
//     MonotonicClock    time that never jumps

/// The system has no thread left; `code` is the error number of `pthread_create`.
package struct ThreadRefused: Error, Hashable, Sendable {
    package var code: Int32
}
