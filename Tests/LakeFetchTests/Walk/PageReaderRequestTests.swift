import LakeJSON
import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeFetch

@Suite("The requests of a walk")
struct PageReaderRequestTests {
    private func things(_ request: RequestTemplate, _ paginator: Paginator = .singlePage, actions: [ResponseAction] = [], parent: ParentBinding? = nil) -> Resource {
        Resource(
            name: "things", request: request, dataSelector: Selector(keys: ["data"]), paginator: paginator, primaryKey: [Selector(keys: ["id"])],
            parent: parent, responseActions: actions)
    }

    private let numbered = Paginator.pageNumber(PageNumberPaginator(basePage: 1))
    private let path = RequestTemplate(path: Template("things"))

    /// Page 1 and 2 have a record each, page 3 none.
    private static func body(page: String?) -> String { data(["1", "2"].contains(page ?? "1") ? [Int(page ?? "1") ?? 1] : []) }

    /// The first page is asked for once more behind the end: nothing moved meanwhile.
    @Test("POST carries page number and fixed members in its body, on every page")
    func post() throws {
        let server = LoopbackServer { request in
            let page = (try? JSONValue(parsing: request.bodyText))?["paging"]?["page"]?.number
            return [.answer(Self.body(page: page), headers: json)]
        }
        defer { server.stop() }
        let request = RequestTemplate(method: .post, path: Template("search"), body: .json(.object([.init("status", .text(Template("OPEN")))])))
        let paginator = Paginator.pageNumber(PageNumberPaginator(basePage: 1, place: .body(Selector(keys: ["paging", "page"]))))
        let reading = readAll(PageReader(resource: things(request, paginator), session: try session(server), ahead: 1))
        #expect(reading.ids == ["1", "2"])
        #expect(server.requests.map(\.bodyText) == [1, 2, 3, 1].map { #"{"status":"OPEN","paging":{"page":\#($0)}}"# })
        #expect(server.requests.allSatisfy { $0.line == "POST /search" && $0.header("Content-Type") == "application/json" })
        #expect(reading.log.map(\.body) == [1, 2, 3, 1].map { ["paging.page": .int($0)] })
    }

    @Test("Values of the parent and of the incremental cursor stand in path, parameters and headers")
    func values() throws {
        let server = LoopbackServer { _ in [.answer(data([1]), headers: json)] }
        defer { server.stop() }
        let id = Selector(keys: ["id"])
        let request = RequestTemplate(
            path: Template(parts: [.text("users/"), .parentField(id), .text("/notes")], description: ""),
            params: [RequestField("since", .template(Template(parts: [.incremental(.startValue)], description: "")))],
            headers: [RequestField("X-User", .template(Template(parts: [.parentField(id)], description: "")))])
        let reader = PageReader(
            resource: things(request, parent: ParentBinding(resource: "users", fields: [id])),
            session: try session(server, headers: [RequestField("X-Client", "c")]),
            values: RequestValues(parent: [id: "a/b"], incremental: [.startValue: "2026-01-01T00:00:00Z"]), after: 7)
        let reading = readAll(reader)
        #expect(reading.pages == [8] && reader.pagesSeen == 8 && reader.recordsKept == 1)
        let sent = try #require(server.requests.first)
        #expect(sent.line == "GET /users/a%2Fb/notes?since=2026-01-01T00%3A00%3A00Z")
        #expect(sent.header("X-User") == "a/b" && sent.header("X-Client") == "c")
        #expect(reading.log.map(\.request) == ["/users/…/notes?since=…"])
        #expect(reading.log.map(\.parent) == [hex(fastHash("[\"a/b\"]"))])
    }

    // MARK: Redirects

