import LakeSource

/// The sentences about what `auto` found out. Keys of the API are escaped; its cursors and links are never told.

extension DetectedBy {
    /// `data.next_cursor holds a text, asking with next_cursor brought new records`
    package var sentence: String { facts.map(\.sentence).joined(separator: ", ") }
}

extension DetectedBy.Fact {
    package var sentence: String {
        switch self {
        case .linkHeader(let relation): "a Link header has the relation '\(relation)'"
        case .linkHeaderWithoutNext: "a Link header names no next page"
        case .field(let path, let value): "\(escaped(path)) \(value.words)"
        case .sent(let parameter): "the definition sends \(parameter)"
        case .oneEntity: "the path names one entity, and one object came"
        case .answered(let parameter, let value?): "\(escaped(parameter))=\(value) brought new records"
        case .answered(let parameter, nil): "asking with \(escaped(parameter)) brought new records"
        case .overlapped(let parameter): "\(escaped(parameter)) counts records"
        case .ignored(let parameter): "asking with \(escaped(parameter)) brought nothing new"
        case .noRecords: "the first page has no records"
        }
    }
}

extension DetectedBy.Value {
    fileprivate var words: String {
        switch self {
        case .url: "holds a URL"
        case .text: "holds a text"
        case .numeral: "holds a number"
        case .null: "is null"
        case .empty: "is empty"
        case .number(let number): "is \(number)"
        case .flag(let flag): "is \(flag)"
        }
    }
}

extension FoundBy {
    package var sentence: String {
        switch self {
        case .wholePage: "the page is a list"
        case .oneEntity: "the path names one entity"
        case .ownName: "a list under the resource's name"
        case .usualName: "a list under a usual name"
        case .onlyList: "the only list"
        case .leastNested: "the least nested list"
        }
    }
}

extension DetectionChange {
    package var sentence: String {
        "the paging that was found out changed from \(words(before)) to \(words(now)), so rows may be missing or double. Check what the API answers, "
            + "and name its paginator in endpoint.paginator and the place of its records in endpoint.data_selector."
    }

    private func words(_ paging: DetectedPaging) -> String {
        let parts = [paging.paginator?.words, paging.selector.map { "records at \(escaped($0.description))" }].compactMap { $0 }
        return "'" + parts.joined(separator: "; ") + "'"
    }
}

extension Paginator {
    /// How the pages of a resource follow each other, in one line for records and tables:
    /// `auto: cursor, data.next_cursor in next_cursor; records at data.results`
    package func words(declared: Paginator, selector: Selector?) -> String {
        let found = declared == .auto && self != .auto ? "auto: " + words : words
        return found + (selector.map { "; records at " + escaped($0.description) } ?? "")
    }

    /// `cursor, data.next_cursor in next_cursor`
    fileprivate var words: String {
        switch self {
        case .auto: "auto"
        case .singlePage: "single_page"
        case .cursor(let p): "cursor, \(escaped(p.source.description)) in \(escaped(p.place.description))"
        case .pageNumber(let p): "page_number in \(escaped(p.place.description))"
        case .offset(let p): "offset in \(escaped(p.offsetPlace.description)), limit \(p.limit)"
        case .jsonLink(let path): "json_link at \(escaped(path.description))"
        case .headerLink(let relation): "header_link \(escaped(relation))"
        }
    }
}
