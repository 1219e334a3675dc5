import LakeFetch
import LakeModel
import LakeSource
import Testing

private func pages(_ walked: Walked) -> [Int] { walked.requests.compactMap { parameter("page", $0).flatMap { Int($0) } } }

private func distinct(_ walked: Walked) -> [Int] { Set(walked.ids).compactMap { Int($0) }.sorted() }

@Suite struct BookendTests {
    @Test("A walk of one page, and one whose records have no key, is not asked again")
    func none() throws {
        #expect(try pages(walk(resource(pageNumber), MovingList(1...7, size: 10).answer)) == [1, 2])
        let keyless = try walk(resource(pageNumber, key: nil)) { request in
            let page = Int(parameter("page", request) ?? "") ?? 1
            return .json(page > 2 ? "[]" : "[{\"n\":\(page)}]")
        }
        #expect(pages(keyless) == [1, 2, 3] && keyless.end == .ended(.emptyPage))
    }

    @Test("One page that is full is asked again: records of a second page may have moved up to it")
    func onePage() throws {
        let still = try walk(resource(pageNumber), MovingList(1...10, size: 10).answer)
        #expect(pages(still) == [1, 2, 1] && still.end == .ended(.emptyPage))
        let list = MovingList(1...12, size: 10)
        list.changes[2] = { $0.removeFirst(2) }
        let moved = try walk(resource(pageNumber), list.answer)
        #expect(distinct(moved) == Array(1...12) && moved.verdict.outcome == .complete)
    }

    @Test("Records inserted at the head are adopted, however many", arguments: [1, 3, 9, 10, 11, 25], [2, 3, 4])
    func inserts(_ count: Int, _ before: Int) throws {
        for paginator in [pageNumber, plainOffset] {
            let list = MovingList(1...25, size: 10)
            list.statesTotal = true
            list.changes[before] = { $0.insert(contentsOf: 101...100 + count, at: 0) }
            let walked = try walk(resource(paginator), list.answer)
            // As many as a page between two pages: the same page comes again, which no other sign tells from a fault.
            if case .failed(.repeatedPage) = walked.end, count % 10 == 0 { continue }
            #expect(distinct(walked) == Array(1...25) + Array(101...100 + count), "\(walked.requests) \(walked.end)")
            #expect(walked.verdict.outcome == .complete)
        }
    }

    @Test("Records deleted from the first page: all pages are read again where a key is declared", arguments: [pageNumber, plainOffset])
    func rescans(_ paginator: Paginator) throws {
        let list = MovingList(1...30, size: 10)
        list.changes[2] = { $0.removeFirst(3) }
        let walked = try walk(resource(paginator), list.answer)
        #expect(distinct(walked) == Array(1...30))
        #expect(walked.end == .ended(.shortPageConfirmed))
        #expect(walked.verdict.outcome == .complete)
        #expect(walked.walk.state.firstScan != nil)
    }

    @Test("Records deleted from the first page without a declared key: partial, saying how many")
    func vanished() throws {
        let list = MovingList(1...30, size: 10)
        list.changes[2] = { $0.removeFirst(3) }
        let walked = try walk(resource(pageNumber, key: nil), list.answer)
        #expect(pages(walked) == [1, 2, 3, 4, 1, 2])
        #expect(walked.end == .partial(.recordsVanished(count: 3, page: 1)))
    }

    @Test("Records deleted again while all pages are read again: partial")
    func vanishedTwice() throws {
        let list = MovingList(1...30, size: 10)
        list.changes[2] = { $0.removeFirst(3) }
        list.changes[8] = { $0.removeFirst(2) }
        let walked = try walk(resource(pageNumber), list.answer)
        #expect(walked.end == .partial(.recordsVanished(count: 2, page: 1)))
        #expect(walked.requests.count < 13)
    }

    @Test("A total that falls: all pages are read again where a key is declared, else it is told")
    func totalFell() throws {
        func walked(_ key: String?, _ paginator: Paginator) throws -> Walked {
            let list = MovingList(1...30, size: 10)
            list.statesTotal = true
            list.changes[3] = { $0.remove(at: 14) }
            return try walk(resource(paginator, key: key), list.answer)
        }
        let again = try walked("id", pageNumber)
        #expect(pages(again) == [1, 2, 3, 4, 1, 2, 3, 4, 1])
        #expect(distinct(again) == Array(1...30) && again.verdict.outcome == .complete)
        let told = try walked(nil, pageNumber)
        #expect(told.verdict.outcome == .partial && told.verdict.doubts.contains(.totalFell(from: 30, to: 29)))
        let overlapped = try walked("id", overlapping)
        #expect(distinct(overlapped) == Array(1...30) && overlapped.verdict.outcome == .complete && overlapped.walk.state.firstScan == nil)
    }