    @Test("A redirect keeps or changes the method as its status says", arguments: [
        (301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", #"{"a":1}"#), (308, "POST", #"{"a":1}"#),
    ])
    func redirect(_ status: Int, _ method: String, _ body: String) throws {
        let server = LoopbackServer { request in
            request.line.hasSuffix("/there") ? [.answer(data([1]), headers: json)] : [.answer("", status: status, headers: ["Location: /there"])]
        }
        defer { server.stop() }
        let request = RequestTemplate(method: .post, path: Template("here"), headers: [RequestField("X-Own", "1")], body: .json(.object([.init("a", .scalar(1))])))
        let reading = readAll(PageReader(resource: things(request), session: try session(server)))
        #expect(reading.ids == ["1"] && reading.attempts == [2])
        #expect(server.requests.map(\.line) == ["POST /here", method + " /there"])
        #expect(server.requests.last?.bodyText == body)
        #expect(server.requests.last?.header("X-Own") == "1")
        #expect(server.requests.last?.header("Content-Type") == (body.isEmpty ? nil : "application/json"))
    }

    @Test("A request that became GET stays one, and another attempt begins at the first URL")
    func redirectThenRetry() throws {
        let server = LoopbackServer { request in
            switch request.number {
            case 1, 4: [.answer("", status: 303, headers: ["Location: /second"])]
            case 2, 5: [.answer("", status: 307, headers: ["Location: /third"])]
            case 3: [.answer("", status: 503)]
            default: [.answer(data([1]), headers: json)]
            }
        }
        defer { server.stop() }
        let request = RequestTemplate(method: .post, path: Template("first"), body: .json(.object([])))
        let reading = readAll(PageReader(resource: things(request), session: try session(server)))
        #expect(reading.ids == ["1"] && reading.attempts == [6])
        #expect(server.requests.map(\.line) == ["POST /first", "GET /second", "GET /third", "POST /first", "GET /second", "GET /third"])
    }

    @Test("At most five redirects are followed, and one needs a target", arguments: [["Location: /again"], [], ["Location: ftp://x/"]])
    func endlessRedirect(_ headers: [String]) throws {
        let server = LoopbackServer { _ in [.answer("", status: 302, headers: headers)] }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path), session: try session(server)))
        #expect(reading.fault == .redirect(status: 302, page: 1))
        #expect(server.requests.count == (headers == ["Location: /again"] ? 6 : 1))
    }

    @Test("A redirect to another origin is followed only where that is allowed, and takes no secret along", arguments: [true, false])
    func foreignRedirect(_ isAllowed: Bool) throws {
        let other = LoopbackServer { _ in [.answer(data([1]), headers: json)] }
        let target = other.url
        let server = LoopbackServer { _ in [.answer("", status: 307, headers: ["Location: \(target)/there"])] }
        defer {
            server.stop()
            other.stop()
        }
        let request = RequestTemplate(path: Template("things"), headers: [RequestField("X-Fixed", "1"), RequestField("X-Key", .secret(.named("key")))])
        let session = try session(
            server, auth: .bearer(token: .named("token")), allowed: isAllowed ? [AllowedOrigin(origin: target)] : [],
            secrets: [.named("token"): "t0ken-of-mine", .named("key"): "k3y-of-mine"])
        let reading = readAll(PageReader(resource: things(request), session: session))
        #expect(server.requests.first?.header("Authorization") == "Bearer t0ken-of-mine")
        #expect(server.requests.first?.header("X-Key") == "k3y-of-mine")
        guard isAllowed else {
            #expect(other.requests.isEmpty)
            #expect(try reading.fault == .otherOrigin(from: Origin(url: server.url), to: Origin(url: target), page: 1))
            return
        }
        #expect(reading.ids == ["1"])
        let sent = try #require(other.requests.first)
        #expect(!(sent.headers.joined() + sent.line).contains("mine"))
        #expect(sent.header("X-Fixed") == "1")
    }

    @Test("A secret in a parameter stands in no log, no link and no fault")
    func secretParameter() throws {
        let server = LoopbackServer { request in
            [.answer(data([request.number], #","next":\#(request.number == 1 ? "\"/things?page=2\"" : "null")}"#), headers: json)]
        }
        defer { server.stop() }
        let request = RequestTemplate(path: Template("things"), params: [RequestField("k", .secret(.named("key")))])
        let resource = things(request, .jsonLink(nextURLPath: Selector(keys: ["next"])))
        let reading = readAll(PageReader(resource: resource, session: try session(server, secrets: [.named("key"): "k3y-of-mine"])))
        #expect(reading.ids == ["1", "2"])
        #expect(server.requests.first?.line == "GET /things?k=k3y-of-mine")
        #expect(reading.log.map(\.request) == ["/things?k=…", "/things?…"])
        let missing = readAll(PageReader(resource: resource, session: try session(server)))
        #expect(missing.fault == .secretMissing(name: "key"))
    }

    // MARK: 401

    /// Gives out token 1, 2, … and accepts those from `valid` on.
    private func tokenServer(valid: @escaping @Sendable (Int) -> Int) -> LoopbackServer {
        let given = Monitor(0)
        return LoopbackServer { request in
            if request.line.hasPrefix("POST /token") {
                let number = given.change { $0 += 1; return $0 }
                return [.answer(#"{"access_token":"t\#(number)","expires_in":3600}"#, headers: json)]
            }
            let page = Int(request.query("page") ?? "1") ?? 1
            let token = Int(request.header("Authorization")?.dropFirst("Bearer t".count) ?? "") ?? 0
            if token < valid(page) { return [.answer("{}", status: 401, headers: json)] }
            return [.answer(data(page > 8 ? [] : [page]), headers: json)]
        }
    }

    private func oauth(_ server: LoopbackServer) throws -> FetchSession {
        let client = OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
        return try session(server, auth: .oauth2ClientCredentials(client), secrets: [.named("id"): "me", .named("secret"): "s3cr3t-of-mine"])
    }

    @Test("A token that is refused inside a walk is renewed once for all requests under way", arguments: [1, 4])
    func renewed(_ ahead: Int) throws {
        let server = tokenServer { $0 >= 4 ? 2 : 1 }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path, numbered), session: try oauth(server), ahead: ahead))
        #expect(reading.ids == (1...8).map(String.init) && reading.fault == nil)
        #expect(server.requests.count { $0.line.hasPrefix("POST /token") } == 2)
        #expect(reading.attempts[3] == 2)
    }

    @Test("A 401 that a new token does not change ends the walk")
    func refusedForGood() throws {
        let server = tokenServer { $0 >= 2 ? 99 : 1 }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path, numbered), session: try oauth(server)))
        #expect(reading.ids == ["1"] && reading.end == .failed(.unauthorized))
        #expect(server.requests.count { $0.line.hasPrefix("POST /token") } == 2)
    }

    // MARK: Response actions

    @Test("An answer that is to be ignored ends the walk: as complete on the first page, as partial behind it", arguments: [
        (1, 404, "gone"), (2, 404, "gone"), (1, 200, "gone"), (1, 503, "gone"),
    ])
    func ignore(_ page: Int, _ status: Int, _ body: String) throws {
        let server = LoopbackServer { request in
            [request.number == page ? .answer(body, status: status) : .answer(Self.body(page: request.query("page")), headers: json)]
        }
        defer { server.stop() }
        let resource = things(path, numbered, actions: [ResponseAction(content: "gone", action: .ignore)])
        let reading = readAll(PageReader(resource: resource, session: try session(server)))
        #expect(reading.fault == nil && server.requests.count == page)
        #expect(reading.end == (page == 1 ? .ended(.ignoredAsDeclared) : .partial(.ignoredInside(status: status, page: 2))))
        #expect(reading.log.last?.kept == 0 && reading.log.last?.status == status)
    }

    @Test("An answer that is declared a fault fails the resource, also with a status of success", arguments: [200, 404, 500])
    func fail(_ status: Int) throws {
        let server = LoopbackServer { _ in [.answer(data([1], #","note":"quota"}"#), status: status, headers: json)] }
        defer { server.stop() }
        let resource = things(path, actions: [ResponseAction(content: "quota", action: .fail)])
        let reading = readAll(PageReader(resource: resource, session: try session(server)))
        #expect(reading.ids.isEmpty && server.requests.count == 1)
        #expect(reading.end == .failed(.declaredFault(status: status, content: "quota", page: 1)))
    }

    @Test("An answer that is to be tried again is, until the attempts are used up", arguments: [2, 9])
    func tryAgain(_ failures: Int) throws {
        let server = LoopbackServer { [$0.number <= failures ? .answer("{}", status: 202, headers: json) : .answer(data([1]), headers: json)] }
        defer { server.stop() }
        let resource = things(path, actions: [ResponseAction(statusCode: 202, action: .retry)])
        let reading = readAll(PageReader(resource: resource, session: try session(server, attempts: 3)))
        #expect(server.requests.count == 3)
        #expect(reading.ids == (failures == 2 ? ["1"] : []))
        #expect(reading.fault == (failures == 2 ? nil : .unavailable(status: 202, attempts: 3)))
    }

    // MARK: Retries

    @Test("What may pass is tried again", arguments: [408, 429, 500, 503])
    func retries(_ status: Int) throws {
        let server = LoopbackServer { [$0.number < 3 ? .answer("", status: status) : .answer(data([1]), headers: json)] }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path), session: try session(server)))
        #expect(reading.ids == ["1"] && reading.attempts == [3])
    }

    @Test("A body that ends early is tried again, and told where it ended when the attempts are used up")
    func brokenBody() throws {
        let server = LoopbackServer { _ in [.answer(#"{"data":[{"id":1},{"id":"#, headers: json)] }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path), session: try session(server)))
        #expect(server.requests.count == 3)
        guard case .notJSON(_, page: 1, line: 1, column: _, record: 2, looksLikeHTML: false)? = reading.fault else {
            Issue.record("\(String(describing: reading.fault))")
            return
        }
    }

    @Test("A wait past the longest one is told with its time, not waited for")
    func tooLong() throws {
        let server = LoopbackServer { _ in [.answer("", status: 429, headers: ["Retry-After: 99999"])] }
        defer { server.stop() }
        let pause = CutPause()
        let reading = readAll(PageReader(resource: things(path), session: try session(server, pause: pause)))
        #expect(reading.fault.map { if case .tooLong = $0 { true } else { false } } == true)
        #expect(server.requests.count == 1 && pause.waits == 0)
    }

    @Test("Formats that are no JSON document are refused by name", arguments: ["text/html; charset=utf-8", "text/csv", "Application/X-NDJSON"])
    func contentType(_ type: String) throws {
        let server = LoopbackServer { _ in [.answer("[]", headers: ["Content-Type: \(type)"])] }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path), session: try session(server)))
        #expect(reading.fault == .contentType(type.lowercased().split(separator: ";").first.map(String.init) ?? "", page: 1))
    }

    // MARK: Bounds

    @Test("Each bound ends the walk behind the page that reaches it, as partial and by name", arguments: [
        (FetchBounds(pages: 1), PartialReason.pageBound(1)), (FetchBounds(records: 1), .recordBound(1)), (FetchBounds(bytes: 5), .byteBound(5)),
        (FetchBounds(requests: 1), .askedBound(1)),
    ])
    func bounds(_ bounds: FetchBounds, _ reason: PartialReason) throws {
        let server = LoopbackServer { [.answer(Self.body(page: $0.query("page")), headers: json)] }
        defer { server.stop() }
        let budget = FetchBudget(bounds)
        let session = try session(server)
        let reading = readAll(PageReader(resource: things(path, numbered), session: session, budget: budget))
        #expect(reading.ids == ["1"] && reading.end == .partial(reason))
        #expect(server.requests.count == 1 && budget.reached == reason)
        // The next parent is not asked at all.
        #expect(readAll(PageReader(resource: things(path, numbered), session: session, budget: budget)).end == .partial(reason))
        #expect(server.requests.count == 1)
    }

    @Test("A bound that the last page reaches leaves the proven end as it is")
    func boundAtTheEnd() throws {
        let server = LoopbackServer { _ in [.answer(data([1]), headers: json)] }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: things(path), session: try session(server), budget: FetchBudget(FetchBounds(pages: 1, records: 1))))
        #expect(reading.end == .ended(.declaredSingle))
    }

    @Test("The time allowed ends a walk between pages")
    func timeBetween() throws {
        let server = LoopbackServer { [.answer(Self.body(page: $0.query("page")), headers: json)] }
        defer { server.stop() }
        let now = Monitor<Int64>(0)
        let budget = FetchBudget(FetchBounds(until: 1_000_000)) { now.look { $0 } }
        let reader = PageReader(resource: things(path, numbered), session: try session(server), budget: budget)
        #expect(try reader.next()?.records.count == 1)
        now.change { $0 = 1_000_000 }
        #expect(try reader.next() == nil)
        #expect(reader.end == .partial(.timeBound))
    }

    @Test("No turn is waited for past the time allowed")
    func timeInTurn() throws {
        let server = LoopbackServer { [.answer(Self.body(page: $0.query("page")), headers: json)] }
        defer { server.stop() }
        let pause = CutPause()
        let budget = FetchBudget(FetchBounds(until: MonotonicClock.milliseconds() + 30_000))
        let reading = readAll(PageReader(resource: things(path, numbered), session: try session(server, perMinute: 1, pause: pause), budget: budget))
        #expect(reading.ids == ["1"] && reading.end == .partial(.timeBound))
        #expect(pause.waits == 0 && server.requests.count == 1)
    }

    @Test("No wait goes on past the time allowed")
    func timeInRetry() throws {
        let server = LoopbackServer { _ in [.answer("", status: 503, headers: ["Retry-After: 60"])] }
        defer { server.stop() }
        let pause = CutPause()
        let budget = FetchBudget(FetchBounds(until: 30_000)) { 0 }
        let reading = readAll(PageReader(resource: things(path), session: try session(server, pause: pause), budget: budget))
        #expect(reading.end == .partial(.timeBound) && reading.fault == nil)
        #expect(pause.waits == 0 && server.requests.count == 1)
    }

    @Test("A server that keeps silent does not outlast the time allowed")
    func timeInTransfer() throws {
        let server = LoopbackServer { _ in [.stall] }
        defer { server.stop() }
        let budget = FetchBudget(FetchBounds(until: MonotonicClock.milliseconds() + 60))
        let reading = readAll(PageReader(resource: things(path), session: try session(server), budget: budget))
        #expect(reading.end == .partial(.timeBound) && reading.fault == nil)
    }

    // MARK: The sieve

    private func sieved(_ body: @escaping @Sendable (Int) -> String, _ incremental: Incremental?, filters: [RecordFilter] = []) throws -> (Reading, PageReader, Int) {
        let server = LoopbackServer { [.answer(body(Int($0.query("page") ?? "1") ?? 1), headers: json)] }
        defer { server.stop() }
        var resource = things(path, numbered)
        resource.incremental = incremental
        resource.filters = filters
        let sieve = try RecordSieve(resource: resource, state: nil)
        let reader = PageReader(resource: resource, session: try session(server), sieve: sieve)
        return (readAll(reader), reader, server.requests.count)
    }

    @Test("What a filter leaves out is counted, decides nothing about the end, and is no probed record")
    func filtered() throws {
        let odd = RecordFilter(path: Selector(keys: ["id"]), operation: .isIn, value: [1, 3])
        let (reading, reader, _) = try sieved({ data($0 > 2 ? [] : [$0 * 2 - 1, $0 * 2]) }, nil, filters: [odd])
        #expect(reading.ids == ["1", "3"] && reading.end == .ended(.emptyPage))
        #expect(reading.log.map(\.records) == [2, 2, 0, 2] && reading.log.map(\.kept) == [1, 1, 0, 0])
        #expect(reader.recordsKept == 4)
    }

    @Test("Records in falling order end the walk where they pass the value of the load before")
    func passed() throws {
        let falling = Incremental(cursorPath: Selector(keys: ["id"]), initialValue: 95, rowOrder: .desc)
        let (reading, _, requests) = try sieved({ page in data((0..<3).map { 103 - page * 3 - $0 }) }, falling)
        #expect(reading.end == .ended(.cursorPassed))
        #expect(reading.ids == ["100", "99", "98", "97", "96", "95"] && requests == 4)
    }

    @Test("A record without the cursor's value is a fault that names the page")
    func missingCursor() throws {
        let byTime = Incremental(cursorPath: Selector(keys: ["updated_at"]), initialValue: "2026-01-01")
        let (reading, _, _) = try sieved({ data([$0]) }, byTime)
        guard case .incremental(.missing(path: "updated_at", record: 1, place: _, keysSeen: ["id"]), page: 1)? = reading.fault else {
            Issue.record("\(String(describing: reading.fault))")
            return
        }
    }

    // MARK: The log

    @Test("A line of the log")
    func line() {
        let entry = PageLogEntry(
            resource: "requests", parent: "00c1", sequence: 2, request: "/rest/v2/requests?limit=100&next_cursor=…", body: ["page": 2],
            cursor: "5f0e91c2a7b3d864", status: 200, bytes: 164_211, records: 100, kept: 98, firstKey: "11d0f3a2b4c59687",
            lastKey: "98a7c6d5e4f30211", content: "9ab4c1d2e3f40516", isProbe: false, milliseconds: 12, attempts: 1)
        #expect(entry.json.text(pretty: false) == #"""
            {"resource":"requests","parent":"00c1","sequence":2,"request":"/rest/v2/requests?limit=100&next_cursor=…","body":{"page":2},"cursor":"5f0e91c2a7b3d864","status":200,"bytes":164211,"records":100,"kept":98,"first_key":"11d0f3a2b4c59687","last_key":"98a7c6d5e4f30211","content":"9ab4c1d2e3f40516","probe":false,"timing":{"ms":12,"attempts":1}}
            """#)
    }

    @Test("Each page has its line, probes and refusals too")
    func log() throws {
        let server = LoopbackServer { request in
            switch request.query("page") {
            case nil: [.answer(records([1, 2]), headers: json)]
            case "1": [.answer(records([1, 2]), headers: json)]
            case "2": [.answer(records([3]), headers: json)]
            default: [.answer("{}", status: 404)]
            }
        }
        defer { server.stop() }
        let reading = readAll(PageReader(resource: try resource(path: "things?api_key=abc"), session: try session(server)))
        #expect(reading.ids == ["1", "2", "3"])
        #expect(reading.log.map(\.request) == ["", "&page=1", "&page=2", "&page=3", ""].map { "/things?api_key=…" + $0 })
        #expect(reading.log.map(\.isProbe) == [false, true, true, false, true])
        #expect(reading.log.map(\.records) == [2, 2, 1, 0, 2] && reading.log.map(\.kept) == [2, 0, 1, 0, 0])
        #expect(reading.log.map(\.status) == [200, 200, 200, 404, 200] && reading.log.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(reading.log.map(\.content) == [records([1, 2]), records([1, 2]), records([3]), "{}", records([1, 2])].map { hex(fastHash($0)) })
        #expect(reading.log.map(\.cursor) == [nil, nil, nil, nil, nil])
    }

    @Test("A cursor that an earlier load found, declared or by auto, and the only page lacks, is the end", arguments: [true, false])
    func resolved(_ isDeclared: Bool) throws {
        let server = LoopbackServer { _ in [.answer("{\"data\":\(records(1...10))}", headers: json)] }
        defer { server.stop() }
        let cursor = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["next_cursor"])))
        func reader(_ resolved: String?) throws -> PageReader {
            PageReader(
                resource: try resource(isDeclared ? cursor : .auto), session: try session(server),
                remembered: isDeclared ? nil : DetectedPaging(paginator: cursor, selector: nil), resolved: resolved)
        }
        let known = try reader("next_cursor")
        #expect(readAll(known).end == .ended(.cursorAbsent))
        #expect(known.resolvedPath == "next_cursor" && known.detectionChange == nil)
        #expect(known.detected?.paginator == (isDeclared ? nil : cursor))
        for other in [nil, "data.next"] {
            guard case .partial = readAll(try reader(other)).end else { Issue.record("complete"); continue }
        }
    }
}
