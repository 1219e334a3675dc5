import Foundation
import Glibc

@testable import LakeSandbox

/// A blocking HTTP client on a bare socket. Nothing waits longer than a minute.
final class Client {
    private let socket: Int32
    private var received = Data()

    struct Broken: Error { let what: String }

    struct Answer {
        let status: Int
        let head: String
        let body: Data
        /// Fewer bytes than Content-Length promised.
        let isCut: Bool

        func header(_ name: String) -> String? {
            for line in head.components(separatedBy: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].trimmingCharacters(in: .whitespaces) }
            }
            return nil
        }

        func json() throws -> Any { try JSONSerialization.jsonObject(with: body) }
        func object() throws -> [String: Any] { try json() as? [String: Any] ?? { throw Broken(what: "no object: \(self.text)") }() }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    init(_ port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var time = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Broken(what: "connect: \(errno)") }
    }

    deinit { close() }

    private var isOpen = true
    func close() {
        if isOpen { _ = Glibc.close(socket) }
        isOpen = false
    }

    func send(_ text: String) { send(Data(text.utf8)) }

    func send(_ data: Data) {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count, let base = bytes.baseAddress {
                let count = Glibc.send(socket, base + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    func request(_ path: String, method: String = "GET", version: String = "1.1", token: String? = "sandbox-token", more: String = "") {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        send("\(method) \(SandboxPath.base)/\(path) HTTP/\(version)\r\nHost: localhost\r\n\(authorization)\(more)\r\n")
    }

    func get(_ path: String, method: String = "GET", version: String = "1.1", token: String? = "sandbox-token", more: String = "") throws -> Answer {
        request(path, method: method, version: version, token: token, more: more)
        return try answer(hasBody: method != "HEAD")
    }

    func answer(hasBody: Bool = true) throws -> Answer {
        let end = Data("\r\n\r\n".utf8)
        while received.range(of: end) == nil { guard try receive() else { throw Broken(what: "no head") } }
        guard let range = received.range(of: end) else { throw Broken(what: "no head") }
        let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
        received = Data(received[range.upperBound...])
        let parts = head.split(separator: " ")
        var result = Answer(status: Int(parts[1]) ?? 0, head: head, body: Data(), isCut: false)
        let length = hasBody ? result.header("Content-Length").flatMap { Int($0) } ?? 0 : 0
        while received.count < length { guard try receive() else { break } }
        result = Answer(status: result.status, head: head, body: Data(received.prefix(length)), isCut: received.count < length)
        received = Data(received.dropFirst(length))
        return result
    }

    /// Whether the server has ended the connection and sent nothing more.
    func meetsEnd() throws -> Bool { try received.isEmpty && !receive() }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { throw Broken(what: "a minute of silence") }
        guard count > 0 else { return false }
        received.append(contentsOf: buffer[..<count])
        return true
    }
}

/// Runs `body` against a started sandbox and stops it afterwards.
func withSandbox<R>(_ options: SandboxOptions = SandboxOptions(requests: 250), _ body: (Sandbox, UInt16) throws -> R) throws -> R {
    let sandbox = try Sandbox(options)
    let port = try sandbox.start()
    defer { sandbox.stop() }
    return try body(sandbox, port)
}

typealias Record = [String: Any]

extension Client {
    /// One page in the style with a cursor.
    func page(_ path: String) throws -> (records: [Record], cursor: String?) {
        let answer = try get(path)
        guard answer.status == 200, let data = try answer.object()["data"] as? Record, let records = data["results"] as? [Record] else {
            throw Broken(what: answer.text)
        }
        return (records, data["next_cursor"] as? String)
    }

    /// All pages, following the cursor.
    func walk(_ path: String, limit: Int) throws -> (records: [Record], pageSizes: [Int]) {
        var (records, cursor) = try page("\(path)?limit=\(limit)")
        var sizes = [records.count]
        while let next = cursor {
            let escaped = next.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? next
            let page = try page("\(path)?limit=\(limit)&next_cursor=\(escaped)")
            records += page.records
            sizes.append(page.records.count)
            cursor = page.cursor
        }
        return (records, sizes)
    }
}

func ids(_ records: [Record]) -> [String] { records.compactMap { $0["id"] as? String } }
