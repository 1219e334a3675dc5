import LakeJSON
import LakeModel
import LakeSource

/// What one page tells about how the next one is asked for.
enum PagingSign: Hashable {
    case headerLink
    case jsonLink(Selector)
    /// A cursor, and the parameters under which it may be expected, most likely first.
    case cursor(Selector, value: String, params: [String])
    /// A number of pages, or that there is more. `current`: the number of this page, where it is stated.
    case more(current: Int?)
    /// The API says that this is the last page.
    case last
    /// A cursor or link of `null` or `""`.
    case ended(EndEvidence)
    case nothing
}

/// Looks for the paging of an API, in the order of how much a sign proves.
enum PagingDetector {
    static func sign(of facts: PageFacts) -> PagingSign {
        if let header = facts.linkHeader, LinkHeader.target(of: "next", in: header) != nil { return .headerLink }
        let keys = facts.body.map { NextKeys(page: $0.page, tape: $0.tape).found } ?? []
        if let link = keys.first(where: { $0.holdsURL }) { return .jsonLink(link.selector) }
        for key in keys {
            if case .text(let value) = key.value, let params = cursorParams(key.name) {
                return .cursor(key.selector, value: value, params: params)
            }
        }
        if let more = moreIsStated(facts.stated) { return more ? .more(current: facts.stated.currentPage) : .last }
        if keys.contains(where: { $0.value == .null }) { return .ended(.cursorNull) }
        if keys.contains(where: { $0.value == .empty }) { return .ended(.cursorEmpty) }
        return facts.linkHeader.map(LinkHeader.isAboutPaging) == true ? .ended(.linkAbsent) : .nothing
    }

    /// nil where the API says neither how many pages there are nor whether there is a further one.
    private static func moreIsStated(_ stated: StatedTotals) -> Bool? {
        if stated.hasMore == true { return true }
        return stated.pages.map { $0 > max(1, stated.currentPage ?? 1) } ?? stated.hasMore
    }

    /// nil for a key that is no cursor.
    private static func cursorParams(_ name: String) -> [String]? {
        switch name {
        case "next_cursor": ["next_cursor", "cursor"]
        case "nextCursor": ["cursor", "nextCursor"]
        case "next_page_token": ["page_token", "next_page_token"]
        case "nextPageToken": ["pageToken", "nextPageToken"]
        case "next_token", "nextToken": ["cursor", name]
        case "next_page", "nextPage": ["page"]
        case "next": ["cursor", "next"]
        default: nil
        }
    }
}

/// The keys of a page, outside its records, that tell where the next page is.
private struct NextKeys {
    struct Key {
        let name: String
        let selector: Selector
        let value: PageFacts.Found
        var holdsURL: Bool {
            guard case .text(let text) = value else { return false }
            return text.hasPrefix("/") || text.hasPrefix("?") || ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
        }
    }

    private(set) var found: [Key] = []
    private let page: PageBytes
    private let tape: Tape

    init(page: PageBytes, tape: Tape) {
        self.page = page
        self.tape = tape
        guard tape.count > 0 else { return }
        search(0, path: [], depth: 0)
    }

    private mutating func search(_ object: Int, path: [String], depth: Int) {
        var members: [(String, Int)] = []
        tape.forEachMember(of: object, in: page) { members.append(($0, $1)) }
        for (name, value) in members {
            if isNext(name) { note(name, path + [name], value) }
        }
        guard depth < 3 else { return }
        for (name, value) in members where tape[value].kind == .object && !isNext(name) {
            search(value, path: path + [name], depth: depth + 1)
        }
    }

    private func isNext(_ name: String) -> Bool {
        let name = foldedName(name)
        return [
            "next", "nextcursor", "nextpage", "nexturl", "nextlink", "nextpageurl", "nextpagelink", "nextpagetoken", "nexttoken",
            "nextrecordsurl", "@odata.nextlink", "nexthref",
        ].contains(name)
    }

    /// `"next": …` or `"next": {"href": …}`.
    private mutating func note(_ name: String, _ keys: [String], _ value: Int) {
        if tape[value].kind == .object {
            for inner in ["href", "url"] {
                if let token = tape.member(inner, of: value, in: page) { note(name, keys + [inner], token) }
            }
            return
        }
        let selector = Selector(keys: keys)
        let text = tape.scalarText(value, in: page)
        switch tape[value].kind {
        case .null, .false: found.append(Key(name: name, selector: selector, value: .null))
        case .string, .number:
            let isEmpty = text?.isEmpty ?? true
            found.append(Key(name: name, selector: selector, value: isEmpty ? .empty : .text(text ?? "")))
        default: break
        }
    }
}
