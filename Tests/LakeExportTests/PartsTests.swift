import LakeCommit
import LakeExport
import LakeFetch
import LakeModel
import LakeNormalize
import LakeSource
import LakeThreads
import Testing

@testable import LakeExport

@Suite("Between the threads of a run")
struct QueueTests {
    @Test("a queue hands on everything in order and holds no more than its capacity")
    func order() throws {
        let queue = BoundedQueue<Int>(capacity: 2)
        let most = Monitor(0)
        let producer = try DedicatedThread {
            for i in 0..<500 { guard queue.put(i) else { return } }
            queue.close()
        }
        var taken: [Int] = []
        while let item = queue.take() {
            taken.append(item)
            most.change { $0 = max($0, item) }
        }
        producer.join()
        #expect(taken == Array(0..<500))
    }

    @Test("an abandoned queue lets its producer go")
    func abandoned() throws {
        let queue = BoundedQueue<Int>(capacity: 1)
        let producer = try DedicatedThread { while queue.put(1) {} }
        #expect(queue.take() == 1)
        queue.abandon()
        producer.join()
        #expect(queue.take() == nil)
    }

    @Test("the first cause of a cancellation counts, and late listeners are told at once")
    func cancellation() {
        let cancellation = Cancellation()
        let told = Monitor(0)
        cancellation.whenCancelled { told.change { $0 += 1 } }
        cancellation.cancel(.signal(2))
        cancellation.cancel(.signal(15))
        cancellation.whenCancelled { told.change { $0 += 1 } }
        #expect(told.look { $0 } == 2)
        guard case .signal(2)? = cancellation.cause else {
            Issue.record("the cause is \(String(describing: cancellation.cause))")
            return
        }
    }
}

@Suite("What is said of a resource at its end")
struct VerdictTests {
    private func summary(_ build: (inout WalkSummary) -> Void) -> WalkSummary {
        var summary = WalkSummary(paginator: .auto)
        build(&summary)
        return summary
    }

    private func report(_ outcome: ResourceOutcome) -> ResourceReport {
        let record = ResourceRecord(
            name: "a", outcome: outcome, evidence: nil, findings: [], paginator: "", pages: 1, pageBytes: 1, counts: RecordCounts(), probed: 0,
            side: SideCounts())
        return ResourceReport(
            name: "a", outcome: outcome, evidence: nil, findings: [], failure: outcome == .failed ? .notAllowed : nil, record: record)
    }

    @Test("fails with its parent, for its parent's reason, when that failed")
    func failedParent() {
        let verdict = Verdict(child, summary { _ in }, distinct: 0, parent: report(.failed))
        #expect(verdict.outcome == .failed && verdict.failure == .notAllowed)
        #expect(verdict.findings == ["it depends on a, which failed, so nothing was asked."])
    }

    private let plain = Resource(name: "a", request: RequestTemplate(path: Template("a")))
    private let child = Resource(
        name: "b",
        request: RequestTemplate(path: Template(parts: [.text("a/"), .parentField(Selector(keys: ["id"]))], description: "a/{resources.a.id}")),
        parent: ParentBinding(resource: "a", fields: [Selector(keys: ["id"])]))

    @Test("an end with evidence is complete")
    func complete() {
        let verdict = Verdict(plain, summary { $0.ends = [.ended(.cursorNull)] }, distinct: 5, parent: nil)
        #expect(verdict.outcome == .complete && verdict.evidence == .cursorNull && verdict.findings.isEmpty)
    }

    @Test("fewer records than the API states are partial")
    func total() {
        let verdict = Verdict(
            plain, summary { $0.ends = [.ended(.emptyPage)]; $0.totals = TotalRange(30, isTotal: true) }, distinct: 20, parent: nil)
        #expect(verdict.outcome == .partial)
        #expect(verdict.findings.first?.contains("20 distinct records") == true)
    }

    @Test("a walk that ended without a reason is never complete")
    func nothing() {
        #expect(Verdict(plain, summary { _ in }, distinct: 0, parent: nil).outcome == .failed)
    }

    @Test("a dependent resource needs all its parents", arguments: [
        (refused: 0, partial: 0, parent: ResourceOutcome.complete, ResourceOutcome.complete),
        (refused: 1, partial: 0, parent: .complete, .partial),
        (refused: 3, partial: 0, parent: .complete, .failed),
        (refused: 0, partial: 1, parent: .complete, .partial),
        (refused: 0, partial: 0, parent: .partial, .partial),
    ])
    func children(refused: Int, partial: Int, parent: ResourceOutcome, expected: ResourceOutcome) {
        let walk = summary {
            $0.walks = 3
            $0.refusedParents = refused
            $0.partialParents = partial
            $0.lastDoubt = partial > 0 ? .pageBound(1) : nil
        }
        #expect(Verdict(child, walk, distinct: 3, parent: report(parent)).outcome == expected)
    }
}
