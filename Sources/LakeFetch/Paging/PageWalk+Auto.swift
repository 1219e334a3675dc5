import LakeModel
import LakeSource

/// `auto`: finds out from the first page how the API pages and, where it does not say, by asking for a page 1 and a
/// page 2. What is taken for the end is only what proves it.
extension PageWalk {
    /// Judges the first page; from then on the walk goes in the mode that was found.
    mutating func detect(_ facts: PageFacts) -> WalkDecision.Step {
        switch PagingDetector.sign(of: facts, entity: entity(facts)) {
        case .headerLink:
            state.mode = .headerLink(relation: "next")
            return step(after: facts)
        case .jsonLink(let path):
            state.mode = .jsonLink(nextURLPath: path)
            return step(after: facts)
        case .cursor(let path, let value, let params):
            state.resolved = true
            seenCursors[fastHash(value)] = UInt32(clamping: state.pages)
            return tryCursor(path, value, params)
        case .more(let current):
            state.believesStatedEnd = true
            return more(current)
        case .last: return .ended(.lastPageStated)
        case .ended(let evidence): return .ended(evidence)
        case .nothing:
            guard facts.count > 0 else { return .ended(.emptyPage) }
            state.unreadSign = UnreadSigns.first(in: facts)
            if entity(facts) != nil { return .ended(.singleObject) }
            // A page was asked for by number, so its number is known.
            return pageInParams.map { walkOn(from: $0) } ?? probe(page: 1, moreIsStated: false)
        }
    }

    /// The one record of a page, where the path names one entity.
    private func entity(_ facts: PageFacts) -> Int? {
        guard resource.isSingleEntity, case .single(let token) = facts.records else { return nil }
        return token
    }

    private mutating func more(_ current: Int?) -> WalkDecision.Step {
        if let current = current ?? pageInParams { return walkOn(from: current) }
        return probe(page: 1, moreIsStated: true)
    }

    /// Goes on by number behind the page with this number.
    private mutating func walkOn(from current: Int) -> WalkDecision.Step {
        state.mode = .pageNumber(PageNumberPaginator(basePage: current, place: .query(pageParam)))
        state.position = current + 1
        return .next(.parameters([PageParameter(.query(pageParam), current + 1)]))
    }

    private mutating func probe(page: Int, moreIsStated: Bool) -> WalkDecision.Step {
        state.phase = .probing(.page(page, moreIsStated: moreIsStated))
        return .probe(.parameters([PageParameter(.query(pageParam), page)]))
    }

    private mutating func tryCursor(_ path: Selector, _ value: String, _ params: [String]) -> WalkDecision.Step {
        guard let param = params.first else {
            return .failed(.pagingParameterIgnored(tried: []))
        }
        let paginator = CursorPaginator(cursorPath: path, cursorParam: param)
        state.mode = .cursor(paginator)
        state.phase = .probing(.cursor(paginator, value: value, others: Array(params.dropFirst())))
        return .probe(.parameters([PageParameter(.query(param), .string(value))]))
    }

    /// The parameter of the request that is a page's number, or the usual one.
    private var pageParam: String { resource.request.params.first { isPageName($0.name) }?.name ?? "page" }

    private var pageInParams: Int? { resource.request.params.first { isPageName($0.name) }.flatMap { $0.fixedText.flatMap { Int($0) } } }

    private func isPageName(_ name: String) -> Bool { ["page", "pagenumber", "pageno", "page[number]"].contains(foldedName(name)) }
}

// MARK: - Answers to probes

extension PageWalk {
    /// Judges a page that was asked for to find something out.
    mutating func judge(_ probe: WalkState.Probe, _ facts: PageFacts) -> WalkDecision {
        let repeats = earlierPage(like: facts) != nil
        switch probe {
        case .cursor(let paginator, let value, let others):
            if repeats { return WalkDecision(keepsRecords: false, step: cursorIgnored(paginator, value, others, refusedWith: nil)) }
            state.phase = .walking
            keep(facts)
            return WalkDecision(keepsRecords: true, step: step(after: facts))
        case .page(let number, let moreIsStated):
            if repeats { return WalkDecision(keepsRecords: false, step: pageIgnored(number, moreIsStated)) }
            if number == 1, facts.count > 0, resource.primaryKey.isEmpty {
                state.phase = .probing(.firstAgain)
                return WalkDecision(keepsRecords: false, step: .probe(.parameters([])))
            }
            state.phase = .walking
            // Page 1 is new: the API counts from 0. Page 2 is new, and page 1 was not: it counts from 1.
            state.mode = .pageNumber(PageNumberPaginator(basePage: number - 1, place: .query(pageParam)))
            state.position = number
            keep(facts)
            return WalkDecision(keepsRecords: true, step: step(after: facts))
        case .firstAgain:
            return WalkDecision(keepsRecords: false, step: repeats ? countFromZero() : .partial(.pagesCannotBeTold))
        }
    }

    /// Equal requests have equal answers, so the new records on page 1 were new indeed. They are asked for once more.
    private mutating func countFromZero() -> WalkDecision.Step {
        state.phase = .walking
        state.mode = .pageNumber(PageNumberPaginator(basePage: 0, place: .query(pageParam)))
        state.position = 1
        return .next(.parameters([PageParameter(.query(pageParam), 1)]))
    }

    /// A probe was answered with a status that says no: the parameter, or the page, does not exist.
    mutating func refused(_ probe: WalkState.Probe, _ status: Int) -> WalkDecision.Step {
        switch probe {
        case .cursor(let paginator, let value, let others): return cursorIgnored(paginator, value, others, refusedWith: status)
        case .firstAgain, .page(_, moreIsStated: true): return .partial(.refused(status: status, page: state.pages + 1))
        case .page(_, moreIsStated: false):
            guard [400, 404, 405, 410, 416, 422].contains(status) else { return .partial(.refused(status: status, page: state.pages + 1)) }
            return singlePage()
        }
    }

    private mutating func pageIgnored(_ number: Int, _ moreIsStated: Bool) -> WalkDecision.Step {
        if number == 1 { return probe(page: 2, moreIsStated: moreIsStated) }
        return moreIsStated ? .failed(.pagingParameterIgnored(tried: [pageParam])) : singlePage()
    }

    private mutating func cursorIgnored(
        _ paginator: CursorPaginator, _ value: String, _ others: [String], refusedWith status: Int?
    ) -> WalkDecision.Step {
        if !others.isEmpty, case .body(let path) = paginator.source { return tryCursor(path, value, others) }
        if let status { return .partial(.refused(status: status, page: state.pages + 1)) }
        return .failed(.pagingParameterIgnored(tried: [paginator.place.description]))
    }

    /// No way to a second page was found. That proves an end only where the page does not look cut off.
    private mutating func singlePage() -> WalkDecision.Step {
        state.phase = .walking
        state.mode = .singlePage
        if let sign = state.unreadSign { return .partial(.signNotUnderstood(sign, count: state.lastCount)) }
        guard looksCut(state.lastCount) else { return .ended(.singlePageProbed) }
        return .partial(.mayBeTruncated(count: state.lastCount, limit: requestedLimit))
    }
}
