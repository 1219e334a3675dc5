import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import Testing

private func portion(_ resource: String, _ disposition: WriteDisposition, replaces: Bool = false) -> Portion {
    Portion(
        resource: resource, pages: [#"[{"id":1,"l":[{"v":1}]},{"x":1}]"#], key: disposition == .merge ? ["id"] : [], disposition: disposition,
        replaces: replaces)
}

/// Loads of an appended, a merged and a replaced resource, one a day; on `refreshed` the merged one is read anew.
private func lake(days: Int, refreshed: Int = 0) throws -> Lake {
    let lake = try Lake()
    for day in 1...days {
        try commit(try lake.open(), loadID(day), [
            portion("events", .append), portion("items", .merge, replaces: day == refreshed), portion("users", .replace),
        ])
    }
    return lake
}

private func plan(_ lake: Lake, _ limit: Retention.Limit, force: Bool = false, keepQuarantine: Bool = false) throws -> ExpirePlan {
    let manifest = try Dataset.readManifest(lake.paths, name: "test").manifest
    return try ExpirePlan(lake.paths, manifest, Retention(limit, isForced: force, keepsQuarantine: keepQuarantine))
}

/// `events 1, items 2`: the tables of which something goes, by day.
private func words(_ plan: ExpirePlan) -> [String] {
    plan.expired.map { load in
        let tables = Set((load.files + load.quarantine).map { path in
            path.hasPrefix("_lake/") ? "quarantine of " + path.split(separator: "/")[2] : String(path.split(separator: "/")[0])
        })
        return "\(load.load.dropFirst(6).prefix(2)): \(tables.sorted().joined(separator: ", "))"
    }
}

@Suite("Expire") struct ExpireTests {
    @Test("appended rows go, merged ones stay, of snapshots the current one stays, the newest load always stays") func dispositions() throws {
        let lake = try lake(days: 4)
        let plan = try plan(lake, .keeping(2))
        #expect(words(plan) == ["01: events, events__l, users, users__l", "02: events, events__l, users, users__l"])
        #expect(plan.kept.map { "\($0.resource) \($0.load == loadID(1).text)" } == ["items true", "items false"])
        #expect(plan.kept.allSatisfy { $0.writeDisposition == .merge && $0.files == 4 } && plan.lost == ["events": .append])
        #expect(plan.expired.allSatisfy { !$0.isWhole && $0.rows == 6 && $0.bytes > 0 })
        #expect(plan.liveSince == ["events": loadID(3).text, "events__l": loadID(3).text])
        #expect(try words(ExpireTests.planAll(lake)) == ["01", "02", "03"].map { "\($0): events, events__l, users, users__l" })
    }

    private static func planAll(_ lake: Lake) throws -> ExpirePlan { try plan(lake, .before(loadID(28).time)) }

    @Test("what a complete refresh superseded goes, and its quarantine with it", arguments: [false, true]) func refreshed(_ keeps: Bool) throws {
        let lake = try lake(days: 4, refreshed: 3)
        let plan = try plan(lake, .before(loadID(4).time), keepQuarantine: keeps)
        let quarantine = keeps ? "" : ", quarantine of items"
        #expect(words(plan) == [
            "01: events, events__l, items, items__l\(quarantine), users, users__l", "02: events, events__l, items, items__l\(quarantine), users, users__l",
            "03: events, events__l, users, users__l",
        ])
        #expect(plan.expired.map(\.isWhole) == [true, true, false] && plan.kept.map(\.load) == [loadID(3).text])
        #expect(plan.liveSince["items"] == nil, "it was there already")
    }

    @Test("by force everything goes but the newest load") func forced() throws {
        let lake = try lake(days: 3)
        let plan = try plan(lake, .keeping(1), force: true)
        #expect(plan.expired.map(\.isWhole) == [true, true] && plan.kept == [] && plan.lost == ["events": .append, "items": .merge])
        try lake.open().publishExpiry(plan, reason: "r", load: loadID(20), now: loadID(20).time)
        let manifest = try Dataset.readManifest(lake.paths, name: "test").manifest
        #expect(manifest.table("items")?.liveSince == loadID(3).text && manifest.table("events__l")?.liveSince == loadID(3).text)
        #expect(manifest.loads.map(\.isExpired) == [false, false, true, true] && manifest.loads[0].kind == .expire)
        #expect(manifest.loadCount == 3 && manifest.recordCount == 4 && manifest.newestDataLoad == loadID(3).text)
    }

    @Test("live files that go by force are no longer live") func forcedSnapshot() throws {
        let lake = try Lake()
        try commit(try lake.open(), loadID(1), [portion("users", .replace)])
        try commit(try lake.open(), loadID(2), [portion("events", .append)])
        #expect(try plan(lake, .keeping(1)).expired == [])
        let plan = try plan(lake, .keeping(1), force: true)
        #expect(plan.lost == ["users": .replace] && plan.liveSince == [:])
        try lake.open().publishExpiry(plan, reason: "r", load: loadID(20), now: loadID(20).time)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest.table("users")?.liveFiles == [])
        #expect(try findings(lake) == [])
    }

    @Test("rows that were merged once stay protected when the table is appended to now, and the other way round") func changed() throws {
        let lake = try Lake()
        for (day, disposition) in [(1, WriteDisposition.append), (2, .merge), (3, .append), (4, .append)] {
            var portion = portion("t", disposition)
            portion.key = []
            try commit(try lake.open(), loadID(day), [portion])
        }
        #expect(try words(plan(lake, .keeping(1))) == ["01: t, t__l", "03: t, t__l"])
        #expect(try plan(lake, .keeping(1)).kept.map(\.load) == [loadID(2).text])
        #expect(try plan(lake, .keeping(1)).liveSince == ["t": loadID(2).text, "t__l": loadID(2).text])
    }

    @Test("a table of which no row is left counts from the removal on") func nothingLeft() throws {
        let lake = try Lake()
        try commit(try lake.open(), loadID(1), [portion("events", .append)])
        try commit(try lake.open(), loadID(2), [portion("users", .replace)])
        let plan = try plan(lake, .keeping(1))
        #expect(plan.liveSince == ["events": String?.none, "events__l": String?.none])
        try lake.open().publishExpiry(plan, reason: "r", load: loadID(20), now: loadID(20).time)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest.table("events")?.liveSince == loadID(20).text)
        #expect(try Self.planAll(lake).expired == [])
    }

    @Test("changes of state and earlier removals are no loads to keep", arguments: 1...4) func keep(_ count: Int) throws {
        let lake = try lake(days: 3)
        try lake.open().publishState(["events": 1], reason: "r", load: loadID(10), now: loadID(10).time)
        #expect(try plan(lake, .keeping(count)).expired.count == max(0, 3 - count))
        try lake.open().publishExpiry(try plan(lake, .keeping(2)), reason: "r", load: loadID(20), now: loadID(20).time)
        #expect(try plan(lake, .keeping(count)).expired.count == (count == 1 ? 1 : 0))
    }

    @Test("the files go with their folders, everything else stays, and the lake is whole") func removes() throws {
        let lake = try lake(days: 3, refreshed: 3)
        let before = try tree(lake.paths)
        let plan = try plan(lake, .keeping(1))
        let published = try #require(try lake.open().publishExpiry(plan, reason: "because", load: loadID(20), now: loadID(20).time))
        #expect(published.leftover == nil)
        let after = try tree(lake.paths)
        let gone = Set(plan.expired.flatMap { $0.files + $0.quarantine })
        #expect(Set(difference(before, after)) == gone.union(["manifest.json", LakePaths.record(loadID(20).text)]))
        for table in ["events", "items", "users__l"] {
            #expect(try Disk.names(in: lake.paths.absolute(table + "/jsonl")) == ["load_id=" + loadID(3).text])
        }
        #expect(try Disk.names(in: lake.paths.quarantine + "/items") == ["load_id=" + loadID(3).text])
        #expect(try findings(lake) == [])
        #expect(try Dataset.record(lake.paths, loadID(20).text) == published.record)
        let manifest = try Dataset.readManifest(lake.paths, name: "test")
        try Disk.remove(lake.paths.manifest)
        #expect(try lake.open().manifest == manifest.manifest && !manifest.isBehind)
        try commit(try lake.open(), loadID(21), [portion("events", .append)])
        #expect(try lake.open().publishExpiry(ExpirePlan(lake.paths, manifest.manifest, Retention(.keeping(2))), reason: "again") == nil)
    }

    @Test("kept pages go with the last rows of their load, or alone where only they are to go") func keptPages() throws {
        let lake = try Lake()
        for day in 1...3 {
            var events = portion("events", .append), items = portion("items", .merge)
            events.keepsPages = true
            items.keepsPages = true
            try commit(try lake.open(), loadID(day), day == 1 ? [events] : [events, items])
        }
        let pages = { (plan: ExpirePlan) in plan.expired.map { "\($0.load.dropFirst(6).prefix(2)): \($0.pages.count) of \($0.paths.count)" } }
        #expect(try pages(plan(lake, .keeping(1))) == ["01: 1 of 5", "02: 0 of 4"], "rows of items stay, and so do the pages of their load")
        let alone = try ExpirePlan(lake.paths, lake.open().manifest, Retention(.keeping(1), takesOnlyPages: true))
        #expect(pages(alone) == ["01: 1 of 1", "02: 2 of 2"] && alone.rows == 0 && alone.bytes > 0 && alone.liveSince == [:] && alone.lost == [:])
        #expect(alone.expired.allSatisfy { !$0.isWhole })
        try lake.open().publishExpiry(alone, reason: "r", load: loadID(20), now: loadID(20).time)
        #expect(try findings(lake) == [])
        #expect(try Disk.names(in: lake.paths.pages + "/items") == ["load_id=" + loadID(3).text])
        #expect(try Dataset.record(lake.paths, loadID(20).text)?.expired == alone.expired)
        #expect(try pages(plan(lake, .keeping(1))) == ["01: 0 of 4", "02: 0 of 4"])
        // Whoever else lies there is told.
        try Disk.makeFolders(lake.paths.pages + "/items/load_id=" + loadID(9).text)
        #expect(try findings(lake).map(\.path) == ["_lake/pages/items/load_id=" + loadID(9).text])
    }

    @Test("a record of a removal is written and read, and leads nowhere but into partitions of its loads") func json() throws {
        let file = "events/csv/load_id=\(loadID(1).text)/events.v1.00000.csv"
        let record = LoadRecord(
            expired: [ExpiredLoad(load: loadID(1).text, isWhole: true, files: [file], rows: 2, bytes: 3)], liveSince: ["events": loadID(2).text],
            load: loadID(20).text, dataset: "test", at: "2026-11-20T02:00:00.000Z", reason: "r")
        let text = record.json.text(pretty: false)
        #expect(text == #"{"restlake_format":1,"kind":"expire","load_id":"20261120T020000Z-7f3a9c","dataset":"test","outcome":"complete","run_id":null,"#
            + #""started_at":"2026-11-20T02:00:00.000Z","prepared_at":"2026-11-20T02:00:00.000Z","origin":null,"source":null,"reason":"r","#
            + #""expired":[{"load_id":"20261101T020000Z-7f3a9c","whole":true,"files":["\#(file)"],"rows":2,"bytes":3}],"#
            + #""live_since":{"events":"20261102T020000Z-7f3a9c"},"resources":[],"tables":[],"files":[],"quarantine":[]}"#)
        #expect(try LoadRecord(json: JSONValue(parsing: text)) == record)
        for bad in ["../x/load_id=\(loadID(1).text)/y", "/etc/load_id=\(loadID(1).text)/y", "events/csv/load_id=\(loadID(2).text)/y", "manifest.json"] {
            #expect(throws: DocumentFault.self) { try LoadRecord(json: JSONValue(parsing: text.replacing(file, with: bad))) }
        }
    }
}

