import LakeJSON
import LakeModel
import LakeSource

/// Finds the records of a page: with the declared selector, or, without one, where records usually stand.
///
/// What was found out from one page holds for all later ones, so that a list beside the records never takes their place.
package struct RecordFinder: Sendable {
    private let declared: Selector?
    private let primaryKey: [Selector]
    private let isSingleEntity: Bool
    /// Names that a list of this resource's records may bear: the resource's own and that of its path.
    private let ownNames: Set<String>
    /// The selector that was found out; nil before, and where one is declared.
    package private(set) var detected: Selector?
    /// How `detected` was found; nil before, and where a selector is declared or remembered.
    package private(set) var detectedBy: FoundBy?

    /// - Parameter remembered: what was found out before, when a walk is resumed.
    package init(resource: Resource, remembered: Selector? = nil) {
        declared = resource.dataSelector
        primaryKey = resource.primaryKey
        isSingleEntity = resource.isSingleEntity
        ownNames = [resource.name, resource.request.path.description.split(separator: "/").last.map(String.init) ?? resource.name]
        detected = remembered
    }

    package mutating func find(in page: PageBytes, tape: Tape) throws(RecordFault) -> PageRecords {
        let found = Result { () throws(RecordFault) in try search(page, tape) }
        if case .success(let records) = found, isTrusted(records, page, tape) { return records }
        if let message = ErrorEnvelope.message(in: page, tape: tape) { throw .errorBody(message: message) }
        return try found.get()
    }

    /// Records speak louder than an error beside them; a single object could be the error itself, unless it has its key.
    private func isTrusted(_ records: PageRecords, _ page: PageBytes, _ tape: Tape) -> Bool {
        guard case .single(let token) = records else { return records.count > 0 }
        return !primaryKey.isEmpty && primaryKey.allSatisfy { $0.first(in: page, tape: tape, from: token) != nil }
    }

    private mutating func search(_ page: PageBytes, _ tape: Tape) throws(RecordFault) -> PageRecords {
        if let selector = declared ?? detected {
            guard let token = selector.first(in: page, tape: tape) else {
                let (place, keys) = selector.deepestKeys(in: page, tape: tape)
                throw .selectorMissing(selector: selector.description, place: place.description, keysSeen: keys)
            }
            return tape.records(at: token)
        }
        if isSingleEntity {
            detectedBy = .oneEntity
            return tape.records(at: tape.member("data", of: 0, in: page) ?? 0)
        }
        if tape[0].kind == .array {
            (detected, detectedBy) = (.root, .wholePage)
            return tape.records(at: 0)
        }
        if let (list, how) = try list(in: page, tape) {
            (detected, detectedBy) = (Selector(keys: list.keys), how)
            return tape.records(at: list.token)
        }
        if usualPlaces.contains(where: { tape.isNull(Selector(keys: $0).first(in: page, tape: tape)) }) { return .none }
        throw .noList(keysSeen: tape.keys(of: 0, in: page))
    }

    private func list(in page: PageBytes, _ tape: Tape) throws(RecordFault) -> (ListSearch.List, FoundBy)? {
        let lists = ListSearch(page: page, tape: tape, ownNames: ownNames).lists
        if let named = try named(lists, tape) { return (named, ownNames.contains(named.name) ? .ownName : .usualName) }
        // Under a name that says nothing, only a list that holds objects is believed: an empty one proves nothing.
        let candidates = lists.filter { $0.holdsObjects(tape) }
        guard let first = candidates.first else { return nil }
        let rivals = candidates.filter { $0.keys.count == first.keys.count }
        guard rivals.count == 1 else {
            let generic = genericNames.lazy.compactMap { name in rivals.only { $0.name.lowercased() == name } }.first
            if let generic { return (generic, .usualName) }
            throw severalLists(rivals)
        }
        // An empty list that is no deeper could be the records, and this one only what stands beside them.
        let empty = lists.filter { $0.isEmpty(tape) && $0.keys.count <= first.keys.count }
        guard empty.isEmpty || genericNames.contains(first.name.lowercased()) else { throw severalLists([first] + empty) }
        return (first, candidates.count == 1 ? .onlyList : .leastNested)
    }

    private func severalLists(_ lists: [ListSearch.List]) -> RecordFault { .severalLists(lists.map { Selector(keys: $0.keys).description }) }

    /// The list under the resource's own name, or else under a usual one. An empty list is no proof that there are no
    /// records where another list holds some.
    private func named(_ lists: [ListSearch.List], _ tape: Tape) throws(RecordFault) -> ListSearch.List? {
        let own = lists.first { ownNames.contains($0.name) }
        let inPlace = usualPlaces.lazy.compactMap { place in lists.first { $0.keys == place } }.first
        guard let usual = inPlace ?? lists.first(where: { usualNames.contains($0.name.lowercased()) }) else { return own }
        guard usual.isEmpty(tape) else {
            guard let own, own.keys.count <= usual.keys.count, own.keys != usual.keys else { return usual }
            if own.holdsObjects(tape) { return own }
            throw severalLists([own, usual])
        }
        if let own, own.holdsObjects(tape) { return own }
        let others = lists.filter { $0.holdsObjects(tape) }
        guard others.isEmpty else { throw severalLists([usual] + others) }
        return own ?? usual
    }
}

