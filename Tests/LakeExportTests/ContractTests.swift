import Foundation
import LakeCommit
import LakeFiles
import LakeModel
import LakeNormalize
import LakeSandbox
import LakeSchema
import LakeSource
import Testing

@testable import LakeExport

private func all(_ mode: SchemaContract.Mode) -> SchemaContract { SchemaContract(tables: mode, columns: mode, dataType: mode) }

@Suite("Contracts over loads")
struct ContractTests {
    /// A first load of the API's first day; then jobs of its second day, whose requests have changed, into the same lake.
    private struct TwoDays {
        let day1: Bench, day2: Bench
        var lake: String { day1.folder.path + "/thena" }

        init(_ names: [String], requests: Int = 700) throws {
            day1 = try Bench(requests: requests)
            day2 = try Bench(requests: requests, day: 2)
            _ = try ExportRun(day1.job(names)).run()
        }

        func job(_ names: [String], _ change: (inout Resource) -> Void = { _ in }) throws -> ExportJob {
            var job = try day2.job(names, lake: lake)
            for index in job.resources.indices where job.resources[index].name == names[0] { change(&job.resources[index]) }
            return job
        }
    }

    @Test("a frozen contract that is broken fails its resource with words to act on, the other is committed, and the next run goes on")
    func freeze() throws {
        let days = try TwoDays(["requests", "sub_statuses"])
        let before = tree(days.lake).timeless
        for _ in 0..<2 {
            let asked = days.day2.sandbox.tally.requests
            let report = try ExportRun(days.job(["requests", "sub_statuses"]) { $0.contract = all(.freeze) }).run()
            #expect(report.resources.map(\.outcome) == [.failed, .complete] && report.record.outcome == .partial, "\(report.resources.map(\.findings))")
            #expect(report.resources[0].failure == .data)
            let finding = try #require(report.resources[0].findings.first)
            #expect(finding.hasPrefix("frozen contract: requests, column '"))
            #expect(finding.contains(": page 1, record ") && finding.contains("\"schema_contract\": {\""))
            #expect(report.record.files.allSatisfy { $0.table.hasPrefix("sub_statuses") })
            #expect(report.resources[0].record.counts == RecordCounts(), "nothing of the page is written")
            #expect(days.day2.sandbox.tally.requests - asked < 8, "the pages behind it are not asked for")
        }
        #expect(before.allSatisfy { tree(days.lake)[$0.key] == $0.value })
        let report = try ExportRun(days.job(["requests", "sub_statuses"])).run()
        #expect(report.record.outcome == .complete)
        #expect(report.tables.first { $0.name == "requests" }?.version.version == 2)
    }

