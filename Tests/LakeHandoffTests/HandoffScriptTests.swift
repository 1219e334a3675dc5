import LakeCommit
import LakeHandoff
import LakeJSON
import LakeModel
import Testing

@Suite("Scripts for destinations")
struct HandoffScriptTests {
    private static let local = FileLocation(lake: "/o'neil/lake", dataset: "d")
    private static let cloud = FileLocation(lake: "s3://bucket/lake/", dataset: "d")

    private static func script(_ destination: Destination, _ records: [LoadRecord], schema: String? = nil) throws -> String {
        let plan = try HandoffPlanTests.plan(records)
        return Handoff.script(plan, for: destination, at: destination.readsLocalFiles ? local : cloud, schema: schema)
    }

    @Test("every destination gets a script that names its tables and files", arguments: Destination.allCases)
    func every(_ destination: Destination) throws {
        let text = try Self.script(destination, [HandoffPlanTests.load(1), HandoffPlanTests.load(2, version: 2)])
        #expect(text.contains("items.v1.00000.jsonl") || text.contains("items/jsonl/"))
        #expect(text.lowercased().contains("items__tags"))
        #expect(text.contains("Not executed against") == (["bigquery", "snowflake", "redshift", "databricks", "trino", "athena"].contains(destination.rawValue)))
        #expect(destination.readsInPlace || text.lowercased().contains("_lake_loads"))
    }

    @Test("paths and names are quoted as the destination has it")
    func quoting() throws {
        let records = [HandoffPlanTests.load(1)]
        #expect(try Self.script(.postgres, records).contains("FROM '/o''neil/lake/d/items/jsonl/"))
        #expect(try Self.script(.clickhouse, records).contains("file('/o\\'neil/lake/d/items/jsonl/"))
        #expect(try Self.script(.sqlite, records).contains("|cat ''/o''\\\\''''neil/lake/d/items/jsonl/"))
        #expect(try Self.script(.duckdb, records, schema: "a\"b").contains("CREATE SCHEMA IF NOT EXISTS \"a\"\"b\";"))
        #expect(try Self.script(.snowflake, records, schema: "shop").contains("\"SHOP\".\"ITEMS\""))
    }

    @Test("where a destination has transactions each resource is one, from its tables to the record of its loads", arguments: [
        (Destination.postgres, "BEGIN;", "COMMIT;"), (.duckdb, "BEGIN TRANSACTION;", "COMMIT;"), (.sqlite, "BEGIN IMMEDIATE;", "COMMIT;"),
        (.bigquery, "BEGIN TRANSACTION;", "COMMIT TRANSACTION;"), (.snowflake, "BEGIN;", "COMMIT;"), (.redshift, "BEGIN;", "COMMIT;"),
    ])
    func transactions(_ destination: Destination, _ begin: String, _ commit: String) throws {
        let lines = try Self.script(destination, [HandoffPlanTests.load(1)]).lowercased().split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: begin.lowercased())), end = try #require(lines.lastIndex(of: commit.lowercased()))
        let record = try #require(lines.lastIndex { $0.hasPrefix("insert into") && $0.contains("_lake_loads") })
        let rows = try #require(lines.firstIndex { $0.hasPrefix("delete from") && $0.contains("items") && !$0.contains("stage") })
        #expect(start < rows && rows < record && record < end)
    }

    @Test("a partial load is told where it goes, and where it does not")
    func partial() throws {
        let partial = HandoffPlanTests.load(2, outcome: .partial)
        #expect(try Self.script(.duckdb, [HandoffPlanTests.load(1), partial]).contains("-- Load \(HandoffPlanTests.day(2)) is partial"))
        let snapshot = [HandoffPlanTests.load(1, .replace), HandoffPlanTests.load(2, .replace, outcome: .partial)]
        #expect(try Self.script(.duckdb, snapshot).contains("-- Left out: load \(HandoffPlanTests.day(2)) is partial"))
    }

    @Test("sidecars name every file where it is read")
    func sidecars() throws {
        let plan = try HandoffPlanTests.plan([HandoffPlanTests.load(1)])
        let file = "s3://bucket/lake/d/items/jsonl/load_id=\(HandoffPlanTests.day(1))/items.v1.00000.jsonl"
        #expect(Sidecar.uris.text(plan, at: Self.cloud).hasPrefix(file + "\n"))
        let manifest = try JSONValue(parsing: Sidecar.redshiftManifest.text(plan, at: Self.cloud))
        #expect(manifest["entries"]?.array?.first == ["url": .string(file), "mandatory": true, "meta": ["content_length": 1]])
        #expect(Sidecar.hivePartitions.text(plan, at: Self.cloud).hasPrefix(
            "ALTER TABLE `items` ADD IF NOT EXISTS PARTITION (load_id = '\(HandoffPlanTests.day(1))') LOCATION 's3://bucket/lake/d/items/jsonl/load_id="))
    }
}
