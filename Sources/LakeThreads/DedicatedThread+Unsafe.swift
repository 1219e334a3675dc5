import Glibc

/// A thread of our own for work that blocks: the cooperative pool is as wide as the machine has cores.
package struct DedicatedThread: Sendable {
    private let handle: pthread_t

    /// Starts it. It takes no signals: they are for the thread that handles them, and a SIGPIPE of a broken TLS
    /// connection, which libcurl cannot hold back without touching the process's handlers, does no harm where it is
    /// blocked. The threads that libcurl starts for name look-ups inherit this.
    /// - Parameter stackBytes: of its stack; nil: as many as the system gives.
    package init(stackBytes: Int? = nil, _ work: @escaping @Sendable () -> Void) throws(ThreadRefused) {
        var everySignal = sigset_t()
        var before = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_SETMASK, &everySignal, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
        // Retained here and released by the new thread, or below when there is none.
        let parcel = Unmanaged.passRetained(Work(work))
        var handle = pthread_t()
        let code = pthread_create(&handle, &attributes, { pointer in
            if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }, parcel.toOpaque())
        guard code == 0 else {
            parcel.release()
            throw ThreadRefused(code: code)
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
