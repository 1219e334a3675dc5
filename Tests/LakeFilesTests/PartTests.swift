import Foundation
import LakeFiles
import LakeModel
import LakeSchema
import Testing

@Suite("Parts") struct PartTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var id: String
        var pages: [String]
        var options = FileOptions()
        /// Name and rows of each JSONL part.
        var parts: [String]
        var testDescription: String { id }
    }

    static let flushing = FileOptions(waitingBytes: 0)
    static let shapes: [Shape] = [
        Shape(id: "a column that comes while rows wait stays in the part", pages: [#"[{"a":1}]"#, #"[{"a":2,"b":"x"}]"#], parts: ["r.v1.00000.jsonl 2"]),
        Shape(
            id: "a column that comes after a flush closes the part", pages: [#"[{"a":1}]"#, #"[{"a":2,"b":"x"}]"#, #"[{"a":3}]"#], options: flushing,
            parts: ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 2"]),
        Shape(
            id: "number to text closes a part that has numbers there, flushed or not", pages: [#"[{"a":1}]"#, #"[{"a":"x"}]"#, #"[{"a":2}]"#],
            parts: ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 2"]),
        Shape(
            id: "number to decimal does too", pages: [#"[{"a":1.5}]"#, #"[{"a":12345678901234567.123456789}]"#],
            parts: ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 1"]),
        Shape(
            id: "boolean to text does too", pages: [#"[{"a":true}]"#, #"[{"a":1}]"#], options: flushing,
            parts: ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 1"]),
        Shape(
            id: "number to text leaves a part without values there open", pages: [#"[{"a":1}]"#, #"[{"b":2}]"#, #"[{"a":null}]"#, #"[{"a":"x"}]"#],
            options: FileOptions(rowsPerPart: 1), parts: ["r.v1.00000.jsonl 1", "r.v2.00001.jsonl 1", "r.v2.00002.jsonl 1", "r.v3.00003.jsonl 1"]),
        Shape(
            id: "the same within one part of two pages", pages: [#"[{"a":1},{"a":2}]"#, #"[{"b":2}]"#, #"[{"a":"x"}]"#],
            options: FileOptions(rowsPerPart: 2), parts: ["r.v1.00000.jsonl 2", "r.v2.00001.jsonl 2"]),
        Shape(
            id: "null to anything keeps the part, though it is flushed", pages: [#"[{"a":null}]"#, #"[{"a":"x"}]"#, #"[{"a":null}]"#], options: flushing,
            parts: ["r.v1.00000.jsonl 3"]),
        Shape(
            id: "bigint to double keeps the part, though it is flushed", pages: [#"[{"a":1}]"#, #"[{"a":1.5}]"#], options: flushing,
            parts: ["r.v1.00000.jsonl 2"]),
        Shape(
            id: "date to text keeps the part, though it is flushed", pages: [#"[{"a":"2026-11-23"}]"#, #"[{"a":"soon"}]"#], options: flushing,
            parts: ["r.v1.00000.jsonl 2"]),
        Shape(
            id: "a part ends at the page in which it has its rows", pages: [#"[{"a":1},{"a":2},{"a":3}]"#, #"[{"a":4}]"#, #"[{"a":5}]"#, #"[{"a":6}]"#],
            options: FileOptions(rowsPerPart: 2), parts: ["r.v1.00000.jsonl 3", "r.v1.00001.jsonl 2", "r.v1.00002.jsonl 1"]),
        Shape(
            id: "a part ends at the page in which it has its bytes", pages: [#"[{"a":1}]"#, #"[{"a":2}]"#, #"[{"a":3}]"#],
            options: FileOptions(bytesPerPart: 150), parts: ["r.v1.00000.jsonl 2", "r.v1.00001.jsonl 1"]),
        Shape(id: "empty pages make no part", pages: ["[]", #"[{"a":1}]"#, "[]"], options: FileOptions(rowsPerPart: 1), parts: ["r.v1.00000.jsonl 1"]),
    ]

    @Test("pages become these parts", arguments: shapes) func parts(_ shape: Shape) throws {
        let staged = try stage(shape.pages, options: shape.options)
        #expect(try staged.parts("r", .jsonl).map { "\($0.name) \($0.rows)" } == shape.parts)
        try expectBothFormatsAgree(staged)
        #expect(try staged.folder.openFiles() == [])
        // Nothing but the parts is left in the table's folders.
        let names = try staged.folder.files().keys.filter { $0.hasPrefix("tables/") }
        #expect(Set(names) == Set(staged.tables.flatMap(\.files).map(staged.path)))
    }

    @Test("a resource without rows has no tables and no files") func nothing() throws {
        let staged = try stage(["[]", "[]"], resource: makeResource(key: ["id"]))
        #expect(staged.tables.isEmpty && staged.quarantine == nil)
        #expect(try staged.folder.files().isEmpty)
    }

    @Test("bytes and checksum of a part are those of its file, in every format and compression", arguments: Compression.allCases)
    func checksums(_ compression: Compression) throws {
        let staged = try stage([#"[{"a":1,"t":["x","y"]}]"#, #"[{"a":2}]"#], options: FileOptions(compression: compression))
        let files = staged.tables.flatMap(\.files)
        #expect(files.count == 4)
        for file in files {
            let bytes = try staged.folder.bytes(staged.path(file))
            #expect(file.bytes == bytes.count && file.sha256 == Checksum.of(bytes) && file.compression == compression)
        }
    }

    @Test("a later load goes on from the committed version and makes a new one only for a change") func laterLoad() throws {
        let first = try stage([#"[{"a":1,"b":"x"}]"#])
        let table = try first.table()
        let known = [KnownTable(version: try #require(table.newVersions.last), facts: table.facts)]
        let same = try stage([#"[{"b":"y"}]"#], known: known)
        #expect(try same.parts("r", .csv).map(\.name) == ["r.v1.00000.csv"])
        #expect(try same.texts("r", .csv) == ["_load_id,_row_number,a,b\nL,1,,y\n"])
        #expect(try same.table().newVersions.isEmpty && same.table().earlierVersion == 1)
        let wider = try stage([#"[{"c":true}]"#, #"[{"a":"now text"}]"#], known: known)
        #expect(try wider.parts("r", .csv).map(\.name) == ["r.v2.00000.csv"], "no row of the part had a number in a")
        #expect(try wider.texts("r", .jsonl) == ["{\"_load_id\":\"L\",\"_row_number\":1,\"c\":true}\n{\"_load_id\":\"L\",\"_row_number\":2,\"a\":\"now text\"}\n"])
    }

    // MARK: Waiting rows

    /// One record with `n` tags of 40 letters.
    private func page(_ tags: Int, extra: String = "", tagExtra: String = "") -> String {
        let tag = #"{"name":"\#(String(repeating: "x", count: 40))"\#(tagExtra)}"#
        return #"[{"id":1\#(extra),"tags":[\#(Array(repeating: tag, count: tags).joined(separator: ","))]}]"#
    }

    @Test("where too many rows wait, the largest table is flushed and the others wait on") func largestFirst() throws {
        let staged = try stage(
            [page(20), page(1, extra: #","late":1"#, tagExtra: #","late":1"#)], options: FileOptions(waitingBytes: 2000))
        #expect(try staged.parts("r", .jsonl).map(\.rows) == [2])
        #expect(try staged.parts("r__tags", .jsonl).map(\.rows) == [20, 1])
        try expectBothFormatsAgree(staged)
    }

    @Test("of equally large tables the first by name is flushed") func ties() throws {
        let record = #"[{"b":[{"v":1}],"a":[{"v":1}]}]"#, later = #"[{"b":[{"v":1,"w":2}],"a":[{"v":1,"w":2}]}]"#
        // Both child tables wait with the same number of bytes, each more than the root.
        let one = try stage([record])
        let sizes = try ["r", "r__a", "r__b"].map { name in try one.table(name).files.reduce(0) { $0 + $1.bytes } }
        #expect(sizes[1] == sizes[2])
        let staged = try stage([record, later], options: FileOptions(waitingBytes: 300))
        #expect(try staged.parts("r__a", .jsonl).map(\.rows) == [1, 1])
        #expect(try staged.parts("r__b", .jsonl).map(\.rows) == [2])
        #expect(try staged.parts("r", .jsonl).map(\.rows) == [2])
    }

    // MARK: Determinism

    private static var pages: [String] {
        var maker = RecordMaker(seed: 99)
        return (0..<30).map { _ in "[\((0..<20).map { _ in maker.record() }.joined(separator: ","))]" }
    }

    static let settings: [FileOptions] = [
        FileOptions(), FileOptions(compression: .gzip), FileOptions(waitingBytes: 0), FileOptions(rowsPerPart: 33), FileOptions(bytesPerPart: 5000, waitingBytes: 3000),
    ]

    @Test("the same pages give the same bytes, whatever runs beside them", arguments: settings.indices) func sameBytes(_ index: Int) async throws {
        let pages = Self.pages
        let trees = try await withThrowingTaskGroup(of: [String: [UInt8]].self) { group in
            for _ in 0..<3 {
                group.addTask { try stage(pages, options: Self.settings[index]).folder.files() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(trees[0] == trees[1] && trees[1] == trees[2])
        #expect(trees[0].count >= 4)
    }

    @Test("JSONL alone has the bytes that it has beside CSV, and CSV likewise") func formatChoice() throws {
        let both = try stage(Self.pages).folder.files()
        for format in FileFormat.allCases {
            let alone = try stage(Self.pages, options: FileOptions(formats: [format])).folder.files()
            #expect(alone == both.filter { $0.key.contains("/\(format.rawValue)/") })
        }
    }

    @Test("a gzip file unpacks to the plain one and holds neither time nor name") func gzip() throws {
        let plain = try stage(Self.pages), packed = try stage(Self.pages, options: FileOptions(compression: .gzip))
        let files = packed.tables.flatMap(\.files)
        #expect(files.allSatisfy { $0.name.hasSuffix(".gz") })
        for file in files {
            let bytes = try packed.folder.bytes(packed.path(file))
            #expect(bytes.prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, bytes[8], 255])
            #expect(try gunzip(bytes) == plain.folder.bytes(String(packed.path(file).dropLast(3))))
        }
    }
}