    @Test("where all that is asked for fails nothing is published, and the run after it works")
    func nothing() throws {
        let days = try TwoDays(["requests"], requests: 150)
        #expect { try ExportRun(days.job(["requests"]) { $0.contract = all(.freeze) }).run() } throws: {
            guard case ExportFault.nothingToPublish(let reports)? = $0 as? ExportFault else { return false }
            return reports.map(\.failure) == [.data]
        }
        #expect(try Disk.names(in: LakePaths(dataset: days.lake).staging).isEmpty)
        #expect(try ExportRun(days.job(["requests"])).run().record.outcome == .complete)
    }

    @Test("what depends on a resource whose contract broke fails with it")
    func child() throws {
        let bench = try Bench()
        var job = try bench.job(["users", "user", "requests"])
        let users = try #require(job.resources.firstIndex { $0.name == "users" })
        job.resources[users].contract = all(.freeze)
        job.resources[users].columns = [ColumnHint(field: FieldReference(field: ["id"]), dataType: .boolean)]
        let report = try ExportRun(job).run()
        let outcomes = Dictionary(uniqueKeysWithValues: report.resources.map { ($0.name, $0) })
        #expect(outcomes["users"]?.failure == .data && outcomes["user"]?.failure == .data)
        #expect(outcomes["user"]?.findings == ["it depends on users, which failed, so nothing was asked."])
    }

    @Test("what is discarded as declared is counted, told and kept, and leaves the resource complete", arguments: [SchemaContract.Mode.discardValue, .discardRow])
    func discards(_ mode: SchemaContract.Mode) throws {
        let days = try TwoDays(["requests"])
        let report = try ExportRun(days.job(["requests"]) { $0.contract = all(mode) }).run()
        let requests = report.resources[0], counts = requests.record.counts
        #expect(requests.outcome == .complete && counts.addUp && counts.fetched >= 700)
        #expect((counts.quarantined > 0) == (mode == .discardRow) && (requests.record.side.discardedValues > 0) == (mode == .discardValue))
        let finding = try #require(requests.findings.first { $0.hasPrefix("schema contract: ") })
        #expect(finding.contains("discarded as declared") && finding.contains("_lake/quarantine/requests/load_id=\(report.record.load)"))
        #expect(report.tables.flatMap(\.newVersions).isEmpty, "the schema stands still")
        let file = try #require(report.record.quarantine.first)
        let lines = try String(contentsOfFile: days.lake + "/" + file.path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == file.records && lines.allSatisfy { $0.hasPrefix(#"{"reason":"contract","resource":"requests","page":"#) })
        #expect(lines.allSatisfy { $0.contains(#""written":\#(mode == .discardValue)"#) })
        #expect(mode == .discardValue || lines.count == counts.quarantined)
    }

    @Test("a resource of which every record is discarded fails, and says why")
    func nothingLeft() throws {
        let bench = try Bench()
        var job = try bench.job(["users", "custom_fields"])
        job.resources[0].contract = all(.discardRow)
        job.resources[0].columns = [ColumnHint(field: FieldReference(field: ["no_such_field"]), dataType: .text, isNullable: false)]
        let report = try ExportRun(job).run()
        let failed = report.resources[0]
        #expect(failed.outcome == .failed && failed.failure == .data && report.resources[1].outcome == .complete)
        #expect(failed.findings.last?.hasPrefix(
            "schema contract: all \(failed.record.counts.fetched) records are discarded. The first one: \(failed.name), column 'no_such_field' would become nullable: page 1, record 1 has no value at $.no_such_field. Expected text."
        ) == true)
    }
}

@Suite("What is said of broken contracts")
struct ContractWordsTests {
    private static let place = Place(page: 3, record: 17)
    private static func path(_ text: String) -> FieldPath { FieldPath(text: text) ?? FieldPath() }

