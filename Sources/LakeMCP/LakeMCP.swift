import LakeJSON

// The Model Context Protocol as values: a line from a client in, lines to send and work to be done out. Touches nothing: no
// stdin, no disk, no clock, no lake. Throws nothing: what is wrong with a line is answered, as JSON-RPC 2.0 says.
//
//     Session        a line in, a `Reaction` out: what to send, which work to do, which to stop
//     ToolSpec       a tool: its words, its JSON Schema, and the arguments that are read by it
//     ToolAnswer     what a tool found, marked as data where it comes from outside
//     Visible        characters that nobody would see, made visible
//
// A session of one call, `→` from the client:
//
//     → {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18", …}}
//     ← {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}, …}, …}}
//     → {"jsonrpc":"2.0","method":"notifications/initialized"}
//     → {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_loads","arguments":{"limit":1}}}
//     ← {"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"…"}],"structuredContent":{"untrusted":true, …}}}

/// A revision of the protocol that this server speaks, by the day of its release.
package enum ProtocolVersion: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"

    package static let newest = ProtocolVersion.june2025

    /// The one that a client asks for; where it is not known, the newest: the client then says whether it can do with that.
    init(asked name: String) { self = ProtocolVersion(rawValue: name) ?? .newest }

    /// Several messages in one line: JSON-RPC has them, the newest revision took them out.
    var takesBatches: Bool { self != .june2025 }
    /// Results as JSON beside the text, and the schema of these.
    var hasStructuredContent: Bool { self == .june2025 }
}

/// What a server says of itself.
package struct ServerFacts: Sendable {
    package var name: String
    package var version: String
    /// For the assistant: what this is for, and what to beware of.
    package var instructions: String

    package init(name: String, version: String, instructions: String) {
        self.name = name
        self.version = version
        self.instructions = instructions
    }
}

/// An error as JSON-RPC has it.
package struct RPCError: Error, Hashable, Sendable {
    package enum Code: Int, Sendable {
        case parse = -32700
        case invalidRequest = -32600
        case noMethod = -32601
        case badParams = -32602
        case internalFault = -32603
        /// The protocol's own: there is no such resource.
        case noResource = -32002
        /// The server's own: too much is asked at once.
        case busy = -32000
    }
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var json: JSONValue { ["code": .int(code.rawValue), "message": .string(message)] }
}
