import LakeModel
import LakeSource
import LakeThreads

/// What all readers of a run share: the client, secrets and auth, the manners, the way to end.
///
/// One request goes `check` (its URL may be asked) → `waitTurn` → `authorized` → `http.start` → `note` (its answer), and
/// after a 401 `renewed` says whether it is worth another attempt. In: a client's declaration and the values of its
/// secrets. Touches: the network. Nothing secret leaves it but in requests.
package final class FetchSession: Sendable {
    package let http: HTTPClient
    package let options: FetchOptions
    package let secrets: SecretValues
    package let origin: Origin
    package let baseURL: String
    let limiter: RateLimiter
    let tapes = TapePool()
    private let rules: OriginRules
    let authorizer: Authorizer
    /// Of one client, in one run.
    private static let mostTokens = 1 << 32
    private let keepers = Monitor<[OAuth2ClientCredentials: TokenKeeper]>([:])

    /// - Parameter baseURL: the client's own, or that of a stand-in for it.
    /// - Throws: `HTTPFault` where there is no libcurl; `URLProblem` where the base URL or an allowed origin is none.
    package init(client: Client, baseURL: String, secrets: SecretValues = SecretValues(), options: FetchOptions = FetchOptions()) throws {
        self.baseURL = baseURL
        self.secrets = secrets
        self.options = options
        origin = try Origin(url: baseURL)
        rules = try OriginRules(own: origin, allowed: client.allowedOrigins)
        authorizer = Authorizer(client: client, secrets: secrets)
        http = try HTTPClient(options: HTTPClient.Options(caFile: options.caFile, transfers: client.concurrency ?? Client.usualConcurrency))
        limiter = RateLimiter(
            requestsPerMinute: client.requestsPerMinute, longestWait: options.longestWait, pause: options.pause, clock: options.clock)
    }

    /// A request for a URL, with the session's limits.
    package func request(_ url: String, method: HTTPRequest.Method = .get, headers: HTTPHeaders = [:], body: [UInt8]? = nil) -> HTTPRequest {
        HTTPRequest(method: method, url: url, headers: headers, body: body, timeouts: options.timeouts, bodyCap: options.bodyCap)
    }

    /// Ends every request and every wait.
    package func cancel() {
        (options.pause as? InterruptiblePause)?.interrupt()
        http.cancelAll()
    }

    // MARK: Where

    /// Whether a URL that an API named may be asked.
    /// - Parameter page: the page that named it.
    package func check(_ url: String, page: Int) throws(FetchFault) {
        _ = try verdict(url, page: page)
    }

    private func verdict(_ url: String, page: Int) throws(FetchFault) -> (origin: Origin, OriginRules.Verdict) {
        let target: Origin
        do throws(URLProblem) { target = try Origin(url: URLText.requote(url)) } catch { throw .badLink(page: page) }
        let verdict = rules.verdict(target)
        switch verdict {
        case .trusted, .withoutSecrets: return (target, verdict)
        case .refused: throw .otherOrigin(from: origin, to: target, page: page)
        case .plain: throw .fallsToHTTP(from: origin, to: target, page: page)
        }
    }

    // MARK: Who

    /// Adds the client's headers and auth to a request: only what its origin may see. Headers of the request take the
    /// place of the client's, auth that of both. Blocks while an OAuth2 token is asked for.
    /// - Parameter request: with the resource's own headers, parameters and body.
    package func authorized(_ request: HTTPRequest, resource: Resource) throws(FetchFault) -> AuthorizedRequest {
        let (target, verdict) = try verdict(request.url, page: 0)
        guard verdict == .trusted else {
            return try authorizer.withoutSecrets(request, to: target, resource, tokens: tokens)
        }
        guard OriginRules.keepsSecrets(target) || !authorizer.hasSecrets(resource) else { throw .secretInPlainText(to: target) }
        guard case .oauth2ClientCredentials(let client) = authorizer.auth(of: resource) else {
            return try authorizer.full(request, resource, token: nil)
        }
        let keeper = try keeper(of: client)
        let token = try keeper.token()
        var result = try authorizer.full(request, resource, token: (client, token))
        result.request.mark = keeper.number * FetchSession.mostTokens + token.generation
        return result
    }

    /// After a 401: whether there is a newer token now, so that the request may be authorized and sent once more, not more
    /// often. A token that came after a 401 and was never accepted is not replaced again: then the 401 is meant.
    package func renewed(after refused: AuthorizedRequest) throws(FetchFault) -> Bool {
        guard let token = refused.token else { return false }
        return try keeper(of: token.client).renewed(after: token.generation)
    }

    /// Under which names secrets go along with the requests of a resource; empty where there are none.
    package func secretNames(of resource: Resource) -> [SentSecret] { authorizer.names(of: resource) }

    /// Under which names secrets went along with a request; empty where none did.
    package func tokenSent(_ request: AuthorizedRequest) -> [SentSecret] { request.sent }

    private func keeper(of client: OAuth2ClientCredentials) throws(FetchFault) -> TokenKeeper {
        let first: String? = if let reference = client.accessToken { try secrets.value(reference) } else { nil }
        return keepers.change { keepers in
            if let keeper = keepers[client] { return keeper }
            let isOwn = (try? Origin(url: client.tokenURL)) == origin
            let request = TokenRequest(
                client: client, secrets: secrets, http: http, options: options,
                waitTurn: { [limiter] () throws(FetchFault) in if isOwn { try limiter.waitTurn() } })
            let keeper = TokenKeeper(
                number: keepers.count, defaultExpirationSeconds: client.defaultExpirationSeconds, first: first, clock: options.clock,
                ask: { () throws(FetchFault) in try request.send() })
            keepers[client] = keeper
            return keeper
        }
    }

    /// The tokens in use.
    var tokens: [String] { keepers.look { $0.values.compactMap(\.newest) } }

    // MARK: When

    /// Every answer is shown to the session: what it says of the rate limit holds for all readers of the run, and a token
    /// that was not refused is a good one. What another origin says of its limits is not ours.
    package func note(_ response: HTTPResponse) {
        if let mark = response.mark, response.status != 401 {
            let (number, generation) = mark.quotientAndRemainder(dividingBy: FetchSession.mostTokens)
            keepers.look { $0.values.first { $0.number == number } }?.accepted(generation)
        }
        guard (try? Origin(url: response.url)) == origin else { return }
        let now = options.clock.now()
        let asksToComeBack = response.status == 429 || response.status == 503
        let asked = asksToComeBack ? AskedWait.milliseconds(status: response.status, headers: response.headers, now: now) : nil
        let wait = max(asked ?? 0, RateLimitHeaders.wait(response.headers, now: now) ?? 0)
        if wait > 0 { limiter.hold(milliseconds: wait) }
    }

    /// Blocks for the turn of one request.
    /// - Throws: `.tooLong` where the server holds requests back longer than is waited for; `.cancelled`.
    /// - Parameter limit: a moment of the session's clock past which nothing is waited for.
    /// - Returns: false, and at once, where the turn would come later.
    @discardableResult
    package func waitTurn(until limit: Int64? = nil) throws(FetchFault) -> Bool { try limiter.waitTurn(until: limit) }

    /// Takes the turn of a request that is only asked ahead, if it is free now.
    package func tryTurn() -> Bool { limiter.tryTurn() }
}

extension FetchSession: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "session with \(origin)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
