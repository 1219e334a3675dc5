import LakeFetch
import LakeModel
import LakeSource
import Testing

/// Records 1…count, `size` a page, the first page being number `base`.
private func numbered(_ count: Int, size: Int, base: Int = 0, total: Bool = false, pastEnd: Answer? = nil) -> (String) -> Answer {
    { request in
        let page = Int(parameter("page", request) ?? "") ?? base
        let from = (page - base) * size + 1
        let ids = from > count || from < 1 ? [] : Array(from...min(count, from + size - 1))
        if ids.isEmpty, let pastEnd { return pastEnd }
        return .json("{\"results\":\(records(ids))\(total ? ",\"total\":\(count)" : "")}")
    }
}

/// Records 1…count by offset; the server gives at most `cap` at once.
private func offsets(_ count: Int, cap: Int = .max, total: Bool = false) -> (String) -> Answer {
    { request in
        let offset = Int(parameter("offset", request) ?? "0") ?? 0
        let limit = min(cap, Int(parameter("limit", request) ?? "10") ?? 10)
        let ids = offset >= count ? [] : Array(offset + 1...min(count, offset + limit))
        return .json("{\"results\":\(records(ids))\(total ? ",\"total\":\(count)" : "")}")
    }
}

private func pages(_ p: PageNumberPaginator = .init(basePage: 1)) -> Paginator { .pageNumber(p) }

@Suite struct PageNumberWalkTests {
    @Test("Page numbers go on from their base to an empty page", arguments: [0, 1])
    func base(_ base: Int) throws {
        let walked = try walk(resource(pages(.init(basePage: base))), numbered(20, size: 10, base: base))
        #expect(walked.requests == (base...base + 2).map { "page=\($0)" } + ["page=\(base)"])
        #expect(walked.end == .ended(.emptyPage))
        #expect(walked.ids.count == 20)
    }

    @Test("A short page is confirmed by one more request")
    func short() throws {
        let walked = try walk(resource(pages()), numbered(13, size: 10, base: 1))
        #expect(walked.requests == ["page=1", "page=2", "page=3", "page=1"])
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    @Test("A short page with more behind it does not end")
    func shortInTheMiddle() throws {
        let sizes = [3, 1, 3]
        let walked = try walk(resource(pages())) { request in
            let page = Int(parameter("page", request) ?? "1") ?? 1
            return .json(page > 3 ? "[]" : records((0..<sizes[page - 1]).map { page * 10 + $0 }))
        }
        #expect(walked.ids.count == 7)
        #expect(walked.end == .ended(.emptyPage))
    }

    @Test("A declared number of pages ends the walk; a missing one raises nothing")
    func declaredTotal() throws {
        let paginator = pages(.init(basePage: 1, totalPath: Selector(keys: ["pages"])))
        let walked = try walk(resource(paginator)) { request in
            .json("{\"results\":\(records([Int(parameter("page", request) ?? "") ?? 0])),\"pages\":2}")
        }
        #expect(walked.requests == ["page=1", "page=2", "page=1"])
        #expect(walked.end == .ended(.lastPageStated))
        #expect(try walk(resource(paginator), numbered(20, size: 10, base: 1)).end == .ended(.emptyPage))
    }

    @Test("The last full page for ever is a failure, the last short page for ever an end")
    func lastPageForEver() throws {
        func clamped(_ count: Int, total: Bool = false) throws -> Walked {
            try walk(resource(pages())) { request in
                let page = min(Int(parameter("page", request) ?? "") ?? 1, (count + 9) / 10)
                return numbered(count, size: 10, base: 1, total: total)("page=\(page)")
            }
        }
        #expect(try clamped(20).end == .failed(.repeatedPage(page: 3, of: 2, hasKey: true)))
        #expect(try clamped(17).end == .ended(.shortPageConfirmed))
        let stated = try clamped(20, total: true)
        #expect(stated.end == .ended(.total))
        #expect(stated.ids.count == 20 && stated.dropped == 20)
    }

    @Test("A short page followed by an earlier page than itself proves no end")
    func backToTheStart() throws {
        let walked = try walk(resource(pages())) { request in
            .json([records(1...10), records(11...14), records(1...10)][(Int(parameter("page", request) ?? "") ?? 1) - 1])
        }
        #expect(walked.end == .failed(.repeatedPage(page: 3, of: 1, hasKey: true)))
    }

    @Test("An ignored page parameter is a failure")
    func ignored() throws {
        let walked = try walk(resource(pages())) { _ in .json(records(1...7)) }
        #expect(walked.end == .failed(.repeatedPage(page: 2, of: 1, hasKey: true)))
        #expect(walked.ids.count == 7)
    }

    @Test("A page past the end that is refused ends only what is proven", arguments: [
        (13, false, WalkEnd.ended(.shortPageConfirmed)), (20, false, .partial(.refused(status: 404, page: 3))), (20, true, .ended(.total)),
    ])
    func refusedPastTheEnd(_ count: Int, _ total: Bool, _ end: WalkEnd) throws {
        #expect(try walk(resource(pages()), numbered(count, size: 10, base: 1, total: total, pastEnd: .status(404))).end == end)
    }

    @Test("maximum_page is a bound, not an end")
    func maximum() throws {
        let walked = try walk(resource(pages(.init(basePage: 1, maximumPage: 2))), numbered(50, size: 10, base: 1))
        #expect(walked.end == .partial(.maximumPage(2)))
        #expect(walked.ids.count == 20)
    }
}

@Suite struct OffsetWalkTests {
    private let ten = Paginator.offset(OffsetPaginator(limit: 10))

