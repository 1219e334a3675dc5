import LakeSource
import Testing

private func paginator(_ text: String) throws -> Paginator { try endpoint("{\"paginator\":\(text)}").paginator }

@Suite struct PaginatorDefinitionTests {
    static let readings: [(String, Paginator)] = [
        ("\"auto\"", .auto),
        ("{\"type\":\"single_page\"}", .singlePage),
        ("\"json_link\"", .jsonLink(nextURLPath: keys("next"))),
        ("{\"type\":\"json_response\",\"next_url_path\":\"links.next\"}", .jsonLink(nextURLPath: keys("links", "next"))),
        ("\"header_link\"", .headerLink(relation: "next")),
        ("{\"type\":\"header_link\",\"links_next_key\":\"more\"}", .headerLink(relation: "more")),
        ("\"header_cursor\"", .cursor(CursorPaginator(source: .header("next"), place: .query("cursor")))),
        ("{\"type\":\"header_cursor\",\"cursor_key\":\"X-Next\",\"cursor_param\":\"after\"}", .cursor(CursorPaginator(source: .header("X-Next"), place: .query("after")))),
        ("\"cursor\"", .cursor(CursorPaginator(cursorPath: keys("cursors", "next")))),
        ("{\"type\":\"cursor\",\"cursor_path\":\"n\",\"cursor_param\":\"c\",\"stop_after_empty_page\":true,\"has_more_path\":\"more\"}",
            .cursor(CursorPaginator(source: .body(keys("n")), place: .query("c"), stopAfterEmptyPage: true, hasMorePath: keys("more")))),
        ("{\"type\":\"cursor\",\"cursor_body_path\":\"variables.after\"}", .cursor(CursorPaginator(source: .body(keys("cursors", "next")), place: .body(keys("variables", "after"))))),
        ("\"page_number\"", .pageNumber(PageNumberPaginator())),
        ("{\"type\":\"page_number\",\"base_page\":1,\"page\":3,\"page_param\":\"p\",\"total_path\":\"t\",\"maximum_page\":9,\"stop_after_empty_page\":true,\"has_more_path\":\"m\"}",
            .pageNumber(PageNumberPaginator(basePage: 1, firstPage: 3, place: .query("p"), totalPath: keys("t"), maximumPage: 9, hasMorePath: keys("m")))),
        ("{\"type\":\"page_number\",\"page_body_path\":\"paging.page\",\"total_path\":null}", .pageNumber(PageNumberPaginator(place: .body(keys("paging", "page"))))),
        ("{\"type\":\"offset\",\"limit\":50}", .offset(OffsetPaginator(limit: 50))),
        ("{\"type\":\"offset\",\"limit\":5,\"offset\":7,\"offset_param\":\"o\",\"limit_param\":\"l\",\"total_path\":\"t\",\"maximum_offset\":70,\"has_more_path\":\"m\",\"overlap\":false}",
            .offset(OffsetPaginator(
                limit: 5, offset: 7, limitPlace: .query("l"), offsetPlace: .query("o"), totalPath: keys("t"), maximumOffset: 70, hasMorePath: keys("m"), overlaps: false))),
        ("{\"type\":\"offset\",\"limit\":5,\"offset_body_path\":\"from\",\"limit_body_path\":\"size\",\"overlap\":true}",
            .offset(OffsetPaginator(limit: 5, limitPlace: .body(keys("size")), offsetPlace: .body(keys("from"))))),
    ]