/// Stops a removal at every point at which it can be stopped.
@Suite("A removal stopped at every step") struct ExpireCrashTests {
    private static let base = try! lake(days: 3, refreshed: 3)

    private static func expire(_ lake: Lake, _ hook: StepHook = { _ in }) throws {
        let dataset = try lake.open()
        let plan = try ExpirePlan(lake.paths, dataset.manifest, Retention(.keeping(1)))
        try dataset.publishExpiry(plan, reason: "restlake expire --keep 1", load: loadID(20), now: loadID(20).time, hook: hook)
    }

    private static let after: [String: [UInt8]] = {
        let lake = try! Lake(base)
        try! expire(lake)
        return try! tree(lake.paths)
    }()

    private static let work = try! StoppedWork(on: base) { try expire($0, $1) }

    @Test("it takes the steps of a change of state, and one for every file that goes") func steps() throws {
        let point = CrashPoint(.max)
        let lake = try Lake(Self.base)
        try Self.expire(lake, point.hook)
        #expect(try findings(lake) == [])
        #expect(Set(point.steps) == Set(DurableStep.allCases.filter { $0 >= .syncStaging }) && point.steps == point.steps.sorted())
        #expect(point.steps.filter { $0 == .removeExpired }.count == 26 && Self.work.calls.count == point.steps.count)
    }

