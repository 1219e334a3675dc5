import LakeModel
import LakeSource

/// Cursors and links: they end when they are null, empty or gone, never on a short or empty page.
extension PageWalk {
    mutating func step(_ paginator: CursorPaginator, _ facts: PageFacts) -> WalkDecision.Step {
        if facts.count == 0, paginator.stopAfterEmptyPage { return .ended(.emptyPage) }
        let more = paginator.hasMorePath.flatMap { facts.flag($0) }
        if more == false { return .ended(.lastPageStated) }
        let found = facts.find(paginator.source)
        if found != .absent { state.resolved = true }
        if case .text(let cursor) = found {
            return follow(cursor, .parameters([PageParameter(paginator.place, facts.cursorValue(paginator.source, cursor))]), facts)
        }
        if found == .otherKind { return .failed(.cursorNotText(path: paginator.source.description, page: state.pages)) }
        if more == true, let path = paginator.hasMorePath {
            return .partial(.moreButNoCursor(path: path.description, page: state.pages))
        }
        switch found {
        case .null: return ended(.cursorNull, facts)
        case .empty: return ended(.cursorEmpty, facts)
        default: return absent(paginator.source, .cursorAbsent, facts)
        }
    }

    mutating func step(link path: Selector, _ facts: PageFacts) -> WalkDecision.Step {
        let found = facts.find(path)
        if found != .absent { state.resolved = true }
        switch found {
        case .text(let link): return follow(link, .link(link), facts)
        case .null, .empty: return ended(.linkAbsent, facts)
        case .otherKind: return .failed(.cursorNotText(path: path.description, page: state.pages))
        case .absent: return absent(.body(path), .linkAbsent, facts)
        }
    }

    /// RFC 8288. A header about other pages proves the end; no such header at all, on a full first page, proves nothing.
    mutating func step(relation: String, _ facts: PageFacts) -> WalkDecision.Step {
        if let header = facts.linkHeader {
            if let link = LinkHeader.target(of: relation, in: header) {
                state.resolved = true
                return follow(link, .link(link), facts)
            }
            if LinkHeader.isBroken(header, relation) { return .partial(.linkHeaderBroken(relation: relation, page: state.pages)) }
            if LinkHeader.isAboutPaging(header) { return ended(.linkAbsent, facts) }
        }
        if isKnownToResolve { return ended(.linkAbsent, facts) }
        return provenOtherwise(facts, .linkAbsent) ?? .partial(.linkHeaderNeverFound(relation: relation, count: facts.count))
    }

    /// Asks on, unless this cursor or link led somewhere before.
    private mutating func follow(_ text: String, _ request: PageRequest, _ facts: PageFacts) -> WalkDecision.Step {
        let hash = fastHash(text)
        if let earlier = seenCursors[hash] {
            // The cursor just sent, back with nothing: perhaps the end, perhaps a server that has nothing yet. What
            // came before is right in both cases.
            if facts.count == 0, Int(earlier) == state.pages - 1 { return .partial(.stuckOnEmptyPage(state.pages)) }
            return .failed(.loop(page: state.pages, of: max(1, Int(earlier))))
        }
        seenCursors[hash] = UInt32(clamping: state.pages)
        return .next(request)
    }

    /// No cursor and no link is an end, unless the same page says that there is more.
    private func ended(_ evidence: EndEvidence, _ facts: PageFacts) -> WalkDecision.Step {
        facts.stated.hasMore == true ? .partial(.moreStatedAtEnd(page: state.pages)) : .ended(evidence)
    }

    private func absent(_ source: CursorPaginator.Source, _ evidence: EndEvidence, _ facts: PageFacts) -> WalkDecision.Step {
        if isKnownToResolve { return ended(evidence, facts) }
        if let end = provenOtherwise(facts, evidence) { return end }
        return .partial(.cursorNeverFound(path: source.description, keysSeen: facts.keysSeen(on: source), count: facts.count))
    }

    /// A cursor or link that was never there proves no end: its path may be wrong. What does prove it: no records, the
    /// API's own word, a total, or a page shorter than the request asked for and of no usual length.
    private func provenOtherwise(_ facts: PageFacts, _ evidence: EndEvidence) -> WalkDecision.Step? {
        if facts.count == 0 { return .ended(.emptyPage) }
        if facts.stated.hasMore == true { return nil }
        if facts.stated.hasMore == false { return .ended(.lastPageStated) }
        if let total = facts.stated.records, total == state.records { return .ended(.total) }
        guard let limit = requestedLimit, facts.count < limit, !looksCut(facts.count) else { return nil }
        return .ended(evidence)
    }
}

// MARK: - What an earlier load knew

extension PageWalk {
    /// Where the cursor or link stands that was found on some page of this walk, or of an earlier load's; nil: none was. The
    /// next load's walk is to know it.
    package var resolvedPath: String? { isKnownToResolve ? state.mode.resolvingPath : carried?.resolvingPath }

    /// `auto` met one page without any cursor or link: what an earlier load found is not forgotten for that.
    var carried: Paginator? {
        guard resource.paginator == .auto, state.mode == .auto || state.mode == .singlePage else { return nil }
        return resolvedBefore
    }

    private var isKnownToResolve: Bool { state.resolved || (resolvedBefore != nil && resolvedBefore?.resolvingPath == state.mode.resolvingPath) }

    /// `auto` found no cursor or link on the first page, which an earlier load found: the page is the last one.
    var endKnownFromBefore: EndEvidence? {
        switch resolvedBefore {
        case .cursor?: .cursorAbsent
        case .jsonLink?, .headerLink?: .linkAbsent
        default: nil
        }
    }
}

extension Paginator {
    /// Where its cursor or link stands; nil for a paginator without.
    package var resolvingPath: String? {
        switch self {
        case .cursor(let p): p.source.description
        case .jsonLink(let path): path.description
        case .headerLink(let relation): "Link header, " + relation
        case .auto, .singlePage, .pageNumber, .offset: nil
        }
    }
}

// MARK: - How long a page that may be cut off is

extension PageWalk {
    /// Whether a page is exactly as long as was asked for, or as pages often are: a server may cap the limit in silence.
    func looksCut(_ count: Int) -> Bool {
        count > 0 && (count == requestedLimit || count % 10 == 0 || usualPageSizes.contains(count))
    }

    /// The number of records per page that the request names.
    var requestedLimit: Int? {
        if case .offset(let p) = resource.paginator { return p.limit }
        return resource.request.fixedNumber(named: limitNames)
    }
}

private let limitNames: Set<String> = [
    "limit", "perpage", "pagesize", "size", "maxresults", "pagelimit", "top", "first", "count", "page[size]", "page[limit]",
]

/// `$page_Size` → `pagesize`
func foldedName(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "$" } }

/// Lengths of pages that are no multiples of ten.
private let usualPageSizes: Set<Int> = [12, 15, 16, 24, 25, 32, 36, 48, 64, 75, 96, 125, 128, 256, 512, 1024]
