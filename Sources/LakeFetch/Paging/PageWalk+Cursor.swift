import LakeModel
import LakeSource

/// Cursors and links: they end when they are null, empty or gone, never on a short or empty page.
extension PageWalk {
    mutating func step(_ paginator: CursorPaginator, _ facts: PageFacts) -> WalkDecision.Step {
        if facts.count == 0, paginator.stopAfterEmptyPage { return .ended(.emptyPage) }
        guard case .body(let cursorPath) = paginator.source else { return .ended(.cursorAbsent) }
        let found = facts.find(cursorPath)
        if found != .absent { state.resolved = true }
        switch found {
        case .text(let cursor):
            return follow(cursor, .parameters([PageParameter(paginator.place, .string(cursor))]), facts)
        case .null: return .ended(.cursorNull)
        case .empty: return .ended(.cursorEmpty)
        case .otherKind: return .failed(.cursorNotText(path: cursorPath.description, page: state.pages))
        case .absent: return absent(cursorPath, .cursorAbsent, facts)
        }
    }

    mutating func step(link path: Selector, _ facts: PageFacts) -> WalkDecision.Step {
        let found = facts.find(path)
        if found != .absent { state.resolved = true }
        switch found {
        case .text(let link): return follow(link, .link(link), facts)
        case .null, .empty: return .ended(.linkAbsent)
        case .otherKind: return .failed(.cursorNotText(path: path.description, page: state.pages))
        case .absent: return absent(path, .linkAbsent, facts)
        }
    }

    /// RFC 8288. A header about other pages proves the end; no such header at all, on a full first page, proves nothing.
    mutating func step(relation: String, _ facts: PageFacts) -> WalkDecision.Step {
        if let header = facts.linkHeader {
            if let link = LinkHeader.target(of: relation, in: header) {
                state.resolved = true
                return follow(link, .link(link), facts)
            }
            if LinkHeader.isAboutPaging(header) { return .ended(.linkAbsent) }
        }
        if state.resolved { return .ended(.linkAbsent) }
        if facts.count == 0 { return .ended(.emptyPage) }
        return looksCut(facts.count) ? .partial(.linkHeaderNeverFound(relation: relation, count: facts.count)) : .ended(.linkAbsent)
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

    private func absent(_ path: Selector, _ evidence: EndEvidence, _ facts: PageFacts) -> WalkDecision.Step {
        if state.resolved { return .ended(evidence) }
        if facts.count == 0 { return .ended(.emptyPage) }
        guard looksCut(facts.count) else { return .ended(evidence) }
        let keys = facts.keysSeen(on: path)
        return .partial(.cursorNeverFound(path: path.description, keysSeen: keys, count: facts.count))
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
        return resource.request.params.first { limitNames.contains(foldedName($0.name)) }.flatMap { $0.fixedText.flatMap { Int($0) } }
    }
}

private let limitNames: Set<String> = [
    "limit", "perpage", "pagesize", "size", "maxresults", "pagelimit", "top", "first", "count", "page[size]", "page[limit]",
]

/// `$page_Size` → `pagesize`
func foldedName(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "$" } }

/// Lengths of pages that are no multiples of ten.
private let usualPageSizes: Set<Int> = [12, 15, 16, 24, 25, 32, 36, 48, 64, 75, 96, 125, 128, 256, 512, 1024]
