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
        guard let body = facts.body, body.tape.count > 0 else { return nil }
        return search(0, body.page, body.tape, facts.count, depth: 0)
    }

    private static func search(_ object: Int, _ page: PageBytes, _ tape: Tape, _ count: Int, depth: Int) -> String? {
        var sign: String?
        tape.forEachMember(of: object, in: page) { name, value in
            if sign == nil { sign = self.sign(name, value, page, tape, count, depth) }
        }
        return sign
    }

    private static func sign(_ name: String, _ value: Int, _ page: PageBytes, _ tape: Tape, _ count: Int, _ depth: Int) -> String? {
        let folded = foldedName(name)
        let isFilled = Int(tape[value].next) > value + 1
        switch tape[value].kind {
        case .string where places.contains(folded): return tape[value].length > 0 ? name : nil
        case .number where limits.contains(folded): return tape.scalarText(value, in: page).flatMap { Int($0) } == count ? name : nil
        case .object where places.contains(folded) && isFilled: return name
        case .object where depth < 2 && StatedTotals.describesPaging(name):
            return search(value, page, tape, count, depth: depth + 1).map { name + "." + $0 }
        case .array where folded == "links" && hasNextLink(value, page, tape): return name
        default: return nil
        }
    }

    /// `[{"rel": "next", "href": …}]`
    private static func hasNextLink(_ list: Int, _ page: PageBytes, _ tape: Tape) -> Bool {
        tape.elements(of: list).contains { link in
            tape[link].kind == .object && tape.member("rel", of: link, in: page).flatMap { tape.scalarText($0, in: page) } == "next"
        }
    }
}
