import LakeFetch
import LakeModel
import LakeSource
import Testing

/// An API whose paging only `auto` can find out, made from a number. What it states is true, but it may state little.
private struct UnknownAPI: CustomStringConvertible {
    enum Style: CaseIterable { case offset, offsetFromOne, offsetInPages, relay, cursor, after, nextNumber, nextOffset, pages, pagesFromZero }
    enum Past: CaseIterable { case empty, refused, clamped }
    let style: Style
    let past: Past
    let count: Int
    let size: Int
    let param: String
    let statesTotal: Bool
    let statesMore: Bool
    let statesLimit: Bool
    let isIgnored: Bool
    let hasKey: Bool

    init(_ seed: UInt64) {
        var random = Sequence64(state: seed)
        style = Style.allCases[Int.random(in: 0..<Style.allCases.count, using: &random)]
        past = Past.allCases[Int.random(in: 0..<Past.allCases.count, using: &random)]
        statesTotal = Bool.random(using: &random)
        statesMore = Bool.random(using: &random)
        statesLimit = Bool.random(using: &random)
        isIgnored = Int.random(in: 0..<6, using: &random) == 0
        hasKey = Bool.random(using: &random)
        size = [10, 20, 1][Int.random(in: 0..<3, using: &random)] * (statesTotal || statesMore ? 1 : 10)
        count = Int.random(in: 0...90, using: &random) * (size == 1 ? 1 : 2)
        let params = ["cursor", "after", "next_cursor", "page_token", "starting_after"]
        param = params[Int.random(in: 0..<params.count, using: &random)]
    }

    var description: String { "\(style) past:\(past) count:\(count) size:\(size) \(param) total:\(statesTotal) more:\(statesMore) limit:\(statesLimit) ignored:\(isIgnored) key:\(hasKey)" }

    /// The first record that a request asks for.
    private func start(_ request: String) -> Int {
        if isIgnored { return 0 }
        func number(_ name: String) -> Int? { parameter(name, request).flatMap { Int($0) } }
        switch style {
        case .offset: return number("offset") ?? 0
        case .offsetFromOne: return max(0, (number("startIndex") ?? 1) - 1)
        case .offsetInPages: return (number("offset") ?? 0) * size
        case .relay, .cursor, .after: return parameter(param, request).flatMap { Int($0.dropFirst()) } ?? 0
        case .nextNumber: return max(0, (number("page") ?? 1) - 1) * size
        case .nextOffset: return number("offset") ?? 0
        case .pages: return max(0, (number("page") ?? 1) - 1) * size
        case .pagesFromZero: return (number("page") ?? 0) * size
        }
    }

    func answer(_ request: String) -> Answer {
        var from = start(request)
        if from >= count, from > 0 {
            if past == .refused { return .status(404) }
            if past == .clamped { from = max(0, (count - 1) / size * size) }
        }
        let ids = Array((0..<count).dropFirst(from).prefix(size))
        let next = from + ids.count < count ? from + ids.count : nil
        var members = ["\"items\":\(records(ids))"] + own(from, next)
        if statesTotal { members.append("\"total\":\(count)") }
        if statesMore, style != .relay { members.append("\"has_more\":\(next != nil)") }
        if statesLimit { members.append("\"limit\":\(size)") }
        return .json("{" + members.joined(separator: ",") + "}")
    }

    private func own(_ from: Int, _ next: Int?) -> [String] {
        switch style {
        case .offset: ["\"offset\":\(from)"]
        case .offsetFromOne: ["\"startIndex\":\(from + 1)"]
        case .offsetInPages: ["\"offset\":\(from / size)"]
        case .relay: ["\"pageInfo\":{\"endCursor\":\(from < count ? "\"c\(next ?? count)\"" : "null"),\"hasNextPage\":\(next != nil)}"]
        case .cursor: ["\"next_cursor\":" + (next.map { "\"c\($0)\"" } ?? "null")]
        case .after: ["\"paging\":{" + (next.map { "\"after\":\"c\($0)\"" } ?? "") + "}"]
        case .nextNumber: ["\"next\":" + (next.map { "\($0 / size + 1)" } ?? "null")]
        case .nextOffset: ["\"next\":" + (next.map { "\($0)" } ?? "null")]
        case .pages, .pagesFromZero: []
        }
    }
}

@Suite struct AutoPropertyTests {
    @Test("Whatever paging auto has to find out: the walk ends, and is complete only with all records, each once", arguments: 0..<20)
    func completeMeansAll(_ block: UInt64) throws {
        var complete = 0
        for seed in Walks.seeds(block, of: 200) {
            let api = UnknownAPI(seed)
            let walked = try walk(resource(key: api.hasKey ? "id" : nil)) { api.answer($0) }
            guard walked.verdict.outcome == .complete else { continue }
            complete += 1
            #expect(walked.ids == (0..<api.count).map(String.init), "seed \(seed): \(api) \(walked.end) \(walked.requests)")
        }
        #expect(complete > Walks.share(50))
    }

    @Test("Offsets, cursors and pages that are what they say are found out and read to the end", arguments: 0..<20)
    func findsAll(_ block: UInt64) throws {
        for seed in Walks.seeds(block, of: 200) {
            let api = UnknownAPI(seed)
            guard !api.isIgnored, api.past != .refused, api.size > 1, api.statesTotal, api.style != .offsetInPages else { continue }
            if api.style == .relay, api.past == .clamped { continue }
            // A cursor is tried under the names that are usual for it.
            if api.style == .relay || api.style == .after, !["after", "cursor"].contains(api.param) { continue }
            // A number behind a page is sent under these names, and as a page only where it can be no offset.
            if api.style == .nextNumber || api.style == .nextOffset { continue }
            let walked = try walk(resource(key: api.hasKey ? "id" : nil)) { api.answer($0) }
            #expect(walked.verdict.outcome == .complete, "seed \(seed): \(api) \(walked.end) \(walked.requests) \(walked.verdict.doubts)")
        }
    }
}
