import LakeThreads

/// A request that was started: to be waited for, or cancelled. Letting it go changes nothing; the request goes on.
package struct HTTPTransfer: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let exchange: Exchange
    let mailbox: Mailbox

    /// Blocks the calling thread until the whole body is there. For dedicated threads, never for the cooperative pool.
    /// Can be called again, and from several threads.
    package func wait() throws(HTTPFault) -> HTTPResponse { try exchange.wait().get() }

    /// Ends it with `.cancelled` unless it has ended already. Returns at once.
    package func cancel() { mailbox.cancel(exchange) }

    package var description: String { exchange.request.description }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A request and its result: what the client's thread and the one who waits share.
final class Exchange: Sendable, CustomReflectable {
    let request: HTTPRequest
    /// Quoted: what the response bears.
    let url: String
    /// The same with the parameters that nobody shall see.
    let sentURL: String
    let origin: Origin
    private let result = Monitor<Result<HTTPResponse, HTTPFault>?>(nil)

    init(_ request: HTTPRequest) {
        self.request = request
        url = URLText.requote(request.url)
        let secret = request.secretQuery.fields.map { ($0.name, $0.value) }
        sentURL = secret.isEmpty ? url : URLText.setting(secret, in: url)
        do throws(URLProblem) {
            origin = try Origin(url: url)
        } catch {
            origin = Origin(scheme: .https, host: "")
            finish(.failure(.unsupportedURL(error)))
        }
        if let name = request.headers.firstUnsendable { finish(.failure(.unsendableHeader(name: name))) }
    }

    /// Empty: its texts hold secrets.
    var customMirror: Mirror { Mirror(self, children: []) }

    var isFinished: Bool { result.look { $0 != nil } }

    /// The first result counts.
    func finish(_ new: Result<HTTPResponse, HTTPFault>) {
        result.change { if $0 == nil { $0 = new } }
    }

    func wait() -> Result<HTTPResponse, HTTPFault> { result.wait { $0 } }
}

extension HTTPHeaders {
    /// The name of the first field that would break the request or smuggle in another field (RFC 9110, section 5.5).
    fileprivate var firstUnsendable: String? {
        fields.first { field in
            field.name.isEmpty || !field.name.utf8.allSatisfy(HTTPHeaders.isTokenByte)
                || field.value.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        }?.name
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