    @Test("the next run finishes it or finds nothing of it; nothing else is touched, nothing is left", arguments: work.calls) func stop(_ call: Int) throws {
        let (lake, step) = try Self.work.stopped(at: call)
        #expect(try findings(lake) == [], "cut off before \(step): that is no damage")
        let seen = try Dataset.readManifest(lake.paths, name: "test").manifest
        for file in seen.tables.flatMap(\.liveFiles) { #expect(try Disk.isThere(lake.paths.absolute(file))) }
        let load = loadID(20).text
        #expect(try lake.open().recovered == (step <= .writeRecord ? [.removed(load: load)] : step <= .createRecord ? [.published(load: load)]
            : step <= .replaceManifest ? [.rebuiltManifest, .finishedExpiry(load: load)] : [.finishedExpiry(load: load)]))
        #expect(difference(try tree(lake.paths), step > .writeRecord ? Self.after : try tree(Self.base.paths)) == [])
        #expect(try Disk.names(in: lake.paths.staging) == [])
        #expect(try lake.open().recovered == [])
    }

    @Test("a recovery that is stopped itself is finished by the next one") func stopTwice() throws {
        let calls = Self.work.calls.count
        for call in [calls - 3, calls - 12, calls - 24, 2] {
            try Self.work.expectRecovery(at: call) { $0 > .writeRecord ? Self.after : try tree(Self.base.paths) }
        }
    }

    @Test("a disk that refuses the removal keeps no load out, and the next run tries again") func refused() throws {
        let lake = try Lake(Self.base)
        let refuse: StepHook = { if $0 == .removeExpired { throw FileFault.system(operation: .remove, path: "p", number: 1) } }
        do {
            let dataset = try lake.open()
            let plan = try ExpirePlan(lake.paths, dataset.manifest, Retention(.keeping(1)))
            let published = try dataset.publishExpiry(plan, reason: "restlake expire --keep 1", load: loadID(20), now: loadID(20).time, hook: refuse)
            #expect(published?.leftover != nil && published?.record.load == loadID(20).text)
        }
        #expect(try findings(lake) == [])
        do {
            let dataset = try lake.open(refuse)
            #expect(dataset.recovered == [.unfinishedExpiry(load: loadID(20).text, path: "p", number: 1)])
            try commit(dataset, loadID(21), [portion("events", .append)])
        }
        #expect(try lake.open().recovered == [.finishedExpiry(load: loadID(20).text)])
        #expect(try findings(lake) == [])
        #expect(Self.after.keys.allSatisfy { $0.contains("load_id=") || FileManager.default.fileExists(atPath: lake.paths.absolute($0)) })
    }

    @Test("what is left of a removal whose staging folder somebody took away is found, and repaired") func forgotten() throws {
        let lake = try Self.work.stopped(at: Self.work.calls.count - 10).lake
        try Disk.removeTree(lake.paths.staging + "/" + loadID(20).text)
        // A load that a run has left unfinished is no removal at work.
        try StagingFolder(lake.paths.staging + "/" + loadID(25).text).write(
            UnfinishedLoad(load: loadID(25), started: loadID(25).time, newest: nil, run: [:]))
        let found = try findings(lake)
        #expect(!found.isEmpty && found.allSatisfy { $0.fact == .expiredButThere })
        #expect(try lake.open().finishRemovals() == found.count)
        #expect(try findings(lake) == [])
        #expect(difference(try tree(lake.paths), Self.after) == [])
    }
}
