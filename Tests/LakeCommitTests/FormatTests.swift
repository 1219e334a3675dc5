import LakeCommit
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Documents of format 1") struct FormatTests {
    /// A lake that holds nothing but these documents.
    private func lake(_ documents: KeyValuePairs<String, String>) throws -> Lake {
        let lake = try Lake()
        try Disk.makeFolders(lake.paths.loads)
        try Disk.makeFolders(lake.paths.schemas)
        for (name, text) in documents { try Disk.write(Array(text.utf8), to: lake.paths.absolute(name)) }
        return lake
    }

    private func lake() throws -> Lake {
        try lake([
            "manifest.json": FormatOne.manifest, LakePaths.record(loadID(1).text): FormatOne.olderRecord,
            LakePaths.record(loadID(2).text): FormatOne.record, LakePaths.schema("orders", 2): FormatOne.schema,
            LakePaths.schema("orders__lines", 1): FormatOne.childSchema, LakePaths.schema("users", 1): FormatOne.replacedSchema,
        ])
    }

    /// - Parameter hasManifest: false: there is none, or one of before the last records; the records give the same.
    private func open(_ lake: Lake, manifest: String, hasManifest: Bool) throws -> Dataset {
        if hasManifest { try Disk.write(Array(manifest.utf8), to: lake.paths.manifest) }
        let dataset = try lake.open()
        #expect(dataset.recovered == (hasManifest ? [] : [.rebuiltManifest]))
        #expect(String(decoding: try #require(try tree(lake.paths)["manifest.json"]), as: UTF8.self) == manifest)
        return dataset
    }

    private func expectWrittenAgain(manifest: String, records: [String], schemas: [String] = []) throws {
        #expect(try Manifest(json: JSONValue(parsing: manifest)).json.text(pretty: true) == manifest)
        for text in records { #expect(try LoadRecord(json: JSONValue(parsing: text)).json.text(pretty: true) == text) }
        for text in schemas { #expect(try SchemaVersion(json: JSONValue(parsing: text)).json.text(pretty: true) == text) }
    }

    @Test("they open, and belong together") func opens() throws {
        let lake = try lake()
        let dataset = try lake.open()
        #expect(dataset.recovered == [])
        let manifest = dataset.manifest
        #expect(manifest.dataset == "test" && manifest.origin == testOrigin && manifest.loadCount == 2 && manifest.newestLoad == loadID(2))
        #expect(manifest.tables.map(\.name) == ["orders", "orders__lines", "users"])
        #expect(manifest.table("orders")?.versions.map(\.version) == [1, 2] && manifest.table("orders")?.primaryKey == ["id"])
        #expect(manifest.table("users")?.liveFiles.count == 2)
        let change = try #require(manifest.table("orders")?.versions.last?.changes.first)
        #expect(change.what == .widenType && change.from == .bigint && change.to == .double && change.place == Place(page: 1, record: 1))
        let known = try dataset.knownTables()
        #expect(known.map { $0.version.columns.map(\.type) } == [
            [.text, .bigint, .double, .text], [.text, .bigint, .bigint, .bigint, .bigint, .text], [.text, .bigint, .date],
        ])
        #expect(known[0].facts[2].kinds == [.integer, .real] && known[0].facts[2].smallest == 7 && known[0].facts[0].isEmpty)
        #expect(known[1].version.path.steps == [.key("lines"), .element] && known[1].version.parent == "orders")
        let record = try #require(try dataset.record(runID: "night-1"))
        #expect(record.load == loadID(1).text && record.outcome == .complete && record.quarantine.first?.records == 1)
        #expect(record.resources.first?.counts.addUp == true && record.resources.first?.evidence == .emptyPage)
        #expect(try Dataset.record(lake.paths, loadID(2).text)?.replacedCharacters == 1)
    }

    @Test("the manifest is what folding the records gives") func folded() throws {
        let lake = try lake()
        try Disk.remove(lake.paths.manifest)
        #expect(try lake.open().recovered == [.rebuiltManifest])
        #expect(String(decoding: try #require(try tree(lake.paths)["manifest.json"]), as: UTF8.self) == FormatOne.manifest)
    }

    @Test("they are written again to the same byte") func writtenAgain() throws {
        try expectWrittenAgain(
            manifest: FormatOne.manifest, records: [FormatOne.record, FormatOne.olderRecord],
            schemas: [FormatOne.schema, FormatOne.childSchema, FormatOne.replacedSchema])
    }

    @Test("those with state and superseded rows open, are what the records give, and are written again to the same byte", arguments: [true, false])
    func state(_ hasManifest: Bool) throws {
        let lake = try lake()
        try Disk.write(Array(FormatOne.stateLoad.utf8), to: lake.paths.absolute(LakePaths.record(loadID(3).text)))
        try Disk.write(Array(FormatOne.stateRecord.utf8), to: lake.paths.absolute(LakePaths.record(loadID(4).text)))
        // Without, the manifest of two loads is there: what comes behind is folded into it.
        let manifest = try open(lake, manifest: FormatOne.stateManifest, hasManifest: hasManifest).manifest
        #expect(manifest.state == ["orders": ["incremental": ["last_value": "2026-01-01"]]])
        #expect(manifest.loadCount == 3 && manifest.recordCount == 4 && manifest.newestLoad == loadID(4) && manifest.loads.first?.kind == .state)
        #expect(manifest.table("orders__lines")?.liveSince == loadID(3).text, "it got no row of the refresh, and is refreshed all the same")
        #expect(manifest.table("users")?.liveSince == loadID(2).text && manifest.table("users")?.liveFiles == [])
        #expect(manifest.table("users")?.earlierDispositions.map(\.before) == [loadID(3).text])
        #expect(manifest.table("users")?.earlierDispositions.map(\.writeDisposition) == [.replace])
        let orders = try #require(try Dataset.record(lake.paths, loadID(3).text)?.resources.first)
        #expect(orders.requests == 3 && orders.ignoredRequests == 1 && orders.skippedParents == 2 && orders.replaces)
        #expect(orders.detectedWhy == "meta.next_cursor is a text" && orders.state?["detected"]?["paginator"] == "cursor")
        #expect(try Dataset.state(lake.paths, of: "users", after: loadID(3)) == ["incremental": ["last_value": 17]])
        try expectWrittenAgain(manifest: FormatOne.stateManifest, records: [FormatOne.stateLoad, FormatOne.stateRecord])
    }

    @Test("those with hints open, are what the record gives, and are written again to the same byte", arguments: [true, false])
    func hints(_ hasManifest: Bool) throws {
        let lake = try lake([LakePaths.record(loadID(5).text): FormatOne.hintedLoad, LakePaths.schema("tickets", 2): FormatOne.hintedSchema])
        let dataset = try open(lake, manifest: FormatOne.hintedManifest, hasManifest: hasManifest)
        let table = try #require(dataset.manifest.table("tickets"))
        #expect(table.recentRows == [3] && table.columns.map(\.values) == [3, 2, 3] && table.columns.map(\.description) == ["as in the address bar", "net", nil])
        #expect(table.versions.last?.changes.map(\.what) == [.allowNull] && table.versions.last?.changes.first?.isAdditive == false)
        let version = try #require(try dataset.knownTables().first?.version)
        #expect(version.columns.map(\.isNullable) == [false, false, false, true, true] && version.columns[2].description == "as in the address bar")
        let resource = try #require(try Dataset.record(lake.paths, loadID(5).text)?.resources.first)
        let side = resource.side
        #expect(resource.isFullScan && [
            side.duplicateKeys, side.emptyContainers, side.restKeys, side.uncheckedKeys, side.droppedFields, side.hashedValues, side.redactedValues,
            side.nulledValues, side.discardedValues, side.discardedRows, side.leftOutNulls,
        ] == Array(1...11))
        try expectWrittenAgain(manifest: FormatOne.hintedManifest, records: [FormatOne.hintedLoad], schemas: [FormatOne.hintedSchema])
    }

    @Test("the next load goes on from them") func goesOn() throws {
        let lake = try lake()
        let dataset = try lake.open()
        try commit(dataset, loadID(3), [Portion(resource: "orders", pages: [#"[{"id":9,"note":null,"new":[]}]"#], key: ["id"])])
        #expect(dataset.manifest.table("orders")?.currentVersion == 2)
        #expect(try Disk.names(in: lake.paths.absolute(LakePaths.partition("orders", .csv, loadID(3).text))) == ["orders.v2.00000.csv"])
    }
}
