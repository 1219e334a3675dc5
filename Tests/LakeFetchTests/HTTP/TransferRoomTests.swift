import LakeModel
import LakeThreads
import Testing

@testable import LakeFetch

@Suite("Room for transfers", .noHang)
struct TransferRoomTests {
    /// Holds answers back until it is told to let them go, and counts what is under way.
    private final class Gate: Sendable {
        struct State: Sendable {
            var under = 0
            var most = 0
            var isOpen = false
        }
        let state = Monitor(State())
        func pass() {
            state.change { state in
                state.under += 1
                state.most = max(state.most, state.under)
            }
            _ = state.wait { $0.isOpen ? true : nil }
            state.change { $0.under -= 1 }
        }
        func open() { state.change { $0.isOpen = true } }
    }

    private func client(_ transfers: Int) throws -> HTTPClient { try HTTPClient(options: HTTPClient.Options(transfers: transfers)) }

    @Test("So many go at once and no more; the others follow, and all are answered", arguments: [1, 3, 16])
    func limit(transfers: Int) throws {
        let gate = Gate()
        let server = LoopbackServer { request in
            gate.pass()
            return [.answer(request.line)]
        }
        defer { server.stop() }
        let client = try client(transfers)
        let all = (0..<60).map { client.start(HTTPRequest(url: server.url + "/\($0)")) }
        while gate.state.look({ $0.under }) < transfers { letOthersRun() }
        gate.open()
        for (i, transfer) in all.enumerated() { #expect(try transfer.wait().bodyText == "GET /\(i)") }
        #expect(gate.state.look { $0.most } <= transfers)
        #expect(server.connections <= transfers)
    }

    @Test("With room for one they go in the order in which they were started")
    func order() throws {
        let server = LoopbackServer { _ in [.answer("")] }
        defer { server.stop() }
        let client = try client(1)
        let all = (0..<40).map { client.start(HTTPRequest(url: server.url + "/\($0)")) }
        for transfer in all { _ = try transfer.wait() }
        #expect(server.requests.map(\.line) == (0..<40).map { "GET /\($0)" })
    }

    @Test("The time spent waiting for room does not count")
    func patience() throws {
        let server = LoopbackServer { request in
            guard request.line == "GET /first" else { return [.answer("fine")] }
            // Longer than the others may take in all.
            _ = InterruptiblePause().wait(milliseconds: 3500)
            return [.answer("slow")]
        }
        defer { server.stop() }
        let client = try client(1)
        let first = client.start(HTTPRequest(url: server.url + "/first"))
        let others = (0..<3).map { _ in
            client.start(HTTPRequest(url: server.url + "/x", timeouts: .init(connect: .milliseconds(3000), read: .milliseconds(3000), total: .milliseconds(3000))))
        }
        #expect(try first.wait().bodyText == "slow")
        for other in others { #expect(try other.wait().bodyText == "fine") }
    }

    @Test("One that waits can be cancelled, and never reaches the server")
    func cancelWaiting() throws {
        let gate = Gate()
        let server = LoopbackServer { _ in
            gate.pass()
            return [.answer("")]
        }
        defer { server.stop() }
        let client = try client(1)
        let all = (0..<5).map { client.start(HTTPRequest(url: server.url + "/\($0)")) }
        while gate.state.look({ $0.under }) < 1 { letOthersRun() }
        for i in [1, 3] {
            all[i].cancel()
            #expect(fault(all[i]) == .cancelled)
        }
        gate.open()
        for i in [0, 2, 4] { #expect(try all[i].wait().status == 200) }
        #expect(server.requests.map(\.line) == ["GET /0", "GET /2", "GET /4"])
    }

    @Test("cancelAll and close end those who wait for room too", arguments: [false, true])
    func cancelAll(closing: Bool) throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        let client = try client(2)
        let all = (0..<50).map { _ in client.start(HTTPRequest(url: server.url)) }
        while server.requests.count < 2 { letOthersRun() }
        if closing { client.close() } else { client.cancelAll() }
        for transfer in all { #expect(fault(transfer) == .cancelled) }
        #expect(server.requests.count == 2)
    }

    @Test("A failed transfer makes room like any other")
    func roomAfterFault() throws {
        let server = LoopbackServer { $0.number % 2 == 1 ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .hangUp] : [.answer("fine")] }
        defer { server.stop() }
        let client = try client(1)
        let all = (0..<20).map { _ in client.start(HTTPRequest(url: server.url)) }
        #expect(all.map { fault($0) == nil } == (0..<20).map { $0 % 2 == 1 })
    }

    @Test("Thousands that were started at once come back, and few are in memory at a time")
    func backPressure() throws {
        let server = LoopbackServer { _ in [.answer("ok")] }
        defer { server.stop() }
        let client = try client(8)
        let all = (0..<3000).map { client.start(HTTPRequest(url: server.url + "/\($0)")) }
        #expect(try all.allSatisfy { try $0.wait().status == 200 })
        #expect(server.connections <= 8)
    }
}
