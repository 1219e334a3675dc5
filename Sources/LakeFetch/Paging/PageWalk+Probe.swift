import LakeJSON
import LakeModel
import LakeSource

/// Requests by which `auto` finds out whether a parameter is understood, and what their answers mean.
extension PageWalk {
    /// Judges a page that was asked for to find something out.
    mutating func judge(_ probe: WalkState.Probe, _ facts: PageFacts) -> WalkDecision {
        switch probe {
        case .page(let number, let moreIsStated): return judge(page: number, moreIsStated: moreIsStated, facts)
        case .firstAgain:
            let isStable = earlierPage(like: facts) != nil
            return WalkDecision(keepsRecords: false, step: isStable ? countFromZero() : .partial(.pagesCannotBeTold))
        case .offset(let paginator, let next, let tail, let moreIsStated):
            return WalkDecision(keepsRecords: false, step: judge(paginator, next, tail, moreIsStated, facts))
        case .cursor(let paginator, let value, let others, let otherwise):
            if earlierPage(like: facts) != nil {
                return WalkDecision(keepsRecords: false, step: cursorIgnored(paginator, value, others, otherwise, refusedWith: nil))
            }
            if facts.count == 0, !isMeant(paginator) {
                let step = cursorIgnored(paginator, value, others, otherwise, refusedWith: nil)
                return WalkDecision(keepsRecords: false, step: step.isFailure ? .partial(.emptyButMoreStated) : step)
            }
            state.phase = .walking
            note([.answered(parameter: paginator.place.description, value: nil)])
            keep(facts)
            if facts.count == 0, otherwise == .lastPage { return WalkDecision(keepsRecords: true, step: .ended(.lastPageStated)) }
            return WalkDecision(keepsRecords: true, step: step(after: facts))
        }
    }

    /// A probe was answered with a status that says no: the parameter, or the page, does not exist.
    mutating func refused(_ probe: WalkState.Probe, _ status: Int) -> WalkDecision.Step {
        switch probe {
        case .firstAgain: .partial(.refused(status: status, page: state.pages + 1))
        case .page(_, let moreIsStated): pageRefused(status, moreIsStated: moreIsStated)
        case .cursor(let paginator, let value, let others, let otherwise): cursorIgnored(paginator, value, others, otherwise, refusedWith: status)
        case .offset(let paginator, _, _, let moreIsStated):
            refusesParameter(status) ? offsetIgnored(paginator, moreIsStated) : .partial(.refused(status: status, page: state.pages + 1))
        }
    }

    /// Whether a status may mean that the API does not know the parameter or the page.
    func refusesParameter(_ status: Int) -> Bool { [400, 404, 405, 410, 416, 422].contains(status) }

    /// All parameters that led to nothing new, for a message.
    var parametersIgnored: [String] {
        state.detectedWhy?.facts.compactMap { if case .ignored(let parameter) = $0 { parameter } else { nil } } ?? []
    }
}

// MARK: - Cursors whose parameter is guessed

extension PageWalk {
    mutating func take(_ sign: CursorSign, _ facts: PageFacts) -> WalkDecision.Step {
        state.resolved = true
        seenCursors[fastHash(sign.text)] = UInt32(clamping: state.pages)
        if case .probePages = sign.otherwise { state.unreadSign = UnreadSigns.first(in: facts) ?? sign.selector.description }
        guard let first = sign.params.first else { return .failed(.pagingParameterIgnored(tried: [])) }
        let paginator = CursorPaginator(source: .body(sign.selector), place: resource.request.place(of: first), hasMorePath: sign.hasMorePath)
        return ask(paginator, sign.value, Array(sign.params.dropFirst()), sign.otherwise)
    }

    mutating func ask(_ paginator: CursorPaginator, _ value: JSONValue, _ others: [String], _ otherwise: WalkState.Otherwise) -> WalkDecision.Step {
        state.mode = .cursor(paginator)
        state.phase = .probing(.cursor(paginator, value: value, others: others, otherwise: otherwise))
        return .probe(.parameters([PageParameter(paginator.place, value)]))
    }

    private func isMeant(_ paginator: CursorPaginator) -> Bool {
        guard case .body(let path) = paginator.source, case .key(let key)? = path.steps.last else { return false }
        return CursorNames.isMeant(paginator.place.lastName, by: key)
    }

    private mutating func cursorIgnored(
        _ paginator: CursorPaginator, _ value: JSONValue, _ others: [String], _ otherwise: WalkState.Otherwise, refusedWith status: Int?
    ) -> WalkDecision.Step {
        note([.ignored(parameter: paginator.place.description)])
        if let param = others.first {
            var next = paginator
            next.place = resource.request.place(of: param)
            return ask(next, value, Array(others.dropFirst()), otherwise)
        }
        switch otherwise {
        case .lastPage:
            state.phase = .walking
            return .ended(.lastPageStated)
        case .probePages(let moreIsStated): return probe(page: 1, moreIsStated: moreIsStated)
        case .tell(let sign): return .partial(.signNotUnderstood(sign, count: state.lastCount))
        case .fail:
            if case .lastRecord = paginator.source { return .failed(.pagingParameterIgnored(tried: parametersIgnored)) }
            return status.map { .partial(.refused(status: $0, page: state.pages + 1)) } ?? .failed(.pagingParameterIgnored(tried: parametersIgnored))
        }
    }
}

