import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import Testing

/// Everything a verification tells of a lake.
func findings(_ lake: Lake, _ options: VerifyOptions = VerifyOptions(loads: .all)) throws -> [VerifyFinding] {
    var found: [VerifyFinding] = []
    let summary = try Verify.run(lake.paths, name: "test", options) { if case .finding(let finding) = $0 { found.append(finding) } }
    #expect(summary.findings == found.count)
    return found
}

/// A lake with parts, child tables, a quarantine, a change of state and two schema versions.
private func rich(_ compression: Compression = .none, days: ClosedRange<Int> = 1...2) throws -> Lake {
    let lake = try Lake()
    let options = FileOptions(compression: compression, rowsPerPart: 2)
    for day in days {
        let nested = (0..<3).map { page in
            #"[{"id":\#(page),"n":1.5,"ok":true,"at":"2026-01-01T00:00:00Z","text":"a \"b\",\nc","big":12345678901234567890,"#
                + #""o":{"x":null},"lines":[{"sku":"s","tags":["t","u"]},{"sku":""}]}]"#
        }
        try commit(try lake.open(), loadID(day), portions(day) + [Portion(resource: "nested", pages: nested, key: ["id"])], options: options)
    }
    try lake.open().publishState(["requests": 5], reason: "r", load: loadID(28), now: loadID(28).time)
    return lake
}

private func write(_ bytes: [UInt8], _ lake: Lake, _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: lake.paths.absolute(path)))
}

