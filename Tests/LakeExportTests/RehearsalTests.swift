import Foundation
import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSandbox
import LakeSource
import LakeThreads
import Testing

@testable import LakeExport

@Suite("A rehearsal: the first pages, and no lake")
struct RehearsalTests {
    @Test("asks for one page of each resource and one parent of a dependent one")
    func first() throws {
        let bench = try Bench()
        let rehearsal = try Rehearsal(try bench.job(["requests", "users", "user"]))
        #expect(rehearsal.outcomes.map(\.report.name) == ["requests", "users", "user"])
        #expect(rehearsal.outcomes.map(\.report.record.counts.fetched) == [100, 13, 1])
        #expect(rehearsal.outcomes[0].hasMore)
        #expect(bench.sandbox.tally.requests == 3)
        #expect(rehearsal.outcomes.allSatisfy { $0.findings.isEmpty }, "what its own bounds cut off is no finding")
        #expect(!bench.folder.path.isEmpty && tree(bench.folder.path).isEmpty, "the lake is not touched")
    }

    @Test("leaves no folder behind when it is let go")
    func gone() throws {
        let bench = try Bench(), place = TemporaryFolder()
        do {
            let rehearsal = try Rehearsal(try bench.job(["users"]), in: place.path)
            #expect(tree(place.path).keys.contains { $0.hasSuffix(".jsonl") })
            withExtendedLifetime(rehearsal) {}
        }
        #expect(try Disk.names(in: place.path).isEmpty)
    }

    @Test("leaves no folder behind when it fails")
    func fails() throws {
        let bench = try Bench(faults: [.failStatus(401, request: 1, on: .users)]), place = TemporaryFolder()
        #expect { try Rehearsal(try bench.job(["users"]), in: place.path) } throws: { error in
            if case ExportFault.unauthorized(resource: "users", _, _)? = error as? ExportFault { true } else { false }
        }
        #expect(try Disk.names(in: place.path).isEmpty)
    }

    @Test("says where it cannot make its folder")
    func noPlace() throws {
        let bench = try Bench(), place = TemporaryFolder()
        #expect { try Rehearsal(try bench.job(["users"]), in: place.path + "/nowhere") } throws: { error in
            guard case ExportFault.file(.system(.makeFolder, let path, ENOENT))? = error as? ExportFault else { return false }
            return path.hasPrefix(place.path + "/nowhere/")
        }
        #expect(bench.sandbox.tally.requests == 0)
    }

    @Test("tells of one resource that fails, beside those that do not")
    func oneFails() throws {
        let bench = try Bench(faults: [.failStatus(404, request: 1, on: .customFields)])
        let rehearsal = try Rehearsal(try bench.job(["users", "custom_fields"]))
        #expect(rehearsal.outcomes.map { $0.report.failure } == [nil, .unavailable])
        #expect(rehearsal.outcomes[1].findings.first?.contains("404") == true)
        #expect(rehearsal.outcomes[0].report.record.counts.fetched == 13)
    }

    @Test("shows rows without restlake's own columns, and CSV as an export writes it")
    func rows() throws {
        let bench = try Bench()
        let rehearsal = try Rehearsal(try bench.job(["requests"]))
        let table = try #require(rehearsal.outcomes[0].tables.first { $0.parent == nil })
        let rows = try rehearsal.rows(of: table, atMost: 7)
        #expect(rows.count == 7 && rows.allSatisfy { $0["_load_id"] == nil && $0["_row_number"] == nil && $0["id"]?.string != nil })
        #expect(try rehearsal.rows(of: table, atMost: 1000).count == 100)

        let load = "20260101T000000Z-00000a"
        _ = try ExportRun(try bench.job(["requests"], load: load, maxPages: 1)).run()
        let exported = try #require(tree(bench.folder.path).first { $0.key.hasSuffix("requests.v1.00000.csv") }?.value)
        let own = String(decoding: try rehearsal.csv(of: table, atMost: 1000), as: UTF8.self)
        let name = try #require(own.split(separator: "\n").dropFirst().first?.split(separator: ",").first)
        #expect(own.replacing(String(name), with: load) == String(decoding: exported, as: UTF8.self))
        let part = String(decoding: try rehearsal.csv(of: table, atMost: 5), as: UTF8.self)
        #expect(own.hasPrefix(part) && part.utf8.count < own.utf8.count)
    }

    @Test("that is cancelled says so and leaves nothing behind")
    func cancelled() throws {
        let bench = try Bench(faults: [.hang(request: 1, on: .requests)])
        let cancellation = Cancellation(), place = TemporaryFolder()
        let job = try bench.job(["requests"]), sandbox = bench.sandbox
        let ender = try DedicatedThread {
            while sandbox.tally.requests == 0 { Thread.sleep(forTimeInterval: 0.01) }
            cancellation.cancel(.signal(15))
        }
        #expect { try Rehearsal(job, in: place.path, cancellation: cancellation) } throws: { error in
            if case ExportFault.cancelled(15)? = error as? ExportFault { true } else { false }
        }
        ender.join()
        #expect(try Disk.names(in: place.path).isEmpty)
    }
}
