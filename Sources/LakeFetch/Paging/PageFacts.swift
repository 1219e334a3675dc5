import LakeJSON
import LakeModel
import LakeSource

/// What a walk needs to know of one response: everything it decides on, nothing it has to fetch.
package struct PageFacts: Sendable {
    package var status: Int
    /// All `Link` header fields, joined with a comma; nil where there is none.
    package var linkHeader: String?
    /// nil for a response that was not read: an error, or 204.
    package var body: Body?
    package var records: PageRecords
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
        status: Int = 200, linkHeader: String? = nil, head: HeadSigns = HeadSigns(), page: PageBytes, tape: Tape, records: PageRecords,
        primaryKey: [Selector]
    ) {
        self.status = status
        self.linkHeader = linkHeader
        self.body = Body(page: page, tape: tape)
        self.records = records
        self.fingerprint = PageFingerprint(records: records, primaryKey: primaryKey, page: page, tape: tape)
        self.errorBesideRecords = ErrorEnvelope.message(beside: records, in: page, tape: tape)
        // The fields of a single record state nothing about paging: an invoice's total is no number of records.
        if case .single = records { self.stated = StatedTotals() } else { self.stated = StatedTotals(page: page, tape: tape) }
        self.head = head
        if stated.records == nil { stated.records = head.total }
    }

    /// A response without a page: a status that is no success, or 204 (which is an empty page).
    package init(status: Int, linkHeader: String? = nil) {
        self.status = status
        self.linkHeader = linkHeader
        self.records = .none
        self.stated = StatedTotals()
    }

    package var count: Int { records.count }
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
        total = ["X-Total-Count", "X-Total", "Total-Count"].lazy.compactMap { headers[$0].flatMap { Int($0) } }.first
            ?? headers["Content-Range"].flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
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

    func holdsText(_ selector: Selector) -> Bool {
        if case .text = find(selector) { true } else { false }
    }

    func integer(_ selector: Selector) -> Int? {
        guard case .text(let text) = find(selector) else { return find(selector) == .empty ? 0 : nil }
        return Int(text)
    }

    /// The keys at the place where `selector` stops to match, for a message.
    func keysSeen(on selector: Selector) -> [String] {
        body.map { selector.deepestKeys(in: $0.page, tape: $0.tape).keys } ?? []
    }
}
