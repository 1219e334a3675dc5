import Foundation
import Testing

@testable import LakeSandbox

@Suite("Paging")
struct PagingTests {
    @Test("Every page size walks the same records without gap or repeat", arguments: ["requests", "requests/v3"])
    func everyLimit(path: String) throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let whole = try client.walk(path, limit: 1000)
            #expect(whole.pageSizes == [250])
            #expect(ids(whole.records) == ids(whole.records).sorted())
            #expect(Set(ids(whole.records)).count == 250)
            for limit in [17, 100] {
                let walk = try client.walk(path, limit: limit)
                #expect(walk.pageSizes.dropLast().allSatisfy { $0 == limit })
                #expect(walk.records as NSArray == whole.records as NSArray)
            }
        }
    }

    @Test("Numbered pages hold the same records as a walk by cursor")
    func numberedPages() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            var records: [Record] = []
            for page in 1...6 {
                let data = try #require(try client.get("requests?limit=60&page=\(page)").object()["data"] as? Record)
                let part = try #require(data["requests"] as? [Record])
                #expect(part.count == [60, 60, 60, 60, 10, 0][page - 1])
                records += part
            }
            #expect(records as NSArray == (try client.walk("requests", limit: 1000).records) as NSArray)
        }
    }

    @Test("A limit above the largest is clamped, and the default is 100", arguments: [("limit=1000", 1000), ("limit=5000", 1000), ("limit=99999999999999999999", 1000), ("", 100), ("limit=1", 1)])
    func limits(query: String, count: Int) throws {
        try withSandbox(SandboxOptions(requests: 1_001)) { _, port in
            let page = try Client(port).page("requests?\(query)")
            #expect(page.records.count == count)
            #expect(page.cursor != nil)
        }
    }

    @Test("A query that means nothing is 400 with a list of messages", arguments: [
        ("limit=0", "limit must be a positive integer"), ("limit=-5", "limit must be a positive integer"),
        ("limit=", "limit must be a positive integer"), ("limit=ten", "limit must be a positive integer"),
        ("page=0", "page must be a positive integer"), ("page=x", "page must be a positive integer"),
        ("next_cursor=nonsense", "next_cursor is invalid"), ("next_cursor=aWQ6NjVlNmUxNWYwMDAwMDAwMDAwMDAwMDAx", "next_cursor is invalid"),
        ("next_cursor=%00", "next_cursor is invalid"),
    ])
    func badQueries(query: String, message: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).get("requests?\(query)")
            #expect(answer.status == 400)
            #expect(answer.text == #"{"statusCode":400,"message":["\#(message)"],"error":"Bad Request"}"#)
        }
    }

    @Test("The cursor of the last record leads to an empty page, an empty cursor to the first one")
    func edges() throws {
        let options = SandboxOptions(requests: 200)
        try withSandbox(options) { _, port in
            let client = try Client(port)
            let second = try client.walk("requests", limit: 100)
            #expect(second.pageSizes == [100, 100], "a full last page has no cursor")
            let last = Book(options).requestID(199).cursor
            let behind = try client.page("requests?next_cursor=\(last)")
            #expect(behind.records.isEmpty && behind.cursor == nil)
            #expect(ids(try client.page("requests?next_cursor=").records) == ids(Array(second.records.prefix(100))))
        }
    }

    @Test("A sandbox without requests answers with an empty list")
    func nothing() throws {
        try withSandbox(SandboxOptions(requests: 0, users: 0)) { _, port in
            let client = try Client(port)
            #expect(try client.get("requests").text == #"{"data":{"results":[],"next_cursor":null},"message":null}"#)
            #expect(try client.get("users").text == #"{"data":[],"message":null}"#)
        }
    }
}
