/// One client, served from its first request to its last.
struct Connection: ~Copyable {
    private let socket: Int32
    private let server: Server
    /// Received and not yet used.
    private var received: [UInt8] = []
    private var head = ByteBuffer(capacity: 512)
    private var body = ByteBuffer(capacity: 4096)

    init(socket: Int32, server: Server) {
        self.socket = socket
        self.server = server
    }

    mutating func serve() {
        while answerNext() {}
    }

    /// Answers with an error and says goodbye.
    /// - Parameter waits: whether what the client still sends is read; not where that would hold up others.
    mutating func refuse(_ refusal: Refusal, waits: Bool = true) {
        body.clear()
        refusal.write(to: &body)
        var answer = AnswerHead(bodyBytes: body.count)
        answer.status = refusal.status
        answer.headers = refusal.headers
        answer.closes = true
        if send(answer), waits { leave() }
    }

    /// False when the connection has come to its end.
    private mutating func answerNext() -> Bool {
        let request: RequestHead
        do {
            guard let bytes = try nextHead() else { return false }
            request = try RequestHead(bytes)
        } catch {
            refuse(Refusal(status: error.status, messages: [error.message]))
            return false
        }
        return answer(request)
    }

    private mutating func answer(_ request: RequestHead) -> Bool {
        let path = Router.path(of: request)
        let numbers = server.count(path)
        let disturbance = Disturbance(server.options.faults, path: path, number: numbers.number, numberOnPath: numbers.onPath)
        guard !disturbance.hangs else {
            Socket.waitForEnd(socket)
            return false
        }
        let delay = server.options.delayMilliseconds + disturbance.delayMilliseconds
        if delay > 0, Socket.pause(socket, milliseconds: delay) == .ended { return false }
        var answer = prepare(request, disturbance)
        answer.closes = request.closes || request.hasBody || disturbance.truncates
        let bodyBytes = disturbance.truncates ? body.count / 2 : body.count
        let isBodyless = request.method == "HEAD" || !AnswerHead.hasLength(answer.status)
        guard send(answer, bodyBytes: isBodyless ? 0 : bodyBytes) else { return false }
        if answer.closes { leave() }
        return !answer.closes
    }

    /// Writes the body and returns the head that belongs to it.
    private mutating func prepare(_ request: RequestHead, _ disturbance: Disturbance) -> AnswerHead {
        body.clear()
        if disturbance.sendsHTML {
            body.add(Disturbance.page)
            return AnswerHead(contentType: "text/html; charset=utf-8", bodyBytes: body.count)
        }
        let plan = disturbance.failure.map(Plan.refusal) ?? server.router.plan(request)
        server.book.write(plan, to: &body)
        guard case .refusal(let refusal) = plan else { return AnswerHead(bodyBytes: body.count) }
        return AnswerHead(status: refusal.status, headers: refusal.headers, bodyBytes: body.count)
    }

    private mutating func send(_ answer: AnswerHead, bodyBytes: Int? = nil) -> Bool {
        head.clear()
        answer.write(to: &head)
        return Socket.send(socket, head, body, bodyBytes: bodyBytes ?? body.count)
    }

    /// Closing while bytes of the client lie unread would reset the connection, and the answer with it: so first no
    /// more is sent, and what still comes is read, for a moment.
    private func leave() {
        Socket.endSending(socket)
        let deadline = Socket.now() + Connection.farewellMilliseconds
        var rest: [UInt8] = []
        while Socket.waitForBytes(socket, milliseconds: max(0, deadline - Socket.now())) == .ready,
              Socket.receive(socket, into: &rest, atMost: Connection.chunkBytes) > 0 {
            rest.removeAll(keepingCapacity: true)
        }
    }

    private static let farewellMilliseconds = 1_000
    private static let chunkBytes = 8_192
}

// MARK: Heads

extension Connection {
    /// The bytes of the next head with its empty line; nil when the client has left or waited too long.
    private mutating func nextHead() throws(HeadFault) -> ArraySlice<UInt8>? {
        let deadline = Socket.now() + server.options.idleMilliseconds
        var searched = 0
        while true {
            if let first = received.first, !RequestHead.mayBegin(with: first) { throw .malformed }
            if let end = endOfHead(from: searched) {
                guard end <= Limit.head else { throw .tooLarge }
                defer { received.removeFirst(end) }
                return received[..<end]
            }
            guard received.count <= Limit.head else { throw .tooLarge }
            searched = max(0, received.count - 2)
            guard Socket.waitForBytes(socket, milliseconds: max(0, deadline - Socket.now())) == .ready,
                  Socket.receive(socket, into: &received, atMost: Connection.chunkBytes) > 0 else { return nil }
        }
    }

    /// The place behind an LF that ends an empty line, empty lines before the first line excepted.
    private func endOfHead(from start: Int) -> Int? {
        guard let first = received.firstIndex(where: { $0 != 10 && $0 != 13 }) else { return nil }
        for place in max(start, first + 1)..<max(start, first + 1, received.count) where received[place] == 10 {
            if received[place - 1] == 10 { return place + 1 }
            if received[place - 1] == 13, received[place - 2] == 10 { return place + 1 }
        }
        return nil
    }
}
