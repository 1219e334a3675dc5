import LakeCommit
import LakeModel
@testable import LakeReport
import LakeSchema
import Testing

@Suite("The page of a report")
struct PageTests {
    @Test("a dataset without a load says so in every section")
    func empty() {
        let text = page([])
        for words in ["No load yet", "No load has been committed yet", "No resource has been asked for", "There is no table yet", "No record was ever kept out", "Nothing to tell"] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(!text.contains("<svg"))
    }

    @Test("one load: the headline tells its outcome and age, and every section has something")
    func oneLoad() {
        var facts = facts([record(files: [file()])], at: moment(0, 3 * 3600), schemas: [schema()])
        facts.samples = ["requests": SampleRows(load: loadID(0), columns: ["id"], rows: [[.value("r-1")], [.null], [.absent], [.value("")]])]
        let text = page(facts)
        for words in [
            "The last load is complete", "3 h ago, 2026-11-23 02:00 UTC", "id=\"table-requests\"", "cursor_null", ">r-1<", ">null<", "1.5 s", "1 load of 2026-11-23 02:00",
        ] { #expect(text.contains(words), "\(words)") }
        #expect(!text.contains("<script") && !text.contains("http://") && text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\"><head>"))
    }

    @Test("loads that failed are told as such, not as partial")
    func onlyFailed() {
        let report = report((0..<3).map { record(loadID($0), [resource("requests", .failed, findings: ["page 1: status 403"]), resource("users", .failed)], []) })
        #expect(Headline(report).words == "The last load is without any data: all resources failed" && Headline(report).mood == .bad)
        let text = page(report)
        #expect(text.contains("requests is failed: page 1: status 403") && text.contains("users is failed<") && text.contains("3 not complete"))
        #expect(text.contains("There is no table yet"))
    }

    @Test("a partial load is doubtful; damages come before everything else")
    func moods() {
        var facts = facts([record(loadID(0), [resource("requests", .partial, findings: ["an end not proven"])])])
        #expect(Headline(report(facts)).mood == .doubtful)
        facts.damages = ["/lake/x.json is damaged: <b>"]
        let headline = Headline(report(facts))
        #expect(headline.mood == .bad && headline.words == "Something in the lake is damaged or missing" && headline.details.contains("partial"))
        #expect(page(facts).contains("/lake/x.json is damaged: &lt;b&gt;"))
    }

    @Test("what came from outside is markup nowhere")
    func hostile() {
        let nasty = "\"><script>alert('x')</script><img src=x onerror=alert(1)>\u{202e}\u{0}"
        var load = record(
            loadID(0), [resource(nasty, .partial, findings: [nasty])], [table(nasty, resource: nasty, columns: [(nasty, 3)])],
            quarantine: [QuarantineRecord(path: nasty, resource: nasty, records: 1, bytes: 1, sha256: "")])
        load.runID = nasty
        load.origin = nasty
        load.sourceName = nasty
        load.tables[0].primaryKey = [nasty]
        load.tables[0].columns[0].description = nasty
        load.tables[0].versions = [VersionRecord(version: 1, parentVersion: nil, fingerprint: "", load: nasty, changes: [
            SchemaChange(.addColumn, column: nasty, load: nasty, place: Place(page: 1)),
        ])]
        var facts = facts([load], dataset: nasty)
        facts.samples = [nasty: SampleRows(load: nasty, columns: [nasty], rows: [[.value(nasty)]])]
        facts.quarantine = [HeldRecords(facts.history.quarantine[0], .read, reasons: [.init(nasty, 1)], values: [nasty])]
        facts.unfinished = [nasty]
        facts.damages = [nasty]
        for schemas in [[:], [nasty: SchemaColumns(schema(nasty, ["x": .text]))]] {
            facts.schemas = schemas
            let text = page(facts)
            #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("\u{202e}") && !text.contains("\u{0}"))
            #expect(text.contains("&lt;script&gt;alert(&#39;x&#39;)"))
        }
    }

    @Test("the share of nulls is what the loads counted; what nobody counted is said")
    func nullShares() {
        let columns: [(String, values: Int?)] = [("id", 10), ("half", 5), ("none", 0), ("old", nil)]
        let facts = facts([record(loadID(0), tables: columns)], schemas: [schema(["id": .text, "half": .bigint, "none": .unknown, "old": .text])])
        let found = report(facts).tables[0].columns.map(\.nullShare)
        #expect(found == [nil, nil, 0, 0.5, 1, nil])
        #expect(page(facts).contains("not counted") && page(facts).contains("50 %"))
    }

    @Test("without its schema document a table shows the columns that the manifest knows")
    func noSchema() {
        let table = report([record()]).tables[0]
        #expect(table.columns.map(\.name) == ["id"] && table.columns[0].type == "?")
    }

    @Test("long values are cut and say how long they are, wide rows are cut and say so")
    func long() {
        var facts = facts([record()], schemas: [schema()])
        let columns = (0..<200).map { "c\($0)" }
        facts.samples = ["requests": SampleRows(load: loadID(0), columns: columns, rows: [columns.map { _ in .value(String(repeating: "ab", count: 5000)) }])]
        let text = page(facts)
        #expect(text.contains("… (10,000 characters)") && text.contains("And 140 further columns") && text.utf8.count < 60_000)
    }

    @Test("quarantine: counts, reasons and what waits; records only where they are given")
    func quarantine() {
        let held = QuarantineRecord(path: "_lake/q", resource: "requests", records: 7, bytes: 1, sha256: "")
        var facts = facts([record(quarantine: [held])])
        var entry = HeldRecords(facts.history.quarantine[0], .read, reasons: [.init("data_type requests.amount", 5), .init("missing_primary_key", 2)])
        entry.piece.replays = [.init(load: loadID(1), records: 3)]
        facts.quarantine = [entry]
        facts.quarantine[0].inLake = 2
        #expect(page(facts).contains("2 wait to be put back."))
        facts.quarantine[0].inLake = 0
        #expect(page(facts).contains("7 records were kept out; 4 wait to be put back.") && page(facts).contains("5 data_type requests.amount, 2 missing_primary_key"))
        #expect(page(facts).contains("4 records in quarantine wait") && !page(facts).contains("<pre"))
        facts.quarantine[0].values = ["{\"a\":1}"]
        #expect(page(facts).contains("{&quot;a&quot;:1}"))
    }

    @Test("a thousand loads of a hundred tables make a page that a browser takes easily")
    func large() {
        let columns = (0..<20).map { ("column_\($0)", values: Optional(10 - $0 % 11)) }
        var history = LoadHistory(), manifest = Manifest(dataset: "big")
        let tables = (0..<100).map { table("t\($0)", resource: "r\($0 / 10)", parent: $0 % 10 == 0 ? nil : "t\($0 / 10 * 10)", columns: columns) }
        let resources = (0..<10).map { resource("r\($0)") }
        for load in 0..<1000 {
            let record = record(loadID(load), resources, tables)
            history.add(record)
            if load > 990 { manifest.fold(record) }
        }
        let facts = Report.Facts(dataset: "big", madeAt: moment(1000), manifest: manifest, history: history)
        let bytes = ReportPage.html(report(facts)).document
        #expect(bytes.count < 3_000_000, "\(bytes.count)")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("1,000 loads") && text.contains("Each bar is 28 days") && text.contains("And 790 loads before them"))
    }
}

private func record(_ load: String, tables columns: [(String, values: Int?)]) -> LoadRecord { record(load, [resource()], [table(columns: columns)]) }
private func schema(_ columns: KeyValuePairs<String, ColumnType>) -> SchemaVersion { schema("requests", columns) }
