import Testing

@testable import LakeFetch

@Suite(.noHang) struct HTTPCancelTests {
    @Test("A cancelled transfer ends at once, and the client works on")
    func cancelOne() throws {
        let server = LoopbackServer { $0.line.hasSuffix("/stall") ? [.stall] : [.answer("ok")] }
        defer { server.stop() }
        let client = try HTTPClient()
        let stalled = client.start(HTTPRequest(url: server.url + "/stall"))
        stalled.cancel()
        #expect(fault(stalled) == .cancelled)
        #expect(try client.start(HTTPRequest(url: server.url + "/ok")).wait().status == 200)
    }

    @Test("To cancel what has ended changes nothing")
    func cancelEnded() throws {
        let server = LoopbackServer { _ in [.answer("ok")] }
        defer { server.stop() }
        let client = try HTTPClient()
        let transfer = client.start(HTTPRequest(url: server.url))
        _ = try transfer.wait()
        transfer.cancel()
        #expect(try transfer.wait().status == 200)
    }

    @Test("Two hundred waiting threads are all released by one cancelAll, and later starts end too")
    func cancelMany() async throws {
        let server = LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"), .stall] }
        defer { server.stop() }
        let client = try HTTPClient()
        let faults = await onThreads(201) { i in
            if i == 200 {
                while server.requests.count < 20 { letOthersRun() }
                client.cancelAll()
            }
            return fault(client.start(HTTPRequest(url: server.url)))
        }
        #expect(faults == Array(repeating: .cancelled, count: 201))
        #expect(fault(client.start(HTTPRequest(url: server.url))) == .cancelled)
    }

    @Test("A thousand transfers cancelled one by one leave a client that works")
    func cancelStress() throws {
        let server = LoopbackServer { $0.line.hasSuffix("/big") ? [.answer([UInt8](repeating: 32, count: 400_000))] : [.answer("ok")] }
        defer { server.stop() }
        let client = try HTTPClient()
        for i in 0..<1000 {
            let transfer = client.start(HTTPRequest(url: server.url + "/big"))
            if i % 3 == 0 { letOthersRun() }
            transfer.cancel()
            #expect([.cancelled, nil].contains(fault(transfer)))
        }
        #expect(try client.start(HTTPRequest(url: server.url + "/ok")).wait().bodyText == "ok")
    }

    @Test("Thirty-two threads get each their own answer")
    func parallel() async throws {
        let server = LoopbackServer { [.answer($0.line)] }
        defer { server.stop() }
        let client = try HTTPClient()
        let wrong = await onThreads(32) { i in
            (0..<20).filter { j in
                let response = try? client.start(HTTPRequest(url: server.url + "/\(i)/\(j)")).wait()
                return response?.bodyText != "GET /\(i)/\(j)"
            }.count
        }
        #expect(wrong == Array(repeating: 0, count: 32))
        #expect(server.connections <= 32)
    }

    @Test("Closing releases those who wait; to close again is harmless", arguments: [1, 4])
    func closeWhileWaiting(closers: Int) async throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        let client = try HTTPClient()
        let faults = await onThreads(8 + closers) { i in
            if i >= 8 {
                while server.requests.count < 8 { letOthersRun() }
                client.close()
            }
            return fault(client.start(HTTPRequest(url: server.url)))
        }
        #expect(faults == Array(repeating: .cancelled, count: 8 + closers))
    }

    @Test("A client that goes away ends its transfers")
    func goneClient() throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        var client: HTTPClient? = try HTTPClient()
        let transfer = client?.start(HTTPRequest(url: server.url))
        client = nil
        #expect(transfer.flatMap(fault) == .cancelled)
    }

    @Test("An interrupted pause ends at once and never waits again")
    func pauses() async {
        let pause = InterruptiblePause()
        #expect(pause.wait(milliseconds: 1))
        let outcomes = await onThreads(3) { i in
            if i == 0 { pause.interrupt() }
            return pause.wait(milliseconds: 3_600_000)
        }
        #expect(outcomes == [false, false, false])
        #expect(!pause.wait(milliseconds: 3_600_000))
    }
}
