import Foundation
import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource
import Testing

@testable import LakeExport

private struct Crash: Error {}
private let load1 = "20260101T000000Z-00000a", load2 = "20260102T000000Z-00000b", load4 = "20260104T000000Z-00000d"

@Suite("Records put back from the quarantine")
struct QuarantineReplayTests {
    private let pages = [#"[{"id":1,"k":"a"},{"k":"b","t":[1,2]},{"id":3,"k":"c"},{"k":"d"}]"#, #"[{"id":5},{"n":1}]"#]
    private let broken = ReplayBench.resource(), mended = ReplayBench.resource(key: "k")

    private func bench() throws -> ReplayBench {
        let bench = ReplayBench()
        try bench.commit(load1, [(broken, pages)])
        return bench
    }

    @Test("are rows of a load of their own; what is still broken is quarantined anew at its old place")
    func replay() throws {
        let bench = try bench()
        let report = try bench.replay([mended])
        let record = try #require(report.export?.record)
        #expect(record.load == replayLoad && record.outcome == .partial)
        let resource = try #require(record.resources.first)
        #expect(resource.supplements && resource.replayed == [ReplayedRecords(load: load1, resource: "r", records: 3)])
        #expect(resource.counts.fetched == 3 && resource.counts.written == 2 && resource.counts.quarantined == 1)
        #expect(resource.outcome == .partial && resource.evidence == nil && resource.state == nil)
        #expect(try bench.rows(replayLoad).map { $0["k"]?.string } == ["b", "d"])
        #expect(try bench.rows(replayLoad, "r__t").count == 2)
        #expect(try bench.quarantined(replayLoad) == [
            #"{"reason":"missing_primary_key","resource":"r","page":2,"record":2,"written":false,"value":{"n":1}}"#,
        ])
        #expect(try bench.manifest.state == ["r": ["incremental": 1]])
        let change = try #require(record.tables.first { $0.name == "r__t" }?.versions.first?.changes.first)
        #expect(change.place == Place(page: 1, record: 2), "changes name the place in what the API sent")
        // The rest can be put back by a further definition.
        let rest = try bench.replay([ReplayBench.resource(key: "n")], load: load4)
        #expect(rest.export?.record.outcome == .complete && rest.export?.record.resources.first?.evidence == .quarantineReplayed)
        #expect(rest.export?.record.resources.first?.replayed.map(\.load) == [replayLoad])
    }

    @Test("add to the rows of a snapshot, and nobody takes the load for one")
    func snapshot() throws {
        let bench = ReplayBench()
        let replaced = ReplayBench.resource(as: .replace)
        try bench.commit(load1, [(replaced, pages)])
        try bench.commit(load2, [(replaced, [#"[{"id":1,"k":"x"},{"k":"y"}]"#])])
        let report = try bench.replay([ReplayBench.resource(key: "k", as: .replace)])
        #expect(report.selection.superseded.map(\.piece.load) == [load1], "records of an older snapshot stay out of the newer one")
        #expect(try bench.rows(replayLoad).map { $0["k"]?.string } == ["y"])
        let table = try #require(try bench.manifest.table("r"))
        #expect(table.liveFiles.map { $0.contains(load2) } == [true, false] && table.liveFiles.last?.contains(replayLoad) == true)
        #expect(table.rowsOfLastLoad == 1)
    }

    @Test("are put back once, unless it is asked for again")
    func again() throws {
        let bench = try bench()
        try bench.replay([mended], ReplayChoice(loads: [load1]))
        #expect(throws: ReplayFault.replayedAlready(load: load1, resource: "r", by: replayLoad)) {
            try bench.replay([mended], ReplayChoice(loads: [load1]), load: load4)
        }
        let again = try bench.replay([mended], ReplayChoice(loads: [load1], again: true), load: load4)
        #expect(again.export?.record.records == 2)
        let nothing = try bench.replay([ReplayBench.resource("other")], load: "20260105T000000Z-00000e")
        #expect(nothing.export == nil && nothing.resources.isEmpty && nothing.selection.unknownResources == ["r"])
    }

    @Test("that cannot be written now either leave the lake as it was")
    func stillBroken() throws {
        let bench = try bench()
        let before = tree(bench.lake).filter { !$0.key.hasSuffix("lock") }
        #expect {
            try bench.replay([broken])
        } throws: {
            guard case ExportFault.nothingToPublish(let reports)? = $0 as? ExportFault else { return false }
            return reports.first?.failure == .data && reports.first?.findings.first?.contains("none of the 3 records") == true
        }
        #expect(tree(bench.lake).filter { !$0.key.hasSuffix("lock") } == before)
        let rehearsal = try bench.replay([mended], isRehearsal: true)
        #expect(rehearsal.export == nil && rehearsal.resources.first?.record.counts.written == 2)
        #expect(tree(bench.lake).filter { !$0.key.hasSuffix("lock") } == before)
    }

    @Test("a resource that fails keeps its quarantine, the others are put back")
    func oneFails() throws {
        let bench = ReplayBench()
        let other = ReplayBench.resource("s")
        try bench.commit(load1, [(broken, pages), (other, [#"[{"id":1},{"x":1}]"#])])
        let report = try bench.replay([mended, other])
        #expect(report.resources.map(\.outcome) == [.partial, .failed])
        let pieces = try Dataset.quarantine(bench.paths)
        #expect(pieces.map { [$0.load, $0.file.resource, "\($0.replays.count)"] } == [[load1, "r", "1"], [load1, "s", "0"], [replayLoad, "r", "0"]])
    }

    @Test("that dies at any durable step is finished or undone by the next run", arguments: DurableStep.allCases.filter { $0 > .checkpoint })
    func crash(_ step: DurableStep) throws {
        let whole = try bench(), broken = try bench()
        let before = tree(broken.lake).timeless
        try whole.replay([mended])
        #expect(throws: (any Error).self) { try broken.replay([mended], hook: { if $0 == step { throw Crash() } }) }
        let dataset = try Dataset(broken.paths, name: "api")
        let isCommitted = step > .writeRecord
        #expect(dataset.manifest.loadCount == (isCommitted ? 2 : 1))
        #expect(tree(broken.lake).timeless == (isCommitted ? tree(whole.lake).timeless : before))
        #expect(try Disk.names(in: broken.paths.staging).isEmpty)
        #expect(try Dataset.quarantine(broken.paths).first?.replays.map(\.load) == (isCommitted ? [replayLoad] : []))
    }

    @Test("a file that was changed, or is gone, is told, and nothing of it is taken")
    func damaged() throws {
        let bench = try bench()
        let path = bench.lake + "/" + LakePaths.quarantine("r", load1) + "/r.00000.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "\"b\"", with: "\"x\"").write(toFile: path, atomically: false, encoding: .utf8)
        #expect {
            try bench.replay([mended])
        } throws: {
            if case ExportFault.file(.quarantineChanged)? = $0 as? ExportFault { true } else { false }
        }
        try FileManager.default.removeItem(atPath: path)
        let gone = LakePaths.quarantine("r", load1) + "/r.00000.jsonl"
        #expect(throws: ReplayFault.gone(paths: [gone], others: [])) { try bench.replay([mended]) }
        try bench.commit(load2, [(broken, pages)])
        #expect(throws: ReplayFault.gone(paths: [gone], others: [load2])) { try bench.replay([mended]) }
        #expect(try Disk.names(in: bench.paths.staging).isEmpty && Dataset.committedLoads(bench.paths).count == 2)
        let others = try bench.replay([mended], ReplayChoice(loads: [load2]))
        #expect(others.export?.record.resources.first?.replayed.map(\.load) == [load2])
    }

    @Test("of another origin are refused")
    func otherOrigin() throws {
        let bench = try bench()
        #expect {
            try bench.replay([mended], origin: "https://other.example:443")
        } throws: {
            if case ExportFault.commit(.otherOrigin)? = $0 as? ExportFault { true } else { false }
        }
    }

    @Test("that were written without a value come into merged tables alone, and only when asked for")
    func written() throws {
        let bench = ReplayBench()
        let merged = ReplayBench.resource(as: .merge)
        try bench.commit(load1, [(merged, pages)])
        try bench.rewrite(load1, [
            #"{"reason":"contract","resource":"r","page":1,"record":1,"written":true,"breaches":[{"contract":"columns","mode":"discard_value","table":"r","column":"z"}],"breach_count":1,"value":{"id":1,"z":2}}"#,
            #"{"reason":"contract","resource":"r","page":1,"record":3,"written":false,"breaches":[],"breach_count":0,"value":{"id":7}}"#,
        ])
        try bench.replay([merged])
        #expect(try bench.rows(replayLoad).map { $0["id"]?.int } == [7])
        try bench.replay([merged], ReplayChoice(includesWritten: true), load: load4)
        #expect(try bench.rows(load4).map { [$0["id"]?.int, $0["z"]?.int] } == [[1, 2]])
        #expect(try bench.replay([merged], ReplayChoice(includesWritten: true), load: "20260105T000000Z-00000e").export == nil)
        #expect(throws: ReplayFault.self) { try bench.replay([ReplayBench.resource()], ReplayChoice(includesWritten: true, again: true), load: "20260105T000000Z-00000e") }
    }

    @Test("all come back, though the filters, which they had passed, would not find in them what they look at")
    func filters() throws {
        let bench = try bench()
        let filtered = ReplayBench.resource(
            key: nil, filters: [RecordFilter(path: Selector(keys: ["dropped"]), operation: .exists, value: true)],
            rules: FieldRules(personal: [PersonalField(field: FieldReference(field: ["dropped"]), action: .drop)]))
        let report = try bench.replay([filtered])
        let counts = try #require(report.resources.first?.record.counts)
        #expect(counts.fetched == 3 && counts.written == 3 && counts.filtered == 0)
        #expect(report.export?.record.outcome == .complete)
    }

    @Test("go into the tables that the definition names")
    func tableNames() throws {
        let bench = ReplayBench()
        func named(_ key: String) -> Resource {
            var resource = ReplayBench.resource(key: key)
            resource.tableName = "tickets"
            resource.nestedTables = [NestedTable(table: [.key("t"), .all], tableName: "labels")]
            return resource
        }
        // The list is new in the replay, the root table is new in the export and then in the replay.
        try bench.commit(load1, [(named("id"), [#"[{"id":1},{"k":"b","t":[1,2]}]"#])])
        #expect(try bench.replay([named("k")]).export?.tables.map(\.name) == ["tickets", "labels"])
        let other = ReplayBench()
        try other.commit(load1, [(named("id"), [#"[{"k":"b","t":[1,2]}]"#])])
        #expect(try other.replay([named("k")]).export?.tables.map(\.name) == ["tickets", "labels"])
    }

    @Test("a broken frozen contract is told in full, and where the records are")
    func frozen() throws {
        let bench = try bench()
        var frozen = mended
        frozen.contract.columns = .freeze
        try bench.rewrite(load1, [#"{"reason":"missing_primary_key","resource":"r","page":3,"record":17,"value":{"k":"b","new":7}}"#])
        #expect {
            try bench.replay([frozen])
        } throws: {
            guard case ExportFault.nothingToPublish(let reports)? = $0 as? ExportFault else { return false }
            return reports.first?.findings == ["r, column 'new' would be new: page 3, record 17 holds bigint at $.new. Expected no further column. "
                + "The records stay in the quarantine where they are."]
        }
    }

    @Test("duplicates of what was written stay where they are, but with those that were written", arguments: [WriteDisposition.append, .replace, .merge])
    func duplicates(_ disposition: WriteDisposition) throws {
        let bench = ReplayBench()
        let resource = ReplayBench.resource(as: disposition)
        try bench.commit(load1, [(resource, pages)])
        func line(_ record: Int, _ mark: String, _ z: Int) -> String {
            #"{"reason":"contract","resource":"r","page":1,"record":\#(record),\#(mark),"breaches":[],"breach_count":0,"value":{"id":1,"z":\#(z)}}"#
        }
        try bench.rewrite(load1, [line(1, #""written":true"#, 1), line(2, #""written":false,"duplicate":true"#, 2)])
        #expect(try bench.replay([resource]).export == nil)
        guard disposition == .merge else { return }
        try bench.replay([resource], ReplayChoice(includesWritten: true))
        #expect(try bench.rows(replayLoad).map { $0["z"]?.int } == [1, 2], "both of them: the last one is the newest")
    }

    @Test("records that an empty snapshot has superseded stay out, whatever came after it")
    func emptySnapshot() throws {
        let bench = ReplayBench()
        let replaced = ReplayBench.resource(as: .replace), other = ReplayBench.resource("s")
        try bench.commit(load1, [(replaced, pages)])
        try bench.commit(load2, [(replaced, ["[]"])])
        let superseded = try bench.replay([ReplayBench.resource(key: "k", as: .replace)])
        #expect(superseded.export == nil && superseded.selection.superseded.map(\.by) == [load2])
        try bench.commit(replayLoad, [(other, [#"[{"id":1}]"#])])
        #expect(try bench.replay([ReplayBench.resource(key: "k", as: .replace), other], load: load4).export == nil)
        // What the empty one itself has left out is of today.
        let mine = ReplayBench()
        try mine.commit(load1, [(replaced, [#"[{"id":1}]"#])])
        try mine.commit(load2, [(replaced, [#"[{"k":"only"}]"#])])
        try mine.commit(replayLoad, [(other, [#"[{"id":1}]"#])])
        try mine.replay([ReplayBench.resource(key: "k", as: .replace), other], load: load4)
        #expect(try mine.rows(load4).map { $0["k"]?.string } == ["only"])
    }

    @Test("each once, though copies of it stand in the quarantine of every load that put it back in vain")
    func copies() throws {
        let bench = try bench()
        try bench.replay([mended])
        let load5 = "20260105T000000Z-00000e", load6 = "20260106T000000Z-00000f"
        let keyless = ReplayBench.resource(key: nil)
        // Named or not, the copy is no record of its own.
        for loads in [nil, [load1], [load1, replayLoad]] {
            let report = try bench.replay([keyless], ReplayChoice(loads: loads, again: true), load: load4, isRehearsal: true)
            #expect(report.resources.map(\.record.counts.written) == [3])
        }
        try bench.replay([mended], ReplayChoice(again: true), load: load4)
        #expect(try bench.quarantined(load4).count == 1)
        let last = try bench.replay([keyless], ReplayChoice(again: true), load: load5)
        #expect(last.export?.record.records == 3)
        #expect(last.resources.first?.record.replayed.map { [$0.load, "\($0.records)"] } == [[load1, "3"], [replayLoad, "0"], [load4, "0"]])
        #expect(try bench.replay([keyless], load: load6).export == nil, "nothing is left: the copies are put back with their records")
        // A copy alone is what is asked for.
        let one = try bench.replay([keyless], ReplayChoice(loads: [replayLoad], again: true), load: load6, isRehearsal: true)
        #expect(one.resources.map(\.record.counts.written) == [1])
    }

    @Test("what was hashed before it was quarantined is not hashed again")
    func hashedOnce() throws {
        let bench = ReplayBench()
        try bench.commit(load1, [(broken, pages)])
        let digest = String(repeating: "0a", count: 32)
        try bench.rewrite(load1, [#"{"reason":"missing_primary_key","resource":"r","page":1,"record":2,"value":{"k":"\#(digest)"}}"#])
        try bench.replay([mended])
        #expect(try bench.rows(replayLoad).map { $0["k"]?.string } == [digest])
    }

    @Test("more than one page's worth comes in pieces, each record at its place")
    func large() throws {
        let bench = try bench()
        let filler = String(repeating: "x", count: 60_000)
        try bench.rewrite(load1, (1...120).map { #"{"reason":"missing_primary_key","resource":"r","page":4,"record":\#($0 * 3),"value":{"k":\#($0 == 100 ? "null" : "\($0)"),"f":"\#(filler)"}}"# })
        let report = try bench.replay([mended])
        #expect(report.resources.first?.record.pages == 4)
        #expect(try bench.rows(replayLoad).map { $0["k"]?.string } == (1...120).filter { $0 != 100 }.map(String.init))
        #expect(try bench.quarantined(replayLoad).map { String($0.prefix(85)) } == [
            #"{"reason":"missing_primary_key","resource":"r","page":4,"record":300,"written":false,"#,
        ])
    }

    @Test("of one place but several loads, or in no order, each come once", arguments: [[5, 2, 5, 1, 2, 5], [0, 0], [3], [2, 1], [9_999_999_999, 1]])
    func places(_ records: [Int]) throws {
        let bench = try bench()
        try bench.rewrite(load1, records.enumerated().map { #"{"reason":"missing_primary_key","resource":"r","page":1,"record":\#($1),"value":{"k":\#($0)}}"# })
        try bench.replay([mended])
        #expect(try bench.rows(replayLoad).compactMap { $0["k"]?.string }.sorted() == records.indices.map(String.init))
    }
}
