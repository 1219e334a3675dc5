import LakeJSON
import LakeModel

/// What a token endpoint answered with success (RFC 6749, section 5.1). Shows nothing of itself.
struct OAuthAnswer: Hashable, Sendable {
    var token: String
    /// nil where the answer does not say.
    var expiresInSeconds: Double?

    /// - Throws: what is wrong with the answer.
    init(_ body: PageBytes) throws(TokenFault.Answer) {
        guard let document = try? JSONValue(parsing: body) else { throw .notJSON }
        guard document.object != nil else { throw .notAnObject }
        guard let token = document["access_token"]?.string, !token.isEmpty else { throw .tokenMissing }
        // It goes into a header: what cannot stand there was no token.
        guard token.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { throw .tokenCharacters }
        self.token = token
        let life = document["expires_in"].flatMap { $0.number ?? $0.string }.flatMap { Double($0) }
        expiresInSeconds = life.flatMap { $0.isFinite ? $0 : nil }
    }
}

extension OAuthAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "an access token" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// The error codes of RFC 6749 (sections 4.1.2.1 and 5.2) and RFC 8707. Another word is not repeated: it could be anything.
package enum OAuthError: String, CaseIterable, Hashable, Sendable {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case invalidScope = "invalid_scope"
    case invalidTarget = "invalid_target"
    case accessDenied = "access_denied"
    case serverError = "server_error"
    case temporarilyUnavailable = "temporarily_unavailable"

    init?(body: PageBytes) {
        guard let word = (try? JSONValue(parsing: body))?["error"]?.string, let known = OAuthError(rawValue: word) else { return nil }
        self = known
    }
}

/// Why there is no OAuth2 token. Never the answer's text, never a secret.
package enum TokenFault: Error, Hashable, Sendable {
    /// No answer, after all attempts.
    case http(HTTPFault, attempts: Int)
    /// 408, 429 or 5xx, after all attempts.
    case unavailable(status: Int, attempts: Int)
    /// Any other status. `error` where the answer names one of the known codes.
    case refused(status: Int, error: OAuthError?)
    /// Redirects are not followed: the client's secret goes to the declared address only.
    case redirect(status: Int)
    /// A success that holds no token.
    case answer(Answer)
    /// The declared address cannot be asked.
    case badURL(URLProblem)

    package enum Answer: Error, Hashable, Sendable { case notJSON, notAnObject, tokenMissing, tokenCharacters }
}

/// The life of one client's tokens, decided from events: pure, time in milliseconds of a clock that never jumps.
struct TokenLife: Sendable, CustomReflectable {
    struct Token: Sendable, CustomReflectable {
        let text: String
        /// Counts the tokens of this client, from 1.
        let generation: Int
        /// From here on a new one is asked for.
        let refreshAt: Int64
        /// Whether a request with it was answered with anything but 401.
        var wasAccepted = false
        /// Whether it was asked for because the one before was refused.
        let follows401: Bool
        var customMirror: Mirror { Mirror(self, children: []) }
    }
    private(set) var token: Token?
    private(set) var generation = 0
    /// Counts the attempts to get a token that ended; those who waited for one look at its outcome.
    private(set) var rounds = 0
    private(set) var isAsking = false
    private var lastFault: FetchFault?
    private var asksAfter401 = false

    enum Step: Sendable {
        case use(Token)
        /// The caller is the one to ask, and must report the outcome.
        case ask
        /// Somebody asks already: wait until `rounds` is past this number.
        case wait(round: Int)
        case fail(FetchFault)
        /// The token that was refused is the newest there is, and asking again would not help.
        case giveUp
    }

    /// Nothing lives on its last minute; a token with a short life is used for nine tenths of it.
    static func refreshAt(life: Double, now: Int64) -> Int64 {
        let milliseconds = max(0, min(life, 1e9)) * 1000
        return now + Int64(milliseconds - min(60_000, milliseconds / 10))
    }

    /// One who wants to send a request.
    mutating func want(now: Int64) -> Step {
        if let token, token.refreshAt > now { return .use(token) }
        return ask(after401: false)
    }

    /// One whose request was refused with 401.
    mutating func refused(generation used: Int) -> Step {
        if isAsking { return .wait(round: rounds) }
        guard let token, token.generation == used else { return token.map(Step.use) ?? .giveUp }
        guard token.wasAccepted || !token.follows401 else { return .giveUp }
        return ask(after401: true)
    }

    /// One who waited for a round, once it is over. What came is good for all who waited, however short its life.
    func after(round: Int) -> Step {
        if rounds <= round { return .wait(round: round) }
        if let lastFault { return .fail(lastFault) }
        return token.map(Step.use) ?? .giveUp
    }

    mutating func accepted(generation: Int) {
        if token?.generation == generation { token?.wasAccepted = true }
    }

    mutating func received(_ text: String, life: Double, now: Int64) {
        generation += 1
        token = Token(text: text, generation: generation, refreshAt: Self.refreshAt(life: life, now: now), follows401: asksAfter401)
        endRound(nil)
    }

    mutating func failed(_ fault: FetchFault) { endRound(fault) }

    private mutating func ask(after401: Bool) -> Step {
        if isAsking { return .wait(round: rounds) }
        isAsking = true
        asksAfter401 = after401
        return .ask
    }

    private mutating func endRound(_ fault: FetchFault?) {
        rounds += 1
        isAsking = false
        asksAfter401 = false
        lastFault = fault
    }

    var customMirror: Mirror { Mirror(self, children: []) }
}
