import LakeFetch
import LakeFiles
import LakeModel
import LakeSource

/// What is said of a resource at its end: proven, partial or failed, and why, in sentences.
struct Verdict {
    var outcome: ResourceOutcome
    var evidence: EndEvidence?
    var findings: [String] = []
    /// Those of the findings that say only that a bound of the run ended it, or its parent.
    var ofBounds: [String] = []
    var failure: ResourceFailure?
    /// Whether all that was asked for came and is as it should be, but for doubts about rules that nothing was found for.
    private(set) var isReadToEnd = false

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
            findings = [reason.sentence + (reason.isRefusal ? walk.wordsOfAPI : "")]
        } else if resource.parent != nil {
            judgeChildren(resource, walk, parent)
        } else if let end = walk.ends.first {
            let judged = Completeness.judge(
                end, totals: walk.totals, distinct: distinct, paginator: walk.paginator, check: resource.totalCheck)
            outcome = judged.outcome
            evidence = judged.evidence
            findings = judged.doubts.map(\.sentence)
            ofBounds = judged.doubts.filter(\.isBound).map(\.sentence)
        }
    }

    /// A resource whose data is not what the definition says.
    init(failed finding: String) {
        outcome = .failed
        failure = .data
        findings = [finding]
    }

    /// Adds a reason why not everything may be there.
    mutating func doubt(_ finding: String, isOfBound: Bool = false) {
        guard outcome != .failed else { return }
        outcome = .partial
        findings.append(finding)
        if isOfBound { ofBounds.append(finding) }
    }

    /// Nothing of it can be published.
    mutating func fail(_ finding: String, as reason: ResourceFailure) {
        outcome = .failed
        failure = reason
        evidence = nil
        findings.append(finding)
    }

    /// A rule for personal data that no record has met may name a field that is there under another name, and then in the
    /// lake as it came. Only who has read everything can tell. Comes behind all other doubts.
    mutating func judge(_ unmet: UnmetRules) {
        isReadToEnd = outcome == .complete
        guard isReadToEnd else { return }
        for rule in unmet.personal where !rule.isKnown {
            let action = rule.action?.rawValue ?? ""
            doubt("no record has had the field '\(rule.field.text)', which fields.personal says to \(action): what it is meant for may stand in the lake "
                + "as it came, under another name.\(rule.suggestion) Correct the rule, or remove it if there is no such field.")
        }
    }

    private mutating func judgeChildren(_ resource: Resource, _ walk: WalkSummary, _ parent: ResourceReport?) {
        if let parent, parent.outcome == .failed {
            failure = parent.failure
            findings = ["it depends on \(parent.name), which failed, so nothing was asked."]
            return
        }
        if walk.walks > 0, walk.refusedParents == walk.walks {
            failure = .unavailable
            findings = ["\(walk.walks == 1 ? "the one request that was made was" : "all \(walk.walks) requests were") refused. "
                + "Check endpoint.path and what the secret may read." + walk.wordsOfAPI]
            return
        }
        let lacking = parent?.lackingFields[resource.name] ?? 0
        if lacking > 0, resource.parent?.onMissingField == .fail {
            failure = .data
            findings = ["\(lacking) records of \(parent?.name ?? "its parent") lack a field that its requests are made of (\(Self.fields(resource))), "
                + "and the definition says that this is a fault (on_missing_parent_field)."]
            return
        }
        outcome = .complete
        if walk.refusedParents > 0 {
            doubt("\(walk.refusedParents) of \(walk.walks) requests, one for each parent, \(walk.refusedParents == 1 ? "was" : "were") refused; the others were kept. "
                + "If that is to be expected, say so in response_actions." + walk.wordsOfAPI)
        }
        if walk.partialParents > 0, let reason = walk.lastDoubt {
            doubt("for \(walk.partialParents) of \(walk.walks) parents the end was not proven; the last one: \(reason.sentence)",
                  isOfBound: reason.isBound && walk.partialParents == 1)
        }
        if walk.unusableParents > 0, let problem = walk.lastProblem {
            doubt("for \(walk.unusableParents) of \(walk.walks) parents no request could be made; the last one: \(problem.sentence)")
        }
        if lacking > 0, resource.parent?.onMissingField == .partial {
            doubt("\(lacking) records of \(parent?.name ?? "its parent") lack a field that its requests are made of (\(Self.fields(resource))); it was not asked for them.")
        }
        if parent?.outcome != .complete {
            doubt(
                "its parent is not complete, so some of its requests may be missing.",
                isOfBound: parent.map { parent in
                    parent.findings.allSatisfy { parent.ofBounds.contains($0) || parent.warnings.contains($0) }
                } ?? false)
        }
        evidence = outcome == .complete ? .allParents : nil
        tell(walk, lacking)
    }

    private static func fields(_ resource: Resource) -> String {
        (resource.parent?.fields ?? []).map { "'\($0)'" }.joined(separator: ", ")
    }

    /// What was left out as declared: worth a line, and no doubt.
    private mutating func tell(_ walk: WalkSummary, _ lacking: Int) {
        guard outcome == .complete else { return }
        if walk.ignoredParents > 0 { findings.append("\(walk.ignoredParents) of \(walk.walks) requests \(walk.ignoredParents == 1 ? "was" : "were") ignored as declared.") }
        if lacking > 0 { findings.append("\(lacking) records of its parent lack a field of the request and were skipped as declared.") }
    }
}

extension UnmetRules.Rule {
    /// A further sentence; nothing where no name is near.
    var suggestion: String { nearest.map { " Did you mean '\($0)'?" } ?? "" }
}

extension WalkSummary {
    /// What the API says to a refusal, as a further sentence; nothing where it says nothing.
    fileprivate var wordsOfAPI: String { refusalWords.map { " The API says: \"\($0)\"" } ?? "" }
}

