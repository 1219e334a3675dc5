import LakeJSON
import LakeModel
import LakeSource

/// Reads the pages of one resource, for one parent: the thin shell around `PageWalk`.
///
/// Up to `ahead` requests are under way: the one that the walk asks for next, and, where the walk knows what probably
/// follows, those behind it. Each response is judged when its turn comes, in the order of the pages, so that pages, log,
/// faults and end are the same as one by one; what does not fit or lies past the end is cancelled and thrown away. The
/// page at hand is given out before any turn of a rate limit is waited for.
///
/// Blocks; to be used on a thread of its own.
package final class PageReader {
    private let resource: Resource
    private let session: FetchSession
    private let parentHash: UInt64?
    private let sieve: RecordSieve?
    private let budget: FetchBudget
    private let requester: PageRequester
    private let remembered: DetectedPaging?
    private let mostAhead: Int
    private let readsAhead: Bool
    private let journal: (any ResponseJournal)?
    /// Set while the pages come from the journal: the first one that the network answers is judged with it in mind.
    private var isBehindJournal = false
    private var walk: PageWalk
    private var finder: RecordFinder
    /// Under way, in the order of their pages. The first is what the walk asks for next.
    private var asked: [AskedPage] = []
    /// What follows those under way, not asked for yet. Without any under way its first is what the walk asks for next.
    private var planned: [PageRequest]
    private var plansProbe = false
    /// What a link is relative to.
    private var base: String
    /// Thrown when the page is wanted that it concerns, so that the page at hand is not lost with it.
    private var fault: FetchFault?
    private var number: Int

    /// Set when there is no further page.
    package private(set) var end: WalkEnd?
    /// Whether the next request is a probe.
    package private(set) var isProbing = false
    /// Records of the walk: those that were filtered or had come before among them.
    package private(set) var recordsKept = 0

    /// - Parameters:
    ///   - values: what takes the places of the resource's template.
    ///   - sieve: the resource's own, for all its parents; nil where nothing is filtered.
    ///   - budget: the resource's own, for all its parents.
    ///   - after: the number of pages that the resource has had for earlier parents.
    ///   - ahead: how many requests may be under way where the budget's window allows it; 1 is the next page alone.
    ///   - remembered: what `auto` found out in the load before; only compared with what it finds now.
    ///   - resolved: `resolvedPath` of an earlier load.
    ///   - readsAhead: false for a look at the first page alone: nothing further is asked for.
    ///   - journal: the resource's own, for all its parents: what it remembers is not asked for again.
    package init(
        resource: Resource, session: FetchSession, values: RequestValues = RequestValues(), sieve: RecordSieve? = nil,
        budget: FetchBudget = FetchBudget(), after: Int = 0, ahead: Int = 1, remembered: DetectedPaging? = nil, resolved: String? = nil,
        readsAhead: Bool = true, journal: (any ResponseJournal)? = nil
    ) {
        self.journal = journal
        self.resource = resource
        self.session = session
        parentHash = values.parentHash(resource.parent)
        self.sieve = sieve
        self.budget = budget
        mostAhead = max(1, ahead)
        self.readsAhead = readsAhead
        let builder = RequestBuilder(resource: resource, baseURL: session.baseURL, values: values, secrets: session.secrets)
        requester = PageRequester(resource, session, builder, budget)
        base = (try? builder.url()) ?? session.baseURL
        let known = [resource.paginator, resource.paginator == .auto ? remembered?.paginator : nil].compactMap { $0 }
        walk = PageWalk(resource: resource, firstURL: base, resolvedBefore: resolved.flatMap { path in known.first { $0.resolvingPath == path } })
        finder = RecordFinder(resource: resource)
        self.remembered = remembered
        number = after
        planned = [walk.firstRequest]
    }

    deinit { drop(from: 0) }

    package var totals: TotalRange? { walk.totals }
    /// Whether records may be missing among those that came, for as long as the end is not proven.
    package var mayHaveHoles: Bool { walk.mayHaveHoles }
    /// The paginator in use: as declared, or as found out.
    package var paginator: Paginator { walk.state.mode }
    package var detectedSelector: Selector? { finder.detected }
    /// What is worth remembering for the next load; nil where nothing was found out.
    package var detected: DetectedPaging? { walk.detectedPaging(selector: finder.detected) }
    /// What that rests on, in words; nil where all is declared.
    package var detectedWhy: String? {
        let reasons = [walk.state.detectedWhy?.sentence, finder.detectedBy.map { "records: " + $0.sentence }].compactMap { $0 }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }
    /// Where what was found out differs from the load before.
    package var detectionChange: DetectionChange? {
        remembered.flatMap { remembered in detected?.change(since: remembered) }
    }
    /// Where the cursor or link stands that was found in this walk or an earlier load: for the state, so that the next load
    /// takes a page without it for the last one. nil: none was found.
    package var resolvedPath: String? { walk.resolvedPath }
    package var pagesSeen: Int { number }

    /// The resource had so many pages before this reader's first one: known only when its turn comes, where parents are
    /// asked side by side.
    package func startsAfter(_ pages: Int) {
        for index in asked.indices { asked[index].page += pages - number }
        number = pages
    }

    /// Sends the first request if a turn is free, without waiting for its response: for the children of several parents,
    /// asked side by side and read one after the other. What goes wrong is told by `next`.
    package func begin() {
        if asked.isEmpty, end == nil, fault == nil, budget.reached == nil, budget.hasRoomAhead { askAhead() }
    }

    /// The next page; nil when the walk has come to its `end`.
    package func next() throws(FetchFault) -> FetchedPage? {
        if end != nil { return nil }
        if let fault { throw fault }
        do throws(Halt) {
            return try nextPage()
        } catch {
            drop(from: 0)
            switch error {
            case .timeIsOver:
                end = .partial(.timeBound)
                return nil
            case .fault(let reason):
                fault = reason
                throw reason
            }
        }
    }

    private func nextPage() throws(Halt) -> FetchedPage? {
        // Behind a page this was looked at already; the first request of a further parent may have no room left.
        if let bound {
            drop(from: 0)
            end = .partial(bound)
            return nil
        }
        if let page = try recall() { return page }
        if journal?.isAll == true {
            end = .partial(.keptPagesEnd)
            return nil
        }
        if asked.isEmpty { try askNext() }
        askAhead()
        while true {
            let answer = try requester.answer(to: &asked[0])
            if let page = try judge(answer, asked[0]) { return page }
            guard try requester.askAgain(&asked[0]) else { throw .fault(notJSON) }
        }
    }

    // MARK: What an earlier run of the load judged

    /// The page that is wanted next as the journal remembers it; nil where it has no more.
    private func recall() throws(Halt) -> FetchedPage? {
        guard asked.isEmpty, let journal, journal.hasMore, let request = planned.first else { return nil }
        asked.append(try requester.recalled(request, after: base, page: number + 1, isProbe: plansProbe, hidesParameters: hidesParameters))
        planned.removeFirst()
        let judged: JudgedResponse?
        do { judged = try journal.next() } catch { throw .fault(.journalUnreadable(page: number + 1)) }
        guard let judged, judged.request == request.identity(parent: parentHash, isProbe: plansProbe) else {
            throw .fault(.journalOfAnotherWalk(page: number + 1))
        }
        isBehindJournal = true
        let answer = requester.answer(to: &asked[0], recalling: judged)
        guard var page = try judge(answer, asked[0]) else { throw .fault(.journalOfAnotherWalk(page: number + 1)) }
        page.judged = nil
        return page
    }

    /// A cursor or link may be too old for the server by now: then the resource is to be read from its beginning.
    /// Some answer with an empty page then, and no error.
    private func checkResumed(_ step: WalkDecision.Step, records: Int, recalled: Bool) throws(Halt) {
        guard isBehindJournal, !recalled else { return }
        isBehindJournal = false
        switch step {
        case .ended where records == 0 && walk.state.mode.standsOnRecords: throw .fault(.resumeRefused(page: number + 1))
        case .failed(.unauthorized): return
        case .failed, .partial(.refused), .partial(.ignoredInside): throw .fault(.resumeRefused(page: number + 1))
        default: return
        }
    }

    // MARK: Asking

    /// The request that is wanted now: waits for its turn.
    private func askNext() throws(Halt) {
        guard let request = planned.first, let page = try ask(request, .wait) else { preconditionFailure("a walk without end has a next request") }
        planned.removeFirst()
        asked.append(page)
    }

    /// As many as may be under way and as turns are free.
    private func askAhead() {
        guard journal?.hasMore != true, journal?.isAll != true else { return }
        requester.noteArrived(&asked)
        while let request = planned.first, asked.count < ahead, asked.isEmpty || budget.hasRoomAhead {
            do throws(Halt) {
                guard let page = try ask(request, .ifFree) else { return }
                planned.removeFirst()
                asked.append(page)
            } catch {
                // Of a request that is only likely, this is told when it is wanted and asked for again.
                if asked.isEmpty, case .fault(let reason) = error { fault = reason }
                return
            }
        }
    }

    private func ask(_ request: PageRequest, _ turn: PageRequester.Turn) throws(Halt) -> AskedPage? {
        try requester.ask(
            request, after: base, page: number + asked.count + 1, isProbe: plansProbe, hidesParameters: hidesParameters, turn: turn)
    }

    private var hidesParameters: Bool { if case .cursor = walk.state.mode { true } else { false } }

    /// The walk goes on with `request`: what is under way for it stays, and so does what still fits behind it.
    private func goOn(with request: PageRequest, isProbe: Bool) {
        let likely = isProbe || ahead == 1 || !readsAhead ? [] : walk.ahead(ahead - 1).filter { $0 != request }
        let wanted = [request] + likely
        if let place = asked.firstIndex(where: { $0.request == request }) { drop(before: place) } else { drop(from: 0) }
        let fitting = zip(asked, wanted).prefix { $0.request == $1 && $0.isProbe == isProbe }.count
        drop(from: fitting)
        planned = Array(wanted.dropFirst(fitting))
        plansProbe = isProbe
        isProbing = isProbe
        if readsAhead { askAhead() }
    }

    private func drop(from place: Int) {
        for page in asked[place...] { page.transfer?.cancel() }
        budget.noteSettled(asked.count - place)
        asked.removeSubrange(place...)
    }

    private func drop(before place: Int) {
        for page in asked[..<place] { page.transfer?.cancel() }
        budget.noteSettled(place)
        asked.removeSubrange(..<place)
    }

    // MARK: Judging

    /// What was read of one response.
    private struct Reading {
        var facts: PageFacts
        var tape: Tape
        var failure: FailReason?
    }

    /// nil for a body that ended early.
    private func judge(_ answer: PageRequester.Answer, _ page: AskedPage) throws(Halt) -> FetchedPage? {
        let response = answer.response
        let tape = session.tapes.take()
        if let action = answer.action { return try act(action, response, tape) }
        // 204 says that there is nothing (RFC 9110, section 15.3.5). A body that is empty without that is a broken one.
        guard (200..<300).contains(response.status), response.status != 204 else {
            if response.status >= 400 { refusalWords = ErrorEnvelope.words(ofRefusal: response.body).map { escaped(session.masked($0, of: resource)) } }
            return try conclude(walk.accept(facts(response)), facts(response), response, tape)
        }
        if let fault = ContentType.fault(response, page: page.page) { throw .fault(fault) }
        do throws(JSONFault) {
            try Tokenizer.tokenize(response.body, into: tape)
        } catch {
            let fault = error.told(of: response.body, page: page.page)
            guard error.endsEarly else { throw .fault(fault) }
            notJSON = fault
            session.tapes.give(tape)
            return nil
        }
        let facts: PageFacts
        do throws(RecordFault) {
            facts = self.facts(response, tape, try finder.find(in: response.body, tape: tape))
        } catch {
            return try conclude(
                WalkDecision(choice: .none, step: .failed(.records(error, page: page.page))), self.facts(response), response, tape)
        }
        return try conclude(walk.accept(facts), facts, response, tape)
    }

    /// What the last answer that refused says of itself, without secrets, escaped.
    package private(set) var refusalWords: String?

    /// Of the last body that ended early; told when the attempts are used up.
    private var notJSON = FetchFault.cancelled

    /// A response that the definition names an action for is not read.
    private func act(_ action: ResponseAction, _ response: HTTPResponse, _ tape: Tape) throws(Halt) -> FetchedPage {
        let decision = if action.action == .ignore {
            walk.ignored(status: response.status)
        } else {
            WalkDecision(
                choice: .none, step: .failed(.declaredFault(status: response.status, content: action.content, page: number + 1)))
        }
        try checkResumed(decision.step, records: 0, recalled: asked.first?.transfer == nil)
        let nothing = Sifted(choice: .none)
        budget.notePage(isKept: false, records: 0, bytes: response.body.count)
        return page(step(decision, nothing), nothing, facts(response), response, tape)
    }

    private func conclude(_ decision: WalkDecision, _ facts: PageFacts, _ response: HTTPResponse, _ tape: Tape) throws(Halt) -> FetchedPage {
        var sifted = Sifted(choice: decision.choice)
        if let sieve, decision.choice != .none {
            do throws(IncrementalFault) {
                sifted = try sieve.sift(response.body, tape, facts.records, decision.choice, parent: parentHash ?? 0, number: number + 1)
            } catch {
                throw .fault(.incremental(error, page: number + 1))
            }
        }
        try checkResumed(decision.step, records: facts.count, recalled: asked.first?.transfer == nil)
        recordsKept += decision.choice.count(of: facts.count)
        budget.notePage(isKept: decision.keepsRecords, records: sifted.choice.count(of: facts.count), bytes: response.body.count)
        return page(step(decision, sifted), sifted, facts, response, tape)
    }

    /// What the sieve and the bounds make of a step that would ask on.
    private func step(_ decision: WalkDecision, _ sifted: Sifted) -> WalkDecision.Step {
        guard WalkEnd(decision.step) == nil else { return decision.step }
        var step = decision.step
        if sifted.endsWalk, !isMakingSure {
            step = walk.state.errorBesideRecords.map { .partial(.errorBesideRecords(message: $0.message, page: $0.page)) }
                ?? walk.close(.cursorPassed)
        }
        return WalkEnd(step) == nil ? bound.map { .partial($0) } ?? step : step
    }

    /// The bound that is reached. Where the end is proven, and pages are read again only to make sure that no record
    /// moved meanwhile, those on what is kept do not count.
    private var bound: PartialReason? { isMakingSure ? budget.reachedForRequests : budget.reached }

    private var ahead: Int { min(mostAhead, budget.window.width) }

    private var isMakingSure: Bool {
        if case .bookend = walk.state.phase { true } else { false }
    }

    private func page(_ step: WalkDecision.Step, _ sifted: Sifted, _ facts: PageFacts, _ response: HTTPResponse, _ tape: Tape) -> FetchedPage {
        let page = asked.removeFirst()
        budget.noteSettled(1)
        if journal?.hasMore != true { budget.noteArrived(atFirstAttempt: page.sendings == 1) }
        number += 1
        base = response.url
        let identity = page.request.identity(parent: parentHash, isProbe: page.isProbe)
        switch step {
        case .next(let request): goOn(with: request, isProbe: false)
        case .probe(let request): goOn(with: request, isProbe: true)
        case .ended, .partial, .failed:
            end = WalkEnd(step)
            drop(from: 0)
        }
        var fetched = FetchedPage(
            number: number, page: response.body, tape: tape, records: facts.records, choice: sifted.choice,
            log: log(page, sifted, facts, response), pool: session.tapes)
        fetched.judged = JudgedResponse(response, request: identity, sendings: page.sendings, requests: budget.takeRequests())
        fetched.filtered = sifted.filtered
        fetched.duplicates = sifted.duplicates
        fetched.leftOut = sifted.leftOut
        return fetched
    }

    private func log(_ page: AskedPage, _ sifted: Sifted, _ facts: PageFacts, _ response: HTTPResponse) -> PageLogEntry {
        PageLogEntry(
            resource: resource.name, parent: parentHash.map { hex($0) }, sequence: number, request: page.loggable.text,
            body: page.loggable.body, cursor: page.loggable.cursor, status: response.status, bytes: response.body.count,
            records: facts.count, kept: sifted.choice.count(of: facts.count), firstKey: facts.firstKey.map { hex($0) },
            lastKey: facts.lastKey.map { hex($0) }, content: hex(fastHash(response.body.base, response.body.count)), isProbe: page.isProbe,
            milliseconds: response.durationMilliseconds, attempts: page.sendings)
    }

    // MARK: Facts

    private func facts(_ response: HTTPResponse) -> PageFacts { PageFacts(status: response.status, headers: response.headers) }

    private func facts(_ response: HTTPResponse, _ tape: Tape, _ records: PageRecords) -> PageFacts {
        PageFacts(
            status: response.status, headers: response.headers, page: response.body, tape: tape, records: records,
            primaryKey: resource.primaryKey)
    }
}

extension Paginator {
    /// Whether its next page stands on a record or a link of the page before, and not on a place in the list.
    package var standsOnRecords: Bool {
        switch self {
        case .cursor, .jsonLink, .headerLink, .singlePage: true
        case .auto, .pageNumber, .offset: false
        }
    }
}

/// Formats that look like an answer but are no JSON document are refused by name.
private enum ContentType {
    static let refused: Set<String> = [
        "application/x-ndjson", "application/jsonl", "application/x-jsonlines", "text/csv", "application/csv", "text/html",
    ]

    static func fault(_ response: HTTPResponse, page: Int) -> FetchFault? {
        guard let type = response.headers["content-type"]?.split(separator: ";").first?.lowercased().filter({ $0 != " " && $0 != "\t" }),
              refused.contains(type) else { return nil }
        return .contentType(type, page: page)
    }
}

extension JSONFault {
    fileprivate func told(of body: PageBytes, page: Int) -> FetchFault {
        let place = position(in: body)
        let start = body.withBytes { $0.first { $0 > 32 } }
        return .notJSON(
            self, page: page, line: place.line, column: place.column, record: RecordLocator.record(at: byteOffset, in: body),
            looksLikeHTML: start == UInt8(ascii: "<"))
    }
}
