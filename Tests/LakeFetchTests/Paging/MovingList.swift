import LakeFetch
import LakeSource

/// A pretended API over a list that may change before any of its answers.
final class MovingList {
    var ids: [Int]
    let size: Int
    var statesTotal = false
    /// Rounds offsets down to whole pages.
    var rounds = false
    private(set) var asked = 0
    /// What happens before the answer with this number, counted from 1.
    var changes: [Int: (inout [Int]) -> Void] = [:]
    var beforeEach: ((inout [Int]) -> Void)?

    init(_ ids: ClosedRange<Int>, size: Int) {
        self.ids = Array(ids)
        self.size = size
    }

    func answer(_ request: String) -> Answer {
        asked += 1
        changes[asked]?(&ids)
        if asked > 1 { beforeEach?(&ids) }
        var offset = parameter("page", request).flatMap { Int($0) }.map { ($0 - 1) * size }
            ?? parameter("offset", request).flatMap { Int($0) } ?? 0
        if rounds { offset -= offset % size }
        let page = ids.dropFirst(offset).prefix(size)
        return .json("{\"results\":\(records(page))\(statesTotal ? ",\"total\":\(ids.count)" : "")}")
    }
}

let overlapping = Paginator.offset(OffsetPaginator(limit: 10))
let plainOffset = Paginator.offset(OffsetPaginator(limit: 10, overlaps: false))
let pageNumber = Paginator.pageNumber(PageNumberPaginator(basePage: 1))
