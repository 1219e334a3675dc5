import LakeJSON
import LakeModel
import LakeSource

/// What a walk needs to know of one response: everything it decides on, nothing it has to fetch.
package struct PageFacts: Sendable {
    package var status: Int
    /// The response's header fields, for a cursor that stands in one.
    package var headers: HTTPHeaders
    /// All `Link` header fields, joined with a comma; nil where there is none.
    package var linkHeader: String?
    /// nil for a response that was not read: an error, or 204.
    package var body: Body?
    package var records: PageRecords
    /// The guard key of each record, hashed.
    package var keys: [UInt64]
    package var keyOrigin: PageKeys.Origin
    /// nil for a page without records.
    package var fingerprint: PageFingerprint?
    package var stated: StatedTotals
    /// The server's words of an error that it reports although there are records.
    package var errorBesideRecords: String?
    /// What the head of the answer says about the whole.
    package var head = HeadSigns()

    package struct Body: Sendable {
        package let page: PageBytes
        package let tape: Tape
    }

    /// A page whose records were found.
    package init(
        status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), linkHeader: String? = nil, head: HeadSigns? = nil, page: PageBytes, tape: Tape,
        records: PageRecords, primaryKey: [Selector]
    ) {
        self.status = status
        self.headers = headers
        self.linkHeader = linkHeader ?? PageFacts.link(headers)
        self.body = Body(page: page, tape: tape)
        self.records = records
        let keys = PageKeys(records: records, primaryKey: primaryKey, page: page, tape: tape)
        self.keys = keys.hashes
        self.keyOrigin = keys.origin
        self.fingerprint = PageFingerprint(keys)
        self.errorBesideRecords = ErrorEnvelope.message(beside: records, in: page, tape: tape)
        // The fields of a single record state nothing about paging: an invoice's total is no number of records.
        if case .single = records { self.stated = StatedTotals() } else { self.stated = StatedTotals(page: page, tape: tape, records: records) }
        let head = head ?? HeadSigns(headers)
        self.head = head
        if stated.records == nil { stated.records = head.total }
    }

    /// A response without a page: a status that is no success, or 204 (which is an empty page).
    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), linkHeader: String? = nil) {
        self.status = status
        self.headers = headers
        self.linkHeader = linkHeader ?? PageFacts.link(headers)
        self.records = .none
        self.keys = []
        self.keyOrigin = .content
        self.stated = StatedTotals()
    }

    package var count: Int { records.count }
    /// For the page log.
    package var firstKey: UInt64? { keys.first }
    package var lastKey: UInt64? { keys.last }

    private static func link(_ headers: HTTPHeaders) -> String? {
        let fields = headers.all("link")
        return fields.isEmpty ? nil : fields.joined(separator: ", ")
    }
}

/// What header fields say about the whole: no standard, but widely used.
package struct HeadSigns: Hashable, Sendable {
    /// Number of records, from `X-Total-Count`, `X-Total` or `Content-Range: items 0-11/100`.
    package var total: Int?
    /// The name of a field that holds the place of the next page in a way that is not followed.
    package var continuation: String?

    package init(total: Int? = nil, continuation: String? = nil) {
        self.total = total
        self.continuation = continuation
    }

    package init(_ headers: HTTPHeaders) {
        total = ["X-Total-Count", "X-Total", "Total-Count"].lazy.compactMap { headers[$0].flatMap { PagingNumber.read($0) } }.first
            ?? headers["Content-Range"].flatMap { $0.split(separator: "/").last }.flatMap { PagingNumber.read($0) }
        continuation = ["x-ms-continuationtoken", "x-ms-continuation", "X-Next-Page", "X-Next-Cursor", "X-Continuation-Token"].first {
            headers[$0].map { !$0.isEmpty } ?? false
        }
    }
}

extension PageFacts {
    /// What stands where a cursor or link is expected.
    enum Found: Equatable {
        case text(String)
        /// `null`, or `false`, by which some APIs say the same.
        case null
        /// An empty text, or 0.
        case empty
        case absent
        /// An object, an array or `true`.
        case otherKind
    }

    func find(_ selector: Selector) -> Found {
        guard let body, let token = selector.first(in: body.page, tape: body.tape) else { return .absent }
        switch body.tape[token].kind {
        case .null, .false: return .null
        case .object, .array, .true, .key: return .otherKind
        case .string, .number:
            let text = body.tape.scalarText(token, in: body.page) ?? ""
            return text.isEmpty || text == "0" ? .empty : .text(text)
        }
    }

    func find(_ source: CursorPaginator.Source) -> Found {
        switch source {
        case .body(let path): return find(path)
        case .header(let name):
            guard let value = headers[name] else { return .absent }
            return value.isEmpty ? .empty : .text(value)
        case .lastRecord(let field):
            guard let value = ofLastRecord(field), let text = value.string ?? value.number, !text.isEmpty else { return .absent }
            return .text(text)
        }
    }

    /// A field of the last record.
    func ofLastRecord(_ field: String) -> JSONValue? {
        guard let body, let record = records.tokens(in: body.tape).last,
            let token = body.tape.member(field, of: record, in: body.page) else { return nil }
        return body.tape.value(at: token, of: body.page)
    }

    /// A cursor as it is sent back: in a JSON body a number stays a number.
    func cursorValue(_ source: CursorPaginator.Source, _ text: String) -> JSONValue {
        if case .lastRecord(let field) = source { return ofLastRecord(field) ?? .string(text) }
        guard case .body(let path) = source, let body, let token = path.first(in: body.page, tape: body.tape) else { return .string(text) }
        return body.tape[token].kind == .number ? .number(text) : .string(text)
    }

    /// Whether there is more, as the API says it: `true`, `1` or `"true"`. nil where it says nothing of that kind.
    func flag(_ selector: Selector) -> Bool? {
        guard let body, let token = selector.first(in: body.page, tape: body.tape) else { return nil }
        switch body.tape[token].kind {
        case .true: return true
        case .false: return false
        case .string, .number:
            switch body.tape.scalarText(token, in: body.page)?.lowercased() {
            case "true", "1": return true
            case "false", "0": return false
            default: return nil
            }
        case .null, .object, .array, .key: return nil
        }
    }

    func holdsText(_ selector: Selector) -> Bool {
        if case .text = find(selector) { true } else { false }
    }

    func integer(_ selector: Selector) -> Int? {
        guard case .text(let text) = find(selector) else { return find(selector) == .empty ? 0 : nil }
        return PagingNumber.read(text)
    }

    /// What stands where a cursor was expected, for a message: keys, or header fields that could be about paging.
    func keysSeen(on source: CursorPaginator.Source) -> [String] {
        switch source {
        case .body(let path): return keysSeen(on: path)
        case .header:
            let words = ["next", "cursor", "page", "token", "continu", "link", "after"]
            return headers.fields.map(\.name).filter { name in words.contains { name.lowercased().contains($0) } }
        case .lastRecord:
            guard let body, let record = records.tokens(in: body.tape).last else { return [] }
            return body.tape.keys(of: record, in: body.page)
        }
    }

    /// The keys at the place where `selector` stops to match, for a message.
    func keysSeen(on selector: Selector) -> [String] {
        body.map { selector.deepestKeys(in: $0.page, tape: $0.tape).keys } ?? []
    }
}
