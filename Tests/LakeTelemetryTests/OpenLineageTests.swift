import LakeJSON
import LakeModel
import LakeTelemetry
import Testing

@Suite("Events of OpenLineage")
struct OpenLineageTests {
    private static let run = LineageRun(id: "019ab000-0000-7000-8000-000000000001")
    private static let start: JSONValue = [:]

    @Test("a start names the job and the run, and nothing that is not known yet")
    func begin() throws {
        let event = LakeTelemetryTests.run().openLineage(.start, of: Self.run)
        #expect(event["eventType"] == "START" && event["eventTime"] == "2026-11-23T02:00:00.000Z")
        #expect(event["job"]?["namespace"] == "restlake" && event["job"]?["name"] == "thena")
        #expect(event["inputs"] == [] && event["outputs"] == [] && event["run"]?["facets"]?["restlake_run"] == nil)
    }

    @Test("an end has the tables with their schema and what was written, and the resources they came from")
    func end() throws {
        let event = LakeTelemetryTests.run(status: .partial, code: 2, outcome: .partial).openLineage(.complete, of: Self.run)
        #expect(event["eventTime"] == "2026-11-23T02:00:04.512Z")
        #expect(event["inputs"] == [["namespace": "https://bolt.thena.ai:443", "name": "users", "facets": [:]]])
        let output = try #require(event["outputs"]?.array?.first)
        #expect(output["namespace"] == "file" && output["name"] == "/srv/lake/thena/users")
        #expect(output["facets"]?["schema"]?["fields"] == [
            ["name": "_load_id", "type": "text", "ordinal_position": 1],
            ["name": "email", "type": "text", "description": "as in \"the\" book", "ordinal_position": 2],
        ])
        #expect(output["facets"]?["version"]?["datasetVersion"] == .string(aLoad))
        let statistics = try #require(output["outputFacets"]?["outputStatistics"])
        #expect(statistics["rowCount"] == 237 && statistics["size"] == 9120 && statistics["fileCount"] == 2)
        #expect(event["run"]?["facets"]?["restlake_run"]?["status"] == "partial" && event["run"]?["facets"]?["errorMessage"] == nil)
    }

    @Test("what a run ends with", arguments: [
        (RunFacts.Status.complete, false, RunFacts.LineageEvent.complete), (.partial, false, .complete), (.failed, false, .fail), (.failed, true, .abort),
    ])
    func ends(_ status: RunFacts.Status, isStopped: Bool, _ event: RunFacts.LineageEvent) {
        var facts = LakeTelemetryTests.run(status: status)
        facts.isStopped = isStopped
        #expect(facts.lineageEnd == event)
    }

    @Test("a failure says why")
    func failure() {
        let facts = LakeTelemetryTests.run(status: .failed, code: 75, failure: ["No connection.", "Nothing was published."])
        let event = facts.openLineage(.fail, of: Self.run)
        #expect(event["run"]?["facets"]?["errorMessage"]?["message"] == "No connection.\nNothing was published.")
    }

    @Test("a parent is read as an orchestrator gives it", arguments: [
        ("airflow/dag.task/019ab000-0000-7000-8000-00000000000a", "airflow", "dag.task"),
        ("https://host/x/job/019AB000-0000-7000-8000-00000000000a", "https://host/x", "job"),
    ])
    func parent(_ text: String, _ namespace: String, _ job: String) throws {
        let parent = try #require(LineageRun.Parent(text))
        #expect(parent.namespace == namespace && parent.job == job)
        let event = LakeTelemetryTests.run().openLineage(.start, of: LineageRun(id: Self.run.id, parent: parent))
        #expect(event["run"]?["facets"]?["parent"]?["job"]?["name"] == .string(job))
    }

    @Test("what is no parent is none", arguments: ["", "a", "a/b", "a/b/c", "/job/019ab000-0000-7000-8000-00000000000a", "a//019ab000-0000-7000-8000-00000000000a"])
    func noParent(_ text: String) { #expect(LineageRun.Parent(text) == nil) }

    @Test("ids of runs are UUIDs of version 7, which sort by time")
    func ids() {
        let early = LineageRun.newID(at: UTCTime(milliseconds: 1), random: (.max, .max)), late = LineageRun.newID(at: UTCTime(milliseconds: 2), random: (0, 0))
        #expect(early == "00000000-0001-7fff-bfff-ffffffffffff" && late == "00000000-0002-7000-8000-000000000000" && early < late)
    }
}
