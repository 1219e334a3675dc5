import Foundation
import Synchronization
import Testing

@testable import LakeSandbox

/// Collects events and lets a test wait for one.
final class Watch: Sendable {
    private let events = Mutex<[SandboxEvent]>([])
    private let news = DispatchSemaphore(value: 0)

    var observer: @Sendable (SandboxEvent) -> Void {
        { event in
            self.events.withLock { $0.append(event) }
            self.news.signal()
        }
    }

    func wait(until met: ([SandboxEvent]) -> Bool) -> Bool {
        while !events.withLock({ met($0) }) {
            if news.wait(timeout: .now() + 60) == .timedOut { return false }
        }
        return true
    }
}

@Suite("Server")
struct ServerTests {
    @Test("Many requests go over one connection")
    func keepAlive() throws {
        try withSandbox { sandbox, port in
            let client = try Client(port)
            for _ in 0..<300 { #expect(try client.get("requests/sub-status").status == 200) }
            #expect(sandbox.tally.connections == 1)
            #expect(sandbox.tally.requests == 300)
            #expect(sandbox.tally.openConnections == 1)
            #expect(sandbox.tally.requestsByPath == [.subStatuses: 300])
        }
    }

    @Test("Requests sent in one go are answered in their order")
    func pipelining() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            client.request("users")
            client.request("nothing")
            client.request("requests?limit=1")
            #expect([try client.answer().status, try client.answer().status, try client.answer().status] == [200, 404, 200])
        }
    }

    @Test("A request that comes byte by byte is answered")
    func dribble() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            for byte in "\r\nGET /rest/v2/requests/sub-status HTTP/1.1\nHost: x\nauthorization:Bearer sandbox-token \n\n".utf8 { client.send(Data([byte])) }
            #expect(try client.answer().status == 200)
        }
    }

    @Test("HTTP/1.0 and Connection: close end the connection, keep-alive keeps it", arguments: [
        ("1.0", "", true), ("1.0", "Connection: keep-alive\r\n", false), ("1.1", "Connection: close\r\n", true),
        ("1.1", "Connection: foo, Close\r\n", true), ("1.1", "", false),
    ])
    func persistence(version: String, header: String, closes: Bool) throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let answer = try client.get("requests/sub-status", version: version, more: header)
            #expect(answer.status == 200)
            #expect(answer.header("Connection") == (closes ? "close" : "keep-alive"))
            if closes { #expect(try client.meetsEnd()) } else { #expect(try client.get("users").status == 200) }
        }
    }

    @Test("A whole address is a target too")
    func absoluteTarget() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            client.send("GET http://127.0.0.1:\(port)/rest/v2/requests?limit=3 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n\r\n")
            #expect((try client.answer().object()["data"] as? Record)?["results"].map { ($0 as? [Any])?.count } == 3)
        }
    }

    @Test("What is no request is refused, and the connection ends", arguments: [
        ("\u{16}\u{3}\u{1}", 400), ("hello\r\n\r\n", 400), ("GET /\r\n\r\n", 400), ("GET / HTTP/1.1 x\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    ])
    func garbage(text: String, status: Int) throws {
        try withSandbox { sandbox, port in
            let client = try Client(port)
            client.send(text)
            #expect(try client.answer().status == status)
            #expect(try client.meetsEnd())
            #expect(try Client(port).get("users").status == 200, "others are served")
        }
    }

    @Test("A head of more than 64 KiB is refused, with and without an end", arguments: [true, false])
    func hugeHead(ends: Bool) throws {
        try withSandbox { _, port in
            let client = try Client(port)
            client.request("users", more: "X: " + String(repeating: "x", count: ends ? 70_000 : 500_000) + (ends ? "\r\n" : ""))
            let answer = try client.answer()
            #expect(answer.status == 431)
            #expect(try client.meetsEnd())
        }
    }

    @Test("A request with a body is answered, and the connection ends")
    func body() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let answer = try client.get("requests", method: "POST", more: "Content-Length: 100000\r\n")
            client.send(String(repeating: "x", count: 100_000))
            #expect(answer.status == 405)
            #expect(try client.meetsEnd())
        }
    }

    @Test("HEAD is refused without a body")
    func head() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            #expect(try client.get("users", method: "HEAD").status == 405)
            #expect(try client.get("users").status == 200)
        }
    }

    @Test("Stop ends clients that wait, and returns at once")
    func stopWhileWaiting() throws {
        let watch = Watch()
        var options = SandboxOptions(requests: 2_000, faults: [.hang(request: 2, on: .users)])
        options.observer = watch.observer
        let sandbox = try Sandbox(options)
        let port = try sandbox.start()
        let idle = try Client(port)
        #expect(try idle.get("users").status == 200)
        let hanging = try Client(port)
        hanging.request("users")
        let deaf = try Client(port)
        for _ in 0..<20 { deaf.request("requests?limit=1000") }
        #expect(watch.wait { $0.filter { if case .received = $0 { true } else { false } }.count >= 3 })
        let start = ContinuousClock.now
        sandbox.stop()
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try idle.meetsEnd())
        #expect(try hanging.meetsEnd())
        #expect(sandbox.tally.openConnections == 0)
        #expect(sandbox.baseURL == nil)
        #expect(throws: Client.Broken.self) { _ = try Client(port) }
        sandbox.stop()
    }

    @Test("A delayed answer does not hold up stop")
    func stopWhileDelayed() throws {
        let watch = Watch()
        var options = SandboxOptions(requests: 5)
        options.delayMilliseconds = 60_000
        options.observer = watch.observer
        let sandbox = try Sandbox(options)
        let client = try Client(sandbox.start())
        client.request("users")
        #expect(watch.wait { $0.contains(.received(number: 1, path: .users)) })
        sandbox.stop()
        #expect(try client.meetsEnd())
    }

    @Test("A sandbox can start again, but not twice at once")
    func restart() throws {
        let sandbox = try Sandbox(SandboxOptions(requests: 5))
        let port = try sandbox.start()
        #expect(sandbox.baseURL == "http://127.0.0.1:\(port)/rest/v2")
        #expect(throws: SandboxFault.alreadyRunning) { try sandbox.start() }
        #expect(try Client(port).get("users").status == 200)
        sandbox.stop()
        let again = try sandbox.start()
        #expect(try Client(again).get("users").status == 200)
        #expect(sandbox.tally.requests == 2)
        sandbox.stop()
    }

    @Test("A port that is taken is told with its errno")
    func takenPort() throws {
        try withSandbox { _, port in
            var options = SandboxOptions(requests: 5)
            options.port = port
            let other = try Sandbox(options)
            #expect(throws: SandboxFault.system(call: "bind", code: EADDRINUSE)) { try other.start() }
        }
    }

    @Test("Options outside their range are refused by name")
    func badOptions() {
        #expect(throws: SandboxFault.badOption(name: "requests", value: -1, allowed: 0...(1 << 32))) { try Sandbox(SandboxOptions(requests: -1)) }
        #expect(throws: SandboxFault.badOption(name: "day", value: 0, allowed: 1...3_650)) { try Sandbox(SandboxOptions(requests: 1, day: 0)) }
        #expect(throws: SandboxFault.badOption(name: "limit", value: 0, allowed: 1...1_000)) {
            try Sandbox(SandboxOptions(requests: 1, faults: [.capLimit(0)]))
        }
    }

    @Test("Two hundred connections are served side by side")
    func manyConnections() throws {
        try withSandbox { sandbox, port in
            let clients = try (0..<200).map { _ in try Client(port) }
            clients.forEach { $0.request("requests?limit=2") }
            for client in clients { #expect(try client.answer().status == 200) }
            #expect(sandbox.tally.openConnections == 200)
        }
    }

    @Test("A connection past the limit is told 503; when one has left there is room again")
    func connectionLimit() throws {
        let watch = Watch()
        var options = SandboxOptions(requests: 5)
        options.maxConnections = 2
        options.observer = watch.observer
        try withSandbox(options) { _, port in
            let first = try Client(port), second = try Client(port)
            #expect(try first.get("users").status == 200)
            #expect(try second.get("users").status == 200)
            let third = try Client(port)
            #expect(try third.answer().status == 503)
            first.close()
            #expect(watch.wait { $0.contains(.disconnected(open: 1)) })
            #expect(try Client(port).get("users").status == 200)
        }
    }

    @Test("A connection that sends nothing, or half a head, is closed after the idle time", arguments: ["", "GET /rest"])
    func idle(text: String) throws {
        var options = SandboxOptions(requests: 5)
        options.idleMilliseconds = 30
        try withSandbox(options) { _, port in
            let client = try Client(port)
            client.send(text)
            #expect(try client.meetsEnd())
        }
    }

    @Test("Clients that leave in the middle of an answer do no harm")
    func rudeClients() throws {
        let watch = Watch()
        var options = SandboxOptions(requests: 2_000)
        options.observer = watch.observer
        try withSandbox(options) { sandbox, port in
            for _ in 0..<10 {
                let client = try Client(port)
                client.request("requests?limit=1000")
                client.request("requests?limit=1000")
                client.close()
            }
            #expect(watch.wait { $0.filter { if case .disconnected = $0 { true } else { false } }.count == 10 })
            #expect(try Client(port).get("users").status == 200)
        }
    }
}
