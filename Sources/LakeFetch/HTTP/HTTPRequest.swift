/// What is asked. Its descriptions show the method and the origin with the path; never the query, the headers or the
/// body, any of which may hold a secret.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    /// Each is a limit of its own.
    package struct Timeouts: Hashable, Sendable {
        /// Until the connection stands: name look-up, TCP and TLS.
        package var connect: Duration
        /// The longest silence of a connected server, before its first byte or between two.
        package var read: Duration
        /// From start to end; nil is none.
        package var total: Duration?
        package init(connect: Duration = .seconds(30), read: Duration = .seconds(60), total: Duration? = .seconds(900)) {
            self.connect = connect
            self.read = read
            self.total = total
        }
    }

    /// 64 MiB.
    package static let defaultBodyCap = 64 << 20

    package var method: Method
    /// Absolute. What may not stand in a URL is quoted before it is sent; a fragment is not sent.
    package var url: String
    /// Parameters that are put into the query when it is sent, and stand in no URL that a response bears or a log shows.
    package var secretQuery: HTTPHeaders
    /// Sent in this order, besides `User-Agent`, `Accept` and `Accept-Encoding`, which they can replace.
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    package var timeouts: Timeouts
    /// The most bytes of an unpacked body.
    package var bodyCap: Int
    /// How many bytes the unpacked body probably has, where the caller knows; saves growing.
    package var expectedBytes: Int?
    /// Comes back with the response: by which token it was asked.
    package var mark: Int?

    package init(
        method: Method = .get, url: String, secretQuery: HTTPHeaders = [:], headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        timeouts: Timeouts = Timeouts(), bodyCap: Int = HTTPRequest.defaultBodyCap, expectedBytes: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.secretQuery = secretQuery
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.bodyCap = bodyCap
        self.expectedBytes = expectedBytes
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        guard let origin = try? Origin(url: url) else { return method.rawValue + " (no usable URL)" }
        let parts = URLParts(url)
        return "\(method.rawValue) \(origin)\(parts.path)\(parts.query == nil && secretQuery.fields.isEmpty ? "" : "?…")"
    }
    package var debugDescription: String { description }
    /// Empty, so that `dump` and the printing of what holds a request show no more than the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
