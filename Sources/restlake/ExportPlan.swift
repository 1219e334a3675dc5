import LakeCommit
import LakeExport
import LakeFetch
import LakeJSON
import LakeModel
import LakeSource

/// `restlake export --plan`: what would be done. Asks for page 1 of each resource, writes nothing.
struct ExportPlan {
    private let job: ExportJob
    private let cancellation: Cancellation

    init(_ job: ExportJob, _ cancellation: Cancellation) {
        self.job = job
        self.cancellation = cancellation
    }

    /// What would become of one resource.
    private struct Line {
        var resource: Resource
        var request: String
        var records: Int?
        var paging: String
        var failure: ResourceFailure?
    }

    func run(asJSON: Bool) throws -> ExitCode {
        let manifest = try Dataset.readManifest(LakePaths(dataset: job.datasetFolder), name: job.datasetName).manifest
        if let holds = manifest.origin, holds != job.origin {
            throw CommitFault.otherOrigin(dataset: job.datasetName, holds: holds, asked: job.origin)
        }
        let lines = try job.resources.map(look)
        let code = lines.compactMap(\.failure).first?.code ?? .complete
        if asJSON { tellJSON(lines, manifest, code) } else { tell(lines, manifest) }
        return code
    }

    private func look(_ resource: Resource) throws -> Line {
        var line = Line(resource: resource, request: request(resource), paging: "")
        if let parent = resource.parent {
            line.paging = "for each record of \(parent.resource)"
        } else {
            let look = try PageOneLook(job, resource, cancellation)
            line.records = look.records
            line.paging = look.finding
            line.failure = look.failure
        }
        return line
    }

    private func request(_ resource: Resource) -> String {
        let params = resource.request.params.map { "\($0.name)=\(looksLikeSecret($0.name) ? "…" : $0.fixedText ?? "…")" }.joined(separator: "&")
        return "\(resource.request.method.rawValue) \(resource.request.path)\(params.isEmpty ? "" : "?" + params)"
    }

    private func tell(_ lines: [Line], _ manifest: Manifest) {
        Terminal.out("Dataset: \(job.datasetFolder), \(Human.count(manifest.loadCount, "load")) so far\(manifest.newestLoad.map { ", the newest \($0)" } ?? "")")
        Terminal.out("API:     \(job.origin)\(job.source.client.requestsPerMinute.map { ", at most \($0) requests a minute" } ?? "")\n")
        var table = TextTable(head: ["RESOURCE", "REQUEST", "PAGE 1", "PAGING", "WRITTEN AS", "KEY"], right: [2])
        for line in lines {
            table.rows.append([
                line.resource.name, line.request, line.records.map(Human.number) ?? "", Human.escaped(line.paging),
                line.resource.writeDisposition.rawValue, line.resource.primaryKey.map(\.description).joined(separator: ", "),
            ])
        }
        Terminal.out(table.text)
        Terminal.out("\nNothing was written.")
    }

    private func tellJSON(_ lines: [Line], _ manifest: Manifest, _ code: ExitCode) {
        for line in lines {
            JSONView().emit([
                "event": "plan", "resource": .string(line.resource.name), "request": .string(line.request),
                "records_on_page_1": line.records.map { .int($0) } ?? .null, "paging": .string(line.paging),
                "write_disposition": .string(line.resource.writeDisposition.rawValue),
                "primary_key": .strings(line.resource.primaryKey.map(\.description)),
            ])
        }
        JSONView().emit([
            "event": "planned", "exit_code": .int(Int(code.rawValue)), "lake": .string(job.datasetFolder), "origin": .string(job.origin),
            "newest_load": manifest.newestLoad.map { .string($0.text) } ?? .null,
        ])
    }
}