// MARK: - Offsets

extension PageWalk {
    /// An offset that is stated. What it counts is not said, so the first request begins on the last record of the first
    /// page: an API that counts pages, or ignores the parameter, shows it by what it answers.
    mutating func take(_ sign: OffsetSign, _ facts: PageFacts) -> WalkDecision.Step {
        state.unreadSign = UnreadSigns.first(in: facts) ?? (sign.moreIsStated ? sign.path : nil)
        let sent = resource.request.parameter(named: [sign.folded]) ?? resource.request.parameter(named: OffsetNames.requestOffsets)
        let place = sent?.place ?? resource.request.place(of: sign.name)
        let start = sent.map { $0.number } ?? firstOffset(sign.offset, facts.count)
        var limit = sign.limit
        if limit == nil { limit = OffsetSign.Limit(name: OffsetNames.limit(beside: sign.folded), number: facts.count) }
        guard let start, let limit,
            let step = ask(from: start, place, limit, sign.hasMorePath, moreIsStated: facts.stated.hasMore == true, facts) else {
            return probe(page: 1, moreIsStated: facts.stated.hasMore == true)
        }
        return step
    }

    /// An offset that the definition sends; nil where it sends none.
    mutating func offsetOfRequest(_ facts: PageFacts) -> WalkDecision.Step? {
        guard let sent = offsetParameter, let start = sent.number else { return nil }
        let limit = OffsetSign.Limit(name: OffsetNames.limit(beside: foldedName(sent.name)), number: facts.count)
        guard let step = ask(from: start, sent.place, limit, nil, moreIsStated: facts.stated.hasMore == true, facts) else { return nil }
        note([.sent(parameter: sent.name)])
        return step
    }

    /// `from` and `start` may be dates: as 0 beside a limit they are offsets.
    private var offsetParameter: RequestTemplate.NamedParameter? {
        if let plain = resource.request.parameter(named: OffsetNames.requestOffsets) { return plain }
        guard resource.request.parameter(named: OffsetNames.limits) != nil,
            let vague = resource.request.parameter(named: ["from", "start"]) else { return nil }
        return vague.number == 0 ? vague : nil
    }

    /// Where the first page begins, if the answer says it: 0, or 1 where records are counted from one. As many as came is
    /// where the next page begins.
    private func firstOffset(_ stated: Int, _ count: Int) -> Int? { stated <= 1 ? stated : stated == count ? 0 : nil }

    /// - Parameter limit: the limit to send where the request names none.
    private mutating func ask(
        from start: Int, _ place: ParameterPlace, _ limit: OffsetSign.Limit, _ hasMorePath: Selector?, moreIsStated: Bool, _ facts: PageFacts
    ) -> WalkDecision.Step? {
        // One record is first and last: its overlap would be the first page again.
        guard facts.count > 1 else { return nil }
        let sent = resource.request.parameter(named: OffsetNames.limits)
        let paginator = OffsetPaginator(
            limit: sent?.number ?? limit.number, offset: start, limitPlace: sent?.place ?? resource.request.place(of: limit.name), offsetPlace: place,
            hasMorePath: hasMorePath, overlaps: false)
        let next = start + facts.count
        state.phase = .probing(.offset(paginator, next: next, tail: tail(of: facts), moreIsStated: moreIsStated))
        return .probe(.parameters([PageParameter(place, next - 1), PageParameter(paginator.limitPlace, paginator.limit)]))
    }

    /// The last records of a page, the first one excepted: records may move by a few places meanwhile.
    private func tail(of facts: PageFacts) -> [UInt64] { Array(fingerprints(of: facts).dropFirst().suffix(5)) }

    private func fingerprints(of facts: PageFacts) -> [UInt64] {
        guard let body = facts.body else { return [] }
        return facts.records.tokens(in: body.tape).compactMap {
            PageFingerprint(records: .single(token: $0), primaryKey: resource.primaryKey, page: body.page, tape: body.tape)?.hash
        }
    }

    private mutating func judge(
        _ paginator: OffsetPaginator, _ next: Int, _ tail: [UInt64], _ moreIsStated: Bool, _ facts: PageFacts
    ) -> WalkDecision.Step {
        guard earlierPage(like: facts) == nil, let first = fingerprints(of: facts).first, tail.contains(first) else {
            return offsetIgnored(paginator, moreIsStated)
        }
        note([.overlapped(parameter: paginator.offsetPlace.description)])
        state.phase = .walking
        state.mode = .offset(paginator)
        // The last record alone, and as many as there are.
        if facts.count == 1, first == tail.last, paginator.limit > 1, !moreIsStated, facts.stated.records == state.records { return .ended(.total) }
        state.position = next
        return .next(offsetRequest(paginator))
    }

    private mutating func offsetIgnored(_ paginator: OffsetPaginator, _ moreIsStated: Bool) -> WalkDecision.Step {
        note([.ignored(parameter: paginator.offsetPlace.description)])
        return probe(page: 1, moreIsStated: moreIsStated)
    }
}

extension ParameterPlace {
    /// The name of the parameter itself, without the way to it.
    fileprivate var lastName: String {
        switch self {
        case .query(let name): return name
        case .body(let path): if case .key(let key)? = path.steps.last { return key } else { return path.description }
        }
    }
}

extension WalkDecision.Step {
    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}
