import LakeJSON
import LakeModel
import LakeSource

/// A request of a walk that is under way.
struct AskedPage {
    let request: PageRequest
    /// The number that its page will have.
    var page: Int
    let isProbe: Bool
    let loggable: LoggableRequest
    /// Without auth. A redirect does not change it: another attempt begins where the first one did.
    fileprivate let url: String
    fileprivate var sent: AuthorizedRequest?
    /// nil for a page that a journal remembers.
    fileprivate(set) var transfer: HTTPTransfer?
    /// Those that failed and the one under way.
    fileprivate var attempts = 1
    /// Requests that were sent, redirects and renewed tokens among them.
    fileprivate(set) var sendings = 1
    fileprivate var redirects = 0
    /// A redirect asked for GET, where the resource asks with POST.
    fileprivate var becameGet = false
    fileprivate var wasRenewed = false
    fileprivate var isNoted = false

    /// Parameters of the query and the body; none where a link says all.
    fileprivate var parameters: [PageParameter] {
        if case .parameters(let parameters) = request { parameters } else { [] }
    }
}

/// Why there is no response.
enum Halt: Error {
    case fault(FetchFault)
    /// The time that the user allows is over, or would be.
    case timeIsOver
}

/// Sends the requests of one walk and brings their responses: turns, auth, response actions, redirects, retries.
/// Blocks, on the reading thread of its resource.
final class PageRequester {
    private static let mostRedirects = 5

    private let resource: Resource
    private let session: FetchSession
    private let builder: RequestBuilder
    private let actions: ResponseActions
    private let budget: FetchBudget
    /// Boxed: the generator has no bytes and so no address, which the thread sanitizer takes for a wild one.
    private var random: any RandomNumberGenerator = SystemRandomNumberGenerator()

    enum Turn {
        case wait
        /// For what is asked ahead: only where a turn is free now.
        case ifFree
    }

    /// A response that is to be read, or that the definition names an action for.
    struct Answer {
        var response: HTTPResponse
        /// To ignore it, or to fail.
        var action: ResponseAction?
    }

    init(_ resource: Resource, _ session: FetchSession, _ builder: RequestBuilder, _ budget: FetchBudget) {
        self.resource = resource
        self.session = session
        self.builder = builder
        self.budget = budget
        actions = ResponseActions(resource.responseActions)
    }

    /// Sends the request of a page.
    /// - Parameters:
    ///   - base: the URL that a link is relative to.
    ///   - page: the number that its page will have.
    ///   - hidesParameters: whether they are a cursor.
    /// - Returns: nil where no turn is free.
    func ask(
        _ request: PageRequest, after base: String, page: Int, isProbe: Bool, hidesParameters: Bool, turn: Turn
    ) throws(Halt) -> AskedPage? {
        let (message, loggable) = try message(request, base, page, hidesParameters)
        switch turn {
        case .ifFree: guard session.tryTurn() else { return nil }
        case .wait: try waitTurn()
        }
        let (sent, transfer) = try send(message)
        budget.noteAsked()
        return AskedPage(request: request, page: page, isProbe: isProbe, loggable: loggable, url: message.url, sent: sent, transfer: transfer)
    }

    /// The request of a page whose response a journal remembers. Nothing is sent.
    /// - Throws: what would be thrown if it were to be sent.
    func recalled(
        _ request: PageRequest, after base: String, page: Int, isProbe: Bool, hidesParameters: Bool
    ) throws(Halt) -> AskedPage {
        let (message, loggable) = try message(request, base, page, hidesParameters)
        budget.noteAsked()
        return AskedPage(request: request, page: page, isProbe: isProbe, loggable: loggable, url: message.url, sent: nil, transfer: nil)
    }

    /// The answer that a journal remembers.
    func answer(to asked: inout AskedPage, recalling judged: JudgedResponse) -> Answer {
        for _ in 0..<judged.requests { budget.noteRequest() }
        asked.sendings = judged.sendings
        return Answer(response: judged.response, action: actions.first(status: judged.status, body: judged.body))
    }

