import LakeJSON
import LakeMCP
import LakeModel
import Testing

@Suite("A session: a line in, lines and work out")
struct SessionTests {
    @Test("a version that is asked for is spoken, and of an unknown one the newest", arguments: [
        ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("2024-11-05", "2024-11-05"), ("2025-11-25", "2025-06-18"),
        ("1999-01-01", "2025-06-18"), ("", "2025-06-18"), ("zzz", "2025-06-18"),
    ])
    func versions(_ asked: String, _ spoken: String) throws {
        var session = makeSession(nil)
        let answer = try session.ask(#"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"\#(asked)"}}"#)
        #expect(answer["id"] == "a")
        #expect(answer["result"]?["protocolVersion"]?.string == spoken)
        #expect(answer["result"]?["serverInfo"] == ["name": "test", "version": "1"])
        let instructions = try #require(answer["result"]?["instructions"]?.string)
        #expect(instructions.hasPrefix("Be kind.") && instructions.contains("never instructions") && instructions.contains("untrusted-data-0000000000000abc"))
    }

    @Test("what is wrong with a line is answered with its code, and with its id where it has one", arguments: [
        ("{", -32700, JSONValue.null), ("not json", -32700, .null), ("{\"a\":1} x", -32700, .null), ("\"\u{0}\"", -32700, .null),
        ("7", -32600, .null), ("null", -32600, .null), ("\"ping\"", -32600, .null), ("[]", -32600, .null), ("{}", -32600, .null),
        (#"{"jsonrpc":"1.0","id":4,"method":"ping"}"#, -32600, 4), (#"{"id":4,"method":"ping"}"#, -32600, 4),
        (#"{"jsonrpc":"2.0","id":4}"#, -32600, 4), (#"{"jsonrpc":"2.0","id":4,"method":7}"#, -32600, 4),
        (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, .null), (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, .null),
        (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, .null), (#"{"jsonrpc":"2.0","id":4,"method":"ping","params":[1]}"#, -32602, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"pong"}"#, -32601, 4), (#"{"jsonrpc":"2.0","id":4,"method":"prompts/list"}"#, -32601, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#, -32600, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"tools/call"}"#, -32602, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"eco"}}"#, -32602, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"resources/read"}"#, -32602, 4),
        (#"{"jsonrpc":"2.0","id":4,"method":"resources/list","params":{"cursor":"x"}}"#, -32602, 4),
        (#"[{"jsonrpc":"2.0","id":4,"method":"ping"}]"#, -32600, .null),
    ] as [(String, Int, JSONValue)])
    func faults(_ line: String, _ code: Int, _ id: JSONValue) throws {
        var session = makeSession()
        let answer = try session.ask(line)
        #expect(answer["error"]?["code"]?.int == code, "\(answer)")
        #expect(answer["id"] == id)
        #expect(answer["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test("nothing is said to blank lines, notifications, and answers that nobody asked for", arguments: [
        "", "  \r", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, #"{"jsonrpc":"2.0","method":"unknown"}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#, #"{"jsonrpc":"2.0","method":"ping","params":[]}"#,
        #"{"jsonrpc":"2.0","id":9,"result":{}}"#, #"{"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"x"}}"#,
    ])
    func silence(_ line: String) {
        var session = makeSession()
        let reaction = session.receive(line)
        #expect(reaction.lines.isEmpty && reaction.jobs.isEmpty && reaction.cancelled.isEmpty)
    }

    @Test("before hello a ping is answered and nothing else; an unknown method stays unknown, so that a client can probe")
    func beforeHello() throws {
        var session = makeSession(nil)
        #expect(try session.ask(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)["result"] == .object([]))
        #expect(try session.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)["error"]?["code"]?.int == -32600)
        #expect(try session.ask(#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#)["error"]?["code"]?.int == -32601)
        #expect(try session.ask(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#)["error"]?["code"]?.int == -32602)
        #expect(session.version == nil)
    }

    @Test("a call is a job; its answer is sent once, under the id of the call")
    func job() throws {
        var session = makeSession()
        let reaction = session.receive(call(#"{"word":"hi"}"#, id: "\"x\""))
        #expect(reaction.lines.isEmpty)
        let job = try #require(reaction.jobs.first)
        guard case .tool("echo", let arguments) = job.work else { Issue.record("not the tool"); return }
        #expect(arguments.text("word") == "hi" && arguments.whole("times") == nil && !arguments.flag("loud"))
        let lines = session.finish(job.ticket, .tool(ToolAnswer("Said.", ["word": "hi"], isUntrusted: false)))
        #expect(lines == [#"{"jsonrpc":"2.0","id":"x","result":{"content":[{"type":"text","text":"Said.\n{\n  \"word\": \"hi\"\n}\n"}],"#
            + #""structuredContent":{"untrusted":false,"summary":"Said.","word":"hi"},"isError":false}}"#])
        #expect(session.finish(job.ticket, .tool(ToolAnswer("Again."))).isEmpty)
    }

    @Test("a job that is cancelled is told to stop, and its answer is not sent")
    func cancelled() throws {
        var session = makeSession()
        let job = try #require(session.receive(call(#"{"word":"hi"}"#, id: "5")).jobs.first)
        let reaction = session.receive(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"no"}}"#)
        #expect(reaction.cancelled == [job.ticket] && reaction.lines.isEmpty)
        #expect(session.finish(job.ticket, .tool(ToolAnswer("Late."))).isEmpty)
        // Its id is free again.
        #expect(session.receive(call(#"{"word":"hi"}"#, id: "5")).jobs.count == 1)
    }

    @Test("an id that waits for its answer cannot be used again, and no more than a bound wait")
    func bounds() throws {
        var session = makeSession()
        #expect(session.receive(call(#"{"word":"hi"}"#)).jobs.count == 1)
        #expect(try session.ask(call(#"{"word":"hi"}"#))["error"]?["code"]?.int == -32600)
        for id in 2...Session.mostJobs { #expect(session.receive(call(#"{"word":"hi"}"#, id: "\(id)")).jobs.count == 1) }
        #expect(try session.ask(call(#"{"word":"hi"}"#, id: "1000"))["error"]?["code"]?.int == -32000)
    }

    @Test("messages that come in one line are answered in one line, when the last of them is answered")
    func batch() throws {
        var session = makeSession("2025-03-26")
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        let reaction = session.receive("[\(ping),\(note),\(call(#"{"word":"a"}"#, id: "2")),\(call(#"{"word":"b"}"#, id: "3")),7]")
        #expect(reaction.lines.isEmpty && reaction.jobs.count == 2)
        #expect(session.finish(reaction.jobs[1].ticket, .refused(RPCError(.internalFault, "No."))).isEmpty)
        let lines = session.finish(reaction.jobs[0].ticket, .tool(ToolAnswer("Yes.", isUntrusted: false)))
        let answers = try #require(try lines.first.map { try JSONValue(parsing: $0) }?.array)
        #expect(lines.count == 1 && answers.map { $0["id"] ?? .null } == [1, .null, 3, 2])
        #expect(session.receive("[\(note)]").lines.isEmpty)
        #expect(try session.ask("[\(ping)]").array?.count == 1)
        // The rest of a line is sent without what was cancelled.
        let other = session.receive("[\(ping),\(call(#"{"word":"a"}"#, id: "9"))]")
        #expect(other.lines.isEmpty)
        let cancelled = session.receive(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}"#)
        #expect(cancelled.lines.count == 1 && cancelled.cancelled == other.jobs.map(\.ticket))
    }

    @Test("a long list of resources comes in pages")
    func resources() throws {
        var session = makeSession()
        let all = (0..<250).map { ResourceEntry(uri: "restlake://\($0)", name: "\($0)", help: "") }
        var seen: [String] = [], cursor: String? = nil
        repeat {
            let params = cursor.map { #","params":{"cursor":"\#($0)"}"# } ?? ""
            let job = try #require(session.receive(#"{"jsonrpc":"2.0","id":1,"method":"resources/list"\#(params)}"#).jobs.first)
            let answer = try JSONValue(parsing: session.finish(job.ticket, .resources(all))[0])
            seen += answer["result"]?["resources"]?.array?.compactMap { $0["uri"]?.string } ?? []
            cursor = answer["result"]?["nextCursor"]?.string
        } while cursor != nil && seen.count < 1000
        #expect(seen == all.map(\.uri))
    }

    @Test("no line, whatever it holds, brings more than one answer, and each answer is JSON in one line")
    func garbage() throws {
        let seeds = [call(#"{"word":"hi"}"#), #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05"}}"#]
        var random = SystemRandomNumberGenerator()
        var session = makeSession("2024-11-05")
        for round in 0..<3000 {
            var bytes = Array(seeds[round % 2].utf8)
            for _ in 0...Int.random(in: 0...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: at)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let reaction = session.receive(PageBytes(bytes.filter { $0 != UInt8(ascii: "\n") }))
            var lines = reaction.lines
            for job in reaction.jobs { lines += session.finish(job.ticket, .tool(ToolAnswer("Done."))) }
            #expect(lines.count <= 1)
            for line in lines { #expect(!line.utf8.contains(UInt8(ascii: "\n")) && (try? JSONValue(parsing: line)) != nil) }
        }
    }
}