    @Test("Paginators have dlt's names, options and defaults", arguments: readings)
    func reads(_ text: String, _ expected: Paginator) throws { #expect(try paginator(text) == expected) }

    static let endless: [(String, Selector?)] = [
        ("\"total_path\":\"pages\"", keys("pages")), ("\"maximum_page\":3", nil), ("\"has_more_path\":\"more\",\"total_path\":null", nil),
        // dlt looks for `total` where the definition names none.
        ("\"base_page\":1", keys("total")),
    ]

    @Test("An empty page need not end a numbered walk where something else does", arguments: endless)
    func goesOn(_ options: String, _ total: Selector?) throws {
        guard case .pageNumber(let number) = try paginator("{\"type\":\"page_number\",\"stop_after_empty_page\":false,\(options)}") else { Issue.record("another kind"); return }
        #expect(!number.stopAfterEmptyPage && number.totalPath == total)
    }

    private static let kinds = "auto, single_page, cursor, page_number, offset, json_link, header_link, header_cursor"

    static let cases: [FaultCase] = [
        .paginator("an unknown kind", "\"curser\"", ": unknown name 'curser'. Did you mean 'cursor'? Known here: \(kinds)."),
        .paginator("no kind", "{\"limit\":1}", ": the key 'type' is missing; expected one of \(kinds)."),
        .paginator("a misspelt option", "{\"type\":\"cursor\",\"cursor_pth\":\"a\"}",
            ".cursor_pth: unknown key. Did you mean 'cursor_path'? Known here: type, cursor_path, cursor_param, cursor_body_path, stop_after_empty_page, has_more_path."),
        .paginator("options where there are none", "{\"type\":\"auto\",\"limit\":1}", ".limit: unknown key. Known here: type."),
        .paginator("offset without limit", "\"offset\"", ": the key 'limit' is missing; expected the number of records to ask for per page."),
        .paginator("a small number", "{\"type\":\"offset\",\"limit\":0}", ".limit: expected a whole number of at least 1, found '0'."),
        .paginator("a wrong type", "{\"type\":\"offset\",\"limit\":\"9\"}", ".limit: expected a whole number of at least 1, found a text."),
        .paginator("a page before the first", "{\"type\":\"page_number\",\"base_page\":1,\"page\":0}", ".page: expected a whole number of at least 1, found '0'."),
        .paginator("a cursor in two places", "{\"type\":\"cursor\",\"cursor_param\":\"a\",\"cursor_body_path\":\"b\"}", ".cursor_body_path: cannot be given together with 'cursor_param'; keep one of them."),
        .paginator("a page in two places", "{\"type\":\"page_number\",\"page_param\":\"a\",\"page_body_path\":\"b\"}", ".page_body_path: cannot be given together with 'page_param'; keep one of them."),
        .paginator("both in two places", "{\"type\":\"offset\",\"limit\":1,\"offset_param\":\"a\",\"offset_body_path\":\"b\",\"limit_param\":\"c\",\"limit_body_path\":\"d\"}",
            ".limit_body_path: cannot be given together with 'limit_param'; keep one of them.", ".offset_body_path: cannot be given together with 'offset_param'; keep one of them."),
        .paginator("no keys of a body", "{\"type\":\"cursor\",\"cursor_body_path\":\"a[0]\"}", ".cursor_body_path: expected keys into the JSON body, such as variables.page, found 'a[0]'."),
        .paginator("the body itself", "{\"type\":\"page_number\",\"page_body_path\":\"$\"}", ".page_body_path: expected keys into the JSON body, such as variables.page, found '$'."),
        .paginator("pages without end", "{\"type\":\"page_number\",\"stop_after_empty_page\":false,\"total_path\":null}",
            ".stop_after_empty_page: nothing would end this walk: an empty page does not, so it needs one of total_path, has_more_path, maximum_page, stop_after_empty_page: true."),
        .paginator("offsets without end", "{\"type\":\"offset\",\"limit\":1,\"stop_after_empty_page\":false,\"total_path\":null,\"has_more_path\":null}",
            ".stop_after_empty_page: nothing would end this walk: an empty page does not, so it needs one of total_path, has_more_path, maximum_offset, stop_after_empty_page: true."),
        .paginator("a header that is none", "{\"type\":\"header_cursor\",\"cursor_key\":\"a b\"}", ".cursor_key: expected a header name of letters, digits and '-'."),
        .paginator("a path to many", "{\"type\":\"json_link\",\"next_url_path\":\"l[*].u\"}", ".next_url_path: the selector 'l[*].u' can match many values; expected one value."),
        .endpoint("a page in a form", "{\"method\":\"POST\",\"data\":{\"a\":1},\"paginator\":{\"type\":\"page_number\",\"page_body_path\":\"p\"}}",
            ".data: cannot be given together with a paginator that writes into the JSON body; keep one of them."),
        .endpoint("a page in a list", "{\"method\":\"POST\",\"json\":[1],\"paginator\":{\"type\":\"page_number\",\"page_body_path\":\"p\"}}",
            ".json: expected an object, for the paginator writes into it, found a list."),
    ]

    @Test("Every fault of a paginator is told", arguments: cases)
    func faults(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }

    @Test("A paginator that writes into the body needs none beforehand, and may go with GET")
    func bodies() throws {
        let page = "\"paginator\":{\"type\":\"page_number\",\"page_body_path\":\"p\"}"
        #expect(try endpoint("{\(page)}").request.body == nil)
        #expect(try endpoint("{\"method\":\"POST\",\"json\":{\"q\":1},\(page)}").request == RequestTemplate(method: .post, path: Template("r"), body: .json(.object([.init("q", .scalar(1))]))))
    }
}
