import LakeCommit
import LakeHandoff
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("What a destination gets")
struct HandoffPlanTests {
    static func day(_ number: Int) -> String { "2026010\(number)T020000Z-00000a" }

    /// A load of the resource `items`: a row in the table of its records, and one in `items__tags`.
    static func load(
        _ number: Int, _ disposition: WriteDisposition = .merge, outcome: ResourceOutcome = .complete, replaces: Bool = false,
        supplements: Bool = false, key: [String] = ["id"], format: FileFormat = .jsonl, version: Int = 1
    ) -> LoadRecord {
        let load = day(number)
        var resource = ResourceRecord(
            name: "items", outcome: outcome, evidence: nil, findings: [], paginator: "", pages: 1, pageBytes: 1, counts: RecordCounts(), probed: 0,
            side: SideCounts())
        resource.replaces = replaces
        resource.supplements = supplements
        let tables = ["items", "items__tags"].map { name in
            let version = name == "items" ? version : 1
            return TableRecord(
                name: name, resource: "items", path: FieldPath(), parent: name == "items" ? nil : "items", primaryKey: name == "items" ? key : [],
                writeDisposition: disposition, rows: 1, version: version, columns: [],
                versions: [VersionRecord(version: version, parentVersion: nil, fingerprint: "", load: load, changes: [])])
        }
        let files = tables.map { table in
            FileRecord(
                path: "\(table.name)/\(format.rawValue)/load_id=\(load)/\(table.name).v\(table.version).00000.\(format.rawValue)", table: table.name,
                format: format, compression: .none, schemaVersion: table.version, rows: 1, bytes: 1, sha256: "")
        }
        return LoadRecord(
            load: load, dataset: "d", runID: nil, startedAt: "", preparedAt: "", origin: "", sourceName: "d", sourceFingerprint: "",
            resources: [resource], tables: tables, files: files, quarantine: [], replacedCharacters: 0)
    }

    /// `items` has `id` and, in its second version, `size` as text, which was a number.
    static func schema(_ name: String, _ version: Int) -> SchemaVersion {
        name == "items"
            ? table("items", resource: "items", version: version, ["id": .text, "size": version == 1 ? .bigint : .text]).version
            : table("items__tags", resource: "items", parent: "items", ["value": .text]).version
    }

    static func plan(_ records: [LoadRecord], _ choice: HandoffChoice = HandoffChoice()) throws -> HandoffPlan {
        try HandoffPlan(dataset: "d", records: records, choice: choice, schema: schema)
    }

    private static func loads(_ plan: HandoffPlan) -> [String] { plan.resources.flatMap { $0.loads.map(\.load) } }

    @Test("merged rows take the place of older ones of their key, and every load goes, the partial ones too")
    func merge() throws {
        let plan = try Self.plan([Self.load(1), Self.load(2, outcome: .partial)])
        #expect(Self.loads(plan) == [Self.day(1), Self.day(2)])
        #expect(plan.resources[0].rule == .merge(key: ["id"], spans: [.all]))
        #expect(plan.resources[0].tables.map(\.name) == ["items", "items__tags"])
        #expect(plan.resources[0].loads[1].outcome == .partial && plan.resources[0].loads[0].rows == ["items": 1, "items__tags": 1])
    }

    @Test("a replaced table is its last complete load and what was put back to it, whichever loads are asked for")
    func replace() throws {
        let records = [
            Self.load(1, .replace), Self.load(2, .replace), Self.load(3, .replace, outcome: .partial), Self.load(4, .replace, supplements: true),
        ]
        for choice in [HandoffChoice(), HandoffChoice(loads: .these([Self.day(1)])), HandoffChoice(loads: .since(Self.day(4)))] {
            let resource = try Self.plan(records, choice).resources[0]
            #expect(resource.rule == .replace(loads: [Self.day(2), Self.day(4)]))
            #expect(resource.loads.map(\.load) == [Self.day(2), Self.day(4)])
            #expect(resource.leftOut == [.superseded(before: Self.day(2)), .partial(Self.day(3))])
        }
        #expect(try Self.plan([Self.load(1, .replace, outcome: .partial)]).resources[0].loads.isEmpty)
    }

    @Test("a table that was appended to before it was merged keeps those rows until newer ones of their keys come")
    func spans() throws {
        let plan = try Self.plan([Self.load(1, .append), Self.load(2, .merge), Self.load(3, .append)])
        #expect(plan.resources[0].rule == .merge(key: ["id"], spans: [LoadSpan(from: Self.day(2), before: Self.day(3))]))
    }

