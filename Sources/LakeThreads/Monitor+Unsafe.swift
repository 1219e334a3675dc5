import Glibc

/// A value behind a lock, and a way to wait for a change of it.
///
/// The threads that wait here are dedicated ones that may block. The standard library's `Mutex` cannot be waited on, and
/// the thread sanitizer does not understand it; it does this one.
package final class Monitor<State: Sendable>: @unchecked Sendable {  // `state` is touched only while the mutex is held.
    // Both are shared with other threads by address, so they may not move: a place of their own.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    package init(_ state: State) {
        self.state = state
        mutex.initialize(to: pthread_mutex_t())
        changed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        // These fail only for arguments that are wrong or for want of memory at start.
        precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_condattr_init(&attributes) == 0, "no lock")
        precondition(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0, "no monotonic clock")
        precondition(pthread_cond_init(changed, &attributes) == 0, "no condition")
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Looks at the value or changes it, and wakes everyone who waits.
    package func change<R>(_ body: (inout State) -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let result = body(&state)
        pthread_cond_broadcast(changed)
        return result
    }

    /// Looks at the value.
    package func look<R>(_ body: (State) -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(state)
    }

    /// Blocks until `answer` gives one.
    package func wait<R>(for answer: (State) -> R?) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let answer = answer(state) { return answer }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// Blocks until `answer` gives one, which may change the value as it does; then wakes everyone else who waits.
    package func waitToChange<R>(for answer: (inout State) -> R?) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let answer = answer(&state) {
                pthread_cond_broadcast(changed)
                return answer
            }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// Blocks until `answer` gives one, at most so long; nil when the time is over.
    package func wait<R>(atMostMilliseconds limit: Int64, for answer: (State) -> R?) -> R? {
        let end = MonotonicClock.milliseconds().addingReportingOverflow(max(0, limit))
        var moment = timespec()
        moment.tv_sec = Int((end.overflow ? Int64.max : end.partialValue) / 1000)
        moment.tv_nsec = Int(end.partialValue % 1000) * 1_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let answer = answer(state) { return answer }
            if pthread_cond_timedwait(changed, mutex, &moment) == ETIMEDOUT { return answer(state) }
        }
    }
}
