import LakeThreads
import Synchronization

/// Accepts connections, gives each a thread, and ends them all.
final class Server: Sendable {
    let options: SandboxOptions
    let book: Book
    let router: Router
    private let state = Mutex(State())
    /// Held by `start` and `stop` from beginning to end.
    private let lifecycle = Mutex(Life())

    private struct Life {
        var acceptor: DedicatedThread?
    }

    private struct State {
        var listener: Int32?
        var port: UInt16?
        var nextNumber = 1
        /// Sockets of open connections, by connection number.
        var sockets: [Int: Int32] = [:]
        /// Threads that nobody has joined yet.
        var threads: [Int: DedicatedThread] = [:]
        /// Those of `threads` whose work is done.
        var finished: [Int] = []
        var tally = SandboxTally()
    }

    init(_ options: SandboxOptions) {
        self.options = options
        book = Book(options)
        router = Router(options, book)
    }

    var port: UInt16? { state.withLock(\.port) }

    var tally: SandboxTally {
        state.withLock { state in
            var tally = state.tally
            tally.openConnections = state.sockets.count
            return tally
        }
    }

    func start() throws(SandboxFault) -> UInt16 {
        try lifecycle.withLock { life throws(SandboxFault) in
            guard life.acceptor == nil else { throw .alreadyRunning }
            let (listener, port) = try Socket.listen(port: options.port)
            state.withLock { ($0.listener, $0.port) = (listener, port) }
            do throws(SandboxFault) {
                life.acceptor = try Self.thread { self.acceptLoop(listener) }
            } catch {
                state.withLock { ($0.listener, $0.port) = (nil, nil) }
                Socket.close(listener)
                throw error
            }
            return port
        }
    }

    func stop() {
        lifecycle.withLock { life in
            guard let acceptor = life.acceptor, let listener = state.withLock({ $0.listener }) else { return }
            state.withLock { $0.port = nil }
            Socket.shutDown(listener)
            acceptor.join()
            Socket.close(listener)
            endConnections()
            state.withLock { $0.listener = nil }
            life.acceptor = nil
        }
    }

    /// No new connection can come any more. Shutting a socket down wakes its thread wherever it waits.
    private func endConnections() {
        let threads = state.withLock { state in
            state.sockets.values.forEach(Socket.shutDown)
            defer { (state.threads, state.finished) = ([:], []) }
            return state.threads
        }
        threads.values.forEach { $0.join() }
        state.withLock { $0.finished = [] }
    }
}

// MARK: Connections

extension Server {
    /// A thread with a stack of half a megabyte: there may be many connections.
    private static func thread(_ work: @escaping @Sendable () -> Void) throws(SandboxFault) -> DedicatedThread {
        do { return try DedicatedThread(stackBytes: 512 << 10, work) } catch {
            throw .system(call: "pthread_create", code: error.code)
        }
    }

    private func acceptLoop(_ listener: Int32) {
        while true {
            switch Socket.accept(listener) {
            case .client(let socket):
                joinFinished()
                admit(socket)
            case .none: continue
            case .exhausted: Socket.rest(milliseconds: 10)
            case .ended: return
            }
            guard port != nil else { return }
        }
    }

    private func admit(_ socket: Int32) {
        let open = state.withLock { state -> Int? in
            guard state.sockets.count < options.maxConnections else { return nil }
            let number = state.nextNumber
            // Started under the lock, so that the thread is known before it can report its end.
            guard let thread = try? Self.thread({ self.serve(socket, number) }) else { return nil }
            state.nextNumber += 1
            state.threads[number] = thread
            state.sockets[number] = socket
            state.tally.connections += 1
            return state.sockets.count
        }
        guard open == nil else { return }
        var connection = Connection(socket: socket, server: self)
        connection.refuse(Refusal(status: 503, messages: ["Too many connections"], headers: ["Retry-After": "1"]), waits: false)
        Socket.close(socket)
    }

    private func serve(_ socket: Int32, _ number: Int) {
        options.observer?(.connected(open: tally.openConnections))
        var connection = Connection(socket: socket, server: self)
        connection.serve()
        let open = state.withLock { state in
            // Closed under the lock: `stop` must not shut down a descriptor that has found a new owner.
            state.sockets[number] = nil
            Socket.close(socket)
            state.finished.append(number)
            return state.sockets.count
        }
        options.observer?(.disconnected(open: open))
    }

    private func joinFinished() {
        let threads = state.withLock { state in
            let done = state.finished.compactMap { state.threads.removeValue(forKey: $0) }
            state.finished = []
            return done
        }
        threads.forEach { $0.join() }
    }

    /// Counts a request.
    func count(_ path: SandboxPath) -> (number: Int, onPath: Int) {
        let numbers = state.withLock { state in
            state.tally.requests += 1
            state.tally.requestsByPath[path, default: 0] += 1
            return (number: state.tally.requests, onPath: state.tally.requestsByPath[path, default: 0])
        }
        options.observer?(.received(number: numbers.number, path: path))
        return numbers
    }
}
