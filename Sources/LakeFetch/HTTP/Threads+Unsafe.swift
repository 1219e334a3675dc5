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

/// A clock that never jumps, for measuring only.
package enum MonotonicClock {
    package static func milliseconds() -> Int64 {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000
    }
}

/// A thread of our own for work that blocks: the cooperative pool is as wide as the machine has cores.
package final class DedicatedThread: @unchecked Sendable {  // `handle` is written before anyone has the object, then only read.
    private let handle: pthread_t

    /// Starts it. It takes no signals: they are for the thread that handles them, and a SIGPIPE of a broken TLS
    /// connection, which libcurl cannot hold back without touching the process's handlers, does no harm where it is
    /// blocked. The threads that libcurl starts for name look-ups inherit this.
    /// - Returns: nil when the system refuses.
    package init?(_ work: @escaping @Sendable () -> Void) {
        var everySignal = sigset_t()
        var before = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_SETMASK, &everySignal, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        let parcel = Unmanaged.passRetained(Work(work))
        var handle = pthread_t()
        let code = pthread_create(&handle, nil, { pointer in
            if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }, parcel.toOpaque())
        guard code == 0 else {
            parcel.release()
            return nil
        }
        self.handle = handle
    }

    /// Waits for its end. Exactly once.
    package func join() { pthread_join(handle, nil) }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
