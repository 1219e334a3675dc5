import LakeJSON
import LakeModel
import LakeSource

/// What a page says about the whole, outside its records, under the names that are usual for it.
package struct StatedTotals: Hashable, Sendable {
    /// Number of records.
    package var records: Int?
    /// Number of pages.
    package var pages: Int?
    /// The number of this page.
    package var currentPage: Int?
    package var hasMore: Bool?

    package init(records: Int? = nil, pages: Int? = nil, currentPage: Int? = nil, hasMore: Bool? = nil) {
        self.records = records
        self.pages = pages
        self.currentPage = currentPage
        self.hasMore = hasMore
    }

    package init(page: PageBytes, tape: Tape) {
        self.init()
        read(0, page, tape, depth: 0)
    }

    /// Objects that describe paging, folded; `data` may hold them too.
    private static let places: Set<String> = ["data", "pageinfo", "pagination", "paging", "meta", "metadata", "page", "result"]

    /// Whether an object under this name usually tells about paging.
    static func describesPaging(_ name: String) -> Bool { places.contains(foldedName(name)) }

    private mutating func read(_ object: Int, _ page: PageBytes, _ tape: Tape, depth: Int) {
        var inside: [Int] = []
        tape.forEachMember(of: object, in: page) { name, value in
            let name = name.lowercased().filter { $0 != "_" && $0 != "-" }
            if tape[value].kind == .object {
                if Self.places.contains(name) { inside.append(value) }
            } else {
                note(name, value, page, tape)
            }
        }
        guard depth < 2 else { return }
        for object in inside { read(object, page, tape, depth: depth + 1) }
    }

    /// The outermost statement counts.
    private mutating func note(_ name: String, _ value: Int, _ page: PageBytes, _ tape: Tape) {
        let number = tape.scalarText(value, in: page).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        let flag: Bool? = tape[value].kind == .true ? true : tape[value].kind == .false ? false : nil
        switch name {
        case "total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements", "totalhits", "totalsize", "totalrows", "found", "itemcount",
             "@odata.count":
            records = records ?? number
        case "totalpages", "pagecount", "numpages", "lastpage", "pagestotal", "totalpagecount", "pages":
            pages = pages ?? number
        case "currentpage", "page", "pagenumber", "pageindex": currentPage = currentPage ?? number
        case "hasmore", "hasnext", "hasnextpage", "hasmorepages", "more": hasMore = hasMore ?? flag
        case "islast", "islastpage": hasMore = hasMore ?? flag.map { !$0 }
        default: break
        }
    }
}

/// The totals of records that the pages of one walk stated.
package struct TotalRange: Hashable, Sendable {
    package var smallest: Int
    package var largest: Int
    package var latest: Int
    /// A page stated less than the page before it.
    package var fell = false
    /// Whether it is a total at all: some page stated another number than that of its own records, or the definition
    /// says where the total stands.
    package var isTotal: Bool

    package init(_ total: Int, isTotal: Bool) {
        smallest = total
        largest = total
        latest = total
        self.isTotal = isTotal
    }

    package mutating func add(_ total: Int, isTotal: Bool) {
        if total < latest { fell = true }
        smallest = min(smallest, total)
        largest = max(largest, total)
        latest = total
        self.isTotal = self.isTotal || isTotal
    }
}