    @Test("auto: records deleted from the first page are seen, and read again where a key is declared", arguments: [2, 3, 4, 5], [true, false])
    func auto(_ before: Int, _ states: Bool) throws {
        func walked(_ key: String?) throws -> Walked {
            let list = MovingList(1...35, size: 10)
            list.changes[before] = { $0.removeFirst(3) }
            return try walk(resource(key: key)) { request in
                let answer = list.answer(request)
                let page = parameter("page", request) ?? "1"
                return states ? .json(answer.body.dropLast() + ",\"page_info\":{\"current_page\":\(page),\"total_pages\":4}}") : answer
            }
        }
        let keyed = try walked("id")
        #expect(distinct(keyed) == Array(1...35) && keyed.verdict.outcome == .complete, "\(keyed.requests)")
        let keyless = try walked(nil)
        #expect(keyless.verdict.outcome != .complete, "\(keyless.requests) \(keyless.end)")
    }

    @Test("auto: one full page with an empty one behind it is asked again, and so is one that said that there is more")
    func autoOnePage() throws {
        for size in [7, 10] {
            let list = MovingList(1...size + 2, size: size)
            list.changes[2] = { $0.removeFirst(2) }
            let walked = try walk(resource()) { request in
                let answer = list.answer(request)
                return .json(answer.body.dropLast() + ",\"offset\":0,\"has_more\":\(list.asked == 1)}")
            }
            #expect(distinct(walked) == Array(1...size + 2) || walked.verdict.outcome != .complete, "\(walked.requests) \(walked.end)")
        }
    }

    @Test("A number of pages that falls: all pages are read again where a key is declared, else it is told", arguments: [true, false])
    func pagesFall(_ hasKey: Bool) throws {
        let list = MovingList(1...11, size: 5)
        list.changes[3] = { $0.remove(at: 7) }
        let walked = try walk(resource(pageNumber, key: hasKey ? "id" : nil)) { request in
            let answer = list.answer(request)
            return .json(answer.body.dropLast() + ",\"total_pages\":\((list.ids.count + 4) / 5)}")
        }
        #expect(walked.verdict.outcome == (hasKey ? .complete : .partial))
        #expect(distinct(walked) == (hasKey ? Array(1...11) : Array(1...10)))
        if !hasKey { #expect(walked.end == .partial(.pagesFell(from: 3, to: 2))) }
    }

    @Test("A number of pages that is none past the end is no deletion", arguments: [0, 1])
    func pagesPastTheEnd(_ pages: Int) throws {
        let list = MovingList(1...20, size: 10)
        let walked = try walk(resource(pageNumber)) { request in
            let answer = list.answer(request)
            return .json(answer.body.dropLast() + ",\"total_pages\":\(answer.body.contains("id") ? 2 : pages)}")
        }
        #expect(walked.verdict.outcome == .complete && walked.walk.state.firstScan == nil)
    }

    @Test("Read a second time, the records are held against the totals of that reading alone")
    func secondReading() throws {
        func walked(_ change: (MovingList) -> Void) throws -> Walked {
            let list = MovingList(1...30, size: 10)
            list.statesTotal = true
            // Three that were read are gone, and the three that moved up were not read.
            list.changes[2] = { $0.removeFirst(3) }
            change(list)
            return try walk(resource(plainOffset), list.answer)
        }
        let steady = try walked { _ in }
        #expect(distinct(steady) == Array(1...30) && steady.walk.totals?.distinctOfReading == 27)
        #expect(steady.verdict.outcome == .complete && steady.walk.totals == steady.walk.totals.map { _ in
            var totals = TotalRange(27, isTotal: true)
            totals.distinctOfReading = 27
            return totals
        })
        let falls = try walked { list in
            list.changes[8] = { _ = $0.remove(at: 22) }
        }
        #expect(falls.verdict.doubts.contains(.totalFell(from: 27, to: 26)), "\(falls.requests) \(falls.end) \(falls.verdict)")
        let lacks = Completeness.judge(.ended(.emptyPage), totals: falls.walk.totals.map { _ in
            var totals = TotalRange(27, isTotal: true)
            totals.distinctOfReading = 26
            return totals
        }, distinct: 30, paginator: plainOffset)
        #expect(lacks.doubts == [.totalMismatch(distinct: 26, smallest: 27, largest: 27)])
    }

    @Test("A total that fell and rose again is told as it fell")
    func fellAndRose() throws {
        var totals = TotalRange(30, isTotal: true)
        totals.add(27, isTotal: true)
        totals.add(30, isTotal: true)
        let verdict = Completeness.judge(.ended(.emptyPage), totals: totals, distinct: 28, paginator: plainOffset)
        #expect(verdict.doubts == [.totalFell(from: 30, to: 27)])
    }

    @Test("An updated record that moved to the head is no deletion")
    func movedToHead() throws {
        let list = MovingList(1...30, size: 10)
        list.changes[3] = { ids in
            ids.remove(at: 24)
            ids.insert(25, at: 0)
        }
        let walked = try walk(resource(pageNumber), list.answer)
        #expect(distinct(walked) == Array(1...30) && walked.end == .ended(.emptyPage))
        #expect(walked.walk.state.firstScan == nil)
    }

    @Test("A bookend that is refused leaves the end as proven", arguments: [400, 403, 404, 500])
    func refused(_ status: Int) throws {
        let list = MovingList(1...25, size: 10)
        let walked = try walk(resource(pageNumber)) { request in list.asked == 4 ? .status(status) : list.answer(request) }
        #expect(walked.ids.count == 25)
        #expect(walked.end == .ended(.shortPageConfirmed))
    }

    @Test("A bookend is a probe, within the bounds on pages")
    func probes() throws {
        let walked = try walk(resource(pageNumber), bounds: .init(pages: 4), MovingList(1...25, size: 10).answer)
        #expect(walked.probes == 1 && walked.end == .ended(.shortPageConfirmed))
    }
}

