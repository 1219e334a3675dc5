import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// Where the pages of a load came from, other than from the API, and where they stay.
struct PagesSource {
    /// The journals that the load keeps.
    var kept: KeptPages?
    /// The load whose kept pages were read.
    var replayOf: LoadID?
    /// Whether the state stays as it is.
    var leavesState = false

    func noted(in record: LoadRecord) -> LoadRecord {
        var record = record
        record.pages = kept
        record.replayOf = replayOf?.text
        if leavesState { for index in record.resources.indices { record.resources[index].state = nil } }
        return record
    }
}

extension ExportRun {
    /// The journals that stay with the load, where it keeps any: those of the resources that are published.
    func keptPages(_ results: [ResourceRun.Result], _ stage: borrowing StagedLoad, _ dataset: Dataset) throws -> KeptPages? {
        guard job.keepsPages else { return nil }
        let states = states(dataset)
        var files: [PagesRecord] = []
        for report in results.map(\.report) where report.outcome != .failed {
            let path = stage.staging.journal(of: report.name)
            guard let (bytes, sha256) = try Disk.checksum(of: path) else { continue }
            files.append(PagesRecord(
                resource: report.name, load: stage.load.text, pages: try JournalCount(path).entries, bytes: bytes, sha256: sha256,
                state: states[report.name]?.json))
        }
        return KeptPages(reading: ReadingManner(job).json, files: files)
    }
}

/// What of a job decides which pages are asked for, beside the definition and the state.
///
///     {"full_refresh": true, "from": "2026-01-01", "to": "2026-02-01", "bounds": {"pages": 10}}
struct ReadingManner: Equatable {
    var isFullRefresh = false
    var from: String?
    var to: String?
    /// Without the time, whose end is where the pages end.
    var bounds = FetchBounds()

    init(_ job: ExportJob) {
        isFullRefresh = job.isFullRefresh
        from = job.from
        to = job.to
        bounds = job.bounds
        bounds.until = nil
    }

    init(json: JSONValue) {
        isFullRefresh = json["full_refresh"]?.bool ?? false
        from = json["from"]?.string
        to = json["to"]?.string
        let numbers = json["bounds"] ?? .null
        bounds = FetchBounds(
            pages: numbers["pages"]?.int, records: numbers["records"]?.int, bytes: numbers["bytes"]?.int, requests: numbers["requests"]?.int)
    }

    var json: JSONValue {
        .object(["full_refresh": isFullRefresh ? true : nil, "from": from.map { .string($0) }, "to": to.map { .string($0) }, "bounds": bounds.json])
    }

    func apply(to job: inout ExportJob) {
        job.isFullRefresh = isFullRefresh
        job.from = from
        job.to = to
        job.bounds = bounds
    }
}

extension FetchBounds {
    /// Without the time.
    var json: JSONValue {
        .object([
            "pages": pages.map { .int($0) }, "records": records.map { .int($0) }, "bytes": bytes.map { .int($0) },
            "requests": requests.map { .int($0) },
        ])
    }
}