@Suite("Verify") struct VerifyTests {
    @Test("a lake as it was written has no finding, whatever is asked for", arguments: Compression.allCases) func whole(_ compression: Compression) throws {
        let lake = try rich(compression)
        for loads in [VerifyOptions.Loads.newest, .all, .these([loadID(1), loadID(28)])] {
            for isQuick in [false, true] { #expect(try findings(lake, VerifyOptions(loads: loads, isQuick: isQuick)) == []) }
        }
        var tables: [VerifiedTable] = []
        let summary = try Verify.run(lake.paths, name: "test") { if case .table(let table) = $0 { tables.append(table) } }
        #expect(summary.loads == 1 && summary.files == tables.reduce(0) { $0 + $1.files } && summary.staged == [])
        #expect(tables.allSatisfy { $0.load == loadID(2).text && $0.result == .whole })
        let parts = tables.first { $0.table == "nested__lines__tags" && $0.format == .csv }
        #expect(parts?.rows == 6 && parts?.files == 3)
        #expect(try findings(try Lake()) == [], "a dataset without anything")
    }

    @Test("any byte that changes, in any file, is found", arguments: Compression.allCases) func flippedByte(_ compression: Compression) throws {
        let lake = try rich(compression, days: 1...1)
        var random = SystemRandom(seed: 7)
        // Of the packed lake those files that the plain one does not have.
        let files = try tree(lake.paths).sorted { $0.key < $1.key }.filter { $0.key.hasSuffix(".gz") == (compression == .gzip) }
        for (number, (path, bytes)) in files.enumerated() {
            // One byte of a data file, of which there are many alike; more of the others.
            var places = [Int.random(in: 0..<bytes.count, using: &random), 0, bytes.count - 1]
            if !path.hasPrefix("_lake/"), path != "manifest.json" { places = [places[number % 3]] }
            for place in Set(places).sorted() {
                var damaged = bytes
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
                try write(damaged, lake, path)
                // A number of a newer format is refused as a whole.
                let isFound = (try? findings(lake).isEmpty == false) ?? true
                #expect(isFound, "\(path), byte \(place): \(bytes[place]) became \(damaged[place])")
            }
            try write(bytes, lake, path)
        }
        #expect(try findings(lake) == [])
    }

    @Test("every byte of a record's end is found too, where its checksum stands") func flippedSeal() throws {
        let lake = try Lake(days: 1)
        let path = LakePaths.record(loadID(1).text), bytes = try #require(try tree(lake.paths)[path])
        for place in bytes.count - 100..<bytes.count {
            for mask: UInt8 in [1, 0x20] {
                var damaged = bytes
                damaged[place] ^= mask
                try write(damaged, lake, path)
                #expect(try findings(lake).contains { $0.path == path }, "byte \(place), mask \(mask)")
            }
        }
    }

    @Test("a file that is gone, cut, longer or swapped is told with what is wrong") func files() throws {
        let lake = try rich()
        let paths = try tree(lake.paths).keys.sorted()
        let csv = try #require(paths.first { $0.hasPrefix("nested/csv") }), jsonl = try #require(paths.first { $0.hasPrefix("nested/jsonl") })
        let log = LakePaths.pageLog(loadID(1).text), quarantine = try #require(paths.first { $0.hasPrefix("_lake/quarantine") })
        for path in [csv, jsonl, log, quarantine, LakePaths.schema("users", 1), LakePaths.checksums(loadID(1).text)] {
            let copy = try Lake(lake)
            try Disk.remove(copy.paths.absolute(path))
            #expect(try findings(copy).map { [$0.path, "\($0.fact)"] } == [[path, "missing"]])
        }
        let copy = try Lake(lake)
        let bytes = try #require(try tree(copy.paths)[csv])
        try write(bytes.dropLast(), copy, csv)
        #expect(try findings(copy, VerifyOptions(loads: .all, isQuick: true)).map(\.fact) == [.size(expected: bytes.count, found: bytes.count - 1)])
        #expect(try findings(copy).map(\.fact).contains(.line(4, .noEnd)))
        let other = try #require(try tree(copy.paths)[jsonl])
        try write(bytes, copy, jsonl)
        try write(other, copy, csv)
        let swapped = try findings(copy)
        #expect(Set(swapped.map(\.path)) == [csv, jsonl] && swapped.allSatisfy { $0.resource == "nested" && $0.load == loadID(1).text })
    }

    @Test("a packed file that is cut or damaged is told once unpacked") func packed() throws {
        let lake = try rich(.gzip)
        let path = try #require(try tree(lake.paths).keys.sorted().first { $0.hasSuffix(".csv.gz") })
        let bytes = try #require(try tree(lake.paths)[path])
        try write(Array(bytes.dropLast(4)), lake, path)
        #expect(try findings(lake).map(\.fact).contains(.packing(reason: "it is cut off")))
        try write(bytes + [0], lake, path)
        #expect(try findings(lake).contains { if case .packing = $0.fact { true } else { false } })
        try write([], lake, path)
        #expect(try findings(lake).map(\.fact).contains(.packing(reason: "it is cut off")))
    }

    @Test("what nobody knows of is found, what is hidden or of a run at work is not") func folders() throws {
        let lake = try rich()
        let stray = [
            "extra.txt", "unknown/jsonl/load_id=\(loadID(1).text)/x.jsonl", "users/jsonl/notes", "users/parquet/x", "_lake/other",
            "_lake/loads/readme", "_lake/loads/\(loadID(28).text).sha256", "_lake/schemas/users.v9.json",
            "users/csv/load_id=\(loadID(2).text)/users.v1.00009.csv", "_lake/quarantine/users/load_id=\(loadID(1).text)/x.jsonl",
        ]
        let told = [
            "extra.txt", "unknown", "users/jsonl/notes", "users/parquet", "_lake/other", "_lake/loads/readme",
            "_lake/loads/\(loadID(28).text).sha256", "_lake/schemas/users.v9.json", stray[8], "_lake/quarantine/users/load_id=\(loadID(1).text)",
        ]
        for (path, told) in zip(stray, told) {
            let copy = try Lake(lake)
            try Disk.makeFolders(String(copy.paths.absolute(path).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }))
            try write([1], copy, path)
            #expect(try findings(copy).map { [$0.path, "\($0.fact)"] } == [[told, "stray"]], "\(path)")
        }
        for path in [".DS_Store", "users/.hidden", "users/csv/load_id=\(loadID(2).text)/.nfs0001", "_lake/loads/.x", "manifest.json.new"] {
            try write([1], lake, path)
        }
        #expect(try findings(lake) == [])
        let foreign = "users/jsonl/load_id=\(loadID(9).text)"
        try Disk.makeFolders(lake.paths.absolute(foreign))
        #expect(try findings(lake).map { [$0.path, "\($0.fact)"] } == [[foreign, "partitionWithoutRecord"]])
    }

