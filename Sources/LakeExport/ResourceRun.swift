import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import LakeSource
import LakeThreads

/// Exports one resource into staging: a thread reads its pages, the thread that calls `run` writes them.
struct ResourceRun: Sendable {
    /// Pages that wait between reading and writing. Beside them there are the two at hand and those that are asked ahead.
    private static let pagesBetween = 1

    let resource: Resource
    let job: ExportJob
    let session: FetchSession
    let staging: StagingFolder
    let load: LoadID
    let naming: TableNaming
    /// The tables of this resource from earlier loads.
    let known: [KnownTable]
    /// The resources of the job that depend on this one.
    let children: [Resource]
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void
    /// What became of the parent; nil where there is none.
    let parent: ResourceReport?
    /// Its tables as earlier loads left them, in the manifest.
    let earlier: [Manifest.Table]
    /// What earlier loads left for this one; nil where they left nothing, or where it is not to count.
    let state: ResourceState?
    /// What keeps its pages for a further run, or has them already; nil where none is to go on.
    let journal: @Sendable (Resource) throws -> (any ResourceJournal)?

    /// What one resource left in staging, and how it ended.
    struct Result: Sendable {
        var report: ResourceReport
        var tables: [StagedTable]
        var quarantine: QuarantineFile?
        var replacedCharacters: Int
    }

    /// Whether this load, where it is complete, takes the place of all rows before.
    var replacesAll: Bool { resource.writeDisposition == .replace || job.isFullRefresh }

    /// Rows that the last load brought; 0 for a resource that is new.
    var rowsOfLastLoad: Int { earlier.last { $0.parent == nil }?.rowsOfLastLoad ?? 0 }

    /// Whether it asks for everything there is: neither it nor a resource above it reads only what is new.
    var readsEverything: Bool {
        var next: Resource? = job.isFullRefresh ? nil : resource
        while let current = next {
            if current.incremental != nil { return false }
            next = current.parent.flatMap { binding in job.source.resources.first { $0.name == binding.resource } }
        }
        return true
    }

    func run() throws -> Result {
        let queue = BoundedQueue<FetchedPage>(capacity: Self.pagesBetween)
        let reading = Reading(self, queue)
        cancellation.whenCancelled { queue.abandon() }
        guard let thread = try? DedicatedThread({ reading.run() }) else { throw ExportFault.threads }
        defer {
            queue.abandon()
            thread.join()
        }
        let writing: Writing
        var breach: SchemaBreach?
        do {
            writing = try Writing(self)
            while breach == nil, let page = queue.take() {
                if cancellation.cause != nil { break }
                do { try writing.take(page) } catch let found as SchemaBreach { breach = found }
                page.recycle()
            }
            // What the reading half has under way is thrown away, whatever comes of it.
            if breach != nil { queue.abandon() }
        } catch {
            // The reading half may wait for the network: it is let go before it is waited for.
            cancellation.cancel(.fault(error.asExportFault))
            throw error
        }
        let walk = reading.result()
        if let breach, cancellation.cause == nil { return try writing.fail(breach, walk) }
        if let fault = walk.fault, !fault.endsResourceOnly { throw fetchFault(fault) }
        if walk.isUnauthorized {
            throw ExportFault.unauthorized(resource: resource.name, page: walk.pages, sent: session.secretNames(of: resource))
        }
        if cancellation.cause != nil { throw fetchFault(.cancelled) }
        return try writing.finish(walk)
    }
}

extension ResourceRun {
    private func fetchFault(_ fault: FetchFault) -> ExportFault {
        .fetch(fault, resource: resource.name, sentence: session.masked(fault.sentence, of: resource))
    }
}

extension FetchFault {
    /// Whether other resources may go on.
    var endsResourceOnly: Bool {
        switch self {
        case .notJSON, .contentType, .redirect, .badLink, .incremental, .request: true
        case .http(.bodyTooLarge, _), .http(.undecodableBody, _), .http(.protocolError, _), .http(.headTooLarge, _): true
        case .http, .unavailable, .tooLong, .otherOrigin, .fallsToHTTP, .secretInPlainText, .secretWithheld, .secretMissing, .token, .cancelled,
            .journalOfAnotherWalk, .resumeRefused, .journalUnreadable: false
        }
    }
}

/// What a resource keeps from load to load, in the load record and in the manifest:
///
///     {"incremental": {"last_value": "2026-11-23T02:00:00Z", "ties": ["9ab4…"], "kind": "timestamp"},
///      "detected": {"paginator": {…}, "data_selector": "data.results"}, "resolved": "data.next_cursor",
///      "dropped": ["ssn"]}
struct ResourceState: Sendable {
    var incremental: JSONValue?
    var detected: DetectedPaging?
    /// The cursor or link that was found on some page: where it is gone, the pages end.
    var resolved: String?
    /// Personal fields that are dropped, as the definition names them, and that records have had: where one does not come,
    /// its rule is still a good one.
    var dropped: [String]

    init(incremental: JSONValue? = nil, detected: DetectedPaging? = nil, resolved: String? = nil, dropped: [String] = []) {
        self.incremental = incremental
        self.detected = detected
        self.resolved = resolved
        self.dropped = dropped
    }

    init(json: JSONValue) {
        incremental = json["incremental"]
        detected = json["detected"].flatMap { DetectedPaging(json: $0) }
        resolved = json["resolved"]?.string
        dropped = json["dropped"]?.array?.compactMap(\.string) ?? []
    }

    var json: JSONValue? {
        guard incremental != nil || detected != nil || resolved != nil || !dropped.isEmpty else { return nil }
        return .object([
            "incremental": incremental, "detected": detected?.json, "resolved": resolved.map { .string($0) },
            "dropped": dropped.isEmpty ? nil : .strings(dropped),
        ])
    }
}
