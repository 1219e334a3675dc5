/// Why there is no response. Facts only: no URL beyond host and port, no header, no body.
package enum HTTPFault: Error, Hashable, Sendable {
    /// libcurl is not there, or too old. The sentence names the package.
    case libraryMissing(String)
    /// The system refused a thread or memory for the client itself.
    case clientUnavailable
    case unsupportedURL(URLProblem)
    /// A header name or value that cannot be sent: empty, with a line break or NUL. The value is not told.
    case unsendableHeader(name: String)
    case couldNotResolve(host: String)
    case couldNotResolveProxy
    /// - `errno`: the system's number, 0 where it gave none.
    case couldNotConnect(host: String, port: Int, errno: Int32)
    /// The proxy would not open a tunnel. 407: it wants credentials.
    case proxyRefused(status: Int)
    case proxyFailed
    case tls(TLSProblem, detail: String)
    case timedOut(Phase)
    /// The server hung up, or the network broke, before a whole head had come or between messages.
    case connectionLost
    /// The body ended early. `expected` is nil where the server had not said how long it would be. Both as on the wire.
    case truncatedBody(received: Int, expected: Int?)
    case bodyTooLarge(cap: Int)
    case headTooLarge(cap: Int)
    /// The body is not in the coding that its `Content-Encoding` names.
    case undecodableBody
    /// The server did not speak HTTP as agreed. The text is libcurl's own for its code.
    case protocolError(code: Int, text: String)
    case outOfMemory
    case cancelled

    package enum Phase: String, Hashable, Sendable { case connect, read, total }

    package enum TLSProblem: Hashable, Sendable {
        /// The server's certificate is not trusted, expired, or for another name.
        case certificate
        /// The file of trusted certificates cannot be read.
        case trustFile
        /// No agreement, or the connection broke meanwhile.
        case handshake
    }

    /// Whether the same request may succeed a little later.
    package var isRetryable: Bool {
        switch self {
        case .couldNotResolve, .couldNotResolveProxy, .couldNotConnect, .proxyFailed, .timedOut, .connectionLost, .truncatedBody,
             .tls(.handshake, _): true
        case .proxyRefused(let status): RetryPolicy.isRetryable(status: status)
        case .libraryMissing, .clientUnavailable, .unsupportedURL, .unsendableHeader, .tls, .bodyTooLarge, .headTooLarge,
             .undecodableBody, .protocolError, .outOfMemory, .cancelled: false
        }
    }
}
