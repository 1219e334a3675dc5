import LakeSource

/// A request as it may be sent: with what its origin may see, and no more. Shows names, never a value.
package struct AuthorizedRequest: Sendable {
    package var request: HTTPRequest
    /// Under which names secrets go along; empty where none does.
    package let sent: [SentSecret]
    /// Whose token was used, where it was one of OAuth2.
    let token: (client: OAuth2ClientCredentials, generation: Int)?

    init(request: HTTPRequest, sent: [SentSecret] = [], token: (client: OAuth2ClientCredentials, generation: Int)? = nil) {
        self.request = request
        self.sent = sent
        self.token = token
    }
}

/// Where a secret stands in a request, for messages: `header Authorization`, `parameter api_key`.
package enum SentSecret: Hashable, Sendable, CustomStringConvertible {
    case header(name: String)
    case parameter(name: String)

    package var description: String {
        switch self {
        case .header(let name): "header " + name
        case .parameter(let name): "parameter " + name
        }
    }
}

extension AuthorizedRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { sent.isEmpty ? "\(request)" : "\(request) with \(sent.map(\.description).joined(separator: ", "))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
