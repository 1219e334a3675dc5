import Glibc

/// The socket calls. The pointers are those of the C interface; none outlives its call.
enum Socket {
    /// A socket that listens on 127.0.0.1, and its port.
    static func listen(port: UInt16) throws(SandboxFault) -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .system(call: "socket", code: errno) }
        do throws(SandboxFault) {
            set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
            let address = try bind(socket, port)
            guard Glibc.listen(socket, SOMAXCONN) == 0 else { throw .system(call: "listen", code: errno) }
            return (socket, address)
        } catch {
            close(socket)
            throw error
        }
    }

    private static func bind(_ socket: Int32, _ port: UInt16) throws(SandboxFault) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(socket, $0, size) }
        }
        guard bound == 0 else { throw .system(call: "bind", code: errno) }
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        guard named == 0 else { throw .system(call: "getsockname", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    private static let INADDR_LOOPBACK: UInt32 = 0x7f00_0001

    enum Accepted {
        case client(Int32)
        /// Gone already, or a signal: try again.
        case none
        /// No descriptor or memory is left: try again later.
        case exhausted
        /// The listening socket was shut down.
        case ended
    }

    static func accept(_ listener: Int32) -> Accepted {
        let client = Glibc.accept(listener, nil, nil)
        guard client < 0 else {
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            set(client, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            setSendTimeout(client)
            return .client(client)
        }
        switch errno {
        case EINTR, ECONNABORTED, EAGAIN, EPROTO: return .none
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default: return .ended
        }
    }

    private static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// A client that reads nothing for two minutes is gone.
    private static func setSendTimeout(_ socket: Int32) {
        var time = timeval(tv_sec: 120, tv_usec: 0)
        _ = setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

// MARK: Bytes

extension Socket {
    /// Appends what has arrived to `bytes`.
    /// - Returns: how many bytes came; 0 when the client has ended or the connection is broken.
    static func receive(_ socket: Int32, into bytes: inout [UInt8], atMost size: Int) -> Int {
        let chunk = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var received = -1
            repeat { received = recv(socket, buffer.baseAddress, size, 0) } while received < 0 && errno == EINTR
            count = max(0, received)
        }
        bytes += chunk
        return chunk.count
    }

    /// Sends head and the first `bodyBytes` bytes of the body with as few calls as the kernel allows; false when the
    /// client is gone. Never raises SIGPIPE.
    static func send(_ socket: Int32, _ head: borrowing ByteBuffer, _ body: borrowing ByteBuffer, bodyBytes: Int) -> Bool {
        head.withBytes { head in
            body.withBytes { body in
                var parts = (part(head, head.count), part(body, bodyBytes))
                while parts.0.iov_len + parts.1.iov_len > 0 {
                    let sent = send(socket, &parts)
                    if sent < 0 && errno == EINTR { continue }
                    guard sent > 0 else { return false }
                    let ofHead = min(sent, parts.0.iov_len)
                    advance(&parts.0, by: ofHead)
                    advance(&parts.1, by: sent - ofHead)
                }
                return true
            }
        }
    }

    private static func part(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> iovec {
        precondition(count <= bytes.count, "no more can be sent than was written")
        return iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: count)
    }

    private static func send(_ socket: Int32, _ parts: inout (iovec, iovec)) -> Int {
        withUnsafeMutablePointer(to: &parts) { pointer in
            pointer.withMemoryRebound(to: iovec.self, capacity: 2) { vectors in
                var message = msghdr()
                message.msg_iov = vectors
                message.msg_iovlen = 2
                return sendmsg(socket, &message, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private static func advance(_ part: inout iovec, by count: Int) {
        part.iov_base = part.iov_base.map { $0 + count }
        part.iov_len -= count
    }
}

// MARK: Waiting

extension Socket {
    enum Waited { case ready, timeOut, ended }

    /// Waits for bytes.
    static func waitForBytes(_ socket: Int32, milliseconds: Int) -> Waited { wait(socket, Int16(POLLIN), milliseconds) }

    /// Holds an answer back; `ended` as soon as the connection is shut down. A client that will send no more may
    /// still want its answer.
    static func pause(_ socket: Int32, milliseconds: Int) -> Waited { wait(socket, 0, milliseconds) }

    /// Until the client leaves or the connection is shut down.
    static func waitForEnd(_ socket: Int32) { _ = wait(socket, halfClosed, -1) }

    /// POLLRDHUP, a GNU name: the client will send no more.
    private static let halfClosed: Int16 = 0x2000

    private static func wait(_ socket: Int32, _ events: Int16, _ milliseconds: Int) -> Waited {
        let deadline = milliseconds < 0 ? Int.max : now() + milliseconds
        while true {
            var entry = pollfd(fd: socket, events: events, revents: 0)
            let left = milliseconds < 0 ? -1 : Int32(clamping: max(0, deadline - now()))
            let count = poll(&entry, 1, left)
            if count < 0 && errno == EINTR { continue }
            guard count != 0 else { return .timeOut }
            return count > 0 && entry.revents & events != 0 ? .ready : .ended
        }
    }

    /// Milliseconds of a clock that never jumps.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// Waits without a socket.
    static func rest(milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }

    /// No more bytes either way; wakes whoever waits on the socket.
    static func shutDown(_ socket: Int32) { _ = Glibc.shutdown(socket, Int32(SHUT_RDWR)) }

    static func endSending(_ socket: Int32) { _ = Glibc.shutdown(socket, Int32(SHUT_WR)) }

    static func close(_ socket: Int32) { _ = Glibc.close(socket) }
}
