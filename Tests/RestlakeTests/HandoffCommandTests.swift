import Foundation
import Testing

@Suite("restlake handoff, push and query")
struct HandoffCommandTests {
    private static let definition = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#

    private func lake(_ bench: Bench) throws -> [String] {
        let server = FixtureServer { _ in .page(#"[{"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}]"#) }
        expect(try bench.export(try bench.define(server.url, Self.definition), ["--quiet"]), code: 0)
        return ["--lake", bench.lake]
    }

    @Test("a wrong choice names the right ones", arguments: [
        (["duckbd"], ["Did you mean 'duckdb'?"]), (["duckdb", "--table", "item"], ["Did you mean 'items'?"]),
        (["duckdb", "--load", "x"], ["no load 'x'", "restlake loads"]), (["duckdb", "--all", "--since", "x"], ["--all and --since"]),
        (["bigquery"], ["gs://", "--location"]), (["redshift", "--location", "gs://b/p"], ["reads from s3://"]),
        (["databricks", "--location", "azure://c/p"], ["abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/"]),
        (["clickhouse", "--location", "azure://c/p"], ["clickhouse reads from a folder, s3://…, gs://…; found"]),
        (["sqlite", "--format", "csv"], ["sqlite", "jsonl"]), (["sqlite", "--schema", "s"], ["--schema"]),
        (["postgres", "--views"], ["duckdb only"]), (["duckdb", "--sidecar", "uri"], ["Did you mean 'uris'?"]),
    ] as [([String], [String])])
    func refusals(_ words: [String], _ says: [String]) async throws {
        try await Bench.at { bench in expect(try bench.restlake(["handoff"] + words + (try lake(bench))), code: 64, says: says) }
    }

    @Test("a secret in a location is refused, told nowhere, and the way to give it is named", arguments: [
        (["duckdb", "--location", "s3://key:geheim@b/p"], "CREATE PERSISTENT SECRET"), (["duckdb", "--location", "https://a.example/c?sig=geheim"], "SECRET"),
        (["redshift", "--location", "s3://b/p?X-Amz-Signature=geheim"], "role"), (["snowflake", "--location", "azure://c/p?sig=geheim"], "integration"),
        (["clickhouse", "--location", ":s3,secret_access_key=geheim:b"], "configuration"), (["spark", "--location", "s3://geheim@b/p"], "spark.hadoop"),
        (["databricks", "--location", "abfss://c:geheim@a.dfs.core.windows.net/p"], "external location"),
    ] as [([String], String)])
    func secrets(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in
            let outcome = try bench.restlake(["handoff"] + words + (try lake(bench)))
            expect(outcome, code: 64, says: ["--location: no user name, password or parameters", says], never: ["geheim"])
        }
    }

    @Test("Azure is named as each destination has it", arguments: [
        (["duckdb", "--location", "azure://c/p/"], "'azure://c/p/items/"), (["snowflake", "--location", "azure://c/p"], "azure://ACCOUNT.blob.core.windows.net/c/p/"),
        (["databricks", "--location", "abfss://c@a.dfs.core.windows.net/p"], "'abfss://c@a.dfs.core.windows.net/p/items/"),
        (["bigquery", "--location", "gcs://b/p"], "'gs://b/p/items/"),
    ] as [([String], String)])
    func azure(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in
            let says = says.replacingOccurrences(of: "/items/", with: "/\(bench.dataset().folder.split(separator: "/").last ?? "")/items/")
            expect(try bench.restlake(["handoff"] + words + (try lake(bench))), code: 0, says: [says])
        }
    }

    @Test("the script goes to stdout or to a file, the same one")
    func out() async throws {
        try await Bench.at { bench in
            let lake = try lake(bench)
            let printed = try bench.restlake(["handoff", "postgres"] + lake)
            expect(printed, code: 0, says: ["\\copy", "_lake_loads"])
            expect(try bench.restlake(["handoff", "postgres", "--out", "load.sql"] + lake), code: 0, says: ["load.sql: 1 load, 2 files for postgres"])
            #expect(try String(contentsOfFile: bench.folder + "/load.sql", encoding: .utf8) == printed.out)
        }
    }

    @Test("SQLite gets the rows once, however often they are pushed")
    func push() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3") else { return skip("sqlite3 is not installed") }
        try await Bench.at { bench in
            let lake = try lake(bench)
            for new in ["1", "0"] {
                let outcome = try bench.restlake(["push", "sqlite", "x.db", "--json"] + lake)
                expect(outcome, code: 0, says: [
                    #"{"table":"items","loads":1,"new":\#(new),"rows":2,"loaded":2}"#, #"{"table":"items__tags","loads":1,"new":\#(new),"rows":2,"loaded":2}"#,
                ])
            }
            // Somebody changes what is recorded there.
            expect(try bench.command(["/usr/bin/sqlite3", "x.db", "UPDATE _lake_loads SET row_count = 1 WHERE table_name = 'items__tags'"]).end(), code: 0)
            expect(try bench.restlake(["push", "sqlite", "x.db"] + lake), code: 65, says: [
                "items__tags, load ", "expected 2 rows", "the destination records 1.", "by load_id from _lake_loads",
            ])
        }
    }

    @Test("a password in a connection, a destination that has no client, and a missing database are refused", arguments: [
        (["postgres", "host=h password=geheim"], "PGPASSFILE"), (["postgres", "postgres://u:geheim@h/d"], "PGPASSFILE"),
        (["bigquery"], "restlake handoff bigquery"), (["sqlite"], "push sqlite FILE"), (["clickhouse", "me:geheim@h"], "config.xml"),
    ] as [([String], String)])
    func noPush(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in expect(try bench.restlake(["push"] + words + (try lake(bench))), code: 64, says: [says], never: ["geheim"]) }
    }
}
