import Glibc
import LakeThreads
import Testing

@testable import LakeFetch

extension Trait where Self == TimeLimitTrait {
    /// What hangs is told. All tests start at once and share the few threads of the pool: the wait for one may count too,
    /// so the limit has to be far above what the whole suite takes on a slow and busy machine.
    static var noHang: Self { .timeLimit(.minutes(30)) }
}

/// A server of raw sockets on the loopback address, a thread per connection, that says exactly what a test tells it to.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        /// As on the request line: `GET /items?page=1`.
        var line: String
        var headers: [String]
        var body: [UInt8]
        /// Connections and requests are counted from 1.
        var connection: Int
        var number: Int

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
    }

    enum Step: Sendable {
        case send([UInt8])
        /// Waits a little, then sends.
        case trickle(String, milliseconds: Int64)
        /// Waits until the client hangs up.
        case stall
        case hangUp
    }

    private struct State: Sendable {
        var connections = 0
        var requests: [Request] = []
        var open: Set<Int32> = []
    }
    let port: Int
    private let listener: Int32
    private let state = Monitor(State())
    private let answer: @Sendable (Request) -> [Step]

    init(_ answer: @escaping @Sendable (Request) -> [Step]) {
        self.answer = answer
        // No program that another test starts may hold a connection open.
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0 && listen(listener, 512) == 0, "no loopback socket")
                precondition(getsockname(listener, address, &length) == 0, "no port")
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        startThread { [weak self] in
            while let connection = nextConnection(of: listener) {
                guard let self else { return _ = close(connection) }
                let number = self.state.change { state in
                    state.connections += 1
                    state.open.insert(connection)
                    return state.connections
                }
                startThread { self.serve(connection, number: number) }
            }
        }
    }

    /// Ends every connection.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.change { for connection in $0.open { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var connections: Int { state.change { $0.connections } }
    var requests: [Request] { state.change { $0.requests } }

    private func serve(_ connection: Int32, number: Int) {
        var input = Input(connection)
        serving: while let request = read(&input, connection: number) {
            for step in answer(request) {
                switch step {
                case .send(let bytes): if !sendAll(connection, bytes) { break serving }
                case .trickle(let text, let milliseconds):
                    _ = InterruptiblePause().wait(milliseconds: milliseconds)
                    if !sendAll(connection, Array(text.utf8)) { break serving }
                case .stall:
                    while input.fill() {}
                    break serving
                case .hangUp: break serving
                }
            }
        }
        state.change { _ = $0.open.remove(connection) }
        // First the end of the stream, so that what was sent arrives although some of the request may lie unread.
        shutdown(connection, Int32(SHUT_WR))
        while input.fill() {}
        close(connection)
    }

    private func read(_ input: inout Input, connection: Int) -> Request? {
        var lines: [String] = []
        while let line = input.line() {
            guard line.isEmpty else {
                lines.append(line)
                continue
            }
            guard let first = lines.first else { return nil }
            var request = Request(
                line: first.split(separator: " ").prefix(2).joined(separator: " "), headers: Array(lines.dropFirst()),
                body: [], connection: connection, number: 0)
            request.body = input.bytes(Int(request.header("Content-Length") ?? "") ?? 0)
            return state.change { state in
                request.number = state.requests.count + 1
                state.requests.append(request)
                return request
            }
        }
        return nil
    }
}

/// nil when the listener was shut down. A client that left before its turn ends nothing.
private func nextConnection(of listener: Int32) -> Int32? {
    while true {
        let connection = accept(listener, nil, nil)
        if connection >= 0 {
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            return connection
        }
        guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
}

/// A listener that takes no connections, with its queue filled, so that a further attempt hangs.
final class FullListener: Sendable {
    let port: Int
    private let sockets: [Int32]

    init(fillers: Int = 4) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var all = [listener]
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0 && listen(listener, 0) == 0, "no loopback socket")
                precondition(getsockname(listener, address, &length) == 0, "no port")
                for _ in 0..<fillers {
                    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
                    _ = connect(filler, address, length)
                    all.append(filler)
                }
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        sockets = all
    }

    func close() { for socket in sockets { Glibc.close(socket) } }
}

/// What was read of a connection and not used yet.
private struct Input {
    private let connection: Int32
    private var bytes: [UInt8] = []
    init(_ connection: Int32) { self.connection = connection }

    mutating func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &piece, piece.count, 0)
        if count > 0 { bytes += piece.prefix(count) }
        return count > 0
    }

    mutating func line() -> String? {
        while true {
            if let end = bytes.firstIndex(of: 10) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeFirst(end + 1)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            if !fill() { return nil }
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        while bytes.count < count { if !fill() { break } }
        let result = Array(bytes.prefix(count))
        bytes.removeFirst(result.count)
        return result
    }
}

private func sendAll(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
            let sent = send(connection, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if sent <= 0 { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}

/// Detached: the pool of the tests is as wide as the machine has cores and may not be blocked.
func startThread(_ work: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(work))
    let code = pthread_create(&thread, nil, { Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().work(); return nil }, box.toOpaque())
    precondition(code == 0, "no thread")
    pthread_detach(thread)
}

/// Runs `work` on so many threads at once and returns when all are done.
func onThreads<R: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) -> R) async -> [R] {
    await withTaskGroup(of: (Int, R).self) { group in
        for i in 0..<count {
            group.addTask {
                await withCheckedContinuation { next in startThread { next.resume(returning: (i, work(i))) } }
            }
        }
        var results: [(Int, R)] = []
        for await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

extension LoopbackServer.Step {
    static func send(_ text: String) -> Self { .send(Array(text.utf8)) }

    /// A whole answer with its length.
    static func answer(_ body: [UInt8], status: Int = 200, headers: [String] = []) -> Self {
        let head = ["HTTP/1.1 \(status) X", "Content-Length: \(body.count)"] + headers
        return .send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }
    static func answer(_ text: String, status: Int = 200, headers: [String] = []) -> Self {
        answer(Array(text.utf8), status: status, headers: headers)
    }
}

func letOthersRun() { sched_yield() }
