import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("A choice of a page's records in the files") struct ChoiceTests {
    struct Page {
        var text: String, choice: RecordChoice = .all, filtered = 0, duplicates = 0
    }

    private func write(_ pages: [Page], key: [String] = [], waitingBytes: Int = 8 << 20) throws -> (staged: Staged, counts: [RecordCounts]) {
        var staged = Staged(), counts: [RecordCounts] = []
        let resource = makeResource(key: key)
        let writer = ResourceWriter(
            resource: resource, load: testLoad, naming: TableNaming([.init("r")], known: []), known: [], staging: StagingFolder(staged.folder.path),
            options: FileOptions(waitingBytes: waitingBytes))
        for (index, page) in pages.enumerated() {
            let bytes = PageBytes(page.text), tape = Tape()
            try Tokenizer.tokenize(bytes, into: tape)
            counts.append(try writer.write(
                bytes, tape, records: 0, choice: page.choice, filtered: page.filtered, duplicates: page.duplicates, number: index + 1))
        }
        (staged.tables, staged.quarantine) = try writer.finish()
        staged.counts = writer.counts
        return (staged, counts)
    }

    @Test("counts of what was left out are added, and every record is in exactly one") func counts() throws {
        let (staged, counts) = try write([
            Page(text: #"[{"id":1},{"id":2},{"x":1},{"id":4},{"id":1}]"#, choice: .only([0, 2, 4]), filtered: 1, duplicates: 1),
            Page(text: #"[{"id":1},{"id":2}]"#, choice: .none, filtered: 2),
            Page(text: #"[{"id":1},{"id":2}]"#, choice: .none),
            Page(text: #"[{"id":5}]"#),
        ], key: ["id"])
        #expect(counts.map { [$0.fetched, $0.written, $0.duplicate, $0.filtered, $0.quarantined] } == [[5, 1, 2, 1, 1], [2, 0, 0, 2, 0], [0, 0, 0, 0, 0], [1, 1, 0, 0, 0]])
        #expect(counts.allSatisfy(\.addUp) && staged.counts.addUp && staged.counts.fetched == 8 && staged.counts.written == 2)
    }

    @Test("changes and quarantine name the record by its number in the page") func numbers() throws {
        let (staged, _) = try write([
            Page(text: #"[{"id":0}]"#),
            Page(text: #"[{"id":1},{"id":2,"late":1},{"a":1},{"id":3,"late":1}]"#, choice: .only([0, 2, 3]), filtered: 1),
        ], key: ["id"], waitingBytes: 0)
        #expect(try staged.folder.text("quarantine/r/r.00000.jsonl") == """
            {"reason":"missing_primary_key","resource":"r","page":2,"record":3,"written":false,"value":{"a":1}}

            """)
        let changes = try staged.table().newVersions.flatMap(\.changes)
        let late = try #require(changes.first { String(describing: $0).contains("late") })
        #expect(late.place == Place(page: 2, record: 4))
    }

    @Test("random choices write what pages of only those records write", arguments: 0..<12 as Range<UInt64>) func sameFiles(_ seed: UInt64) throws {
        var maker = RecordMaker(seed: seed &+ 900)
        var chosen: [Page] = [], plain: [Page] = []
        for _ in 0..<6 {
            let records = (0..<Int.random(in: 0...12, using: &maker.generator)).map { _ in maker.record() }
            let indices = records.indices.filter { _ in Bool.random(using: &maker.generator) }
            chosen.append(Page(text: "[\(records.joined(separator: ","))]", choice: .only(indices), filtered: records.count - indices.count))
            plain.append(Page(text: "[\(indices.map { records[$0] }.joined(separator: ","))]"))
        }
        let (a, _) = try write(chosen), (b, _) = try write(plain)
        #expect(try a.folder.files().filter { $0.key.hasPrefix("tables/") } == (try b.folder.files().filter { $0.key.hasPrefix("tables/") }))
        #expect(a.counts.written == b.counts.written && a.counts.filtered == chosen.reduce(0) { $0 + $1.filtered })
        #expect(a.counts.addUp && a.tables.map(\.facts) == b.tables.map(\.facts))
        try expectBothFormatsAgree(a)
    }
}
