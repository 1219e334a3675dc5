import LakeModel

/// What came back, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    /// Unpacked.
    package let body: PageBytes
    /// As it was sent, without the request's `secretQuery`. Redirects are not followed, so the body came from there.
    package let url: String
    package let durationMilliseconds: Int
    /// Bytes of the body on the wire, before unpacking and without its chunk marks.
    package let wireBytes: Int
    /// Whether a connection that stood already was used.
    package let reusedConnection: Bool
    /// As it stood in the request.
    package let mark: Int?

    package init(
        status: Int, headers: HTTPHeaders = [:], body: PageBytes, url: String, durationMilliseconds: Int = 0,
        wireBytes: Int? = nil, reusedConnection: Bool = false, mark: Int? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
        self.durationMilliseconds = durationMilliseconds
        self.wireBytes = wireBytes ?? body.count
        self.reusedConnection = reusedConnection
        self.mark = mark
    }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and size only: the rest may be personal or secret.
    package var description: String { "\(status), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
