import Glibc
import LakeFiles
import LakeModel
import LakeSchema
import LakeThreads

/// One table of one load in one format, as it was found.
package struct VerifiedTable: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case whole
        case damaged(findings: Int)
        /// Removed on purpose.
        case expired
    }
    package var load: String
    package var table: String
    package var format: FileFormat
    package var files: Int
    package var rows: Int
    package var bytes: Int
    package var result: Result
}

/// Checks the data files of one load against its record, and its rows against each other.
struct LoadVerification {
    let paths: LakePaths
    let record: LoadRecord
    let expired: PathSet
    let isQuick: Bool
    private(set) var tables: [VerifiedTable] = []
    private(set) var findings: [VerifyFinding] = []

    init(_ paths: LakePaths, _ record: LoadRecord, expired: PathSet, isQuick: Bool) {
        self.paths = paths
        self.record = record
        self.expired = expired
        self.isQuick = isQuick
    }

    mutating func run() {
        let files = record.files.filter { !expired.contains($0.path) }
        let results = verify(files.map(fileToVerify))
        for table in record.tables {
            let counted = findings.count
            var parts: [FileFormat: [VerifiedFile]] = [:]
            for format in FileFormat.allCases {
                let before = findings.count
                let named = record.files.filter { $0.table == table.name && $0.format == format }
                let own = files.filter { $0.table == table.name && $0.format == format }
                guard !named.isEmpty else { continue }
                parts[format] = own.compactMap { results[$0.path] }
                note(parts[format] ?? [], table)
                checkParts(parts[format] ?? [], table)
                checkFolder(table, format, named)
                tables.append(VerifiedTable(
                    load: record.load, table: table.name, format: format, files: own.count, rows: own.reduce(0) { $0 + $1.rows },
                    bytes: own.reduce(0) { $0 + $1.bytes },
                    result: findings.count > before ? .damaged(findings: findings.count - before) : own.isEmpty ? .expired : .whole))
            }
            if findings.count == counted { compareFormats(parts, table) }
        }
        verifyAside(record.quarantine.map { AsideFile(path: $0.path, resource: $0.resource, bytes: $0.bytes, sha256: $0.sha256) })
        verifyAside((record.pages?.files ?? []).map { AsideFile(path: $0.path, resource: $0.resource, bytes: $0.bytes, sha256: $0.sha256) })
    }

    /// Some files at a time, each with a block and a line of it in memory.
    private func verify(_ files: [FileToVerify]) -> [String: VerifiedFile] {
        let done = Monitor<[String: VerifiedFile]>([:])
        let (paths, isQuick) = (self.paths, self.isQuick)
        // The largest first, so that none is left over at the end.
        SideBySide.forEach(files.sorted { $0.bytes > $1.bytes }, threads: Self.threads) { file throws(Never) in
            let verified = VerifiedFile(file, paths, isQuick: isQuick)
            done.change { $0[file.path] = verified }
        }
        return done.look { $0 }
    }

    private static let threads = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    private func fileToVerify(_ file: FileRecord) -> FileToVerify {
        let columns = (try? Dataset.schema(paths, file.table, file.schemaVersion))?.columns
        return FileToVerify(
            path: file.path, compression: file.compression, bytes: file.bytes, sha256: file.sha256,
            // A schema document that cannot be read is a finding of its own.
            rows: columns.map { columns in
                let parent = rows(above: file.table), root = rows(atRootOf: file.table)
                return (file.format, file.rows, PartExpectation(load: record.load, columns: columns, parentRows: parent, rootRows: root))
            })
    }

    private func table(_ name: String) -> TableRecord? { record.tables.first { $0.name == name } }
    private func rows(above name: String) -> Int? { table(name)?.parent.flatMap { table($0)?.rows } }

    private func rows(atRootOf name: String) -> Int? {
        var current = table(name), left = record.tables.count
        while let parent = current?.parent, left > 0 {
            current = table(parent)
            left -= 1
        }
        return current?.rows
    }

