import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema
import LakeSource

/// An export of the first pages alone, into a folder that goes with it: what would come, in which columns, without
/// touching the lake. Everything goes the way of a real export.
package final class Rehearsal {
    /// What became of one resource.
    package struct Outcome: Sendable {
        package var report: ResourceReport
        package var tables: [StagedTable]
        /// Whether the walk would have gone on behind the pages asked for.
        package var hasMore: Bool
        /// Whether an export would not be complete, by what was seen so far.
        package var isInDoubt: Bool { report.outcome == .partial && findings.contains { !report.warnings.contains($0) } }
        /// What is to be said of it, but for the pages that were not asked for.
        package var findings: [String] { report.findings.filter { !report.ofBounds.contains($0) } }
    }

    package let outcomes: [Outcome]
    private let folder: String

    /// - Parameters:
    ///   - pages: asked for of each resource at most; nil: as many as the job's own bounds allow.
    ///   - parents: that a dependent resource is asked for at most.
    ///   - place: where its folder is made; nil: where the system keeps what is temporary.
    ///   - states: what earlier loads left, by resource, where it is to count.
    /// - Throws: `ExportFault`, as a run would.
    package init(
        _ job: ExportJob, pages: Int? = 1, parents: Int = 1, states: [String: JSONValue] = [:], in place: String? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws {
        var job = job
        job.bounds.pages = pages ?? job.bounds.pages
        job.mostParents = parents
        job.files = FileOptions()
        do throws(FileFault) { folder = try Temporary.makeFolder(in: place) } catch { throw ExportFault.file(error) }
        do {
            outcomes = try Self.run(job, StagingFolder(folder), states.mapValues { ResourceState(json: $0) }, cancellation).map { result in
                Outcome(report: result.report, tables: result.tables, hasMore: result.report.endedAtBound)
            }
        } catch {
            try? Disk.removeTree(folder)
            if case .signal(let number)? = cancellation.cause { throw ExportFault.cancelled(number) }
            if case .fault(let fault)? = cancellation.cause { throw fault }
            throw error.asExportFault
        }
    }

    deinit { try? Disk.removeTree(folder) }

    private static func run(
        _ job: ExportJob, _ staging: StagingFolder, _ states: [String: ResourceState], _ cancellation: Cancellation
    ) throws -> [ResourceRun.Result] {
        guard let load = LoadID.next(now: .now(), newest: nil, random: 0) else { throw ExportFault.unexpected("no load id") }
        let session = try job.makeSession(cancellation)
        defer { session.cancel() }
        for folder in [staging.tables, staging.parents, staging.pageLogs] { try Disk.makeFolders(folder) }
        return try ResourceSchedule(
            job: job, session: session, cancellation: cancellation, events: { _ in }, earlier: [:], states: states, journal: { _ in nil }
        ).run(staging: staging, load: load, known: [])
    }

    /// The first rows of a table, as its JSONL files hold them, without the columns of restlake's own.
    package func rows(of table: StagedTable, atMost limit: Int) throws(FileFault) -> [JSONValue] {
        let own = Set(table.columns.filter(\.isSystem).map(\.name))
        var rows: [JSONValue] = []
        for file in table.files where file.format == .jsonl && rows.count < limit {
            let lines = try LineReader(path(of: file))
            while rows.count < limit, let line = try lines.next() {
                guard let row = (try? JSONValue(parsing: PageBytes(line)))?.object else { continue }
                rows.append(.object(pairs: row.filter { !own.contains($0.key) }.map { ($0.key, $0.value) }))
            }
        }
        return rows
    }

    private func path(of file: StagedFile) -> String {
        StagingFolder(folder).tables + "/" + file.table + "/" + file.format.rawValue + "/" + file.name
    }

    /// The head and the first rows of a table, as its first CSV file holds them, own columns included.
    package func csv(of table: StagedTable, atMost limit: Int) throws(FileFault) -> [UInt8] {
        guard let file = table.files.first(where: { $0.format == .csv }) else { return [] }
        let lines = try LineReader(path(of: file))
        var text: [UInt8] = []
        var rows = -1, isInQuotes = false
        while rows < limit, let line = try lines.next() {
            text += line + [UInt8(ascii: "\n")]
            for byte in line where byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
            // A line's end inside of quotes ends no row.
            if !isInQuotes { rows += 1 }
        }
        return text
    }
}
