import LakeJSON
import LakeModel
import LakeSource

/// What to ask for.
package enum PageRequest: Hashable, Sendable {
    /// The resource's own request with these parameters added, or in the place of those of the same name.
    case parameters([PageParameter])
    /// A URL as the API wrote it, absolute or relative to the URL of the page that held it. Its query replaces the
    /// resource's own. Whether its origin may be asked is the shell's decision.
    case link(String)
}

/// A value that asks for one page rather than another.
package struct PageParameter: Hashable, Sendable {
    package var place: ParameterPlace
    /// A text or a number. In the body it keeps its type.
    package var value: JSONValue

    package init(_ place: ParameterPlace, _ value: JSONValue) {
        self.place = place
        self.value = value
    }

    package init(_ place: ParameterPlace, _ number: Int) { self.init(place, .int(number)) }

    /// As it stands in a query.
    package var text: String { value.string ?? value.number ?? "" }
}

/// What a walk decides about one response.
package struct WalkDecision: Hashable, Sendable {
    /// The page's records that belong to the walk. The others are counted as probed and thrown away.
    package var choice: RecordChoice
    package var step: Step

    package init(choice: RecordChoice, step: Step) {
        self.choice = choice
        self.step = step
    }

    package init(keepsRecords: Bool, step: Step) { self.init(choice: keepsRecords ? .all : .none, step: step) }

    /// Whether the page is one of the walk.
    package var keepsRecords: Bool { choice != .none }

    package enum Step: Hashable, Sendable {
        case next(PageRequest)
        /// As `next`, but it may turn out that the API ignores what is asked: nothing may be fetched ahead.
        case probe(PageRequest)
        case ended(EndEvidence)
        /// What was fetched is right, but perhaps not all.
        case partial(PartialReason)
        case failed(FailReason)
    }
}

/// Why a walk stopped without a proven end.
package enum PartialReason: Hashable, Sendable {
    /// One page, as long as the limit (or a multiple of ten), and no way found to ask for a second.
    case mayBeTruncated(count: Int, limit: Int?)
    /// The only page found says, in a way that is not understood, that there is more; the sign is the API's word.
    case signNotUnderstood(String, count: Int)
    /// An empty page that says that there is more.
    case emptyButMoreStated
    /// The cursor or link was nowhere, and nothing else proves that the page is all.
    case cursorNeverFound(path: String, keysSeen: [String], count: Int)
    /// No page had a `Link` header, and nothing else proves that the page is all.
    case linkHeaderNeverFound(relation: String, count: Int)
    /// A page behind the first was refused.
    case refused(status: Int, page: Int)
    case pageBound(Int)
    /// What the user allows one resource: records to write, bytes of bodies, requests sent, time.
    case recordBound(Int)
    case byteBound(Int)
    case askedBound(Int)
    case timeBound
    /// What is read again from kept pages has no more of them.
    case keptPagesEnd
    case maximumPage(Int)
    case maximumOffset(Int)
    /// This page has no records, but a cursor or link, and it is the one that led to it.
    case stuckOnEmptyPage(Int)
    /// So many pages without a record followed each other.
    case onlyEmptyPages(Int)
    /// The bound of the program itself.
    case requestBound(Int)
    /// Distinct records, and the totals that the API stated.
    case totalMismatch(distinct: Int, smallest: Int, largest: Int)
    /// The stated total fell while numbered pages were read: records moved up and may have been skipped.
    case totalFell(from: Int, to: Int)
    /// The stated number of pages did.
    case pagesFell(from: Int, to: Int)
    /// The first request, asked again, has another answer, and no key tells whether its records are the same.
    case pagesCannotBeTold
    /// A page has records and reports an error. The text is the server's.
    case errorBesideRecords(message: String, page: Int)
    /// A refusal that the definition ignores, behind the first page.
    case ignoredInside(status: Int, page: Int)
    /// The path that says whether there is more says yes, and there is no cursor.
    case moreButNoCursor(path: String, page: Int)
    /// The last page says that there is more, and has no cursor or link.
    case moreStatedAtEnd(page: Int)
    /// A Link header that breaks off, or is none, and names the relation that leads on.
    case linkHeaderBroken(relation: String, page: Int)
    /// Offsets: the place where the page before ended was not found again.
    case recordsMoved(page: Int)
    /// So many records of this page were gone when it was asked for again: others may have moved to pages already read.
    case recordsVanished(count: Int, page: Int)
}

extension PartialReason {
    /// A bound of the user's, which holds for the resource as a whole, whatever its parents.
    package var isBound: Bool {
        switch self {
        case .pageBound, .recordBound, .byteBound, .askedBound, .timeBound, .keptPagesEnd: true
        default: false
        }
    }
}

/// Why a walk failed; nothing of it is published.
package enum FailReason: Hashable, Sendable {
    /// 401. Ends the run, not only the resource.
    case unauthorized
    /// A status that says no, on the first page.
    case refused(status: Int)
    /// A redirect that the shell did not follow.
    case redirected(status: Int)
    /// A status that asks to come back later, after all retries. For the shell: the load is unfinished.
    case unavailable(status: Int)
    /// A page carries the cursor or link of an earlier page.
    case loop(page: Int, of: Int)
    /// A page holds the records of an earlier page.
    case repeatedPage(page: Int, of: Int, hasKey: Bool)
    /// Where the cursor or link is expected stands an object, a list or `true`.
    case cursorNotText(path: String, page: Int)
    /// The API says that there is more, but ignores every parameter that was tried.
    case pagingParameterIgnored(tried: [String])
    case records(RecordFault, page: Int)
    /// An answer that the definition itself calls a fault; `content` is the definition's.
    case declaredFault(status: Int, content: String?, page: Int)
}
