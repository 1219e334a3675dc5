import Glibc

/// A thread of its own for work that blocks: the cooperative pool is as wide as the machine has cores.
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts `body`; throws when the system has no thread left.
    init(stackBytes: Int = 512 * 1024, _ body: @escaping @Sendable () -> Void) throws(SandboxFault) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        // The box is retained here and released by the new thread, or below when there is none.
        let box = Unmanaged.passRetained(Box(body))
        var handle = pthread_t()
        let failure = pthread_create(&handle, &attributes, { argument in
            guard let argument else { preconditionFailure("a thread is started with its work") }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw .system(call: "pthread_create", code: failure)
        }
        self.handle = handle
    }

    /// Waits for the end. Once per thread.
    func join() { pthread_join(handle, nil) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
