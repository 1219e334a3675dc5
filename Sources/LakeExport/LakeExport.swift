import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource

// Joins the rooms into a run: source and secret in, a committed load and a report out. Owns the threads of a run, the
// bounded queues between them, cancellation and progress. Throws `ExportFault`.
//
//     one thread a resource:    PageReader ──► bounded queue ──► ResourceWriter ──► staging
//     then, on the caller's:    judge ──► prepare ──► publish ──► report

/// All that a run needs to know; decided before it starts.
package struct ExportJob: Sendable {
    package var source: Source
    /// What is exported, parents before their children.
    package var resources: [Resource]
    /// Where the API is; the source's own base URL, or the sandbox's.
    package var baseURL: String
    /// What the dataset remembers of where its data comes from.
    package var origin: String
    /// The client's headers, the secret's among them.
    package var headers: HTTPHeaders
    /// Absolute path of the dataset's folder, and its name.
    package var datasetFolder: String
    package var datasetName: String
    package var files: FileOptions
    package var runID: String?
    package var loadID: LoadID?
    package var maxPages: Int?
    package var attempts: Int
    /// Resources read side by side.
    package var parallel: Int

    package init(
        source: Source, resources: [Resource], baseURL: String, origin: String, headers: HTTPHeaders, datasetFolder: String,
        datasetName: String, files: FileOptions = FileOptions(), runID: String? = nil, loadID: LoadID? = nil, maxPages: Int? = nil,
        attempts: Int = 5, parallel: Int = 4
    ) {
        self.source = source
        self.resources = resources
        self.baseURL = baseURL
        self.origin = origin
        self.headers = headers
        self.datasetFolder = datasetFolder
        self.datasetName = datasetName
        self.files = files
        self.runID = runID
        self.loadID = loadID
        self.maxPages = maxPages
        self.attempts = attempts
        self.parallel = parallel
    }
}

/// Why a run ended without a commit. Staging is gone, the lake as it was, but for `unpublished`.
package enum ExportFault: Error, Sendable {
    case fetch(FetchFault, resource: String)
    /// `sent`: whether an `Authorization` header went along.
    case unauthorized(resource: String, page: Int, sent: Bool)
    case file(FileFault)
    case commit(CommitFault)
    case client(HTTPFault)
    case baseURL(URLProblem)
    /// A signal's number.
    case cancelled(Int32)
    /// Every resource failed.
    case nothingToPublish([ResourceReport])
    case threads
    /// The load is whole and safe in staging, but could not be moved into place: whoever takes the lock next does that.
    case unpublished(load: LoadID, FileFault)
    /// A fault that nobody thought of.
    case unexpected(String)
}

/// What became of a resource.
package struct ResourceReport: Sendable {
    package var name: String
    package var outcome: ResourceOutcome
    package var evidence: EndEvidence?
    /// Sentences.
    package var findings: [String]
    package var failure: ResourceFailure?
    package var record: ResourceRecord
    /// Records without a field that a dependent resource needs.
    package var lackingFields = 0
}

/// Why a resource failed, for the exit code.
package enum ResourceFailure: Hashable, Sendable {
    case notAllowed
    case unavailable
    case data
    case paging
}

/// What a run did.
package struct ExportReport: Sendable {
    package var record: LoadRecord
    package var resources: [ResourceReport]
    package var tables: [TableReport]
    /// The run id was committed before: nothing was done.
    package var isRepeat: Bool
    /// What kept the last steps behind the commit from being done; the next run does them.
    package var leftover: FileFault?
}

package struct TableReport: Sendable {
    package var name: String
    package var rows: Int
    package var files: [FileRecord]
    package var version: SchemaVersion
    package var newVersions: [SchemaVersion]
}

/// What happens while a run goes on; told on several threads, one call at a time per resource.
package enum ExportEvent: Sendable {
    case recovered([RecoveryAction])
    case started(load: LoadID, resources: [String])
    case progress(ResourceProgress)
    case finished(ResourceReport)
    case publishing
}

package struct ResourceProgress: Sendable {
    package var resource: String
    package var pages = 0
    package var records = 0
    package var bytes = 0
}
