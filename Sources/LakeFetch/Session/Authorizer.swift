import LakeModel
import LakeSource

/// Puts the client's headers and auth on requests, and takes off what an origin may not see.
struct Authorizer: Sendable, CustomReflectable {
    let client: Client
    let secrets: SecretValues

    var customMirror: Mirror { Mirror(self, children: []) }

    func auth(of resource: Resource) -> Auth? { resource.auth ?? client.auth }

    /// Whether a request of the resource to its own origin carries anything that came from a secret.
    func hasSecrets(_ resource: Resource) -> Bool {
        auth(of: resource) != nil || (client.headers + resource.request.headers + resource.request.params).contains(where: isSecret)
    }

    /// Under which names the secrets of a resource's requests go along, for messages.
    func names(of resource: Resource) -> [SentSecret] {
        let headers = (client.headers + resource.request.headers).filter(isSecret).map { SentSecret.header(name: $0.name) }
        let params = resource.request.params.filter { $0.secret != nil }.map { SentSecret.parameter(name: $0.name) }
        let own: SentSecret? = switch auth(of: resource) {
        case .apiKey(let name, _, .query): .parameter(name: name)
        default: headerName(of: resource).map { .header(name: $0) }
        }
        return (headers + params + [own].compactMap { $0 }).distinct
    }

    /// Everything: for the own origin, and for one that is trusted like it.
    /// - Parameter token: the OAuth2 token, where that is the auth.
    func full(
        _ request: HTTPRequest, _ resource: Resource, token: (client: OAuth2ClientCredentials, token: TokenLife.Token)?
    ) throws(FetchFault) -> AuthorizedRequest {
        var request = request
        for header in client.headers where request.headers[header.name] == nil {
            request.headers.append(header.name, try value(header))
        }
        try hideParameters(of: resource, in: &request)
        let own = (client.headers + resource.request.headers).filter { isSecret($0) && request.headers[$0.name] != nil }
        let names = own.map { SentSecret.header(name: $0.name) } + request.secretQuery.fields.map { SentSecret.parameter(name: $0.name) }
        let added = try apply(resource, to: &request, token: token?.token.text)
        return AuthorizedRequest(
            request: request, sent: (names + added).distinct, token: token.map { ($0.client, $0.token.generation) })
    }

    /// For an origin that is allowed without secrets. A secret that the API itself wrote into a link is taken out again.
    /// - Parameter tokens: those in use, beside the secrets.
    func withoutSecrets(_ request: HTTPRequest, to origin: Origin, _ resource: Resource, tokens: [String]) throws(FetchFault) -> AuthorizedRequest {
        let guarded = Guarded(values: secrets.all + tokens + literals(resource))
        var request = request
        for header in client.headers where !isSecret(header) && request.headers[header.name] == nil {
            request.headers.append(header.name, try value(header))
        }
        let secretNames = (client.headers + resource.request.headers).filter(isSecret).map(\.name) + [headerName(of: resource)].compactMap { $0 }
        request.headers = HTTPHeaders(request.headers.fields.filter { field in
            !guarded.isHit(by: field.value) && !secretNames.contains { HTTPHeaders.isSame($0, field.name) }
        })
        request.secretQuery = [:]
        request.url = URLText.removing(from: request.url) { guarded.isHit(by: $0.value) }
        let rest = [request.url, percentDecoded(request.url), String(decoding: request.body ?? [], as: UTF8.self)]
        guard !rest.contains(where: guarded.isHidden), request.body == nil || !resource.request.hasSecretInBody else {
            throw .secretWithheld(from: origin)
        }
        return AuthorizedRequest(request: request)
    }

    // MARK: Auth