    @Test("rows from before a full refresh count no more")
    func refresh() throws {
        let resource = try Self.plan([Self.load(1), Self.load(2, replaces: true), Self.load(3)]).resources[0]
        #expect(resource.liveSince == Self.day(2) && resource.loads.map(\.load) == [Self.day(2), Self.day(3)] && resource.leftOut == [.superseded(before: Self.day(2))])
    }

    @Test("data that was removed from the lake is told and left out; what a destination has of it is not touched")
    func removed() throws {
        let gone = Self.load(1, .append)
        let expire = LoadRecord(
            expired: [ExpiredLoad(load: gone.load, isWhole: true, files: gone.files.map(\.path))], liveSince: ["items": Self.day(2)],
            load: Self.day(3), dataset: "d", at: "", reason: "")
        let resource = try Self.plan([gone, Self.load(2, .append), expire]).resources[0]
        #expect(resource.loads.map(\.load) == [Self.day(2)] && resource.leftOut == [.removed(Self.day(1))] && resource.liveSince == nil)
    }

    @Test("loads are chosen by name or from one on, tables with all of their resource")
    func choice() throws {
        let records = [Self.load(1), Self.load(2), Self.load(3)]
        #expect(Self.loads(try Self.plan(records, HandoffChoice(loads: .since(Self.day(2))))) == [Self.day(2), Self.day(3)])
        #expect(Self.loads(try Self.plan(records, HandoffChoice(loads: .these([Self.day(2)])))) == [Self.day(2)])
        #expect(try Self.plan(records, HandoffChoice(tables: ["items__tags"])).resources[0].tables.count == 2)
        #expect(throws: HandoffFault.unknownTable("tags", known: ["items", "items__tags"])) {
            try Self.plan(records, HandoffChoice(tables: ["tags"]))
        }
        #expect(throws: HandoffFault.unknownLoad("x", known: records.map(\.load))) { try Self.plan(records, HandoffChoice(loads: .since("x"))) }
    }

    @Test("the manifest and the records that it asks for give the plan of all records", arguments: [
        [load(1), load(2), load(3)], [load(1), load(2, replaces: true), load(3)], [load(1, .append), load(2), load(3, .append)],
        [load(1, .replace), load(2, .replace), load(3, .replace, outcome: .partial), load(4, .replace, supplements: true)],
        [load(1, .replace), load(2, .append), load(3, .append)], [load(1), load(2, .append, key: []), load(3, .append, key: [])],
    ])
    func fewerRecords(_ records: [LoadRecord]) throws {
        var manifest = Manifest(dataset: "d")
        for record in records { manifest.fold(record) }
        for choice in [HandoffChoice(), HandoffChoice(loads: .since(Self.day(3))), HandoffChoice(loads: .these([Self.day(1)]))] {
            let isNeeded = HandoffPlan.isNeeded(choice, manifest)
            let few = try HandoffPlan(
                manifest: manifest, known: records.map(\.load), records: records.filter { isNeeded($0.load) }, choice: choice, schema: Self.schema)
            let all = try Self.plan(records, choice)
            #expect(few.resources.map(\.loads) == all.resources.map(\.loads) && few.resources.map(\.rule) == all.resources.map(\.rule))
            #expect(few.resources.map(\.leftOut) == all.resources.map(\.leftOut) && few.files == all.files)
        }
    }

    @Test("the first format that all loads have is read")
    func format() throws {
        let records = [Self.load(1, format: .csv)]
        #expect(try Self.plan(records, HandoffChoice(formats: [.jsonl, .csv])).format == .csv)
        #expect(throws: HandoffFault.noFormat([.jsonl], load: Self.day(1))) { try Self.plan(records) }
    }

    @Test("a merged table without a column for its key cannot be handed off")
    func noKey() {
        #expect(throws: HandoffFault.noKeyColumn(table: "items", key: ["a.b"])) { try Self.plan([Self.load(1, key: ["a.b"])]) }
    }

    @Test("a column has the widest type, and knows the ones that it had; with variants it stays, and another one takes the texts")
    func columns() throws {
        let records = [Self.load(1), Self.load(2, version: 2)]
        let wide = try #require(try Self.plan(records).resources[0].root.columns.last)
        #expect(wide.name == "size" && wide.type == .text && wide.earlier == [.bigint] && !wide.isAdded)
        let root = try Self.plan(records, HandoffChoice(withVariants: true)).resources[0].root
        #expect(root.columns.suffix(2).map(\.name) == ["size", "size__text"] && root.columns.suffix(2).map(\.type) == [.bigint, .text])
        let taken = root.filesByVersion.map { root.pairs(of: $0[0].version).last?.to.name }
        #expect(taken == ["size", "size__text"])
    }
}
