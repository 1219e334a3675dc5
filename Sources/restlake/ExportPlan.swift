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
        var records: Int?
        var paging: String
        var findings: [String] = []
        var failure: ResourceFailure?
    }

    func run(asJSON: Bool) throws -> ExitCode {
        let manifest = try Dataset.readManifest(LakePaths(dataset: job.datasetFolder), name: job.datasetName).manifest
        if let holds = manifest.origin, holds != job.origin {
            throw CommitFault.otherOrigin(dataset: job.datasetName, holds: holds, asked: job.origin)
        }
        let lines = try self.lines(job.isFullRefresh ? [:] : manifest.state)
        let code = lines.compactMap(\.failure).first?.code ?? .complete
        if asJSON { tellJSON(lines, manifest, code) } else { tell(lines, manifest) }
        return code
    }

    /// - Parameter states: incremental resources are asked from where they stand.
    private func lines(_ states: [String: JSONValue]) throws -> [Line] {
        var own = job
        own.resources = job.resources.filter { $0.parent == nil }
        let outcomes = try own.resources.isEmpty ? [] : Rehearsal(own, states: states, cancellation: cancellation).outcomes
        return job.resources.map { resource in
            if let parent = resource.parent {
                return Line(resource: resource, paging: "for each record of \(parent.resource)")
            }
            guard let outcome = outcomes.first(where: { $0.report.name == resource.name }) else { return Line(resource: resource, paging: "") }
            return Line(
                resource: resource, records: outcome.report.failure == nil ? outcome.report.record.counts.fetched : nil, paging: outcome.paging,
                findings: outcome.findings, failure: outcome.report.failure)
        }
    }

    private func tell(_ lines: [Line], _ manifest: Manifest) {
        Terminal.out("Dataset: \(job.datasetFolder), "
            + "\(Human.count(manifest.loadCount, "load")) so far\(manifest.newestDataLoad.map { ", the newest \($0)" } ?? "")")
        Terminal.out("API:     \(job.origin)\(job.source.client.requestsPerMinute.map { ", at most \($0) requests a minute" } ?? "")\n")
        var table = TextTable(head: ["RESOURCE", "REQUEST", "PAGE 1", "PAGING", "WRITTEN AS", "KEY", "READS FROM"], right: [2])
        for line in lines {
            table.rows.append([
                line.resource.name, line.resource.requestText, line.records.map(Human.number) ?? "", Human.escaped(line.paging),
                written(line.resource),
                line.resource.primaryKey.map(\.description).joined(separator: ", "), start(line.resource, manifest),
            ])
        }
        Terminal.out(table.text)
        for line in lines where !line.findings.isEmpty {
            Terminal.out("")
            for finding in line.findings {
                Terminal.out("\(line.resource.name)\(line.failure == nil ? "" : " would fail"): \(Human.escaped(finding))")
            }
        }
        Terminal.out("\nNothing was written.")
    }

    private func written(_ resource: Resource) -> String {
        job.isFullRefresh ? "\(resource.writeDisposition.rawValue), in place of all before" : resource.writeDisposition.rawValue
    }

    /// Where an incremental resource goes on; nothing for the others.
    private func start(_ resource: Resource, _ manifest: Manifest) -> String {
        guard let incremental = resource.incremental else { return "" }
        let last = job.isFullRefresh ? nil : manifest.state[resource.name]?["incremental"]?["last_value"]
        let value = job.from.map { .string($0) } ?? last ?? incremental.initialValue
        return value.map { "\(incremental.cursorPath) \(Human.escaped($0.string ?? $0.text(pretty: false)))" } ?? "the beginning"
    }

    private func tellJSON(_ lines: [Line], _ manifest: Manifest, _ code: ExitCode) {
        for line in lines {
            JSONView().emit([
                "event": "plan", "resource": .string(line.resource.name), "request": .string(line.resource.requestText),
                "records_on_page_1": line.records.map { .int($0) } ?? .null, "paging": .string(line.paging),
                "ok": .bool(line.failure == nil), "findings": .strings(line.findings),
                "write_disposition": .string(line.resource.writeDisposition.rawValue),
                "primary_key": .strings(line.resource.primaryKey.map(\.description)), "reads_from": .string(start(line.resource, manifest)),
            ])
        }
        JSONView().emit([
            "event": "planned", "exit_code": .int(Int(code.rawValue)), "lake": .string(job.datasetFolder), "origin": .string(job.origin),
            "newest_load": manifest.newestDataLoad.map { .string($0) } ?? .null,
        ])
    }
}

extension Resource {
    /// `GET requests?limit=100`, without secrets.
    var requestText: String {
        let params = request.params.map { field in
            let isSecret = field.secret != nil || looksLikeSecret(field.name)
            return "\(field.name)=\(isSecret ? "…" : field.shownValue)"
        }
        return Human.escaped("\(request.method.rawValue) \(request.path)\(params.isEmpty ? "" : "?" + params.joined(separator: "&"))")
    }
}

extension RequestField {
    fileprivate var shownValue: String {
        if case .template(let template) = value { template.description } else { "…" }
    }
}

extension Rehearsal.Outcome {
    /// How the pages go on, in one line.
    var paging: String {
        if report.failure != nil { return "unknown" }
        var text = report.record.paginator + (report.record.detectedWhy.map { " (\($0))" } ?? "")
        if hasMore { return text + (report.paginator == .auto ? "; whether there are more pages will be probed" : "; more to come") }
        if let evidence = report.evidence { text += "; \(evidence.sentence)" }
        return text
    }
}
