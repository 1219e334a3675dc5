import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import Testing

@Suite("The quarantine of a dataset") struct QuarantinePieceTests {
    private func broken(_ day: Int) -> Portion { Portion(resource: "r", pages: [#"[{"id":\#(day)},{"x":\#(day)}]"#], key: ["id"]) }

    private func replay(of day: Int, records: Int = 1, outcome: ResourceOutcome = .complete, written: Bool = false) -> Portion {
        Portion(
            resource: "r", pages: [#"[{"id":9}]"#], key: ["id"], outcome: outcome, supplements: true,
            replayed: [ReplayedRecords(load: loadID(day).text, resource: "r", records: records, includesWritten: written)])
    }

    @Test("is listed by load, with the loads that have put it back; those that failed have not") func pieces() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        #expect(try Dataset.quarantine(lake.paths) == [])
        try commit(dataset, loadID(1), [Portion(resource: "fine", pages: ["[{}]"])])
        #expect(try Dataset.quarantine(lake.paths) == [])
        try commit(dataset, loadID(2), [broken(2), Portion(resource: "s", pages: ["[{\"a\":1},null]"])])
        try dataset.publishState(["r": ["x": 1]], reason: "test", load: loadID(3), now: loadID(3).time)
        try commit(dataset, loadID(4), [broken(4)])
        try commit(dataset, loadID(5), [replay(of: 2, outcome: .failed), Portion(resource: "fine", pages: ["[{}]"])])
        try commit(dataset, loadID(6), [replay(of: 2, records: 1, outcome: .partial)])
        try commit(dataset, loadID(7), [replay(of: 2, records: 3, written: true)])
        let pieces = try Dataset.quarantine(lake.paths)
        #expect(pieces.map { [$0.load, $0.file.resource] } == [[loadID(2).text, "r"], [loadID(2).text, "s"], [loadID(4).text, "r"]])
        #expect(pieces.map(\.replays) == [
            [.init(load: loadID(6).text, records: 1), .init(load: loadID(7).text, records: 3, includesWritten: true)], [], [],
        ])
        #expect(pieces.allSatisfy { Disk.exists(lake.paths.absolute($0.file.path)) && $0.file.records == 1 })
    }

    @Test("what was removed with its load says so, and what has put it back is still told") func expired() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(1), [broken(1)])
        try commit(dataset, loadID(2), [replay(of: 1)])
        try commit(dataset, loadID(3), [broken(3)])
        let plan = try ExpirePlan(lake.paths, dataset.manifest, Retention(.keeping(1), isForced: true))
        try dataset.publishExpiry(plan, reason: "test", load: loadID(4), now: loadID(4).time)
        let pieces = try Dataset.quarantine(lake.paths)
        #expect(pieces.map { [$0.load, "\($0.isExpired)", "\($0.replays.count)"] } == [[loadID(1).text, "true", "1"], [loadID(3).text, "false", "0"]])
    }

    @Test("an empty snapshot has superseded what was before it, and goes on to when others come") func emptySnapshot() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        func load(_ day: Int, _ page: String, _ outcome: ResourceOutcome = .complete, resource: String = "r") throws -> String? {
            try commit(dataset, loadID(day), [Portion(resource: resource, pages: [page], disposition: .replace, outcome: outcome)])
            return dataset.manifest.liveSince("r")
        }
        #expect(try load(1, #"[{"a":1}]"#) == loadID(1).text)
        #expect(try load(2, "[]") == loadID(2).text)
        #expect(try load(3, #"[{"a":1}]"#, resource: "s") == loadID(2).text)
        #expect(try load(4, #"[{"a":1}]"#, .partial) == loadID(2).text)
        #expect(try Manifest(json: dataset.manifest.json).liveSince("r") == loadID(2).text)
        #expect(try load(5, #"[{"a":1}]"#) == loadID(5).text)
    }

    @Test("a record written otherwise is read all the same") func otherForm() throws {
        let lake = try Lake()
        try commit(try lake.open(), loadID(1), [broken(1)])
        let path = lake.paths.absolute(LakePaths.record(loadID(1).text))
        let json = try JSONValue(parsing: try #require(try Disk.read(path)))
        try Disk.write(json.utf8(pretty: false), to: path)
        #expect(try Dataset.quarantine(lake.paths).map(\.load) == [loadID(1).text])
    }

    @Test("a load that puts records back leaves state and the rows of the last load as they were") func untouched() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        var first = broken(1)
        first.state = ["incremental": 7]
        first.pages = [#"[{"id":1,"t":[1,2]},{"id":2},{"x":1}]"#]
        try commit(dataset, loadID(1), [first])
        try commit(dataset, loadID(2), [replay(of: 1)])
        #expect(dataset.manifest.state == ["r": ["incremental": 7]])
        #expect(dataset.manifest.tables.map { [$0.name, "\($0.rowsOfLastLoad)"] } == [["r", "2"], ["r__t", "2"]])
        #expect(dataset.manifest.liveSince("r") == nil && dataset.manifest.loadCount == 2)
    }

    @Test("what a resource says of it is written only where there is something to say, and read again") func document() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(1), [broken(1)])
        try commit(dataset, loadID(2), [replay(of: 1, records: 4, written: true)])
        let plain = try #require(try Dataset.record(lake.paths, loadID(1).text)), later = try #require(try Dataset.record(lake.paths, loadID(2).text))
        #expect(plain.json["resources"]?.array?.first?["supplements"] == nil && plain.json["resources"]?.array?.first?["replayed"] == nil)
        let resource = try #require(later.json["resources"]?.array?.first)
        #expect(resource["supplements"] == true)
        #expect(resource["replayed"]?.text(pretty: false) == #"[{"load_id":"\#(loadID(1).text)","resource":"r","records":4,"written":true}]"#)
        #expect(try LoadRecord(json: later.json) == later)
        #expect(later.resources.first?.replayed.first?.includesWritten == true)
    }

    @Test("the oldest load whose rows count", arguments: [WriteDisposition.replace, .merge, .append]) func live(_ disposition: WriteDisposition) throws {
        let lake = try Lake()
        let dataset = try lake.open()
        for day in 1...4 {
            var portion = broken(day)
            portion.disposition = disposition
            portion.outcome = day == 3 ? .partial : .complete
            portion.replaces = day == 2
            portion.supplements = day == 4
            try commit(dataset, loadID(day), [portion])
        }
        #expect(dataset.manifest.liveSince("r") == loadID(2).text)
        #expect(dataset.manifest.liveSince("other") == nil)
    }
}
