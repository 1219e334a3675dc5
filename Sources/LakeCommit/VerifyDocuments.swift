import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

/// Checks what a load wrote beside its record: checksums and page log; and the schema documents of all loads.
struct DocumentVerification {
    let paths: LakePaths
    let isQuick: Bool
    private(set) var findings: [VerifyFinding] = []
    /// The checksums of the load that was asked for last: the versions of a load come together.
    private var kept: (load: String, sums: [String: String])?

    init(_ paths: LakePaths, isQuick: Bool) {
        self.paths = paths
        self.isQuick = isQuick
    }

    /// The checksum list of a load names the files of its record, its schema documents and its page log, and nothing else.
    mutating func check(_ record: LoadRecord) {
        let path = LakePaths.checksums(record.load), log = LakePaths.pageLog(record.load)
        let schemas = record.tables.flatMap { table in table.versions.map { LakePaths.schema(table.name, $0.version) } }
        guard let sums = sums(of: record.load, tells: true) else { return }
        for file in record.files where sums[file.path].map({ $0 != file.sha256 }) ?? false {
            add(path, record.load, .checksumList(.differs(path: file.path)))
        }
        let expected = Set(record.files.map(\.path) + schemas + [log])
        for lacking in expected.subtracting(sums.keys).sorted() { add(path, record.load, .checksumList(.lacks(path: lacking))) }
        for unknown in Set(sums.keys).subtracting(expected).sorted() { add(path, record.load, .checksumList(.unknown(path: unknown))) }
        checkSum(of: log, record.load, sums)
    }

    private mutating func sums(of load: String, tells: Bool) -> [String: String]? {
        if let kept, kept.load == load { return kept.sums }
        let path = LakePaths.checksums(load)
        let list: ChecksumList
        do throws(FileFault) {
            guard let bytes = try Disk.read(paths.absolute(path)) else {
                if tells { add(path, load, .missing) }
                return nil
            }
            list = ChecksumList(bytes.text(0..<bytes.count))
        } catch {
            if tells { add(path, load, error.fact) }
            return nil
        }
        if tells { for line in list.badLines { add(path, load, .checksumList(.line(line))) } }
        kept = (load, list.sums)
        return list.sums
    }

    private mutating func checkSum(of path: String, _ load: String, _ sums: [String: String]) {
        do throws(FileFault) {
            guard try StoredFile.size(paths.absolute(path)) != nil else { return add(path, load, .missing) }
            guard !isQuick, let expected = sums[path], let stored = try StoredFile.read(paths.absolute(path), .none, { _ in }) else { return }
            if stored.sha256 != expected { add(path, load, .sha256(expected: expected, found: stored.sha256)) }
        } catch {
            add(path, load, error.fact)
        }
    }

    // MARK: Schemas

    /// The versions of a table: each document is there, is the one that its load wrote, and follows the one before it.
    mutating func check(_ table: Manifest.Table) {
        var above: SchemaVersion?
        for version in table.versions {
            let path = LakePaths.schema(table.name, version.version)
            do {
                guard let document = try Documents.schema(paths.absolute(path)) else {
                    add(path, version.load, .missing)
                    above = nil
                    continue
                }
                compare(document, version, table, path)
                if let above, let column = Self.firstBroken(above, document) { add(path, version.load, .schema(.column(column))) }
                above = document
            } catch let fault as CommitFault {
                add(path, version.load, fault.fact)
                above = nil
            } catch {
                add(path, version.load, (error as? FileFault)?.fact ?? .missing)
                above = nil
            }
            if let sums = sums(of: version.load, tells: false) { checkSum(of: path, version.load, sums) }
        }
    }

    private mutating func compare(_ document: SchemaVersion, _ version: VersionRecord, _ table: Manifest.Table, _ path: String) {
        let place = "\(table.name).v\(version.version) of \(version.load)", found = "\(document.table).v\(document.version) of \(document.load)"
        if place != found { add(path, version.load, .schema(.place(expected: place, found: found))) }
        if document.fingerprint != version.fingerprint {
            add(path, version.load, .schema(.fingerprint(expected: version.fingerprint, found: document.fingerprint)))
        }
        let parent = version.version > 1 ? version.version - 1 : nil
        for found in Set([document.parentVersion, version.parentVersion]) where found != parent {
            add(path, version.load, .schema(.parent(expected: parent, found: found)))
        }
        if document.changes != version.changes { add(path, version.load, .schema(.changes)) }
    }

    /// Columns are only ever appended; the type of one only widens, which its own load has seen to.
    private static func firstBroken(_ above: SchemaVersion, _ document: SchemaVersion) -> String? {
        for (index, column) in above.columns.enumerated() {
            guard index < document.columns.count, document.columns[index].id == column.id, document.columns[index].name == column.name else {
                return column.name
            }
        }
        return nil
    }

    private mutating func add(_ path: String, _ load: String, _ fact: VerifyFinding.Fact) {
        findings.append(VerifyFinding(path, load: load, fact))
    }
}
