import LakeJSON
import LakeModel
import LakeSource

/// Reads the pages of one resource, for one parent: the thin shell around `PageWalk`. The next page is asked for before
/// the one at hand is given out, so that the network works while the rows are written. Where requests are spaced out, it
/// is asked for when it is wanted.
///
/// Blocks; to be used on a thread of its own.
package final class PageReader {
    private static let mostRedirects = 5

    private let resource: Resource
    private let session: FetchSession
    private let parent: String?
    private let first: FirstURL
    private var walk: PageWalk
    private var finder: RecordFinder
    private var random = SystemRandomNumberGenerator()
    private var pending: Pending?
    /// What is asked for when the page after the one at hand is wanted.
    private var planned: (request: PageRequest, after: String)?
    /// Why the next page could not be asked for: thrown when it is wanted, so that the page at hand is not lost with it.
    private var fault: FetchFault?
    private let readsAhead: Bool
    private var number: Int
    /// Set when there is no further page.
    package private(set) var end: WalkEnd?
    /// Without reading ahead: whether the next request would be a probe.
    package private(set) var isProbing = false

    private struct Pending {
        var url: String
        var request: PageRequest
        var transfer: HTTPTransfer
        var attempts = 1
    }

    /// - Parameters:
    ///   - parent: the field of the parent's record, for a dependent resource.
    ///   - after: the number of pages that the resource has had for earlier parents.
    ///   - readsAhead: false for a look at the first page alone: nothing further is asked for.
    package init(resource: Resource, session: FetchSession, parent: String? = nil, after: Int = 0, maxPages: Int? = nil, readsAhead: Bool = true) {
        self.readsAhead = readsAhead
        self.resource = resource
        self.session = session
        self.parent = parent
        first = FirstURL(resource, base: session.baseURL, parent: parent)
        walk = PageWalk(resource: resource, firstURL: first.url, bounds: PageWalk.Bounds(pages: maxPages))
        finder = RecordFinder(resource: resource)
        number = after
    }

    package var totals: TotalRange? { walk.totals }
    /// The paginator in use: as declared, or as found out.
    package var paginator: Paginator { walk.state.mode }
    package var detectedSelector: Selector? { finder.detected }
    package var pagesSeen: Int { number }
    package var recordsKept: Int { walk.state.records }

    /// The next page; nil when the walk has come to its `end`.
    package func next() throws(FetchFault) -> FetchedPage? {
        if end != nil { return nil }
        if let fault { throw fault }
        if pending == nil {
            let (request, url) = planned ?? (walk.firstRequest, first.url)
            pending = try start(request, after: url)
            planned = nil
        }
        while var asked = pending {
            let response = try receive(&asked)
            number += 1
            let tape = session.tapes.take()
            // 204 says that there is nothing (RFC 9110, section 15.3.5). A body that is empty without that is a broken one.
            guard (200..<300).contains(response.status), response.status != 204 else {
                return decide(PageFacts(status: response.status, linkHeader: link(response)), response, tape, asked)
            }
            switch try read(response, tape, asked) {
            case .page(let facts): return decide(facts, response, tape, asked)
            case .again: number -= 1
            case .failed(let reason):
                end = .failed(reason)
                pending = nil
                return page(response, tape, .none, choice: .none, asked)
            }
        }
        return nil
    }

    private enum Reading {
        case page(PageFacts)
        case again
        case failed(FailReason)
    }

    private func read(_ response: HTTPResponse, _ tape: Tape, _ asked: Pending) throws(FetchFault) -> Reading {
        try checkContentType(response)
        do throws(JSONFault) {
            try Tokenizer.tokenize(response.body, into: tape)
        } catch {
            guard error.endsEarly, try retry(.brokenBody, asked) else { throw notJSON(error, response) }
            return .again
        }
        do throws(RecordFault) {
            let records = try finder.find(in: response.body, tape: tape)
            return .page(PageFacts(
                status: response.status, linkHeader: link(response), head: HeadSigns(response.headers), page: response.body, tape: tape, records: records,
                primaryKey: resource.primaryKey))
        } catch {
            return .failed(.records(error, page: number))
        }
    }

    private func decide(_ facts: PageFacts, _ response: HTTPResponse, _ tape: Tape, _ asked: Pending) -> FetchedPage {
        let decision = walk.accept(facts)
        pending = nil
        switch decision.step {
        case .next where !readsAhead, .probe where !readsAhead: isProbing = decision.step.isProbe
        case .next(let request), .probe(let request): ask(request, after: response.url)
        case .ended, .partial, .failed: end = WalkEnd(decision.step)
        }
        return page(response, tape, facts.records, choice: decision.choice, asked)
    }

    /// Asks ahead, but holds no page back for it: where requests are spaced out, the wait is left to the next call.
    private func ask(_ request: PageRequest, after url: String) {
        guard !session.limiter.spacesRequests else { return planned = (request, url) }
        do throws(FetchFault) {
            pending = try start(request, after: url)
        } catch {
            fault = error
        }
    }

    private func page(_ response: HTTPResponse, _ tape: Tape, _ records: PageRecords, choice: RecordChoice, _ asked: Pending) -> FetchedPage {
        let (request, cursor) = loggable(asked)
        let log = PageLogEntry(
            resource: resource.name, parent: parent.map { hex(fastHash($0)) }, sequence: number, request: request, cursor: cursor,
            status: response.status, bytes: response.body.count, records: records.count,
            content: hex(fastHash(response.body.base, response.body.count)), isKept: choice != .none, milliseconds: response.durationMilliseconds,
            attempts: asked.attempts)
        return FetchedPage(
            number: number, page: response.body, tape: tape, records: records, choice: choice, log: log, pool: session.tapes)
    }

    // MARK: Requests

    private func start(_ request: PageRequest, after url: String) throws(FetchFault) -> Pending {
        let target: String
        switch request {
        case .parameters(let values): target = URLText.setting(values.map { ($0.place.description, $0.text) }, in: first.url)
        case .link(let link):
            target = URLText.resolve(link, against: url)
            guard (try? Origin(url: target)) != nil else { throw .badLink(page: number) }
        }
        return Pending(url: target, request: request, transfer: try send(target))
    }

    private func send(_ url: String) throws(FetchFault) -> HTTPTransfer {
        switch Result(catching: { () throws(URLProblem) in try Origin(url: url) }) {
        case .success(session.origin): break
        case .success(let origin): throw .otherOrigin(from: session.origin, to: origin, page: number + 1)
        case .failure(let problem): throw .http(.unsupportedURL(problem), attempts: 0)
        }
        guard session.limiter.waitTurn(session.pause) else { throw .cancelled }
        var headers = session.headers
        for header in resource.request.headers { headers.append(header.name, header.fixedText ?? "") }
        return session.http.start(HTTPRequest(url: url, headers: headers))
    }

    /// The response to a request, after retries and redirects inside the origin.
    private func receive(_ asked: inout Pending) throws(FetchFault) -> HTTPResponse {
        var redirects = 0
        while true {
            let outcome: RetryPolicy.Outcome
            switch Result(catching: { () throws(HTTPFault) in try asked.transfer.wait() }) {
            case .success(let response) where [301, 302, 303, 307, 308].contains(response.status):
                redirects += 1
                asked.transfer = try follow(response, redirects)
                continue
            case .success(let response):
                guard RetryPolicy.isRetryable(status: response.status) else { return response }
                outcome = .status(response.status, response.headers)
            case .failure(let fault): outcome = .fault(fault)
            }
            _ = try retry(outcome, asked)
            asked.attempts += 1
            asked.transfer = try send(asked.url)
        }
    }

    private func follow(_ response: HTTPResponse, _ redirects: Int) throws(FetchFault) -> HTTPTransfer {
        guard let location = response.headers["location"], redirects <= Self.mostRedirects else {
            throw .redirect(status: response.status, page: number + 1)
        }
        let target = URLText.resolve(location, against: response.url)
        guard (try? Origin(url: target)) != nil else { throw .redirect(status: response.status, page: number + 1) }
        return try send(target)
    }

    /// Waits before another attempt.
    /// - Returns: false where there is none for a body that ended early.
    private func retry(_ outcome: RetryPolicy.Outcome, _ asked: Pending) throws(FetchFault) -> Bool {
        switch session.retry.decide(attempt: asked.attempts, outcome: outcome, now: .now(), random: &random) {
        case .retry(let milliseconds):
            guard session.pause.wait(milliseconds: milliseconds) else { throw .cancelled }
            if case .brokenBody = outcome {
                var again = asked
                again.attempts += 1
                again.transfer = try send(asked.url)
                pending = again
            }
            return true
        case .tooLong(let until): throw .tooLong(until: until)
        case .giveUp:
            switch outcome {
            case .fault(.cancelled): throw .cancelled
            case .fault(let fault): throw .http(fault, attempts: asked.attempts)
            case .status(let status, _): throw .unavailable(status: status, attempts: asked.attempts)
            case .brokenBody: return false
            }
        }
    }

    // MARK: Reading

    private func link(_ response: HTTPResponse) -> String? {
        let fields = response.headers.all("link")
        return fields.isEmpty ? nil : fields.joined(separator: ", ")
    }

    /// Formats that look like an answer but are no JSON document are refused by name.
    private func checkContentType(_ response: HTTPResponse) throws(FetchFault) {
        guard let type = response.headers["content-type"]?.split(separator: ";").first?.lowercased() else { return }
        let refused = ["application/x-ndjson", "application/jsonl", "application/x-jsonlines", "text/csv", "application/csv", "text/html"]
        guard refused.contains(type.trimmed) else { return }
        throw .contentType(type.trimmed, page: number)
    }

    private func notJSON(_ fault: JSONFault, _ response: HTTPResponse) -> FetchFault {
        let place = fault.position(in: response.body)
        let start = response.body.withBytes { $0.first { $0 > 32 } }
        return .notJSON(
            fault, page: number, line: place.line, column: place.column,
            record: RecordLocator.record(at: fault.byteOffset, in: response.body), looksLikeHTML: start == UInt8(ascii: "<"))
    }

    /// Path and query without secrets and without what came from the API, and the hash of a cursor or link.
    private func loggable(_ asked: Pending) -> (request: String, cursor: String?) {
        switch asked.request {
        case .parameters(let values):
            // A page's number is no secret, a cursor may be one.
            if values.allSatisfy({ Int($0.text) != nil }) {
                return (URLText.pathAndQuery(URLText.setting(values.map { ($0.place.description, $0.text) }, in: first.loggable)), nil)
            }
            let shown = URLText.pathAndQuery(first.loggable)
            let names = values.map { $0.place.description + "=…" }.joined(separator: "&")
            return (shown + (shown.contains("?") ? "&" : "?") + names, hex(fastHash(values.map(\.text).joined(separator: "\n"))))
        case .link:
            let path = URLText.pathAndQuery(asked.url).split(separator: "?").first.map(String.init) ?? ""
            return (parent == nil ? path : "…", hex(fastHash(asked.url)))
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

extension WalkDecision.Step {
    fileprivate var isProbe: Bool {
        if case .probe = self { true } else { false }
    }
}
