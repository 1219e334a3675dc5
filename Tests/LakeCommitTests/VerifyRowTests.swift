import Foundation
import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import Testing

/// Rows that are wrong, in files whose size and checksum are right: what a fault of a writer would look like.
@Suite("Verify: rows") struct VerifyRowTests {
    private static let page = #"[{"id":1,"d":1.5,"b":true,"at":"2026-01-01","n":null,"big":12345678901234567890,"s":"x","l":[{"v":1},{"v":2}]},"#
        + #"{"id":2,"d":2,"b":false,"at":null,"n":null,"big":1,"s":"a,\"b\"\nc","l":[{"v":3}]}]"#
    private static let base: Lake = {
        let lake = try! Lake()
        try! commit(try! lake.open(), loadID(1), [Portion(resource: "t", pages: [page], key: ["id"])])
        return lake
    }()

    /// The facts about one file after a change of its text, with a record that knows of the change.
    private func facts(_ table: String, _ format: FileFormat, _ change: (String) -> String) throws -> [VerifyFinding.Fact] {
        let lake = try Lake(Self.base)
        var record = try #require(try Dataset.record(lake.paths, loadID(1).text))
        let place = try #require(record.files.firstIndex { $0.table == table && $0.format == format })
        let path = lake.paths.absolute(record.files[place].path)
        let text = try String(contentsOfFile: path, encoding: .utf8), changed = change(text)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: false, encoding: .utf8)
        record.files[place].bytes = changed.utf8.count
        record.files[place].sha256 = Checksum.of(Array(changed.utf8))
        // Written without its checksum, as old records were.
        try Disk.write(record.json.utf8(pretty: true), to: lake.paths.absolute(LakePaths.record(loadID(1).text)))
        return try findings(lake).filter { $0.path == record.files[place].path }.map(\.fact)
    }

    private static let load = loadID(1).text
    private static func value(_ column: String, _ type: String) -> VerifyFinding.RowFault { .value(column: column, type: type) }

    static let jsonl: [(String, String, String, VerifyFinding.Fact)] = [
        (#""d":1.5"#, #""d":"1.5""#, "t", .line(1, value("d", "double"))),
        (#""d":1.5"#, #""d":true"#, "t", .line(1, value("d", "double"))),
        (#""b":true"#, #""b":"true""#, "t", .line(1, value("b", "boolean"))),
        (#""at":"2026-01-01""#, #""at":"2026-02-30""#, "t", .line(1, value("at", "date"))),
        (#""at":"2026-01-01""#, #""at":20260101"#, "t", .line(1, value("at", "date"))),
        (#""n":null"#, #""n":1"#, "t", .line(1, value("n", "unknown"))),
        (#""big":"12345678901234567890""#, #""big":12345678901234567890"#, "t", .line(1, value("big", "decimal(38,9)"))),
        (#""big":"1""#, #""big":"1e3""#, "t", .line(2, value("big", "decimal(38,9)"))),
        (#""s":"x""#, #""s":{}"#, "t", .line(1, value("s", "text"))),
        (#""id":1,"#, #""id":1.0,"#, "t", .line(1, value("id", "bigint"))),
        (#""id":1,"#, #""id":9223372036854775808,"#, "t", .line(1, value("id", "bigint"))),
        (#""id":1,"d":1.5"#, #""d":1.5,"id":1"#, "t", .line(1, .columnOrder("id"))),
        (#""id":1,"#, #""id":1,"id":1,"#, "t", .line(1, .columnOrder("id"))),
        (#""id":1,"#, #""ix":1,"#, "t", .line(1, .unknownColumn("ix"))),
        (#""_load_id":"\#(load)","#, "", "t", .line(1, .noColumn("_load_id"))),
        (load, "20261101T020000Z-7f3a9d", "t", .line(1, .loadID)),
        (#""_row_number":2"#, #""_row_number":3"#, "t", .line(2, .rowNumber(expected: 2, found: 3))),
        (#""_row_number":1"#, #""_row_number":"1""#, "t", .line(1, value("_row_number", "bigint"))),
        (#""v":1}"#, #""v":1"#, "t__l", .line(1, .json(reason: ""))),
        (#"{"_load_id""#, #"[{"_load_id""#, "t__l", .line(1, .json(reason: ""))),
        (#""_parent_row_number":2"#, #""_parent_row_number":3"#, "t__l", .line(3, .parentRow(column: "_parent_row_number", limit: 2, found: 3))),
        (#""_root_row_number":2"#, #""_root_row_number":0"#, "t__l", .line(3, .parentRow(column: "_root_row_number", limit: 2, found: 0))),
        (#""_row_number":1,"_parent_row_number":1"#, #""_row_number":1,"_parent_row_number":2"#, "t__l", .line(2, .parentOrder(column: "_parent_row_number"))),
        (#""_list_index":0"#, #""_list_index":-7"#, "t__l", .line(1, value("_list_index", "bigint"))),
    ]

    @Test("a line of JSONL that is not what its schema version says", arguments: jsonl.indices) func line(_ index: Int) throws {
        let (old, new, table, expected) = Self.jsonl[index]
        let found = try facts(table, .jsonl) { $0.replacing(old, with: new, maxReplacements: 1) }
        if case .line(let line, .json) = expected {
            guard case .line(line, .json)? = found.first else { Issue.record("\(found)"); return }
        } else {
            #expect(found.first == expected)
        }
    }

    static let csv: [(String, String, String, VerifyFinding.Fact)] = [
        ("id,d,b", "id,b,d", "t", .line(1, .header(expected: "_load_id,_row_number,id,d,b,at,n,big,s"))),
        (",1.5,", ",1.,", "t", .line(2, value("d", "double"))),
        (",true,", ",TRUE,", "t", .line(2, value("b", "boolean"))),
        (",2026-01-01,", ",2026-13-01,", "t", .line(2, value("at", "date"))),
        (",,12345678901234567890", ",x,12345678901234567890", "t", .line(2, value("n", "unknown"))),
        ("12345678901234567890", "12345678901234567890.1234567890", "t", .line(2, value("big", "decimal(38,9)"))),
        ("\(load),1,1,", "\(load),1,01,", "t", .line(2, value("id", "bigint"))),
        ("\(load),1,1,", "\(load),1,", "t", .line(2, value("id", "bigint"))),
        (",x\n", ",x,\n", "t", .line(2, .fields(expected: 9, found: 10))),
        (",x\n", "\n", "t", .line(2, .fields(expected: 9, found: 8))),
        (",x\n", ",x\"\"y\n", "t", .line(2, .quotes(field: 9))),
        (",x\n", ",\"x\" \n", "t", .line(2, .quotes(field: 9))),
        (",x\n", ",\"x\n", "t", .line(2, .quotes(field: 9))),
        (load, "20261101T020000Z-7f3a9d", "t", .line(2, .loadID)),
        ("\(load),2,2,", "\(load),1,2,", "t", .line(3, .rowNumber(expected: 2, found: 1))),
        ("\(load),2,1,1,", "\(load),2,3,1,", "t__l", .line(3, .parentRow(column: "_parent_row_number", limit: 2, found: 3))),
        ("\(load),3,2,2,", "\(load),3,1,1,", "t__l", .formatsDiffer),
        ("\(load),3,2,2,0,3\n", "", "t__l", .rows(expected: 3, found: 2)),
        ("\(load),1,1,1,0,1\n", "", "t__l", .rows(expected: 3, found: 2)),
        ("\(load),3,2,2,0,3\n", "\(load),3,2,2,0,3", "t__l", .line(4, .noEnd)),
    ]

    @Test("a record of CSV that is not what its schema version says", arguments: csv.indices) func record(_ index: Int) throws {
        let (old, new, table, expected) = Self.csv[index]
        #expect(try facts(table, .csv) { $0.replacing(old, with: new, maxReplacements: 1) }.first == expected)
    }

    @Test("row numbers begin with 1, and go on from part to part") func parts() throws {
        let shifted = try facts("t__l", .csv) { text in
            text.replacing("\(Self.load),3,", with: "\(Self.load),4,").replacing("\(Self.load),2,", with: "\(Self.load),3,").replacing("\(Self.load),1,", with: "\(Self.load),2,")
        }
        #expect(shifted == [.partStart(expected: 1, found: 2)])
    }
}
