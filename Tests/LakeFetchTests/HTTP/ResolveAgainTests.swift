import LakeFetch
import Testing

@Suite("A name without an address")
struct ResolveAgainTests {
    @Test("is the same fault each time, so that a retry is judged rightly")
    func again() throws {
        let client = try HTTPClient()
        for _ in 0..<4 {
            #expect(throws: HTTPFault.couldNotResolve(host: "nosuch.invalid")) {
                try client.start(HTTPRequest(url: "http://nosuch.invalid/")).wait()
            }
        }
    }
}
