/// How the pages of a resource follow each other, in dlt's vocabulary.
package enum Paginator: Hashable, Sendable {
    /// Found out from the responses.
    case auto
    case singlePage
    /// `cursor`, and `header_cursor`, whose cursor stands in a header field.
    case cursor(CursorPaginator)
    case pageNumber(PageNumberPaginator)
    case offset(OffsetPaginator)
    /// The body holds the URL of the next page.
    case jsonLink(nextURLPath: Selector)
    /// The `Link` header of RFC 8288 holds the URL of the next page under this relation.
    case headerLink(relation: String)
}

/// Where a request holds what asks for the next page.
package enum ParameterPlace: Hashable, Sendable, CustomStringConvertible {
    case query(String)
    /// Keys into the JSON body; what lacks on the way is made.
    case body(Selector)

    package var description: String {
        switch self {
        case .query(let name): name
        case .body(let path): "body " + path.description
        }
    }
}

package struct CursorPaginator: Hashable, Sendable {
    package enum Source: Hashable, Sendable, CustomStringConvertible {
        case body(Selector)
        /// A field of the response's head.
        case header(String)
        /// This field of the page's last record: the next page begins behind that record.
        case lastRecord(String)

        package var description: String {
            switch self {
            case .body(let path): path.description
            case .header(let name): "header " + name
            case .lastRecord(let field): "the last record's " + field
            }
        }
    }
    package var source: Source
    package var place: ParameterPlace
    package var stopAfterEmptyPage: Bool
    /// Where the response says whether there is more; nil: nowhere.
    package var hasMorePath: Selector?

    package init(source: Source, place: ParameterPlace, stopAfterEmptyPage: Bool = false, hasMorePath: Selector? = nil) {
        self.source = source
        self.place = place
        self.stopAfterEmptyPage = stopAfterEmptyPage
        self.hasMorePath = hasMorePath
    }

    package init(cursorPath: Selector, cursorParam: String = "cursor", stopAfterEmptyPage: Bool = false) {
        self.init(source: .body(cursorPath), place: .query(cursorParam), stopAfterEmptyPage: stopAfterEmptyPage)
    }
}

package struct PageNumberPaginator: Hashable, Sendable {
    /// The number that the API gives to the first of all pages.
    package var basePage: Int
    /// The page that is asked for first; `basePage` unless the definition starts later.
    package var firstPage: Int
    package var place: ParameterPlace
    /// Where the response states the number of pages; nil: nowhere.
    package var totalPath: Selector?
    /// No page past this one is asked for; reaching it is a bound, not an end.
    package var maximumPage: Int?
    /// Whether a page without records ends the walk. If not, a total, `hasMorePath` or a bound has to.
    package var stopAfterEmptyPage: Bool
    /// Where the response says whether there is more; nil: nowhere.
    package var hasMorePath: Selector?

    package init(
        basePage: Int = 0, firstPage: Int? = nil, place: ParameterPlace = .query("page"), totalPath: Selector? = nil,
        maximumPage: Int? = nil, stopAfterEmptyPage: Bool = true, hasMorePath: Selector? = nil
    ) {
        self.basePage = basePage
        self.firstPage = firstPage ?? basePage
        self.place = place
        self.totalPath = totalPath
        self.maximumPage = maximumPage
        self.stopAfterEmptyPage = stopAfterEmptyPage
        self.hasMorePath = hasMorePath
    }
}

package struct OffsetPaginator: Hashable, Sendable {
    package var limit: Int
    package var offset: Int
    package var limitPlace: ParameterPlace
    package var offsetPlace: ParameterPlace
    /// Where the response states the number of records; nil: nowhere.
    package var totalPath: Selector?
    /// No record past this offset is asked for; reaching it is a bound, not an end.
    package var maximumOffset: Int?
    package var stopAfterEmptyPage: Bool
    package var hasMorePath: Selector?
    /// Whether each page begins with the last record of the page before it, which shows records that moved meanwhile.
    package var overlaps: Bool

    package init(
        limit: Int, offset: Int = 0, limitPlace: ParameterPlace = .query("limit"), offsetPlace: ParameterPlace = .query("offset"),
        totalPath: Selector? = nil, maximumOffset: Int? = nil, stopAfterEmptyPage: Bool = true, hasMorePath: Selector? = nil,
        overlaps: Bool = true
    ) {
        self.limit = limit
        self.offset = offset
        self.limitPlace = limitPlace
        self.offsetPlace = offsetPlace
        self.totalPath = totalPath
        self.maximumOffset = maximumOffset
        self.stopAfterEmptyPage = stopAfterEmptyPage
        self.hasMorePath = hasMorePath
        self.overlaps = overlaps
    }
}
