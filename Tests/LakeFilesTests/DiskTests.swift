import Foundation
import Glibc
@testable import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import Testing

@Suite("The disk") struct DiskTests {
    /// The number of the fault that `body` throws.
    private func number(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch FileFault.system(_, _, let number) { return number } catch {}
        return nil
    }

    @Test("what is not there is nil, empty, false or fine") func absent() throws {
        let folder = try TemporaryFolder()
        try Disk.write([1], to: folder.path + "/file")
        for path in [folder.path + "/none", folder.path + "/file/below"] {
            #expect(try Disk.read(path) == nil)
            #expect(!Disk.exists(path) && !Disk.isFolder(path))
            #expect(try !Disk.isThere(path))
        }
        #expect(try Disk.names(in: folder.path + "/none") == [])
        try Disk.remove(folder.path + "/none")
        try Disk.removeTree(folder.path + "/none")
    }

    @Test("faults carry the call's own number") func faults() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/file"
        try Disk.write([1, 2, 3], to: file)
        #expect(number { _ = try Disk.read(folder.path) } == EISDIR)
        #expect(number { _ = try Disk.names(in: file) } == ENOTDIR)
        #expect(number { try Disk.makeFolders(file + "/a/b") } == ENOTDIR)
        #expect(number { try Disk.makeFolders(file) } == EEXIST)
        #expect(number { try Disk.write([1], to: file, isNew: true) } == EEXIST)
        #expect(number { try Disk.write([1], to: folder.path + "/none/x") } == ENOENT)
        #expect(number { try Disk.rename(folder.path + "/none", to: file) } == ENOENT)
        #expect(number { _ = try Disk.renameNew(folder.path + "/none", to: folder.path + "/b") } == ENOENT)
        #expect(number { try Disk.syncFolder(file) } == ENOTDIR)
        #expect(number { try Disk.remove(folder.path) } == EISDIR)
        #expect(number { _ = try Disk.isThere(folder.path + "/" + String(repeating: "x", count: 300)) } == ENAMETOOLONG)
        #expect(try folder.text("file") == "\u{1}\u{2}\u{3}")
        #expect(try folder.openFiles() == [])
    }

    @Test("a folder's names are sorted by bytes, whatever they hold") func names() throws {
        let folder = try TemporaryFolder()
        let wanted = ["A", "_x", "a", "a.b", "ab", String(repeating: "n", count: 255), "é"]
        for name in wanted.shuffled() { try Disk.write([], to: folder.path + "/" + name) }
        #expect(try Disk.names(in: folder.path) == wanted)
    }

    @Test("folders are made with those above them, and again without harm") func makeFolders() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<2 { try Disk.makeFolders(folder.path + "/a/b/c", mode: 0o700) }
        #expect(Disk.isFolder(folder.path + "/a/b/c"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/a/b/c")[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test("removing a tree never follows a link out of it") func removeTree() throws {
        let folder = try TemporaryFolder()
        try Disk.makeFolders(folder.path + "/outside")
        try Disk.makeFolders(folder.path + "/tree/inner")
        try Disk.write([7], to: folder.path + "/outside/kept")
        try Disk.write([8], to: folder.path + "/tree/inner/gone")
        #expect(symlink(folder.path + "/outside", folder.path + "/tree/link") == 0)
        #expect(symlink("../../outside/kept", folder.path + "/tree/inner/link") == 0)
        #expect(symlink(folder.path + "/nowhere", folder.path + "/tree/dangling") == 0)
        try Disk.removeTree(folder.path + "/tree")
        #expect(try folder.files() == ["outside/kept": [7]])
        #expect(!Disk.exists(folder.path + "/tree"))
        // A link in the place of the tree itself is removed, not what it points to.
        #expect(symlink(folder.path + "/outside", folder.path + "/tree") == 0)
        try Disk.removeTree(folder.path + "/tree")
        #expect(try folder.files() == ["outside/kept": [7]])
    }

    @Test("a rename to a new name refuses an existing file and leaves both") func renameNew() throws {
        let folder = try TemporaryFolder()
        try Disk.write([1], to: folder.path + "/a")
        #expect(try Disk.renameNew(folder.path + "/a", to: folder.path + "/b"))
        try Disk.write([2], to: folder.path + "/a")
        #expect(try !Disk.renameNew(folder.path + "/a", to: folder.path + "/b"))
        #expect(try folder.files() == ["a": [2], "b": [1]])
    }

    @Test("joined files stand behind the head in their order, with the checksum of it all") func join() throws {
        let folder = try TemporaryFolder()
        let long = [UInt8](repeating: 9, count: 200_001)
        try Disk.write(long, to: folder.path + "/long")
        try Disk.write([3], to: folder.path + "/short")
        let sum = try Disk.join([1, 2], ["short", "none", "long"].map { folder.path + "/" + $0 }, to: folder.path + "/all")
        #expect(try folder.bytes("all") == [1, 2, 3] + long)
        #expect(sum == Checksum.of([1, 2, 3] + long))
        #expect(try folder.openFiles() == [])
    }

    @Test("short writes are continued") func shortWrites() async throws {
        // A pipe takes 64 KiB at a time.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        let reader = Task.detached { () -> Int in
            var total = 0, block = [UInt8](repeating: 0, count: 30_000)
            while true {
                let n = read(input, &block, block.count)
                if n <= 0 { return total }
                total += n
            }
        }
        try Disk.writeAll([UInt8](repeating: 1, count: 500_000), to: output, "pipe")
        close(output)
        #expect(await reader.value == 500_000)
        close(input)
    }

    @Test("numbers of every length are written in full") func numbers() {
        var buffer = OutputBuffer(capacity: 32)
        defer { buffer.free() }
        var number = 1
        for n in [0, 9, 10, 99, 100, Int.max, Int(UInt32.max)] + (0..<18).flatMap({ _ in number *= 10; return [number - 1, number] }) {
            buffer.count = 0
            var cursor = buffer.cursor(room: 20)
            cursor.put(n)
            buffer.advance(to: cursor)
            #expect(String(decoding: UnsafeBufferPointer(start: buffer.base, count: buffer.count), as: UTF8.self) == String(n))
        }
    }
}

