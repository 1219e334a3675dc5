import Foundation
@testable import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Large pages") struct LargePageTests {
    private func page(_ elements: Int) -> String { "[{\"id\":1,\"t\":[\((0..<elements).map(String.init).joined(separator: ","))]}]" }

    @Test("of a page of tiny rows no more than a slice and what may wait is held in memory", arguments: [[FileFormat.jsonl, .csv], [.jsonl], [.csv]])
    func memory(_ formats: [FileFormat]) throws {
        let folder = try TemporaryFolder()
        let normalizer = Normalizer(resource: makeResource(), known: [], spill: nil)
        let page = PageBytes("[\((0..<30_000).map(String.init).joined(separator: ","))]"), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let table = try #require(try normalizer.normalize(page, tape, records: 0).tables.first)
        let schema = TableSchema(name: "r", resource: "r", path: FieldPath(), parent: nil, load: testLoad.text, known: nil)
        let writer = TableWriter(schema: schema, folder: folder.path, options: FileOptions(formats: formats, waitingBytes: 100_000))
        schema.apply(schema.plan(table, normalizer, page: 1) { normalizer.facts(of: $0, page, tape) })
        try writer.append(table, RowEncoder.Source(page, tape))
        #expect(writer.rows == 30_000)
        #expect(writer.waitingBytes + writer.bufferedBytes < 3 * RowEncoder.bytesPerSlice / 2)
        try writer.closePart()
        #expect(writer.files.map(\.rows) == formats.map { _ in 30_000 })
    }

    @Test("slices leave no trace in the files, flushed early, late or not at all", arguments: [0, 1_000_000, 1 << 30]) func bytes(_ waiting: Int) throws {
        // More than a slice in either format.
        let count = 25_000
        let staged = try stage([page(count)], options: FileOptions(waitingBytes: waiting))
        let jsonl = (0..<count).map {
            #"{"_load_id":"L","_row_number":\#($0 + 1),"_parent_row_number":1,"_root_row_number":1,"_list_index":\#($0),"value":\#($0)}"# + "\n"
        }.joined()
        let csv = "_load_id,_row_number,_parent_row_number,_root_row_number,_list_index,value\n" + (0..<count).map { "L,\($0 + 1),1,1,\($0),\($0)\n" }.joined()
        #expect(try staged.texts("r__t", .jsonl) == [jsonl])
        #expect(try staged.texts("r__t", .csv) == [csv])
        #expect(try staged.table("r__t").rows == count)
    }

    @Test("rows of several slices that wait get the columns that come after them") func lateColumn() throws {
        let count = 20_000
        let first = "[{\"id\":1,\"t\":[\(Array(repeating: #"{"a":1}"#, count: count).joined(separator: ","))]}]"
        let staged = try stage([first, #"[{"id":2,"t":[{"a":2,"b":3}]}]"#], options: FileOptions(waitingBytes: 1 << 30))
        let lines = try #require(try staged.texts("r__t", .csv).first).split(separator: "\n")
        #expect(lines.count == count + 2)
        #expect((1...count).allSatisfy { lines[$0] == "L,\($0),1,1,\($0 - 1),1," })
        #expect(lines[count + 1] == "L,\(count + 1),2,2,0,2,3")
    }

    @Test("rows of many columns are cut by bytes: a part of few rows is cut as well") func byBytes() throws {
        let text = String(repeating: "x", count: 30_000)
        let staged = try stage(["[\((0..<200).map { "{\"id\":\($0),\"text\":\"\(text)\"}" }.joined(separator: ","))]"], options: FileOptions(waitingBytes: 0))
        #expect(try staged.texts("r", .csv) == ["_load_id,_row_number,id,text\n" + (0..<200).map { "L,\($0 + 1),\($0),\(text)\n" }.joined()])
    }

    // MARK: Counting once more

    private func fault(_ tables: [StagedTable], _ written: Int, _ formats: [FileFormat] = FileFormat.allCases) -> String? {
        do { try ResourceWriter.checkRows(tables, written: written, formats: formats) } catch {
            if case .rowsDoNotAddUp(let table) = error { return table }
        }
        return nil
    }

    @Test("rows that do not add up are told with their table") func rowsAddUp() throws {
        let tables = try stage([#"[{"a":1,"t":[1,2]},{"a":2}]"#], options: FileOptions(rowsPerPart: 1)).tables
        #expect(fault(tables, 2) == nil && fault([], 0) == nil)
        #expect(fault(tables, 3) == "r" && fault(tables, 1) == "r")
        #expect(fault([], 1) == "")
        for (index, table) in tables.enumerated() {
            for file in table.files.indices {
                var changed = tables
                changed[index].files[file].rows += 1
                #expect(fault(changed, 2) == table.name)
                changed = tables
                changed[index].files.remove(at: file)
                #expect(fault(changed, 2) == table.name)
            }
        }
        #expect(fault(tables, 2, [.jsonl]) == nil)
    }
}
