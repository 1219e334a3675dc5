import LakeFetch
import LakeModel
import LakeSource
import Testing

/// What `auto` makes of the first page alone, one envelope a row.
@Suite struct EnvelopeTableTests {
    struct Envelope: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// `#` stands for ten records.
        var body: String
        var link: String?
        /// Where the records are found, or the fault's sentence.
        var place: String
        /// What is asked for next, or how it ends.
        var step: String
        var why: String?

        init(_ name: String, _ body: String, link: String? = nil, _ place: String, _ step: String, _ why: String? = nil) {
            testDescription = name
            self.body = body
            self.link = link
            self.place = place
            self.step = step
            self.why = why
        }
    }

    static let lists: [Envelope] = [
        Envelope("a list", "#", "$", "probe page=1"),
        Envelope("a list with a Link header", "#", link: "<https://a/2>; rel=\"next\"", "$", "→https://a/2", "a Link header has the relation 'next'"),
        Envelope("a list with a Link header of the only page", "#", link: "<https://a/1>; rel=\"last\"", "$", "linkAbsent", "a Link header names no next page"),
        Envelope("data alone", "{\"data\":#}", "data", "probe page=1"),
        Envelope("a list under the resource's name", "{\"status\":\"ok\",\"things\":#}", "things", "probe page=1"),
        Envelope("the only list, below an unusual key", "{\"envelope\":{\"tickets\":#}}", "envelope.tickets", "probe page=1"),
        Envelope("an empty list", "{\"data\":[]}", "data", "emptyPage", "the first page has no records"),
        Envelope("null for records", "{\"data\":null}", "-", "emptyPage", "the first page has no records"),
    ]

    static let links: [Envelope] = [
        Envelope("results and next", "{\"count\":25,\"next\":\"https://a/2\",\"previous\":null,\"results\":#}", "results", "→https://a/2", "next holds a URL"),
        Envelope("pagination.next", "{\"items\":#,\"pagination\":{\"next\":\"https://a/2\",\"previous\":null}}", "items", "→https://a/2", "pagination.next holds a URL"),
        Envelope("a relative next", "{\"items\":#,\"next\":\"/things?page=2\"}", "items", "→/things?page=2", "next holds a URL"),
        Envelope("a query alone", "{\"items\":#,\"next\":\"?page=2\"}", "items", "→?page=2", "next holds a URL"),
        Envelope("HAL", "{\"_embedded\":{\"items\":#},\"_links\":{\"self\":{\"href\":\"/1\"},\"next\":{\"href\":\"/2\"}}}", "_embedded.items", "→/2", "_links.next.href holds a URL"),
        Envelope("HAL on its last page", "{\"_embedded\":{\"items\":#},\"_links\":{\"next\":null}}", "_embedded.items", "cursorNull", "_links.next is null"),
        Envelope("JSON:API", "{\"data\":#,\"included\":[{\"id\":1}],\"links\":{\"next\":\"https://a/2\"}}", "data", "→https://a/2", "links.next holds a URL"),
        Envelope("OData", "{\"@odata.context\":\"x\",\"value\":#,\"@odata.nextLink\":\"https://a/2\"}", "value", "→https://a/2", "['@odata.nextLink'] holds a URL"),
        Envelope("Salesforce", "{\"totalSize\":25,\"done\":false,\"nextRecordsUrl\":\"/query/2\",\"records\":#}", "records", "→/query/2", "nextRecordsUrl holds a URL"),
        Envelope("next_results", "{\"statuses\":#,\"search_metadata\":{\"count\":10},\"meta\":{\"next_results\":\"?max_id=7\"}}", "statuses", "→?max_id=7", "meta.next_results holds a URL"),
        Envelope("next.url", "{\"entries\":#,\"next\":{\"url\":\"https://a/2\"}}", "entries", "→https://a/2", "next.url holds a URL"),
        Envelope("paging.next.link", "{\"results\":#,\"paging\":{\"next\":{\"after\":\"x\",\"link\":\"https://a/2\"}}}", "results", "→https://a/2", "paging.next.link holds a URL"),
        Envelope("Laravel", "{\"current_page\":1,\"data\":#,\"from\":1,\"to\":10,\"total\":25,\"per_page\":10,\"last_page\":3,\"next_page_url\":\"https://a/2\",\"links\":[{\"url\":null}]}",
                 "data", "→https://a/2", "next_page_url holds a URL"),
    ]

    static let cursors: [Envelope] = [
        Envelope("meta.next_cursor", "{\"data\":#,\"meta\":{\"next_cursor\":\"x\"}}", "data", "probe next_cursor=x", "meta.next_cursor holds a text"),
        Envelope("thena A", "{\"data\":{\"results\":#,\"next_cursor\":\"x\"},\"message\":null}", "data.results", "probe next_cursor=x", "data.next_cursor holds a text"),
        Envelope("thena A on its last page", "{\"data\":{\"results\":#,\"next_cursor\":\"\"}}", "data.results", "cursorEmpty", "data.next_cursor is empty"),
        Envelope("thena A'", "{\"data\":{\"results\":#},\"next_cursor\":\"x\",\"message\":null}", "data.results", "probe next_cursor=x", "next_cursor holds a text"),
        Envelope("thena A' on its last page", "{\"data\":{\"results\":#},\"next_cursor\":null}", "data.results", "cursorNull", "next_cursor is null"),
        Envelope("nextPage null", "{\"data\":#,\"nextPage\":null}", "data", "cursorNull", "nextPage is null"),
        Envelope("nextPage 2", "{\"data\":#,\"nextPage\":2}", "data", "probe page=2", "nextPage holds a number"),
        Envelope("nextPageToken", "{\"files\":#,\"nextPageToken\":\"x\"}", "files", "probe pageToken=x", "nextPageToken holds a text"),
        Envelope("paging.cursors.after", "{\"data\":#,\"paging\":{\"cursors\":{\"before\":\"w\",\"after\":\"x\"}}}", "data", "probe after=x", "paging.cursors.after holds a text"),
        Envelope("paging.next.after", "{\"results\":#,\"paging\":{\"next\":{\"after\":\"x\"}}}", "results", "probe after=x", "paging.next.after holds a text"),
        Envelope("Relay", "{\"data\":{\"users\":{\"nodes\":#,\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"x\"}}}}", "data.users.nodes", "probe after=x",
                 "data.users.pageInfo.endCursor holds a text, data.users.pageInfo.hasNextPage is true"),
        Envelope("Relay with edges beside nodes", "{\"data\":{\"users\":{\"edges\":#,\"nodes\":#,\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":\"x\"}}}}", "data.users.nodes",
                 "lastPageStated", "data.users.pageInfo.hasNextPage is false"),
        Envelope("response_metadata", "{\"ok\":true,\"members\":#,\"response_metadata\":{\"next_cursor\":\"x\"}}", "members", "probe next_cursor=x", "response_metadata.next_cursor holds a text"),
        Envelope("a text as offset", "{\"records\":#,\"offset\":\"itrX/recY\"}", "records", "probe offset=itrX/recY", "offset holds a text"),
        Envelope("next_start", "{\"data\":#,\"additional_data\":{\"pagination\":{\"start\":0,\"limit\":10,\"more_items_in_collection\":true,\"next_start\":10}}}", "data", "probe start=10",
                 "additional_data.pagination.next_start holds a number, additional_data.pagination.more_items_in_collection is true"),
    ]

    static let numbers: [Envelope] = [
        Envelope("thena B", "{\"status\":\"success\",\"data\":{\"requests\":#,\"page_info\":{\"current_page\":1,\"total_pages\":4}}}", "data.requests", "page=2",
                 "data.page_info.total_pages is 4, data.page_info.current_page is 1"),
        Envelope("thena B on its last page", "{\"data\":{\"requests\":#,\"page_info\":{\"current_page\":1,\"total_pages\":1}}}", "data.requests", "lastPageStated",
                 "data.page_info.total_pages is 1, data.page_info.current_page is 1"),
        Envelope("totalPages without a number", "{\"content\":#,\"totalPages\":3,\"last\":false}", "content", "probe page=1", "totalPages is 3, last is false"),
        Envelope("pages counted from 0", "{\"items\":#,\"page\":0,\"pages\":3}", "items", "page=1", "pages is 3, page is 0"),
        Envelope("hasMore in pagination", "{\"items\":#,\"pagination\":{\"page\":1,\"hasMore\":true}}", "items", "page=2", "pagination.hasMore is true, pagination.page is 1"),
        Envelope("hasMore false", "{\"items\":#,\"pagination\":{\"hasMore\":false}}", "items", "lastPageStated", "pagination.hasMore is false"),
        Envelope("has_more beside ids alone", "{\"object\":\"list\",\"url\":\"/v1/things\",\"has_more\":true,\"data\":#}", "data", "probe page=1", "has_more is true"),
        Envelope("IsTruncated", "{\"Items\":#,\"IsTruncated\":true}", "Items", "probe page=1", "IsTruncated is true"),
    ]

    static let offsets: [Envelope] = [
        Envelope("offset, limit, total", "{\"data\":#,\"offset\":0,\"limit\":10,\"total\":25}", "data", "probe offset=9&limit=10", "offset is 0, total is 25"),
        Envelope("offset in meta", "{\"data\":#,\"meta\":{\"offset\":0,\"limit\":10,\"total_count\":25}}", "data", "probe offset=9&limit=10", "meta.offset is 0, meta.total_count is 25"),
        Envelope("startAt", "{\"issues\":#,\"startAt\":0,\"maxResults\":10,\"total\":25}", "issues", "probe startAt=9&maxResults=10", "startAt is 0, total is 25"),
        Envelope("Solr", "{\"responseHeader\":{\"params\":[{}]},\"response\":{\"numFound\":25,\"start\":0,\"docs\":#},\"facet_counts\":{\"x\":[{}]}}", "response.docs",
                 "probe start=9&rows=10", "response.start is 0, response.numFound is 25"),
        Envelope("SCIM", "{\"totalResults\":25,\"startIndex\":1,\"itemsPerPage\":10,\"Resources\":#}", "Resources", "probe startIndex=10&itemsPerPage=10",
                 "startIndex is 1, totalResults is 25"),
        Envelope("skip and has_more", "{\"items\":#,\"skip\":0,\"take\":10,\"has_more\":true}", "items", "probe skip=9&take=10", "skip is 0, has_more is true"),
        Envelope("a short page that is all", "{\"items\":#,\"offset\":0,\"limit\":50,\"total\":10}", "items", "total", "offset is 0, total is 10"),
        Envelope("a total of the page alone", "{\"items\":#,\"offset\":0,\"limit\":10,\"total\":10}", "items", "probe offset=9&limit=10", "offset is 0, total is 10"),
    ]

    static let beside: [Envelope] = [
        Envelope("hits in hits", "{\"took\":3,\"hits\":{\"total\":{\"value\":25,\"relation\":\"eq\"},\"hits\":#},\"aggregations\":{\"a\":{\"buckets\":[{}]}}}", "hits.hits", "probe page=1"),
        Envelope("facets beside", "{\"facets\":[{}],\"tickets\":#}", "tickets", "probe page=1"),
        Envelope("errors beside", "{\"errors\":[],\"tickets\":#}", "tickets", "probe page=1"),
        Envelope("lists in meta and links beside", "{\"meta\":{\"items\":[{}]},\"links\":[{}],\"payload\":#}", "payload", "probe page=1"),
        Envelope("records whose own lists look like an envelope", "{\"workflows\":[{\"id\":1,\"data\":{\"results\":[{},{}],\"next_cursor\":\"x\"},\"has_more\":true,\"next\":\"https://a/2\"}]}",
                 "workflows", "probe page=1"),
        Envelope("a workflow with a next step", "{\"items\":#,\"workflow\":{\"next\":\"approve\",\"page\":3,\"total\":99}}", "items", "probe page=1"),
        Envelope("two lists", "{\"tickets\":#,\"people\":#}", "several lists could be the records: tickets, people. Name the right one in endpoint.data_selector.", ""),
        Envelope("two lists, one of them empty", "{\"tickets\":[],\"people\":#}", "several lists could be the records: people, tickets. Name the right one in endpoint.data_selector.", ""),
        Envelope("two lists under generic names, deep", "{\"a\":{\"left\":#,\"right\":#}}",
                 "several lists could be the records: a.left, a.right. Name the right one in endpoint.data_selector.", ""),
        Envelope("facets alone", "{\"facets\":[{\"id\":1}],\"took\":3}",
                 "no list of records was found; the keys at the top are facets, took. Name it in endpoint.data_selector ('$' for the whole page as one record).", ""),
    ]

    @Test("auto reads the records and the way to the next page from the first page", arguments: lists + links + cursors + numbers + offsets + beside)
    func reads(_ envelope: Envelope) throws {
        let resource = try resource()
        var finder = RecordFinder(resource: resource)
        var walk = PageWalk(resource: resource, firstURL: "https://a/1")
        let answer = Answer(link: envelope.link, body: envelope.body.replacing("#", with: records(1...10)))
        do {
            let facts = try facts(answer, resource, &finder)
            #expect(finder.detected?.description ?? "-" == envelope.place)
            #expect(shown(walk.accept(facts).step) == envelope.step)
            #expect(walk.state.detectedWhy?.sentence == envelope.why)
        } catch let fault as RecordFault {
            #expect(fault.sentence == envelope.place)
        }
    }

    @Test("A list under the resource's own name is found even where such lists stand beside the records", arguments: ["links", "errors", "facets", "included"])
    func ownName(_ name: String) throws {
        var finder = RecordFinder(resource: try resource(path: "v1/" + name, name: name))
        let page = PageBytes("{\"\(name)\":\(records(1...3)),\"meta\":{\"items\":[{}]}}")
        #expect(try finder.find(in: page, tape: tape(page)).count == 3)
        #expect(finder.detectedBy == .ownName)
    }

    @Test("How the records were found is told", arguments: [
        ("[{}]", FoundBy.wholePage, "the page is a list"), ("{\"data\":[{}]}", .usualName, "a list under a usual name"), ("{\"things\":[]}", .ownName, "a list under the resource's name"),
        ("{\"tickets\":[{}]}", .onlyList, "the only list"), ("{\"tickets\":[{}],\"a\":{\"b\":[{}]}}", .leastNested, "the least nested list"),
        ("{\"value\":[{}],\"other\":[{}]}", .usualName, "a list under a usual name"),
    ])
    func foundBy(_ body: String, _ how: FoundBy, _ sentence: String) throws {
        var finder = RecordFinder(resource: try resource())
        let page = PageBytes(body)
        _ = try finder.find(in: page, tape: tape(page))
        #expect(finder.detectedBy == how && how.sentence == sentence)
    }

    private func shown(_ step: WalkDecision.Step) -> String {
        switch step {
        case .next(let request): text(request)
        case .probe(let request): "probe " + text(request)
        case .ended(let evidence): "\(evidence)"
        case .partial(let reason): reason.sentence
        case .failed(let reason): reason.sentence
        }
    }
}
