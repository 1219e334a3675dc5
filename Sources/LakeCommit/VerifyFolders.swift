import LakeFiles
import LakeModel

/// Looks for what nobody knows of: files and folders of the dataset that no record names.
///
/// What belongs to a run at work is no finding, and no lock is needed to tell: a run removes its staging folder only after
/// its record is there. So folders are looked at first, staging second, and records that came since last. Hidden files
/// (`.DS_Store`, `.nfs…`) and a manifest that is about to take its place are passed over.
struct FolderVerification {
    let paths: LakePaths
    private(set) var findings: [VerifyFinding] = []
    /// What nobody knows of so far, and the load whose it may be.
    private var suspects: [(path: String, load: String?, fact: VerifyFinding.Fact)] = []
    /// Loads in the making, or left by a run that died.
    private(set) var staged: [String] = []
    /// Of these, the ones that are being published, or were when their run died: prepared, or committed and not yet cleaned
    /// up behind. One that is only unfinished stays for hours, and has put nothing anywhere.
    private(set) var atWork: [String] = []

    /// What may stand beside records, quarantine, kept pages and schema documents.
    private static let lakeNames: Set<String> = ["loads", "schemas", "quarantine", "pages", "staging", "lock"]
    private static let recordSuffixes = [".json", ".sha256", ".pages.jsonl"]

    init(_ paths: LakePaths) { self.paths = paths }

    mutating func run(_ index: inout RecordIndex) throws {
        lookAtTables(index)
        lookAtLake(index)
        lookAtLoads(index)
        lookAtSchemas(index)
        lookAtPartitions(below: "_lake/quarantine", index)
        lookAtPartitions(below: "_lake/pages", index)
        staged = try Disk.names(in: paths.staging).filter { !isHidden($0) }
        atWork = try staged.filter { try Disk.isThere(StagingFolder(paths.staging + "/" + $0).record) }
        let new = Set(try index.catchUp().map(\.text))
        atWork += staged.filter { index.kinds[$0] != nil }
        for suspect in suspects where !isExplained(suspect.load, new, index) {
            findings.append(VerifyFinding(suspect.path, load: suspect.load, suspect.fact))
        }
    }

    private func isExplained(_ load: String?, _ new: Set<String>, _ index: RecordIndex) -> Bool {
        // Without the load's name: a run makes folders and schema documents before its record is there.
        guard let load else { return !atWork.isEmpty || !new.isEmpty || !index.unreadable.isEmpty }
        return atWork.contains(load) || new.contains(load) || index.unreadable.contains(load)
    }

    private mutating func suspect(_ path: String, _ load: String? = nil, _ fact: VerifyFinding.Fact = .stray) {
        suspects.append((path, load, fact))
    }

    private mutating func names(_ folder: String) -> [String] {
        do throws(FileFault) { return try Disk.names(in: paths.absolute(folder)).filter { !isHidden($0) } } catch {
            findings.append(VerifyFinding(folder, error.fact))
            return []
        }
    }

    private mutating func lookAtTables(_ index: RecordIndex) {
        let tables = Set(index.manifest.tables.map(\.name))
        for name in names(".") where !["_lake", "manifest.json", "manifest.json.new"].contains(name) {
            guard tables.contains(name) else {
                suspect(name)
                continue
            }
            for format in names(name) {
                guard FileFormat(rawValue: format) != nil else {
                    suspect("\(name)/\(format)")
                    continue
                }
                lookAtPartitions(in: "\(name)/\(format)", index)
            }
        }
    }

    private mutating func lookAtPartitions(in folder: String, _ index: RecordIndex) {
        for name in names(folder) where !index.partitions.contains(folder + "/" + name) {
            let load = name.hasPrefix("load_id=") ? LoadID(String(name.dropFirst("load_id=".count)))?.text : nil
            let isCommitted = load.map { index.kinds[$0] != nil } ?? true
            // With a name of no load it is nobody's, whatever runs.
            if load == nil { findings.append(VerifyFinding(folder + "/" + name, .stray)) } else {
                suspect(folder + "/" + name, load, isCommitted ? .stray : .partitionWithoutRecord)
            }
        }
    }

    private mutating func lookAtLake(_ index: RecordIndex) {
        for name in names("_lake") where !Self.lakeNames.contains(name) { findings.append(VerifyFinding("_lake/" + name, .stray)) }
    }

    private mutating func lookAtLoads(_ index: RecordIndex) {
        for name in names("_lake/loads") {
            let suffix = Self.recordSuffixes.first { name.hasSuffix($0) }
            let load = suffix.flatMap { LoadID(String(name.dropLast($0.count)))?.text }
            guard let load else {
                findings.append(VerifyFinding("_lake/loads/" + name, .stray))
                continue
            }
            let kind = index.kinds[load]
            if kind == .load || (kind != nil && suffix == ".json") { continue }
            suspect("_lake/loads/" + name, load)
        }
    }

    private mutating func lookAtSchemas(_ index: RecordIndex) {
        for name in names("_lake/schemas") where !index.schemas.contains("_lake/schemas/" + name) { suspect("_lake/schemas/" + name) }
    }

    private mutating func lookAtPartitions(below folder: String, _ index: RecordIndex) {
        for resource in names(folder) { lookAtPartitions(in: folder + "/" + resource, index) }
    }
}
