import Foundation
import LakeJSON

/// An API on the loopback address that says exactly what a test tells it to. Raw sockets, a thread per connection.
final class FixtureServer: @unchecked Sendable {  // `seen`, `connections` and `isStopped` are touched only under the condition's lock.
    struct Request: Sendable {
        var method: String
        /// `/items`
        var path: String
        var query: [String: String]
        /// `/items?page=2`
        var target: String
        var headers: [String]
        var body: String
        /// Of this path, from 1.
        var number: Int
        /// When it came, on a clock that only goes forward.
        var seconds: Double

        /// The first field of this name.
        func header(_ name: String) -> String? {
            headers.lazy.map { $0.split(separator: ":", maxSplits: 1) }.first { $0.first?.lowercased() == name.lowercased() }
                .map { $0.count > 1 ? $0[1].trimmingCharacters(in: .whitespaces) : "" }
        }

        /// The body as JSON; null where it is none.
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

        /// The body as a form.
        var form: [String: String] {
            let parts = URLComponents(string: "/?" + body.replacingOccurrences(of: "+", with: "%20"))
            return Dictionary((parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { first, _ in first }
        }
    }

    enum Answer: Sendable {
        case page(String, status: Int = 200, headers: [String] = ["Content-Type: application/json"])
        /// States more bytes than come.
        case cutBody(String)
        /// Nothing comes until `release`; then this.
        indirect case held(Answer)
        /// This, so many milliseconds later.
        indirect case late(Int, Answer)
    }

    let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let condition = NSCondition()
    private var seen: [Request] = []
    private var connections: Set<Int32> = []
    private var isStopped = false
    private let gate = Latch<Bool>()

    init(_ answer: @escaping @Sendable (Request) -> Answer) {
        self.answer = answer
        (listener, port) = FixtureServer.bound(andListening: true)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                // A client that left before its turn ends nothing.
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                guard let self else {
                    close(connection)
                    break
                }
                self.condition.withLock { _ = self.connections.insert(connection) }
                Thread.detachNewThread { self.serve(connection) }
            }
            close(listener)
        }
    }

    /// Answers by path alone: the first request with the first page, and so on; the last one for ever.
    convenience init(_ pages: [String: [Answer]]) {
        self.init { request in
            guard let pages = pages[request.path], let last = pages.last else { return .page(#"{"message": "no such path"}"#, status: 404) }
            return request.number <= pages.count ? pages[request.number - 1] : last
        }
    }

    deinit { stop() }

    var url: String { "http://127.0.0.1:\(port)" }

    var requests: [Request] { condition.withLock { seen } }

    /// Waits until so many requests have come.
    @discardableResult
    func wait(for count: Int) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return condition.wait(atMost: 60) { seen.count >= count }
    }

    /// Lets the held answers go.
    func release() { gate.open(true) }

    func stop() {
        gate.open(false)
        condition.withLock {
            // Once: its number is another's after that.
            if !isStopped { shutdown(listener, Int32(SHUT_RDWR)) }
            isStopped = true
            for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// A port at which nobody listens. It stays taken for the life of the process, or another server might get it.
    static func deadPort() -> UInt16 { bound(andListening: false).1 }

    private static func bound(andListening listens: Bool) -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0 && (!listens || listen(listener, 64) == 0), "no loopback socket")
                precondition(getsockname(listener, address, &length) == 0, "no port")
            }
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private func serve(_ connection: Int32) {
        var waiting = Data()
        while let head = head(connection, &waiting) {
            guard let body = body(connection, &waiting, of: head), send(connection, answer(note(head, body)), head) else { break }
        }
        condition.withLock { _ = connections.remove(connection) }
        shutdown(connection, Int32(SHUT_RDWR))  // A child may hold a copy of the descriptor: closing alone would not end it.
        close(connection)
    }

    private func head(_ connection: Int32, _ waiting: inout Data) -> [String]? {
        let end = Data("\r\n\r\n".utf8)
        while true {
            if let found = waiting.range(of: end) {
                let head = String(decoding: waiting[..<found.lowerBound], as: UTF8.self)
                waiting = Data(waiting[found.upperBound...])
                return head.components(separatedBy: "\r\n")
            }
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            waiting += piece.prefix(count)
        }
    }

    /// As many bytes as the head states; nil where they do not come.
    private func body(_ connection: Int32, _ waiting: inout Data, of head: [String]) -> String? {
        let stated = head.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: ":").last
        let length = stated.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
        while waiting.count < length {
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            waiting += piece.prefix(count)
        }
        defer { waiting = Data(waiting.dropFirst(length)) }
        return String(decoding: waiting.prefix(length), as: UTF8.self)
    }

    private func note(_ head: [String], _ body: String) -> Request {
        let words = head[0].components(separatedBy: " ")
        let target = words.dropFirst().first ?? "/"
        let parts = URLComponents(string: target)
        let query = Dictionary((parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { first, _ in first }
        let path = target.components(separatedBy: "?")[0]
        return condition.withLock {
            let request = Request(
                method: words[0], path: path, query: query, target: target, headers: Array(head.dropFirst()), body: body,
                number: seen.filter { $0.path == path }.count + 1, seconds: ProcessInfo.processInfo.systemUptime)
            seen.append(request)
            condition.broadcast()
            return request
        }
    }

    private func send(_ connection: Int32, _ answer: Answer, _ head: [String]) -> Bool {
        switch answer {
        case .page(let body, let status, let headers):
            return send(connection, ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers, body)
        case .cutBody(let body):
            _ = send(connection, ["HTTP/1.1 200 OK", "Content-Length: \(body.utf8.count + 50)"], body)
            return false
        case .held(let answer):
            return gate.wait(atMost: 120) == true && send(connection, answer, head)
        case .late(let milliseconds, let answer):
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
            return send(connection, answer, head)
        }
    }

    private func send(_ connection: Int32, _ head: [String], _ body: String) -> Bool {
        let bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}

extension FixtureServer.Answer {
    /// `{"items": [{"id": 1}, …], …}`
    static func items(_ ids: some Sequence<Int>, _ more: String = "") -> Self {
        let records = ids.map { #"{"id": \#($0), "name": "n\#($0)"}"# }.joined(separator: ", ")
        return .page(#"{"items": [\#(records)]\#(more.isEmpty ? "" : ", " + more)}"#)
    }
}
