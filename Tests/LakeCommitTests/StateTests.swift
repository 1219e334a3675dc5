import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import Testing

private func value(_ last: JSONValue) -> JSONValue { ["incremental": ["last_value": last]] }

@Suite("State") struct StateTests {
    private func portion(_ name: String, _ state: JSONValue?, _ outcome: ResourceOutcome = .complete, page: String = #"[{"a":1}]"#) -> Portion {
        Portion(resource: name, pages: [page], disposition: .append, outcome: outcome, state: state)
    }

    @Test("it is what the newest load of each resource left, whatever loads without a new one came since") func folds() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        #expect(dataset.manifest.state == [:])
        try commit(dataset, loadID(1), [portion("a", value(1)), portion("b", value("x")), portion("plain", nil)])
        #expect(dataset.manifest.state == ["a": value(1), "b": value("x")])
        try commit(dataset, loadID(2), [portion("a", value(2))])
        #expect(dataset.manifest.state == ["a": value(2), "b": value("x")], "a load without b leaves it as it was")
        try commit(dataset, loadID(3), [portion("a", nil, .partial), portion("b", nil)])
        #expect(dataset.manifest.state == ["a": value(2), "b": value("x")])
        try commit(dataset, loadID(4), [portion("a", value(9), .failed), portion("b", value("y"), .partial)])
        #expect(dataset.manifest.state == ["a": value(2), "b": value("y")], "rows of a failed resource are not published, so its state stays")
        let read = try Dataset.readManifest(lake.paths, name: "test")
        #expect(!read.isBehind && read.manifest == dataset.manifest)
        try Disk.remove(lake.paths.manifest)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest == dataset.manifest)
        #expect(try Dataset.record(lake.paths, loadID(1).text)?.resources.map(\.state) == [value(1), value("x"), nil])
    }

    @Test("a change without a load is a record of its own, counted as no load, and the next load id lies behind it") func publishes() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(1), [portion("a", value(1)), portion("b", value(2)), portion("c", value(3))])
        let tables = dataset.manifest.tables
        let published = try #require(try dataset.publishState(["a": value(7), "b": nil], reason: "because", load: loadID(2), now: loadID(2).time))
        #expect(published.leftover == nil && published.record.kind == .state && published.record.load == loadID(2).text)
        let manifest = dataset.manifest
        #expect(manifest.state == ["a": value(7), "c": value(3)])
        #expect(manifest.loadCount == 1 && manifest.recordCount == 2 && manifest.newestLoad == loadID(2) && manifest.newestDataLoad == loadID(1).text)
        #expect(manifest.tables == tables && manifest.origin == testOrigin && manifest.sourceName == "test")
        #expect(manifest.loads.map(\.kind) == [.state, .load] && manifest.loads[0].reason == "because" && manifest.loads[0].outcome == .complete)
        let read = try Dataset.readManifest(lake.paths, name: "test")
        #expect(!read.isBehind && read.manifest == manifest)
        #expect(try Dataset.record(lake.paths, loadID(2).text) == published.record)
        #expect(try tree(lake.paths).keys.filter { $0.contains(loadID(2).text) } == [LakePaths.record(loadID(2).text)], "it has no files beside it")
        #expect(throws: CommitFault.self) { try dataset.stage(loadID(2), now: loadID(2).time).discard() }
        try commit(dataset, loadID(3), [portion("a", value(8))])
        #expect(dataset.manifest.loadCount == 2 && dataset.manifest.recordCount == 3 && dataset.manifest.state["a"] == value(8))
        let third = try #require(try dataset.publishState(["c": nil], reason: "", now: loadID(1).time))
        #expect(try #require(LoadID(third.record.load)) > loadID(3), "whatever the clock shows")
        #expect(try tree(lake.paths)["manifest.json"] == Array(dataset.manifest.json.utf8(pretty: true)))
        try Disk.remove(lake.paths.manifest)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest == dataset.manifest)
    }

    @Test("what is the state already is written nowhere", arguments: [
        [:], ["a": value(1)], ["none": nil], ["none": .null], ["a": value(1), "none": nil],
    ] as [[String: JSONValue?]])
    func nothingToDo(_ changes: [String: JSONValue?]) throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(1), [portion("a", value(1))])
        let before = try tree(lake.paths)
        #expect(try dataset.publishState(changes, reason: "again", load: loadID(2), now: loadID(2).time) == nil)
        #expect(difference(try tree(lake.paths), before) == [] && dataset.manifest.recordCount == 1)
    }

    @Test("the state after an earlier record is found again") func after() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(1), [portion("other", value(0))])
        try commit(dataset, loadID(2), [portion("a", value(2))])
        try commit(dataset, loadID(3), [portion("a", value(99), .failed), portion("other", nil)])
        try dataset.publishState(["a": value(4)], reason: "set", load: loadID(4), now: loadID(4).time)
        try commit(dataset, loadID(5), [portion("a", nil, .partial)])
        try dataset.publishState(["a": nil], reason: "reset", load: loadID(6), now: loadID(6).time)
        try commit(dataset, loadID(7), [portion("a", value(7))])
        let found = try (1...7).map { try Dataset.state(lake.paths, of: "a", after: loadID($0)) }
        #expect(found == [nil, value(2), value(2), value(4), value(4), nil, value(7)])
        #expect(try Dataset.state(lake.paths, of: "nothing", after: loadID(7)) == nil)
    }

    @Test("however often the state is changed, the newest load of data stays listed, and run ids are found") func manyChanges() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        for i in 0..<3 { try commit(dataset, loadID(1, i), [portion("a", nil)], runID: "run \(i)", options: FileOptions(formats: [.jsonl])) }
        for i in 0..<105 { try dataset.publishState(["a": value(.int(i))], reason: "r", load: loadID(2, i), now: loadID(2).time) }
        #expect(dataset.manifest.newestDataLoad == loadID(1, 2).text && dataset.manifest.loads.count == 101)
        for i in 0..<3 { #expect(try dataset.record(runID: "run \(i)")?.load == loadID(1, i).text) }
        let manifest = dataset.manifest
        #expect(manifest.loadCount == 3 && manifest.recordCount == 108)
        try Disk.remove(lake.paths.manifest)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest == manifest)
        try commit(dataset, loadID(3), [portion("a", nil)])
        #expect(dataset.manifest.loads.count == 100)
    }

    @Test("a record of a change is written and read as the example beside the code") func json() throws {
        let record = LoadRecord(state: ["b": nil, "a": value("é")], load: loadID(1).text, dataset: "test", at: "2026-11-01T02:00:00.000Z", reason: "r")
        let text = #"{"restlake_format":1,"kind":"state","load_id":"20261101T020000Z-7f3a9c","dataset":"test","outcome":"complete","run_id":null,"#
            + #""started_at":"2026-11-01T02:00:00.000Z","prepared_at":"2026-11-01T02:00:00.000Z","origin":null,"source":null,"reason":"r","#
            + #""state":{"a":{"incremental":{"last_value":"é"}},"b":null},"resources":[],"tables":[],"files":[],"quarantine":[]}"#
        #expect(record.json.text(pretty: false) == text)
        #expect(try LoadRecord(json: JSONValue(parsing: text)) == record)
        for damage in [(#""kind":"state""#, #""kind":"compact""#), (#""state":{"#, #""was":{"#), ("20261101T", "x")] {
            let damaged = text.replacing(damage.0, with: damage.1)
            #expect(damaged != text)
            #expect(throws: DocumentFault.self) { try LoadRecord(json: JSONValue(parsing: damaged)) }
        }
    }

    @Test("what was found out stands in the record of a resource, and only where there is something") func foundOut() throws {
        let lake = try Lake()
        try commit(try lake.open(), loadID(1), [portion("a", nil)])
        var record = try #require(try Dataset.record(lake.paths, loadID(1).text))
        let plain = try #require(record.json["resources"]?.array?.first?.object).map(\.key)
        let names = ["detected", "requests", "ignored", "skipped_parents", "replaces", "state"]
        #expect(plain.allSatisfy { !names.contains($0) })
        record.resources[0].detectedWhy = "the Link header"
        record.resources[0].requests = 5
        record.resources[0].ignoredRequests = 2
        record.resources[0].skippedParents = 1
        record.resources[0].replaces = true
        record.resources[0].state = value(1)
        #expect(try #require(record.json["resources"]?.array?.first?.object).map(\.key).filter(names.contains) == names)
        #expect(try LoadRecord(json: record.json) == record)
    }
}