    /// The response to a request, after retries, redirects and a renewed token.
    func answer(to asked: inout AskedPage) throws(Halt) -> Answer {
        while true {
            guard let transfer = asked.transfer else { preconditionFailure("what a journal remembers is not waited for") }
            let response: HTTPResponse
            switch Result(catching: { () throws(HTTPFault) in try transfer.wait() }) {
            case .success(let success): response = success
            case .failure(let fault):
                budget.noteRequest()
                try retry(.fault(fault), &asked)
                continue
            }
            budget.noteRequest()
            note(response, &asked)
            if response.status == 401, try renew(&asked) { continue }
            let action = actions.first(status: response.status, body: response.body)
            switch action?.action {
            case .retry?: try retry(Self.declaredOutcome(response), &asked, declared: response.status)
            case .ignore?, .fail?: return Answer(response: response, action: action)
            case nil where response.isRedirect: try follow(response, &asked)
            // Accepted, and not ready yet (RFC 9110, section 15.3.3).
            case nil where response.status == 202 && response.headers["Retry-After"] != nil:
                try retry(Self.declaredOutcome(response), &asked, declared: response.status)
            case nil where RetryPolicy.isRetryable(status: response.status): try retry(.status(response.status, response.headers), &asked)
            case nil: return Answer(response: response)
            }
        }
    }

    /// Asks once more for a page whose body ended early.
    /// - Returns: false where the attempts are used up.
    func askAgain(_ asked: inout AskedPage) throws(Halt) -> Bool {
        let decision = session.options.retry.decide(attempt: asked.attempts, outcome: .brokenBody, now: .now(), random: &random)
        guard case .retry = decision else { return false }
        try retry(.brokenBody, &asked)
        return true
    }

    /// What the responses that came before their turn say about the rate limit counts at once.
    func noteArrived(_ asked: inout [AskedPage]) {
        for i in asked.indices {
            guard let transfer = asked[i].transfer, transfer.exchange.isFinished else { continue }
            if let response = try? transfer.wait() { note(response, &asked[i]) }
        }
    }

    /// As after a 503, whatever the status.
    private static func declaredOutcome(_ response: HTTPResponse) -> RetryPolicy.Outcome {
        RetryPolicy.isRetryable(status: response.status) ? .status(response.status, response.headers) : .status(503, response.headers)
    }

    private func note(_ response: HTTPResponse, _ asked: inout AskedPage) {
        if !asked.isNoted { session.note(response) }
        asked.isNoted = true
    }

    // MARK: Messages

    private func message(
        _ request: PageRequest, _ base: String, _ page: Int, _ hidesParameters: Bool
    ) throws(Halt) -> (HTTPRequest, LoggableRequest) {
        switch request {
        case .parameters(let parameters):
            let url = try building { () throws(RequestProblem) in try builder.url(parameters) }
            return (try message(to: url, parameters, namedOn: page), builder.loggable(parameters, hidesParameters: hidesParameters))
        case .link(let link):
            let target = URLText.resolve(link, against: base)
            guard (try? Origin(url: target)) != nil else { throw .fault(.badLink(page: page - 1)) }
            return (try message(to: target, [], namedOn: page - 1), builder.loggable(link: target))
        }
    }

    /// The resource's own message to a URL that may be asked. The session takes off what its origin may not see.
    /// - Parameter namedOn: the page that named the URL.
    private func message(to url: String, _ parameters: [PageParameter], namedOn page: Int) throws(Halt) -> HTTPRequest {
        try failing { () throws(FetchFault) in try session.check(url, page: page) }
        var message = try building { () throws(RequestProblem) in try builder.message(parameters) }
        message.url = url
        return message
    }

    private func send(_ message: HTTPRequest) throws(Halt) -> (AuthorizedRequest, HTTPTransfer) {
        var message = message
        message.timeouts = session.options.timeouts
        message.bodyCap = session.options.bodyCap
        if let left = budget.millisecondsLeft {
            guard left > 0 else { throw .timeIsOver }
            message.timeouts.total = min(message.timeouts.total ?? .milliseconds(left), .milliseconds(left))
        }
        let sent = try failing { () throws(FetchFault) in try session.authorized(message, resource: resource) }
        return (sent, session.http.start(sent.request))
    }

