import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// The journal of one resource: what was read is written to it, and what an earlier run of the load wrote is read first.
final class PageJournal: ResponseJournal {
    private let reader: JournalReader?
    private var waiting: JournalEntry?
    /// Entries that are not read back: the last one of pages that stand on places is asked for again.
    private let usable: Int
    private var read = 0
    private let path: String
    private var writer: JournalWriter?
    private let checkpoints: Checkpoints
    /// Whether the earlier run came to the end of the resource.
    private let wasEnded: Bool

    /// - Parameter found: what the journal holds by now.
    init(_ path: String, found: Found, resource: Resource, checkpoints: Checkpoints) throws {
        self.path = path
        self.checkpoints = checkpoints
        wasEnded = found.isEnded
        // Behind a place that may have moved meanwhile the last page tells whether it did.
        let rereads = !found.isEnded && !resource.paginator.standsOnRecords
        usable = max(0, found.entries - (rereads ? 1 : 0))
        reader = usable > 0 ? try JournalReader(path) : nil
        if usable > 0 { waiting = try reader?.next() }
    }

    /// What a journal holds.
    struct Found: Sendable {
        var entries = 0
        var bytes = 0
        var isEnded = false

        /// An empty one.
        init() {}

        /// Reads it through.
        init(_ path: String) throws(FileFault) {
            let reader = try JournalReader(path)
            while let entry = try reader.next() {
                if entry.head["end"]?.bool == true {
                    isEnded = true
                    return
                }
                entries += 1
                bytes += entry.body.count
            }
        }
    }

    var hasMore: Bool { waiting != nil }

    func next() throws -> JudgedResponse? {
        guard let entry = waiting, let judged = JudgedResponse(entry) else { return nil }
        read += 1
        if read < usable {
            waiting = try reader?.next()
        } else {
            try endReading()
        }
        return judged
    }

    /// What comes now is written behind what was read.
    private func endReading() throws {
        waiting = nil
        if !wasEnded { try openWriter(keeping: reader?.position ?? 0) }
    }

    private func openWriter(keeping length: Int) throws {
        let writer = try JournalWriter(path, keeping: length)
        self.writer = writer
        checkpoints.add(writer)
    }

    func append(_ page: FetchedPage) throws {
        guard let judged = page.judged else { return }
        if writer == nil { try openWriter(keeping: reader?.position ?? 0) }
        try writer?.append(judged.journalHead(choice: page.choice), judged.body)
        checkpoints.note(bytes: judged.body.count)
    }

    /// The resource has come to its end.
    func end() throws {
        guard !wasEnded else { return }
        if writer == nil { try openWriter(keeping: reader?.position ?? 0) }
        try writer?.append([JSONMember("end", .bool(true))], PageBytes(""))
    }
}

extension Paginator {
    /// Whether its next page stands on a record or a link of the page before, and not on a place in the list.
    fileprivate var standsOnRecords: Bool {
        switch self {
        case .cursor, .jsonLink, .headerLink, .singlePage: true
        case .auto, .pageNumber, .offset: false
        }
    }
}

// MARK: - Entries
//
//     {"request":"6c0f…","status":200,"url":"https://…","headers":[["Link","<…>; rel=\"next\""]],"ms":52,"sendings":1,
//      "requests":1,"kept":"all"}

extension JudgedResponse {
    /// - Parameter choice: its records that went on, for whoever reads the pages without walking over them.
    func journalHead(choice: RecordChoice) -> [JSONMember] {
        [
            JSONMember("request", .string(hex(request))), JSONMember("status", .int(status)), JSONMember("url", .string(url)),
            JSONMember("headers", .array(headers.fields.map { [.string($0.name), .string($0.value)] })),
            JSONMember("ms", .int(milliseconds)), JSONMember("sendings", .int(sendings)), JSONMember("requests", .int(requests)),
            JSONMember("kept", choice.json),
        ]
    }

    init?(_ entry: JournalEntry) {
        let head = entry.head
        guard let request = head["request"]?.string.flatMap({ UInt64($0, radix: 16) }), let status = head["status"]?.int,
            let url = head["url"]?.string, let fields = head["headers"]?.array else { return nil }
        let headers = fields.compactMap { pair -> HTTPHeaders.Field? in
            guard let pair = pair.array, pair.count == 2, let name = pair[0].string, let value = pair[1].string else { return nil }
            return HTTPHeaders.Field(name, value)
        }
        self.init(
            request: request, status: status, headers: HTTPHeaders(headers), url: url, body: entry.body, milliseconds: head["ms"]?.int ?? 0,
            sendings: head["sendings"]?.int ?? 1, requests: head["requests"]?.int ?? 1)
    }
}

extension RecordChoice {
    fileprivate var json: JSONValue {
        switch self {
        case .all: "all"
        case .none: "none"
        case .only(let indices): .array(indices.map { .int($0) })
        }
    }
}
