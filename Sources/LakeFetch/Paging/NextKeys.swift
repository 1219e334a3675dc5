import LakeJSON
import LakeModel
import LakeSource

/// The keys of a page, outside its records, that tell where the next page is.
struct NextKeys {
    struct Key {
        /// As the API writes it.
        let name: String
        let selector: Selector
        let value: PageFacts.Found
        /// Whether all objects on the way describe paging, so that null or empty here says that there is no further page:
        /// a step of a workflow has no next one either.
        let isInPlace: Bool

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
            return last.hasPrefix("next") && !last.contains("token") && !last.contains("cursor") && text.contains("?")
        }
    }

    private(set) var found: [Key] = []
    private let page: PageBytes
    private let tape: Tape
    private let records: PageRecords
    /// The one record of the page; most of its fields say nothing about paging.
    private let entity: Int?

    init(page: PageBytes, tape: Tape, records: PageRecords) {
        self.page = page
        self.tape = tape
        self.records = records
        entity = if case .single(let token) = records { token } else { nil }
        guard tape.count > 0 else { return }
        search(0, path: [], isPlace: true, isEntity: entity == 0)
        // What stands where paging is described is believed before what stands anywhere.
        found = found.filter(\.isInPlace) + found.filter { !$0.isInPlace }
    }

    /// - Parameters:
    ///   - isPlace: whether all objects on the way describe paging, or lead to the records.
    ///   - isEntity: of an entity's own fields only those count that can hardly be anything but paging.
    private mutating func search(_ object: Int, path: [String], isPlace: Bool, isEntity: Bool) {
        var members: [(String, Int)] = []
        tape.forEachMember(of: object, in: page) { members.append(($0, $1)) }
        for (name, value) in members where Self.isNext(name) && !(isEntity && Self.vague.contains(foldedName(name))) {
            note(name, path + [name], value, isPlace)
        }
        for (name, value) in members where isPlace && !isEntity && isOtherLink(name, value) { note(name, path + [name], value, false) }
        guard path.count < 3 else { return }
        for (name, value) in members where tape[value].kind == .object && !Self.isNext(name) {
            let describesPaging = PagingField.describesPaging(name)
            if isEntity, !describesPaging { continue }
            let isPlace = isPlace && (describesPaging || Self.linkPlaces.contains(foldedName(name)) || records.lie(inside: value, tape))
            search(value, path: path + [name], isPlace: isPlace, isEntity: value == entity)
        }
    }

    private static let linkPlaces: Set<String> = ["links"]

    /// Names that an entity of any kind may have: the next step, the next start of an event.
    private static let vague: Set<String> = ["next", "nextstart", "nextindex", "nextmarker", "nextoffset", "nextskip"]

    /// `"next_results": "?max_id=7"`: any name that begins so, where a URL stands.
    private func isOtherLink(_ name: String, _ value: Int) -> Bool {
        guard !Self.isNext(name), foldedName(name).hasPrefix("next"), tape[value].kind == .string else { return false }
        let text = tape.decodeString(tape[value], page)
        return text.hasPrefix("http://") || text.hasPrefix("https://") || ((text.hasPrefix("/") || text.hasPrefix("?")) && text.contains("?"))
    }

    private static func isNext(_ name: String) -> Bool { names.contains(foldedName(name)) }

    private static let names: Set<String> = [
        "next", "nextcursor", "nextpage", "nexturl", "nextlink", "nextpageurl", "nextpagelink", "nextpagetoken", "nexttoken", "nextpagecursor",
        "nextrecordsurl", "@odata.nextlink", "odata.nextlink", "nexthref", "nexturi", "hydra:next", "nextoffset",
        "nextstart", "nextskip", "nextindex", "nextmarker",
        "nextcontinuationtoken",
    ]

    /// `"next": …` or `"next": {"href": …}`.
    private mutating func note(_ name: String, _ keys: [String], _ value: Int, _ isPlace: Bool) {
        if tape[value].kind == .object {
            for inner in ["href", "url", "link", "cursor", "after"] {
                guard let token = tape.member(inner, of: value, in: page) else { continue }
                note(["cursor", "after"].contains(inner) ? "next" + inner : name, keys + [inner], token, isPlace)
            }
            return
        }
        let selector = Selector(keys: keys)
        let text = tape.scalarText(value, in: page)
        switch tape[value].kind {
        case .null, .false: found.append(Key(name: name, selector: selector, value: .null, isInPlace: isPlace))
        case .string, .number:
            let isEmpty = text?.isEmpty ?? true
            found.append(Key(name: name, selector: selector, value: isEmpty ? .empty : .text(text ?? ""), isInPlace: isPlace))
        default: break
        }
    }
}
