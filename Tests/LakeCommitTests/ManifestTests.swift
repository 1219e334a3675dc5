import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import Testing

@Suite("The manifest") struct ManifestTests {
    /// What became of `manifest.json` before the next run.
    enum Damage: String, CaseIterable, Sendable {
        case missing, empty, cut, notAnObject, noFormat, wrongCount, countTooSmall, garbledNewest, unknownNewest, olderByOneLoad, otherTypes
    }

    private func apply(_ damage: Damage, _ lake: Lake, older: [UInt8]) throws {
        let path = lake.paths.manifest
        let text = String(decoding: try #require(try tree(lake.paths)["manifest.json"]), as: UTF8.self)
        let newest = loadID(2).text
        let new: String
        switch damage {
        case .missing: return try Disk.remove(path)
        case .empty: new = ""
        case .cut: new = String(text.prefix(200))
        case .notAnObject: new = "[1]"
        case .noFormat: new = text.replacingOccurrences(of: "\"restlake_format\": 1,", with: "")
        case .wrongCount: new = text.replacingOccurrences(of: "\"load_count\": 2", with: "\"load_count\": 3")
        case .countTooSmall: new = text.replacingOccurrences(of: "\"load_count\": 2", with: "\"load_count\": 1")
        case .garbledNewest: new = text.replacingOccurrences(of: "\"newest_load\": \"\(newest)\"", with: "\"newest_load\": \"x\"")
        case .unknownNewest: new = text.replacingOccurrences(of: "\"newest_load\": \"\(newest)\"", with: "\"newest_load\": \"\(loadID(9).text)\"")
        case .olderByOneLoad: new = String(decoding: older, as: UTF8.self)
        case .otherTypes: new = text.replacingOccurrences(of: "\"current_version\": ", with: "\"current_version\": \"x\", \"was\": ")
        }
        #expect(new != text)
        try Disk.write(Array(new.utf8), to: path)
    }

    @Test("damaged, missing or behind, it is made anew from the records, to the byte", arguments: Damage.allCases) func rebuilt(_ damage: Damage) throws {
        let lake = try Lake(days: 1)
        let older = try #require(try tree(lake.paths)["manifest.json"])
        try commit(try lake.open(), loadID(2), portions(2))
        let wanted = try tree(lake.paths)
        try apply(damage, lake, older: older)
        let read = try Dataset.readManifest(lake.paths, name: "test")
        #expect(read.isBehind)
        #expect(read.manifest == (try Manifest(json: JSONValue(parsing: PageBytes(try #require(wanted["manifest.json"]))))))
        #expect(try lake.open().recovered == [.rebuiltManifest])
        #expect(difference(try tree(lake.paths), wanted) == [])
        #expect(try lake.open().recovered == [])
    }

    @Test("a resource's own table keeps the rows of its last complete loads that asked for everything, newest first")
    func recentRows() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        func load(_ day: Int, _ rows: Int, _ change: (inout Portion) -> Void = { _ in }) throws {
            let records = (0..<rows).map { #"{"id":\#($0),"l":[1]}"# }
            var portion = Portion(resource: "r", pages: ["[" + records.joined(separator: ",") + "]"], key: ["id"], isFullScan: true)
            change(&portion)
            try commit(dataset, loadID(day), [portion, Portion(resource: "other", pages: ["[{}]"])])
        }
        try load(1, 3)
        try load(2, 2)
        try load(3, 9) { $0.outcome = .partial }
        try load(4, 9) { $0.outcome = .failed }
        try load(5, 9) { $0.isFullScan = false }
        try load(6, 0)
        #expect(dataset.manifest.table("r")?.recentRows == [0, 2, 3])
        #expect(dataset.manifest.table("r__l")?.recentRows == [] && dataset.manifest.table("other")?.recentRows == [])
        #expect(dataset.manifest.table("r")?.columns.map(\.values) == [0] && dataset.manifest.table("r__l")?.columns.map(\.values) == [0])
        for day in 7...20 { try load(day, day) }
        #expect(dataset.manifest.table("r")?.recentRows == Array((11...20).reversed()))
        #expect(try Manifest(json: dataset.manifest.json) == dataset.manifest)
    }

    @Test("its JSON says all of it") func roundTrip() throws {
        let lake = try Lake(days: 1, 2)
        let manifest = try lake.open().manifest
        #expect(try Manifest(json: manifest.json) == manifest)
        let record = try #require(try Dataset.record(lake.paths, loadID(2).text))
        #expect(try LoadRecord(json: record.json) == record)
        #expect(record.quarantine.count == 1 && record.tables.count == 3 && record.outcome == .partial)
    }

    @Test("a document of a newer format is refused, wherever it stands", arguments: ["manifest.json", LakePaths.record(loadID(2).text), LakePaths.schema("requests", 2)])
    func newerFormat(_ name: String) throws {
        let lake = try Lake(days: 1, 2)
        let text = String(decoding: try #require(try tree(lake.paths)[name]), as: UTF8.self)
        try Disk.write(Array(text.replacingOccurrences(of: "\"restlake_format\": 1", with: "\"restlake_format\": 2").utf8), to: lake.paths.absolute(name))
        #expect {
            let dataset = try lake.open()
            _ = try dataset.knownTables()
            _ = try Dataset.record(lake.paths, loadID(2).text)
        } throws: {
            if case CommitFault.newerFormat(lake.paths.absolute(name), 2)? = $0 as? CommitFault { true } else { false }
        }
        #expect(try tree(lake.paths)["manifest.json"] != nil)
    }

    static let recordDamages: [(String, String)] = [
        ("\"kind\": \"load\"", "\"kind\": \"other\""), ("\"kind\": \"load\"", "\"kind\": \"state\""), ("\"load_id\": \"", "\"load_id\": \"x"), ("\"outcome\": \"failed\"", "\"outcome\": \"fine\""),
        ("\"table\": \"users\"", "\"table\": \"../users\""), ("\"table\": \"users\"", "\"table\": \"..\""), ("\"name\": \"users\"", "\"name\": \"a/b\""),
        ("\"path\": \"users/", "\"path\": \"../users/"), ("\"path\": \"users/", "\"path\": \"/users/"),
    ]

    @Test("a damaged record is refused and leads nowhere out of the dataset", arguments: recordDamages.indices) func damagedRecord(_ index: Int) throws {
        let lake = try Lake(days: 1)
        let point = CrashPoint(DurableStep.makeTargets.rawValue - 1)
        #expect(throws: Crash.self) { try commit(try lake.open(), loadID(2), portions(2), hook: point.hook) }
        let path = lake.paths.staging(loadID(2)).record
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let (old, new) = Self.recordDamages[index]
        let damaged = text.replacingOccurrences(of: old, with: new)
        #expect(damaged != text, "\(old) is not in the record")
        try Disk.write(Array(damaged.utf8), to: path)
        #expect(throws: CommitFault.self) { try lake.open() }
        #expect(try Dataset.committedLoads(lake.paths) == [loadID(1)])
    }
}
