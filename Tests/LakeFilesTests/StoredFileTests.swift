import CZlib
import Foundation
import LakeFiles
import LakeModel
import Testing

@Suite("Stored files") struct StoredFileTests {
    private static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var error: UnsafePointer<CChar>?
        guard let stream = czlib_gzip_open(6, &error) else { return [] }
        defer { czlib_gzip_close(stream) }
        var out: [UInt8] = [], room = [UInt8](repeating: 0, count: 1000)
        bytes.withUnsafeBytes { input in
            czlib_gzip_feed(stream, input.baseAddress, input.count)
            czlib_gzip_finish(stream)
            while true {
                var made = 0
                let code = czlib_gzip_take(stream, &room, room.count, &made)
                out += room.prefix(made)
                if code != Int32(CZLIB_MORE) { return }
            }
        }
        return out
    }

    private static func read(_ bytes: [UInt8], _ compression: Compression) throws -> (content: [UInt8], file: StoredFile) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("stored-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var content: [UInt8] = []
        let file = try #require(try StoredFile.read(path, compression) { content += $0 })
        #expect(try StoredFile.size(path) == bytes.count && file.bytes == bytes.count && file.sha256 == Checksum.of(bytes))
        return (content, file)
    }

    /// Around the size of a block, and of the room that a packed one is unpacked into.
    private static let sizes = [0, 1, 1000, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 1 << 20]

    @Test("their content is handed out as it was written, whatever its size", arguments: sizes) func content(_ size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
        for (stored, compression) in [(bytes, Compression.none), (Self.packed(bytes), .gzip), (Self.packed(bytes) + Self.packed(bytes), .gzip)] {
            let (content, file) = try Self.read(stored, compression)
            #expect(content.prefix(size).elementsEqual(bytes) && content.count % max(1, size) == 0 && file.packingFault == nil)
        }
        #expect(try Self.read(Self.packed(bytes) + Self.packed(bytes), .gzip).content == bytes + bytes)
    }

    @Test("a packed file that is cut anywhere, changed or has something behind it is no whole one") func damaged() throws {
        let whole = Self.packed(Array("{\"a\":1}\n{\"a\":2}\n".utf8))
        for count in 0..<whole.count { #expect(try Self.read(Array(whole.prefix(count)), .gzip).file.packingFault == "it is cut off") }
        #expect(try Self.read(whole + [0], .gzip).file.packingFault != nil)
        var changed = whole
        changed[whole.count - 6] ^= 1  // In the checksum of the content.
        #expect(try Self.read(changed, .gzip).file.packingFault == "incorrect data check")
    }

    @Test("the beginning of a file is as it was written, plain or packed, and tells whether it is all", arguments: [0, 1, 999, 1000, 1001, 300_000])
    func head(_ size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("head-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (stored, compression) in [(bytes, Compression.none), (Self.packed(bytes), .gzip)] {
            try Data(stored).write(to: URL(fileURLWithPath: path))
            let head = try #require(try StoredFile.head(path, compression, bytes: 1000))
            #expect(head.bytes == Array(bytes.prefix(1000)) && (!head.isWhole || size <= 1000))
            #expect(try StoredFile.head(path, compression, bytes: 400_000)?.isWhole == true)
        }
        #expect(try StoredFile.head("/nowhere/x", .none, bytes: 10) == nil)
    }

    @Test("what is not there, or no file, has no size") func absent() throws {
        #expect(try StoredFile.size("/nowhere/x") == nil && StoredFile.size("/") == nil)
        #expect(try StoredFile.read("/nowhere/x", .none) { _ in } == nil)
    }

    @Test("of a packed file that is cut, what comes before the cut is handed out") func headOfCutFile() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 1000) }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("stored-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let packed = Self.packed(bytes)
        try Data(packed.prefix(packed.count / 2)).write(to: URL(fileURLWithPath: path))
        let cut = try #require(try StoredFile.head(path, .gzip, bytes: 300_000))
        #expect(!cut.isWhole && cut.bytes.count < bytes.count && cut.bytes == Array(bytes.prefix(cut.bytes.count)))
    }
}
