import LakeModel
import LakeSource

/// `auto`: finds out from the first page how the API pages and, where it does not say, by asking for more. What is taken
/// for the end is only what proves it.
extension PageWalk {
    /// Judges the first page; from then on the walk goes in the mode that was found.
    mutating func detect(_ facts: PageFacts) -> WalkDecision.Step {
        let (sign, why) = PagingDetector.find(in: facts)
        note(why)
        switch sign {
        case .headerLink:
            state.mode = .headerLink(relation: "next")
            return step(after: facts)
        case .jsonLink(let path):
            state.mode = .jsonLink(nextURLPath: path)
            return step(after: facts)
        case .cursor(let sign): return take(sign, facts)
        case .offset(let sign): return take(sign, facts)
        case .more(let current, let flag):
            state.believesStatedEnd = true
            if facts.stated.pages == nil, flag != nil {
                state.flagPath = flag
                state.lastRecord = facts.ofLastRecord("id").flatMap { $0.string == nil && $0.number == nil ? nil : $0 }
            }
            return more(current, facts)
        case .last: return .ended(.lastPageStated)
        case .ended(let evidence): return .ended(evidence)
        case .nothing: return guess(facts)
        }
    }

    /// The answer says nothing about paging.
    private mutating func guess(_ facts: PageFacts) -> WalkDecision.Step {
        guard facts.count > 0 else {
            note([.noRecords])
            return .ended(.emptyPage)
        }
        state.unreadSign = UnreadSigns.first(in: facts)
        if resource.isSingleEntity, case .single = facts.records {
            note([.oneEntity])
            return .ended(.singleObject)
        }
        // A page was asked for by number, so its number is known.
        if let number = pageParameter?.number { return walkOn(from: number) }
        return offsetOfRequest(facts) ?? probe(page: 1, moreIsStated: false)
    }

    private mutating func more(_ current: Int?, _ facts: PageFacts) -> WalkDecision.Step {
        if let current = current ?? pageParameter?.number { return walkOn(from: current) }
        return offsetOfRequest(facts) ?? probe(page: 1, moreIsStated: true)
    }

    /// What the decision rests on, each fact once.
    mutating func note(_ facts: [DetectedBy.Fact]) {
        guard !facts.isEmpty else { return }
        var why = state.detectedWhy ?? DetectedBy([])
        for fact in facts where !why.facts.contains(fact) { why.facts.append(fact) }
        state.detectedWhy = why
    }

    /// What is worth remembering of this walk; nil where all is declared or nothing was found.
    /// - Parameter selector: where the records were found, from `RecordFinder.detected`.
    package func detectedPaging(selector: Selector?) -> DetectedPaging? {
        // What is only tried is not found out.
        let paginator: Paginator? = if case .probing = state.phase { nil } else { carried ?? detected }
        return paginator == nil && selector == nil ? nil : DetectedPaging(paginator: paginator, selector: selector)
    }
}

// MARK: - By number

extension PageWalk {
    /// The parameter of the request that is a page's number.
    private var pageParameter: RequestTemplate.NamedParameter? { resource.request.parameter(named: pageNames) }

    private var pagePlace: ParameterPlace { pageParameter?.place ?? resource.request.place(of: "page") }

    /// Goes on by number behind the page with this number.
    private mutating func walkOn(from current: Int) -> WalkDecision.Step {
        if let sent = pageParameter { note([.sent(parameter: sent.name)]) }
        state.mode = .pageNumber(PageNumberPaginator(basePage: current, place: pagePlace))
        state.position = current + 1
        return .next(.parameters([PageParameter(pagePlace, current + 1)]))
    }

    mutating func probe(page: Int, moreIsStated: Bool) -> WalkDecision.Step {
        state.mode = .auto
        state.phase = .probing(.page(page, moreIsStated: moreIsStated))
        return .probe(.parameters([PageParameter(pagePlace, page)]))
    }

    mutating func judge(page number: Int, moreIsStated: Bool, _ facts: PageFacts) -> WalkDecision {
        if earlierPage(like: facts) != nil { return WalkDecision(keepsRecords: false, step: pageIgnored(number, moreIsStated)) }
        if number == 1, facts.count > 0, resource.primaryKey.isEmpty {
            state.phase = .probing(.firstAgain)
            return WalkDecision(keepsRecords: false, step: .probe(.parameters([])))
        }
        state.phase = .walking
        note([facts.count > 0 ? .answered(parameter: pagePlace.description, value: number) : .ignored(parameter: pagePlace.description)])
        // Page 1 is new: the API counts from 0. Page 2 is new, and page 1 was not: it counts from 1.
        state.mode = .pageNumber(PageNumberPaginator(basePage: number - 1, place: pagePlace))
        state.position = number
        keep(facts)
        return WalkDecision(keepsRecords: true, step: step(after: facts))
    }

    /// Equal requests have equal answers, so the new records on page 1 were new indeed. They are asked for once more.
    mutating func countFromZero() -> WalkDecision.Step {
        note([.answered(parameter: pagePlace.description, value: 1)])
        state.phase = .walking
        state.mode = .pageNumber(PageNumberPaginator(basePage: 0, place: pagePlace))
        state.position = 1
        return .next(.parameters([PageParameter(pagePlace, 1)]))
    }

    mutating func pageIgnored(_ number: Int, _ moreIsStated: Bool) -> WalkDecision.Step {
        if number == 1 { return probe(page: 2, moreIsStated: moreIsStated) }
        note([.ignored(parameter: pagePlace.description)])
        guard moreIsStated else { return singlePage() }
        return behindLastRecord(otherwise: .fail) ?? .failed(.pagingParameterIgnored(tried: parametersIgnored))
    }

    /// The API says that there is more, and ignores page numbers: perhaps it counts from the last record on, as Stripe does.
    private mutating func behindLastRecord(otherwise: WalkState.Otherwise) -> WalkDecision.Step? {
        guard let key = state.lastRecord, let path = state.flagPath else { return nil }
        state.lastRecord = nil
        let paginator = CursorPaginator(source: .lastRecord("id"), place: resource.request.place(of: "starting_after"), hasMorePath: path)
        state.resolved = true
        return ask(paginator, key, [], otherwise)
    }

    mutating func pageRefused(_ status: Int, moreIsStated: Bool) -> WalkDecision.Step {
        guard refusesParameter(status) else { return .partial(.refused(status: status, page: state.pages + 1)) }
        note([.ignored(parameter: pagePlace.description)])
        guard moreIsStated else { return singlePage() }
        guard let sign = state.unreadSign ?? signOfMore else { return .partial(.refused(status: status, page: state.pages + 1)) }
        return behindLastRecord(otherwise: .tell(sign: sign)) ?? .partial(.signNotUnderstood(sign, count: state.lastCount))
    }

    /// The field that says that there is more.
    private var signOfMore: String? {
        state.detectedWhy?.facts.lazy.compactMap { if case .field(let path, .flag(true)) = $0 { path } else { nil } }.first
    }

    /// No way to a second page was found. That proves an end only where the page does not look cut off.
    private mutating func singlePage() -> WalkDecision.Step {
        state.phase = .walking
        state.mode = .singlePage
        if let sign = state.unreadSign { return .partial(.signNotUnderstood(sign, count: state.lastCount)) }
        guard looksCut(state.lastCount) else { return .ended(.singlePageProbed) }
        if let end = endKnownFromBefore { return .ended(end) }
        return .partial(.mayBeTruncated(count: state.lastCount, limit: requestedLimit))
    }
}

private let pageNames: Set<String> = ["page", "pagenumber", "pageno", "page[number]"]
