import LakeCommit
import LakeModel
@testable import LakeReport
import Testing

@Suite("The loads of a report")
struct HistoryTests {
    private func history(_ records: [LoadRecord]) -> LoadHistory {
        var history = LoadHistory()
        for record in records { history.add(record) }
        return history
    }

    @Test("a table that got no row in a load of its resource has 0 there; loads of other resources do not count")
    func rows() {
        let history = history([
            record(loadID(0)), record(loadID(1), [resource("users")], [table("users", resource: "users", rows: 3)]), record(loadID(2), [resource()], []),
            record(loadID(3), [resource("requests", .failed)], []), record(loadID(4), [resource()], [table(rows: 12)]),
        ])
        #expect(history.rows == ["requests": [10, 0, 12], "users": [3]] && history.allRows == ["requests": 22, "users": 3])
        #expect(history.outcomes["requests"] == [.complete, .complete, .failed, .complete])
    }

    @Test("the newest record of each resource is kept, one that only adds to it is not it")
    func newest() {
        var supplement = resource(written: 1)
        supplement.supplements = true
        let history = history([record(loadID(0), [resource(written: 5), resource("users")]), record(loadID(1), [supplement])])
        #expect(history.newest["requests"]?.load == loadID(0) && history.newest["requests"]?.record.counts.written == 5 && history.newest["users"] != nil)
    }

    @Test("removals and records put back are taken off what is there")
    func removed() {
        let load = loadID(0), held = QuarantineRecord(path: "_lake/quarantine/x", resource: "requests", records: 4, bytes: 9, sha256: "")
        var replay = resource()
        replay.supplements = true
        replay.replayed = [ReplayedRecords(load: load, resource: "requests", records: 3)]
        var history = history([record(load, files: [file("requests", load)], quarantine: [held]), record(loadID(1), [replay], [])])
        #expect(history.quarantine[0].replays == [.init(load: loadID(1), records: 3)] && history.files["requests"]?.load == load)
        history.add(LoadRecord(
            expired: [ExpiredLoad(load: load, isWhole: true, files: [file("requests", load).path], quarantine: [held.path])], liveSince: [:], load: loadID(2),
            dataset: "thena", at: moment(2).iso, reason: "restlake expire"))
        #expect(history.loads[0].isExpired && history.quarantine[0].isExpired && history.files.isEmpty && history.loads[2].kind == .expire)
    }

    @Test("few loads have a bar each, many share one for a stretch of time", arguments: [
        (count: 0, seconds: 1, bars: 0, unit: nil), (1, 1, 1, nil), (60, 86_400, 60, nil), (61, 1, 2, "a minute"), (1000, 86_400, 36, "28 days"), (200, 3600, 34, "6 hours"),
        (100, 600, 17, "an hour"), (400, 86_400 * 365, 41, "about 10 years"),
    ] as [(count: Int, seconds: Int, bars: Int, unit: String?)])
    func bins(_ count: Int, _ seconds: Int, _ bars: Int, _ unit: String?) {
        let loads = (0..<count).map { LoadEntry(record(loadID(0, $0 * seconds))) }
        let bins = LoadBins(loads)
        #expect(abs(bins.bins.count - bars) <= 1 && bins.unit == unit, "\(bins.bins.count), \(bins.unit ?? "")")
        #expect(bins.bins.count <= LoadBins.most && bins.bins.reduce(0) { $0 + $1.loads } == count && bins.bins.reduce(0) { $0 + $1.rows } == count * 10)
    }

    @Test("the outcome of a bar is the worst of its loads, its duration the longest")
    func worst() {
        let outcomes: [ResourceOutcome] = [.complete, .failed, .partial]
        let loads = (0..<99).map { LoadEntry(record(loadID(0, $0 / 33), [resource("requests", outcomes[$0 % 3])], milliseconds: Int64($0))) }
        let bins = LoadBins(loads)
        #expect(bins.bins.count == 1 && bins.bins[0].outcome == .failed && bins.bins[0].milliseconds == 98)
        #expect(bins.bins[0].words == "2026-11-23 02:00")
    }

    @Test("times at both ends of what a load id can name make few bars", arguments: [1, 0])
    func extremes(_ order: Int) {
        let ends = ["00000101T000000Z-00000a", "99991231T235959Z-00000a"]
        let loads = (0..<80).map { LoadEntry(record(ends[($0 + order) % 2])) }
        #expect((2...LoadBins.most).contains(LoadBins(loads).bins.count))
    }
}

@Suite("The boxes of a diagram")
struct TableTreeTests {
    @Test("children stand at the right of their parents, no two boxes touch, labels leave out the parent's name")
    func layout() {
        let tables = report([record(loadID(0), [resource()], [
            table("requests"), table("requests__tags", parent: "requests"), table("requests__tags__marks", parent: "requests__tags"), table("requests__watchers", parent: "requests"),
            table("other", parent: "nowhere"),
        ])]).tables
        let tree = TableTree(tables)
        #expect(tree.boxes.map(\.label) == ["requests", "tags", "marks", "watchers", "other"])
        #expect(tree.boxes.map(\.parent) == [nil, 0, 1, 0, nil])
        for (i, box) in tree.boxes.enumerated() {
            #expect(box.x + box.width <= tree.width && box.y + TableTree.height <= tree.size)
            if let parent = box.parent { #expect(tree.boxes[parent].x + tree.boxes[parent].width < box.x) }
            for other in tree.boxes[..<i] { #expect(abs(other.y - box.y) >= TableTree.height || other.x + other.width <= box.x || box.x + box.width <= other.x) }
        }
    }

    @Test("parents that lead in a circle do not hang the page")
    func circle() {
        let tables = report([record(loadID(0), [resource()], [table("a", parent: "b"), table("b", parent: "a"), table("c", parent: "c")])]).tables
        #expect(TableTree(tables).boxes.map(\.table) == ["c"])
    }
}

@Suite("The first rows of a file")
struct SampleRowsTests {
    private func sample(_ text: String, _ format: FileFormat, isWhole: Bool = true, columns: [String] = ["a", "b"], limit: Int = 3) -> [[SampleRows.Cell]]? {
        SampleRows(Array(text.utf8), isWhole: isWhole, format, load: loadID(0), columns: columns, limit: limit)?.rows
    }

    @Test("JSONL: null and absent stay apart, numbers keep their digits, a line that is cut off is left out")
    func jsonl() {
        let text = "{\"a\":1.50,\"b\":null}\n{\"b\":{\"x\":[1]}}\n{\"a\":\"y\",\"b\":"
        #expect(sample(text, .jsonl, isWhole: false) == [[.value("1.50"), .null], [.absent, .value("{\"x\":[1]}")]])
        #expect(sample(text, .jsonl, isWhole: false, limit: 1) == [[.value("1.50"), .null]])
        #expect(sample("{\"a\":\"", .jsonl, isWhole: false) == [])
        #expect(sample(text, .jsonl) == nil && sample("[]\n", .jsonl) == nil)
    }

    @Test("CSV: an empty field is null, quotes hold commas, breaks and quotes, a row that is cut off is left out")
    func csv() {
        let text = "a,b\n1,\n\"\",\"x, \"\"y\"\"\nz\"\n3,\"cut"
        #expect(sample(text, .csv, isWhole: false) == [[.value("1"), .null], [.value(""), .value("x, \"y\"\nz")]])
        #expect(sample("a,b\n1,2\n", .csv, isWhole: false, limit: 1) == [[.value("1"), .value("2")]])
        #expect(sample("a,b\n1\n", .csv) == nil && sample("", .csv) == nil)
    }
}