/// Where APIs put their records, most telling first.
private let usualPlaces: [[String]] = [
    ["data", "results"], ["data", "requests"], ["data"], ["results"], ["requests"], ["items"], ["records"], ["rows"],
    ["entries"], ["objects"], ["entities"], ["values"], ["content"], ["payload"],
]

/// dlt's names for lists of records, at any depth that is searched.
private let usualNames: Set<String> = [
    "data", "items", "results", "entries", "records", "rows", "entities", "payload", "content", "objects", "values", "requests",
]

/// Names of lists of records that say less than the usual ones: they decide only where several lists stand side by side.
private let genericNames: [String] = ["value", "nodes", "docs", "documents", "edges", "hydra:member"]

extension Array {
    /// The one element of which this holds; nil where there are several.
    fileprivate func only(where holds: (Element) -> Bool) -> Element? {
        let matching = filter(holds)
        return matching.count == 1 ? matching.first : nil
    }
}

/// All lists of a page down to three keys deep, the least nested first.
private struct ListSearch {
    struct List {
        let keys: [String]
        let token: Int
        var name: String { keys.last ?? "" }

        func isEmpty(_ tape: Tape) -> Bool { Int(tape[token].next) == token + 1 }

        func holdsObjects(_ tape: Tape) -> Bool {
            Int(tape[token].next) > token + 1 && tape[token + 1].kind == .object
        }
    }

    private(set) var lists: [List] = []

    /// What stands beside the records.
    private static let besides: Set<String> = [
        "meta", "metadata", "_meta", "pagination", "paging", "page_info", "pageinfo", "links", "_links", "extras", "headers", "errors", "warnings",
        "facets", "facet_counts", "aggregations", "aggs", "included", "extensions", "suggest", "highlighting", "responseheader",
    ]

    /// - Parameter ownNames: names under which the records themselves may stand, even such as `links`.
    init(page: PageBytes, tape: Tape, ownNames: Set<String>, depth: Int = 3) {
        var level: [(keys: [String], token: Int)] = [([], 0)]
        for _ in 0..<depth {
            var deeper: [(keys: [String], token: Int)] = []
            for object in level {
                tape.forEachMember(of: object.token, in: page) { name, value in
                    guard !Self.besides.contains(name.lowercased()) || (ownNames.contains(name) && tape[value].kind == .array) else { return }
                    let keys = object.keys + [name]
                    if tape[value].kind == .array { lists.append(List(keys: keys, token: value)) }
                    if tape[value].kind == .object { deeper.append((keys, value)) }
                }
            }
            level = deeper
        }
    }
}

extension Tape {
    fileprivate func records(at token: Int) -> PageRecords {
        switch self[token].kind {
        case .null: return .none
        case .array:
            var count = 0
            forEachChild(of: token) { _ in count += 1 }
            return .array(token: token, count: count)
        default: return .single(token: token)
        }
    }

    fileprivate func isNull(_ token: Int?) -> Bool { token.map { self[$0].kind == .null } ?? false }

    /// Calls `body` with the key and the value's token of each member of an object; with nothing for anything else.
    func forEachMember(of index: Int, in page: PageBytes, _ body: (String, Int) -> Void) {
        guard index < count, self[index].kind == .object else { return }
        forEachChild(of: index) { body(decodeString(self[$0], page), $0 + 1) }
    }

    /// A text, a number or a boolean as text; nil for anything else.
    func scalarText(_ index: Int, in page: PageBytes) -> String? {
        switch self[index].kind {
        case .string: decodeString(self[index], page)
        case .number, .true, .false: sourceText(self[index], page)
        default: nil
        }
    }
}
