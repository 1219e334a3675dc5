import LakeJSON
import LakeModel

/// One client's session, a state machine: a line in, a `Reaction` out. What takes time is handed out as a `Job`, and what
/// came of it is handed in again; the reader of lines need not wait for it.
package struct Session: Sendable {
    /// Of a job, from its beginning to its end.
    package struct Ticket: Hashable, Sendable { let number: Int }

    package enum Work: Sendable {
        case tool(String, ToolArguments)
        case listResources
        case readResource(uri: String)
    }

    package struct Job: Sendable {
        package var ticket: Ticket
        package var work: Work
    }

    package struct Reaction: Sendable {
        /// To send, each without its line's end.
        package var lines: [String] = []
        package var jobs: [Job] = []
        /// Nobody waits for these any more: they may stop.
        package var cancelled: [Ticket] = []
    }

    /// What came of a job.
    package enum Result: Sendable {
        case tool(ToolAnswer)
        case resources([ResourceEntry])
        case resource(ResourceText)
        case refused(RPCError)
    }

    /// Jobs that are asked for and not done, at most.
    package static let mostJobs = 100
    /// Resources on a page of their list.
    static let resourcesOnPage = 100

    struct Open: Sendable {
        var id: JSONValue
        var batch: Int?
        /// Of a list: where the page begins.
        var offset = 0
    }

    /// Messages that came in one line are answered in one line, when all of them are.
    struct Batch: Sendable {
        var replies: [JSONValue] = []
        var waiting = 0
    }

    let server: ServerFacts
    let tools: [ToolSpec]
    let templates: [ResourceTemplate]
    let mark: Mark
    /// Nil until the client has said hello.
    package private(set) var version: ProtocolVersion?
    private var open: [Ticket: Open] = [:]
    private var batches: [Int: Batch] = [:]
    private var lastNumber = 0

    /// - Parameter mark: marks what comes from outside; no data can know it.
    package init(_ server: ServerFacts, tools: [ToolSpec], templates: [ResourceTemplate] = [], mark: Mark) {
        self.server = server
        self.tools = tools
        self.templates = templates
        self.mark = mark
    }

    // MARK: Lines

    package mutating func receive(_ line: PageBytes) -> Reaction {
        var reaction = Reaction()
        guard line.withBytes({ !$0.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }) else { return reaction }
        let json: JSONValue
        do { json = try JSONValue(parsing: line) } catch {
            reaction.lines = [Self.line(Message.error(.null, RPCError(.parse, "This line is no JSON: \(error).")))]
            return reaction
        }
        if let messages = json.array { receive(batch: messages, &reaction) } else if let reply = take(json, nil, &reaction) {
            reaction.lines.append(Self.line(reply))
        }
        return reaction
    }

    /// What was sent instead of a line: longer than any line may be.
    package func refuseLine(longerThan bytes: Int) -> String {
        Self.line(Message.error(.null, RPCError(.invalidRequest, "A line has more than \(bytes) bytes.")))
    }

    private mutating func receive(batch messages: [JSONValue], _ reaction: inout Reaction) {
        guard version?.takesBatches == true, !messages.isEmpty else {
            let why = messages.isEmpty ? "A list of messages is empty." : "Messages come one by one, a line each."
            reaction.lines.append(Self.line(Message.error(.null, RPCError(.invalidRequest, why))))
            return
        }
        lastNumber += 1
        let number = lastNumber
        batches[number] = Batch()
        var replies: [JSONValue] = []
        for message in messages {
            if let reply = take(message, number, &reaction) { replies.append(reply) }
        }
        batches[number]?.replies += replies
        reaction.lines += close(number)
    }

    /// The line of a batch where everything in it is answered; none where nothing in it wanted an answer.
    private mutating func close(_ number: Int) -> [String] {
        guard let batch = batches[number], batch.waiting == 0 else { return [] }
        batches[number] = nil
        return batch.replies.isEmpty ? [] : [Self.line(.array(batch.replies))]
    }

    private static func line(_ json: JSONValue) -> String { json.text(pretty: false) }

    // MARK: Messages

    /// - Returns: the answer, where there is one at once.
    private mutating func take(_ json: JSONValue, _ batch: Int?, _ reaction: inout Reaction) -> JSONValue? {
        switch Message(json) {
        case .wrong(let id, let error): return Message.error(id, error)
        case .answer: return nil
        case .notification("notifications/cancelled", let params):
            if let id = params["requestId"] { cancel(id, &reaction) }
            return nil
        case .notification: return nil
        case .request(let id, let method, let params):
            do throws(RPCError) {
                return try answer(id, method, params, batch, &reaction).map { Message.result(id, $0) }
            } catch { return Message.error(id, error) }
        }
    }

    private mutating func cancel(_ id: JSONValue, _ reaction: inout Reaction) {
        guard let (ticket, job) = open.first(where: { $0.value.id == id }) else { return }
        open[ticket] = nil
        reaction.cancelled.append(ticket)
        // What the others of its line have is sent without it.
        if let batch = job.batch {
            batches[batch]?.waiting -= 1
            reaction.lines += close(batch)
        }
    }

    /// - Returns: the result; nil where a job will have it.
    private mutating func answer(
        _ id: JSONValue, _ method: String, _ params: JSONValue, _ batch: Int?, _ reaction: inout Reaction
    ) throws(RPCError) -> JSONValue? {
        switch method {
        case "ping": return .object([])
        case "initialize": return try initialize(params, batch)
        case "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read":
            guard let version else { throw RPCError(.invalidRequest, "Before '\(method)' comes 'initialize'.") }
            guard !open.values.contains(where: { $0.id == id }) else {
                throw RPCError(.invalidRequest, "The id \(id.text(pretty: false)) is that of a request that is not answered yet.")
            }
            return try answer(Open(id: id, batch: batch), method, params, version, &reaction)
        default:
            let nearest = nearestName(to: method, in: Self.methods).map { " Did you mean '\($0)'?" } ?? ""
            throw RPCError(.noMethod, "There is no method '\(Visible.text(String(method.prefix(100))))'.\(nearest)")
        }
    }

    private static let methods = ["ping", "initialize", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read"]

    private mutating func initialize(_ params: JSONValue, _ batch: Int?) throws(RPCError) -> JSONValue {
        guard version == nil else { throw RPCError(.invalidRequest, "This session is initialized already.") }
        guard batch == nil else { throw RPCError(.invalidRequest, "'initialize' stands alone in its line.") }
        guard let asked = params["protocolVersion"]?.string else {
            throw RPCError(.badParams, "'initialize' needs \"protocolVersion\", such as \"\(ProtocolVersion.newest.rawValue)\".")
        }
        let agreed = ProtocolVersion(asked: asked)
        version = agreed
        return [
            "protocolVersion": .string(agreed.rawValue), "capabilities": ["tools": .object([]), "resources": .object([])],
            "serverInfo": ["name": .string(server.name), "version": .string(server.version)],
            "instructions": .string(server.instructions + "\n\n" + mark.words),
        ]
    }

    private mutating func answer(
        _ request: Open, _ method: String, _ params: JSONValue, _ version: ProtocolVersion, _ reaction: inout Reaction
    ) throws(RPCError) -> JSONValue? {
        var request = request
        switch method {
        case "tools/list": return ["tools": .array(tools.map { $0.json(version) })]
        case "resources/templates/list": return ["resourceTemplates": .array(templates.map(\.json))]
        case "resources/list":
            if let cursor = params["cursor"], !cursor.isNull {
                guard let offset = cursor.string.flatMap({ Int($0) }), offset > 0 else { throw RPCError(.badParams, "There is no such \"cursor\".") }
                request.offset = offset
            }
            try begin(request, .listResources, &reaction)
        case "resources/read":
            guard let uri = params["uri"]?.string else { throw RPCError(.badParams, "'resources/read' needs \"uri\".") }
            try begin(request, .readResource(uri: uri), &reaction)
        default:
            let tool = try tool(params)
            try begin(request, .tool(tool.name, try tool.read(params["arguments"] ?? .null)), &reaction)
        }
        return nil
    }

    private func tool(_ params: JSONValue) throws(RPCError) -> ToolSpec {
        guard let name = params["name"]?.string else { throw RPCError(.badParams, "'tools/call' needs \"name\".") }
        if let tool = tools.first(where: { $0.name == name }) { return tool }
        let nearest = nearestName(to: name, in: tools.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
        throw RPCError(.badParams, "Unknown tool: '\(Visible.text(String(name.prefix(100))))'.\(nearest) Tools: \(tools.map(\.name).joined(separator: ", ")).")
    }

    // MARK: Jobs

    private mutating func begin(_ request: Open, _ work: Work, _ reaction: inout Reaction) throws(RPCError) {
        guard open.count < Self.mostJobs else { throw RPCError(.busy, "More than \(Self.mostJobs) requests wait for an answer. Ask again later.") }
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        open[ticket] = request
        if let batch = request.batch { batches[batch]?.waiting += 1 }
        reaction.jobs.append(Job(ticket: ticket, work: work))
    }

    /// - Returns: the lines to send; none for a job that was cancelled.
    package mutating func finish(_ ticket: Ticket, _ result: Result) -> [String] {
        guard let request = open.removeValue(forKey: ticket) else { return [] }
        let reply: JSONValue = switch result {
        case .tool(let answer): Message.result(request.id, answer.json(mark, version ?? .newest))
        case .resources(let list): Message.result(request.id, Self.page(list, from: request.offset))
        case .resource(let text): Message.result(request.id, ["contents": [text.json]])
        case .refused(let error): Message.error(request.id, error)
        }
        guard let batch = request.batch else { return [Self.line(reply)] }
        batches[batch]?.replies.append(reply)
        batches[batch]?.waiting -= 1
        return close(batch)
    }

    private static func page(_ list: [ResourceEntry], from offset: Int) -> JSONValue {
        let page = list.dropFirst(offset).prefix(resourcesOnPage)
        let next = offset + page.count
        return .object(["resources": .array(page.map(\.json)), "nextCursor": next < list.count ? .string("\(next)") : nil])
    }
}
