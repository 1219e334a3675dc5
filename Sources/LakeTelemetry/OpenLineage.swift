import LakeJSON
import LakeModel
import LakeSchema

// A run as events of OpenLineage, one JSON object a line:
//
//     {"eventTime":"2026-11-23T02:00:00.000Z","producer":"urn:restlake:0.1.0","schemaURL":"https://openlineage.io/spec/2-0-2/…",
//      "eventType":"START","run":{"runId":"019a…","facets":{…}},"job":{"namespace":"restlake","name":"thena","facets":{…}},
//      "inputs":[],"outputs":[]}
//
// Inputs are the API's resources, named by its origin; outputs are the tables, named by their folders, each with its
// schema and what was written. A load that is committed but not complete is COMPLETE for OpenLineage, whose run has ended
// as it should: the facet `restlake_run` says `partial`, and the exit code.

/// What ties the events of one run together, and to what started it.
package struct LineageRun: Hashable, Sendable {
    /// A UUID, the same in all events of a run.
    package var id: String
    package var namespace: String
    /// Of an orchestrator, as `OPENLINEAGE_PARENT_ID` has it.
    package var parent: Parent?

    package struct Parent: Hashable, Sendable {
        package var namespace: String
        package var job: String
        package var runID: String

        /// Reads `namespace/job/run id`; nil for anything else. The namespace may hold slashes.
        package init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 3, let id = parts.last, LineageRun.isUUID(id), !parts[parts.count - 2].isEmpty else { return nil }
            namespace = parts.dropLast(2).joined(separator: "/")
            guard !namespace.isEmpty else { return nil }
            job = parts[parts.count - 2]
            runID = id
        }
    }

    package init(id: String, namespace: String = "restlake", parent: Parent? = nil) {
        self.id = id
        self.namespace = namespace
        self.parent = parent
    }

    /// A UUID of version 7 (RFC 9562, section 5.7): sorts by time.
    package static func newID(at time: UTCTime, random: (UInt64, UInt64)) -> String {
        let high = UInt64(max(0, time.milliseconds)) << 16 | 0x7000 | random.0 & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.1 >> 2
        let digits = hex(high) + hex(low)
        let cuts = [0, 8, 12, 16, 20, 32].map { digits.index(digits.startIndex, offsetBy: $0) }
        return zip(cuts, cuts.dropFirst()).map { String(digits[$0..<$1]) }.joined(separator: "-")
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}

extension RunFacts {
    package enum LineageEvent: String, CaseIterable, Sendable { case start = "START", complete = "COMPLETE", fail = "FAIL", abort = "ABORT" }

    /// The event of its end.
    package var lineageEnd: LineageEvent {
        switch status {
        case .complete, .partial: .complete
        case .failed: isStopped ? .abort : .fail
        }
    }

    package func openLineage(_ event: LineageEvent, of run: LineageRun) -> JSONValue {
        let isEnd = event != .start
        return .object([
            "eventTime": .string((isEnd ? ended : started).iso), "producer": .string(Self.producer), "schemaURL": .string(Self.schemaURL),
            "eventType": .string(event.rawValue), "run": ["runId": .string(run.id), "facets": runFacets(isEnd, run)],
            "job": ["namespace": .string(run.namespace), "name": .string(dataset), "facets": jobFacets],
            "inputs": .array(isEnd ? inputs : []), "outputs": .array(isEnd ? tables.map(output) : []),
        ])
    }

    private static let producer = "urn:restlake:" + restlakeVersion
    private static let schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

    /// A facet of OpenLineage's own, with what each of them must say of itself.
    private func facet(_ name: String, _ version: String, _ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        let url = "https://openlineage.io/spec/facets/\(version)/\(name).json#/$defs/\(name)"
        return .object([JSONMember("_producer", .string(Self.producer)), JSONMember("_schemaURL", .string(url))] + (JSONValue.object(members).object ?? []))
    }

    private func runFacets(_ isEnd: Bool, _ run: LineageRun) -> JSONValue {
        .object([
            "processing_engine": facet("ProcessingEngineRunFacet", "1-1-1", ["version": .string(restlakeVersion), "name": "restlake"]),
            "parent": run.parent.map { parent in
                facet("ParentRunFacet", "1-2-0", [
                    "run": ["runId": .string(parent.runID)], "job": ["namespace": .string(parent.namespace), "name": .string(parent.job)],
                ])
            },
            "errorMessage": isEnd && !failure.isEmpty
                ? facet("ErrorMessageRunFacet", "1-0-1", ["message": .string(failure.joined(separator: "\n")), "programmingLanguage": "Swift"]) : nil,
            "restlake_run": isEnd ? ownFacet : nil,
        ])
    }

    private var ownFacet: JSONValue {
        .object([
            "_producer": .string(Self.producer), "_schemaURL": "urn:restlake:facets:restlake_run:1", "status": .string(status.rawValue),
            "exit_code": .int(exitCode), "load_id": load.map { .string($0) }, "run_id": runID.map { .string($0) },
            "repeated": isRepeat ? true : nil,
            "resources": .array(resources.map { resource in
                [
                    "resource": .string(resource.name), "outcome": .string(resource.outcome.rawValue), "records": .int(resource.written),
                    "quarantined": .int(resource.quarantined), "findings": .strings(resource.findings),
                ]
            }),
        ])
    }

    private var jobFacets: JSONValue {
        .object([
            "jobType": facet("JobTypeJobFacet", "2-0-4", ["processingType": "BATCH", "integration": "RESTLAKE", "jobType": "EXPORT"]),
        ])
    }

    private var inputs: [JSONValue] {
        guard let origin else { return [] }
        return resources.map { ["namespace": .string(origin), "name": .string($0.name), "facets": [:]] }
    }

    private func output(_ table: Table) -> JSONValue {
        let fields = table.columns.enumerated().map { place, column in
            JSONValue.object([
                "name": .string(column.name), "type": .string(column.type.rawValue), "description": column.description.map { .string($0) },
                "ordinal_position": .int(place + 1),
            ])
        }
        return [
            "namespace": "file", "name": .string(folder + "/" + table.name),
            "facets": .object([
                "schema": facet("SchemaDatasetFacet", "1-2-0", ["fields": .array(fields)]),
                "version": load.map { facet("DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion": .string($0)]) },
            ]),
            "outputFacets": [
                "outputStatistics": facet(
                    "OutputStatisticsOutputDatasetFacet", "1-0-2",
                    ["rowCount": .int(table.rows), "size": .int(table.bytes), "fileCount": .int(table.files)]),
            ],
        ]
    }
}
