import LakeModel

// A run as metrics, for the textfile collector of node_exporter:
//
//     # HELP restlake_run_duration_seconds How long the last run took.
//     # TYPE restlake_run_duration_seconds gauge
//     # UNIT restlake_run_duration_seconds seconds
//     restlake_run_duration_seconds{dataset="thena",source="thena"} 4.512
//     …
//     # EOF
//
// The text is OpenMetrics 1.0 and also the text format of Prometheus, which node_exporter reads: `# UNIT` and `# EOF` are
// comments there. All metrics are gauges, since each run replaces the figures of the one before; a counter would look
// as if the process had started anew.

extension RunFacts {
    package var openMetrics: String {
        var text = MetricsText()
        let run = [("dataset", dataset), ("source", source)]
        text.family("restlake_build_info", "The version of restlake that wrote this.", [([("version", restlakeVersion)], "1")])
        text.family("restlake_run_exit_code", "The exit code of the last run: 0 is complete, 2 is committed but not all complete.", [(run, "\(exitCode)")])
        text.family(
            "restlake_run_status", "1 at what became of the last run.",
            Status.allCases.map { (run + [("status", $0.rawValue)], $0 == status ? "1" : "0") })
        text.family("restlake_run_start_timestamp_seconds", "When the last run began.", unit: "seconds", [(run, seconds(started))])
        text.family("restlake_run_end_timestamp_seconds", "When the last run ended.", unit: "seconds", [(run, seconds(ended))])
        text.family("restlake_run_duration_seconds", "How long the last run took.", unit: "seconds", [(run, seconds(UTCTime(milliseconds: milliseconds)))])
        text.family(
            "restlake_last_success_timestamp_seconds", "When the newest complete load of the dataset was committed; 0 where there is none.",
            unit: "seconds", [(run, lastComplete.map(seconds) ?? "0")])
        writeResources(&text)
        writeTables(&text)
        return text.closed
    }

    private func writeResources(_ text: inout MetricsText) {
        func family(_ name: String, _ help: String, unit: String? = nil, _ value: (Resource) -> Int) {
            text.family(name, help, unit: unit, resources.map { (labels($0), "\(value($0))") })
        }
        family("restlake_resource_complete", "1 where the end of the resource was proven in the last run.") { $0.outcome == .complete ? 1 : 0 }
        text.family(
            "restlake_resource_records", "Records of the last run by what became of them; together they are those that were fetched.",
            resources.flatMap { resource in
                [
                    ("written", resource.written), ("duplicate", resource.duplicate), ("filtered", resource.filtered),
                    ("quarantined", resource.quarantined),
                ].map { (labels(resource) + [("state", $0.0)], "\($0.1)") }
            })
        family("restlake_resource_rows", "Rows that the last run published in all tables of the resource.") { tables(of: $0).reduce(0) { $0 + $1.rows } }
        family("restlake_resource_file_bytes", "Size of the data files that the last run published.", unit: "bytes") { tables(of: $0).reduce(0) { $0 + $1.bytes } }
        family("restlake_resource_response_bytes", "Size of the API's answers in the last run, unpacked.", unit: "bytes") { $0.responseBytes }
        family("restlake_resource_pages", "Pages that the last run kept.") { $0.pages }
        family("restlake_resource_requests", "Requests of the last run, retries and probes among them.") { $0.requests }
        family("restlake_resource_retries", "Requests that the last run sent once more.") { $0.retries }
    }

    private func writeTables(_ text: inout MetricsText) {
        let labels = { (table: Table) in [("dataset", dataset), ("source", source), ("table", table.name)] }
        text.family("restlake_table_rows", "Rows that the last run published.", tables.map { (labels($0), "\($0.rows)") })
        text.family("restlake_table_schema_version", "The schema version of the table.", tables.map { (labels($0), "\($0.version)") })
        text.family(
            "restlake_table_schema_changes", "Changes of the schema that the last run brought.",
            tables.map { (labels($0), "\($0.changes.count)") })
    }

    private func labels(_ resource: Resource) -> [(String, String)] { [("dataset", dataset), ("source", source), ("resource", resource.name)] }

    private func tables(of resource: Resource) -> [Table] { tables.filter { $0.resource == resource.name } }

    private func seconds(_ time: UTCTime) -> String { "\(time.milliseconds / 1000).\(pad(Int(time.milliseconds % 1000), 3))" }
}

/// The text in the making.
private struct MetricsText {
    private var lines: [String] = []

    /// A family of gauges. Without samples there is none.
    mutating func family(_ name: String, _ help: String, unit: String? = nil, _ samples: [(labels: [(String, String)], value: String)]) {
        guard !samples.isEmpty else { return }
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) gauge")
        if let unit { lines.append("# UNIT \(name) \(unit)") }
        for sample in samples {
            let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
            lines.append("\(name){\(labels)} \(sample.value)")
        }
    }

    var closed: String { (lines + ["# EOF"]).joined(separator: "\n") + "\n" }

    /// OpenMetrics 1.0, section 3.2.1: backslash, line feed and quote.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"": out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
