import Foundation
import LakeFetch
import LakeModel
import LakeSource
import Testing

/// The splitmix64 sequence: the same cases in every run.
struct Sequence64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// How many simulated walks there are. Every tenth of those that are there for the asking; with RESTLAKE_TEST_WALKS=all, all.
enum Walks {
    private static let part = ProcessInfo.processInfo.environment["RESTLAKE_TEST_WALKS"] == "all" ? 1 : 10

    /// Of a block of `count` seeds.
    static func seeds(_ block: UInt64, of count: UInt64) -> StrideTo<UInt64> { stride(from: block * count, to: (block + 1) * count, by: part) }

    /// So many of all are so many of these.
    static func share(_ count: Int) -> Int { count / part }
}

/// An API made from a number: its way of paging, its size, and one of many ways to misbehave.
private struct RandomAPI {
    enum Paging: CaseIterable { case cursor, topCursor, link, page, offset, none }
    enum Fault: CaseIterable { case none, none2, ignored, stuck, refusedPastEnd, clamped, shortPages, emptyPages, errorBody, cursorLost }
    let paging: Paging
    let fault: Fault
    let count: Int
    let size: Int
    let base: Int
    let statesTotal: Bool

    init(_ seed: UInt64) {
        var random = Sequence64(state: seed)
        paging = Paging.allCases[Int.random(in: 0..<Paging.allCases.count, using: &random)]
        fault = Fault.allCases[Int.random(in: 0..<Fault.allCases.count, using: &random)]
        count = Int.random(in: 0...60, using: &random)
        size = [10, 20][Int.random(in: 0...1, using: &random)]
        base = Int.random(in: 0...1, using: &random)
        statesTotal = Bool.random(using: &random)
    }

    func answer(_ request: String, _ number: Int) -> Answer {
        if fault == .errorBody, number > 1 { return .json("{\"ok\":false,\"error\":\"broken\",\"data\":{\"results\":[]}}") }
        var from = start(request)
        if fault == .ignored { from = 0 }
        if fault == .clamped, from >= count { from = max(0, (count - 1) / size * size) }
        if fault == .refusedPastEnd, from >= count, number > 1 { return .status(404) }
        // An empty page in the middle, which takes nothing away where a cursor leads on.
        let emptied = fault == .emptyPages && number == 2 && (paging == .cursor || paging == .topCursor || paging == .link)
        let length = emptied ? 0 : fault == .shortPages && number % 2 == 0 && paging != .page && paging != .none ? size / 2 : size
        let ids = Array((0..<count).dropFirst(from).prefix(length))
        var next = from + ids.count < count ? from + ids.count : nil
        if fault == .stuck, number > 1 { next = next.map { _ in size } }
        if fault == .cursorLost { next = nil }
        return .json(body(records(ids), next, number))
    }

    private func start(_ request: String) -> Int {
        if request.hasPrefix("→") { return Int(request.split(separator: "=")[1]) ?? 0 }
        switch paging {
        case .cursor, .topCursor: return parameter("next_cursor", request).flatMap { Int($0.split(separator: "-")[0]) } ?? 0
        case .page: return parameter("page", request).flatMap { Int($0) }.map { max(0, $0 - base) * size } ?? 0
        case .offset: return parameter("offset", request).flatMap { Int($0) } ?? 0
        case .link, .none: return 0
        }
    }

    private func body(_ records: String, _ next: Int?, _ number: Int) -> String {
        let total = statesTotal ? ",\"total\":\(count)" : ""
        // A cursor is new on each page, unless it is stuck: then the position is all that it holds.
        let cursor = next.map { fault == .stuck ? "\"\($0)-\"" : "\"\($0)-\(number)\"" } ?? "null"
        let member = fault == .cursorLost ? "" : ",\"next_cursor\":\(cursor)"
        switch paging {
        case .cursor: return "{\"data\":{\"results\":\(records)\(member)\(total)}}"
        case .topCursor: return "{\"data\":{\"results\":\(records)}\(member)\(total)}"
        case .link: return "{\"data\":\(records)\(total)" + (fault == .cursorLost ? "}" : ",\"next\":\(next.map { "\"/things?from=\($0)\"" } ?? "null")}")
        case .page, .offset, .none: return "{\"data\":\(records)\(total)}"
        }
    }

    var resource: Resource {
        get throws {
            switch paging {
            case .page where base == 1 && statesTotal: try LakeFetchTests.resource(.pageNumber(PageNumberPaginator(basePage: base)), limit: size)
            case .offset: try LakeFetchTests.resource(.offset(OffsetPaginator(limit: size)))
            default: try LakeFetchTests.resource(limit: size)
            }
        }
    }
}

@Suite struct WalkPropertyTests {
    @Test("Whatever an API does: the walk ends, keeps no record twice, and is complete only with all records", arguments: 0..<20)
    func completeMeansAll(_ block: UInt64) throws {
        var complete = 0
        for seed in Walks.seeds(block, of: 200) {
            let api = RandomAPI(seed)
            var number = 0
            let walked: Walked
            do {
                walked = try walk(api.resource) { request in
                    number += 1
                    return api.answer(request, number)
                }
            } catch is RecordFault {
                continue
            }
            guard walked.verdict.outcome == .complete else { continue }
            complete += 1
            #expect(Set(walked.ids).count == api.count, "seed \(seed): \(api) \(walked.end) \(walked.requests)")
            #expect(walked.ids.count == Set(walked.ids).count, "seed \(seed): \(api) \(walked.requests)")
        }
        #expect(complete > Walks.share(50))
    }
}
