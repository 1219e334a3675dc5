import LakeModel

/// The sentences of this module's reasons: what happened, where, what was expected, which setting answers it. Text that
/// came from a server is escaped.

extension EndEvidence {
    package var sentence: String {
        switch self {
        case .total: "as many records came as the API states"
        case .cursorNull: "the last page's cursor is null"
        case .cursorEmpty: "the last page's cursor is empty"
        case .cursorAbsent: "the last page has no cursor"
        case .linkAbsent: "the last page has no next link"
        case .emptyPage: "the API answered with an empty page"
        case .shortPageConfirmed: "the last page is short, and behind it there is nothing"
        case .lastPageStated: "the API states that there is no further page"
        case .singlePageProbed: "the API ignores a page number, and its page is not full"
        case .declaredSingle: "the definition says that there is one page"
        case .singleObject: "the API answered with one object"
        case .allParents: "the requests for all parents ended"
        case .cursorPassed: "the records reached those of the load before, and row_order says that only older ones follow"
        case .overlapOnly: "asked again from its last record on, the API sends that record and nothing behind it"
        case .ignoredAsDeclared: "the API refused the first page, which endpoint.response_actions says to ignore"
        case .quarantineReplayed: "every record taken from the quarantine fits the definition now"
        }
    }
}

extension PartialReason {
    package var sentence: String {
        switch self {
        case .mayBeTruncated(let count, let limit):
            "\(counted(count, "record")) came on one page\(full(limit)), and no way to a second page was found, so there may be more. "
                + "If that is all, set endpoint.paginator to 'single_page'; if not, name the API's paginator there."
        case .signNotUnderstood(let sign, let count):
            "\(counted(count, "record")) came on one page, and '\(escaped(sign))' in the answer says that there is more, "
                + "but how to ask for it was not "
                + "found. Name the API's paginator in endpoint.paginator, or set it to 'single_page' if that is all."
        case .emptyButMoreStated:
            "an empty page came that says that there is more, and no way past it was found. Check endpoint.paginator, or name another one there."
        case .cursorNeverFound(let path, let keysSeen, let count):
            "no page has a cursor or link at '\(path)' (keys there: \(list(keysSeen))), "
                + "and nothing else says that the \(counted(count, "record")) that came are all. Correct the path in endpoint.paginator; "
                + "if there is one page, set it to 'single_page', or name the page size in endpoint.params."
        case .linkHeaderNeverFound(let relation, let count):
            "no page has a Link header with the relation '\(relation)', "
                + "and nothing else says that the \(counted(count, "record")) that came are all. "
                + "Name the API's paginator in endpoint.paginator; "
                + "if there is one page, set it to 'single_page', or name the page size in endpoint.params."
        case .refused(let status, let page):
            "page \(page) was refused with status \(status); the pages before it were kept. Expected a page, or the end on the page before. "
                + "If the API counts its pages otherwise, say so in endpoint.paginator."
        case .pageBound(let pages): "stopped after \(counted(pages, "page")), as the bound on pages asks; there was more to ask for."
        case .recordBound(let records): "stopped behind the page with record \(records), as the bound on records asks; there was more to ask for."
        case .byteBound(let bytes): "stopped behind \(counted(bytes, "byte")), as the bound on bytes asks; there was more to ask for."
        case .askedBound(let requests): "stopped after \(counted(requests, "request")), as the bound on requests asks; there was more to ask for."
        case .timeBound: "stopped when the time allowed was over; there was more to ask for."
        case .keptPagesEnd: "the pages that were kept end here; there was more to ask for."
        case .maximumPage(let page): "stopped at page \(page), as 'maximum_page' of endpoint.paginator asks; there may be more."
        case .maximumOffset(let offset): "stopped at offset \(offset), as 'maximum_offset' of endpoint.paginator asks; there may be more."
        case .stuckOnEmptyPage(let page):
            "page \(page) has no records, but carries the cursor or link that led to it. Expected a new one, or none at the end. "
                + "If an empty page is the end, set 'stop_after_empty_page' in endpoint.paginator."
        case .onlyEmptyPages(let count):
            "\(count) empty pages followed each other, each with a new cursor. "
                + "Set 'stop_after_empty_page' in endpoint.paginator if an empty page is the end."
        case .requestBound(let count): "stopped after \(count) requests, the bound on any walk. Raise the page size in endpoint.params."
        case .totalMismatch(let distinct, let smallest, let largest):
            "\(counted(distinct, "distinct record")) came, but the API states \(range(smallest, largest)). Run it again; if the stated number "
                + "counts something else, set endpoint.total_check to 'at_least' or 'ignore'."
        case .totalFell(let from, let to):
            "the API's total fell from \(from) to \(to) while its numbered pages were read, so records may have moved to pages already read. "
                + "Run it again, or set endpoint.total_check to 'ignore'."
        case .pagesFell(let from, let to):
            "the API's number of pages fell from \(from) to \(to) while they were read, so records may have moved to pages already read. "
                + "Run it again, or set endpoint.total_check to 'ignore'."
        case .pagesCannotBeTold:
            "the first page, asked for twice, came with different records, so a new page cannot be told from the same one again; "
                + "only the first was kept. "
                + "Declare a primary_key that tells records apart, or name the API's paginator in endpoint.paginator."
        case .errorBesideRecords(let message, let page):
            "page \(page): the API reports an error beside its records: \"\(escaped(message))\". "
                + "The records were kept, but some may be missing. Run it again."
        case .ignoredInside(let status, let page):
            "page \(page) was refused with status \(status), which endpoint.response_actions says to ignore; "
                + "the pages before it were kept, but the end "
                + "was not reached. Expected a page. Take the action away, or run it again."
        case .moreButNoCursor(let path, let page):
            "page \(page) says at '\(path)' that there is more, but has no cursor. Expected the cursor of the next page. Check cursor_path and "
                + "has_more_path in endpoint.paginator."
        case .moreStatedAtEnd(let page):
            "page \(page) says that there is more, but has no cursor or link to a next page. Expected one. "
                + "Check endpoint.paginator, and run it again."
        case .linkHeaderBroken(let relation, let page):
            "page \(page) has a Link header with '\(relation)' in it that cannot be read, so there may be more. Expected <URL>; rel=\"\(relation)\". "
                + "Name another paginator in endpoint.paginator if the API has one."
        case .recordsMoved(let page):
            "records moved while offsets were read: page \(page) does not begin where the page before it ended, "
                + "and that place was not found again, so "
                + "records may be missing. Run it again, or ask for a fixed order in endpoint.params."
        case .recordsVanished(let count, let page):
            "\(counted(count, "record")) of page \(page) \(count == 1 ? "was" : "were") gone when it was asked for again at the end, "
                + "so later records may "
                + "have moved to pages already read. Run it again; with a primary_key declared, all pages are read a second time."
        }
    }

