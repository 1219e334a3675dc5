/// How requests show who asks.
package enum Auth: Hashable, Sendable {
    /// `Authorization: Bearer …`
    case bearer(token: SecretReference)
    /// The key under a name of the API's own, in a header or in the query.
    case apiKey(name: String, key: SecretReference, location: APIKeyLocation)
    /// RFC 7617.
    case httpBasic(username: SecretReference, password: SecretReference)
    /// RFC 6749, section 4.4: a token is asked for first, and again when it expires or is refused.
    case oauth2ClientCredentials(OAuth2ClientCredentials)
}

package enum APIKeyLocation: String, CaseIterable, Hashable, Sendable { case header, query }

package struct OAuth2ClientCredentials: Hashable, Sendable {
    /// Absolute. Its origin may differ from the API's.
    package var tokenURL: String
    package var clientID: SecretReference
    package var clientSecret: SecretReference
    /// Further fields of the request for a token, such as `scope`; `grant_type` and the like may be overridden.
    package var requestData: [RequestField]
    /// How long a token is good for where the answer does not say.
    package var defaultExpirationSeconds: Int
    /// A token to begin with.
    package var accessToken: SecretReference?

    package init(
        tokenURL: String, clientID: SecretReference, clientSecret: SecretReference, requestData: [RequestField] = [],
        defaultExpirationSeconds: Int = 3600, accessToken: SecretReference? = nil
    ) {
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.requestData = requestData
        self.defaultExpirationSeconds = defaultExpirationSeconds
        self.accessToken = accessToken
    }
}

/// Where a secret comes from. The value itself is never part of a `Source` unless the definition spells it out.
package enum SecretReference: Hashable, Sendable {
    /// Looked up by this name: environment, credentials folder, secrets file.
    case named(String)
    /// Written in the definition itself; allowed, with a warning where it is one.
    case literal(String)
}

extension Auth {
    /// All secrets it takes, in the order of the definition.
    package var secrets: [SecretReference] {
        switch self {
        case .bearer(let token): [token]
        case .apiKey(_, let key, _): [key]
        case .httpBasic(let username, let password): [username, password]
        case .oauth2ClientCredentials(let client):
            [client.accessToken].compactMap { $0 } + [client.clientID, client.clientSecret] + client.requestData.compactMap(\.secret)
        }
    }
}

/// A secret that is spelled out is not shown, also where what holds it is printed or dumped.
extension SecretReference: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .named(let name): "secret '\(name)'"
        case .literal: "secret …"
        }
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
