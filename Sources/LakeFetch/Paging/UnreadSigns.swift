import LakeJSON
import LakeModel

/// Signs in an answer that there are more records, of paging styles that `auto` does not follow. They cannot lead to the
/// next page, but they forbid calling the first one everything.
enum UnreadSigns {
    /// Names under which APIs hand out the place of the next page.
    private static let places: Set<String> = [
        "after", "offset", "nextoffset", "continuation", "continuationtoken", "continuationkey", "lastevaluatedkey", "lastkey",
        "startkey", "exclusivestartkey", "cursor", "endcursor", "pagetoken", "marker", "nextmarker", "scrollid", "bookmark", "next",
    ]
    /// Names under which APIs repeat how long a page is at the most.
    private static let limits: Set<String> = ["limit", "perpage", "pagesize", "pagelimit", "maxresults", "resultsperpage", "top"]

    /// The first sign: the name of what says so.
    static func first(in facts: PageFacts) -> String? {
        if let field = facts.head.continuation { return field }
        if let header = facts.linkHeader, LinkHeader.isBroken(header, "next") { return "Link" }
        guard let body = facts.body, body.tape.count > 0 else { return nil }
        return search(0, body.page, body.tape, facts.records, depth: 0)
    }

    private static func search(_ object: Int, _ page: PageBytes, _ tape: Tape, _ records: PageRecords, depth: Int) -> String? {
        var sign: String?
        tape.forEachMember(of: object, in: page) { name, value in
            if sign == nil { sign = self.sign(name, value, page, tape, records, depth) }
        }
        return sign
    }

    private static func sign(_ name: String, _ value: Int, _ page: PageBytes, _ tape: Tape, _ records: PageRecords, _ depth: Int) -> String? {
        let folded = foldedName(name)
        let isFilled = Int(tape[value].next) > value + 1
        switch tape[value].kind {
        case .string where places.contains(folded): return tape[value].length > 0 ? name : nil
        case .string where folded.hasPrefix("next"): return tape[value].length > 0 ? name : nil
        case .number where folded.hasPrefix("next"): return tape.scalarText(value, in: page) == "0" ? nil : name
        case .number where limits.contains(folded): return tape.scalarText(value, in: page).flatMap { Int($0) } == records.count ? name : nil
        case .object where places.contains(folded) && isFilled: return name
        case .object where depth < 3 && records != .single(token: value) && (PagingField.describesPaging(name) || records.lie(inside: value, tape)):
            return search(value, page, tape, records, depth: depth + 1).map { name + "." + $0 }
        case .array where ["links", "link", "paging", "pagination"].contains(folded) && hasNextLink(value, page, tape): return name
        default: return nil
        }
    }

    /// `[{"rel": "next", "href": …}]`, `[{"relation": "next", "url": …}]`
    private static func hasNextLink(_ list: Int, _ page: PageBytes, _ tape: Tape) -> Bool {
        tape.elements(of: list).contains { link in
            ["rel", "relation"].contains { tape.member($0, of: link, in: page).flatMap { tape.scalarText($0, in: page) } == "next" }
        }
    }
}
