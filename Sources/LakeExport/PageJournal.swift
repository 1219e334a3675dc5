import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// Where the pages of a resource come from before the network is asked, and where those go that the network answers.
protocol ResourceJournal: ResponseJournal {
    /// Whether what comes next was not read by the run that began the load.
    var isBehindFirstStop: Bool { get }
    /// What the disk has against reading on.
    var fault: FileFault? { get }
    func append(_ page: FetchedPage) throws
    /// The resource has come to its end.
    func end() throws
}

/// The journal of one resource: what was read is written to it, and what an earlier run of the load wrote is read first.
///
/// What is of no use any more is cut off only when something takes its place: a run that comes no further leaves all that
/// it found.
final class PageJournal: ResourceJournal {
    /// What stands next in the file.
    private enum Next {
        case page(JournalEntry, JudgedResponse, end: Int)
        /// The earlier run came to the end of the resource.
        case end
        /// Nothing, or nothing whole.
        case nothing
    }
    private let path: String
    private let resource: Resource
    private let reader: JournalReader?
    private var upcoming = Next.nothing
    /// Behind that one; looked at only where the last page of all is asked for again.
    private var behind = Next.nothing
    /// Behind a place that may have moved meanwhile the last page tells whether it did.
    private var rereads: Bool { !resource.paginator.standsOnRecords }
    private var recalled = 0
    private var recalledLength = 0
    private let found: Int
    private let lost: (Int) -> Void
    private var writer: JournalWriter?
    private let checkpoints: Checkpoints
    private(set) var fault: FileFault?

    /// - Parameters:
    ///   - found: the pages that the journal holds by its lines.
    ///   - lost: told once, with how many of them could not be read.
    init(_ path: String, found: Int, resource: Resource, checkpoints: Checkpoints, lost: @escaping (Int) -> Void) throws {
        self.path = path
        self.found = found
        self.resource = resource
        self.checkpoints = checkpoints
        self.lost = lost
        reader = found > 0 || Disk.exists(path) ? try JournalReader(path) : nil
        upcoming = try look()
        if rereads { behind = try lookBehind() }
        noteLost()
    }

    private func look() throws(FileFault) -> Next {
        guard let reader, let entry = try reader.next() else { return .nothing }
        if entry.head["end"]?.bool == true { return .end }
        return JudgedResponse(entry).map { .page(entry, $0, end: reader.position) } ?? .nothing
    }

    private func lookBehind() throws(FileFault) -> Next {
        if case .page = upcoming { try look() } else { .nothing }
    }

    var hasMore: Bool {
        switch (upcoming, behind) {
        case (.page, .nothing): !rereads
        case (.page, _): true
        case (.end, _), (.nothing, _): false
        }
    }

    func next() throws -> JudgedResponse? {
        guard hasMore, case .page(_, let judged, let end) = upcoming else { return nil }
        recalled += 1
        recalledLength = end
        do throws(FileFault) {
            upcoming = rereads ? behind : try look()
            if rereads { behind = try lookBehind() }
        } catch {
            fault = error
            throw error
        }
        if !hasMore { noteLost() }
        return judged
    }

    var isBehindFirstStop: Bool {
        guard recalled > 0 else { return false }
        guard hasMore, case .page(let entry, _, _) = upcoming else { return true }
        return entry.head["resumed"]?.bool == true
    }

    private func noteLost() {
        guard !hasMore else { return }
        let isReadAgain = if case .page = upcoming { 1 } else { 0 }
        if found > recalled + isReadAgain { lost(found - recalled - isReadAgain) }
    }

    /// What comes now is written behind what was read.
    private func openWriter() throws -> JournalWriter {
        if let writer { return writer }
        let new = try JournalWriter(path, keeping: recalledLength)
        writer = new
        checkpoints.add(new, of: resource.name, keeping: recalled)
        return new
    }

    func append(_ page: FetchedPage) throws {
        guard let judged = page.judged else { return }
        let isResumed = writer == nil && recalled > 0
        try openWriter().append(judged.journalHead + (isResumed ? [JSONMember("resumed", .bool(true))] : []), judged.body)
        checkpoints.note(resource.name, bytes: judged.body.count)
    }

    func end() throws {
        if writer == nil, case .end = upcoming { return }
        try openWriter().append([JSONMember("end", .bool(true))], PageBytes(""))
    }
}

// MARK: - Entries
//
//     {"request":"6c0f…","status":200,"url":"https://…","headers":[["Link","<…>; rel=\"next\""]],"ms":52,"sendings":1,
//      "requests":1}
//
// The first page of a run that went on with the load has `"resumed":true` as well.

extension JudgedResponse {
    var journalHead: [JSONMember] {
        [
            JSONMember("request", .string(hex(request))), JSONMember("status", .int(status)), JSONMember("url", .string(url)),
            JSONMember("headers", .array(headers.fields.map { [.string($0.name), .string($0.value)] })),
            JSONMember("ms", .int(milliseconds)), JSONMember("sendings", .int(sendings)), JSONMember("requests", .int(requests)),
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
