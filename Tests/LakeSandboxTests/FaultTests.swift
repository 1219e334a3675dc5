import Foundation
import Testing

@testable import LakeSandbox

@Suite("Faults")
struct FaultTests {
    @Test("A status is sent for the requests named, with its headers, and then no more")
    func failStatus() throws {
        let fault = InjectedFault.failStatus(429, request: 2, times: 2, headers: ["Retry-After": "1", "X-RateLimit-Remaining": "0"])
        try withSandbox(SandboxOptions(requests: 5, faults: [fault])) { _, port in
            let client = try Client(port)
            let answers = try (0..<5).map { _ in try client.get("requests") }
            #expect(answers.map(\.status) == [200, 429, 429, 200, 200])
            #expect(answers[1].header("Retry-After") == "1")
            #expect(answers[1].header("X-RateLimit-Remaining") == "0")
            #expect(answers[1].text == #"{"statusCode":429,"message":"Too Many Requests"}"#)
        }
    }

    @Test("A fault on a path counts the requests of that path only")
    func onPath() throws {
        try withSandbox(SandboxOptions(requests: 5, faults: [.failStatus(503, request: 1, on: .users)])) { _, port in
            let client = try Client(port)
            #expect(try client.get("requests").status == 200)
            #expect(try client.get("users").status == 503)
            #expect(try client.get("users").status == 200)
        }
    }

    @Test("A body is cut in the middle, and the connection ends")
    func truncation() throws {
        try withSandbox(SandboxOptions(requests: 50, faults: [.truncateBody(request: 1)])) { _, port in
            let client = try Client(port)
            let answer = try client.get("requests")
            #expect(answer.status == 200)
            #expect(answer.isCut && !answer.body.isEmpty)
            #expect(try Client(port).page("requests").records.count == 50)
        }
    }

    @Test("A web page comes with status 200")
    func html() throws {
        try withSandbox(SandboxOptions(requests: 5, faults: [.html(request: 1)])) { _, port in
            let client = try Client(port)
            let answer = try client.get("requests")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
            #expect(answer.text.hasPrefix("<!doctype html>"))
            #expect(try client.get("requests").header("Content-Type") == "application/json; charset=utf-8")
        }
    }

    @Test("A looping cursor leads to itself")
    func cursorLoop() throws {
        try withSandbox(SandboxOptions(requests: 50, faults: [.cursorLoop])) { _, port in
            let client = try Client(port)
            let cursor = try #require(try client.page("requests?limit=10").cursor)
            let second = try client.page("requests?limit=10&next_cursor=\(cursor)")
            #expect(second.cursor == cursor)
            #expect(second.records.count == 10)
        }
    }

    @Test("A capped limit is kept silently, and the walk still finds every record")
    func capLimit() throws {
        try withSandbox(SandboxOptions(requests: 50, faults: [.capLimit(20)])) { _, port in
            #expect(try Client(port).walk("requests", limit: 1000).pageSizes == [20, 20, 10])
            let data = try #require(try Client(port).get("requests?page=3&limit=40").object()["data"] as? Record)
            #expect((data["page_info"] as? [String: Int])?["per_page"] == 20)
        }
    }

    @Test("A hanging request sends nothing until the client leaves; others are served meanwhile")
    func hang() throws {
        let watch = Watch()
        var options = SandboxOptions(requests: 5, faults: [.hang(request: 1)])
        options.observer = watch.observer
        try withSandbox(options) { _, port in
            let hanging = try Client(port)
            hanging.request("requests")
            #expect(watch.wait { $0.contains(.received(number: 1, path: .requests)) })
            let other = try Client(port)
            #expect(try other.get("requests").status == 200)
            hanging.close()
            #expect(watch.wait { $0.contains(.disconnected(open: 1)) })
        }
    }

    @Test("Slow pages are held back, other paths are not")
    func slow() throws {
        try withSandbox(SandboxOptions(requests: 5, faults: [.slow(millisecondsPerPage: 40)])) { _, port in
            let client = try Client(port)
            let start = ContinuousClock.now
            #expect(try client.get("requests").status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(39))
        }
        #expect(Disturbance([.slow(millisecondsPerPage: 40)], path: .users, number: 1, numberOnPath: 1) == Disturbance([], path: .users, number: 1, numberOnPath: 1))
    }

    @Test("A redirect and an empty status have the head they need")
    func otherStatuses() throws {
        let faults: [InjectedFault] = [.failStatus(302, request: 1, headers: ["Location": "http://127.0.0.1:1/"]), .failStatus(204, request: 2)]
        try withSandbox(SandboxOptions(requests: 5, faults: faults)) { _, port in
            let client = try Client(port)
            #expect(try client.get("requests").header("Location") == "http://127.0.0.1:1/")
            let empty = try client.get("requests")
            #expect(empty.status == 204 && empty.header("Content-Length") == nil)
            #expect(try client.get("requests").status == 200)
        }
    }
}
