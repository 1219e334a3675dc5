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
    /// - Parameter entity: the one record of a path that names one entity; most of its fields say nothing about paging.
    static func sign(of facts: PageFacts, entity: Int? = nil) -> PagingSign {
        if let header = facts.linkHeader, LinkHeader.target(of: "next", in: header) != nil { return .headerLink }
        let keys = facts.body.map { NextKeys(page: $0.page, tape: $0.tape, entity: entity).found } ?? []
        if let link = keys.first(where: { $0.holdsURL }) { return .jsonLink(link.selector) }
        for key in keys {
            if case .text(let value) = key.value, let params = cursorParams(key.name) {
                return .cursor(key.selector, value: value, params: params)
            }
        }
        if let more = moreIsStated(facts.stated) { return more ? .more(current: facts.stated.currentPage) : .last }
        if keys.contains(where: { $0.provesEnd && $0.value == .null }) { return .ended(.cursorNull) }
        if keys.contains(where: { $0.provesEnd && $0.value == .empty }) { return .ended(.cursorEmpty) }
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
        /// Whether null or empty here says that there is no further page: a step of a workflow has no next one either.
        let provesEnd: Bool

        var holdsURL: Bool {
            guard case .text(let text) = value else { return false }
            if ["http://", "https://"].contains(where: { text.lowercased().hasPrefix($0) }) { return true }
            return (text.hasPrefix("/") || text.hasPrefix("?")) && mayBeRelative(text)
        }

        /// One base64 cursor in 64 begins with a slash, so the name has to say that a URL stands there.
        private func mayBeRelative(_ text: String) -> Bool {
            guard case .key(let key)? = selector.steps.last else { return false }
            let last = foldedName(key)
            if last == "next" || ["url", "link", "href", "uri"].contains(where: { last.contains($0) }) { return true }
            // No page's number and no base64 text holds a question mark.
            return last == "nextpage" && text.contains("?")
        }
    }

    private(set) var found: [Key] = []
    private let page: PageBytes
    private let tape: Tape
    private let entity: Int?

    init(page: PageBytes, tape: Tape, entity: Int?) {
        self.page = page
        self.tape = tape
        self.entity = entity
        guard tape.count > 0 else { return }
        search(0, path: [], isPlace: true, isEntity: entity == 0)
    }

    /// - Parameters:
    ///   - isPlace: whether all objects on the way describe paging.
    ///   - isEntity: of an entity's own fields only those count that can hardly be anything but paging.
    private mutating func search(_ object: Int, path: [String], isPlace: Bool, isEntity: Bool) {
        var members: [(String, Int)] = []
        tape.forEachMember(of: object, in: page) { members.append(($0, $1)) }
        for (name, value) in members where isNext(name) && !(isEntity && foldedName(name) == "next") {
            note(name, path + [name], value, isPlace)
        }
        guard path.count < 3 else { return }
        for (name, value) in members where tape[value].kind == .object && !isNext(name) {
            let describesPaging = StatedTotals.describesPaging(name)
            if isEntity, !describesPaging { continue }
            search(
                value, path: path + [name], isPlace: isPlace && (describesPaging || Self.linkPlaces.contains(foldedName(name))),
                isEntity: value == entity)
        }
    }

    private static let linkPlaces: Set<String> = ["links", "cursors", "responsemetadata"]

    private func isNext(_ name: String) -> Bool {
        let name = foldedName(name)
        return [
            "next", "nextcursor", "nextpage", "nexturl", "nextlink", "nextpageurl", "nextpagelink", "nextpagetoken", "nexttoken",
            "nextrecordsurl", "@odata.nextlink", "nexthref",
        ].contains(name)
    }

    /// `"next": …` or `"next": {"href": …}`.
    private mutating func note(_ name: String, _ keys: [String], _ value: Int, _ isPlace: Bool) {
        if tape[value].kind == .object {
            for inner in ["href", "url", "link"] {
                if let token = tape.member(inner, of: value, in: page) { note(name, keys + [inner], token, isPlace) }
            }
            return
        }
        let selector = Selector(keys: keys)
        let text = tape.scalarText(value, in: page)
        switch tape[value].kind {
        case .null, .false: found.append(Key(name: name, selector: selector, value: .null, provesEnd: isPlace))
        case .string, .number:
            let isEmpty = text?.isEmpty ?? true
            found.append(Key(name: name, selector: selector, value: isEmpty ? .empty : .text(text ?? ""), provesEnd: isPlace))
        default: break
        }
    }
}
