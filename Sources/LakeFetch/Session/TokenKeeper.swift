import LakeModel
import LakeSource
import LakeThreads

/// The tokens of one OAuth2 client, for all readers of a run: asked for once, however many want one.
final class TokenKeeper: Sendable {
    /// Tells the keepers of a session apart.
    let number: Int
    private let life = Monitor(TokenLife())
    private let clock: SessionClock
    private let ask: @Sendable () throws(FetchFault) -> OAuthAnswer
    private let defaultLife: Double

    /// - Parameters:
    ///   - first: a token to begin with.
    ///   - ask: one request for a token, with its retries. Blocks.
    init(
        number: Int, defaultExpirationSeconds: Int, first: String?, clock: SessionClock,
        ask: @escaping @Sendable () throws(FetchFault) -> OAuthAnswer
    ) {
        self.number = number
        self.clock = clock
        self.ask = ask
        defaultLife = Double(defaultExpirationSeconds)
        if let first { life.change { $0.received(first, life: defaultLife, now: clock.monotonic()) } }
    }

    /// A token that is good now. Blocks while one is asked for.
    func token() throws(FetchFault) -> TokenLife.Token {
        guard let token = try follow(life.change { $0.want(now: clock.monotonic()) }) else { throw .cancelled }
        return token
    }

    /// Whether there is a newer token than the one that was refused.
    func renewed(after generation: Int) throws(FetchFault) -> Bool {
        guard let token = try follow(life.change { $0.refused(generation: generation) }) else { return false }
        return token.generation != generation
    }

    func accepted(_ generation: Int) { life.change { $0.accepted(generation: generation) } }

    /// The newest token, for those who must not let it out.
    var newest: String? { life.look { $0.token?.text } }

    /// nil: there will be none.
    private func follow(_ first: TokenLife.Step) throws(FetchFault) -> TokenLife.Token? {
        var step = first
        while true {
            switch step {
            case .use(let token): return token
            case .fail(let fault): throw fault
            case .giveUp: return nil
            case .wait(let round):
                step = life.wait { if case .wait = $0.after(round: round) { nil } else { $0.after(round: round) } }
            case .ask: return try asked()
            }
        }
    }

    private func asked() throws(FetchFault) -> TokenLife.Token? {
        do throws(FetchFault) {
            let answer = try ask()
            return life.change { life in
                life.received(answer.token, life: answer.expiresInSeconds ?? defaultLife, now: clock.monotonic())
                return life.token
            }
        } catch {
            life.change { $0.failed(error) }
            throw error
        }
    }
}

/// Asks a token endpoint: the client's id and secret as fields of a form (RFC 6749, sections 2.3.1 and 4.4.2).
struct TokenRequest: Sendable, CustomReflectable {
    let client: OAuth2ClientCredentials
    let secrets: SecretValues
    let http: HTTPClient
    let options: FetchOptions
    /// Taken before each attempt, where the endpoint is the API's own.
    let waitTurn: @Sendable () throws(FetchFault) -> Void

    var customMirror: Mirror { Mirror(self, children: []) }

    func send() throws(FetchFault) -> OAuthAnswer {
        let origin: Origin
        do throws(URLProblem) { origin = try Origin(url: client.tokenURL) } catch { throw .token(.badURL(error), origin: nil) }
        guard OriginRules.keepsSecrets(origin) else { throw .secretInPlainText(to: origin) }
        let request = HTTPRequest(
            method: .post, url: client.tokenURL,
            headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"], body: try form(),
            timeouts: options.timeouts, bodyCap: TokenRequest.bodyCap)
        // Boxed, as in PageRequester.
        var random: any RandomNumberGenerator = SystemRandomNumberGenerator()
        var attempt = 0
        while true {
            attempt += 1
            try waitTurn()
            let outcome: RetryPolicy.Outcome
            switch Result(catching: { () throws(HTTPFault) in try http.start(request).wait() }) {
            case .success(let response) where !RetryPolicy.isRetryable(status: response.status): return try read(response, origin)
            case .success(let response): outcome = .status(response.status, response.headers)
            case .failure(let fault): outcome = .fault(fault)
            }
            switch options.retry.decide(attempt: attempt, outcome: outcome, now: options.clock.now(), random: &random) {
            case .retry(let milliseconds): guard options.pause.wait(milliseconds: milliseconds) else { throw .cancelled }
            case .tooLong(let until): throw .tooLong(until: until)
            case .giveUp: throw fault(outcome, origin, attempt)
            }
        }
    }

    /// An answer with a token is short.
    private static let bodyCap = 1 << 20

    private func read(_ response: HTTPResponse, _ origin: Origin) throws(FetchFault) -> OAuthAnswer {
        switch response.status {
        case 200..<300:
            do throws(TokenFault.Answer) { return try OAuthAnswer(response.body) } catch { throw .token(.answer(error), origin: origin) }
        case 300..<400: throw .token(.redirect(status: response.status), origin: origin)
        default: throw .token(.refused(status: response.status, error: OAuthError(body: response.body)), origin: origin)
        }
    }

    private func fault(_ outcome: RetryPolicy.Outcome, _ origin: Origin, _ attempts: Int) -> FetchFault {
        switch outcome {
        case .fault(.cancelled): .cancelled
        case .fault(let fault): .token(.http(fault, attempts: attempts), origin: origin)
        case .status(let status, _): .token(.unavailable(status: status, attempts: attempts), origin: origin)
        case .brokenBody: .token(.answer(.notJSON), origin: origin)
        }
    }

    /// What the definition adds takes the place of a usual field of the same name.
    private func form() throws(FetchFault) -> [UInt8] {
        var fields: [(name: String, value: String)] = [
            ("grant_type", "client_credentials"), ("client_id", try secrets.value(client.clientID)),
            ("client_secret", try secrets.value(client.clientSecret)),
        ]
        for field in client.requestData {
            let value = if let secret = field.secret { try secrets.value(secret) } else { field.fixedText ?? "" }
            if let i = fields.firstIndex(where: { $0.name == field.name }) { fields[i].value = value } else { fields.append((field.name, value)) }
        }
        return Array(fields.map { URLText.encodeQuery($0.name) + "=" + URLText.encodeQuery($0.value) }.joined(separator: "&").utf8)
    }
}

extension SecretValues {
    func value(_ reference: SecretReference) throws(FetchFault) -> String {
        if let value = self[reference] { return value }
        // A literal always has a value, so this one has a name.
        guard case .named(let name) = reference else { return "" }
        throw .secretMissing(name: name)
    }
}
