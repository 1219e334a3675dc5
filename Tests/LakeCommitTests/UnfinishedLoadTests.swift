import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import Testing

@Suite("What a run left in staging") struct UnfinishedLoadTests {
    private static let name = loadID(9).text

    /// A lake with one load, and an unfinished one of two pages behind it.
    private func lake(_ change: (inout JSONValue) -> Void = { _ in }) throws -> (lake: Lake, staging: StagingFolder) {
        let lake = try Lake(days: 1)
        let staging = StagingFolder(lake.paths.staging + "/" + Self.name)
        try staging.write(UnfinishedLoad(load: loadID(9), started: UTCTime(seconds: 1_700_000_000), newest: loadID(1), run: ["program": "x"]))
        let journal = try JournalWriter(staging.journal(of: "a"))
        for page in 1...2 { try journal.append([JSONMember("n", .int(page))], PageBytes("[]")) }
        var json = try JSONValue(parsing: try #require(try Disk.read(staging.run)))
        change(&json)
        try Disk.write(json.utf8(pretty: true), to: staging.run)
        return (lake, staging)
    }

    @Test("is there for another run") func whole() throws {
        let (lake, _) = try lake()
        let dataset = try lake.open()
        #expect(dataset.recovered == [] && dataset.unfinished.map(\.load) == [loadID(9)])
        #expect(dataset.unfinished.first?.newest == loadID(1))
    }

    @Test("its document is replaced, whole and for its owner alone") func replaced() throws {
        let (lake, staging) = try lake()
        try staging.write(UnfinishedLoad(load: loadID(9), started: loadID(9).time, newest: nil, run: [:]))
        #expect(try Disk.names(in: staging.path) == ["journal", "run.json"])
        let mode = try FileManager.default.attributesOfItem(atPath: staging.run)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        withExtendedLifetime(lake) {}
    }

    /// What is wrong with a `run.json`, and the place that is named.
    @Test("is removed and said where its document is damaged, with the pages that are lost", arguments: [
        ("kind", .string("load")), ("load_id", .string(loadID(8).text)), ("started_at", .string("yesterday")), ("started_at", nil),
        ("started_at", .string("2199-01-01T00:00:00.000Z")), ("started_at", .string("2026-02-30T00:00:00.000Z")), ("newest_load", .int(5)), ("run", nil),
        ("run", .string("x")), ("resumes", nil), ("resumes", .object([])), ("resumes", .array([.int(3)])), ("resumes", .array([["a": "x"]])),
        ("kept", .array([])), ("kept", ["a": .int(-1)]), ("restlake_format", .int(0)),
    ] as [(String, JSONValue?)])
    func damaged(_ place: String, _ value: JSONValue?) throws {
        let (lake, staging) = try lake { $0[place] = value }
        let actions = try lake.open().recovered
        guard case .removedDamaged(Self.name, .document(staging.run, let fault), 2)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(fault.place == place && actions.count == 1)
        #expect(try Disk.names(in: lake.paths.staging) == [])
    }

    @Test("is removed where its document is no JSON, or a folder") func noDocument() throws {
        for isFolder in [false, true] {
            let (lake, staging) = try lake()
            if isFolder {
                try Disk.remove(staging.run)
                try Disk.makeFolders(staging.run + "/x")
            } else {
                try Disk.write(Array("{\"restlake_".utf8), to: staging.run)
            }
            let actions = try lake.open().recovered
            #expect({ if case .removedDamaged(Self.name, .documentSyntax(staging.run, _), 2)? = actions.first { true } else { false } }(), "\(actions)")
        }
    }

    @Test("stays as it is where a newer restlake wrote it") func newer() throws {
        let (lake, staging) = try lake { $0["restlake_format"] = .int(99) }
        let before = try tree(lake.paths)
        let dataset = try lake.open()
        #expect(dataset.recovered == [.leftAlone(load: Self.name, .newerFormat(path: staging.run, format: 99))])
        #expect(dataset.unfinished.isEmpty)
        #expect(difference(try tree(lake.paths), before) == [])
    }

    @Test("is removed where something was committed since", arguments: [true, false]) func overtaken(_ isOlder: Bool) throws {
        let (lake, _) = try lake { $0["newest_load"] = isOlder ? .string(loadID(1).text) : nil }
        if isOlder { try commit(try lake.open(), loadID(10), portions(10)) }
        #expect(try lake.open().recovered == [.removedOvertaken(load: Self.name)])
        #expect(try Disk.names(in: lake.paths.staging) == [])
    }

    @Test("a damaged newest record is told though the manifest is whole") func damagedRecord() throws {
        let lake = try Lake(days: 1, 2)
        #expect(try lake.open().damagedRecord == nil)
        for (load, isTold) in [(loadID(1), false), (loadID(2), true)] {
            let path = lake.paths.absolute(LakePaths.record(load.text))
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect((try lake.open().damagedRecord != nil) == isTold, "only the newest one is read")
        }
    }
}