/// Stops a change of state at every point at which it can be stopped.
@Suite("A change of state stopped at every step") struct StateCrashTests {
    private static let base = try! Lake(days: 1)
    private static func change(_ lake: Lake, _ hook: StepHook = { _ in }) throws {
        try lake.open().publishState(["requests": value(5), "users": value("u")], reason: "restlake state set", load: loadID(2), now: loadID(2).time, hook: hook)
    }

    private static let after: [String: [UInt8]] = {
        let lake = try! Lake(base)
        try! change(lake)
        return try! tree(lake.paths)
    }()

    private static let work = try! StoppedWork(on: base) { try change($0, $1) }

    @Test("it takes the steps of a load's commit but those of data") func steps() throws {
        let point = CrashPoint(.max)
        try Self.change(try Lake(Self.base), point.hook)
        #expect(point.steps == DurableStep.allCases.filter { $0 >= .syncStaging } && Self.work.calls.count == point.steps.count)
    }

    @Test("the next run finds it whole or not at all", arguments: work.calls) func stop(_ call: Int) throws {
        let (lake, step) = try Self.work.stopped(at: call)
        let isCommitted = step > .writeRecord
        let seen = try Dataset.readManifest(lake.paths, name: "test").manifest
        #expect(seen.state.count == (step > .createRecord ? 2 : 0), "readers without the lock see it from the commit on")
        do {
            let dataset = try lake.open()
            let load = loadID(2).text
            #expect(dataset.recovered == (!isCommitted ? [.removed(load: load)] : step <= .createRecord ? [.published(load: load)]
                : step <= .replaceManifest ? [.rebuiltManifest, .cleaned(load: load)] : [.cleaned(load: load)]))
            #expect(dataset.manifest.state == (isCommitted ? ["requests": value(5), "users": value("u")] : [:]))
        }
        #expect(difference(try tree(lake.paths), isCommitted ? Self.after : try tree(Self.base.paths)) == [])
        #expect(try Disk.names(in: lake.paths.staging) == [])
        #expect(try lake.open().recovered == [])
        try commit(try lake.open(), loadID(3), portions(3))
        #expect(try lake.open().manifest.loadCount == 2)
    }

    @Test("a recovery that is stopped itself is finished by the next one", arguments: work.calls) func stopTwice(_ call: Int) throws {
        try Self.work.expectRecovery(at: call) { $0 > .writeRecord ? Self.after : try tree(Self.base.paths) }
    }

    @Test("a disk that refuses a step before the record leaves nothing; one behind it leaves what the next run publishes") func refused() throws {
        let early = try Lake(Self.base)
        #expect(throws: FileFault.self) {
            try Self.change(early) { if $0 == .writeRecord { throw FileFault.system(operation: .write, path: "p", number: 28) } }
        }
        #expect(difference(try tree(early.paths), try tree(Self.base.paths)) == [])
        #expect(try Disk.names(in: early.paths.staging) == [])
        let late = try Lake(Self.base)
        #expect {
            try Self.change(late) { if $0 == .createRecord { throw FileFault.system(operation: .rename, path: "p", number: 28) } }
        } throws: {
            if case CommitFault.stateUnpublished(loadID(2).text, .system(.rename, "p", 28))? = $0 as? CommitFault { true } else { false }
        }
        #expect(try late.open().recovered == [.published(load: loadID(2).text)])
        #expect(difference(try tree(late.paths), Self.after) == [])
    }
}