    @Test("a run at work, or one that died at any step, is no finding; what it left is named") func atWork() throws {
        let work = try StoppedWork(on: Lake(days: 1)) { lake, hook in try commit(try lake.open(), loadID(2), portions(2), hook: hook) }
        for call in work.calls {
            let (lake, step) = try work.stopped(at: call)
            #expect(try findings(lake) == [], "stopped before \(step)")
            let summary = try Verify.run(lake.paths, name: "test") { _ in }
            #expect(summary.staged == [loadID(2).text])
        }
    }

    @Test("a manifest that is gone, damaged, behind or changed is found, and repaired") func manifest() throws {
        let lake = try rich()
        let good = try #require(try tree(lake.paths)["manifest.json"])
        let older = try rich(days: 1...1)
        let cases: [(String, [UInt8]?)] = [
            ("gone", nil), ("empty", []), ("garbage", Array("{".utf8)), ("behind", try tree(older.paths)["manifest.json"]),
            ("changed", Array(String(decoding: good, as: UTF8.self).replacing("\"rows_of_last_load\": 3", with: "\"rows_of_last_load\": 4").utf8)),
            ("spaced", good + [10]),
        ]
        for (name, bytes) in cases {
            if let bytes { try write(bytes, lake, "manifest.json") } else { try Disk.remove(lake.paths.manifest) }
            #expect(try findings(lake).map(\.path) == ["manifest.json"], "\(name)")
            let dataset = try lake.open()
            try dataset.refoldManifest()
            #expect(dataset.recovered.contains(.rebuiltManifest), "\(name)")
            #expect(try tree(lake.paths)["manifest.json"] == good, "\(name)")
            #expect(try findings(lake) == [])
        }
    }

    @Test("a damaged record is told as such, and refused by those who fold it") func record() throws {
        let lake = try Lake(days: 1)
        let path = LakePaths.record(loadID(1).text), good = try #require(try tree(lake.paths)[path])
        let damaged = String(decoding: good, as: UTF8.self).replacing("\"page_bytes\": ", with: "\"page_bytes\": 1")
        try write(Array(damaged.utf8), lake, path)
        #expect(try findings(lake).map(\.fact) == [.ownChecksum])
        try Disk.remove(lake.paths.manifest)
        #expect { try lake.open() } throws: { if case CommitFault.documentChecksum? = $0 as? CommitFault { true } else { false } }
    }

    @Test("an unfinished load in staging excuses nothing: only one that is being published does") func unfinished() throws {
        let lake = try Lake(days: 1)
        let staging = StagingFolder(lake.paths.staging + "/" + loadID(9).text)
        let strays = ["requests/csv/load_id=\(loadID(9).text)", "_lake/schemas/x.v1.json", "_lake/loads/\(loadID(9).text).sha256", "unknown"]
        for stray in strays {
            try Disk.makeFolders(lake.paths.absolute(stray).replacing(/\/[^\/]*$/, with: ""))
            if stray.hasSuffix(".json") || stray.hasSuffix(".sha256") { try write([], lake, stray) } else { try Disk.makeFolders(lake.paths.absolute(stray)) }
        }
        try staging.write(UnfinishedLoad(load: loadID(9), started: loadID(9).time, newest: loadID(1), run: [:]))
        #expect(try Set(findings(lake).map(\.path)) == Set(strays))
        let summary = try Verify.run(lake.paths, name: "test") { _ in }
        #expect(summary.staged == [loadID(9).text])
        try Disk.write([], to: staging.record)
        #expect(try findings(lake) == [])
    }
}

/// The same numbers at every run.
struct SystemRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
    }
}