    static let breaches: [(SchemaBreach, String)] = [
        (SchemaBreach(.dataType, table: "requests", column: "priority", path: path("$.priority"), expected: .bigint, found: .text, place: place),
         #"frozen contract: requests, column 'priority' would change from bigint to text: page 3, record 17 holds text at $.priority. Expected bigint. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"data_type": "evolve"}."#),
        (SchemaBreach(.dataType, table: "requests", column: "n", path: path("$.n"), expected: .double, found: .bigint, place: place),
         #"frozen contract: requests, column 'n' would change from double to decimal(38,9): page 3, record 17 holds bigint at $.n. Expected double. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"data_type": "evolve"}."#),
        (SchemaBreach(.columns, table: "requests__tags", column: "w", path: path("$.tags[*].w"), found: .date, place: place),
         #"frozen contract: requests__tags, column 'w' would be new: page 3, record 17 holds date at $.tags[*].w. Expected no further column. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"columns": "evolve"}."#),
        (SchemaBreach(.columns, table: "requests", column: "n", path: path("$.n"), expected: .unknown, found: .text, place: place),
         #"frozen contract: requests, column 'n', which has held nothing but null, would get the type text: page 3, record 17 holds text at $.n. Expected null. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"columns": "evolve"}."#),
        (SchemaBreach(.tables, table: "requests__tags", path: path("$.tags[*]"), place: place),
         #"frozen contract: the table requests__tags would be new: page 3, record 17 holds a list at $.tags[*]. Expected no further table. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"tables": "evolve"}."#),
        (SchemaBreach(.nullable, table: "requests", column: "id", path: path("$.id"), place: place),
         #"frozen contract: requests, column 'id' would become nullable: page 3, record 17 has no value at $.id. Expected a value. Nothing of this resource was published; the next run starts as usual. If the change is right, allow it: "schema_contract": {"data_type": "evolve"}."#),
    ]

    @Test("names the place that holds the contract")
    func owner() {
        var breach = Self.breaches[0].0
        breach.owner = Self.path("$.tags[*].sub[*]")
        #expect(breach.sentence.hasSuffix(#"allow it: "nested_hints": {"tags[*].sub[*]": {"schema_contract": {"data_type": "evolve"}}}."#))
    }

    @Test("tells table, column, place and change, and what to do", arguments: breaches)
    func sentence(_ breach: SchemaBreach, _ wanted: String) { #expect(breach.sentence == wanted) }

    private func summary(fetched: Int, quarantined: Int, discarded: Int, values: Int = 0, rows: Int = 0, trimmed: Int = 0) -> QuarantineSummary {
        var counts = RecordCounts(), side = SideCounts()
        (counts.fetched, counts.quarantined, counts.written) = (fetched, quarantined, fetched - quarantined)
        (side.discardedValues, side.discardedRows) = (values, rows)
        return QuarantineSummary(
            counts: counts, side: side, discarded: discarded, trimmed: trimmed, primaryKey: ["id"], firstKeys: ["name"], folder: "_lake/q")
    }

    private func verdict(_ summary: QuarantineSummary) -> Verdict {
        var walk = WalkSummary(paginator: .auto)
        walk.ends = [.ended(.cursorNull)]
        var verdict = Verdict(Resource(name: "a", request: RequestTemplate(path: Template("a"))), walk, distinct: 5, parent: nil)
        verdict.judge(summary)
        return verdict
    }

    @Test("only records without key, or that are no objects, leave a doubt; nothing left is a failure")
    func outcomes() {
        #expect(verdict(summary(fetched: 9, quarantined: 0, discarded: 0)).findings.isEmpty)
        let discards = verdict(summary(fetched: 9, quarantined: 2, discarded: 2, values: 1, rows: 3, trimmed: 1))
        #expect(discards.outcome == .complete && discards.findings == [
            "schema contract: 2 records, 1 value and 3 rows of child tables were discarded as declared; 1 record was written without them. The whole records stand in _lake/q, each with its reason.",
        ])
        let one = verdict(summary(fetched: 9, quarantined: 0, discarded: 0, values: 1, trimmed: 1))
        #expect(one.findings == ["schema contract: 1 value was discarded as declared; 1 record was written without them. The whole records stand in _lake/q, each with its reason."])
        let both = verdict(summary(fetched: 9, quarantined: 3, discarded: 2))
        #expect(both.outcome == .partial && both.findings == [
            "1 of 9 records lack their primary key ('id') or are no objects. They were not written; they stand in _lake/q, each with its reason.",
            "schema contract: 2 records were discarded as declared. The whole records stand in _lake/q, each with its reason.",
        ])
        let gone = verdict(summary(fetched: 9, quarantined: 9, discarded: 7))
        #expect(gone.outcome == .failed && gone.failure == .data && gone.findings == [
            "schema contract: 7 of 9 records are discarded; the other 2 lack their primary key ('id') or are no objects. Nothing of this resource was published. Mend the API or the definition, or allow the change with schema_contract.",
        ])
        #expect(verdict(summary(fetched: 9, quarantined: 9, discarded: 0)).findings == [
            "none of the 9 records has its primary key ('id') or is an object. The first has the keys: name. Correct primary_key or endpoint.data_selector.",
        ])
    }
}
