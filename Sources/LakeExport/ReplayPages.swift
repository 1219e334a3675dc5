import LakeFiles
import LakeModel

/// Records of the quarantine as a page that can be written like any other.
struct ReplayPage {
    /// Of the page that they came from.
    var number: Int
    var page: PageBytes
    /// Of the list, which is all of the page: those that are records; what stands between them only keeps their places.
    var choice: RecordChoice
    var records: Int
}

/// Gathers entries into pages. Each record stands where it stood in the page that it came from, so that whatever is said of
/// it later names that place. Record 2 and record 5 of page 3:
///
///     [0,{"id":7},0,0,{"id":9}]     the elements 1 and 4 are chosen
struct ReplayPages {
    /// The values of one page are written when they hold this.
    private static let pageBytes = 2 << 20

    /// As many records as fit into the largest page by default, of two bytes each.
    fileprivate static let furthestRecord = 1 << 25

    private var waiting: [QuarantineEntry] = []
    private var bytes = 0

    /// - Returns: what is ready; entries of one page that follow each other come together.
    mutating func add(_ entry: QuarantineEntry) -> [ReplayPage] {
        let isFull = bytes >= Self.pageBytes || waiting.last.map { $0.place.page != entry.place.page } ?? false
        let ready = isFull ? finish() : []
        waiting.append(entry)
        bytes += entry.value.count
        return ready
    }

    /// What is left.
    mutating func finish() -> [ReplayPage] {
        var left = waiting.sorted { $0.place.record < $1.place.record }
        waiting = []
        bytes = 0
        var pages: [ReplayPage] = []
        while !left.isEmpty {
            // Records of several loads may have come from one place: each further one goes into a page of its own.
            var page: [QuarantineEntry] = [], further: [QuarantineEntry] = []
            for entry in left {
                if let last = page.last, last.index == entry.index { further.append(entry) } else { page.append(entry) }
            }
            pages.append(Self.page(page))
            left = further
        }
        return pages
    }

    private static func page(_ entries: [QuarantineEntry]) -> ReplayPage {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        var next = 0
        for entry in entries {
            while next < entry.index {
                bytes += [UInt8(ascii: "0"), UInt8(ascii: ",")]
                next += 1
            }
            bytes += entry.value
            bytes.append(UInt8(ascii: ","))
            next += 1
        }
        bytes[bytes.count - 1] = UInt8(ascii: "]")
        return ReplayPage(
            number: entries.first?.place.page ?? 0, page: PageBytes(bytes), choice: .only(entries.map(\.index)), records: entries.count)
    }
}

extension QuarantineEntry {
    /// In its page, from 0; the first one where the place is not known, or lies further than a usual page has records: the
    /// memory for all that stands before it is not spent.
    fileprivate var index: Int { (1...ReplayPages.furthestRecord).contains(place.record) ? place.record - 1 : 0 }
}
