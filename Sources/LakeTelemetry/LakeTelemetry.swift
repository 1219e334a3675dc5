import LakeModel
import LakeSchema

// What a run, or a lake, tells machines: values in, texts and JSON out. Touches nothing.
//
//     RunFacts ──► `openMetrics`    the text that node_exporter's textfile collector and Prometheus read
//              ├─► `openLineage`    an event of OpenLineage: which tables came from which API, with schema and row counts
//              └─► `notice`         what a webhook or a command gets when something went wrong or changed
//     LakeHealth                    whether the newest load of a dataset is young and complete, for a monitor

/// The version of the events that restlake writes as JSON lines: what `--json` and `--log json` say, and a notice.
/// It grows when a member goes or changes its meaning; members may come without.
package let eventFormat = 1

/// A run at its end, however it ended.
package struct RunFacts: Sendable {
    package enum Status: String, CaseIterable, Sendable { case complete, partial, failed }

    package struct Resource: Sendable {
        package var name: String
        package var outcome: ResourceOutcome
        package var pages = 0
        /// Of the API's answers, unpacked.
        package var responseBytes = 0
        package var requests = 0
        /// Requests sent once more by this run.
        package var retries = 0
        package var written = 0
        package var duplicate = 0
        package var filtered = 0
        package var quarantined = 0
        /// Sentences.
        package var findings: [String] = []
        package init(_ name: String, _ outcome: ResourceOutcome) {
            self.name = name
            self.outcome = outcome
        }
    }

    package struct Table: Sendable {
        package var name: String
        package var resource: String
        package var rows = 0
        /// Of its data files, in all formats.
        package var bytes = 0
        package var files = 0
        package var version: Int
        package var columns: [Column] = []
        /// Those that this run brought, oldest first.
        package var changes: [SchemaChange] = []
        package init(_ name: String, of resource: String, version: Int) {
            self.name = name
            self.resource = resource
            self.version = version
        }
    }

    package var dataset: String
    package var source: String
    /// The absolute path of the dataset's folder.
    package var folder: String
    /// Of the API; nil where the run did not come to know it.
    package var origin: String?
    package var runID: String?
    package var started: UTCTime
    package var ended: UTCTime
    package var status = Status.failed
    package var exitCode = 0
    /// Whether a signal ended it.
    package var isStopped = false
    /// Nil where nothing was committed.
    package var load: String?
    /// The run id was committed before: nothing was done.
    package var isRepeat = false
    /// Whether the dataset had a load before: what a first one brings is no change.
    package var hadLoads = false
    package var resources: [Resource] = []
    package var tables: [Table] = []
    /// Why it failed, in sentences.
    package var failure: [String] = []
    /// When the dataset's newest complete load was committed; nil: there is none.
    package var lastComplete: UTCTime?

    package init(dataset: String, source: String, folder: String, started: UTCTime, ended: UTCTime) {
        self.dataset = dataset
        self.source = source
        self.folder = folder
        self.started = started
        self.ended = ended
    }

    package var records: Int { resources.filter { $0.outcome != .failed }.reduce(0) { $0 + $1.written } }
    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
    package var bytes: Int { tables.reduce(0) { $0 + $1.bytes } }
    package var milliseconds: Int64 { max(0, ended.milliseconds - started.milliseconds) }

    /// The tables whose schema is another one than before.
    package var changedTables: [Table] { hadLoads && !isRepeat ? tables.filter { !$0.changes.isEmpty } : [] }
}
