import Foundation
import Testing

@testable import LakeSandbox

@Suite("Envelopes")
struct EnvelopeTests {
    @Test("A page of requests holds data.results, data.next_cursor and a null message", arguments: ["requests", "requests/v3", "requests/"])
    func cursorEnvelope(path: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).get(path)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
            let root = try answer.object()
            #expect(Set(root.keys) == ["data", "message"])
            #expect(root["message"] is NSNull)
            let data = try #require(root["data"] as? Record)
            #expect(Set(data.keys) == ["results", "next_cursor"])
            #expect((data["results"] as? [Record])?.count == 100)
            let cursor = try #require(data["next_cursor"] as? String)
            let plain = try #require(Data(base64Encoded: cursor))
            #expect(String(decoding: plain, as: UTF8.self).wholeMatch(of: /id:[0-9a-f]{24}/) != nil)
        }
    }

    @Test("The same list comes with page_info when a page is asked for by number")
    func numberedEnvelope() throws {
        try withSandbox(SandboxOptions(requests: 310)) { _, port in
            let answer = try Client(port).get("requests?page=4").object()
            #expect(answer["status"] as? String == "success")
            #expect(answer["message"] as? String == "")
            let data = try #require(answer["data"] as? Record)
            #expect((data["requests"] as? [Record])?.count == 10)
            #expect(data["page_info"] as? [String: Int] == ["current_page": 4, "total_pages": 4, "total_items": 310, "per_page": 100])
        }
    }

    @Test("Users come all at once in a bare array, whatever limit and page say", arguments: ["users", "users?limit=5", "users?page=2&limit=10", "users/"])
    func users(path: String) throws {
        try withSandbox(SandboxOptions(requests: 5)) { _, port in
            let answer = try Client(port).get(path).object()
            #expect(Set(answer.keys) == ["data", "message"])
            let users = try #require(answer["data"] as? [Record])
            #expect(users.count == 237)
            #expect(Set(ids(users)).count == 237)
        }
    }

    @Test("A user alone is the user of the list")
    func oneUser() throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let users = try #require(try client.get("users").object()["data"] as? [Record])
            for user in [users[0], users[100], users[236]] {
                let id = try #require(user["id"] as? String)
                let alone = try #require(try client.get("users/\(id)").object()["data"] as? NSDictionary)
                #expect(alone == user as NSDictionary)
            }
        }
    }

    @Test("An unknown user is 404 with an error body", arguments: ["000000000000000000000000", "x", "63b21e80B34ff90000000000", "63b21e80b34ff900000000000"])
    func unknownUser(id: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).get("users/\(id)")
            #expect(answer.status == 404)
            #expect(answer.text == #"{"statusCode":404,"message":"User not found","error":"Not Found"}"#)
        }
    }

    @Test("Custom fields are definitions with a category, values and options")
    func customFields() throws {
        try withSandbox { _, port in
            let fields = try #require(try Client(port).get("requests/custom-fields").object()["data"] as? [Record])
            #expect(fields.count == 7)
            for field in fields {
                #expect(field["category_name"] is String)
                #expect((field["values"] as? [String])?.isEmpty == false)
                #expect((field["options"] as? [Record])?.count == (field["values"] as? [String])?.count)
            }
        }
    }

    @Test("Sub statuses are a bare root array")
    func subStatuses() throws {
        try withSandbox { _, port in
            let statuses = try #require(try Client(port).get("requests/sub-status").json() as? [Record])
            #expect(statuses.count == 11)
            #expect(Set(statuses.compactMap { $0["parent_status"] as? String }) == ["OPEN", "ASSIGNED", "ONHOLD", "CONVERTED_TO_TICKET", "CLOSED"])
        }
    }

    @Test("Without the exact token the answer is 401", arguments: [nil, "", "sandbox-toke", "sandbox-tokenx", "Sandbox-token"] as [String?])
    func bearer(token: String?) throws {
        try withSandbox { _, port in
            let client = try Client(port)
            let answer = try client.get("requests", token: token)
            #expect(answer.status == 401)
            #expect(answer.text == #"{"statusCode":401,"message":"Unauthorized"}"#)
            #expect(try client.get("requests/sub-status").status == 200, "the connection stays usable")
        }
    }

    @Test("The token of the options is the one that counts")
    func otherToken() throws {
        var options = SandboxOptions(requests: 5)
        options.bearerToken = "other"
        try withSandbox(options) { _, port in
            let client = try Client(port)
            #expect(try client.get("users").status == 401)
            #expect(try client.get("users", token: "other").status == 200)
        }
    }

    @Test("An unknown path is 404 and names itself", arguments: ["nothing", "requests/v4", "users/a/b", "", "requests//"])
    func unknownPath(path: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).get(path)
            #expect(answer.status == 404)
            #expect(answer.text == #"{"statusCode":404,"message":"Cannot GET /rest/v2/\#(path)","error":"Not Found"}"#)
        }
    }

    @Test("A method other than GET is 405", arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    func wrongMethod(method: String) throws {
        try withSandbox { _, port in
            let answer = try Client(port).get("requests", method: method)
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == "GET")
        }
    }
}
