import Foundation
import Testing

@Suite("The lake: who may write to it, and what it is after a failure")
struct LakeStateTests {
    private static let items = #"{"name": "items", "endpoint": {"path": "items", "paginator": "single_page"}}"#

    @Test("data of another origin is refused and the way out named")
    func otherOrigin() async throws {
        try await Bench.at { bench in
            let one = FixtureServer { _ in .items([1]) }, two = FixtureServer { _ in .items([2]) }
            expect(try bench.export(try bench.define(one.url, Self.items)), code: 0)
            let before = tree(bench.lake)
            let definition = try bench.define(two.url, Self.items)
            expect(try bench.export(definition), code: 76, says: [one.url, two.url, "--dataset"])
            expect(try bench.export(definition, ["--plan"]), code: 76, says: ["--dataset"])
            #expect(tree(bench.lake) == before)
            #expect(two.requests.isEmpty)
            expect(try bench.export(definition, ["--dataset", "other"]), code: 0)
        }
    }

    @Test("a lake that is a file")
    func file() async throws {
        try await Bench.at { bench in
            try bench.write("mine", to: "lake")
            expect(try bench.sandbox(), code: 73, says: [bench.lake])
            #expect(try String(contentsOfFile: bench.lake, encoding: .utf8) == "mine")
        }
    }

    @Test("a lake that may not be written")
    func unwritable() async throws {
        try await Bench.at { bench in
            try FileManager.default.createDirectory(atPath: bench.lake, withIntermediateDirectories: false)
            guard geteuid() == 0 else {
                chmod(bench.lake, 0o555)
                defer { chmod(bench.lake, 0o755) }
                return expect(try bench.sandbox(), code: 73, says: [bench.lake, "--lake"])
            }
            try Disk.mounted(at: bench.lake, "size=1m,ro") {
                expect(try bench.sandbox(), code: 73, says: [bench.lake, "--lake"])
            }
        }
    }

