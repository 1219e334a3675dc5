import Glibc
import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

/// Each in a process of its own: the variables of proxies belong to the whole process.
@Suite("Proxies", .noHang)
struct ProxyTests {
    @Test("http_proxy is used for other machines and never for this one; no_proxy excepts names")
    func plain() async {
        await #expect(processExitsWith: .success) {
            let proxy = LoopbackServer { [.answer("proxied \($0.line)")] }, server = LoopbackServer { _ in [.answer("direct")] }
            setenv("http_proxy", proxy.url, 1)
            setenv("no_proxy", "direct.invalid", 1)
            let client = try HTTPClient()
            let through = try client.start(HTTPRequest(url: "http://api.invalid/x?y=1")).wait()
            #expect(through.bodyText == "proxied GET http://api.invalid/x?y=1")
            for url in [server.url, "http://localhost:\(server.port)"] { #expect(try client.start(HTTPRequest(url: url)).wait().bodyText == "direct") }
            #expect([.couldNotResolve(host: "direct.invalid"), .timedOut(.connect)].contains(
                fault(client.start(HTTPRequest(url: "http://direct.invalid/", timeouts: .init(connect: .seconds(10)))))))
            #expect(proxy.requests.count == 1)
        }
    }

    @Test("A tunnel is asked for without anything that belongs to the server behind it", arguments: [403, 407, 502])
    func tunnel(status: Int) async {
        await #expect(processExitsWith: .success) { [status] in
            let proxy = LoopbackServer { _ in [.answer("no", status: status, headers: ["Proxy-Authenticate: Basic realm=\"x\""])] }
            setenv("https_proxy", proxy.url, 1)
            let session = try FetchSession(
                client: Client(baseURL: "https://api.invalid", headers: [RequestField("X-Extra", .secret(.literal("hush-hush")))], auth: .bearer(token: .literal("hush-hush"))),
                baseURL: "https://api.invalid")
            let request = try session.authorized(session.request("https://api.invalid/x"), resource: things())
            #expect(fault(session.http.start(request.request)) == .proxyRefused(status: status))
            #expect(proxy.requests.map(\.line) == ["CONNECT api.invalid:443"])
            #expect(!proxy.requests.flatMap(\.headers).joined().contains("hush"))
        }
    }

    @Test("A proxy that is not there is told as such")
    func absent() async {
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://proxy.invalid:3128", 1)
            let client = try HTTPClient()
            let result = fault(client.start(HTTPRequest(url: "http://api.invalid/", timeouts: .init(connect: .seconds(10)))))
            #expect([.couldNotResolveProxy, .timedOut(.connect)].contains(result))
        }
    }
}