extension FailReason {
    fileprivate var isRefusal: Bool {
        switch self {
        case .unauthorized, .refused: true
        default: false
        }
    }
}

extension ResourceFailure {
    fileprivate init(_ fault: FetchFault) {
        switch fault {
        case .notJSON, .contentType, .incremental, .request: self = .data
        case .http(.bodyTooLarge, _), .http(.undecodableBody, _): self = .data
        default: self = .paging
        }
    }

    init(_ reason: FailReason) {
        switch reason {
        case .unauthorized: self = .notAllowed
        case .refused(let status): self = status == 401 || status == 403 ? .notAllowed : .unavailable
        case .unavailable: self = .unavailable
        case .records, .declaredFault: self = .data
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
                + (looksLikeHTML ? "found markup (HTML or XML), expected JSON. Check client.base_url and endpoint.path." : "\(fault.reason).")
        case .contentType(let type, let page):
            "page \(page): the content type is '\(type)', expected a JSON document. Check client.base_url and endpoint.path."
        case .otherOrigin(let from, let to, let page):
            "page \(page): the API points to another origin, \(to), expected \(from). It was not asked, and the secret was not sent. "
                + "If that is right, name it in client.allowed_origins."
        case .redirect(let status, let page): "page \(page): the API redirects (status \(status)) more than five times, or to nowhere. "
            + "Expected a page. Check client.base_url and endpoint.path."
        case .badLink(let page): "page \(page): the API's next link is no URL that can be asked. "
            + "Expected http or https with a host, or a relative URL."
        case .request(let problem): problem.sentence
        case .incremental(let fault, let page): fault.sentence(page: page > 0 ? page : nil)
        case .fallsToHTTP(let from, let to, let page):
            "page \(page): the API points from \(from) to \(to), which is not encrypted. It was not asked, and the secret was not sent."
        case .secretInPlainText(let to):
            "a secret would travel unencrypted to \(to). Use https; plain http with a secret works on this machine only."
        case .secretWithheld(let from):
            "the next request, to \(from), would carry a secret in its path or body. It was not sent. "
                + "If that origin may see it, name it in client.allowed_origins with \"with_auth\": true."
        case .secretMissing(let name): "the secret '\(name)' has no value."
        case .journalUnreadable(let page): "page \(page): what an earlier run kept cannot be read."
        case .journalOfAnotherWalk(let page): "page \(page): what an earlier run kept is not what is to be asked for."
        case .resumeRefused(let page): "page \(page): the API does not go on from where an earlier run stopped."
        case .token(let fault, let origin): "no token from \(origin.map { "\($0)" } ?? "client.auth.access_token_url"): \(fault.sentence)"
        case .cancelled: "stopped."
        }
    }
}

extension TokenFault {
    fileprivate var sentence: String {
        switch self {
        case .http(let fault, let attempts): "\(fault.sentence) Tried \(attempts) time\(attempts == 1 ? "" : "s")."
        case .unavailable(let status, let attempts): "it answered with status \(status), \(attempts == 1 ? "once" : "\(attempts) times"). "
            + "Try again later."
        case .refused(let status, let error):
            "it refused with status \(status)\(error.map { " (\($0.rawValue))" } ?? ""). "
                + "Check client_id, client_secret and access_token_request_data."
        case .redirect(let status): "it redirects (status \(status)), which is not followed. Give its new address in access_token_url."
        case .answer(.notJSON), .answer(.notAnObject): "its answer is no JSON object. Check access_token_url."
        case .answer(.tokenMissing): "its answer holds no access_token. Check access_token_url."
        case .answer(.tokenCharacters): "its access_token holds characters that no header can carry."
        case .badURL: "access_token_url cannot be asked. Expected https with a host."
        }
    }
}

extension HTTPFault {
    package var sentence: String {
        switch self {
        case .libraryMissing(let sentence): sentence
        case .clientUnavailable: "the system refuses memory or threads for the HTTP client."
        case .unsupportedURL: "a URL that cannot be asked. Expected http or https with a host and without user name. Check client.base_url."
        case .unsendableHeader(let name): "the header '\(name)' cannot be sent: it is empty or holds a line break. "
            + "Check the secret or client.headers."
        case .couldNotResolve(let host): "the name '\(host)' has no address. Check client.base_url and the network."
        case .couldNotResolveProxy: "the proxy's name has no address. Check the variables http_proxy and https_proxy."
        case .couldNotConnect(let host, let port, _): "no connection to \(host), port \(port). Check client.base_url and the network."
        case .proxyRefused(let status): "the proxy refused with status \(status)."
        case .proxyFailed: "the proxy failed."
        case .tls(.certificate, let detail): "the server's certificate is not trusted: \(detail). "
            + "Set SSL_CERT_FILE to a file with the right authority."
        case .tls(.trustFile, let detail): "the file of trusted certificates cannot be read: \(detail)."
        case .tls(.handshake, let detail): "no secure connection: \(detail). Expected a server that speaks https. Check the scheme and the port of the URL."
        case .timedOut(let phase): "no answer in time (\(phase.rawValue))."
        case .connectionLost: "the connection broke."
        case .truncatedBody(let received, let expected):
            "the body ended after \(received) bytes\(expected.map { ", expected \($0)" } ?? "")."
        case .bodyTooLarge(let cap): "a page has more than \(cap) bytes. Ask for smaller pages in endpoint.params, or allow more with --max-page-bytes."
        case .headTooLarge: "the head of an answer is too large."
        case .undecodableBody: "the body is not in the coding that its header names."
        case .protocolError(_, let text): "the server does not speak HTTP as agreed: \(text)."
        case .outOfMemory: "memory ran out."
        case .cancelled: "stopped."
        }
    }
}
