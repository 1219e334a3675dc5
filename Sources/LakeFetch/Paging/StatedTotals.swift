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

    package init(page: PageBytes, tape: Tape, records: PageRecords = .none) {
        self.init()
        for field in PagingField.all(in: page, tape: tape, records: records) { note(field, page, tape) }
    }

    static let recordNames: Set<String> = [
        "total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements", "totalhits", "totalsize", "totalrows", "found",
        "numfound",
        "itemcount", "@odata.count", "hydra:totalitems",
    ]
    static let pageNames: Set<String> = ["totalpages", "pagecount", "numpages", "lastpage", "pagestotal", "totalpagecount", "pages"]
    static let currentNames: Set<String> = ["currentpage", "page", "pagenumber", "pageindex"]
    static let moreNames: Set<String> = [
        "hasmore", "hasnext", "hasnextpage", "hasmorepages", "more", "hasmoreitems", "hasmoreresults", "hasmoredata", "moreitemsincollection",
        "istruncated",
    ]
    /// A flag that says the contrary: this is the last page.
    static let lastNames: Set<String> = ["islast", "islastpage", "last", "lastpage"]

    /// The outermost statement counts.
    private mutating func note(_ field: PagingField, _ page: PageBytes, _ tape: Tape) {
        let number = field.number(page, tape), flag = field.flag(tape)
        if Self.recordNames.contains(field.name) { records = records ?? number ?? exactValue(of: field, page, tape) }
        if Self.pageNames.contains(field.name) { pages = pages ?? number }
        if Self.currentNames.contains(field.name) { currentPage = currentPage ?? number }
        if Self.moreNames.contains(field.name) { hasMore = hasMore ?? flag }
        if Self.lastNames.contains(field.name) { hasMore = hasMore ?? flag.map { !$0 } }
    }

    /// `"total": {"value": 31, "relation": "eq"}`. A lower bound is no total.
    private func exactValue(of field: PagingField, _ page: PageBytes, _ tape: Tape) -> Int? {
        guard let value = tape.member("value", of: field.value, in: page) else { return nil }
        let relation = tape.member("relation", of: field.value, in: page).flatMap { tape.scalarText($0, in: page) }
        return (relation ?? "eq") == "eq" ? tape.scalarText(value, in: page).flatMap { PagingNumber.read($0) } : nil
    }
}

/// The totals of records that the pages of one walk stated.
package struct TotalRange: Hashable, Sendable {
    package var smallest: Int
    package var largest: Int
    package var latest: Int
    /// The last time that a page stated less than the page before it.
    package var fall: Fall?
    /// Set where all pages were read a second time, of which alone these totals are: the distinct records of that reading.
    package var distinctOfReading: Int?
    /// Whether it is a total at all: some page stated another number than that of its own records, or the definition
    /// says where the total stands.
    package var isTotal: Bool

    package struct Fall: Hashable, Sendable {
        package var from: Int
        package var to: Int
    }

    package init(_ total: Int, isTotal: Bool) {
        smallest = total
        largest = total
        latest = total
        self.isTotal = isTotal
    }

    package mutating func add(_ total: Int, isTotal: Bool) {
        if total < latest { fall = Fall(from: latest, to: total) }
        smallest = min(smallest, total)
        largest = max(largest, total)
        latest = total
        self.isTotal = self.isTotal || isTotal
    }
}