    private func full(_ limit: Int?) -> String { limit.map { ", asked for \($0)" } ?? "" }
    private func range(_ a: Int, _ b: Int) -> String { a == b ? "\(a)" : "\(a) to \(b)" }
}

extension FailReason {
    package var sentence: String {
        switch self {
        case .unauthorized: "the API refused the secret (status 401). Expected a valid one for client.auth."
        case .refused(let status):
            "the first page was refused with status \(status). \(remedy(status))"
        case .redirected(let status): "the API redirects (status \(status)) where a page was expected. Check client.base_url and endpoint.path."
        case .unavailable(let status): "the API still answers with status \(status) after all retries. Try again later."
        case .loop(let page, let earlier):
            "paging goes in a circle: page \(page) carries the cursor or link of page \(earlier). Expected a new one, or none at the end. "
                + "Check the cursor's path and parameter in endpoint.paginator."
        case .repeatedPage(let page, let earlier, let hasKey):
            "page \(page) holds the records of page \(earlier) again. Expected new records, or an empty page at the end. "
                + "Check the parameters in endpoint.paginator"
                + (page == 2 && earlier == 1 ? "; if pages are numbered, the API may count them from 1 (base_page)" : "")
                + (hasKey ? "." : "; if equal pages are right, declare a primary_key that tells their records apart.")
        case .cursorNotText(let path, let page):
            "page \(page): expected a text, a number or null at '\(path)', found an object, a list or true. Correct the path in endpoint.paginator."
        case .pagingParameterIgnored(let tried):
            "the API says that there is more, but answers the parameter \(tried.map { "'\($0)'" }.joined(separator: ", ")) with its first page. "
                + "Name its paginator and parameter in endpoint.paginator."
        case .records(let fault, let page): "page \(page): \(fault.sentence)"
        case .declaredFault(let status, let content, let page):
            "page \(page): status \(status)\(content.map { " with '\(escaped($0))' in its body" } ?? "") is a fault by endpoint.response_actions."
        }
    }

    private func remedy(_ status: Int) -> String {
        switch status {
        case 400, 422: "Check endpoint.params and endpoint.paginator; many APIs count pages from 1 (base_page)."
        case 403: "Check what the secret may read."
        case 404, 410: "Nothing is at that address: check client.base_url and endpoint.path, which follow each other."
        case 405: "Check endpoint.method."
        default: "Check endpoint.path and what the secret may read."
        }
    }
}

extension RecordFault {
    package var sentence: String {
        switch self {
        case .selectorMissing(let selector, let place, let keysSeen):
            "nothing stands at '\(selector)'; the keys at '\(place)' are \(list(keysSeen)). Correct endpoint.data_selector."
        case .noList(let keysSeen):
            "no list of records was found; the keys at the top are \(list(keysSeen)). "
                + "Name it in endpoint.data_selector ('$' for the whole page as one record)."
        case .severalLists(let places):
            "several lists could be the records: \(list(places)). Name the right one in endpoint.data_selector."
        case .errorBody(let message):
            "the API reports an error with a status of success: \"\(escaped(message))\". Expected records."
        }
    }
}

private func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// At most twelve names, the server's text escaped.
private func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(12).map { escaped($0) }.joined(separator: ", ")
    return names.count > 12 ? shown + " and \(names.count - 12) more" : shown
}

/// Control characters as `\u{…}`, so that a server's text cannot steer a terminal.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
