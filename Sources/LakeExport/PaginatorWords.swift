import LakeSource

/// How the pages of a resource follow each other, in one line for records and tables.
package enum PaginatorWords {
    /// `auto: cursor, data.next_cursor in next_cursor; records at data.results`
    package static func describe(_ used: Paginator, declared: Paginator, selector: Selector?) -> String {
        let kind = kind(used)
        let found = declared == .auto && used != .auto ? "auto: " + kind : kind
        return found + (selector.map { "; records at \($0)" } ?? "")
    }

    private static func kind(_ paginator: Paginator) -> String {
        switch paginator {
        case .auto: "auto"
        case .singlePage: "single_page"
        case .cursor(let p): "cursor, \(p.source) in \(p.place)"
        case .pageNumber(let p): "page_number in \(p.place)"
        case .offset(let p): "offset in \(p.offsetPlace), limit \(p.limit)"
        case .jsonLink(let path): "json_link at \(path)"
        case .headerLink(let relation): "header_link \(relation)"
        }
    }
}
