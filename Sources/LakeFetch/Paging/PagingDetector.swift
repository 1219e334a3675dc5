import LakeJSON
import LakeModel
import LakeSource

/// What one page tells about how the next one is asked for.
enum PagingSign: Hashable {
    case headerLink
    case jsonLink(Selector)
    case cursor(CursorSign)
    case offset(OffsetSign)
    /// A number of pages, or that there is more. `current`: the number of this page, where it is stated; `flag`: where the
    /// page says that there is more.
    case more(current: Int?, flag: Selector?)
    /// The API says that this is the last page.
    case last
    /// A cursor or link of `null` or `""`, or as many records as there are.
    case ended(EndEvidence)
    case nothing
}

extension PagingSign {
    fileprivate var isMoreStated: Bool {
        if case .offset(let sign) = self { sign.moreIsStated } else { false }
    }
}

struct CursorSign: Hashable {
    var selector: Selector
    /// A text or a number: in a JSON body it keeps its kind.
    var value: JSONValue
    /// The parameters under which it may be expected, most likely first.
    var params: [String]
    /// Where the page says that there is more.
    var hasMorePath: Selector?
    var otherwise: WalkState.Otherwise

    var text: String { value.string ?? value.number ?? "" }
}

struct OffsetSign: Hashable {
    /// Its key, folded and as the API writes it, and where it stands.
    var folded: String
    var name: String
    var path: String
    /// The number stated.
    var offset: Int
    var limit: Limit?
    /// Whether a total or a flag says that there is more.
    var moreIsStated: Bool
    var hasMorePath: Selector?

    struct Limit: Hashable {
        var name: String
        var number: Int
    }
}

/// Looks for the paging of an API, in the order of how much a sign proves.
struct PagingDetector {
    typealias Found = (sign: PagingSign, why: [DetectedBy.Fact])

    private let facts: PageFacts
    private let fields: [PagingField]
    private let keys: [NextKeys.Key]

    static func find(in facts: PageFacts) -> Found { PagingDetector(facts).find() }

    private init(_ facts: PageFacts) {
        self.facts = facts
        fields = facts.body.map { PagingField.all(in: $0.page, tape: $0.tape, records: facts.records) } ?? []
        keys = facts.body.map { NextKeys(page: $0.page, tape: $0.tape, records: facts.records).found } ?? []
    }

    private func find() -> Found {
        let offset = offset
        if let found = link ?? cursor ?? pages ?? (offset?.sign.isMoreStated == true ? offset : nil) ?? lastByFlag { return found }
        // Where the API says that there is more, no null says the contrary.
        let end = facts.stated.hasMore == true ? nil : end
        return end ?? offset ?? maybeCursor ?? moreByFlag ?? (.nothing, [])
    }

    // MARK: Signs of a further page

    private var link: Found? {
        if let header = facts.linkHeader, LinkHeader.target(of: "next", in: header) != nil { return (.headerLink, [.linkHeader(relation: "next")]) }
        return keys.first { $0.holdsURL }.map { (.jsonLink($0.selector), [.field(path: $0.selector.description, .url)]) }
    }

    private var cursor: Found? {
        for key in keys {
            guard case .text(let value) = key.value,
                let params = CursorNames.params(forNext: key.name, value: value, count: facts.count, isInPlace: key.isInPlace)
            else { continue }
            let otherwise = facts.stated.hasMore == false ? WalkState.Otherwise.lastPage : .fail
            return found(key.selector, value, params, otherwise)
        }
        return nil
    }

    /// A key that does not say that it is the next page's.
    private var maybeCursor: Found? {
        guard facts.count > 0, let body = facts.body else { return nil }
        for field in fields {
            guard let value = field.filledText(body.page, body.tape), let params = CursorNames.params(forMaybe: field.name, value: value)
            else { continue }
            return found(Selector(keys: field.path), value, params, .probePages(moreIsStated: facts.stated.hasMore == true))
        }
        return nil
    }

    private func found(_ selector: Selector, _ value: String, _ params: [String], _ otherwise: WalkState.Otherwise) -> Found {
        let flag = facts.stated.hasMore == true ? flagField : nil
        let sign = CursorSign(
            selector: selector, value: isNumber(selector) ? .number(value) : .string(value), params: params, hasMorePath: flag?.selector,
            otherwise: otherwise)
        return (.cursor(sign), [.field(path: selector.description, sign.value.string == nil ? .numeral : .text)] + (flag.map { [$0.fact] } ?? []))
    }

    private func isNumber(_ selector: Selector) -> Bool {
        guard let body = facts.body, let token = selector.first(in: body.page, tape: body.tape) else { return false }
        return body.tape[token].kind == .number
    }

