import LakeModel
import LakeThreads

/// What a user allows one resource to take. nil is no bound. A bound is looked at behind each page that would go on, so
/// the page that reaches it is kept whole.
package struct FetchBounds: Hashable, Sendable {
    /// Pages kept.
    package var pages: Int?
    /// Records that go on to be written.
    package var records: Int?
    /// Of unpacked bodies.
    package var bytes: Int?
    /// Retries and redirects among them; what was asked ahead and thrown away is not.
    package var requests: Int?
    /// A moment of `MonotonicClock.milliseconds`.
    package var until: Int64?

    package init(pages: Int? = nil, records: Int? = nil, bytes: Int? = nil, requests: Int? = nil, until: Int64? = nil) {
        self.pages = pages
        self.records = records
        self.bytes = bytes
        self.requests = requests
        self.until = until
    }
}

/// Counts what one resource took, over all its parents. Belongs to its reading thread.
package final class FetchBudget {
    package let bounds: FetchBounds
    package private(set) var pages = 0
    package private(set) var records = 0
    package private(set) var bytes = 0
    package private(set) var requests = 0
    /// Of the requests: those sent once more because the one before was refused for now or broke.
    package private(set) var retries = 0
    private let clock: () -> Int64

    /// How many requests of all the resource's readers may be under way at once.
    package private(set) var window: AheadWindow

    /// - Parameter clock: as `MonotonicClock.milliseconds`.
    package init(_ bounds: FetchBounds = FetchBounds(), window: AheadWindow = .fixed(.max), clock: @escaping () -> Int64 = MonotonicClock.milliseconds) {
        self.bounds = bounds
        self.window = window
        self.clock = clock
    }

    /// The bound that is reached; nil while there is room. A resource with parents is not to ask for a further one then.
    package var reached: PartialReason? {
        if let most = bounds.pages, pages >= most { return .pageBound(most) }
        if let most = bounds.records, records >= most { return .recordBound(most) }
        if let most = bounds.bytes, bytes >= most { return .byteBound(most) }
        return reachedForRequests
    }

    /// The same of what bounds any request, also one that only makes sure of an end.
    var reachedForRequests: PartialReason? {
        if let most = bounds.requests, requests >= most { return .askedBound(most) }
        return isTimeOver ? .timeBound : nil
    }

    var isTimeOver: Bool { millisecondsLeft == 0 }

    /// Not below 0; nil without a bound.
    var millisecondsLeft: Int64? { bounds.until.map { max(0, $0 - clock()) } }

    /// Requests of all the resource's readers that are under way, or whose pages have not had their turn.
    private var underWay = 0
    private var largestPage = 0
    /// Of pages that wait for their turn, the one at hand among them, for one resource.
    private static let bytesAhead = 4 << 20
    /// Up to this size of a page the next one is on its way while one is read.
    private static let largestPageAhead = 8 << 20

    /// Whether a further request may be sent ahead: none that a bound would throw away, and no more pages than may wait.
    var hasRoomAhead: Bool {
        let room = min(bounds.pages.map { $0 - pages } ?? .max, bounds.requests.map { $0 - requests } ?? .max)
        let least = largestPage <= Self.largestPageAhead ? 2 : 1
        return underWay < min(room, max(least, Self.bytesAhead / max(1, largestPage)))
    }

    func noteArrived(atFirstAttempt: Bool) { window.notePage(atFirstAttempt: atFirstAttempt) }
    func noteTrouble() { window.noteTrouble() }
    func noteAsked() { underWay += 1 }
    func noteSettled(_ count: Int) { underWay -= count }
    func noteRequest() { requests += 1 }
    func noteRetry() { retries += 1 }

    /// Requests since this was asked last: those of the page at hand.
    func takeRequests() -> Int {
        defer { requestsTaken = requests }
        return requests - requestsTaken
    }
    private var requestsTaken = 0

    func notePage(isKept: Bool, records: Int, bytes: Int) {
        pages += isKept ? 1 : 0
        self.records += records
        self.bytes += bytes
        largestPage = max(largestPage, bytes)
    }
}
