import Foundation
import LakeCommit
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@testable import LakeExport

let replayLoad = "20260103T000000Z-00000c"

/// A dataset of a test's own whose loads are made of pages, without an API.
struct ReplayBench {
    let folder = TemporaryFolder()
    var lake: String { folder.path + "/lake" }
    var paths: LakePaths { LakePaths(dataset: lake) }

    static func resource(
        _ name: String = "r", key: String? = "id", as disposition: WriteDisposition = .append, filters: [RecordFilter] = [],
        rules: FieldRules = FieldRules()
    ) -> Resource {
        Resource(
            name: name, request: RequestTemplate(path: Template(name)), primaryKey: key.map { [Selector(keys: [$0])] } ?? [],
            writeDisposition: disposition, filters: filters, fieldRules: rules)
    }

    func job(_ resources: [Resource], load: String, origin: String = "https://api.example:443", files: FileOptions = FileOptions(formats: [.jsonl])) -> ExportJob {
        let source = Source(name: "api", client: Client(baseURL: "https://api.example"), resources: resources, fingerprint: "00ff")
        return ExportJob(
            source: source, resources: resources, baseURL: "https://api.example", origin: origin, secrets: SecretValues(), datasetFolder: lake,
            datasetName: "api", files: files, loadID: LoadID(load))
    }

    /// Commits a load with these pages of each resource.
    func commit(_ load: String, _ pages: [(resource: Resource, pages: [String])]) throws {
        let dataset = try Dataset(paths, name: "api")
        let known = try dataset.knownTables()
        let stage = try dataset.stage(try #require(LoadID(load)))
        let staging = stage.staging
        for folder in [staging.tables, staging.pageLogs] { try Disk.makeFolders(folder) }
        let resources = pages.map(\.resource)
        let naming = TableNaming(resources.map { .init($0) }, known: known)
        let results = try pages.map { resource, pages in
            let writer = ResourceWriter(
                resource: resource, load: stage.load, naming: naming, known: known.filter { $0.version.resource == resource.name }, staging: staging,
                options: FileOptions(formats: [.jsonl]))
            for (index, text) in pages.enumerated() {
                let page = PageBytes(text), tape = Tape()
                try Tokenizer.tokenize(page, into: tape)
                _ = try writer.write(page, tape, records: 0, number: index + 1)
            }
            return try Self.result(resource, writer)
        }
        _ = try ExportRun(job(resources, load: load)).commit(stage, results, UTCTime.now().iso, known, dataset)
    }

    private static func result(_ resource: Resource, _ writer: ResourceWriter) throws -> ResourceRun.Result {
        let record = ResourceRecord(
            name: resource.name, outcome: .complete, evidence: .declaredSingle, findings: [], paginator: "single_page", pages: 1, pageBytes: 1,
            counts: writer.counts, probed: 0, side: writer.sideCounts, state: ["incremental": 1])
        let staged = try writer.finish()
        return ResourceRun.Result(
            report: ResourceReport(name: resource.name, outcome: .complete, evidence: .declaredSingle, findings: [], record: record),
            tables: staged.tables, quarantine: staged.quarantine, replacedCharacters: 0)
    }

    @discardableResult
    func replay(
        _ resources: [Resource], _ choice: ReplayChoice = ReplayChoice(), load: String = replayLoad, origin: String = "https://api.example:443",
        isRehearsal: Bool = false, hook: @escaping @Sendable (DurableStep) throws -> Void = { _ in }
    ) throws -> ReplayReport {
        try QuarantineReplay(ReplayJob(job(resources, load: load, origin: origin), choice, isRehearsal: isRehearsal), hook: hook).run()
    }

    var manifest: Manifest { get throws { try Dataset.readManifest(paths, name: "api").manifest } }

    /// The lines of a load's quarantine, or of the rows of its table.
    func quarantined(_ load: String, _ resource: String = "r") throws -> [String] {
        try lines(LakePaths.quarantine(resource, load) + "/\(resource).00000.jsonl")
    }

    func rows(_ load: String, _ table: String = "r") throws -> [JSONValue] {
        let record = try #require(try Dataset.record(paths, load))
        return try record.files.filter { $0.table == table }.flatMap { try lines($0.path).map { try JSONValue(parsing: $0) } }
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: lake + "/" + path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Puts other lines into the quarantine of a load, as if the load had written them.
    func rewrite(_ load: String, _ lines: [String], _ resource: String = "r") throws {
        var record = try #require(try Dataset.record(paths, load))
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        let place = try #require(record.quarantine.firstIndex { $0.resource == resource })
        record.quarantine[place].sha256 = Checksum.of(bytes)
        record.quarantine[place].bytes = bytes.count
        record.quarantine[place].records = lines.count
        try Disk.write(bytes, to: lake + "/" + record.quarantine[place].path)
        try Disk.write(record.json.utf8(pretty: true), to: paths.absolute(LakePaths.record(load)))
    }
}
