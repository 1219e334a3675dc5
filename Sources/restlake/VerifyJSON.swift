import LakeCommit
import LakeJSON

// What a verification finds, for programs.

extension VerifiedTable {
    var json: JSONValue {
        var findings = 0
        if case .damaged(let count) = result { findings = count }
        return [
            "kind": "table", "load_id": .string(load), "table": .string(table), "format": .string(format.rawValue),
            "files": .int(files), "rows": .int(rows), "bytes": .int(bytes), "result": .string(result.word), "findings": .int(findings),
        ]
    }
}

extension VerifyWords {
    func json(_ finding: VerifyFinding) -> JSONValue {
        .object([
            "kind": "finding", "finding": .string(code), "path": .string(finding.path), "load_id": finding.load.map { .string($0) },
            "resource": finding.resource.map { .string($0) }, "what": .string(what), "expected": expected.map { .string($0) },
            "found": found.map { .string($0) }, "do": .string(advice),
        ])
    }
}

extension VerifySummary {
    var json: JSONValue {
        [
            "kind": "summary", "loads": .int(loads), "files": .int(files), "bytes": .int(bytes), "findings": .int(findings),
            "staged": .strings(staged),
        ]
    }
}
