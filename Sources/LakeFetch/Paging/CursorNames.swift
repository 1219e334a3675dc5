/// Under which parameters a cursor of a certain name is usually sent back, the likeliest first.
enum CursorNames {
    /// For a key that says that it is the next page's; nil for one that is no cursor.
    /// - Parameters:
    ///   - count: how many records came on the page: a number that is that is an offset, not a page.
    ///   - isInPlace: whether it stands where paging is described; elsewhere `next` could be the next of anything.
    static func params(forNext name: String, value: String, count: Int, isInPlace: Bool) -> [String]? {
        let usual = ["cursor", "page_token", "pageToken", "starting_after", "after"]
        switch foldedName(name) {
        case "nextcursor", "nextpagecursor": return merged([name.contains("_") ? name : "cursor", "cursor", name], usual)
        case "nextpagetoken": return name.contains("_") ? ["page_token", name, "pageToken", "cursor"] : ["pageToken", name, "page_token", "cursor"]
        case "nexttoken": return ["cursor", name, "pagination_token", "page_token"]
        case "nextcontinuationtoken": return ["continuation_token", "continuationToken", "continuation-token", name]
        case "nextmarker": return ["marker", name]
        case "nextafter": return ["after", "cursor"]
        case "nextoffset": return ["offset", name]
        case "nextstart": return ["start", name]
        case "nextskip": return ["skip", name]
        case "nextindex": return ["startIndex", "start_index", name]
        case "nextpage": return Int(value) == nil ? ["page", name, "cursor", "page_token"] : ["page"]
        case "next" where isInPlace: return paramsOfNext(name, Int(value), count)
        default: return nil
        }
    }

    /// A number is sent as a page's only where it can be no offset: page 10 behind ten records would leave out nine pages.
    private static func paramsOfNext(_ name: String, _ number: Int?, _ count: Int) -> [String] {
        guard let number else { return ["cursor", name, "after", "page_token"] }
        let isPage = (1...2).contains(number) && number != count
        return ["cursor", name] + (isPage ? ["page"] : number == count ? ["offset"] : [])
    }

    /// For a key that may be the place of the next page, or only that of this one; nil for any other.
    static func params(forMaybe name: String, value: String) -> [String]? {
        switch foldedName(name) {
        case "endcursor": ["after", "cursor"]
        case "after": ["after", "cursor"]
        case "cursor": ["cursor", "after", "next_cursor"]
        case "pagetoken": merged([name], ["page_token", "pageToken"])
        case "continuationtoken": merged([name], ["continuation_token", "continuationToken", "cursor"])
        case "continuation", "marker", "bookmark": [name]
        // An offset that is no number is a cursor; a number in quotes could count anything.
        case "offset": Int(value) == nil ? [name] : nil
        // Never the rest of the name: `next_id` sent as `id` would ask for one record.
        case let folded where folded.hasPrefix("next"): ["cursor", name]
        default: nil
        }
    }

    /// Whether a cursor sent under this parameter is what the API means by its key, if it understands it at all. Another
    /// parameter that was guessed could be a filter: an empty page then says nothing about the end.
    static func isMeant(_ param: String, by key: String) -> Bool {
        let param = foldedName(param), key = foldedName(key)
        return param == "cursor" || param == key || "next" + param == key || (param == "after" && key == "endcursor")
    }

    private static func merged(_ first: [String], _ others: [String]) -> [String] {
        (first + others).reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }
}
