import LakeFetch
import LakeModel
import LakeSource
import Testing

/// One pretended API out of many, over a list that is changed once or twice at any place and time. `isKnown` tells the losses
/// that no reader can see, each with its reason.
private final class BruteAPI: CustomStringConvertible {
    enum Style: CaseIterable { case page, numberedPage, offset, plainOffset, cursor, link, lastRecord }
    enum Past: CaseIterable { case empty, refused, clamped }
    enum Change: CaseIterable { case insert, delete, toHead, toTail }

    let style: Style
    let isAuto: Bool
    let past: Past
    let base: Int
    let count: Int
    let size: Int
    let statesTotal: Bool
    let statesMore: Bool
    let statesPages: Bool
    let declaresEnd: Bool
    let sendsLimit: Bool
    let rounds: Bool
    let hasKey: Bool
    /// Before which answer, what, how far into the list.
    private(set) var changes: [(time: Int, change: Change, place: Double)] = []

    /// Each record with its place in the order, by which a cursor finds on.
    private var list: [(id: Int, rank: Double)]
    private var next = 1000
    private var asked = 0
    private(set) var gone: Set<Int> = []
    private(set) var moved: Set<Int> = []
    private var insertions = 0
    /// Taken from a place behind the first page: those behind it move up.
    private var takenBehindFirst = 0
    private var taken = 0

