import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import Testing

@Suite("A dataset") struct DatasetTests {
    private func fault(_ body: () throws -> Void) -> CommitFault? {
        do { try body() } catch { return error as? CommitFault }
        return nil
    }

    @Test("the files on disk are those of the record, to the byte", arguments: Compression.allCases) func files(_ compression: Compression) throws {
        let lake = try Lake()
        try commit(try lake.open(), loadID(2), portions(2), options: FileOptions(compression: compression))
        let record = try #require(try Dataset.record(lake.paths, loadID(2).text))
        let files = try tree(lake.paths)
        #expect(Set(files.keys.filter { !$0.hasPrefix("_lake") && $0 != "manifest.json" }) == Set(record.files.map(\.path)))
        for file in record.files { #expect(files[file.path].map { ($0.count == file.bytes) && Checksum.of($0) == file.sha256 } == true) }
        let quarantined = try #require(record.quarantine.first)
        #expect(files[quarantined.path].map { $0.count == quarantined.bytes && Checksum.of($0) == quarantined.sha256 } == true)
        let mode = try FileManager.default.attributesOfItem(atPath: lake.paths.absolute(quarantined.path))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try Disk.names(in: lake.paths.dataset) == ["_lake", "manifest.json", "requests", "requests__tags", "users"], "nothing of what failed")
        let log = try #require(files[LakePaths.pageLog(loadID(2).text)])
        #expect(String(decoding: log, as: UTF8.self) == """
            {"restlake_format":1,"load_id":"20261102T020000Z-7f3a9c"}
            {"resource":"requests"}
            {"resource":"users"}
            {"resource":"broken"}

            """)
    }

    @Test("sha256sum -c finds every file in order, and a changed one") func checksums() throws {
        let lake = try Lake(days: 1, 2)
        for day in [1, 2] { #expect(try check(lake, day) == 0) }
        let list = String(decoding: try #require(try tree(lake.paths)[LakePaths.checksums(loadID(1).text)]), as: UTF8.self)
        #expect(list.split(separator: "\n").count == 6 + 3 + 1, "six parts, three schemas, the page log")
        let part = try #require(try Dataset.record(lake.paths, loadID(1).text)?.files.first)
        try Disk.write(Array("x".utf8), to: lake.paths.absolute(part.path))
        #expect(try check(lake, 1) != 0)
        #expect(try check(lake, 2) == 0)
    }

    private func check(_ lake: Lake, _ day: Int) throws -> Int32 {
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        program.arguments = ["sha256sum", "--strict", "-c", LakePaths.checksums(loadID(day).text)]
        program.currentDirectoryURL = URL(fileURLWithPath: lake.paths.dataset)
        program.standardOutput = FileHandle.nullDevice
        program.standardError = FileHandle.nullDevice
        try program.run()
        program.waitUntilExit()
        return program.terminationStatus
    }

    @Test("data of another API is refused") func origin() throws {
        let lake = try Lake()
        try lake.open().checkOrigin("https://anything:1")
        try commit(try lake.open(), loadID(1), portions(1))
        let dataset = try lake.open()
        try dataset.checkOrigin(testOrigin)
        guard case .otherOrigin("test", testOrigin, "https://other:443")? = fault({ try dataset.checkOrigin("https://other:443") }) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("a load id must sort behind the newest one", arguments: [(1, false), (2, false), (3, true)]) func order(_ day: Int, _ isAllowed: Bool) throws {
        let lake = try Lake(days: 1, 2)
        let dataset = try lake.open()
        let fault = fault { try dataset.stage(loadID(day), now: loadID(day).time).discard() }
        if isAllowed { #expect(fault == nil) } else if case .loadIDNotNewest(loadID(day).text, loadID(2).text)? = fault {} else { Issue.record("\(String(describing: fault))") }
        #expect(try Disk.names(in: dataset.paths.staging) == [])
    }

    @Test("counts that do not add up stop a load before it is prepared") func counts() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        let stage = try dataset.stage(loadID(1), now: loadID(1).time)
        var counts = RecordCounts()
        counts.fetched = 2
        counts.written = 1
        let resource = ResourceRecord(
            name: "r", outcome: .complete, evidence: nil, findings: [], paginator: "", pages: 1, pageBytes: 1, counts: counts, probed: 0, side: .init())
        let record = LoadRecord(
            load: loadID(1).text, dataset: "test", runID: nil, startedAt: "", preparedAt: "", origin: testOrigin, sourceName: "", sourceFingerprint: "",
            resources: [resource], tables: [], files: [], quarantine: [], replacedCharacters: 0)
        do {
            _ = try stage.prepare(record, schemas: [], pageLogs: [])
            Issue.record("prepared")
        } catch CommitFault.countsDoNotAddUp(resource: "r") {}
    }

    @Test("a partial load without a row leaves the rows of the last load as they were, a complete one sets them to 0")
    func rowsOfLastLoad() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        func load(_ day: Int, _ page: String, _ outcome: ResourceOutcome) throws -> Int? {
            try commit(dataset, loadID(day), [
                Portion(resource: "r", pages: [page], disposition: .replace, outcome: outcome), Portion(resource: "other", pages: [#"[{"b":1}]"#]),
            ])
            return dataset.manifest.table("r")?.rowsOfLastLoad
        }
        #expect(try load(1, #"[{"a":1},{"a":2}]"#, .complete) == 2)
        #expect(try load(2, "[]", .partial) == 2)
        #expect(try load(3, "[]", .partial) == 2, "however often it happens")
        #expect(try load(4, "[]", .complete) == 0)
    }

    @Test("a load id far ahead of the present is refused, unless the newest load is there already", arguments: [
        ("99991231T235959Z-ffffff", nil, false), ("20261111T020001Z-000000", nil, false), ("20261111T020000Z-000000", nil, true),
        ("20270101T000001Z-000000", "20270101T000000Z-ffffff", true), ("20270102T000001Z-000000", "20270101T000000Z-ffffff", false),
    ] as [(String, String?, Bool)])
    func future(_ asked: String, _ newest: String?, _ isAllowed: Bool) throws {
        let lake = try Lake()
        let dataset = try lake.open()
        if let newest { try commit(dataset, try #require(LoadID(newest)), portions(1)) }
        let load = try #require(LoadID(asked))
        let fault = fault { try dataset.stage(load, now: loadID(10).time).discard() }
        if isAllowed { #expect(fault == nil) } else if case .loadIDInFuture(asked)? = fault {} else { Issue.record("\(String(describing: fault))") }
        #expect(try Disk.names(in: dataset.paths.staging) == [])
    }

    @Test("the clock of a load id is the system's") func clock() {
        #expect(abs(Dataset.clock().milliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
    }

    @Test("120 loads: the manifest lists the newest hundred, counts all, and every run id is found") func manyLoads() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        for i in 0..<120 {
            try commit(
                dataset, loadID(5, i), [Portion(resource: "r", pages: [#"[{"n":\#(i)}]"#], disposition: .append)], runID: i % 2 == 0 ? "run \"\(i)\"" : nil,
                options: FileOptions(formats: [.jsonl]))
        }
        let manifest = try Dataset.readManifest(lake.paths, name: "test")
        #expect(!manifest.isBehind && manifest.manifest == dataset.manifest)
        #expect(manifest.manifest.loadCount == 120)
        #expect(manifest.manifest.loads.map(\.load) == (20..<120).reversed().map { loadID(5, $0).text })
        #expect(manifest.manifest.tables.count == 1 && manifest.manifest.tables[0].versions.count == 1)
        for i in [0, 18, 20, 118] { #expect(try dataset.record(runID: "run \"\(i)\"")?.load == loadID(5, i).text) }
        for name in ["run", "run \"1\"", ""] { #expect(try dataset.record(runID: name) == nil) }
        let size = try #require(try tree(lake.paths)["manifest.json"]).count
        #expect(size < 100 * 400 + 2000, "\(size) bytes")
    }

    @Test("a run id is looked for in the heads of older records only, and read wholly where it is found") func headOnly() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        let long = String(repeating: "\"", count: 5000)
        for i in 0..<103 {
            try commit(
                dataset, loadID(5, i), [Portion(resource: "r", pages: [#"[{"n":1}]"#], disposition: .append)], runID: i == 1 ? long : "run \(i)",
                options: FileOptions(formats: [.jsonl]))
        }
        let path = lake.paths.absolute(LakePaths.record(loadID(5, 0).text))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Disk.write(Array(text.prefix(400).utf8), to: path)
        #expect(text.prefix(400).contains("\"run_id\": \"run 0\","))
        for name in ["run", "run 00", "", "run 1"] { #expect(try dataset.record(runID: name) == nil) }
        #expect(try dataset.record(runID: "run 2")?.load == loadID(5, 2).text)
        #expect(try dataset.record(runID: long)?.load == loadID(5, 1).text)
        #expect(throws: CommitFault.self) { try dataset.record(runID: "run 0") }
        try Disk.write(Array(#"{"run_id":"run 0"}"#.utf8), to: path)
        #expect(throws: CommitFault.self, "one that is laid out otherwise is read wholly") { try dataset.record(runID: "run") }
    }

    @Test("live files of a replaced table are those since and including its last complete replace") func liveFiles() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        func load(_ day: Int, _ outcome: ResourceOutcome, _ page: String = #"[{"a":1,"t":[1]}]"#) throws {
            try commit(
                dataset, loadID(day), [
                    Portion(resource: "r", pages: [page], disposition: .replace, outcome: outcome),
                    Portion(resource: "other", pages: ["[{\"b\":1}]"], disposition: .merge),
                ], options: FileOptions(formats: [.jsonl]))
        }
        func live(_ table: String) -> [String] {
            (dataset.manifest.table(table)?.liveFiles ?? []).map { String($0.split(separator: "/")[2].dropFirst("load_id=202611".count).prefix(2)) }
        }
        try load(1, .partial)
        #expect(live("r") == ["01"] && live("r__t") == ["01"])
        try load(2, .complete)
        #expect(live("r") == ["02"] && live("r__t") == ["02"])
        try load(3, .partial)
        try load(4, .failed)
        #expect(live("r") == ["02", "03"] && live("r__t") == ["02", "03"])
        try load(5, .partial, #"[{"a":1}]"#)
        #expect(live("r") == ["02", "03", "05"] && live("r__t") == ["02", "03"])
        #expect(dataset.manifest.table("r__t")?.rowsOfLastLoad == 1 && dataset.manifest.table("r")?.rowsOfLastLoad == 1)
        try load(6, .complete, #"[{"a":1}]"#)
        #expect(live("r") == ["06"] && live("r__t") == [], "a complete replace without child rows empties the child table")
        #expect(dataset.manifest.table("r__t")?.rowsOfLastLoad == 0)
        try load(7, .complete, "[]")
        #expect(live("r") == [] && dataset.manifest.table("r")?.rowsOfLastLoad == 0)
        #expect(dataset.manifest.table("other")?.liveFiles == [])
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest == dataset.manifest)
    }
}