    private func apply(_ resource: Resource, to request: inout HTTPRequest, token: String?) throws(FetchFault) -> [SentSecret] {
        switch auth(of: resource) {
        case nil: return []
        case .bearer(let reference): return setHeader("Authorization", "Bearer " + (try secrets.value(reference)), in: &request)
        case .apiKey(let name, let key, .header): return setHeader(name, try secrets.value(key), in: &request)
        case .apiKey(let name, let key, .query):
            request.url = URLText.removing(from: request.url) { $0.name == name }
            request.secretQuery = HTTPHeaders(request.secretQuery.fields.filter { $0.name != name })
            request.secretQuery.append(name, try secrets.value(key))
            return [.parameter(name: name)]
        case .httpBasic(let username, let password):
            let pair = try secrets.value(username) + ":" + secrets.value(password)
            return setHeader("Authorization", "Basic " + Base64.encode(pair.utf8), in: &request)
        case .oauth2ClientCredentials: return setHeader("Authorization", "Bearer " + (token ?? ""), in: &request)
        }
    }

    private func headerName(of resource: Resource) -> String? {
        switch auth(of: resource) {
        case nil, .apiKey(_, _, .query): nil
        case .apiKey(let name, _, .header): name
        case .bearer, .httpBasic, .oauth2ClientCredentials: "Authorization"
        }
    }

    private func setHeader(_ name: String, _ value: String, in request: inout HTTPRequest) -> [SentSecret] {
        request.headers = HTTPHeaders(request.headers.fields.filter { !HTTPHeaders.isSame($0.name, name) })
        request.headers.append(name, value)
        return [.header(name: name)]
    }

    // MARK: Fields

    /// Secret parameters leave the URL, which is kept and compared, for the place that is only sent. They go along with a
    /// link of the API's too, which seldom repeats them.
    private func hideParameters(of resource: Resource, in request: inout HTTPRequest) throws(FetchFault) {
        for param in resource.request.params {
            guard let reference = param.secret else { continue }
            let value = try secrets.value(reference)
            request.url = URLText.removing(from: request.url) { $0.name == param.name && $0.value == value }
            request.secretQuery.append(param.name, value)
        }
    }

    private func value(_ field: RequestField) throws(FetchFault) -> String {
        if let secret = field.secret { try secrets.value(secret) } else { field.fixedText ?? "" }
    }

    /// A literal under a name that is usually a credential's counts as one.
    private func isSecret(_ field: RequestField) -> Bool { field.secret != nil || looksLikeSecret(field.name) }

    /// Secrets that the definition spells out, and the forms in which auth sends them.
    func literals(_ resource: Resource) -> [String] {
        let fields = client.headers + resource.request.headers + resource.request.params
        let references = [client.auth, resource.auth].compactMap { $0 }.flatMap(\.secrets) + fields.compactMap(\.secret)
        let spelled = references.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        return spelled + fields.filter { $0.secret == nil && looksLikeSecret($0.name) }.compactMap(\.fixedText)
    }

    /// Values that may not go to an origin. A short one (an id, a user name) counts only where it stands alone: inside
    /// other texts it would be found by chance.
    private struct Guarded {
        private static let leastInside = 8
        let values: [String]

        init(values: [String]) { self.values = values.filter { !$0.isEmpty } }

        func isHit(by text: String) -> Bool { values.contains(text) || isHidden(in: text) }

        func isHidden(in text: String) -> Bool {
            values.contains { $0.utf8.count >= Guarded.leastInside && text.holds($0) }
        }
    }
}

extension String {
    /// Whether it has the bytes of another text in it.
    fileprivate func holds(_ other: String) -> Bool {
        let (text, wanted) = (Array(utf8), Array(other.utf8))
        guard wanted.count <= text.count else { return false }
        return (0...(text.count - wanted.count)).contains { text[$0...].starts(with: wanted) }
    }
}

extension RequestTemplate {
    fileprivate var hasSecretInBody: Bool {
        if case .form(let fields)? = body { fields.contains { $0.secret != nil } } else { false }
    }
}

extension [SentSecret] {
    fileprivate var distinct: [SentSecret] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
