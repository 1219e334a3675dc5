import Foundation
import LakeJSON
import LakeModel
import LakeSchema
import Testing

@Suite("Loads in a row with a change in each")
struct ManyLoadsTests {
    /// What the API sends, and what the manifest says of it. A field that goes, or a kind seen before, is no change.
    static let steps: [(records: String, changes: [String])] = [
        (#"[{"id": 1}]"#, ["+ items"]),
        (#"[{"id": 2, "name": "a"}]"#, ["+ items.name text"]),
        (#"[{"id": 3, "size": 1}]"#, ["+ items.size bigint"]),
        (#"[{"id": 4, "size": 1.5}]"#, ["items.size bigint → double"]),
        (#"[{"id": 5, "size": 9007199254740993}]"#, ["items.size double → decimal(38,9)"]),
        (#"[{"id": 6, "size": "large"}]"#, ["items.size decimal(38,9) → text"]),
        (#"[{"id": 7, "tags": ["a"]}]"#, ["+ items__tags"]),
        (#"[{"id": 8, "tags": [{"k": 1}]}]"#, ["+ items__tags.k bigint"]),
        (#"[{"id": 9, "none": null}]"#, ["+ items.none unknown"]),
        (#"[{"id": 10, "none": true}]"#, ["items.none unknown → boolean"]),
        (#"[{"id": 11, "none": 5}]"#, ["items.none boolean → text"]),
        (#"[{"id": 12, "day": "2026-01-01"}]"#, ["+ items.day date"]),
        (#"[{"id": 13, "day": "later"}]"#, ["items.day date → text"]),
        (#"[{"id": 14, "at": "2026-01-01T00:00:00Z"}]"#, ["+ items.at timestamp"]),
        (#"[{"id": 15}]"#, []),
        (#"[{"id": 16, "owner": {"name": "x"}}]"#, ["+ items.owner__name text"]),
        (#"[{"id": 17, "owner": "x"}]"#, ["+ items.owner text"]),
        (#"[{"id": 18, "owner": {"grid": [[1], [2]]}}]"#, ["+ items__owner__grid", "+ items__owner__grid__list"]),
        (#"[{"id": 19, "Name": "b"}]"#, ["+ items.name_fd7bc5 text"]),
        (#"[{"id": 20, "名": 1}]"#, ["+ items.u540d bigint"]),
        (#"[{"id": 21, "time": "02:00:00"}]"#, ["+ items.time time"]),
        (#"[{"id": 22, "seen": "2026-01-01 02:00:00"}]"#, ["+ items.seen timestamp_ntz"]),
        (#"[{"id": 23, "big": 9223372036854775808}]"#, ["+ items.big decimal(38,9)"]),
        (#"[{"id": 24, "big": 123456789012345678901234567890}]"#, ["items.big decimal(38,9) → text"]),
        (#"[{"id": 25, "flag": true, "other": {"deep": {"er": 0.5}}}]"#, ["+ items.flag boolean", "+ items.other__deep__er double"]),
        (#"[{"id": 26, "tags": [{"k": "x"}]}]"#, ["items__tags.k bigint → text"]),
        (#"[{"id": 27, "_load_id": "mine"}]"#, ["+ items._load_id_524d17 text"]),
        (#"[{"id": 28}, {"id": 29, "late": 1}]"#, ["+ items.late bigint"]),
        (#"[{"id": 30, "parts": [{"n": 1, "sub": [1]}]}]"#, ["+ items__parts", "+ items__parts__sub"]),
        (#"[{"id": 31, "parts": [{"n": 1.5, "sub": ["x"]}]}]"#, ["items__parts.n bigint → double", "items__parts__sub.value bigint → text"]),
        (#"[{"id": 32, "late": null, "owner": null, "tags": []}]"#, []),
        (#"[{"id": "a"}]"#, ["items.id bigint → text"]),
    ]

    @Test("every change is in the manifest, every file matches its version, and no older file is touched")
    func manyLoads() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/items": Self.steps.map { .page($0.records) }])
            let definition = try bench.define(server.url, #"{"name": "items", "endpoint": {"path": "items", "paginator": "single_page"}}"#)
            let lake = bench.dataset()
            var untouched: [String: Stamp] = [:]
            for step in Self.steps {
                expect(try bench.export(definition), code: 0)
                let now = try Stamp.all(below: lake.folder)
                for (name, stamp) in untouched { #expect(now[name] == stamp, "\(name) after \(step.records)") }
                untouched = now
            }
            #expect(lake.loads.count == Self.steps.count && server.requests.count == Self.steps.count)
            try expectChanges(lake)
            try expectVersions(lake)
            for load in lake.loads { try expectFiles(lake, try lake.document("_lake/loads/\(load).json")) }
            expect(try lake.checkSums(bench), code: 0)
        }
    }

    /// What of a file would tell that somebody touched it.
    private struct Stamp: Hashable {
        var bytes: Data
        var modified: Date?
        var inode: Int?

        /// Every file but the catalogue and the lock.
        static func all(below folder: String) throws -> [String: Stamp] {
            var found: [String: Stamp] = [:]
            for case let name as String in try #require(FileManager.default.enumerator(atPath: folder)) where name != "manifest.json" && name != "_lake/lock" {
                let facts = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
                found[name] = Stamp(
                    bytes: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), modified: facts[.modificationDate] as? Date,
                    inode: facts[.systemFileNumber] as? Int)
            }
            return found
        }
    }

    /// The changes of the manifest as sentences, by load, must be those of the steps.
    private func expectChanges(_ lake: LakeReader) throws {
        var told: [String: [String]] = [:]
        var places: Set<String> = []
        for table in try #require(try lake.document("manifest.json")["tables"]?.object) {
            for version in table.value["versions"]?.array ?? [] {
                for change in version["changes"]?.array ?? [] {
                    #expect(change["load_id"] == version["load_id"] && change["page"]?.int == 1)
                    let load = try #require(change["load_id"]?.string)
                    told[load, default: []].append(try sentence(table.key, change))
                    places.insert("\(change["column"]?.string ?? "") \(change["record"]?.int ?? 0)")
                }
            }
        }
        for (load, step) in zip(lake.loads, Self.steps) { #expect((told[load] ?? []).sorted() == step.changes.sorted(), "\(step.records)") }
        #expect(places.contains("late 2") && places.contains("at 1"))
    }

    private func sentence(_ table: String, _ change: JSONValue) throws -> String {
        let column = change["column"]?.string ?? "", to = change["to"]?.string ?? ""
        switch change["what"]?.string {
        case "add_table": return "+ \(table)"
        case "add_column": return "+ \(table).\(column) \(to)"
        default: return "\(table).\(column) \(try #require(change["from"]?.string)) → \(to)"
        }
    }

    /// Each version is a document, follows its parent, begins with its parent's columns and has its fingerprint.
    private func expectVersions(_ lake: LakeReader) throws {
        for table in try #require(try lake.document("manifest.json")["tables"]?.object) {
            let versions = try #require(table.value["versions"]?.array)
            #expect(table.value["current_version"]?.int == versions.count)
            var before: SchemaVersion?
            for (index, told) in versions.enumerated() {
                // Reading compares the fingerprint with that of the columns.
                let version = try SchemaVersion(json: try lake.document("_lake/schemas/\(table.key).v\(index + 1).json"))
                #expect(version.version == index + 1 && version.parentVersion == before?.version)
                #expect(told["version"]?.int == version.version && told["parent_version"]?.int == before?.version)
                #expect(told["fingerprint"]?.string == version.fingerprint && version.fingerprint != before?.fingerprint)
                let changes = try told["changes"]?.array?.map { try SchemaChange(json: $0) }
                #expect(told["load_id"]?.string == version.load && version.changes == changes)
                for (new, old) in zip(version.columns, before?.columns ?? []) { #expect((new.id, new.name, new.path) == (old.id, old.name, old.path)) }
                #expect(version.columns.count >= before?.columns.count ?? 0)
                before = version
            }
        }
    }

    /// The columns of each file of a load are those of its version, and its values are of their types.
    private func expectFiles(_ lake: LakeReader, _ record: JSONValue) throws {
        for file in lake.files(record, "jsonl") {
            let version = try SchemaVersion(json: try lake.document("_lake/schemas/\(file.table).v\(file.version).json"))
            let order = Dictionary(uniqueKeysWithValues: version.columns.enumerated().map { ($1.name, $0) })
            let rows = try lake.jsonl(file.path)
            #expect(rows.count == file.rows && file.rows > 0)
            for row in rows {
                let places = try row.columns.map { try #require(order[$0.name]) }
                #expect(places == places.sorted() && Set(places).count == places.count, "\(file.path)")
                for (place, cell) in zip(places, row.columns) {
                    #expect(holds(version.columns[place].type, cell.value), "\(file.path), \(cell.name): \(cell.value)")
                }
            }
        }
        for file in lake.files(record, "csv") {
            let version = try SchemaVersion(json: try lake.document("_lake/schemas/\(file.table).v\(file.version).json"))
            let (header, rows) = try lake.csv(file.path)
            #expect(header == version.columns.map(\.name) && rows.count == file.rows && rows.allSatisfy { $0.count == header.count }, "\(file.path)")
        }
    }

    private func holds(_ type: ColumnType, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case (_, .null): true
        case (.unknown, _): false
        case (.boolean, .bool): true
        case (.bigint, _): value.int != nil
        case (.double, .number): true
        case (.decimal, .string(let text)): Decimal(string: text) != nil
        case (.timestamp, .string), (.timestampNTZ, .string), (.date, .string), (.time, .string), (.text, .string): true
        case (.json, .array), (.json, .object): true
        default: false
        }
    }
}
