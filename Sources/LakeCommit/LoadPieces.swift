import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

/// A file that belongs to a committed record.
package struct LoadPiece: Hashable, Sendable {
    /// Relative to the dataset's folder.
    package var path: String
    /// Nil where no document tells it.
    package var bytes: Int?
    /// Of the bytes as stored, in hexadecimal; nil where no document tells it.
    package var sha256: String?

    package init(path: String, bytes: Int? = nil, sha256: String? = nil) {
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// Every file that stands in the lake because of one committed record, for who takes loads elsewhere. The pages that it
/// keeps are none of them: they are what the API answered, and stay where they are.
package struct LoadPieces: Hashable, Sendable {
    package var load: String
    package var data: [LoadPiece]
    /// Schema versions that the load began, its page log, its checksums. A record that brings no data has none.
    package var documents: [LoadPiece]
    package var quarantine: [LoadPiece]
    /// Paths of other loads whose removal this record tells.
    package var removes: Set<String>

    package var record: String { LakePaths.record(load) }

    package init(load: String, data: [LoadPiece] = [], documents: [LoadPiece] = [], quarantine: [LoadPiece] = [], removes: Set<String> = []) {
        self.load = load
        self.data = data
        self.documents = documents
        self.quarantine = quarantine
        self.removes = removes
    }

    /// - Parameters:
    ///   - json: the record's document.
    ///   - checksums: SHA-256 by path, as the load's `.sha256` file tells them.
    package init(json: JSONValue, checksums: [String: String]) throws(DocumentFault) {
        let load = try json.require("load_id", "a load id") { $0.string.flatMap { LoadID($0) }?.text }
        self.init(load: load)
        for entry in json["expired"]?.array ?? [] {
            for key in ["files", "quarantine", "pages"] { removes.formUnion(entry[key]?.array?.compactMap(\.string) ?? []) }
        }
        guard json["kind"]?.string == LoadRecord.Kind.load.rawValue else { return }
        let record = try LoadRecord(json: json)
        data = record.files.map { LoadPiece(path: $0.path, bytes: $0.bytes, sha256: $0.sha256) }
        quarantine = record.quarantine.map { LoadPiece(path: $0.path, bytes: $0.bytes, sha256: $0.sha256) }
        let schemas = record.tables.flatMap { table in table.versions.map { LakePaths.schema(table.name, $0.version) } }
        documents = (schemas + [LakePaths.pageLog(load), LakePaths.checksums(load)]).map { LoadPiece(path: $0, sha256: checksums[$0]) }
    }
}

extension Dataset {
    /// The files of a committed record; nil where there is no such record.
    package static func pieces(_ paths: LakePaths, _ load: String) throws -> LoadPieces? {
        let path = paths.absolute(LakePaths.record(load))
        guard let json = try Documents.read(path) else { return nil }
        let sums = try Disk.text(paths.absolute(LakePaths.checksums(load)))
        do throws(DocumentFault) {
            return try LoadPieces(json: json, checksums: ChecksumList(sums ?? "").sums)
        } catch { throw CommitFault.document(path: path, fault: error) }
    }
}

extension Disk {
    /// The whole of a small file as text; nil where there is none.
    fileprivate static func text(_ path: String) throws(FileFault) -> String? {
        try read(path).map { $0.text(0..<$0.count) }
    }
}
