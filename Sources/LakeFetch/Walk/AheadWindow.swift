import LakeSource

/// How many requests of one resource may be under way at the same time.
///
/// What a definition declares is kept to. Where it says nothing: six at first, as browsers do, one more with each page that
/// came at the first attempt; half as many as soon as a request has to be sent again, and from then on one more only after
/// a whole window went well.
package struct AheadWindow: Hashable, Sendable {
    package private(set) var width: Int
    private let most: Int
    private let isFixed: Bool
    private var hadTrouble = false
    /// Pages that came at the first attempt since the width last changed.
    private var smooth = 0

    private static let first = 6
    private static let paced = 4

    private init(width: Int, most: Int, isFixed: Bool) {
        self.width = max(1, width)
        self.most = max(1, most)
        self.isFixed = isFixed
    }

    package static func fixed(_ width: Int) -> AheadWindow { AheadWindow(width: width, most: width, isFixed: true) }
    package static func growing(to most: Int) -> AheadWindow { AheadWindow(width: min(first, most), most: most, isFixed: false) }

    /// A limit of requests a minute sets the pace by itself.
    package init(_ client: Client) {
        if let declared = client.concurrency {
            self = .fixed(declared)
        } else {
            self = client.requestsPerMinute == nil ? .growing(to: Client.usualConcurrency) : .fixed(Self.paced)
        }
    }

    mutating func notePage(atFirstAttempt: Bool) {
        guard !isFixed, atFirstAttempt, width < most else { return }
        smooth += 1
        guard !hadTrouble || smooth >= width else { return }
        width += 1
        smooth = 0
    }

    /// A request has to be sent again.
    mutating func noteTrouble() {
        guard !isFixed else { return }
        hadTrouble = true
        smooth = 0
        width = max(1, width / 2)
    }
}
