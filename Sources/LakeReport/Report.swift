import LakeCommit
import LakeModel

/// All that the page tells of a dataset.
package struct Report: Sendable {
    /// What was read of a lake.
    package struct Facts: Sendable {
        package var dataset: String
        package var madeAt: UTCTime
        package var manifest: Manifest
        package var history: LoadHistory
        /// By table: the newest versions, of those whose documents could be read.
        package var schemas: [String: SchemaColumns] = [:]
        package var samples: [String: SampleRows] = [:]
        /// In the order of `history.quarantine`.
        package var quarantine: [HeldRecords] = []
        /// Loads in staging: at work, or left by a run that ended early.
        package var unfinished: [String] = []
        /// What of the lake is damaged or missing, in sentences.
        package var damages: [String] = []

        package init(dataset: String, madeAt: UTCTime, manifest: Manifest, history: LoadHistory) {
            self.dataset = dataset
            self.madeAt = madeAt
            self.manifest = manifest
            self.history = history
        }
    }

    package var dataset: String
    package var source: String?
    package var origin: String?
    package var madeAt: UTCTime
    /// Records of all kinds, oldest first.
    package var records: [LoadEntry]
    package var resources: [ResourceEntry]
    package var tables: [TableEntry]
    /// Oldest first.
    package var quarantine: [HeldRecords]
    package var unfinished: [String]
    package var damages: [String]
    let anchors: [String: Anchor]

    /// - Parameter evidence: why the end of a resource is believed to be its end, in words.
    package init(_ facts: Facts, evidence: (EndEvidence) -> String) {
        let manifest = facts.manifest, history = facts.history
        dataset = facts.dataset
        source = manifest.sourceName
        origin = manifest.origin
        madeAt = facts.madeAt
        records = history.loads
        resources = ResourceEntry.all(history, manifest, evidence)
        tables = TableEntry.all(facts)
        quarantine = facts.quarantine
        unfinished = facts.unfinished
        damages = facts.damages
        anchors = Anchor.all("table", manifest.tables.map(\.name))
    }

    /// Loads of data, oldest first.
    var loads: [LoadEntry] { records.filter { $0.kind == .load } }
    var lastLoad: LoadEntry? { records.last { $0.kind == .load } }
    func anchor(_ table: String) -> Anchor? { anchors[table] }

    /// Records in quarantine that no load has put back, of files that are there.
    var waiting: Int { quarantine.reduce(0) { $0 + $1.waiting } }
}

/// A resource, as the newest load that asked for it left it.
package struct ResourceEntry: Hashable, Sendable {
    package var name: String
    package var load: String
    package var outcome: ResourceOutcome
    package var evidence: String?
    /// Whether the number of records is that which the API stated.
    package var isStated: Bool
    package var findings: [String]
    package var fetched: Int
    package var written: Int
    package var duplicate: Int
    package var filtered: Int
    package var quarantined: Int
    package var pages: Int
    /// Rows of the last complete load before it that asked for everything.
    package var before: Int?
    /// Of the last loads, oldest first.
    package var outcomes: [ResourceOutcome]

    static func all(_ history: LoadHistory, _ manifest: Manifest, _ evidence: (EndEvidence) -> String) -> [ResourceEntry] {
        history.newest.values.map { newest in
            let record = newest.record
            let scans = manifest.tables.first { $0.resource == record.name && $0.parent == nil }?.recentRows ?? []
            let isScan = record.isFullScan && record.outcome == .complete
            return ResourceEntry(
                name: record.name, load: newest.load, outcome: record.outcome, evidence: record.evidence.map(evidence),
                isStated: record.evidence == .total, findings: record.findings, fetched: record.counts.fetched, written: record.counts.written,
                duplicate: record.counts.duplicate, filtered: record.counts.filtered, quarantined: record.counts.quarantined,
                pages: record.pages, before: scans.dropFirst(isScan ? 1 : 0).first, outcomes: history.outcomes[record.name] ?? [])
        }.sorted { $0.name < $1.name }
    }
}

/// What one load left out of one resource.
package struct HeldRecords: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case read
        /// More is in quarantine than is looked through for a page.
        case notRead
        /// By `restlake expire`.
        case expired
        case gone
        case damaged
    }

    package struct Reason: Hashable, Sendable {
        package var words: String
        package var records: Int
        package init(_ words: String, _ records: Int) {
            self.words = words
            self.records = records
        }
    }

    package var piece: QuarantinePiece
    package var state: State
    /// The most frequent first.
    package var reasons: [Reason]
    /// Records of which a row is in the lake, without what a contract discards, or as a duplicate.
    package var inLake: Int
    /// Records as they stand there, where they are asked for.
    package var values: [String]

    package init(_ piece: QuarantinePiece, _ state: State, reasons: [Reason] = [], inLake: Int = 0, values: [String] = []) {
        self.piece = piece
        self.state = state
        self.reasons = reasons
        self.inLake = inLake
        self.values = values
    }

    var putBack: Int { min(piece.file.records, piece.replays.reduce(0) { $0 + $1.records }) }
    var waiting: Int { state == .expired || state == .gone ? 0 : max(0, piece.file.records - putBack - inLake) }
}