    @Test("A server that caps the limit loses nothing: the offset advances by what came", arguments: [1, 3, 5, 10])
    func caps(_ cap: Int) throws {
        let walked = try walk(resource(ten), offsets(23, cap: cap, total: true))
        #expect(walked.ids == (1...23).map(String.init))
        #expect(walked.verdict.outcome == .complete)
        #expect(walked.requests.prefix(2) == ["offset=0&limit=10", "offset=\(max(1, cap - 1))&limit=10"])
    }

    @Test("A declared total that is reached ends the walk without a further request")
    func declaredTotal() throws {
        let paginator = Paginator.offset(OffsetPaginator(limit: 10, totalPath: Selector(keys: ["total"])))
        let walked = try walk(resource(paginator), offsets(20, total: true))
        #expect(walked.requests == ["offset=0&limit=10", "offset=9&limit=10", "offset=18&limit=10"])
        #expect(walked.end == .ended(.total))
    }

    @Test("A total that never comes is told")
    func totalMismatch() throws {
        let walked = try walk(resource(ten)) { request in
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            return .json("{\"results\":\(records((1...20).dropFirst(offset).prefix(10))),\"total\":30}")
        }
        #expect(walked.verdict.doubts == [.totalMismatch(distinct: 20, smallest: 30, largest: 30)])
        #expect(walked.verdict.evidence == .shortPageConfirmed)
        #expect(walked.verdict.outcome == .partial)
    }

    @Test("A \"total\" that is the length of each page is no total")
    func pageLengths() throws {
        let walked = try walk(resource(ten)) { request in
            let offset = Int(parameter("offset", request) ?? "") ?? 0
            let ids = Array((1...23).dropFirst(offset).prefix(10))
            return .json("{\"results\":\(records(ids)),\"total\":\(ids.count)}")
        }
        #expect(walked.ids.count == 23)
        #expect(walked.walk.totals == nil)
        #expect(walked.verdict.outcome == .complete)
    }

    @Test("An ignored offset is a failure")
    func ignored() throws {
        #expect(try walk(resource(ten)) { _ in .json(records(1...4)) }.end == .failed(.repeatedPage(page: 2, of: 1, hasKey: true)))
    }

    @Test("maximum_offset is a bound")
    func maximum() throws {
        let walked = try walk(resource(.offset(OffsetPaginator(limit: 10, maximumOffset: 20))), offsets(100))
        #expect(walked.end == .partial(.maximumOffset(20)))
    }

    @Test("A number past all counting states nothing, and ends no walk", arguments: [
        Paginator.auto, .pageNumber(PageNumberPaginator(basePage: 1, totalPath: Selector(keys: ["total_pages"]))),
        .pageNumber(PageNumberPaginator(basePage: 1)), .offset(OffsetPaginator(limit: 10, totalPath: Selector(keys: ["total"]))),
    ], ["9223372036854775807", "-9223372036854775808", "9007199254740993"])
    func hugeNumbers(_ paginator: Paginator, _ number: String) throws {
        let walked = try walk(resource(paginator)) { request in
            let offset = parameter("offset", request).flatMap { Int($0) } ?? ((parameter("page", request).flatMap { Int($0) } ?? 1) - 1) * 10
            return .json("{\"total\":\(number),\"total_pages\":\(number),\"data\":\(records(Array((1...25).dropFirst(max(0, offset)).prefix(10))))}")
        }
        #expect(Set(walked.ids).count == 25 && walked.verdict.outcome == .complete)
        #expect(walked.walk.ahead(8).count <= 8)
    }
}
