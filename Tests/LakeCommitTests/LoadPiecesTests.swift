import LakeCommit
import LakeFiles
import LakeModel
import Testing

@Suite("The files of a load") struct LoadPiecesTests {
    @Test("those of all records, the records and the manifest are all that there is, each with its checksum") func all() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        for day in 1...3 { try commit(dataset, loadID(day), portions(day)) }
        _ = try dataset.publishState(["requests": ["x": 1]], reason: "test", load: loadID(4), now: loadID(4).time)
        let files = try tree(lake.paths)
        var found: Set<String> = ["manifest.json"]
        for load in try Dataset.committedLoads(lake.paths) {
            let pieces = try #require(try Dataset.pieces(lake.paths, load.text))
            #expect(pieces.load == load.text && pieces.removes.isEmpty)
            for piece in pieces.data + pieces.quarantine + pieces.documents {
                #expect(found.insert(piece.path).inserted, "\(piece.path) belongs to two loads")
                let bytes = try #require(files[piece.path], "\(piece.path)")
                #expect(piece.bytes == nil || piece.bytes == bytes.count)
                // The checksums themselves have none.
                #expect(piece.sha256 == (piece.path == LakePaths.checksums(load.text) ? nil : Checksum.of(bytes)), "\(piece.path)")
            }
            found.insert(pieces.record)
        }
        #expect(found == Set(files.keys.filter { !$0.hasPrefix("_lake/pages/") }), "kept pages stay where they are")
        #expect(try Dataset.pieces(lake.paths, loadID(9).text) == nil)
    }

    @Test("the manifest of all records is the manifest; that of some knows the others not") func manifest() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        for day in 1...3 { try commit(dataset, loadID(day), portions(day)) }
        let loads = try Dataset.committedLoads(lake.paths)
        #expect(try Dataset.manifest(lake.paths, name: dataset.manifest.dataset, of: loads) == dataset.manifest)
        let some = try Dataset.manifest(lake.paths, name: dataset.manifest.dataset, of: [loads[1]])
        #expect(some.loads.map(\.load) == [loads[1].text] && some.recordCount == 1)
    }
}
