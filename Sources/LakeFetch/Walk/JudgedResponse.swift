import LakeModel
import LakeSource

/// A response as a walk judged it, with all that is needed to judge it once more without asking: what the journal of an
/// unfinished load keeps, so that the next run goes on where this one stopped.
package struct JudgedResponse: Sendable {
    /// Tells the request apart from every other one that the walk could have made at this place.
    package var request: UInt64
    package var status: Int
    /// Without those that carry secrets.
    package var headers: HTTPHeaders
    /// Where the body came from, without secrets.
    package var url: String
    package var body: PageBytes
    package var milliseconds: Int
    /// Requests that were sent for this page, redirects and retries among them.
    package var sendings: Int
    /// What of them counts against the bounds of the run.
    package var requests: Int

    package init(
        request: UInt64, status: Int, headers: HTTPHeaders, url: String, body: PageBytes, milliseconds: Int, sendings: Int, requests: Int
    ) {
        self.request = request
        self.status = status
        self.headers = headers
        self.url = url
        self.body = body
        self.milliseconds = milliseconds
        self.sendings = sendings
        self.requests = requests
    }

    init(_ response: HTTPResponse, request: UInt64, sendings: Int, requests: Int) {
        self.init(
            request: request, status: response.status, headers: response.headers.withoutSecrets, url: response.url, body: response.body,
            milliseconds: response.durationMilliseconds, sendings: sendings, requests: requests)
    }

    var response: HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: body, url: url, durationMilliseconds: milliseconds)
    }
}

extension JudgedResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and size only: the rest may be personal or secret.
    package var description: String { "\(status), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The responses that an earlier run of the same load judged for one resource, over all its parents, in their order.
/// Belongs to the reading thread of its resource.
package protocol ResponseJournal: AnyObject {
    /// Whether `next` has one more.
    var hasMore: Bool { get }
    func next() throws -> JudgedResponse?
    /// Whether what it remembers is all there is: nothing is asked for behind it.
    var isAll: Bool { get }
}

extension ResponseJournal {
    package var isAll: Bool { false }
}

extension HTTPHeaders {
    private static let secret = ["set-cookie", "www-authenticate", "proxy-authenticate", "authorization", "authentication-info"]

    /// A session is not carried over to another run.
    var withoutSecrets: HTTPHeaders {
        HTTPHeaders(fields.filter { field in !Self.secret.contains { HTTPHeaders.isSame($0, field.name) } })
    }
}

extension PageRequest {
    /// The same in every run for the same request; another one for every other.
    /// - Parameter parent: the hash of the parent's values that it is made of; nil for a resource of its own.
    func identity(parent: UInt64?, isProbe: Bool) -> UInt64 {
        let text = switch self {
        case .parameters(let parameters):
            parameters.map { "\($0.place.description)=\($0.value.text(pretty: false))" }.joined(separator: "\n")
        case .link(let link): "link " + link
        }
        return fastHash("\(isProbe ? "probe" : "page") \(parent.map { hex($0) } ?? "")\n\(text)", seed: 31)
    }
}
