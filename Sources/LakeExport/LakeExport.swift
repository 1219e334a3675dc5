import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
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
    /// The secrets that its resources need.
    package var secrets: SecretValues
    package var fetch: FetchOptions
    /// Absolute path of the dataset's folder, and its name.
    package var datasetFolder: String
    package var datasetName: String
    package var files: FileOptions
    package var runID: String?
    package var loadID: LoadID?
    /// Of each resource, over all its parents.
    package var bounds: FetchBounds
    /// Parents that a dependent resource asks for at most; nil: all.
    package var mostParents: Int?
    /// Only a rehearsal bounds the parents; it leaves nothing behind.
    var isRehearsal: Bool { mostParents != nil }
    /// Reads everything anew, whatever earlier loads left, and takes the place of all rows before.
    package var isFullRefresh = false
    /// Values of the incremental cursor to read from and to, in the place of the state, which then does not move.
    package var from: String?
    package var to: String?
    /// How many records may go into the quarantine; nil: nobody said.
    package var quarantineLimit: QuarantineLimit?
    /// Resources read side by side.
    package var parallel: Int
    /// Whether the run goes on with a load that an earlier run of the same job left, and how old that may be, in
    /// milliseconds. An older one is removed.
    package var resumes = true
    package var resumeWithin: Int64 = 6 * 3_600_000
    /// Whether the load keeps the pages that it is made of, as the API answered them.
    package var keepsPages = false
    /// A moment of `MonotonicClock.milliseconds` at which the run stops; what it has by then is kept for the next one.
    package var deadline: Int64?
    /// A fall in the rows of a resource, in percent of the usual number, that is told; 0: none is.
    package var rowDropWarning = LoadWarnings.usualRowDrop

    package init(
        source: Source, resources: [Resource], baseURL: String, origin: String, secrets: SecretValues, datasetFolder: String,
        datasetName: String, files: FileOptions = FileOptions(), runID: String? = nil, loadID: LoadID? = nil,
        fetch: FetchOptions = FetchOptions(), bounds: FetchBounds = FetchBounds(), parallel: Int = 4
    ) {
        self.source = source
        self.resources = resources
        self.baseURL = baseURL
        self.origin = origin
        self.secrets = secrets
        self.fetch = fetch
        self.datasetFolder = datasetFolder
        self.datasetName = datasetName
        self.files = files
        self.runID = runID
        self.loadID = loadID
        self.bounds = bounds
        self.parallel = parallel
    }
}

/// Why a run ended without a commit. Staging is gone, the lake as it was, but for `unpublished`.
package enum ExportFault: Error, Sendable {
    /// `sentence`: in words, without what must not be shown.
    case fetch(FetchFault, resource: String, sentence: String)
    /// `sent`: the headers and parameters that carried the secret; empty where none was sent.
    case unauthorized(resource: String, page: Int, sent: [SentSecret])
    case file(FileFault)
    case commit(CommitFault)
    case client(HTTPFault)
    case baseURL(URLProblem)
    /// A signal's number.
    case cancelled(Int32)
    /// The run's time is over.
    case deadline
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
    /// Records without a field that a dependent resource needs, by the name of that resource.
    package var lackingFields: [String: Int] = [:]
    /// In use at the end: as declared, or as found out.
    package var paginator = Paginator.auto
    /// Where its records were found, where the definition does not say.
    package var selector: Selector?
    /// Whether a bound of the run ended it: how it would have gone on is not known.
    package var endedAtBound = false
    /// Those of the findings that say only that.
    package var ofBounds: [String] = []
    /// Those that say nothing against completeness: what is worth a look in rows and tables.
    package var warnings: [String] = []
    /// Requests that this run sent once more, because the one before was refused for now or broke.
    package var retries = 0
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
    /// The newest load record cannot be read. The manifest is whole, and the run goes on.
    case damagedRecord(CommitFault)
    /// A load of an earlier run that this one does not go on with.
    case leftover(LoadID, LeftoverReason)
    /// Goes on with a load of an earlier run, which kept so many pages.
    case resuming(load: LoadID, pages: Int, startedAt: String)
    /// What an earlier run kept of a resource is of no use: it is read from its beginning.
    case restarted(resource: String, RestartReason)
    /// So many pages that an earlier run kept of a resource cannot be read, or more where they were torn: they are asked
    /// for again.
    case lost(resource: String, pages: Int)
    /// The run ends without a commit, and of these resources no other one can go on; see `RestartReason.appends`.
    case notKept(resources: [String])
    /// The run ends without a commit, and so many pages are kept for the next one.
    case kept(load: LoadID, pages: Int, withinMilliseconds: Int64)
    case started(load: LoadID, resources: [String])
    case progress(ResourceProgress)
    case finished(ResourceReport)
    case publishing
}

package enum RestartReason: Hashable, Sendable {
    /// The API does not go on from there: the cursor is too old, perhaps.
    case refused(page: Int)
    /// Other requests are to be made than the ones that were.
    case otherRequests(page: Int)
    /// It appends what is new, and its records come in no order by which a run could go on and lose no change.
    case appends
}

package struct ResourceProgress: Sendable {
    package var resource: String
    package var pages = 0
    package var records = 0
    package var bytes = 0
}

extension ExportJob {
    /// The names of all tables of its source, the same for whatever part of it a run writes.
    func naming(_ known: [KnownTable]) -> TableNaming { TableNaming(source.resources.map { TableNaming.Declared($0) }, known: known) }

    /// The way to the API, which a cancellation closes.
    func makeSession(_ cancellation: Cancellation) throws(ExportFault) -> FetchSession {
        let session: FetchSession
        do {
            session = try FetchSession(client: source.client, baseURL: baseURL, secrets: secrets, options: fetch)
        } catch let fault as HTTPFault {
            throw .client(fault)
        } catch let problem as URLProblem {
            throw .baseURL(problem)
        } catch {
            throw .unexpected("\(error)")
        }
        cancellation.whenCancelled { [weak session] in session?.cancel() }
        return session
    }
}
