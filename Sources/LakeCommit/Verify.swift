import LakeFiles
import LakeModel
import LakeSchema

// `restlake verify`: a dataset and its loads in, what is not as it was written out. Reads only, takes no lock, and holds a
// block of a file at a time; a run may be at work meanwhile.
//
// - `VerifyRecords`: every record is readable, sealed, and does not contradict itself; folds them.
// - `VerifyLoad`, `VerifyFile`: the files of a load by size and checksum; `VerifyJSONL+Unsafe`, `VerifyCSV+Unsafe` their
//   rows, `VerifyPart` how these follow each other.
// - `VerifyDocuments`: checksums, page logs, schema documents.
// - `VerifyFolders`: what nobody knows of. `VerifyManifest`: the summary of it all.

/// What of a dataset is looked at. The records, the manifest, the schema documents and the folders always are.
package struct VerifyOptions: Sendable {
    package enum Loads: Sendable {
        /// The newest one that holds data.
        case newest
        case all
        case these([LoadID])
    }
    package var loads: Loads
    /// Presence and sizes only, no contents.
    package var isQuick: Bool

    package init(loads: Loads = .newest, isQuick: Bool = false) {
        self.loads = loads
        self.isQuick = isQuick
    }
}

/// Told as it is found.
package enum VerifyEvent: Sendable {
    case table(VerifiedTable)
    case finding(VerifyFinding)
}

package struct VerifySummary: Hashable, Sendable {
    package var loads = 0
    package var files = 0
    package var bytes = 0
    package var findings = 0
    /// Loads in the making, or left by a run that died: none of them is a finding.
    package var staged: [String] = []
}

package enum Verify {
    /// - Throws: only where the dataset cannot be looked at, or is of a newer format.
    package static func run(
        _ paths: LakePaths, name: String, _ options: VerifyOptions = VerifyOptions(), tell: (VerifyEvent) -> Void
    ) throws -> VerifySummary {
        var summary = VerifySummary()
        func report(_ findings: [VerifyFinding]) {
            summary.findings += findings.count
            for finding in findings { tell(.finding(finding)) }
        }
        var index = try RecordIndex(paths, name: name)
        report(index.findings)
        let told = index.findings.count
        var documents = DocumentVerification(paths, isQuick: options.isQuick)
        for load in try loads(options, index) where index.kinds[load.text] == .load {
            guard let record = try Dataset.record(paths, load.text) else { continue }
            var verification = LoadVerification(paths, record, expired: index.expired, isQuick: options.isQuick)
            verification.run()
            summary.loads += 1
            for table in verification.tables {
                summary.files += table.files
                summary.bytes += table.bytes
                tell(.table(table))
            }
            report(try withoutRemovals(verification.findings, &index))
            documents.check(record)
        }
        for table in index.manifest.tables { documents.check(table) }
        report(documents.findings)
        var folders = FolderVerification(paths)
        try folders.run(&index)
        report(folders.findings)
        if let finding = try ManifestVerification.run(paths, &index) { report([finding]) }
        report(Array(index.findings.dropFirst(told)))
        summary.staged = folders.staged
        return summary
    }

    private static func loads(_ options: VerifyOptions, _ index: RecordIndex) throws -> [LoadID] {
        switch options.loads {
        case .all: return index.loads
        case .these(let loads): return loads
        case .newest:
            // One without rows says nothing of the data.
            let newest = try index.loads.last { load in
                try index.kinds[load.text] == .load && Dataset.record(index.paths, load.text)?.files.isEmpty == false
            }
            return newest.map { [$0] } ?? []
        }
    }

    /// Leaves out what is but a removal at work: its record comes before the files go, its staging folder goes after them.
    private static func withoutRemovals(_ findings: [VerifyFinding], _ index: inout RecordIndex) throws -> [VerifyFinding] {
        guard findings.contains(where: { $0.fact == .missing || $0.fact == .expiredButThere }) else { return findings }
        _ = try index.catchUp()
        let paths = index.paths, kinds = index.kinds
        let isUnderWay = try Disk.names(in: paths.staging).contains { name in
            try kinds[name] == .expire || Disk.isThere(StagingFolder(paths.staging + "/" + name).record)
        }
        return try findings.filter { finding in
            switch finding.fact {
            case .missing: !index.expired.contains(finding.path)
            case .expiredButThere: try !isUnderWay && Disk.isThere(index.paths.absolute(finding.path))
            default: true
            }
        }
    }
}
