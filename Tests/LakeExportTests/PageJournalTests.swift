import Foundation
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeExport
@testable import LakeFetch

@Suite("The journal of a resource")
struct PageJournalTests {
    private let folder = TemporaryFolder()
    private var staging: StagingFolder { StagingFolder(folder.path) }
    private var path: String { staging.journal(of: "a") }

    private static let cursor = Paginator.cursor(CursorPaginator(source: .body(Selector(steps: [.key("next")], description: "next")), place: .query("after")))
    private static let numbered = Paginator.pageNumber(PageNumberPaginator(firstPage: 1))

    private func resource(_ paginator: Paginator) -> Resource {
        Resource(name: "a", request: RequestTemplate(path: Template("a")), paginator: paginator)
    }

    private final class Told { var lost: [Int] = [] }

    private func journal(_ paginator: Paginator, _ checkpoints: Checkpoints? = nil, told: Told = Told()) throws -> PageJournal {
        try Disk.makeFolders(staging.journal)
        return try PageJournal(
            path, found: JournalCount(path).entries, resource: resource(paginator), checkpoints: checkpoints ?? Checkpoints(staging, hook: { _ in }),
            lost: { told.lost.append($0) })
    }

    private func append(_ pages: ClosedRange<Int>, to journal: PageJournal) throws {
        for page in pages {
            var fetched = try fetchedPage("[\(page)]")
            fetched.judged = JudgedResponse(
                request: UInt64(page), status: 200, headers: HTTPHeaders(), url: "https://x/\(page)", body: fetched.page, milliseconds: 1, sendings: 1, requests: 1)
            try journal.append(fetched)
        }
    }

    /// The pages that come back.
    private func recall(_ journal: PageJournal) throws -> [Int] {
        var pages: [Int] = []
        while journal.hasMore { pages.append(Int(try #require(try journal.next()).request)) }
        return pages
    }

    private func flipBody(of page: Int) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("}\n[\(page)]\n".utf8)))
        bytes[place.lowerBound + 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test("gives back all pages behind a cursor; of places all but the last one, unless the end was reached")
    func last() throws {
        try append(1...4, to: try journal(Self.cursor))
        #expect(try recall(journal(Self.cursor)) == [1, 2, 3, 4])
        #expect(try recall(journal(Self.numbered)) == [1, 2, 3])
        let ended = try journal(Self.cursor)
        #expect(try recall(ended) == [1, 2, 3, 4])
        try ended.end()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let again = try journal(Self.numbered)
        #expect(try recall(again) == [1, 2, 3, 4])
        try again.end()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "an end is written once")
    }

    @Test("ends before a body that is damaged, says how many pages that costs, and of places one page before")
    func damaged() throws {
        for isEnded in [false, true] {
            let writing = try journal(Self.cursor)
            try append(1...4, to: writing)
            if isEnded { try writing.end() }
            try flipBody(of: 3)
            let ofCursor = Told(), ofPlaces = Told()
            #expect(try recall(journal(Self.cursor, told: ofCursor)) == [1, 2])
            #expect(try recall(journal(Self.numbered, told: ofPlaces)) == [1], "page 2 tells whether the list moved")
            #expect(ofCursor.lost == [2] && ofPlaces.lost == [2])
            try Disk.remove(path)
        }
    }

    @Test("is cut off only where a page takes the place of what is no longer wanted")
    func lazy() throws {
        try append(1...4, to: try journal(Self.numbered))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let checkpoints = Checkpoints(staging, entries: ["a": 4], hook: { _ in })
        let resumed = try journal(Self.numbered, checkpoints)
        #expect(try recall(resumed) == [1, 2, 3])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes && checkpoints.entries == ["a": 4])
        try append(7...8, to: resumed)
        #expect(checkpoints.entries == ["a": 5])
        #expect(try recall(journal(Self.cursor)) == [1, 2, 3, 7, 8])
        #expect(try JournalCount(path).entries == 5)
    }

    @Test("knows what was read by the run that began the load")
    func firstStop() throws {
        try append(1...2, to: try journal(Self.cursor))
        for more in [3...4, 5...5] {
            let resumed = try journal(Self.cursor)
            _ = try recall(resumed)
            try append(more, to: resumed)
        }
        let journal = try journal(Self.cursor)
        var behind: [Bool] = [journal.isBehindFirstStop]
        while try journal.next() != nil { behind.append(journal.isBehindFirstStop) }
        #expect(behind[...2] == [false, false, true])
    }

    @Test("is not synced again behind a sync that failed")
    func failedSync() throws {
        struct Refused: Error {}
        let steps = Steps(), time = Steps()
        let checkpoints = Checkpoints(
            staging, hook: { _ in
                steps.count()
                throw Refused()
            }, clock: { time.count() * Checkpoints.milliseconds })
        let failed = Steps()
        try checkpoints.during(failed: { _ in failed.count() }) {
            checkpoints.note("a", bytes: 1)
            failed.wait()
        }
        checkpoints.takeLast()
        #expect(steps.sum == 1)
    }
}

/// Counts, on any thread.
private final class Steps: Sendable {
    private let number = Monitor<Int64>(0)
    @discardableResult
    func count() -> Int64 { number.change { $0 += 1; return $0 } }
    var sum: Int64 { number.look { $0 } }
    func wait() { number.wait { $0 > 0 ? () : nil } }
}