    @Test("a second run while one is running ends at once and says who holds the dataset")
    func locked() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.number == 1 ? .held(.items(1...2)) : .items([3]) }
            let definition = try bench.define(server.url, Self.items)
            let first = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 1))
            expect(try bench.export(definition), code: 75, says: ["Another run holds this dataset", "process \(first.id)"])
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 75, says: ["Another run"])
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0)
            expect(try bench.export(definition, ["--dataset", "other"]), code: 0)
            server.release()
            expect(first.end(), code: 0)
            #expect(try bench.dataset().ids() == [1, 2])
        }
    }

    @Test("a load id must sort behind the newest one")
    func loadID() async throws {
        try await Bench.at { bench in
            let newest = "20261123T020000Z-7f3a9c"
            expect(try bench.sandbox(["--load-id", newest]), code: 0, says: [newest])
            let before = tree(bench.lake)
            for id in [newest, "20261123T020000Z-7f3a9b", "20201123T020000Z-ffffff"] {
                expect(try bench.sandbox(["--load-id", id]), code: 64, says: [id, newest, "--load-id"])
            }
            #expect(tree(bench.lake) == before)
            // Without one the next id sorts behind, whatever the clock shows.
            expect(try bench.sandbox(), code: 0)
            #expect(bench.dataset("thena_sandbox").loads.count == 2)
        }
    }

    @Test("a full disk, wherever in a run it fills up, takes nothing with it")
    func fullDisk() async throws {
        try await Bench.at { bench in
            try FileManager.default.createDirectory(atPath: bench.lake, withIntermediateDirectories: false)
            try Disk.mounted(at: bench.lake, "size=48m") {
                let lake = bench.dataset("thena_sandbox")
                expect(try bench.sandbox(["--sandbox-day", "1"]), code: 0)
                // Ever closer to the room that a load needs: from the first file to the last step of its commit.
                var tooLittle = 0, enough = 4 << 20
                while enough - tooLittle > 8 << 10 {
                    let free = (tooLittle + enough) / 2
                    if try Self.runOnFullDisk(bench, lake, free: free) { enough = free } else { tooLittle = free }
                }
                #expect(tooLittle > 0, "the disk was never full")
                let loads = lake.loads.count
                expect(try bench.sandbox(["--sandbox-day", "2"]), code: 0)
                #expect(lake.loads.count == loads + 1)
            }
        }
    }

    /// - Returns: whether it was enough.
    private static func runOnFullDisk(_ bench: Bench, _ lake: LakeReader, free: Int) throws -> Bool {
        let before = tree(bench.lake)
        try Disk.fill(bench.lake, leaving: free)
        let outcome = try bench.sandbox(["--sandbox-day", "2"])
        let after = tree(bench.lake)
        expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: lake.loads)
        expect(try lake.checkSums(bench), code: 0)
        try Disk.empty(bench.lake)
        if outcome.code == 0 {
            // Committed, but perhaps not tidied up: then it is said, and the next run does it.
            #expect(lake.staging.isEmpty || outcome.both.contains("committed all the same"))
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 0)
            #expect(lake.staging.isEmpty)
            return true
        }
        expect(outcome, code: 74, says: ["No space left", "Make room"], never: ["fault of restlake"])
        for (name, bytes) in before { #expect(after[name] == bytes, "with \(free) bytes free \(name) changed") }
        if outcome.err.contains("publishes it") {
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 0, says: ["published load"])
            expect(try lake.checkSums(bench), code: 0)
        } else {
            expect(try bench.restlake(["recover", "--lake", bench.lake, "--discard"]), code: 0)
            #expect(tree(bench.lake) == before, "with \(free) bytes free something is left beside the pages for the next run")
        }
        return false
    }

    @Test("a disk that fills up while the API is slow ends the run at once")
    func fullDiskAndSlowAPI() async throws {
        try await Bench.at { bench in
            try FileManager.default.createDirectory(atPath: bench.lake, withIntermediateDirectories: false)
            try Disk.mounted(at: bench.lake, "size=1m") {
                try Disk.fill(bench.lake, leaving: 0)
                let server = FixtureServer { request in request.number == 1 ? .items(1...20_000) : .held(.items([])) }
                let parents = #"{"name": "users", "primary_key": "id", "endpoint": {"path": "users", "paginator": {"type": "page_number"}}}"#
                let children = #"{"name": "user", "endpoint": "users/{resources.users.id}"}"#
                let start = ContinuousClock.now
                expect(try bench.export(try bench.define(server.url, parents, children)), code: 74, says: ["No space left"])
                #expect(ContinuousClock.now - start < .seconds(60))
                #expect(bench.dataset().staging.isEmpty)
            }
        }
    }

    @Test("a lake with blanks and quotes in its path, given relatively: the commands to try next work as they stand")
    func oddPath() async throws {
        try await Bench.at { bench in
            let outcome = try bench.sandbox(lake: "my 'own' lake/./data")
            expect(outcome, code: 0)
            let next = outcome.out.components(separatedBy: "Next:\n").last ?? ""
            for line in next.split(separator: "\n") {
                let script = line.replacingOccurrences(of: "restlake ", with: Executable.path + " ")
                expect(try bench.command(["/bin/sh", "-c", script]).end(), code: 0)
            }
            #expect(next.split(separator: "\n").count == 3)
        }
    }

    @Test("the commands to try next work in a lake of several datasets, from the environment")
    func severalDatasets() async throws {
        try await Bench.at { bench in
            let lake = ["RESTLAKE_LAKE": bench.lake]
            let words = ["export", "thena", "--sandbox", "--sandbox-requests", "3", "--sandbox-users", "3", "--resource", "users"]
            expect(try bench.restlake(words + ["--dataset", "a"], environment: lake), code: 0)
            expect(try bench.restlake(words, environment: lake), code: 0)
            let outcome = try bench.restlake(words, environment: lake)
            let line = try #require(outcome.out.split(separator: "\n").first { $0.contains("restlake schema") })
            let script = line.replacingOccurrences(of: "restlake ", with: Executable.path + " ")
            expect(try bench.command(["/bin/sh", "-c", script], environment: lake).end(), code: 0)
            expect(try bench.restlake(["loads"], environment: lake), code: 64, says: ["--dataset", "a, thena_sandbox"])
        }
    }

    @Test("no name in a definition leads out of its folders", arguments: ["a/b", "/etc/x", "a//b", "_lake", "schéma"])
    func oddNames(_ name: String) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(#"[{"id": 1, "../../up": {"..": [{"/": 1}]}, "": 2}, 7, null]"#) }
            let resource = #"{"name": "\#(name)", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#
            let outcome = try bench.export(try bench.define(server.url, resource))
            expect(outcome, code: 2, says: [name, "2 of 3 records"])
            expect(try bench.dataset().checkSums(bench), code: 0)
            let names = tree(bench.folder).keys.filter { !$0.hasPrefix("home/") && !$0.hasPrefix("lake/api") && $0 != "api.json" && $0 != "lake" && $0 != "home" }
            #expect(names.isEmpty)
            #expect(bench.dataset().staging.isEmpty)
        }
    }
}

/// Small disks of the tests' own.
private enum Disk {
    /// Only the super-user may mount.
    static func mounted(at folder: String, _ options: String, _ work: () throws -> Void) throws {
        guard geteuid() == 0, mount("tmpfs", folder, "tmpfs", 0, options) == 0 else {
            return skip("no small disk can be mounted here (user \(geteuid())): nothing was tried on it")
        }
        defer { umount2(folder, Int32(MNT_DETACH)) }
        try work()
    }

    /// Gives the room of the filler back, whoever may hold the file open for a moment.
    static func empty(_ folder: String) throws {
        guard truncate(folder + "/filler", 0) == 0, unlink(folder + "/filler") == 0 else { throw POSIXError(.EIO) }
    }

    /// Writes a file that leaves so many bytes free, or less.
    static func fill(_ folder: String, leaving free: Int) throws {
        var info = statvfs()
        guard statvfs(folder, &info) == 0 else { throw POSIXError(.EIO) }
        let size = Int(info.f_bavail) * Int(info.f_frsize) - free
        // No child of another test may keep it open, or its room would not come back with its removal.
        let file = open(folder + "/filler", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw POSIXError(.EIO) }
        defer { close(file) }
        guard size <= 0 || posix_fallocate(file, 0, off_t(size)) == 0 else { throw POSIXError(.EIO) }
    }
}
