import LakeModel
import LakeNormalize
import LakeSource
import Testing

@testable import LakeExport

@Suite("How many records may go into the quarantine")
struct QuarantineLimitTests {
    private func counts(_ quarantined: Int, of fetched: Int) -> RecordCounts {
        var counts = RecordCounts()
        counts.fetched = fetched
        counts.quarantined = quarantined
        counts.written = fetched - quarantined
        return counts
    }

    private func complete() -> Verdict {
        var walk = WalkSummary(paginator: .singlePage)
        walk.ends = [.ended(.declaredSingle)]
        return Verdict(Resource(name: "a", request: RequestTemplate(path: Template("a"))), walk, distinct: 1, parent: nil)
    }

    @Test("a text is a count or a share", arguments: [
        ("0", QuarantineLimit.Amount.records(0)), ("100", .records(100)), ("1%", .millionths(10_000)), ("0.5%", .millionths(5_000)),
        ("0.0001%", .millionths(1)), ("12.25%", .millionths(122_500)), ("100%", .millionths(1_000_000)), ("0%", .millionths(0)),
    ])
    func reads(_ text: String, _ amount: QuarantineLimit.Amount) {
        #expect(QuarantineLimit.Amount(text) == amount)
        #expect(amount.text == text)
    }

    @Test("another text is none", arguments: [
        "", "%", "-1", "+1", "1.5", "x", "1 %", "1%%", "101%", "100.0001%", ".5%", "1.%", "0.00001%", "1e1%", "99999999999999999999", "1,5%",
    ])
    func refuses(_ text: String) { #expect(QuarantineLimit.Amount(text) == nil) }

    @Test("more than that are too many, as many are not", arguments: [
        (QuarantineLimit.Amount.records(2), 2, 10, false), (.records(2), 3, 10, true), (.records(0), 0, 10, false), (.records(0), 1, 10, true),
        (.millionths(10_000), 1, 100, false), (.millionths(10_000), 2, 100, true), (.millionths(10_000), 1, 99, true),
        (.millionths(5_000), 1, 200, false), (.millionths(5_000), 1, 199, true), (.millionths(0), 1, 1_000_000_000_000, true),
        (.millionths(1_000_000), 5, 5, false),
    ])
    func compares(_ amount: QuarantineLimit.Amount, _ quarantined: Int, _ fetched: Int, _ isPassed: Bool) {
        #expect(QuarantineLimit(amount).isPassed(by: counts(quarantined, of: fetched)) == isPassed)
    }

    @Test("a resource with more is partial, or failed as data, and says so")
    func consequences() {
        var partial = complete(), failed = complete()
        partial.hold(counts(3, of: 200), against: QuarantineLimit(.millionths(10_000)))
        #expect(partial.outcome == .partial)
        #expect(partial.findings == ["3 of 200 records went into the quarantine, more than --max-quarantined 1% allows."])
        failed.hold(counts(3, of: 200), against: QuarantineLimit(.records(2), over: .failed))
        #expect(failed.outcome == .failed && failed.failure == .data && failed.evidence == nil)
        #expect(failed.findings.first?.contains("more than --max-quarantined 2 allows. Nothing of it is published.") == true)
    }

    @Test("records that cannot be written are a doubt, but told only where they are within a limit that was given")
    func within() {
        var asEver = complete(), allowed = complete(), over = complete()
        asEver.hold(counts(1, of: 9), against: nil)
        asEver.tellUnwritten(within: nil, "told")
        #expect(asEver.outcome == .partial && asEver.findings == ["told"])
        let limit = QuarantineLimit(.records(1))
        allowed.hold(counts(1, of: 9), against: limit)
        allowed.tellUnwritten(within: limit, "told")
        #expect(allowed.outcome == .complete && allowed.evidence == .declaredSingle && allowed.findings == ["told"])
        over.hold(counts(2, of: 9), against: limit)
        over.tellUnwritten(within: limit, "told")
        #expect(over.outcome == .partial && over.findings.count == 2)
    }

    @Test("what failed for another reason stays so")
    func failedBefore() {
        var verdict = complete()
        verdict.fail("because", as: .paging)
        verdict.hold(counts(9, of: 9), against: QuarantineLimit(.records(0), over: .failed))
        #expect(verdict.failure == .paging && verdict.findings == ["because"])
    }
}
