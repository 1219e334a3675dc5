import LakeCommit
import LakeExport
import LakeFetch
import LakeModel
import LakeSource

/// `restlake export --plan`: what would be done. Asks for page 1 of each resource, writes nothing.
struct ExportPlan {
    private let job: ExportJob
    private let isSandbox: Bool
    private let cancellation: Cancellation

    init(_ job: ExportJob, isSandbox: Bool, _ cancellation: Cancellation) {
        self.job = job
        self.isSandbox = isSandbox
        self.cancellation = cancellation
    }

    func run() throws -> ExitCode {
        let manifest = try Dataset.readManifest(LakePaths(dataset: job.datasetFolder), name: job.datasetName).manifest
        if let holds = manifest.origin, holds != job.origin {
            throw CommitFault.otherOrigin(dataset: job.datasetName, holds: holds, asked: job.origin)
        }
        Terminal.out("Dataset: \(job.datasetFolder), \(Human.count(manifest.loadCount, "load")) so far\(manifest.newestLoad.map { ", the newest \($0)" } ?? "")")
        Terminal.out("API:     \(job.origin)\(job.source.client.requestsPerMinute.map { ", at most \($0) requests a minute" } ?? "")\n")
        var table = TextTable(head: ["RESOURCE", "REQUEST", "PAGE 1", "PAGING", "WRITTEN AS", "KEY"], right: [2])
        var isGood = true
        for resource in job.resources {
            let probe = resource.parent == nil ? try firstPage(resource) : ("", "for each record of \(resource.parent?.resource ?? "")", true)
            isGood = isGood && probe.2
            let params = resource.params.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            table.rows.append([
                resource.name, "GET \(resource.path)\(params.isEmpty ? "" : "?" + params)", probe.0, probe.1, resource.writeDisposition.rawValue,
                resource.primaryKey.map(\.description).joined(separator: ", "),
            ])
        }
        Terminal.out(table.text)
        Terminal.out("\nNothing was written.")
        return isGood ? .complete : .data
    }

    private func firstPage(_ resource: Resource) throws -> (String, String, Bool) {
        let look = try PageOneLook(job, resource, cancellation)
        return (look.records.map(Human.number) ?? "", Human.escaped(look.finding), look.isGood)
    }
}
