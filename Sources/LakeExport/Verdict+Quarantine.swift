import LakeCommit
import LakeFiles
import LakeNormalize
import LakeSchema

/// What of a resource was kept aside.
struct QuarantineSummary {
    var counts: RecordCounts
    var side: SideCounts
    /// Of the quarantined records: those that a contract discards, and not for want of a key.
    var discarded: Int
    /// Records that were written without what a contract discards.
    var trimmed: Int
    var firstBreach: SchemaBreach?
    /// The primary key as the definition names it.
    var primaryKey: [String] = []
    /// Of the first record that came.
    var firstKeys: [String] = []
    /// Where the quarantine will stand; nil where nothing stays of the run.
    var folder: String?

    /// Records that have no primary key, or are no objects.
    var unusable: Int { counts.quarantined - discarded }
}

extension QuarantineSummary {
    init(_ counts: RecordCounts, _ writer: ResourceWriter, _ run: ResourceRun, _ firstKeys: [String]) {
        self.init(
            counts: counts, side: writer.sideCounts, discarded: writer.discardedRecords, trimmed: writer.trimmedRecords,
            firstBreach: writer.firstBreach, primaryKey: run.resource.primaryKey.map(\.description), firstKeys: firstKeys,
            folder: run.job.isRehearsal ? nil : LakePaths.quarantine(run.resource.name, run.load.text))
    }
}

extension Verdict {
    /// Records that cannot be used leave a doubt. What a contract discards is as declared: it is told, and no doubt, as
    /// long as anything is left.
    /// - Parameter limit: what somebody said how many may be kept aside; `hold` has judged it.
    mutating func judge(_ quarantine: QuarantineSummary, within limit: QuarantineLimit? = nil) {
        guard outcome != .failed else { return }
        let counts = quarantine.counts
        if counts.quarantined > 0, counts.quarantined == counts.fetched {
            return fail(quarantine.nothingLeft, as: .data)
        }
        if quarantine.unusable > 0 {
            tellUnwritten(within: limit, "\(quarantine.unusable) of \(counts.fetched) records lack their primary key\(quarantine.key) or are no objects. They "
                + (quarantine.folder.map { "were not written; they stand in \($0), each with its reason." } ?? "would not be written."))
        }
        if let discards = quarantine.discards { findings.append(discards) }
    }
}

extension QuarantineSummary {
    fileprivate var key: String {
        primaryKey.isEmpty ? "" : " (" + primaryKey.map { "'\($0)'" }.joined(separator: ", ") + ")"
    }

    fileprivate var nothingLeft: String {
        guard discarded > 0 else {
            let keys = firstKeys.isEmpty ? "" : " The first has the keys: \(firstKeys.joined(separator: ", "))."
            return "none of the \(counts.fetched) records has its primary key\(key) or is an object.\(keys) Correct primary_key or endpoint.data_selector."
        }
        let rest = unusable == 0 ? "" : "; the other \(unusable) lack their primary key\(key) or are no objects"
        let first = firstBreach.map { " The first one: \($0.whatAndWhere)" } ?? ""
        return "schema contract: \(unusable == 0 ? "all" : "\(discarded) of") \(counts.fetched) records are discarded\(rest).\(first) "
            + "Nothing of this resource was published. Mend the API or the definition, or allow the change with schema_contract."
    }

    /// What was discarded as declared, and where it stands; nil where nothing was.
    fileprivate var discards: String? {
        let parts = [
            discarded > 0 ? Self.counted(discarded, "record") : nil,
            side.discardedValues > 0 ? Self.counted(side.discardedValues, "value") : nil,
            side.discardedRows > 0 ? Self.counted(side.discardedRows, "row") + " of child tables" : nil,
        ].compactMap { $0 }
        guard !parts.isEmpty else { return nil }
        let what = parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "") : parts[0]
        let isOne = discarded + side.discardedValues + side.discardedRows == 1
        guard let folder else { return "schema contract: \(what) would be discarded as declared." }
        let written = trimmed > 0 ? "; \(Self.counted(trimmed, "record")) \(trimmed == 1 ? "was" : "were") written without them" : ""
        return "schema contract: \(what) \(isOne ? "was" : "were") discarded as declared\(written). The whole records stand in \(folder), each with its reason."
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