/// A disk in memory with so many bytes.
final class SmallDisk {
    static let isAllowed: Bool = {
        guard let folder = try? TemporaryFolder(), mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        umount2(folder.path, Int32(MNT_DETACH))
        return true
    }()
    let folder: TemporaryFolder
    var path: String { folder.path }

    init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        try #require(mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0)
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }
}

@Suite("A full disk", .enabled(if: SmallDisk.isAllowed, "SKIPPED: this user may not mount a small disk, so a full one is not tested"))
struct FullDiskTests {
    private func fault(_ disk: SmallDisk, _ options: FileOptions) throws -> FileFault? {
        let resource = makeResource()
        let writer = ResourceWriter(
            resource: resource, load: testLoad, naming: TableNaming([.init("r")], known: []), known: [], staging: StagingFolder(disk.path + "/s"),
            options: options)
        var maker = RecordMaker(seed: 1)
        do {
            for number in 1...400 {
                let page = PageBytes("[\((0..<20).map { _ in maker.record() }.joined(separator: ","))]"), tape = Tape()
                try Tokenizer.tokenize(page, into: tape)
                _ = try writer.write(page, tape, records: 0, number: number)
            }
            _ = try writer.finish()
        } catch let fault as FileFault {
            return fault
        }
        return nil
    }

    @Test("the writer says that there is no room, wherever it notices, and leaves no file open", arguments: [
        FileOptions(), FileOptions(waitingBytes: 0), FileOptions(compression: .gzip, rowsPerPart: 500), FileOptions(bytesPerPart: 10_000, waitingBytes: 5000),
    ].map { UncheckedOptions(options: $0) }) func noRoom(_ options: UncheckedOptions) throws {
        let disk = try SmallDisk(kilobytes: 128)
        guard case .system(let operation, let path, let number)? = try fault(disk, options.options) else {
            Issue.record("nothing was thrown")
            return
        }
        #expect(number == ENOSPC && path.hasPrefix(disk.path + "/s/tables/"))
        #expect([.write, .create, .sync, .makeFolder].contains(operation))
        #expect(try disk.folder.openFiles() == [])
    }

    struct UncheckedOptions: Sendable, CustomTestStringConvertible {
        var options: FileOptions
        var testDescription: String { "\(options.compression), waiting \(options.waitingBytes)" }
    }
}
