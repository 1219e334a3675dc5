import Foundation
import LakeModel
import Testing

@testable import LakeFiles

@Suite("Lines and spooled values")
struct SpoolTests {
    private func staging() throws -> (StagingFolder, () -> Void) {
        let path = NSTemporaryDirectory() + "restlake-spool-\(UUID().uuidString)"
        let staging = StagingFolder(path)
        for folder in [staging.parents, staging.ledger] { try Disk.makeFolders(folder) }
        return (staging, { try? FileManager.default.removeItem(atPath: path) })
    }

    @Test("values come back once each, in their order and with their characters")
    func distinct() throws {
        let (staging, clean) = try staging()
        defer { clean() }
        let values = ["b", "a", "line\nbreak", "\"", "é", "e\u{301}", "b", "a", "", "\u{0}"]
        let spool = ValueSpool(staging, name: "users\nid")
        for value in values { try spool.add(value) }
        try spool.finish()
        let reader = try ValueSpool.Reader(staging, name: "users\nid")
        var read: [[UInt8]] = []
        while let value = try reader.next() { read.append(Array(value.utf8)) }
        #expect(read == ["b", "a", "line\nbreak", "\"", "é", "e\u{301}", "", "\u{0}"].map { Array($0.utf8) })
    }

    @Test("more lines than a piece holds come back whole")
    func many() throws {
        let (staging, clean) = try staging()
        defer { clean() }
        let spool = ValueSpool(staging, name: "x")
        for i in 0..<20_000 { try spool.add("value number \(i)") }
        try spool.finish()
        let reader = try ValueSpool.Reader(staging, name: "x")
        var count = 0
        while let value = try reader.next() {
            #expect(value == "value number \(count)")
            count += 1
        }
        #expect(count == 20_000)
    }

    @Test("a spool that was never written to is empty, a damaged one is refused")
    func damaged() throws {
        let (staging, clean) = try staging()
        defer { clean() }
        #expect(try ValueSpool.Reader(staging, name: "none").next() == nil)
        let spool = ValueSpool(staging, name: "y")
        try spool.add("a")
        try spool.finish()
        let file = try #require(try Disk.names(in: staging.parents).first)
        try Disk.write(Array("not json\n".utf8), to: staging.parents + "/" + file)
        #expect(throws: FileFault.self) { try ValueSpool.Reader(staging, name: "y").next() }
    }
}