@Suite struct AheadTests {
    private func ahead(_ resource: Resource, _ answers: [String], _ count: Int) throws -> [String] {
        var walk = PageWalk(resource: resource, firstURL: "https://x/")
        var finder = RecordFinder(resource: resource)
        for answer in answers { _ = walk.accept(try facts(.json(answer), resource, &finder)) }
        return walk.ahead(count).map { text($0) }
    }

    @Test("Numbered pages are known ahead, as far as totals and maxima reach")
    func numbered() throws {
        #expect(try ahead(resource(pageNumber), [records(1...10)], 3) == ["page=3", "page=4", "page=5"])
        #expect(try ahead(resource(pageNumber), ["{\"data\":\(records(1...10)),\"total\":31}"], 9) == ["page=3", "page=4"])
        #expect(try ahead(resource(pageNumber), ["{\"data\":\(records(1...10)),\"total_pages\":3}"], 9) == ["page=3"])
        let declared = Paginator.pageNumber(PageNumberPaginator(basePage: 0, totalPath: Selector(keys: ["n"]), maximumPage: 9))
        #expect(try ahead(resource(declared), ["{\"data\":\(records(1...10)),\"n\":4}"], 9) == ["page=2", "page=3"])
        let maximum = Paginator.pageNumber(PageNumberPaginator(basePage: 1, maximumPage: 3))
        #expect(try ahead(resource(maximum), [records(1...10)], 9) == ["page=3"])
    }

    @Test("Offsets are known ahead with their overlap")
    func offsets() throws {
        #expect(try ahead(resource(overlapping), [records(1...10)], 2) == ["offset=18&limit=10", "offset=27&limit=10"])
        #expect(try ahead(resource(plainOffset), [records(1...5)], 2) == ["offset=10&limit=10", "offset=15&limit=10"])
        #expect(try ahead(resource(plainOffset), ["{\"data\":\(records(1...10)),\"total\":31}"], 9) == ["offset=20&limit=10", "offset=30&limit=10"])
    }

    @Test("Nothing is known before the first page, behind a short page, while finding out, and of cursors and links")
    func nothing() throws {
        #expect(try ahead(resource(pageNumber), [], 3).isEmpty)
        #expect(try ahead(resource(pageNumber), [records(1...10), records(11...15)], 3).isEmpty)
        #expect(try ahead(resource(overlapping), [records(1...10), records(1...10)], 3).isEmpty)
        #expect(try ahead(resource(), [records(1...10)], 3).isEmpty)
        #expect(try ahead(resource(pageNumber), [records(1...10), "[]"], 3).isEmpty)
        let cursor = Paginator.cursor(CursorPaginator(cursorPath: Selector(keys: ["next"])))
        #expect(try ahead(resource(cursor), ["{\"data\":\(records(1...10)),\"next\":\"a\"}"], 3).isEmpty)
        #expect(try ahead(resource(.jsonLink(nextURLPath: Selector(keys: ["next"]))), ["{\"data\":\(records(1...10)),\"next\":\"a\"}"], 3).isEmpty)
    }
}
