import LakeModel
import LakeTelemetry
import Testing

@Suite("Metrics of a run")
struct OpenMetricsTests {
    @Test("are gauges with help, type and unit, and end as OpenMetrics wants it")
    func whole() {
        var facts = run(outcome: .partial, findings: ["x"])
        facts.lastComplete = UTCTime(milliseconds: 1_795_399_204_007)
        facts.tables[0].changes = [change(.addColumn, "email")]
        let labels = #"{dataset="thena",source="thena"}"#, users = #"{dataset="thena",source="thena",resource="users"}"#
        let record = { (state: String) in #"restlake_resource_records{dataset="thena",source="thena",resource="users",state="\#(state)"}"# }
        let samples = facts.openMetrics.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(samples == [
            #"restlake_build_info{version="\#(restlakeVersion)"} 1"#,
            "restlake_run_exit_code\(labels) 0",
            #"restlake_run_status{dataset="thena",source="thena",status="complete"} 1"#,
            #"restlake_run_status{dataset="thena",source="thena",status="partial"} 0"#,
            #"restlake_run_status{dataset="thena",source="thena",status="failed"} 0"#,
            "restlake_run_start_timestamp_seconds\(labels) 1795399200.000", "restlake_run_end_timestamp_seconds\(labels) 1795399204.512",
            "restlake_run_duration_seconds\(labels) 4.512", "restlake_last_success_timestamp_seconds\(labels) 1795399204.007",
            "restlake_resource_complete\(users) 0", "\(record("written")) 237", "\(record("duplicate")) 2", "\(record("filtered")) 1",
            "\(record("quarantined")) 4", "restlake_resource_rows\(users) 237", "restlake_resource_file_bytes\(users) 9120",
            "restlake_resource_response_bytes\(users) 4000", "restlake_resource_pages\(users) 3", "restlake_resource_requests\(users) 5",
            "restlake_resource_retries\(users) 1", #"restlake_table_rows{dataset="thena",source="thena",table="users"} 237"#,
            #"restlake_table_schema_version{dataset="thena",source="thena",table="users"} 2"#,
            #"restlake_table_schema_changes{dataset="thena",source="thena",table="users"} 1"#,
        ])
        #expect(facts.openMetrics.hasSuffix("\n# EOF\n"))
        #expect(facts.openMetrics.contains("""
            # HELP restlake_run_duration_seconds How long the last run took.
            # TYPE restlake_run_duration_seconds gauge
            # UNIT restlake_run_duration_seconds seconds

            """))
    }

    @Test("of a run that failed before anything was known say so, and name no resource")
    func failed() {
        let text = run(status: .failed, code: 78, failure: ["The secret 'x' is missing."]).openMetrics
        #expect(text.contains("restlake_run_exit_code{dataset=\"thena\",source=\"thena\"} 78\n"))
        #expect(text.contains("status=\"failed\"} 1\n") && text.contains("restlake_last_success_timestamp_seconds{dataset=\"thena\",source=\"thena\"} 0\n"))
        #expect(!text.contains("restlake_resource_") && !text.contains("restlake_table_") && !text.contains("secret"))
    }

    @Test("escape what stands in a label", arguments: [("a\"b", #"a\"b"#), ("a\\b", #"a\\b"#), ("a\nb", #"a\nb"#), ("ü", "ü")])
    func labels(_ name: String, _ expected: String) {
        #expect(run(dataset: name).openMetrics.contains("restlake_run_exit_code{dataset=\"\(expected)\",source"))
    }
}
