import LakeCommit
import LakeFetch
import LakeFiles
import Testing

@testable import LakeExport

@Suite("What ends a run")
struct CancellationTests {
    private static let refused = Cancellation.Cause.fault(.fetch(.resumeRefused(page: 3), resource: "a", sentence: ""))
    private static let offline = Cancellation.Cause.fault(.fetch(.unavailable(status: 503, attempts: 1), resource: "b", sentence: ""))
    private static let full = Cancellation.Cause.fault(.file(.system(operation: .sync, path: "x", number: 28)))

    /// What happens in this order; the place of what counts; whether it may be forgotten.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var causes: [Cancellation.Cause]
        var counts: Int
        var isForgotten = false
        var testDescription: String { name }
    }

    @Test("is the first fault, but a wish from outside before any, and a fault of the disk before one that only begins anew", arguments: [
        Case(name: "a resource that begins anew", causes: [refused], counts: 0, isForgotten: true),
        Case(name: "two of them", causes: [refused, offline], counts: 0, isForgotten: true),
        Case(name: "a fault", causes: [offline, refused], counts: 0),
        Case(name: "a signal", causes: [.signal(15), offline, .deadline], counts: 0),
        Case(name: "a signal behind a restart", causes: [refused, .signal(15)], counts: 1),
        Case(name: "a deadline behind a restart", causes: [refused, .deadline], counts: 1),
        Case(name: "a signal behind a fault", causes: [offline, .signal(15)], counts: 1),
        Case(name: "a disk that failed to sync behind a restart", causes: [refused, full, offline], counts: 1),
        Case(name: "a disk behind a signal", causes: [.signal(2), full], counts: 0),
    ])
    func counts(_ item: Case) {
        let cancellation = Cancellation()
        for cause in item.causes { cancellation.cancel(cause) }
        #expect(cancellation.cause.map { "\($0)" } == "\(item.causes[item.counts])")
        #expect(cancellation.forgetRestart() == item.isForgotten)
        #expect((cancellation.cause == nil) == item.isForgotten)
    }

    @Test("begins what was to end once, and anew behind a restart")
    func actions() {
        let cancellation = Cancellation()
        let before = Counter(), after = Counter()
        cancellation.whenCancelled { before.add() }
        cancellation.cancel(Self.refused)
        cancellation.cancel(Self.full)
        #expect(before.sum == 1 && !cancellation.forgetRestart())
        let other = Cancellation()
        other.whenCancelled { before.add() }
        other.cancel(Self.refused)
        #expect(other.forgetRestart())
        other.whenCancelled { after.add() }
        other.cancel(.signal(2))
        #expect(before.sum == 2 && after.sum == 1)
    }

    @Test("is kept for another run unless the same pages would lead to the same fault")
    func worthKeeping() throws {
        let run = ExportRun(try Bench().job(["requests"]))
        let ours: [any Error] = [
            CommitFault.countsDoNotAddUp(resource: "a"), FileFault.rowsDoNotAddUp(table: "a"), ExportFault.unexpected("x"), ExportFault.nothingToPublish([]),
        ]
        for fault in ours { #expect(!run.isWorthKeeping(fault), "\(fault)") }
        let theirs: [any Error] = [ExportFault.cancelled(2), ExportFault.deadline, FileFault.system(operation: .write, path: "x", number: 28)]
        for fault in theirs { #expect(run.isWorthKeeping(fault), "\(fault)") }
        #expect { throw CommitFault.recordExists(load: "x").asExportFault } throws: { if case ExportFault.commit? = $0 as? ExportFault { true } else { false } }
    }

    @Test("is no end of a resource where it is the time that the user allows")
    func time() {
        var walk = WalkSummary(paginator: .auto)
        #expect(!walk.endedInTime)
        walk.ends = [.partial(.pageBound(3))]
        #expect(!walk.endedInTime)
        walk.ends = [.partial(.timeBound)]
        #expect(walk.endedInTime)
        walk.ends = []
        walk.bound = .timeBound
        #expect(walk.endedInTime)
    }
}

private final class Counter: @unchecked Sendable {  // One thread.
    private(set) var sum = 0
    func add() { sum += 1 }
}
