import LakeModel
import Testing

@testable import LakeFetch

@Suite("Odd answers", .noHang)
struct HTTPOddityTests {
    let client: HTTPClient
    init() throws { client = try HTTPClient() }

    @Test("Every coding that libcurl knows is unpacked", arguments: [
        ("deflate", [0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x06, 0x2c, 0x02, 0x15]),
        ("deflate", [0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]),
        ("br", [0x0b, 0x02, 0x80, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x03]),
    ] as [(String, [UInt8])])
    func codings(name: String, packed: [UInt8]) throws {
        guard name != "br" || HTTPClient.libraryVersion?.contains("brotli") == true else { return }
        let server = LoopbackServer { _ in [.answer(packed, headers: ["Content-Encoding: \(name)"])] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.bodyText == "hello" && response.wireBytes == packed.count)
        #expect(server.requests[0].header("Accept-Encoding")?.contains(name) == true)
    }

    @Test("A bomb is stopped at the cap, in one piece and in chunks", arguments: [false, true])
    func bomb(isChunked: Bool) throws {
        let packed = try gzip([UInt8](repeating: 0, count: 40 << 20))
        #expect(packed.count < 100_000)
        let server = LoopbackServer { _ in
            guard isChunked else { return [.answer(packed, headers: ["Content-Encoding: gzip"])] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n\(String(packed.count, radix: 16))\r\n"), .send(packed), .send("\r\n0\r\n\r\n")]
        }
        defer { server.stop() }
        #expect(fault(client.start(HTTPRequest(url: server.url, bodyCap: 1 << 20))) == .bodyTooLarge(cap: 1 << 20))
        #expect(try client.start(HTTPRequest(url: server.url, bodyCap: 40 << 20)).wait().body.count == 40 << 20)
    }

    @Test("A packed body that ends early is a fault that is retried", arguments: ["with its length", "in chunks"])
    func cutPacked(kind: String) throws {
        let packed = try gzip(Array((0..<9000).map { "\($0)" }.joined().utf8))
        let half = Array(packed.prefix(packed.count / 2))
        let server = LoopbackServer { _ in
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
            return kind == "in chunks"
                ? [.send(head + "Transfer-Encoding: chunked\r\n\r\n\(String(half.count, radix: 16))\r\n"), .send(half), .send("\r\n"), .hangUp]
                : [.send(head + "Content-Length: \(packed.count)\r\n\r\n"), .send(half), .hangUp]
        }
        defer { server.stop() }
        guard case .truncatedBody = fault(client.start(HTTPRequest(url: server.url))) else {
            Issue.record("not told as truncated")
            return
        }
    }

    @Test("Header lines of every kind: folded, twice, long, tight, beyond ASCII")
    func lines() throws {
        let long = String(repeating: "x", count: 90_000)
        let lines = ["X-Folded: one", "\ttwo", "Link: <a>; rel=next", "link: <b>; rel=last", "X-Tight:1", "X-Long: \(long)", "X-Ümlaut: ü", "X-Blank :2"]
        let server = LoopbackServer { _ in [.answer("ok", headers: lines)] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.headers["x-folded"] == "one two")
        #expect(response.headers.all("LINK") == ["<a>; rel=next", "<b>; rel=last"])
        #expect(response.headers["X-Tight"] == "1" && response.headers["x-long"] == long && response.headers["X-Ümlaut"] == "ü")
        #expect(response.bodyText == "ok")
    }

    @Test("A head line without a colon is no HTTP that is agreed on, and not worth another attempt")
    func noColon() throws {
        let server = LoopbackServer { _ in [.answer("ok", headers: ["no colon here"])] }
        defer { server.stop() }
        let result = fault(client.start(HTTPRequest(url: server.url)))
        guard case .protocolError = result else {
            Issue.record("told as \(String(describing: result))")
            return
        }
        #expect(result?.isRetryable == false)
    }

    @Test("Many interim answers precede one that counts")
    func interims() throws {
        let server = LoopbackServer { _ in
            [.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), .answer("ok")]
        }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.status == 200 && response.headers["X-A"] == nil && response.headers["Link"] == nil && response.bodyText == "ok")
    }

    @Test("204 and 304 have no body whatever they announce, and the connection goes on", arguments: [204, 304])
    func bodyless(status: Int) throws {
        let server = LoopbackServer { $0.number == 1 ? [.send("HTTP/1.1 \(status) X\r\nETag: \"a\"\r\n\r\n")] : [.answer("next")] }
        defer { server.stop() }
        let first = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(first.status == status && first.body.count == 0)
        #expect(try client.start(HTTPRequest(url: server.url)).wait().bodyText == "next")
        #expect(server.connections == 1)
    }

    @Test("Redirects are answers; nobody follows them", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) throws {
        let other = LoopbackServer { _ in [.answer("wrong")] }
        let server = LoopbackServer { _ in [.answer("moved", status: status, headers: ["Location: \(other.url)/x"])] }
        defer { server.stop(); other.stop() }
        let response = try client.start(HTTPRequest(url: server.url, headers: ["Authorization": "Bearer t"])).wait()
        #expect(response.status == status && response.headers["location"] == other.url + "/x" && response.bodyText == "moved")
        #expect(server.requests.count == 1 && other.requests.isEmpty)
    }

    @Test("Several answers in one piece are not mixed up, and one too many is not the next one's")
    func pipelined() throws {
        let server = LoopbackServer { request in
            request.number == 1 ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")] : [.answer("good")]
        }
        defer { server.stop() }
        #expect(try client.start(HTTPRequest(url: server.url)).wait().bodyText == "a")
        #expect(try client.start(HTTPRequest(url: server.url)).wait().bodyText == "good")
    }

    @Test("A slow server that keeps talking is no stalled one; the total limit ends it all the same", arguments: [nil, 250])
    func trickle(total: Int?) throws {
        let server = LoopbackServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")] + Array(repeating: .trickle("x", milliseconds: 300), count: 12)
        }
        defer { server.stop() }
        let limits = HTTPRequest.Timeouts(read: .milliseconds(3000), total: total.map { .milliseconds($0) })
        let transfer = client.start(HTTPRequest(url: server.url, timeouts: limits))
        #expect(fault(transfer) == (total == nil ? nil : .timedOut(.total)))
    }

    @Test("A connection that never stands is given up after the connect limit")
    func connect() throws {
        // A listener whose queue is full does not answer further attempts.
        let full = FullListener()
        defer { full.close() }
        let transfer = client.start(HTTPRequest(url: "http://127.0.0.1:\(full.port)/", timeouts: .init(connect: .milliseconds(150))))
        #expect(fault(transfer) == .timedOut(.connect))
    }

    @Test("A transfer can be cancelled in every phase", arguments: ["connecting", "before the head", "in the head", "in the body", "between packed pieces"])
    func cancelPhases(phase: String) async throws {
        let full = FullListener()
        let packed = Array(try gzip([UInt8](repeating: 7, count: 100_000)).prefix(40))
        let server = LoopbackServer { _ in
            switch phase {
            case "before the head": [.stall]
            case "in the head": [.send("HTTP/1.1 200 OK\r\nX-A"), .stall]
            case "in the body": [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"), .stall]
            default: [.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n"), .send(packed), .stall]
            }
        }
        defer { server.stop(); full.close() }
        let client = client
        let transfer = client.start(HTTPRequest(url: phase == "connecting" ? "http://127.0.0.1:\(full.port)/" : server.url))
        let faults = await onThreads(3) { i in
            if i == 2 {
                while phase != "connecting" && server.requests.isEmpty { letOthersRun() }
                transfer.cancel()
            }
            return fault(transfer)
        }
        #expect(faults == [.cancelled, .cancelled, .cancelled])
        // The client is still of use.
        let fine = LoopbackServer { _ in [.answer("fine")] }
        defer { fine.stop() }
        #expect(try client.start(HTTPRequest(url: fine.url)).wait().bodyText == "fine")
    }
}