    init(_ seed: UInt64) {
        var random = Sequence64(state: seed)
        func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &random)] }
        style = pick(Style.allCases)
        isAuto = Bool.random(using: &random) || style == .lastRecord
        past = pick(Past.allCases)
        base = pick([0, 1])
        size = pick([2, 3, 5, 10])
        count = pick([0, 1, size - 1, size, size + 1, 2 * size, 2 * size + 1, 3 * size, 3 * size + 2])
        statesTotal = Bool.random(using: &random)
        statesMore = Bool.random(using: &random) || style == .lastRecord
        statesPages = Bool.random(using: &random)
        declaresEnd = Bool.random(using: &random)
        sendsLimit = Bool.random(using: &random)
        rounds = pick([true, false, false])
        hasKey = pick([true, true, false])
        list = (0..<count).map { ($0 + 1, Double($0)) }
        for _ in 0..<pick([0, 1, 1, 1, 2]) {
            changes.append((Int.random(in: 2...9, using: &random), pick(Change.allCases), pick([0, 0, 0.5, 0.999, Double.random(in: 0..<1, using: &random)])))
        }
    }

    var description: String {
        "\(style) auto:\(isAuto) past:\(past) base:\(base) \(count) by \(size) total:\(statesTotal) more:\(statesMore) pages:\(statesPages) "
            + "declaresEnd:\(declaresEnd) limit:\(sendsLimit) rounds:\(rounds) key:\(hasKey) \(changes)"
    }

    var ids: Set<Int> { Set(1...max(1, count)).subtracting(count == 0 ? [1] : []).subtracting(gone) }

    func resource() throws -> Resource {
        let more = declaresEnd && statesMore ? Selector(keys: ["has_more"]) : nil
        let pages = declaresEnd && statesPages ? Selector(keys: ["total_pages"]) : nil
        let total = declaresEnd && statesTotal ? Selector(keys: ["total"]) : nil
        let paginator: Paginator = switch style {
        case _ where isAuto: .auto
        case .page, .numberedPage: .pageNumber(PageNumberPaginator(basePage: base, totalPath: pages, hasMorePath: more))
        case .offset: .offset(OffsetPaginator(limit: size, totalPath: total, hasMorePath: more))
        case .plainOffset: .offset(OffsetPaginator(limit: size, totalPath: total, hasMorePath: more, overlaps: false))
        case .cursor: .cursor(CursorPaginator(source: .body(Selector(keys: ["next_cursor"])), place: .query("cursor"), hasMorePath: more))
        case .link: .jsonLink(nextURLPath: Selector(keys: ["next"]))
        case .lastRecord: .cursor(CursorPaginator(source: .lastRecord("id"), place: .query("starting_after"), hasMorePath: Selector(keys: ["has_more"])))
        }
        return try LakeFetchTests.resource(paginator, limit: sendsLimit ? size : nil, key: hasKey ? "id" : nil)
    }

    func answer(_ request: String) -> Answer {
        asked += 1
        for change in changes where change.time == asked { apply(change.change, change.place) }
        guard let from = start(request) else { return .status(400) }
        var start = from
        if start >= list.count, start > 0, style != .cursor, style != .link, style != .lastRecord {
            if past == .refused { return .status(404) }
            if past == .clamped { start = max(0, (list.count - 1) / size * size) }
        }
        let page = list.dropFirst(start).prefix(size)
        return .json(body(page.map(\.id), start, page.last?.rank))
    }

    /// Losses that leave no trace in any answer.
    func isKnown(_ lost: Set<Int>) -> Bool {
        switch style {
        // A record that moved from behind the cursor to a place before it is met nowhere.
        case .cursor, .link: lost.isSubset(of: moved)
        // And a record that is itself the cursor takes it along when it moves.
        case .lastRecord: lost.isSubset(of: moved) || !moved.isEmpty
        case .page, .numberedPage, .plainOffset: isUnseenByNumber
        // Where the server honours it, the overlap shows what moved.
        case .offset: (isAuto || rounds) && isUnseenByNumber
        }
    }

    /// A record taken from behind the first page, of an API without a total; or one taken while another came in its place, so
    /// that neither the first page nor the total shows it.
    private var isUnseenByNumber: Bool { (takenBehindFirst > 0 && !statesTotal) || (taken > 0 && insertions > 0) || isShortOnlyPage }

    /// One page is left, and neither the request nor its length says that it was full.
    private var isShortOnlyPage: Bool { taken > 0 && !sendsLimit && size != 10 && count <= size + changes.count }

    private func apply(_ change: Change, _ place: Double) {
        let index = Int(place * Double(list.count))
        if change == .insert {
            let before = index > 0 ? list[index - 1].rank : (list.first?.rank ?? 0) - 2
            let after = index < list.count ? list[index].rank : before + 2
            list.insert((next, (before + after) / 2), at: index)
            next += 1
            insertions += 1
            return
        }
        guard index < list.count else { return }
        taken += 1
        if index >= size { takenBehindFirst += 1 }
        let record = list.remove(at: index)
        switch change {
        case .insert: break
        case .delete: gone.insert(record.id)
        case .toHead:
            moved.insert(record.id)
            list.insert((record.id, (list.first?.rank ?? 0) - 1), at: 0)
        case .toTail:
            moved.insert(record.id)
            list.append((record.id, (list.last?.rank ?? 0) + 1))
        }
    }

    /// Where in the list the page begins that is asked for; nil for what the API refuses.
    private func start(_ request: String) -> Int? {
        func number(_ name: String) -> Int? { parameter(name, request).flatMap { Int($0) } }
        func behind(_ rank: String?) -> Int {
            guard let rank = rank.flatMap({ Double($0) }) else { return 0 }
            return list.firstIndex { $0.rank > rank } ?? list.count
        }
        switch style {
        case .page, .numberedPage: return max(0, (number("page") ?? base) - base) * size
        case .offset, .plainOffset:
            let offset = number("offset") ?? 0
            return rounds ? offset / size * size : offset
        case .cursor: return behind(parameter("cursor", request))
        case .link: return behind(request.split(separator: "=").last.map(String.init))
        case .lastRecord:
            guard let id = number("starting_after") else { return 0 }
            return list.firstIndex { $0.id == id }.map { $0 + 1 }
        }
    }

    private func body(_ ids: [Int], _ start: Int, _ last: Double?) -> String {
        var members = ["\"results\":\(records(ids))"]
        let more = start + ids.count < list.count
        switch style {
        case .page, .lastRecord: break
        case .numberedPage: members.append("\"page\":\(start / size + base)")
        case .offset, .plainOffset: members += ["\"offset\":\(start)", "\"limit\":\(size)"]
        case .cursor: members.append("\"next_cursor\":" + (more ? last.map { "\"\($0)\"" } ?? "null" : "null"))
        case .link: members.append("\"next\":" + (more ? last.map { "\"/things?after=\($0)\"" } ?? "null" : "null"))
        }
        if statesTotal { members.append("\"total\":\(list.count)") }
        if statesMore { members.append("\"has_more\":\(more)") }
        if statesPages, style == .page || style == .numberedPage { members.append("\"total_pages\":\((list.count + size - 1) / size)") }
        return "{" + members.joined(separator: ",") + "}"
    }
}

@Suite struct BruteForceTests {
    @Test("Whatever the API and whatever changes at any time: the walk ends, and is complete only with all that was there", arguments: 0..<20)
    func never(_ block: UInt64) throws {
        var complete = 0
        for seed in Walks.seeds(block, of: 400) {
            let api = BruteAPI(seed)
            let walked = try walk(api.resource(), atMost: 100, api.answer)
            guard walked.verdict.outcome == .complete else { continue }
            complete += 1
            let lost = api.ids.subtracting(walked.ids.compactMap { Int($0) })
            #expect(lost.isEmpty || api.isKnown(lost), "seed \(seed): \(api) lost \(lost.sorted()) \(walked.end) \(walked.requests)")
            if api.changes.isEmpty { #expect(walked.ids.count == api.count, "seed \(seed): \(api) doubled \(walked.ids) \(walked.requests)") }
        }
        #expect(complete > Walks.share(100))
    }
}
