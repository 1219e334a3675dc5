import LakeModel
import LakeNormalize
import LakeSchema
import LakeTelemetry

let aLoad = "20261123T020000Z-7f3a9c"

/// 2026-11-23T02:00:00Z.
let twoAtNight = UTCTime(milliseconds: 1_795_399_200_000)

/// A run of one resource with one table.
func run(
    status: RunFacts.Status = .complete, code: Int = 0, outcome: ResourceOutcome = .complete, findings: [String] = [], changes: [SchemaChange] = [],
    failure: [String] = [], hadLoads: Bool = true, dataset: String = "thena"
) -> RunFacts {
    var facts = RunFacts(
        dataset: dataset, source: "thena", folder: "/srv/lake/" + dataset, started: twoAtNight, ended: UTCTime(milliseconds: twoAtNight.milliseconds + 4_512))
    facts.status = status
    facts.exitCode = code
    facts.failure = failure
    facts.hadLoads = hadLoads
    facts.origin = "https://bolt.thena.ai:443"
    guard status != .failed else { return facts }
    facts.load = aLoad
    var users = RunFacts.Resource("users", outcome)
    users.findings = findings
    (users.pages, users.requests, users.retries, users.responseBytes) = (3, 5, 1, 4_000)
    (users.written, users.duplicate, users.filtered, users.quarantined) = (237, 2, 1, 4)
    facts.resources = [users]
    var table = RunFacts.Table("users", of: "users", version: 2)
    (table.rows, table.bytes, table.files, table.changes) = (237, 9_120, 2, changes)
    table.columns = [
        Column(id: 1, name: "_load_id", type: .text, isNullable: false),
        Column(id: 2, name: "email", type: .text, path: FieldPath([.key("email")]), description: "as in \"the\" book"),
    ]
    facts.tables = [table]
    return facts
}

func change(_ what: SchemaChange.What, _ column: String? = nil) -> SchemaChange {
    SchemaChange(what, column: column, load: aLoad, place: Place(page: 1, record: 2))
}