    private func send(_ message: HTTPRequest, for asked: inout AskedPage) throws(Halt) {
        try waitTurn()
        let (sent, transfer) = try send(message)
        asked.sent = sent
        asked.transfer = transfer
        asked.sendings += 1
        asked.isNoted = false
    }

    private func sendAgain(_ asked: inout AskedPage) throws(Halt) {
        let message = try message(to: asked.url, asked.parameters, namedOn: asked.page)
        asked.redirects = 0
        asked.becameGet = false
        try send(message, for: &asked)
    }

    private func waitTurn() throws(Halt) {
        let until = budget.millisecondsLeft.map { session.options.clock.monotonic() + $0 }
        guard try failing({ () throws(FetchFault) in try session.waitTurn(until: until) }) else { throw .timeIsOver }
    }

    // MARK: Answers that ask for another request

    private func renew(_ asked: inout AskedPage) throws(Halt) -> Bool {
        guard !asked.wasRenewed, let sent = asked.sent, try failing({ () throws(FetchFault) in try session.renewed(after: sent) }) else { return false }
        asked.wasRenewed = true
        try sendAgain(&asked)
        return true
    }

    /// RFC 9110, section 15.4: 303 is asked for with GET, and so is 301 or 302 behind a POST, as all clients do; else
    /// method and body stay.
    private func follow(_ response: HTTPResponse, _ asked: inout AskedPage) throws(Halt) {
        asked.redirects += 1
        guard let location = response.headers["location"], asked.redirects <= Self.mostRedirects else {
            throw .fault(.redirect(status: response.status, page: asked.page))
        }
        let target = URLText.resolve(location, against: response.url)
        guard (try? Origin(url: target)) != nil else { throw .fault(.redirect(status: response.status, page: asked.page)) }
        var message = try message(to: target, asked.parameters, namedOn: asked.page)
        asked.becameGet = asked.becameGet || response.status == 303 || ([301, 302].contains(response.status) && message.method == .post)
        if asked.becameGet {
            message.method = .get
            message.body = nil
            message.headers = HTTPHeaders(message.headers.fields.filter { !HTTPHeaders.isSame($0.name, "Content-Type") })
        }
        try send(message, for: &asked)
    }

    /// Waits, and sends the request again.
    /// - Parameter declared: the status, where `response_actions` ask to try again.
    private func retry(_ outcome: RetryPolicy.Outcome, _ asked: inout AskedPage, declared: Int? = nil) throws(Halt) {
        // Our own time-out at the end of the time allowed is no fault of the server.
        if case .fault(.timedOut) = outcome, budget.isTimeOver { throw .timeIsOver }
        budget.noteTrouble()
        switch session.options.retry.decide(attempt: asked.attempts, outcome: outcome, now: .now(), random: &random) {
        case .retry(let milliseconds):
            if let left = budget.millisecondsLeft, left <= milliseconds { throw .timeIsOver }
            guard session.options.pause.wait(milliseconds: milliseconds) else { throw .fault(.cancelled) }
            asked.attempts += 1
            budget.noteRetry()
            try sendAgain(&asked)
        case .tooLong(let until): throw .fault(.tooLong(until: until))
        case .giveUp: throw .fault(Self.fault(outcome, attempts: asked.attempts, declared))
        }
    }

    private static func fault(_ outcome: RetryPolicy.Outcome, attempts: Int, _ declared: Int?) -> FetchFault {
        switch outcome {
        case .fault(.cancelled): .cancelled
        case .fault(let fault): .http(fault, attempts: attempts)
        case .status(let status, _): .unavailable(status: declared ?? status, attempts: attempts)
        case .brokenBody: .unavailable(status: 200, attempts: attempts)
        }
    }

    // MARK: Faults

    private func failing<R>(_ body: () throws(FetchFault) -> R) throws(Halt) -> R {
        do throws(FetchFault) { return try body() } catch { throw .fault(error) }
    }

    private func building<R>(_ body: () throws(RequestProblem) -> R) throws(Halt) -> R {
        do throws(RequestProblem) { return try body() } catch {
            if case .secretMissing(let name) = error { throw .fault(.secretMissing(name: name)) }
            throw .fault(.request(error))
        }
    }
}

extension HTTPResponse {
    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}
