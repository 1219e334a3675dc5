import LakeJSON
import LakeMCP
import LakeModel
import Testing

let echo = ToolSpec(
    "echo", "Echo", "Says it again.",
    [
        .init("word", .text(most: 10), isRequired: true, "what to say"), .init("times", .whole(1...3), "how often"),
        .init("loud", .flag, "loudly"), .init("tone", .choice(["high", "low"]), "in which tone"), .init("others", .texts(most: 2), "with whom"),
    ])

/// A session that has said hello where a version is named.
func makeSession(_ version: String? = "2025-06-18", tools: [ToolSpec] = [echo]) -> Session {
    var session = Session(ServerFacts(name: "test", version: "1", instructions: "Be kind."), tools: tools, mark: Mark(number: 0xabc))
    if let version { _ = session.receive(#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(version)"}}"#) }
    return session
}

extension Session {
    mutating func receive(_ line: String) -> Reaction { receive(PageBytes(line)) }

    /// The one answer to a line, as JSON.
    mutating func ask(_ line: String) throws -> JSONValue {
        let lines = receive(line).lines
        try #require(lines.count == 1)
        return try JSONValue(parsing: lines[0])
    }
}

func call(_ arguments: String, id: String = "1", tool: String = "echo") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
}
