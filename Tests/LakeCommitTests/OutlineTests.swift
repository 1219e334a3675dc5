import Foundation
import LakeCommit
import Testing

@Suite("Load records without their columns")
struct OutlineTests {
    @Test("an outline is the record but for the columns and versions of its tables, whatever its kind")
    func outline() throws {
        let lake = try Lake(days: 1, 2)
        _ = try lake.open().publishState(["requests": ["incremental": 7]], reason: "a test", load: loadID(3), now: loadID(3).time)
        let loads = try Dataset.committedLoads(lake.paths)
        for load in loads {
            var record = try #require(try Dataset.record(lake.paths, load.text))
            #expect(record.kind == .state || record.tables.contains { !$0.columns.isEmpty })
            for i in record.tables.indices {
                record.tables[i].columns = []
                record.tables[i].versions = []
            }
            #expect(try Dataset.outline(lake.paths, load.text) == record)
        }
        #expect(try loads.count == 3 && Dataset.outline(lake.paths, loadID(9).text) == nil)
    }

    @Test("what is wrong with a record is told as for the whole one", arguments: ["{", "[]", "{\"restlake_format\": 99}", "{\"restlake_format\": 1}", "changed"])
    func damaged(_ text: String) throws {
        let lake = try Lake(days: 1), path = lake.paths.absolute(LakePaths.record(loadID(1).text))
        let bytes = try String(contentsOfFile: path, encoding: .utf8)
        try (text == "changed" ? bytes.replacingOccurrences(of: "single_page", with: "double_page") : text).write(toFile: path, atomically: true, encoding: .utf8)
        let fault = #expect(throws: CommitFault.self) { try Dataset.record(lake.paths, loadID(1).text) }
        #expect(throws: try #require(fault)) { try Dataset.outline(lake.paths, loadID(1).text) }
    }
}
