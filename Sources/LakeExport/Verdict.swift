import LakeFetch
import LakeModel
import LakeSource

/// What is said of a resource at its end: proven, partial or failed, and why, in sentences.
struct Verdict {
    var outcome: ResourceOutcome
    var evidence: EndEvidence?
    var findings: [String] = []
    var failure: ResourceFailure?

    /// - Parameters:
    ///   - distinct: records without duplicates.
    ///   - parent: what became of the parent resource.
    init(_ resource: Resource, _ walk: WalkSummary, distinct: Int, parent: ResourceReport?) {
        outcome = .failed
        if let fault = walk.fault {
            failure = .init(fault)
            findings = [fault.sentence]
        } else if let reason = walk.failure {
            failure = .init(reason)
            findings = [reason.sentence]
        } else if resource.parent != nil {
            judgeChildren(walk, parent)
        } else if let end = walk.ends.first {
            let judged = Completeness.judge(
                end, totals: walk.totals, distinct: distinct, paginator: walk.paginator, check: resource.totalCheck)
            outcome = judged.outcome
            evidence = judged.evidence
            findings = judged.doubts.map(\.sentence)
        }
    }

    private mutating func judgeChildren(_ walk: WalkSummary, _ parent: ResourceReport?) {
        if let parent, parent.outcome == .failed {
            failure = parent.failure
            findings = ["it depends on \(parent.name), which failed, so nothing was asked."]
            return
        }
        if walk.walks > 0, walk.refusedParents == walk.walks {
            failure = .unavailable
            findings = ["all \(walk.walks) requests were refused. Check endpoint.path and what the token may read."]
            return
        }
        if walk.refusedParents > 0 {
            findings.append("\(walk.refusedParents) of \(walk.walks) requests, one for each parent, were refused; the others were kept.")
        }
        if walk.partialParents > 0, let doubt = walk.lastDoubt {
            findings.append("for \(walk.partialParents) of \(walk.walks) parents the end was not proven; the last one: \(doubt.sentence)")
        }
        if let parent, parent.lackingFields > 0 {
            findings.append("\(parent.lackingFields) records of \(parent.name) lack the field that its requests are made of; it was not asked for them.")
        }
        if parent?.outcome != .complete { findings.append("its parent is not complete, so some of its requests may be missing.") }
        outcome = findings.isEmpty ? .complete : .partial
        evidence = findings.isEmpty ? .allParents : nil
    }
}

extension ResourceFailure {
    fileprivate init(_ fault: FetchFault) {
        switch fault {
        case .notJSON, .contentType: self = .data
        case .http(.bodyTooLarge, _), .http(.undecodableBody, _): self = .data
        default: self = .paging
        }
    }

    init(_ reason: FailReason) {
        switch reason {
        case .unauthorized: self = .notAllowed
        case .refused(let status): self = status == 401 || status == 403 ? .notAllowed : .unavailable
        case .unavailable: self = .unavailable
        case .records: self = .data
        case .loop, .repeatedPage, .cursorNotText, .pagingParameterIgnored, .redirected: self = .paging
        }
    }
}

extension FetchFault {
    /// What happened, where, what was expected, what to do.
    package var sentence: String {
        switch self {
        case .http(let fault, let attempts): "\(fault.sentence) Tried \(attempts) time\(attempts == 1 ? "" : "s")."
        case .unavailable(let status, let attempts):
            "the API answered with status \(status), \(attempts == 1 ? "once" : "\(attempts) times"). Expected a page. Try again later."
        case .tooLong(let until): "the API asks to wait until \(until.iso), longer than this run waits. Try again then."
        case .notJSON(let fault, let page, let line, let column, let record, let looksLikeHTML):
            "page \(page)\(record.map { ", record \($0)" } ?? ""), byte \(fault.byteOffset) (line \(line), column \(column)): "
                + (looksLikeHTML ? "found markup (HTML or XML), expected JSON. Check client.base_url." : "\(fault.reason).")
        case .contentType(let type, let page): "page \(page): the content type is '\(type)', expected a JSON document. Check client.base_url and endpoint.path."
        case .otherOrigin(let from, let to, let page):
            "page \(page): the API points to another origin, \(to), expected \(from). It was not asked, and the secret was not sent. "
                + "If that is right, name it in client.base_url."
        case .redirect(let status, let page): "page \(page): the API redirects (status \(status)) more than five times, or to nowhere. Expected a page. Check client.base_url and endpoint.path."
        case .badLink(let page): "page \(page): the API's next link is no URL that can be asked. Expected http or https with a host, or a relative URL."
        case .cancelled: "stopped."
        }
    }
}

extension HTTPFault {
    package var sentence: String {
        switch self {
        case .libraryMissing(let sentence): sentence
        case .clientUnavailable: "the system refuses memory or threads for the HTTP client."
        case .unsupportedURL: "a URL that cannot be asked. Expected http or https with a host and without user name. Check client.base_url."
        case .unsendableHeader(let name): "the header '\(name)' cannot be sent: it is empty or holds a line break. Check the secret or client.headers."
        case .couldNotResolve(let host): "the name '\(host)' has no address. Check client.base_url and the network."
        case .couldNotResolveProxy: "the proxy's name has no address. Check the variables http_proxy and https_proxy."
        case .couldNotConnect(let host, let port, _): "no connection to \(host), port \(port). Check client.base_url and the network."
        case .proxyRefused(let status): "the proxy refused with status \(status)."
        case .proxyFailed: "the proxy failed."
        case .tls(.certificate, let detail): "the server's certificate is not trusted: \(detail). Set SSL_CERT_FILE to a file with the right authority."
        case .tls(.trustFile, let detail): "the file of trusted certificates cannot be read: \(detail)."
        case .tls(.handshake, let detail): "no secure connection: \(detail)."
        case .timedOut(let phase): "no answer in time (\(phase.rawValue))."
        case .connectionLost: "the connection broke."
        case .truncatedBody(let received, let expected):
            "the body ended after \(received) bytes\(expected.map { ", expected \($0)" } ?? "")."
        case .bodyTooLarge(let cap): "a page has more than \(cap) bytes. Ask for smaller pages in endpoint.params."
        case .headTooLarge: "the head of an answer is too large."
        case .undecodableBody: "the body is not in the coding that its header names."
        case .protocolError(_, let text): "the server does not speak HTTP as agreed: \(text)."
        case .outOfMemory: "memory ran out."
        case .cancelled: "stopped."
        }
    }
}
