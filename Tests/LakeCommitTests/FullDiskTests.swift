import Foundation
import Glibc
import LakeCommit
import LakeFiles
import LakeModel
import Testing

/// A disk in memory with so many bytes.
final class SmallDisk {
    static let isAllowed: Bool = {
        guard let folder = try? TemporaryFolder(), mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        umount2(folder.path, Int32(MNT_DETACH))
        return true
    }()
    let folder: TemporaryFolder
    var paths: LakePaths { LakePaths(dataset: folder.path + "/test") }

    init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        try #require(mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0)
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }

    func open() throws -> Dataset { try Lake(paths: paths, folder: folder).open() }

    /// Takes all the room that there is, but for blocks that other files have begun.
    func fill() {
        let file = Glibc.open(folder.path + "/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let block = [UInt8](repeating: 0, count: 4096)
        while write(file, block, block.count) > 0 {}
        close(file)
    }

    func empty() { unlink(folder.path + "/filler") }

    func remountReadOnly() throws { try #require(mount("tmpfs", folder.path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0) }
}

@Suite("A full disk", .enabled(if: SmallDisk.isAllowed, "SKIPPED: this user may not mount a small disk, so a full or read-only one is not tested"))
struct FullDiskTests {
    private let large = [Portion(
        resource: "requests", pages: (0..<50).map { page in
            "[\((0..<50).map { #"{"id":\#(page * 50 + $0),"text":"\#(String(repeating: "x", count: 100))"}"# }.joined(separator: ","))]"
        }, key: ["id"])]

    private func number(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch FileFault.system(_, _, let number) { return number } catch { Issue.record("\(error)") }
        return nil
    }

    @Test("a load that does not fit leaves the lake as it was, and the next one that does is committed") func tooLarge() throws {
        let disk = try SmallDisk(kilobytes: 400)
        try commit(try disk.open(), loadID(1), portions(1))
        let before = try tree(disk.paths)
        #expect(number { try commit(try disk.open(), loadID(2), large, options: FileOptions(waitingBytes: 0)) } == ENOSPC)
        #expect(difference(try tree(disk.paths).filter { !$0.key.hasPrefix("_lake/staging/") }, before) == [])
        #expect(try disk.open().recovered == [.removed(load: loadID(2).text)])
        #expect(difference(try tree(disk.paths), before) == [])
        try commit(try disk.open(), loadID(2), portions(2))
        #expect(difference(try tree(disk.paths), try Lake.tree(1, 2)) == [])
    }

    @Test("a disk that fills up before a step leaves a lake without the load or with all of it", arguments: DurableStep.allCases)
    func fillsUp(_ step: DurableStep) throws {
        let disk = try SmallDisk(kilobytes: 800)
        try commit(try disk.open(), loadID(1), portions(1))
        var leftover: FileFault?, isCommitted = true
        do {
            leftover = try commit(try disk.open(), loadID(2), portions(2)) { if $0 == step { disk.fill() } }
        } catch FileFault.system(_, _, ENOSPC) {
            isCommitted = false
        }
        #expect(isCommitted == (try Dataset.committedLoads(disk.paths).last == loadID(2)), "what is said is what is there")
        if step == .replaceManifest { #expect(leftover != nil && isCommitted) }
        if [.writePageLog, .writeSchemas, .writeChecksums, .writeRecord].contains(step) { #expect(!isCommitted) }
        disk.empty()
        let recovered = try disk.open().recovered
        let isThere = isCommitted || recovered == [.published(load: loadID(2).text)]
        #expect(isThere == (step > .writeRecord || isCommitted))
        let wanted = isThere ? try Lake.tree(1, 2) : try Lake.tree(1)
        #expect(difference(try tree(disk.paths), wanted) == [])
    }

    @Test("a lake that may not be written says so; its readers go on") func readOnly() throws {
        let disk = try SmallDisk(kilobytes: 400)
        try commit(try disk.open(), loadID(1), portions(1))
        try disk.remountReadOnly()
        #expect(number { _ = try disk.open() } == EROFS)
        #expect(number { _ = try Dataset(LakePaths(dataset: disk.folder.path + "/other"), name: "other") } == EROFS)
        #expect(try Dataset.readManifest(disk.paths, name: "test").manifest.loadCount == 1)
    }

    @Test("tables on another device are found before anything is staged") func otherDevice() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        try Disk.makeFolders(lake.paths.dataset + "/requests")
        for place in ["/requests/csv", "/requests", "/_lake/schemas"] {
            try Disk.makeFolders(lake.paths.dataset + place)
            try #require(mount("tmpfs", lake.paths.dataset + place, "tmpfs", 0, "size=64k") == 0)
            defer { umount2(lake.paths.dataset + place, Int32(MNT_DETACH)) }
            #expect {
                _ = try dataset.stage(loadID(1), now: loadID(1).time)
            } throws: {
                if case CommitFault.otherDevice(lake.paths.dataset + place)? = $0 as? CommitFault { true } else { false }
            }
            #expect(try Disk.names(in: lake.paths.staging) == [])
        }
    }
}
