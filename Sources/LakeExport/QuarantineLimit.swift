import LakeNormalize

/// How many records of a resource may go into the quarantine before somebody is to look at it.
package struct QuarantineLimit: Hashable, Sendable {
    package enum Amount: Hashable, Sendable {
        case records(Int)
        /// Of the records fetched, in millionths: `0.5%` is 5,000.
        case millionths(Int)
    }
    /// What becomes of a resource with more.
    package enum Consequence: String, CaseIterable, Sendable { case partial, failed }

    package var amount: Amount
    package var consequence: Consequence

    package init(_ amount: Amount, over consequence: Consequence = .partial) {
        self.amount = amount
        self.consequence = consequence
    }

    func isPassed(by counts: RecordCounts) -> Bool {
        switch amount {
        case .records(let most): counts.quarantined > most
        case .millionths(let most):
            // Both are counts of records: far from where a product of them and a million would overflow.
            counts.quarantined * 1_000_000 > counts.fetched * most
        }
    }
}

extension QuarantineLimit.Amount {
    /// `100`, `1%`, `0.5%`; up to four places behind the point. nil: another text, or more than 100%.
    package init?(_ text: String) {
        guard text.hasSuffix("%") else {
            guard let records = Int(text), records >= 0, text.first != "+" else { return nil }
            self = .records(records)
            return
        }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
              let whole = Int(parts[0]), whole <= 100, parts.count == 1 || parts[1].utf8.count <= 4 else { return nil }
        let places = parts.count == 2 ? parts[1] + String(repeating: "0", count: 4 - parts[1].utf8.count) : "0000"
        guard let fraction = Int(places), whole * 10_000 + fraction <= 1_000_000 else { return nil }
        self = .millionths(whole * 10_000 + fraction)
    }

    /// As it is written on the command line.
    package var text: String {
        switch self {
        case .records(let records): return "\(records)"
        case .millionths(let share):
            var places = String(share % 10_000 + 10_000).dropFirst()
            while places.last == "0" { places = places.dropLast() }
            return "\(share / 10_000)\(places.isEmpty ? "" : ".\(places)")%"
        }
    }
}

extension Verdict {
    /// Holds what went into the quarantine, whatever the reason, against what may.
    mutating func hold(_ counts: RecordCounts, against limit: QuarantineLimit?) {
        guard let limit, outcome != .failed, limit.isPassed(by: counts) else { return }
        let finding = "\(counts.quarantined) of \(counts.fetched) records went into the quarantine, more than --max-quarantined \(limit.amount.text) allows."
        switch limit.consequence {
        case .partial: doubt(finding)
        case .failed: fail(finding + " Nothing of it is published. To see them, run it with --over-quarantined partial.", as: .data)
        }
    }

    /// Records that could not be written are a doubt, unless somebody said how many may be: `hold` has judged them then.
    mutating func tellUnwritten(within limit: QuarantineLimit?, _ finding: String) {
        guard limit != nil, outcome != .failed else { return doubt(finding) }
        findings.append(finding)
    }
}