    private mutating func note(_ files: [VerifiedFile], _ table: TableRecord) {
        for file in files { findings += file.found.map { finding(file.path, table.resource, $0) } }
    }

    private func finding(_ path: String, _ resource: String?, _ fact: VerifyFinding.Fact) -> VerifyFinding {
        VerifyFinding(path, load: record.load, resource: resource, fact)
    }

    /// Row numbers go on from part to part, from 1 to the row count; and no part's parents lie before the last one's.
    private mutating func checkParts(_ parts: [VerifiedFile], _ table: TableRecord) {
        guard parts.allSatisfy({ $0.facts != nil }) else { return }  // Damaged, or not read.
        var next = 1
        var above: PartFacts?
        for part in parts {
            guard let facts = part.facts else { continue }
            if facts.firstRow != next { findings.append(finding(part.path, table.resource, .partStart(expected: next, found: facts.firstRow))) }
            if table.parent != nil, let above, facts.firstParent < above.lastParent || facts.firstRoot < above.lastRoot {
                findings.append(finding(part.path, table.resource, .partParents))
            }
            next = facts.lastRow + 1
            above = facts
        }
    }

    /// A partition holds what the record names, and nothing else.
    private mutating func checkFolder(_ table: TableRecord, _ format: FileFormat, _ files: [FileRecord]) {
        let folder = LakePaths.partition(table.name, format, record.load)
        let known = Set(files.map(\.path))
        do throws(FileFault) {
            for name in try Disk.names(in: paths.absolute(folder)) where !isHidden(name) {
                let path = folder + "/" + name
                if !known.contains(path) {
                    findings.append(finding(path, table.resource, .stray))
                } else if expired.contains(path) {
                    findings.append(finding(path, table.resource, .expiredButThere))
                }
            }
        } catch {
            // Of a folder that is a file, each file of it is missing: that is told.
            if case .unreadable(ENOTDIR) = error.fact { return }
            findings.append(finding(folder, table.resource, error.fact))
        }
    }

    /// Both formats break at the same rows, and these have the same places.
    private mutating func compareFormats(_ parts: [FileFormat: [VerifiedFile]], _ table: TableRecord) {
        guard let jsonl = parts[.jsonl], let csv = parts[.csv], let first = csv.first else { return }
        let same = jsonl.count == csv.count && zip(jsonl, csv).allSatisfy { a, b in
            a.facts.map { x in b.facts.map { x.rows == $0.rows && x.hash == $0.hash } ?? true } ?? true
        }
        if !same { findings.append(finding(first.path, table.resource, .formatsDiffer)) }
    }

    /// A file that holds no rows: quarantine, or kept pages.
    private struct AsideFile {
        var path: String
        var resource: String
        var bytes: Int
        var sha256: String
    }

    private mutating func verifyAside(_ named: [AsideFile]) {
        let files = named.filter { !expired.contains($0.path) }
        let results = verify(files.map { FileToVerify(path: $0.path, bytes: $0.bytes, sha256: $0.sha256) })
        for file in files { findings += (results[file.path]?.found ?? []).map { finding(file.path, file.resource, $0) } }
        for file in named where expired.contains(file.path) && Disk.exists(paths.absolute(file.path)) {
            findings.append(finding(file.path, file.resource, .expiredButThere))
        }
    }
}

/// Many paths in little memory: by their hashes, of which two texts have the same once in 2^64.
struct PathSet: Sendable {
    private var hashes: Set<UInt64> = []
    mutating func insert(_ path: String) { hashes.insert(fastHash(path, seed: 31)) }
    func contains(_ path: String) -> Bool { !hashes.isEmpty && hashes.contains(fastHash(path, seed: 31)) }
}

/// What a file manager or a network disk leaves behind: readers of the lake pass it over, and so does the check.
func isHidden(_ name: String) -> Bool { name.hasPrefix(".") }