    private var pages: Found? {
        guard let pages = facts.stated.pages else { return nil }
        let why = [
            statement(StatedTotals.pageNames, pages), facts.stated.currentPage.flatMap { statement(StatedTotals.currentNames, $0) }, flagField?.fact,
        ].compactMap { $0 }
        let isMore = facts.stated.hasMore == true || pages > max(1, facts.stated.currentPage ?? 1)
        return (isMore ? .more(current: facts.stated.currentPage, flag: nil) : .last, why)
    }

    private var moreByFlag: Found? {
        guard facts.stated.hasMore == true else { return nil }
        let current = facts.stated.currentPage.flatMap { statement(StatedTotals.currentNames, $0) }
        return (.more(current: facts.stated.currentPage, flag: flagField?.selector), [flagField?.fact, current].compactMap { $0 })
    }

    // MARK: Signs of the end

    private var lastByFlag: Found? {
        guard facts.stated.hasMore == false else { return nil }
        return (.last, [flagField?.fact].compactMap { $0 })
    }

    private var end: Found? {
        for (value, evidence) in [(PageFacts.Found.null, EndEvidence.cursorNull), (.empty, .cursorEmpty)] {
            guard let key = keys.first(where: { $0.isInPlace && $0.value == value }) else { continue }
            return (.ended(evidence), [.field(path: key.selector.description, value == .null ? .null : .empty)])
        }
        let endsHere = facts.linkHeader.map { LinkHeader.isAboutPaging($0) && !LinkHeader.isBroken($0, "next") } == true
        return endsHere ? (.ended(.linkAbsent), [.linkHeaderWithoutNext]) : nil
    }

    // MARK: Offset

    /// An offset that is stated beside a total or a flag, where no page is numbered.
    private var offset: Found? {
        guard let body = facts.body, facts.stated.currentPage == nil, facts.count > 0 else { return nil }
        guard let field = fields.first(where: { OffsetNames.offsets.contains($0.name) && body.tape[$0.value].kind == .number }),
            let offset = field.number(body.page, body.tape), let name = field.path.last
        else { return nil }
        let stated = facts.stated
        guard stated.records != nil || stated.hasMore != nil else { return nil }
        let limit = limit(body)
        let why = [.field(path: field.dotted, .number(offset)), stated.records.flatMap { statement(StatedTotals.recordNames, $0) }, flagField?.fact]
            .compactMap { $0 } as [DetectedBy.Fact]
        // A short first page that is as long as the total is all. A full one could be a "total" of the page alone.
        if stated.hasMore != true, offset <= 1, stated.records == facts.count, let limit, facts.count < limit.number { return (.ended(.total), why) }
        if stated.hasMore == false { return nil }
        let moreIsStated = stated.hasMore == true || stated.records.map { $0 > facts.count } ?? false
        return (
            .offset(OffsetSign(
                folded: field.name, name: name, path: field.dotted, offset: offset, limit: limit, moreIsStated: moreIsStated,
                hasMorePath: stated.hasMore == true ? flagField?.selector : nil)), why
        )
    }

    private func limit(_ body: PageFacts.Body) -> OffsetSign.Limit? {
        for field in fields where OffsetNames.limits.contains(field.name) && body.tape[field.value].kind == .number {
            guard let number = field.number(body.page, body.tape), number > 0, let name = field.path.last else { continue }
            return OffsetSign.Limit(name: name, number: number)
        }
        return nil
    }

    // MARK: Where something is stated

    private func statement(_ names: Set<String>, _ number: Int) -> DetectedBy.Fact? {
        fields.first { names.contains($0.name) }.map { .field(path: $0.dotted, .number(number)) }
    }

    /// The flag that says whether there is more; no selector where it says the contrary.
    private var flagField: (fact: DetectedBy.Fact, selector: Selector?)? {
        guard let body = facts.body else { return nil }
        for field in fields where StatedTotals.moreNames.contains(field.name) || StatedTotals.lastNames.contains(field.name) {
            guard let flag = field.flag(body.tape) else { continue }
            let isPlain = StatedTotals.moreNames.contains(field.name)
            return (.field(path: field.dotted, .flag(flag)), isPlain ? Selector(keys: field.path) : nil)
        }
        return nil
    }
}

/// Names of offsets and of the limits that go with them, folded.
enum OffsetNames {
    static let offsets: Set<String> = ["offset", "skip", "start", "from", "startat", "startindex", "page[offset]"]
    /// Those that can hardly be anything else in a request: `from` and `start` may be dates.
    static let requestOffsets: Set<String> = ["offset", "skip", "startat", "startindex", "page[offset]"]
    static let limits: Set<String> = [
        "limit", "maxresults", "pagesize", "perpage", "size", "rows", "take", "top", "itemsperpage", "pagelimit", "resultsperpage", "count",
        "page[limit]",
    ]

    /// The limit's usual name beside an offset of this name, where neither the request nor the answer names one.
    static func limit(beside offset: String) -> String {
        switch offset {
        case "start": "rows"
        case "from": "size"
        case "startat": "maxResults"
        case "startindex": "count"
        case "page[offset]": "page[limit]"
        default: "limit"
        }
    }
}
