import CZlib
import LakeModel
import Testing

@testable import LakeFetch

/// Everything here goes over the loopback interface only.
@Suite(.noHang) struct HTTPClientTests {
    let client: HTTPClient
    init() throws { client = try HTTPClient() }

    // Bodies ----------------------------------------------------------------------------------------------------------

    @Test("A hundred requests one after the other use one connection")
    func keepAlive() throws {
        let server = LoopbackServer { [.answer("page \($0.number)")] }
        defer { server.stop() }
        for i in 1...100 {
            let response = try client.start(HTTPRequest(url: server.url + "/p/\(i)")).wait()
            #expect(response.bodyText == "page \(i)")
            #expect(response.reusedConnection == (i > 1))
        }
        #expect(server.connections == 1)
    }

    @Test("A body comes back whole, whatever its size", arguments: [0, 1, 1000, 65_536, 65_537, 3_000_000])
    func sizes(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = LoopbackServer { _ in [.answer(body)] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.status == 200)
        #expect(response.bytes == body)
        #expect(response.wireBytes == count)
    }

    @Test("A chunked body is put together, and its trailer is no header")
    func chunked() throws {
        let server = LoopbackServer { _ in
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"),
             .send("5\r\nhello\r\n"), .send("7;ext=1\r\n, world\r\n0\r\nX-Late: 1\r\n\r\n")]
        }
        defer { server.stop() }
        for _ in 1...2 {
            let response = try client.start(HTTPRequest(url: server.url)).wait()
            #expect(response.bodyText == "hello, world")
            #expect(response.headers["x-late"] == nil)
        }
        #expect(server.connections == 1)
    }

    @Test("A body without a length ends with the connection")
    func untilClose() throws {
        let server = LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\n\r\nall of it"), .hangUp] }
        defer { server.stop() }
        #expect(try client.start(HTTPRequest(url: server.url)).wait().bodyText == "all of it")
    }

    @Test("A gzip body is unpacked; the bytes on the wire are counted packed")
    func gzipped() throws {
        let body = [UInt8](String(repeating: "{\"id\": 1, \"name\": \"x\"}\n", count: 20_000).utf8)
        let packed = try gzip(body)
        let server = LoopbackServer { _ in [.answer(packed, headers: ["Content-Encoding: gzip"])] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.bytes == body)
        #expect(response.wireBytes == packed.count)
        #expect(server.requests[0].header("Accept-Encoding")?.contains("gzip") == true)
    }

    @Test("A body that is not gzip though its header says so is a fault")
    func notGzip() throws {
        let server = LoopbackServer { _ in [.answer("plain text", headers: ["Content-Encoding: gzip"])] }
        defer { server.stop() }
        #expect(fault(HTTPRequest(url: server.url)) == .undecodableBody)
    }

    @Test("A body past the cap is refused, stated, chunked or packed", arguments: ["stated", "chunked", "packed", "at the cap"])
    func cap(kind: String) throws {
        let packed = try gzip([UInt8](repeating: 65, count: 1_000_000))
        let server = LoopbackServer { _ in
            switch kind {
            case "stated": [.answer([UInt8](repeating: 65, count: 1001))]
            case "chunked": [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"), .send([UInt8](repeating: 65, count: 1001)), .stall]
            case "packed": [.answer(packed, headers: ["Content-Encoding: gzip"])]
            default: [.answer([UInt8](repeating: 65, count: 1000))]
            }
        }
        defer { server.stop() }
        let request = HTTPRequest(url: server.url, bodyCap: 1000)
        #expect(fault(request) == (kind == "at the cap" ? nil : .bodyTooLarge(cap: 1000)))
    }

    @Test("A body that ends early is told with what came and what was promised")
    func truncated() throws {
        let server = LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"), .hangUp] }
        defer { server.stop() }
        let result = fault(HTTPRequest(url: server.url))
        #expect(result == .truncatedBody(received: 9, expected: 100))
        #expect(result?.isRetryable == true)
    }

    @Test("A chunked body without its last chunk is one that ended early")
    func truncatedChunks() throws {
        let server = LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), .hangUp] }
        defer { server.stop() }
        guard case .truncatedBody(_, expected: nil) = fault(HTTPRequest(url: server.url)) else {
            Issue.record("not told as truncated")
            return
        }
    }

    // Heads -----------------------------------------------------------------------------------------------------------

    @Test("Sloppy heads are read: no blank behind a colon, Latin-1 bytes, no reason phrase")
    func sloppyHead() throws {
        let latin1 = Array("HTTP/1.1 200\r\nX-Tight:yes\r\nX-Name: caf".utf8) + [0xe9] + Array("\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nok".utf8)
        let server = LoopbackServer { _ in [.send(latin1)] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.status == 200)
        #expect(response.headers["x-tight"] == "yes")
        #expect(response.headers["X-NAME"] == "café")
        #expect(response.headers["x-empty"] == "")
        #expect(response.bodyText == "ok")
    }

    @Test("An interim answer is not the answer")
    func interim() throws {
        let server = LoopbackServer { _ in
            [.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), .answer("ok", headers: ["X-Real: 1"])]
        }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url)).wait()
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
        #expect(response.headers["x-real"] == "1")
    }

    @Test("A head past the cap is refused")
    func hugeHead() throws {
        let line = "X-Long: " + String(repeating: "a", count: 60_000) + "\r\n"
        let server = LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 10)), .stall] }
        defer { server.stop() }
        guard case .headTooLarge = fault(HTTPRequest(url: server.url)) else {
            Issue.record("not told as too large")
            return
        }
    }

    @Test("Any status is a response, at once", arguments: [
        (302, ["Location: http://other.invalid/"]), (401, ["WWW-Authenticate: Basic realm=\"x\""]), (404, []), (429, ["Retry-After: 7"]), (500, []),
    ])
    func statuses(status: Int, headers: [String]) throws {
        let server = LoopbackServer { _ in [.answer("told", status: status, headers: headers)] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(url: server.url + "/x")).wait()
        #expect(response.status == status)
        #expect(response.bodyText == "told")
        #expect(response.url == server.url + "/x")
        #expect(server.requests.count == 1)
    }

    @Test("What is not HTTP is a fault")
    func garbage() throws {
        let server = LoopbackServer { _ in [.send("SSH-2.0-OpenSSH_9\r\n\r\n"), .hangUp] }
        defer { server.stop() }
        guard case .protocolError = fault(HTTPRequest(url: server.url)) else {
            Issue.record("told as something else")
            return
        }
    }

    @Test("A server that hangs up without a word is a lost connection")
    func nothing() throws {
        let server = LoopbackServer { _ in [.hangUp] }
        defer { server.stop() }
        let result = fault(HTTPRequest(url: server.url))
        #expect(result == .connectionLost)
        #expect(result?.isRetryable == true)
    }

    // What is sent ----------------------------------------------------------------------------------------------------

    @Test("A request is sent as it was asked for, and nothing of the one before it")
    func sent() throws {
        let server = LoopbackServer { _ in [.answer("")] }
        defer { server.stop() }
        let post = HTTPRequest(
            method: .post, url: server.url + "/a/../b?q=ä&r=1#frag", headers: ["Authorization": "Bearer t", "X-Empty": ""],
            body: Array("{\"a\":1}".utf8))
        _ = try client.start(post).wait()
        _ = try client.start(HTTPRequest(url: server.url + "/next")).wait()
        let (first, second) = (server.requests[0], server.requests[1])
        #expect(first.line == "POST /a/../b?q=%C3%A4&r=1")
        #expect(first.body == Array("{\"a\":1}".utf8))
        #expect(first.header("Authorization") == "Bearer t")
        #expect(first.header("X-Empty") == "")
        #expect(first.header("Content-Type") == nil)
        #expect(first.header("Expect") == nil)
        #expect(first.header("User-Agent") == "restlake/" + restlakeVersion)
        #expect(second.line == "GET /next")
        #expect(second.header("Authorization") == nil)
        #expect(second.header("Content-Length") == nil)
    }

    @Test("Each method sends itself", arguments: HTTPRequest.Method.allCases)
    func methods(method: HTTPRequest.Method) throws {
        let server = LoopbackServer { $0.line.hasPrefix("HEAD") ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")] : [.answer("ok")] }
        defer { server.stop() }
        let response = try client.start(HTTPRequest(method: method, url: server.url + "/m")).wait()
        #expect(response.bodyText == (method == .head ? "" : "ok"))
        #expect(server.requests[0].line == method.rawValue + " /m")
        #expect(server.requests[0].header("Content-Length") == ([.post, .put, .patch].contains(method) ? "0" : nil))
    }

    @Test("What cannot be sent is a fault before anything is sent", arguments: [
        (HTTPRequest(url: "ftp://127.0.0.1/"), HTTPFault.unsupportedURL(.schemeRefused("ftp"))),
        (HTTPRequest(url: "/relative"), .unsupportedURL(.notAbsolute)),
        (HTTPRequest(url: "http://user:secret@127.0.0.1/"), .unsupportedURL(.userInfoRefused)),
        (HTTPRequest(url: "http://127.0.0.1/", headers: ["X": "a\r\nEvil: 1"]), .unsendableHeader(name: "X")),
        (HTTPRequest(url: "http://127.0.0.1/", headers: ["a b": "1"]), .unsendableHeader(name: "a b")),
    ])
    func unsendable(request: HTTPRequest, expected: HTTPFault) { #expect(fault(request) == expected) }

    @Test("Descriptions show neither query nor headers nor body")
    func descriptions() throws {
        let request = HTTPRequest(
            method: .post, url: "https://example.com/a?key=secret", headers: ["Authorization": "secret"], body: Array("secret".utf8))
        #expect("\(request)" == "POST https://example.com/a?…")
        var dumped = ""
        dump([request], to: &dumped)
        #expect(!dumped.contains("secret"))
        #expect(!"\([request])".contains("secret"))
        #expect(!String(reflecting: request).contains("secret"))
        #expect("\(request.headers)" == "[Authorization]")
        dump(request.headers.fields, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    // Faults of the network -------------------------------------------------------------------------------------------

    @Test("A port where nobody listens is told with host and port")
    func refused() throws {
        let server = LoopbackServer { _ in [] }
        let (url, port) = (server.url, server.port)
        server.stop()
        let result = fault(HTTPRequest(url: url))
        guard case .couldNotConnect(host: "127.0.0.1", port: port, _) = result else {
            Issue.record("told as \(String(describing: result))")
            return
        }
        #expect(result?.isRetryable == true)
    }

    @Test("A name that does not exist is told")
    func unresolvable() throws {
        let request = HTTPRequest(url: "http://host.invalid/", timeouts: .init(connect: .seconds(20)))
        #expect([.couldNotResolve(host: "host.invalid"), .timedOut(.connect)].contains(fault(request)))
    }

    @Test("A silent server is given up after the read limit", arguments: ["before the head", "in the head", "in the body"])
    func silence(place: String) throws {
        let server = LoopbackServer { _ in
            switch place {
            case "before the head": [.stall]
            case "in the head": [.send("HTTP/1.1 200 OK\r\nX-A: 1\r\n"), .stall]
            default: [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"), .stall]
            }
        }
        defer { server.stop() }
        let request = HTTPRequest(url: server.url, timeouts: .init(read: .milliseconds(60)))
        #expect(fault(request) == .timedOut(.read))
    }

    @Test("A whole transfer is given up after the total limit")
    func total() throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        let request = HTTPRequest(url: server.url, timeouts: .init(read: .seconds(50), total: .milliseconds(60)))
        #expect(fault(request) == .timedOut(.total))
    }

    @Test("After a fault the client works on")
    func afterFault() throws {
        let server = LoopbackServer { $0.number == 1 ? [.hangUp] : [.answer("fine")] }
        defer { server.stop() }
        #expect(fault(HTTPRequest(url: server.url)) == .connectionLost)
        #expect(try client.start(HTTPRequest(url: server.url)).wait().bodyText == "fine")
    }

    private func fault(_ request: HTTPRequest) -> HTTPFault? { LakeFetchTests.fault(client.start(request)) }
}

/// nil when there was a response.
func fault(_ transfer: HTTPTransfer) -> HTTPFault? {
    do throws(HTTPFault) {
        _ = try transfer.wait()
        return nil
    } catch { return error }
}

extension HTTPResponse {
    var bytes: [UInt8] { body.withBytes { Array($0) } }
    var bodyText: String { body.text(0..<body.count) }
}

struct GzipFailure: Error {}

func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var reason: UnsafePointer<CChar>?
    guard let stream = czlib_gzip_open(6, &reason) else { throw GzipFailure() }
    defer { czlib_gzip_close(stream) }
    var result: [UInt8] = []
    try bytes.withUnsafeBytes { input in
        czlib_gzip_feed(stream, input.baseAddress, input.count)
        czlib_gzip_finish(stream)
        var code = Int32(CZLIB_MORE)
        while code == CZLIB_MORE {
            let piece = [UInt8](unsafeUninitializedCapacity: 1000) { buffer, count in
                code = czlib_gzip_take(stream, buffer.baseAddress, buffer.count, &count)
            }
            result += piece
        }
        guard code == CZLIB_ENDED else { throw GzipFailure() }
    }
    return result
}
