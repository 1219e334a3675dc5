import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

/// Reads and writes the JSON documents of a dataset.
enum Documents {
    /// The document at a path; nil where there is none. A newer format than this program knows is refused.
    static func read(_ path: String) throws -> JSONValue? {
        try Disk.read(path).map { try read($0, path) }
    }

    static func read(_ bytes: PageBytes, _ path: String) throws -> JSONValue {
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes) } catch {
            throw CommitFault.documentSyntax(path: path, reason: error.description)
        }
        guard let format = json["restlake_format"]?.int, format > 0 else {
            throw CommitFault.document(path: path, fault: DocumentFault("restlake_format", expected: "a number from 1"))
        }
        if format > restlakeFormat { throw CommitFault.newerFormat(path: path, format: format) }
        return json
    }

    static func record(_ path: String, withColumns: Bool = true) throws -> LoadRecord? {
        try Disk.read(path).map { try record($0, path, withColumns: withColumns) }
    }

    /// A record that bears a checksum must be what the checksum was made of.
    static func record(_ bytes: PageBytes, _ path: String, withColumns: Bool = true) throws -> LoadRecord {
        let json = try read(bytes, path)
        if Seal.check(bytes) == .broken { throw CommitFault.documentChecksum(path: path) }
        do throws(DocumentFault) { return try LoadRecord(json: json, withColumns: withColumns) } catch { throw CommitFault.document(path: path, fault: error) }
    }

    static func schema(_ path: String) throws -> SchemaVersion? {
        guard let json = try read(path) else { return nil }
        do throws(DocumentFault) { return try SchemaVersion(json: json) } catch { throw CommitFault.document(path: path, fault: error) }
    }

    static func manifest(_ path: String) throws -> Manifest? {
        guard let json = try read(path) else { return nil }
        do throws(DocumentFault) { return try Manifest(json: json) } catch { throw CommitFault.document(path: path, fault: error) }
    }

    /// Replaces a document at once: readers see the old one or the new one.
    static func replace(_ path: String, with json: JSONValue, in folder: String) throws(FileFault) {
        try replace(path, with: json.utf8(pretty: true), in: folder)
    }

    static func replace(_ path: String, with bytes: [UInt8], in folder: String, mode: UInt32 = 0o666) throws(FileFault) {
        let new = path + ".new"
        do {
            try Disk.write(bytes, to: new, mode: mode)
            try Disk.rename(new, to: path)
        } catch {
            try? Disk.remove(new)  // A full disk gets its room back; the fault that counts is the first one.
            throw error
        }
        try Disk.syncFolder(folder)
    }
}
