import Foundation
import LakeJSON
import Synchronization
import Testing

/// Types, contracts and personal data as a definition says them, from the command line to the files.
@Suite("What a definition says of fields")
struct ContractTests {
    /// An API whose answer can be changed between runs.
    private final class Answers: Sendable {
        private let body = Mutex("[]")
        func set(_ text: String) { body.withLock { $0 = text } }
        var server: FixtureServer { FixtureServer { _ in .page(self.body.withLock { $0 }) } }
    }

    private static func resource(_ members: String, name: String = "items") -> String {
        #"{"name": "\#(name)", "endpoint": {"path": "\#(name)", "paginator": "single_page"}\#(members.isEmpty ? "" : ", " + members)}"#
    }

    private static func rows(_ bench: Bench, _ table: String) throws -> [JSONValue] {
        let lake = bench.dataset()
        let load = try #require(lake.loads.last)
        let folder = bench.lake + "/api/\(table)/jsonl/load_id=\(load)"
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { name in
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        }
    }

    @Test("a frozen contract that is broken fails its resource, says what and where, and does not block the next run")
    func freeze() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            let frozen = try bench.define(server.url, Self.resource(#""schema_contract": "freeze""#), Self.resource("", name: "others"))
            answers.set(#"[{"id":1,"priority":3}]"#)
            expect(try bench.export(frozen), code: 0)
            answers.set(#"[{"id":1,"priority":3},{"id":2,"priority":"high"}]"#)
            expect(
                try bench.export(frozen), code: 2,
                says: ["frozen contract", "items", "'priority'", "bigint", "text", "page 1, record 2", "$.priority", "schema_contract"], never: ["high"])
            #expect(try bench.dataset().outcomes().mapValues { String($0.prefix { $0 != " " }) } == ["items": "failed", "others": "complete"])
            expect(try bench.export(frozen, ["--resource", "items"]), code: 65, says: ["frozen contract", "Nothing was published"])
            let open = try bench.define(server.url, Self.resource(#""schema_contract": {"columns": "freeze"}"#), name: "open.json")
            expect(try bench.export(open), code: 0)
            #expect(try Self.rows(bench, "items").map { $0["priority"] } == [.string("3"), .string("high")])
        }
    }

    @Test("what a contract discards stands in the quarantine with its reason, and comes back once the definition is mended")
    func discard() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            let strict = try bench.define(server.url, Self.resource(
                #""primary_key": "id", "schema_contract": {"columns": "discard_value", "data_type": "discard_row"}"#))
            answers.set(#"[{"id":1,"n":3}]"#)
            expect(try bench.export(strict), code: 0)
            answers.set(#"[{"id":1,"n":4,"new":true},{"id":2,"n":"x"},{"id":3,"n":5}]"#)
            expect(try bench.export(strict), code: 0, says: ["1 record and 1 value were discarded as declared"])
            #expect(try Self.rows(bench, "items").map { $0["id"] } == [.int(1), .int(3)])
            #expect(try Self.rows(bench, "items").allSatisfy { $0["new"] == nil })
            expect(
                try bench.restlake(["quarantine", "--lake", bench.lake]), code: 0, says: ["data_type items.n", "columns items.new"], never: [#""x""#])
            let mended = try bench.define(server.url, Self.resource(#""primary_key": "id""#))
            expect(try bench.restlake(["quarantine", "replay", mended, "--lake", bench.lake]), code: 0)
            #expect(try Self.rows(bench, "items").map { $0["n"] } == [.string("x")])
            expect(try bench.restlake(["verify", "--all", "--lake", bench.lake]), code: 0)
        }
    }

    @Test("personal fields are in no file as they came, and equal values stay equal")
    func personal() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            let definition = try bench.define(server.url, Self.resource("""
                "primary_key": "id", "fields": {"personal": {"email": "hash", "customer.phone": "redact", "notes": "drop"}, "exclude": ["raw"]}
                """))
            answers.set("""
                [{"id":1,"email":"ana@s3cret.example","customer":{"phone":"s3cret-1","tier":"gold"},"notes":"s3cret-2","raw":{"x":"s3cret-3"}},
                 {"id":2,"email":"ana@s3cret.example","notes":null},{"email":"s3cret-4","notes":"s3cret-5"}]
                """)
            expect(try bench.export(definition, environment: ["RESTLAKE_API_HASH_KEY": "pepper"]), code: 2, never: ["s3cret"])
            for (name, bytes) in tree(bench.lake) {
                #expect(!String(decoding: bytes, as: UTF8.self).contains("s3cret") && !String(decoding: bytes, as: UTF8.self).contains("pepper"), "\(name)")
            }
            let rows = try Self.rows(bench, "items")
            #expect(rows[0]["email"] == rows[1]["email"] && rows[0]["email"]?.string?.utf8.count == 64)
            #expect(rows[0]["customer__phone"] == "[redacted]" && rows[0]["customer__tier"] == "gold" && rows[0]["notes"] == nil)
        }
    }

    @Test("hints give types, names and times, and an export by a definition of dlt's words takes them")
    func hints() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            let definition = try bench.define(server.url, Self.resource("""
                "table_name": "things", "columns": {"amount": {"data_type": "decimal", "precision": 12, "scale": 2, "description": "Net, in EUR"},
                "meta": {"data_type": "json"}, "at": {"timestamp_format": "epoch_seconds"}, "note": {"null_values": ["NA"]}},
                "nested_hints": {"tags": {"table_name": "labels"}}
                """))
            answers.set(#"[{"amount":1.5,"meta":{"a":[1]},"at":1767225600,"note":"NA","tags":["x"]}]"#)
            expect(try bench.export(definition), code: 0)
            let row = try #require(try Self.rows(bench, "things").first)
            #expect(row["amount"] == "1.5" && row["meta"]?["a"] == [1] && row["at"] == "2026-01-01T00:00:00.000000Z" && row["note"] == .null)
            #expect(try Self.rows(bench, "labels").first?["value"] == "x")
            expect(
                try bench.restlake(["schema", "things", "--lake", bench.lake]), code: 0, says: ["decimal(12,2)", "timestamp", "Net, in EUR"])
            expect(try bench.restlake(["verify", "--lake", bench.lake]), code: 0)
        }
    }

    @Test("a rule for personal data that nothing was found for makes the resource partial until it is corrected, or the field has come once")
    func unmetRules() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server, key = ["RESTLAKE_API_HASH_KEY": "pepper"]
            func fields(_ personal: String) throws -> String {
                try bench.define(server.url, Self.resource(#""primary_key": "id", "fields": {"personal": {\#(personal)}, "exclude": ["raw"]}"#))
            }
            answers.set(#"[{"id":1,"customer":[{"email":"ana@example.org"}],"ssn":null}]"#)
            let wrong = try fields(#""customer.emial": "hash", "ssn": "drop""#)
            for _ in 0..<2 {
                expect(
                    try bench.export(wrong, environment: key), code: 2,
                    says: ["'customer.emial'", "fields.personal says to hash", "Did you mean 'customer[*].email'?", "'raw'", "fields.exclude"], never: ["'ssn'"])
            }
            // The list in its place is not named.
            let right = try fields(#""customer.email": "hash", "ssn": "drop""#)
            expect(try bench.export(right, environment: key), code: 0)
            #expect(try Self.rows(bench, "items__customer").first?["email"]?.string?.utf8.count == 64)
            // Neither came this time.
            answers.set(#"[{"id":2,"raw":1}]"#)
            for options in [[], ["--full-refresh"]] {
                expect(try bench.export(right, options, environment: key), code: 0, says: ["'customer.email'", "'ssn'", "earlier loads had it"], never: ["'raw'"])
            }
        }
    }

    @Test("of a resource with personal fields the page log has no hash of records, and none of a parent's personal field")
    func pageLog() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in .page(request.path.hasPrefix("/users/") ? #"[{"n":1}]"# : #"[{"id":7,"mail":"a@b.c"}]"#) }
            let definition = try bench.define(
                server.url, Self.resource(#""primary_key": "id", "fields": {"personal": {"mail": "redact"}}"#, name: "users"), #"""
                {"name": "notes", "include_from_parent": ["mail"], "endpoint": {"path": "users/{resources.users.mail}/notes", "paginator": "single_page"}}
                """#)
            expect(try bench.export(definition), code: 0)
            let load = try #require(bench.dataset().loads.last)
            let pages = try bench.dataset().jsonl("_lake/loads/\(load).pages.jsonl").filter { $0["resource"] != nil }
            func names(_ resource: String) -> [[String]] {
                pages.filter { $0["resource"]?.string == resource }.map { page in page.columns.map(\.name) }
            }
            #expect(names("users").allSatisfy { $0.contains("records") && Set($0).isDisjoint(with: ["first_key", "last_key", "content"]) })
            #expect(names("notes").count == 1 && names("notes").allSatisfy { $0.contains("content") && !$0.contains("parent") })
            #expect(try Self.rows(bench, "notes").first?["_users_mail"] == "[redacted]")
        }
    }

    @Test("a description that changes is shown at once, whatever the schema document says")
    func descriptions() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            answers.set(#"[{"id":1}]"#)
            for text in ["the first words", "other words"] {
                expect(try bench.export(try bench.define(server.url, Self.resource(#""columns": {"id": {"description": "\#(text)"}}"#))), code: 0)
            }
            for form in [[], ["--json"], ["--as", "bigquery"], ["--as", "json-schema"]] {
                expect(try bench.restlake(["schema", "items", "--lake", bench.lake] + form), code: 0, says: ["other words"], never: ["the first words"])
            }
        }
    }

    @Test("what freezes a child table is named where it stands")
    func frozenChild() async throws {
        try await Bench.at { bench in
            let answers = Answers(), server = answers.server
            let frozen = try bench.define(server.url, Self.resource(#""nested_hints": {"tags": {"schema_contract": "freeze"}}"#))
            answers.set(#"[{"id":1,"tags":[{"k":1}]}]"#)
            expect(try bench.export(frozen), code: 0)
            answers.set(#"[{"id":1,"tags":[{"k":"x"}]}]"#)
            expect(try bench.export(frozen), code: 65, says: [#""nested_hints": {"tags[*]": {"schema_contract": {"data_type": "evolve"}}}"#])
        }
    }
}
