import LakeJSON
import LakeModel
import LakeSource

extension ExportJob {
    /// All that must be the same for a run to go on with what another one left: with it, the same answers make the same
    /// load. Must hold no secret.
    var identity: JSONValue {
        .object([
            "program": .string(restlakeVersion), "dataset": .string(datasetName), "origin": .string(origin),
            "source": .string(source.name), "definition": .string(source.fingerprint), "resources": .strings(resources.map(\.name)),
            "formats": .strings(files.formats.map(\.rawValue)), "compression": .string(files.compression.rawValue),
            "parts": .object([
                "rows": .int(files.rowsPerPart), "bytes": .int(files.bytesPerPart), "waiting": .int(files.waitingBytes),
            ]),
            "run_id": runID.map { .string($0) } ?? .null, "full_refresh": .bool(isFullRefresh),
            "from": from.map { .string($0) } ?? .null, "to": to.map { .string($0) } ?? .null,
            "bounds": bounds.json,
        ])
    }

    /// Whether what was read of a resource is of no use to another run: it would go on where the state must not move past
    /// what was read before the stop (see `CursorCheck`), and the next load would then append the rest once more.
    func readsAnew(_ resource: Resource) -> Bool {
        guard let incremental = resource.incremental, resource.writeDisposition == .append else { return false }
        // A backfill leaves the state alone.
        if from != nil || to != nil || incremental.endValue != nil { return false }
        return resource.parent != nil || !incremental.orderLeadsToLast
    }

    /// The members in which two runs differ.
    static func differences(_ a: JSONValue, _ b: JSONValue) -> [String] {
        let names = (a.object ?? []).map(\.key) + (b.object ?? []).map(\.key)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted && a[$0] != b[$0] }
    }
}
